"""Workbooks as other programs write them: what the formats allow, written out by hand."""

import io
import zipfile

import pytest
import xlwt
from towns_support import configs, figures, settings

from monotown.data.workbooks.read import read_workbook
from monotown.workflow.spreadsheets import Font, Page
from monotown.workflow.workbooks import load_sheets

LIMITS = configs()["towns"]["limits"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

STYLES = """<numFmts><numFmt numFmtId="164" formatCode="0.0&quot;%&quot;"/></numFmts>
<fonts><font/><font><strike/></font><font><strike val="0"/><vertAlign val="superscript"/></font>
</fonts><cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="30"/>
<xf numFmtId="77"/><xf fontId="1"/><xf fontId="2"/></cellXfs>"""


def _xlsx(path, rows, before="", after="", shared="", date1904="0"):
    """A workbook of one sheet from the XML of its rows."""
    links = "".join(
        f'<Relationship Id="r{i}" Type="{RELS}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(
            [
                ("worksheet", "worksheets/sheet1.xml"),
                ("styles", "styles.xml"),
                ("sharedStrings", "sharedStrings.xml"),
                ("chartsheet", "chartsheets/sheet1.xml"),
            ]
        )
    )
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" '
        f'Type="{RELS}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><workbookPr '
        f'date1904="{date1904}"/><sheets><sheet name="data" sheetId="1" r:id="r0"/>'
        '<sheet name="chart" sheetId="2" r:id="r3"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}'
        f"</sheetData>{after}</worksheet>",
    }
    _write(path, parts)
    sheets, findings = load_sheets(path, path.name, LIMITS)
    assert findings == []
    return sheets[0]


def _write(path, parts):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)


def _inline(text):
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def test_cells_without_places_and_with_texts_of_their_own(tmp_path):
    head = "".join(map(_inline, ("town", "year", "researchers")))
    rows = f"<row>{head}</row><row>{_inline('Ridder')}<c><v>2018</v></c><c><v>5</v></c></row>"
    rows += f'<row r="5">{_inline("Saran")}<c><v>2.018E3</v></c><c t="n"><v>6.0</v></c></row>'
    sheet = _xlsx(tmp_path / "t.xlsx", rows)
    assert len(sheet.rows) == 5
    workbook = read_workbook([sheet], settings())
    assert sorted(figures(workbook).values()) == [5.0, 6.0]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1" t="s"><v>0</v></c>', "Жезказган"),
        ('<c r="A1" t="s"><v>1</v></c>', "30¹"),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="A1" t="str"><f>A2</f><v>a_x000A_b</v></c>', "a\nb"),
        ('<c r="A1" t="d"><v>2021-05-06T00:00:00</v></c>', "2021-05-06"),
        ('<c r="A1" s="1"><v>44197</v></c>', "2021-01-01"),
        ('<c r="A1" s="3"><v>44197</v></c>', "2021-01-01"),
        ('<c r="A1" s="2"><v>0.5</v></c>', "0.5%"),
        ('<c r="A1" s="6" t="inlineStr"><is><t>1</t></is></c>', "1"),
        ('<c r="A1"><v>1e400</v></c>', "1e400"),
    ],
)
def test_every_type_of_cell(tmp_path, cell, text):
    shared = "<si><t>Жезказган</t><rPh><t>x</t></rPh></si><si><r><t>30</t></r><r><rPr>"
    shared += '<vertAlign val="superscript"/></rPr><t>1</t></r></si>'
    sheet = _xlsx(tmp_path / "t.xlsx", f"<row>{cell}</row>", shared=shared)
    assert sheet.rows[0][0] == text
    assert ((0, 0) in sheet.dates) == (text[:4] == "2021")


def test_what_stands_beside_the_cells(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="5"><v>2</v></c></row>'
    rows += '<row r="2" ht="0"><c r="A2"><f>B1</f></c><c r="B2" s="4"><v>3</v></c></row>'
    rows += '<row r="3" hidden="1"><c r="A3" t="str"><f>""</f><v></v></c><c r="B3"><v>7</v></c></row>'
    before = '<cols><col min="1" max="1" width="0"/><col min="3" max="4" hidden="true"/></cols>'
    after = '<mergeCells count="2"><mergeCell ref="$A$1:B1"/><mergeCell ref="C9"/></mergeCells>'
    sheet = _xlsx(tmp_path / "t.xlsx", rows, before, after)
    assert sheet.hidden_rows == {1, 2}
    assert 0 in sheet.hidden_columns
    assert sheet.unsaved == {(1, 0)}
    assert sheet.merged[0] == (0, 0, 0, 1)
    assert sheet.rows[0][1] == ""  # covered by the merged range
    assert sheet.refused == {(1, 1): "[numFmtId 77]"}
    assert sheet.rows[1][1] != "3"


def test_days_are_counted_from_1904_where_the_book_says_so(tmp_path):
    row = '<row><c r="A1" s="1"><v>1</v></c><c r="B1" s="1"><v>42735</v></c></row>'
    assert _xlsx(tmp_path / "t.xlsx", row, date1904="1").rows[0] == ["1904-01-02", "2021-01-01"]


NS = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("table", "table"),
        ("style", "style"),
        ("number", "datastyle"),
        ("text", "text"),
    )
)


def _ods(path, table, automatic="", named=""):
    """A spreadsheet from the XML of its table and its styles."""
    _write(
        path,
        {
            "content.xml": f"<office:document-content {NS}><office:automatic-styles>{automatic}"
            f"</office:automatic-styles><office:body><office:spreadsheet>{table}"
            "</office:spreadsheet></office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {NS}><office:styles>{named}</office:styles>"
            "</office:document-styles>",
        },
    )
    sheets, findings = load_sheets(path, path.name, LIMITS)
    assert findings == []
    return sheets[0]


def _float(value, style):
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}" '
        f'table:style-name="{style}"><text:p>shown</text:p></table:table-cell>'
    )


@pytest.mark.parametrize(
    ("parts", "value", "text"),
    [
        ("<number:scientific-number/>", "12", "12"),
        ("<number:fraction/>", "0.5", "0.5"),
        ("<number:text>°</number:text><number:number/>", "5", None),
        ("<number:number/><number:text> чел.</number:text>", "5", "5"),
        ("<number:number/><number:text> мың</number:text>", "5", None),
        ("<number:currency-symbol>₸</number:currency-symbol><number:number/>", "5", None),
        ("<number:number><number:embedded-text>0</number:embedded-text></number:number>", "5", None),
        ('<number:number number:display-factor="7"/>', "5", None),
        ("<number:day/><number:text>.</number:text><number:year/>", "44197", "2021-01-01"),
        ("<number:boolean/>", "1", "1"),
    ],
)
def test_styles_of_numbers_of_open_documents(tmp_path, parts, value, text):
    automatic = f'<number:number-style style:name="N">{parts}</number:number-style>'
    automatic += '<style:style style:name="c" style:family="table-cell" '
    automatic += 'style:data-style-name="N"/>'
    table = '<table:table table:name="data"><table:table-row>'
    table += _float(value, "c") + "</table:table-row></table:table>"
    sheet = _ods(tmp_path / "t.ods", table, automatic)
    assert ((0, 0) in sheet.refused) == (text is None)
    if text is not None:
        assert sheet.rows[0][0] == text


def test_a_style_by_condition_and_by_its_parent(tmp_path):
    automatic = (
        '<number:number-style style:name="big"><number:number/><number:text> млн</number:text>'
        '</number:number-style><number:number-style style:name="N"><number:number/>'
        '<style:map style:condition="value()&gt;=1000" style:apply-style-name="big"/>'
        '</number:number-style><style:style style:name="c" style:family="table-cell" '
        'style:parent-style-name="p"/>'
    )
    named = '<style:style style:name="p" style:family="table-cell" style:data-style-name="N">'
    named += '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    table = '<table:table table:name="data"><table:table-row>' + _float(5, "c") + _float(2000, "c")
    sheet = _ods(tmp_path / "t.ods", table + "</table:table-row></table:table>", automatic, named)
    assert sheet.rows[0][0] == "5"
    assert set(sheet.refused) == {(0, 1)}
    assert sheet.struck == {(0, 0), (0, 1)}


def test_texts_rows_and_columns_of_open_documents(tmp_path):
    automatic = (
        '<style:style style:name="up" style:family="text"><style:text-properties '
        'style:text-position="33% 58%"/></style:style>'
        '<style:style style:name="off" style:family="table-column"><style:table-column-properties '
        'style:column-width="0cm"/></style:style>'
        '<style:style style:name="gone" style:family="table"><style:table-properties '
        'table:display="false"/></style:style>'
    )
    table = (
        '<table:table table:name="data" table:style-name="gone">'
        '<table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:style-name="off"/>'
        "<table:table-header-rows><table:table-row>"
        '<table:table-cell office:value-type="string"><text:p>30<text:span text:style-name="up">1'
        "</text:span><text:note><text:p>a note</text:p></text:note></text:p></table:table-cell>"
        '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="2"/>b<text:tab/>c'
        "<text:line-break/>d</text:p><text:p>e</text:p></table:table-cell>"
        '<table:table-cell office:value-type="string" office:string-value="kept"/>'
        "</table:table-row></table:table-header-rows>"
        '<table:table-row-group table:display="false"><table:table-row>'
        '<table:table-cell office:value-type="time" office:time-value="PT1H"><text:p>01:00</text:p>'
        '</table:table-cell><table:table-cell office:value-type="boolean" '
        'office:boolean-value="true"><text:p>TRUE</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=[.A1]"/></table:table-row></table:table-row-group>'
        '<table:table-row table:visibility="filter"><table:table-cell office:value-type="date" '
        'office:date-value="2021-02-03T00:00:00"/></table:table-row></table:table>'
    )
    sheet = _ods(tmp_path / "t.ods", table, automatic)
    assert sheet.rows[0] == ["30¹", "a  b\tc\nd\ne", "kept"]
    assert sheet.rows[1][:2] == ["01:00", "TRUE"]
    assert sheet.rows[2] == ["2021-02-03"]
    assert sheet.hidden
    assert sheet.hidden_columns == {2}
    assert sheet.hidden_rows == {1, 2}
    assert sheet.dates == {(1, 0), (2, 0)}
    assert sheet.unsaved == {(1, 2)}


@pytest.mark.parametrize("kind", ["rows", "columns", "sheets"])
def test_a_spreadsheet_of_more_than_is_allowed_is_refused(tmp_path, kind):
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    times = {"rows": ' table:number-rows-repeated="9"', "columns": ""}.get(kind, "")
    wide = ' table:number-columns-repeated="9"' if kind == "columns" else ""
    row = f"<table:table-row{times}>{cell.replace('-cell ', f'-cell{wide} ', 1)}</table:table-row>"
    table = f'<table:table table:name="t">{row}</table:table>' * (3 if kind == "sheets" else 1)
    path = tmp_path / "t.ods"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "content.xml",
            f"<office:document-content {NS}><office:body><office:spreadsheet>{table}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    path.write_bytes(buffer.getvalue())
    sheets, findings = load_sheets(path, "t.ods", {**LIMITS, "cells": 5, "sheets": 2})
    assert sheets == []
    assert [f.code for f in findings] == ["too_many_cells"]


# --- what a file may hold and programs seldom write ------------------------------------------------


@pytest.mark.parametrize(
    ("number_format", "stored", "refused"),
    [
        ("yyyy-mm-dd", "44197", False),
        ("yyyy-mm-dd", "-5", True),  # before the first day of the calendar
        ("yyyy-mm-dd", "1e12", True),  # after its last
        ('0 "тыс."', "5", True),
        ("#,##0,", "5000", False),
    ],
)
def test_a_number_that_its_format_does_not_show_is_refused(number_format, stored, refused):
    page = Page("data", LIMITS)
    page.number(0, 0, stored, Font(), number_format)
    sheet = page.sheet("t.xlsx")
    assert ((0, 0) in sheet.refused) is refused
    if refused:
        assert sheet.refused[0, 0] == number_format
        assert sheet.rows[0][0] != stored  # it never passes for the figure


@pytest.mark.parametrize(("number_format", "refused"), [("@", False), ('"около "@', True), ("General", False)])
def test_a_text_that_its_format_adds_to_is_refused(number_format, refused):
    page = Page("data", LIMITS)
    page.text(0, 0, [("5", None)], Font(), number_format)
    page.text(0, 1, [], Font(), number_format)  # nothing is no text
    sheet = page.sheet("t.xlsx")
    assert set(sheet.refused) == ({(0, 0)} if refused else set())
    assert len(sheet.rows[0]) == 1


def test_a_percentage_of_another_form_is_refused(tmp_path):
    automatic = '<number:date-style style:name="N"><number:year/></number:date-style>'
    automatic += '<style:style style:name="c" style:family="table-cell" style:data-style-name="N"/>'
    cell = (
        '<table:table-cell office:value-type="percentage" office:value="0.25"{}><text:p>25%</text:p></table:table-cell>'
    )
    row = cell.format("") + cell.format(' table:style-name="c"')
    table = f'<table:table table:name="data"><table:table-row>{row}</table:table-row></table:table>'
    sheet = _ods(tmp_path / "t.ods", table, automatic)
    assert sheet.rows[0][0] == "25%"
    assert set(sheet.refused) == {(0, 1)}


def test_a_workbook_without_styles_and_with_parts_that_nobody_knows(tmp_path):
    row = '<row><extLst/><c r="A1"><v>5</v></c><c r="B1" t="n"><is/><v>6</v></c></row>'
    links = f'<Relationship Id="r0" Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/>'
    main = f'<Relationship Id="a" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/>'
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{main}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>'
        '<sheet name="data" sheetId="1" r:id="r0"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>',
    }
    _write(tmp_path / "t.xlsx", parts)
    sheets, findings = load_sheets(tmp_path / "t.xlsx", "t.xlsx", LIMITS)
    assert findings == []
    assert sheets[0].rows == [["5", "6"]]


@pytest.mark.parametrize(
    ("table", "limits", "code"),
    [
        ("", {}, "damaged"),  # a document of no spreadsheet
        ('<table:table table:name="a"/><table:table table:name="b"/>', {"sheets": 1}, "too_many_cells"),
        (
            '<table:table table:name="a"><table:table-column table:number-columns-repeated="9"/>'
            '<table:table-column table:number-columns-repeated="9"/></table:table>',
            {"cells": 10},
            "too_many_cells",
        ),
    ],
)
def test_an_open_document_that_is_no_table_or_too_large_is_refused(tmp_path, table, limits, code):
    content = (
        f"<office:document-content {NS}><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    )
    _write(tmp_path / "t.ods", {"content.xml": f"{content}</office:document-content>"})
    sheets, findings = load_sheets(tmp_path / "t.ods", "t.ods", {**LIMITS, **limits})
    assert sheets == []
    assert [f.code for f in findings] == [code]


def test_styles_that_name_each_other_end_and_notes_between_cells_are_none(tmp_path):
    automatic = '<style:style style:name="a" style:family="table-cell" style:parent-style-name="b"/>'
    automatic += '<style:style style:name="b" style:family="table-cell" style:parent-style-name="a"/>'
    automatic += '<number:number-style style:name="N"><number:number/><number:strange/></number:number-style>'
    automatic += '<style:style style:name="c" style:family="table-cell" style:data-style-name="N"/>'
    row = f"{_float(5, 'a')}<office:annotation/>{_float(6, 'c')}"
    row += '<table:table-cell office:value-type="string"><text:p><text:span>x</text:span><text:note/></text:p>'
    row += "</table:table-cell>"
    table = f'<table:table table:name="data"><table:table-row>{row}</table:table-row></table:table>'
    assert _ods(tmp_path / "t.ods", table, automatic).rows == [["5", "6", "x"]]


@pytest.mark.parametrize("count", [3, 4])
def test_more_shared_texts_than_cells_are_refused(tmp_path, count):
    _xlsx(tmp_path / "t.xlsx", '<row><c r="A1" t="s"><v>0</v></c></row>', shared="<si><t>x</t></si>" * count)
    sheets, findings = load_sheets(tmp_path / "t.xlsx", "t.xlsx", {**LIMITS, "cells": 3})
    assert [f.code for f in findings] == (["too_many_cells"] if count > 3 else [])
    assert bool(sheets) is (count == 3)


def test_errors_of_an_old_workbook_stand_as_their_names(tmp_path):
    book = xlwt.Workbook()
    page = book.add_sheet("data")
    for c, error in enumerate(("#DIV/0!", "#REF!")):
        page.row(0).set_cell_error(c, error)
    page.row(0).set_cell_boolean(2, True)
    book.save(str(tmp_path / "t.xls"))
    sheets, _ = load_sheets(tmp_path / "t.xls", "t.xls", LIMITS)
    assert sheets[0].rows == [["#DIV/0!", "#REF!", "TRUE"]]


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"<html><table></table></html>", "t.xls", "HTML"),
        (b"<?xml version='1.0'?><Workbook/>", "t.xlsx", "XML"),
        (b"PK\x03\x04 and no more", "t.csv", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", "t.csv", "OLE"),
        (b"\x01\x02\x03\x04\x05\x06\x07\x08\x09", "t.xlsx", "01 02 03 04 05 06 07 08"),
    ],
)
def test_a_file_that_is_another_says_what_it_looks_like(tmp_path, data, name, found):
    (tmp_path / name).write_bytes(data)
    sheets, findings = load_sheets(tmp_path / name, name, LIMITS)
    assert sheets == []
    assert [(f.code, f.found) for f in findings] == [("damaged", found)]
