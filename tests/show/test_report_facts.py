from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from facts_support import chapter_facts
from scipy.stats import t as student

from monotown.base.labels import Labels
from monotown.base.power import detectable_correlation
from monotown.claims.ledger import counts as verdict_counts
from monotown.index.printed import town_table
from monotown.paper.chapter import readings_in_line, severe_claims
from monotown.show.prose import FACTS, fact_texts

UNITS = ["KZALA", "KZNS", "KZKAR", "KZULU"]
KIND = {"kind": "official", "source": "rd_bulletin_2022"}


def scores(ranks, order=UNITS):
    return pd.DataFrame(
        {
            "rank": ranks,
            "unit": order,
            "year": 2022,
            "score": [63.36, 50.0, 40.0, 10.0],
            "scale": 100.0,
            "kind": "official",
            "source": "rd_bulletin_2022",
        }
    )


def region_tables(last_rank=4.0):
    return {
        "scores_potential_2022": scores([1.0, 2.0, 3.0, last_rank]),
        "scores_quality_2022": scores([1.0, 2.0, 3.5, 3.5], ["KZNS", "KZALA", "KZULU", "KZKAR"]),
        "scores_potential_panel": pd.DataFrame(
            {
                "unit": ["KZALA", "KZKAR17", *[f"R{i}" for i in range(14)]],
                "first_year": 2015,
                "last_year": 2023,
                "rank_from": [1.0, 5.0, *range(14)],
                "rank_to": [1.0, 8.0, *range(14)],
                "score_from": [62.0, 38.02, *np.zeros(14)],
                "score_to": [60.0, 24.83, *np.zeros(14)],
                "change": [-2.0, -13.19, *np.zeros(14)],
                "scale": 100.0,
                "kind": "official",
                "source": "sdg_regions",
            }
        ),
        "index/potential_2022/choices.csv": pd.DataFrame([{"measures": 8, "logged": 6, "floor": 1.0, **KIND}]),
        "index/potential_2022/external.csv": pd.DataFrame(
            {
                "unit": ["KZULU"],
                "year": 2022,
                "external": 3755.0423,
                "internal": 3.584,
                "external_share": 0.1202,
                "kind": "official",
                "source": "rd_bulletin_2022",
            }
        ),
        "index/potential_2022/outlay.csv": pd.DataFrame(
            {
                "unit": ["KZNS"],
                "year": 2022,
                "amount": 74.91,
                "next_amount": 22.5,
                "median_amount": 4.35,
                "share": 0.0042,
                "share_before": 0.0002,
                "share_after": 0.0005,
                "rank": 2.0,
                "rank_before": 4.0,
                "rank_after": 3.0,
                "kind": "official",
                "source": "rd_bulletin_2022; sdg_regions",
            }
        ),
        "town": pd.DataFrame(
            {
                "unit": ["KZZHK", "KZZHK", "KZULU"],
                "year": [2017, 2018, 2022],
                "researchers": [27.0, 26.0, 2.0],
                "organisations": [3.0, 3.0, 1.0],
                "kind": ["published", "published", "official"],
                "source": ["paper_table1", "paper_table1", "rd_bulletin_2022"],
            }
        ),
    }


def by_name(facts):
    FACTS.validate(facts)
    return facts.set_index("fact")


def test_facts_of_the_regions_are_read_from_their_tables():
    facts = by_name(chapter_facts("30_regions", region_tables()))
    expected = {
        "cross_year": "2022",
        "regions_now": "4",
        "ranked_now": "4",
        "scale_top": "100",
        "top_unit": "KZALA",
        "second_unit": "KZNS",
        "third_unit": "KZKAR",
        "last_unit": "KZULU",
        "ulytau_rank": "4",
        "karaganda_rank": "3",
        "regions_constant": "16",
        "panel_first": "2015",
        "panel_last": "2023",
        "karaganda_rank_first": "5",
        "karaganda_rank_last": "8",
        "karaganda_score_last": "24.83",
        "quality_top_unit": "KZNS",
        "quality_ulytau_rank": "3.5",
        "town_researchers": "26",
        "town_year": "2018",
        "town_gap": "4",
        "ulytau_researchers": "2",
        "ulytau_organisations": "1",
        "measures_now": "8",
        "measures_logged": "6",
        "floor_score": "1",
        "ulytau_external": "3755.0423",
        "ulytau_internal": "3.584",
        "outlay_unit": "KZNS",
        "outlay_rank": "2",
        "outlay_rank_before": "4",
        "outlay_rank_after": "3",
        "outlay_amount_next": "22.5",
        "outlay_share_before": "0.0002",
    }
    assert {k: facts.loc[k, "value"] for k in expected} == expected
    assert float(facts.loc["karaganda_change", "value"]) == pytest.approx(-13.19)
    assert facts.loc["town_researchers", ["kind", "source"]].tolist() == ["published", "paper_table1"]
    assert facts.loc["ulytau_researchers", ["kind", "derived_from"]].tolist() == ["official", "tables/town.csv"]


def test_a_region_without_a_rank_is_told_so_and_is_not_counted():
    facts = chapter_facts("30_regions", region_tables(last_rank=float("nan")))
    named = by_name(facts)
    assert named.loc["ranked_now", "value"] == "3"
    assert named.loc["last_unit", "value"] == "KZKAR"
    assert fact_texts(facts.query("fact == 'detectable_now'"), Labels("en", {})) == {"detectable_now": "–"}
    words = Labels("en", {"report.word.no_rank": {"en": "none", "ru": "нет", "kk": "жоқ"}})
    assert fact_texts(facts, words)["ulytau_rank"] == "none"


@pytest.mark.parametrize("n", [16, 20, 60])
def test_the_smallest_correlation_that_can_be_found_has_that_power(n):
    rho = detectable_correlation(n)
    rng = np.random.default_rng(n)
    x = rng.standard_normal((20_000, n))
    y = rho * x + math.sqrt(1 - rho**2) * rng.standard_normal((20_000, n))
    x, y = (v - v.mean(axis=1, keepdims=True) for v in (x, y))
    r = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    found = np.abs(r * np.sqrt((n - 2) / (1 - r**2))) > student.ppf(0.975, n - 2)
    assert found.mean() == pytest.approx(0.8, abs=0.01)


def weights():
    intervals = pd.DataFrame(
        {
            "unit": UNITS,
            "rank_p05": [1.0, 1.0, 2.0, 4.0],
            "rank_p50": [1.0, 2.0, 3.0, 4.0],
            "rank_p95": [3.0, 3.0, 3.0, 4.0],
            "share_baseline_rank": [0.6, 0.6, 0.8, 1.0],
            "share_within_one": [0.8, 0.9, 1.0, 1.0],
            "kind": "official",
            "source": "rd_bulletin_2022",
        }
    )
    dropped = pd.DataFrame(
        {"dropped": ["m", "n", "o"], "mean_shift": [1.0, 1.0, 0.5], "kind": "official", "source": "rd_bulletin_2022"}
    )
    summary = pd.DataFrame({"year": 2022, "quantity": ["draws", "share_same_order"], "value": [10_000.0, 0.025]})
    agreement = pd.DataFrame({"year": 2022, "scheme": ["b", "c", "a"], "kendall": [float("nan"), 0.9, 0.84]})
    return {
        "rank_intervals": intervals,
        "drop_one": dropped,
        "sensitivity/potential_2022/summary.csv": summary,
        "sensitivity/potential_2022/agreement.csv": agreement,
    }


def test_facts_of_the_weights_name_everything_that_shares_the_lead():
    facts = by_name(chapter_facts("40_weights", weights(), sensitivity={"interval": [0.05, 0.95]}))
    expected = {
        "draws": "10000",
        "settled_units": "1",
        "interval_share": "0.9",
        "same_order": "0.025",
        "same_rank": "0.75",
        "within_one": "0.925",
        "widest_span": "2",
        "widest_units": "KZALA;KZNS",
        "ulytau_from": "4",
        "karaganda_to": "3",
        "scheme_lowest": "a",
        "kendall_lowest": "0.84",
        "dropped_measures": "m;n",
        "dropped_shift": "1",
    }
    assert {k: facts.loc[k, "value"] for k in expected} == expected


def claims():
    return pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "verdict": ["reproduced", "not_derivable", "reproduced", "derived"],
            "severity": [1, 3, 2, 3],
            "statement": ["made", "silent", "made", "silent"],
            "kind": "published",
            "source": ["paper_text", "paper_table1", "paper_text", "paper_text"],
        }
    )


def test_claims_are_counted_by_verdict_in_a_fixed_order():
    counts = verdict_counts(claims())
    assert counts[["verdict", "claims"]].to_numpy().tolist() == [
        ["reproduced", 2],
        ["derived", 1],
        ["not_derivable", 1],
    ]
    assert counts["source"].iloc[0] == "paper_table1; paper_text"
    assert severe_claims(claims())["id"].tolist() == ["b", "d"]
    with pytest.raises(ValueError, match="verdicts \\['doubted'\\]; expected"):
        verdict_counts(claims().replace("derived", "doubted"))


def test_facts_of_the_paper_count_the_claims():
    facts = by_name(chapter_facts("paper", {"claims": claims()}))
    names = ["claims_total", "claims_not_stated", "claims_reproduced", "claims_inconsistent"]
    assert facts.loc[names, "value"].tolist() == ["4", "2", "2", "0"]
    # what was derived, required or cited is no statement that was put to the test
    assert facts.loc["claims_checked", "value"] == "3"
    # what the paper does not state is no square of the strip
    squares = ["claims_made", "claims_hold", "claims_contradict", "claims_open"]
    assert facts.loc[squares, "value"].tolist() == ["2", "2", "0", "0"]


def observations():
    rows = [
        ("KZULU", 2022, "researchers", 2.0, "official", "bulletin", ""),
        ("KZULU", 2022, "enterprises_performing_rd", 1.0, "official", "bulletin", ""),
        ("KZULU", 2022, "mean_population", 221_000.0, "official", "population", ""),
        ("KZULU", 2021, "mean_population", 220_000.0, "official", "population", ""),
        ("KZZHK", 2018, "researchers", 26.0, "published", "paper_table1", ""),
        ("KZZHK", 2018, "enterprises_performing_rd", 3.0, "published", "paper_table1", ""),
        ("KZALA", 2022, "researchers", 7000.0, "official", "bulletin", ""),
        ("KZABY", 2022, "researchers", float("nan"), "official", "bulletin", "confidential"),
    ]
    return pd.DataFrame(rows, columns=["unit", "year", "variable", "value", "kind", "source", "flag"])


def test_the_table_of_the_town_keeps_order_kinds_and_sources():
    table = town_table(
        observations(),
        ["KZZHK", "KZULU"],
        {"researchers": "researchers", "organisations": "enterprises_performing_rd", "people": "mean_population"},
    )
    assert table["unit"].tolist() == ["KZZHK", "KZULU"]
    assert table["per_10k"].iloc[1] == pytest.approx(10_000 * 2 / 221_000)
    assert math.isnan(table["per_10k"].iloc[0])
    assert table[["organisations", "kind", "source"]].to_numpy().tolist() == [
        [3.0, "published", "paper_table1"],
        [1.0, "official", "bulletin"],
    ]


def test_facts_of_the_data_count_figures_and_indicators():
    coverage = pd.DataFrame(
        {
            "block": ["B1", "B1", "B3"],
            "status": ["exact", "none", "none"],
            "kind": ["official", "", ""],
            "source": ["bulletin", "", ""],
        }
    )
    doubtful = pd.DataFrame({"unit": ["KZABY"]})
    tables = {"clean/observations.csv": observations(), "coverage": coverage, "doubtful": doubtful}
    sourced = {"kind": "official", "source": "bulletin"}
    changes = [("A", 2021, 1.0, 9.0, 9.0, "open", "i"), ("B", 2020, 1.0, 3.0, 3.0, "implausible", "i")]
    changes += [("C", 2020, 1.0, 99.0, 99.0, "open", ""), ("D", 2020, 1.0, 50.0, 50.0, "explained", "")]
    names = ["unit", "year_before", "before", "value", "least_factor", "verdict", "indices"]
    jumps = pd.DataFrame(changes, columns=names).assign(variable="pay", year=2022, shape="step", jumps=1, **sourced)
    tables["indicators/jumps.csv"] = jumps
    tables["indicators/indicators.csv"] = pd.DataFrame([sourced])
    ranks = {"rank": [1.0, 2.0, 3.0], "rank_without": [1.0, 4.5, np.nan]}
    tables["indicators/jump_effects.csv"] = pd.DataFrame(ranks).assign(**sourced)
    screening = {"factor": {"counts": 1.5, "rates": 2, "money": 3}}
    facts = by_name(chapter_facts("20_data", tables, screening=screening))
    expected = {
        "observations_total": "7",
        "sources_total": "3",
        "markers_total": "1",
        "doubtful_total": "1",
        "indicators_total": "3",
        "indicators_computed": "1",
        "indicators_exact": "1",
        "indicators_b1": "2",
        "indicators_b3": "1",
        "jumps_rows": "4",
        "jumps_open": "2",
        "jumps_explained": "1",
        "jumps_unit": "A",
        "jumps_from": "2021",
        "jumps_value": "9",
        "jumps_scores": "3",
        "jumps_scored": "2",
        "jumps_shift": "3",
    }
    assert {k: facts.loc[k, "value"] for k in expected} == expected
    assert facts.loc["observations_total", "kind"] == "published+official"
    assert facts.loc["indicators_total", "source"] == "bulletin"


def test_readings_of_a_share_stand_in_one_line_of_their_rule():
    rows = [(2014, "half_up", 172, 350), (2014, "half_up", 86, 175), (2009, "truncated", 65, 132)]
    table = pd.DataFrame(rows, columns=["year", "rule", "degree_holders", "staff"])
    made = readings_in_line(table.assign(printed="49", kind="published", source="paper"))
    assert made["pairs"].tolist() == ["65/132", "86/175; 172/350"]
    assert made["readings"].tolist() == [1, 2]
    assert made["year"].tolist() == [2009, 2014]
    assert set(made["source"]) == {"paper"}
