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
import pandera.pandas as pa
from numpy.typing import NDArray

from monotown.expressions import Expression, formula_problems, parse
from monotown.problems import Problem
from monotown.ties import TOLERANCE

Array = NDArray[np.float64]

#: What is done with a value outside its bounds; the first where a measure does not say.
OUTSIDE: Final = ("keep", "cut", "leave_out")

#: Ends of a bound pair and the words for a value beyond.
SIDES: Final = {"low": "below", "high": "above"}

_TEXT = pa.Column(str, pa.Check.str_length(min_value=1))
_NUMBER = pa.Column("float64", nullable=True)
_WORDS = pa.Column(str)

#: Values outside their plausible bounds. `figure` and `bound` are on the scale of the bounds, whose
#: name is `quantity` and unit `unit_of_measure`. `value` is the measure as computed, `at_bound` the
#: measure at the bound, `used` what the index rests on, missing where it is left out.
DOUBTFUL = pa.DataFrameSchema(
    {
        "view": _TEXT, "unit": _TEXT, "year": pa.Column("int64"), "measure": _TEXT,
        "quantity": _WORDS, "quantity_ru": _WORDS, "quantity_kk": _WORDS,
        "figure": pa.Column("float64"), "side": pa.Column(str, pa.Check.isin(list(SIDES))),
        "bound": pa.Column("float64"), "unit_of_measure": _TEXT, "value": pa.Column("float64"),
        "at_bound": pa.Column("float64"), "outside": pa.Column(str, pa.Check.isin(list(OUTSIDE))),
        "used": _NUMBER, "reason": _WORDS, "reason_ru": _WORDS, "reason_kk": _WORDS,
        "kind": _TEXT, "source": _WORDS,
    },
    unique=["view", "unit", "year", "measure"], strict=True, coerce=True, name="doubtful",
)  # fmt: skip

#: Columns of `DOUBTFUL` whose numbers have the unit of their own measure.
FIGURES: Final = ("figure", "bound", "value", "at_bound", "used")

#: Units of measure whose ends need no reason of the subject.
_PERCENT = re.compile(r"%|percent|% of population|0 to 100")
_PER = re.compile(r"(?:\w+ )?per ([\d,]+) people")

_SHARE: Final = {
    "en": "A share of a whole lies between 0 and 100 percent.",
    "ru": "Доля целого лежит между 0 и 100 процентами.",
    "kk": "Бүтіннің үлесі 0 мен 100 пайыз аралығында болады.",
}
_PEOPLE: Final = {
    "en": "A rate among so many people is not below 0, nor above their number.",
    "ru": "Число на столько-то человек не меньше 0 и не больше числа этих людей.",
    "kk": "Сонша адамға шаққандағы сан 0-ден кем де, сол адамдардың санынан көп те болмайды.",
}


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


def default_bounds(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """Bounds of a measure whose config has none, from its unit; None where the unit says nothing.

    A change or a logarithm has another range than the share it is taken of, so it gets none.

    Examples
    --------
    >>> default_bounds({"unit_of_measure": "%", "formula": "unemployment"})["high"]
    100
    >>> default_bounds({"unit_of_measure": "per 10,000 people", "formula": "staff"})["high"]
    10000
    >>> default_bounds({"unit_of_measure": "%", "formula": "growth(staff, 5)"}) is None
    True
    """
    unit = str(entry["unit_of_measure"])
    per = _PER.fullmatch(unit)
    if re.search(r"\b(log|change|growth|lag)\s*\(", str(entry["formula"])):
        return None
    if _PERCENT.fullmatch(unit):
        return {"low": 0, "high": 100, "reason": _SHARE}
    if per:
        return {"low": 0, "high": int(per[1].replace(",", "")), "reason": _PEOPLE}
    return None


def bounds_of(entry: Mapping[str, Any]) -> Bounds | None:
    """Bounds of an entry of the measures config: its ``plausible``, or those of its unit.

    Examples
    --------
    >>> entry = {"unit_of_measure": "ratio", "formula": "pay / wage", "plausible": {
    ...     "low": {2022: 60000}, "times": "wage", "unit_of_measure": "KZT per month"}}
    >>> found = bounds_of(entry)
    >>> found.low, found.high, found.times.text, found.outside
    ({2022: 60000.0}, None, 'wage', 'keep')
    """
    given = entry.get("plausible") or default_bounds(entry)
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


def bound_problems(
    entry: Mapping[str, Any], variables: Sequence[str], file: str, where: str
) -> Iterator[Problem]:
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
    ends = [given.get(side) for side in SIDES]
    if all(isinstance(e, int | float) for e in ends) and ends[0] > ends[1]:
        yield Problem(file, f"{where}.plausible", f"low {ends[0]}", f"at most high, {ends[1]}")
    if "times" in given and not {"quantity", "unit_of_measure"} <= given.keys():
        expected = "quantity and unit_of_measure of what the bounds are for"
        yield Problem(file, f"{where}.plausible.times", given["times"], expected)


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


def judge(
    values: Array, bounds: Bounds, numbers: Mapping[str, Array], years: Sequence[int]
) -> Judged:
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
    low, high = (_numbers(b, values.shape, numbers, years) for b in (bounds.low, bounds.high))
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


def _numbers(
    bound: float | Mapping[int, float] | Expression | None, shape: tuple[int, ...],
    numbers: Mapping[str, Array], years: Sequence[int],
) -> Array:  # fmt: skip
    if isinstance(bound, Expression):
        return bound.evaluate(numbers).values
    if isinstance(bound, Mapping):
        return np.broadcast_to([bound.get(y, np.nan) for y in years], shape)
    return np.full(shape, np.nan if bound is None else bound)
