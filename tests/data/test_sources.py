import csv
from pathlib import Path

import pytest

from monotown.base.problems import Problems
from monotown.data.sources import (
    RawCell,
    config_problems,
    decode,
    find_unit,
    read_cells,
    read_rows,
    read_year,
    value_columns,
)
from monotown.data.units import Units
from monotown.workflow import read_yaml
from monotown.workflow.sources import read_sources
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]


def load(path):
    return read_yaml(ROOT / path)


NAMES = ("units", "variables")
FILES = {**{name: f"config/{name}.yaml" for name in NAMES}, "sources": "source.yaml"}
CONFIGS = {name: read_part(name, ROOT) for name in NAMES}
CONFIGS["sources"] = read_sources("data/raw", ROOT)
SCHEMAS = {name: load(f"workflow/schemas/{name}.schema.yaml") for name in NAMES}
SCHEMAS["sources"] = {}
UNITS = Units(CONFIGS["units"])


def told(problems):
    return [str(p) for p in problems]


def check(**changed):
    return told(config_problems({**CONFIGS, **changed}, SCHEMAS, FILES))


def test_the_configs_are_valid():
    assert check() == []


def test_each_source_names_the_header_its_file_has():
    for spec in CONFIGS["sources"].values():
        with (ROOT / spec["file"]).open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == spec["columns"]


def test_what_the_configs_say_of_one_another_is_checked():
    source = CONFIGS["sources"]["sdg_regions"]
    accept = [
        {"rows": {"unit": "KZULUU", "variable": "housing"}, "rule": "note", "reason": "r"},
        {"rows": {"unit": "NOWHERE"}, "rule": "leave_out", "reason": "r"},
        {"rows": {"unit": "KZ"}, "rule": "recode", "to": "KZZ", "reason": "r"},
    ]
    sources = {
        "a": {**source, "accept": accept, "number": {"negligible": ["neet"]}},
        "b": {**source, "value": {"column": "value"}, "ignore": ["sdgs"], "lines": "row"},
        "c": {
            **CONFIGS["sources"]["paper_table2"],
            "unit": {"value": "ZHEZ"},
            "variable": {"header": {"staff": "teaching_staf"}},
        },
        "d": {**source, "variable": {"value": "neet_rat"}},
    }
    found = [p.split("; expected")[0].removeprefix("source.yaml, ") for p in check(sources=sources)]
    assert sorted(found) == [
        "a.accept.0.rows.unit: found 'KZULUU'",
        "a.accept.0.rows.variable: found 'housing'",
        "a.accept.2.to: found 'KZZ'",
        "a.number.negligible: found 'neet'",
        "b.ignore: found 'sdgs'",
        "b.lines: found 'row'",
        "b.value.column: found 'value'",
        "c.unit.value: found 'ZHEZ'",
        "c.variable.header: found 'staff'",
        "c.variable.header: found 'teaching_staf'",
        "d.variable.value: found 'neet_rat'",
    ]


def test_a_weight_that_is_no_variable_is_told():
    changed = {**CONFIGS["variables"]["neet_rate"], "merge": {"weighted": "population_begn"}}
    (problem,) = check(variables={**CONFIGS["variables"], "neet_rate": changed})
    assert "neet_rate.merge.weighted: found 'population_begn'" in problem
    assert "'population_begin' (did you mean this?)" in problem


@pytest.mark.parametrize(
    ("text", "form", "year"),
    [
        ("2022", "year", 2022),
        (" 2022 ", "year", 2022),
        ("2005.0", "year", 2005),
        ("2005.5", "year", None),
        ("20222", "year", None),
        ("1", "year", None),
        ("0022", "year", None),
        ("year", "year", None),
        ("2000-12-31", "date", 2000),
        ("2000", "date", None),
        ("2000-12-31", "year", None),
    ],
)
def test_years(text, form, year):
    assert read_year(text, form) == year


def test_bytes_that_are_no_utf8_are_a_problem_of_their_line():
    problems = Problems()
    assert decode("a,b\n1,é\n".encode("cp1252"), "f.csv", problems) == ""
    assert told(problems) == ["f.csv, line 2: found 'byte e9'; expected text in UTF-8"]
    assert decode(b"\xef\xbb\xbfa,b\n", "f.csv", Problems()) == "a,b\n"


def rows_of(text, columns=("a", "b")):
    problems = Problems()
    rows = list(read_rows(text, columns, "f.csv", problems))
    return rows, told(problems)


def test_rows_keep_their_lines_past_blank_ones():
    rows, problems = rows_of("a,b\n1,2\n\n3,4\n")
    assert rows == [(2, {"a": "1", "b": "2"}), (4, {"a": "3", "b": "4"})]
    assert problems == []


def test_a_missing_column_is_one_problem_and_no_row_is_read():
    rows, problems = rows_of("a,bb\n1,2\n3,4\n")
    assert rows == []
    assert problems == ["f.csv, line 1: found 'bb'; expected a column 'b'"]
    assert rows_of("")[1] == [
        "f.csv, line 1: found 'no such column'; expected a column 'a'",
        "f.csv, line 1: found 'no such column'; expected a column 'b'",
    ]


def test_an_unknown_or_repeated_column_and_a_ragged_row_are_problems():
    rows, problems = rows_of("a,b,c,a\n1,2,3,4\n1,2\n")
    assert [line for line, _ in rows] == [2]
    assert problems == [
        "f.csv, line 1, column c: found 'c'; expected one of: a, b",
        "f.csv, line 1, column a: found 'a'; expected each column once",
        "f.csv, line 3: found '2 cells'; expected 4 cells, as the header",
    ]


def cells_of(source, text):
    problems = Problems()
    return list(read_cells(CONFIGS["sources"][source], text, problems)), told(problems)


def test_wide_tables_give_a_cell_for_each_year_or_unit():
    spec = CONFIGS["sources"]["air_emissions_regions"]
    header = ",".join(spec["columns"])
    cells, problems = cells_of("air_emissions_regions", f"{header}\nAkmola Region" + ",1.5" * 18 + "\n")
    assert problems == []
    assert (len(cells), cells[0]) == (18, RawCell(2, "2005.0", "Akmola Region", "2005.0", "air_emissions", "1.5"))
    spec = CONFIGS["sources"]["physicians_regions"]
    cells, _ = cells_of("physicians_regions", ",".join(spec["columns"]) + "\n2003" + ",7" * 16)
    assert (len(cells), cells[0].unit, cells[0].year) == (16, "Акмолинская", "2003")


def test_the_paper_keeps_the_line_it_was_printed_on():
    text = (ROOT / "data/raw/published/paper/table1.csv").read_text(encoding="utf-8")
    cells, problems = cells_of("paper_table1", text)
    assert problems == []
    assert [(c.unit, c.year, c.text, c.paper_line) for c in cells[-2:]] == [
        ("Total", "2017", "27", "116"),
        ("Total", "2018", "26", "116"),
    ]


def test_figures_stand_in_the_columns_not_used_otherwise():
    sources = CONFIGS["sources"]
    assert value_columns(sources["sdg_regions"]) == ("value_as_published",)
    assert value_columns(sources["wages_regions"]) == ("avg_salary", "qualified")
    assert len(value_columns(sources["life_expectancy_regions"])) == 24


def test_an_unknown_variable_is_told_and_an_ignored_one_passed_over():
    header = ",".join(CONFIGS["sources"]["sdg_regions"]["columns"])
    cells, problems = cells_of("sdg_regions", f"{header}\n8.6.1,neet_rat,%,PT,2022,KZ,1\n")
    assert cells == []
    assert problems[0].startswith(
        "data/raw/official/sdg_regions/sdg_regions.csv, line 2, column variable: found 'neet_rat'; "
        "expected 'neet_rate' (did you mean this?)"
    )
    header = ",".join(CONFIGS["sources"]["rd_bulletin_2022_ages"]["columns"])
    text = f"{header}\n45,masters,25_34,2022,KZ,2679\n45,masters,all,2022,KZ,5397\n"
    cells, problems = cells_of("rd_bulletin_2022_ages", text)
    assert problems == []
    assert [(c.variable, c.text) for c in cells] == [("researchers_masters", "5397")]


def unit_of(source, cell):
    problems = Problems()
    return find_unit(CONFIGS["sources"][source], cell, UNITS, problems), told(problems)


def test_a_name_beside_a_code_must_mean_the_same_unit():
    cell = RawCell(9, "value_as_printed", "KZKAR", "2022", "researchers", "1", "Жамбыл")
    code, problems = unit_of("rd_bulletin_2022", cell)
    assert code == "KZKAR"
    assert len(problems) == 1
    assert "line 9, column area_as_printed_kk: found 'Жамбыл'" in problems[0]
    assert "a name of KZKAR (Karaganda region, " in problems[0]


def test_unknown_codes_and_names_are_told_where_they_stand():
    cell = RawCell(9, "value_as_printed", "KZKARR", "2022", "researchers", "1", "Қарағанды")
    code, problems = unit_of("rd_bulletin_2022", cell)
    assert code is None
    assert "line 9, column area_code: found 'KZKARR'; expected a code" in problems[0]
    assert "'KZKAR' (did you mean this?)" in problems[0]
    cell = RawCell(9, "Караганда", "Караганда", "2003", "physicians", "1")
    code, problems = unit_of("physicians_regions", cell)
    assert code is None
    assert "line 1, column Караганда: found 'Караганда'" in problems[0]


def test_a_code_left_out_on_purpose_is_no_problem():
    cell = RawCell(9, "value_as_published", "KZAYB", "2022", "pm10", "0.1")
    assert unit_of("sdg_air_quality_towns", cell) == (None, [])


def test_fixed_and_printed_units():
    assert unit_of("paper_table2", RawCell(2, "c", "ZHEZU", "2019", "teaching_staff", "1")) == ("ZHEZU", [])
    assert unit_of("paper_table1", RawCell(5, "c", "Total", "2017", "researchers", "27")) == ("KZZHK", [])
