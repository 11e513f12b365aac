"""Checks that any claim can name: each one value that says all that a file of claims and the documents know of it.

A check is a function of what is stated, of the figures that a claim names, and of settings; what it gives is a
`Comparison` of the stated number with the recomputed one, or a `Finding`. Figures come as `Range`: the number as it
is printed, and between which ends it lies.
"""

from __future__ import annotations

import inspect
import itertools
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from monotown.base.own_code import run_own
from monotown.base.problems import InputError, Problem, Problems
from monotown.claims.finding import Finding, NotPrinted, Verdict, judged
from monotown.claims.printed import ROUNDING, Printed, Rule, print_like, prints_as, read_printed, rounded
from monotown.claims.readings import parts_behind, shares_behind, wholes_behind
from monotown.claims.said import Part, Told, braced, joined, number, say, signs

#: Members of a set that are listed; more are counted.
LISTED: Final = 8

#: Decimals at which computed cells are compared with printed ones at most: tables of results have ten digits.
FINEST: Final = 9


@dataclass(frozen=True)
class Range:
    """A figure: as printed, and between which ends it lies.

    Attributes
    ----------
    text
        As it stands in its table.
    value
        The number those digits name.
    low, high
        The same where the figure is exact.
    """

    text: str
    value: Fraction
    low: Fraction
    high: Fraction

    def whole(self) -> int:
        """The figure as a whole number.

        Raises
        ------
        NotPrinted
            If it is none.
        """
        if self.value.denominator != 1:
            raise NotPrinted(say("whole_number", text=self.text))
        return int(self.value)


def exact(value: Fraction | int, text: str = "") -> Range:
    """A figure that is exact.

    Examples
    --------
    >>> exact(3).text, exact(3).low == exact(3).high
    ('3', True)
    """
    found = Fraction(value)
    return Range(text or str(value), found, found, found)


def combined(compute: Callable[..., Fraction], *figures: Range) -> Range:
    """What a formula of four operations gives for figures between their ends: its ends lie at ends of theirs.

    Raises
    ------
    NotPrinted
        If it divides by a figure that may be 0.

    Examples
    --------
    >>> half = Range("0.5", Fraction(1, 2), Fraction(9, 20), Fraction(11, 20))
    >>> found = combined(operator.truediv, exact(1), half)
    >>> float(found.value), round(float(found.low), 3), round(float(found.high), 3)
    (2.0, 1.818, 2.222)
    """
    try:
        value = compute(*(f.value for f in figures))
        ends = [compute(*corner) for corner in itertools.product(*((f.low, f.high) for f in figures))]
    except ZeroDivisionError:
        raise NotPrinted(say("whole_above_0")) from None
    return Range("", value, min(ends), max(ends))


@dataclass(frozen=True)
class Comparison:
    """A stated number beside the recomputed one.

    Attributes
    ----------
    stated
        The number as printed.
    found
        What the figures give.
    how
        Its formula, with figures.
    rules
        Ways of rounding of which any may have printed the stated number.
    """

    stated: Printed
    found: Range
    how: Part
    rules: tuple[Rule, ...] = ROUNDING

    @property
    def fits(self) -> bool:
        """Whether some number between the ends prints as stated."""
        ends = (self.found.value, self.found.low, self.found.high)
        printed = any(prints_as(end, self.stated, rule) for end in ends for rule in self.rules)
        return printed or self.found.low <= self.stated.value <= self.found.high

    @property
    def recomputed(self) -> Part:
        """The recomputed number at the digits of the stated one; both ends where they print unlike."""
        low, high = (self._at_digits(end) for end in (self.found.low, self.found.high))
        return low if low == high else signs("{} … {}", low, high)

    def _at_digits(self, value: Fraction, rule: Rule | None = None) -> Part:
        return number(Fraction(rounded(value, self.stated.decimals, rule or self.rules[0])), self.stated.decimals)

    @property
    def finding(self) -> Finding:
        """The verdict, and the arithmetic in signs alone: they need no translation."""
        value = self._at_digits(self.found.value)
        printed = print_like(self.found.value, self.stated, self.rules[0])
        cut = print_like(self.found.value, self.stated, Rule.TRUNCATED)
        parts = [self.how]
        if self.how != self.found.text:
            parts.append(signs(" = {}", number(self.found.value, self.stated.decimals + 3)))
        spread = self.recomputed != value
        if str(self.how) != printed or spread:
            parts.append(signs(" → {} ({})", value, self.recomputed) if spread else signs(" → {}", value))
        if not self.fits and cut != printed and cut == self.stated.text:
            parts.append(signs(" (⌊ ⌋ {})", self._at_digits(self.found.value, Rule.TRUNCATED)))
        sign = "=" if printed == self.stated.text else "≈" if self.fits else "≠"
        return Finding(judged(self.fits), self.recomputed, signs("{} {} {}", joined(parts, ""), sign, self.stated.text))


@dataclass(frozen=True)
class Parameter:
    """One parameter of a check.

    Attributes
    ----------
    kind
        ``figure`` (one address), ``figures`` (several), ``column`` (figures by the key of their rows), ``integer``,
        ``choice``, ``text``.
    about
        What it is.
    default
        What stands for it; None where the check must be given it, or does without (`needed`).
    needed
        Whether a claim must give it.
    choices
        Of a ``choice``.
    low, high
        Ends of an ``integer``.
    """

    kind: str
    about: str
    default: Any = None
    needed: bool = True
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None

    def read(self, text: str) -> Any:
        """A setting from its text.

        Raises
        ------
        ValueError
            If it is none; the message says what is expected.

        Examples
        --------
        >>> Parameter("integer", "decimals", low=0).read("2")
        2
        >>> Parameter("choice", "direction", choices=("rise", "fall")).read("rises")
        Traceback (most recent call last):
        ...
        ValueError: rise, fall
        """
        if self.kind == "choice" and text not in self.choices:
            raise ValueError(", ".join(self.choices))
        if self.kind != "integer":
            return text
        found = int(text) if re.fullmatch(r"\d+", text) else None
        if (
            found is None
            or (self.low is not None and found < self.low)
            or (self.high is not None and found > self.high)
        ):
            raise ValueError(self.range)
        return found

    @property
    def range(self) -> str:
        """The values that it may have, in short."""
        if self.kind == "choice":
            return ", ".join(self.choices)
        if self.kind == "integer":
            return f"{'' if self.low is None else self.low} … {'' if self.high is None else self.high}".strip()
        return {"figure": "table: cell", "figures": "table: cells; …", "column": "table: column"}.get(self.kind, "")


def figure(about: str, *, needed: bool = True) -> Parameter:
    """One figure."""
    return Parameter("figure", about, needed=needed)


def figures(about: str) -> Parameter:
    """Several figures."""
    return Parameter("figures", about)


def choice(about: str, *choices: str) -> Parameter:
    """One of some words, the first where a claim gives none."""
    return Parameter("choice", about, choices[0], needed=False, choices=choices)


def integer(about: str, *, low: int = 0, high: int | None = None) -> Parameter:
    """A whole number that a claim need not give."""
    return Parameter("integer", about, needed=False, low=low, high=high)


@dataclass(frozen=True)
class Check:
    """A check by its name.

    Attributes
    ----------
    name
        As a claim names it.
    function
        Of the stated number (`Printed`; a text where `states` says so) and of `parameters` by name. It gives a
        `Comparison`, a `Finding`, or a number, which is compared with the stated one.
    parameters
        Name to parameter.
    formula
        What it computes.
    gives
        What stands as recomputed.
    reference
        Source of the idea.
    states
        ``number`` where the claim states a number, else ``text``.
    test
        Test that proves it.
    own
        Whether a user added it.
    """

    name: str
    function: Callable[..., Any]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    formula: str = ""
    gives: str = "the number in the digits of the stated one; both ends where figures are rounded"
    reference: str = ""
    states: str = "number"
    test: str = ""
    own: bool = False

    def run(self, stated: Printed | str, given: Mapping[str, Any]) -> Finding:
        """The finding for a claim; a figure that is not printed leaves it not derivable."""
        try:
            found = self.function(stated, **given)
            if not isinstance(found, Finding | Comparison):
                assert isinstance(stated, Printed)
                found = Comparison(
                    stated, exact(Fraction(found), str(number(Fraction(found), stated.decimals + 3))), self.name
                )
        except NotPrinted as reason:
            return Finding(Verdict.NOT_DERIVABLE, "–", signs("∅ {}", reason.what))
        return found.finding if isinstance(found, Comparison) else found


# The functions


def share(stated: Printed, part: Range, whole: Range, of: str = "hundred") -> Comparison:
    """A part of a whole, as a percentage or as a share of one.

    Examples
    --------
    >>> from monotown.claims.printed import read_printed
    >>> print(share(read_printed("59,26"), exact(16), exact(27)).finding.arithmetic)
    100 · 16 / 27 = 59.25926 → 59.26 = 59,26
    """
    times = 100 if of == "hundred" else 1
    if whole.value == 0:
        raise NotPrinted(say("whole_above_0"))
    how = f"{'100 · ' if times == 100 else ''}{part.text} / {whole.text}"
    return Comparison(stated, combined(lambda a, b: times * a / b, part, whole), how)


def ratio(stated: Printed, top: Range, bottom: Range) -> Comparison:
    """One figure over another."""
    return Comparison(stated, combined(operator.truediv, top, bottom), f"{top.text} / {bottom.text}")


def difference(stated: Printed, after: Range, before: Range, of: str = "figure") -> Comparison:
    """One figure less another, or that in percent of the other.

    Examples
    --------
    >>> from monotown.claims.printed import read_printed
    >>> print(difference(read_printed("50"), exact(3), exact(2), of="percent").finding.arithmetic)
    100 · (3 − 2) / 2 = 50.000 → 50 = 50
    """
    if of == "percent":
        how = f"100 · ({after.text} − {before.text}) / {before.text}"
        return Comparison(stated, combined(lambda a, b: 100 * (a / b - 1), after, before), how)
    return Comparison(stated, combined(operator.sub, after, before), f"{after.text} − {before.text}")


def total(stated: Printed, parts: Sequence[Range]) -> Comparison:
    """The sum of several figures."""
    found = Range("", *(sum((getattr(p, k) for p in parts), Fraction(0)) for k in ("value", "low", "high")))
    return Comparison(stated, found, _joined(parts))


def mean(stated: Printed, parts: Sequence[Range]) -> Comparison:
    """The arithmetic mean of several figures."""
    if not parts:
        raise NotPrinted(say("figures"))
    added = total(stated, parts)
    n = len(parts)
    found = Range("", *(getattr(added.found, k) / n for k in ("value", "low", "high")))
    return Comparison(stated, found, f"({added.how}) / {n}")


def rounding(stated: Printed, value: Range, rule: str = "rounded") -> Comparison:
    """A figure at the digits that are stated: rounded (half up or half to even), or with its other digits cut off."""
    rules = ROUNDING if rule == "rounded" else (Rule(rule),)
    return Comparison(stated, value, value.text, rules)


def rounding_rule(stated: str, values: Sequence[Range], printed: Sequence[Range]) -> Finding:
    """Which way of rounding prints every one of some figures.

    Examples
    --------
    >>> figure = Range("0.6", Fraction(3, 5), Fraction(3, 5), Fraction(3, 5))
    >>> rounding_rule("", [exact(Fraction(2, 3))], [figure]).recomputed.parts
    (Told(key='rule.truncated', slots={}, otherwise=''),)
    """
    if len(values) != len(printed) or not values:
        raise NotPrinted(say("as_many_printed"))
    pairs = [(v.value, read_printed(p.text)) for v, p in zip(values, printed, strict=True)]
    counts = fitting(pairs)
    n = len(pairs)
    shown = joined((signs("{}: {} / {}", _rule(rule), count, n) for rule, count in counts.items()), "; ")
    all_ = [rule for rule, count in counts.items() if count == n]
    if not all_:
        return Finding(Verdict.INCONSISTENT, "∅", shown)
    alone = Rule.TRUNCATED not in all_ or len(all_) == 1
    return Finding(Verdict.DERIVED if alone else Verdict.NOT_DERIVABLE, joined(map(_rule, all_)), shown)


def _rule(rule: Rule) -> Told:
    return Told(f"rule.{rule.value}")


def fitting(pairs: Sequence[tuple[Fraction, Printed]]) -> dict[Rule, int]:
    """How many numbers each way of rounding prints as they are printed."""
    return {rule: sum(prints_as(value, printed, rule) for value, printed in pairs) for rule in Rule}


def integers(
    stated: Printed,
    part: Range | None = None,
    whole: Range | None = None,
    smallest: int | None = None,
    largest: int | None = None,
    of: str = "hundred",
) -> Finding:
    """Whether whole numbers lie behind a printed percentage, share or mean, and which.

    With a whole, its parts; with a part, its wholes; with both, whether the pair is among them; with neither, the
    pairs whose whole lies from the smallest to the largest.

    Examples
    --------
    >>> from monotown.claims.printed import read_printed
    >>> integers(read_printed("5.19"), whole=exact(28), of="one").verdict.value  # GRIM
    'inconsistent'
    >>> print(integers(read_printed("49,14"), part=exact(86)).recomputed)
    {175}
    """
    times = 100 if of == "hundred" else 1
    sign = f"{'100 · ' if times == 100 else ''}n / N → {stated.text}"
    if whole is not None:
        if whole.whole() <= 0:
            raise NotPrinted(say("whole_above_0"))
        found = sorted({n for rule in ROUNDING for n in parts_behind(whole.whole(), stated, rule, times)})
        arithmetic = signs("{}, N = {}: n ∈ {}", sign, whole.text, _braced(found))
        if part is None:
            return Finding(judged(bool(found)), _braced(found), arithmetic)
        holds = part.value in found
        beside = signs("{} {} {}", arithmetic, "∋" if holds else "∌", part.text)
        return Finding(judged(holds), _braced(found), beside)
    if part is not None:
        if part.whole() <= 0 or stated.value <= stated.step:
            raise NotPrinted(say("share_above_0"))
        found = sorted({n for rule in ROUNDING for n in wholes_behind(part.whole(), stated, rule, times)})
        arithmetic = signs("{}, n = {}: N ∈ {}", sign, part.text, _braced(found))
        return Finding(judged(bool(found)), _braced(found), arithmetic)
    if smallest is None or largest is None or not 0 < smallest <= largest:
        raise NotPrinted(signs("smallest ≤ largest"))
    pairs = {pair for rule in ROUNDING for pair in shares_behind(stated, smallest, largest, rule, times)}
    listed = _braced([f"{a}/{b}" for a, b in sorted(pairs, key=lambda p: (p[1], p[0]))])
    verdict = Verdict.NOT_DERIVABLE if len(pairs) > 1 else judged(bool(pairs))
    return Finding(verdict, listed, signs("{}, {} ≤ N ≤ {}: {}", sign, smallest, largest, listed))


def trend(stated: str, values: Sequence[Range], direction: str = "rise", steps: str = "ends") -> Finding:
    """Whether a series rises, falls or stays: from its first figure to its last, or at every step.

    Examples
    --------
    >>> trend("", [exact(1), exact(3), exact(2)]).verdict.value
    'reproduced'
    >>> trend("", [exact(1), exact(3), exact(2)], steps="every").verdict.value
    'inconsistent'
    """
    if len(values) < 2:
        raise NotPrinted(say("second_figure"))
    pairs = list(itertools.pairwise(values)) if steps == "every" else [(values[0], values[-1])]
    allows: dict[str, Callable[[Range, Range], bool]] = {
        "rise": lambda a, b: b.high > a.low,
        "fall": lambda a, b: b.low < a.high,
        "same": lambda a, b: b.high >= a.low and b.low <= a.high,
    }
    may = allows[direction]
    change = values[-1].value - values[0].value
    arrow = "↑" if change > 0 else "↓" if change < 0 else "="
    return Finding(judged(all(may(*pair) for pair in pairs)), arrow, " → ".join(v.text for v in values))


def rank(
    stated: Printed,
    value: Range,
    among: Sequence[Range],
    first: str = "largest",
    ties: str = "shared",
    decimals: int | None = None,
) -> Finding:
    """The place of a figure among several, itself among them; equal figures share the best place, or take any of it.

    Examples
    --------
    >>> from monotown.claims.printed import read_printed
    >>> three = [exact(9), exact(7), exact(7)]
    >>> [str(rank(read_printed("3"), three[1], three, ties=ties).recomputed) for ties in ("shared", "any")]
    ['2', '2 … 3']
    """
    if all(other.value != value.value for other in among):
        raise NotPrinted(say("among_the_figures", text=value.text))

    def at(number_: Fraction) -> Fraction:
        sign = 1 if first == "largest" else -1
        return sign * (number_ if decimals is None else Fraction(rounded(number_, decimals)))

    ends = [sorted((at(f.low), at(f.high))) for f in among]
    low, high = sorted((at(value.low), at(value.high)))
    best = 1 + sum(a > high for a, _ in ends)
    # it stands among the figures itself
    before = sum(b >= low for _, b in ends) - 1 if ties == "any" else sum(b > low for _, b in ends) - (high > low)
    worst = 1 + before
    shown = best if best == worst else signs("{} … {}", best, worst)
    sign = "=" if best == worst == stated.value else "∋" if best <= stated.value <= worst else "≠"
    beyond = ">" if first == "largest" else "<"
    how = signs("1 + #{{x {} {}}} = {} {} {}, n = {}", beyond, value.text, shown, sign, stated.text, len(among))
    return Finding(judged(best <= stated.value <= worst), shown, how)


def agreement(
    stated: Printed,
    printed: Mapping[str, Range | None],
    values: Mapping[str, Range | None],
    decimals: int | None = None,
) -> Finding:
    """How many cells of a printed column the figures give; the claim states how many there are.

    Where a figure is missing, its cell can neither be given nor refused.

    Examples
    --------
    >>> from monotown.claims.printed import read_printed
    >>> printed = {"a": exact(1), "b": exact(2)}
    >>> print(agreement(read_printed("2"), printed, {"a": exact(1), "b": exact(3)}).arithmetic)
    1 / 2; b: 2 ≠ 3
    """
    right, lacking = 0, 0
    wrong: list[Part] = []
    told = {key: cell for key, cell in printed.items() if cell is not None}
    if not told:
        raise NotPrinted(say("the_column"))
    for key, cell in told.items():
        shown = read_printed(cell.text)
        at = min(shown.decimals, FINEST) if decimals is None else decimals
        if shown.decimals > at:
            text = f"{rounded(cell.value, at):f}"
            shown = Printed(text, Fraction(text), at)
        value = values.get(key)
        lacking += value is None
        if value is not None and Comparison(shown, value, "").fits:
            right += 1
        else:
            wrong.append(signs("{}: {} ≠ {}", key, shown.text, "∅" if value is None else number(value.value, at)))
    more = [signs("… +{}", len(wrong) - LISTED)] if len(wrong) > LISTED else []
    shares = signs("{} / {}", right, len(told))
    arithmetic = joined([shares, *wrong[:LISTED], *more], "; ")
    open_ = right < stated.value <= right + lacking
    verdict = Verdict.NOT_DERIVABLE if open_ else judged(right == stated.value)
    return Finding(verdict, shares, arithmetic)


def within(stated: str, values: Sequence[Range], low: Range | None = None, high: Range | None = None) -> Finding:
    """Whether every one of some figures lies between two ends.

    Examples
    --------
    >>> within("", [exact(0), exact(2)], low=exact(0), high=exact(1)).arithmetic
    '0 … 2 ⊄ [0; 1]'
    """
    if not values:
        raise NotPrinted(say("figures"))
    least, most = min(values, key=lambda v: v.value), max(values, key=lambda v: v.value)
    holds = (low is None or all(v.high >= low.low for v in values)) and (
        high is None or all(v.low <= high.high for v in values)
    )
    shown = f"{least.text} … {most.text}"
    ends = f"[{low.text if low else '−∞'}; {high.text if high else '∞'}]"
    return Finding(judged(holds), shown, f"{shown} {'⊂' if holds else '⊄'} {ends}")


def _joined(parts: Sequence[Range]) -> str:
    """Terms as printed, few; else the first and the last."""
    texts = [p.text for p in parts]
    return " + ".join(texts) if len(texts) <= 2 * LISTED else f"Σ {texts[0]}, …, {texts[-1]} (n = {len(texts)})"


def _braced(values: Sequence[Part]) -> Part:
    more = [] if len(values) <= LISTED else [signs("… +{}", len(values) - LISTED + 1)]
    return braced([*(values[: LISTED - 1] if more else values), *more])


_TEST: Final = "claims/test_checks.py::test_"
_OF_HUNDRED: Final = choice("of how many the stated share is", "hundred", "one")
_GRIM: Final = "Brown and Heathers 2017"
_PRINT: Final = "digits as a statement of precision: IEEE 754, roundTiesToAway and roundTiesToEven"

#: Every check by its name, in the order of the documents.
_KNOWN: Final[dict[str, Check]] = {
    c.name: c
    for c in (
        Check(
            "share",
            share,
            {"part": figure("the part"), "whole": figure("what it is a part of"), "of": _OF_HUNDRED},
            formula="100 · part / whole, or part / whole",
            test=f"{_TEST}share",
        ),
        Check(
            "ratio",
            ratio,
            {"top": figure("the figure"), "bottom": figure("what it is divided by")},
            formula="top / bottom",
            test=f"{_TEST}ratio",
        ),
        Check(
            "difference",
            difference,
            {
                "after": figure("the figure"),
                "before": figure("what is taken away, such as the figure of an earlier year"),
                "of": choice("the difference itself, or in percent of `before`", "figure", "percent"),
            },
            formula="after − before, or 100 · (after − before) / before",
            test=f"{_TEST}difference",
        ),
        Check("sum", total, {"parts": figures("the terms")}, formula="Σ parts", test=f"{_TEST}sum"),
        Check("mean", mean, {"parts": figures("the figures")}, formula="Σ parts / n", test=f"{_TEST}mean"),
        Check(
            "rounding",
            rounding,
            {
                "value": figure("the figure, or an expression of figures"),
                "rule": choice("how digits are left out", "rounded", *(r.value for r in Rule)),
            },
            formula="the value at the stated digits",
            reference=_PRINT,
            test=f"{_TEST}rounding_to_half_and_by_cutting_off",
        ),
        Check(
            "rounding_rule",
            rounding_rule,
            {"values": figures("exact values"), "printed": figures("the same as printed, in the same order")},
            formula="the way of rounding that prints all of them",
            gives="its name; several where the figures cannot tell them apart",
            reference=_PRINT,
            states="text",
            test=f"{_TEST}rounding_rule",
        ),
        Check(
            "integers",
            integers,
            {
                "part": figure("the count that is the part", needed=False),
                "whole": figure("the count that it is a part of, or the number of answers of a mean", needed=False),
                "smallest": integer("least whole, where no count is known", low=1),
                "largest": integer("greatest whole, where no count is known", low=1, high=100_000),
                "of": _OF_HUNDRED,
            },
            formula="whole numbers n, N with n / N printed as stated",
            gives="the set of them",
            reference=_GRIM,
            test=f"{_TEST}integers",
        ),
        Check(
            "trend",
            trend,
            {
                "values": figures("the series, in its order"),
                "direction": choice("what is said of it", "rise", "fall", "same"),
                "steps": choice("from the first figure to the last, or at every step", "ends", "every"),
            },
            formula="last > first, or each > the one before",
            gives="the direction from the first figure to the last",
            states="text",
            test=f"{_TEST}trend",
        ),
        Check(
            "rank",
            rank,
            {
                "value": figure("the figure whose place is stated"),
                "among": figures("all figures that are ranked, itself among them"),
                "first": choice("which figure takes place 1", "largest", "smallest"),
                "ties": choice("equal figures share the best place, or take any of theirs", "shared", "any"),
                "decimals": integer("decimals at which figures are ranked; all that there are", high=15),
            },
            formula="1 + the number of figures before it",
            gives="the place; both ends where figures are rounded or places may be dealt among equals",
            test=f"{_TEST}rank",
        ),
        Check(
            "agreement",
            agreement,
            {
                "printed": Parameter("column", "the printed column"),
                "values": Parameter("column", "what should stand in it"),
                "key": Parameter("text", "column that names the rows, `a=b` where the two tables call it a and b"),
                "decimals": integer("decimals at which cells are compared; those printed, nine at most", high=15),
            },
            formula="the number of cells that the figures give, of all that are printed",
            gives="that number, of all",
            test=f"{_TEST}agreement",
        ),
        Check(
            "within",
            within,
            {
                "values": figures("the figures"),
                "low": figure("the lower end", needed=False),
                "high": figure("the upper end", needed=False),
            },
            formula="low ≤ each ≤ high",
            gives="the least and the greatest figure",
            states="text",
            test=f"{_TEST}within",
        ),
    )
}

#: The same, to read; it grows with `register_check`.
CHECKS: Final[Mapping[str, Check]] = MappingProxyType(_KNOWN)

_KINDS: Final = ("figure", "figures", "column", "integer", "choice", "text")


def register_check(check: Check) -> Check:
    """Add a check of one's own: a claim may name it from then on.

    Raises
    ------
    InputError
        Everything that is wrong with it.

    Examples
    --------
    >>> twice = Check("twice", lambda stated, value: 2 * value.value, {"value": figure("the half")})
    >>> register_check(twice).own
    True
    >>> forget_checks()
    >>> register_check(Check("share", twice.function, twice.parameters))
    Traceback (most recent call last):
    monotown.base.problems.InputError: 1 problem in the input:
      1. claims, register, share: found 'share'; expected a name that no check has
    """
    wrong = []
    if not re.fullmatch(r"[a-z][a-z0-9_]*", check.name):
        wrong.append((check.name, "a name of small letters, digits and underscores"))
    elif check.name in _KNOWN:
        wrong.append((check.name, "a name that no check has"))
    if check.states not in ("number", "text"):
        wrong.append((check.states, "number or text, as what a claim states"))
    wrong += [
        (p.kind, f"a kind of parameter, one of {', '.join(_KINDS)}")
        for p in check.parameters.values()
        if p.kind not in _KINDS
    ]
    if not callable(check.function):
        wrong.append((str(check.function), "a function"))
    else:
        try:
            inspect.signature(check.function).bind("stated", **{k: None for k in check.parameters if k != "key"})
        except TypeError as error:
            wrong.append((", ".join(["stated", *check.parameters]), f"a function of these: {error}"))
    if wrong:
        raise InputError(Problem("claims", f"register, {check.name}", found, expected) for found, expected in wrong)
    made = Check(**{**{k: getattr(check, k) for k in check.__dataclass_fields__}, "own": True})
    _KNOWN[made.name] = made
    return made


def load_checks(text: str, file: str) -> None:
    r"""Run a user's Python file, which registers checks; those of an earlier one are taken out.

    Raises
    ------
    InputError
        Everything that is wrong with the file, each with its line.

    Examples
    --------
    >>> load_checks("pass", "own.py")
    Traceback (most recent call last):
    monotown.base.problems.InputError: 1 problem in the input:
      1. own.py, line 1: found 'no check'; expected a call of monotown.register_check for each check
    """
    forget_checks()
    problems = Problems()
    run_own(text, file, problems)
    if not len(problems) and not any(check.own for check in _KNOWN.values()):
        problems.add(file, "line 1", "no check", "a call of monotown.register_check for each check")
    if len(problems):
        forget_checks()
    problems.stop()


def forget_checks() -> None:
    """Take out what `register_check` added."""
    for name in [c.name for c in _KNOWN.values() if c.own]:
        del _KNOWN[name]
