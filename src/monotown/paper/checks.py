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
from monotown.claims.finding import Finding, NotPrinted, Verdict, braced, judged, number, plus, signed
from monotown.claims.printed import ROUNDING, Rule, print_like, prints_as, reproduces
from monotown.claims.readings import parts_behind, wholes_behind
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
    up, even = (print_like(exact_, printed, rule) for rule in ROUNDING)
    rule = "" if up == even else f" (half to even {even})"
    fine = number(exact_, printed.decimals + 3)
    return Finding(judged(compared.fits), up, f"{compared.how} = {fine} \u2192 {up}{rule}; printed {printed.text}")


def _added(compared: Comparison, found: str) -> Finding:
    """A printed sum beside that of its terms, which it must be to the last digit."""
    return Finding(
        judged(compared.found.value == compared.stated.value),
        found,
        f"{compared.how} = {found}; printed {compared.stated.text}",
    )


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
    return _added(compared, str(compared.found.value))


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
    arithmetic = f"shares printed so: half up {up}, half to even {even}, cut off {cut}, of {n}"
    if n == max(up, even) and cut < n:
        return Finding(Verdict.DERIVED, "rounded, not cut off", arithmetic)
    if n in (up, even, cut):
        return Finding(Verdict.NOT_DERIVABLE, "both rules fit", arithmetic)
    return Finding(Verdict.INCONSISTENT, "no one rule", arithmetic)


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
            mixed.append(f"{year}: {', '.join(s.text for s in shares)}")
    both = marks["tables"] | marks["text"]
    words = {",": "comma", ".": "point"}
    named = {place: " and ".join(words[m] for m in sorted(m_s)) for place, m_s in marks.items()}
    arithmetic = f"decimal mark in tables: {named['tables']}; in the text: {named['text']}"
    if mixed:
        arithmetic += f"; digits differ within a column, {'; '.join(mixed)}"
    same = len(both) <= 1 and not mixed
    return Finding(judged(same), "one form" if same else "two forms", arithmetic)


def _counts(published: Published, year: int) -> dict[str, int]:
    return {o: as_int(published.one("researchers", o, year).printed.value) for o in published.organisations}


@check
def largest(published: Published, organisation: str) -> Finding:
    """Whether an organisation has the most researchers in every year of Table 1."""
    parts, holds = [], []
    for year in published.table1_years:
        counts = _counts(published, year)
        if organisation not in counts:
            raise NotPrinted(organisation)
        next_most = max(n for o, n in counts.items() if o != organisation)
        holds.append(counts[organisation] > next_most)
        sign = ">" if holds[-1] else "\u2264"
        parts.append(f"{year}: {counts[organisation]} {sign} {next_most}")
    return Finding(judged(all(holds)), "largest" if all(holds) else "not always", "; ".join(parts))


@check
def majority(published: Published, organisation: str) -> Finding:
    """Whether an organisation has more than half of the researchers in every year of Table 1."""
    parts, holds = [], []
    for year in published.table1_years:
        _, exact = share_of_row(published, organisation, year)
        holds.append(exact > 50)
        sign = ">" if holds[-1] else ("=" if exact == 50 else "<")
        parts.append(f"{year}: {number(exact)}% {sign} 50%")
    years = [str(y) for y, h in zip(published.table1_years, holds, strict=True) if h]
    recomputed = f"more than half in {', '.join(years)}" if years else "never more than half"
    return Finding(judged(all(holds)), recomputed, "; ".join(parts))


@check
def concentration(published: Published) -> Finding:
    """Herfindahl index of the researchers of Table 1, and the lead of the largest organisation."""
    parts = []
    for year in published.table1_years:
        counts = sorted(_counts(published, year).values(), reverse=True)
        n = sum(counts)
        if n == 0:
            raise NotPrinted(f"researchers of {year}")
        index = sum(Fraction(c, n) ** 2 for c in counts)
        parts.append(f"{year}: {number(index, 3)}, lead {counts[0] - counts[1]}")
    return Finding(Verdict.DERIVED, "; ".join(parts), "sum of squared shares; first minus second")


@check
def organisations_counted(published: Published) -> Finding:
    """Organisations with researchers in Table 1, which prints no number of them."""
    counts = {year: sum(n > 0 for n in _counts(published, year).values()) for year in published.table1_years}
    text = "; ".join(f"{year}: {n}" for year, n in counts.items())
    return Finding(Verdict.DERIVED, text, "rows of Table 1 with researchers, the total left out")


@check
def one_reporter(published: Published, passage: str, word: str) -> Finding:
    """Whether a note that names one reporting organisation stands under a table of one."""
    text = _passage(published, passage)
    singular = re.search(rf"\b{word}\b", text) is not None
    n = len(published.organisations)
    fits = not singular or n == 1
    said = "one organisation" if singular else "several organisations"
    return Finding(judged(fits), f"{n} organisations in the table", f"the note names {said}")


@check
def changes_by_organisation(published: Published) -> Finding:
    """How each organisation of Table 1 changed from its first year to its last."""
    first, last = published.table1_years[0], published.table1_years[-1]
    before, after = _counts(published, first), _counts(published, last)
    parts = []
    for name in published.organisations:
        change = f"{before[name]} \u2192 {after[name]}"
        if before[name]:
            percent = Fraction(100 * (after[name] - before[name]), before[name])
            change += f" ({signed(percent, 1)}%)"
        parts.append(f"{name} {change}")
    down = [o for o in published.organisations if after[o] < before[o]]
    up = [o for o in published.organisations if after[o] > before[o]]
    return Finding(Verdict.DERIVED, f"{len(down)} fell, {len(up)} rose, of {len(before)}", "; ".join(parts))


# The university


@check
def degree_sum(published: Published) -> Finding:
    """Degree holders of Table 2, a sum the paper does not print."""
    parts = [published.one(d).printed.text for d in DEGREES]
    n = known.holders(published)
    return Finding(Verdict.DERIVED, str(n), f"{plus(parts)} = {n}")


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
        raise NotPrinted("degree holders above 0")
    found = sorted({s for rule in ROUNDING for s in wholes_behind(n, share_, rule)})
    arithmetic = f"100 \u00b7 {n} / N prints {share_.text} for N in {braced(found)}"
    if not found:
        return Finding(Verdict.INCONSISTENT, "none", arithmetic)
    if found == [known.staff(published)]:
        return Finding(Verdict.DERIVED, f"only {found[0]}", arithmetic)
    verdict = Verdict.NOT_DERIVABLE if known.staff(published) in found else Verdict.INCONSISTENT
    return Finding(verdict, braced(found), arithmetic)


def _numbers(values: Sequence[int]) -> str:
    return ", ".join(map(str, values)) or "no whole number"


@check
def share_of_the_sum(published: Published) -> Finding:
    """Whose share the one share of Table 2 is: of a degree, or of all of them together."""
    staff = known.staff(published)
    printed = published.one("degree_share").printed
    single = {d: as_int(published.one(d).printed.value) for d in DEGREES}
    shares = {d: Fraction(100 * n, staff) for d, n in single.items()}
    of_sum = Fraction(100 * sum(single.values()), staff)
    arithmetic = f"{plus([number(s) for s in shares.values()])} = {number(of_sum)}"
    alone = [d for d, s in shares.items() if reproduces(s, printed)]
    if reproduces(of_sum, printed) and not alone:
        return Finding(Verdict.DERIVED, "share of all three together", arithmetic)
    return Finding(Verdict.INCONSISTENT, "no such share", f"{arithmetic} \u2260 {printed.text}")


@check
def year_of_table2(published: Published) -> Finding:
    """The year that Table 2 does not print, from the digits of Table 3."""
    share_ = published.one("degree_share").printed
    year = known.year_of_table2(published)
    columns = "; ".join(f"{q.year}: {q.printed.text}" for q in published.all("availability"))
    return Finding(Verdict.DERIVED, str(year), f"{share_.text} in Table 3 ({columns})")


@check
def year_of_today(published: Published) -> Finding:
    """The year of "today", from the digits it is printed with."""
    said = published.one("personnel_potential_against_2009").printed
    same = [q.year for q in published.all("availability") if q.printed.value == said.value]
    if len(same) != 1:
        raise NotPrinted(f"one column of Table 3 that prints {said.text}")
    return Finding(Verdict.DERIVED, str(same[0]), f"{said.text} is Table 3's figure of {same[0]}")


@check
def same_digits(published: Published) -> Finding:
    """Whether a share of Table 2 prints like the ratio of the text, which is another thing."""
    ratio = published.one("degree_holders_ratio").printed
    phd = published.one("doctors_phd").printed.text
    exact = Fraction(100 * int(phd), known.staff(published))
    same = prints_as(exact, ratio, Rule.HALF_UP)
    text = "the same digits by chance" if same else "other digits"
    arithmetic = f"PhD: 100 \u00b7 {phd} / {known.staff(published)} = {number(exact)}%; text: {ratio.text} times"
    return Finding(Verdict.DERIVED, text, arithmetic)


@check
def composition(published: Published) -> Finding:
    """What the degree holders of Table 2 are made of."""
    n = known.holders(published)
    if n == 0:
        raise NotPrinted("degree holders")
    names = ("doctors of science", "PhD", "candidates")
    parts = []
    for degree, name in zip(DEGREES, names, strict=True):
        percent = Fraction(100 * as_int(published.one(degree).printed.value), n)
        parts.append(f"{name} {number(percent, 0)}%")
    counts = [published.one(d).printed.text for d in DEGREES]
    return Finding(Verdict.DERIVED, ", ".join(parts), f"{', '.join(counts)} of {n}")


@check
def availability_defined(published: Published) -> Finding:
    """What the undefined indicator of Table 3 is: degree holders over teaching staff."""
    year = known.year_of_table2(published)
    n, staff = known.holders(published), known.staff(published)
    exact = Fraction(100 * n, staff)
    printed = known.availability(published, year)
    if not reproduces(exact, printed):
        arithmetic = f"100 \u00b7 {n} / {staff} = {number(exact)} \u2260 {printed.text}"
        return Finding(Verdict.INCONSISTENT, "not that share", arithmetic)
    arithmetic = f"{year}: 100 \u00b7 {n} / {staff} = {printed.text}, as in Table 2"
    return Finding(Verdict.DERIVED, "degree holders / teaching staff", arithmetic)


@check
def ratio(published: Published) -> Finding:
    """The printed ratio from the difference and the degree holders of Table 2."""
    after = known.holders(published)
    loss = published.one("degree_holders_loss").printed
    printed = published.one("degree_holders_ratio").printed
    if after == 0:
        raise NotPrinted("degree holders")
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
        raise NotPrinted("degree holders")
    _same_years(published)
    middle, reach = after * printed.value, after * printed.step
    candidates = range(max(0, math.floor(middle - reach)), math.ceil(middle + reach) + 1)
    found = sorted(n for n in candidates if any(prints_as(Fraction(n, after), printed, r) for r in ROUNDING))
    losses = [n - after for n in found]
    arithmetic = f"n / {after} prints {printed.text} for n in {braced(found)}, a loss of {braced(losses)}"
    if loss.value not in losses:
        return Finding(Verdict.INCONSISTENT, braced(losses), arithmetic)
    verdict = Verdict.REPRODUCED if len(losses) == 1 else Verdict.NOT_DERIVABLE
    return Finding(verdict, ", ".join(map(str, losses)), arithmetic)


def _same_years(published: Published) -> None:
    """The later year of the ratio must be the year of Table 2, or it is about something else."""
    years = published.spans.get("degree_holders_ratio")
    if years is None or years != published.spans.get("degree_holders_loss"):
        raise NotPrinted("ratio and difference of the same years")
    if years[1] != known.year_of_table2(published):
        raise NotPrinted(f"degree holders of {years[1]}")


@check
def only_pair(published: Published) -> Finding:
    """Whether one pair of whole numbers alone lies behind ratio and difference."""
    loss = published.one("degree_holders_loss").printed.text
    printed = published.one("degree_holders_ratio").printed.text
    by_rule = known.ratio_pairs(published)
    found = sorted({pair for pairs in by_rule.values() for pair in pairs})
    listed = braced([f"({a}, {b})" for a, b in found]) if len(found) < 8 else f"{len(found)} pairs"
    arithmetic = f"n0 \u2212 n1 = {loss} and n0 / n1 printed {printed}, rounded or cut off: {listed}"
    if not found:
        return Finding(Verdict.INCONSISTENT, "no pair", arithmetic)
    if len(found) > 1:
        return Finding(Verdict.NOT_DERIVABLE, f"{len(found)} pairs", arithmetic)
    before, after = found[0]
    n = known.holders(published)
    sign = "=" if after == n else "\u2260"
    arithmetic += f"; Table 2: {n} {sign} {after}"
    verdict = Verdict.DERIVED if after == n else Verdict.INCONSISTENT
    return Finding(verdict, f"{before} and {after}", arithmetic)


@check
def decrease_by_times(published: Published) -> Finding:
    """The words "decreased 1.72 times" taken as a decrease by that many times the start."""
    printed = published.one("degree_holders_ratio").printed
    before, after = known.only_pair(published)
    left = before - printed.value * before
    arithmetic = f"{before} \u2212 {printed.text} \u00b7 {before} = {number(left, 1)} people, not {after}"
    return Finding(judged(left == after), f"{number(left, 1)} people", arithmetic)


@check
def staff_before(published: Published) -> Finding:
    """Teaching staff of the earlier year, the only reading of its share with the pair."""
    before, _ = known.only_pair(published)
    years = published.spans["degree_holders_ratio"]
    n = known.only_staff(published, before, years[0])
    share_ = known.availability(published, years[0]).text
    arithmetic = f"100 \u00b7 {before} / N prints {share_} for N = {n} only"
    return Finding(Verdict.DERIVED, f"{n}", arithmetic)


@check
def chance_of_a_reading(published: Published) -> Finding:
    """Chance that a made-up share near the printed one would be a share of the count at all."""
    proved = known.prove(published)
    part, whole = proved.holders[0], proved.staff[0]
    step = known.availability(published, proved.years[0]).step
    gap = 100 * part * (Fraction(1, whole) - Fraction(1, whole + 1))
    chance = min(Fraction(1), step / gap)
    arithmetic = (
        f"shares of {part} lie {number(gap, 3)} points apart at N = {whole}; "
        f"{number(step, 2)} / {number(gap, 3)} = {number(chance, 3)}"
    )
    return Finding(Verdict.DERIVED, f"{number(100 * chance, 1)}%", arithmetic)


@check
def staff_fall(published: Published) -> Finding:
    """How far the teaching staff fell."""
    proved = known.prove(published)
    before, after = proved.staff
    percent = Fraction(100 * (after - before), before)
    return Finding(
        Verdict.DERIVED,
        f"{before} \u2192 {after}",
        f"{after} \u2212 {before} = {signed(after - before)} ({signed(percent, 1)}%)",
    )


@check
def others_fall(published: Published) -> Finding:
    """How far the staff without a degree fell, beside those with one."""
    proved = known.prove(published)
    (n0, n1), (m0, m1) = proved.holders, proved.others
    if not m0:
        raise NotPrinted("staff without a degree")
    with_, without = Fraction(100 * (n1 - n0), n0), Fraction(100 * (m1 - m0), m0)
    return Finding(
        Verdict.DERIVED,
        f"{m0} \u2192 {m1}",
        f"without a degree {signed(m1 - m0)} ({signed(without, 1)}%), with one {signed(n1 - n0)} ({signed(with_, 1)}%)",
    )


@check
def loss_split(published: Published) -> Finding:
    """The loss of degree holders split into smaller staff and lower share, by four methods."""
    proved = known.prove(published)
    names = {"shapley": "Shapley", "lmdi": "LMDI", "size_first": "size first", "share_first": "share first"}
    splits = {name: proved.split(method) for method, name in names.items()}
    sizes = [s.size / s.total for s in splits.values()]
    arithmetic = "; ".join(f"{name} {signed(s.size, 1)} and {signed(s.share, 1)}" for name, s in splits.items())
    low, high = (number(100 * f(sizes), 0) for f in (min, max))
    return Finding(Verdict.DERIVED, f"{low} to {high}% by the smaller staff", arithmetic)


@check
def at_constant_staff(published: Published) -> Finding:
    """What the loss would have been had the staff been of the later size all along."""
    proved = known.prove(published)
    share_ = known.availability(published, proved.years[0])
    found = parts_behind(proved.staff[1], share_)
    if len(found) != 1:
        raise NotPrinted(f"one count that is {share_.text}% of {proved.staff[1]}")
    n, after = found[0], proved.holders[1]
    arithmetic = (
        f"{share_.text}% of {proved.staff[1]} is {n}; {after} \u2212 {n} = {signed(after - n)}, "
        f"{n} / {after} = {number(Fraction(n, after))} times"
    )
    return Finding(Verdict.DERIVED, f"a loss of {n - after}", arithmetic)


@check
def two_proportions(published: Published) -> Finding:
    """Two-proportion z test of the two shares; meaningful only for an imagined superpopulation."""
    proved = known.prove(published)
    (n0, n1), (N0, N1) = proved.holders, proved.staff
    pooled = (n0 + n1) / (N0 + N1)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / N0 + 1 / N1))
    if spread == 0:
        raise NotPrinted("shares between 0 and 100%")
    z = (n0 / N0 - n1 / N1) / spread
    p = 2 * float(ndtr(-abs(z)))
    arithmetic = f"{n0}/{N0} against {n1}/{N1}, pooled: z = {number(z)}"
    return Finding(Verdict.DERIVED, f"p = {number(p)}", arithmetic)


@check
def annual_change(published: Published) -> Finding:
    """The dynamics of degree holders over the printed period."""
    proved = known.prove(published)
    (n0, n1), years = proved.holders, proved.years[1] - proved.years[0]
    if years <= 0 or n1 == 0:
        raise NotPrinted("a period of at least a year")
    yearly = (n1 / n0) ** (1 / years) - 1
    arithmetic = (
        f"{n1}/{n0} \u2212 1 = {signed(Fraction(100 * (n1 - n0), n0), 2)}% in {years} years; "
        f"ln = {signed(math.log(n1 / n0), 3)}"
    )
    return Finding(Verdict.DERIVED, f"{signed(100 * yearly, 2)}% a year", arithmetic)


@check
def readings(published: Published, year: int, staff_range: Sequence[int]) -> Finding:
    """A share of Table 3 against its counts where they are printed, else its readings."""
    printed = known.availability(published, year)
    found = known.rounded_readings(published, year, staff_range)
    listed = braced([f"{a}/{b}" for a, b in found]) if len(found) <= 15 else f"{len(found)} pairs"
    within = f"staff {staff_range[0]} to {staff_range[1]}: {listed}"
    try:
        n, staff, basis = counts_of_year(published, year)
    except NotPrinted:
        n, staff, basis = 0, 0, "none"
    if basis == "table2":
        finding = _beside(any_claim.share(printed, exact(n), exact(staff)))
        return Finding(finding.verdict, finding.recomputed, f"{finding.arithmetic}; {within}")
    if not found:
        return Finding(Verdict.INCONSISTENT, "no pair of whole numbers", within)
    return Finding(Verdict.NOT_DERIVABLE, f"{len(found)} readings", within)


@check
def main_losses(published: Published, staff_range: Sequence[int]) -> Finding:
    """Whether more people were lost in the later period, under each reading of the first share."""
    proved = known.prove(published)
    first = known.first_year(published)
    later = proved.holders[0] - proved.holders[1]
    counts = [n for n, _ in known.rounded_readings(published, first, staff_range)]
    true = [n for n in counts if n - proved.holders[0] < later]
    limit = proved.holders[0] + later
    arithmetic = (
        f"true where n({first}) < {proved.holders[0]} + {later} = {limit}: "
        f"{len(true)} of {len(counts)} readings, {braced(true)}"
    )
    if not counts:
        raise NotPrinted(f"degree holders of {first}")
    if len(true) in (0, len(counts)):
        return Finding(judged(bool(true)), "all readings agree", arithmetic)
    return Finding(Verdict.NOT_DERIVABLE, f"true for {len(true)} of {len(counts)}", arithmetic)


@check
def main_losses_in_share(published: Published) -> Finding:
    """Whether more share points were lost in the later period."""
    years = published.spans.get("degree_holders_ratio")
    if years is None:
        raise NotPrinted("years of the ratio")
    first = known.first_year(published)
    a, b, c = (known.availability(published, y).value for y in (first, *years))
    arithmetic = f"{first}\u2013{years[0]}: {signed(b - a, 2)} points; then {signed(c - b, 2)} points"
    if a == c:
        raise NotPrinted("a fall of the share")
    part = (c - b) / (c - a)
    holds = c < b and part > Fraction(1, 2)
    return Finding(judged(holds), f"{number(100 * part, 1)}% of the fall", arithmetic)


@check
def against_level(published: Published, year: int) -> Finding:
    """The printed percentage taken as a share of a year's level: of the indicator or of people."""
    said = published.one("personnel_potential_against_2009").printed
    base = known.availability(published, year)
    now = known.availability(published, known.year_of_table2(published))
    n, staff = known.holders(published), known.staff(published)
    if not base.value or said.value <= said.step or n == 0:
        raise NotPrinted(f"a level of {year} above 0")
    indicator = 100 * now.value / base.value
    fits = reproduces(indicator, said)
    # Degree holders: n is the printed share of a count, which is a printed share of whole staff.
    heads = {n0 for rule in ROUNDING for n0 in wholes_behind(n, said, rule)}
    whole_heads = {n0: sorted({m for r in ROUNDING for m in wholes_behind(n0, base, r)}) for n0 in sorted(heads)}
    staffs = sorted({m for rule in ROUNDING for m in wholes_behind(staff, said, rule)})
    possible = [n0 for n0, whole in whole_heads.items() if whole]
    heads_text, staff_text = _numbers(sorted(heads)), _numbers(staffs)
    arithmetic = (
        f"indicator: {now.text} / {base.text} = {number(indicator)}%; "
        f"degree holders: {n} would need {heads_text} in {year}, "
        f"{'a' if possible else 'never a'} share of {base.text}% of whole staff; "
        f"staff: {staff} would need {staff_text}"
    )
    if fits or possible or staffs:
        return Finding(Verdict.REPRODUCED, f"{said.text}%", arithmetic)
    return Finding(Verdict.INCONSISTENT, f"{number(indicator)}% by the indicator", arithmetic)


@check
def beside_level(published: Published, year: int) -> Finding:
    """The printed percentage taken as today's share, beside that of an earlier year."""
    said = published.one("personnel_potential_against_2009").printed
    now = known.availability(published, known.year_of_table2(published))
    base = known.availability(published, year)
    fits = said.value == now.value and now.value < base.value
    sign = "=" if said.value == now.value else "\u2260"
    order = "<" if now.value < base.value else "\u2265"
    arithmetic = f"{said.text} {sign} {now.text} {order} {base.text} ({year})"
    return Finding(judged(fits), f"{now.text} against {base.text}", arithmetic)


@check
def columns_within_caption(published: Published, passage: str) -> Finding:
    """Whether the years of Table 3 lie within the period its caption names."""
    named = [int(y) for y in re.findall(r"\b(?:19|20)\d\d\b", _passage(published, passage))]
    if len(named) < 2:
        raise NotPrinted("a period in the caption")
    years = [q.year for q in published.all("availability") if q.year]
    outside = [y for y in years if not min(named) <= y <= max(named)]
    listed = ", ".join(map(str, years))
    recomputed = f"outside: {', '.join(map(str, outside))}" if outside else "all within"
    return Finding(judged(not outside), recomputed, f"columns {listed}; caption {min(named)}\u2013{max(named)}")


@check
def enough_points(published: Published, variable: str) -> Finding:
    """Whether a trend test could ever find a trend in so few points."""
    n = len(_series(published, variable))
    smallest = Fraction(2, math.factorial(n))
    arithmetic = f"{n} points: smallest two-sided p of a rank test 2 / {n}! = {number(smallest, 3)}"
    if smallest > Fraction(1, 20):
        return Finding(Verdict.NOT_DERIVABLE, f"{n} points", arithmetic)
    return Finding(Verdict.DERIVED, f"{n} points", arithmetic)


@check
def falls(published: Published, series: Sequence[str]) -> Finding:
    """Whether every named series ends lower than it starts."""
    parts, holds = [], []
    for name in series:
        values = [exact(value, text) for _, value, text in _series(published, name)]
        found = any_claim.trend("", values, direction="fall")
        holds.append(found.verdict is Verdict.REPRODUCED)
        parts.append(f"{name.replace('_', ' ')}: {found.arithmetic}")
    recomputed = f"{sum(holds)} of {len(holds)} fall"
    if len(holds) == 1:
        recomputed = "falls" if holds[0] else "does not fall"
    return Finding(judged(all(holds)), recomputed, "; ".join(parts))


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
        raise NotPrinted(f"{name} in several years")
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
    arithmetic = (
        f"decreased by the count {number(by_count)} times, "
        f"by the share {number(by_share)} times; {_researchers_beside(published, proved)}"
    )
    same = reproduces(by_share, first)
    recomputed = "one measure" if same else f"{number(by_count)} or {number(by_share)} times"
    return Finding(judged(same), recomputed, arithmetic)


def _researchers_beside(published: Published, proved: known.Proof) -> str:
    year = published.table1_years[-1]
    name = published.organisations[0]
    n = as_int(published.one("researchers", name, year).printed.value)
    of_staff = Fraction(100 * n, proved.staff[1])
    return f"researchers of {year}: {n}, {number(of_staff, 1)}% of the staff of {proved.years[1]}"


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
        names = ", ".join(v.replace("_", " ") for v in absent)
        return Finding(Verdict.NOT_DERIVABLE, "no figure", f"not printed: {names}")
    figures = published.all(variables[0])
    listed = "; ".join(f"{_who(q)}{q.printed.text}" for q in figures)
    arithmetic = f"{variables[0].replace('_', ' ')}: {listed}"
    if direction:
        if len(figures) < 2:
            return Finding(Verdict.NOT_DERIVABLE, "one figure", arithmetic)
        change = figures[-1].printed.value - figures[0].printed.value
        if change == 0 or (change < 0) != (direction == "fall"):
            return Finding(Verdict.INCONSISTENT, f"no {direction}", arithmetic)
        if not causal:
            return Finding(Verdict.REPRODUCED, f"a {direction}", arithmetic)
    if causal:
        return Finding(
            Verdict.NOT_DERIVABLE,
            "figures, but no comparison",
            f"{arithmetic}; cause needs more than figures side by side",
        )
    return Finding(Verdict.DERIVED, listed, arithmetic)


def _who(q: Quantity) -> str:
    return f"{q.year}: " if q.year else ""


@check
def units_compared(published: Published, variables: Sequence[str], at_least: int = 2) -> Finding:
    """How many units the paper prints figures for, where a comparison needs several."""
    units = {v: sorted({q.unit for q in published.all(v)} - {TOTAL}) for v in variables}
    most = max(len(u) for u in units.values())
    arithmetic = "; ".join(f"{v.replace('_', ' ')}: {len(u)}" for v, u in units.items())
    arithmetic = f"units with figures, {arithmetic}; a comparison needs {at_least}"
    verdict = Verdict.NOT_DERIVABLE if most < at_least else Verdict.DERIVED
    return Finding(verdict, f"{most} unit{'' if most == 1 else 's'}", arithmetic)


# Words


def _passage(published: Published, name: str) -> str:
    if name not in published.passages:
        raise NotPrinted(f"passage {name}")
    return published.passages[name].text


@check
def words_differ(published: Published, words: Mapping[str, str]) -> Finding:
    """Whether passages about one thing use different words for it, each only its own."""
    found = {
        name: {w for w in words.values() if re.search(w, _passage(published, name), re.IGNORECASE)} for name in words
    }
    missing_ = [name for name, word in words.items() if word not in found[name]]
    if missing_:
        raise NotPrinted(f"the expected word in {', '.join(missing_)}")
    shared = set.intersection(*found.values())
    quoted = " and ".join(f"\u201c{_readable(w)}\u201d" for w in dict.fromkeys(words.values()))
    lines = ", ".join(str(published.passages[n].line_from) for n in words)
    arithmetic = f"lines {lines}: {quoted}"
    if shared:
        return Finding(Verdict.REPRODUCED, "one word", arithmetic)
    return Finding(Verdict.INCONSISTENT, "different words", arithmetic)


def _readable(pattern: str) -> str:
    return pattern.replace(r"\b", "").replace("\\", "")


@check
def printed_twice(published: Published, passages: Sequence[str]) -> Finding:
    """Whether passages are the same words."""
    texts = {" ".join(_passage(published, p).lower().split()) for p in passages}
    lines = ", ".join(str(published.passages[p].line_from) for p in passages)
    if len(texts) > 1:
        return Finding(Verdict.INCONSISTENT, "not the same", f"lines {lines}")
    return Finding(Verdict.DERIVED, f"printed {len(passages)} times", f"lines {lines}")


@check
def one_or_several(published: Published) -> Finding:
    """Whether the paper speaks of its author in one number; authors of others set aside."""
    one = _count(published, "the_author", "en_body")
    other = _count(published, "authors_of_another_study", "en_body")
    several = _count(published, "the_authors", "en_body") - other
    arithmetic = f"\u201cthe author\u201d {one}, \u201cthe authors\u201d {several} (of another study: {other})"
    return Finding(judged(not (one and several)), f"{one} and {several}", arithmetic)


def _count(published: Published, term: str, part: str) -> int:
    if (term, part) not in published.terms:
        raise NotPrinted(f"count of {term} in {part}")
    return published.terms[(term, part)]


_PARTS = {
    "en_abstract": "English abstract",
    "en_body": "body",
    "kk_abstract": "Kazakh abstract",
    "ru_abstract": "Russian abstract",
}


@check
def said_and_shown(
    published: Published, term: str, said_in: Sequence[str], shown_in: Sequence[str] = ("en_body",)
) -> Finding:
    """Whether a method that an abstract says was applied is found in the body at all."""
    said = {p: _count(published, term, p) for p in said_in}
    shown = {p: _count(published, term, p) for p in shown_in}
    arithmetic = ", ".join(f"{_PARTS[p]} {n}" for p, n in {**said, **shown}.items())
    arithmetic = f"occurrences: {arithmetic}"
    if not all(said.values()):
        return Finding(Verdict.INCONSISTENT, "not said there", arithmetic)
    if any(shown.values()):
        return Finding(Verdict.DERIVED, "named in the body", arithmetic)
    return Finding(Verdict.NOT_DERIVABLE, "not in the body", arithmetic)


@check
def same_methods(published: Published, terms: Sequence[str], parts: Sequence[str]) -> Finding:
    """Whether the abstracts of one paper name the same methods."""
    named = {p: [t for t in terms if _count(published, t, p)] for p in parts}
    arithmetic = "; ".join(
        f"{_PARTS[p]}: {', '.join(t.replace('_', ' ') for t in found) or 'none'}" for p, found in named.items()
    )
    same = len({tuple(found) for found in named.values()}) == 1
    counts = ", ".join(f"{len(found)}" for found in named.values())
    return Finding(judged(same), f"{counts} of {len(terms)}", arithmetic)


@check
def absent(published: Published, term: str, parts: Sequence[str]) -> Finding:
    """Whether a term the claim needs occurs anywhere."""
    counts = {p: _count(published, term, p) for p in parts}
    arithmetic = "occurrences: " + ", ".join(f"{_PARTS[p]} {n}" for p, n in counts.items())
    if any(counts.values()):
        return Finding(Verdict.DERIVED, "found", arithmetic)
    return Finding(Verdict.NOT_DERIVABLE, "found nowhere", arithmetic)


@check
def cited(published: Published, passage: str, references: Sequence[int], within: int = 3) -> Finding:
    """Whether a statement rests on works cited beside it; if not, nothing printed supports it."""
    if passage not in published.passages:
        raise NotPrinted(f"passage {passage}")
    words = published.passages[passage]
    near = {r for line, r in published.citations if words.line_from <= line <= words.line_to + within}
    lacking = [r for r in references if r not in near]
    if lacking or not references:
        listed = ", ".join(f"[{r}]" for r in lacking)
        arithmetic = f"not cited beside it: {listed}" if listed else "no work is named for it"
        return Finding(Verdict.NOT_DERIVABLE, "no work cited", arithmetic)
    listed = ", ".join(f"[{r}]" for r in references)
    return Finding(Verdict.EXTERNAL, f"rests on {listed}", f"cited by line {words.line_to + within}")


@check
def citations_complete(published: Published) -> Finding:
    """Whether the cited works are numbered from 1 without a gap, in the order of first mention."""
    numbers = [r for _, r in published.citations]
    first = list(dict.fromkeys(numbers))
    whole = first == list(range(1, len(first) + 1))
    twice = sorted({r for r in numbers if numbers.count(r) > 1})
    arithmetic = f"{len(first)} works cited at {len(numbers)} places; more than once: {braced(twice)}"
    return Finding(judged(whole), f"1 to {max(numbers, default=0)}", arithmetic)


@check
def requirement(published: Published, passage: str) -> Finding:
    """What the paper asks of the method: nothing to recompute, something to build."""
    words = _passage(published, passage)
    line = published.passages[passage].line_from
    return Finding(Verdict.REQUIREMENT, "asked of the method", f"line {line}, {len(words.split())} words")


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
    lines = "; ".join(
        f"line {published.passages[p].line_from}: {a.replace('_', ' ')} \u2192 {b.replace('_', ' ')}"
        for p, (a, b) in arrows.items()
    )
    opposed = any((b, a) in pairs for a, b in pairs)
    absent_ = [v for v in series if not published.has(v)]
    if not opposed:
        return Finding(Verdict.REPRODUCED, "one direction", lines)
    if absent_:
        names = ", ".join(v.replace("_", " ") for v in absent_)
        return Finding(Verdict.NOT_DERIVABLE, "both directions", f"{lines}; not printed: {names}")
    return Finding(Verdict.DERIVED, "both directions, testable", lines)


@check
def pictures(published: Published, figure: int) -> Finding:
    """Whether the picture of a figure was at hand, or its caption only."""
    if figure not in published.figures:
        raise NotPrinted(f"Figure {figure}")
    if published.figures[figure]:
        return Finding(Verdict.DERIVED, "picture at hand", "the transcription names an image")
    return Finding(Verdict.NOT_DERIVABLE, "caption only", "the text at hand holds no picture")


@check
def listed(published: Published, passages: Sequence[str]) -> Finding:
    """How many items a list has, where the paper does not count them."""
    lines = [published.passages[p].line_from for p in passages if _passage(published, p)]
    return Finding(Verdict.DERIVED, str(len(lines)), f"items at lines {', '.join(map(str, sorted(lines)))}")


@check
def mentions(published: Published, passage: str, words: Sequence[str]) -> Finding:
    """Whether a passage names the paper's own subject."""
    text = _passage(published, passage)
    found = [w for w in words if re.search(rf"\b{w}", text, re.IGNORECASE)]
    arithmetic = f"words looked for: {', '.join(words)}; found: {', '.join(found) or 'none'}"
    if found:
        return Finding(Verdict.REPRODUCED, ", ".join(found), arithmetic)
    return Finding(Verdict.NOT_DERIVABLE, "none of the words", arithmetic)


@check
def some_researchers(published: Published, organisation: str) -> Finding:
    """Whether an organisation has any researchers in the last year of Table 1."""
    year = published.table1_years[-1]
    n = as_int(published.one("researchers", organisation, year).printed.value)
    return Finding(judged(n > 0), f"{n} researchers", f"Table 1, {year}: {n}")


# Table 4


@check
def indicators_counted(published: Published) -> Finding:
    """Names of Table 4 by group; the paper prints no count."""
    counts = [sum(i.block == b for i in published.indicators) for b in published.blocks]
    n = len(published.indicators)
    return Finding(Verdict.DERIVED, str(n), f"{plus(counts)} = {n}")


@check
def reporting_data_in_table4(published: Published, passage: str) -> Finding:
    """Whether a table said to be compiled from reporting data holds any figure."""
    said = "reporting data" in _passage(published, passage)
    digits = sum(bool(re.search(r"\d", i.words.text)) for i in published.indicators)
    n = len(published.indicators)
    return Finding(judged(not said or digits > 0), f"{digits} figures", f"{n} names, {digits} with a figure")


@check
def names_with(published: Published, blocks: Sequence[str], words: Sequence[str]) -> Finding:
    """How many names of some groups of Table 4 hold one of the words."""
    names = [i for i in published.indicators if i.block in blocks]
    if not names:
        raise NotPrinted("names of these groups")
    pattern = re.compile("|".join(rf"\b{w}" for w in words), re.IGNORECASE)
    with_ = [i.n for i in names if pattern.search(i.words.text)]
    arithmetic = f"words {', '.join(words)}: numbers {braced(with_)}"
    return Finding(Verdict.DERIVED, f"{len(with_)} of {len(names)}", arithmetic)


@check
def direction_words(published: Published, words: Sequence[str]) -> Finding:
    """Whether any name of Table 4 says which direction is better."""
    pattern = re.compile("|".join(rf"\b{w}\b" for w in words), re.IGNORECASE)
    with_ = [i.n for i in published.indicators if pattern.search(i.words.text)]
    n = len(published.indicators)
    arithmetic = f"names with {', '.join(words)}: {braced(with_)}"
    verdict = Verdict.DERIVED if len(with_) == n else Verdict.NOT_DERIVABLE
    return Finding(verdict, f"{len(with_)} of {n} with a direction", arithmetic)


@check
def overlaps(published: Published, pairs: Mapping[str, Sequence[int]]) -> Finding:
    """Pairs of indicators that measure the same thing: each name of a pair holds the same words."""
    names = {i.n: i.words.text for i in published.indicators}
    found = []
    for pattern, numbers in pairs.items():
        if all(re.search(pattern, names.get(n, ""), re.IGNORECASE) for n in numbers):
            found.append(f"{' and '.join(map(str, numbers))} (\u201c{_readable(pattern)}\u201d)")
    if not found:
        return Finding(Verdict.INCONSISTENT, "no overlap", "no pair shares its words")
    return Finding(Verdict.DERIVED, f"{len(found)} pairs share words", "; ".join(found))


@check
def compound_names(published: Published) -> Finding:
    """Names of Table 4 that join several things by "and" or a list."""
    several = [i.n for i in published.indicators if re.search(r"\band\b|,", re.sub(r"\([^)]*\)", "", i.words.text))]
    n = len(published.indicators)
    return Finding(Verdict.DERIVED, f"{len(several)} of {n}", f"joined names: {braced(several)}")


@check
def share_of_groups(published: Published, blocks: Sequence[str]) -> Finding:
    """How much of Table 4 some groups are."""
    part = sum(i.block in blocks for i in published.indicators)
    n = len(published.indicators)
    if n == 0:
        raise NotPrinted("Table 4")
    percent = number(Fraction(100 * part, n), 1)
    return Finding(Verdict.DERIVED, f"{part} of {n}", f"{part} / {n} = {percent}%")


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
    short = "; ".join(f"{k} lacks {', '.join(v)}" for k, v in lacking.items() if v)
    arithmetic = f"numbers {braced(can)}" + (f"; {short}" if short else "")
    verdict = Verdict.DERIVED if len(can) == n else Verdict.NOT_DERIVABLE
    return Finding(verdict, f"{len(can)} of {n}", arithmetic)


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
        what = str(reason).replace("_", " ")
        return Finding(Verdict.NOT_DERIVABLE, "no figure", f"not printed: {what}")
