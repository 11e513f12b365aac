"""Each check: what it finds in the paper, and that other figures give another verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from claims_support import in_english

from monotown.claims.finding import Finding, Verdict
from monotown.paper.checks import CHECKS, run_check
from monotown.paper.published import Published, read_published

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
AUDIT = json.loads((GOLDEN / "audit.json").read_text(encoding="utf-8"))
UNIVERSITY = "Zhezkazgan University named after O.A. Baikonurov"
Change = Callable[..., Published]
Raw = dict[str, pd.DataFrame]
REPRODUCED, INCONSISTENT, NOT_DERIVABLE, DERIVED, REQUIREMENT, EXTERNAL = Verdict


def find(published: Published, name: str, **parameters: Any) -> Finding:
    return in_english(run_check(published, name, parameters))


def verdict(published: Published, name: str, **parameters: Any) -> Verdict:
    return find(published, name, **parameters).verdict


def test_unknown_check(published: Published) -> None:
    with pytest.raises(KeyError):
        run_check(published, "guess", {})


def test_rounding_rule(published: Published, raw: Raw) -> None:
    finding = find(published, "rounding_rule")
    assert finding.verdict is DERIVED
    assert finding.arithmetic.endswith("half up 6, half to even 6, cut off 3, of 6")
    for row, text in ((0, "50,0"), (1, "42,30"), (2, "7,69")):
        raw["table1"].loc[row, "share_2018"] = text
    assert verdict(read_published(raw), "rounding_rule") is INCONSISTENT
    for row, text in ((0, "59,25"), (1, "33,33"), (2, "7,40")):
        raw["table1"].loc[row, "share_2017"] = text
    assert verdict(read_published(raw), "rounding_rule") is NOT_DERIVABLE


def test_number_format(published: Published, raw: Raw) -> None:
    finding = find(published, "number_format")
    assert finding.verdict is INCONSISTENT
    assert "50,0; 42,31" in finding.arithmetic
    raw["table1"].loc[0, "share_2018"] = "50,00"
    for row in (10, 15):
        for column in ("number", "quotation"):
            text = str(raw["numbers_in_text"].loc[row, column])
            raw["numbers_in_text"].loc[row, column] = text.replace("1.72", "1,72").replace("43.10", "43,10")
    assert verdict(read_published(raw), "number_format") is REPRODUCED


def test_dominance(published: Published, with_cell: Change) -> None:
    largest = find(published, "largest", organisation=UNIVERSITY)
    assert (largest.verdict, largest.arithmetic) == (REPRODUCED, "2017: 16 > 9; 2018: 13 > 11")
    majority = find(published, "majority", organisation=UNIVERSITY)
    assert (majority.verdict, majority.recomputed) == (INCONSISTENT, "more than half in 2017")
    for year in (2017, 2018):
        assert AUDIT[f"t1_{year}"]["plurality"] is True
        assert AUDIT[f"t1_{year}"]["majority"] is (str(year) in majority.recomputed)
    more = with_cell("table1", 0, "researchers_2018", "14")
    assert verdict(more, "majority", organisation=UNIVERSITY) is REPRODUCED
    fewer = with_cell("table1", 0, "researchers_2018", "11")
    assert verdict(fewer, "largest", organisation=UNIVERSITY) is INCONSISTENT
    assert verdict(fewer, "largest", organisation="Nobody") is NOT_DERIVABLE
    none = with_cell("table1", 0, "researchers_2017", "9")
    assert find(none, "majority", organisation=UNIVERSITY).recomputed == "never more than half"


def test_no_researchers_no_share(raw: Raw) -> None:
    for row in (0, 1, 2):
        raw["table1"].loc[row, "researchers_2018"] = "0"
    empty = read_published(raw)
    assert verdict(empty, "share", organisation=UNIVERSITY, year=2018) is NOT_DERIVABLE
    assert verdict(empty, "concentration") is NOT_DERIVABLE
    raw["table1"].loc[0, "researchers_2017"] = "0"
    assert "16" not in find(read_published(raw), "changes_by_organisation").arithmetic


def test_concentration(published: Published) -> None:
    hhi = [round(AUDIT[f"t1_{year}"]["hhi"], 3) for year in (2017, 2018)]
    finding = find(published, "concentration")
    assert finding.recomputed == f"2017: {hhi[0]}, lead 7; 2018: {hhi[1]}, lead 2"


def test_organisations_counted(published: Published, with_cell: Change) -> None:
    assert find(published, "organisations_counted").recomputed == "2017: 3; 2018: 3"
    closed = with_cell("table1", 2, "researchers_2018", "0")
    assert find(closed, "organisations_counted").recomputed == "2017: 3; 2018: 2"


def test_one_reporter(published: Published, with_cell: Change) -> None:
    given = {"passage": "t1_note", "word": "organization"}
    assert verdict(published, "one_reporter", **given) is INCONSISTENT
    text = "Note: Compiled by the authors based on the reporting data of the organizations"
    row = next(i for i, p in enumerate(published.passages) if p == "t1_note")
    assert verdict(with_cell("passages", row, "text", text), "one_reporter", **given) is REPRODUCED


def test_changes_by_organisation(published: Published) -> None:
    finding = find(published, "changes_by_organisation")
    assert finding.recomputed == "1 fell, 1 rose, of 3"
    trend = AUDIT["t1_trend"]
    assert (trend["univ_pct"], round(trend["sdi_pct"], 1), trend["mining"]) == (-18.75, 22.2, 0)
    assert "16 → 13 (−18.8%)" in finding.arithmetic
    assert "9 → 11 (+22.2%)" in finding.arithmetic
    assert "2 → 2 (0.0%)" in finding.arithmetic


def test_degree_sum(published: Published) -> None:
    assert find(published, "degree_sum") == Finding(DERIVED, "50", "4 + 2 + 44 = 50")


def test_composition(published: Published, raw: Raw) -> None:
    finding = find(published, "composition")
    assert finding.recomputed == "doctors of science 8%, PhD 4%, candidates of science 88%"
    for name, percent in (("DSc", 8.0), ("PhD", 4.0), ("CSc", 88.0)):
        assert AUDIT["t2"]["comp"][name][2] == percent
    for degree in ("doctors_of_science", "doctors_phd", "candidates_of_science"):
        raw["table2"].loc[0, degree] = "0"
    none = read_published(raw)
    for name in ("composition", "ratio", "difference", "only_staff_for_share"):
        assert verdict(none, name) is NOT_DERIVABLE


def test_same_digits(published: Published, with_cell: Change) -> None:
    assert find(published, "same_digits").recomputed == "the same digits by chance"
    other = with_cell("table2", 0, "doctors_phd", "3")
    assert find(other, "same_digits").recomputed == "other digits"


def test_share_with_several_staffs(with_cell: Change) -> None:
    changed = with_cell("table2", 0, "degree_share", "43,1")
    finding = find(changed, "only_staff_for_share")
    assert (finding.verdict, finding.recomputed) == (DERIVED, "only 116")
    changed = with_cell("table2", 0, "degree_share", "43")
    finding = find(changed, "only_staff_for_share")
    assert (finding.verdict, finding.recomputed) == (NOT_DERIVABLE, "{115, 116, 117}")


def test_ratio_with_several_losses(with_cell: Change) -> None:
    changed = with_cell("numbers_in_text", 10, "number", "1.7")
    finding = find(changed, "difference")
    expected = (NOT_DERIVABLE, "33, 34, 35, 36, 37")
    assert (finding.verdict, finding.recomputed) == expected


def test_decrease_by_times(published: Published, raw: Raw) -> None:
    finding = find(published, "decrease_by_times")
    assert (finding.verdict, finding.recomputed) == (INCONSISTENT, "−61.9 people")


def test_chance_of_a_reading(published: Published) -> None:
    assert f"{100 * AUDIT['chance_match_2014']:.1f}%" == "3.6%"
    assert find(published, "chance_of_a_reading").recomputed == "3.6%"


def test_staff_fall(published: Published) -> None:
    finding = find(published, "staff_fall")
    assert finding.recomputed == "175 → 116"
    assert AUDIT["staff"]["change"] == -59
    assert round(AUDIT["staff"]["pct"], 1) == -33.7
    assert "−59 (−33.7%)" in finding.arithmetic


def test_others_fall(published: Published) -> None:
    finding = find(published, "others_fall")
    staff = AUDIT["staff"]
    assert finding.recomputed == f"{staff['nondegree0']} → {staff['nondegree1']}" == "89 → 66"
    assert round(staff["nondeg_pct"], 1) == -25.8
    assert "−23 (−25.8%)" in finding.arithmetic
    assert "−36 (−41.9%)" in finding.arithmetic


def test_at_constant_staff(published: Published) -> None:
    finding = find(published, "at_constant_staff")
    assert finding.recomputed == "a loss of 7"
    assert "57 / 50 = 1.14 times" in finding.arithmetic


def test_two_proportions(published: Published) -> None:
    finding = find(published, "two_proportions")
    assert finding.recomputed == f"p = {AUDIT['ztest']['p']:.2f}" == "p = 0.31"
    assert finding.arithmetic.endswith(f"z = {AUDIT['ztest']['z']:.2f}")


def test_annual_change(published: Published, raw: Raw) -> None:
    finding = find(published, "annual_change")
    staff = AUDIT["staff"]
    assert finding.recomputed == "−10.28% a year"
    assert round(staff["cagr_deg"], 2) == -10.28
    assert f"−{-staff['deg_pct']:.2f}%" in finding.arithmetic
    assert f"ln = −{-staff['logchg5']:.3f}" in finding.arithmetic


def test_main_losses_in_share(published: Published, with_cell: Change) -> None:
    finding = find(published, "main_losses_in_share")
    golden = AUDIT["table3_changes"]
    assert finding.verdict is REPRODUCED
    assert finding.recomputed == f"{golden['share_of_fall_in_2nd']:.1f}% of the fall"
    assert "−0.10 points; then −6.04 points" in finding.arithmetic
    early = with_cell("table3", 0, "availability", "69,24")
    assert verdict(early, "main_losses_in_share") is INCONSISTENT
    flat = with_cell("table3", 0, "availability", "43,10")
    assert verdict(flat, "main_losses_in_share") is NOT_DERIVABLE


def test_years_of_the_ratio_are_needed(with_cell: Change) -> None:
    changed = with_cell("numbers_in_text", 10, "from", "long ago")
    for name in ("main_losses_in_share", "ratio", "difference", "one_measure"):
        assert verdict(changed, name) is NOT_DERIVABLE


def test_missing(published: Published, with_figures: Change) -> None:
    given: dict[str, Any] = {"variables": ["standard_of_living"]}
    finding = find(published, "missing", **given)
    assert (finding.verdict, finding.arithmetic) == (NOT_DERIVABLE, "not printed: standard of living")
    one = with_figures(("standard_of_living", "2014", "80"))
    assert verdict(one, "missing", **given) is DERIVED
    assert verdict(one, "missing", **given, direction="fall") is NOT_DERIVABLE
    assert verdict(one, "missing", **given, causal=True) is NOT_DERIVABLE
    assert "cause needs more" in find(one, "missing", **given, causal=True).arithmetic


def test_figures_that_arrive_decide(published: Published, raw: Raw) -> None:
    """A series beside the others: the transcription may hold it in Table 3's form."""
    given: dict[str, Any] = {"variables": ["availability"]}
    assert verdict(published, "missing", **given, direction="fall") is REPRODUCED
    assert verdict(published, "missing", **given, direction="rise") is INCONSISTENT
    assert verdict(published, "missing", **given, direction="fall", causal=True) is NOT_DERIVABLE
    raw["table3"].loc[2, "availability"] = "49,24"
    flat = read_published(raw)
    assert verdict(flat, "missing", **given, direction="fall") is INCONSISTENT


def test_units_compared(published: Published, with_figures: Change) -> None:
    given = {"variables": ["teaching_staff", "degree_share", "availability"]}
    assert find(published, "units_compared", **given).recomputed == "1 unit"
    assert verdict(published, "units_compared", **given) is NOT_DERIVABLE
    assert verdict(published, "units_compared", variables=["researchers"]) is DERIVED
    more = with_figures(("teaching_staff", "2019", "300"), unit="KARTU")
    assert verdict(more, "units_compared", **given) is DERIVED


def test_columns_within_caption(published: Published, raw: Raw) -> None:
    finding = find(published, "columns_within_caption", passage="t3_caption")
    assert (finding.verdict, finding.recomputed) == (INCONSISTENT, "outside: 2009")
    raw["table3"].loc[0, "year"] = "2010"
    changed = read_published(raw)
    assert verdict(changed, "columns_within_caption", passage="t3_caption") is REPRODUCED
    assert verdict(published, "columns_within_caption", passage="t1_caption") is NOT_DERIVABLE


def test_enough_points(published: Published, raw: Raw) -> None:
    finding = find(published, "enough_points", variable="availability")
    assert (finding.verdict, finding.recomputed) == (NOT_DERIVABLE, "3 points")
    assert find(published, "enough_points", variable="researchers").recomputed == "2 points"
    assert verdict(published, "enough_points", variable="candidates_of_science") is NOT_DERIVABLE
    rows = [{"year_line": "156", "year": str(y), "line": "161", "availability": "45"} for y in (2010, 2011)]
    raw["table3"] = pd.concat([raw["table3"], pd.DataFrame(rows)], ignore_index=True)
    assert verdict(read_published(raw), "enough_points", variable="availability") is DERIVED


def test_falls(published: Published, with_cell: Change) -> None:
    series = ["researchers", "degree_holders", "availability"]
    finding = find(published, "falls", series=series)
    assert (finding.verdict, finding.recomputed) == (REPRODUCED, "3 of 3 fall")
    assert "researchers: 27 → 26; degree holders: 86 → 50" in finding.arithmetic
    risen = with_cell("table1", 3, "researchers_2018", "28")
    assert find(risen, "falls", series=series).recomputed == "2 of 3 fall"
    single = find(risen, "falls", series=["researchers"])
    assert (single.verdict, single.recomputed) == (INCONSISTENT, "does not fall")


def test_against_level(published: Published, raw: Raw) -> None:
    finding = find(published, "against_level", year=2009)
    assert finding.verdict is INCONSISTENT
    assert f"{AUDIT['reading_indicator_ratio']:.2f}%" in finding.recomputed
    assert f"50 would need {AUDIT['reading_headcount_n2009'][0]} in 2009" in finding.arithmetic
    assert AUDIT["reading_headcount_N2009_for_116_at_49.24"] == []
    assert "never a share of 49,24% of whole staff" in finding.arithmetic
    assert AUDIT["reading_staff_N2009"] == []
    assert finding.arithmetic.endswith("116 would need no whole number")
    for column in ("number", "quotation"):
        text = str(raw["numbers_in_text"].loc[15, column])
        raw["numbers_in_text"].loc[15, column] = text.replace("43.10", "87.53")
    assert verdict(read_published(raw), "against_level", year=2009) is REPRODUCED
    raw["table3"].loc[0, "availability"] = "0,00"
    assert verdict(read_published(raw), "against_level", year=2009) is NOT_DERIVABLE


def test_beside_level(published: Published, with_cell: Change) -> None:
    assert verdict(published, "beside_level", year=2009) is REPRODUCED
    lower = with_cell("table3", 0, "availability", "39,24")
    assert verdict(lower, "beside_level", year=2009) is INCONSISTENT


def test_year_of_today(published: Published) -> None:
    assert find(published, "year_of_today").recomputed == "2019"


def test_one_measure(published: Published, raw: Raw) -> None:
    finding = find(published, "one_measure")
    assert (finding.verdict, finding.recomputed) == (INCONSISTENT, "1.72 or 1.14 times")
    cross = AUDIT["cross"]["univ_researchers_2018_over_staff_2019"]
    assert f"{100 * cross:.1f}% of the staff" in finding.arithmetic


def test_some_researchers(published: Published, with_cell: Change) -> None:
    assert find(published, "some_researchers", organisation=UNIVERSITY).recomputed.startswith("13")
    none = with_cell("table1", 0, "researchers_2018", "0")
    assert verdict(none, "some_researchers", organisation=UNIVERSITY) is INCONSISTENT


def test_words_differ(published: Published) -> None:
    places = {"t1_caption": "region", "b_town": "town"}
    finding = find(published, "words_differ", words=places)
    assert (finding.verdict, finding.arithmetic) == (INCONSISTENT, "lines 99, 96: “region”, “town”")
    same = {"b_productive_first": "force", "b_productive_second": "force"}
    assert verdict(published, "words_differ", words=same) is REPRODUCED
    absent = {"t1_caption": "city", "b_town": "town"}
    assert verdict(published, "words_differ", words=absent) is NOT_DERIVABLE
    assert verdict(published, "words_differ", words={"nowhere": "x"}) is NOT_DERIVABLE


def test_printed_twice(published: Published) -> None:
    for pair in (["b_bilateral_first", "b_bilateral_second"], ["b_productive_first", "b_productive_second"]):
        assert find(published, "printed_twice", passages=pair).recomputed == "printed 2 times"
    assert len(AUDIT["dup_sentences"]) == 2
    other = ["b_productive_first", "b_dominant"]
    assert verdict(published, "printed_twice", passages=other) is INCONSISTENT


def test_one_or_several(published: Published, raw: Raw) -> None:
    finding = find(published, "one_or_several")
    assert (finding.verdict, finding.recomputed) == (INCONSISTENT, "4 and 5")
    assert AUDIT["author_vs_authors"] == [4, 5 + 1]  # one of the six are authors of another study
    rows = raw["term_counts"]["term"] == "the_author"
    raw["term_counts"].loc[rows, ["count", "lines"]] = ["0", ""]
    assert verdict(read_published(raw), "one_or_several") is REPRODUCED


def test_said_and_shown(published: Published) -> None:
    given = {"said_in": ["ru_abstract", "kk_abstract"], "shown_in": ["en_abstract", "en_body"]}
    for term, name in (
        ("scenario", "scenario"),
        ("hierarchy_of_factors", "hierarchy of factors"),
        ("priority_of_indicators", "priority of indicators"),
        ("modelling", "modelling"),
    ):
        en_abstract, en_body, kk, ru = AUDIT["promises_EnAbs_EnBody_Kz_Ru"][name]
        assert (en_abstract, en_body, kk, ru) == (False, False, True, True)
        assert verdict(published, "said_and_shown", term=term, **given) is NOT_DERIVABLE
    joined = {"term": "statistical_and_sociological", **given}
    assert verdict(published, "said_and_shown", **joined) is DERIVED
    unsaid = {"term": "scenario", "said_in": ["en_abstract"]}
    assert verdict(published, "said_and_shown", **unsaid) is INCONSISTENT
    unknown = {"term": "magic", "said_in": ["en_abstract"]}
    assert verdict(published, "said_and_shown", **unknown) is NOT_DERIVABLE


def test_same_methods(published: Published) -> None:
    terms = ["statistical_analysis_and_synthesis", "scenario", "modelling"]
    parts = ["en_abstract", "ru_abstract", "kk_abstract"]
    finding = find(published, "same_methods", terms=terms, parts=parts)
    assert (finding.verdict, finding.recomputed) == (INCONSISTENT, "1, 3, 3 of 3")
    assert verdict(published, "same_methods", terms=terms, parts=parts[1:]) is REPRODUCED


def test_absent(published: Published) -> None:
    parts = ["en_abstract", "en_body", "kk_abstract", "ru_abstract"]
    for term in ("reference_list", "weight_or_weighting"):
        assert verdict(published, "absent", term=term, parts=parts) is NOT_DERIVABLE
    assert verdict(published, "absent", term="integral", parts=parts) is DERIVED


def test_cited(published: Published, raw: Raw) -> None:
    assert verdict(published, "cited", passage="b_universal", references=[1]) is EXTERNAL
    near = {"passage": "b_investment", "references": [12, 13], "within": 0}
    assert verdict(published, "cited", **near) is EXTERNAL
    far = {"passage": "b_universal", "references": [1], "within": 0}
    assert find(published, "cited", **far).arithmetic == "not cited beside it: [1]"
    assert verdict(published, "cited", passage="c_factor", references=[]) is NOT_DERIVABLE
    assert verdict(published, "cited", passage="nowhere", references=[1]) is NOT_DERIVABLE
    raw["citations"].loc[0, "reference"] = "7"
    changed = read_published(raw)
    assert verdict(changed, "cited", passage="b_universal", references=[1]) is NOT_DERIVABLE


def test_citations_complete(published: Published, raw: Raw) -> None:
    finding = find(published, "citations_complete")
    assert (finding.verdict, finding.recomputed) == (REPRODUCED, "1 to 20")
    assert sorted({r for _, r in published.citations}) == AUDIT["cites"]
    raw["citations"] = raw["citations"].drop(index=5).reset_index(drop=True)
    assert verdict(read_published(raw), "citations_complete") is INCONSISTENT


def test_requirement(published: Published) -> None:
    assert verdict(published, "requirement", passage="b_comparable") is REQUIREMENT
    assert verdict(published, "requirement", passage="nowhere") is NOT_DERIVABLE


def test_opposite_directions(published: Published, with_figures: Change) -> None:
    arrows = {"r_based": ["potential", "living"], "b_main_losses": ["living", "potential"]}
    given: dict[str, Any] = {"arrows": arrows, "series": ["standard_of_living"]}
    finding = find(published, "opposite_directions", **given)
    assert (finding.verdict, finding.recomputed) == (NOT_DERIVABLE, "both directions")
    one_way = {**given, "arrows": {"r_based": ["potential", "living"]}}
    assert verdict(published, "opposite_directions", **one_way) is REPRODUCED
    measured = with_figures(("standard_of_living", "2014", "80"))
    assert verdict(measured, "opposite_directions", **given) is DERIVED


def test_pictures(published: Published, with_cell: Change) -> None:
    assert verdict(published, "pictures", figure=1) is NOT_DERIVABLE
    assert verdict(published, "pictures", figure=3) is NOT_DERIVABLE
    seen = with_cell("figures", 0, "image", "figure1.png")
    assert verdict(seen, "pictures", figure=1) is DERIVED


def test_listed(published: Published) -> None:
    goals = ["b_goal_path", "b_goal_social", "b_goal_potential"]
    finding = find(published, "listed", passages=goals)
    assert finding == Finding(DERIVED, "3", "items at lines 306, 309, 310")


def test_mentions(published: Published) -> None:
    assert verdict(published, "mentions", passage="fund", words=["single-industry"]) is NOT_DERIVABLE
    assert verdict(published, "mentions", passage="fund", words=["doctoral"]) is REPRODUCED


def test_indicators_counted(published: Published) -> None:
    finding = find(published, "indicators_counted")
    assert finding == Finding(DERIVED, "27", "7 + 4 + 4 + 12 = 27")
    assert AUDIT["table4"]["total"] == 27
    assert [n for _, n in AUDIT["table4"]["groups"]] == [7, 4, 4, 12]


def test_reporting_data(published: Published, with_cell: Change) -> None:
    assert verdict(published, "reporting_data_in_table4", passage="t4_note") is INCONSISTENT
    figure = with_cell("table4", 0, "indicator", "researchers: 26")
    assert verdict(figure, "reporting_data_in_table4", passage="t4_note") is REPRODUCED


def test_names_with(published: Published) -> None:
    given = {"blocks": ["B3", "B4"], "words": ["scien", "research", "training"]}
    finding = find(published, "names_with", **given)
    assert (finding.recomputed, finding.verdict) == ("3 of 16", DERIVED)
    assert finding.arithmetic.endswith("{13, 19, 26}")
    assert verdict(published, "names_with", blocks=["B9"], words=["x"]) is NOT_DERIVABLE


def test_direction_words(published: Published) -> None:
    finding = find(published, "direction_words", words=["higher(?! education)", "more"])
    assert (finding.verdict, finding.recomputed) == (NOT_DERIVABLE, "0 of 27 with a direction")
    assert verdict(published, "direction_words", words=[r"\w+"]) is DERIVED


def test_overlaps(published: Published) -> None:
    pairs = {"the number of doctors of sciences": [3, 4], "graduates": [5, 7]}
    assert find(published, "overlaps", pairs=pairs).recomputed == "2 pairs share words"
    assert verdict(published, "overlaps", pairs={"graduates": [1, 2]}) is INCONSISTENT


def test_compound_names(published: Published) -> None:
    finding = find(published, "compound_names")
    assert finding.recomputed == "11 of 27"
    assert "23" in finding.arithmetic  # accessibility and satisfaction
    assert "27" not in finding.arithmetic  # its list stands in brackets


def test_share_of_groups(published: Published) -> None:
    finding = find(published, "share_of_groups", blocks=["B3", "B4"])
    assert finding == Finding(DERIVED, "16 of 27", "16 / 27 = 59.3%")


def test_computable(published: Published, with_figures: Change) -> None:
    needs = {1: ["researchers", "population"], 2: ["researchers"]}
    finding = find(published, "computable", needs=needs)
    assert (finding.verdict, finding.recomputed) == (NOT_DERIVABLE, "1 of 27")
    assert finding.arithmetic == "numbers {2}; 1 lacks population"
    counted = with_figures(("population", "2018", "90000"))
    assert find(counted, "computable", needs=needs).recomputed == "2 of 27"
    every = {n: ["researchers"] for n in range(1, 28)}
    assert verdict(published, "computable", needs=every) is DERIVED


def test_no_table4(raw: Raw) -> None:
    raw["table4"] = raw["table4"].iloc[:0]
    assert verdict(read_published(raw), "share_of_groups", blocks=["B3"]) is NOT_DERIVABLE


def test_each_check_says_what_it_is() -> None:
    assert len(CHECKS) >= 45
    for name, function in CHECKS.items():
        assert function.__name__ == name
        assert (function.__doc__ or "").strip()


def test_figures_that_allow_no_comparison(raw: Raw) -> None:
    """Counts at their limits: nobody without a degree, nobody lost, no years between."""
    for column, value in (("from", "2019"), ("to", "2019")):
        for row in (10, 11):
            raw["numbers_in_text"].loc[row, column] = value
    assert verdict(read_published(raw), "annual_change") is NOT_DERIVABLE
    raw["table3"] = raw["table3"].iloc[:0]
    empty = read_published(raw)
    for name in ("main_losses", "staff_before", "main_losses_in_share"):
        given = {"staff_range": [20, 500]} if name == "main_losses" else {}
        assert verdict(empty, name, **given) is NOT_DERIVABLE


def _all_hold_a_degree(raw: Raw) -> Published:
    """86 of 86, then 50 of 50: the same ratio and loss, every share 100%."""
    for row in (1, 2):
        raw["table3"].loc[row, "availability"] = "100,00"
    raw["table2"].loc[0, ["teaching_staff", "degree_share"]] = ["50", "100,00"]
    raw["table3"].loc[1, "availability"] = "100,0"
    return read_published(raw)


def test_everybody_holds_a_degree(raw: Raw) -> None:
    """With shares of 100% nobody is without a degree and no test of shares exists."""
    changed = _all_hold_a_degree(raw)
    for name in ("others_fall", "two_proportions"):
        assert verdict(changed, name) is NOT_DERIVABLE


def test_no_staff_fits_the_share(with_cell: Change) -> None:
    changed = with_cell("table2", 0, "degree_share", "43,11")
    finding = find(changed, "only_staff_for_share")
    assert (finding.verdict, finding.recomputed) == (INCONSISTENT, "none")


def test_constant_staff_without_one_count(with_cell: Change, published: Published) -> None:
    """A share without decimals leaves more than one staff, so nothing is proved."""
    assert verdict(published, "at_constant_staff") is DERIVED
    coarse = with_cell("table3", 1, "availability", "49")
    assert verdict(coarse, "at_constant_staff") is NOT_DERIVABLE
