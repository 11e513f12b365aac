"""The transcribed paper, as it stands and with a cell changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from monotown.paper.ledger import Claim, read_claims
from monotown.paper.published import COLUMNS, Published, read_published
from monotown.workflow import read_text_table, read_yaml

ROOT = Path(__file__).resolve().parents[2]
Raw = dict[str, pd.DataFrame]


@pytest.fixture(scope="session")
def raw_once() -> Raw:
    folder = ROOT / "data" / "raw" / "published" / "paper"
    return {name: read_text_table(folder / f"{name}.csv") for name in COLUMNS}


@pytest.fixture
def raw(raw_once: Raw) -> Raw:
    return {name: frame.copy() for name, frame in raw_once.items()}


@pytest.fixture(scope="session")
def published(raw_once: Raw) -> Published:
    return read_published(raw_once)


@pytest.fixture(scope="session")
def claims(published: Published) -> list[Claim]:
    return read_claims(read_yaml(ROOT / "config/parts/paper/claims.yaml"), published)


@pytest.fixture
def with_cell(raw: Raw) -> Callable[[str, int, str, str], Published]:
    """The paper with one cell changed; a number of the text in its quotation too."""

    def change(table: str, row: int, column: str, value: str) -> Published:
        frame = raw[table]
        before = str(frame[column].iloc[row])
        frame.loc[row, column] = value
        if (table, column) == ("numbers_in_text", "number"):
            quotation = str(frame["quotation"].iloc[row])
            frame.loc[row, "quotation"] = quotation.replace(before, value)
        return read_published(raw)

    return change


@pytest.fixture
def with_figures(raw: Raw) -> Callable[..., Published]:
    """The paper with figures added to its text: (variable, year, number) each."""

    def add(*figures: tuple[str, str, str], unit: str = "ZHEZU") -> Published:
        rows = [
            {
                "line_from": "1",
                "line_to": "1",
                "quotation": f"{variable} {number}",
                "number": number,
                "role": "quantity",
                "unit": unit,
                "variable": variable,
                "unit_of_measure": "",
                "from": "",
                "to": year,
            }
            for variable, year, number in figures
        ]
        frame = raw["numbers_in_text"]
        raw["numbers_in_text"] = pd.concat([frame, pd.DataFrame(rows)], ignore_index=True)
        return read_published(raw)

    return add
