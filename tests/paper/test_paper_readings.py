"""Whole numbers behind printed figures, against brute force and the audit's own enumeration."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from claims_support import in_english, said
from hypothesis import given
from hypothesis import strategies as st

from monotown.claims.finding import NotPrinted, Verdict
from monotown.claims.printed import Rule, print_like, prints_as, read_printed
from monotown.claims.readings import pairs_behind, parts_behind, shares_behind, wholes_behind
from monotown.paper import proof, tables
from monotown.paper.checks import run_check
from monotown.paper.published import Published

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
AUDIT = json.loads((GOLDEN / "audit.json").read_text(encoding="utf-8"))
RULES = {"half_up": Rule.HALF_UP, "trunc": Rule.TRUNCATED}


def test_only_pair(published: Published) -> None:
    brute = [(x, x - 36) for x in range(37, 20_000) if f"{x / (x - 36):.2f}" == "1.72"]
    assert brute == [(86, 50)]
    for rule in Rule:
        assert pairs_behind(read_printed("1.72"), 36, rule) == brute
    for name, rule in RULES.items():
        assert [list(p) for p in proof.ratio_pairs(published)[rule]] == AUDIT["ratio_diff_pairs"][name]
    assert proof.only_pair(published) == (86, 50)
    finding = in_english(run_check(published, "only_pair", {}))
    assert (finding.verdict, finding.recomputed) == (Verdict.DERIVED, "86 and 50")


@pytest.mark.parametrize(
    ("number", "verdict"),
    [("1.02", Verdict.NOT_DERIVABLE), ("0.72", Verdict.INCONSISTENT), ("1.73", Verdict.INCONSISTENT)],
)
def test_other_ratios_have_other_pairs(
    with_cell: Callable[..., Published], published: Published, number: str, verdict: Verdict
) -> None:
    rows = [q for q in published.quantities if q.variable == "degree_holders_ratio"]
    assert rows[0].printed.text == "1.72"
    changed = with_cell("numbers_in_text", 10, "number", number)
    assert run_check(changed, "only_pair", {}).verdict is verdict


def test_staff_before(published: Published) -> None:
    brute = [n for n in range(87, 100_000) if f"{8600 / n:.2f}" == "49.14"]
    assert brute == [175] == AUDIT["N2014_given_86"]
    proved = proof.prove(published)
    assert proved.staff == (175, 116)
    assert proved.holders == (86, 50)
    assert proved.years == (2014, 2019)
    assert proved.others == (89, 66)
    assert proved.shares == (Fraction(86, 175), Fraction(50, 116))
    finding = in_english(run_check(published, "staff_before", {}))
    assert (finding.verdict, finding.recomputed) == (Verdict.DERIVED, "175")


def test_only_116_staff_for_fifty() -> None:
    assert [n for n in range(51, 10_000) if f"{5000 / n:.2f}" == "43.10"] == [116]
    assert wholes_behind(50, read_printed("43,10")) == AUDIT["N2019_given_50"] == [116]


def test_share_readings(published: Published) -> None:
    with (GOLDEN / "audit_grim_pairs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 74
    for share in ("49.24", "49.14", "43.10"):
        for name, rule in RULES.items():
            mine = shares_behind(read_printed(share), 20, 500, rule)
            golden = [
                (int(r["n_degree"]), int(r["n_staff"]))
                for r in rows
                if r["published_pct"] == share and r["rounding"] == name
            ]
            assert mine == golden
            assert [list(p) for p in mine] == AUDIT["grim"][share][name]
    table = tables.share_readings(published)
    counts = table[table["rule"] == "half_up"].groupby("year").size().to_dict()
    assert counts == {2009: 12, 2014: 11, 2019: 15}
    proved = table[table["with_counts"]]
    assert set(zip(proved["year"], proved["degree_holders"], proved["staff"], strict=True)) == {
        (2014, 86, 175),
        (2019, 50, 116),
    }
    for year, count, verdict in (
        (2009, "12 pairs of whole numbers fit", Verdict.NOT_DERIVABLE),
        (2014, "11 pairs of whole numbers fit", Verdict.NOT_DERIVABLE),
        (2019, "43.10", Verdict.REPRODUCED),
    ):
        finding = in_english(run_check(published, "readings", {"year": year, "staff_range": [20, 500]}))
        assert (finding.recomputed, finding.verdict) == (count, verdict)


@pytest.mark.parametrize(("most", "readings"), [(500, 12), (2000, 201)])
def test_the_number_of_readings_hangs_on_the_largest_staff(most: int, readings: int) -> None:
    # 49.235 <= 100 n / N < 49.245, in whole numbers: 49235 N <= 100000 n < 49245 N
    fitting = [
        (n, staff) for staff in range(20, most + 1) for n in range(staff) if 49235 * staff <= 100000 * n < 49245 * staff
    ]
    assert shares_behind(read_printed("49,24"), 20, most) == fitting
    assert len(fitting) == readings


def test_a_share_without_a_reading(published: Published) -> None:
    finding = in_english(run_check(published, "readings", {"year": 2009, "staff_range": [20, 131]}))
    assert finding.verdict is Verdict.INCONSISTENT


def test_main_losses(published: Published) -> None:
    table = tables.share_readings(published)
    mine = table[(table["year"] == 2009) & (table["rule"] == "half_up")]
    assert len(mine) == len(AUDIT["main_losses"]) == 12
    for row, golden in zip(mine.itertuples(), AUDIT["main_losses"], strict=True):
        assert (row.degree_holders, row.staff) == (golden["n2009"], golden["N2009"])
        assert row.loss_to_next == golden["loss_2009_14"]
        assert (row.main_loss_after == "yes") is golden["main_in_2014_19"]
        assert row.share_of_first == pytest.approx(golden["n2019_over_n2009"], abs=0.005)
    finding = in_english(run_check(published, "main_losses", {"staff_range": [20, 500]}))
    assert (finding.verdict, finding.recomputed) == (Verdict.NOT_DERIVABLE, "true for 2 of 12")
    assert f"= {AUDIT['threshold_n2009']}" in finding.arithmetic


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [([20, 200], Verdict.REPRODUCED), ([250, 500], Verdict.INCONSISTENT), ([20, 100], Verdict.NOT_DERIVABLE)],
)
def test_main_losses_depend_on_the_staff_considered(published: Published, limits: list[int], verdict: Verdict) -> None:
    assert run_check(published, "main_losses", {"staff_range": limits}).verdict is verdict


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from(list(Rule)), st.integers(1, 2))
def test_pairs_hold_the_true_pair_and_no_false_one(after: int, loss: int, rule: Rule, decimals: int) -> None:
    like = read_printed("1." + "0" * decimals)
    printed = read_printed(print_like(Fraction(after + loss, after), like, rule))
    if prints_as(Fraction(1), printed, rule):
        with pytest.raises(ValueError, match="without end"):
            pairs_behind(printed, loss, rule)
        return
    found = pairs_behind(printed, loss, rule)
    assert (after + loss, after) in found
    assert all(prints_as(Fraction(a, b), printed, rule) and a - b == loss for a, b in found)
    last = found[-1][1]
    beyond = [b for b in range(last + 1, 3 * last + 50) if prints_as(Fraction(b + loss, b), printed, rule)]
    assert beyond == []


@given(st.integers(1, 400), st.integers(0, 400), st.sampled_from(list(Rule)))
def test_wholes_hold_the_true_whole(part: int, rest: int, rule: Rule) -> None:
    whole = part + rest
    printed = read_printed(print_like(Fraction(100 * part, whole), read_printed("0.00"), rule))
    found = wholes_behind(part, printed, rule)
    assert whole in found
    assert found == [n for n in range(1, 3 * whole + 10) if prints_as(Fraction(100 * part, n), printed, rule)]
    assert part in parts_behind(whole, printed, rule)


def test_no_pair_without_a_loss() -> None:
    assert pairs_behind(read_printed("1.72"), 0) == []
    assert pairs_behind(read_printed("0.72"), 36) == []


def test_a_ratio_of_one_has_pairs_without_end(with_cell: Callable[..., Published]) -> None:
    with pytest.raises(ValueError, match="without end"):
        pairs_behind(read_printed("1.00"), 36)
    changed = with_cell("numbers_in_text", 10, "number", "1.00")
    assert run_check(changed, "only_pair", {}).verdict is Verdict.NOT_DERIVABLE
    with pytest.raises(NotPrinted, match="above_1"):
        proof.prove(changed)


def test_nothing_is_no_share() -> None:
    with pytest.raises(ValueError, match="above 0"):
        wholes_behind(0, read_printed("43,10"))
    with pytest.raises(ValueError, match="above 0"):
        wholes_behind(50, read_printed("0,01"))


def test_a_broken_loss_has_no_pair(with_cell: Callable[..., Published]) -> None:
    changed = with_cell("numbers_in_text", 11, "number", "36.5")
    assert all(pairs == [] for pairs in proof.ratio_pairs(changed).values())


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "reason"),
    [
        ("table2", 0, "doctors_phd", "3", "ends at the 51"),
        ("table2", 0, "teaching_staff", "117", "agrees with Table 2"),
        ("table2", 0, "teaching_staff", "0", "staff above 0"),
        ("table3", 1, "availability", "49,05", "one reading"),
        ("table3", 1, "availability", "0,00", "share above 0"),
        ("table3", 1, "year", "2013", "availability"),
        ("numbers_in_text", 10, "from", "then", "years of the ratio"),
        ("numbers_in_text", 10, "number", "1.02", "pairs"),
    ],
)
def test_figures_that_prove_nothing(
    with_cell: Callable[..., Published], table: str, row: int, column: str, value: str, reason: str
) -> None:
    changed = with_cell(table, row, column, value)
    with pytest.raises(NotPrinted) as caught:
        proof.prove(changed)
    assert reason in said(caught.value.what)
    first = tables.share_readings(changed)
    assert not first["with_counts"].any()
    assert set(first["main_loss_after"]) == {""}
