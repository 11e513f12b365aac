"""``monotown data refresh``: raw files fetched anew from the addresses in their ``source.yaml``."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from monotown.base.labels import Labels
from monotown.base.problems import InputError, nearest
from monotown.commands.check import problems_said
from monotown.commands.places import project
from monotown.commands.say import StopError, listed, tell
from monotown.data.refreshed import Change, Difference
from monotown.workflow import read_yaml
from monotown.workflow.refresh import FETCHED, FetchError, Outcome, Taken, Wanted, accept, refresh, wanted
from monotown.workflow.sources import described, source_files

#: Folder of the sources where the call names none.
RAW: Final = "data/raw"

_SCHEMA: Final = "workflow/schemas/source.schema.yaml"

#: Letters of a checksum and of a row that are shown.
_SUM: Final = 12
_LONGEST: Final = 160


def data_refresh(folder: Path | None, words: Labels, *, only: Sequence[str], dry: bool, take: bool) -> int:
    """Fetch raw files into a folder beside and say what differs; or list the addresses; or take over what was fetched.

    Parameters
    ----------
    folder
        Of the sources, at any depth; None for `RAW`, else the working folder.
    words
        Words of the commands.
    only
        Sources by the names of their folders; none for all.
    dry
        List the addresses, and ask no network.
    take
        Take over what was fetched before, and ask no network.

    Returns
    -------
    int
        1 where a file could not be had or taken over.
    """
    root, named = _place(folder)
    call = " ".join(["monotown data refresh --accept", *([str(folder)] if folder else [])])
    shown = FETCHED if root == Path.cwd() else (root / FETCHED).as_posix()
    with contextlib.chdir(root):
        if not Path(named).is_dir() or not source_files(named):
            raise StopError(words("commands.refresh.no_source", folder=folder or root))
        sources = described(named, ".", read_yaml(project() / _SCHEMA))
        known = sorted({source.folder for source in sources})
        for name in only:
            if name not in known:
                raise StopError(words("commands.refresh.unknown", source=name, known=nearest(name, known)))
        files = wanted([source for source in sources if not only or source.folder in only])
        if take:
            return _say_taken(accept(files, home=project()), shown, words)
        if dry:
            for one in files:
                if one.address:
                    print(f"{one.raw.path} ← {one.address}")
            return _say_without(files, words)
        return _refresh(files, shown, call, words)


def _place(folder: Path | None) -> tuple[Path, str]:
    """Folder that paths are relative to, and that of the sources within it."""
    here = Path.cwd()
    if folder is None:
        return here, RAW if (here / RAW).is_dir() else "."
    at = folder.resolve()
    return (here, at.relative_to(here.resolve()).as_posix()) if at.is_relative_to(here.resolve()) else (at, ".")


def _refresh(files: Sequence[Wanted], shown: str, call: str, words: Labels) -> int:
    failed, differ = [], 0
    for outcome in refresh([one for one in files if one.address], home=project()):
        if outcome.error is not None:
            failed.append(f"{outcome.wanted.raw.path} ← {outcome.wanted.address}: {_why(outcome.error, words)}")
            continue
        differ += outcome.code != "same"
        print(_said(outcome, words), flush=True)
    _say_without(files, words)
    if differ:
        tell(words("commands.refresh.waits", n=differ, folder=shown, call=call))
    if failed:
        tell("\n".join([words("commands.refresh.failed", n=len(failed)), *(f"  {line}" for line in failed)]))
    return int(bool(failed))


def _say_without(files: Sequence[Wanted], words: Labels) -> int:
    sources = sorted({one.source.folder for one in files if not one.address})
    if sources:
        tell(words("commands.refresh.without", sources=", ".join(sources)))
    return 0


def _why(error: FetchError, words: Labels) -> str:
    found = str(error.values.get("found", ""))
    values = {k: words.number(v) if isinstance(v, int) and k != "status" else v for k, v in error.values.items()}
    if found:
        key = f"commands.refresh.found.{found}"
        values["found"] = words(key) if words.has(key) else found
    return words(f"commands.refresh.error.{error.code}", **values)


def _said(outcome: Outcome, words: Labels) -> str:
    (size, mark), (size_now, mark_now) = outcome.before, outcome.after
    head = words(
        f"commands.refresh.{outcome.code}",
        file=outcome.wanted.raw.path,
        size=words.number(size),
        sum=mark[:_SUM],
        size_now=words.number(size_now),
        sum_now=mark_now[:_SUM],
    )
    return "\n".join([head, *(_differences(outcome.found, words) if outcome.found else ())])


def _differences(found: Difference, words: Labels) -> list[str]:
    nothing = words("commands.nothing")

    def figure(change: Change) -> str:
        values = [nothing if v is None else v or "«»" for v in (change.before, change.after)]
        place = words("commands.refresh.place", line=change.line, column=change.column)
        return f"{change.unit}, {change.year}, {change.variable}: {values[0]} → {values[1]} ({place})"

    sections = {
        "columns_new": [", ".join(found.columns_new)] if found.columns_new else [],
        "columns_gone": [", ".join(found.columns_gone)] if found.columns_gone else [],
        "values": [figure(c) for c in found.changes if c.before is not None and c.after is not None],
        "values_new": [figure(c) for c in found.changes if c.before is None],
        "values_gone": [figure(c) for c in found.changes if c.after is None],
        "rows_new": [row[:_LONGEST] for row in found.rows_new],
        "rows_gone": [row[:_LONGEST] for row in found.rows_gone],
    }
    counts = {"columns_new": len(found.columns_new), "columns_gone": len(found.columns_gone)}
    lines = []
    for key, rows in sections.items():
        if rows:
            lines.append(words(f"commands.refresh.of.{key}", n=counts.get(key, len(rows))))
            lines += listed(rows, words)
    if not lines and not found.problems:
        lines.append(words("commands.refresh.of.nothing"))
    if found.problems:
        lines += [words("commands.refresh.of.problems"), problems_said(InputError(found.problems), words)]
    return [f"  {line}" for text in lines for line in text.splitlines()]


def _say_taken(taken: Sequence[Taken], shown: str, words: Labels) -> int:
    if not taken:
        tell(words("commands.refresh.nothing_waits", folder=shown))
    left = 0
    for one in taken:
        if one.error is not None or one.problems:
            left += 1
            why = _why(one.error, words) if one.error else words("commands.refresh.of.problems")
            tell(words("commands.refresh.not_taken", file=one.path, why=why))
            if one.problems:
                tell(problems_said(InputError(one.problems), words))
            continue
        print(words("commands.refresh.taken", file=one.path, day=one.day))
        if one.kept:
            print("  " + words("commands.refresh.kept", file=one.kept))
        if not one.dated:
            tell("  " + words("commands.refresh.not_dated", day=one.day))
    if len(taken) > left:
        inside = Path("data/datapackage.json").is_file()
        tell(words("commands.refresh.then_data" if inside else "commands.refresh.then"))
    return int(bool(left))
