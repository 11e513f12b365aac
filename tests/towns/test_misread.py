"""Figures that a sheet could give in silence and wrong: each is read right, or refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from towns_support import codes, configs, figures, labels, read_text, settings

from monotown.data.workbooks.derive import make_run
from monotown.data.workbooks.fates import FATES, blocks
from monotown.data.workbooks.findings import ERROR, in_words
from monotown.data.workbooks.grid import Sheet
from monotown.data.workbooks.marks import Marks, decimal_marks
from monotown.data.workbooks.read import read_workbook

HEAD = "town;year;researchers;enterprises_performing_rd;mean_population\n"


def _errors(workbook):
    return [(f.code, f.cell) for f in workbook.findings if f.severity == ERROR]


def _sheet(rows, **more):
    return Sheet("t.xlsx", "data", [[str(c) for c in row] for row in rows], **more)


def _adds_up(workbook):
    cells = workbook.cells
    return (cells[list(FATES)].sum(axis=1) == cells["not_empty"]).all()


# Tables below and beside.


def test_a_table_below_is_read_under_its_own_header():
    text = HEAD + "Ridder;2021;20;3;50000\n\nSecond part\n"
    text += "town;year;enterprises_performing_rd;researchers;mean_population\nSaran;2021;4;70;40000\n"
    workbook = read_text(text)
    assert _errors(workbook) == []
    read = figures(workbook)
    assert read["KZSRN" if ("KZSRN", 2021, "researchers") in read else "KZ_SARAN", 2021, "researchers"] == 70
    assert {v for (u, _, n), v in read.items() if n == "enterprises_performing_rd"} == {3, 4}
    assert {v for (u, _, n), v in read.items() if n == "researchers"} == {20, 70}
    assert _adds_up(workbook)


def test_a_table_beside_is_read_under_its_own_header():
    text = "town;year;researchers;;town;year;enterprises_performing_rd\n"
    text += "Ridder;2021;20;;Temirtau;2020;3\nSaran;2021;30;;Balkhash;2020;4\n"
    workbook = read_text(text)
    assert _errors(workbook) == []
    read = figures(workbook)
    assert read["KZRDD", 2021, "researchers"] == 20
    assert read["KZTMT", 2020, "enterprises_performing_rd"] == 3
    assert not [k for k in read if k[0] == "KZRDD" and k[2] == "enterprises_performing_rd"]
    assert len(read) == 4
    assert _adds_up(workbook)


def test_a_table_beside_that_begins_lower_is_read_or_refused_never_mixed():
    text = "town;year;researchers;;;;\nRidder;2021;20;;;;\n"
    text += "Saran;2021;30;;town;year;enterprises_performing_rd\nTemirtau;2021;40;;Balkhash;2020;4\n"
    workbook = read_text(text)
    read = figures(workbook)
    assert len([k for k in read if k[2] == "researchers"]) == 3
    assert [v for k, v in read.items() if k[2] == "enterprises_performing_rd"] == [4]
    assert _errors(workbook) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # a second column of years that says another year; one that agrees is read
        ("town;year;год;researchers\nRidder;2021;2020;20\n", "two_columns"),
        ("town;город;year;researchers\nRidder;Saran;2021;20\n", "two_columns"),
        # a second column of values, columns of figures in a long table
        ("town;year;indicator;value;value\nRidder;2021;researchers;20;30\n", "repeated"),
        ("town;year;indicator;value;enterprises_performing_rd\nRidder;2021;researchers;20;3\n", "long_and_wide"),
        # a year of its row and another of its column
        ("town;year;researchers 2020\nRidder;2021;20\n", "two_years"),
        # a title of another indicator without a header of its own
        ("town;year;researchers\nRidder;2021;20\nenterprises_performing_rd;;\nSaran;2021;4\n", "second_table"),
        # the header of a second table that names no unit, as offices leave that cell blank
        ("town;year;researchers\nRidder;2021;20\n\n;;enterprises_performing_rd\nSaran;2021;4\n", "second_table"),
        ("town;2020;2021\nRidder;20;30\n\n;2020;2021\nSaran;4;5\n", "which_indicator"),
        # a second table of years under a title that names nothing known
        (
            "researchers;;\ntown;2020;2021\nRidder;20;30\n\nNumber of mines;;\ntown;2020;2021\nSaran;4;5\n",
            "which_indicator",
        ),
        # figures above a header, and beside it without one
        ("Ridder;2020;15\ntown;year;researchers\nRidder;2021;20\n", "stray"),
        ("town;year;researchers;;\nRidder;2021;20;;7\n", "header_missing"),
        # the unit's column says a word of headers, with figures
        ("town;year;researchers\nRidder;2021;20\nтown;2021;70\n", "unit"),
        ("город;год;researchers\nРиддер;2021;20\nГород;2021;70\n", "unit"),
    ],
)
def test_what_cannot_be_told_is_refused(text, code):
    workbook = read_text(text)
    assert code in [c for c, _ in _errors(workbook)]
    assert _adds_up(workbook)


def test_a_second_table_of_years_takes_its_own_title():
    text = "researchers;;\ntown;2020;2021\nRidder;20;30\n\nrd_technicians;;\ntown;2020;2021\n"
    workbook = read_text(text + "Ridder;4;5\n")
    assert _errors(workbook) == []
    assert figures(workbook) == {
        ("KZRDD", 2020, "researchers"): 20.0,
        ("KZRDD", 2021, "researchers"): 30.0,
        ("KZRDD", 2020, "rd_technicians"): 4.0,
        ("KZRDD", 2021, "rd_technicians"): 5.0,
    }
    assert workbook.cells.loc[0, ["header", "title"]].tolist() == [6, 2]


def test_a_stacked_header_is_header_and_no_title():
    workbook = read_text(";;researchers;researchers\ntown;;2020;2021\nRidder;;20;30\n")
    assert _errors(workbook) == []
    assert workbook.cells.loc[0, ["header", "title"]].tolist() == [5, 0]


@pytest.mark.parametrize(
    ("unit", "bounds", "refused"),
    [
        ("beds", (0, None), True),
        ("USD", (0, None), True),
        ("teachers", (0, 50), False),
        ("percent", (0, None), False),
        ("per 1000 live births", (0, None), False),
        ("years", (0, 120), False),
        ("index, 2015 = 100", (0, None), False),
    ],
)
def test_a_mark_is_open_where_both_readings_could_be(unit, bounds, refused):
    base = settings()
    held = replace(base.fields["mean_population"], unit_of_measure=unit, bounds=bounds)
    mine = replace(base, fields={**base.fields, "mean_population": held})
    rows = [("town", "year", "mean_population"), ("Ridder", 2021, "4,125")]
    workbook = read_workbook([_sheet(rows)], mine)
    assert (_errors(workbook) == [("which_mark", "C2")]) is refused


def test_columns_that_say_the_same_twice_are_read():
    workbook = read_text("town;город;year;год;researchers\nRidder;Риддер;2021;2021 г.;20\n")
    assert _errors(workbook) == []
    assert figures(workbook) == {("KZRDD", 2021, "researchers"): 20.0}


def test_a_value_column_takes_the_indicator_of_the_title():
    workbook = read_text("Численность исследователей;;\ntown;year;value\nRidder;2021;20\n")
    assert figures(workbook) == {("KZRDD", 2021, "researchers"): 20.0}


# Marks of decimals and thousands.


@pytest.mark.parametrize("printed", ["86,000", "1,000", "104,507", "178.000", "+1.000", "-1,000"])
@pytest.mark.parametrize("name", ["mean_population", "internal_rd_expenditure"])
def test_a_mark_before_three_digits_is_refused_in_counts_and_money(printed, name):
    workbook = read_text(f"town;year;{name}\nRidder;2021;{printed}\n")
    assert _errors(workbook) == [("which_mark", "C2")]
    finding = workbook.findings[-1]
    for language in ("en", "ru", "kk"):
        assert "input.decimal" in in_words(finding, labels(language))[1]


@pytest.mark.parametrize(
    ("other", "value"),
    [
        ("14489,377", 86.0),
        ("14489.377", 86000.0),
        ("1,178,000", 86000.0),
        ("1.178.000", 86.0),
        ("12,5", 86.0),
        ("12.5", 86000.0),
        ("1 234,567", 86.0),
        ("1.234,5", 86.0),
        ("0,125", 86.0),
    ],
)
def test_another_cell_of_the_column_settles_the_mark(other, value):
    workbook = read_text(f"town;year;internal_rd_expenditure\nRidder;2021;86,000\nSaran;2021;{other}\n")
    assert _errors(workbook) == []
    assert figures(workbook)["KZRDD", 2021, "internal_rd_expenditure"] == value


def test_a_column_that_settles_it_both_ways_is_refused():
    rows = "Ridder;2021;86,000\nSaran;2021;12,5\nTemirtau;2021;12.5\n"
    workbook = read_text("town;year;internal_rd_expenditure\n" + rows)
    assert _errors(workbook) == [("which_mark", "C2")]


@pytest.mark.parametrize(
    ("decimal", "value"),
    [
        (".", 86000.0),
        (",", 86.0),
        ({"t.csv": "."}, 86000.0),
        ({"internal_rd_expenditure": ","}, 86.0),
        ({"other.csv": "."}, None),
    ],
)
def test_the_run_says_the_mark_of_a_file_or_a_column(decimal, value):
    workbook = read_text("town;year;internal_rd_expenditure\nRidder;2021;86,000\n", decimal=decimal)
    found = figures(workbook).get(("KZRDD", 2021, "internal_rd_expenditure"))
    assert found == value
    assert bool(_errors(workbook)) == (value is None)


def test_a_number_printed_otherwise_than_the_run_says_is_refused():
    workbook = read_text("town;year;internal_rd_expenditure\nRidder;2021;12,5\n", decimal=".")
    assert _errors(workbook) == [("number", "C2")]


def test_three_decimals_of_a_share_stay_readable():
    rows = "Ridder;2021;0,125;4,125\nSaran;2021;0,250;12,250\n"
    workbook = read_text("town;year;pm25;unemployment_rate\n" + rows)
    assert _errors(workbook) == []
    assert figures(workbook)["KZRDD", 2021, "unemployment_rate"] == 4.125


def test_a_number_by_type_is_never_open():
    sheet = _sheet(
        [("town", "year", "internal_rd_expenditure"), ("Ridder", 2021, "86.125")], numbers=frozenset({(1, 2)})
    )
    workbook = read_workbook([sheet], settings())
    assert _errors(workbook) == []
    assert figures(workbook) == {("KZRDD", 2021, "internal_rd_expenditure"): 86.125}


@given(
    st.lists(st.decimals(0, 10**7, places=3), min_size=1, max_size=6),
    st.sampled_from([(",", "."), (".", ","), (",", " "), (".", "")]),
)
def test_no_reading_of_a_column_is_off_by_a_thousand(values, marks):
    decimal, thousands = marks
    printed = [f"{v:,}".translate(str.maketrans({",": thousands, ".": decimal})) for v in values]
    found = Marks(decimal_marks(printed))
    for text, value in zip(printed, values, strict=True):
        if not found.is_open(text):
            plain = found.plain(text).replace(" ", "").replace(",", ".")
            assert abs(float(plain) - float(value)) < 1e-6


# Weights, levels, hidden parts, years.


def _weights(rows, **more):
    data = _sheet([("town", "year", "researchers"), ("Ridder", 2018, 5)])
    sheet = Sheet("t.xlsx", "weights", [[str(c) for c in r] for r in rows], **more)
    return read_workbook([data, sheet], settings())


def test_weights_are_all_percent_or_none_and_finite():
    assert dict(_weights([("id", "weight"), ("B1", "50%"), ("B2", "50%")]).weights) == {"B1": 0.5, "B2": 0.5}
    mixed = _weights([("id", "weight"), ("B1", "50%"), ("B2", "0.2")])
    assert _errors(mixed) == [("weights_percent", "B3")]
    for text in ("1e400", "inf", "nan", "-1", "1e-400"):
        found = _weights([("id", "weight"), ("B1", text)])
        assert _errors(found) == [("weight", "B2")], text


def test_a_weight_whose_formula_has_no_stored_value_is_refused():
    found = _weights([("id", "weight"), ("B1", ""), ("B2", "1")], unsaved=frozenset({(1, 1)}))
    assert _errors(found) == [("formula", "B2")]
    assert _adds_up(found)


def test_weights_that_name_nothing_or_cannot_be_told_are_refused():
    found = _weights([("id", "weight"), ("", "1"), ("B1", "86 тыс.")], refused={(2, 1): '0" тыс."'})
    assert _errors(found) == [("weight_id", "A2"), ("number_format", "B3")]
    assert _adds_up(found)
    found = _weights([("id", "weight", "note"), ("B1", "1", "mine"), ("", "", "x")])
    assert _errors(found) == []
    assert found.cells.loc[1, "left_out"] == 2


@pytest.mark.parametrize("text", ["%", "-%", "10⁶", "1e-400", "1e400", "inf", "nan", "30₁"])
def test_what_is_no_number_is_refused(text):
    workbook = read_text(f"town;year;internet_users\nRidder;2021;{text}\n")
    assert _errors(workbook) == [("number", "C2")]


def test_values_without_an_indicator_and_headers_that_cannot_be_told_are_refused():
    workbook = read_text("town;year;value\nRidder;2021;20\n")
    assert _errors(workbook) == [("which_indicator", "C1")]
    sheet = _sheet([("town", "year", "86 тыс."), ("Ridder", 2021, 5)], refused={(0, 2): "0"})
    assert ("number_format", "C1") in _errors(read_workbook([sheet], settings()))
    hidden = _sheet([("town", "year", "researchers"), ("Ridder", 2021, 5)], hidden_rows=frozenset({0}))
    found = read_workbook([hidden], settings(hidden="leave_out", sheets={"data": "data"}))
    assert _errors(found) == [("no_header", "A2")]
    assert _adds_up(found)


def test_a_units_sheet_tells_its_cells_and_its_problems():
    rows = [
        ("My towns",),
        ("code", "name en", "spellings", "comment", "latitude"),
        ("NEW1", "Novograd", "Nov; Novg", "x", "abc"),
        ("Note:", "", "", "", ""),
    ]
    units = Sheet("t.xlsx", "units", [list(r) for r in rows])
    data = _sheet([("town", "year", "researchers"), ("Novg", 2018, 5)])
    found = read_workbook([units, data], settings())
    assert _errors(found) == [("degrees", "E3")]
    assert figures(found) == {("NEW1", 2018, "researchers"): 5.0}
    assert found.cells.loc[0, ["title", "header", "left_out"]].tolist() == [1, 5, 1]
    assert _adds_up(found)


def test_a_figure_too_large_for_any_number_is_refused():
    workbook = read_text("town;year;internal_rd_expenditure\nRidder;2018;1e400\n")
    assert _errors(workbook) == [("number", "C2")]


def test_a_region_or_a_country_among_towns_is_an_aggregate():
    text = "town;year;researchers\nRidder;2021;20\nКарагандинская область;2021;900\n"
    text += "Республика Казахстан;2021;20000\nKZKAR;2021;900\n"
    workbook = read_text(text, level="town")
    assert _errors(workbook) == []
    assert figures(workbook) == {("KZRDD", 2021, "researchers"): 20.0}
    finding = next(f for f in workbook.findings if f.code == "aggregates_left_out")
    assert "Республика Казахстан" in finding.found
    assert workbook.cells.loc[0, "aggregate"] == 9
    assert _adds_up(workbook)


@pytest.mark.parametrize("hidden", ["read", "leave_out"])
def test_hidden_parts_are_named_whatever_becomes_of_them(hidden):
    rows = [
        ("town", "year", "researchers", "enterprises_performing_rd"),
        ("Ridder", 2021, 20, 3),
        ("Saran", 2021, 30, 4),
        ("Temirtau", 2021, 40, 5),
    ]
    sheet = _sheet(rows, hidden_rows=frozenset({1}), hidden_columns=frozenset({3}), struck=frozenset({(3, 2)}))
    workbook = read_workbook([sheet], settings(hidden=hidden))
    said = [f.found for f in workbook.findings if f.code.startswith("hidden_")]
    assert said == ["2:2", "D:D", "C4"]
    assert _errors(workbook) == []
    assert len(figures(workbook)) == (6 if hidden == "read" else 1)
    assert _adds_up(workbook)
    whole = _sheet(rows, hidden=True)
    found = read_workbook([whole, _sheet(rows[:1])], settings(hidden=hidden))
    assert ("data" in [f.found for f in found.findings if f.code.startswith("hidden_")]) is True


@pytest.mark.parametrize("year", [1905, 1918, 2099])
def test_an_odd_year_is_warned_of(year):
    workbook = read_text(f"town;year;researchers\nRidder;{year};20\n")
    assert codes(workbook) == [("odd_year", "B2")]
    workbook = read_text(f"town;researchers {year}\nRidder;20\n")
    assert ("odd_year", "B1") in codes(workbook)


def test_the_year_of_the_run_is_not_set_over_that_of_a_title():
    text = "Figures of {};\ntown;researchers\nRidder;20\n"
    assert _errors(read_text(text.format(2020), year=2021)) == [("two_years", "A1")]
    assert _errors(read_text(text.format("2020 and 2021"), year=2021)) == []


def test_a_year_formatted_as_a_date_is_refused():
    rows = [("town", "year", "researchers"), ("Ridder", "1905-07-13", 20)]
    workbook = read_workbook([_sheet(rows, dates=frozenset({(1, 1)}))], settings())
    assert _errors(workbook) == [("year_date", "B2")]
    wide = [("town", "1905-07-13"), ("Ridder", 20)]
    sheet = Sheet("t.xlsx", "researchers", [[str(c) for c in r] for r in wide], dates=frozenset({(0, 1)}))
    workbook = read_workbook([sheet], settings(sheets={"researchers": "data"}))
    assert [c for c, _ in _errors(workbook)] != []


def test_a_number_format_that_is_not_understood_is_refused():
    rows = [("town", "year", "researchers"), ("Ridder", "2021", "86")]
    sheet = _sheet(rows, refused={(1, 2): '0.0" тыс."'})
    workbook = read_workbook([sheet], settings())
    assert _errors(workbook) == [("number_format", "C2")]


def test_a_format_that_shows_thousands_is_read_unless_the_unit_is_thousands_too():
    rows = [("town", "year", "mean_population", "internal_rd_expenditure"), ("Ridder", 2021, "86000", "5000")]
    sheet = _sheet(rows, scaled={(1, 2): "0.0,", (1, 3): "0.0,"})
    workbook = read_workbook([sheet], settings())
    assert _errors(workbook) == [("number_format", "D2")]
    assert figures(workbook) == {("KZRDD", 2021, "mean_population"): 86000.0}


# The kind: every cell has one fate.

NAMES = ["Ridder", "Saran", "Temirtau", "Balkhash", "Zhezkazgan"]
FIELDS = ["researchers", "enterprises_performing_rd", "rd_technicians"]
MARKERS = ["-", "…", "x", "н/д"]


@st.composite
def _tables(draw):
    """A sheet of several tables below or beside each other, and every figure in it."""
    rows, expected = [], {}
    count = draw(st.integers(1, 3))
    beside = draw(st.booleans())
    parts = []
    for i in range(count):
        fields = draw(st.permutations(FIELDS))[: draw(st.integers(1, 3))]
        names = draw(st.permutations(NAMES))[: draw(st.integers(1, 4))]
        year = 2010 + i  # no figure twice
        body = []
        for name in names:
            cells = []
            for f in fields:
                text = draw(st.one_of(st.integers(0, 999).map(str), st.sampled_from(MARKERS)))
                cells.append(text)
                expected[name, year, f] = float(text) if text.isdigit() else None
            body.append([name, str(year), *cells])
        title = draw(st.sampled_from([[], [["A part of the figures"]], [[""]]]))
        foot = draw(st.sampled_from([[], [["Note: as published"]], [["Total", "", "5"]]]))
        parts.append([*title, ["town", "year", *fields], *body, *foot])
    if beside:
        height = max(map(len, parts))
        widths = [max(map(len, p)) for p in parts]
        # beside each other: header rows on one line, no title of its own
        parts = [p if p[0][:1] == ["town"] else p[1:] for p in parts]
        for r in range(height):
            line = []
            for part, width in zip(parts, widths, strict=True):
                cells = part[r] if r < len(part) else []
                line += [*cells, *[""] * (width - len(cells) + 1)]
            rows.append(line)
    else:
        for part in parts:
            rows += [*part, [""]]
    return rows, expected


@limits(max_examples=150, deadline=None)
@given(_tables(), st.booleans(), st.integers(0, 30))
def test_every_cell_has_one_fate_and_every_figure_its_value(made, leave, hidden):
    rows, expected = made
    sheet = Sheet("t.csv", "", rows, hidden_rows=frozenset({hidden}))
    workbook = read_workbook([sheet], settings(hidden="leave_out" if leave else "read"))
    assert _adds_up(workbook)
    filled = sum(bool(c.strip()) for row in rows for c in row)
    assert workbook.cells.loc[0, "not_empty"] == filled
    table = workbook.figures
    named = dict(
        zip(NAMES, [read_text(f"town;year;researchers\n{n};2018;1\n").figures["unit"][0] for n in NAMES], strict=True)
    )
    wanted = {(named[n], y, f): v for (n, y, f), v in expected.items()}
    for u, y, v, value in zip(table["unit"], table["year"], table["variable"], table["value"], strict=True):
        assert wanted[u, y, v] == (None if value != value else value)
    if not _errors(workbook) and not (leave and any(rows[hidden] if hidden < len(rows) else [])):
        assert len(table) == len(wanted)


@limits(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "",
                    "",
                    "town",
                    "year",
                    "researchers",
                    "Ridder",
                    "Saran",
                    "2018",
                    "2019",
                    "5",
                    "70",
                    "-",
                    "note",
                    "Total",
                    "unit of measure",
                    "value",
                    "indicator",
                    "86,000",
                    "код",
                ]
            ),
            max_size=6,
        ),
        max_size=9,
    )
)
def test_the_fates_of_any_sheet_add_up(rows):
    workbook = read_workbook([Sheet("t.csv", "data", rows)], settings(sheets={"data": "data"}))
    assert _adds_up(workbook)
    assert (workbook.cells["not_empty"] == sum(bool(c.strip()) for r in rows for c in r)).all()
    read = workbook.cells["read"].sum() + workbook.cells["missing"].sum()
    assert read == len(workbook.figures)


def test_blocks_name_runs_of_cells():
    assert blocks([]) == []
    assert blocks([(0, 1)]) == [("B1", (0, 1))]


def test_the_cells_of_a_run_are_told():
    base = configs()
    section = {
        "files": ["t.csv"],
        "kind": "synthetic",
        "language": "en",
        "source": {"title": {"en": "t", "ru": "t", "kk": "t"}, "publisher": "p", "licence": "l"},
    }
    sheet = Sheet("t.csv", "", [["town", "year", "researchers"], ["Ridder", "2018", "5"]])
    views = {"v": {"tree": {"id": "x", "children": []}, "kind": "synthetic", "years": [2018]}}
    made = make_run([sheet], [], settings(), {**base, "views": views}, section)
    assert made.cells.loc[0, ["header", "unit", "year", "read"]].tolist() == [3, 1, 1, 1]


def test_a_list_whose_header_is_refused_has_no_header():
    data = _sheet([HEAD.strip().split(";"), ["Ridder", 2021, 20, 3, 50000]])
    weights = replace(_sheet([["id", "note"], ["B1", "much"]]), name="weights")
    workbook = read_workbook([data, weights], settings())
    assert [f.code for f in workbook.findings if f.sheet == "weights"] == ["no_weights_header"]
    assert workbook.cells.set_index("sheet").loc["weights", ["header", "left_out", "problem"]].tolist() == [0, 3, 1]
