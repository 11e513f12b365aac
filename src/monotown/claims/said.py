"""What a check says, before a language is chosen: words by their keys, signs, numbers, and what fills their slots.

A `Part` is a text that stands as it is (digits as a publication prints them, a name, a year), a whole number, an
`Amount`, `Signs` that need no translation, or `Told`, whose words stand in the files of words; `tell` tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from monotown.base.labels import Labels, shown
from monotown.claims.printed import rounded


@dataclass(frozen=True)
class Amount:
    """A number that is printed in the reader's language.

    Attributes
    ----------
    value
        Rounded half up.
    decimals
        Digits after the decimal mark.
    sign
        Whether a plus stands before what is above zero.
    """

    value: Fraction
    decimals: int = 0
    sign: bool = False

    @property
    def decimal(self) -> Decimal:
        """The number as it is printed."""
        return rounded(self.value, self.decimals)

    def __str__(self) -> str:
        return tell(self, _PLAIN)


@dataclass(frozen=True)
class Signs:
    """Signs of arithmetic with parts in their slots ``{}``."""

    text: str
    parts: tuple[Part, ...] = ()

    def __str__(self) -> str:
        return tell(self, _PLAIN)


@dataclass(frozen=True)
class Told:
    """Words by their key.

    Attributes
    ----------
    key
        Among the words; a part of it may be a name that a user gives.
    slots
        What fills their slots.
    otherwise
        What stands where no words have the key; "" where they must.
    """

    key: str
    slots: Mapping[str, Part] = field(default_factory=dict)
    otherwise: str = ""

    def __str__(self) -> str:
        return self.otherwise or f"{self.key}({', '.join(f'{name}={part}' for name, part in self.slots.items())})"


Part: TypeAlias = str | int | Amount | Signs | Told

#: Tells signs and numbers, which need no words.
_PLAIN = Labels("en", {})


def say(key: str, /, **slots: Part) -> Told:
    """Words of a check, ``said.<key>``."""
    return Told(f"said.{key}", slots)


def thing(name: str) -> Told:
    """The name of what is measured or looked for, ``thing.<name>``; of one that has no words its code in letters."""
    return Told(f"thing.{name}", otherwise=name.replace("_", " "))


def signs(text: str, *parts: Part) -> Signs:
    """Signs with their parts.

    Examples
    --------
    >>> str(signs("{} / {} = {}", 1, 8, number(Fraction(1, 8), 3)))
    '1 / 8 = 0.125'
    """
    return Signs(text, parts)


def number(value: Fraction | float, decimals: int = 2) -> Amount:
    """A number at some decimals.

    Examples
    --------
    >>> [str(number(*of)) for of in ((Fraction(-1, 8), 2), (5, 1), (Fraction(-1, 1000), 2))]
    ['\u22120.13', '5.0', '0.00']
    """
    return Amount(Fraction(value), decimals)


def signed(value: Fraction | float, decimals: int = 0) -> Amount:
    """The same with a plus sign above zero.

    Examples
    --------
    >>> [str(signed(n)) for n in (3, -3, 0)]
    ['+3', '\u22123', '0']
    """
    return Amount(Fraction(value), decimals, sign=True)


def joined(parts: Iterable[Part], between: str = ", ") -> Signs:
    """Parts one after another.

    Examples
    --------
    >>> str(joined([1, "2,0", number(3, 1)]))
    '1, 2,0, 3.0'
    """
    of = tuple(parts)
    return Signs(between.join(["{}"] * len(of)), of)


def plus(parts: Iterable[Part]) -> Signs:
    """Terms of a sum."""
    return joined(parts, " + ")


def braced(parts: Iterable[Part]) -> Signs:
    """A set of values.

    Examples
    --------
    >>> str(braced([1, 2])), str(braced([]))
    ('{1, 2}', '\u2205')
    """
    inner = joined(parts)
    return Signs("{{{}}}", (inner,)) if inner.parts else Signs("\u2205")


def tell(part: Part, labels: Labels) -> str:
    r"""A part in a language.

    Examples
    --------
    >>> words = Labels("ru", {"said.pairs": {"en": "# pairs", "ru": "{n|one=# пара|few=# пары|many=# пар|other=#}"}})
    >>> tell(say("pairs", n=3), words), tell(number(1234.5, 1), words)
    ('3 пары', '1\xa0234,5')
    """
    match part:
        case Told(key, slots, otherwise):
            if otherwise and not labels.has(key):
                return otherwise
            return labels(key, **{name: _slot(inner, labels) for name, inner in slots.items()})
        case Signs(text, parts):
            return text.format(*(tell(inner, labels) for inner in parts))
        case Amount():
            text = labels.number(float(part.decimal), part.decimals)
            return f"+{text}" if part.sign and part.decimal > 0 else text
        case int():
            return labels.number(part)
        case _:
            return str(part)


def _slot(part: Part, labels: Labels) -> str:
    """A part that knows its number, on which its neighbours hang."""
    value = part.decimal if isinstance(part, Amount) else Decimal(part) if isinstance(part, int) else None
    return shown(tell(part, labels), value)
