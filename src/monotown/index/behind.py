"""The raw figures behind an index: from them its indicators are computed, and with them they err."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias, get_args

import pandas as pd

from monotown.base import checked as pa
from monotown.base.expressions import Expression, parse
from monotown.base.tables import KIND, NOTE, NOTED, REAL, TEXT, keyed

#: What a raw variable is: a measured or estimated figure; a number of cases, whose rate is over an
#: exposure; a number of cases that are a part of others.
LawName: TypeAlias = Literal["measure", "count", "share"]
LAWS: Final[tuple[LawName, ...]] = get_args(LawName)

#: One raw figure that the indicators of an index are computed from. `input` is a variable, or
#: ``nation(variable)``, the same for each unit; `of` is the exposure of a count, or the whole that a
#: share is of, and is empty where there is none.
FIGURES: Final = keyed(
    "figures",
    ["view", "unit", "year", "input"],
    {"value": REAL, "law": pa.Column(str, pa.Check.isin(LAWS)), "of": NOTE},
    {**NOTED, "kind": KIND},
)

#: How each measure of an index, and each beside it, is computed. `constant` says whether of figures in borders that
#: stay; `nation` is the unit that ``nation(variable)`` stands for; `reads_as` holds the numbers that markers of its
#: variables stand for (JSON: variable to marker to number).
FORMULAS: Final = keyed(
    "formulas",
    ["view", "measure"],
    {"formula": TEXT, "constant": pa.Column(bool), "nation": NOTE, "reads_as": NOTE},
    {"kind": KIND},
)


@dataclass(frozen=True)
class Behind:
    """What the indicators of an index are computed from.

    Attributes
    ----------
    formulas
        Measure to its formula.
    figures
        Of the index: ``unit, year, input, value, law, of`` of `FIGURES`.
    """

    formulas: Mapping[str, Expression]
    figures: pd.DataFrame

    @classmethod
    def of(cls, figures: pd.DataFrame, view: str, measures: Mapping[str, Mapping[str, Any]]) -> Behind:
        """From `FIGURES` of all indices, and the measures with their formulas."""
        formulas = {name: parse(str(entry["formula"])) for name, entry in measures.items() if "formula" in entry}
        mine = figures.loc[figures["view"] == view, ["unit", "year", "input", "value", "law", "of"]]
        # few names stand many times, and every analysis keeps them
        names = dict.fromkeys(("unit", "input", "law", "of"), "category")
        return cls(formulas, mine.astype(names).reset_index(drop=True))

    @cached_property
    def laws(self) -> dict[str, tuple[str, str]]:
        """Input to its law, and to its exposure or whole."""
        first = self.figures.drop_duplicates("input")
        return dict(zip(first["input"], zip(first["law"], first["of"], strict=True), strict=True))


def laws_of(
    formulas: Iterable[Expression], variables: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[LawName, str]]:
    """Law of each variable of some formulas, and its exposure or its whole.

    A variable is what its ``law`` says; without one a count where it holds whole numbers (``count``), and
    a measure else. A count is over the variable that the first formula divides it by, or else over the
    first of its wholes (``part_of``) that the formulas use. It is a share where that one is a count that it is
    a part of, or where its ``law`` says so.

    Parameters
    ----------
    formulas
        Of the indicators of an index.
    variables
        The variables config.

    Examples
    --------
    >>> variables = {"deaths": {"count": True}, "phd": {"count": True, "part_of": {"staff": "degree"}},
    ...     "staff": {"count": True, "part_of": {"people": "work"}}, "people": {}, "outlay": {}}
    >>> formulas = [parse(f) for f in ("1000 * deaths / people", "100 * phd / staff", "outlay / staff")]
    >>> for name, law in laws_of(formulas, variables).items():
    ...     print(name, law)
    deaths ('count', 'people')
    people ('measure', '')
    phd ('share', 'staff')
    staff ('count', 'people')
    outlay ('measure', '')
    """
    expressions = list(formulas)
    used = list(dict.fromkeys(v for e in expressions for v in e.variables))
    divided: dict[str, str] = {}
    for expression in expressions:
        pair = expression.ratio
        if pair is not None and pair[0].lag == pair[1].lag and not (pair[0].nation or pair[1].nation):
            divided.setdefault(pair[0].variable, pair[1].variable)
    found: dict[str, tuple[LawName, str]] = {}
    for name in used:
        entry = variables.get(name, {})
        law = _law(entry)
        if law == "measure":
            found[name] = ("measure", "")
            continue
        wholes = [str(w) for w in entry.get("part_of", {})]
        of = divided.get(name) or next((w for w in wholes if w in used), "")
        part = of in wholes and _law(variables.get(of, {})) != "measure"
        found[name] = ("share" if of and (part or law == "share") else "count", of)
    return found


def _law(entry: Mapping[str, Any]) -> str:
    return str(entry.get("law", "count" if entry.get("count") else "measure"))


def figure_rows(
    view: str, units: Sequence[str], found: Mapping[tuple[str, int], tuple[Any, Any, Any]], laws: Mapping[str, Any]
) -> pd.DataFrame:
    """Rows of `FIGURES` of an index.

    Parameters
    ----------
    view, units
        The index, and its units.
    found
        Input and year to values, kinds and sources, shape (units,) each; values that are NaN are left out.
    laws
        As `laws_of` gives them.
    """
    parts = []
    for (name, year), (values, kinds, sources) in found.items():
        law, of = laws[name.removeprefix("nation(").removesuffix(")")]
        part = pd.DataFrame({"unit": list(units), "value": values, "kind": kinds, "source": sources})
        part = part.dropna(subset="value")
        parts.append(part.assign(view=view, year=year, input=name, law=law, of=of))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(FIGURES.columns))
