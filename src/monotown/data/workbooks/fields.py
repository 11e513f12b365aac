"""What a column can hold: variables of the config and indicators of the catalogue, by any name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monotown.base.labels import stands_in
from monotown.base.parsing import without_marks
from monotown.data.workbooks.grid import word_key, year_of

#: Units of measure of sums of money: by the code of a currency.
_MONEY = re.compile(r"\b[A-Z]{3}\b(?<!FTE)")
#: Units of measure of shares, rates and scores, whose decimals are many.
_RELATIVE = re.compile(r"%|\b(?:per(?:cent)?|ratio|share|log|index|score|0 to \d+)\b|/")

#: How alike two spellings are where one is a slip, and the longest heading that is too short to tell.
_SLIP, _SHORT = 0.85, 4

_YEAR = re.compile(r"(?:^|[\s_,(])((?:19|20)\d\d)(?:\s*(?:г|ж|y)\w*\.?)?\)?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Field:
    """One thing that a column can hold.

    Attributes
    ----------
    name
        Id of the variable or indicator.
    labels
        Words by language.
    unit_of_measure
        Of every value as kept.
    bounds
        Lowest and highest value of a cell; None for none.
    count
        Whole numbers only.
    block
        Block of the catalogue for an indicator, "" for a variable.
    formula
        The indicator from variables of the same workbook, or "".
    goalposts
        Ends of its scale, for warnings; None where no measure is the field itself.
    transform
        Of that scale.
    reads_as
        What its markers stand for where a formula needs a number.
    part_of
        Wholes that it is a part of, each with the name of a division of parts that do not overlap.
    mean_of
        Variable of 1 January that it is the mean of over a year, or "".
    """

    name: str
    labels: Mapping[str, str]
    unit_of_measure: str
    bounds: tuple[float | None, float | None]
    count: bool = False
    block: str = ""
    formula: str = ""
    goalposts: tuple[float, float] | None = None
    transform: str = "none"
    reads_as: Mapping[str, float] = field(default_factory=dict)
    part_of: Mapping[str, str] = field(default_factory=dict)
    mean_of: str = ""

    @property
    def percent(self) -> bool:
        """Whether values are percent, so that a share of 1 could be meant."""
        return self.unit_of_measure.startswith(("%", "percent"))

    @property
    def scaled(self) -> bool:
        """Whether values are thousands or millions of something."""
        return self.unit_of_measure.startswith(("thousand ", "million "))

    def in_thousands(self, value: Decimal) -> bool:
        """Whether a number could as well be a thousand times as large.

        So for counts and sums of money, and for every quantity that is no share, rate or score,
        where the larger number is within the bounds too.

        Parameters
        ----------
        value
            As read with its mark as a decimal one.
        """
        money = bool(_MONEY.search(self.unit_of_measure))
        if not (self.count or money) and _RELATIVE.search(self.unit_of_measure):
            return False
        high = self.bounds[1]
        return high is None or abs(value) * 1000 <= Decimal(str(high))


def indicator_settings(indicator: str, entry: Mapping[str, Any], towns: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How an indicator of the catalogue is held in a column; None where the config does not say.

    Its own entry counts before that of its scale, the first unit of measure of the catalogue.
    """
    own: Mapping[str, Any] | None = towns["indicators"].get(indicator)
    if own is not None:
        return own
    scale = str(entry["unit"]).split(";")[0].strip()
    found: Mapping[str, Any] | None = towns["scales"].get(scale)
    return found


def reads_of_fields(fields: Mapping[str, Field]) -> dict[str, Mapping[str, float]]:
    """What the markers of each field stand for, as `monotown.base.parsing.reads_of` of a config."""
    return {name: held.reads_as for name, held in fields.items() if held.reads_as}


def span_words(low: float | None, high: float | None) -> str:
    """Bounds in signs.

    Examples
    --------
    >>> span_words(0, None), span_words(None, 5), span_words(0, 100)
    ('≥ 0', '≤ 5', '0 … 100')
    """
    if high is None:
        return f"≥ {low:g}"
    return f"≤ {high:g}" if low is None else f"{low:g} … {high:g}"


def beyond(
    values: NDArray[np.float64], goalposts: Sequence[float], transform: str, allowed: float
) -> NDArray[np.bool_]:
    """Where values lie far outside their goalposts.

    Parameters
    ----------
    values
        In the unit of the goalposts, any shape; NaN is never far.
    goalposts
        Ends of the scale.
    transform
        ``none``, ``log`` or ``log1p``; another counts as ``none``.
    allowed
        How far beyond an end a value may lie, in widths of the scale: as it is printed, and on the
        scale of its transform, which alone tells small values apart.

    Examples
    --------
    >>> beyond(np.array([21.0, 20.0, np.nan]), (0, 10), "log1p", 1).tolist()
    [True, False, False]
    >>> beyond(np.array([0.0, 5e-5, 150.0]), (0.1, 100), "log", 1).tolist()
    [False, True, False]
    """
    far = np.zeros(values.shape, dtype=bool)
    scales = {"none": np.positive, "log": np.log, "log1p": np.log1p}
    with np.errstate(all="ignore"):
        for name in {"none": 0, transform: 0}.keys() & scales.keys():
            low, high = sorted(scales[name](np.array(goalposts, dtype=np.float64)))
            scaled, width = scales[name](values), (high - low) * allowed
            scaled = np.where(np.isinf(scaled) & np.isfinite(values), np.nan, scaled)
            far |= (scaled < low - width) | (scaled > high + width)
    return far


def make_fields(
    variables: Mapping[str, Mapping[str, Any]],
    indicators: Mapping[str, Any],
    towns: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Field]:
    """Every field by its name: indicators in the order of the catalogue, then variables.

    Parameters
    ----------
    variables, indicators, towns
        Contents of the variables config, of the catalogue, and of ``config/parts/towns.yaml``.
    measures
        Measures of the run: one whose formula is a single variable gives that its goalposts.

    Raises
    ------
    ValueError
        If an indicator's scale is not in ``config/parts/towns.yaml``.
    """
    scale = {
        str(m["formula"]): ((float(m["goalposts"][0]), float(m["goalposts"][1])), str(m.get("transform", "none")))
        for m in (measures or {}).values()
        if m.get("goalposts")
    }
    fields: dict[str, Field] = {}
    for name, entry in indicators["indicators"].items():
        if name in variables:
            continue
        found = indicator_settings(name, entry, towns)
        if found is None:
            raise ValueError(
                f"indicator {name!r} has unit {entry['unit']!r}; expected one of the scales of "
                f"config/parts/towns.yaml ({', '.join(towns['scales'])}), or an entry of its own "
                "there"
            )
        low, high = found["bounds"]
        ends = None if "measure" in found else tuple(float(g) for g in found["goalposts"])
        fields[name] = Field(
            name,
            entry["label"],
            found["unit_of_measure"],
            (low, high),
            False,
            entry["block"],
            str(found.get("formula", "")),
            ends,  # type: ignore[arg-type]
            str(found.get("transform", "none")),
            found.get("reads_as", {}),
        )
    for name, entry in variables.items():
        low, high = entry["bounds"]
        posts, transform = scale.get(name, (None, "none"))
        fields[name] = Field(
            name,
            entry["label"],
            entry["unit_of_measure"],
            (low, high),
            bool(entry.get("count")),
            "",
            "",
            posts,
            transform,
            entry.get("reads_as", {}),
            entry.get("part_of", {}),
            entry.get("derived", {}).get("mean_of_ends", ""),
        )
    return fields


@dataclass(frozen=True)
class Header:
    """What a header says.

    Attributes
    ----------
    fields
        Names of the fields it could mean: one, none, or several.
    year
        Year in the header, or None.
    unit
        Unit of measure that it declares, as printed, or "".
    near
        Labels of fields that are spelled alike, where it means none.
    """

    fields: tuple[str, ...]
    year: int | None = None
    unit: str = ""
    near: tuple[str, ...] = ()


def alike(text: str, name: str) -> bool:
    """Whether a heading is so near a name that it is a slip, and no heading of something else.

    Examples
    --------
    >>> alike("reserchers", "researchers"), alike("Mayor", "major crimes"), alike("population 0-15", "population")
    (True, False, False)
    """
    one, other = word_key(text), word_key(name)
    return difflib.SequenceMatcher(None, one, other).ratio() >= _SLIP and len(one) > _SHORT


class Selection:
    """Which columns and indicators of a file are read, as a run says.

    Parameters
    ----------
    only
        Headings as printed, or ids of what they hold; none for all.
    ignore
        The same for those that are left out.

    Examples
    --------
    >>> chosen = Selection(["pay"], ["Mayor"])
    >>> chosen.drops(["Mayor"]), chosen.drops(["Wages, total"], "pay"), chosen.drops(["Air"], "air")
    (True, False, True)
    >>> chosen.unmet()
    []
    """

    def __init__(self, only: Iterable[str] = (), ignore: Iterable[str] = ()) -> None:
        self._only = {word_key(name): name for name in only}
        self._ignored = {word_key(name): name for name in ignore}
        self._met: set[str] = set()

    def ignores(self, texts: Iterable[str], name: str = "") -> bool:
        """Whether a column with these texts in its heading, of an id, is one to leave out."""
        return self._named(self._ignored, texts, name)

    def drops(self, texts: Iterable[str], name: str = "") -> bool:
        """Whether a column of figures is not read: one to leave out, or none of those that alone are read."""
        if not self._only and not self._ignored:
            return False
        said = list(texts)
        wanted = self._named(self._only, said, name)
        return self.ignores(said, name) or bool(self._only and not wanted)

    def unmet(self) -> list[str]:
        """Names that no column had, in the order said."""
        return [name for key, name in {**self._only, **self._ignored}.items() if key not in self._met]

    def _named(self, names: Mapping[str, str], texts: Iterable[str], name: str) -> bool:
        found = {word_key(text) for text in (*texts, name) if text} & set(names)
        self._met |= found
        return bool(found)


class Matcher:
    """Fields by the words of a header.

    Parameters
    ----------
    fields
        Of `make_fields`.
    units
        Spellings of units of measure, as in ``config/parts/towns.yaml``.
    extra
        Words of the run's own for a field: header to its name.
    headers
        Names of a field beside its labels, as in ``config/parts/towns.yaml``.
    """

    def __init__(
        self,
        fields: Mapping[str, Field],
        units: Mapping[str, Sequence[str]],
        extra: Mapping[str, str] | None = None,
        headers: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.fields = fields
        self._units = {word_key(s): unit for unit, spelled in units.items() for s in spelled}
        self._words: dict[str, set[str]] = {}
        self._labels: dict[str, str] = {}
        for held in fields.values():
            labels = [label for label in held.labels.values() if not stands_in(label)]
            names = [held.name, *labels]
            for name in names:
                self._add(name, held.name)
            for name in names[1:]:
                head, _, tail = name.rpartition(", ")
                if head and word_key(tail) in (word_key(held.unit_of_measure), *self._units):
                    self._add(head, held.name, weak=True)
        for name, spelled in (headers or {}).items():
            for words in spelled if name in fields else ():
                self._add(words, name)
        for header, name in (extra or {}).items():
            self._words[word_key(header)] = {name}
            self._labels[word_key(header)] = header

    def _add(self, words: str, name: str, weak: bool = False) -> None:
        key = word_key(words)
        if weak and key in self._words:
            return
        self._words.setdefault(key, set()).add(name)
        self._labels.setdefault(key, words)

    def unit(self, text: str) -> str:
        """Known unit of measure that a text spells, such as ``%`` or ``share``; "" for another."""
        return self._units.get(word_key(text), "")

    def fits(self, text: str, held: Field) -> bool:
        """Whether a text spells the unit of measure of a field, or percent or share for percent."""
        unit = self.unit(text)
        return (
            word_key(text) == word_key(held.unit_of_measure)
            or unit == held.unit_of_measure
            or (held.percent and unit in ("%", "share"))
        )

    def read(self, texts: Sequence[str]) -> Header:
        """What the texts of a header, from the top, say.

        The whole header counts before its parts, its last part before the first.
        """
        year: int | None = None
        left: list[str] = []
        texts = [without_marks(t) for t in texts]
        for text in texts:
            alone = year_of(text.strip())
            if alone is not None:
                year = alone
            elif text.strip():
                left.append(" ".join(text.split()))
        declared = ""
        kept = []
        for text in left:
            unit = self.unit(text)
            if unit and len(left) > 1:
                declared = unit
            else:
                kept.append(text)
        for text in [", ".join(kept), " ".join(kept), *reversed(kept)]:
            for tried, when, unit in self._forms(text):
                found = self._words.get(word_key(tried))
                if found:
                    return Header(tuple(sorted(found)), when or year, unit or declared)
        joined = ", ".join(kept)
        near = difflib.get_close_matches(word_key(joined), list(self._words), n=2, cutoff=0.6)
        return Header((), year, declared, tuple(self._labels[n] for n in near))

    def _forms(self, text: str) -> Iterable[tuple[str, int | None, str]]:
        """A text as it stands, without a year at its end, and without a unit of measure."""
        yield text, None, self._tail(text)
        match = _YEAR.search(text)
        if match:
            head = text[: match.start()].strip(" _,(")
            yield head, int(match[1]), self._tail(head)
            text = head
        for pattern in (r"^(.*\S)\s*[(\[]([^()\[\]]+)[)\]]\s*$", r"^(.*\S)\s*[,;]\s*([^,;]+)$"):
            parts = re.match(pattern, text)
            if parts:
                year = int(match[1]) if match else None
                unit = self.unit(parts[2])
                known = unit or word_key(parts[2]) in {word_key(f.unit_of_measure) for f in self.fields.values()}
                if known:
                    yield parts[1], year, unit

    def _tail(self, text: str) -> str:
        """Unit of measure at the end of a header, "" where there is none."""
        match = re.search(r"(?:[,(\[]\s*)([^,()\[\]]+?)\s*[)\]]?\s*$", text)
        return self.unit(match[1]) if match else ""
