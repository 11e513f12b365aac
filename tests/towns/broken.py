"""Make a folder of broken files, each with what the reader must say: python broken.py <folder>."""

import datetime
import io
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True)
class Broken:
    """A broken file: its content, and the finding it must give: code, cell, value found."""

    file: str
    content: bytes | Callable[[Path], None]
    code: str
    cell: str = ""
    found: str = ""


def _csv(file: str, text: str, code: str, cell: str = "", found: str = "", encoding: str = "utf-8") -> Broken:
    return Broken(f"{file}.csv", text.encode(encoding), code, cell, found)


def _book(file: str, fill: Callable[[Any], None], code: str, cell: str = "", found: str = "") -> Broken:
    book = openpyxl.Workbook()
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return Broken(f"{file}.xlsx", buffer.getvalue(), code, cell, found)


def _rows(*rows: tuple[Any, ...], title: str = "data") -> Callable[[Any], None]:
    def fill(book: Any) -> None:
        book.active.title = title
        for row in rows:
            book.active.append(row)

    return fill


def _sheets(**sheets: list[tuple[Any, ...]]) -> Callable[[Any], None]:
    def fill(book: Any) -> None:
        book.remove(book.active)
        for name, rows in sheets.items():
            page = book.create_sheet(name)
            for row in rows:
                page.append(row)

    return fill


GOOD = ("town", "year", "researchers")
DATA = [GOOD, ("Ridder", 2018, 5)]
UNITS = ("code", "name en", "name ru", "name kk", "region", "level", "latitude")


def _merged_figure(book: Any) -> None:
    _rows(GOOD, ("Ridder", 2018, 5), ("Ridder", 2019, None))(book)
    book.active.merge_cells("C2:C3")


def _formula(book: Any) -> None:
    _rows(GOOD, ("Ridder", 2018, "=1+1"))(book)


def _percent(book: Any) -> None:
    _rows(("town", "year", "researcher_wage_to_region_wage"), ("Ridder", 2018, 0.9))(book)
    book.active["C2"].number_format = "0.0%"


def _wide_sheet(book: Any) -> None:
    _rows(GOOD, ("Ridder", 2018, 5))(book)
    book.active["XFD1048576"] = 1


def _archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _sparse(size: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(b"town;year;researchers\n")
            file.truncate(size)

    return write


def _whole_book() -> bytes:
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    _rows(GOOD, ("Ridder", 2018, 5))(book)
    book.save(buffer)
    return buffer.getvalue()


def _ods(*rows: tuple[str, ...]) -> bytes:
    book = OpenDocumentSpreadsheet()
    table = Table(name="data")
    for row in rows:
        line = TableRow()
        for text in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    buffer = io.BytesIO()
    book.write(buffer)
    return buffer.getvalue()


def _encrypted_zip() -> bytes:
    """An archive whose first entry says it is encrypted."""
    data = bytearray(_whole_book())
    data[6] |= 1
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    return bytes(data)


def broken_files() -> list[Broken]:
    """Every broken file, its name unlike every other's."""
    head = "town;year;researchers\n"
    whole = _whole_book()
    return [
        # Files as a whole.
        Broken("empty.csv", b"", "empty"),
        Broken("blank.csv", b"\n;;\n  ;\n", "empty"),
        Broken("word.docx", b"PK\x03\x04", "format", found=".docx"),
        Broken("no_suffix", b"town", "format", found="no_suffix"),
        Broken("large.csv", _sparse(10**9), "too_large", found="954 MB"),
        Broken("truncated.xlsx", whole[: len(whole) // 2], "damaged"),
        Broken("not_a_book.xlsx", b"town;year\n", "damaged"),
        Broken("zip_of_nothing.xlsx", _archive({"a.txt": b"a"}), "damaged"),
        Broken("no_sheets.ods", _archive({"mimetype": b"x"}), "damaged"),
        Broken("text.ods", b"town;year\n", "damaged"),
        Broken("text.xls", b"town;year\n", "damaged"),
        Broken("truncated.xls", OLE + b"\0" * 600, "damaged"),
        Broken("web_page.xls", b"<html><table><tr><td>town</td></tr></table></html>", "damaged", found="HTML"),
        Broken("xml_table.xls", b'<?xml version="1.0"?><Workbook/>', "damaged", found="XML"),
        Broken("password.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        Broken("password_zip.xlsx", _encrypted_zip(), "encrypted"),
        Broken(
            "password.ods",
            _archive(
                {
                    "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                    "content.xml": bytes(range(256)),
                    "META-INF/manifest.xml": b'<manifest:file-entry manifest:full-path="content.xml">'
                    b"<manifest:encryption-data/></manifest:file-entry>",
                }
            ),
            "encrypted",
            found="ODF",
        ),
        Broken("bomb.xlsx", _archive({"xl/worksheets/sheet1.xml": b"0" * 220_000_000}), "bomb"),
        Broken("bomb.ods", _archive({"content.xml": b" " * 220_000_000}), "bomb"),
        Broken(
            "entities.xlsx",
            _archive({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}),
            "bomb",
            found="<!ENTITY",
        ),
        _book("far_cell", _wide_sheet, "too_many_cells"),
        Broken("book_as_text.csv", whole, "damaged"),
        Broken("koi8.csv", "город;год;исследователи\nРиддер;2018;пять человек\n".encode("koi8-r"), "encoding"),
        Broken("dos.csv", "город;год;население\nРиддер;2018;пять\n".encode("cp866"), "encoding"),
        Broken("binary.csv", bytes(range(256)) * 4, "encoding"),
        Broken("broken_utf16.csv", b"\xff\xfe\x00\xd8\x00\x00a", "encoding"),
        Broken("zero_bytes.csv", b"town;year\nA\0;1\n", "encoding"),
        # Headers and sheets.
        _csv("no_town", "code name;year;researchers\nA;2018;5\n", "no_units_found", "A2", "A"),
        _csv("no_year", "town;researchers\nRidder;5\n", "no_year", "A1"),
        _csv("no_figures_column", "town;year;note\nRidder;2018;x\n", "no_columns", "A1"),
        _csv("unknown_column", "town;year;reserchers\nRidder;2018;5\n", "unknown_column", "C1", "reserchers"),
        _csv(
            "two_meanings",
            "town;year;Organisations performing R&D\nRidder;2018;1\n",
            "which_field",
            "C1",
            "Organisations performing R&D",
        ),
        _csv("column_twice", "town;year;researchers;researchers\nRidder;2018;5;6\n", "repeated", "D1", "researchers"),
        _csv("no_heading", "town;year;researchers;\nRidder;2018;5;7\n", "header_missing", "D1"),
        _csv("years_of_what", "town;2018;2019\nRidder;5;6\n", "which_indicator", "B1", "2018"),
        _csv("long_unknown", "town;year;indicator;value\nRidder;2018;wealth;5\n", "unknown_indicator", "C2", "wealth"),
        _csv(
            "long_unit",
            "town;year;indicator;value;unit of measure\nRidder;2018;researchers;5;thousand\n",
            "unit_of_measure",
            "E2",
            "thousand",
        ),
        _book("strange_sheets", _sheets(Sheet1=[("a", "b"), (1, 2)]), "no_units_found", "A1", "a"),
        _book("template_only", _sheets(notes=[("read me",)], example=DATA), "no_data", found="notes, example"),
        _book(
            "unit_row",
            _rows(GOOD, ("unit of measure", "", "tonnes"), ("Ridder", 2018, 5)),
            "unit_of_measure",
            "C2",
            "tonnes",
        ),
        # Towns.
        _csv("near_name", head + "Zhezkazan;2018;5\n", "unit", "A2", "Zhezkazan"),
        _csv("near_name_ru", "город;год;researchers\nЖезкаган;2018;5\n", "unit", "A2", "Жезкаган"),
        _csv("unknown_town", head + "Atlantis;2018;5\n", "unit", "A2", "Atlantis"),
        _csv("abai", head + "Абай;2018;5\n", "unit_ambiguous", "A2", "Абай"),
        _csv("almaty", head + "Almaty;2018;5\n", "unit_ambiguous", "A2", "Almaty"),
        _csv("aksu", head + "Аксу;2018;5\n", "unit_homonym", "A2", "Аксу"),
        _csv("turkistan", head + "Туркестан;2018;5\n", "unit_ambiguous", "A2", "Туркестан"),
        _csv("no_name", head + "Ridder;2018;5\n;2019;6\n", "unit_missing", "A3"),
        _csv("unknown_code", "code;year;researchers\nKZXXX;2018;5\n", "unit", "A2", "KZXXX"),
        _csv(
            "code_against_name",
            "code;town;year;researchers\nKZRDD;Temirtau;2018;5\n",
            "code_and_name",
            "B2",
            "KZRDD / Temirtau",
        ),
        _csv("wrong_region", "town;region;year;researchers\nAksu;Nowhere;2018;5\n", "region", "B2", "Nowhere"),
        _csv("not_yet", "town;year;researchers\nобласть Абай;2015;5\n", "no_such_unit_then", "C2", "KZABY 2015"),
        # Years.
        _csv("year_of_two_digits", head + "Ridder;18;5\n", "year", "B2", "18"),
        _csv("year_in_words", head + "Ridder;last year;5\n", "year", "B2", "last year"),
        _csv("year_serial", head + "Ridder;43465;5\n", "year", "B2", "43465"),
        _csv("year_letter", head + "Ridder;20l8;5\n", "year", "B2", "20l8"),
        _csv("year_empty", head + "Ridder;;5\n", "year", "B2"),
        # Figures.
        _csv("word", head + "Ridder;2018;five\n", "number", "C2", "five"),
        _csv("footnote_mark", head + "Ridder;2018;5 1)\n", "number", "C2", "5 1)"),
        _csv("two_points", "town;year;mean_population\nRidder;2018;1.234.56\n", "number", "C2", "1.234.56"),
        _csv("comma_thousands", head + "Ridder;2018;1,234\n", "which_mark", "C2", "1,234"),
        _csv(
            "point_of_money", "town;year;internal_rd_expenditure\nRidder;2018;178.000\n", "which_mark", "C2", "178.000"
        ),
        _csv("half_a_person", head + "Ridder;2018;5,5\n", "whole", "C2", "5,5"),
        _csv("letter_o", head + "Ridder;2018;1O\n", "number", "C2", "1O"),
        _csv("negative", head + "Ridder;2018;-5\n", "bounds", "C2", "-5"),
        _csv("over_hundred", "town;year;life_satisfaction\nRidder;2018;101\n", "bounds", "C2", "101"),
        _csv("infinite", "town;year;mean_population\nRidder;2018;inf\n", "number", "C2", "inf"),
        _csv("huge", "town;year;unemployment_rate\nRidder;2018;1e300\n", "bounds", "C2", "1e300"),
        _csv("formula_text", head + "Ridder;2018;=1+1\n", "number", "C2", "=1+1"),
        _csv("excel_error", head + "Ridder;2018;#DIV/0!\n", "spreadsheet_error", "C2", "#DIV/0!"),
        _csv("excel_error_ru", head + "Ridder;2018;#ДЕЛ/0!\n", "spreadsheet_error", "C2", "#ДЕЛ/0!"),
        _csv("row_twice", head + "Ridder;2018;5\nРиддер;2018;6\n", "repeated", "C3", "KZRDD 2018 researchers: 6"),
        _csv(
            "share_or_percent",
            "town;year;unemployment_rate\nRidder;2018;0.05\nTemirtau;2018;0.04\n",
            "percent_or_share",
            "C2",
            "0.05",
        ),
        _csv(
            "percent_mixed",
            "town;year;unemployment_rate\nRidder;2018;5%\nTemirtau;2018;0.04\n",
            "percent_or_share",
            "C3",
            "0.04",
        ),
        _csv(
            "percent_of_ratio",
            "town;year;researcher_wage_to_region_wage\nRidder;2018;90%\n",
            "percent_sign",
            "C2",
            "90%",
        ),
        _book("percent_format", _percent, "percent_sign", "C2", "90%"),
        _book("formula", _formula, "formula", "C2"),
        _book("merged_figure", _merged_figure, "merged", "C2", "C2:C3"),
        _book("true", _rows(GOOD, ("Ridder", 2018, True)), "number", "C2", "TRUE"),
        _book(
            "date_for_figure", _rows(GOOD, ("Ridder", 2018, datetime.date(2018, 5, 1))), "number", "C2", "2018-05-01"
        ),
        Broken("words.ods", _ods(GOOD, ("Ridder", "2018", "many")), "number", "C2", "many"),
        # Units and weights.
        _book(
            "code_form",
            _sheets(units=[UNITS, ("my town", "X", "", "", "", "", "")], data=DATA),
            "code_form",
            "A2",
            "my town",
        ),
        _book(
            "code_missing",
            _sheets(units=[UNITS, ("", "Novograd", "", "", "", "", "")], data=DATA),
            "code_missing",
            "A2",
            "Novograd",
        ),
        _book(
            "code_twice",
            _sheets(units=[UNITS, ("NEW1", "A1", "", "", "", "", ""), ("NEW1", "B1", "", "", "", "", "")], data=DATA),
            "repeated",
            "A3",
            "NEW1",
        ),
        _book(
            "known_town",
            _sheets(units=[UNITS, ("MINE", "Temirtau", "", "", "", "", "")], data=DATA),
            "known_as",
            "B2",
            "Temirtau",
        ),
        _book(
            "unit_region",
            _sheets(units=[UNITS, ("NEW1", "Novograd", "", "", "Marsia", "", "")], data=DATA),
            "region",
            "E2",
            "Marsia",
        ),
        _book(
            "unit_level",
            _sheets(units=[UNITS, ("NEW1", "Novograd", "", "", "", "hamlet", "")], data=DATA),
            "level",
            "F2",
            "hamlet",
        ),
        _book(
            "unit_degrees",
            _sheets(units=[UNITS, ("NEW1", "Novograd", "", "", "", "", 95)], data=DATA),
            "degrees",
            "G2",
            "95",
        ),
        _book(
            "unit_name",
            _sheets(units=[UNITS, ("NEW1", "", "", "", "", "", "")], data=DATA),
            "name_missing",
            "A2",
            "NEW1",
        ),
        _book("units_header", _sheets(units=[("a", "b")], data=DATA), "no_units_header", "A1", "a"),
        _book("weights_header", _sheets(data=DATA, weights=[("a", "b")]), "no_weights_header", "A1", "a"),
        _book("weight_of_what", _sheets(data=DATA, weights=[("id", "weight"), ("B9", 1)]), "weight_id", "A2", "B9"),
        _book("weight_word", _sheets(data=DATA, weights=[("id", "weight"), ("B1", "much")]), "weight", "B2", "much"),
        _book("weight_below_zero", _sheets(data=DATA, weights=[("id", "weight"), ("B1", -1)]), "weight", "B2", "-1"),
        _book(
            "weight_twice", _sheets(data=DATA, weights=[("id", "weight"), ("B1", 1), ("B1", 2)]), "repeated", "A3", "B1"
        ),
    ]


def write_broken(folder: Path, files: list[Broken]) -> None:
    """Write broken files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for broken in files:
        path = folder / broken.file
        if isinstance(broken.content, bytes):
            path.write_bytes(broken.content)
        else:
            broken.content(path)


if __name__ == "__main__":
    write_broken(Path(sys.argv[1]), broken_files())
