"""The house: which layer may import which, and no circle of modules."""

import graphlib

import pytest
from house import LIBRARY, imports, modules

#: Layer to the layers that it may import, besides itself. Parts know nothing of each other.
GROUND = {"base"}
MAY = {
    "base": set(),
    "show": GROUND,
    "data": GROUND,
    "claims": GROUND | {"show"},
    "study": GROUND | {"data", "claims"},
    "methods": GROUND,
    "index": GROUND | {"show", "data", "methods"},
    "sensitivity": GROUND | {"show", "data", "methods", "index"},
    "report": GROUND | {"claims", "show", "data", "methods", "index", "sensitivity"},
}
TRUNK = GROUND | {"show", "data", "claims", "study", "methods", "index", "sensitivity"}

KNOWN = modules()
IMPORTS = {name: imports(path, KNOWN) - {name} for name, path in KNOWN.items()}

#: Every other package is a part.
PARTS = {name.split(".")[0] for name in KNOWN} - {*MAY, "workflow", "commands"}


@pytest.mark.parametrize("layer", [*MAY, *sorted(PARTS), "workflow", "commands"])
def test_imports_run_one_way(layer):
    above = TRUNK | PARTS | {"report"} | ({"workflow"} if layer == "commands" else set())
    may = MAY.get(layer, TRUNK if layer in PARTS else above) | {layer}
    wrong = [
        f"{name} imports {other}"
        for name, others in IMPORTS.items()
        for other in others
        if name.split(".")[0] == layer and other.split(".")[0] not in may
    ]
    assert wrong == []


def test_every_module_lives_in_a_room():
    """But for the door, and for what a user of Python starts from: it may know every room, and none knows it."""
    assert sorted(path.name for path in LIBRARY.glob("*.py")) == ["__init__.py", "api.py"]
    named = {**KNOWN, "api": LIBRARY / "api.py"}
    assert [name for name, path in KNOWN.items() if "api" in imports(path, named)] == []


def test_no_modules_import_each_other_in_a_circle():
    graphlib.TopologicalSorter(IMPORTS).prepare()  # raises CycleError, with the circle
