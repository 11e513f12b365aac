"""LibreOffice without a window, which works out every formula of a workbook anew."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

#: Formulas are worked out when a workbook is loaded, whatever results stand in it.
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""

needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed (soffice)")


def recalculated(path: Path, folder: Path) -> openpyxl.Workbook:
    """The workbook with the results that LibreOffice gives."""
    profile, out = folder / "profile", folder / "recalculated"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user/registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    command = ["soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=300)
    return openpyxl.load_workbook(out / path.name, data_only=True)


def formula_cells(path: Path) -> dict[tuple[str, str], object]:
    """Sheet and place of every formula, with the result that stands in the file."""
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    return {
        (page.title, cell.coordinate): values[page.title][cell.coordinate].value
        for page in formulas
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def check(path, folder):
    """LibreOffice's results, after a look that each is the one that stands in the file."""
    book, cells = recalculated(path, folder), formula_cells(path)
    for (sheet, place), value in cells.items():
        found = book[sheet][place].value
        if value in (None, ""):
            assert found in (None, ""), (sheet, place)
        else:
            assert found == pytest.approx(value, rel=1e-9, abs=1e-9), (sheet, place)
    return book, cells
