"""Tables one below the other: their headers, titles, sections and rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import PurePath
from typing import Any, Final

from monotown.data.workbooks.fields import Field
from monotown.data.workbooks.grid import cell_name, header_texts, word_key
from monotown.data.workbooks.office_known import LIKE, YEAR_NAME, Column, Record, Table, year_of
from monotown.data.workbooks.office_page import UNSAID, Page
from monotown.data.workbooks.sections import Section
from monotown.data.workbooks.values import read_any_year
from monotown.data.workbooks.vocabulary import (
    DIMENSION_NAMES,
    FLAGS,
    THREE_TO_TWO,
    TOTALS,
    bare_label,
    dims_in,
    dims_of,
    is_aggregate,
    is_footnote,
    is_of_which,
    role_of,
    scales_of,
    words,
)

#: A part of a year.
_PERIOD: Final = re.compile(
    r"\d{4}[- ]?(?:[QSTMWq]?\d{1,2}|[IV]+ ?кв\w*\.?)|(?:[1-4]|[IV]+) ?(?:кв|quarter|тоқсан)\w*\.? \d{4}.*"
)
#: A storey of a header that numbers a goal of the United Nations, whose indicator stands below it.
_GOAL: Final = re.compile(r"(?:SDGs?|ЦУР|ТДМ)[ -]?\d[\d., ]*[a-z]?(?:\.\d+)?")
#: A title that only says a size.
_SIZED: Final = re.compile(
    r"(?:в |in )?(?:тыс|млн|млрд|миллион|миллиард|мың|thousand|million|billion|mln|bln)\w*(?: \w+)?\Z"
)
#: Headings of SDMX for the power of ten that figures are multiplied by, and what their cells say.
_POWERS: Final = words("unit mult|unit multiplier|powercode|powercode code|power code")
_SIZES: Final = {
    **dict.fromkeys(("0", "units", "unit"), ""),
    "3": "thousand",
    "thousands": "thousand",
    "6": "million",
    "millions": "million",
    "9": "billion",
    "billions": "billion",
}
_ANY_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
#: Codes of three letters that the Bank gives countries and ISO does not.
_COUNTRIES: Final = frozenset({"XKX", "CHI"})


class Band:
    """Tables one below the other in the columns of one group of units.

    Parameters
    ----------
    reader
        Of the sheet.
    left, right
        First and last column.
    units
        Columns of units.
    """

    def __init__(self, reader: Page, left: int, right: int, units: Sequence[int]) -> None:
        self.reader, self.left, self.right, self.units = reader, left, right, list(units)
        self.sheet, self.whole, self.known = reader.sheet, reader.whole, reader.known
        self.span = range(left, right + 1)
        self.filled = [
            [c for c in self.span if self.sheet.text(r, c) or (r, c) in self.sheet.unsaved]
            for r in range(reader.height)
        ]
        self.table: Table | None = None
        self.section, self.year, self.held = -1, None, None  # type: tuple[int, int | None, Field | None]
        self.said_of: dict[tuple[int, int, bool], tuple[str, ...]] = {}
        self.last_unit: tuple[str, bool] | None = None
        self.parts: set[str] = set()
        self.headings: set[str] = set()
        self.doubts: set[int] = set()
        self.labels = {
            self._label(r)
            for r in range(reader.height)
            if any(year_of(self.sheet.text(r, c)) is None for c in self._figures(r)) and not self._part(r)
        }
        self.merged = {
            (r, c)
            for t, x, b, y in self.sheet.merged
            if b > t or y > x
            for r in range(t, min(b, reader.height - 1) + 1)
            for c in range(x, min(y, reader.width - 1) + 1)
        }

    # -- rows ------------------------------------------------------------------------------------

    def _label(self, r: int) -> str:
        return next((t for c in self.units if (t := self.whole.text(r, c))), "")

    def _figures(self, r: int) -> list[int]:
        return [c for c in self.filled[r] if c in self.reader.like[r] and c not in self.units]

    def _code(self, r: int) -> str:
        return next((code for c in self.units if (code := self.reader.units.find(self.whole.text(r, c))[0])), "")

    def _kind(self, r: int, begun: bool, headed: bool, values: set[int]) -> str:
        """What a row looks like: empty, alone, numbers, data, void (a unit without figures), head, loose."""
        filled, figures, label = self.filled[r], self._figures(r), self._label(r)
        texts = [self.sheet.text(r, c) for c in filled]
        if not filled:
            return "empty"
        if len(filled) == 1 and (filled[0] in self.units or not figures or len(set(self._merged(r, filled[0]))) > 1):
            named = filled[0] in self.units and (self._code(r) or label in self.labels)
            return "void" if named and headed else "alone"
        numbers = texts[1:] if texts[0] in ("A", "А", "Б") else texts
        if len(numbers) > (2 if numbers is texts else 0) and numbers == [
            str(i) for i in range(int(numbers[0]) if numbers[0] in "12" else 1, len(numbers) + 1)
        ]:
            return "numbers"
        known = bool(self._code(r)) and not all(self._code(r) and c in self.units for c in filled)
        years = [c for c in figures if year_of(self.sheet.text(r, c)) is not None]
        plain = [c for c in figures if c not in years]
        below = any(role_of(self.sheet.text(r - 1, c)) == "year" for c in years) if r else False
        row = below or label in self.labels or is_aggregate(label)
        if not known and years and not plain:
            if not label or label in self.headings or not (begun or row):
                self.headings.add(label)
                return "head"
            told = [int(self.sheet.text(r, c)[-4:]) for c in years if self.sheet.text(r, c)[-4:].isdigit()]
            apart = r > 0 and not self._figures(r - 1)
            if not row and (apart or (len(told) > 1 and {b - a for a, b in pairwise(told)} in ({1}, {-1}))):
                self.doubts.add(r)  # a header with another heading, or a unit whose figures look like years
        if label and figures and (known or plain):
            return "data"
        if begun and (label and not values & set(filled)):
            return "void"
        if figures and not label:
            return "loose" if plain else "head"
        return "data" if figures else "head"

    def _merged(self, r: int, c: int) -> range:
        """Columns of the merged range of a cell."""
        return next(
            (range(x, y + 1) for t, x, b, y in self.sheet.merged if t <= r <= b and x <= c <= y), range(c, c + 1)
        )

    def read(self) -> None:
        """Read the tables from the top."""
        values = {
            c for r in range(self.reader.height) if self._code(r) or not self.known.units for c in self._figures(r)
        }
        kinds: list[str] = []
        begun = False
        for r in range(self.reader.height):
            kinds.append(self._kind(r, begun, begun or "head" in kinds, values))
            begun |= kinds[-1] == "data"
        pending: list[int] = []
        r = 0
        while r < self.reader.height:
            if kinds[r] not in ("data", "void"):
                if kinds[r] != "empty":
                    pending.append(r)
                r += 1
                continue
            run = [r]
            end = r + 1
            while end < self.reader.height and kinds[end] != "head":
                if kinds[end] in ("data", "void"):
                    run.append(end)
                end += 1
            self._pending(pending, kinds, run)
            nested = self._nested([k for k in range(r, end) if kinds[k] in ("data", "void")])
            if nested == "unclear":
                self._unclear([k for k in run if self._part(k)])
            tail = max(run)
            for k in range(r, tail + 1):
                if kinds[k] == "alone":
                    self._alone(k)
                elif kinds[k] == "numbers":
                    self._claim(k, "header")
                elif kinds[k] in ("data", "void"):
                    self._row(k, nested)
            pending, r = [k for k in range(tail + 1, end) if kinds[k] != "empty"], end
        for k in pending:
            texts = [self.sheet.text(k, c) for c in self.filled[k]]
            plain = not any(self.reader.like[k] & {c} for c in self.filled[k])
            mark = self.reader.absent(texts[0]) or re.fullmatch(r"\w{1,2}[.)]?", texts[0])
            legend = len(texts) == 2 and bool(mark) and not LIKE.match(texts[1]) and " " in texts[1]
            if legend or (plain and (kinds[k] == "alone" or is_footnote(texts[0]))):
                self._claim(k, "footnote")

    def _unclear(self, rows: Sequence[int]) -> None:
        """Refuse a table whose rows of parts could be heads or belong to the unit above them."""
        assert self.table is not None
        texts = "; ".join(dict.fromkeys(self._label(r) for r in rows))
        self.reader.findings.add("sections_unclear", cell=self.reader.place(rows[0], self.units[0]), found=texts)
        self.table.refused = True

    def _claim(self, r: int, fate: str, why: str = "") -> None:
        for c in self.filled[r]:
            self.reader.claim(r, c, fate, why)

    def _nested(self, rows: Sequence[int]) -> str:
        """What rows that name no unit but a part of the population are: below each unit, or heads of sections.

        Heads where the units come again under each; below where parts follow the units. What could be either is
        "unclear".
        """
        parts = [self._part(r) for r in rows]
        if not any(parts):
            return ""
        self.parts = {d for told in parts for d in told or ()}
        year = None if self.table is None else self.table.year
        keys = [(self._code(r) or self._label(r), "" if year is None else self.whole.text(r, year)) for r in rows]
        units = [k for k, part in zip(keys, parts, strict=True) if not part]
        runs: list[list[tuple[str, str]]] = [[]]
        for key, part in zip(keys, parts, strict=True):
            if part:
                runs.append([])
            else:
                runs[-1].append(key)
        again = len(set(units)) < len(units)
        if (again or (parts[0] and sum(map(bool, parts)) == 1)) and not parts[-1]:
            return "heads" if all(len(set(run)) == len(run) for run in runs) else "unclear"
        owners = [k for k, part, after in zip(keys, parts, parts[1:], strict=False) if not part and after]
        first = self.reader.units.reference(units[0][0]) or is_aggregate(units[0][0]) if units else False
        most = len(owners) > 1 and 2 * len(owners) >= len(units)
        if not again and not parts[0] and (most or len(units) == 1 or (first and owners == units[:1])):
            return "below"
        return "unclear"

    def _part(self, r: int) -> dict[str, str] | None:
        """Part of the population that a row of figures names in place of a unit."""
        label = self._label(r)
        told = None if self._code(r) else dims_of(label)
        return told or None

    # -- between rows of figures -----------------------------------------------------------------

    def _pending(self, rows: list[int], kinds: Sequence[str], run: Sequence[int]) -> None:
        """Header, titles and sections above rows of figures."""
        used = {c for r in run for c in self._figures(r)}
        heads = [r for r in rows if kinds[r] == "head" and used & set(self.filled[r])]
        if not heads:
            heads = [
                r for r in rows if kinds[r] == "alone" and self.filled[r][0] in used and not is_footnote(self._text(r))
            ]
        if not heads:
            if self.table is None:
                self._open(rows, [], run)
            for r in rows:
                if kinds[r] == "alone":
                    self._alone(r)
                elif kinds[r] == "numbers":
                    self._claim(r, "header")
            return
        bottom = top = heads[-1]
        while top - 1 in rows and self._stacks(top - 1, kinds):
            top -= 1
        if self._printed_again(top, bottom, [r for r in rows if r < top]):
            for r in rows:
                if kinds[r] == "alone" and not top <= r <= bottom:
                    self._alone(r)
                else:
                    self._claim(r, "header")
            return
        self._open(rows, list(range(top, bottom + 1)), run)
        for r in rows:
            if r > bottom:
                if kinds[r] == "alone":
                    self._alone(r)
                elif kinds[r] == "numbers":
                    self._claim(r, "header")

    def _text(self, r: int) -> str:
        return self.sheet.text(r, self.filled[r][0])

    def _stacks(self, r: int, kinds: Sequence[str]) -> bool:
        """Whether a row belongs to the header below it."""
        if kinds[r] == "head":
            return True
        if kinds[r] != "alone" or self.filled[r][0] in self.units:
            return False
        return len(self._merged(r, self.filled[r][0])) > 1

    def _printed_again(self, top: int, bottom: int, titles: Sequence[int]) -> bool:
        """Whether a header is that of the table above it, as printed on each page."""
        if (
            self.table is None
            or self.table.bottom < 0
            or [r for r in titles if not is_footnote(self._text(r)) and not self._is_page(r)]
        ):
            return False
        old = self.table.bottom
        return all(self.sheet.text(bottom, c) == self.sheet.text(old, c) for c in self.span)

    def _is_page(self, r: int) -> bool:
        """Whether a title only says that a table goes on."""
        return bool(re.match(r"(?:продолжение|continued|жалғасы|окончание)", word_key(self._text(r))))

    def _alone(self, r: int) -> None:
        """A text that stands alone between rows: a section, a year, an indicator, a note."""
        text = self._text(r)
        table, reader = self.table, self.reader
        assert table is not None
        if is_footnote(text):
            self._claim(r, "footnote")
            return
        if self._code(r):
            self._claim(r, "unit")
            return
        self._claim(r, "section")
        year = year_of(text.rstrip(" :."))
        if year is not None:
            self.year = year
            return
        if is_of_which(text) or (is_aggregate(text) and (self.section < 0 or dims_of(text) != {})):
            return  # the whole after a part of it is a section of its own
        fields = reader.matcher.read([bare_label(text)]).fields
        if len(fields) == 1:
            self.held, self.section = self.known.fields[fields[0]], -1
            self._renew()
            self.reader.tables[-1].said = text
            return
        number = len(reader.tables) - 1
        index = len(reader.sections)
        after = reader.sections[-1].row + 1 == r if reader.sections and reader.sections[-1].table == number else False
        reader.sections.append(Section(index, number, r, (r, self.filled[r][0]), text.strip(), dims_of(text), after))
        self.section = index

    def _renew(self) -> None:
        """A new table under the same header: its sections are its own."""
        assert self.table is not None
        self.table = Table(**{**self.table.__dict__, "titles": []})
        self.reader.tables.append(self.table)

    # -- headers ---------------------------------------------------------------------------------

    def _open(self, rows: Sequence[int], head: Sequence[int], run: Sequence[int]) -> None:
        """Begin a table under a header."""
        table = Table(self.left, self.right, self.units, bottom=head[-1] if head else -1)
        top = head[0] if head else (run[0] if run else 0)
        for r in reversed([k for k in rows if k < top]):
            texts = [self.sheet.text(r, c) for c in self.filled[r]]
            if is_footnote(texts[0]) and self.table is not None:
                self._claim(r, "footnote")
            elif not any(LIKE.match(t) and year_of(t) is None for t in texts[1:]):
                self._claim(r, "title")
                table.titles.extend(t for t in texts if not is_footnote(t))
        self.table, self.section, self.year, self.held = table, -1, None, None
        self.last_unit = None
        self.reader.tables.append(table)
        if self.reader.view.turned:  # a title stands above the row of units
            table.titles += [
                t for r in (*head, *run[:1]) for c in range(min(self.units)) if (t := self.sheet.text(r, c))
            ]
        self._columns(table, head, run)
        self._naming(table)
        for c in [*table.indicator, *table.labels]:
            told = {d for r in run for d in dims_of(self.whole.text(r, c)) or ()}
            if len(told) == 1:
                table.parts[c] = told.pop()
        self._titles(table)
        self._choose(table, run)

    def _columns(self, table: Table, head: Sequence[int], run: Sequence[int]) -> None:
        """What each column of a table holds, by its heading and its content."""
        heads = dict(header_texts(self.sheet, head[0], head[-1])) if head else {}
        for c in self.span:
            for r in head:
                self.reader.claim(r, c, "year" if year_of(self.sheet.text(r, c)) else "header")
            texts = heads.get(c, ())
            if c in self.units:
                continue
            rows = [r for r in run if self.sheet.text(r, c) or (r, c) in self.sheet.unsaved]
            if not rows:
                continue
            if self.known.selection.ignores([*texts, " / ".join(texts)]):
                table.others.append(c)
                self.reader.left["asked"][" / ".join(texts)] += 1
                continue
            role = next((role for t in reversed(texts) if (role := role_of(t))), "")
            if role == "value" and any(not role_of(t) and not year_of(t) for t in texts):
                role = ""  # a word under the name of an indicator
            figures = [r for r in rows if c in self.reader.like[r]]
            numbers = [r for r in figures if not self.reader.absent(self.sheet.text(r, c))]
            dated = any(year_of(t) for t in texts)
            values = {self.sheet.text(r, c) for r in numbers}
            if dated and len(values) > 1 and all(map(YEAR_NAME.match, values)) and values & set(texts):
                table.refused = True  # a column of years whose heading is a year: the header is not where it seems
                self.reader.findings.add("header_missing", cell=self.reader.place(head[-1], c))
            if role == "year" and not any(
                year_of(self.whole.text(r, c)) or _PERIOD.match(self.whole.text(r, c)) for r in rows
            ):
                told = [self.whole.text(r, c) for r in rows]
                role = "" if any(dims_of(t) is not None or self._matched([t]) for t in told) else role
            if role == "indicator" and all(year_of(self.whole.text(r, c)) for r in rows):
                role = "year"  # a heading merged over two columns
            if (role == "year" and not dated) or (not texts and len(rows) > 1 and self.reader.yearly(c)):
                self._year_column(table, c, texts, rows)
            elif role == "value":
                table.figures.append(Column(c, " / ".join(texts), valued=True))
            elif role == "indicator" or (not numbers and any(self._matched([self.whole.text(r, c)]) for r in rows)):
                table.indicator.append(c)
            elif role == "flag" or (not texts and self._only_flags(c, rows)):
                table.flags.append(c)
            elif role in ("ignore", "measure", "respondent", "moment", "period") or (
                texts and texts[-1].startswith("_")
            ):
                table.labels[c] = texts[-1]
            elif (
                self._matched(texts) is not None
                or dated
                or (numbers and len(figures) > 0.5 * len(rows))
                or len(figures) == len(rows)
            ):
                self._figure_column(table, c, texts, head)
            else:
                table.labels[c] = texts[-1] if texts else cell_name(0, c)[:-1]

    def _naming(self, table: Table) -> None:
        """Of the columns that say what a figure is those that name it: no codes beside names, no parts of people."""
        heads = {c: word_key(self.sheet.text(table.bottom, c)) for c in table.indicator}
        plain = [c for c, key in heads.items() if not re.search(r"\b(?:code|код|id)\b", key)]
        table.naming = plain or table.indicator[:1]

    def _only_flags(self, c: int, rows: Sequence[int]) -> bool:
        return all(self.sheet.text(r, c).casefold() in FLAGS for r in rows)

    def _year_column(self, table: Table, c: int, texts: Sequence[str], rows: Sequence[int]) -> None:
        """A column of years; a second one is refused unless it says the same."""
        if table.year is None:
            table.year = c
            return
        if all(self.sheet.text(r, c) == self.sheet.text(r, table.year) for r in rows):
            table.labels[c] = "year"
            return
        table.others.append(c)
        self.reader.findings.add("two_year_columns", cell=self.reader.place(rows[0], c), found=" / ".join(texts))
        table.refused = True

    def _matched(self, texts: Sequence[str]) -> Field | None:
        """The indicator that a heading names."""
        return self.reader.matched(texts)

    def _figure_column(self, table: Table, c: int, texts: Sequence[str], head: Sequence[int]) -> None:
        """A column of figures by the texts of its heading."""
        reader = self.reader
        column = Column(c, " / ".join(texts))
        column.refused = not texts
        column.dated = any((r, c) in self.whole.dates or (r, k) in self.sheet.dates for r in head for k in [c])
        left = []
        for text in texts:
            year = year_of(text)
            if year is not None:
                column.year = year
            else:
                left.append(bare_label(text))
        column.held = self._matched(left) or self._matched(texts)
        if left and self.known.selection.drops([*left, column.text], column.held.name if column.held else ""):
            table.others.append(c)
            reader.left["asked"][column.text] += 1
            return
        if column.held is not None and column.year is None:
            column.year = reader.matcher.read([bare_label(t) for t in texts]).year
        for text in left:
            if column.held is not None and self._matched([text]) is column.held:
                continue
            told = dims_of(text)
            if told is not None:
                column.whole |= not told
                column.dims.update(told)
            elif _GOAL.fullmatch(text) or (column.held is not None and self._in_brackets(text, column.held)):
                continue
            elif not reader.matcher.unit(text) and role_of(text) not in ("year", "value") and not is_of_which(text):
                column.rest = (*column.rest, text)
        if (
            column.held is not None
            and self._matched([", ".join(left)]) is column.held
            and not self._matched(column.rest)
        ):
            joined = all(self._matched([t]) is not column.held for t in left)
            column.rest = () if joined else column.rest
        if column.held is not None and not reader.measured(column.held, texts):
            place = reader.place(head[-1], c) if head else ""
            reader.findings.add("unit_of_measure", cell=place, found=column.text, unit=column.held.unit_of_measure)
            column.refused = column.wrong = True
        if column.dated:
            reader.findings.add("year_date", cell=reader.place(head[-1], c), found=column.text)
        table.figures.append(column)

    def _in_brackets(self, text: str, held: Field) -> bool:
        """Whether a storey only says in brackets the unit of measure, any where the study says none."""
        inner = re.fullmatch(r"[(\[]([^()\[\]]+)[)\]]", text)
        if inner is None:
            return False
        said = held.unit_of_measure
        if word_key(inner[1]) == word_key(said) or self.reader.matcher.unit(inner[1]):
            return True  # `measured` compares known ones
        return said in UNSAID and bool(re.search(r"[$€£₸₽%]|\bPPP\b|\bППС\b", inner[1]))

    def _titles(self, table: Table) -> None:
        """What a table is called: the indicator of its title, of its sheet or of its file; its years."""
        file = self.reader.file
        names = [*table.titles, file.name, PurePath(file.file).stem, PurePath(file.file).name]
        for text in names:
            held = self.reader.titled(text)
            if held is not None:
                table.titled = held
                break
        told = [
            t
            for t in table.titles
            if dims_of(t) is None
            and year_of(t) is None
            and not self.reader.matcher.unit(t)
            and len(t) > 1
            and not re.fullmatch(r"\(.*\)", t)
        ]
        if table.titled is not None and not self.reader.measured(table.titled, table.titles):
            unit = table.titled.unit_of_measure
            self.reader.findings.add("unit_of_measure", found="; ".join(table.titles), unit=unit)
            table.refused = True
        sheet = (
            file.name
            if dims_of(file.name) is None and not re.fullmatch(r"(?:sheet|лист|data|таблица)\s*\d*", file.name, re.I)
            else ""
        )
        table.name = max(told, key=len, default="") or sheet or PurePath(file.file).stem
        years = {int(y) for t in table.titles for y in _ANY_YEAR.findall(t)}
        alone = [y for t in table.titles if (y := year_of(t.rstrip(" :.")))]
        self.title_year = alone[0] if alone else years.pop() if len(years) == 1 else year_of(file.name)

    def _choose(self, table: Table, run: Sequence[int]) -> None:
        """Columns of the study; the others are left out with a note."""
        reader = self.reader
        if any(c.valued for c in table.figures):  # what else is a number or a mark there is a code
            table.labels.update({c.index: c.text or cell_name(0, c.index)[:-1] for c in table.figures if not c.valued})
            table.figures = [c for c in table.figures if c.valued]
        figures = table.figures
        stated = {d for c in figures for d in c.dims}
        for column in figures:
            if column.whole or (stated and not column.dims):
                column.dims = {**{d: TOTALS[d] for d in stated}, **column.dims}
        if not self.known.fields:
            rests = {c.rest for c in figures}
            for column in figures:
                if len(rests) > 1 or not column.year:
                    table.labels.pop(column.index, None)
            kept = figures
        elif matched := [c for c in figures if c.held is not None]:
            kept = [c for c in matched if not c.rest]
        elif table.indicator:
            kept = [c for c in figures if not c.rest]
        else:
            rests = {c.rest for c in figures}
            alike = len(rests) == 1 and (len(figures) == 1 or all(c.year for c in figures))
            named = [c for c in figures if not c.rest and (c.year or table.titled)]
            words = [c for c in figures if all(any(x.isalpha() for x in t) and not _PERIOD.match(t) for t in c.rest)]
            kept = figures if alike else named if named or table.titled else words
        if table.year is None and any(c.year for c in kept):
            kept = [c for c in kept if c.year or c.held is not None or c.refused]  # a change, a total, a code
        kept = [c for c in kept if not c.dated]
        bare = [c for c in kept if c.refused and not c.wrong]
        if bare and table.bottom >= 0:
            for column in bare:
                reader.findings.add("header_missing", cell=reader.place(table.bottom, column.index))
        elif len(bare) == 1 and table.titles:
            bare[0].refused = False  # a list under a title
        elif bare:
            reader.findings.add("header_missing", cell=reader.place(run[0], bare[0].index))
        for text in table.labels.values():
            if role_of(text) == "" and word_key(text) not in DIMENSION_NAMES:
                reader.left["column"][text] += 1
        for column in figures:
            if column not in kept:
                table.others.append(column.index)
                reader.left["column"][column.text or cell_name(0, column.index)[:-1]] += 1
        table.figures = kept
        seen: dict[tuple[Any, ...], Column] = {}
        for column in kept:
            key = (column.held.name if column.held else column.rest, column.year, tuple(sorted(column.dims.items())))
            if key in seen and table.bottom >= 0:
                place, first = (reader.place(table.bottom, c.index) for c in (column, seen[key]))
                reader.findings.add("repeated", cell=place, found=column.text, first=first)
                table.refused = True
            seen[key] = column

    # -- rows of figures -------------------------------------------------------------------------

    def _row(self, r: int, nested: str) -> None:
        """A row of figures, or of a unit without any."""
        table, reader = self.table, self.reader
        assert table is not None
        part = self._part(r)
        if r in self.doubts:
            reader.findings.add("second_table", cell=reader.place(r, self.units[0]), found=self._label(r))
            table.refused = True
        if part and nested == "unclear":
            self._claim(r, "problem")
            return
        if part and nested == "heads":
            self._claim(r, "aggregate")
            for c in self.units:
                reader.fates.retell(*reader.view.place(r, c), "section")
            index = len(reader.sections)
            reader.sections.append(
                Section(index, len(reader.tables) - 1, r, (r, self.units[0]), self._label(r), part, False)
            )
            self.section = index
            return
        if part and nested == "below":
            unit, reference, why = (*self.last_unit, "") if self.last_unit else ("", False, "unit")
        else:
            unit, reference, why = self._unit(r)
            self.last_unit = (unit, reference)
            if nested == "below":
                part = {d: TOTALS[d] for d in self.parts}
        if not unit:
            self._claim(r, {"aggregate": "aggregate", "problem": "problem"}.get(why, "left_out"), "row")
            return
        period = [t for k, h in table.labels.items() if role_of(h) == "period" and (t := self.whole.text(r, k))]
        if period and dims_of(period[0]) != {}:
            reader.left["period"][period[0]] += 1
            self._claim(r, "left_out", "period")
            return
        year = self._row_year(r, table)
        for c in self.units:
            reader.claim(r, c, "unit")
        for c in [*table.indicator, *table.labels]:
            reader.claim(r, c, "header" if c in table.indicator else "left_out", "column")
        for c in [*table.flags, *table.others]:
            reader.claim(r, c, "left_out", "column")
        for column in table.figures:
            self._record(r, column, unit, reference, year, part if nested == "below" else None)

    def _row_year(self, r: int, table: Table) -> int | None:
        """Year of a row, of its section or of the title."""
        reader = self.reader
        if table.year is None:
            moments = [self.whole.text(r, c)[:10] for c, t in table.labels.items() if role_of(t) == "moment"]
            told = {y for t in moments if (y := read_any_year(t))}
            return self.year or self.title_year or (told.pop() if len(told) == 1 else None)
        text = self.whole.text(r, table.year)
        if (r, table.year) in self.sheet.dates and not self._moment(table):
            reader.findings.add("year_date", cell=reader.place(r, table.year), found=text)
            return None
        year = year_of(text)
        if year is None and _PERIOD.fullmatch(text):
            reader.left["period"][text] += 1
            reader.claim(r, table.year, "left_out", "period")
            return None
        if year is None or ((self.year or year) != year):
            reader.findings.add("year", cell=reader.place(r, table.year), found=text)
            return None
        reader.claim(r, table.year, "year")
        return year

    @staticmethod
    def _moment(table: Table) -> bool:
        return bool(table.labels) and any(role_of(t) == "respondent" for t in table.labels.values())

    def _unit(self, r: int) -> tuple[str, bool, str]:
        """Code of a row's unit, whether it is a line beside the others; else why the row is left out."""
        reader, units = self.reader, self.reader.units
        told = [(c, self.whole.text(r, c)) for c in self.units if self.whole.text(r, c)]
        label = bare_label(told[0][1])
        if not self.known.units:
            codes = [t for _, t in told if t in THREE_TO_TWO or t in _COUNTRIES]
            odd = [t for _, t in told if re.fullmatch("[A-Z]{3}", t) and t not in codes]
            if is_aggregate(label) or (odd and len(told) > 1):
                reader.left["aggregate"][label] += 1
                return "", False, "aggregate"
            return (codes[0] if codes else label), False, ""
        found = [(c, *units.find(t)) for c, t in told]
        codes = list(dict.fromkeys(code for _, code, _ in found if code))
        if len(codes) == 2 and units.above(codes[0], codes[1]):
            codes = codes[1:]
        elif len(codes) == 2 and units.above(codes[1], codes[0]):
            codes = codes[:1]
        if len(codes) > 1:
            reader.findings.add(
                "two_unit_columns", cell=reader.place(r, found[-1][0]), found=" / ".join(t for _, t in told)
            )
            return "", False, "problem"
        if codes:
            return codes[0], units.reference(codes[0]), ""
        among = next((a for _, _, a in found if a), ())
        if is_aggregate(label) or is_aggregate(told[-1][1]) or dims_of(label) == {}:
            reader.left["aggregate"][label] += 1
            return "", False, "aggregate"
        if among:
            reader.findings.add("unit_ambiguous", cell=reader.place(r, told[0][0]), found=label, among=", ".join(among))
            return "", False, "problem"
        reader.left["unit"][label] += 1
        return "", False, "unit"

    def _declared(self, table: Table, column: Column, sizes: Iterable[str]) -> str:
        """Unit of measure that the heading, the title or the row gives: ``share`` before others."""
        texts = [*column.text.split(" / "), *sizes, *(() if column.held else table.titles)]
        parts = [p.strip(" ()[]") for t in texts for p in (t, *re.split(r"[,;(\[]", t))]
        units = [u for p in parts if (u := self.reader.matcher.unit(p))]
        return "share" if "share" in units else units[0] if units else ""

    def _measures(self, table: Table, column: Column, *, by_title: bool) -> tuple[str, ...]:
        """Texts that may say a unit of measure of the figures of a column, other than the heading that names them."""
        key = (len(self.reader.tables), column.index, by_title)
        if key not in self.said_of:
            self.said_of[key] = self._measured_by(table, column, by_title)
        return self.said_of[key]

    def _measured_by(self, table: Table, column: Column, by_title: bool) -> tuple[str, ...]:
        texts = column.text.split(" / ") if column.held is None else []
        if column.held is None and by_title:
            return (*texts, *([table.said] if table.said else table.titles))
        parts = [p for t in column.text.split(" / ") for p in re.split(r"[,;(\[\])]", t)]
        if any(self.reader.matcher.unit(p.strip()) for p in parts):
            return tuple(texts)
        inner = [p for t in table.titles for p in re.findall(r"[(\[]([^()\[\]]+)[)\]]", t)]
        plain = [t for t in table.titles if self.reader.matcher.unit(t.strip(" ()[]")) or _SIZED.match(word_key(t))]
        return (*texts, *inner, *plain)

    def _dims(self, c: int, text: str) -> dict[str, str] | None:
        """Part of the population that a cell says; the whole of the dimension that its column is of."""
        told = dims_of(text)
        assert self.table is not None
        name = self.table.parts.get(c) or DIMENSION_NAMES.get(word_key(self.table.labels.get(c, "")), "")
        return {name: TOTALS[name]} if told == {} and name else told

    def _record(
        self, r: int, column: Column, unit: str, reference: bool, year: int | None, part: Mapping[str, str] | None
    ) -> None:
        """Note the figure of a row and a column."""
        table, reader = self.table, self.reader
        assert table is not None
        c = column.index
        if not self.sheet.text(r, c) and (r, c) not in self.sheet.unsaved:
            return
        if (r, c) in self.merged:
            reader.findings.add("merged", cell=reader.place(r, c), found=reader.place(r, c))
            return
        if table.refused or column.refused:
            reader.claim(r, c, "problem")
            return
        held = column.held or self.held
        name = "" if held is None else held.name
        told: dict[str, str] = {}
        printed: list[str] = []
        unnamed = False
        if held is None and table.indicator:
            named = [(k, self.whole.text(r, k)) for k in table.indicator]
            parts = {k: self._dims(k, t) for k, t in named}
            told = {d: v for k, _ in named for d, v in (parts[k] or {}).items()}
            texts = [t for k, t in named if parts[k] is None and t] or [t for _, t in named]
            held = next((f for t in texts if (f := self._matched([t]))), None)
            if held is None and (titled := next(((f, t) for t in texts if (f := reader.titled(t))), None)):
                held, told, printed = titled[0], {**dims_in(titled[1]), **told}, [titled[1]]
            unnamed = held is None and bool(self.known.fields)
            names = [t for k, t in named if k in table.naming and parts[k] is None and t] or texts[:1]
            name = held.name if held else " / ".join(names)
        if held is None and not table.indicator:
            held = None if table.titled and column.rest else table.titled
            name = held.name if held else " / ".join(column.rest) or table.name
            unnamed = held is None and bool(self.known.fields)
        said_of = self._measures(table, column, by_title=held is self.held or held is table.titled)
        if held is not None and not reader.fits(held, said_of):
            found = "; ".join(said_of)
            reader.findings.add("unit_of_measure", cell=reader.place(r, c), found=found, unit=held.unit_of_measure)
            return
        if not column.held and self.known.selection.drops([*column.rest, *table.titles], name):
            reader.claim(r, c, "left_out", "column")
            reader.left["asked"][name] += 1
            return
        powers = [t for k, h in table.labels.items() if word_key(h) in _POWERS and (t := self.whole.text(r, k))]
        measured_in = "" if held is None else held.unit_of_measure
        first = reader.powers.setdefault(name, powers[0] if powers else "")
        sized = (scales_of(measured_in) or {""}) if measured_in not in UNSAID else {_SIZES.get(first.casefold(), "?")}
        if odd := [t for t in powers if _SIZES.get(t.casefold(), "?") not in sized]:
            reader.findings.add("unit_of_measure", cell=reader.place(r, c), found=f"{odd[0]}: 10^n", unit=measured_in)
            return
        sizes = [t for k, h in table.labels.items() if role_of(h) == "measure" and (t := self.whole.text(r, k))]
        if held is not None and not reader.measured(held, [*sizes, *printed]):
            found = (sizes or printed)[0]
            reader.findings.add("unit_of_measure", cell=reader.place(r, c), found=found, unit=held.unit_of_measure)
            return
        when = column.year or year or self.known.year
        if column.year and year and table.year is not None and column.year != year:
            reader.findings.add("two_years", cell=reader.place(r, c), found=f"{year} / {column.year}")
            return
        if table.year is not None and year is None:
            reader.claim(r, c, "left_out", "row")
            return
        dims = {**column.dims, **told, **(part or {})}
        labels = {}
        for k, text in table.labels.items():
            said = self.whole.text(r, k)
            part_of = self._dims(k, said) if said else None
            if part_of:
                dims.update(part_of)
            elif said and role_of(text) not in ("ignore", "measure", "moment"):
                labels[text] = said
        beside = [k for k in table.flags if len(table.figures) == 1 or k == c + 1]
        flag = next((t for k in beside if (t := self.sheet.text(r, k).casefold().partition(": ")[0]) in FLAGS), "")
        reader.records.append(
            Record(
                r,
                c,
                unit,
                when,
                name,
                held,
                dims,
                reference,
                len(reader.tables) - 1,
                self.section,
                labels,
                self._label(r),
                flag,
                self._declared(table, column, sizes),
                column.text,
                unnamed,
            )
        )
