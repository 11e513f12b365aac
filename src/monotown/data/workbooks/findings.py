"""Errors and warnings about a workbook: where, what was found, what was expected, how to mend."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from monotown.base.labels import Labels
from monotown.base.problems import NOTHING, Problem

ERROR: Final = "error"
WARNING: Final = "warning"
NOTE: Final = "note"

#: Columns of the table of findings.
COLUMNS: Final = ("severity", "file", "sheet", "cell", "found", "expected", "mend")

#: Where the words of findings stand, by code: ``expected`` and ``mend``; those of the sheets of a study apart.
_WORDS: Final = "towns.finding"
_STUDY: Final = "study.finding"

#: What each finding is.
WARNINGS: Final = frozenset(
    {
        "jump",
        "outside",
        "coverage",
        "sheet_left_out",
        "totals_left_out",
        "rows_left_out",
        "percent_or_share_declared",
        "one_unit",
        "unit_assumed",
        "hidden_read",
        "cells_hidden",
        "hidden_left_out",
        "odd_year",
        "aggregates_left_out",
        "sections",
        "computed_outside",
        "units_left_out",
        "sections_found",
        "no_year_given",
        "unit_counted_back",
        "periods_left_out",
        "sheet_aside",
        "name_unmet",
    }
)

#: What was understood, and what was left aside as meant.
NOTES: Final = frozenset(
    {
        "unit_column",
        "section_taken",
        "columns_left_out",
        "columns_aside",
        "rows_aside",
        "key_aside",
        "columns_as_asked",
        "groups_left_out",
        "indicator_unnamed",
        "indicator_own",
    }
)

#: Things of one kind that a message names one by one; others are counted.
NAMED: Final = 20


@dataclass(frozen=True)
class Finding:
    """One thing to say about one place.

    Attributes
    ----------
    code
        What it is; a key below ``towns.finding`` in the labels.
    file, sheet, cell
        Where: the sheet is "" for a file without sheets, the cell such as ``B7``, or "".
    found
        As printed in the file.
    values
        What the words of the finding name: pairs of a field and its text.
    """

    code: str
    file: str
    sheet: str = ""
    cell: str = ""
    found: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def at(cls, row: Mapping[Any, Any], code: str, found: str, **values: object) -> Finding:
        """A finding at the cell of a row of figures."""
        named = tuple((k, str(v)) for k, v in values.items())
        return cls(code, str(row["file"]), str(row["sheet"]), str(row["cell"]), found, named)

    @property
    def severity(self) -> str:
        """`NOTE` for what was understood, `WARNING` for what may be right, `ERROR` for what stops the run."""
        return NOTE if self.code in NOTES else WARNING if self.code in WARNINGS else ERROR


def finding_of(problem: Problem) -> Finding:
    """A problem of a study as a finding, which has words in every language."""
    place = problem.cell or ("" if problem.sheet else problem.where)
    return Finding(problem.code, problem.file, problem.sheet, place, problem.found, problem.values)


def has_words(problem: Problem, labels: Labels) -> bool:
    """Whether a problem has words of its own in the labels."""
    return any(labels.has(f"{group}.{problem.code}.expected") for group in (_WORDS, _STUDY))


class Findings:
    """Findings of one reading, in the order met, each once.

    Examples
    --------
    >>> notes = Findings("a.csv")
    >>> notes.add("number", cell="B2", found="abc", unit="%")
    >>> notes.errors, len(notes.all)
    (1, 1)
    """

    def __init__(self, file: str = "", sheet: str = "") -> None:
        self.file, self.sheet = file, sheet
        self._all: dict[Finding, None] = {}

    def add(self, code: str, *, cell: str = "", found: object = "", **values: object) -> None:
        """Note a finding in the file and sheet being read."""
        named = tuple((k, str(v)) for k, v in values.items())
        self._all[Finding(code, self.file, self.sheet, cell, str(found), named)] = None

    def add_names(self, code: str, names: Collection[str], cell: str = "") -> None:
        """Note one finding of several things: the first `NAMED` by name, and how many there are.

        Examples
        --------
        >>> notes = Findings("a.csv")
        >>> notes.add_names("columns_left_out", [f"c{i}" for i in range(22)])
        >>> notes.all[0].found[-7:], notes.all[0].values
        ('c19 + 2', (('n', '22'),))
        """
        more = len(names) - NAMED
        shown = ", ".join(list(names)[:NAMED]) + (f" + {more}" if more > 0 else "")
        self.add(code, cell=cell, found=shown, n=len(names))

    def extend(self, findings: Iterable[Finding]) -> None:
        """Note findings made elsewhere."""
        self._all.update(dict.fromkeys(findings))

    @property
    def all(self) -> tuple[Finding, ...]:
        """Every finding, in the order met."""
        return tuple(self._all)

    def errors_at(self, file: str, sheet: str) -> bool:
        """Whether a sheet has an error."""
        place = (file, sheet)
        return any(f.severity == ERROR and (f.file, f.sheet) == place for f in self._all)

    @property
    def errors(self) -> int:
        """Number of errors."""
        return sum(f.severity == ERROR for f in self._all)


#: What the values of findings name: prefixes of labels that have words for them.
_NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": ("measured_in",),
    "variable": ("field",),
    "level": ("level_of",),
    "most": ("level_of",),
    "parts": ("field",),
    "whole": ("field",),
    "missing": ("field", "block"),
    "block": ("block",),
    "among": ("unit", "field"),
    "other": ("unit",),
    "near": ("block",),
}

#: Values that a reader is asked to write: their id stands beside their name.
_WRITTEN: Final = frozenset({"among", "other", "near", "missing", "block", "parts", "whole"})


def _named(name: str, text: str, labels: Labels) -> str:
    """A value of a finding with the names of what its ids mean, where the labels have them."""
    parts = []
    for part in text.split(", ") if name in _WRITTEN else [text]:
        keys = (f"{prefix}.{part}" for prefix in _NAMED.get(name, ()))
        word = next((labels(k) for k in keys if labels.has(k)), "")
        parts.append((f"{word} ({part})" if name in _WRITTEN else word) if word else part)
    return ", ".join(parts)


def in_words(finding: Finding, labels: Labels) -> tuple[str, str]:
    """What was expected and how to mend it, in the language of the labels.

    Findings of the sheets of a study name its ids as they stand there. In others, units, indicators and
    units of measure are named where the labels have ``unit.<code>``,
    ``field.<id>``, ``block.<id>`` and ``measured_in.<unit>``.
    """
    if labels.has(f"{_STUDY}.{finding.code}.expected"):
        key, values = f"{_STUDY}.{finding.code}", dict(finding.values)
        if "names" in values:
            values["nearest"] = _nearest(values["near"], values["names"], labels)
    else:
        key, values = f"{_WORDS}.{finding.code}", {k: _named(k, v, labels) for k, v in finding.values}  # noqa: PD011
        if labels.language in values:
            values["what"] = values[labels.language]  # told in every language
    return labels(f"{key}.expected", **values), labels(f"{key}.mend", **values)


def _nearest(near: str, names: str, labels: Labels) -> str:
    if near:
        return labels("door.expected.near_or", near=repr(near), names=names)
    return labels("door.expected.one_of", names=names)


#: Findings whose `found` is made of ids.
_OF_IDS: Final = frozenset({"coverage", "no_such_unit_then", "one_unit", "repeated", "mixed_levels"})


def found_words(finding: Finding, labels: Labels) -> str:
    """What was found, as printed in the file; ids that the reading put there are named."""
    if labels.has(f"{_STUDY}.{finding.code}.expected"):
        key = f"{_STUDY}.{finding.code}.found"
        return labels(key) if labels.has(key) else labels("door.nothing") if finding.found == NOTHING else finding.found
    if finding.code not in _OF_IDS:
        return finding.found
    words = []
    for word in finding.found.split(" "):
        bare = word.rstrip(":")
        keys = (f"unit.{bare}", f"field.{bare}")
        named = next((labels(k) for k in keys if labels.has(k)), bare)
        words.append(named + word[len(bare) :])
    return " ".join(words)


def findings_table(findings: Sequence[Finding], labels: Labels) -> pd.DataFrame:
    """Findings in words: errors first, then by file, sheet and place.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; ``severity`` is a word of the language.
    """
    rows = []
    order = sorted(range(len(findings)), key=lambda i: (findings[i].severity != ERROR, findings[i].file, i))
    for i in order:
        finding = findings[i]
        expected, mend = in_words(finding, labels)
        rows.append(
            (
                labels(f"towns.severity.{finding.severity}"),
                finding.file,
                finding.sheet,
                finding.cell,
                found_words(finding, labels),
                expected,
                mend,
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=str)


def terminal_table(table: pd.DataFrame, labels: Labels, width: int = 46, most: int = 100) -> str:
    """Findings as lines for a terminal: one block a finding, its count at the head.

    Parameters
    ----------
    table
        Of `findings_table`.
    labels
        Words of the language: ``towns.column.*``, ``towns.count``.
    width
        Longest text of a found value; longer ones are cut.
    most
        Findings printed; the others are counted.
    """
    words: Mapping[str, str] = {name: labels(f"towns.column.{name}") for name in COLUMNS}
    lines = [labels("towns.count", n=len(table))]
    for number, row in enumerate(table.head(most).to_dict("records"), 1):
        found = str(row["found"])
        if len(found) > width:
            found = found[: width - 1] + "…"
        place = ", ".join(str(row[k]) for k in ("file", "sheet", "cell") if row[k])
        lines.append(f"{number}. {row['severity']}: {place}")
        lines.append(f"   {words['found']}: {found or '—'}; {words['expected']}: {row['expected']}")
        lines.append(f"   {words['mend']}: {row['mend']}")
    if len(table) > most:
        lines.append(labels("towns.more", n=len(table) - most))
    return "\n".join(lines)
