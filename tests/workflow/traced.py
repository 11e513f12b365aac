"""What the steps of a run read: files of the project and modules, beside what their rules name."""

from __future__ import annotations

import json
import os
from pathlib import Path

from monotown.workflow.content import Content
from monotown.workflow.words import WORDS

#: Python runs it at the start of every process that finds it on its path.
HOOK = """\
import atexit, json, os, sys

opened = set()


def see(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        mode, flags = arguments[1:]
        if not (mode and set(mode) & set("wax+")) and not (flags or 0) & (os.O_WRONLY | os.O_RDWR):
            opened.add(os.path.abspath(os.fsdecode(arguments[0])))


def tell():
    step = getattr(sys.modules["__main__"], "snakemake", None)
    if hasattr(step, "rule"):
        modules = [getattr(m, "__file__", None) for m in list(sys.modules.values())]
        told = {
            "rule": step.rule,
            "script": os.path.basename(sys.argv[0]).split(".", 1)[1],
            "named": [*map(os.path.abspath, [*step.input, *step.output, *step.log])],
            "seen": sorted(opened | {m for m in modules if m}),
        }
        with open(os.path.join(os.path.dirname(__file__), f"{os.getpid()}.json"), "w") as file:
            json.dump(told, file)


sys.addaudithook(see)
atexit.register(tell)
"""


def _data(project: Path) -> Path:
    return project.with_name(f"{project.name}-traced")


def environment(project: Path) -> dict[str, str]:
    """What makes the steps of a run tell what they read."""
    folder = _data(project)
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    known = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(folder), *([known] if known else [])])}


def steps(project: Path) -> list[dict]:
    """What each step of the runs of a project told."""
    return [json.loads(p.read_bytes()) for p in sorted(_data(project).glob("*.json"))]


def unnamed(project: Path) -> dict[str, list[str]]:
    """Files of the project that a step read and its rule does not name, by rule.

    A rule names its inputs, and by its script all modules and data that `Content` finds for it.
    """
    top = project.resolve()
    content = Content(top, _data(project) / "code.json")
    scripts = {path.name: path for path in (top / "workflow").rglob("*.py")}
    found: dict[str, list[str]] = {}
    for step in steps(project):
        named = {*map(str, content.files(scripts[step["script"]])), *step["named"]}
        # the digest of a config file holds the words that stand in them (tests/workflow/test_words_fallback)
        named |= {str(f) for f in (top / WORDS).glob("*.yaml")}
        seen = [Path(f) for f in step["seen"] if Path(f).is_relative_to(top)]
        read = {str(f) for f in seen if f.suffix != ".pyc" and f.relative_to(top).parts[0] != ".snakemake"}
        # an input that is a folder names all that is in it
        read = {f for f in read if not named & set(map(str, Path(f).parents))}
        if read - named:
            found.setdefault(step["rule"], []).extend(sorted(read - named))
    return found
