"""Forms of files, by their names alone: a step that asks for one loads no library that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

TEXT: Final = (".csv", ".tsv", ".txt")
ZIPPED: Final = (".xlsx", ".xlsm", ".ods")
SUFFIXES: Final = (*TEXT, *ZIPPED, ".xls")


def is_book(path: str | Path) -> bool:
    """Whether a path names a workbook, or a table of text, and no folder."""
    return Path(path).suffix.lower() in SUFFIXES
