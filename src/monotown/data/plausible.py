"""Plausible bounds of a measure: which values to doubt, and what is done with them.

A bound is a number, a number for each year (such as a minimum wage), or a formula over variables
(such as a whole that the figure is a part of). It may be given on another scale than the
measure's: the measure times a formula, so that a ratio of pay to a wage is bounded as pay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from monotown.base import checked as pa
from monotown.base.arrays import Array
from monotown.base.expressions import Expression, formula_problems, parse
from monotown.base.problems import Problem, nearest
from monotown.base.tables import NOTE, NUMBER, TEXT, kind_column, language_columns, table
from monotown.base.ties import TOLERANCE

#: What is done with a value outside its bounds; the first where a measure does not say.
OUTSIDE: Final = ("keep", "cut", "leave_out")

#: Ends of a bound pair and the words for a value beyond.
SIDES: Final = {"low": "below", "high": "above"}


#: Values outside their plausible bounds. `figure` and `bound` are on the scale of the bounds, whose
#: name is `quantity` and unit `unit_of_measure`. `value` is the measure as computed, `at_bound` the
#: measure at the bound, `used` what the index rests on, missing where it is left out.
DOUBTFUL = table(
    "doubtful",
    ["view", "unit", "year", "measure"],
    {
        "view": TEXT,
        "unit": TEXT,
        "year": pa.Column("int64"),
        "measure": TEXT,
        "quantity": NOTE,
        **language_columns("quantity"),
        "figure": pa.Column("float64"),
        "side": pa.Column(str, pa.Check.isin(list(SIDES))),
        "bound": pa.Column("float64"),
        "unit_of_measure": TEXT,
        "value": pa.Column("float64"),
        "at_bound": pa.Column("float64"),
        "outside": pa.Column(str, pa.Check.isin(list(OUTSIDE))),
        "used": NUMBER,
        "reason": NOTE,
        **language_columns("reason"),
        "kind": kind_column(),
        "source": NOTE,
    },
)

#: Columns of `DOUBTFUL` whose numbers have the unit of their own measure.
FIGURES: Final = ("figure", "bound", "value", "at_bound", "used")

#: Units of measure whose ends need no reason of the subject.
_PERCENT = re.compile(r"%|percent|% of population|0 to 100")
_PER = re.compile(r"(?:\w+ )?per ([\d,]+) people")


@dataclass(frozen=True)
class Bounds:
    """Plausible bounds of a measure.

    Attributes
    ----------
    low, high
        A number, year to number, a formula, or None for no bound.
    times
        Formula that the measure is multiplied by before it is compared, above 0; None for 1.
    outside
        What is done with a value outside, one of `OUTSIDE`.
    unit_of_measure, quantity, reason
        Of what is compared; name and reason in each language.
    """

    low: float | Mapping[int, float] | Expression | None
    high: float | Mapping[int, float] | Expression | None
    times: Expression | None
    outside: str
    unit_of_measure: str
    quantity: Mapping[str, str]
    reason: Mapping[str, str]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Formulas that the bounds need."""
        return tuple(e for e in (self.low, self.high, self.times) if isinstance(e, Expression))


def default_bounds(
    entry: Mapping[str, Any], reasons: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Any] | None:
    """Bounds of a measure whose config has none, from its unit; None where the unit says nothing.

    A change, a logarithm or a ratio to the nation has another range than the share it is taken of,
    so it gets none.

    Examples
    --------
    >>> default_bounds({"unit_of_measure": "%", "formula": "unemployment"})["high"]
    100
    >>> default_bounds({"unit_of_measure": "per 10,000 people", "formula": "staff"})["high"]
    10000
    >>> default_bounds({"unit_of_measure": "%", "formula": "growth(staff, 5)"}) is None
    True
    """
    told = reasons or {}
    unit = str(entry["unit_of_measure"])
    per = _PER.fullmatch(unit)
    if re.search(r"\b(log|change|growth|lag|nation)\s*\(", str(entry["formula"])):
        return None
    if _PERCENT.fullmatch(unit):
        return {"low": 0, "high": 100, "reason": told.get("share", {})}
    if per:
        return {"low": 0, "high": int(per[1].replace(",", "")), "reason": told.get("people", {})}
    return None


def bounds_of(entry: Mapping[str, Any], reasons: Mapping[str, Mapping[str, str]] | None = None) -> Bounds | None:
    """Bounds of an entry of the measures config: its ``plausible``, or those of its unit.

    Examples
    --------
    >>> entry = {"unit_of_measure": "ratio", "formula": "pay / wage", "plausible": {
    ...     "low": {2022: 60000}, "times": "wage", "unit_of_measure": "KZT per month"}}
    >>> found = bounds_of(entry)
    >>> found.low, found.high, found.times.text, found.outside
    ({2022: 60000.0}, None, 'wage', 'keep')
    """
    given = entry.get("plausible") or default_bounds(entry, reasons)
    if given is None:
        return None
    times = given.get("times")
    return Bounds(
        low=_bound(given.get("low")),
        high=_bound(given.get("high")),
        times=None if times is None else parse(times),
        outside=given.get("outside", OUTSIDE[0]),
        unit_of_measure=given.get("unit_of_measure", entry["unit_of_measure"]),
        quantity=given.get("quantity", entry.get("label", {})),
        reason=given.get("reason", {}),
    )


def _bound(given: Any) -> float | Mapping[int, float] | Expression | None:
    if isinstance(given, str):
        return parse(given)
    if isinstance(given, Mapping):
        return {int(year): float(number) for year, number in given.items()}
    return None if given is None else float(given)


def bound_problems(entry: Mapping[str, Any], variables: Sequence[str], file: str, where: str) -> Iterator[Problem]:
    """What is wrong with the ``plausible`` of a measure, beyond what its schema says.

    Parameters
    ----------
    entry
        Of the measures config.
    variables
        Names there are.
    file, where
        Place of the measure, for the messages.
    """
    given = entry.get("plausible", {})
    for key in (*SIDES, "times"):
        if isinstance(given.get(key), str):
            yield from formula_problems(given[key], variables, file, f"{where}.plausible.{key}")
    low, high = (given.get(side) for side in SIDES)
    yield from _end_problems(low, high, file, f"{where}.plausible")
    if "times" in given and not {"quantity", "unit_of_measure"} <= given.keys():
        expected = "quantity and unit_of_measure of what the bounds are for"
        yield Problem(file, f"{where}.plausible.times", given["times"], expected)


def _end_problems(low: Any, high: Any, file: str, where: str) -> Iterator[Problem]:
    """A lower end above the upper one, where both are numbers, or in a year that both have."""
    if any(e is None or isinstance(e, str) for e in (low, high)):
        return  # formulas are compared where their figures are known, by `crossed`
    by_year = [set(e) for e in (low, high) if isinstance(e, Mapping)]
    years = sorted(set.intersection(*by_year)) if by_year else [None]
    for year in years:
        ends = [float(e[year]) if isinstance(e, Mapping) else float(e) for e in (low, high)]
        if ends[0] > ends[1]:
            place = where if year is None else f"{where}, year {year}"
            yield Problem(file, place, f"low {ends[0]:g}", f"at most high, {ends[1]:g}")


def parts_of(variables: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, str], list[str]]:
    """Whole and division to the variables that are its parts, from a variables config.

    Parts of one division do not overlap: together, too, they are at most the whole.

    Examples
    --------
    >>> parts_of({"staff": {}, "men": {"part_of": {"staff": "sex"}},
    ...           "women": {"part_of": {"staff": "sex"}}})
    {('staff', 'sex'): ['men', 'women']}
    """
    found: dict[tuple[str, str], list[str]] = {}
    for name, entry in variables.items():
        for whole, division in entry.get("part_of", {}).items():
            found.setdefault((str(whole), str(division)), []).append(str(name))
    return found


def part_problems(variables: Mapping[str, Mapping[str, Any]], file: str) -> Iterator[Problem]:
    """What is wrong with the ``part_of`` and ``derived`` of a variables config, beyond what its schema says.

    A variable that follows from one that there is not, a whole that no variable is, a part in another unit of
    measure than its whole, and a variable that is a part of itself, by others too.

    Parameters
    ----------
    variables
        The variables config.
    file
        Its name, for the messages.

    Examples
    --------
    >>> wrong = {"men": {"unit_of_measure": "persons", "part_of": {"staf": "sex"}}}
    >>> print(*part_problems(wrong, "variables.yaml"))
    variables.yaml, men.part_of: found 'staf'; expected one of: men
    """
    for name, entry in variables.items():
        for of in map(str, entry.get("derived", {}).values()):
            if of not in variables:
                yield Problem(file, f"{name}.derived", of, nearest(of, list(variables)))
    above = {str(n): [str(w) for w in e.get("part_of", {})] for n, e in variables.items()}
    for name, wholes in above.items():
        where = f"{name}.part_of"
        for whole in wholes:
            if whole not in variables:
                yield Problem(file, where, whole, nearest(whole, list(variables)))
                continue
            units = [str(variables[n]["unit_of_measure"]) for n in (name, whole)]
            if units[0] != units[1]:
                expected = f"a whole in {units[0]}, as the part is"
                yield Problem(file, where, f"{whole} ({units[1]})", expected)
        reached, left = set(), list(wholes)
        while left:
            whole = left.pop()
            if whole not in reached:
                reached.add(whole)
                left += above.get(whole, [])
        if name in reached:
            yield Problem(file, where, ", ".join(wholes), f"wholes that are no part of {name}")


@dataclass(frozen=True)
class Judged:
    """A measure beside its bounds; every array of the measure's shape, units by years.

    Attributes
    ----------
    side
        "low", "high" or "" for each value.
    figure, bound
        What is compared with the bound it lies beyond; NaN where a value is not outside.
    at_bound
        The measure at that bound, on its own scale.
    used
        The measure as it is used.
    """

    side: NDArray[np.str_]
    figure: Array
    bound: Array
    at_bound: Array
    used: Array


def judge(values: Array, bounds: Bounds, numbers: Mapping[str, Array], years: Sequence[int]) -> Judged:
    """Which values lie outside their bounds, and what is used in their place.

    Parameters
    ----------
    values
        The measure, shape (units, years); NaN is missing.
    bounds
        Its bounds. A bound that cannot be computed for a value, or has none for its year, does not
        bound it.
    numbers
        Variables of the bounds' formulas, each of that shape.
    years
        Years of the last axis.

    Examples
    --------
    >>> pay = bounds_of({"unit_of_measure": "ratio", "formula": "pay / wage", "plausible": {
    ...     "low": {2022: 60000}, "times": "wage", "outside": "cut"}})
    >>> found = judge(np.array([[0.2, 0.9]]), pay, {"wage": np.array([[2e5, 2e5]])}, [2022, 2023])
    >>> found.side.tolist(), found.figure.tolist(), found.used.tolist()
    ([['low', '']], [[40000.0, nan]], [[0.3, 0.9]])
    """
    scale = np.ones(values.shape)
    if bounds.times is not None:
        scale = bounds.times.evaluate(numbers).values
        scale = np.where(scale > 0, scale, np.nan)
    figure = values * scale
    low, high = _ends(bounds, values.shape, numbers, years)
    side = np.full(values.shape, "", dtype="U4")
    with np.errstate(invalid="ignore"):
        # by the size of the ends, so that a share that is 0 but for rounding is not below 0
        near = TOLERANCE * np.fmax(np.abs(low), np.abs(high))
        side[figure < low - near] = "low"
        side[figure > high + near] = "high"
    outside = side != ""
    bound = np.where(side == "low", low, np.where(side == "high", high, np.nan))
    at_bound = bound / scale
    used = values
    if bounds.outside != "keep":
        used = np.where(outside, at_bound if bounds.outside == "cut" else np.nan, values)
    return Judged(side, np.where(outside, figure, np.nan), bound, at_bound, used)


def crossed(
    bounds: Bounds, shape: tuple[int, ...], numbers: Mapping[str, Array], years: Sequence[int]
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Lower and upper ends, and where the lower one lies above the upper one.

    Parameters
    ----------
    bounds
        Of a measure.
    shape
        Units by years.
    numbers, years
        As in `judge`.

    Examples
    --------
    >>> both = bounds_of({"unit_of_measure": "ratio", "formula": "a",
    ...                   "plausible": {"low": {2022: 1, 2023: 5}, "high": "b"}})
    >>> crossed(both, (1, 2), {"b": np.array([[2.0, 2.0]])}, [2022, 2023])[2].tolist()
    [[False, True]]
    """
    low, high = _ends(bounds, shape, numbers, years)
    with np.errstate(invalid="ignore"):
        return low, high, low - high > TOLERANCE * np.fmax(np.abs(low), np.abs(high))


def _ends(
    bounds: Bounds, shape: tuple[int, ...], numbers: Mapping[str, Array], years: Sequence[int]
) -> tuple[Array, Array]:
    low, high = (_numbers(b, shape, numbers, years) for b in (bounds.low, bounds.high))
    return low, high


def _numbers(
    bound: float | Mapping[int, float] | Expression | None,
    shape: tuple[int, ...],
    numbers: Mapping[str, Array],
    years: Sequence[int],
) -> Array:
    if isinstance(bound, Expression):
        return bound.evaluate(numbers).values
    if isinstance(bound, Mapping):
        return np.broadcast_to([bound.get(y, np.nan) for y in years], shape)
    return np.full(shape, np.nan if bound is None else bound)
