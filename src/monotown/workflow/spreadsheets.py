"""Sheets of workbooks from the parts that hold them: texts as shown, and what the file hides.

Only what a table needs is read. openpyxl stops at styles that programs write in their own way (an empty fill), takes a
second pass to tell a formula without a value from an empty text (three times as long), reads 1e-400 as 0, and makes all
cells of a merged range before a limit can refuse them: a minute for 3 million, and a file of 5 kB may ask for billions.
"""

from __future__ import annotations

import io
import math
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from xml.etree import ElementTree

from monotown.data.workbooks.grid import Sheet, cell_place
from monotown.data.workbooks.marks import has_mark
from monotown.data.workbooks.number_formats import Kind, section_for


class RefusedError(Exception):
    """A file that is not read, with the finding that says why."""

    def __init__(self, code: str, found: object = "", **values: object) -> None:
        super().__init__(code)
        self.code, self.found = code, str(found)
        self.values = tuple((k, str(v)) for k, v in values.items())


def too_many(found: object, limits: Mapping[str, int]) -> RefusedError:
    """The refusal of a file with more cells or sheets than allowed."""
    return RefusedError("too_many_cells", found, limit=limits["cells"], sheets=limits["sheets"])


_STORED = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*\Z")


def stored_number(text: str) -> Decimal | None:
    """A number as a file stores it, shortest exact decimals; None where no double holds it.

    Examples
    --------
    >>> stored_number("0.43099999999999999"), stored_number("1e400"), stored_number("1e-400")
    (Decimal('0.431'), None, None)
    """
    if not _STORED.match(text):
        return None
    value = float(text)
    if not math.isfinite(value) or (value == 0 and Decimal(text.strip()) != 0):
        return None
    return Decimal(repr(value))


def number_text(value: Decimal) -> str:
    """Digits of a finite number, with no exponent and no idle zeros.

    Examples
    --------
    >>> number_text(Decimal("2018.0")), number_text(Decimal("1e-05"))
    ('2018', '0.00001')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_RAISED: Final = str.maketrans("0123456789-+=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁼⁽⁾ⁿⁱ")
_LOWERED: Final = str.maketrans("0123456789-+=()", "₀₁₂₃₄₅₆₇₈₉₋₊₌₍₎")


def raised_text(text: str, place: str) -> str:
    """A text that stands above or below the line, in characters that say so.

    Letters without such a form stand in raised or lowered brackets, apart from the number.

    Examples
    --------
    >>> raised_text("1)", "superscript"), raised_text("а", "superscript")
    ('¹⁾', '⁽а⁾')
    """
    table, ends = (_RAISED, "⁽⁾") if place == "superscript" else (_LOWERED, "₍₎")
    return re.sub(
        r"[^\W\d_]+",
        lambda m: m[0].translate(table) if all(ord(c) in table for c in m[0]) else f"{ends[0]}{m[0]}{ends[1]}",
        text,
    ).translate(table)


@dataclass(frozen=True)
class Font:
    """What of a font changes a figure: struck out, and ``superscript``, ``subscript`` or ""."""

    struck: bool = False
    place: str = ""


#: Runs of one text: what stands there, in which font; None for the font of the cell.
Runs = Sequence[tuple[str, Font | None]]


def run_text(runs: Runs, font: Font) -> tuple[str, bool]:
    """Text of the runs of a cell, and whether all of it is struck out.

    A part that is raised or lowered keeps its place in Unicode; a part that is struck out is
    struck in Unicode too, so that it joins no other figure.

    Examples
    --------
    >>> run_text([("30", None), ("1", Font(place="superscript"))], Font())
    ('30¹', False)
    """
    parts = [(text, own or font) for text, own in runs if text]
    seen = [f for text, f in parts if text.strip()]
    whole = len({f.place for f in seen}) < 2
    struck = bool(seen) and all(f.struck for f in seen)
    texts = []
    for text, own in parts:
        if own.place and not whole:
            text = raised_text(text, own.place)
        if own.struck and not struck:
            text = "".join(c + "\u0336" for c in text)
        texts.append(text)
    return "".join(texts), struck


def _day(serial: float, from_1904: bool) -> str:
    """The date of a stored number, in a calendar that begins in 1900 or in 1904."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH, from_excel  # loaded where there is a date

    return str(from_excel(serial, CALENDAR_MAC_1904 if from_1904 else WINDOWS_EPOCH).isoformat()[:10])


class Page:
    """One sheet while its cells are read.

    Parameters
    ----------
    name
        Of the sheet.
    limits
        ``cells`` and ``sheets``.
    """

    def __init__(self, name: str, limits: Mapping[str, int]) -> None:
        self.name, self.limits = name, limits
        self.rows: dict[int, list[str]] = {}
        self.height = self.width = self._cells = 0
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden = False
        self.hidden_rows: list[tuple[int, int]] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.unsaved: set[tuple[int, int]] = set()
        self.struck: set[tuple[int, int]] = set()
        self.dates: set[tuple[int, int]] = set()
        self.refused: dict[tuple[int, int], str] = {}
        self.numbers: set[tuple[int, int]] = set()
        self.scaled: dict[tuple[int, int], str] = {}

    def put(self, r: int, c: int, text: str) -> None:
        """Place a text; "" makes room for a cell that holds no value."""
        row = self.rows.get(r)
        if row is None:
            row = self.rows[r] = []
            self.height = max(self.height, r + 1)
        if c >= len(row):
            self._cells += c + 1 - len(row)
            row += [""] * (c + 1 - len(row))
            self.width = max(self.width, c + 1)
            if max(self._cells, self.height * self.width) > self.limits["cells"]:
                raise too_many(self.height * self.width, self.limits)
        row[c] = text

    def text(self, r: int, c: int, runs: Runs, font: Font, number_format: str) -> None:
        """Place a text as its runs and its format show it."""
        text, struck = run_text(runs, font)
        if not text:
            return
        self._strike(r, c, font.struck or struck)
        self.put(r, c, text)
        if number_format != "General":
            section = section_for(number_format, None)
            if section.kind is Kind.REFUSED or section.before.strip() or section.after.strip():
                self._refuse(r, c, f"{section.before}{text}{section.after}", number_format)

    def number(
        self,
        r: int,
        c: int,
        stored: str,
        font: Font,
        number_format: str,
        *,
        from_1904: bool = False,
        kind: Kind | None = None,
    ) -> None:
        """Place a stored number as its format means it.

        `kind` is what the file says of the cell beside its format; another meaning is refused.
        """
        self._strike(r, c, font.struck)
        value = stored_number(stored)
        if value is None:
            self.put(r, c, stored)
            return
        digits = number_text(value)
        if has_mark(digits):
            self.numbers.add((r, c))
        if number_format == "General" and kind is None:
            self.put(r, c, digits)
            return
        section = section_for(number_format, value)
        shown = f"{section.before}{digits}{section.after}"
        if kind is not None and section.kind is not kind:
            self._refuse(r, c, shown, number_format)
        elif section.kind is Kind.NUMBER:
            self.put(r, c, digits)
            if section.scaled:
                self.scaled[r, c] = number_format
        elif section.kind is Kind.PERCENT:
            self.put(r, c, number_text(value * 100) + "%")
        elif section.kind is Kind.SIGNED:
            self.put(r, c, digits + "%")
        elif section.kind is Kind.DATE:
            try:
                if value < 0:
                    raise ValueError("before the first day of the calendar")
                day = _day(float(value), from_1904)
            except (OverflowError, ValueError, AttributeError):
                self._refuse(r, c, shown, number_format)
            else:
                self.date(r, c, day)
        else:
            self._refuse(r, c, shown, number_format)

    def date(self, r: int, c: int, text: str, struck: bool = False) -> None:
        """Place a date."""
        self.put(r, c, text)
        self.dates.add((r, c))
        self._strike(r, c, struck)

    def _strike(self, r: int, c: int, struck: bool) -> None:
        if struck:
            self.struck.add((r, c))

    def _refuse(self, r: int, c: int, shown: str, number_format: str) -> None:
        """Place what is shown; where it would pass for a figure, with its format beside it."""
        if not any(x.isalpha() or x in "$€₽₸£¥‰%" for x in shown):
            shown = f"{shown} [{number_format}]"
        self.put(r, c, shown)
        self.refused[r, c] = number_format

    def sheet(self, file: str) -> Sheet:
        """The sheet as read, without what merged ranges cover."""
        height, width = self.height, self.width
        covered = 0
        for top, left, bottom, right in self.merged:
            down, across = min(bottom, height - 1) - top + 1, min(right, width - 1) - left + 1
            covered += max(down, 0) * max(across, 0)
            if covered > self.limits["cells"]:
                raise too_many(covered, self.limits)
            for r in range(top, top + down):
                row = self.rows.get(r, [])
                for c in range(left, min(left + across, len(row))):
                    if (r, c) != (top, left):
                        row[c] = ""
                        self._forget(r, c)
        return Sheet(
            file,
            self.name,
            [self.rows.get(r, []) for r in range(height)],
            sorted(self.merged),
            frozenset(self.unsaved),
            self.hidden,
            _within(self.hidden_rows, height),
            _within(self.hidden_columns, width),
            frozenset(self.struck),
            frozenset(self.dates),
            dict(self.refused),
            frozenset(self.numbers),
            dict(self.scaled),
        )

    def _forget(self, r: int, c: int) -> None:
        for places in (self.unsaved, self.struck, self.dates, self.numbers):
            places.discard((r, c))
        self.refused.pop((r, c), None)
        self.scaled.pop((r, c), None)


def _within(spans: Iterable[tuple[int, int]], size: int) -> frozenset[int]:
    found: set[int] = set()
    for first, last in spans:
        found.update(range(first, min(last + 1, size)))
    return frozenset(found)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _children(node: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (child for child in node if _local(child.tag) == name)


def _yes(text: str | None) -> bool:
    return text is not None and text.strip().lower() in ("1", "true", "on")


class _Package:
    """Parts of an archive of OOXML and their relations."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = {n.lower().lstrip("/"): n for n in self.archive.namelist()}

    def open(self, part: str) -> io.BufferedIOBase:
        return self.archive.open(self._names[part.lower()])  # type: ignore[return-value]

    def tree(self, part: str) -> ElementTree.Element:
        with self.open(part) as source:
            return ElementTree.parse(source).getroot()

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Id of each relation of a part to its kind and its target."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels.lower() not in self._names:
            return {}
        return {
            str(node.get("Id")): (
                str(node.get("Type")).rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, str(node.get("Target")))).lstrip("/"),
            )
            for node in self.tree(rels)
            if node.get("TargetMode") != "External"
        }


def xlsx_sheets(data: bytes, name: str, limits: Mapping[str, int]) -> list[Sheet]:
    """Worksheets of a workbook of OOXML; sheets of charts hold no cells.

    Parameters
    ----------
    data
        Bytes of the file.
    name
        Its name for the reader.
    limits
        ``cells`` and ``sheets``.
    """
    package = _Package(data)
    parts = dict(package.related("").values())
    main = parts.get("officeDocument", "xl/workbook.xml")
    book = package.tree(main)
    related = package.related(main)
    by_kind = dict(related.values())
    from_1904 = any(_yes(node.get("date1904")) for node in _children(book, "workbookPr"))
    styles = _styles(package, by_kind.get("styles"))
    texts = _shared(package, by_kind.get("sharedStrings"), limits)
    found = [node for sheets in _children(book, "sheets") for node in sheets]
    if len(found) > limits["sheets"]:
        raise too_many(len(found), limits)
    pages = []
    for node in found:
        ids = [v for k, v in node.attrib.items() if _local(k) == "id" and k != "id"]
        kind, target = related[ids[0]]
        if kind != "worksheet":
            continue
        page = Page(str(node.get("name")), limits)
        page.hidden = node.get("state", "visible") != "visible"
        with package.open(target) as source:
            _xlsx_page(source, page, styles, texts, from_1904)
        pages.append(page.sheet(name))
    return pages


def _styles(package: _Package, part: str | None) -> list[tuple[str, Font]]:
    """Number format and font of each style that a cell can name."""
    if part is None:
        return []
    from openpyxl.styles.numbers import BUILTIN_FORMATS  # loaded where there is a workbook

    formats = {i: str(code) for i, code in BUILTIN_FORMATS.items()}
    # dates of the calendars of East Asia, whose forms no file holds
    formats |= dict.fromkeys([*range(27, 37), *range(50, 59)], "yyyy-mm-dd")
    fonts: list[Font] = []
    styles = []
    for group in package.tree(part):
        kind = _local(group.tag)
        if kind == "numFmts":
            formats |= {int(n.get("numFmtId", 0)): n.get("formatCode", "") for n in group}
        elif kind == "fonts":
            fonts = [_xlsx_font(n) for n in group]
        elif kind == "cellXfs":
            for xf in group:
                number, font = int(xf.get("numFmtId", 0)), int(xf.get("fontId", 0))
                shape = formats.get(number, f"[numFmtId {number}]")
                styles.append((shape, fonts[font] if font < len(fonts) else Font()))
    return styles


def _xlsx_font(node: ElementTree.Element) -> Font:
    struck, place = False, ""
    for child in node:
        if _local(child.tag) == "strike":
            struck = _yes(child.get("val", "1"))
        elif _local(child.tag) == "vertAlign" and child.get("val") in ("superscript", "subscript"):
            place = str(child.get("val"))
    return Font(struck, place)


_ESCAPE = re.compile("_x(000[9AD]|005F)_", re.IGNORECASE)


def _runs(node: ElementTree.Element) -> Runs:
    """Runs of a text of OOXML; how it is spoken (``rPh``) is no part of it."""
    runs: list[tuple[str, Font | None]] = []
    for child in node:
        kind = _local(child.tag)
        if kind == "t":
            runs.append((_unescaped(child.text), None))
        elif kind == "r":
            font = None
            for part in child:
                if _local(part.tag) == "rPr":
                    font = _xlsx_font(part)
                elif _local(part.tag) == "t":
                    runs.append((_unescaped(part.text), font))
    return runs


def _unescaped(text: str | None) -> str:
    if text is None or "_x" not in text:
        return text or ""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)


def _shared(package: _Package, part: str | None, limits: Mapping[str, int]) -> list[Runs]:
    if part is None:
        return []
    texts = []
    with package.open(part) as source:
        for _, node in ElementTree.iterparse(source):
            if _local(node.tag) == "si":
                texts.append(_runs(node))
                node.clear()
                if len(texts) > limits["cells"]:
                    raise too_many(len(texts), limits)
    return texts


def _xlsx_page(
    source: io.BufferedIOBase, page: Page, styles: Sequence[tuple[str, Font]], texts: Sequence[Runs], from_1904: bool
) -> None:
    row = -1
    for _, node in ElementTree.iterparse(source):
        kind = _local(node.tag)
        if kind == "row":
            row = int(float(node.get("r", row + 2))) - 1
            if _yes(node.get("hidden")) or _zero(node.get("ht")):
                page.hidden_rows.append((row, row))
            _xlsx_row(node, row, page, styles, texts, from_1904)
            node.clear()
        elif kind == "col":
            if _yes(node.get("hidden")) or _zero(node.get("width")):
                span = (int(node.get("min", 1)) - 1, int(node.get("max", 1)) - 1)
                page.hidden_columns.append(span)
        elif kind == "mergeCell":
            first, _, last = str(node.get("ref")).replace("$", "").partition(":")
            page.merged.append((*cell_place(first), *cell_place(last or first)))


def _zero(text: str | None) -> bool:
    return text is not None and float(text) == 0


def _xlsx_row(
    node: ElementTree.Element,
    r: int,
    page: Page,
    styles: Sequence[tuple[str, Font]],
    texts: Sequence[Runs],
    from_1904: bool,
) -> None:
    c = -1
    for cell in node:
        if _local(cell.tag) != "c":
            continue
        place = cell.get("r")
        if place is None:
            c += 1
        else:
            r, c = cell_place(place)
        number_format, font = styles[int(cell.get("s", 0))] if styles else ("General", Font())
        kind = cell.get("t", "n")
        value: str | None = None
        formula = False
        for child in cell:
            tag = _local(child.tag)
            if tag == "v":
                value = child.text or ""
            elif tag == "f":
                formula = True
            elif tag == "is":
                page.text(r, c, _runs(child), font, number_format)
        if not value:
            # a formula that gives an empty text is stored as such; one without a value is not
            if formula and (kind != "str" or value is None):
                page.put(r, c, "")
                page.unsaved.add((r, c))
        elif kind == "n":
            page.number(r, c, value, font, number_format, from_1904=from_1904)
        elif kind == "s":
            page.text(r, c, texts[int(value)], font, number_format)
        elif kind == "b":
            page.text(r, c, [("TRUE" if _yes(value) else "FALSE", None)], font, "General")
        elif kind == "d":
            page.date(r, c, value[:10], font.struck)
        else:
            page.text(r, c, [(_unescaped(value), None)], font, number_format)


def xls_sheets(data: bytes, name: str, limits: Mapping[str, int]) -> list[Sheet]:
    """Worksheets of a workbook of Excel 97 to 2003; parameters as for `xlsx_sheets`."""
    import xlrd  # an optional reader of old workbooks: loaded where one is given

    book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    fonts = [Font(bool(f.struck_out), ("", "superscript", "subscript")[f.escapement % 3]) for f in book.font_list]
    from_1904 = bool(book.datemode)
    sheets = []
    for found in book.sheets():
        page = Page(found.name, limits)
        page.hidden = found.visibility != 0
        page.merged = [(t, left, b - 1, r - 1) for t, b, left, r in found.merged_cells]
        page.hidden_rows = [(r, r) for r, info in found.rowinfo_map.items() if info.hidden or info.height == 0]
        page.hidden_columns = [(c, c) for c, info in found.colinfo_map.items() if info.hidden or info.width == 0]
        for r in range(found.nrows):
            for c in range(found.row_len(r)):
                _xls_cell(found, r, c, page, book, fonts, from_1904, xlrd)
        sheets.append(page.sheet(name))
    return sheets


def _xls_cell(
    found: Any, r: int, c: int, page: Page, book: Any, fonts: Sequence[Font], from_1904: bool, xlrd: Any
) -> None:
    cell = found.cell(r, c)
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return
    style = book.xf_list[cell.xf_index]
    font = fonts[style.font_index] if style.font_index < len(fonts) else Font()
    known = book.format_map.get(style.format_key)
    number_format = str(known.format_str) if known else f"[format {style.format_key}]"
    if cell.ctype == xlrd.XL_CELL_TEXT:
        runs: list[tuple[str, Font | None]] = []
        start, own = 0, None
        for offset, index in [*found.rich_text_runlist_map.get((r, c), ()), (len(cell.value), 0)]:
            runs.append((cell.value[start:offset], own))
            start, own = offset, fonts[index]
        page.text(r, c, runs, font, number_format)
    elif cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        page.number(r, c, repr(cell.value), font, number_format, from_1904=from_1904)
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        page.text(r, c, [("TRUE" if cell.value else "FALSE", None)], font, "General")
    else:
        error = xlrd.error_text_from_code.get(cell.value, "#VALUE!")
        page.text(r, c, [(error, None)], font, "General")


_ODF = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE, _TABLE, _STYLE, _NUMBER, _TEXT = (_ODF % part for part in ("office", "table", "style", "datastyle", "text"))
_DATE_PARTS = frozenset(
    {"day", "month", "year", "era", "day-of-week", "week-of-year", "quarter", "hours", "minutes", "seconds", "am-pm"}
)


class _OdsStyles:
    """Styles of a spreadsheet of OpenDocument."""

    def __init__(self, roots: Iterable[ElementTree.Element]) -> None:
        self._styles: dict[tuple[str, str], ElementTree.Element] = {}
        self._formats: dict[str, ElementTree.Element] = {}
        self._read: dict[tuple[str | None, str], tuple[str, Font]] = {}
        for root in roots:
            for group in ("styles", "automatic-styles"):
                for node in root.iterfind(f"{_OFFICE}{group}/*"):
                    name = node.get(f"{_STYLE}name", "")
                    if node.tag == f"{_STYLE}style":
                        self._styles[node.get(f"{_STYLE}family", ""), name] = node
                    elif node.tag.startswith(_NUMBER):
                        self._formats[name] = node

    def _chain(self, family: str, name: str | None) -> Iterator[ElementTree.Element]:
        for _ in range(20):
            node = self._styles.get((family, name or ""))
            if node is None:
                return
            yield node
            name = node.get(f"{_STYLE}parent-style-name")

    def cell(self, name: str | None, family: str = "table-cell") -> tuple[str, Font]:
        """Number format, "" for none, and font of a style."""
        key = (name, family)
        if key not in self._read:
            shape, struck, place = "", None, None
            for node in self._chain(family, name):
                shape = shape or self._code(node.get(f"{_STYLE}data-style-name"))
                for font in node.iterfind(f"{_STYLE}text-properties"):
                    line = font.get(f"{_STYLE}text-line-through-style") or font.get(f"{_STYLE}text-line-through-type")
                    if struck is None and line is not None:
                        struck = line != "none"
                    shift = font.get(f"{_STYLE}text-position")
                    if place is None and shift is not None:
                        place = _shifted(shift)
            self._read[key] = (shape, Font(bool(struck), place or ""))
        return self._read[key]

    def off(self, family: str, name: str | None, size: str = "") -> bool:
        """Whether a style of a table, row or column hides it."""
        for node in self._chain(family, name):
            for made in node:
                if made.get(f"{_TABLE}display") == "false":
                    return True
                length = re.match(r"[\d.]+", made.get(f"{_STYLE}{size}", "") if size else "")
                if length and float(length[0]) == 0:
                    return True
        return False

    def _code(self, name: str | None, depth: int = 0) -> str:
        """A data style in the grammar of `monotown.data.workbooks.number_formats`."""
        node = self._formats.get(name or "")
        if node is None or depth > 3:
            return ""
        percent = node.tag == f"{_NUMBER}percentage-style"
        code, sections = "", []
        for part in node:
            kind = _local(part.tag)
            text = part.text or ""
            if kind == "text":
                before, sign, after = text.partition("%") if percent else (text, "", "")
                code += _quoted(before) + sign + _quoted(after)
                percent = percent and not sign
            elif kind == "number":
                inside = "".join(e.text or "" for e in part.iterfind(f"{_NUMBER}embedded-text"))
                code += "0" + (_quoted(inside) + "0" if inside else "")
                code += _scaled(part.get(f"{_NUMBER}display-factor"))
            elif kind == "scientific-number":
                code += "0E+0"
            elif kind == "fraction":
                code += "# ?/?"
            elif kind == "currency-symbol":
                code += f"[${text}]" if text else ""
            elif kind == "text-content":
                code += "@"
            elif kind == "boolean":
                code += "General"
            elif kind in _DATE_PARTS:
                code += "d"
            elif kind == "map":
                condition = str(part.get(f"{_STYLE}condition")).replace("value()", "")
                other = self._code(part.get(f"{_STYLE}apply-style-name"), depth + 1)
                sections.append(f"[{condition.replace('!=', '<>')}]{other}")
        return ";".join([*sections, code])


def _quoted(text: str) -> str:
    return '\\"'.join(f'"{t}"' if t else "" for t in text.split('"'))


def _scaled(factor: str | None) -> str:
    """Commas that divide what is shown by a factor; a text that is refused for another factor."""
    if factor is None:
        return ""
    thousands = math.log10(float(factor)) / 3
    return "," * round(thousands) if thousands == round(thousands) >= 0 else '"1"'


def _shifted(shift: str) -> str:
    place = shift.split()[0]
    if place in ("super", "sub"):
        return f"{place}script"
    height = float(place.rstrip("%"))
    return "superscript" if height > 0 else "subscript" if height < 0 else ""


def ods_sheets(data: bytes, name: str, limits: Mapping[str, int]) -> list[Sheet]:
    """Tables of a spreadsheet of OpenDocument; parameters as for `xlsx_sheets`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = ElementTree.fromstring(archive.read("content.xml"))
        known = archive.namelist()
        roots = [ElementTree.fromstring(archive.read(p)) for p in ("styles.xml",) if p in known]
    styles = _OdsStyles([*roots, content])
    tables = content.findall(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table")
    if not tables:
        raise ValueError("no table of a spreadsheet")
    if len(tables) > limits["sheets"]:
        raise too_many(len(tables), limits)
    sheets = []
    for table in tables:
        page = Page(table.get(f"{_TABLE}name", ""), limits)
        page.hidden = styles.off("table", table.get(f"{_TABLE}style-name"))
        defaults: list[str | None] = []
        for node, hidden in _lines(table, "column"):
            times = min(_times(node, "columns-repeated"), 2**14)
            hidden |= styles.off("table-column", node.get(f"{_TABLE}style-name"), "column-width")
            if hidden:
                page.hidden_columns.append((len(defaults), len(defaults) + times - 1))
            defaults += [node.get(f"{_TABLE}default-cell-style-name")] * times
            if len(defaults) > limits["cells"]:
                raise too_many(len(defaults), limits)
        r = 0
        for node, hidden in _lines(table, "row"):
            times = _times(node, "rows-repeated")
            hidden |= styles.off("table-row", node.get(f"{_TABLE}style-name"), "row-height")
            if hidden:
                page.hidden_rows.append((r, r + times - 1))
            r = _ods_row(node, r, times, page, styles, defaults)
        sheets.append(page.sheet(name))
    return sheets


def _lines(node: ElementTree.Element, kind: str, hidden: bool = False) -> Iterator[tuple[ElementTree.Element, bool]]:
    """Rows or columns of a table in their order, through groups; whether each is hidden."""
    for child in node:
        name = _local(child.tag)
        if name == f"table-{kind}":
            yield child, hidden or child.get(f"{_TABLE}visibility", "visible") != "visible"
        elif name in (f"table-{kind}-group", f"table-header-{kind}s", f"table-{kind}s"):
            off = hidden or child.get(f"{_TABLE}display") == "false"
            yield from _lines(child, kind, off)


def _times(node: ElementTree.Element, name: str) -> int:
    return max(1, int(node.get(f"{_TABLE}number-{name}", "1")))


def _ods_row(
    node: ElementTree.Element, r: int, times: int, page: Page, styles: _OdsStyles, defaults: Sequence[str | None]
) -> int:
    """Place the cells of a row as often as it stands; the row after it."""
    filled: list[tuple[ElementTree.Element, int, int]] = []
    c = 0
    for cell in node:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        across = _times(cell, "columns-repeated")
        spans = _times(cell, "rows-spanned"), _times(cell, "columns-spanned")
        if max(spans) > 1:
            page.merged.append((r, c, r + spans[0] - 1, c + spans[1] - 1))
        if len(cell) or any(k.startswith(_OFFICE) for k in cell.attrib) or _formula(cell):
            filled.append((cell, c, across))
        c += across
    if not filled:
        return r + times
    base = node.get(f"{_TABLE}default-cell-style-name")
    for down in range(r, r + times):
        for cell, first, across in filled:
            for c in range(first, first + across):
                column = defaults[c] if c < len(defaults) else None
                style = cell.get(f"{_TABLE}style-name") or base or column
                before = len(page.rows.get(down, ()))
                _ods_cell(cell, down, c, page, styles, style)
                if len(page.rows.get(down, ())) == before:
                    break  # an empty cell, however often it stands
    return r + times


def _formula(cell: ElementTree.Element) -> bool:
    return bool(cell.get(f"{_TABLE}formula"))


def _ods_cell(cell: ElementTree.Element, r: int, c: int, page: Page, styles: _OdsStyles, style: str | None) -> None:
    shape, font = styles.cell(style)
    kind, value = cell.get(f"{_OFFICE}value-type"), cell.get(f"{_OFFICE}value")
    if kind in ("float", "currency") and value is not None:
        page.number(r, c, value, font, shape or "General")
    elif kind == "percentage" and value is not None:
        page.number(r, c, value, font, shape or "0%", kind=Kind.PERCENT)
    elif kind == "date":
        page.date(r, c, str(cell.get(f"{_OFFICE}date-value"))[:10], font.struck)
    else:
        # paragraphs are lines of the cell; a comment on it is none of them
        runs: list[tuple[str, Font | None]] = []
        for line in cell.iterfind(f"{_TEXT}p"):
            runs += [("\n", None)] if runs else []
            runs += _ods_runs(line, None, styles)
        if not runs and cell.get(f"{_OFFICE}string-value"):
            runs = [(str(cell.get(f"{_OFFICE}string-value")), None)]
        page.text(r, c, runs, font, shape or "General")
        if kind == "time":
            page.dates.add((r, c))
        if _formula(cell) and kind is None and not any(t for t, _ in runs):
            page.put(r, c, "")
            page.unsaved.add((r, c))


def _ods_runs(node: ElementTree.Element, font: Font | None, styles: _OdsStyles) -> Iterator[tuple[str, Font | None]]:
    """Runs of a paragraph, through its spans and links, without comments and notes."""
    if node.text:
        yield node.text, font
    for child in node:
        kind = _local(child.tag)
        if kind == "s":
            yield " " * min(int(child.get(f"{_TEXT}c", "1")), 1000), font
        elif kind == "tab":
            yield "\t", font
        elif kind == "line-break":
            yield "\n", font
        elif kind not in ("annotation", "annotation-end", "note", "ruby-text"):
            own = font
            if kind == "span":
                own = styles.cell(child.get(f"{_TEXT}style-name"), "text")[1]
            yield from _ods_runs(child, own, styles)
        if child.tail:
            yield child.tail, font
