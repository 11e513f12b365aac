"""What a step loads before it works: each is a process of its own, and a large library costs it."""

import ast
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "workflow"

#: Loaded where they are used, not with the modules that may use them.
LATE = ("scipy.stats", "scipy.optimize", "statsmodels", "jsonschema", "openpyxl", "pyreadstat")

#: Steps that stand on one of them throughout.
EXEMPT = {"hypothesis.py", "hypothesis_exploratory.py"}
EXEMPT_PARTS = {"survey", "towns"}

#: Steps that draw, by another name.
DRAW = {"diagrams.py", "story.py"}


def imports(script: Path) -> list[str]:
    tree = ast.parse(script.read_text(encoding="utf-8"))
    return [ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]


def loaded(lines: list[str], names: tuple[str, ...]) -> str:
    code = "\n".join([*lines, "import sys", f"print([n for n in {names} if n in sys.modules])"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_no_step_starts_with_a_library_that_few_use():
    scripts = [
        s for s in sorted(SCRIPTS.rglob("*.py")) if s.name not in EXEMPT and s.parents[1].name not in EXEMPT_PARTS
    ]
    assert len(scripts) > 30
    lines = list(dict.fromkeys(line for s in scripts for line in imports(s)))
    assert loaded(lines, LATE) == "[]"


def test_steps_that_draw_nothing_do_not_load_the_drawing_library():
    scripts = [s for s in sorted(SCRIPTS.rglob("*.py")) if "figure" not in s.name]
    scripts = [s for s in scripts if s.name not in DRAW and s.parents[1].name not in EXEMPT_PARTS]
    lines = list(dict.fromkeys(line for s in scripts for line in imports(s)))
    assert loaded(lines, ("matplotlib",)) == "[]"


def test_a_step_leaves_the_tools_of_the_tests_alone():
    lines = [
        "import pandas as pd, pandera.pandas as pa",
        "from monotown.workflow import run",
        "schema = pa.DataFrameSchema({'a': pa.Column(int, pa.Check.ge(0))})",
        "run(lambda: schema.validate(pd.DataFrame({'a': [1]})))",
    ]
    assert loaded(lines, ("hypothesis.strategies",)) == "[]"
