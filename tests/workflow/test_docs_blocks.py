"""Every block of code in the documents is what it says: it parses, runs, or has its target."""

from __future__ import annotations

import ast
import doctest
import json
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from monotown.commands.main import main
from monotown.commands.main import parser as main_parser
from monotown.commands.say import words_of
from monotown.workflow.door import check_run
from monotown.workflow.settled import settled

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))


def documents() -> dict[str, str]:
    """README, the documents, and the markdown of the notebooks, in English.

    Blocks in another language are these: tests/workflow/test_documents_languages.py.
    """
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "config" / "README.md"]
    # blocks of adding.md are for a copy of the project: tests/workflow/test_adding.py puts them there
    found = [f for f in sorted((ROOT / "docs").rglob("*.md")) if f.parent.name not in ("ru", "kk")]
    files += [f for f in found if f.name != "adding.md"]
    texts = {f.relative_to(ROOT).as_posix(): f.read_text(encoding="utf-8") for f in files}
    for book in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(book.read_text(encoding="utf-8"))["cells"]
        words = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
        texts[f"notebooks/{book.name}"] = "\n\n".join(words)
    return texts


def blocks(text: str) -> list[str]:
    """Fenced and indented blocks of a document."""
    fence = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
    indented = re.compile(r"(?:(?<=\n\n)|\A)(?: {4}[^\n]*\n?(?:\n(?= {4}))?)+")
    rest = fence.sub("", text)
    found = [m[1] for m in fence.finditer(text)] + [m[0] for m in indented.finditer(rest)]
    return [textwrap.dedent(b).strip("\n") for b in found]


BLOCKS = [(name, block) for name, text in documents().items() for block in blocks(text)]
IDS = [f"{name}: {block.splitlines()[0][:40]}" for name, block in BLOCKS]


def as_yaml(block: str) -> Any:
    try:
        found = yaml.safe_load(block)
    except yaml.YAMLError:
        return None
    return found if isinstance(found, dict | list) else None


COMMANDS = (
    "make",
    "monotown",
    "snakemake",
    "git",
    "python",
    "pip",
    "cd",
    "uv",
    "conda",
    "mamba",
    "pytest",
    ".venv/bin/",
    "source",
    "sbatch",
    "docker",
    "apptainer",
)


def commands(block: str) -> list[list[str]]:
    """The words of each line of a shell block; none for another block."""
    lines = block.replace("\\\n", " ").splitlines()
    lines = [line.removeprefix("$ ") for line in lines if line.strip()]
    if not any(line.startswith(COMMANDS) for line in lines):
        return []
    return [shlex.split(line, comments=True) for line in lines]


def is_python(block: str) -> bool:
    return bool(re.search(r"^(>>> |import |from \w+(\.\w+)* import )", block, re.MULTILINE))


def test_the_reader_finds_blocks() -> None:
    names = {name for name, _ in BLOCKS}
    assert {"README.md", "docs/your-own-index.md", "docs/survey.md", "config/README.md"} <= names
    assert blocks("a\n\n    x: 1\n\n    y: 2\n\nb\n\n```yaml\nz: 3\n```\n") == ["z: 3", "x: 1\n\ny: 2"]


TARGETS = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize(("name", "block"), BLOCKS, ids=IDS)
def test_a_block_is_what_it_says(name: str, block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if is_python(block):
        if "my-index.xlsx" in block:  # the workbook of the guide, as `monotown new` fills it
            monkeypatch.chdir(tmp_path)
            assert main(["new", "my-index.xlsx", "--example"]) == 0
        if ">>> " in block:
            test = doctest.DocTestParser().get_doctest(block, {}, name, name, 0)
            assert doctest.DocTestRunner().run(test).failed == 0
        else:
            ast.parse(block)
            exec(compile(block, name, "exec"), {"__name__": "block"})
        return
    lines = commands(block)
    for words in lines:
        if not words:
            continue
        if words[0] == "make":
            targets = [w for w in words[1:] if "=" not in w and not w.startswith("-")]
            assert set(targets) <= TARGETS, words
        if words[0] == "monotown":
            main_parser(words_of("en", ROOT / "config/words")).parse_args(words[1:])
        if words[0].endswith("snakemake"):
            snakemake_line(words[1:], tmp_path)
    if lines:
        return
    content = as_yaml(block)
    if isinstance(content, dict) and set(content) & set(SCHEMA["properties"]):
        run_file(content)


def test_an_index_from_a_frame_takes_fifteen_lines() -> None:
    first = blocks((ROOT / "docs/python.md").read_text(encoding="utf-8"))[0]
    assert "mt.Study(" in first
    assert len(first.splitlines()) <= 15


def snakemake_line(words: list[str], folder: Path) -> None:
    """Plan the run that a line starts; ``my-run.yaml`` is the file that the guide prints."""
    own = folder / "my-run.yaml"
    own.write_text(yaml.safe_dump(guide_run(), allow_unicode=True), encoding="utf-8")
    typed = [str(own) if word == own.name else word for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "-n", *typed], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def guide_run() -> dict[str, Any]:
    """The run file of the document, with a file of figures that is there."""
    text = (ROOT / "docs/reading.md").read_text(encoding="utf-8")
    (block,) = [b for b in blocks(text) if b.startswith("results:")]
    content: dict[str, Any] = yaml.safe_load(block)
    content["input"]["files"] = [OWN_FILE]
    return content


def run_file(content: dict[str, Any]) -> None:
    """A run file, or a part of one, passes the checks at the door."""
    if "input" in content and "files" in content["input"]:  # the one thing a reader must give
        content["input"]["files"] = [OWN_FILE]
    check_run(settled(DEFAULT, content), ROOT)


OWN_FILE = "config/examples/own.csv"


def test_the_run_file_of_the_guide_is_whole() -> None:
    """It passes the door as it is printed, and no view that it does not name is asked for."""
    content = guide_run()
    run_file(content)
    assert settled(DEFAULT, content)["sensitivity"]["views"] == []
