"""Which unit a name means: three languages, old and new spellings, near and double names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from monotown.base.labels import in_language, texts_of
from monotown.data.units import SETS, name_key, spellings_of

_TOWN_WORDS = {"г", "гор", "город", "city", "town", "қаласы", "қ", "моногород", "п", "поселок", "кенті"}
_REGION_WORDS = {"область", "обл", "облысы", "region", "oblast"}
_TOWN_LEVELS = {"town", "organisation"}

#: Letters of the three languages in the Latin letters that the 2021 and earlier alphabets share.
_CYRILLIC = "аәбвгғдеёэзийікқлмнңоөпрстуұүфхһы"
_ONE_LETTER = str.maketrans(f"{_CYRILLIC}äáğıñöūü", "aabvggdeeeziiikklmnnooprstuuufhhyaagynouu")
_SEVERAL = {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ş": "sh", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
_LETTERS = _ONE_LETTER | str.maketrans(_SEVERAL)
#: Spellings of one sound, the longest first.
_SOUNDS = (
    ("shch", "sh"),
    ("dzh", "zh"),
    ("gh", "g"),
    ("kh", "h"),
    ("ng", "n"),
    ("ay", "ai"),
    ("ey", "ei"),
    ("oy", "oi"),
    ("uy", "ui"),
    ("yy", "y"),
    ("iy", "y"),
    ("ii", "i"),
    ("q", "k"),
    ("w", "u"),
)


def sound_key(name: str) -> str:
    """Spelling that old and new, Cyrillic and Latin forms of a name share.

    Examples
    --------
    >>> {sound_key(n) for n in ("Zhezqazghan", "Жезқазған", "Zhezkazghan", "Jezqazğan")}
    {'zhezkazgan'}
    >>> sound_key("Dzhezkazgan"), sound_key("Аксай"), sound_key("Aksay")
    ('zhezkazgan', 'aksai', 'aksai')
    """
    key = name_key(name, cities=False).translate(_LETTERS)
    key = re.sub(r"(?<![zscdk])j", "zh", key)
    for spelled, sound in _SOUNDS:
        key = key.replace(spelled, sound)
    return re.sub(r"[^a-z0-9]+", " ", key).strip()


@dataclass(frozen=True)
class Match:
    """What a name was found to mean.

    Attributes
    ----------
    code
        The one unit it means, or None.
    among
        Units it could mean, where there are several; a place that is not among the units counts.
    near
        Names of units that are spelled alike, the nearest first, where none has the name.
    homonym
        What else bears the name, by language, or None.
    """

    code: str | None
    among: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    homonym: Mapping[str, str] | None = None

    @property
    def others(self) -> str:
        """Names spelled alike, else units it could mean, for a message."""
        return ", ".join(self.near or self.among) or "—"


def is_city(unit: Mapping[str, Any]) -> bool:
    """Whether a unit's own name has a word for city, as cities that are regions have."""
    return any(
        set(re.sub(r"[.,]", " ", name.casefold()).split()) & (_TOWN_WORDS - {"town"})
        for name in texts_of(unit).values()
    )


def fits_level(unit: Mapping[str, Any], level: str) -> bool:
    """Whether a unit stands among units of a level: a city that is a region is a town as well.

    Examples
    --------
    >>> city = {"en": "Almaty city", "ru": "г. Алматы", "kk": "Алматы қ.", "level": "region"}
    >>> fits_level(city, "town"), fits_level(city, "region"), fits_level(city, "country")
    (True, True, False)
    """
    return bool(unit["level"] == level or (level == "town" and is_city(unit)))


class Names:
    """Names of units in every spelling known.

    Parameters
    ----------
    units
        Content of a units config; constant regions are left out.
    homonyms
        Sound of a name that other places bear too, to what they are, by language.
    among
        Codes that may be meant; empty for all. A homonym among them is no longer one.
    own
        Codes that the workbook itself names: a name with several meanings means them.

    Examples
    --------
    >>> names = Names({
    ...     "T": {"en": "Abay", "ru": "Абай", "kk": "Абай", "level": "town", "parent": "R"},
    ...     "A": {"en": "Abai region", "ru": "область Абай", "kk": "Абай облысы",
    ...           "level": "region"}})
    >>> names.find("г. Абай").code, names.find("область Абай").code, names.find("Abai").among
    ('T', 'A', ('A', 'T'))
    """

    def __init__(
        self,
        units: Mapping[str, Any],
        homonyms: Mapping[str, Mapping[str, str]] | None = None,
        among: Collection[str] = (),
        own: Collection[str] = (),
    ) -> None:
        self._units = {
            str(code): unit
            for code, unit in units.items()
            if code != SETS and unit["level"] != "constant_region" and (not among or code in among)
        }
        self._homonyms = {} if among else dict(homonyms or {})
        self._own = set(own)
        self._exact: dict[str, set[str]] = {}
        self._sound: dict[str, set[str]] = {}
        self._spelled: dict[str, str] = {}
        for code, unit in self._units.items():
            for name in spellings_of(unit):
                self._exact.setdefault(name_key(name, cities=False), set()).add(code)
                self._sound.setdefault(sound_key(name), set()).add(code)
                self._spelled.setdefault(name_key(name, cities=False), name)
        self._known: dict[tuple[str, str, str], Match] = {}

    def __contains__(self, code: object) -> bool:
        return code in self._units

    def knows(self, text: str) -> bool:
        """Whether a unit has this name, as it is spelled or as it sounds."""
        sound = sound_key(text)
        return name_key(text, cities=False) in self._exact or (bool(sound) and sound in self._sound)

    def level(self, code: str) -> str:
        """Level of a unit."""
        return str(self._units[code]["level"])

    def parent(self, code: str) -> str | None:
        """Region of a unit."""
        parent = self._units[code].get("parent")
        return None if parent is None else str(parent)

    def shown(self, code: str, language: str) -> str:
        """Name of a unit for a message."""
        return f"{in_language(texts_of(self._units[code]), language)} ({code})"

    def find(self, text: str, region: str = "", level: str = "") -> Match:
        """Unit that a name or code means.

        Parameters
        ----------
        text
            As printed.
        region
            Code of the region that the row names, "" where it names none.
        level
            Level that the row or the run says is meant, or "".
        """
        asked = (text, region, level)
        if asked not in self._known:
            self._known[asked] = self._find(text.strip(), region, level)
        return self._known[asked]

    def _find(self, text: str, region: str, level: str) -> Match:
        if text in self._units:
            return Match(text)
        words = set(re.sub(r"[.,()]", " ", text.casefold()).split())
        exact = self._exact.get(name_key(text, cities=False), set())
        heard = self._sound.get(sound_key(text), set()) if sound_key(text) else set()
        levels = {self.level(c) for c in exact}
        # A name as it is spelled beats one that sounds alike, among units of one level.
        found = exact | {c for c in heard if self.level(c) not in levels}
        if not found:
            return Match(None, near=self._near(text))
        kept = set(found)
        says_region = bool(words & _REGION_WORDS)
        says_town = bool(words & _TOWN_WORDS)
        if says_region and not says_town:
            regions = {c for c in kept if self.level(c) not in _TOWN_LEVELS}
            kept = {c for c in regions if not self._is_city(c)} or regions
        elif says_town:
            cities = {c for c in kept if self._is_city(c)}
            kept = cities or {c for c in kept if self.level(c) in _TOWN_LEVELS}
        if level:
            kept = {c for c in kept if fits_level(self._units[c], level)}
        if region:
            inside = {c for c in kept if self.parent(c) == region}
            kept = inside or {c for c in kept if self.parent(c) is None and self.level(c) in _TOWN_LEVELS}
        kept = (kept & self._own) or kept
        if not kept:
            return Match(None, near=tuple(sorted(self._spelled_of(c) for c in found)))
        if len(kept) > 1:
            return Match(None, among=tuple(sorted(kept)))
        (code,) = kept
        other = self._homonyms.get(sound_key(text))
        if other and code not in self._own and not (region or level or says_region or says_town):
            return Match(None, among=(code,), homonym=other)
        return Match(code)

    def _is_city(self, code: str) -> bool:
        return is_city(self._units[code])

    def _spelled_of(self, code: str) -> str:
        return str(self._units[code]["ru"])

    def _near(self, text: str) -> tuple[str, ...]:
        """Names spelled alike: by letters, then by sound."""
        key, sound = name_key(text, cities=False), sound_key(text)
        if not key:
            return ()
        near = difflib.get_close_matches(key, list(self._spelled), n=3, cutoff=0.7)
        names = [self._spelled[n] for n in near]
        for heard in difflib.get_close_matches(sound, list(self._sound), n=2, cutoff=0.75):
            names += [self._spelled_of(c) for c in sorted(self._sound[heard])]
        return tuple(dict.fromkeys(names))[:3]
