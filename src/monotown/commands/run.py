"""``monotown run``: Snakemake does the work; one line a step, then where to look, or what went wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import yaml

from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.commands.call import Call, Plan, plan
from monotown.commands.check import at, config, problems_said, say, tables
from monotown.commands.places import from_here, project
from monotown.commands.report import page_of
from monotown.commands.say import StopError, tell
from monotown.data.workbooks.findings import finding_of, findings_table, has_words, terminal_table
from monotown.data.workbooks.grid import shown_file
from monotown.workflow.beside import plain_words
from monotown.workflow.door_words import words_of_problems
from monotown.workflow.forms import is_book
from monotown.workflow.study import LIMITS, StudyFiles
from monotown.workflow.towns import report_problems
from monotown.workflow.workbooks import load_sheets

#: File in a folder of results that says which run it holds.
MARK: Final = "run.json"

#: Where the commands keep the run files of a folder, and the log of all that Snakemake says.
_RUNS: Final = Path(".snakemake", "called")

_TOTAL = re.compile(r"total\s+(\d+)\s*\Z")
_STEP = re.compile(r"Job \d+: (.+)\Z")
_FAILED = re.compile(r"Error in rule (\w+)")
_DONE = re.compile(r"(\d+) of (\d+) steps \(")

#: Share of the steps that must have ended before the time left is told, and the least that is.
_KNOWN: Final = 0.2
_LEAST: Final = 20

#: Lines of a step's log that are shown where it failed.
_LAST: Final = 15


def run(call: Call, cores: int) -> int:
    """Run what a call names; 0 when all is made.

    Raises
    ------
    StopError
        With status 1 where something is wrong with the input, 2 where the folder of results is another run's, 3 where
        a step failed.
    """
    made = start(call, plan(call), cores)
    tell(places(made.results, call.folder, call.words))
    return 0


def start(call: Call, made: Plan, cores: int, targets: Sequence[str] = ()) -> Plan:
    """Let Snakemake make what a call asks for.

    Parameters
    ----------
    call, made
        The call, and its plan.
    cores
        Steps that may run at the same time.
    targets
        Rules to carry out with all that they need; none for the whole run.

    Returns
    -------
    Plan
        As it was carried out: files of no study have a study made of them.

    Raises
    ------
    StopError
        As `run`.
    """
    words = call.words
    if made.kind == "tables":
        made = _with_study(call, made)
    try:
        with at(made) as root:
            settled, _ = config(made, root)
            if made.kind == "study":
                _noted(settled, root, words)
    except InputError as error:  # said here: from Snakemake it would come with a traceback
        marked = _marked(made, error, words)
        raise StopError("\n".join([problems_said(error, words), *marked]), 1) from None
    if made.kind != "default":
        _claim(made, words)
    status, failed = _snakemake(made, cores, words, targets)
    if status:
        raise _stopped(made, failed, words)
    return made


def _noted(settled: Mapping[str, Any], root: Path, words: Labels) -> None:
    """Say what the reading of a study, and of the files beside it, leaves out or takes for granted."""
    notes = [finding_of(replace(n, file=shown_file(n.file))) for n in StudyFiles(settled, root).study.notes]
    if notes:
        labels = plain_words(settled["input"])
        tell(terminal_table(findings_table(notes, labels), labels))


def _with_study(call: Call, made: Plan) -> Plan:
    """A run of files of no study: the study that is made of them stands beside the run."""
    refuse_taken(made, call.words)
    folder = made.here / ".snakemake" / "studies" / made.results.name
    with at(made) as root:
        found = tables(made, root, folder)
    if found.failed:
        say(found, call.words)
        raise StopError(call.words("commands.not_run"), 1)
    section = {"files": [], "language": call.words.language}
    config = {k: v for k, v in made.config.items() if k != "input"}
    return replace(made, kind="study", config={**config, "study": from_here(folder, made.here), "input": section})


def _marked(made: Plan, error: InputError, words: Labels) -> list[str]:
    """Write what is wrong with the sheets of a study, and the sheets with these cells marked; where that is."""
    labels = words_of_problems(words.language, project())
    findings = [finding_of(problem) for problem in error.problems if has_words(problem, labels)]
    if made.kind != "study" or not findings:
        return []
    books = {shown_file(from_here(path, made.here)): path for path in made.inputs if is_book(path)}
    sheets = [sheet for name, path in books.items() for sheet in load_sheets(path, name, LIMITS)[0]]
    _claim(made, words)
    target = made.results / "problems.xlsx"
    report_problems(findings, sheets, labels, target)
    return [f"{target}  {words('commands.place.remarks')}"]


def refuse_taken(made: Plan, words: Labels) -> None:
    """Stop where the folder of results holds anything but this run."""
    target = made.results / MARK
    if made.results.is_file():
        raise StopError(words("commands.folder_taken", folder=made.results))
    if made.results.is_dir() and any(made.results.iterdir()):
        try:
            known = json.loads(target.read_text(encoding="utf-8"))
            inputs = [entry["file"] for entry in known["inputs"]]
        except (OSError, ValueError, KeyError, TypeError):
            if made.anywhere:
                raise StopError(words("commands.folder_taken", folder=made.results)) from None
            inputs = []  # a run that plain Snakemake made in the project
        if inputs and inputs != [entry["file"] for entry in made.mark()["inputs"]]:
            raise StopError(words("commands.other_run", folder=made.results, files=", ".join(inputs) or "—"))


def _claim(made: Plan, words: Labels) -> None:
    """Mark a folder of results as this run's; one that holds anything else is refused."""
    refuse_taken(made, words)
    made.results.mkdir(parents=True, exist_ok=True)
    text = json.dumps(made.mark(), ensure_ascii=False, indent=1, sort_keys=True)
    (made.results / MARK).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _snakemake(made: Plan, cores: int, words: Labels, targets: Sequence[str] = ()) -> tuple[int, list[str]]:
    """Start Snakemake where the run works; its status, and the rules that failed."""
    from monotown.workflow.config import CALLED

    file = made.here / _RUNS / f"{_key(made)}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(dict(made.config), allow_unicode=True, sort_keys=False)
    file.write_text(text, encoding="utf-8", newline="\n")
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    environment.pop(CALLED, None)
    if made.anywhere:
        environment[CALLED] = "1"
    named = ["--configfile", from_here(file, made.here)]
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores), *named, *(["--", *targets] if targets else [])]
    failed: list[str] = []
    with (
        file.with_suffix(".log").open("w", encoding="utf-8", newline="\n") as log,
        subprocess.Popen(
            command,
            cwd=made.here,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        assert process.stderr is not None
        try:
            for line in told(_kept(process.stderr, log), failed, words, 0 if targets else 1):
                tell(line)
        except KeyboardInterrupt:
            process.wait()
            raise
    return process.returncode, failed


def _key(made: Plan) -> str:
    """Name of the run file of a folder of results."""
    return re.sub(r"[^\w-]", "_", from_here(made.results, made.here).removeprefix("../"))


def _kept(lines: Iterable[str], log: Any) -> Iterator[str]:
    for line in lines:
        log.write(line)
        yield line.rstrip("\n")


def told(
    lines: Iterable[str], failed: list[str], words: Labels, less: int = 1, clock: Callable[[], float] = time.monotonic
) -> Iterator[str]:
    """One line for each step that Snakemake starts; rules that fail are noted.

    Of the steps that it counts `less` make nothing: the target of a whole run is one. The time left is what the
    steps that have ended took, times those that have not: told when a fifth of them has ended.

    Examples
    --------
    >>> lines = ["total  4", "Job 2: Index", "Reason: …", "Finished jobid: 2 (Rule: index)", "1 of 4 steps (25%) done"]
    >>> list(told(lines, [], Labels("en", {"commands.step": {"en": "[{n} of {total}] {what}"}})))
    ['[1 of 3] Index']
    """
    total, started, left, start = 0, 0, 0.0, clock()
    for line in lines:
        if found := _TOTAL.match(line):
            total, start = int(found[1]) - less, clock()
        elif found := _DONE.match(line):
            done = int(found[1])
            left = (clock() - start) / done * (total - done) if done >= _KNOWN * total else 0.0
        elif found := _STEP.match(line):
            started += 1
            what = _step(found[1], words)
            if left < _LEAST:
                yield words("commands.step", n=started, total=total, what=what)
            else:
                yield words("commands.step_left", n=started, total=total, left=_time(left, words), what=what)
        elif found := _FAILED.match(line):
            failed.append(found[1])


def _time(seconds: float, words: Labels) -> str:
    """A time to one figure or two: whole minutes from 1.5 on, else tens of seconds."""
    if seconds >= 90:
        return words("commands.minutes", n=round(seconds / 60))
    return words("commands.seconds", n=10 * round(seconds / 10))


def _step(message: str, words: Labels) -> str:
    """The message of a rule in the language of the call, where its words have it; slots are names of indices."""
    for key, texts in words.texts.items():
        if key.startswith("commands.steps."):
            parts = re.split(r"\{(\w+)\}", texts["en"])
            form = "".join(f"(?P<{part}>.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
            if fits := re.fullmatch(form, message):
                return words(key, **fits.groupdict())
    return message


def _stopped(made: Plan, failed: list[str], words: Labels) -> StopError:
    """The end of a run that did not come to its end: the problems of the input, else the step and its log."""
    problems = _input_problems(made, words) if failed else ""
    if problems:
        return StopError(problems, 1)
    full = made.here / _RUNS / f"{_key(made)}.log"
    lines = []
    for rule in dict.fromkeys(failed):
        lines.append(words("commands.step_failed", rule=rule))
        logs = (
            made.results / "logs"
        )  # a rule of many steps has a folder of logs, the last written is of the one that failed
        log = max(
            [*logs.glob(f"{rule}*.log"), *logs.glob(f"{rule}/*.log")], key=lambda p: p.stat().st_mtime, default=None
        )
        if log:
            said = log.read_text(encoding="utf-8", errors="replace").rstrip().splitlines()
            lines += [f"    {line}" for line in said[-_LAST:]]
            lines.append(words("commands.log", file=log))
    if not failed:
        said = full.read_text(encoding="utf-8", errors="replace").rstrip().splitlines()
        kept = [line for line in said if line.strip() and not line.lstrip().startswith("File ")]
        lines += [words("commands.not_started"), *(f"    {line}" for line in kept[-_LAST:])]
    return StopError("\n".join([*lines, words("commands.full_log", file=full)]), 3)


def _input_problems(made: Plan, words: Labels) -> str:
    """Problems of the workbook that stopped the run, as the run found them; "" where it did not stop at them."""
    from monotown.workflow import labels_of, read_text_table

    table = made.results / "clean" / "own_problems.csv"
    if not table.is_file():
        return ""
    found = read_text_table(table)
    if not (found["stops"] == "True").any():
        return ""
    labels = labels_of(words.language, ["towns"], made.here / "config" / "words")
    marked = labels("towns.marked", file=made.results / "problems.xlsx")
    return f"{terminal_table(found.drop(columns='stops'), labels)}\n{marked}"


#: What there is to look at in a folder of results, the first found of each line.
_LOOK: Final = (
    ("audit", ("audit/index.html",)),
    ("results", ("results.xlsx",)),
    ("remarks", ("problems.xlsx",)),
    ("claims", ("findings/claims.html", "findings/ledger.csv")),
    ("tables", ("tables",)),
    ("figures", ("figures",)),
    ("manifest", ("manifest.csv",)),
)


def places(results: Path, folder: Path, words: Labels) -> str:
    """Lines that say where to look, with paths as the working folder has them."""
    shown = results.resolve()
    if shown.is_relative_to(folder.resolve()):
        shown = shown.relative_to(folder.resolve())
    page = page_of(results, words.language)
    found = [("page", page.relative_to(results).as_posix() if page else "")]
    found += [(key, next((name for name in names if (results / name).exists()), "")) for key, names in _LOOK]
    rows = [(str(shown / name), words(f"commands.place.{key}")) for key, name in found if name]
    width = max((len(path) for path, _ in rows), default=0)
    head = words("commands.done", folder=shown)
    return "\n".join([head, *(f"  {path:<{width}}  {what}" for path, what in rows)])
