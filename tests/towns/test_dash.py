"""A dash is one number on both paths: the project's own data and a workbook."""

import math

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from towns_support import ROOT, configs, settings

from monotown.base.expressions import parse
from monotown.base.parsing import Flag, numbers_of, reads_of
from monotown.base.tables import OBSERVATIONS
from monotown.data.crosswalk import read_as
from monotown.data.workbooks.derive import joined_observations, make_run
from monotown.data.workbooks.findings import ERROR
from monotown.data.workbooks.grid import Sheet
from monotown.index.build import build_index
from monotown.index.catalogue import Catalogue
from monotown.index.indicators import compute_indicators
from monotown.towns.profile import plain_catalogue
from monotown.workflow import read_yaml

SECTION = {
    "files": ["t.csv"],
    "kind": "synthetic",
    "language": "en",
    "source": {"title": {"en": "a", "ru": "b", "kk": "c"}, "publisher": "p", "licence": "l"},
}
EMPTY = pd.DataFrame(columns=list(OBSERVATIONS.columns))
HEAD = ["town", "year", "mean_population", "researchers", "enterprises_performing_rd"]
DEGREES = ("researchers_doctors_of_science", "researchers_phd", "researchers_candidates_of_science")


def run_of(*rows, head=HEAD):
    views = read_yaml(ROOT / "config/examples/own_views.yaml")
    sheet = Sheet("t.csv", "", [list(head), *[[str(c) for c in row] for row in rows]])
    run = make_run([sheet], [], settings(), {**configs(), "views": views}, SECTION)
    assert [f for f in run.findings if f.severity == ERROR] == []
    return run


def catalogue_of(run) -> Catalogue:
    made = yaml.safe_load(yaml.safe_dump({k: dict(v) for k, v in run.configs.items()}))
    return plain_catalogue(configs()["indicators"], made["measures"], made["views"], made["units"], made["variables"])


def scores_of(run) -> dict:
    catalogue = catalogue_of(run)
    table = compute_indicators(run.observations, EMPTY, catalogue).table
    view = catalogue.views["own_potential"]
    index = build_index(table, "own_potential", view, catalogue.measures)
    whole = index.scores[index.scores["node"] == "scientific_potential"]
    return {r["unit"]: (r["score"], r["rank"]) for r in whole.to_dict("records")}


def numbers(run, variable) -> dict:
    rows = run.observations[run.observations["variable"] == variable]
    return dict(zip(rows["unit"], numbers_of(rows, catalogue_of(run).reads_as), strict=True))


def towns(mark) -> list[tuple]:
    return [("Ridder", 2020, 50000, 20, 2), ("Temirtau", 2020, 180000, 90, mark), ("Saran", 2020, 40000, 10, 1)]


@pytest.mark.parametrize("mark", ["-", "–", "—", "нет"])
def test_a_dash_for_organisations_is_ranked_as_the_zero_it_says(mark):
    dashed, plain = run_of(*towns(mark)), run_of(*towns(0))
    assert scores_of(dashed) == scores_of(plain)
    assert scores_of(dashed) != scores_of(run_of(*towns("...")))
    assert numbers(dashed, "rd_organizations")["KZTMT"] == 0
    rows = dashed.observations.set_index(["unit", "variable"])
    assert rows.loc[("KZTMT", "rd_organizations"), "locator"].endswith("enterprises_performing_rd: a marker read as 0")
    assert rows.loc[("KZTMT", "enterprises_performing_rd"), "flag"] == "none"


def test_a_column_of_dashes_alone_is_a_figure():
    rows = [("Ridder", 2020, 50000, 20, "-"), ("Temirtau", 2020, 180000, 90, "-")]
    zeros = [(*r[:4], 0) for r in rows]
    assert scores_of(run_of(*rows)) == scores_of(run_of(*zeros))
    assert (
        "rd_organizations"
        in catalogue_of(run_of(*rows)).views["own_potential"]["tree"]["children"][0]["children"][1]["measure"]
    )


@pytest.mark.parametrize("other", ["-", "x", "..."])
def test_a_sum_takes_a_dash_as_nothing_and_stays_open_where_a_part_is_not_known(other):
    head = ["town", "year", "mean_population", "researchers", *DEGREES]
    run = run_of(("Ridder", 2020, 50000, 20, 3, other, 4), ("Saran", 2020, 40000, 9, 1, 1, 1), head=head)
    found = numbers(run, "degree_holders")
    if other == "-":
        assert found["KZRDD"] == pytest.approx(100000 * 7 / 50000)
    else:
        assert "KZRDD" not in found
    assert found["KZSRN"] == pytest.approx(100000 * 3 / 40000)


def test_an_indicator_given_with_a_dash_is_none_of_what_it_counts():
    head = ["town", "year", "rd_organizations", "degree_holders", "life_satisfaction"]
    rows = [("Ridder", 2020, "-", 40, 50), ("Saran", 2020, 2, "-", 60), ("Abai", 2020, 1, 30, "-")]
    rows[2] = ("г. Абай", *rows[2][1:])
    run = run_of(*rows, head=head)
    zeros = [tuple(0 if c == "-" and k < 4 else c for k, c in enumerate(r)) for r in rows]
    assert repr(scores_of(run)) == repr(scores_of(run_of(*zeros, head=head)))
    assert numbers(run, "rd_organizations")["KZRDD"] == 0
    assert math.isnan(next(v for u, v in numbers(run, "life_satisfaction").items() if u not in ("KZRDD", "KZSRN")))


def test_a_dash_of_the_workbook_stands_for_the_raw_figure_as_a_zero_does():
    row = {
        "unit": "KZRDD",
        "year": 2020,
        "variable": "researchers",
        "value": 5.0,
        "unit_of_measure": "persons",
        "kind": "official",
        "source": "bureau",
        "locator": "x",
        "flag": "",
    }
    raw = pd.DataFrame([row])
    reads = reads_of(configs()["variables"])
    for flag, left in (("none", 1), ("confidential", 2)):
        own = pd.DataFrame([{**row, "value": math.nan, "flag": flag, "source": "own_workbook"}])
        assert len(joined_observations(raw, own, reads)) == left


COUNTS = ("researchers", "enterprises_performing_rd", *DEGREES)


@given(
    st.lists(st.one_of(st.integers(0, 5), st.sampled_from([f.value for f in Flag if f.value])), min_size=5, max_size=5),
    st.sampled_from(["rd_organizations", "degree_holders", "researchers_share_population"]),
)
def test_the_workbook_and_the_projects_own_data_compute_the_same(cells, indicator):
    """The path of measures over raw figures is the oracle for the path of the workbook."""
    from monotown.data.units import Units
    from monotown.data.workbooks.computed import with_computed

    rows = [
        {
            "unit": "KZRDD",
            "year": 2020,
            "variable": v,
            "value": math.nan if isinstance(c, str) else c,
            "unit_of_measure": "persons",
            "kind": "official",
            "source": "s",
            "locator": "l",
            "flag": c if isinstance(c, str) else "",
        }
        for v, c in [("mean_population", 50000), *zip(COUNTS, cells, strict=True)]
    ]
    table = pd.DataFrame(rows).astype({"value": float})
    fields = settings().fields
    made = with_computed(table, fields, Units(configs()["units"]))
    mine = made.loc[made["variable"] == indicator, "value"]
    formula = configs()["towns"]["indicators"][indicator]["formula"]
    entry = {
        "indicator": indicator,
        "formula": formula,
        "unit_of_measure": "u",
        "reading": "exact",
        "direction": 1,
        "goalposts": [0, 1],
        "transform": "none",
        "label": {},
    }
    view = {
        "label": {},
        "kind": "official",
        "units": "one",
        "years": [2020],
        "tree": {"id": "i", "children": [{"measure": "m"}]},
    }
    catalogue = Catalogue(
        configs()["indicators"],
        {"m": entry},
        {"v": view},
        {"one": ["KZRDD"]},
        {"KZRDD": "town"},
        reads_of(configs()["variables"]),
    )
    theirs = compute_indicators(table, EMPTY, catalogue).table["value"].to_numpy()
    assert np.array_equal(mine.to_numpy() if len(mine) else [np.nan], theirs, equal_nan=True)
    one_by_one = {r["variable"]: np.array([read_as(r, configs()["variables"])]) for r in rows}
    exact, *_ = parse(formula).evaluate(one_by_one)
    assert np.array_equal(exact, theirs, equal_nan=True)


def test_every_count_and_sum_says_what_a_dash_is():
    """A place without people is no row of these tables: a dash for a population is an open cell."""
    people = {"population_begin", "mean_population"}
    variables = configs()["variables"]
    silent = {n for n, v in variables.items() if (v.get("count") or v["merge"] == "sum") and not v.get("reads_as")}
    assert silent == people
