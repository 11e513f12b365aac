"""What a call says of a run, and the config that the workflow gets: the one place where kinds of study differ."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from monotown.base.labels import Labels
from monotown.commands.places import at_home, desk, digest, from_here, project
from monotown.commands.say import StopError

#: Endings of files that a run reads figures from, and of old run files.
TABLES: Final = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt")
RUN_FILES: Final = (".yaml", ".yml")

#: Name of the default study, and the config of its run.
DEFAULT_STUDY: Final = "kazakhstan"
DEFAULT: Final = "config/config.yaml"

#: Where a call says its settings.
SETTINGS: Final = "--set"

#: Sheet in which a workbook says what it is: ``key | value``.
ABOUT: Final = "about"

#: Keys of a sheet ``about`` and of ``--set`` to their places in the config of a run.
_PLACES: Final[Mapping[str, str]] = {
    "title": "input.source.title",
    "publisher": "input.source.publisher",
    "terms": "input.source.licence",
    "draws": "sensitivity.draws",
}

#: Config keys of an old run file that name files or folders.
_PATHS: Final = (
    *("study", "units", "variables", "sources", "publications", "indicators", "measures", "views", "claims"),
    *("graphs", "cohort", "scenarios", "hypothesis", "mechanism", "audit", "methods", "survey"),
)


@dataclass(frozen=True)
class Call:
    """What is typed.

    Attributes
    ----------
    files
        Workbooks and tables; none for the study of the working folder.
    words
        Words of the commands, in the language of the call.
    folder
        The working folder.
    study
        ``kazakhstan``, a folder or a workbook; None where the call names none.
    settings
        Keys and values of ``--set``, as typed.
    output
        Folder of results; None for ``STEM-results``.
    draws
        Replicates of every analysis; None for those of the study.
    starts
        Whether a run is started, which writes; a check writes nothing.
    """

    files: Sequence[Path]
    words: Labels
    folder: Path
    study: str | None = None
    settings: Sequence[tuple[str, str]] = ()
    output: Path | None = None
    draws: int | None = None
    starts: bool = False

    def here(self, files: Sequence[Path]) -> tuple[Path, bool]:
        """Folder that a run of some files works in, and whether its files lie anywhere."""
        if at_home(self.folder, files):
            return self.folder.resolve(), False
        return desk(self.folder) if self.starts else project(), True


@dataclass(frozen=True)
class Plan:
    """A run that can be started.

    Attributes
    ----------
    kind
        ``study``, ``tables`` (figures of no study that is named), ``workbook``, ``run_file`` or ``default``.
    here
        Folder that the run works in.
    config
        What the run says over ``config/config.yaml``; paths as `here` sees them.
    results
        Folder of results.
    anywhere
        Whether the paths, all of the call's own, may lie outside the folder that the run works in.
    inputs
        Files of the user that the run reads.
    said_in
        Where the config is said, for messages: `SETTINGS`, or config files as `here` sees them, the default first.
    """

    kind: str
    here: Path
    config: Mapping[str, Any]
    results: Path
    anywhere: bool = False
    inputs: Sequence[Path] = ()
    said_in: Sequence[str] = (SETTINGS,)

    def mark(self) -> dict[str, Any]:
        """What a folder of results says of its run: the inputs with their content, and the settings."""
        inputs = [{"file": from_here(path, self.results), "sha256": digest(path)} for path in self.inputs]
        return {"version": 1, "inputs": inputs, "config": {k: v for k, v in self.config.items() if k != "results"}}


def plan(call: Call) -> Plan:
    """The run that a call asks for.

    Every kind of study has its line in `KINDS`: whether a call is of the kind, and its plan.

    Raises
    ------
    StopError
        A wrong call, with status 2.
    """
    for path in call.files:
        if not path.exists():
            raise StopError(call.words("commands.no_file", file=path))
    call = replace(call, study=_said_study(call))
    for fits, make in KINDS:
        if fits(call):
            return make(call)
    raise StopError(call.words("commands.not_read", file=call.files[0], endings=" ".join(TABLES)))


# --- the kinds ----------------------------------------------------------------------------------


def _is_default(call: Call) -> bool:
    return not call.files and call.folder.resolve() == project()


def default(call: Call) -> Plan:
    """The run of ``config/config.yaml``, in the project itself."""
    run = joined({}, _settings(call, own=False))
    made = _made(call, "default", run, call.output or Path(str(run.pop("results", "results"))))
    return replace(made, said_in=(DEFAULT,))


def _is_run_file(call: Call) -> bool:
    return bool(call.files) and all(path.suffix.lower() in RUN_FILES for path in call.files)


def _run_file(call: Call) -> Plan:
    """Old run files: the last wins, and paths are looked for here, beside the file, then in the project."""
    from monotown.workflow import read_yaml
    from monotown.workflow.settled import joined as over

    run: dict[str, Any] = {}
    here, _ = call.here(call.files)
    inputs: list[Path] = []
    for path in call.files:
        content = read_yaml(path) or {}
        if not isinstance(content, Mapping):
            raise StopError(call.words("commands.no_run_file", file=path), 1)
        run = over(run, _placed(content, path, call.folder, here, inputs))
    run = over(run, _settings(call, own="input" in run))
    named = run.pop("results", f"{call.files[0].stem}-results")
    made = _made(call, "run_file", run, call.output or call.folder / str(named), [*call.files, *inputs])
    return replace(made, said_in=(DEFAULT, *(from_here(path, here) for path in call.files)))


def _placed(content: Mapping[str, Any], file: Path, folder: Path, here: Path, inputs: list[Path]) -> dict[str, Any]:
    """The content of a run file with its paths as the run sees them; files of the user are noted."""

    def found(name: Any) -> Any:
        if isinstance(name, list):
            return [found(n) for n in name]
        for start in (folder, file.parent) if isinstance(name, str) else ():
            path = start / name
            if path.exists() and not path.resolve().is_relative_to(here):
                inputs.extend([path] if path.is_file() else [])
                return from_here(path, here)
        return name

    made = {key: found(value) if key in _PATHS else value for key, value in content.items()}
    section = made.get("input")
    if isinstance(section, Mapping):
        made["input"] = {k: found(v) if k in ("files", "towns", "text") else v for k, v in section.items()}
    return made


def _said_study(call: Call) -> str | None:
    """The study that a call names, else that which a workbook of it names in its sheet ``about``."""
    if call.study is not None or _is_run_file(call) or _is_default(call):
        return call.study
    for path in _tables(call):
        for sheet, row, key, name in _about_rows(path):
            if key == "study" and name:
                if name != DEFAULT_STUDY and not _is_there(call.folder / name):
                    from monotown.base.problems import InputError
                    from monotown.study.faults import problem

                    cell = f"B{row}"
                    place = (path.name, f"sheet {sheet}, cell {cell}", name, sheet, cell)
                    raise InputError([problem("study_unknown", *place, known=DEFAULT_STUDY)])
                return name
    return None


def _is_there(study: Path) -> bool:
    """Whether a workbook or a folder of a study is there."""
    from monotown.workflow.forms import is_book

    return study.is_file() if is_book(study) else (study / "study.yaml").is_file()


def _is_study(call: Call) -> bool:
    return _study_named(call) is not None


def _study_named(call: Call) -> Path | None:
    """The study of a call that says all itself: the one that it names, else its one workbook or folder."""
    from monotown.base.problems import InputError
    from monotown.workflow.study import StudyFiles, is_study_file

    if call.study not in (None, DEFAULT_STUDY):
        named = call.folder / str(call.study)
        if not _is_there(named):
            raise StopError(call.words("commands.no_study", study=call.study, known=DEFAULT_STUDY))
        try:
            return named if StudyFiles({"study": str(named.resolve())}, "/").alone else None
        except InputError:
            return named  # what is wrong with it is told by whoever checks it
    files = _tables(call)
    if call.study == DEFAULT_STUDY and len(files) > 1:
        return None
    studies = [path for path in files if is_study_file(path)]
    if len(studies) > 1:
        raise StopError(call.words("commands.name_a_file", found=", ".join(map(str, studies))))
    return studies[0] if studies else None


def _study_plan(call: Call) -> Plan:
    """A study that holds its figures, or one with files of figures beside it."""
    named = _study_named(call)
    assert named is not None
    files = [path for path in call.files if path.resolve() != named.resolve()]
    _named_once(call, [named, *files])
    here, _ = call.here([named, *files])
    run: dict[str, Any] = {
        "study": from_here(named, here),
        "input": {"files": [from_here(path, here) for path in files], "language": call.words.language},
    }
    run = joined(run, _settings(call, own=True))
    inputs = [named] if named.is_file() else sorted(p for p in named.iterdir() if p.is_file())
    first = (files or [named])[0]
    results = call.output or call.folder / f"{_safe(first.stem)}-results"
    return replace(_made(call, "study", run, results, [*inputs, *files]), said_in=(SETTINGS,))


def _is_workbook(call: Call) -> bool:
    return bool(_tables(call)) and all(path.suffix.lower() in TABLES for path in _tables(call))


def _tables(call: Call) -> list[Path]:
    """Files of a call; without any, the study or the one workbook that lies in the working folder."""
    if call.files:
        return list(call.files)
    if (call.folder / "study.yaml").is_file():
        return [call.folder]
    lying = [p for p in sorted(call.folder.iterdir()) if p.suffix.lower() in TABLES[:5] and not p.name.startswith("~$")]
    if len(lying) != 1:
        raise StopError(call.words("commands.name_a_file", found=", ".join(p.name for p in lying) or "—"))
    return lying


def _workbook(call: Call) -> Plan:
    """A workbook of figures for the indicators of a study that the project or a folder holds."""
    files = _tables(call)
    _named_once(call, files)
    here, _ = call.here(files)
    title = {call.words.language: ", ".join(path.stem for path in files)}
    run: dict[str, Any] = {
        "views": "config/examples/own_views.yaml",
        "sensitivity": {"draws": 10_000, "views": []},
        "input": {
            "files": [from_here(path, here) for path in files],
            "kind": "official",
            "language": call.words.language,
            "level": "most",
            "source": {"title": title, "publisher": "—", "licence": "—"},
        },
    }
    for path in files:
        run = joined(run, about(path, call.words.language))
    run = {k: v for k, v in run.items() if k != "study"} | _study(call, here)
    run = joined(run, _settings(call, own=True))
    results = call.output or call.folder / f"{_safe(files[0].stem)}-results"
    return _made(call, "workbook", run, results, files)


def _named_once(call: Call, files: Sequence[Path]) -> None:
    """Files of one name could not be told apart in what is said of them."""
    if len({path.name for path in files}) < len(files):
        raise StopError(call.words("commands.same_names", files=", ".join(map(str, files))))


def _is_tables(call: Call) -> bool:
    return call.study is None and _is_workbook(call)


def _tables_plan(call: Call) -> Plan:
    """Files of figures of no study: a study is made of what they hold."""
    files = _tables(call)
    _named_once(call, files)
    here, _ = call.here(files)
    title = {call.words.language: ", ".join(path.stem for path in files)}
    run: dict[str, Any] = {
        "input": {"files": [from_here(path, here) for path in files], "language": call.words.language}
    }
    for path in files:
        run = joined(run, about(path, call.words.language))
    run.pop("study", None)
    run = joined(run, _settings(call, own=True))
    if "source" in run["input"]:
        run["input"]["source"] = {"title": title, "publisher": "—", "licence": "—", **run["input"]["source"]}
    results = call.output or call.folder / f"{_safe(files[0].stem)}-results"
    return replace(_made(call, "tables", run, results, files), said_in=(SETTINGS,))


def _study(call: Call, here: Path) -> dict[str, str]:
    """The key ``study`` of the config, for the study that the call names."""
    if call.study in (None, DEFAULT_STUDY):
        return {}
    return {"study": from_here(call.folder / str(call.study), here)}


#: Kinds of study, the first that fits a call makes its plan. A workbook or folder that is a study of its own
#: (`monotown.study`: sheets indicators, units, data …) goes before the workbook of figures.
KINDS: Final[Sequence[tuple[Callable[[Call], bool], Callable[[Call], Plan]]]] = (
    (_is_default, default),
    (_is_run_file, _run_file),
    (_is_study, _study_plan),
    (_is_tables, _tables_plan),
    (_is_workbook, _workbook),
)


# --- what they share ----------------------------------------------------------------------------


def _made(call: Call, kind: str, run: Mapping[str, Any], results: Path, inputs: Sequence[Path] = ()) -> Plan:
    here, anywhere = call.here(inputs or call.files)
    if any(mark in results.name for mark in "{}*?:") or "{" in str(results):
        raise StopError(call.words("commands.folder_name", folder=results))
    config = dict(run)
    if call.draws is not None:
        config = joined(config, {"sensitivity": {"draws": call.draws}})
    place = results if results.is_absolute() else call.folder / results
    if place.is_file():
        raise StopError(call.words("commands.folder_taken", folder=results))
    return Plan(kind, here, {"results": from_here(place, here), **config}, place, anywhere, inputs)


def _safe(stem: str) -> str:
    """A name of a folder that Snakemake takes for a name alone."""
    return "".join("_" if mark in "{}*?:" else mark for mark in stem)


def joined(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping over another, key by key."""
    found = dict(base)
    for key, value in over.items():
        below = found.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        found[key] = joined(below, value) if both else value  # type: ignore[arg-type]
    return found


def _settings(call: Call, *, own: bool) -> dict[str, Any]:
    """What ``--set`` says, as a part of the config."""
    made: dict[str, Any] = {}
    known = [*_PLACES, *_of_input(), *_properties("schemas/config.schema.yaml")] if call.settings else []
    for key, text in call.settings:
        if key.partition(".")[0] not in known:
            near = difflib.get_close_matches(key, known, 1)
            raise StopError(call.words("commands.no_setting", key=key, known=", ".join(near or sorted({*known}))))
        made = joined(made, setting(key, _value(text), call.words.language, own=own))
    return made


def _value(text: str) -> Any:
    """The value that a text is in YAML; else the text itself, such as the mark ``,``."""
    from monotown.base.problems import InputError
    from monotown.workflow.strict import parse_strict

    try:
        return parse_strict(text, SETTINGS)
    except InputError:
        return text


def setting(key: str, value: Any, language: str, *, own: bool = True) -> dict[str, Any]:
    """A key of ``--set`` or of a sheet ``about`` as a part of the config of a run.

    Examples
    --------
    >>> setting("draws", 500, "en"), setting("decimal", ",", "en")
    ({'sensitivity': {'draws': 500}}, {'input': {'decimal': ','}})
    >>> setting("title", "Towns", "en")
    {'input': {'source': {'title': {'en': 'Towns'}}}}
    >>> setting("columns.Mayor", "ignore", "en")
    {'input': {'columns': {'Mayor': 'ignore'}}}
    """
    head, _, rest = key.partition(".")
    place = _PLACES.get(key, f"input.{key}" if own and head in _of_input() else key)
    if place.endswith(".title") and isinstance(value, str):
        value = {language: value}
    # a heading of a column, the name of a sheet or a file may hold a dot
    parts = ["input", head, rest] if place.startswith("input.") and head in _NAMED and rest else place.split(".")
    for part in reversed(parts):
        value = {part: value}
    return dict(value)


#: Keys of ``input`` that take a name of the file's own.
_NAMED: Final = ("columns", "sheets", "decimal", "direction", "take")


def _of_input() -> Sequence[str]:
    """Keys of the section ``input``."""
    return _properties("parts/towns/schema.yaml")


def _properties(schema: str) -> Sequence[str]:
    """Keys that a schema of the workflow knows."""
    from monotown.workflow import read_yaml

    return list(read_yaml(project() / "workflow" / schema)["properties"])


def about(path: Path, language: str) -> dict[str, Any]:
    """What a workbook says of itself in its sheet ``about``, as a part of the config of a run."""
    made: dict[str, Any] = {}
    for _, _, key, text in _about_rows(path):
        plain = key in ("title", "publisher", "terms")
        made = joined(made, setting(key, text if plain else _value(text), language))
    return made


def _about_rows(path: Path) -> Iterator[tuple[str, int, str, str]]:
    """Sheet, line, key and text of the rows of the sheet ``about`` of a workbook that say something."""
    from monotown.workflow import read_yaml
    from monotown.workflow.workbooks import load_sheets

    if path.suffix.lower() not in TABLES[:4] or not path.is_file():
        return
    limits = read_yaml(project() / "config" / "parts" / "towns.yaml")["limits"]
    for sheet in load_sheets(path, path.name, limits)[0]:
        for line, row in enumerate(sheet.rows if sheet.name.strip().casefold() == ABOUT else (), 1):
            key, text = ([cell.strip() for cell in row] + ["", ""])[:2]
            if key and text and key.casefold() != "key":
                yield sheet.name, line, key, text
