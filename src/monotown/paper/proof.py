"""What the printed figures of the university prove when they are read together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from monotown.claims.finding import NotPrinted
from monotown.claims.printed import ROUNDING, Printed, Rule, reproduces
from monotown.claims.readings import pairs_behind, shares_behind, wholes_behind
from monotown.claims.said import say
from monotown.paper.decompose import METHODS, Split
from monotown.paper.published import DEGREES, Published, as_int

#: Limits of teaching staff where a share alone is read in whole numbers.
STAFF_RANGE = (20, 500)


@dataclass(frozen=True)
class Proof:
    """The only counts behind the printed figures.

    Attributes
    ----------
    years
        Year before and year after.
    holders, staff
        People with a degree and teaching staff, before and after.
    """

    years: tuple[int, int]
    holders: tuple[int, int]
    staff: tuple[int, int]

    @property
    def shares(self) -> tuple[Fraction, Fraction]:
        """Exact shares of degree holders, before and after."""
        (n0, n1), (N0, N1) = self.holders, self.staff
        return Fraction(n0, N0), Fraction(n1, N1)

    @property
    def others(self) -> tuple[int, int]:
        """Teaching staff without a degree, before and after."""
        return self.staff[0] - self.holders[0], self.staff[1] - self.holders[1]

    def split(self, method: str) -> Split:
        """Split of the loss by a method of `monotown.paper.decompose.METHODS`."""
        return METHODS[method](self.holders, self.staff)


def holders(published: Published) -> int:
    """Degree holders of Table 2: doctors of science, PhD and candidates of sciences."""
    return sum(as_int(published.one(d).printed.value) for d in DEGREES)


def staff(published: Published) -> int:
    """Teaching staff of Table 2.

    Raises
    ------
    NotPrinted
        If it is zero, so that no share can be taken.
    """
    n = as_int(published.one("teaching_staff").printed.value)
    if n == 0:
        raise NotPrinted(say("staff_above_0"))
    return n


def year_of_table2(published: Published) -> int:
    """Year of Table 2, which prints none: the one column of Table 3 with the same digits.

    Raises
    ------
    NotPrinted
        If no column, or more than one, has them.
    """
    share = published.one("degree_share").printed
    same = [q.year for q in published.all("availability") if q.printed.value == share.value]
    if len(same) != 1 or same[0] is None:
        raise NotPrinted(say("one_column_of_table3", share=share.text))
    return same[0]


def ratio_pairs(published: Published) -> dict[Rule, list[tuple[int, int]]]:
    """Pairs of whole numbers behind the printed ratio and difference, by rule."""
    ratio = published.one("degree_holders_ratio").printed
    loss = published.one("degree_holders_loss").printed.value
    if loss.denominator != 1:
        return {rule: [] for rule in Rule}
    return {rule: _pairs(ratio, int(loss), rule) for rule in Rule}


def _pairs(ratio: Printed, loss: int, rule: Rule) -> list[tuple[int, int]]:
    try:
        return pairs_behind(ratio, loss, rule)
    except ValueError as error:
        raise NotPrinted(say("ratio_above_1")) from error


def only_pair(published: Published) -> tuple[int, int]:
    """The one pair behind ratio and difference, under every rule.

    Raises
    ------
    NotPrinted
        If there is none, or more than one.
    """
    found = {pair for pairs in ratio_pairs(published).values() for pair in pairs}
    if len(found) != 1:
        raise NotPrinted(say("one_pair_behind", n=len(found)))
    return found.pop()


def availability(published: Published, year: int) -> Printed:
    """Share of degree holders that Table 3 prints for a year."""
    return published.one("availability", year=year).printed


def only_staff(published: Published, part: int, year: int) -> int:
    """The one number of staff of which a part is the share that Table 3 prints for a year.

    Raises
    ------
    NotPrinted
        If there is none, or more than one.
    """
    share = availability(published, year)
    if share.value <= share.step or part <= 0:
        raise NotPrinted(say("share_above_0"))
    found = {n for rule in ROUNDING for n in wholes_behind(part, share, rule)}
    if len(found) != 1:
        raise NotPrinted(say("one_reading", part=part, n=len(found)))
    return found.pop()


def prove(published: Published) -> Proof:
    """Counts before and after that the printed figures leave no choice about.

    The pair comes from the ratio and the difference alone; its lower number must be the sum of
    Table 2, and both shares of Table 3 must be shares of whole numbers of staff.

    Raises
    ------
    NotPrinted
        If a figure is missing, more than one reading is left, or figures contradict each other.
    """
    years = published.spans.get("degree_holders_ratio")
    if years is None:
        raise NotPrinted(say("years_of_the_ratio"))
    before, after = only_pair(published)
    if after != holders(published):
        raise NotPrinted(say("pair_of_table2", n=holders(published)))
    if not reproduces(Fraction(100 * after, staff(published)), availability(published, years[1])):
        raise NotPrinted(say("share_agrees_with_table2", year=str(years[1])))
    staff_before = only_staff(published, before, years[0])
    return Proof(years, (before, after), (staff_before, staff(published)))


def first_year(published: Published) -> int:
    """First year of Table 3."""
    years = [q.year for q in published.all("availability") if q.year is not None]
    if not years:
        raise NotPrinted(say("years_of_table3"))
    return min(years)


def readings(
    published: Published, year: int, limits: Sequence[int] = STAFF_RANGE, rule: Rule = Rule.HALF_UP
) -> list[tuple[int, int]]:
    """Pairs (degree holders, staff) behind the share that Table 3 prints for a year."""
    return shares_behind(availability(published, year), limits[0], limits[1], rule)


def rounded_readings(published: Published, year: int, limits: Sequence[int] = STAFF_RANGE) -> list[tuple[int, int]]:
    """Readings that rounding allows, half up or half to even, by number of staff."""
    found = {pair for rule in ROUNDING for pair in readings(published, year, limits, rule)}
    return sorted(found, key=lambda pair: (pair[1], pair[0]))
