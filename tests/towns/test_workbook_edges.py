"""What a workbook says beside its numbers: formats, raised digits, hidden and struck parts."""

import datetime
import encodings.aliases
import io
import math
import re
import time
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from odf import number as odf_number
from odf import style as odf_style
from odf import text as odf_text
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableColumn, TableRow
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.styles import Font
from towns_support import configs, figures, read_path, read_text

from monotown.base.parsing import Flag, visible_text, without_marks
from monotown.data.units import name_key
from monotown.data.workbooks.grid import word_key
from monotown.data.workbooks.names import Names
from monotown.data.workbooks.values import marker_table, read_any_year, read_number
from monotown.workflow.spreadsheets import RefusedError
from monotown.workflow.workbooks import _check_zip, load_sheets

LIMITS = configs()["towns"]["limits"]
HEAD = ["town", "year", "researchers", "internet_users"]


def _load(path):
    sheets, findings = load_sheets(path, path.name, LIMITS)
    assert findings == []
    return sheets


def _xlsx(path, *cells, change=None):
    """A workbook of a table with one town, and cells of row 3 with their formats."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(HEAD)
    page.append(["Ridder", 2018, 5, 40])
    for c, (value, shape) in enumerate(cells, 1):
        page.cell(3, c, value).number_format = shape
    if change:
        change(book, page)
    book.save(path)
    return path


def _xls(path, *cells):
    book = xlwt.Workbook()
    page = book.add_sheet("data")
    for c, text in enumerate(HEAD):
        page.write(0, c, text)
    for c, value in enumerate(["Ridder", 2018, 5, 40]):
        page.write(1, c, value)
    for c, (value, shape) in enumerate(cells):
        page.write(2, c, value, xlwt.easyxf(num_format_str=shape))
    book.save(str(path))
    return path


def _ods(path, *cells):
    """The same table; each cell of row 3 is a value, its type, and the style of its numbers."""
    book = OpenDocumentSpreadsheet()
    table = Table(name="data")
    for values in (HEAD, ["Ridder", 2018, 5, 40]):
        row = TableRow()
        for value in values:
            kind = "string" if isinstance(value, str) else "float"
            cell = TableCell(valuetype=kind, **({} if kind == "string" else {"value": value}))
            cell.addElement(odf_text.P(text=str(value)))
            row.addElement(cell)
        table.addElement(row)
    row = TableRow()
    for i, (value, kind, shape) in enumerate(cells):
        shape.setAttribute("name", f"N{i}")
        book.automaticstyles.addElement(shape)
        made = odf_style.Style(name=f"ce{i}", family="table-cell", datastylename=f"N{i}")
        book.automaticstyles.addElement(made)
        row.addElement(TableCell(valuetype=kind, value=value, stylename=f"ce{i}"))
    table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(str(path))
    return path


def _shape(kind, *parts):
    shape = kind(name="N")
    for part in parts:
        shape.addElement(odf_number.Text(text=part) if isinstance(part, str) else part)
    return shape


FORMATS = [
    (0.15, '0.00"%"', "0.15%"),
    (0.15, r"0.00\%", "0.15%"),
    (0.15, "0.00%", "15%"),
    (86, "0.0,", "86"),
    (2021, '0"г."', "2021"),
    (1234.5, r"#\ ##0.0", "1234.5"),
]


@pytest.mark.parametrize("make", [_xlsx, _xls])
def test_formats_mean_the_same_in_new_and_old_workbooks(tmp_path, make):
    cells = [*((v, f) for v, f, _ in FORMATS), (86, '0.0" тыс."'), (86, '0"000"')]
    sheet = _load(make(tmp_path / f"t.{make.__name__[1:]}", *cells))[0]
    assert sheet.rows[2][: len(FORMATS)] == [t for _, _, t in FORMATS]
    at = len(FORMATS)
    assert sheet.refused == {(2, at): '0.0" тыс."', (2, at + 1): '0"000"'}
    assert sheet.rows[2][at] == "86 тыс."
    for text in sheet.rows[2][at:]:  # what stands there passes for no figure
        with pytest.raises(ValueError, match="number"):
            read_number(text, {})


def test_formats_of_open_documents(tmp_path):
    def factor():
        return odf_number.Number(decimalplaces="1", minintegerdigits="1", displayfactor="1000")

    def plain():
        return odf_number.Number(decimalplaces="2", minintegerdigits="1")

    path = _ods(
        tmp_path / "t.ods",
        (0.15, "percentage", _shape(odf_number.PercentageStyle, plain(), "%")),
        (0.15, "float", _shape(odf_number.NumberStyle, plain(), "%")),
        (86, "float", _shape(odf_number.NumberStyle, plain(), " тыс.")),
        (86000, "float", _shape(odf_number.NumberStyle, factor())),
        (86, "currency", _shape(odf_number.CurrencyStyle, plain(), odf_number.CurrencySymbol(text="₸"))),
    )
    sheet = _load(path)[0]
    assert sheet.rows[2] == ["15%", "0.15%", "86 тыс.", "86000", "86₸"]
    assert sorted(sheet.refused) == [(2, 2), (2, 4)]


def test_dates_by_type_and_by_format_are_told(tmp_path):
    day = datetime.date(2018, 12, 31)
    new = _load(_xlsx(tmp_path / "t.xlsx", (day, "dd.mm.yyyy"), (43465, 'yyyy"г."'), (5, "0")))[0]
    old = _load(_xls(tmp_path / "t.xls", (day, "DD.MM.YYYY"), (43465, 'yyyy"г."'), (5, "0")))[0]
    for sheet in (new, old):
        assert sheet.rows[2] == ["2018-12-31", "2018-12-31", "5"]
        assert sheet.dates == {(2, 0), (2, 1)}
    assert figures(read_path(tmp_path / "t.xlsx")[0])["KZRDD", 2018, "researchers"] == 5.0


def _part(path, name, change):
    """Rewrite a part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    parts[name] = change(parts[name].decode()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for n, content in parts.items():
            archive.writestr(n, content)
    return path


@pytest.mark.parametrize("tag", ["fills", "borders", "cellStyles", "cellStyleXfs", "dxfs", "colors"])
def test_a_style_that_is_not_needed_stops_nothing(tmp_path, tag):
    path = _xlsx(tmp_path / "t.xlsx", ("Ridder", "@"), (2019, "0"), (0.5, '0"%"'))
    broken = f"<{tag}><bad x='1'/><fill/></{tag}>"
    _part(path, "xl/styles.xml", lambda s: re.sub(f"<{tag}.*</{tag}>|<{tag}[^>]*/>", broken, s))
    if tag == "fills":
        with pytest.raises(TypeError, match="Fill"):
            openpyxl.load_workbook(path)
    assert _load(path)[0].rows[2] == ["Ridder", "2019", "0.5%"]


@pytest.mark.parametrize("stored", ["1e400", "-1e400", "1e-400", "inf", "nan", "9" * 400])
def test_no_stored_number_becomes_infinite_or_zero(tmp_path, stored):
    path = _xlsx(tmp_path / "t.xlsx", ("Ridder", "@"), (2019, "0"), (77777, "General"))
    _part(path, "xl/worksheets/sheet1.xml", lambda s: s.replace("77777", stored))
    workbook, findings = read_path(path)
    assert [(f.code, f.cell) for f in findings] == [("number", "C3")]
    assert all(math.isfinite(v) for v in figures(workbook).values())
    for section in ("researchers", "internet_users"):
        text = f"town;year;{section}\nRidder;2018;{stored}\n"
        assert [(f.code, f.cell) for f in read_text(text).findings] == [("number", "C2")]


RAISED = InlineFont(vertAlign="superscript")
LOWERED = InlineFont(vertAlign="subscript")


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (["30", TextBlock(RAISED, "1")], "30¹"),
        (["2021", TextBlock(RAISED, "1)")], "2021¹⁾"),
        (["30", TextBlock(RAISED, "а")], "30⁽а⁾"),
        (["PM", TextBlock(LOWERED, "10")], "PM₁₀"),
        ([TextBlock(RAISED, "30")], "30"),
        (["м", TextBlock(RAISED, "2")], "м²"),
        (["30", TextBlock(InlineFont(strike=True), "5")], "305\u0336"),
    ],
)
def test_raised_and_struck_parts_join_no_number(tmp_path, runs, text):
    sheet = _load(_xlsx(tmp_path / "t.xlsx", (CellRichText(*runs), "General")))[0]
    assert sheet.rows[2][0] == text


def test_raised_digits_of_old_workbooks_and_open_documents(tmp_path):
    book = xlwt.Workbook()
    page = book.add_sheet("data")
    raised = xlwt.easyfont("escapement superscript")
    page.write_rich_text(0, 0, ("30", ("1", raised)))
    page.write(1, 0, 30, xlwt.easyxf("font: escapement superscript"))
    page.write(2, 0, "x", xlwt.easyxf("font: struck_out true"))
    page.row(1).hidden = True
    page.col(0).hidden = True
    book.add_sheet("old").visibility = 1
    book.get_sheet(1).write(0, 0, "x")
    book.save(str(tmp_path / "t.xls"))
    sheet, old = _load(tmp_path / "t.xls")
    assert [row[0] for row in sheet.rows] == ["30¹", "30", "x"]
    assert sheet.struck == {(2, 0)}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {0})
    assert (sheet.hidden, old.hidden) == (False, True)

    ods = OpenDocumentSpreadsheet()
    for name, family, part in (
        ("sup", "text", odf_style.TextProperties(textposition="super 58%")),
        ("struck", "table-cell", odf_style.TextProperties(textlinethroughstyle="solid")),
        ("off", "table", odf_style.TableProperties(display="false")),
    ):
        made = odf_style.Style(name=name, family=family)
        made.addElement(part)
        ods.automaticstyles.addElement(made)
    for style in (None, "off"):
        table = Table(name=style or "data", **({"stylename": style} if style else {}))
        table.addElement(TableColumn())
        table.addElement(TableColumn(visibility="collapse"))
        for stylename, visibility in ((None, None), ("struck", "filter")):
            row = TableRow(**({"visibility": visibility} if visibility else {}))
            cell = TableCell(valuetype="string", **({"stylename": stylename} if stylename else {}))
            line = odf_text.P(text="30")
            line.addElement(odf_text.Span(stylename="sup", text="1"))
            cell.addElement(line)
            row.addElement(cell)
            other = TableCell(valuetype="float", value="5")
            row.addElement(other)
            table.addElement(row)
        ods.spreadsheet.addElement(table)
    ods.save(str(tmp_path / "t.ods"))
    sheet, off = _load(tmp_path / "t.ods")
    assert sheet.rows[0] == ["30¹", "5"]
    assert (sheet.hidden, off.hidden) == (False, True)
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {1})
    assert sheet.struck == {(1, 0)}


def test_hidden_and_struck_parts_of_new_workbooks(tmp_path):
    def change(book, page):
        page.append(["Ridder", 2019, 6, 41])
        page.row_dimensions[2].hidden = True
        page.row_dimensions[3].height = 77
        page.column_dimensions.group("B", "C", hidden=True)
        page.column_dimensions["D"].width = 77
        page["A2"].font = Font(strike=True)
        page["B3"] = CellRichText(TextBlock(InlineFont(strike=True), "2019"))
        for name, state in (("old", "hidden"), ("older", "veryHidden")):
            book.create_sheet(name)["A1"] = "x"
            book[name].sheet_state = state
        charts = book.create_chartsheet("chart")
        charts.add_chart(BarChart())

    path = _xlsx(tmp_path / "t.xlsx", change=change)
    _part(path, "xl/worksheets/sheet1.xml", lambda s: s.replace('="77"', '="0"'))
    sheets = _load(path)
    assert [s.name for s in sheets] == ["Sheet", "old", "older"]
    assert [s.hidden for s in sheets] == [False, True, True]
    assert sheets[0].hidden_rows == {1, 2}
    assert sheets[0].hidden_columns == {1, 2, 3}
    assert sheets[0].struck == {(1, 0), (2, 1)}
    assert sheets[0].rows[2][1] == "2019"


def test_a_formula_that_gives_an_empty_text_is_an_empty_cell(tmp_path):
    path = _xlsx(tmp_path / "t.xlsx", ("=A1", "General"), ("=A2", "General"))
    _part(path, "xl/worksheets/sheet1.xml", lambda s: re.sub(r'<c r="A3"( s="\d+")?>', r'<c r="A3" t="str">', s))
    sheet = _load(path)[0]
    assert sheet.unsaved == {(2, 1)}
    assert sheet.text(2, 0) == ""


HIDDEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u202a\ufe0f"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".ods"])
def test_characters_that_nobody_sees_are_taken_out(tmp_path, suffix):
    path = tmp_path / f"t{suffix}"
    table = [
        ["to\u00adwn", "ye\u200bar", "resea\u2060rchers\u200f"],
        ["Zhez\u00adkazgan\u200b", "20\u200d21", "3\u200b0"],
        ["Ridder", "2021", "мәлімет\u00ad жоқ"],
    ]
    if suffix == ".csv":
        path.write_text("\n".join(";".join(row) for row in table), encoding="utf-8")
    elif suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in table:
            book.active.append(row)
        book.save(path)
    else:
        book = OpenDocumentSpreadsheet()
        made = Table(name="data")
        for texts in table:
            row = TableRow()
            for text in texts:
                cell = TableCell(valuetype="string")
                cell.addElement(odf_text.P(text=text))
                row.addElement(cell)
            made.addElement(row)
        book.spreadsheet.addElement(made)
        book.save(str(path))
    workbook, findings = read_path(path)
    assert findings == []
    assert figures(workbook)["KZZHK", 2021, "researchers"] == 30.0
    assert workbook.figures["flag"].tolist() == ["", "not_available"]


@given(st.text("abя1 .", max_size=8), st.lists(st.sampled_from(HIDDEN), max_size=5), st.data())
def test_text_between_invisible_characters_is_kept(text, hidden, data):
    mixed = text
    for mark in hidden:
        at = data.draw(st.integers(0, len(mixed)))
        mixed = mixed[:at] + mark + mixed[at:]
    assert visible_text(mixed) == text


@limits(max_examples=300)
@given(
    st.integers(11, 10**6),
    st.lists(st.sampled_from(["¹", "²", "³", "⁴", "¹⁾", "⁽а⁾", "*", " *", "†"]), min_size=1, max_size=3),
)
def test_marks_at_the_end_are_no_digits(value, marks):
    text = f"{value}{'⁾'.join(marks)}"
    assert read_number(text, {}).value == value
    assert without_marks(text) == str(value)
    if 1900 <= value <= 2099:
        assert read_any_year(text) == value
    assert read_number(f"{value}%{marks[0]}", {}).percent


def test_marks_count_by_what_stands_before_them():
    markers = marker_table(configs()["towns"]["markers"])
    assert read_number("-¹", markers).flag is Flag.NONE
    assert read_number("…²", markers).flag is Flag.NOT_AVAILABLE
    for text in ("10⁶", "10⁻³", "30₁", "*", "¹", "5²5"):
        with pytest.raises(ValueError, match=r"number|power"):
            read_number(text, markers)
    assert word_key("Год¹") == word_key("год")
    assert word_key("PM₂.₅") == word_key("PM2.5")
    assert word_key("м²") != word_key("м³")
    assert word_key("мг/м³") == word_key("мг/м3") != word_key("мг/м")
    assert name_key("Риддер⁴") == name_key("Риддер*") == name_key("Риддер⁽а⁾") == "риддер"
    assert Names(configs()["units"]).find("Риддер¹⁾").code == "KZRDD"


def test_years_and_headers_with_marks_are_read():
    workbook = read_text("Город¹;Показатель*;2021¹;2022 г.*\nРиддер²;researchers;30¹;31\n")
    assert workbook.findings == ()
    assert figures(workbook) == {("KZRDD", 2021, "researchers"): 30.0, ("KZRDD", 2022, "researchers"): 31.0}


def test_shared_texts_and_parts_of_other_names_are_found(tmp_path):
    path = _xlsx(tmp_path / "t.xlsx", ("Ridder", "@"))
    data = path.read_bytes()
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for n in old.namelist():
            content = old.read(n)
            if n.endswith(".rels"):
                content = content.replace(b"sheet1.xml", b"other.xml").replace(b"sharedStrings", b"SharedStrings")
            new.writestr(n.replace("sheet1.xml", "other.xml"), content)
    path.write_bytes(made.getvalue())
    assert _load(path)[0].rows[2][0] == "Ridder"


def test_entities_are_refused_whatever_the_name_of_their_part(tmp_path):
    path = tmp_path / "t.xlsx"
    for name in ("xl/workbook.dat", "xl/workbook.xml"):
        with zipfile.ZipFile(path, "w") as archive:
            text = " " * (2**20 - 4) + '<!ENTITY a "aaaa">'
            archive.writestr(name, f"<!DOCTYPE x [{text}]><x>&a;</x>", zipfile.ZIP_STORED)
        _, findings = load_sheets(path, "t", LIMITS)
        assert [(f.code, f.found) for f in findings] == [("bomb", "<!ENTITY")]


def _refused(data, name="xl/workbook.xml"):
    """Whether a workbook with this part is refused before any part of it is parsed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    try:
        _check_zip(made.getvalue(), LIMITS)
    except RefusedError as refused:
        return refused.code, refused.found
    return None


#: A document in which an entity stands for a text.
EXPANDED = '<!DOCTYPE x [{filler}<!ENTITY a "aaaa">]><x>&a;</x>'


def test_in_whatever_encoding_a_parser_expands_entities_the_check_before_it_refuses_them():
    expanded = set()
    for codec in {*encodings.aliases.aliases.values(), "utf_8_sig"}:
        for mark in ("", "\ufeff"):
            name = codec.replace("_", "-")  # as XML has it
            document = f'{mark}<?xml version="1.0" encoding="{name}"?>' + EXPANDED.format(filler="")
            try:
                data = document.encode(codec)
                assert ElementTree.fromstring(data).text == "aaaa"
            except (LookupError, ValueError, ElementTree.ParseError):  # no text, no mark in it, or no XML
                continue
            expanded.add(name)
            assert _refused(data) == ("bomb", "<!ENTITY"), name
    assert {"utf-8", "utf-16", "cp1251", "koi8-r"} <= expanded


@limits(max_examples=15, deadline=None)
@given(
    st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]),
    st.booleans(),
    st.integers(-40, 40),
    st.sampled_from(["xl/workbook.xml", "content.xml", "xl/any.dat", "a/_rels/b.rels"]),
)
def test_entities_are_refused_in_every_encoding_wherever_a_chunk_ends(codec, bom, shift, name):
    width = len(" ".encode(codec))
    filler = " " * (2**20 // width + shift)
    assert _refused((("\ufeff" if bom else "") + EXPANDED.format(filler=filler)).encode(codec), name)
    harmless = "<!DOCTYPE x><x><![CDATA[" + filler + "<!--ENTITY-->]]></x>"
    assert _refused((("\ufeff" if bom else "") + harmless).encode(codec), name) is None


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize(("ending", "part"), [(".xlsx", "xl/workbook.xml"), (".ods", "content.xml"), (".xls", "a.xml")])
def test_a_file_with_entities_in_another_encoding_is_told_as_one(tmp_path, codec, ending, part):
    path = tmp_path / f"t{ending}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, EXPANDED.format(filler="").encode(codec))
    _, findings = load_sheets(path, "t", LIMITS)
    assert [(f.code, f.found) for f in findings] == [("bomb", "<!ENTITY")]


def test_many_merged_ranges_over_one_sheet_are_refused(tmp_path):
    def change(book, page):
        page.cell(3001, 61, "x")
        page.merge_cells("A1:BH3000")

    path = _xlsx(tmp_path / "t.xlsx", change=change)
    one = '<mergeCell ref="A1:BH3000"/>'
    _part(path, "xl/worksheets/sheet1.xml", lambda s: re.sub(r"<mergeCell ref=[^>]*/>", one * 50, s))
    _, findings = load_sheets(path, "t", LIMITS)
    assert [f.code for f in findings] == ["too_many_cells"]


def test_a_merged_range_over_all_of_a_sheet_costs_nothing(tmp_path):
    path = _xlsx(tmp_path / "t.xlsx", change=lambda book, page: page.merge_cells("A9:B9"))
    _part(path, "xl/worksheets/sheet1.xml", lambda s: s.replace("A9:B9", "A9:XFD1048576"))
    start = time.process_time()
    assert _load(path)[0].rows[1] == ["Ridder", "2018", "5", "40"]
    assert time.process_time() - start < 1
