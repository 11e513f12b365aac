"""What ``make data`` writes: of the sources the data package, a page each, tables of data/README.md; tables of methods.

``python -m monotown.workflow.data_pages`` writes what differs and names it; with ``--check`` it
writes nothing and ends with 1 where anything differs.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from monotown.base.problems import InputError, Problem, Problems
from monotown.data.publications import markdown_table
from monotown.data.source_pages import resource, source_page, sources_table
from monotown.methods.page import method_tables
from monotown.workflow import read_yaml, write_text
from monotown.workflow.config import SOURCE, located
from monotown.workflow.sources import Source, load_sources

RAW: Final = "data/raw"
PACKAGE: Final = "data/datapackage.json"
README: Final = "data/README.md"
PUBLICATIONS: Final = "data/raw/publications.yaml"
PAGE: Final = "SOURCE.md"
METHODS: Final = "docs/methods.md"

#: Marks around the tables of `README`.
SOURCES_MARK: Final = "<!-- table of sources, made by make data -->\n"
PUBLICATIONS_MARK: Final = "<!-- table of publications, made by make data -->\n"
END_MARK: Final = "<!-- end of table -->"

_ABOUT: Final = {
    "profile": "data-package",
    "name": "monotown-raw-data",
    "title": "Raw figures of Monotown: official statistics of Kazakhstan, the tables of the paper, and reference files",
    "description": "Figures and names as their sources print them. The source.yaml beside a file says how it is read.",
}


def made_pages(root: str | Path = ".") -> dict[str, str]:
    """Every file that is made of the sources, as it should be.

    Parameters
    ----------
    root
        The project's folder.

    Returns
    -------
    dict
        Path, relative to the project, to its text.

    Raises
    ------
    InputError
        What is wrong with a ``source.yaml``; a file in the folder of a source that it does not
        describe; a type given for a column that the file lacks; a table of the readme without its
        marks.
    """
    top = Path(root)
    rules = read_yaml(top / "workflow/schemas/source.schema.yaml")
    known = load_sources(RAW, top, rules)
    sources = known.folders
    problems = Problems()
    for source in sources:
        problems.extend(located(p, source.lines) for p in _undescribed(source, top))
    problems.stop()
    pages = {}
    resources: list[dict[str, Any]] = []
    for source in sources:
        folder = Path(source.file).parent
        files = list(source.files(top))
        for raw in files:
            path = Path(raw.path).relative_to("data").as_posix()
            entry = dict(raw.entry)
            if raw.key and entry["title"] == source.content["title"]:
                title = f"{entry['title']['en']}: {Path(raw.path).name}"
                entry["title"] = {**entry["title"], "en": title}
            resources.append(resource(raw.id, path, (top / raw.path).read_bytes(), entry))
        told = {r.key.removeprefix("files.") or Path(r.path).name: r.entry for r in files}
        pages[(folder / PAGE).as_posix()] = source_page(source.content, list(told.items()))
    pages[PACKAGE] = json.dumps({**_ABOUT, "resources": resources}, ensure_ascii=False, indent=2)
    pages[PACKAGE] += "\n"
    folders = [(Path(s.file).parent.relative_to("data").as_posix(), s.content) for s in sources]
    readme = (top / README).read_text(encoding="utf-8")
    readme = _filled(readme, SOURCES_MARK, sources_table(folders))
    publications = {**read_yaml(top / PUBLICATIONS), **known.publications}
    pages[README] = _filled(readme, PUBLICATIONS_MARK, markdown_table(publications))
    if (top / METHODS).is_file():
        pages[METHODS] = (top / METHODS).read_text(encoding="utf-8")
        for name, table in method_tables().items():
            mark = f"<!-- table of {name}, made by make data -->\n"
            pages[METHODS] = _filled(pages[METHODS], mark, table, METHODS)
    return pages


def _undescribed(source: Source, root: Path) -> list[Problem]:
    """Files of a folder that nothing describes, and types of columns that a file lacks."""
    raw = list(source.files(root))
    known = {Path(r.path).name for r in raw} | {SOURCE, PAGE}
    found = [
        Problem(source.file, "files", path.name, "a file that this source describes")
        for path in sorted((root / source.file).parent.iterdir())
        if path.is_file() and path.name not in known and not path.name.startswith(".")
    ]
    for file in raw:
        if "types" not in file.entry:
            continue
        with (root / file.path).open(encoding="utf-8-sig", newline="") as opened:
            header = next(csv.reader(opened), [])
        where = f"{file.key}.types" if file.key else "types"
        found += [
            Problem(source.file, f"{where}.{c}", c, f"a column of {Path(file.path).name}")
            for c in file.entry["types"]
            if c not in header
        ]
    return found


def _filled(text: str, mark: str, table: str, file: str = README) -> str:
    """A text with a table between its mark and the next `END_MARK`."""
    before, found, after = text.partition(mark)
    rest = after.partition(END_MARK)
    if not found or not rest[1]:
        raise InputError([Problem(file, "-", "no mark", f"the marks {mark.strip()} and {END_MARK}")])
    return before + mark + table + END_MARK + rest[2]


def stale(root: str | Path = ".") -> dict[str, str]:
    """Those of the made files that are not as they should be, with the text they should have."""
    found = {}
    for name, text in made_pages(root).items():
        path = Path(root) / name
        if not path.is_file() or path.read_bytes() != text.encode("utf-8"):
            found[name] = text
    return found


def main(arguments: Sequence[str]) -> int:
    """Write, or with ``--check`` only name, what is not up to date."""
    check = "--check" in arguments
    try:
        found = stale()
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    for name, text in found.items():
        if not check:
            write_text(text, name)
        print(f"{name} is out of date: run make data" if check else f"{name} written")
    return int(check and bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
