"""The workbook of results of the default run: LibreOffice gives every number that the run has."""

import openpyxl
import pandas as pd
import pytest
from office_support import check, needs_office

pytestmark = [pytest.mark.workflow, needs_office]


def test_every_formula_of_the_default_run_gives_its_number(finished, tmp_path):
    results = finished / "results"
    book, cells = check(results / "results.xlsx", tmp_path)
    assert len(cells) > 4000
    for view in ("potential_2022", "potential_panel", "quality_2022", "quality_panel"):
        scores = pd.read_csv(results / f"index/{view}/scores.csv")
        root = openpyxl.load_workbook(results / "results.xlsx")[f"weights {view}"]["B5"].value
        wanted = scores[(scores["node"] == root) & scores["score"].notna()].set_index(["unit", "year"])
        rows = book[f"scores {view}"].iter_rows(min_row=7, values_only=True)
        found = {(r[1], r[2]): r for r in rows if isinstance(r[6], float)}
        assert len(wanted) == len(found) > 0
        for key, row in found.items():
            # a table of results has ten digits
            assert row[6] == pytest.approx(wanted.loc[key, "score"], rel=1e-9), key
            assert row[3] == row[4] == wanted.loc[key, "rank"], key
