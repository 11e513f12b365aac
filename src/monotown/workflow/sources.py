"""Sources of raw figures: a folder each, with its files and a ``source.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from monotown.base.problems import InputError, Problem, Problems
from monotown.base.schemas import schema_problems
from monotown.workflow.config import SOURCE, located
from monotown.workflow.strict import Lines, read_strict

#: What a file of a source has from the source where it says nothing of its own.
SHARED: Final = ("title", "publisher", "licence", "url", "download", "retrieved", "copy", "kind")

#: What is told to readers only, and not to the step that reads the figures.
TOLD: Final = ("about", "notes", "checked", "files", "row", "types", "download")

#: Before the id of a source in that of a publication which it tells itself.
OWN: Final = "source "

_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class RawFile:
    """One file of a source.

    Attributes
    ----------
    id
        Name of the folder; where a source lists its files, with the name of the file after it.
    path
        Relative to the project.
    key
        Key of its entry in ``source.yaml``; "" where the file is the whole source.
    entry
        What ``source.yaml`` says of it, with what all files of the source share.
    """

    id: str
    path: str
    key: str
    entry: dict[str, Any]


@dataclass(frozen=True)
class Source:
    """One folder of raw files.

    Attributes
    ----------
    file
        Its ``source.yaml``, relative to the project.
    content
        What stands there.
    lines
        Line of each key.
    """

    file: str
    content: dict[str, Any]
    lines: Lines

    @property
    def folder(self) -> str:
        """Name of the folder."""
        return Path(self.file).absolute().parent.name

    def files(self, root: str | Path = ".") -> Iterator[RawFile]:
        """Each file that the source describes, in the order of its names; absent ones too."""
        parent = Path(self.file).parent
        if "files" not in self.content:
            name = self.content.get("file", f"{self.folder}.csv")
            yield RawFile(self.folder, (parent / name).as_posix(), "", self.content)
            return
        shared = {k: self.content[k] for k in SHARED if k in self.content}
        for key, own in self.content["files"].items():
            found = sorted(p.name for p in (Path(root) / parent).glob(key)) if "*" in key else [key]
            for name in found or [key]:
                stem, _, ending = name.rpartition(".")
                tail = "" if ending == "csv" else f"_{ending}"
                path = (parent / name).as_posix()
                yield RawFile(f"{self.folder}_{stem}{tail}", path, f"files.{key}", shared | own)


@dataclass(frozen=True)
class Sources:
    """All sources of a run.

    Attributes
    ----------
    folders
        Every source, in the order of its path.
    entries
        Id to what is read of it, for the files whose figures are read: title, terms, `file` and
        how its cells map to variables, as `monotown.data.sources` and `monotown.data.clean` take it.
    places
        The same to its ``source.yaml`` and the key of its entry there.
    publications
        `OWN` and id to the publication that a source tells itself, as the publications config
        tells others, with the one table that the source reads.
    """

    folders: tuple[Source, ...]
    entries: dict[str, dict[str, Any]]
    places: dict[str, tuple[str, str]]
    publications: dict[str, Any]

    def located(self, problem: Problem) -> Problem:
        """A problem of the entries together, said of ``source.yaml``, with its file and line."""
        where, own = problem.where, problem.where.startswith(OWN)
        where = where.removeprefix(OWN).replace("tables.0", "publication") if own else where
        name = next((n for n in _heads(where) if n in self.places), None)
        if name is None or not (own or problem.file == SOURCE):
            return problem
        file, key = self.places[name]
        rest = where.removeprefix(name).removeprefix(".")
        where = ".".join(filter(None, [key, rest])) or "publication"
        lines = next((s.lines for s in self.folders if s.file == file), {})
        return located(Problem(file, where, problem.found, problem.expected), lines)


def _heads(where: str) -> Iterator[str]:
    while where:
        yield where
        where = where.rpartition(".")[0]


def source_files(named: str | Sequence[str], root: str | Path = ".") -> list[str]:
    """The files that describe the sources of a run, each once, sorted.

    Parameters
    ----------
    named
        What the config key ``sources`` names: a folder, of which every ``source.yaml`` at any depth
        counts but in hidden folders, or a list of files.
    root
        The project's folder; names are relative to it.
    """
    top = Path(root)
    if not isinstance(named, str):
        return sorted({str(name) for name in named})
    if not (top / named).is_dir():
        return [named]
    found = (path.relative_to(top) for path in (top / named).rglob(SOURCE))
    return sorted(p.as_posix() for p in found if not any(n.startswith(".") for n in p.parts))


def load_sources(named: str | Sequence[str], root: str | Path = ".", rules: Mapping[str, Any] | None = None) -> Sources:
    """Read and check every source.

    Parameters
    ----------
    named
        As of `source_files`. A file that is no ``source.yaml`` holds entries by their ids, as the
        first step of a run on own data writes them.
    root
        The project's folder.
    rules
        JSON schema of a ``source.yaml``; without it the files are taken as they are.

    Raises
    ------
    InputError
        Every problem of every file, with its line: YAML that is not plain, keys and values that
        the schema refuses, an id that another source has, a folder whose name is no id, a file
        that is not there.
    """
    problems = Problems()
    entries: dict[str, dict[str, Any]] = {}
    places: dict[str, tuple[str, str]] = {}
    publications: dict[str, Any] = {}
    read = _read(named, root, rules, problems)
    for source in read:
        if Path(source.file).name == SOURCE:
            _enter(source, root, rules is not None, entries, places, problems)
        else:
            entries |= source.content
            places |= {name: (source.file, name) for name in source.content}
    problems.stop()
    for name, entry in entries.items():
        told = entry.get("publication", {})
        if "title" in told:
            table = {"number": "1", "title": entry["title"]["en"], "taken": True}
            table |= {"areas": told["areas"], "feeds": told["feeds"]}
            publications[OWN + name] = {"title": told["title"], "tables": [table]}
            entry["publication"] = {"id": OWN + name, "table": "1"}
    folders = tuple(source for source in read if Path(source.file).name == SOURCE)
    return Sources(folders, entries, places, publications)


def described(named: str | Sequence[str], root: str | Path, rules: Mapping[str, Any]) -> tuple[Source, ...]:
    """Every source as its ``source.yaml`` describes it, whether or not its files are there; see `load_sources`."""
    problems = Problems()
    read = _read([f for f in source_files(named, root) if Path(f).name == SOURCE], root, rules, problems)
    problems.stop()
    return tuple(read)


def _read(
    named: str | Sequence[str], root: str | Path, rules: Mapping[str, Any] | None, problems: Problems
) -> list[Source]:
    """The files that describe sources, but those with problems."""
    found = []
    for file in source_files(named, root):
        try:
            content, lines = read_strict(Path(root) / file, lines=rules is not None)
        except InputError as error:
            problems.extend(Problem(file, p.where, p.found, p.expected) for p in error.problems)
            continue
        wrong = schema_problems(content, rules, file, lines) if rules and Path(file).name == SOURCE else []
        problems.extend(located(p, lines) for p in wrong)
        if not wrong:
            found.append(Source(file, content, lines))
    return found


def _enter(
    source: Source,
    root: str | Path,
    check: bool,
    entries: dict[str, dict[str, Any]],
    places: dict[str, tuple[str, str]],
    problems: Problems,
) -> None:
    """Add the files of a source whose figures are read."""

    def add(key: str, found: str, expected: str) -> None:
        told = Problem(source.file, key or "file", found, expected)
        problems.extend([located(told, source.lines)])

    if check and not _ID.fullmatch(source.folder):
        add("title", source.folder, "a folder named with letters a to z, digits and _")
    for raw in source.files(root):
        if check and not (Path(root) / raw.path).is_file():
            add(raw.key, Path(raw.path).name, "a raw file that exists")
        if "variable" not in raw.entry:
            continue
        if check and "kind" not in raw.entry:
            key = f"{raw.key}.kind" if raw.key else "kind"
            add(key, "nothing", "published, official or synthetic")
        if raw.id in places:
            expected = f"a name that no other source has (see {places[raw.id][0]})"
            add(raw.key or "title", raw.id, expected)
            continue
        kept = {k: v for k, v in raw.entry.items() if k not in TOLD}
        entries[raw.id] = {**kept, "file": raw.path}
        places[raw.id] = source.file, raw.key


def read_sources(named: str | Sequence[str], root: str | Path = ".") -> dict[str, dict[str, Any]]:
    """The sources whose figures are read, by their ids; see `load_sources`."""
    return load_sources(named, root).entries


def raw_files(named: str | Sequence[str]) -> list[str]:
    """The raw files of these sources that hold figures."""
    return [entry["file"] for entry in read_sources(named).values()]
