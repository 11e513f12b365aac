"""Read numbers as statistics offices print them: decimal commas, spaces, markers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: Variable to the numbers that its markers stand for, as ``reads_as`` of the variables config.
ReadsAs = Mapping[str, Mapping[str, float]]

#: Spaces that separate thousands in print: plain, no-break, narrow no-break, thin, figure.
SPACES = " \u00a0\u202f\u2009\u2007"

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\Z")
_GROUPED = re.compile(rf"[+-]?\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?:[.,]\d+)?\Z")

_FOOTNOTED = re.compile(rf"([+-]?\d{{1,3}}(?:[{SPACES}]\d{{3}})+)\d{{1,2}}\)\Z")

#: Characters that take no place in print: soft hyphens, zero-width spaces and joiners, marks of
#: direction and of byte order, variation selectors.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

#: A mark of a footnote: a raised digit, bracket or letters (``⁽а⁾``), an asterisk, a dagger.
_MARK = "(?:⁽[^⁽⁾]*⁾|[⁰¹²³⁴-⁹⁾*†‡])"
_MARKS = re.compile(rf"\s*{_MARK}(?:[\s,;]*{_MARK})*\s*\Z")
_LONGEST_MARKS = 60


class Flag(StrEnum):
    """Why a cell holds no number, in the wording of the Bureau of National Statistics."""

    VALUE = ""
    NONE = "none"
    NOT_AVAILABLE = "not_available"
    CONFIDENTIAL = "confidential"
    NEGLIGIBLE = "negligible"
    EMPTY = "empty"


#: Markers common to the office's publications; Latin and Cyrillic "x" look the same.
MARKERS: dict[str, Flag] = {
    "": Flag.EMPTY,
    "-": Flag.NONE,
    "–": Flag.NONE,
    "—": Flag.NONE,
    "...": Flag.NOT_AVAILABLE,
    "…": Flag.NOT_AVAILABLE,
    "x": Flag.CONFIDENTIAL,
    "X": Flag.CONFIDENTIAL,
    "х": Flag.CONFIDENTIAL,
    "Х": Flag.CONFIDENTIAL,
}

#: "0,0" means "under half of the last printed digit" where the publication says so.
NEGLIGIBLE = {"0,0", "0.0", "0,00", "0.00"}


@dataclass(frozen=True)
class Cell:
    """A cell as read.

    Attributes
    ----------
    value
        The number, exactly as printed, or None where `flag` is not `Flag.VALUE`.
    flag
        Why there is no number.
    decimals
        Digits printed after the decimal mark (0 for an integer).
    """

    value: Decimal | None
    flag: Flag
    decimals: int = 0


def parse_cell(text: str, *, negligible: bool = False) -> Cell:
    """Read one printed cell.

    Parameters
    ----------
    text
        The cell as printed; a decimal comma or point; groups of three digits may be parted by
        plain or no-break spaces.
    negligible
        Whether the source uses "0,0" as the marker for a negligible value. Where it does not,
        "0.0" is the number zero.

    Returns
    -------
    Cell

    Raises
    ------
    ValueError
        If the text is neither a number nor a marker.

    Examples
    --------
    >>> parse_cell("59,26")
    Cell(value=Decimal('59.26'), flag=<Flag.VALUE: ''>, decimals=2)
    >>> parse_cell("1 234,5").value
    Decimal('1234.5')
    >>> parse_cell("х").flag
    <Flag.CONFIDENTIAL: 'confidential'>
    """
    stripped = text.strip().strip(SPACES)
    if stripped in MARKERS:
        return Cell(None, MARKERS[stripped])
    if negligible and stripped in NEGLIGIBLE:
        return Cell(None, Flag.NEGLIGIBLE)
    if _GROUPED.match(stripped):
        stripped = re.sub(f"[{SPACES}]", "", stripped)
    if not _NUMBER.match(stripped):
        raise ValueError(f"{text!r} is neither a number nor a marker")
    number = stripped.replace(",", ".")
    return Cell(Decimal(number), Flag.VALUE, len(number.partition(".")[2]))


def without_footnote(text: str) -> str:
    """A number without the digits and bracket of a footnote that follow it at once.

    Only where thousands are parted by blanks: a group has three digits, so where the number ends is
    certain. Any other text stays as it is, and is no number to `parse_cell`.

    Parameters
    ----------
    text
        The cell as printed.

    Examples
    --------
    >>> [without_footnote(t) for t in ("160 0005)", "1 234 56712)", "4821971)", "160 000")]
    ['160 000', '1 234 567', '4821971)', '160 000']
    """
    found = _FOOTNOTED.match(text)
    return found[1] if found else text


def visible_text(text: str) -> str:
    r"""A text without characters that nobody sees.

    Examples
    --------
    >>> visible_text("Zhez\u00adkazgan\u200b")
    'Zhezkazgan'
    """
    return text if text.isascii() else _INVISIBLE.sub("", text)


def without_marks(text: str, *, powers: bool = True) -> str:
    """A text without the marks of footnotes at its end.

    Parameters
    ----------
    text
        As printed; raised digits are ``¹²³``.
    powers
        Whether a raised digit right after a word of one or two letters is a power, as in ``м²``
        and ``км²``, and stays.

    Examples
    --------
    >>> [without_marks(t) for t in ("30¹", "2021 г.*", "Год ¹⁾", "мг/м³", "*")]
    ['30', '2021 г.', 'Год', 'мг/м³', '*']
    """
    stripped = text.rstrip()
    if not stripped or stripped[-1] not in "⁰¹²³⁴⁵⁶⁷⁸⁹⁾*†‡":
        return text
    tail = stripped[-_LONGEST_MARKS:]
    found = _MARKS.search(tail)
    head = stripped[: len(stripped) - len(tail)] + (tail[: found.start()] if found else tail)
    if not head.strip():
        return text
    word = re.search(r"[^\W\d_]{0,3}\Z", head)
    if powers and word and len(word[0]) in (1, 2) and stripped[len(head)] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
        return text
    return head


def reads_of(variables: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, float]]:
    """What the markers of each variable stand for, from a variables config.

    Examples
    --------
    >>> reads_of({"staff": {"reads_as": {"none": 0}}, "age": {}})
    {'staff': {'none': 0}}
    """
    return {str(n): entry["reads_as"] for n, entry in variables.items() if entry.get("reads_as")}


def stands_for(value: float, flag: str, reads: Mapping[str, float]) -> float:
    """Number that a figure stands for where a sum or a formula needs one.

    Parameters
    ----------
    value
        The figure; NaN where a marker stands instead.
    flag
        The marker, one of `Flag`.
    reads
        Marker to its number, of one variable.

    Returns
    -------
    float
        The figure, the number of its marker, or NaN.

    Examples
    --------
    >>> stands_for(5.0, "", {"none": 0}), stands_for(math.nan, "none", {"none": 0})
    (5.0, 0.0)
    >>> stands_for(math.nan, "confidential", {"none": 0})
    nan
    """
    return float(reads.get(flag, math.nan)) if math.isnan(value) else float(value)


def numbers_of(figures: pd.DataFrame, reads_as: ReadsAs) -> NDArray[np.float64]:
    """Number that each row of a table stands for, by `stands_for`; NaN where there is none.

    Parameters
    ----------
    figures
        With ``variable``, ``value`` and ``flag``.
    reads_as
        Of `reads_of`.

    Examples
    --------
    >>> rows = pd.DataFrame({"variable": ["staff", "age"], "value": [math.nan, math.nan],
    ...                      "flag": ["none", "none"]})
    >>> numbers_of(rows, {"staff": {"none": 0}}).tolist()
    [0.0, nan]
    """
    numbers = figures["value"].to_numpy(dtype=np.float64, copy=True)
    gone = np.flatnonzero(np.isnan(numbers))
    pairs = zip(figures["variable"].iloc[gone], figures["flag"].iloc[gone], strict=True)
    for at, (variable, flag) in zip(gone, pairs, strict=True):
        numbers[at] = stands_for(math.nan, flag, reads_as.get(variable, {}))
    return numbers
