"""Every table of the default run, compiled by pdfLaTeX in one document a language."""

from __future__ import annotations

from pathlib import Path

import pytest
from latex_support import compile_tables, overfull

pytestmark = pytest.mark.workflow


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_table_compiles_and_fits_its_page(finished: Path, tmp_path: Path, language: str) -> None:
    tables = finished / "results/tables"
    texts = [path.read_text(encoding="utf-8") for path in sorted(tables.glob(f"*.{language}.tex"))]
    assert texts
    preamble = (tables / "preamble.tex").read_text(encoding="utf-8")
    assert overfull(compile_tables(tmp_path, texts, preamble)) == []
