"""The house: which layer may import which, and no circle of modules."""

import ast
import graphlib
from pathlib import Path

import pytest

LIBRARY = Path(__file__).resolve().parents[2] / "src" / "monotown"

#: Layer to the layers that it may import, besides itself. Parts know nothing of each other.
GROUND = {"base"}
MAY = {
    "base": set(),
    "show": GROUND,
    "data": GROUND,
    "methods": GROUND,
    "index": GROUND | {"show", "data", "methods"},
    "sensitivity": GROUND | {"show", "data", "methods", "index"},
}
TRUNK = GROUND | {"show", "data", "methods", "index", "sensitivity"}
PARTS = {"paper", "cohort", "scenarios", "mechanism", "hypothesis", "survey", "towns"}


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(LIBRARY).with_suffix("").parts).removesuffix(".__init__"): path
        for path in LIBRARY.rglob("*.py")
        if path.parent != LIBRARY
    }


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """Modules of the library that a module imports anywhere, under TYPE_CHECKING too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{a.name}" for a in node.names]
            names = [n if n.removeprefix("monotown.") in known else node.module for n in names]
        else:
            continue
        found |= {n.removeprefix("monotown.") for n in names if n.startswith("monotown.")}
    return found & known.keys()


KNOWN = modules()
IMPORTS = {name: imports(path, KNOWN) - {name} for name, path in KNOWN.items()}


def test_every_module_lives_in_a_layer_or_a_part():
    assert {name.split(".")[0] for name in KNOWN} == {*MAY, *PARTS, "workflow"}


@pytest.mark.parametrize("layer", [*MAY, *sorted(PARTS), "workflow"])
def test_imports_run_one_way(layer):
    may = MAY.get(layer, TRUNK if layer in PARTS else TRUNK | PARTS) | {layer}
    wrong = [
        f"{name} imports {other}"
        for name, others in IMPORTS.items()
        for other in others
        if name.split(".")[0] == layer and other.split(".")[0] not in may
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle():
    graphlib.TopologicalSorter(IMPORTS).prepare()  # raises CycleError, with the circle
