import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.base.problems import InputError
from monotown.base.tables import OBSERVATIONS
from monotown.data.clean import clean
from monotown.data.crosswalk import compare_sources, constant_units, crosswalk_checks, read_as, totals_checks, weight_of
from monotown.data.units import Units
from monotown.workflow.sources import read_sources
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
UNITS, VARIABLES, COMPARISONS = (read_part(name, ROOT) for name in ("units", "variables", "comparisons"))
SOURCES = read_sources("data/raw", ROOT)
REAL = Units(UNITS)
CODES = REAL.set("regions_constant")


@pytest.fixture(scope="module")
def real():
    files = {s["file"]: (ROOT / s["file"]).read_bytes() for s in SOURCES.values()}
    table = clean(files, SOURCES, VARIABLES, REAL).observations
    return table[table["kind"] == "official"]


@pytest.fixture(scope="module")
def constant(real):
    return constant_units(real, REAL, VARIABLES, CODES)


@pytest.fixture(scope="module")
def at(constant):
    table = constant.set_index(["unit", "year", "variable"])
    return lambda unit, year, variable: table.loc[(unit, year, variable)]


@pytest.fixture(scope="module")
def old(real):
    table = real.sort_values("source").drop_duplicates(["unit", "year", "variable"])
    values = table.set_index(["unit", "year", "variable"])["value"]
    return lambda unit, year, variable: values.loc[(unit, year, variable)]


def test_the_table_holds_the_sixteen_units_and_every_regional_variable(real, constant):
    OBSERVATIONS.validate(constant)
    assert set(constant["unit"]) == set(CODES)
    assert not constant.duplicated(["unit", "year", "variable"]).any()
    regional = real[real["unit"].isin([*CODES, "KZKAR", "KZYUZ"])]
    assert set(constant["variable"]) == set(regional["variable"])


def test_counts_add_up(at, old):
    merged = at("KZKAR17", 2022, "researchers")
    assert merged["value"] == 980 + 2
    assert "KZKAR, rd_bulletin_2022.csv, line 122" in merged["locator"]
    assert at("KZONT17", 2022, "researchers")["value"] == 204 + 589
    assert at("KZVOS17", 2022, "enterprises_performing_rd")["value"] == 25 + 10
    assert at("KZKAR17", 2022, "internal_rd_expenditure")["value"] == 5367083.1
    assert at("KZONT17", 2017, "population_begin")["value"] == 1966336 + 912300
    assert at("KZALM17", 2022, "mean_population")["value"] == (
        old("KZALM", 2022, "mean_population") + old("KZZHS", 2022, "mean_population")
    )


def test_a_count_of_none_adds_nothing_and_a_confidential_one_is_not_guessed(at):
    phd = at("KZKAR17", 2022, "researchers_phd")
    assert (phd["value"], phd["flag"]) == (107, "")  # Ulytau: "-", none
    doctors = at("KZONT17", 2022, "researchers_profile_doctors")
    assert math.isnan(doctors["value"])
    assert doctors["flag"] == "confidential"
    both = at("KZVOS17", 2022, "researchers_profile_doctors")
    assert (both["flag"], math.isnan(both["value"])) == ("none", True)


def test_rates_are_means_weighted_by_population(at, old):
    found = at("KZONT17", 2022, "researchers_per_million")
    w = [old(u, 2022, "population_begin") for u in ("KZYUZ", "KZSHY")]
    expected = (w[0] * 89 + w[1] * 195) / (w[0] + w[1])
    assert found["value"] == pytest.approx(expected, rel=1e-12)
    assert 89 < found["value"] < 195
    assert found["locator"].startswith("mean weighted by population_begin: KZYUZ, ")


def test_researchers_weight_their_own_ratio(at):
    found = at("KZKAR17", 2022, "researchers_fte_ratio")["value"]
    assert found == pytest.approx((980 * 0.54 + 2 * 1) / 982, rel=1e-12)


def test_before_a_split_the_region_is_the_unit(at, old):
    for unit, region, year in (("KZKAR17", "KZKAR", 2021), ("KZONT17", "KZONT", 2017), ("KZALM17", "KZALM", 2010)):
        found = at(unit, year, "researchers_per_million")
        assert found["value"] == old(region, year, "researchers_per_million")
        assert "mean" not in found["locator"]
    assert at("KZVOS17", 2021, "rd_expenditure_share_grp")["value"] == 0.13
    assert at("KZONT17", 2018, "average_hourly_earnings")["value"] == 630  # given whole
    assert at("KZONT17", 2016, "population_below_subsistence")["value"] == 5.1  # and in parts
    assert at("KZKAR17", 2022, "average_hourly_earnings")["value"] == 1717


@pytest.mark.parametrize(
    ("unit", "year", "variable", "reason"),
    [
        ("KZKAR17", 2022, "housing_per_person", "marker of a part"),
        ("KZKAR17", 2023, "maternal_mortality", "no figure for KZULU"),
        ("KZONT17", 2019, "physicians", "no figure for KZSHY"),
        ("KZKAR17", 2022, "good_local_roads", "figures of this kind cannot be merged"),
        ("KZKAR17", 2020, "wastewater_treated", "figures of this kind cannot be merged"),
    ],
)
def test_what_cannot_be_had_is_missing_with_its_reason(at, unit, year, variable, reason):
    found = at(unit, year, variable)
    assert math.isnan(found["value"])
    assert found["flag"] == "not_available"
    assert found["locator"].startswith(reason)


def test_unchanged_regions_keep_their_rows(constant, real):
    merged = {m.code for m in REAL.merged()}
    mine = constant[~constant["unit"].isin(merged)]
    key = ["unit", "year", "variable", "source"]
    both = mine.merge(real, on=key, how="left", suffixes=("", "_old"))
    assert len(mine) > 4000
    assert both["locator"].equals(both["locator_old"])


def test_population_of_the_constant_units_is_the_country_in_every_year(constant, old):
    for variable, years in (("population_begin", range(2000, 2024)), ("mean_population", range(2000, 2023))):
        mine = constant[constant["variable"] == variable].groupby("year")["value"].sum()
        assert list(mine.index) == list(years)
        assert all(mine[y] == old("KZ", y, variable) for y in years)


def test_the_panel_series_have_sixteen_units_in_every_year(constant):
    for variable in ("researchers_per_million", "unemployment_rate", "rd_expenditure_share_grp"):
        mine = constant[(constant["variable"] == variable) & constant["year"].between(2010, 2023)]
        assert (mine.groupby("year")["unit"].nunique() == 16).all()
        marked = mine[mine["flag"] != ""]
        assert set(marked["flag"]) <= {"negligible"}
        assert set(marked["unit"]) <= {"KZATY"}


def test_every_check_of_the_crosswalk_holds(real, constant):
    checks = crosswalk_checks(real, constant, REAL, VARIABLES)
    assert checks["holds"].all()
    assert set(checks["variable"]) == {v for v in set(constant["variable"]) if VARIABLES[v]["merge"] != "none"}
    row = checks.set_index(["variable", "year"]).loc[("researchers", 2022)]
    assert (row["before"], row["after"], row["units_before"], row["units_after"]) == (18014, 18014, 20, 16)
    row = checks.set_index(["variable", "year"]).loc[("external_rd_expenditure", 2022)]
    assert row["left_out"] == "KZSEV; KZZAP"


def test_a_wrong_merge_does_not_pass_the_check(real, constant):
    wrong = constant.copy()
    pick = (wrong["unit"] == "KZKAR17") & (wrong["year"] == 2022)
    wrong.loc[pick & wrong["variable"].isin(["researchers", "neet_rate"]), "value"] += 1
    checks = crosswalk_checks(real, wrong, REAL, VARIABLES)
    bad = checks[~checks["holds"]]
    assert list(zip(bad["variable"], bad["year"], strict=True)) == [
        ("neet_rate", 2022),
        ("researchers", 2022),
        ("researchers_fte_ratio", 2022),  # its weight, the researchers, is wrong
    ]


def test_totals_of_the_country(real):
    checks = totals_checks(real, REAL, VARIABLES, CODES)
    by = checks.set_index(["variable", "year", "source"])
    people = by.loc[("researchers", 2022, "rd_bulletin_2022")]
    assert (people["national"], people["regions_sum"], people["regions"], people["verdict"]) == (
        18014,
        18014,
        20,
        "equal",
    )
    hidden = by.loc[("rd_personnel_phd", 2022, "rd_bulletin_2022")]
    assert (hidden["verdict"], hidden["without_figure"], hidden["hidden"]) == ("hidden", "KZSEV (confidential)", 1)
    population = checks[checks["variable"] == "population_begin"]
    assert len(population) == 25  # 24 years, and 2023 in a second file
    assert (population["verdict"] == "equal").all()
    assert by.loc[("air_emissions", 2021, "air_emissions_regions"), "verdict"] == "rounding"
    # a region has no figure, and the others together have more than the country
    differs = checks[checks["verdict"] == "differs"]
    assert list(zip(differs["variable"], differs["year"], strict=True)) == [("people_in_failing_buildings", 2010)]
    assert "physicians" not in set(checks["variable"])  # no figure of the country


def test_a_total_that_is_wrong_is_told(real):
    wrong = real.copy()
    pick = (wrong["unit"] == "KZKAR") & (wrong["variable"] == "researchers")
    wrong.loc[pick, "value"] += 1
    wrong.loc[(wrong["unit"] == "KZNS") & (wrong["variable"] == "air_emissions"), "value"] += 5
    checks = totals_checks(wrong, REAL, VARIABLES, CODES)
    differs = checks[(checks["verdict"] == "differs") & (checks["without_figure"] == "")]
    assert set(differs["variable"]) == {"researchers", "air_emissions"}
    assert set(differs.loc[differs["variable"] == "researchers", "difference"]) == {-1}
    assert (differs["variable"] == "air_emissions").sum() == 18


def test_overlapping_sources(real):
    table = compare_sources(real, COMPARISONS, VARIABLES, "KZ")
    agree = table.groupby("comparison")["agrees"].agg(["sum", "count"])
    assert list(agree.loc["researchers_fte"]) == [21, 21]  # every region, to the last digit
    assert list(agree.loc["researchers_headcount_and_fte"]) == [2, 21]  # Mangistau and Ulytau
    assert list(agree.loc["researchers_by_flows"]) == [1, 1]
    assert list(agree.loc["rd_personnel_by_role"]) == [19, 19]
    assert list(agree.loc["rd_share_of_grp"]) == [13, 16]
    population = table[table["comparison"] == "population_2023"].set_index("unit")
    assert len(population) == 21
    assert population.loc["KZ", "difference"] == 1803
    assert population.loc["KZ", "left_source"] == "population_regions"
    assert population.drop(index="KZ")["difference"].abs().max() == 257
    headcount = table[table["comparison"] == "researchers_headcount_and_fte"].set_index("unit")
    rounded = headcount["left"].round()
    assert list(rounded[["KZ", "KZKAR", "KZALA", "KZMAN", "KZULU"]]) == [917, 864, 3415, 794, 9]


def test_comparisons_have_words_and_known_sources():
    for entry in COMPARISONS.values():
        assert set(entry) == {"label", "left", "right", "decimals", "note"}
        assert set(entry["label"]) == {"en", "ru", "kk"}
        assert {entry[s].get("from", "sdg_regions") for s in ("left", "right")} <= set(SOURCES)


def test_bad_formulas_of_comparisons_are_told_together(real):
    wrong = {"a": {"left": {"formula": "resarchers"}, "right": {"formula": "1 +"}, "decimals": 0}}
    with pytest.raises(InputError) as error:
        compare_sources(real, wrong, VARIABLES, "KZ")
    told = [str(p) for p in error.value.problems]
    assert len(told) == 2
    assert told[0].startswith("comparisons, a.left.formula: found 'resarchers'; expected 'researchers'")
    assert told[1].startswith("comparisons, a.right.formula: found '1 +'")


def test_the_nation_of_a_comparison_is_the_country(real):
    left, right = "population_begin / nation(population_begin)", "population_begin / 1e9"
    sides = {"left": {"formula": left}, "right": {"formula": right}, "decimals": 9}
    found = compare_sources(real, {"a": sides}, VARIABLES, "KZ")
    regions = found[(found["year"] == 2022) & (found["unit"] != "KZ")]
    assert len(regions) == 20
    assert regions["left"].sum() == pytest.approx(1)
    assert (found.loc[found["unit"] == "KZ", "left"] == 1).all()


# Two parts, one whole: small tables whose merged figures are known.
SMALL = Units(
    {
        "KZ": {"en": "K", "ru": "K", "kk": "K", "level": "country"},
        "A": {"en": "A", "ru": "A", "kk": "A", "level": "region"},
        "B": {"en": "B", "ru": "B", "kk": "B", "level": "region", "exists": [2022, None]},
        "C": {"en": "C", "ru": "C", "kk": "C", "level": "region"},
        "A17": {
            "en": "AB",
            "ru": "AB",
            "kk": "AB",
            "level": "constant_region",
            "before": "A",
            "members": ["A", "B"],
            "split": 2022,
        },
    }
)
KINDS = {
    "n": {"merge": "sum", "count": True, "reads_as": {"none": 0}},
    "m": {"merge": "sum"},
    "r": {"merge": {"weighted": "n"}},
    "q": {"merge": "none"},
}


def table(*rows):
    return pd.DataFrame(
        [
            {
                "unit": unit,
                "year": year,
                "variable": variable,
                "value": value if isinstance(value, float | int) else math.nan,
                "unit_of_measure": "x",
                "kind": "official",
                "source": "s",
                "locator": f"line {i}",
                "flag": value if isinstance(value, str) else "",
            }
            for i, (unit, year, variable, value) in enumerate(rows)
        ]
    ).astype({"value": float})


def merged(*rows):
    found = constant_units(table(*rows), SMALL, KINDS, ["A17", "C"])
    return {(r.unit, r.year, r.variable): r.flag or r.value for r in found.itertuples()}


def test_weight_and_markers():
    assert [weight_of(KINDS[v]) for v in ("n", "r", "q")] == [None, "n", None]
    assert read_as({"variable": "n", "value": math.nan, "flag": "none"}, KINDS) == 0
    assert math.isnan(read_as({"variable": "m", "value": math.nan, "flag": "none"}, KINDS))
    assert read_as({"variable": "m", "value": 2.0, "flag": ""}, KINDS) == 2


def test_a_missing_weight_or_part_leaves_the_mean_missing():
    rates = ("A", 2022, "r", 1.0), ("B", 2022, "r", 3.0)
    assert merged(*rates)["A17", 2022, "r"] == "not_available"
    assert merged(*rates, ("A", 2022, "n", 1), ("B", 2022, "n", 3))["A17", 2022, "r"] == 2.5
    assert merged(*rates, ("A", 2022, "n", 0), ("B", 2022, "n", 0))["A17", 2022, "r"] == ("not_available")
    assert merged(*rates, ("A", 2022, "n", 1), ("B", 2022, "n", "none"))["A17", 2022, "r"] == 1
    assert merged(rates[0], ("A", 2022, "n", 1))["A17", 2022, "r"] == "not_available"
    assert merged(rates[1])["A17", 2022, "r"] == "not_available"


def test_a_figure_of_the_part_alone_before_the_split_stands_for_the_whole():
    assert merged(("A", 2021, "q", 7), ("C", 2021, "q", 1)) == {("A17", 2021, "q"): 7, ("C", 2021, "q"): 1}


def test_markers_of_parts():
    assert merged(("A", 2022, "m", "none"), ("B", 2022, "m", "none"))["A17", 2022, "m"] == "none"
    assert merged(("A", 2022, "m", "none"), ("B", 2022, "m", "confidential"))["A17", 2022, "m"] == "confidential"
    assert merged(("A", 2022, "m", 4), ("B", 2022, "m", "not_available"))["A17", 2022, "m"] == ("not_available")
    assert merged(("A", 2022, "n", 4), ("B", 2022, "n", "none"))["A17", 2022, "n"] == 4


def test_a_total_whose_part_is_missing_is_incomplete():
    rows = [("KZ", 2022, "n", 9), ("A", 2022, "n", 4), ("C", 2022, "n", 3)]
    (found,) = totals_checks(table(*rows), SMALL, KINDS, ["A17", "C"]).to_dict("records")
    assert (found["verdict"], found["without_figure"], found["regions_sum"]) == ("incomplete", "B", 7)
    rows = [("KZ", 2021, "n", 7), ("A", 2021, "n", 4), ("C", 2021, "n", 3)]
    (found,) = totals_checks(table(*rows), SMALL, KINDS, ["A17", "C"]).to_dict("records")
    assert (found["verdict"], found["regions"]) == ("equal", 2)
    assert totals_checks(table(("KZ", 2021, "n", 7)), SMALL, KINDS, ["A17", "C"]).empty


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 100)), min_size=3, max_size=3))
def test_totals_and_weighted_means_are_kept_for_any_figures(parts):
    rows = [(u, 2022, "n", n) for u, (n, _) in zip("ABC", parts, strict=True)]
    rows += [(u, 2022, "r", r) for u, (_, r) in zip("ABC", parts, strict=True)]
    before = table(*rows)
    after = constant_units(before, SMALL, KINDS, ["A17", "C"])
    assert after.loc[after["variable"] == "n", "value"].sum() == sum(n for n, _ in parts)
    checks = crosswalk_checks(before, after, SMALL, KINDS)
    assert checks["holds"].all()
    assert list(checks["units_after"]) == [2, 2]
    mean = sum(n * r for n, r in parts) / sum(n for n, _ in parts)
    found = checks.set_index("variable").loc["r", "after"]
    assert found == pytest.approx(mean, rel=1e-9, abs=1e-12)
