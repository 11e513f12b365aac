from __future__ import annotations

import pandas as pd
import pytest
from facts_support import chapter_facts, told

from monotown.cohort.chapter import course_table, needs_table, posterior_table, prior_table

KIND = {"kind": "published", "source": "paper"}
CONFIG = {
    "closed": ["dsc", "csc"],
    "regain_by": 2030,
    "priors": {
        "wide": {"exit_rate": [2, 18], "inflow": [2, 1.5], "why": {"en": "both wide", "ru": "широко", "kk": "кең"}},
        "settled": {"exit_rate": [4, 76], "inflow": [1, 1]},
    },
    "courses": {"plain": {}, "centre": {"exit_factor": 0.6, "extra_inflow": {"phd": 3, "dsc": 1}}},
}


def posteriors():
    rows = [
        ("total", prior, stage, parameter, *values)
        for prior, shift in (("wide", 0.0), ("settled", 0.01))
        for stage, parameter, values in (
            ("prior", "exit_rate", (0.1, 0.2 + shift, 0.3)),
            ("prior", "inflow", (1.0, 2.0 + shift, 3.0)),
            ("posterior", "exit_rate", (0.11, 0.12 + shift, 0.13)),
            ("posterior", "inflow", (4.0, 5.0 + shift, 6.0)),
        )
    ]
    rows.append(("groups", "wide", "posterior", "exit_rate", 0.5, 0.5, 0.5))
    columns = ["model", "prior", "stage", "parameter", "low", "median", "high"]
    return pd.DataFrame(rows, columns=columns).assign(evidence=0.02, **KIND)


def projections():
    rows = [
        (model, prior, course, group, year, base + (year - 2020), 0.1 * base / 10, 0.0)
        for model, more in (("total", 100), ("groups", 0))
        for prior, base in (("wide", 10 + more), ("settled", 20 + more))
        for course in ("plain", "centre")
        for group in ("csc", "total")
        for year in (2020, 2035)
    ]
    columns = ["model", "prior", "course", "group", "year", "median", "hold", "regain"]
    return pd.DataFrame(rows, columns=columns).assign(**KIND)


def needs():
    rows = [
        ("hold", "posterior_wide", 0.1, 50.0, None, 5.0),
        ("hold", "without_inflow", 0.103, 50.0, None, 5.4),
        ("regain", "posterior_wide", 0.1, 86.0, 2030.0, 10.2),
        ("regain", "without_inflow", 0.103, 86.0, 2030.0, 11.6),
    ]
    columns = ["goal", "exit_from", "exit_rate", "target", "by_year", "inflow"]
    return pd.DataFrame(rows, columns=columns).assign(**KIND)


def test_priors_stand_as_in_the_config_with_their_medians():
    table = prior_table(CONFIG, posteriors())
    assert table["prior"].tolist() == ["wide", "settled"]
    assert table["exit_law"].tolist() == ["beta(2; 18)", "beta(4; 76)"]
    assert table["inflow_law"].tolist() == ["gamma(2; 1.5)", "gamma(1; 1)"]
    assert table["exit_median"].tolist() == [0.2, pytest.approx(0.21)]
    assert table["why_ru"].tolist() == ["широко", ""]
    assert set(table["kind"]) == {"assumed"}


def test_posteriors_are_those_of_the_total():
    table = posterior_table(posteriors()).set_index("prior")
    assert table.loc["wide", ["exit_low", "exit_median", "exit_high"]].tolist() == [0.11, 0.12, 0.13]
    assert table.loc["settled", "inflow_median"] == pytest.approx(5.01)
    assert table.loc["wide", "evidence"] == 0.02


def test_courses_span_the_priors_in_the_last_year_of_the_model_by_groups():
    table = course_table(CONFIG, projections()).set_index("course")
    assert table.index.tolist() == ["plain", "centre"]
    assert table.loc["centre", ["exit_factor", "inflow_factor", "extra_inflow"]].tolist() == [0.6, 1.0, 4.0]
    assert table.loc["plain", ["year", "median_low", "median_high"]].tolist() == [2035, 25, 35]
    assert table.loc["plain", "hold_high"] == pytest.approx(0.2)
    only = projections()[lambda d: d["model"] == "total"]
    assert course_table(CONFIG, only)["median_low"].tolist() == [125, 125]


def test_facts_of_the_degree_holders():
    series = pd.DataFrame(
        {"year": [2014, 2019, 2019, 2019], "group": ["total", "csc", "dsc", "phd"], "count": [86, 44, 4, 2], **KIND}
    )
    tables = {
        "cohort_posteriors": posterior_table(posteriors()),
        "cohort_courses": course_table(CONFIG, projections()),
        "cohort_needs": needs_table(needs()),
    }
    assert tables["cohort_needs"]["exit_from"].tolist()[:2] == ["wide", "without_inflow"]
    tables["cohort/series.csv"] = series
    known = told(chapter_facts("cohort", tables, cohort=CONFIG))
    assert (known["cohort_first"], known["cohort_last"], known["cohort_closed"]) == ("86", "50", "48")
    assert (known["cohort_first_year"], known["cohort_last_year"]) == ("2014", "2019")
    assert known["cohort_exit_alone"] == "0.103"
    assert (known["cohort_hold_low"], known["cohort_regain_high"]) == ("5", "11.6")
    assert (known["cohort_plain"], known["cohort_plain_high"]) == ("plain", "35")
    nobody = {**tables, "cohort_needs": tables["cohort_needs"].iloc[[0, 2]]}
    assert told(chapter_facts("cohort", nobody, cohort=CONFIG))["cohort_exit_alone"] == ""
