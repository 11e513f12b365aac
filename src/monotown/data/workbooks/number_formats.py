"""Number formats of spreadsheets, read by their grammar: what a stored number means as shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final


class Kind(StrEnum):
    """What a cell with a number format holds.

    Attributes
    ----------
    NUMBER
        The stored number.
    PERCENT
        The stored number times 100, in percent.
    SIGNED
        The stored number in percent: the sign is a text of the format.
    DATE
        A date or a time.
    REFUSED
        Something that the format does not tell beyond doubt.
    """

    NUMBER = "number"
    PERCENT = "percent"
    SIGNED = "signed"
    DATE = "date"
    REFUSED = "refused"


@dataclass(frozen=True)
class Section:
    """One part of a format between semicolons.

    Attributes
    ----------
    kind
        What a number in it is.
    condition
        Comparison and limit of ``[>=1000]``, or None.
    before, after
        Texts that it prints around the number.
    text
        Whether it has a place for a text, ``@``.
    blank
        Whether it prints nothing, or a dash, in place of the number.
    scaled
        Whether it shows thousands or millions of what is stored.
    """

    kind: Kind
    condition: tuple[str, Decimal] | None = None
    before: str = ""
    after: str = ""
    text: bool = False
    blank: bool = False
    scaled: bool = False


#: Names of the format without a form of its own, as programs in several languages write it.
_GENERAL: Final = re.compile("general|standard|основной|стандартный|жалпы", re.IGNORECASE)

_TOKEN: Final = re.compile(
    r"""(?P<quoted>"[^"]*")
      | (?P<escaped>\\.)
      | (?P<space>_.)
      | (?P<fill>\*.)
      | (?P<bracket>\[[^\[\]]*\])
      | (?P<end>;)
      | (?P<noon>am/pm|a/p)
      | (?P<general>general|standard|основной|стандартный|жалпы)
      | (?P<exponent>e[+-](?=[0\#?]))
      | (?P<digit>[0\#?])
      | (?P<comma>,)
      | (?P<point>\.)
      | (?P<percent>%)
      | (?P<text>@)
      | (?P<date>[ymdhsbeg]+)
      | (?P<other>.)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)

_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:[.,]\d+)?)\Z")
_HOLDS: Final = {
    "<": lambda v, x: v < x,
    "<=": lambda v, x: v <= x,
    ">": lambda v, x: v > x,
    ">=": lambda v, x: v >= x,
    "=": lambda v, x: v == x,
    "<>": lambda v, x: v != x,
}
_COLOUR: Final = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|colou?r\s*\d{1,2}"
    r"|чер\w+|син\w+|голуб\w+|зел\w+|фиолет\w+|красн\w+|бел\w+|ж[её]лт\w+|цвет\s*\d{1,2})\Z",
    re.IGNORECASE,
)
_ELAPSED: Final = re.compile(r"(?:h+|m+|s+)\Z", re.IGNORECASE)

#: Texts around a number that change nothing: signs, brackets, marks of a footnote, and words that
#: name the thing counted in ones. A word that scales, a currency and a digit are none of them.
_PLAIN_SIGNS: Final = frozenset(" \u00a0\u202f\u2009\u2007+-\u2212–—()*†‡:~'")
_MARKS: Final = re.compile("[⁰¹²³⁴-⁹]+")
_PLAIN_WORDS: Final = frozenset(
    {
        "г",
        "гг",
        "год",
        "года",
        "лет",
        "ж",
        "жыл",
        "жылы",
        "жас",
        "y",
        "year",
        "years",
        "чел",
        "человек",
        "адам",
        "person",
        "persons",
        "people",
    }
)
_DASHES: Final = frozenset("-–—\u2212")
_NEGATIVE: Final = re.compile("[-\u2212–—(]")
_GAPS: Final = frozenset(" \u00a0\u202f\u2009\u2007")


def _harmless(literal: str) -> bool:
    literal = _MARKS.sub("", literal)
    words = re.findall(r"[^\W\d_]+", literal)
    rest = re.sub(r"[^\W\d_]+\.?", "", literal)
    return all(w.casefold() in _PLAIN_WORDS for w in words) and set(rest) <= _PLAIN_SIGNS


class _Reading:
    """A section while its tokens are read."""

    def __init__(self) -> None:
        self.digits = self.percents = self.dates = self.texts = self.scaled = 0
        self.points = 0
        self.general = self.fraction = self.unknown = self.exponent = False
        self.condition: tuple[str, Decimal] | None = None
        self.before: list[str] = []
        self.pending: list[str] = []  # texts since the last placeholder
        self.last = ""

    def placed(self) -> bool:
        return bool(self.digits or self.general or self.texts)

    def literal(self, text: str) -> None:
        (self.pending if self.placed() else self.before).append(text)

    def placeholder(self) -> None:
        # Between digits a space parts thousands; any other text would read as a digit or a mark.
        if self.placed() and not set("".join(self.pending)) <= _GAPS:
            self.unknown = True
        self.pending = []
        self.digits += 1
        self.scaled = 0

    def bracket(self, inner: str) -> None:
        condition = _CONDITION.match(inner)
        if condition:
            self.unknown |= self.condition is not None
            self.condition = (condition[1], Decimal(condition[2].replace(",", ".")))
        elif inner.startswith("$"):
            sign = inner[1:].rpartition("-")[0] if "-" in inner else inner[1:]
            if sign:
                self.literal(sign)
        elif _ELAPSED.match(inner):
            self.dates += 1
        elif not _COLOUR.match(inner):
            self.unknown = True

    def take(self, kind: str, text: str) -> None:
        if kind == "quoted":
            self.literal(text[1:-1])
        elif kind == "escaped":
            self.literal(text[1])
        elif kind in ("space", "fill"):
            self.literal(" ")
        elif kind == "bracket":
            self.bracket(text[1:-1].strip())
        elif kind == "digit":
            if self.dates and self.last in ("point", "parts"):
                kind = "parts"  # of a second
            else:
                self.placeholder()
        elif kind == "general":
            self.unknown |= self.placed()
            self.general = True
        elif kind == "text":
            self.unknown |= self.placed()
            self.texts += 1
        elif kind == "exponent":
            self.unknown |= self.exponent or not self.digits
            self.exponent = True
        elif kind == "point":
            if not self.dates:
                self.points += 1
                self.unknown |= bool(self.pending or self.general or self.texts)
        elif kind == "comma":
            if self.digits and not self.pending:
                self.scaled += 1  # unless a digit follows: then it parts thousands
            elif not self.dates:
                self.unknown = True
        elif kind == "percent":
            self.percents += 1
        elif kind in ("date", "noon"):
            self.dates += 1
        elif text == "/" and self.digits and not self.pending:
            self.unknown |= self.fraction or self.points > 0
            self.fraction = True
        elif text in "123456789" and self.fraction:
            self.scaled = 0  # a denominator that stands fixed
        else:
            self.literal(text)
        self.last = kind

    def section(self) -> Section:
        before, after = "".join(self.before), "".join(self.pending)
        empty = not (self.placed() or self.dates or self.percents or self.unknown)
        return Section(
            self._kind(before, after),
            self.condition,
            before,
            after,
            bool(self.texts),
            empty and set(before) <= _GAPS | _DASHES,
            bool(self.scaled),
        )

    def _kind(self, before: str, after: str) -> Kind:
        if self.unknown:
            return Kind.REFUSED
        if self.dates:
            fits = not (self.placed() or self.percents)
            return Kind.DATE if fits else Kind.REFUSED
        if not self.placed():
            return Kind.REFUSED
        if self.points > 1 or (self.percents and self.scaled):
            return Kind.REFUSED
        literal = before + "\n" + after
        signs = literal.count("%")
        if signs + self.percents > (0 if self.texts else 1):
            return Kind.REFUSED
        if not all(_harmless(part.replace("%", "")) for part in (before, after)):
            return Kind.REFUSED
        if signs:
            return Kind.SIGNED if not self.scaled else Kind.REFUSED
        return Kind.PERCENT if self.percents else Kind.NUMBER


@lru_cache(maxsize=4096)
def read_format(number_format: str) -> tuple[Section, ...]:
    r"""Sections of a number format, in the grammar of ECMA-376 part 1, 18.8.30 and 18.8.31.

    Texts in quotes or behind a backslash are no signs of the grammar: ``0.00"%"`` and ``0.00\%``
    do not multiply by 100. Trailing commas scale what is shown, not what is stored.

    Parameters
    ----------
    number_format
        As the file has it.

    Examples
    --------
    >>> [s.kind.value for s in read_format('0.0%;0.0"%";0.0" тыс.";yyyy"г."')]
    ['percent', 'signed', 'refused', 'date']
    """
    sections, now = [], _Reading()
    for token in _TOKEN.finditer(number_format):
        if token.lastgroup == "end":
            sections.append(now.section())
            now = _Reading()
        else:
            now.take(str(token.lastgroup), token[0])
    sections.append(now.section())
    return tuple(sections)


def section_for(number_format: str, value: Decimal | None) -> Section:
    """The section that shows a value; a text is None.

    Where it hangs on conditions which one it is, the sections that are left must agree.

    Examples
    --------
    >>> section_for('[>=1000]0.0,"тыс.";0', Decimal(500)).kind.value
    'number'
    >>> section_for('0;-0;"-"', Decimal(0)).kind.value, section_for(";;;", Decimal(5)).kind.value
    ('number', 'refused')
    """
    if number_format.strip() in ("", "@") or _GENERAL.fullmatch(number_format.strip()):
        return Section(Kind.NUMBER)
    sections = read_format(number_format)
    if value is None:
        if len(sections) == 4:
            return sections[3]
        return sections[-1] if sections[-1].text else Section(Kind.NUMBER)
    if len(sections) > 4:
        return Section(Kind.REFUSED)
    numeric = sections[:-1] if len(sections) > 1 and sections[-1].text else sections[:3]
    if any(s.condition for s in numeric[2:]):
        return Section(Kind.REFUSED)  # the grammar has conditions in two sections at most
    if any(s.condition for s in numeric):
        held = [s for s in numeric if s.condition and _HOLDS[s.condition[0]](value, s.condition[1])]
        left = held[:1] or [s for s in numeric if not s.condition]
        if not numeric[0].condition:  # no rule says which comes first
            left = list(numeric)
        found = left[0] if len({s.kind for s in left}) == 1 else Section(Kind.REFUSED)
    elif value == 0 and len(numeric) == 3:
        found = numeric[2]
        if found.blank:
            return Section(Kind.NUMBER)  # a zero that is shown as a dash or not at all is a zero
    else:
        found = numeric[1 if value < 0 and len(numeric) > 1 else 0]
    turned = value > 0 or (value < 0 and len(numeric) == 1)
    if turned and found.kind is not Kind.DATE and _NEGATIVE.search(found.before):
        return replace(found, kind=Kind.REFUSED)  # shown with another sign than it has
    return found
