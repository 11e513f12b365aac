"""Which mark of a printed number parts its decimals and which its thousands; never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monotown.base.parsing import SPACES

_MARKS = (".", ",")
#: One mark before exactly three digits: 86,000 is eighty-six or eighty-six thousand. A group of
#: thousands does not begin with a zero.
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}\Z")
_SEVERAL = {m: re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(m)}\d{{3}}){{2,}}\Z") for m in _MARKS}
_BOTH = {
    m: re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(_MARKS[1 - i])}\d{{3}})+{re.escape(m)}\d+\Z")
    for i, m in enumerate(_MARKS)
}
_ONE = re.compile(rf"(?:\d+|\d{{1,3}}(?:[{SPACES}]\d{{3}})+)([.,])\d+\Z")


_PARTS = re.compile(rf"\s*([+\-\u2212]?)([\d.,{SPACES}]*\d)(.*)\Z", re.DOTALL)


def has_mark(text: str) -> bool:
    """Whether a text has a point or a comma at all."""
    return "," in text or "." in text


def _bare(text: str) -> tuple[str, str, str]:
    """A number's sign, its digits and marks, and what follows them."""
    match = _PARTS.match(text)
    return ("", "", text) if match is None else (match[1], match[2], match[3])


def decimal_marks(texts: Iterable[str]) -> frozenset[str]:
    """Marks that are decimal for certain, by the numbers that can be read in one way only.

    Parameters
    ----------
    texts
        Cells of one column, as printed.

    Examples
    --------
    >>> sorted(decimal_marks(["86,000", "14489,377"])), sorted(decimal_marks(["1,178,000"]))
    ([','], ['.'])
    >>> sorted(decimal_marks(["86,000", "104,507"])), sorted(decimal_marks(["0,125"]))
    ([], [','])
    """
    found = set()
    for text in texts:
        _, number, _ = _bare(text)
        if not number or _EITHER.match(number):
            continue
        for mark in _MARKS:
            other = _MARKS[1 - _MARKS.index(mark)]
            if _SEVERAL[other].match(number) or _BOTH[mark].match(number):
                found.add(mark)
        one = _ONE.match(number)
        if one:
            found.add(one[1])
    return frozenset(found)


@dataclass(frozen=True)
class Marks:
    """How the numbers of a column are printed.

    Attributes
    ----------
    decimal
        Marks that are decimal, of `decimal_marks` or as the run says; empty where nothing settles
        it.
    said
        Whether the run says it: a number printed otherwise is then refused.
    """

    decimal: frozenset[str] = frozenset()
    said: bool = False

    def is_open(self, text: str) -> bool:
        """Whether nothing settles if a mark of this number parts decimals or thousands.

        Examples
        --------
        >>> Marks().is_open("86,000"), Marks(frozenset(",")).is_open("86,000")
        (True, False)
        >>> Marks().is_open("0,125"), Marks().is_open("86,00")
        (False, False)
        """
        return len(self.decimal) != 1 and bool(_EITHER.match(_bare(text)[1]))

    def plain(self, text: str) -> str:
        """The number without marks between its thousands.

        Raises
        ------
        ValueError
            If the run says another mark than the number has.

        Examples
        --------
        >>> Marks(frozenset(".")).plain("86,000"), Marks(frozenset(",")).plain("86,000")
        ('86000', '86,000')
        >>> Marks().plain("1.178.000"), Marks().plain("-1,234.5 *")
        ('1178000', '-1234.5 *')
        """
        sign, number, rest = _bare(text)
        for mark in _MARKS:
            other = _MARKS[1 - _MARKS.index(mark)]
            grouped = bool(_SEVERAL[other].match(number) or _BOTH[mark].match(number))
            if not grouped and self.decimal == {mark}:
                grouped = bool(_EITHER.match(number)) and other in number
            if grouped:
                if self.said and self.decimal != {mark}:
                    raise ValueError(f"{text!r} has another decimal mark than the run says")
                return f"{sign}{number.replace(other, '')}{rest}"
        one = _ONE.match(number)
        if self.said and one and self.decimal != {one[1]}:
            raise ValueError(f"{text!r} has another decimal mark than the run says")
        return text
