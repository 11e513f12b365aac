"""Scripts, benchmarks and prose name only what the library has, those too that no run of the tests starts."""

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    [*(ROOT / "benchmarks").glob("*.py"), *(ROOT / "tools").glob("*.py"), *(ROOT / "workflow").rglob("scripts/**/*.py")]
)


def unknown(tree: ast.Module) -> list[str]:
    """Names of the library, imported or taken from an imported module, that it does not have."""
    modules, wrong = {}, []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "monotown":
            home = importlib.import_module(node.module)
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                try:
                    found = getattr(home, alias.name, None) or importlib.import_module(name)
                except ModuleNotFoundError:
                    wrong.append(name)
                    continue
                if isinstance(found, type(ast)):
                    modules[alias.asname or alias.name] = found
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            home = modules.get(node.value.id)
            if home is not None and not hasattr(home, node.attr):
                wrong.append(f"{home.__name__}.{node.attr}")
    return wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_name_of_the_library_is_there(path):
    assert unknown(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_a_name_that_moved_is_found():
    text = "from monotown.index import build as b, gone\nb.build_index(b.average_weights)\n"
    assert unknown(ast.parse(text)) == ["monotown.index.gone", "monotown.index.build.average_weights"]


#: Dotted names in documents, notebooks, comments, docstrings and settings.
DOTTED = re.compile(r"(?<![\w/.-])monotown(?:\.[A-Za-z_]\w*)+")
PROSE = [
    path
    for place in (
        "*.md",
        "docs",
        "config",
        "data",
        "src",
        "workflow",
        "benchmarks",
        "notebooks",
        "tools",
        "pyproject.toml",
    )
    for top in ROOT.glob(place)
    for path in ([top] if top.is_file() else sorted(top.rglob("*")))
    if path.suffix in {".md", ".py", ".smk", ".yaml", ".ipynb", ".toml"} and path.name != "CHANGELOG.md"
]


def lead(name: str) -> object:
    """What a dotted name leads to: a module before a function of the same name."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        home, _, last = name.rpartition(".")
        return getattr(lead(home), last)


def lost(text: str) -> list[str]:
    """Dotted names of the library in a text that lead nowhere."""
    wrong = []
    for name in sorted(set(DOTTED.findall(text))):
        try:
            lead(name)
        except AttributeError:
            wrong.append(name)
    return wrong


def test_prose_names_modules_and_functions_that_are_there():
    found = {path.relative_to(ROOT).as_posix(): lost(path.read_text(encoding="utf-8")) for path in PROSE}
    # files that a walk-through makes: its own test does it
    adding = "docs/adding.md"
    text = (ROOT / adding).read_text(encoding="utf-8")
    made = {
        f"monotown.{new.replace('/', '.')}"
        for new in re.findall(r"^New `src/monotown/([\w/]+)\.py`", text, re.MULTILINE)
    }
    found[adding] = sorted(set(found[adding]) - made)
    assert {name: names for name, names in found.items() if names} == {}


def test_a_name_that_moved_is_found_in_prose():
    text = "`monotown.index.prepare.prepare` stays, monotown.report.tables went, so did monotown.index.build.nothing."
    assert lost(text) == ["monotown.index.build.nothing", "monotown.report.tables"]
