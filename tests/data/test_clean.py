import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.base.problems import InputError
from monotown.base.tables import OBSERVATIONS
from monotown.data.clean import LISTED, clean, first_source, mean_of_ends, members_with
from monotown.data.units import Units
from monotown.workflow.printed import spec_of
from monotown.workflow.sources import read_sources
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
UNITS, VARIABLES = (read_part(name, ROOT) for name in ("units", "variables"))
SOURCES = read_sources("data/raw", ROOT)
RAW = {s["file"]: (ROOT / s["file"]).read_bytes() for s in SOURCES.values()}


@pytest.fixture(scope="module")
def cleaned():
    return clean(RAW, SOURCES, VARIABLES, Units(UNITS))


@pytest.fixture(scope="module")
def row(cleaned):
    table = cleaned.observations.set_index(["unit", "year", "variable", "source"])
    return lambda unit, year, variable, source: table.loc[(unit, year, variable, source)]


def test_the_table_has_its_schema_and_order(cleaned):
    table = cleaned.observations
    OBSERVATIONS.validate(table)
    key = ["unit", "year", "variable", "source"]
    assert table[key].equals(table.sort_values(key)[key].reset_index(drop=True))
    assert set(table["kind"]) == {"official", "published"}


@pytest.mark.parametrize(
    ("unit", "year", "variable", "source", "value"),
    [
        ("KZULU", 2022, "researchers", "rd_bulletin_2022", 2),
        ("KZKAR", 2022, "researchers", "rd_bulletin_2022", 980),
        ("KZULU", 2022, "internal_rd_expenditure", "rd_bulletin_2022", 3584),
        ("KZ", 2022, "internal_rd_expenditure", "rd_bulletin_2022", 121560095.7),
        ("KZ", 2022, "researchers_aged_25_34", "rd_bulletin_2022_ages", 4453),
        ("KZ", 2022, "researchers", "rd_bulletin_2022_flows", 18014),
        ("KZALA", 2022, "researchers_per_million", "sdg_regions", 3005),
        ("KZ", 2022, "average_hourly_earnings", "sdg_regions", 1644),
        ("KZKAR17", 2022, "average_hourly_earnings", "sdg_regions", 1717),
        ("KZZHK", 2018, "researchers", "paper_table1", 26),
        ("KZZHK", 2018, "enterprises_performing_rd", "paper_table1", 3),
        ("ZHEZU", 2017, "researchers", "paper_table1", 16),
        ("ZHEZU", 2019, "degree_share_of_staff", "paper_table2", 43.10),
        ("ZHEZU", 2009, "degree_share_of_staff", "paper_table3", 49.24),
        ("KZSHY", 2022, "life_expectancy", "life_expectancy_regions", 75.61),
        ("KZONT", 2016, "life_expectancy", "life_expectancy_regions", 72.58),
        ("KZYUZ", 2017, "life_expectancy", "life_expectancy_regions", 72.45),
        ("KZONT", 2016, "population_begin", "population_regions", 2840871),
        ("KZYUZ", 2017, "population_begin", "population_regions", 1966336),
        ("KZULU", 2023, "population_begin", "population_regions_2023", 221395),
        ("KZKAR", 2020, "cash_income_per_head", "cash_income_regions_2000_2024", 130552),
        ("KZULU", 2024, "cash_income_per_head", "cash_income_regions_2000_2024", 290529),
        ("KZONT", 2000, "cash_income_per_head", "cash_income_regions_2000_2024", 3049),
        ("KZNS", 2021, "children_in_preschool", "census_2021_preschool", None),
        ("KZONT", 2016, "hospital_organisations", "hospitals_regions", 124),
        ("KZZHK", 2023, "price_new_housing", "housing_prices_cities", 160000),
        ("KZZHK", 2023, "price_resale_housing", "housing_prices_cities", 366714),
        ("KZKAR", 2023, "waste_recycling_share", "sdg_regions_more", 56.0),
        ("KZNS", 2022, "mean_wage", "wages_regions", 406920),
        ("KZAKT", 2022, "grp_per_capita", "grp_per_capita_regions_2022", 4788.2),
        ("KZALA", 2022, "rd_from_local_budget", "rd_bulletin_2022_funding", 79255.5),
        ("KZ", 2022, "rd_from_republican_budget", "rd_bulletin_2022_funding", 81512034.4),
        ("KZ", 2021, "residents_doctors_of_science", "census_2021_degree_holders", 4966),
        ("KZKAR17", 2021, "residents_phd", "census_2021_degree_holders", 252),
        ("KZNS", 2021, "residents_higher_education", "census_2021_education_regions", 247854),
        ("KZONT", 2017, "physicians", "physicians_regions", 9384),
        ("KZYUZ", 2018, "physicians", "physicians_regions", 5195),
        ("KZONT", 2017, "air_emissions", "air_emissions_regions", 68.2),
        ("KZYUZ", 2018, "air_emissions", "air_emissions_regions", 30.0),
        ("KZZRV", 2018, "pm25", "sdg_air_quality_towns", 0.00001),
    ],
)
def test_figures_of_every_source(row, unit, year, variable, source, value):
    found = row(unit, year, variable, source)
    assert found["flag"] == ""
    if value is not None:
        assert found["value"] == value
    assert found["unit_of_measure"] == VARIABLES[variable]["unit_of_measure"]
    assert found["kind"] == SOURCES[source]["kind"]


@pytest.mark.parametrize(
    ("unit", "year", "variable", "source", "flag"),
    [
        ("KZZAP", 2022, "external_rd_expenditure", "rd_bulletin_2022", "confidential"),
        ("KZSEV", 2022, "rd_personnel_phd", "rd_bulletin_2022", "confidential"),
        ("KZZHS", 2022, "external_rd_expenditure", "rd_bulletin_2022", "none"),
        ("KZULU", 2022, "researchers_phd", "rd_bulletin_2022", "none"),
        ("KZATY", 2022, "rd_expenditure_share_grp", "sdg_regions", "negligible"),
        ("KZULU", 2022, "rd_expenditure_share_grp", "sdg_regions", "negligible"),
        ("KZKAR", 2022, "grp_per_capita_index_2005", "sdg_regions", "not_available"),
        ("KZNS", 2019, "manufacturing_gva_share", "sdg_regions", "not_available"),
        ("KZULU", 2022, "housing_per_person", "sdg_regions", "not_available"),
        ("KZTRT", 2019, "pm10", "sdg_air_quality_towns", "not_available"),
        ("KZ", 2022, "price_resale_housing", "housing_prices_cities", "not_available"),
        ("KZAKM", 2022, "waste_collection_coverage", "sdg_regions_more", "not_available"),
    ],
)
def test_markers_are_flags_and_never_zeros(row, unit, year, variable, source, flag):
    found = row(unit, year, variable, source)
    assert math.isnan(found["value"])
    assert found["flag"] == flag


def test_a_zero_that_is_a_number_stays_one(row):
    assert row("KZSEV", 2022, "maternal_mortality", "sdg_regions")["value"] == 0
    assert row("KZKUS", 2019, "people_in_failing_buildings", "sdg_regions")["value"] == 0


def test_no_town_has_a_zero_in_its_air(cleaned):
    air = cleaned.observations[cleaned.observations["variable"].isin(["pm10", "pm25"])]
    assert (air["value"].dropna() > 0).all()
    assert (air["flag"] == "negligible").sum() > 50


def test_duplicates_say_what_was_done(row):
    same = row("KZ", 2018, "average_hourly_earnings", "sdg_regions")
    assert same["value"] == 959
    assert "stands twice, the same: 959.0 on line " in same["locator"]
    differ = row("KZZHS", 2022, "housing_per_person", "sdg_regions")
    assert "conflicting values, none used: 18.9 on line 2876 and 19.3 on line " in differ["locator"]


def test_the_locator_is_the_line_of_the_file(row):
    found = row("KZKAR", 2022, "researchers", "rd_bulletin_2022")
    name, line = found["locator"].split(", line ")
    text = RAW[SOURCES["rd_bulletin_2022"]["file"]].decode().splitlines()[int(line) - 1]
    assert name == "rd_bulletin_2022.csv"
    assert text == '36,researchers,"persons, headcount",2022,KZKAR,Қарағанды,980'
    paper = row("KZZHK", 2018, "researchers", "paper_table1")["locator"]
    assert paper == "table1.csv, line 5, column researchers_2018 (paper, line 116)"


def test_no_row_of_a_region_that_did_not_exist_but_those_accepted(cleaned):
    units = Units(UNITS)
    table = cleaned.observations
    outside = table[[not units.exists(u, y) for u, y in zip(table["unit"], table["year"], strict=True)]]
    assert set(outside["variable"]) == {
        "average_hourly_earnings",
        "population_below_subsistence",
        "good_local_roads",
        "wastewater_treated",
        "population_begin",
        "mean_population",
        "life_expectancy",
        "pm10",
        "pm25",
        "price_new_housing",
        "price_resale_housing",
        "rent",
    }
    assert "KZONT" not in set(table.loc[table["year"] > 2018, "unit"])
    assert table[(table["unit"] == "KZULU") & (table["year"] < 2019)].empty


def test_a_footnote_is_taken_off_where_the_number_ends_for_sure_and_told(row):
    found = row("KZZHK", 2023, "price_new_housing", "housing_prices_cities")
    assert found["locator"].endswith("; printed with a footnote: 160 0005)")
    (told,) = problems_of(edited("housing_prices_cities", "160 0005)", "1600005)"))
    assert "found '1600005)'; expected a number (KZT per m2) or a marker" in told


def test_a_period_that_is_no_year_is_refused():
    (told,) = problems_of(edited("cash_income_regions_2000_2024", ",200012,KZ,", ",200006,KZ,"))
    assert "column period_code: found '200006'; expected a year and 12 from 1900 to 2100" in told


def test_coverage_by_waste_collection_of_2022_stands_beside_other_regions(cleaned):
    """The reason why it is not used: moved to the order of 2021 the same values go on from 2021."""
    text = RAW[SOURCES["sdg_regions_more"]["file"]].decode().splitlines()
    rows = [line.split(",") for line in text if "waste_collection_coverage" in line]
    by_year = {y: {r[5]: float(r[6]) for r in rows if r[4] == y} for y in ("2021", "2022")}
    old, printed = ({u: v for u, v in by_year[y].items() if u != "KZ"} for y in ("2021", "2022"))
    moved = dict(zip(old, printed.values(), strict=False))

    def correlation(new):
        return pd.Series(old).corr(pd.Series({u: new[u] for u in old}))

    assert correlation(moved) > 0.95
    assert correlation(printed) < 0
    used = cleaned.observations.query("variable == 'waste_collection_coverage' and year == 2022")
    assert used.loc[used["value"].notna(), "unit"].tolist() == ["KZ"]


def test_every_accepted_oddity_is_met(cleaned):
    assert (cleaned.oddities["rows"] > 0).all()
    assert len(cleaned.oddities) == sum(len(s.get("accept", ())) for s in SOURCES.values())


def test_every_source_gives_rows_and_every_variable_has_one(cleaned):
    assert list(cleaned.sources["id"]) == list(SOURCES)
    assert (cleaned.sources["rows"] > 0).all()
    derived = cleaned.observations["locator"].str.startswith(("mean of", "number of"))
    assert cleaned.sources["rows"].sum() == (~derived).sum()
    assert set(cleaned.observations["variable"]) == set(VARIABLES)


def test_mean_population_is_half_the_sum_in_the_borders_of_the_year(row):
    def begin(unit, year):
        return row(unit, year, "population_begin", "population_regions")["value"]

    def mean(unit, year):
        return row(unit, year, "mean_population", "population_regions")

    assert mean("KZNS", 2022)["value"] == (begin("KZNS", 2022) + begin("KZNS", 2023)) / 2
    assert mean("KZKAR", 2021)["value"] == (1375938 + 1134966 + 220913) / 2
    assert "for KZKAR and KZULU, of the next" in mean("KZKAR", 2021)["locator"]
    assert mean("KZONT", 2016)["value"] == (2840871 + 1966336 + 912300) / 2
    assert mean("KZULU", 2022)["value"] == (begin("KZULU", 2022) + begin("KZULU", 2023)) / 2


def test_there_is_no_mean_population_of_the_last_year(cleaned):
    table = cleaned.observations
    assert table.loc[table["variable"] == "mean_population", "year"].max() == 2022


def edited(source, old, new, count=1):
    path = SOURCES[source]["file"]
    text = RAW[path].decode()
    assert old in text
    return {path: text.replace(old, new, count).encode()}


def problems_of(*edits):
    """Problems of the edited files; the others are left out to be quick."""
    files = {path: data for edit in edits for path, data in edit.items()}
    sources = {name: spec for name, spec in SOURCES.items() if spec["file"] in files}
    with pytest.raises(InputError) as error:
        clean(files, sources, VARIABLES, Units(UNITS))
    return [str(p) for p in error.value.problems]


def test_every_problem_of_every_file_is_told_at_once():
    told = problems_of(
        edited("rd_bulletin_2022", ",KZKAR,Қарағанды,980", ",KZKAR,Қарағанды,98o"),
        edited(
            "sdg_regions",
            "9.5.1,rd_expenditure_share_grp,% of GRP,PT,2010,KZAKM,0.1",
            "9.5.1,rd_expenditure_share_grp,% of GRP,PT,2010,KZAKM,100.1",
        ),
        edited("population_regions", "Акмолинская,2000,", "Акмоленская,2O00,"),
        edited("life_expectancy_regions", "area_as_printed_ru", "area"),
        edited("wages_regions", "Akmola Region", "Abay Region"),
        edited("hospitals_regions", "Казахстан,938", "Казахстан,938.5"),
    )
    official = "data/raw/official"
    assert sorted(t for t in told if "Акмоленская" not in t) == sorted(
        [
            f"{official}/rd_bulletin_2022/rd_bulletin_2022.csv, line 122, column "
            "value_as_printed: found '98o'; expected a number (persons) or a marker: -, ..., x",
            f"{official}/sdg_regions/sdg_regions.csv, line 3, column value_as_published: "
            "found '100.1'; expected a number from 0 to 100 (percent)",
            f"{official}/life_expectancy_regions/life_expectancy_regions.csv, line 1: "
            "found 'area'; expected a column 'area_as_printed_ru'",
            f"{official}/wages_regions/wages_regions.csv, line 4: found 'KZABY 2022 mean_wage'; "
            "expected one row for each unit, year and variable; the first is on line 3",
            f"{official}/wages_regions/wages_regions.csv, line 4: found "
            "'KZABY 2022 mean_wage_professionals'; "
            "expected one row for each unit, year and variable; the first is on line 3",
            f"{official}/population_regions/population_regions.csv, line 3, column year: "
            "found '2O00'; expected a year from 1900 to 2100",
            f"{official}/hospitals_regions/hospitals_regions.csv, line 2, column value_as_printed: "
            "found '938.5'; expected a whole number (organisations)",
        ]
    )
    (name,) = [t for t in told if "Акмоленская" in t]
    assert "line 3, column area_as_printed_ru: found 'Акмоленская'; expected a known name, " in name
    assert "(did you mean this?)" in name


def test_a_count_below_zero_is_one_problem():
    (told,) = problems_of(edited("rd_bulletin_2022", ",KZULU,Ұлытау,3584", ",KZULU,Ұлытау,-3584"))
    assert "found '-3584'; expected a number of at least 0 (thousand KZT)" in told


def test_a_figure_before_a_region_existed_is_a_problem_and_a_marker_is_not():
    (told,) = problems_of(edited("air_emissions_regions", "Abai Region,-,", "Abai Region,5.0,"))
    assert told == (
        "data/raw/official/air_emissions_regions/air_emissions_regions.csv, line 3, column 2005.0: "
        "found 'KZABY 2005: 5.0'; expected no figure, as KZABY does not exist in 2005"
    )


def test_a_bad_header_is_told_once():
    told = problems_of(edited("air_emissions_regions", ",2007.0,", ",year 2007,"))
    assert len(told) == 1
    assert "found 'year 2007'; expected a column '2007.0'" in told[0]


def test_a_file_that_is_no_text_gives_one_problem():
    (told,) = problems_of({SOURCES["hospitals_regions"]["file"]: b"\xff\xfe"})
    assert told.endswith("hospitals_regions.csv, line 1: found 'byte ff'; expected text in UTF-8")


def test_a_repeat_outside_the_accept_list_is_refused():
    text = RAW[SOURCES["sdg_regions"]["file"]].decode()
    line = text.splitlines()[2]
    (told,) = problems_of({SOURCES["sdg_regions"]["file"]: (text + line + "\n").encode()})
    assert "found 'KZAKM 2010 rd_expenditure_share_grp'" in told
    assert told.endswith("the first is on line 3")


def test_the_day_of_fetching_is_told_where_a_source_says_it_and_nothing_else_moves(cleaned):
    name = "hospitals_regions"
    dated = clean(RAW, SOURCES | {name: SOURCES[name] | {"retrieved": "2026-01-31"}}, VARIABLES, Units(UNITS))
    assert list(cleaned.sources) == LISTED
    assert dated.sources[LISTED].equals(cleaned.sources)
    assert dated.sources.set_index("id")["retrieved"].loc[lambda day: day.ne("")].to_dict() == {name: "2026-01-31"}
    assert dated.observations.equals(cleaned.observations)
    for table, wanted in ((cleaned.sources, False), (dated.sources, True)):
        columns = [column.name for column in spec_of("data_sources", table).columns]
        assert ("retrieved" in columns) == wanted


def test_a_field_without_end_is_a_problem_with_its_line():
    name = "hospitals_regions"
    file = SOURCES[name]["file"]
    head = RAW[file].split(b"\n")[0]
    for broken in (b"a\rb", b'"' + b"a" * 200_000):
        with pytest.raises(InputError, match=r"line 2: found .* comma-separated values"):
            clean({file: head + b"\n" + broken}, {name: SOURCES[name]}, VARIABLES, Units(UNITS))


def test_a_file_that_is_not_there():
    files = {k: v for k, v in RAW.items() if "hospitals_regions" not in k}
    with pytest.raises(InputError, match=r"hospitals_regions\.file: found"):
        clean(files, SOURCES, VARIABLES, Units(UNITS))


AREAS = {code: {"en": code, "ru": code, "kk": code, "level": "region"} for code in ("AA", "BB", "CC")}
SMALL = {
    "title": {"en": "T", "ru": "T", "kk": "T"},
    "publisher": "P",
    "licence": "L",
    "kind": "official",
    "file": "data/raw/x.csv",
    "columns": ["area", "year", "v"],
    "unit": {"column": "area", "names": "words", "level": "region"},
    "year": {"column": "year", "format": "date"},
    "variable": {"value": "share"},
    "value": {"column": "v"},
}
SHARE = {
    "share": {
        "label": {"en": "S", "ru": "S", "kk": "S"},
        "unit_of_measure": "percent",
        "bounds": [0, 100],
        "merge": "none",
    }
}


def small(text, **changed):
    spec = {**SMALL, **changed}
    table = clean({"data/raw/x.csv": text.encode()}, {"s": spec}, SHARE, Units(AREAS)).observations
    return {r.unit: (r.value if not r.flag else r.flag) for r in table.itertuples()}


def test_the_four_markers_commas_and_spaces():
    text = 'area,year,v\nAA,2000-12-31,"1\u00a0,5"\n'
    with pytest.raises(InputError, match="a date like 2005-12-31 from 1900 to 2100"):
        small("area,year,v\nAA,2000,1\n")
    with pytest.raises(InputError, match="a number"):
        small(text)
    found = small(
        'area,year,v\nAA,2000-12-31,"59,26"\nBB,2000-12-31,...\nCC,2000-12-31,"0,0"\n', number={"negligible": ["share"]}
    )
    assert found == {"AA": 59.26, "BB": "not_available", "CC": "negligible"}
    assert small('area,year,v\nCC,2000-12-31,"0,0"\n') == {"CC": 0.0}


def test_exponents_are_numbers_only_where_the_source_says_so():
    text = "area,year,v\nAA,2000-12-31,2e-05\n"
    assert small(text, number={"exponent": True}) == {"AA": 0.00002}
    with pytest.raises(InputError, match="found '2e-05'"):
        small(text)
    with pytest.raises(InputError, match="found 'seven'"):
        small("area,year,v\nAA,2000-12-31,seven\n", number={"exponent": True})


def test_text_in_an_accepted_cell_is_no_problem():
    accept = [{"rows": {"unit": ["AA"], "value": ["n/a", "?"]}, "rule": "missing", "reason": "r"}]
    assert small("area,year,v\nAA,2000-12-31,?\nBB,2000-12-31,7\n", accept=accept) == {"AA": "not_available", "BB": 7.0}
    with pytest.raises(InputError, match="found 'n/a'"):
        small("area,year,v\nBB,2000-12-31,n/a\n", accept=accept)


@settings(max_examples=25)
@given(st.decimals(0, 100, places=3), st.booleans())
def test_any_share_survives_in_either_notation(share, comma):
    printed = str(share).replace(".", ",") if comma else str(share)
    assert small(f'area,year,v\nAA,2000-12-31,"{printed}"\n') == {"AA": float(share)}


@settings(max_examples=25)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-999, max_value=999, places=2))
def test_a_share_is_taken_if_and_only_if_it_is_within_its_bounds(share):
    text = f"area,year,v\nAA,2000-12-31,{share}\n"
    if 0 <= share <= 100:
        assert small(text)["AA"] == float(share)
    else:
        with pytest.raises(InputError, match="a number from 0 to 100"):
            small(text)


def test_of_several_sources_the_first_with_a_value_counts():
    table = pd.DataFrame(
        {
            "unit": "A",
            "year": 2000,
            "variable": ["v", "v", "w"],
            "source": ["a", "b", "a"],
            "value": [math.nan, 2.0, math.nan],
        }
    )
    assert list(first_source(table)["source"]) == ["b", "a"]


def test_without_populations_or_organisations_nothing_is_derived(cleaned):
    units = Units(UNITS)
    table = cleaned.observations
    rates = table[table["variable"] == "neet_rate"]
    assert mean_of_ends(rates, units, "mean", "population_begin").empty
    assert members_with(rates, units, "members", "researchers").empty
