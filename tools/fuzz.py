"""Spoiled files for the readers and the config: whatever stands in one, the answer is a problem and no fault.

``python tools/fuzz.py --minutes 10`` spoils small files of the project, reads each as a command would, and keeps those
that end in an exception or take too long, and the first of every kind of answer. ``tests/data/fuzz`` holds those that
are worth keeping; ``tests/commands/test_fuzz.py`` reads them again.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from monotown.base.expressions import formula_problems, parse
from monotown.base.problems import InputError, Problems
from monotown.commands.call import Call, plan
from monotown.commands.check import as_object, read
from monotown.commands.places import project
from monotown.commands.say import StopError, words_of
from monotown.data.clean import clean
from monotown.data.refreshed import difference, wrong_form
from monotown.data.shapes import Source as Borders
from monotown.data.shapes import plain_of, shapes
from monotown.data.sources import config_problems
from monotown.data.units import Units
from monotown.study.shapes import read_shapes
from monotown.workflow import read_yaml
from monotown.workflow.config import check_config
from monotown.workflow.door import check_run
from monotown.workflow.refresh import wanted
from monotown.workflow.shapes import sources_of
from monotown.workflow.sources import load_sources
from monotown.workflow.strict import read_strict, text_of
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests/data/fuzz"

#: Seconds of the processor after which one file counts as a fault, and bytes that reading one may take.
PATIENCE, MEMORY = 30, 4 * 2**30

WORDS = words_of("en", project() / "config/words")

#: Names, numbers and marks that readers trip over.
TOKENS = (
    *(
        "",
        " ",
        "-",
        "...",
        "x",
        "х",
        "0",
        "-0",
        "1e308",
        "1e-400",
        "1e999",
        "NaN",
        "inf",
        "-inf",
        "٣",
        "1,5",
        "1.234,5",
    ),
    *(
        "1 234",
        "1\u00a0234",
        "12%",
        "1/0",
        "#DIV/0!",
        "=1+1",
        "2022",
        "2022.0",
        "20O5",
        "2022-13-45",
        "0000",
        "9" * 400,
    ),
    *("\0", "\ufeff", "\u200b", "\u202e", "\ud7ff", "é", "e\u0301", "ß", "İ", "ǅ", "🏙", "a" * 3000, "\x85", "\u2028"),
    *(
        '"',
        "'",
        '""',
        "\\",
        ";",
        ",",
        "\t",
        "|",
        "\r",
        "\n",
        "\r\n",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "&",
        "&amp;",
    ),
    *(
        "true",
        "no",
        "null",
        "~",
        "[]",
        "{}",
        "- ",
        ": ",
        "# ",
        "&a",
        "*a",
        "!!python/object:os.system",
        "<<",
        "|",
        ">-",
    ),
    *(
        "10000000000000000000000",
        "-1",
        "1e5",
        "A1",
        "XFD1048577",
        "A0",
        "%s",
        "{x}",
        "{0}",
        "${a}",
        "../..",
        "/",
        "*",
        "?",
    ),
)

#: What stands in the place of a part of a config.
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 10**30, 0.5, 1e308, "", " ", "a", "x" * 500, "../..", "/", "2022", "é\u0301", "{x}"),
    *(
        [],
        {},
        [[]],
        [None],
        {"": None},
        {"a": {"b": 1}},
        [1, "a"],
        ["a", "a"],
        2022,
        "1e5",
        "no",
        "*",
        "a.b",
        [2022, 2021],
    ),
)


@dataclass(frozen=True)
class Seed:
    """Small files that are sound together.

    Attributes
    ----------
    look
        Reads them in a folder; gives what kind of answer came.
    files
        Name in that folder to the file of the project, and the lines of it that are taken; 0 for all.
    weight
        How often it is spoiled, against the others.
    """

    look: Callable[[Path], frozenset[str]]
    files: Mapping[str, tuple[str, int]]
    weight: int = 4

    def lay(self, folder: Path) -> None:
        """Put the files into a folder."""
        for name, (source, lines) in self.files.items():
            data = (ROOT / source).read_bytes()
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"".join(data.splitlines(keepends=True)[:lines]) if lines else data)


# --- what reads them ------------------------------------------------------------------------------


def _answer(call: Call) -> frozenset[str]:
    """What ``check`` says of a call."""
    try:
        told = as_object(read(plan(call)), WORDS)
    except (InputError, StopError) as error:
        return _kinds(error)
    kinds = {
        f"{f['severity']} {f['code']}" + ("" if f["code"] != "config" else _plain(f["expected"]))
        for f in told["findings"]
    }
    return frozenset(kinds or {"sound"})


def _kinds(error: Exception) -> frozenset[str]:
    if isinstance(error, InputError):
        return frozenset(_plain(p.expected) for p in error.problems)
    return frozenset([_plain(str(error))])


def _plain(text: str) -> str:
    return re.sub(r"'[^']*'|\d+|one of: .*|/\S+", "", text)[:60]


def _table(folder: Path) -> frozenset[str]:
    return _answer(Call([next(p for p in folder.iterdir() if p.is_file())], WORDS, folder))


def _study(folder: Path) -> frozenset[str]:
    return _answer(Call([], WORDS, folder.parent, study=str(folder)))


def _run_file(folder: Path) -> frozenset[str]:
    return _answer(Call([folder / "own.yaml"], WORDS, folder))


def _strict(folder: Path) -> frozenset[str]:
    """A file of YAML, and where it is one the config of a run."""
    try:
        content, _ = read_strict(folder / "config.yaml", lines=True)
        if isinstance(content, dict):
            check_config(content, ROOT)
    except InputError as error:
        return _kinds(error)
    return frozenset(["sound"])


def _source(folder: Path) -> frozenset[str]:
    """A source and its table: described, cleaned, and compared with what was there."""
    with contextlib.chdir(folder):
        try:
            sources = load_sources(".", ".", read_yaml(ROOT / "workflow/schemas/source.schema.yaml"))
            wanted(sources.folders)
            config = {"units": UNITS, "variables": VARIABLES, "sources": sources.entries}
            names = {name: name for name in config}
            wrong = Problems()
            wrong.extend(config_problems(config, {name: {} for name in config}, names))
            wrong.stop()
            files = {entry["file"]: Path(entry["file"]).read_bytes() for entry in sources.entries.values()}
            for entry in sources.entries.values():
                data = files[entry["file"]]
                if not wrong_form(entry["file"], data):
                    difference(entry, entry["file"], (ROOT / _HOSPITALS).read_bytes(), data)
            clean(files, sources.entries, VARIABLES, Units(UNITS))
        except InputError as error:
            return _kinds(error)
    return frozenset(["sound"])


def _shapes(folder: Path) -> frozenset[str]:
    """Shapes of a study's own, drawn as a map."""
    try:
        file = folder / "three.geojson"
        found = read_shapes(text_of(file.read_bytes(), file.name), THREE, file.name)
        if found.problems:
            raise InputError(found.problems)
        shapes([Borders("", found.polygons, list(found.polygons), plain_of(found.polygons), found.credit)], THREE)
    except InputError as error:
        return _kinds(error)
    return frozenset(["sound"])


def _shapefile(folder: Path) -> frozenset[str]:
    """Borders of a shapefile, drawn as a map."""
    spec = {"projection": {"meridian": 62, "south": 48, "north": 52}, "code": "ISO_3166_2", "credit": "x"}
    spec["codes"] = {f"KZ-{code}": code for code in THREE}
    units = {**THREE, "sets": {"all": list(THREE)}}
    try:
        borders = {"now": {"file": str(folder / "three.shp"), "units": "all"}}
        shapes(sources_of({**spec, "borders": borders}, units), units)
    except InputError as error:
        return _kinds(error)
    return frozenset(["sound"])


def _formulas(folder: Path) -> frozenset[str]:
    """Formulas of indicators, a line each."""
    found: set[str] = set()
    for line in (folder / "formulas.txt").read_text("utf-8", "replace").splitlines():
        told = formula_problems(line, ["a", "b", "people"], "f", "w")
        found |= {_plain(p.expected) for p in told} or {"sound"}
        if not told:
            parse(line)
    return frozenset(found or {"nothing"})


def _door(folder: Path) -> frozenset[str]:
    """The config of the default run, read against itself, in a project whose other files are the real ones."""
    _filled(folder, ROOT)
    try:
        check_run(read_strict(folder / "config/config.yaml")[0], folder)
    except InputError as error:
        return _kinds(error)
    return frozenset(["sound"])


def _filled(folder: Path, like: Path) -> None:
    """Link what a folder lacks of another."""
    for path in like.iterdir():
        here = folder / path.name
        if here.is_dir() and not here.is_symlink():
            _filled(here, path)
        elif not here.exists() and path.name not in (".git", "results"):
            here.symlink_to(path)


THREE: dict[str, Any] = {code: {} for code in "ABC"}

_HOSPITALS = "data/raw/official/hospitals_regions/hospitals_regions.csv"
UNITS, VARIABLES = (read_part(name, ROOT) for name in ("units", "variables"))

_CONFIG = (
    "config/config.yaml",
    *(f"config/parts/{n}.yaml" for n in ("audit", "cohort", "hypothesis", "mechanism", "scenarios", "towns")),
    *(f"config/study/{n}.csv" for n in ("indicators", "indices", "readings", "unit_sets", "units", "variables")),
    *(f"config/study/{n}.yaml" for n in ("study", "shapes", "catalogue", "town_register")),
)

_HDI, _CITY = "config/examples/hdi", "config/examples/city-ahp"

SEEDS: dict[str, Seed] = {
    "own": Seed(_table, {"own.csv": ("config/examples/own.csv", 0)}),
    "sdmx": Seed(_table, {"sdmx.csv": ("tests/real/forms/sdmx.csv", 0)}),
    "wdi": Seed(_table, {"wdi.csv": ("tests/real/wdi/wdi_4lines.csv", 0)}),
    "kobo": Seed(_table, {"kobo.csv": ("tests/real/forms/kobo.csv", 0)}),
    "xlsx": Seed(_table, {"rosstat.xlsx": ("tests/real/forms/rosstat.xlsx", 0)}, 8),
    "ods": Seed(_table, {"figures.ods": ("tests/data/fuzz/figures.ods", 0)}, 8),
    "xls": Seed(_table, {"old.xls": ("tests/towns/old_workbook.xls", 0)}),
    "hdi": Seed(
        _study,
        {
            name: (f"{_HDI}/{name}", 20)
            for name in ("data.csv", "indicators.csv", "indices.csv", "source.yaml", "study.yaml")
        },
    ),
    "city": Seed(
        _study,
        {
            name: (f"{_CITY}/{name}", 12)
            for name in (
                *("data.csv", "indicators.csv", "indices.csv", "source.yaml", "study.yaml", "weights.csv"),
                *("claims.csv", "tables/ahp.csv"),
            )
        },
    ),
    "book": Seed(_table, {"city.xlsx": ("tests/data/fuzz/city.xlsx", 0)}, 6),
    "geojson": Seed(_shapes, {"three.geojson": ("tests/data/fuzz/three.geojson", 0)}, 6),
    "shapefile": Seed(_shapefile, {f"three.{end}": (f"tests/data/fuzz/three.{end}", 0) for end in ("shp", "dbf")}, 6),
    "formulas": Seed(_formulas, {"formulas.txt": ("tests/data/fuzz/formulas.txt", 0)}, 6),
    "door": Seed(_door, {name: (name, 0) for name in _CONFIG}, 1),
    "config": Seed(_strict, {"config.yaml": ("config/config.yaml", 0)}),
    "run": Seed(_run_file, {"own.yaml": ("config/examples/own.yaml", 0), "own.csv": ("config/examples/own.csv", 0)}, 1),
    "source": Seed(
        _source,
        {
            "hospitals_regions/source.yaml": ("data/raw/official/hospitals_regions/source.yaml", 0),
            "hospitals_regions/hospitals_regions.csv": (_HOSPITALS, 12),
        },
    ),
}


# --- what spoils them -----------------------------------------------------------------------------


def spoiled(name: str, data: bytes, rng: random.Random) -> bytes:
    """Content of a file with a few things wrong.

    Parameters
    ----------
    name
        Of the file: its ending says what it holds.
    data
        Its content.
    rng
        Decides everything.
    """
    for _ in range(rng.choice([1, 1, 1, 2, 3, 6])):
        ending = Path(name).suffix
        if ending in (".xlsx", ".ods") and rng.random() < 0.85:
            data = _archive(data, rng)
        elif ending == ".yaml" and rng.random() < 0.6:
            data = _tree(data, rng)
        elif ending in (".geojson", ".json") and rng.random() < 0.6:
            data = _tree(data, rng)  # JSON is YAML
        elif ending == ".txt" and rng.random() < 0.7:
            data = _formula(rng)
        elif ending == ".csv" and rng.random() < 0.6:
            data = _cells(data, rng)
        else:
            data = _bytes(data, rng)
    return data


def _bytes(data: bytes, rng: random.Random) -> bytes:
    if not data:
        return rng.choice(TOKENS).encode()
    at, width = rng.randrange(len(data)), rng.choice([1, 1, 4, 16, 200])
    how = rng.randrange(7)
    if how == 0:  # a bit
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
    if how == 1:
        return data[:at] + data[at + width :]
    if how == 2:
        return data[: at + width] + data[at : at + width] * rng.choice([1, 3, 50]) + data[at + width :]
    if how == 3:
        return data[:at]
    if how == 4:  # another encoding
        with contextlib.suppress(UnicodeError):
            return data.decode().encode(rng.choice(["utf-16", "utf-16-be", "utf-8-sig", "cp1251", "utf-32", "cp866"]))
    token = rng.choice(TOKENS).encode()
    return data[:at] + token + data[at + (width if how == 5 else 0) :]


def _cells(data: bytes, rng: random.Random) -> bytes:
    """A table with other cells, or with rows and columns that moved."""
    with contextlib.suppress(UnicodeError):
        text = data.decode("utf-8-sig")
        mark = max(";,\t", key=text.count)
        rows = [line.split(mark) for line in text.split("\n")]
        at = rng.randrange(len(rows))
        row, how = rows[at], rng.randrange(6)
        if how < 3:
            row[rng.randrange(len(row))] = rng.choice(TOKENS)
        elif how == 3:
            rows.insert(rng.randrange(len(rows)), list(row))
        elif how == 4:
            row.insert(rng.randrange(len(row) + 1), rng.choice(TOKENS))
        else:
            column = rng.randrange(len(row))
            for other in rows:
                if column < len(other):
                    other[column] = rng.choice(TOKENS)
        return "\n".join(mark.join(cells) for cells in rows).encode("utf-8", "replace")
    return _bytes(data, rng)


def _tree(data: bytes, rng: random.Random) -> bytes:
    """A config with another part somewhere."""
    try:
        content = yaml.load(data, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        places = list(_places(content))
    except (yaml.YAMLError, ValueError, RecursionError):
        return _bytes(data, rng)
    if not places:
        return _bytes(data, rng)
    parent, key = rng.choice(places)
    how = rng.randrange(4)
    if how == 0:
        del parent[key]
    elif how == 1 and isinstance(parent, dict):
        parent[rng.choice(["", "a", 1, None, True, 2022, str(key) + "x", "é"])] = parent.pop(key)
    else:
        parent[key] = rng.choice([*VALUES, rng.choice(TOKENS)])
    try:
        if data.lstrip().startswith(b"{"):
            return json.dumps(content, indent=1).encode()
        return yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode("utf-8", "replace")
    except (yaml.YAMLError, ValueError, TypeError):
        return _bytes(data, rng)


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield node, key
        yield from _places(value)


_PIECES = (
    *(
        "a",
        "b",
        "people",
        "x",
        "0",
        "1",
        "1e400",
        "2.5",
        "-",
        "+",
        "*",
        "/",
        "**",
        "%",
        "//",
        "(",
        ")",
        ",",
        ".",
        "[",
        "]",
    ),
    *(
        "nation(",
        "lag(",
        "mean(",
        "log(",
        "exp(",
        "sum(",
        "min(",
        "max(",
        "years=",
        "if",
        "else",
        "lambda:",
        "'a'",
        "not ",
        "==",
    ),
    *("f'{a}'", "a.b", "a[0]", "a(b)", "1_000", "0x10", "1j", "...", "None", "True", ":=", "*a", "**a", "\\", "@", "~"),
)


def _formula(rng: random.Random) -> bytes:
    """Lines of pieces of formulas, a few of them deep."""
    lines = [" ".join(rng.choice(_PIECES) for _ in range(rng.randrange(12))) for _ in range(6)]
    lines.append(rng.choice(["(", "-", "lag(", "a+", "a**"]) * rng.choice([3, 60, 5000]) + "a")
    return "\n".join(lines).encode()


_ATTRIBUTE = re.compile(rb'="[^"<>]*"')
_TEXT = re.compile(rb">[^<>]+<")


def _archive(data: bytes, rng: random.Random) -> bytes:
    """A workbook with one of its parts spoiled, left out or another's."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            parts = {info.filename: old.read(info) for info in old.infolist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        return _bytes(data, rng)
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    if not names:
        return _bytes(data, rng)
    name = rng.choice(names)
    part, how = parts[name], rng.randrange(10)
    pattern = _ATTRIBUTE if how < 4 else _TEXT
    found = list(pattern.finditer(part))
    if how < 7 and found:
        one = rng.choice(found)
        token = rng.choice(TOKENS).encode()
        if rng.random() < 0.8:  # as a program would write it
            token = token.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b'"', b"&quot;").replace(b"\0", b"")
        edges = (b'="', b'"') if how < 4 else (b">", b"<")
        parts[name] = part[: one.start()] + edges[0] + token + edges[1] + part[one.end() :]
    elif how == 7:
        del parts[name]
    elif how == 8:
        parts[name] = parts[rng.choice(names)]
    else:
        parts[name] = _bytes(part, rng)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for n, content in parts.items():
            new.writestr(zipfile.ZipInfo(n), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


# --- the hunt -------------------------------------------------------------------------------------


class SlowError(Exception):
    """A file that takes too long."""


def cases(folder: Path = CORPUS) -> Iterator[tuple[str, Path]]:
    """Every kept case: its seed and its folder."""
    for seed in SEEDS:
        for path in sorted((folder / seed).glob("*")):
            yield seed, path


def replay(seed: str, case: Path, work: Path) -> frozenset[str]:
    """Read a kept case again, in an empty folder; what kind of answer came."""
    SEEDS[seed].lay(work)
    for path in case.rglob("*"):
        if path.is_file():
            shutil.copyfile(path, work / path.relative_to(case))
    return SEEDS[seed].look(work)


def _fault(error: BaseException) -> str:
    """Where an exception came from: its type, and the last line of the library on its way."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "monotown" in f.filename] or [None]
    last = frames[-1]
    return type(error).__name__ + (f" {Path(last.filename).name}:{last.lineno}" if last else "")


def _late(*_: object) -> None:
    raise SlowError


def hunt(minutes: float, seed: int, keep: Path, only: list[str]) -> int:
    """Spoil files until the time is up; the number of faults of different places."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGVTALRM, _late)
    weighed = [name for name, one in SEEDS.items() for _ in range(one.weight) if not only or name in only]
    pool: dict[str, list[Path]] = {}
    met: set[object] = set()
    faults = n = 0
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        n += 1
        rng = random.Random(f"{seed}:{n}")
        name = rng.choice(weighed)
        with tempfile.TemporaryDirectory() as made:
            work = Path(made).resolve() / name
            work.mkdir()
            SEEDS[name].lay(work)
            if pool.get(name) and rng.random() < 0.5:  # of what gave another answer, to go on from there
                before = rng.choice(pool[name])
                for path in before.rglob("*"):
                    if path.is_file():
                        shutil.copyfile(path, work / path.relative_to(before))
            file = rng.choice(sorted(SEEDS[name].files))
            data = spoiled(file, (work / file).read_bytes(), rng)
            (work / file).write_bytes(data)
            began, told = time.monotonic(), ""
            signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
            try:
                answer: object = name, SEEDS[name].look(work)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
                answer, told = _fault(error), traceback.format_exc()
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            if answer in met:
                continue
            met.add(answer)
            faults += bool(told)
            mark = hashlib.sha256(data).hexdigest()[:8]
            target = keep / name / (f"fault-{mark}" if told else mark)
            for path in work.rglob("*"):
                kept = target / path.relative_to(work)
                if path.is_file():
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, kept)
            if told:
                print(f"case {n}, {target}: {answer} after {time.monotonic() - began:.1f} s\n{told}", flush=True)
            elif sum(len(p) for p in pool.values()) < 400 and len(data) < 2**17:
                pool.setdefault(name, []).append(target)
    print(f"{n} files, {len(met)} answers, {faults} faults; kept in {keep}")
    return faults


def main() -> int:
    """Hunt as the command line says; 1 where a fault was met."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "monotown-fuzz")
    parser.add_argument("--only", action="append", default=[], choices=sorted(SEEDS), help="a seed; may be repeated")
    given = parser.parse_args()
    return int(hunt(given.minutes, given.seed, given.keep.resolve(), given.only) > 0)


if __name__ == "__main__":
    sys.exit(main())
