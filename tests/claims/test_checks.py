"""Checks that any claim can name: by hand, by brute force, and by properties."""

from __future__ import annotations

import itertools
import random
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from claims_support import said

from monotown.base.problems import InputError
from monotown.claims.addresses import printed_range
from monotown.claims.checks import (
    CHECKS,
    Check,
    Comparison,
    Parameter,
    Range,
    agreement,
    difference,
    exact,
    figure,
    forget_checks,
    integers,
    load_checks,
    mean,
    rank,
    ratio,
    register_check,
    rounding,
    rounding_rule,
    share,
    total,
    trend,
    within,
)
from monotown.claims.finding import Verdict
from monotown.claims.printed import read_printed

GOOD, BAD, OPEN = Verdict.REPRODUCED, Verdict.INCONSISTENT, Verdict.NOT_DERIVABLE


def ours() -> dict[str, Check]:
    return {name: check for name, check in CHECKS.items() if not check.own}


def literal(text: str) -> Range:
    return printed_range(text, rounded=False)


def charitable(text: str) -> Range:
    return printed_range(text, rounded=True)


@pytest.mark.parametrize(
    ("stated", "verdict"), [("59.26", GOOD), ("59.25", BAD), ("59.3", GOOD), ("59", GOOD), ("60", BAD)]
)
def test_share(stated: str, verdict: Verdict) -> None:
    assert share(read_printed(stated), exact(16), exact(27)).finding.verdict is verdict


def test_share_of_one_and_of_nothing() -> None:
    assert said(share(read_printed("0,59"), exact(16), exact(27), of="one").finding.recomputed) == "0.59"
    run = CHECKS["share"].run(read_printed("5"), {"part": exact(1), "whole": exact(0)})
    assert (run.verdict, said(run.arithmetic)) == (OPEN, "∅ a whole above 0")


def test_ratio() -> None:
    found = ratio(read_printed("1.72"), exact(86), exact(50)).finding
    assert (found.verdict, said(found.arithmetic)) == (GOOD, "86 / 50 = 1.72000 → 1.72 = 1.72")
    assert CHECKS["ratio"].run(read_printed("1"), {"top": exact(1), "bottom": exact(0)}).verdict is OPEN


def test_difference() -> None:
    assert difference(read_printed("0.014"), literal("0.802"), literal("0.788")).finding.verdict is GOOD
    assert difference(read_printed("0.013"), literal("0.802"), literal("0.788")).finding.verdict is BAD
    # what print as 0.802 and 0.788 may lie 0.013 apart
    found = difference(read_printed("0.013"), charitable("0.802"), charitable("0.788")).finding
    assert (found.verdict, said(found.recomputed)) == (GOOD, "0.013 … 0.015")
    assert difference(read_printed("0.016"), charitable("0.802"), charitable("0.788")).finding.verdict is BAD
    assert difference(read_printed("-25.0"), exact(3), exact(4), of="percent").finding.verdict is GOOD


def test_sum() -> None:
    parts = [literal(t) for t in ("59,26", "33,33", "7,41")]
    assert total(read_printed("100"), parts).finding.verdict is GOOD
    shares = [literal(t) for t in ("33.3", "33.3", "33.3")]
    assert total(read_printed("100.0"), shares).finding.verdict is BAD
    assert total(read_printed("100.0"), [charitable(t.text) for t in shares]).finding.verdict is GOOD
    many = total(read_printed("210"), [exact(n) for n in range(1, 21)]).finding
    assert (many.verdict, said(many.arithmetic)) == (GOOD, "Σ 1, …, 20 (n = 20) = 210.000 → 210 = 210")


def test_mean() -> None:
    assert mean(read_printed("1.67"), [exact(n) for n in (1, 2, 2)]).finding.verdict is GOOD
    assert CHECKS["mean"].run(read_printed("1"), {"parts": []}).verdict is OPEN


def test_rounding_to_half_and_by_cutting_off() -> None:
    half = exact(Fraction(1, 8), "0.125")
    assert [rounding(read_printed(t), half).finding.verdict for t in ("0.13", "0.12", "0.11")] == [GOOD, GOOD, BAD]
    by_rule = {r: rounding(read_printed("0.13"), half, rule=r).finding.verdict for r in ("half_up", "half_even")}
    assert by_rule == {"half_up": GOOD, "half_even": BAD}
    assert rounding(read_printed("0.66"), exact(Fraction(2, 3), "2/3"), rule="truncated").finding.verdict is GOOD
    cut = rounding(read_printed("0.66"), exact(Fraction(2, 3), "2/3")).finding
    assert (cut.verdict, said(cut.arithmetic)) == (BAD, "2/3 → 0.67 (⌊ ⌋ 0.66) ≠ 0.66")


def test_rounding_agrees_with_the_decimal_library() -> None:
    modes = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncated": ROUND_DOWN}
    draw = random.Random(1)
    for _ in range(300):
        text = f"{draw.randint(-9, 9)}.{draw.choice(['5', '25', '125', '1275', str(draw.randint(0, 9999))])}"
        for rule, mode in modes.items():
            wanted = str(Decimal(text).quantize(Decimal("0.1"), mode))
            assert rounding(read_printed(wanted), literal(text), rule=rule).finding.verdict is GOOD
            other = str(Decimal(wanted) + Decimal("0.1"))
            assert rounding(read_printed(other), literal(text), rule=rule).finding.verdict is BAD


def test_rounding_rule() -> None:
    values = [exact(Fraction(n, 3)) for n in (1, 2)]
    assert said(rounding_rule("", values, [literal("0.33"), literal("0.66")]).recomputed) == "cut off"
    rounded = rounding_rule("", values, [literal("0.33"), literal("0.67")])
    assert (rounded.verdict, said(rounded.recomputed)) == (
        Verdict.DERIVED,
        "rounded, halves up, rounded, halves to even",
    )
    assert rounding_rule("", values[:1], [literal("0.33")]).verdict is OPEN
    assert rounding_rule("", values, [literal("0.34"), literal("0.67")]).verdict is BAD
    assert CHECKS["rounding_rule"].run("", {"values": values, "printed": []}).verdict is OPEN


@pytest.mark.parametrize(("of", "times"), [("hundred", 100), ("one", 1)])
def test_integers(of: str, times: int) -> None:
    """Whole numbers behind a printed share are those that trial of every pair finds."""
    draw = random.Random(2)
    for _ in range(60):
        whole, part, places = draw.randint(2, 60), draw.randint(1, 40), draw.choice([0, 1, 2])
        text = f"{draw.uniform(1, 99) * times / 100:.{places}f}"
        stated = read_printed(text)
        prints = {
            (n, m)
            for n, m in itertools.product(range(201), (whole,))
            for mode in (ROUND_HALF_UP, ROUND_HALF_EVEN)
            if str((Decimal(times * n) / Decimal(m)).quantize(Decimal(1).scaleb(-places), mode)) == text
        }
        wanted = sorted(n for n, _ in prints)
        found = integers(stated, whole=exact(whole), of=of)
        assert found.verdict is (GOOD if wanted else BAD)
        if 0 < len(wanted) <= 8:
            assert said(found.recomputed) == "{" + ", ".join(map(str, wanted)) + "}"
        assert integers(stated, part=exact(part), whole=exact(whole), of=of).verdict is (
            GOOD if part in wanted else BAD
        )


def test_integers_of_brown_and_heathers() -> None:
    """Their example: 28 whole numbers have no mean of 5.19, but 5.18 and 5.21."""
    verdicts = [integers(read_printed(t), whole=exact(28), of="one").verdict for t in ("5.18", "5.19", "5.21")]
    assert verdicts == [GOOD, BAD, GOOD]


def test_integers_without_counts() -> None:
    found = integers(read_printed("49,24"), smallest=20, largest=200)
    assert (found.verdict, said(found.recomputed)) == (OPEN, "{65/132, 97/197}")
    assert integers(read_printed("49,24"), smallest=20, largest=140).verdict is GOOD
    assert integers(read_printed("49,24"), smallest=20, largest=100).verdict is BAD
    assert CHECKS["integers"].run(read_printed("49,24"), {}).verdict is OPEN
    assert said(integers(read_printed("43,10"), part=exact(50)).recomputed) == "{116}"


def test_trend() -> None:
    up, mixed = [exact(n) for n in (1, 2, 3)], [exact(n) for n in (1, 3, 2)]
    assert trend("", up, steps="every").verdict is GOOD
    assert trend("", mixed).verdict is GOOD
    assert trend("", mixed, steps="every").verdict is BAD
    assert trend("", up, direction="fall").verdict is BAD
    assert said(trend("", up[::-1], direction="fall", steps="every").arithmetic) == "3 → 2 → 1"
    level = [literal("0.80"), literal("0.80")]
    assert [trend("", level, direction=d).verdict for d in ("rise", "fall", "same")] == [BAD, BAD, GOOD]
    # what prints alike may have risen
    assert trend("", [charitable("0.80"), charitable("0.80")]).verdict is GOOD
    assert CHECKS["trend"].run("", {"values": up[:1]}).verdict is OPEN


def test_rank() -> None:
    among = [literal(t) for t in ("0.9", "0.8", "0.8", "0.7")]
    third = lambda stated, **more: rank(read_printed(stated), among[2], among, **more).verdict  # noqa: E731
    assert [third("2"), third("3"), third("3", ties="any"), third("4", ties="any")] == [GOOD, BAD, GOOD, BAD]
    assert third("2", first="smallest") is GOOD
    assert rank(read_printed("4"), among[3], among).verdict is GOOD
    fine = [literal(t) for t in ("0.8014", "0.8012", "0.7")]
    assert rank(read_printed("1"), fine[1], fine).verdict is BAD
    assert rank(read_printed("1"), fine[1], fine, decimals=3).verdict is GOOD  # level at three decimals
    rounded = [charitable(t) for t in ("0.80", "0.80", "0.7")]
    assert said(rank(read_printed("2"), rounded[0], rounded).recomputed) == "1 … 2"
    assert CHECKS["rank"].run(read_printed("1"), {"value": exact(5), "among": among}).verdict is OPEN


def test_rank_is_one_more_than_those_before() -> None:
    draw = random.Random(3)
    for _ in range(100):
        values = [draw.randint(0, 9) for _ in range(8)]
        among, at = [exact(v) for v in values], draw.randrange(8)
        place = 1 + sum(v > values[at] for v in values)
        assert rank(read_printed(str(place)), among[at], among).verdict is GOOD
        worst = place + values.count(values[at]) - 1
        shown = str(place) if worst == place else f"{place} … {worst}"
        assert said(rank(read_printed(str(worst)), among[at], among, ties="any").recomputed) == shown


def test_agreement() -> None:
    printed = {"a": literal("0.33"), "b": literal("0.67"), "c": literal("1.00"), "d": None}
    values = {"a": exact(Fraction(1, 3)), "b": exact(Fraction(2, 3)), "c": exact(1)}
    assert agreement(read_printed("3"), printed, values).verdict is GOOD
    lacking = agreement(read_printed("3"), printed, {**values, "c": None})
    assert (lacking.verdict, said(lacking.arithmetic)) == (OPEN, "2 / 3; c: 1.00 ≠ ∅")
    assert agreement(read_printed("3"), printed, {**values, "c": exact(2)}).verdict is BAD
    assert agreement(read_printed("3"), printed, {**values, "b": exact(Fraction(7, 10))}, decimals=1).verdict is GOOD
    assert CHECKS["agreement"].run(read_printed("1"), {"printed": {"a": None}, "values": {}}).verdict is OPEN


def test_within() -> None:
    values = [exact(n) for n in (0, 1, 2)]
    assert within("", values, low=exact(0), high=exact(2)).verdict is GOOD
    assert said(within("", values, high=exact(1)).arithmetic) == "0 … 2 ⊄ [−∞; 1]"
    assert within("", values, low=exact(1)).verdict is BAD
    assert CHECKS["within"].run("", {"values": []}).verdict is OPEN


def test_charity_never_refuses_what_the_digits_give() -> None:
    draw = random.Random(4)
    for _ in range(200):
        a, b = (f"{draw.uniform(1, 9):.{draw.randint(1, 3)}f}" for _ in range(2))
        for compute in (share, ratio, difference):
            name = {"share": ("part", "whole"), "ratio": ("top", "bottom"), "difference": ("after", "before")}
            keys = name[compute.__name__]
            exactly = compute(read_printed("0.00"), **dict(zip(keys, map(literal, (a, b)), strict=True)))
            stated = read_printed(said(exactly.recomputed).replace("−", "-").replace(",", ""))
            loosely = compute(stated, **dict(zip(keys, map(charitable, (a, b)), strict=True)))
            assert loosely.fits
            assert loosely.found.low <= exactly.found.value <= loosely.found.high


def test_every_check_says_what_it_is() -> None:
    for name, check in ours().items():
        assert (check.name, bool(check.formula), bool(check.gives)) == (name, True, True)
        file, _, test = check.test.partition("::")
        assert f"def {test}(" in (Path(__file__).parent.parent / file).read_text(encoding="utf-8")


def test_a_check_of_a_user_is_as_good_as_those_of_the_project() -> None:
    try:
        load_checks(
            "import monotown\n"
            "from monotown.claims.checks import figure\n"
            "def twice(stated, value):\n"
            "    return 2 * value.value\n"
            "monotown.register_check(monotown.Check('twice', twice, {'value': figure('half')}))\n",
            "own.py",
        )
        assert CHECKS["twice"].own
        found = CHECKS["twice"].run(read_printed("1.0"), {"value": literal("0.5")})
        assert (found.verdict, said(found.recomputed)) == (GOOD, "1.0")
        load_checks("import monotown as m\nm.register_check(m.Check('other', lambda stated: 1))", "b.py")
        assert "twice" not in CHECKS
    finally:
        forget_checks()
    assert "other" not in CHECKS


def test_every_problem_of_a_file_of_checks_at_once() -> None:
    text = (
        "from monotown import Check, register_check\n"
        "register_check(Check('Share', lambda stated: 1))\n"
        "register_check(Check('own', lambda stated, a: 1))\n"
        "register_check(Check('rank', 3, states='words'))\n"
        "1 / 0\n"
    )
    with pytest.raises(InputError) as error:
        load_checks(text, "own.py")
    said = [(p.where, p.found) for p in error.value.problems]
    assert [line for line, _ in said] == ["line 2", "line 3", "line 4", "line 4", "line 4", "line 5"]
    assert not any(check.own for check in CHECKS.values())


def test_parameters_of_a_check_have_known_kinds() -> None:
    with pytest.raises(InputError, match="a kind of parameter"):
        register_check(Check("odd", lambda stated, x: x, {"x": Parameter("colour", "what")}))
    assert figure("x").kind == "figure"
    assert Comparison(read_printed("1"), exact(1), "1").fits


def test_the_documents_tell_of_every_check_and_parameter() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/claims.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    for name, check in ours().items():
        for parameter, value in check.parameters.items():
            assert f"**{parameter}**" in rows[name] if value.needed else parameter in rows[name], (name, parameter)
            assert all(f"`{word}`" in rows[name] for word in value.choices), (name, parameter)
