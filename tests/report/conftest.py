"""The paper's ledger as its check leaves it."""

from __future__ import annotations

import pandas as pd
import pytest
from claims_support import LABELS
from words_support import ROOT

from monotown.paper.ledger import judge, read_claims
from monotown.paper.published import COLUMNS, read_published
from monotown.workflow import read_text_table, read_yaml


@pytest.fixture(scope="package")
def claims() -> pd.DataFrame:
    folder = ROOT / "data/raw/published/paper"
    published = read_published({name: read_text_table(folder / f"{name}.csv") for name in COLUMNS})
    return judge(read_claims(read_yaml(ROOT / "config/parts/paper/claims.yaml"), published), published, LABELS)
