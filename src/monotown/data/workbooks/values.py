"""Numbers, percents and years of a cell, read as declared and never guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

from monotown.base.parsing import SPACES, Flag, parse_cell, without_marks
from monotown.data.sources import FIRST_YEAR, LAST_YEAR
from monotown.data.workbooks.grid import KEPT, word_key

#: Errors that spreadsheets show in place of a value.
SPREADSHEET_ERRORS = (
    "#DIV/0!",
    "#N/A",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#Н/Д",
    "#ДЕЛ/0!",
    "#ЗНАЧ!",
    "#ССЫЛКА!",
    "#ИМЯ?",
    "#ЧИСЛО!",
    "#ПУСТО!",
)

_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d{1,3}\Z")
#: No text that is a year is longer.
LONGEST_YEAR: Final = 60

#: Words for year beside its digits, and those that say that its figures are not the last word.
_WORD = r"(?:г\.?|год\w*|ж\.?|жыл\w*|y\.?|year)"
_STATE = (
    r"(?:предв\w*\.?|предварительн\w*|уточн\w*\.?|оцен(?:ка|очн\w*)|окончат\w*|пересм\w*|алдын ала|бағалау|"
    r"нақтыланған|provisional|preliminary|prelim\.?|prov\.?|estimate[sd]?|est\.?|revised|final|[pерre])"
    r"(?: (?:данн\w+|оценк\w+|итог\w+|деректер\w*|мәлімет\w*|data|figures|estimates?))?"
)
_STATED = re.compile(rf"[\s,]*(?:\(\s*{_STATE}\s*\)|(?<![^\W\d]){_STATE})\Z")
_MARKED = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:\d{1,2}\)|[*†‡⁰¹²³⁴-⁹⁾]+)")
_JANUARY = (
    r"(?:0?1 (?:января|январь|january|jan\.?|қаңтар\w*)|january 0?1,?|"
    r"31 (?:декабря|december|dec\.?|желтоқсан\w*)|december 31,?)"
)
_WHOLE = r"(?:(?:январь|january|jan|қаңтар)\s*[-–—]\s*(?:декабрь|december|dec|желтоқсан))"
_YEARS = (
    re.compile(rf"(\d{{4}})(?:\.0+)?(?:[\s-]*{_WORD})?\Z"),
    re.compile(r"(\d{4})-\d{1,2}-\d{1,2}(?:[T ][\d:.]+)?\Z", re.I),
    re.compile(r"\d{1,2}[./]\d{1,2}[./](\d{4})(?:\s*г\.?)?\Z"),
    re.compile(
        r"(?:за|in|на|на начало|на конец|конец|к концу|(?:the )?end of|at the end of|beginning of|год|year|жыл)"
        rf"\s+(\d{{4}})"
        rf"(?:\s*{_WORD})?\Z"
    ),
    re.compile(rf"(?:(?:на|на начало|on|at|as of) )?{_JANUARY} (\d{{4}})(?:\s*{_WORD})?\Z"),
    re.compile(rf"(?:за )?{_WHOLE} (\d{{4}})(?:\s*{_WORD})?\Z"),
    re.compile(rf"(\d{{4}})(?:\s*{_WORD})? (?:{_WHOLE}|{_JANUARY})\Z"),
)


@dataclass(frozen=True)
class Number:
    """A cell as read.

    Attributes
    ----------
    value
        The number in the unit of its variable, or None.
    flag
        Why there is no number.
    percent
        Whether the cell carries a percent sign.
    """

    value: Decimal | None
    flag: Flag
    percent: bool = False


def marker_table(markers: Mapping[str, Sequence[str]]) -> dict[str, Flag]:
    """Markers of a config: their key (`word_key`, or as printed) to the flag.

    Examples
    --------
    >>> marker_table({"not_available": ["н/д"]})
    {'н д': <Flag.NOT_AVAILABLE: 'not_available'>, 'н/д': <Flag.NOT_AVAILABLE: 'not_available'>}
    """
    return {
        key: Flag(flag)
        for flag, texts in markers.items()
        for text in texts
        for key in dict.fromkeys([word_key(text), text.casefold()])
    }


def read_number(text: str, markers: Mapping[str, Flag], share: bool = False) -> Number:
    """Number or marker of a cell.

    Parameters
    ----------
    text
        As printed: a decimal comma or point, spaces between thousands, a percent sign; marks of
        footnotes at its end (``30¹``, ``30*``) do not count.
    markers
        Of `marker_table`.
    share
        Whether the column is declared a share of 1, whose values are put in percent.

    Raises
    ------
    ValueError
        If it is neither a number nor a marker; if no double precision number comes near it
        (``1e400``, ``1e-400``); if it is a power of ten (``10⁶``).

    Examples
    --------
    >>> read_number("1 234,5", {}).value, read_number("43,10%", {})
    (Decimal('1234.5'), Number(value=Decimal('43.10'), flag=<Flag.VALUE: ''>, percent=True))
    >>> read_number("0.431", {}, share=True).value
    Decimal('43.1')
    """
    stripped = text.strip().strip(SPACES)
    if stripped.casefold() in markers:
        return Number(None, markers[stripped.casefold()])
    bare = without_marks(stripped, powers=False).rstrip(SPACES)
    if bare in ("10", "-10") and bare != stripped and stripped[len(bare)] not in "*† ":
        raise ValueError(f"{text!r} may be a power of ten")
    stripped = bare
    if stripped.casefold() in markers:
        return Number(None, markers[stripped.casefold()])
    percent = stripped.endswith("%")
    if percent:
        stripped = without_marks(stripped[:-1].rstrip(SPACES), powers=False).rstrip(SPACES)
    if _EXPONENT.match(stripped):
        try:
            stripped = f"{Decimal(stripped.replace(',', '.')):f}"
        except InvalidOperation as error:  # pragma: no cover - the pattern allows numbers only
            raise ValueError(text) from error
    # A minus sign of print is a minus.
    if stripped[:1] == "\u2212" and len(stripped) > 1:
        stripped = "-" + stripped[1:]
    cell = parse_cell(stripped)
    if cell.value is None:
        if percent:
            raise ValueError(f"{text!r} is a percent sign without a number")
        return Number(None, cell.flag)
    value = cell.value
    kept = float(value)
    if not math.isfinite(kept) or (kept == 0) != (value == 0):
        raise ValueError(f"{text!r} is beyond the numbers that can be kept")
    if share and not percent:
        value = (value * 100).normalize()
        value = value.quantize(Decimal(1)) if value == value.to_integral_value() else value
    return Number(value, Flag.VALUE, percent)


def read_any_year(text: str) -> int | None:
    """Year of a cell: a number, a date, or with words for year, its state and its ends; None where it is none.

    Parts of a year, school years and spans of years are none.

    Examples
    --------
    >>> [read_any_year(t) for t in ("2018", "2018.0", "2018-12-31", "31.12.2018", "2018 г.¹")]
    [2018, 2018, 2018, 2018, 2018]
    >>> [read_any_year(t) for t in ("2023* ж.", "20232)", "2023 (предв.)", "2023p", "на 1 января 2023 года")]
    [2023, 2023, 2023, 2023, 2023]
    >>> [read_any_year(t) for t in ("2021 ж. / 2021 г.", "январь-декабрь 2021 г.", "2021-жыл", "Год 2021")]
    [2021, 2021, 2021, 2021]
    >>> read_any_year("43465"), read_any_year("18"), read_any_year("2020/2021"), read_any_year("2021 прогноз")
    (None, None, None, None)
    """
    stripped = text.strip().strip(SPACES)
    if len(stripped) > LONGEST_YEAR or not any(c.isdigit() for c in stripped):
        return None
    return _any_year(stripped)


@lru_cache(maxsize=KEPT)
def _any_year(text: str) -> int | None:
    parts = [p for p in re.split(r"\s*/\s+|\s+/\s*|\n", text) if p.strip()]
    if len(parts) > 1:
        told = {_any_year(part) for part in parts}
        if len(told) == 1:
            return told.pop()
    bare = " ".join(_MARKED.sub(r"\1 ", without_marks(text, powers=False)).casefold().split())
    bare = _STATED.sub("", re.sub(r"(?<=[.\s\w)])\s*(?<!\d)\d{1,2}\)\Z", "", bare))
    for pattern in _YEARS:
        match = pattern.match(bare)
        if match:
            year = int(match[1])
            return year if FIRST_YEAR <= year <= LAST_YEAR else None
    return None
