"""Workbooks of every kind from the same sheets, for tests."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P

from monotown.index.catalogue import catalogue_of
from monotown.index.indicators import compute_indicators
from monotown.index.kernel import evaluate_nodes
from monotown.index.prepare import prepare
from monotown.study.read import Study
from monotown.study.standing import completed, observations

Sheets = Mapping[str, pd.DataFrame]


def frame(text: str) -> pd.DataFrame:
    """A table whose cells stand between bars."""
    head, *rows = ([c.strip() for c in line.split("|")] for line in text.strip().splitlines())
    return pd.DataFrame([r + [""] * (len(head) - len(r)) for r in rows], columns=head)


def _rows(table: pd.DataFrame) -> list[list[str]]:
    return [list(table.columns), *table.to_numpy().tolist()]


def _cell(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def write(sheets: Sheets, path: Path) -> Path:
    """A workbook, or a folder of CSV, of the sheets; numbers stand as numbers."""
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, table in sheets.items():
            page = book.create_sheet(name)
            for row in _rows(table):
                page.append([_cell(c) if c != "" else None for c in row])
        book.save(path)
    elif path.suffix == ".xls":
        old = xlwt.Workbook()
        for name, table in sheets.items():
            page = old.add_sheet(name)
            for r, row in enumerate(_rows(table)):
                for c, text in enumerate(row):
                    if text != "":
                        page.write(r, c, _cell(text))
        old.save(str(path))
    elif path.suffix == ".ods":
        document = OpenDocumentSpreadsheet()
        for name, table in sheets.items():
            page = OdfTable(name=name)
            for row in _rows(table):
                line = TableRow()
                for text in row:
                    value = _cell(text)
                    number = isinstance(value, float)
                    cell = TableCell(valuetype="float", value=value) if number else TableCell(valuetype="string")
                    if text != "":
                        cell.addElement(P(text=text))
                    line.addElement(cell if text != "" else TableCell())
                page.addElement(line)
            document.spreadsheet.addElement(page)
        document.save(str(path))
    else:
        path.mkdir(parents=True, exist_ok=True)
        for name, table in sheets.items():
            if name != "about":
                table.to_csv(path / f"{name}.csv", index=False)
        about = sheets.get("about", pd.DataFrame(columns=["key", "value"]))
        lines = [f"{k}: {v}" for k, v in zip(about["key"], about["value"], strict=True)]
        (path / "study.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def scores(study: Study, index: str = "") -> dict[tuple[str, int], float]:
    """Score of each unit and year, from 0 to 1, by the stages of a run."""
    whole = completed(study)
    view = index or next(iter(whole.views))
    seen = observations(whole)
    units = {**whole.units, "sets": whole.sets}
    catalogue = catalogue_of(whole.beside["catalogue"], whole.measures, whole.views, whole.variables, units)
    table = compute_indicators(seen, seen, catalogue).table
    judged = whole.judgments[view].content(whole.views[view]["tree"]) if view in whole.judgments else None
    prepared = prepare(table, view, whole.views[view], whole.measures, judgments=judged)
    found = evaluate_nodes(prepared.model, prepared.z)[prepared.model.tree.id][0]
    keys = zip(prepared.rows["unit"], prepared.rows["year"], strict=True)
    return {(u, int(y)): float(s) for (u, y), s in zip(keys, np.asarray(found), strict=True)}
