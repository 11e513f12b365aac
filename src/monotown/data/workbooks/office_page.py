"""One sheet of an office while it is read: where its units stand, what its figures are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any, Final

from monotown.base.parsing import MARKERS, Flag
from monotown.data.workbooks.fates import Fates, blocks
from monotown.data.workbooks.fields import Field, Matcher, span_words
from monotown.data.workbooks.findings import Findings
from monotown.data.workbooks.grid import Sheet, cell_name
from monotown.data.workbooks.hidden import hidden_parts, without_hidden
from monotown.data.workbooks.marks import Marks, decimal_marks, has_mark
from monotown.data.workbooks.office_known import LIKE, Known, Record, Table, Units, names_beside, stems_of, year_of
from monotown.data.workbooks.sections import Section, settle
from monotown.data.workbooks.values import SPREADSHEET_ERRORS, marker_table, read_number
from monotown.data.workbooks.views import View, headed, parted, turned
from monotown.data.workbooks.vocabulary import (
    FLAGS,
    agreed,
    bare_label,
    dims_in,
    dims_of,
    is_country,
    is_footnote,
    is_unit_heading,
    role_of,
    scales_of,
    words,
)

#: Marks of absence beside those of the Bureau and of the settings.
_ABSENT: Final = dict.fromkeys((":", ".", "..", "nan", "n/a", "n.a.", "н.д.", "н.д", "нет данных"), Flag.NOT_AVAILABLE)
#: Units of measure of an indicator that says none.
UNSAID: Final = ("", "—")
#: A figure with a flag of Eurostat, and with the number of a footnote.
_FLAGGED: Final = re.compile(r"(\S+) +([a-z]{1,3})\Z")
_NOTED: Final = re.compile(r"(.*\d)\s+\d{1,2}\)\Z")
#: Words of a title that say whose, where and when its figures are, by their stems.
_SMALL: Final = words(
    "a|an|and|at|by|for|from|in|of|on|the|to|total|в|во|и|на|по|за|при|с|со|из|таблиц|table|регион|region|"
    "област|годы|годам|год|года|годах|г|гг|мужчин|женщин|городс|сельск|населе|males|male|men|female|women|"
    "urban|rural|popula|years|лет|бойынш|кесте|жыл|жылы|процен|percen|пайыз|субъек|россий|федера|респуб|"
    "казахс|қазақс|муници|страна|страны|countr"
)


class Page:
    """Reads one sheet.

    Parameters
    ----------
    sheet, known, units
        The sheet, and what is known.
    matcher
        Fields by the words of a heading.
    findings
        Takes all there is to say.
    """

    def __init__(self, sheet: Sheet, known: Known, units: Units, matcher: Matcher, findings: Findings) -> None:
        self.file, self.known, self.units, self.matcher, self.findings = sheet, known, units, matcher, findings
        self.fates = Fates(sheet)
        leave = known.hidden == "leave_out"
        for part in hidden_parts(sheet):
            findings.add("hidden_left_out" if leave else "hidden_read", found=part)
        if leave:
            self.file = without_hidden(sheet, self.fates)
        self.markers = {**marker_table({"not_available": [], **known.markers}), **_ABSENT}
        self.rows: list[tuple[Any, ...]] = []
        self.records: list[Record] = []
        self.tables: list[Table] = []
        self.sections: list[Section] = []
        self.headings: dict[tuple[str, ...], Field | None] = {}
        self.powers: dict[str, str] = {}
        self._fitting: dict[tuple[str, ...], bool] = {}
        self.unread: tuple[int, int] | None = None
        self.left: dict[str, Counter[str]] = {
            "unit": Counter(),
            "aggregate": Counter(),
            "column": Counter(),
            "asked": Counter(),
            "period": Counter(),
        }
        self._look(View(self.file))

    # -- looking ---------------------------------------------------------------------------------

    def _look(self, view: View) -> None:
        self.view, self.sheet, self.whole = view, view.sheet, view.sheet.spread()
        self.height, self.width = len(view.sheet.rows), view.sheet.width
        self.like = [{c for c in range(self.width) if self._like(r, c)} for r in range(self.height)]

    def _like(self, r: int, c: int) -> bool:
        """Whether a cell can be a figure: a number, a mark of absence, a formula."""
        if (r, c) in self.sheet.unsaved or (r, c) in self.sheet.refused:
            return True
        text = self.sheet.text(r, c)
        if not text:
            return False
        if self.view.served and (flagged := _FLAGGED.match(text)):
            text = flagged[1]
        return (
            bool(LIKE.match(text))
            or text in MARKERS
            or text.casefold() in self.markers
            or text.upper() in SPREADSHEET_ERRORS
        )

    def absent(self, text: str) -> bool:
        """Whether a text says that there is no figure."""
        return text in MARKERS or text.casefold() in self.markers

    def place(self, r: int, c: int) -> str:
        """Name of a cell in the file; "" for one that the reading added."""
        row, column = self.view.place(r, c)
        return cell_name(row, column) if row < len(self.file.rows) else ""

    def claim(self, r: int, c: int, fate: str, why: str = "") -> None:
        """Say what becomes of a cell."""
        self.fates.claim(*self.view.place(r, c), fate, why)

    def _hits(self, c: int) -> int:
        """Rows with a figure whose cell in a column the study's units explain."""
        return sum(bool(self.units.find(self.whole.text(r, c))[0]) for r in range(self.height) if self._beside(r, c))

    def _kinds(self) -> int:
        """Units in the column that has the most of them."""
        return max(
            (
                len(
                    {self.units.find(self.whole.text(r, c))[0] for r in range(self.height) if self._beside(r, c)} - {""}
                )
                for c in range(self.width)
            ),
            default=0,
        )

    def _beside(self, r: int, c: int) -> bool:
        """Whether a row has what can be a figure in another column."""
        like = self.like[r]
        return len(like) > (c in like)

    def groups(self) -> list[tuple[int, int, list[int]]]:
        """First and last column and the columns of units of the tables beside each other; none where it has none."""
        if not any(c.strip() for row in self.file.rows for c in row):
            return []
        served = parted(self.file)
        if served is not None:
            self._look(served)
        elif self.known.units:
            upright = self._kinds()
            if upright >= self.width:  # no row can have more
                return self._groups()
            self._look(turned(self.file))
            across = self._kinds()
            if across <= upright:
                self._look(View(self.file))
            if not across and not upright and (above := self._headed()) is not None:
                self._look(above)
        groups = self._groups()
        if not groups and not self.known.units:  # names across, years down
            self._look(turned(self.file))
            groups = self._groups()
        if not groups:
            self._look(View(self.file))
            self._unread()
        return groups

    def _headed(self) -> View | None:
        """The sheet with units that stand in rows above others, or in its name, beside their figures."""
        body = [r for r, like in enumerate(self.like) if any(year_of(self.sheet.text(r, c)) is None for c in like)]
        alone = {}
        for r in range(self.height):
            filled = [c for c in range(self.width) if self.sheet.text(r, c)]
            if len(filled) == 1 and r not in body:
                alone[r] = (filled[0], self.sheet.text(r, filled[0]))
        units = [r for r, (_, text) in alone.items() if self.units.find(text)[0]]
        if units:
            column = alone[units[0]][0]
            # a name that the study does not know ends what stands under the one before it
            named = {
                r: text
                for r, (c, text) in alone.items()
                if c == column
                and r >= units[0]
                and (r in units or not (dims_of(text) is not None or is_footnote(text)))
            }
            return headed(self.file, named, body, column)
        return headed(self.file, {-1: self.file.name}, body) if self.units.find(self.file.name)[0] else None

    def _unread(self) -> None:
        """A sheet that names no unit of the study."""
        self.unread = next((r, c) for r, row in enumerate(self.file.rows) for c, t in enumerate(row) if t.strip())

    def leave(self, others: bool) -> None:
        """Leave out a sheet that names no unit: with a warning where others are read, else as a problem."""
        if self.unread is None:
            return
        self.findings.file, self.findings.sheet = self.file.file, self.file.name
        cell, text = names_beside(self.file)
        if others:
            self.findings.add("sheet_left_out", cell=cell, found=self.file.name or text)
        else:
            self.findings.add("no_units_found", cell=cell, found=text)
        for r, c in self.fates.open():
            self.fates.claim(r, c, "left_out", "sheet")
        self.fates.problems(self.findings.all)

    def yearly(self, c: int) -> bool:
        """Whether every figure of a column is a year."""
        texts = [self.sheet.text(r, c) for r in range(self.height) if c in self.like[r]]
        return bool(texts) and all(year_of(t) is not None for t in texts)

    def matched(self, texts: Sequence[str]) -> Field | None:
        """The indicator that the texts of a heading name."""
        key = tuple(texts)
        if not key or not self.known.fields:
            return None
        if key not in self.headings:
            found = self.matcher.read([bare_label(t) for t in texts]).fields
            name = found[0] if len(found) == 1 else "" if found or len(key) > 1 else agreed(key[0], self._one)
            self.headings[key] = self.known.fields.get(name)
        return self.headings[key]

    def _one(self, text: str) -> str:
        """Id of the indicator that a text in one language names; "" for none."""
        held = self.matched([text])
        return "" if held is None else held.name

    def measured(self, held: Field, texts: Iterable[str]) -> bool:
        """Whether what headings and titles say of the unit of measure is that of a field."""
        said = held.unit_of_measure
        if said in UNSAID:
            return True
        for text in texts:
            inner = re.findall(r"[(\[]([^()\[\]]+)[)\]]", text)
            parts = [text, *inner, *[p for t in (text, *inner) for p in re.split(r"[,;]\s*", t)]]
            units = [p for p in parts if self.matcher.unit(p)]
            if any(not self.matcher.fits(p, held) for p in units):
                return False
            own = (
                {s for s in ("thousand", "million", "billion") if s in said}
                | scales_of(said)
                | ({"%"} if held.percent else set())
            )
            if (
                not units
                and text not in held.labels.values()
                and scales_of(text) - own - scales_of(" ".join(held.labels.values()))
            ):
                return False
        return True

    def fits(self, held: Field, texts: Sequence[str]) -> bool:
        """`measured`, each once."""
        key = (held.name, *texts)
        if key not in self._fitting:
            self._fitting[key] = self.measured(held, texts)
        return self._fitting[key]

    def titled(self, text: str) -> Field | None:
        """The indicator that a title names: as it stands, or among words that say whose and when it is."""
        exact = self.matched([text])
        if exact is not None or not self.known.fields:
            return exact
        if name := agreed(text, self._titled):
            return self.known.fields[name]
        words = stems_of(" ".join(p for p in re.split(r"[,;()\[\]]", text) if not self._sized(p)))
        found = []
        for held in self.known.fields.values():
            for label in held.labels.values():
                own = stems_of(label)
                left = words - own
                if own and own <= words and all(w in _SMALL or w in self.units.stems or w.isdigit() for w in left):
                    found.append((len(own), held))
        best = max((n for n, _ in found), default=0)
        named = {held.name: held for n, held in found if n == best}
        return next(iter(named.values())) if len(named) == 1 else None

    def _sized(self, part: str) -> bool:
        """Whether a part of a title says a unit of measure, which `measured` compares."""
        return bool(self.matcher.unit(part) or scales_of(part) & {"thousand", "million", "billion"})

    def _titled(self, text: str) -> str:
        held = self.titled(text)
        return "" if held is None else held.name

    # -- columns of units ------------------------------------------------------------------------

    def _groups(self) -> list[tuple[int, int, list[int]]]:
        """First and last column and the columns of units of the tables beside each other."""
        hits = {c: self._hits(c) for c in range(self.width)} if self.known.units else self._guessed()
        best = max(hits.values(), default=0)
        if best == 0:
            return []
        columns = [c for c, n in sorted(hits.items()) if n >= max(1, 0.3 * best) and (n > 1 or best == 1)]
        groups: list[list[int]] = []
        for c in columns:
            after = any(self._valued(k, c) for k in range(c + 1, self.width))
            between = groups and any(self._valued(k, c) for k in range(groups[-1][-1] + 1, c))
            if groups and not (between and after):
                groups[-1].append(c)
            else:
                groups.append([c])
        made = []
        for i, group in enumerate(groups):
            left = group[0] if i else 0
            right = groups[i + 1][0] - 1 if i + 1 < len(groups) else self.width - 1
            made.append((left, right, group))
            self._explained(group, left, right)
        return made

    def _valued(self, k: int, c: int) -> bool:
        """Whether a column holds figures that are no years, where another holds units."""
        at = [r for r in range(self.height) if k in self.like[r] and self.whole.text(r, c)]
        return (
            bool(at)
            and not self.yearly(k)
            and sum(k in self.like[r] for r in at) > 0.5 * len([r for r in at if self.sheet.text(r, k)])
        )

    def _guessed(self) -> dict[int, int]:
        """Number of names in the column of units of a file whose units nobody knows."""
        distinct: dict[int, int] = {}
        for c in range(self.width):
            heading = next((self.sheet.text(r, c) for r in range(self.height) if self.sheet.text(r, c)), "")
            texts = [self.whole.text(r, c) for r in range(self.height) if self._beside(r, c)]
            words = {
                t
                for t in texts
                if len(t) > 1 and any(x.isalpha() for x in t) and not self.absent(t) and dims_of(t) is None
            }
            if (
                words
                and role_of(heading) in ("", "respondent", "year" if self.view.turned else "")
                and not any(self._like(r, c) for r in range(self.height))
            ):
                distinct[c] = len(words)
        best = max(distinct.values(), default=0)
        named = [c for c in distinct if any(is_unit_heading(self.sheet.text(r, c)) for r in range(self.height))]
        many = [c for c, n in distinct.items() if n >= 0.5 * best and (n > 1 or best == 1)]
        first = next(iter(named or many), None)
        if first is None:
            return {}
        rows = [r for r in range(self.height) if self.like[r]]
        pairs = {
            c: {(self.whole.text(r, first), self.whole.text(r, c)) for r in rows if self.whole.text(r, c)}
            for c in distinct
        }
        return {
            c: n
            for c, n in distinct.items()
            if c == first or (c == first + 1 and n == distinct[first] == len(pairs[c]))
        }

    def _explained(self, group: Sequence[int], left: int, right: int) -> None:
        """Say which column is that of the units, and how many of its cells are known."""
        if not self.known.units:
            return
        column = max(group, key=lambda c: (self._hits(c), -c))
        span = set(range(left, right + 1))
        rows = [
            r
            for r in range(self.height)
            if self.whole.text(r, column)
            and any(year_of(self.sheet.text(r, c)) is None for c in (self.like[r] & span) - {column})
        ]
        held = [r for r in rows if self.units.find(self.whole.text(r, column))[0]]
        if held:
            found = f"{len(held)}/{len(rows)}"
            self.findings.add(
                "unit_column", cell=self.place(held[0], column), found=found, share=f"{100 * len(held) / len(rows):.0f}"
            )

    # -- figures ---------------------------------------------------------------------------------

    def finish(self) -> None:
        """Read the figures of all tables, each once, and say what was left out."""
        self._selected()
        if not self.known.units:
            self._country()
        self._sectioned()
        self._distinct()
        marks = self._marks()
        seen: dict[tuple[Any, ...], str] = {}
        times = Counter((r.unit, r.year, r.variable, tuple(sorted(r.dims.items()))) for r in self.records)
        early: dict[str, list[tuple[str, int]]] = {}
        lost = 0
        for record in self.records:
            cell = (record.row, record.column)
            key = (record.unit, record.year, record.variable, tuple(sorted(record.dims.items())))
            place = self.place(*cell)
            if key in seen:
                found = f"{record.unit} {record.year} {record.variable}: {self.sheet.text(*cell)}"
                self.findings.add("repeated", cell=place, found=found, first=seen[key])
                continue
            if times[key] > 1:
                seen[key] = place
                self.claim(*cell, "problem")
                continue
            read = self._value(record, marks[record.table, record.variable])
            if read is None:
                continue
            value, marker = read
            entry = self.units.entries.get(record.unit, {})
            first, last = entry.get("exists") or (None, None)
            year = record.year
            if value is not None and year is not None and ((first and year < first) or (last and year > last)):
                early.setdefault(record.unit, []).append((place, year))  # the office counts it back
            lost += year is None
            seen[key] = place
            self.claim(*cell, "aggregate" if record.reference else "missing" if value is None else "read")
            self.rows.append(
                (
                    *(record.unit, year, record.variable, float("nan") if value is None else value, marker),
                    *(self.known.kind, self.known.source, key[3], record.reference),
                    *(self.file.file, self.file.name, place, record.label),
                )
            )
        self._percents()
        for unit, cells in early.items():
            years = [y for _, y in cells]
            self.findings.add(
                "unit_counted_back", cell=cells[0][0], found=f"{unit} {min(years)}-{max(years)}", n=len(cells)
            )
        if lost:
            self.findings.add("no_year_given", found=lost)
        self._said()

    def _country(self) -> None:
        """Take the one country among other places for a line beside them, where no study says it."""
        labels = {record.unit for record in self.records}
        countries = {label for label in labels if is_country(label)}
        if len(countries) == 1 and len(labels) > 2:
            for record in self.records:
                record.reference = record.unit in countries

    def _selected(self) -> None:
        """Leave out what names no indicator of the study, where other figures do."""
        if all(record.unnamed for record in self.records):
            return  # kept under its printed name, which is said
        for record in self.records:
            if record.unnamed:
                self.claim(record.row, record.column, "left_out", "indicator")
                self.left["column"][record.variable] += 1
        self.records = [record for record in self.records if not record.unnamed]

    def _percents(self) -> None:
        """Refuse percents that are all as small as shares of 1, which is never guessed."""
        columns: dict[tuple[int, str], list[Record]] = {}
        for record in self.records:
            held = record.held
            small = held is not None and held.goalposts is not None and held.goalposts[1] <= 1
            if held is not None and held.percent and held.bounds[1] == 100 and not (small or record.declared):
                columns.setdefault((record.table, record.variable), []).append(record)
        for (_, name), records in columns.items():
            cells = {self.place(r.row, r.column): r for r in records}
            read = {row[-2]: row[3] for row in self.rows if row[2] == name and row[-2] in cells}
            values = [v for v in read.values() if v == v and v != 0]
            signed = any("%" in self.sheet.text(r.row, r.column) for r in records)
            if values and not signed and all(abs(v) <= 1 for v in values):
                self.findings.add("percent_or_share", cell=next(iter(read)), found=values[0], column=name)
                self.rows = [row for row in self.rows if row[-2] not in read]
                for r in cells.values():
                    self.claim(r.row, r.column, "problem")

    def _said(self) -> None:
        """What was left out, and cells that nothing was said of."""
        for name, code in (
            ("unit", "units_left_out"),
            ("aggregate", "groups_left_out"),
            ("column", "columns_left_out"),
            ("asked", "columns_as_asked"),
            ("period", "periods_left_out"),
        ):
            told = self.left[name]
            if told:
                self.findings.add_names(code, told)
        self.fates.problems(self.findings.all)
        for name, first in blocks(self.fates.open()):
            self.findings.add("stray", cell=cell_name(*first), found=name)
        for r, c in self.fates.open():
            self.fates.claim(r, c, "problem")
        self.fates.problems(self.findings.all)

    def _sectioned(self) -> None:
        """Give each figure the dimensions of its section; refuse those whose sections are not clear."""
        base = {**dims_in(self.file.name), **(dims_of(self.file.name) or {})}
        contexts = {s.table for s in self.sections}
        records: dict[int, list[Record]] = {}
        for record in self.records:
            records.setdefault(record.table, []).append(record)
        for number, table in enumerate(self.tables):
            titled = dict(base)
            for text in reversed(table.titles):
                titled.update(dims_of(text) or dims_in(text))
            own = [s for s in self.sections if s.table == number]
            held: dict[int, set[str]] = {s.index: set() for s in own}
            before: set[str] = set()
            for record in records.get(number, ()) if own else ():
                held.get(record.section, before).add(f"{record.unit} {record.year} {record.variable} {record.dims}")
            settled = settle(own, held, before, titled) if number in contexts else {-1: titled}
            if settled is None:
                self.findings.add(
                    "sections_unclear", cell=self.place(*own[0].cell), found="; ".join(s.text for s in own[:6])
                )
                self._refuse(number)
                continue
            for record in records.get(number, ()):
                record.dims = {**settled[record.section], **record.dims}
                if table.said and "section" in settled[record.section]:
                    self._unnamed(record, settled[record.section]["section"])  # as an indicator was named above it
            self.records = [record for record in self.records if not record.unnamed or not record.dims.get("section")]
            if own and any(settled[s.index] != titled for s in own):
                self.findings.add(
                    "sections_found",
                    cell=self.place(*own[0].cell),
                    found="; ".join(s.text for s in own[:6]),
                    n=len(own),
                )

    def _unnamed(self, record: Record, text: str) -> None:
        """Leave out a figure below a heading that takes the place of an indicator and names none of the study."""
        record.unnamed = True
        self.claim(record.row, record.column, "left_out", "indicator")
        self.left["column"][text] += 1

    def _refuse(self, table: int) -> None:
        """Refuse the figures of a table: nobody can tell what they are of."""
        for record in self.records:
            if record.table == table:
                self.claim(record.row, record.column, "problem")
        self.records = [r for r in self.records if r.table != table]

    def _distinct(self) -> None:
        """Take columns of text for dimensions, where figures of a table differ by them alone."""
        tables: dict[int, list[Record]] = {}
        for record in self.records:
            tables.setdefault(record.table, []).append(record)
        for own in tables.values():
            people = any(role_of(n) == "respondent" for r in own[:1] for n in r.labels)
            keys = Counter((r.unit, r.year, r.variable, () if people else tuple(sorted(r.dims.items()))) for r in own)
            if not keys or max(keys.values()) == 1:
                continue
            varied = [
                n for n in dict.fromkeys(n for r in own for n in r.labels) if len({r.labels.get(n) for r in own}) > 1
            ]
            single = [n for n in varied if role_of(n) == "respondent" or n.startswith("_")]
            single = [n for n in single if self._parts(own, [n])]
            chosen = varied if self._parts(own, varied) else []
            for name in reversed(chosen):
                if self._parts(own, [n for n in chosen if n != name]):
                    chosen = [n for n in chosen if n != name]
            chosen = single[:1] or chosen
            for name in chosen:
                self.left["column"].pop(name, None)
            for record in own:
                record.dims = {
                    **record.dims,
                    **{("respondent" if single else n): record.labels.get(n, "") for n in chosen},
                }

    @staticmethod
    def _parts(records: Sequence[Record], names: Sequence[str]) -> bool:
        """Whether columns of text tell all figures apart."""
        keys = Counter(
            (r.unit, r.year, r.variable, tuple(sorted(r.dims.items())), tuple(r.labels.get(n) for n in names))
            for r in records
        )
        return bool(names) and max(keys.values()) == 1

    def _marks(self) -> dict[tuple[int, str], Marks]:
        """How the numbers of each variable of each table are printed."""
        texts: dict[tuple[int, str], list[str]] = {}
        named: dict[tuple[int, str], dict[str, None]] = {}
        for r in self.records:
            held = texts.setdefault((r.table, r.variable), [])
            named.setdefault((r.table, r.variable), {})[r.heading] = None
            text = self.sheet.text(r.row, r.column)
            if has_mark(text) and (r.row, r.column) not in self.sheet.numbers:
                held.append(text)
        made = {}
        for key, held in texts.items():
            file = self.file.file
            said = self.sheet.decimal or self.known.mark(*named[key], key[1], file, PurePath(file).name)
            made[key] = Marks(frozenset(said), True) if said else Marks(decimal_marks(held))
        return made

    def _value(self, record: Record, marks: Marks) -> tuple[float | None, str] | None:
        """Number and marker of a cell; None where it is a problem."""
        cell = (record.row, record.column)
        text, place, held = self.sheet.text(*cell), self.place(*cell), record.held
        unit = "" if held is None else held.unit_of_measure
        answers = self.known.answers.get(record.variable, {})
        flag = record.flag if record.flag != "a" else ""  # a: a normal figure
        if cell in self.sheet.unsaved:
            self.findings.add("formula", cell=place)
            return None
        if cell in self.sheet.refused or (cell in self.sheet.scaled and (held is None or held.scaled)):
            self.findings.add(
                "number_format", cell=place, found=self.sheet.refused.get(cell) or self.sheet.scaled[cell]
            )
            return None
        if text in self.known.missing.get(record.variable, ()):
            return None, str(Flag.NOT_AVAILABLE)
        if text in answers:
            return float(answers[text]), ""
        if text.upper() == "#NULL!" and not self.sheet.name and any(n == "respondent" for n, _ in record.dims.items()):
            return None, str(Flag.EMPTY)  # as SPSS writes an answer that is not there
        if text.upper() in SPREADSHEET_ERRORS:
            self.findings.add("spreadsheet_error", cell=place, found=text)
            return None
        if self.view.served and (flagged := _FLAGGED.match(text)) and set(flagged[2]) <= FLAGS:
            text, flag = flagged[1], flagged[2]
        elif noted := _NOTED.match(text):
            text = noted[1]
        marked = cell not in self.sheet.numbers and has_mark(text)
        try:
            number = read_number(marks.plain(text) if marked else text, self.markers, record.declared == "share")
        except ValueError:
            self.findings.add("number", cell=place, found=text, unit=unit)
            return None
        if number.value is None:
            return None, "confidential" if flag == "c" else str(number.flag)
        if (
            marked
            and marks.is_open(text)
            and not self.view.served
            and (held is None or held.in_thousands(number.value))
        ):
            self.findings.add("which_mark", cell=place, found=text, unit=unit)
            return None
        if held is not None and number.percent and not held.percent and unit not in UNSAID:
            self.findings.add("percent_sign", cell=place, found=text, unit=unit)
            return None
        low, high = (None, None) if held is None else held.bounds
        if (low is not None and number.value < low) or (high is not None and number.value > high):
            self.findings.add("bounds", cell=place, found=text, span=span_words(low, high), unit=unit)
            return None
        if held is not None and held.count and number.value != number.value.to_integral_value():
            self.findings.add("whole", cell=place, found=text, unit=unit)
            return None
        return float(number.value), flag
