"""Methods of a user's file in a run: computed with, named in a figure, made again after an edit, refused with lines."""

import re

import numpy as np
import pytest

from monotown.index.build import SCORES
from monotown.methods.register import forget_own, load, own_words
from monotown.sensitivity.figures import weight_figures
from monotown.show.words import words_of
from monotown.workflow import read_labels, read_table

from .conftest import ROOT, copy_project, snakemake

pytestmark = pytest.mark.workflow

FILES = ("--configfile", "config/examples/own.yaml", "config/examples/own_methods.yaml")
METHODS = "config/examples/own_methods.py"
RESULTS = "results/own-methods"
FIGURE = f"{RESULTS}/figures/schemes_own_potential.ru.svg"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = copy_project(tmp_path_factory.mktemp("methods") / "project")
    said = snakemake(made, "--cores", "2", *FILES, "--", FIGURE)
    assert said.returncode == 0, said.stderr[-5000:]
    return made


@pytest.fixture
def own_methods(project):
    load((project / METHODS).read_text(encoding="utf-8"), METHODS)
    yield
    forget_own()


def test_a_run_computes_with_methods_of_a_file(project):
    scores = read_table(project / RESULTS / "index/own_potential/normalised.csv")
    weights = read_table(project / RESULTS / "index/own_potential/weights.csv").set_index("measure")
    wide = scores.pivot(index=["unit", "year"], columns="measure", values="normalised")
    index = read_table(project / RESULTS / "index/own_potential/scores.csv", SCORES)
    enough = index[(index["node"] == "scientific_potential") & index["score"].notna()]
    wide = wide.loc[list(zip(enough["unit"], enough["year"], strict=True))]
    assert ((wide >= 0) & (wide <= 100) | wide.isna()).all(axis=None)
    for _, block in weights.groupby("block"):
        z = wide[list(block.index)].dropna().to_numpy()
        spread = np.abs(z[:, None] - z[None]).mean(axis=(0, 1))
        np.testing.assert_allclose(block["local_weight"], spread / spread.sum(), atol=1e-8)


def test_a_figure_names_the_method_in_its_own_words(project, own_methods):
    folder = project / RESULTS / "sensitivity/own_potential"
    names = (
        "rank_intervals",
        "rank_acceptability",
        "drop_one",
        "schemes",
        "scheme_status",
        "agreement",
        "weight_space",
    )
    read = {name: read_table(folder / f"{name}.csv") for name in names}
    scores = read_table(project / RESULTS / "index/own_potential/scores.csv", SCORES)
    draws = weight_figures("own_potential", read, scores, ["equal_by_block", "gini"])
    named = {str(u): {"en": str(u)} for u in scores["unit"]}
    texts = words_of("unit", named) | words_of("view", {"own_potential": {"en": "Towns"}}) | own_words()
    labels = read_labels(["common", "indicators", "methods", "sensitivity"], texts, ROOT / "config/words")["ru"]
    shown = [t.get_text().replace("\n", " ") for t in draws["schemes"](labels).axes[0].get_xticklabels()]
    assert "Средняя разность Джини" in shown


def planned(project):
    said = snakemake(project, "-n", "--nolock", *FILES, "--", FIGURE)
    told = said.stdout + said.stderr
    assert said.returncode == 0, told[-3000:]
    names = re.findall(r"^(\w+) +\d+$", told.split("Job stats:")[-1], re.MULTILINE)
    assert names or "Nothing to be done" in told
    return set(names) - {"total"}


def test_an_edit_of_the_file_makes_again_what_computes_with_methods_alone(project):
    assert planned(project) == set()
    path = project / METHODS
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("slope=0.5", "slope=0.6"), encoding="utf-8")
    again = planned(project)
    path.write_text(before, encoding="utf-8")
    assert {"index", "weight_sensitivity", "sensitivity_figures"} <= again
    # the step that checks the indices of the workbook against the methods, not that which reads the workbook
    assert not again & {"own_workbook", "words", "coverage"}


def test_a_wrong_file_stops_the_run_before_its_first_step_with_every_line(project):
    (project / "wrong.py").write_text(
        "import monotown\nmonotown.register(monotown.Weighting('critic', print))\nmonotown.registre()\n",
        encoding="utf-8",
    )
    (project / "wrong.yaml").write_text("methods: wrong.py\nresults: results/wrong\n", encoding="utf-8")
    said = snakemake(project, "--cores", "2", *FILES, "wrong.yaml")
    assert said.returncode != 0
    for line in (2, 3):
        assert f"wrong.py, line {line}: found" in said.stderr
    (project / "wrong.yaml").write_text("methods: absent.py\nresults: results/wrong\n", encoding="utf-8")
    said = snakemake(project, "--cores", "2", *FILES, "wrong.yaml")
    assert re.search(r"wrong.yaml, line 1, methods: found 'absent.py'; expected a Python file", said.stderr)
