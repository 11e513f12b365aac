"""Coverage of what runs of the workflow execute: the library in a copy, and the scripts.

Snakemake runs a step from a file of its own, lines of its own and then the script's; a copy of the
project lies in a temporary folder. What was executed there is told of the files of this checkout.
"""

from __future__ import annotations

from pathlib import Path
from types import CodeType

import coverage

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = {path.name: path for path in sorted((ROOT / "workflow").rglob("*.py"))}

#: Lines that Snakemake puts before a script.
BEFORE = 3

Arcs = list[tuple[int, int]]

SETTINGS = """\
[run]
branch = true
parallel = true
data_file = {data}/coverage
include =
    {library}/*
    {project}/**/.snakemake/scripts/*
    {project}/.snakemake/scripts/*
"""


def _data(project: Path) -> Path:
    return project.with_name(f"{project.name}-coverage")


def environment(project: Path, library: Path | None = None) -> dict[str, str]:
    """What makes the processes of a run measure themselves; nothing where the tests do not.

    The library of the run is that of the project, or another, such as this checkout's.
    """
    if coverage.Coverage.current() is None:
        return {}
    settings = _data(project) / "settings.ini"
    settings.parent.mkdir(exist_ok=True)
    home = project.resolve()
    text = SETTINGS.format(data=settings.parent, project=home, library=library or home / "src")
    settings.write_text(text, encoding="utf-8")
    return {"COVERAGE_PROCESS_START": str(settings)}


def collect(project: Path) -> None:
    """Add what the processes of a run executed to what the tests did."""
    running = coverage.Coverage.current()
    if running is None:
        return
    for file in sorted(_data(project).glob("coverage.*")):
        data = coverage.CoverageData(str(file))
        data.read()
        running.get_data().add_arcs(
            {
                str(place): set(arcs)
                for name in data.measured_files()
                if at_work(Path(name))
                for place, arcs in [at_home(project.resolve(), Path(name), data.arcs(name) or [])]
            }
        )
        file.unlink()


def at_work(file: Path) -> bool:
    """Whether a file of a run stands for one of this checkout: a test may add a script."""
    return file.parent.name != "scripts" or file.name.split(".", 1)[1] in SCRIPTS


def at_home(project: Path, file: Path, arcs: Arcs) -> tuple[Path, Arcs]:
    """The file of this checkout that a file of a run stands for, and the steps between its lines.

    A step that enters or leaves a code object has the negative of the object's first line.
    """
    if file.resolve().is_relative_to(ROOT / "src"):
        return file.resolve(), arcs
    inside = file.resolve().relative_to(project)
    if ".snakemake" not in inside.parts:
        return ROOT / inside, arcs
    script = SCRIPTS[inside.name.split(".", 1)[1]]  # tmp<random>.<name of the script>
    own = {(own_line(a), own_line(b)) for a, b in arcs} - {(-1, -1)}
    strange = {abs(line) for arc in own for line in arc} - lines_of(script)
    assert not strange, f"{script}: no code in lines {sorted(strange)}; does {BEFORE} still hold?"
    return script, sorted(own)


def lines_of(script: Path) -> set[int]:
    """Lines of a file that hold code, and 1, where one enters it."""
    objects = [compile(script.read_bytes(), script, "exec", dont_inherit=True)]
    lines = {1}
    while objects:
        code = objects.pop()
        lines |= {line for _, _, line in code.co_lines() if line}
        objects += [c for c in code.co_consts if isinstance(c, CodeType)]
    return lines


def own_line(line: int) -> int:
    """A line of Snakemake's file as a line of the script; its own lines are where one enters."""
    if abs(line) <= BEFORE:
        return -1
    return line - BEFORE if line > 0 else line + BEFORE
