"""Checks that decide what a claim of the paper is worth, each on the transcribed figures alone.

A check is a function of the published figures and of the parameters that
``config/parts/paper/claims.yaml`` gives; it returns a `Finding`. Where it asks no more than a check of any
publication does (`monotown.claims.checks`), it says which figures of the paper that one is of. The register `CHECKS`
names them all. A figure that the paper does not print raises `NotPrinted`, which the ledger turns into the
verdict "not derivable".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from scipy.special import ndtr

from monotown.claims import checks as any_claim
from monotown.claims.checks import Comparison, exact
from monotown.claims.finding import Finding, NotPrinted, Verdict, judged
from monotown.claims.printed import ROUNDING, Rule, prints_as, reproduces, rounded
from monotown.claims.readings import parts_behind, wholes_behind
from monotown.claims.said import Part, Told, braced, joined, number, plus, say, signed, signs, thing
from monotown.paper import proof as known
from monotown.paper.published import DEGREES, TOTAL, Published, Quantity, as_int
from monotown.paper.tables import counts_of_year, share_of_row, sum_of_rows

Check = Callable[..., Finding]

#: Every check by its name.
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Enter a check in the register under its own name."""
    CHECKS[function.__name__] = function
    return function


def _beside(compared: Comparison) -> Finding:
    """A printed number beside its exact value, under both ways of rounding a half."""
    exact_, printed = compared.found.value, compared.stated
    up, even = (number(Fraction(rounded(exact_, printed.decimals, rule)), printed.decimals) for rule in ROUNDING)
    told: dict[str, Part] = {"how": compared.how, "fine": number(exact_, printed.decimals + 3), "found": up}
    key, more = ("beside", {}) if up == even else ("beside_even", {"even": even})
    return Finding(judged(compared.fits), up, say(key, printed=printed.text, **told, **more))


def _added(compared: Comparison, found: Part) -> Finding:
    """A printed sum beside that of its terms, which it must be to the last digit."""
    arithmetic = say("added", how=compared.how, found=found, printed=compared.stated.text)
    return Finding(judged(compared.found.value == compared.stated.value), found, arithmetic)


def organisation_name(name: str) -> Told:
    """An organisation of Table 1."""
    return Told(f"organisation.{name}", otherwise=name)


# Table 1


@check
def share(published: Published, organisation: str, year: int) -> Finding:
    """A printed share of Table 1 against the counts."""
    printed, _ = share_of_row(published, organisation, year)
    part = published.one("researchers", organisation, year).printed
    return _beside(any_claim.share(printed, exact(part.value, part.text), exact(sum_of_rows(published, year))))


@check
def total(published: Published, year: int) -> Finding:
    """The printed total of Table 1 against the sum of its rows."""
    counts = [published.one("researchers", o, year).printed for o in published.organisations]
    printed = published.one("researchers", TOTAL, year).printed
    compared = any_claim.total(printed, [exact(c.value, c.text) for c in counts])
    return _added(compared, number(compared.found.value, 0))


@check
def shares_add_up(published: Published, year: int) -> Finding:
    """The printed shares of Table 1 against the printed 100."""
    shares = [published.one("researcher_share", o, year).printed for o in published.organisations]
    whole = published.one("researcher_share", TOTAL, year).printed
    compared = any_claim.total(whole, [exact(s.value, s.text) for s in shares])
    return _added(compared, number(compared.found.value))


@check
def rounding_rule(published: Published) -> Finding:
    """Which rule prints every share of Table 1: rounding, or cutting digits off."""
    cells = [share_of_row(published, o, year) for year in published.table1_years for o in published.organisations]
    fits = any_claim.fitting([(value, printed) for printed, value in cells])
    n = len(cells)
    up, even, cut = fits[Rule.HALF_UP], fits[Rule.HALF_EVEN], fits[Rule.TRUNCATED]
    arithmetic = say("shares_printed_so", up=up, even=even, cut=cut, n=n)
    if n == max(up, even) and cut < n:
        return Finding(Verdict.DERIVED, say("rounded_not_cut"), arithmetic)
    if n in (up, even, cut):
        return Finding(Verdict.NOT_DERIVABLE, say("both_rules_fit"), arithmetic)
    return Finding(Verdict.INCONSISTENT, say("no_one_rule"), arithmetic)


@check
def number_format(published: Published) -> Finding:
    """Whether tables and text print decimals alike: one mark, one number of digits a column."""
    marks: dict[str, set[str]] = {"tables": set(), "text": set()}
    for q in published.quantities:
        place = "text" if q.source == "paper_text" else "tables"
        marks[place] |= {m for m in ",." if m in q.printed.text}
    mixed = []
    for year in published.table1_years:
        shares = [published.one("researcher_share", o, year).printed for o in published.organisations]
        if len({s.decimals for s in shares}) > 1:
            mixed.append(signs("{}: {}", str(year), joined((s.text for s in shares), "; ")))
    both = marks["tables"] | marks["text"]
    words = {",": say("comma"), ".": say("point")}
    named: dict[str, Part] = {place: joined(words[m] for m in sorted(m_s)) for place, m_s in marks.items()}
    arithmetic = say("decimal_marks", **named)
    if mixed:
        arithmetic = say("digits_differ", marks=arithmetic, columns=joined(mixed, "; "))
    same = len(both) <= 1 and not mixed
    return Finding(judged(same), say("one_form" if same else "two_forms"), arithmetic)


def _counts(published: Published, year: int) -> dict[str, int]:
    return {o: as_int(published.one("researchers", o, year).printed.value) for o in published.organisations}


@check
def largest(published: Published, organisation: str) -> Finding:
    """Whether an organisation has the most researchers in every year of Table 1."""
    parts, holds = [], []
    for year in published.table1_years:
        counts = _counts(published, year)
        if organisation not in counts:
            raise NotPrinted(organisation_name(organisation))
        next_most = max(n for o, n in counts.items() if o != organisation)
        holds.append(counts[organisation] > next_most)
        sign = ">" if holds[-1] else "\u2264"
        parts.append(signs("{}: {} {} {}", str(year), counts[organisation], sign, next_most))
    return Finding(judged(all(holds)), say("largest" if all(holds) else "not_always_largest"), joined(parts, "; "))


@check
def majority(published: Published, organisation: str) -> Finding:
    """Whether an organisation has more than half of the researchers in every year of Table 1."""
    parts, holds = [], []
    for year in published.table1_years:
        _, exact = share_of_row(published, organisation, year)
        holds.append(exact > 50)
        sign = ">" if holds[-1] else ("=" if exact == 50 else "<")
        parts.append(signs("{}: {}% {} 50%", str(year), number(exact), sign))
    years = [str(y) for y, h in zip(published.table1_years, holds, strict=True) if h]
    recomputed = say("more_than_half_in", years=joined(years)) if years else say("never_more_than_half")
    return Finding(judged(all(holds)), recomputed, joined(parts, "; "))


@check
def concentration(published: Published) -> Finding:
    """Herfindahl index of the researchers of Table 1, and the lead of the largest organisation."""
    parts = []
    for year in published.table1_years:
        counts = sorted(_counts(published, year).values(), reverse=True)
        n = sum(counts)
        if n == 0:
            raise NotPrinted(say("researchers_of", year=str(year)))
        index = sum(Fraction(c, n) ** 2 for c in counts)
        parts.append(say("index_and_lead", year=str(year), index=number(index, 3), lead=counts[0] - counts[1]))
    return Finding(Verdict.DERIVED, joined(parts, "; "), say("squared_shares"))


@check
def organisations_counted(published: Published) -> Finding:
    """Organisations with researchers in Table 1, which prints no number of them."""
    counts = {year: sum(n > 0 for n in _counts(published, year).values()) for year in published.table1_years}
    text = joined((signs("{}: {}", str(year), n) for year, n in counts.items()), "; ")
    return Finding(Verdict.DERIVED, text, say("rows_with_researchers"))


@check
def one_reporter(published: Published, passage: str, word: str) -> Finding:
    """Whether a note that names one reporting organisation stands under a table of one."""
    text = _passage(published, passage)
    singular = re.search(rf"\b{word}\b", text) is not None
    n = len(published.organisations)
    fits = not singular or n == 1
    note = say("note_names_one" if singular else "note_names_several")
    return Finding(judged(fits), say("organisations_in_table", n=n), note)


@check
def changes_by_organisation(published: Published) -> Finding:
    """How each organisation of Table 1 changed from its first year to its last."""
    first, last = published.table1_years[0], published.table1_years[-1]
    before, after = _counts(published, first), _counts(published, last)
    parts = []
    for name in published.organisations:
        change = signs("{} {} → {}", organisation_name(name), before[name], after[name])
        if before[name]:
            percent = Fraction(100 * (after[name] - before[name]), before[name])
            change = signs("{} ({}%)", change, signed(percent, 1))
        parts.append(change)
    down = [o for o in published.organisations if after[o] < before[o]]
    up = [o for o in published.organisations if after[o] > before[o]]
    recomputed = say("fell_and_rose", down=len(down), up=len(up), n=len(before))
    return Finding(Verdict.DERIVED, recomputed, joined(parts, "; "))


# The university


@check
def degree_sum(published: Published) -> Finding:
    """Degree holders of Table 2, a sum the paper does not print."""
    parts = [published.one(d).printed.text for d in DEGREES]
    n = known.holders(published)
    return Finding(Verdict.DERIVED, n, signs("{} = {}", plus(parts), n))


@check
def degree_share(published: Published) -> Finding:
    """The printed share of Table 2 against its counts."""
    n, staff = known.holders(published), known.staff(published)
    return _beside(any_claim.share(published.one("degree_share").printed, exact(n), exact(staff)))


@check
def only_staff_for_share(published: Published) -> Finding:
    """Whether the printed share leaves one number of staff for the degree holders of Table 2."""
    n = known.holders(published)
    share_ = published.one("degree_share").printed
    if n == 0 or share_.value <= share_.step:
        raise NotPrinted(say("holders_above_0"))
    found = sorted({s for rule in ROUNDING for s in wholes_behind(n, share_, rule)})
    arithmetic = signs("100 · {} / N → {}: N ∈ {}", n, share_.text, braced(found))
    if not found:
        return Finding(Verdict.INCONSISTENT, say("none"), arithmetic)
    if found == [known.staff(published)]:
        return Finding(Verdict.DERIVED, say("only", n=found[0]), arithmetic)
    verdict = Verdict.NOT_DERIVABLE if known.staff(published) in found else Verdict.INCONSISTENT
    return Finding(verdict, braced(found), arithmetic)


def _numbers(values: Sequence[int]) -> Part:
    return joined(values) if values else say("no_whole_number")


@check
def share_of_the_sum(published: Published) -> Finding:
    """Whose share the one share of Table 2 is: of a degree, or of all of them together."""
    staff = known.staff(published)
    printed = published.one("degree_share").printed
    single = {d: as_int(published.one(d).printed.value) for d in DEGREES}
    shares = {d: Fraction(100 * n, staff) for d, n in single.items()}
    of_sum = Fraction(100 * sum(single.values()), staff)
    arithmetic = signs("{} = {}", plus(number(s) for s in shares.values()), number(of_sum))
    alone = [d for d, s in shares.items() if reproduces(s, printed)]
    if reproduces(of_sum, printed) and not alone:
        return Finding(Verdict.DERIVED, say("share_of_all_three"), arithmetic)
    return Finding(Verdict.INCONSISTENT, say("no_such_share"), signs("{} ≠ {}", arithmetic, printed.text))


@check
def year_of_table2(published: Published) -> Finding:
    """The year that Table 2 does not print, from the digits of Table 3."""
    share_ = published.one("degree_share").printed
    year = known.year_of_table2(published)
    columns = joined((signs("{}: {}", str(q.year), q.printed.text) for q in published.all("availability")), "; ")
    return Finding(Verdict.DERIVED, str(year), say("in_table3", share=share_.text, columns=columns))


@check
def year_of_today(published: Published) -> Finding:
    """The year of "today", from the digits it is printed with."""
    said = published.one("personnel_potential_against_2009").printed
    same = [q.year for q in published.all("availability") if q.printed.value == said.value]
    if len(same) != 1:
        raise NotPrinted(say("one_column_of_table3", share=said.text))
    return Finding(Verdict.DERIVED, str(same[0]), say("figure_of_table3", share=said.text, year=str(same[0])))


@check
def same_digits(published: Published) -> Finding:
    """Whether a share of Table 2 prints like the ratio of the text, which is another thing."""
    ratio = published.one("degree_holders_ratio").printed
    phd = published.one("doctors_phd").printed.text
    exact = Fraction(100 * int(phd), known.staff(published))
    same = prints_as(exact, ratio, Rule.HALF_UP)
    of_phd = signs("PhD: 100 · {} / {} = {}%", phd, known.staff(published), number(exact))
    recomputed = say("same_digits" if same else "other_digits")
    return Finding(Verdict.DERIVED, recomputed, say("beside_the_text", share=of_phd, ratio=ratio.text))


@check
def composition(published: Published) -> Finding:
    """What the degree holders of Table 2 are made of."""
    n = known.holders(published)
    if n == 0:
        raise NotPrinted(thing("degree_holders"))
    parts = []
    for degree in DEGREES:
        percent = Fraction(100 * as_int(published.one(degree).printed.value), n)
        parts.append(signs("{} {}%", thing(degree), number(percent, 0)))
    counts = [published.one(d).printed.text for d in DEGREES]
    return Finding(Verdict.DERIVED, joined(parts), say("of_all", parts=joined(counts), n=n))


@check
def availability_defined(published: Published) -> Finding:
    """What the undefined indicator of Table 3 is: degree holders over teaching staff."""
    year = known.year_of_table2(published)
    n, staff = known.holders(published), known.staff(published)
    exact = Fraction(100 * n, staff)
    printed = known.availability(published, year)
    if not reproduces(exact, printed):
        arithmetic = signs("100 · {} / {} = {} ≠ {}", n, staff, number(exact), printed.text)
        return Finding(Verdict.INCONSISTENT, say("not_that_share"), arithmetic)
    formula = signs("{}: 100 · {} / {} = {}", str(year), n, staff, printed.text)
    return Finding(Verdict.DERIVED, say("holders_over_staff"), say("as_in_table2", formula=formula))


@check
def ratio(published: Published) -> Finding:
    """The printed ratio from the difference and the degree holders of Table 2."""
    after = known.holders(published)
    loss = published.one("degree_holders_loss").printed
    printed = published.one("degree_holders_ratio").printed
    if after == 0:
        raise NotPrinted(thing("degree_holders"))
    _same_years(published)
    before = exact(after + loss.value, f"({after} + {loss.text})")
    return _beside(any_claim.ratio(printed, before, exact(after)))


@check
def difference(published: Published) -> Finding:
    """The printed difference from the ratio and the degree holders of Table 2."""
    after = known.holders(published)
    printed = published.one("degree_holders_ratio").printed
    loss = published.one("degree_holders_loss").printed
    if after == 0:
        raise NotPrinted(thing("degree_holders"))
    _same_years(published)
    middle, reach = after * printed.value, after * printed.step
    candidates = range(max(0, math.floor(middle - reach)), math.ceil(middle + reach) + 1)
    found = sorted(n for n in candidates if any(prints_as(Fraction(n, after), printed, r) for r in ROUNDING))
    losses = [n - after for n in found]
    arithmetic = say("ratio_and_loss", after=after, ratio=printed.text, found=braced(found), losses=braced(losses))
    if loss.value not in losses:
        return Finding(Verdict.INCONSISTENT, braced(losses), arithmetic)
    verdict = Verdict.REPRODUCED if len(losses) == 1 else Verdict.NOT_DERIVABLE
    return Finding(verdict, joined(losses), arithmetic)


def _same_years(published: Published) -> None:
    """The later year of the ratio must be the year of Table 2, or it is about something else."""
    years = published.spans.get("degree_holders_ratio")
    if years is None or years != published.spans.get("degree_holders_loss"):
        raise NotPrinted(say("of_the_same_years"))
    if years[1] != known.year_of_table2(published):
        raise NotPrinted(say("holders_of", year=str(years[1])))


@check
def only_pair(published: Published) -> Finding:
    """Whether one pair of whole numbers alone lies behind ratio and difference."""
    loss = published.one("degree_holders_loss").printed.text
    printed = published.one("degree_holders_ratio").printed.text
    by_rule = known.ratio_pairs(published)
    found = sorted({pair for pairs in by_rule.values() for pair in pairs})
    pairs = say("pairs", n=len(found))
    listed = braced(signs("({}, {})", a, b) for a, b in found) if len(found) < 8 else pairs
    arithmetic = say("pairs_behind", loss=loss, ratio=printed, listed=listed)
    if not found:
        return Finding(Verdict.INCONSISTENT, say("no_pair"), arithmetic)
    if len(found) > 1:
        return Finding(Verdict.NOT_DERIVABLE, pairs, arithmetic)
    before, after = found[0]
    n = known.holders(published)
    beside = say("beside_table2", pairs=arithmetic, n=n, sign="=" if after == n else "≠", after=after)
    verdict = Verdict.DERIVED if after == n else Verdict.INCONSISTENT
    return Finding(verdict, say("both", first=before, second=after), beside)


@check
def decrease_by_times(published: Published) -> Finding:
    """The words "decreased 1.72 times" taken as a decrease by that many times the start."""
    printed = published.one("degree_holders_ratio").printed
    before, after = known.only_pair(published)
    left = before - printed.value * before
    formula = signs("{0} − {1} · {0} = {2}", before, printed.text, number(left, 1))
    return Finding(judged(left == after), say("people", n=number(left, 1)), say("people_not", formula=formula, n=after))


@check
def staff_before(published: Published) -> Finding:
    """Teaching staff of the earlier year, the only reading of its share with the pair."""
    before, _ = known.only_pair(published)
    years = published.spans["degree_holders_ratio"]
    n = known.only_staff(published, before, years[0])
    share_ = known.availability(published, years[0]).text
    arithmetic = signs("100 · {} / N → {}: N ∈ {}", before, share_, braced([n]))
    return Finding(Verdict.DERIVED, n, arithmetic)


@check
def chance_of_a_reading(published: Published) -> Finding:
    """Chance that a made-up share near the printed one would be a share of the count at all."""
    proved = known.prove(published)
    part, whole = proved.holders[0], proved.staff[0]
    step = known.availability(published, proved.years[0]).step
    gap = 100 * part * (Fraction(1, whole) - Fraction(1, whole + 1))
    chance = min(Fraction(1), step / gap)
    division = signs("{} / {} = {}", number(step, 2), number(gap, 3), number(chance, 3))
    arithmetic = say("shares_apart", part=part, gap=number(gap, 3), whole=whole, division=division)
    return Finding(Verdict.DERIVED, signs("{}%", number(100 * chance, 1)), arithmetic)


@check
def staff_fall(published: Published) -> Finding:
    """How far the teaching staff fell."""
    proved = known.prove(published)
    before, after = proved.staff
    percent = Fraction(100 * (after - before), before)
    return Finding(
        Verdict.DERIVED,
        signs("{} → {}", before, after),
        signs("{} − {} = {} ({}%)", after, before, signed(after - before), signed(percent, 1)),
    )


@check
def others_fall(published: Published) -> Finding:
    """How far the staff without a degree fell, beside those with one."""
    proved = known.prove(published)
    (n0, n1), (m0, m1) = proved.holders, proved.others
    if not m0:
        raise NotPrinted(say("staff_without_degree"))
    with_, without = Fraction(100 * (n1 - n0), n0), Fraction(100 * (m1 - m0), m0)
    return Finding(
        Verdict.DERIVED,
        signs("{} → {}", m0, m1),
        say(
            "without_and_with",
            without=signs("{} ({}%)", signed(m1 - m0), signed(without, 1)),
            having=signs("{} ({}%)", signed(n1 - n0), signed(with_, 1)),
        ),
    )


@check
def loss_split(published: Published) -> Finding:
    """The loss of degree holders split into smaller staff and lower share, by four methods."""
    proved = known.prove(published)
    splits = {method: proved.split(method) for method in ("shapley", "lmdi", "size_first", "share_first")}
    sizes = [s.size / s.total for s in splits.values()]
    parts = (
        say("split", method=Told(f"method.{name}"), size=signed(s.size, 1), share=signed(s.share, 1))
        for name, s in splits.items()
    )
    low, high = (number(100 * f(sizes), 0) for f in (min, max))
    return Finding(Verdict.DERIVED, say("by_smaller_staff", low=low, high=high), joined(parts, "; "))


@check
def at_constant_staff(published: Published) -> Finding:
    """What the loss would have been had the staff been of the later size all along."""
    proved = known.prove(published)
    share_ = known.availability(published, proved.years[0])
    found = parts_behind(proved.staff[1], share_)
    if len(found) != 1:
        raise NotPrinted(say("one_count", share=share_.text, whole=proved.staff[1]))
    n, after = found[0], proved.holders[1]
    loss = signs("{} − {} = {}", after, n, signed(after - n))
    ratio_ = signs("{} / {} = {}", n, after, number(Fraction(n, after)))
    arithmetic = say("of_constant_staff", share=share_.text, staff=proved.staff[1], n=n, loss=loss, ratio=ratio_)
    return Finding(Verdict.DERIVED, say("a_loss_of", n=n - after), arithmetic)


@check
def two_proportions(published: Published) -> Finding:
    """Two-proportion z test of the two shares; meaningful only for an imagined superpopulation."""
    proved = known.prove(published)
    (n0, n1), (N0, N1) = proved.holders, proved.staff
    pooled = (n0 + n1) / (N0 + N1)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / N0 + 1 / N1))
    if spread == 0:
        raise NotPrinted(say("shares_between"))
    z = (n0 / N0 - n1 / N1) / spread
    p = 2 * float(ndtr(-abs(z)))
    shares = (signs("{}/{}", n, of) for n, of in ((n0, N0), (n1, N1)))
    arithmetic = say("pooled", **dict(zip(("first", "second"), shares, strict=True)), z=number(z))
    return Finding(Verdict.DERIVED, signs("p = {}", number(p)), arithmetic)


@check
def annual_change(published: Published) -> Finding:
    """The dynamics of degree holders over the printed period."""
    proved = known.prove(published)
    (n0, n1), years = proved.holders, proved.years[1] - proved.years[0]
    if years <= 0 or n1 == 0:
        raise NotPrinted(say("a_year_at_least"))
    yearly = (n1 / n0) ** (1 / years) - 1
    change = signs("{}/{} − 1 = {}%", n1, n0, signed(Fraction(100 * (n1 - n0), n0), 2))
    arithmetic = say("in_years", change=change, years=years, log=signs("ln = {}", signed(math.log(n1 / n0), 3)))
    return Finding(Verdict.DERIVED, say("a_year", change=signed(100 * yearly, 2)), arithmetic)


@check
def readings(published: Published, year: int, staff_range: Sequence[int]) -> Finding:
    """A share of Table 3 against its counts where they are printed, else its readings."""
    printed = known.availability(published, year)
    found = known.rounded_readings(published, year, staff_range)
    listed = braced(signs("{}/{}", a, b) for a, b in found) if len(found) <= 15 else say("pairs", n=len(found))
    within = say("staff_within", low=staff_range[0], high=staff_range[1], listed=listed)
    try:
        n, staff, basis = counts_of_year(published, year)
    except NotPrinted:
        n, staff, basis = 0, 0, "none"
    if basis == "table2":
        finding = _beside(any_claim.share(printed, exact(n), exact(staff)))
        return Finding(finding.verdict, finding.recomputed, signs("{}; {}", finding.arithmetic, within))
    if not found:
        return Finding(Verdict.INCONSISTENT, say("no_pair_of_wholes"), within)
    return Finding(Verdict.NOT_DERIVABLE, say("readings", n=len(found)), within)


@check
def main_losses(published: Published, staff_range: Sequence[int]) -> Finding:
    """Whether more people were lost in the later period, under each reading of the first share."""
    proved = known.prove(published)
    first = known.first_year(published)
    later = proved.holders[0] - proved.holders[1]
    counts = [n for n, _ in known.rounded_readings(published, first, staff_range)]
    true = [n for n in counts if n - proved.holders[0] < later]
    limit = proved.holders[0] + later
    below = signs("n({}) < {} + {} = {}", str(first), proved.holders[0], later, limit)
    arithmetic = say("true_where", below=below, n=len(true), of=len(counts), found=braced(true))
    if not counts:
        raise NotPrinted(say("holders_of", year=str(first)))
    if len(true) in (0, len(counts)):
        return Finding(judged(bool(true)), say("all_readings_agree"), arithmetic)
    return Finding(Verdict.NOT_DERIVABLE, say("true_for", n=len(true), of=len(counts)), arithmetic)


@check
def main_losses_in_share(published: Published) -> Finding:
    """Whether more share points were lost in the later period."""
    years = published.spans.get("degree_holders_ratio")
    if years is None:
        raise NotPrinted(say("years_of_the_ratio"))
    first = known.first_year(published)
    a, b, c = (known.availability(published, y).value for y in (first, *years))
    period = signs("{}–{}", str(first), str(years[0]))
    arithmetic = say("points_then", period=period, first=signed(b - a, 2), then=signed(c - b, 2))
    if a == c:
        raise NotPrinted(say("a_fall_of_the_share"))
    part = (c - b) / (c - a)
    holds = c < b and part > Fraction(1, 2)
    return Finding(judged(holds), say("of_the_fall", share=number(100 * part, 1)), arithmetic)


@check
def against_level(published: Published, year: int) -> Finding:
    """The printed percentage taken as a share of a year's level: of the indicator or of people."""
    said = published.one("personnel_potential_against_2009").printed
    base = known.availability(published, year)
    now = known.availability(published, known.year_of_table2(published))
    n, staff = known.holders(published), known.staff(published)
    if not base.value or said.value <= said.step or n == 0:
        raise NotPrinted(say("level_above_0", year=str(year)))
    indicator = 100 * now.value / base.value
    fits = reproduces(indicator, said)
    # Degree holders: n is the printed share of a count, which is a printed share of whole staff.
    heads = {n0 for rule in ROUNDING for n0 in wholes_behind(n, said, rule)}
    whole_heads = {n0: sorted({m for r in ROUNDING for m in wholes_behind(n0, base, r)}) for n0 in sorted(heads)}
    staffs = sorted({m for rule in ROUNDING for m in wholes_behind(staff, said, rule)})
    possible = [n0 for n0, whole in whole_heads.items() if whole]
    heads_text, staff_text = _numbers(sorted(heads)), _numbers(staffs)
    arithmetic = say(
        "of_level_possible" if possible else "of_level_never",
        ratio=signs("{} / {} = {}%", now.text, base.text, number(indicator)),
        holders=n,
        heads=heads_text,
        year=str(year),
        share=base.text,
        staff=staff,
        staffs=staff_text,
    )
    if fits or possible or staffs:
        return Finding(Verdict.REPRODUCED, signs("{}%", said.text), arithmetic)
    return Finding(Verdict.INCONSISTENT, say("by_the_indicator", share=number(indicator)), arithmetic)


@check
def beside_level(published: Published, year: int) -> Finding:
    """The printed percentage taken as today's share, beside that of an earlier year."""
    said = published.one("personnel_potential_against_2009").printed
    now = known.availability(published, known.year_of_table2(published))
    base = known.availability(published, year)
    fits = said.value == now.value and now.value < base.value
    sign = "=" if said.value == now.value else "\u2260"
    order = "<" if now.value < base.value else "\u2265"
    arithmetic = signs("{} {} {} {} {} ({})", said.text, sign, now.text, order, base.text, str(year))
    return Finding(judged(fits), say("against", first=now.text, second=base.text), arithmetic)


@check
def columns_within_caption(published: Published, passage: str) -> Finding:
    """Whether the years of Table 3 lie within the period its caption names."""
    named = [int(y) for y in re.findall(r"\b(?:19|20)\d\d\b", _passage(published, passage))]
    if len(named) < 2:
        raise NotPrinted(say("period_in_caption"))
    years = [q.year for q in published.all("availability") if q.year]
    outside = [y for y in years if not min(named) <= y <= max(named)]
    recomputed = say("outside", years=joined(map(str, outside))) if outside else say("all_within")
    period = signs("{}–{}", str(min(named)), str(max(named)))
    return Finding(
        judged(not outside), recomputed, say("columns_and_caption", years=joined(map(str, years)), period=period)
    )


@check
def enough_points(published: Published, variable: str) -> Finding:
    """Whether a trend test could ever find a trend in so few points."""
    n = len(_series(published, variable))
    smallest = Fraction(2, math.factorial(n))
    arithmetic = say("smallest_p", n=n, p=number(smallest, 3))
    verdict = Verdict.NOT_DERIVABLE if smallest > Fraction(1, 20) else Verdict.DERIVED
    return Finding(verdict, say("points", n=n), arithmetic)


@check
def falls(published: Published, series: Sequence[str]) -> Finding:
    """Whether every named series ends lower than it starts."""
    parts, holds = [], []
    for name in series:
        values = [exact(value, text) for _, value, text in _series(published, name)]
        found = any_claim.trend("", values, direction="fall")
        holds.append(found.verdict is Verdict.REPRODUCED)
        parts.append(signs("{}: {}", thing(name), found.arithmetic))
    recomputed = say("how_many_fall", n=sum(holds), of=len(holds))
    if len(holds) == 1:
        recomputed = say("falls" if holds[0] else "does_not_fall")
    return Finding(judged(all(holds)), recomputed, joined(parts, "; "))


def _series(published: Published, name: str) -> list[tuple[int, Fraction, str]]:
    """Years, values and printed texts of a series named in the config."""
    if name == "degree_holders":
        before, after = known.only_pair(published)
        years = published.spans["degree_holders_ratio"]
        pairs = zip(years, (before, after), strict=True)
        return [(year, Fraction(n), str(n)) for year, n in pairs]
    unit = TOTAL if name == "researchers" else None
    found = published.all(name, unit)
    if len(found) < 2:
        raise NotPrinted(say("in_several_years", what=thing(name)))
    return [(q.year or 0, q.printed.value, q.printed.text) for q in found]


@check
def one_measure(published: Published) -> Finding:
    """Whether what the paper calls potential fell alike by each measure it uses for it."""
    proved = known.prove(published)
    first = published.one("degree_holders_ratio").printed
    by_count = Fraction(*proved.holders)
    by_share = (
        known.availability(published, proved.years[0]).value / known.availability(published, proved.years[1]).value
    )
    both = {"count": number(by_count), "share": number(by_share)}
    arithmetic = signs("{}; {}", say("decreased_by", **both), _researchers_beside(published, proved))
    same = reproduces(by_share, first)
    return Finding(judged(same), say("one_measure") if same else say("either_times", **both), arithmetic)


def _researchers_beside(published: Published, proved: known.Proof) -> Part:
    year = published.table1_years[-1]
    name = published.organisations[0]
    n = as_int(published.one("researchers", name, year).printed.value)
    of_staff = Fraction(100 * n, proved.staff[1])
    return say("researchers_beside", year=str(year), n=n, share=number(of_staff, 1), staff_year=str(proved.years[1]))


# What the paper does not print


@check
def missing(published: Published, variables: Sequence[str], causal: bool = False, direction: str = "") -> Finding:
    """A claim that waits for figures the paper does not print.

    Parameters
    ----------
    variables
        What one would need; all must be printed to go on.
    causal
        Whether the claim says that one thing brought about another: figures of both do not decide.
    direction
        ``fall`` or ``rise``: what the last figure of the first variable must do against its first.
    """
    absent = [v for v in variables if not published.has(v)]
    if absent:
        return Finding(Verdict.NOT_DERIVABLE, say("no_figure"), say("not_printed", what=joined(map(thing, absent))))
    figures = published.all(variables[0])
    listed = joined((signs("{}{}", _who(q), q.printed.text) for q in figures), "; ")
    arithmetic = signs("{}: {}", thing(variables[0]), listed)
    if direction:
        if len(figures) < 2:
            return Finding(Verdict.NOT_DERIVABLE, say("one_figure"), arithmetic)
        change = figures[-1].printed.value - figures[0].printed.value
        if change == 0 or (change < 0) != (direction == "fall"):
            return Finding(Verdict.INCONSISTENT, say(f"no_{direction}"), arithmetic)
        if not causal:
            return Finding(Verdict.REPRODUCED, say(f"a_{direction}"), arithmetic)
    if causal:
        return Finding(Verdict.NOT_DERIVABLE, say("no_comparison"), say("cause_needs_more", figures=arithmetic))
    return Finding(Verdict.DERIVED, listed, arithmetic)


def _who(q: Quantity) -> str:
    return f"{q.year}: " if q.year else ""


@check
def units_compared(published: Published, variables: Sequence[str], at_least: int = 2) -> Finding:
    """How many units the paper prints figures for, where a comparison needs several."""
    units = {v: sorted({q.unit for q in published.all(v)} - {TOTAL}) for v in variables}
    most = max(len(u) for u in units.values())
    listed = joined((signs("{}: {}", thing(v), len(u)) for v, u in units.items()), "; ")
    verdict = Verdict.NOT_DERIVABLE if most < at_least else Verdict.DERIVED
    return Finding(verdict, say("units", n=most), say("units_with_figures", listed=listed, n=at_least))


# Words


def _passage(published: Published, name: str) -> str:
    if name not in published.passages:
        raise NotPrinted(say("passage", name=name))
    return published.passages[name].text


@check
def words_differ(published: Published, words: Mapping[str, str]) -> Finding:
    """Whether passages about one thing use different words for it, each only its own."""
    found = {
        name: {w for w in words.values() if re.search(w, _passage(published, name), re.IGNORECASE)} for name in words
    }
    missing_ = [name for name, word in words.items() if word not in found[name]]
    if missing_:
        raise NotPrinted(say("expected_word", passages=joined(missing_)))
    shared = set.intersection(*found.values())
    quoted = joined(_quoted(w) for w in dict.fromkeys(words.values()))
    arithmetic = say("words_at_lines", lines=_lines(published, list(words)), words=quoted)
    if shared:
        return Finding(Verdict.REPRODUCED, say("one_word"), arithmetic)
    return Finding(Verdict.INCONSISTENT, say("different_words"), arithmetic)


def _quoted(pattern: str) -> Part:
    """A word looked for in the paper, in the marks of a quotation."""
    return signs("“{}”", _readable(pattern))


def _lines(published: Published, passages: Sequence[str]) -> Part:
    return joined(str(published.passages[p].line_from) for p in passages)


def _readable(pattern: str) -> str:
    return re.sub(r"\(\?!.*?\)|\\b|\\", "", pattern)


@check
def printed_twice(published: Published, passages: Sequence[str]) -> Finding:
    """Whether passages are the same words."""
    texts = {" ".join(_passage(published, p).lower().split()) for p in passages}
    lines = say("at_lines", lines=_lines(published, passages))
    if len(texts) > 1:
        return Finding(Verdict.INCONSISTENT, say("not_the_same"), lines)
    return Finding(Verdict.DERIVED, say("printed_times", n=len(passages)), lines)


@check
def one_or_several(published: Published) -> Finding:
    """Whether the paper speaks of its author in one number; authors of others set aside."""
    one = _count(published, "the_author", "en_body")
    other = _count(published, "authors_of_another_study", "en_body")
    several = _count(published, "the_authors", "en_body") - other
    arithmetic = say("author_and_authors", one=one, several=several, other=other)
    return Finding(judged(not (one and several)), say("both", first=one, second=several), arithmetic)


def _count(published: Published, term: str, part: str) -> int:
    if (term, part) not in published.terms:
        raise NotPrinted(say("count_of", term=thing(term), part=_part(part)))
    return published.terms[(term, part)]


def _part(part: str) -> Told:
    """A part of the paper by the name that the transcription gives it."""
    return Told(f"paper_part.{part}")


def _occurrences(counts: Mapping[str, int]) -> Part:
    return say("occurrences", counts=joined(signs("{} {}", _part(p), n) for p, n in counts.items()))


@check
def said_and_shown(
    published: Published, term: str, said_in: Sequence[str], shown_in: Sequence[str] = ("en_body",)
) -> Finding:
    """Whether a method that an abstract says was applied is found in the body at all."""
    said = {p: _count(published, term, p) for p in said_in}
    shown = {p: _count(published, term, p) for p in shown_in}
    arithmetic = _occurrences({**said, **shown})
    if not all(said.values()):
        return Finding(Verdict.INCONSISTENT, say("not_said_there"), arithmetic)
    if any(shown.values()):
        return Finding(Verdict.DERIVED, say("named_in_the_body"), arithmetic)
    return Finding(Verdict.NOT_DERIVABLE, say("not_in_the_body"), arithmetic)


@check
def same_methods(published: Published, terms: Sequence[str], parts: Sequence[str]) -> Finding:
    """Whether the abstracts of one paper name the same methods."""
    named = {p: [t for t in terms if _count(published, t, p)] for p in parts}
    listed = (
        signs("{}: {}", _part(p), joined(map(thing, found)) if found else say("none")) for p, found in named.items()
    )
    same = len({tuple(found) for found in named.values()}) == 1
    counts = joined(len(found) for found in named.values())
    return Finding(judged(same), say("of_all", parts=counts, n=len(terms)), joined(listed, "; "))


@check
def absent(published: Published, term: str, parts: Sequence[str]) -> Finding:
    """Whether a term the claim needs occurs anywhere."""
    counts = {p: _count(published, term, p) for p in parts}
    arithmetic = _occurrences(counts)
    if any(counts.values()):
        return Finding(Verdict.DERIVED, say("found"), arithmetic)
    return Finding(Verdict.NOT_DERIVABLE, say("found_nowhere"), arithmetic)


@check
def cited(published: Published, passage: str, references: Sequence[int], within: int = 3) -> Finding:
    """Whether a statement rests on works cited beside it; if not, nothing printed supports it."""
    if passage not in published.passages:
        raise NotPrinted(say("passage", name=passage))
    words = published.passages[passage]
    near = {r for line, r in published.citations if words.line_from <= line <= words.line_to + within}
    lacking = [r for r in references if r not in near]
    if lacking or not references:
        arithmetic = say("not_cited_beside", works=_works(lacking)) if lacking else say("no_work_named")
        return Finding(Verdict.NOT_DERIVABLE, say("no_work_cited"), arithmetic)
    recomputed = say("rests_on", works=_works(references))
    return Finding(Verdict.EXTERNAL, recomputed, say("cited_by_line", line=str(words.line_to + within)))


def _works(references: Sequence[int]) -> Part:
    return joined(f"[{r}]" for r in references)


@check
def citations_complete(published: Published) -> Finding:
    """Whether the cited works are numbered from 1 without a gap, in the order of first mention."""
    numbers = [r for _, r in published.citations]
    first = list(dict.fromkeys(numbers))
    whole = first == list(range(1, len(first) + 1))
    twice = sorted({r for r in numbers if numbers.count(r) > 1})
    arithmetic = say("works_at_places", works=len(first), places=len(numbers), twice=braced(twice))
    return Finding(judged(whole), say("one_to", n=max(numbers, default=0)), arithmetic)


@check
def requirement(published: Published, passage: str) -> Finding:
    """What the paper asks of the method: nothing to recompute, something to build."""
    words = _passage(published, passage)
    line = str(published.passages[passage].line_from)
    return Finding(Verdict.REQUIREMENT, say("asked_of_method"), say("line_and_words", line=line, n=len(words.split())))


@check
def opposite_directions(published: Published, arrows: Mapping[str, Sequence[str]], series: Sequence[str]) -> Finding:
    """Two passages that let one thing follow from the other in opposite directions.

    Parameters
    ----------
    arrows
        Passage to the pair (from, to).
    series
        Variables that would tell the directions apart.
    """
    pairs = []
    for passage, (source, target) in arrows.items():
        _passage(published, passage)
        pairs.append((source, target))
    lines = joined(
        (
            say("arrow", line=str(published.passages[p].line_from), source=thing(a), target=thing(b))
            for p, (a, b) in arrows.items()
        ),
        "; ",
    )
    opposed = any((b, a) in pairs for a, b in pairs)
    absent_ = [v for v in series if not published.has(v)]
    if not opposed:
        return Finding(Verdict.REPRODUCED, say("one_direction"), lines)
    if absent_:
        lacking = say("not_printed", what=joined(map(thing, absent_)))
        return Finding(Verdict.NOT_DERIVABLE, say("both_directions"), signs("{}; {}", lines, lacking))
    return Finding(Verdict.DERIVED, say("both_directions_testable"), lines)


@check
def pictures(published: Published, figure: int) -> Finding:
    """Whether the picture of a figure was at hand, or its caption only."""
    if figure not in published.figures:
        raise NotPrinted(say("figure", n=figure))
    if published.figures[figure]:
        return Finding(Verdict.DERIVED, say("picture_at_hand"), say("names_an_image"))
    return Finding(Verdict.NOT_DERIVABLE, say("caption_only"), say("holds_no_picture"))


@check
def listed(published: Published, passages: Sequence[str]) -> Finding:
    """How many items a list has, where the paper does not count them."""
    lines = [published.passages[p].line_from for p in passages if _passage(published, p)]
    return Finding(Verdict.DERIVED, len(lines), say("items_at_lines", lines=joined(map(str, sorted(lines)))))


@check
def mentions(published: Published, passage: str, words: Sequence[str]) -> Finding:
    """Whether a passage names the paper's own subject."""
    text = _passage(published, passage)
    found = [w for w in words if re.search(rf"\b{w}", text, re.IGNORECASE)]
    told = joined(map(_quoted, found)) if found else say("none")
    arithmetic = say("looked_for", words=joined(map(_quoted, words)), found=told)
    if found:
        return Finding(Verdict.REPRODUCED, told, arithmetic)
    return Finding(Verdict.NOT_DERIVABLE, say("none_of_the_words"), arithmetic)


@check
def some_researchers(published: Published, organisation: str) -> Finding:
    """Whether an organisation has any researchers in the last year of Table 1."""
    year = published.table1_years[-1]
    n = as_int(published.one("researchers", organisation, year).printed.value)
    return Finding(judged(n > 0), say("researchers", n=n), say("in_table1", year=str(year), n=n))


# Table 4


@check
def indicators_counted(published: Published) -> Finding:
    """Names of Table 4 by group; the paper prints no count."""
    counts = [sum(i.block == b for i in published.indicators) for b in published.blocks]
    n = len(published.indicators)
    return Finding(Verdict.DERIVED, n, signs("{} = {}", plus(counts), n))


@check
def reporting_data_in_table4(published: Published, passage: str) -> Finding:
    """Whether a table said to be compiled from reporting data holds any figure."""
    said = "reporting data" in _passage(published, passage)
    digits = sum(bool(re.search(r"\d", i.words.text)) for i in published.indicators)
    n = len(published.indicators)
    arithmetic = say("names_with_a_figure", n=n, digits=digits)
    return Finding(judged(not said or digits > 0), say("figures_found", n=digits), arithmetic)


@check
def names_with(published: Published, blocks: Sequence[str], words: Sequence[str]) -> Finding:
    """How many names of some groups of Table 4 hold one of the words."""
    names = [i for i in published.indicators if i.block in blocks]
    if not names:
        raise NotPrinted(say("names_of_groups"))
    pattern = re.compile("|".join(rf"\b{w}" for w in words), re.IGNORECASE)
    with_ = [i.n for i in names if pattern.search(i.words.text)]
    arithmetic = say("words_in_names", words=joined(map(_quoted, words)), numbers=braced(with_))
    return Finding(Verdict.DERIVED, say("of_all", parts=len(with_), n=len(names)), arithmetic)


@check
def direction_words(published: Published, words: Sequence[str]) -> Finding:
    """Whether any name of Table 4 says which direction is better."""
    pattern = re.compile("|".join(rf"\b{w}\b" for w in words), re.IGNORECASE)
    with_ = [i.n for i in published.indicators if pattern.search(i.words.text)]
    n = len(published.indicators)
    arithmetic = say("words_in_names", words=joined(map(_quoted, words)), numbers=braced(with_))
    verdict = Verdict.DERIVED if len(with_) == n else Verdict.NOT_DERIVABLE
    return Finding(verdict, say("with_a_direction", n=len(with_), of=n), arithmetic)


@check
def overlaps(published: Published, pairs: Mapping[str, Sequence[int]]) -> Finding:
    """Pairs of indicators that measure the same thing: each name of a pair holds the same words."""
    names = {i.n: i.words.text for i in published.indicators}
    found = []
    for pattern, numbers in pairs.items():
        if all(re.search(pattern, names.get(n, ""), re.IGNORECASE) for n in numbers):
            found.append(signs("{} ({})", joined(map(str, numbers)), _quoted(pattern)))
    if not found:
        return Finding(Verdict.INCONSISTENT, say("no_overlap"), say("no_pair_shares"))
    return Finding(
        Verdict.DERIVED, say("pairs_share_words", n=len(found)), say("numbers_of_names", listed=joined(found, "; "))
    )


@check
def compound_names(published: Published) -> Finding:
    """Names of Table 4 that join several things by "and" or a list."""
    several = [i.n for i in published.indicators if re.search(r"\band\b|,", re.sub(r"\([^)]*\)", "", i.words.text))]
    n = len(published.indicators)
    return Finding(
        Verdict.DERIVED, say("of_all", parts=len(several), n=n), say("joined_names", numbers=braced(several))
    )


@check
def share_of_groups(published: Published, blocks: Sequence[str]) -> Finding:
    """How much of Table 4 some groups are."""
    part = sum(i.block in blocks for i in published.indicators)
    n = len(published.indicators)
    if n == 0:
        raise NotPrinted(Told("claim_place.table4"))
    percent = number(Fraction(100 * part, n), 1)
    return Finding(Verdict.DERIVED, say("of_all", parts=part, n=n), signs("{} / {} = {}%", part, n, percent))


@check
def computable(published: Published, needs: Mapping[int, Sequence[str]]) -> Finding:
    """Which indicators of Table 4 the paper's own figures allow.

    Parameters
    ----------
    needs
        Number of an indicator to the printed variables that would give it. Indicators that are not
        named need figures the paper has nothing of.
    """
    can = [n for n, variables in sorted(needs.items()) if all(map(published.has, variables))]
    lacking = {n: [v for v in vs if not published.has(v)] for n, vs in sorted(needs.items())}
    n = len(published.indicators)
    short = [say("lacks", n=str(k), what=joined(map(thing, v))) for k, v in lacking.items() if v]
    arithmetic = joined([say("numbers", numbers=braced(can)), *short], "; ")
    verdict = Verdict.DERIVED if len(can) == n else Verdict.NOT_DERIVABLE
    return Finding(verdict, say("of_all", parts=len(can), n=n), arithmetic)


def run_check(published: Published, name: str, parameters: Mapping[str, Any]) -> Finding:
    """Run a check; a figure that is not printed makes the claim not derivable.

    Raises
    ------
    KeyError
        If no check has this name.
    """
    try:
        return CHECKS[name](published, **parameters)
    except NotPrinted as reason:
        return Finding(Verdict.NOT_DERIVABLE, say("no_figure"), say("not_printed", what=reason.what))
