import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from .conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


#: It stands before a run; the others read the results of one.
TOUR = ROOT / "notebooks" / "00_tour.ipynb"


def test_there_are_four_notebooks():
    assert [p.stem for p in NOTEBOOKS] == ["00_tour", "01_the_paper", "02_the_regions", "03_weights"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_valid_and_stored_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert any("from monotown" in cell.source for cell in code)


@pytest.mark.workflow
@pytest.mark.notebook
@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p != TOUR], ids=lambda p: p.stem)
def test_a_notebook_runs_on_the_results_of_a_run(finished: Path, path: Path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.fspath(finished / "src"))
    monkeypatch.setenv("IPYTHONDIR", os.fspath(finished / "results/logs/ipython"))
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": os.fspath(finished / "notebooks")}})
    client.execute()
    shown = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]
    assert len(shown) >= 4


@pytest.mark.notebook
def test_the_tour_runs_without_results_and_its_sliders_move(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.fspath(ROOT / "src"))
    monkeypatch.setenv("IPYTHONDIR", os.fspath(tmp_path))
    notebook = nbformat.read(TOUR, as_version=4)
    moved = "weights.children[0].value = 3\nmeans.children[0].value = 'minimum'\n"
    said = "print(weights.result['rank']['China'], means.result['rank']['China'], published['rank']['China'])"
    notebook.cells.append(nbformat.v4.new_code_cell(moved + said))
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": os.fspath(TOUR.parent)}}).execute()
    text = [out["text"] for out in notebook.cells[-1].outputs if out["output_type"] == "stream"]
    assert text[-1].split() == ["3", "9", "6"]


def test_the_tour_tells_as_text_what_its_sliders_show():
    """A page without a kernel has the words and the tables of the text alone: every slider is followed by some."""
    cells = nbformat.read(TOUR, as_version=4).cells
    after = [cells[i + 1] for i, cell in enumerate(cells) if "widgets.interactive" in cell.source]
    assert len(after) == 2
    assert all(cell.cell_type == "markdown" and len(cell.source) > 100 for cell in after)
