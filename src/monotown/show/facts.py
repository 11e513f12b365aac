"""The numbers and names that the report's prose quotes: declared beside the prose, read from the results.

A chapter's file declares its facts by the table they are read from, one line each, as
``config/README.md`` shows: ``ranked_now: count(rank) | number:0``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

import pandas as pd

from monotown.base.lookups import SETTING, Lookup, UnreadError, parse_lookup
from monotown.base.problems import Problems, nearest
from monotown.base.tables import NOTE, SCALES, TEXT, as_written, join_kinds, score_decimals, table
from monotown.show.printed import source_ids
from monotown.show.prose import FACTS, FORM

#: Key of a block of facts that lists tables of facts as they are.
READY: Final = "ready"

_FORM = re.compile(rf"(?P<form>{FORM.pattern}|score:\d)(?: of \$(?P<scale>[\w.]+))?")
_GROUP = re.compile(r"(?P<table>[\w./-]+)(?P<rows>\[.+\])?(?: (?P<how>as|like) (?P<other>[\w./-]+))?")
_TURN = re.compile(r"\$\{(\w+)\}")
_NAME = re.compile(r"_?[a-z][a-z0-9_]*")

#: How each fact is read: its value is that of the expression `value` for those `rows` of `table` (all where empty), and
#: its `form` says how it is printed, a score's by `scale`, another fact or setting. Its origin is told as `origin`; its
#: kind and source are those of the table `like`. `settings` holds what the names in it stand for that are no facts
#: (JSON). A name that begins with ``_`` is for other facts alone.
LOOKUPS: Final = table(
    "lookups",
    ["fact"],
    {
        **dict.fromkeys(("fact", "table"), TEXT),
        "rows": NOTE,
        **dict.fromkeys(("value", "form"), TEXT),
        "scale": NOTE,
        **dict.fromkeys(("origin", "like"), TEXT),
        "settings": NOTE,
    },
)


@dataclass(frozen=True)
class Group:
    """Rows of a table that facts are read from.

    Attributes
    ----------
    table
        Path of the table within the results.
    rows
        Conditions that choose the rows.
    origin
        Path that is told as the facts' origin.
    like
        Path of the table whose kind of data and source they have.
    """

    table: str
    rows: Lookup | None
    origin: str
    like: str


@dataclass(frozen=True)
class Fact:
    """One fact as it is declared."""

    name: str
    group: Group
    lookup: Lookup
    form: str
    scale: str
    file: str
    where: str

    @property
    def uses(self) -> tuple[str, ...]:
        """Names of the settings and facts that it needs."""
        rows = self.group.rows.names if self.group.rows else ()
        return (*self.lookup.names, *rows, *([self.scale] if self.scale else []))


@dataclass
class Declared:
    """Every fact that chapters declare.

    Attributes
    ----------
    facts
        By name; a name that begins with ``_`` is for other facts alone.
    ready
        Path of each table `monotown.show.prose.FACTS` that is taken as it is, and the facts in it.
    settings
        Name to value of each setting that a declaration uses.
    """

    facts: dict[str, Fact] = field(default_factory=dict)
    ready: dict[str, list[str]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """Names of the facts that prose may quote."""
        return {name for names in (self.facts, *self.ready.values()) for name in names if not name.startswith("_")}

    @property
    def tables(self) -> list[str]:
        """Paths of the tables that the facts are read from, within the results."""
        return sorted({path for f in self.facts.values() for path in (f.group.table, f.group.like)})

    def check_tables(self, made: Callable[[str], bool], known: Sequence[str]) -> None:
        """Stop where a fact is read from a table that nothing makes.

        Parameters
        ----------
        made
            Whether a path within the results is made.
        known
            Paths to name instead.

        Raises
        ------
        InputError
            Each such table with the place that names it.
        """
        unmade = {path for path in self.tables if not made(path)}
        problems = Problems()
        for fact in self.facts.values():
            for path in sorted({fact.group.table, fact.group.like} & unmade):
                problems.add(fact.file, fact.where, path, f"a table of the run: {nearest(path, known)}")
        problems.stop()


def declared(chapters: Mapping[str, Mapping[str, Any]], settings: Mapping[str, Any]) -> Declared:
    """Facts that chapters declare under ``facts``.

    Parameters
    ----------
    chapters
        File name to the content of each chapter.
    settings
        What ``$names`` stand for: values, and mappings and lists of values, whose entries are
        named by dots, ``$cohort.regain_by``, ``$interval.0``.

    Raises
    ------
    InputError
        Everything wrong with the declarations.

    Examples
    --------
    >>> block = {"town[unit == $unit]": {"people": "count | number:0"}}
    >>> found = declared({"a.yaml": {"facts": block}}, {"unit": "KZZHK"})
    >>> found.tables, list(found.facts), found.settings
    (['tables/town.csv'], ['people'], {'unit': 'KZZHK'})
    """
    reader = _Reader(settings)
    for file, chapter in chapters.items():
        block = chapter.get("facts", {})
        if isinstance(block, Mapping):
            reader.read(block, {}, None, file, "facts")
        else:
            reader.problems.add(file, "facts", type(block).__name__, "tables, each with its facts")
    reader.check_names()
    reader.problems.stop()
    return reader.found


def lookups(found: Declared) -> pd.DataFrame:
    """The table `LOOKUPS` of some facts, from which `read_lookups` has them again.

    Examples
    --------
    >>> block = {"town[unit == $unit]": {"people": "count | number:0"}}
    >>> told = lookups(declared({"a.yaml": {"facts": block}}, {"unit": "KZZHK"}))
    >>> told.iloc[0][["fact", "table", "rows", "value", "settings"]].tolist()
    ['people', 'tables/town.csv', 'unit == $unit', 'count', '{"unit": "KZZHK"}']
    >>> read_lookups(told).facts["people"].lookup.text
    'count'
    """
    rows = [
        {
            "fact": fact.name,
            "table": fact.group.table,
            "rows": fact.group.rows.text if fact.group.rows else "",
            "value": fact.lookup.text,
            "form": fact.form,
            "scale": fact.scale,
            "origin": fact.group.origin,
            "like": fact.group.like,
            "settings": _as_json({name: found.settings[name] for name in fact.uses if name in found.settings}),
        }
        for fact in found.facts.values()
    ]
    return pd.DataFrame(rows, columns=list(LOOKUPS.columns)).sort_values("fact", kind="stable", ignore_index=True)


def _as_json(settings: Mapping[str, Any]) -> str:
    return json.dumps(settings, ensure_ascii=False, default=str) if settings else ""


def read_lookups(table: pd.DataFrame) -> Declared:
    """The facts of a table `LOOKUPS` of texts."""
    found = Declared()
    for row in table.to_dict("records"):
        rows = parse_lookup(row["rows"]) if row["rows"] else None
        group = Group(row["table"], rows, row["origin"], row["like"])
        name = str(row["fact"])
        lookup = parse_lookup(row["value"])
        found.facts[name] = Fact(name, group, lookup, row["form"], row["scale"], "lookups.csv", name)
        found.settings |= json.loads(row["settings"]) if row["settings"] else {}
    return found


def setting(settings: Mapping[str, Any], name: str) -> Any:
    """The setting of a dotted name.

    A number is the place in a list, or of a key in a mapping; ``*`` stands for every entry.

    Raises
    ------
    KeyError
        If there is none.

    Examples
    --------
    >>> settings = {"marked": ["a", "b"], "targets": {"near": 1}, "made": [{"on": 3}, {"on": 4}]}
    >>> setting(settings, "marked.-1"), setting(settings, "targets.0"), setting(settings, "made.*.on")
    ('b', 'near', [3, 4])
    """
    if name in settings:
        return settings[name]
    try:
        return _inside(settings, name.split("."))
    except (KeyError, IndexError, TypeError, ValueError):
        raise KeyError(name) from None


def _inside(value: Any, keys: Sequence[str]) -> Any:
    if not keys:
        return value
    key, *rest = keys
    if key == "*":
        return [_inside(v, rest) for v in value]
    if isinstance(value, Mapping):
        return _inside(value[key] if key in value else list(value)[int(key)], rest)
    return _inside(value[int(key)], rest)


class _Reader:
    """Reads blocks of facts: tables, loops, and the facts themselves."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings, self.found, self.problems = settings, Declared(), Problems()

    def read(self, block: Mapping[str, Any], env: Mapping[str, str], group: Group | None, file: str, at: str) -> None:
        for raw, value in block.items():
            where = f"{at}.{raw}"
            try:
                key = _filled(str(raw), env)
                if key.startswith("for "):
                    for each in self._turns(key):
                        self.read(value, {**env, **each}, group, file, where)
                elif key == READY and group is None:
                    self.found.ready |= {_path(name): sorted(facts) for name, facts in value.items()}
                elif group is None:
                    self.read(value, env, _group(key), file, where)
                else:
                    self._declare(key, _filled(str(value), env), group, file, where)
            except UnreadError as error:
                self.problems.add(file, where, error.found, error.expected)
            except (AttributeError, TypeError):
                self.problems.add(file, where, value, "facts, each with its name: value | form")

    def _turns(self, key: str) -> Iterator[dict[str, str]]:
        """What the names of ``for a=b in x=1, y=2`` or ``for a in $names`` stand for, turn by turn."""
        names, _, listed = key.removeprefix("for ").partition(" in ")
        if found := SETTING.fullmatch(listed.strip()):
            value = self._setting(found[1])
            turns = [str(v) for v in value] if isinstance(value, list) else [str(value)]
        else:
            turns = [part.strip() for part in listed.split(",")]
        for turn in turns:
            pair = dict(zip(names.split("="), turn.split("="), strict=False))
            if not listed or len(pair) != names.count("=") + 1:
                raise UnreadError(key, "for name in one, two, or for name=other in one=1, two=2")
            yield pair

    def _setting(self, name: str) -> Any:
        try:
            value = setting(self.settings, name)
        except KeyError:
            head, _, last = name.rpartition(".")
            inside = self.settings
            if head:
                try:
                    inside = setting(self.settings, head)
                except KeyError:
                    last = head.partition(".")[0]
            known = [str(k) for k in inside] if isinstance(inside, Mapping) else []
            raise UnreadError(f"${name}", f"a setting or a fact: {nearest(last, known)}") from None
        self.found.settings[name] = value
        return value

    def _declare(self, name: str, text: str, group: Group, file: str, where: str) -> None:
        value, bar, form = (part.strip() for part in text.rpartition(" | "))
        if name.startswith("_") and not bar:
            value, form = text.strip(), "text"
        told = _FORM.fullmatch(form)
        if not _NAME.fullmatch(name):
            raise UnreadError(name, "a name of small letters, digits and _")
        if not told:
            raise UnreadError(text, "value | form, such as number:1, score:1, percent:0, year, rank, text, word:unit")
        if name in self.found.facts:
            first = self.found.facts[name]
            raise UnreadError(name, f"a name of its own; {first.file}, {first.where} has it")
        lookup = parse_lookup(value)
        self.found.facts[name] = Fact(name, group, lookup, told["form"], told["scale"] or "", file, where)

    def check_names(self) -> None:
        """Note the settings used, and names that are neither a setting nor a fact, or run in circles."""
        facts = self.found.facts
        for fact in facts.values():
            for name in fact.uses:
                try:
                    if name not in facts:
                        self._setting(name)
                except UnreadError as error:
                    self.problems.add(fact.file, fact.where, error.found, error.expected)
        for fact in facts.values():
            seen, ahead = set(), [fact.name]
            while ahead and fact.name not in seen:
                used = [name for name in facts[ahead.pop()].uses if name in facts and name not in seen]
                seen.update(used)
                ahead += used
            if fact.name in seen:
                self.problems.add(fact.file, fact.where, f"${fact.name}", "facts that do not rest on themselves")


def _filled(text: str, env: Mapping[str, str]) -> str:
    """A text with its ``${names}``; ``$names`` without braces stay."""
    if lost := sorted(set(_TURN.findall(text)) - set(env)):
        raise UnreadError(f"${{{lost[0]}}}", f"a name of a loop around it: {nearest(lost[0], sorted(env))}")
    return _TURN.sub(lambda found: env[found[1]], text)


def _path(name: str) -> str:
    path = name if "/" in name else f"tables/{name}"
    return path if PurePosixPath(path).suffix else f"{path}.csv"


def _group(key: str) -> Group:
    """``table[condition] like other``."""
    found = _GROUP.fullmatch(key)
    if not found:
        raise UnreadError(key, "a table, or table[condition]")
    table = _path(found["table"])
    other = _path(found["other"]) if found["other"] else table
    rows = parse_lookup(found["rows"][1:-1]) if found["rows"] else None
    like = found["how"] == "like"
    if found["how"] == "as" and other.endswith(".csv"):
        raise UnreadError(key, "as before a file that is no table: of a table, its own is the origin")
    return Group(table, rows, table if like else other, other if like else table)


def resolve(found: Declared, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The facts as the tables have them.

    Parameters
    ----------
    found
        Of `declared`.
    tables
        Path within the results to each table of `Declared.tables` and `Declared.ready`.

    Returns
    -------
    pandas.DataFrame
        Table `monotown.show.prose.FACTS`, sorted by name.

    Raises
    ------
    InputError
        Every fact that cannot be read: an unknown column, no row, more rows than one; a table of
        facts that has not those declared.

    Examples
    --------
    >>> table = pd.DataFrame({"unit": ["KZZHK"], "count": [7.5], "kind": ["official"], "source": ["s"]})
    >>> block = {"town[unit == $unit]": {"people": "count | number:0"}}
    >>> found = declared({"a.yaml": {"facts": block}}, {"unit": "KZZHK"})
    >>> resolve(found, {"tables/town.csv": table}).iloc[0].tolist()
    ['people', '7.5', 'number:0', 'official', 's', 'tables/town.csv']
    """
    reader = Values(found, tables)
    rows = [row for fact in found.facts.values() if not fact.name.startswith("_") and (row := reader.row(fact))]
    parts = [pd.DataFrame(rows, columns=list(FACTS.columns))]
    for path, names in found.ready.items():
        parts.append(tables[path][list(FACTS.columns)])
        if (there := sorted(parts[-1]["fact"])) != names:
            reader.problems.add(path, "fact", ", ".join(there), f"the facts declared: {', '.join(names)}")
    reader.problems.stop()
    joined = pd.concat(parts, ignore_index=True).sort_values("fact", kind="stable", ignore_index=True)
    return FACTS.validate(joined, lazy=True)


class _FailedError(Exception):
    """A fact that another needs cannot be read; its own problem is noted."""


class Values:
    """Reads facts, each once, and notes what cannot be read.

    Parameters
    ----------
    found, tables
        As of `resolve`.
    """

    def __init__(self, found: Declared, tables: Mapping[str, pd.DataFrame]) -> None:
        self.found, self.tables, self.problems = found, tables, Problems()
        self._values: dict[str, Any] = {}
        self._rows: dict[Group, pd.DataFrame] = {}

    def named(self, name: str) -> Any:
        """Value of a fact or of a setting."""
        if name not in self.found.facts:
            return self.found.settings[name]
        if name not in self._values:
            fact = self.found.facts[name]
            self._values[name] = _FailedError()  # until it is read
            try:
                self._values[name] = fact.lookup.value(self.rows(fact.group), self.named)
            except UnreadError as error:
                self.problems.add(fact.file, fact.where, error.found, f"{error.expected}, in {fact.group.table}")
        if isinstance(self._values[name], _FailedError):
            raise _FailedError
        return self._values[name]

    def rows(self, group: Group) -> pd.DataFrame:
        """Rows that a group of facts is read from."""
        if group not in self._rows:
            table = self.tables[group.table]
            chosen = table if group.rows is None else group.rows.chosen(table, self.named)
            if chosen.empty and group.rows is not None:
                raise UnreadError("no row", f"rows with {group.rows.text}")
            self._rows[group] = chosen
        return self._rows[group]

    def row(self, fact: Fact) -> dict[str, str] | None:
        """A row of `FACTS`."""
        try:
            value, form = _text(self.named(fact.name)), self._form(fact)
        except _FailedError:
            return None
        except UnreadError as error:
            self.problems.add(fact.file, fact.where, error.found, error.expected)
            return None
        told = self.rows(fact.group) if fact.group.like == fact.group.table else self.tables[fact.group.like]
        if told.empty:
            self.problems.add(
                fact.file, fact.where, "no row", f"rows of {fact.group.like}, for a kind of data and a source"
            )
        return {
            "fact": fact.name,
            "value": value,
            "form": form,
            "kind": join_kinds(told["kind"]),
            "source": "; ".join(source_ids(told)),
            "derived_from": fact.group.origin,
        }

    def _form(self, fact: Fact) -> str:
        """The form, a score's by the scale of its index."""
        if not fact.form.startswith("score:"):
            return fact.form
        rows = self.rows(fact.group)
        if not fact.scale and "scale" not in rows:
            raise UnreadError(fact.form, f"a scale: a column of {fact.group.table}, or {fact.form} of $name")
        scale = self.named(fact.scale) if fact.scale else rows["scale"].iloc[0]
        if scale not in SCALES:
            raise UnreadError(scale, f"a scale, one of {', '.join(map(str, SCALES))}")
        return f"number:{score_decimals(scale, int(fact.form[-1]))}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadError(value, "a number or a text")
    number = as_written(float(value))
    if math.isnan(number):
        return ""
    return str(int(number)) if number.is_integer() else repr(number)


def one(frame: pd.DataFrame, column: str, **where: Any) -> Any:
    """The one cell of a column in the one row that has the given values.

    Raises
    ------
    LookupError
        If no row or several rows match; the message says which values were asked for.
    """
    chosen = frame
    for name, value in where.items():
        chosen = chosen[chosen[name] == value]
    if len(chosen) != 1:
        asked = ", ".join(f"{k}={v}" for k, v in where.items())
        raise LookupError(f"{len(chosen)} rows with {asked}; expected one, for {column}")
    return chosen[column].iloc[0]
