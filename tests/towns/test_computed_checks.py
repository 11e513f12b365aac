"""What no single cell shows: parts and wholes, computed values, levels of units."""

import time

import numpy as np
import pandas as pd
import pytest
from test_dash import SECTION
from towns_support import ROOT, configs, settings
from words_support import LANGUAGES

from monotown.base.parsing import numbers_of, reads_of
from monotown.base.problems import InputError
from monotown.base.schemas import schema_problems
from monotown.base.tables import OBSERVATIONS
from monotown.data.clean import first_source
from monotown.data.plausible import parts_of
from monotown.data.workbooks.consistency import check_together
from monotown.data.workbooks.derive import make_run
from monotown.data.workbooks.findings import ERROR, findings_table
from monotown.data.workbooks.grid import Sheet
from monotown.workflow import read_yaml
from monotown.workflow.towns import finding_words


def found(rows, head, measures=None, views=None, sheets=(), **section):
    views = views or read_yaml(ROOT / "config/examples/own_views.yaml")
    sheet = Sheet("t.csv", "", [head.split(), *[[str(c) for c in row] for row in rows]])
    every = {**configs(), "views": views, **({"measures": measures} if measures else {})}
    return make_run([sheet, *sheets], [], settings(**section), every, SECTION)


def told(run, *codes):
    return [(f.code, f.cell, f.found) for f in run.findings if f.code in codes]


TOGETHER = ("part_of", "parts_sum", "computed_bounds", "computed_outside")


def test_more_researchers_than_people_is_an_error_with_both_cells():
    run = found([("Ridder", 2020, 10000, 10400), ("Saran", 2020, 40000, 90)], "town year mean_population researchers")
    assert told(run, *TOGETHER) == [("part_of", "D2", "10400")]
    (finding,) = [f for f in run.findings if f.code == "part_of"]
    values = dict(finding.values)
    assert (values["whole"], values["limit"]) == ("mean_population", "10000")
    assert values["cells"] == "D2 (10400), C2 (10000)"


def test_a_computed_value_outside_its_bounds_names_formula_and_cells():
    run = found(
        [("Ridder", 2020, 10, 20), ("Saran", 2020, 40000, 1)], "town year mean_population enterprises_performing_rd"
    )
    formula = "100000 * enterprises_performing_rd / mean_population"
    assert told(run, *TOGETHER) == [("computed_bounds", "D2", f"200000 = {formula}")]
    values = dict(next(f for f in run.findings if f.code == "computed_bounds").values)
    assert (values["cells"], values["span"]) == ("D2 (20), C2 (10)", "0 … 100000")


def test_a_computed_value_far_beyond_its_scale_is_warned_of_with_its_cells():
    run = found(
        [("Ridder", 2020, 50000, 70), ("Saran", 2020, 40000, 1)], "town year mean_population enterprises_performing_rd"
    )
    formula = "100000 * enterprises_performing_rd / mean_population"
    assert told(run, *TOGETHER) == [("computed_outside", "D2", f"140 = {formula}")]
    assert dict(run.findings[-1].values)["cells"] == "D2 (70), C2 (50000)"
    assert not any(f.severity == ERROR for f in run.findings)


def test_a_value_given_and_the_same_one_computed_are_judged_alike():
    for organisations in (1, 5, 10, 11, 12, 80):
        rate = 100000 * organisations / 50000
        computed = found(
            [("Ridder", 2020, 50000, organisations), ("Saran", 2020, 40000, 1)],
            "town year mean_population enterprises_performing_rd",
        )
        given = found([("Ridder", 2020, rate), ("Saran", 2020, 2)], "town year rd_organizations")
        assert len(told(computed, "computed_outside")) == len(told(given, "outside"))
        assert bool(told(given, "outside")) == (rate > 20)


def test_a_measure_with_a_formula_over_a_given_indicator_is_judged_too():
    run = found([("Ridder", 2020, 40), ("Saran", 2020, 0.2)], "town year researchers_share_population,%")
    assert told(run, *TOGETHER) == [("computed_outside", "C2", "4000 = 100 * researchers_share_population")]


def test_degrees_among_researchers_and_staff():
    head = "town year mean_population researchers researchers_phd"
    run = found([("Ridder", 2020, 50000, 5, 500), ("Saran", 2020, 40000, 9, 9)], head)
    assert told(run, *TOGETHER) == [("part_of", "E2", "500")]
    assert dict(run.findings[-1].values)["whole"] == "researchers"


def test_parts_that_do_not_overlap_are_together_at_most_the_whole():
    head = (
        "town year mean_population researchers researchers_doctors_of_science researchers_phd "
        "researchers_candidates_of_science"
    )
    rows = [
        ("Ridder", 2020, 50000, 10, 4, 4, 4),
        ("Saran", 2020, 40000, 12, 4, 4, 4),
        ("Temirtau", 2020, 180000, 10, 4, "-", "x"),
    ]
    run = found(rows, head)
    assert told(run, *TOGETHER) == [("parts_sum", "E2", "12")]
    assert dict(run.findings[-1].values)["cells"] == "E2 (4), F2 (4), G2 (4), D2 (10)"


def test_a_whole_that_is_missing_gives_way_to_the_next_one():
    head = "town year rd_personnel researchers researchers_phd"
    run = found([("Ridder", 2020, 30, "...", 40), ("Saran", 2020, 30, "...", 30)], head)
    assert told(run, *TOGETHER) == [("part_of", "E2", "40")]
    assert dict(run.findings[-1].values)["cells"] == "E2 (40), C2 (30)"


def test_the_cells_of_a_whole_that_is_computed_are_those_of_both_years():
    head = "town year population_begin researchers"
    run = found([("Ridder", 2020, 100, 120), ("Ridder", 2021, 100, 80)], head)
    assert ("part_of", "D2", "120") in told(run, *TOGETHER)
    finding = next(f for f in run.findings if f.code == "part_of")
    assert dict(finding.values)["cells"] == "D2 (120), C2 (100), C3 (100)"


def test_cells_of_other_sheets_are_named_with_them():
    other = Sheet(
        "b.csv", "", [["town", "year", "mean_population"], ["Ridder", "2020", "90"], ["Saran", "2020", "40000"]]
    )
    run = found([("Ridder", 2020, 99), ("Saran", 2020, 9)], "town year researchers", sheets=[other])
    finding = next(f for f in run.findings if f.code == "part_of")
    assert (finding.file, dict(finding.values)["cells"]) == ("t.csv", "C2 (99), b.csv C2 (90)")


def test_growth_names_the_cells_of_both_years():
    head = "town year mean_population researchers " + " ".join(
        f"researchers_{d}" for d in ("doctors_of_science", "phd", "candidates_of_science")
    )
    run = found([("Ridder", 2015, 1000000, 900, 1, 0, 0), ("Ridder", 2020, 1000, 900, 300, 0, 0)], head)
    degrees = configs()["towns"]["indicators"]["degree_holders"]["formula"]
    finding = next(f for f in run.findings if f.code == "computed_bounds")
    assert finding.found == (
        "12.61153775 = log(degree_holders / lag(degree_holders, 5))".replace("degree_holders", f"({degrees})")
    )
    assert dict(finding.values)["cells"] == (
        "E3 (300), F3 (0), G3 (0), C3 (1000), E2 (1), F2 (0), G2 (0), C2 (1000000)"
    )


@pytest.mark.parametrize("mark", ["-", 0])
def test_a_zero_on_a_logarithmic_scale_is_refused_with_its_cells(mark):
    head = "town year researchers internal_rd_expenditure"
    run = found([("Ridder", 2020, 20, mark), ("Saran", 2020, 10, 5000)], head)
    formula = "internal_rd_expenditure / 1000 / researchers"
    assert told(run, "no_logarithm", *TOGETHER) == [("no_logarithm", "D2", f"0 = {formula}")]
    given = found([("Ridder", 2020, 0), ("Saran", 2020, 5)], "town year rd_funding")
    assert told(given, "no_logarithm", *TOGETHER) == [("no_logarithm", "C2", "0")]


CASES = [
    ([("Ridder", 2020, 20, 0)], "town year researchers internal_rd_expenditure"),
    ([("Ridder", 2020, 50000, 5, 500)], "town year mean_population researchers researchers_phd"),
    ([("Ridder", 2020, 50000, 5, 4, 4)], "town year mean_population researchers researchers_phd researchers_masters"),
    ([("Ridder", 2020, 10, 20)], "town year mean_population enterprises_performing_rd"),
    ([("Ridder", 2020, 50000, 70)], "town year mean_population enterprises_performing_rd"),
    ([("Ridder", 2020, 5), ("Saran", 2020, 5), ("KZKAR", 2020, 5)], "town year physicians"),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_its_place_and_its_words(language):
    seen = set()
    for rows, head in CASES:
        run = found(rows, head)
        labels = ["towns", "indicators"]
        words = finding_words(labels, language, settings(), run.configs["units"])
        ours = [f for f in run.findings if f.code in (*TOGETHER, "no_logarithm", "mixed_levels")]
        seen |= {f.code for f in ours}
        for finding, row in zip(ours, findings_table(ours, words).to_dict("records"), strict=False):
            assert (row["file"], row["cell"]) == (finding.file, finding.cell)
            assert all(row[k] for k in ("cell", "found", "expected", "mend"))
            assert "{" not in row["expected"] + row["mend"]
            if finding.code != "mixed_levels":
                assert finding.cell in row["expected"] + row["mend"]
    assert seen == {*TOGETHER, "no_logarithm", "mixed_levels"}


# Relations of the config hold in the project's own official data.
def test_every_relation_holds_in_the_official_data(official):
    variables = configs()["variables"]
    ours = official[official["variable"].isin(variables)]
    findings = check_together(
        ours, ours.assign(file=ours["source"], sheet="", cell=ours["locator"]), settings().fields, variables, [], 1.0
    )
    assert [(f.found, dict(f.values)["cells"]) for f in findings] == []
    known = set(ours["variable"])
    untested = {p for (w, _), ps in parts_of(variables).items() for p in ps if p not in known or w not in known}
    # the teachers are known from the paper alone, one university
    assert untested == {"doctors_of_science", "doctors_phd", "candidates_of_science"}


@pytest.fixture(scope="module")
def official():
    from monotown.data.clean import clean
    from monotown.data.units import Units

    sources = configs()["sources"]
    files = {s["file"]: (ROOT / s["file"]).read_bytes() for s in sources.values() if "file" in s}
    cleaned = clean(files, sources, configs()["variables"], Units(configs()["units"]))
    table = cleaned.observations
    return first_source(table[table["kind"] == "official"]).reset_index(drop=True)


def test_official_data_pass_because_they_are_looked_at(official):
    at = official.index[(official["variable"] == "researchers") & (official["unit"] == "KZKAR")]
    spoiled = official.copy()
    spoiled.loc[at, "value"] *= 1000
    findings = check_together(
        spoiled,
        spoiled.assign(file="f", sheet="", cell=spoiled["locator"]),
        settings().fields,
        configs()["variables"],
        [],
        1.0,
    )
    assert {f.code for f in findings} >= {"part_of"}


# Levels.
def levels(names, **section):
    rows = [(n, 2020, 5) for n in names]
    run = found(rows, "town year physicians", **section)
    return [(f.found, f.cell) for f in run.findings if f.code == "mixed_levels"]


def test_a_region_and_the_country_among_towns_are_refused_by_name():
    assert levels(["Ridder", "Saran", "KZKAR"]) == [("KZKAR", "C4")]
    assert levels(["Ridder", "Saran", "Казахстан"]) == [("KZ", "C4")]
    assert levels(["Ridder", "Karaganda region", "Kostanay region"]) == [("KZRDD", "C2")]
    assert levels(["KZKAR", "KZKUS", "KZ"]) == [("KZ", "C4")]
    assert levels(["Ridder", "KZKAR"]) == [("KZKAR", "C3")]


def test_units_of_one_level_pass_and_cities_stand_among_both():
    assert levels(["Ridder", "Saran"]) == levels(["KZKAR", "KZKUS"]) == []
    assert levels(["Ridder", "Saran", "г. Алматы", "Астана"]) == []
    assert levels(["Karaganda region", "Kostanay region", "г. Алматы"]) == []
    assert levels(["Ridder", "г. Алматы", "Шымкент"], level="town") == []


def test_no_row_of_another_level_than_the_runs_is_ranked():
    assert levels(["Ridder", "KZKAR"], level="town") in ([("KZKAR", "C3")], [])
    run = found([("Ridder", 2020, 5), ("KZKAR", 2020, 5)], "town year physicians", level="town")
    errors = any(f.severity == ERROR for f in run.findings)
    assert errors or run.configs["units"]["sets"]["workbook"] == ["KZRDD"]


# Configs.
def test_the_schema_takes_divisions_only():
    schema = read_yaml(ROOT / "workflow/schemas/variables.schema.yaml")
    entry = {"label": {"en": "a", "ru": "a", "kk": "a"}, "unit_of_measure": "u", "bounds": [0, None], "merge": "sum"}
    for wrong in ("researchers", [], {}, {"a": ""}, {"a": 1}):
        assert schema_problems({"x": {**entry, "part_of": wrong}}, schema, "v")
    assert not schema_problems({"x": {**entry, "part_of": {"a": "degree"}}}, schema, "v")


def test_bounds_that_cross_in_the_figures_are_refused():
    from test_dash import EMPTY, catalogue_of

    from monotown.index.indicators import compute_indicators

    run = found([("Ridder", 2020, 50, 9), ("Saran", 2020, 50, 60)], "town year life_satisfaction physicians")
    catalogue = catalogue_of(run)
    catalogue.measures["life_satisfaction"]["plausible"] = {
        "low": "physicians",
        "high": 55,
        "outside": "cut",
        "reason": {"en": "r"},
    }
    with pytest.raises(InputError, match="unit KZSRN, year 2020: found 'low 60'"):
        compute_indicators(run.observations, EMPTY, catalogue)
    catalogue.measures["life_satisfaction"]["plausible"]["outside"] = "keep"
    kept = compute_indicators(run.observations, EMPTY, catalogue)
    assert kept.doubtful["unit"].tolist() == ["KZSRN"]


def test_two_thousand_towns_and_ten_years_are_looked_at_in_seconds():
    rng = np.random.default_rng(1)
    n, years = 2000, range(2014, 2024)
    names = (
        "mean_population",
        "rd_personnel",
        "researchers",
        "researchers_phd",
        "researchers_doctors_of_science",
        "researchers_candidates_of_science",
        "enterprises_performing_rd",
        "internal_rd_expenditure",
    )
    index = pd.MultiIndex.from_product([range(n), years, names])
    table = pd.DataFrame(index.to_list(), columns=["k", "year", "variable"])
    table["value"] = table["variable"].map(
        dict(zip(names, (50000, 90, 60, 9, 9, 9, 3, 5000), strict=True))
    ) + rng.integers(0, 2, len(table))
    table = table.assign(
        unit="U" + table["k"].astype(str), flag="", kind="official", source="s", locator="l", unit_of_measure="u"
    )
    from monotown.data.units import Units
    from monotown.data.workbooks.computed import with_computed

    start = time.perf_counter()
    fields = settings().fields
    own = with_computed(table[list(OBSERVATIONS.columns)], fields, Units(configs()["units"]))
    figures = table.assign(file="f", sheet="", cell="A1")
    findings = check_together(own, figures, fields, configs()["variables"], configs()["measures"].values(), 1.0)
    took = time.perf_counter() - start
    assert findings == []
    assert np.isfinite(numbers_of(own, reads_of(configs()["variables"]))).all()
    assert took < 15, took


def test_a_city_that_is_a_region_is_found_among_towns():
    run = found([("Алматы", 2020, 5), ("Астана", 2020, 6)], "town year physicians", level="town")
    assert run.configs["units"]["sets"]["workbook"] == ["KZALA", "KZNS"]


def test_places_have_no_base_year_in_the_library_either():
    from monotown.index.leaves import normalise_leaf
    from monotown.index.model import Leaf, method
    from monotown.methods.register import NORMALISATIONS

    places = [m.name for m in NORMALISATIONS.values() if m.by_place]
    assert places == ["rank", "percentile", "borda"]
    for name in places:
        leaf = Leaf("m", normalisation=method(name, scope=2020))
        with pytest.raises(ValueError, match="places have no base year"):
            normalise_leaf(leaf, [1.0, 2.0, 3.0], [2020, 2020, 2021])
