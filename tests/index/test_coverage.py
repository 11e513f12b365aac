"""Coverage: which indicators are computed, how closely, where and when, and why not."""

import pandas as pd
import pytest

from monotown.base.tables import INDICATORS, columns_of
from monotown.index.catalogue import Catalogue
from monotown.index.coverage import COVERAGE, COVERAGE_MATRIX, coverage_matrix, coverage_table


def three(text: str) -> dict[str, str]:
    return {"en": f"{text} en", "ru": f"{text} ru", "kk": f"{text} kk"}


def entry(block: str, **more: object) -> dict:
    return {"block": block, **more}


def measure(indicator: str, reading: str, label: str, note: str) -> dict:
    return {"indicator": indicator, "reading": reading, "label": three(label), "note": three(note)}


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(
        indicators={
            "unavailable": three("nothing"),
            "indicators": {
                "staff": entry("B1"),
                "degrees": entry("B1"),
                "pay": entry("B2", unavailable=three("secret")),
                "mood": entry("B3"),
            },
        },
        measures={
            "heads": measure("staff", "exact", "Heads", "Counted."),
            "fte": measure("staff", "approximation", "FTE", "Reckoned."),
            "doctors": measure("degrees", "approximation", "Doctors", "Some."),
            "candidates": measure("degrees", "proxy", "Candidates", "Some."),
            "wage": measure("pay", "exact", "Wage", "Paid."),
            "life": measure("health", "exact", "Life", "Long."),
            "doctors_near": measure("mood", "twin", "Doctors near", "A count, no mood."),
        },
        views={
            "now": {"units": "three", "years": [2022]},
            "then": {"units": "two", "years": [2020, 2021, 2023]},
            "outcome": {"units": "two", "years": [2021]},
        },
        sets={"three": ["A", "B", "C"], "two": ["A", "B"]},
        levels={},
        reads_as={},
    )


@pytest.fixture
def indicators() -> pd.DataFrame:
    rows = [
        ("now", u, 2022, "heads", "staff", "B1", v, "exact", "bulletin; census")
        for u, v in (("A", 1.0), ("B", 2.0), ("C", 3.0))
    ]
    rows += [("then", "A", y, "fte", "staff", "B1", 1.0, "approximation", "platform") for y in (2020, 2021, 2023)]
    rows += [
        ("now", "A", 2022, "doctors", "degrees", "B1", None, "approximation", "bulletin"),
        ("now", "A", 2022, "candidates", "degrees", "B1", 5.0, "proxy", "bulletin"),
        ("now", "B", 2022, "doctors", "degrees", "B1", 5.0, "approximation", "bulletin"),
        ("now", "A", 2022, "wage", "pay", "B2", None, "exact", ""),
        ("outcome", "A", 2021, "life", "health", "health", 70.0, "exact", "platform"),
    ]
    columns = ["view", "unit", "year", "measure", "indicator", "block", "value", "reading", "source"]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.assign(unit_of_measure="u", kind="official", flag="")
    return INDICATORS.validate(frame[list(INDICATORS.columns)])


def test_the_table_says_how_where_and_when(indicators, catalogue):
    table = coverage_table(indicators, catalogue).set_index("indicator")
    assert table["number"].tolist() == [1, 2, 3, 4]
    assert table["status"].to_dict() == {"staff": "exact", "degrees": "approximation", "pay": "none", "mood": "none"}
    staff = table.loc["staff"]
    assert staff["measures"] == "heads; fte"
    assert staff["views"] == "now; then"
    assert staff["units_covered"] == "3; 1"
    assert staff["years_covered"] == "2022; 2020–2021, 2023"
    assert staff["source"] == "bulletin; census; platform"
    assert staff["kind"] == "official"
    assert staff["why"] == "Heads en: Counted. en FTE en: Reckoned. en"
    assert table.loc["degrees", "why_ru"] == "Doctors ru; Candidates ru: Some. ru"
    assert table.loc["degrees", "units_covered"] == "2"


def test_what_is_not_computed_says_why_in_three_languages(indicators, catalogue):
    table = coverage_table(indicators, catalogue).set_index("indicator")
    assert table.loc["pay", ["why", "why_ru", "why_kk"]].tolist() == ["secret en", "secret ru", "secret kk"]
    assert table.loc["mood", "why"] == "nothing en"
    assert (table.loc[["pay", "mood"], ["measures", "views", "kind", "source"]] == "").all().all()
    COVERAGE.validate(table.reset_index()[columns_of(COVERAGE, ["why_ru", "why_kk"])])


def test_the_matrix_counts_units_in_the_views_that_measure_any_indicator(indicators, catalogue):
    matrix = coverage_matrix(indicators, catalogue)
    COVERAGE_MATRIX.validate(matrix)
    assert len(matrix) == 4 * (1 + 3)
    assert set(matrix["view"]) == {"now", "then"}
    cells = matrix.set_index(["indicator", "view", "year"]).sort_index()
    assert cells.loc[("staff", "now", 2022), ["status", "units", "n_units"]].tolist() == ["exact", 3, 3]
    assert cells.loc[("degrees", "now", 2022), ["status", "units"]].tolist() == ["approximation", 2]
    assert cells.loc[("staff", "then", 2021), ["status", "units", "n_units"]].tolist() == ["approximation", 1, 2]
    assert cells.loc[("degrees", "then", 2021), ["status", "units", "kind"]].tolist() == ["none", 0, ""]
    assert (cells.loc["pay", "status"] == "none").all()


def test_an_index_of_measures_outside_the_catalogue_covers_nothing_of_it(indicators, catalogue):
    only = indicators[indicators["view"] == "outcome"]
    assert coverage_matrix(only, catalogue).empty
    assert coverage_table(only, catalogue).empty  # not "0 of 4": the index asks for none of them
    assert set(coverage_table(only.iloc[:0], catalogue)["status"]) == {"none"}


def test_a_twin_stands_beside_an_indicator_and_is_no_value_of_it(indicators, catalogue):
    beside = indicators.iloc[[0]].assign(measure="doctors_near", indicator="mood", block="B3", reading="twin")
    table = coverage_table(pd.concat([indicators, beside]), catalogue).set_index("indicator")
    assert table.loc["mood", ["status", "measures"]].tolist() == ["twin", "doctors_near"]
    # both why there is no value, and what stands beside
    assert table.loc["mood", "why"] == "nothing en Doctors near en: A count, no mood. en"
