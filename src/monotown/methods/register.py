"""The register of methods: every family by name, ours and those that a user adds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

from monotown.methods import aggregate, missing, normalise, outliers
from monotown.methods.method import Aggregation, Filling, Method, Normalisation, Outliers, Transform, Weighting
from monotown.methods.weights import ahp, experts, factors, fixed, frontier, importance, spread

M = TypeVar("M", bound=Method)

_KNOWN: Final[dict[type[Method], dict[str, Method]]] = {}


def _family(kind: type[M], *modules: Any) -> Mapping[str, M]:
    """The methods of a kind in some modules, by name: what is read, and grows as methods are added."""
    ours = {m.name: m for module in modules for m in module.METHODS if isinstance(m, kind)}
    _KNOWN[kind] = ours  # type: ignore[assignment]
    return MappingProxyType(ours)


#: Each family in the order of the methods page.
NORMALISATIONS: Final = _family(Normalisation, normalise)
AGGREGATIONS: Final = _family(Aggregation, aggregate)
SCHEMES: Final = _family(Weighting, fixed, spread, factors, importance, frontier, experts, ahp)
FILLINGS: Final = _family(Filling, missing)
OUTLIERS: Final = _family(Outliers, outliers)
TRANSFORMS: Final = _family(Transform, outliers)
