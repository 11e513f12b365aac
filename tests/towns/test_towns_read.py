import io

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from towns_support import codes, configs, figures, labels, read_path, read_text, settings

from monotown.data.workbooks.derive import make_run
from monotown.data.workbooks.findings import ERROR, findings_table, terminal_table
from monotown.data.workbooks.grid import Sheet
from monotown.data.workbooks.names import Names
from monotown.data.workbooks.read import read_workbook
from monotown.data.workbooks.text import decode_text, find_delimiter
from monotown.data.workbooks.values import read_any_year
from monotown.workflow.workbooks import cell_text, load_sheets

TABLE = "Город;Год;Исследователи, человек;unemployment_rate\nРиддер;2018;1 234;5,25\n"
EXPECTED = {("KZRDD", 2018, "researchers"): 1234.0, ("KZRDD", 2018, "unemployment_rate"): 5.25}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_every_encoding_and_delimiter_reads_the_same(tmp_path, encoding, delimiter):
    rows = [line.split(";") for line in TABLE.strip().split("\n")]
    text = "\n".join(delimiter.join(f'"{c}"' if "," in c else c for c in r) for r in rows)
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(encoding))
    workbook, findings = read_path(path)
    assert findings == []
    assert figures(workbook) == EXPECTED


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009"])
def test_spaces_between_thousands(space):
    workbook = read_text(f"town;year;researchers\nRidder;2018;12{space}345\n")
    assert figures(workbook) == {("KZRDD", 2018, "researchers"): 12345.0}


@pytest.mark.parametrize(
    "name",
    [
        "Zhezkazgan",
        "Zhezqazghan",
        "Dzhezkazgan",
        "Жезказган",
        "Жезқазған",
        "Джезказган",
        "г. Жезказган",
        "ЖЕЗКАЗГАН",
        "Жезқазған қаласы",
        "KZZHK",
        " Zhezkazgan\u00a0",
    ],
)
def test_every_spelling_of_one_town(name):
    workbook = read_text(f"town;year;researchers\n{name};2018;26\n")
    assert figures(workbook) == {("KZZHK", 2018, "researchers"): 26.0}


def test_every_name_of_every_unit_means_it_or_is_refused():
    units = {c: u for c, u in configs()["units"].items() if c != "sets"}
    names = Names(units)
    seen = 0
    for code, unit in units.items():
        if unit["level"] == "constant_region":
            continue
        for name in (unit["en"], unit["ru"], unit["kk"], *unit.get("aliases", ())):
            match = names.find(name)
            assert match.code == code or (match.code is None and code in match.among)
            seen += 1
    assert seen > 200


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("г. Абай;", "KZ_ABAY"),
        ("область Абай;", "KZABY"),
        ("Абай;Карагандинская", "KZ_ABAY"),
        ("Аксу;Павлодарская область", "KZAKSU"),
        ("г. Алматы;", "KZALA"),
        ("Almaty region;", "KZALM"),
        ("Ақсу қаласы;", "KZAKSU"),
    ],
)
def test_a_word_or_a_region_tells_double_names_apart(row, code):
    workbook = read_text(f"town;region;year;researchers\n{row};2022;7\n")
    assert figures(workbook) == {(code, 2022, "researchers"): 7.0}


def test_a_set_of_units_tells_double_names_apart():
    text = "town;year;researchers\nАбай;2022;7\nАксу;2022;8\n"
    assert [c for c, _ in codes(read_text(text))] == ["unit_ambiguous", "unit_homonym"]
    assert figures(read_text(text, units="monotowns")) == {
        ("KZ_ABAY", 2022, "researchers"): 7.0,
        ("KZAKSU", 2022, "researchers"): 8.0,
    }


def test_a_near_name_is_suggested_not_taken():
    workbook = read_text("town;year;researchers\nZhezkazan;2018;5\n")
    (finding,) = workbook.findings
    assert workbook.figures.empty
    assert "Zhezkazgan" in dict(finding.values)["near"]


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        ("2018", 2018),
        ("2018.0", 2018),
        ("2018-12-31", 2018),
        ("31.12.2018", 2018),
        ("2018 г.", 2018),
        ("2018 год", 2018),
        ("2018 ж.", 2018),
        ("за 2018 год", 2018),
        ("12/31/2018", 2018),
        ("2018-12-31 00:00:00", 2018),
        ("1899", None),
        ("2018/2019", None),
        ("-2018", None),
        ("", None),
    ],
)
def test_years(printed, year):
    assert read_any_year(printed) == year


def test_markers_stay_apart_and_none_is_a_zero():
    text = "town;year;researchers;rd_technicians;rd_personnel;internet_users\n"
    text += "Ridder;2018;-;...;x;н/д\n"
    table = read_text(text).figures.set_index("variable")
    assert table["value"].isna().all()
    assert dict(table["flag"]) == {
        "researchers": "none",
        "rd_technicians": "not_available",
        "rd_personnel": "confidential",
        "internet_users": "not_available",
    }


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("internet_users", ["43,10", "50"], [43.1, 50.0]),
        ("internet_users, share", ["0.431", "1"], [43.1, 100.0]),
        ("internet_users, доля", ["0,431", "50%"], [43.1, 50.0]),
        ("internet_users", ["43.1%", "50%"], [43.1, 50.0]),
    ],
)
def test_percent_is_read_as_declared(header, cells, expected):
    text = f"town;year;{header}\n" + "".join(f"Ridder;{2018 + i};{c}\n" for i, c in enumerate(cells))
    workbook = read_text(text)
    assert codes(workbook) == []
    assert workbook.figures["value"].tolist() == pytest.approx(expected)


def test_shares_in_a_percent_column_are_asked_about_and_warned_of_where_percent_is_declared():
    rows = "\nRidder;2018;0.43\nTemirtau;2018;0.5\n"
    assert codes(read_text("town;year;internet_users" + rows)) == [("percent_or_share", "C2")]
    declared = read_text("town;year;internet_users, %" + rows)
    assert codes(declared) == [("percent_or_share_declared", "C2")]
    assert declared.findings[0].severity == "warning"
    small = read_text("town;year;rd_expenditure_share_grp" + rows)  # small by nature
    assert codes(small) == []


def test_titles_footnotes_totals_and_numbered_columns_are_no_figures():
    text = (
        "Численность исследователей в городах, человек;;\n;;\nГород;Год;researchers\nА;1;2\n"
        "Карагандинская область:;;\nТемиртау;2018;5\nИтого;2018;5\nВосточный Казахстан;;\n"
        "Риддер;2018;6\nГород;Год;researchers\n* без совместителей;;\nПримечание: данные за год;;\n"
    )
    workbook = read_text(text)
    assert figures(workbook) == {("KZTMT", 2018, "researchers"): 5.0, ("KZRDD", 2018, "researchers"): 6.0}
    assert [(f.code, f.found) for f in workbook.findings] == [
        ("sections", "Восточный Казахстан"),
        ("totals_left_out", "1"),
    ]


LAYOUTS = {
    "panel": "town;year;researchers;rd_personnel\nRidder;2018;5;7\nRidder;2019;6;8\n",
    "long": (
        "town;year;indicator;value\nRidder;2018;researchers;5\nRidder;2018;rd_personnel;7\n"
        "Ridder;2019;researchers;6\nRidder;2019;rd_personnel;8\n"
    ),
    "years across": "town;indicator;2018;2019 г.\nRidder;researchers;5;6\nRidder;rd_personnel;7;8\n",
    "two header rows": "town;researchers;;rd_personnel;\n;2018;2019;2018;2019\nRidder;5;6;7;8\n",
    "year in header": (
        "town;researchers 2018;researchers_2019;rd_personnel (2018);rd_personnel, 2019\nRidder;5;6;7;8\n"
    ),
    "codes": "code;year;researchers;rd_personnel\nKZRDD;2018;5;7\nKZRDD;2019;6;8\n",
    "long with units": (
        "town;year;indicator;unit of measure;value\nRidder;2018;researchers;persons;5\n"
        "Ridder;2018;rd_personnel;persons;7\nRidder;2019;researchers;persons;6\n"
        "Ridder;2019;rd_personnel;persons;8\n"
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_the_same_figures(name):
    workbook = read_text(LAYOUTS[name])
    assert codes(workbook) == []
    assert figures(workbook) == {
        ("KZRDD", 2018, "researchers"): 5,
        ("KZRDD", 2019, "researchers"): 6,
        ("KZRDD", 2018, "rd_personnel"): 7,
        ("KZRDD", 2019, "rd_personnel"): 8,
    }


def test_one_year_of_the_run_for_tables_without_one():
    assert figures(read_text("town;researchers\nRidder;5\n", year=2020)) == {("KZRDD", 2020, "researchers"): 5.0}


def test_a_sheet_named_after_its_indicator_and_a_column_of_the_run():
    sheet = Sheet("t.xlsx", "researchers", [["town", "2018"], ["Ridder", "5"]])
    assert figures(read_workbook([sheet], settings())) == {("KZRDD", 2018, "researchers"): 5.0}
    workbook = read_text("town;year;n staff\nRidder;2018;5\n", columns={"n staff": "researchers"})
    assert figures(workbook) == {("KZRDD", 2018, "researchers"): 5.0}


def _merged_book() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    for row in (
        ["Исследователи в городах"],
        ["Город", "Численность", None],
        [None, "2018", "2019"],
        ["Риддер", 5, 6],
        ["Темиртау", 7, None],
    ):
        page.append(row)
    page["B2"] = "researchers"
    for cells in ("A1:C1", "A2:A3", "B2:C2"):
        page.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_merged_headers_of_a_workbook(tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_bytes(_merged_book())
    workbook, findings = read_path(path)
    assert figures(workbook) == {
        ("KZRDD", 2018, "researchers"): 5.0,
        ("KZRDD", 2019, "researchers"): 6.0,
        ("KZTMT", 2018, "researchers"): 7.0,
    }
    assert [f for f in findings if f.severity == ERROR] == []


def test_a_town_merged_over_its_years():
    rows = [["town", "year", "researchers"], ["Ridder", "2018", "5"], ["", "2019", "6"]]
    workbook = read_workbook([Sheet("t.xlsx", "data", rows, [(1, 0, 2, 0)])], settings())
    assert figures(workbook) == {("KZRDD", 2018, "researchers"): 5.0, ("KZRDD", 2019, "researchers"): 6.0}


def test_own_units_and_spellings_of_known_ones():
    sheets = [
        Sheet(
            "t.xlsx",
            "units",
            [
                ["code", "name en", "name ru", "name kk", "region", "level", "latitude"],
                ["NOVO", "Novograd", "Новоград", "", "Карагандинская", "", "49,5"],
                ["KZRDD", "Leninogorsk", "", "", "", "", ""],
            ],
        ),
        Sheet(
            "t.xlsx", "data", [["town", "year", "researchers"], ["Новоград", "2018", "5"], ["Leninogorsk", "2018", "6"]]
        ),
    ]
    workbook = read_workbook(sheets, settings())
    assert workbook.findings == ()
    assert figures(workbook) == {("NOVO", 2018, "researchers"): 5.0, ("KZRDD", 2018, "researchers"): 6.0}
    assert workbook.units["NOVO"] == {
        "en": "Novograd",
        "ru": "Новоград",
        "kk": "Novograd",
        "level": "town",
        "parent": "KZKAR",
        "latitude": 49.5,
    }
    assert workbook.units["KZRDD"]["aliases"] == ["Leninogorsk"]


def test_all_problems_at_once_in_three_languages():
    workbook = read_text("town;year;researchers\nAtlantis;18;five\nRidder;2018;5,5\n")
    assert codes(workbook) == [("unit", "A2"), ("year", "B2"), ("number", "C2"), ("whole", "C3")]
    for language in ("en", "ru", "kk"):
        table = findings_table(workbook.findings, labels(language))
        assert len(table) == 4
        assert "{" not in terminal_table(table, labels(language))
    assert "Ошибк" in labels("ru")("towns.severity.error").capitalize()


def test_every_finding_has_words_in_every_language():
    keys = [k for k in labels().texts if k.startswith("towns.finding.")]
    assert len(keys) > 90
    used = {k.split(".")[2] for k in keys}
    for code in used:
        for part in ("expected", "mend"):
            assert f"towns.finding.{code}.{part}" in keys


# Fuzz: whatever comes in, the reader answers with figures and findings, never with a traceback.
CELLS = st.one_of(
    st.sampled_from(
        [
            "town",
            "year",
            "code",
            "researchers",
            "value",
            "indicator",
            "2018",
            "Ridder",
            "Абай",
            "5",
            "5,5",
            "50%",
            "x",
            "...",
            "",
            " ",
            "unit of measure",
            "share",
            "№",
            "Итого",
            "=1+1",
            "1e400",
            "9" * 400,
            "\u00a0",
            "id",
            "weight",
            "name en",
            "internet_users",
        ]
    ),
    st.text(max_size=8),
)


@limits(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, max_size=6), max_size=8),
    name=st.sampled_from(["", "units", "data", "weights", "survey", "odd"]),
    merged=st.lists(st.tuples(*[st.integers(0, 6)] * 4), max_size=2),
)
def test_any_sheet_is_answered(rows, name, merged):
    sheet = Sheet("t", name, rows, [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in merged])
    workbook = read_workbook([sheet], settings())
    assert not workbook.figures.duplicated(["unit", "year", "variable"]).any()
    findings_table(workbook.findings, labels("kk"))
    for finding in workbook.findings:
        assert finding.code


@limits(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300), suffix=st.sampled_from([".csv", ".xlsx", ".xls", ".ods"]))
def test_any_bytes_are_answered(data, suffix, tmp_path_factory):
    path = tmp_path_factory.mktemp("fuzz") / f"t{suffix}"
    path.write_bytes(data)
    sheets, findings = load_sheets(path, "t", configs()["towns"]["limits"])
    assert bool(sheets) != bool(findings)


@limits(max_examples=60, deadline=None)
@given(cut=st.integers(0, 5000), flip=st.integers(0, 5000), value=st.integers(0, 255))
def test_a_damaged_workbook_is_answered(cut, flip, value, tmp_path_factory):
    data = bytearray(_merged_book())
    data[flip % len(data)] = value
    path = tmp_path_factory.mktemp("fuzz") / "t.xlsx"
    path.write_bytes(bytes(data[: len(data) - cut % 50]))
    sheets, findings = load_sheets(path, "t", configs()["towns"]["limits"])
    assert bool(sheets) != bool(findings)


@limits(max_examples=200, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_numbers_of_workbooks_keep_their_last_bit(value):
    assert float(cell_text(value)) == value


@given(st.text(st.characters(codec="cp1251", exclude_categories=["Cc"]), max_size=40))
def test_utf8_text_comes_back_as_it_was(text):
    assert decode_text(text.encode("utf-8"))[0] == text.removeprefix("\ufeff")
    assert find_delimiter(text) in ";\t,|" or text.lower().lstrip().startswith(("sep=", '"sep='))


def _section(**more):
    return {
        "files": ["t.csv"],
        "kind": "synthetic",
        "language": "en",
        **more,
        "source": {"title": {"en": "a", "ru": "b", "kk": "c"}, "publisher": "p", "licence": "l"},
    }


VIEWS = {
    "v": {
        "label": {},
        "kind": "workbook",
        "units": "workbook",
        "years": "workbook",
        "tree": {"id": "index", "aggregation": "arithmetic", "children": "catalogue"},
    }
}


def _run(*sheets):
    every = {**configs(), "views": VIEWS}
    return make_run(list(sheets), [], settings(), every, _section())


def test_a_run_takes_units_years_weights_and_measures_from_the_workbook():
    run = _run(
        Sheet(
            "t.csv",
            "data",
            [
                ["town", "year", "researchers", "mean_population", "life_satisfaction"],
                ["Ridder", "2018", "50", "50000", "60"],
                ["Temirtau", "2019", "30", "150000", "70"],
            ],
        ),
        Sheet("t.csv", "weights", [["id", "weight"], ["B1", "3"], ["B4", "1"]]),
    )
    assert [f for f in run.findings if f.severity == ERROR] == []
    assert run.configs["units"]["sets"]["workbook"] == ["KZRDD", "KZTMT"]
    view = run.configs["views"]["v"]
    assert (view["kind"], view["years"]) == ("synthetic", [2018, 2019])
    assert [(c["id"], c["weight"]) for c in view["tree"]["children"]] == [("B1", 3.0), ("B4", 1.0)]
    b1 = [c["measure"] for c in view["tree"]["children"][0]["children"]]
    assert b1 == ["researchers_share_population"]
    computed = run.observations[run.observations["variable"] == "researchers_share_population"]
    assert computed["value"].tolist() == pytest.approx([0.1, 0.02])
    assert set(run.observations["kind"]) == {"synthetic"}


def test_an_indicator_given_is_not_computed():
    run = _run(
        Sheet(
            "t.csv",
            "data",
            [
                ["town", "year", "researchers", "mean_population", "researchers_share_population, %"],
                ["Ridder", "2018", "50", "50000", "2,5"],
            ],
        )
    )
    found = run.observations[run.observations["variable"] == "researchers_share_population"]
    assert found["value"].tolist() == [2.5]


def test_weights_of_part_of_a_block_are_refused():
    run = _run(
        Sheet(
            "t.csv",
            "data",
            [["town", "year", "life_satisfaction", "satisfaction_housing"], ["Ridder", "2018", "50", "60"]],
        ),
        Sheet("t.csv", "weights", [["id", "weight"], ["life_satisfaction", "1"]]),
    )
    lacking = [f for f in run.findings if f.code == "weights_some"]
    assert [dict(f.values)["missing"] for f in lacking] == ["satisfaction_housing"]


def test_a_run_without_any_indicator_is_refused():
    run = _run(Sheet("t.csv", "data", [["town", "year", "latitude"], ["Ridder", "2018", "50"]]))
    assert "no_columns" in [f.code for f in run.findings]
    run = _run(Sheet("t.csv", "data", [["town", "year", "physicians"], ["Ridder", "2018", "5"]]))
    assert "no_view" in [f.code for f in run.findings]


def test_warnings_are_apart_from_errors():
    rows = [
        ["town", "year", "life_satisfaction", "researchers", "rd_personnel", "rd_technicians"],
        ["Ridder", "2018", "50", "1", "90", "9"],
        ["Ridder", "2019", "51", "60", "90", "9"],
        ["Ridder", "2020", "51", "", "", ""],
    ]
    run = _run(Sheet("t.csv", "data", rows))
    assert sorted(f.code for f in run.findings) == ["coverage", "jump", "one_unit"]
    jump = next(f for f in run.findings if f.code == "jump")
    assert (jump.cell, dict(jump.values)["factor"]) == ("D3", "60.0")
    outside = _run(Sheet("t.csv", "data", [["town", "year", "poverty", "life_expectancy"]]))
    assert isinstance(outside.observations, pd.DataFrame)
    far = _run(
        Sheet(
            "t.csv",
            "data",
            [
                ["town", "year", "life_expectancy", "life_satisfaction"],
                ["Ridder", "2018", "97", "5"],
                ["Temirtau", "2018", "75", "5"],
            ],
        )
    )
    assert [(f.code, f.cell) for f in far.findings if f.code == "outside"] == [("outside", "C2")]
