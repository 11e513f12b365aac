"""Scripts and benchmarks name only what the library has, those too that no run of the tests starts."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*(ROOT / "benchmarks").glob("*.py"), *(ROOT / "workflow").rglob("scripts/**/*.py")])


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
