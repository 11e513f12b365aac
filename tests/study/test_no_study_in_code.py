"""No code of a unit, id of an index or name of a set of one study stands in code: studies and settings name them."""

import ast
import re
from pathlib import Path

import pytest

from monotown.workflow.study import read_folder

ROOT = Path(__file__).resolve().parents[2]
STUDIES = [read_folder(f, ROOT) for f in ("config/study", "config/examples/towns")]
NAMES = {n for s in STUDIES for n in (*s.units, *s.views, *s.sets)}
FILES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "workflow").rglob("*.py"), *(ROOT / "workflow").rglob("*.smk")])


def texts(path: Path) -> list[str]:
    """Texts of the code of a file, without documentation and comments."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".smk":
        return re.findall(r"\"([^\"\n]*)\"", re.sub(r"#.*", "", source))
    tree = ast.parse(source)
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
        if id(n) not in documented
    ]


#: A test of the hypothesis, as its registered specification names it: the same word as a set of units.
NAMED_SO = {"monotowns": "hypothesis"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_code_names_nothing_of_one_study(path):
    found = {word for text in texts(path) for word in re.findall(r"\w+", text)} & NAMES
    assert {w for w in found if NAMED_SO.get(w) not in path.parts} == set()


def test_a_name_in_code_is_found(tmp_path):
    (tmp_path / "a.smk").write_text('MARKED = ["KZULU"]  # potential_2022\n')
    (tmp_path / "b.py").write_text('"""Of KZULU."""\nx = {"view": "potential_2022"}\n')
    found = [{w for t in texts(tmp_path / n) for w in re.findall(r"\w+", t)} & NAMES for n in ("a.smk", "b.py")]
    assert found == [{"KZULU"}, {"potential_2022"}]


#: Parts that tell of the paper, which name the series they ask for.
TELL_OF_THE_PAPER = {"paper", "cohort", "hypothesis", "mechanism", "scenarios", "survey"}

SERIES = {n for s in STUDIES for n in (*s.variables, *s.measures) if "_" in n}
TRUNK = [p for p in FILES if not TELL_OF_THE_PAPER.intersection(p.parts)]


@pytest.mark.parametrize("path", TRUNK, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_trunk_names_no_series_of_one_study(path):
    assert set(texts(path)) & SERIES == set()
