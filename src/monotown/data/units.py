"""Regions and towns: codes, names in several languages and spellings, borders over time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monotown.base.labels import stands_in, texts_of
from monotown.base.parsing import without_marks
from monotown.base.problems import Problem, nearest

#: Key of the units config that holds lists of units instead of a unit.
SETS = "sets"

#: Levels whose names mean one thing only beside the names of the same group.
_GROUPS = {
    "country": "region",
    "region": "region",
    "constant_region": "constant_region",
    "town": "town",
    "organisation": "organisation",
}
_REGION_WORDS = {"область", "обл", "облысы", "region", "oblast"}
_CITY_WORDS = {"г", "город", "city", "қаласы", "қ"}
_VILLAGE_WORDS = {"п", "поселок", "village", "кенті"}


def name_key(name: str, *, cities: bool = True) -> str:
    """Spelling of a name that all its variants share.

    Case, kind and number of spaces, footnote digits and asterisks, and the words for region do
    not count. A word for city counts where `cities` says so, as one bulletin prints a region and
    a city that differ by that word only.

    Parameters
    ----------
    name
        A name as printed.
    cities
        Whether "Almaty" and "Almaty city" are two names.

    Examples
    --------
    >>> name_key("Шығыс  Қазақстан облысы") == name_key("шығыс\u00a0қазақстан")
    True
    >>> name_key("Алматы қ.") == name_key("Алматы қаласы") != name_key("Алматы")
    True
    >>> name_key("Туркестанская 1"), name_key("г. Алматы"), name_key("Almaty city")
    ('туркестанская', 'city алматы', 'city almaty')
    """
    text = unicodedata.normalize("NFC", without_marks(name)).casefold().replace("ё", "е")
    text = re.sub(r"[\s_.*,]+", " ", text)
    text = re.sub(r"[\s\d¹²³]+$", "", text).strip().removeprefix("the ")
    words = text.split()
    city = any(w in _CITY_WORDS for w in words)
    kept = [w for w in words if w not in _REGION_WORDS | _CITY_WORDS | _VILLAGE_WORDS]
    return " ".join(["city", *kept] if city and cities else kept)


@dataclass(frozen=True)
class Merged:
    """A unit of constant borders made of several regions.

    Attributes
    ----------
    code
        Code of the merged unit.
    before
        Code under which it was one region until the split.
    members
        Codes of its parts since the split.
    split
        First year in which the parts exist.
    """

    code: str
    before: str
    members: tuple[str, ...]
    split: int


def _group(level: str) -> str:
    """Levels whose names are told apart together; a level of a study's own is by itself."""
    return _GROUPS.get(level, level)


def spellings_of(unit: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of a unit in the languages that have one, then other spellings.

    Examples
    --------
    >>> spellings_of({"en": "Abai", "ru": "Абай", "level": "town", "aliases": ["Abay"]})
    ('Abai', 'Абай', 'Abay')
    """
    told = [name for name in texts_of(unit).values() if not stands_in(name)]
    return (*told, *unit.get("aliases", ()))


class Units:
    """The units of a config, by code and by name.

    Parameters
    ----------
    config
        Code to ``{en, ru, kk, level, exists, aliases, members, before, parent}``, and ``sets``.

    Examples
    --------
    >>> units = Units({"KZALM": {"en": "Almaty region", "ru": "Алматинская область",
    ...                          "kk": "Алматы облысы", "level": "region"},
    ...                "KZALA": {"en": "Almaty city", "ru": "город Алматы", "kk": "Алматы қаласы",
    ...                          "level": "region"}})
    >>> units.find("Алматы", "region"), units.find("г. Алматы", "region")
    ('KZALM', 'KZALA')
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._units: dict[str, Mapping[str, Any]] = {k: v for k, v in config.items() if k != SETS}
        self._sets: Mapping[str, list[str]] = config.get(SETS, {})
        self._levels = {str(unit["level"]) for unit in self._units.values()}
        self._names: dict[str, dict[str, str]] = {group: {} for group in map(_group, (*_GROUPS, *self._levels))}
        for code, unit in self._units.items():
            for name in self.spellings(code):
                key = name_key(name, cities=unit["level"] in ("country", "region"))
                self._names[_group(unit["level"])].setdefault(key, code)

    def __contains__(self, code: object) -> bool:
        return code in self._units

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes in the order of the config."""
        return tuple(self._units)

    def spellings(self, code: str) -> tuple[str, ...]:
        """Names of a unit: each language, then other spellings."""
        unit = self._units[code]
        return spellings_of(unit)

    def names(self, code: str) -> dict[str, str]:
        """Name of a unit by language."""
        return texts_of(self._units[code])

    def level(self, code: str) -> str:
        """Level of a unit."""
        return str(self._units[code]["level"])

    def parent(self, code: str) -> str | None:
        """Code of the unit that a town or organisation lies in."""
        return self._units[code].get("parent")

    @property
    def country(self) -> str:
        """Code of the unit that the regions add up to; "" where there is none."""
        return next((code for code, unit in self._units.items() if unit["level"] == "country"), "")

    def set(self, name: str) -> tuple[str, ...]:
        """Codes of a named set."""
        return tuple(self._sets[name])

    def exists(self, code: str, year: int) -> bool:
        """Whether a unit exists, in its borders, in a year."""
        first, last = self._units[code].get("exists") or (None, None)
        return (first is None or first <= year) and (last is None or year <= last)

    def find(self, name: str, level: str) -> str | None:
        """Code of the unit with a name, among units of a level; None where there is none.

        The country is found among regions.
        """
        key = name_key(name, cities=level in ("country", "region"))
        return self._names[_group(level)].get(key)

    def expected_name(self, name: str, level: str) -> str:
        """Words for a message on an unknown name: the nearest known names."""
        known = [
            s
            for code, unit in self._units.items()
            if _group(unit["level"]) == _group(level)
            for s in self.spellings(code)
        ]
        return f"a known name, {nearest(name.strip(), known)}"

    def merged(self) -> tuple[Merged, ...]:
        """Units of constant borders that are made of several regions."""
        return tuple(
            Merged(code, unit["before"], tuple(unit["members"]), int(unit["split"]))
            for code, unit in self._units.items()
            if unit.get("members")
        )


def unit_problems(config: Mapping[str, Any], file: str) -> list[Problem]:
    """What a JSON schema cannot see: codes that no unit has, names that two units share.

    Parameters
    ----------
    config
        The parsed units config, valid by its schema.
    file
        Its name, for the messages.

    Examples
    --------
    >>> area = {"en": "A", "ru": "А", "kk": "А", "level": "region"}
    >>> print(unit_problems({"X": area, "sets": {"all": ["X", "Y"]}}, "units.yaml")[0])
    units.yaml, sets.all: found 'Y'; expected one of: X
    """
    units = {k: v for k, v in config.items() if k != SETS}
    named = [(f"sets.{name}", c) for name, codes in config.get(SETS, {}).items() for c in codes]
    for code, unit in units.items():
        named += [(f"{code}.members", c) for c in unit.get("members", ())]
        named += [(f"{code}.{k}", unit[k]) for k in ("before", "parent") if unit.get(k)]
    problems = [
        Problem(file, where, str(code), nearest(str(code), list(units))) for where, code in named if code not in units
    ]
    seen: dict[tuple[str, str], str] = {}
    for code, unit in units.items():
        group = _group(unit["level"])
        for name in spellings_of(unit):
            key = (group, name_key(name, cities=unit["level"] in ("country", "region")))
            if seen.setdefault(key, code) != code:
                expected = f"a name that no other {group} has ({seen[key]} has it)"
                problems.append(Problem(file, code, name, expected))
    return problems
