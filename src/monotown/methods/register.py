"""The register of methods: every family by name, ours and those that a user adds."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, TypeVar

import numpy as np

from monotown.base.arrays import Array
from monotown.base.own_code import run_own
from monotown.base.problems import InputError, Problem, Problems
from monotown.methods import aggregate, missing, normalise, outliers
from monotown.methods.check import faults
from monotown.methods.method import (
    MISSING_RULES,
    Aggregation,
    Filling,
    Method,
    Missing,
    Normalisation,
    Outliers,
    Parameter,
    Transform,
    Weighting,
    flag,
    number,
    numbers,
    scope,
)
from monotown.methods.weights import ahp, experts, factors, fixed, frontier, importance, spread
from monotown.methods.weights.admissible import Refusals, prepare

M = TypeVar("M", bound=Method)

_KNOWN: Final[dict[str, dict[str, Any]]] = {}


def _family(kind: type[M], *modules: Any) -> Mapping[str, M]:
    """The methods of a kind in some modules, by name; what is read, and grows with the register."""
    ours = {m.name: m for module in modules for m in module.METHODS if isinstance(m, kind)}
    _KNOWN[kind.family] = ours
    return MappingProxyType(ours)


#: Each family in the order of the methods page.
NORMALISATIONS: Final = _family(Normalisation, normalise)
AGGREGATIONS: Final = _family(Aggregation, aggregate)
SCHEMES: Final = _family(Weighting, fixed, spread, factors, importance, frontier, experts, ahp)
FILLINGS: Final = _family(Filling, missing)
OUTLIERS: Final = _family(Outliers, outliers)
TRANSFORMS: Final = _family(Transform, outliers)

#: Families by the name that the config has for them.
FAMILIES: Final[Mapping[str, Mapping[str, Method]]] = MappingProxyType(_KNOWN)

#: What a function of each kind may be given beside its values.
_NEEDS: Final[Mapping[type[Method], Sequence[str]]] = {
    Normalisation: ("goalposts", "base", "weights"),
    Aggregation: (),
    Weighting: ("values",),
}

#: What its function takes by place.
_PLACES: Final[Mapping[type[Method], Sequence[str]]] = {
    Normalisation: ("x",),
    Aggregation: ("z", "weights"),
    Weighting: ("values",),
}

#: Names that mean something else where a method's name may stand.
_TAKEN: Final = ("baseline", "none", "any", "as_configured")


def register(method: Method) -> Method:
    """Add a method of one's own: from then on it is as good as those of the project.

    Its results are checked wherever it is used, and it is tried here on random values
    (`monotown.methods.check.faults`).

    Parameters
    ----------
    method
        A `Normalisation`, an `Aggregation` or a `Weighting`. The function of a weighting is given
        the values of the units that have all of them, shape (units, indicators), and gives a weight
        of any scale for each indicator.

    Returns
    -------
    Method
        As it stands in the register.

    Raises
    ------
    InputError
        Everything that is wrong with it.

    Examples
    --------
    >>> register(Weighting("critic", lambda values: values.std(axis=0)))
    Traceback (most recent call last):
    monotown.base.problems.InputError: 1 problem in the input:
      1. methods, register: found 'critic'; expected a name that no scheme has: it is one of the project's
    """
    wrong = _form_faults(method)
    if wrong:
        raise InputError(Problem("methods", "register", method.name, text) for text in wrong)
    read = {name: _parameter(name, method, value) for name, value in method.parameters.items()}
    made = replace(method, parameters=read, own=True)
    if isinstance(made, Weighting):
        made = replace(made, function=_checked_weights(made))
    wrong = list(dict.fromkeys(text for seed in range(5) for text in faults(made, seed)))
    if wrong:
        expected = "what docs/methods.md asks of every method"
        raise InputError(
            Problem("methods", f"register, {made.name}", f"{made.name}: {text}", expected) for text in wrong
        )
    _KNOWN[made.family][made.name] = made
    return made


def load(text: str, file: str) -> None:
    r"""Run a user's Python file, which registers methods; those of an earlier one are taken out.

    Parameters
    ----------
    text, file
        Its content, and its name for the messages.

    Raises
    ------
    InputError
        Everything that is wrong with the file, each with its line: the statements after a wrong
        one are run as well, as far as they do not hang on it.

    Examples
    --------
    >>> load("import monotown\nmonotown.register(monotown.Weighting('even'))", "own.py")
    Traceback (most recent call last):
    monotown.base.problems.InputError: 1 problem in the input:
      1. own.py, line 2: found 'even'; expected a function: there is none
    """
    forget_own()
    problems = Problems()
    run_own(text, file, problems)
    if not len(problems) and not any(m.own for known in _KNOWN.values() for m in known.values()):
        problems.add(file, "line 1", "no method", "a call of monotown.register for each method")
    if len(problems):
        forget_own()
    problems.stop()


def forget_own() -> None:
    """Take out what `register` added."""
    for known in _KNOWN.values():
        for name in [m.name for m in known.values() if m.own]:
            del known[name]


def own_words() -> dict[str, dict[str, str]]:
    """Words that methods bring with them, by the keys of their labels; a user's fall back to the name."""
    return {
        f"{family}.{m.name}": {"en": m.name.replace("_", " "), **m.words}
        for family, known in FAMILIES.items()
        for m in known.values()
        if m.own or m.words
    }


def _form_faults(method: Method) -> list[str]:
    """What is wrong before a method is tried."""
    kinds = ", ".join(kind.__name__ for kind in _NEEDS)
    if type(method) not in _NEEDS:
        return [f"one of {kinds}: no {type(method).__name__} can be added"]
    same = ("normalisation", "aggregation") if method.family != "scheme" else ("scheme",)
    there = [family for family in same if method.name in _KNOWN[family]]
    found = []
    if not re.fullmatch(r"[a-z][a-z0-9_]*", method.name) or method.name in _TAKEN:
        found.append(f"a name of small letters, digits and underscores, none of {', '.join(_TAKEN)}")
    if there:
        whose = "already in the register" if _KNOWN[there[0]][method.name].own else "one of the project's"
        found.append(f"a name that no {there[0]} has: it is {whose}")
    unknown = [n for n in method.needs if n not in _NEEDS[type(method)]]
    found += [f"needs of {', '.join(_NEEDS[type(method)]) or 'nothing'}, not {n!r}" for n in unknown]
    if isinstance(method, Weighting):
        if method.parameters:
            found.append("no parameters: a weighting is chosen by its name")
        if method.per_unit:
            found.append("one set of weights for all units")
        found += [f"no rule {m!r} for missing values" for m in method.missing if m not in MISSING_RULES]
    for name, value in method.parameters.items():
        listed = value if isinstance(value, tuple | list) else [value]
        if name != "scope" and not all(v is None or isinstance(v, Parameter | bool | int | float) for v in listed):
            found.append(f"a number, a list of numbers, true or false for its parameter {name}, not {value!r}")
    if not callable(method.function):
        return [*found, "a function: there is none"]
    places = _PLACES[type(method)]
    named = [*(["direction", *method.needs] if isinstance(method, Normalisation) else []), *method.parameters]
    try:
        inspect.signature(method.function).bind(*places, **{name: None for name in named if name != "scope"})
    except TypeError as error:
        found.append(f"a function of {', '.join([*places, *named])}: {error}")
    return found


def _parameter(name: str, method: Method, value: object) -> Parameter:
    """A parameter as it is, or a setting of the type of a plain default."""
    if isinstance(value, Parameter):
        return value
    if name == "scope":
        return scope(str(value), base_year="base" in method.needs)
    if isinstance(value, bool):
        return flag(value)
    if isinstance(value, tuple | list):
        return numbers(tuple(float(v) for v in value))
    return number(None if value is None else float(value))  # type: ignore[arg-type]


def _checked_weights(method: Weighting) -> Any:
    """A user's function with the manners of ours: what it is given is whole, what it gives shares."""
    function = method.function
    assert function is not None

    def weights(values: Array, *, names: Sequence[str] | None = None, missing: Missing = "refuse") -> Array:
        allowed = [rule for rule in method.missing if rule != "available"]
        x, used, columns = prepare(
            values, method.name, names, missing, allowed=allowed, positive=method.positive, min_units=2
        )
        found = np.asarray(function(x[used.all(axis=-1)].copy()), dtype=np.float64)
        refusals = Refusals(method.name)
        if found.shape != (len(columns),):
            refusals.no(
                "weights",
                f"shape ({', '.join(map(str, found.shape))})",
                f"a weight for each of {len(columns)} indicators",
            )
            refusals.stop()
        for name, weight in zip(columns, found, strict=True):
            if not np.isfinite(weight) or weight < 0:
                refusals.no(f"column {name}", f"a weight of {weight:g}", "a number of 0 or more")
        if not len(refusals) and not found.sum() > 0:
            refusals.no("all columns", "weights of 0", "a positive weight")
        refusals.stop()
        return np.asarray(found / found.sum())

    return weights
