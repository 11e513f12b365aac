"""A dollar sign, a caret or a backslash in a name or a title is drawn as it is written."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.index import figures as regions
from monotown.index import figures_structure as structure
from monotown.sensitivity import figures as sensitivity
from monotown.show import style
from monotown.towns import figures as towns

ROOT = Path(__file__).resolve().parents[2]
TEXTS = project_texts()
#: Texts that mathtext sets as a formula, takes signs from, or stops at.
NAMES = ("$a_b$", "US$, 100% = PPP$", r"$\frac$", r"a \$ b", "$$", "$x^{$ & <$y$>")


class Drawn(Labels):
    """Labels that keep every text they give out, for a figure or for words around one."""

    def __init__(self, name: str, keys: tuple[str, ...]) -> None:
        given = {k: dict.fromkeys(LANGUAGES, f"{k} {name}") for k in keys}
        # every word of the files ends in the name as well: title, axis, legend, note and cell
        ours = {
            k: {language: f"{text} {name}" for language, text in texts.items()}
            for k, texts in TEXTS.items()
            if "{" not in "".join(texts.values())
        }
        super().__init__("en", {**TEXTS, **ours, **given})


def town_profile(labels: Labels, source: str) -> Figure:
    table = pd.DataFrame(
        {
            "unit": "u1",
            "measure": ["m1", "m2"],
            "year": 2022,
            "position": [10.0, 90.0],
            "others": [15.0, 80.0],
            "region_position": [20.0, 30.0],
            "scale": 100.0,
            "kind": "official",
        }
    )
    return towns.town_profile(table, labels=labels, units=["u1"], source=source)


def town_series(labels: Labels, source: str) -> Figure:
    table = pd.DataFrame(
        {"unit": "u1", "node": "root", "year": [2021, 2022], "score": [40.0, 50.0], "rank": np.nan, "kind": "official"}
    )
    return towns.town_series(table, labels=labels, root="root", scale=100.0, units=["u1"], source=source)


def scores(labels: Labels, source: str) -> Figure:
    table = pd.DataFrame(
        {
            "unit": ["u1", "u2"],
            "year": 2022,
            "rank": [1.0, 2.0],
            "score": [80.0, 25.0],
            "B1": [90.0, 20.0],
            "average": [25.0, 80.0],
            "scale": 100.0,
            "kind": "official",
        }
    )
    return regions.scores(table, labels=labels, view="v", blocks=["B1"], scale=100.0, source=source, marked=["u1"])


def correlations(labels: Labels, source: str) -> Figure:
    table = pd.DataFrame(
        {
            "measure_a": ["m1"],
            "block_a": ["B1"],
            "measure_b": ["m2"],
            "block_b": ["B1"],
            "r": [0.5],
            "flag": [""],
            "n_units": [9],
            "year": [2022],
            "kind": ["official"],
        }
    )
    return structure.correlations(table, labels=labels, view="v", source=source)


def schemes(labels: Labels, source: str) -> Figure:
    ranks = pd.DataFrame(
        [
            {"year": 2022, "unit": u, "scheme": s, "kind": "official", "rank": r if s == "baseline" else np.nan}
            for s in ("baseline", "critic")
            for r, u in enumerate(("u1", "u2"), 1)
        ]
    )
    agreement = pd.DataFrame({"scheme": ["critic"], "kendall": [np.nan]})
    return sensitivity.schemes(ranks, agreement, labels=labels, view="v", source=source, order=["critic"], frozen=2022)


#: A figure, and the words it must show: titles, axes, ticks, legends, annotations, cells.
FIGURES: dict[str, tuple[Callable[[Labels, str], Figure], tuple[str, ...]]] = {
    "title, ticks and legend": (
        town_profile,
        ("unit.u1", "measure.m1", "measure.m2", "towns.figure.town", "towns.figure.region"),
    ),
    "title and annotation": (town_series, ("unit.u1", "towns.figure.no_rank")),
    "ticks and legend": (scores, ("view.v", "unit.u1", "unit.u2", "block.B1", "regions.score", "regions.average")),
    "ticks and annotation": (correlations, ("measure.m1", "measure.m2", "block.B1", "view.v")),
    "heads and cells of a table": (
        schemes,
        ("view.v", "unit.u1", "scheme.critic", "sensitivity.kendall", "sensitivity.refused"),
    ),
}
KEYS = ("unit.u1", "unit.u2", "measure.m1", "measure.m2", "block.B1", "view.v")


def drawn_text(figure: Figure) -> str:
    """Every text of the SVG, one space for any gap; texts, not paths, so nothing is hidden."""
    svg = style.render(figure)["svg"].decode()
    texts = re.findall(r"<(?:text|desc)\b[^>]*>(.*?)</(?:text|desc)>", svg, flags=re.DOTALL)
    assert not [t for t in texts if "<tspan" in t]  # parts of a formula
    return " ".join(html.unescape(" ".join(texts)).split())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", FIGURES)
def test_every_kind_of_text_stands_as_given(what: str, name: str) -> None:
    draw, keys = FIGURES[what]
    labels = Drawn(name, KEYS)
    with style.figure_style():
        figure = draw(labels, f"Bureau {name}")
    found = drawn_text(figure)
    for key in keys:
        assert " ".join(labels(key).split()) in found, key
    assert f"Bureau {name}" in found
    assert "mathdefault" not in found


def code_cells() -> dict[str, str]:
    """Python of the project that may draw: the library, the steps and the notebooks."""
    files = [*ROOT.glob("src/**/*.py"), *ROOT.glob("workflow/**/*.py")]
    found = {str(f.relative_to(ROOT)): f.read_text(encoding="utf-8") for f in files}
    for book in ROOT.glob("notebooks/*.ipynb"):
        cells = json.loads(book.read_text(encoding="utf-8"))["cells"]
        code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        found[book.name] = "\n".join(code)
    return found


def called(tree: ast.AST) -> set[str]:
    """Names of what is called, by the last part: ``plt.subplots`` is ``subplots``."""
    calls = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call)]
    return {c.attr if isinstance(c, ast.Attribute) else getattr(c, "id", "") for c in calls}


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for n in ast.walk(tree):
        if isinstance(n, ast.Import):
            names |= {a.name for a in n.names}
        elif isinstance(n, ast.ImportFrom):
            names |= {f"{n.module}.{a.name}" for a in n.names}
    return names


def test_every_figure_is_made_in_the_one_style() -> None:
    for name, code in code_cells().items():
        tree: Any = ast.parse(code)
        libraries = imported(tree)
        assert not {m for m in libraries if m.startswith(("matplotlib.pyplot", "pylab"))}, name
        calls = called(tree)
        if not name.endswith("show/style.py"):
            assert "Figure" not in calls, name  # only `style.new_figure` makes one
            assert not calls & {"rc_context", "savefig", "set_parse_math", "set_usetex"}, name
        if "render" in calls and "monotown.show.style.render" in libraries:
            assert "figure_style" in calls, name
    for path in (ROOT / "src" / "monotown" / "figures").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        arguments = [k.arg for n in ast.walk(tree) if isinstance(n, ast.Call) for k in n.keywords]
        assert not {"parse_math", "usetex"} & set(arguments), path.name
