"""A later stage takes up the written scores of any index, on whatever scale they run."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from monotown.index.build import NORMALISED, SCORES, build_index
from monotown.index.prepare import view_model
from monotown.sensitivity.year import view_cases
from monotown.workflow import read_table, write_table

MEASURES = {m: {"direction": 1, "goalposts": [0, 10]} for m in "abcd"}
TO_100 = {"method": "minmax", "target": [0, 100]}
Z_100 = {"method": "zscore", "mean": 100, "sd": 10, "ddof": 0}


@pytest.mark.parametrize(
    ("aggregation", "normalisation"),
    [
        ("mpi", Z_100),
        ("ampi", {"method": "minmax", "target": [70, 130]}),
        ("arithmetic", TO_100),
        ("arithmetic", {"method": "minmax", "target": [1, 1000]}),
        ("arithmetic", Z_100),
        ("arithmetic", "zscore"),
        ("geometric", "minmax"),
        ("arithmetic", "rank"),
    ],
)
def test_the_model_gives_the_written_scores(aggregation: str, normalisation: object, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        [
            {
                "view": "v",
                "unit": f"U{i:02}",
                "year": 2022,
                "measure": m,
                "value": float(rng.uniform(0.5, 9.5)),
                "kind": "official",
                "source": "s",
            }
            for i in range(12)
            for m in MEASURES
        ]
    )
    config = {
        "normalisation": normalisation,
        "tree": {"id": "i", "aggregation": aggregation, "children": [{"measure": m} for m in "abcd"]},
    }
    made = build_index(table, "v", config, MEASURES)
    for name, schema in (("normalised", NORMALISED), ("scores", SCORES)):
        write_table(getattr(made, name), tmp_path / f"{name}.csv", schema, own_units=["value"])
    back = [
        read_table(tmp_path / f"{name}.csv", schema)
        for name, schema in (("normalised", NORMALISED), ("scores", SCORES))
    ]
    (case,) = view_cases(view_model("v", config, MEASURES), *back)
    assert len(case.units) == 12
