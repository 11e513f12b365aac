"""The sheets of a study: their columns, where in an entry each stands, and how its cells are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from monotown.base.labels import FALLBACK
from monotown.study.cells import DIRECTION, INTEGER, LIST, MAPPING, NUMBER, TEXT, VALUE, YEARS, YES, Form, in_words

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    Attributes
    ----------
    name
        Its heading.
    path
        Keys of its value in an entry; a number last is a place in a pair, such as two bounds.
    form
        How its cells are read.
    words
        Whether it is a text in one or more languages: ``name``, ``name_ru`` and so on.
    alike
        Whether ``as <id>`` takes the text of another row.
    """

    name: str
    path: Path
    form: Form = TEXT
    words: bool = False
    alike: bool = False

    def headings(self, languages: Sequence[str]) -> list[tuple[str, Path]]:
        """Headings and paths of the column, one a language where it has words."""
        if not self.words:
            return [(self.name, self.path)]
        first = languages[0] if languages else FALLBACK
        return [(self.name if k == first else f"{self.name}_{k}", (*self.path, k)) for k in languages]


_NORMALISATION: Final = Column("normalisation", ("normalisation",), in_words("normalisation", VALUE))
_COMMENT: Final = Column("comment", ("comment",))
_LABEL: Final = Column("name", ("label",), words=True)

#: What a row says of an indicator itself, wherever it stands.
FACTS: Final = (
    _LABEL,
    Column("entry", ("indicator",)),
    Column("formula", ("formula",)),
    Column("unit", ("unit_of_measure",)),
    Column("direction", ("direction",), DIRECTION),
    Column("transform", ("transform",), in_words("transform", TEXT)),
    Column("denominator", ("denominator",)),
    Column("low", ("goalposts", 0), NUMBER),
    Column("high", ("goalposts", 1), NUMBER),
    Column("why", ("why_goalposts",), alike=True),
    Column("reading", ("reading",)),
    Column("plausible_low", ("plausible", "low"), VALUE),
    Column("plausible_high", ("plausible", "high"), VALUE),
    Column("plausible_times", ("plausible", "times")),
    Column("plausible_unit", ("plausible", "unit_of_measure")),
    Column("outside", ("plausible", "outside")),
    Column("quantity", ("plausible", "quantity"), words=True),
    Column("reason", ("plausible", "reason"), words=True),
    Column("note", ("note",), words=True),
    Column("quantity_kind", ("quantity_kind",), in_words("quantity_kind", TEXT)),
    Column("reads_as", ("reads_as",), MAPPING),
    Column("source", ("source",)),
    _COMMENT,
)

#: Facts that an index may set anew for its own tree.
OWN: Final = ("direction", "transform", "goalposts")

#: What a row says of the place of an indicator, or of a node, in the tree of an index.
NODE: Final = (
    Column("weight", ("weight",), NUMBER),
    Column("aggregation", ("aggregation",), in_words("aggregation", VALUE)),
    Column("floor", ("floor",), NUMBER),
    Column("missing", ("missing",), in_words("missing", TEXT)),
)
LEAF: Final = (NODE[0], NODE[3], Column("outliers", ("outliers",), in_words("outliers", TEXT)), _NORMALISATION)

#: Where a row of the indicators stands.
PLACE: Final = (
    Column("index", ("index",), LIST),
    Column("id", ("id",)),
    Column("parent", ("parent",)),
    Column("beside", ("beside",), LIST),
)

SHEETS: Final[Mapping[str, tuple[Column, ...]]] = {
    "units": (
        Column("code", ("code",)),
        Column("name", (), words=True),
        Column("level", ("level",)),
        Column("region", ("parent",)),
        Column("exists_from", ("exists", 0), INTEGER),
        Column("exists_to", ("exists", 1), INTEGER),
        Column("aliases", ("aliases",), LIST),
        Column("latitude", ("latitude",), NUMBER),
        Column("longitude", ("longitude",), NUMBER),
        Column("reference", ("reference",), YES),
        _COMMENT,
    ),
    "unit_sets": (Column("set", ("set",)), Column("unit", ("unit",))),
    "crosswalk": (
        Column("unit", ("unit",)),
        Column("member", ("member",)),
        Column("before", ("before",)),
        Column("split", ("split",), INTEGER),
    ),
    "variables": (
        Column("id", ("id",)),
        _LABEL,
        Column("unit", ("unit_of_measure",)),
        Column("low", ("bounds", 0), NUMBER),
        Column("high", ("bounds", 1), NUMBER),
        Column("kind", ("kind",), in_words("quantity_kind", TEXT)),
        Column("decimals", ("decimals",), INTEGER),
        Column("reads_as", ("reads_as",), MAPPING),
        Column("part_of", ("part_of",), MAPPING),
        Column("law", ("law",)),
        Column("derived", ("derived",), MAPPING),
        Column("merge", ("merge",), VALUE),
        Column("merge_note", ("merge_note",), alike=True),
        _COMMENT,
    ),
    "indices": (
        Column("id", ("id",)),
        _LABEL,
        Column("kind", ("kind",), in_words("kind", TEXT)),
        Column("units", ("units",)),
        Column("years", ("years",), YEARS),
        Column("root", ("root",)),
        *NODE[1:],
        Column("scale", ("scale",), NUMBER),
        _NORMALISATION,
        Column("weights", ("weights",), in_words("weights", VALUE)),
        Column("average_weights", ("average_weights",)),
        Column("coverage_unit", ("minimum_coverage", "unit"), NUMBER),
        Column("coverage_block", ("minimum_coverage", "block"), NUMBER),
        Column("expected_blocks", ("expected_blocks",), LIST),
        Column("block_types", ("block_types",), MAPPING),
        Column("note", ("note",)),
        _COMMENT,
    ),
    "indicators": (*PLACE, *FACTS[:-1], *NODE, *LEAF[2:], _COMMENT),
    "goalpost_sets": (
        Column("indicator", ("indicator",)),
        Column("set", ("set",)),
        Column("low", ("goalposts", 0), NUMBER),
        Column("high", ("goalposts", 1), NUMBER),
        Column("transform", ("transform",), in_words("transform", TEXT)),
        Column("source", ("source",)),
    ),
    "readings": (
        Column("index", ("index",)),
        Column("id", ("id",)),
        _LABEL,
        Column("units", ("units",)),
        Column("node", ("node",)),
        Column("children", ("children",), LIST),
    ),
    "comparisons": (
        Column("id", ("id",)),
        _LABEL,
        Column("left", ("left", "formula")),
        Column("left_from", ("left", "from")),
        Column("right", ("right", "formula")),
        Column("right_from", ("right", "from")),
        Column("decimals", ("decimals",), INTEGER),
        Column("note", ("note",)),
    ),
    "jumps": (
        Column("unit", ("unit",)),
        Column("variable", ("variable",)),
        Column("from", ("from",), INTEGER),
        Column("to", ("to",), INTEGER),
        Column("verdict", ("verdict",), in_words("verdict", TEXT)),
        Column("reason", ("reason",), words=True),
        Column("source", ("source",)),
    ),
}

#: Sheets that take columns of any name, and the key of an entry that holds them.
OPEN: Final[Mapping[str, str]] = {"units": "groups"}

#: Columns without which a row says nothing.
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "units": ("code", "level"),
    "unit_sets": ("set", "unit"),
    "crosswalk": ("unit", "member", "before", "split"),
    "variables": ("id",),
    "indices": ("id",),
    "indicators": ("id",),
    "goalpost_sets": ("indicator", "set", "low", "high", "source"),
    "readings": ("index", "id", "node", "children"),
    "comparisons": ("id", "left", "right"),
    "jumps": ("variable", "verdict"),
}


def put(entry: dict[str, Any], path: Path, value: Any) -> None:
    """Set a value of an entry by its path; the other place of a pair is None until it is set."""
    *above, last = path
    at: Any = entry
    for key, below in zip(above, path[1:], strict=True):
        at = at.setdefault(key, [None, None] if isinstance(below, int) else {})
    at[last] = value


def get(entry: Any, path: Path) -> Any:
    """The value at a path of an entry; None where there is none."""
    for key in path:
        if isinstance(key, int):
            entry = entry[key] if isinstance(entry, Sequence) and key < len(entry) else None
        else:
            entry = entry.get(key) if isinstance(entry, Mapping) else None
        if entry is None:
            return None
    return entry
