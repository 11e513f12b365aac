"""An analysis goes on from the scores of any index, on whatever scale they run."""

import numpy as np
import pandas as pd
import pytest

from monotown.index.admissible import scale_of
from monotown.index.build import build_index
from monotown.index.prepare import prepare
from monotown.sensitivity.year import cases_of

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
def test_cases_have_the_scores_of_the_index(aggregation: str, normalisation: object) -> None:
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
    scores = build_index(table, "v", config, MEASURES).scores.query("node == 'i'").set_index("unit")["score"]
    prepared = prepare(table, "v", config, MEASURES)
    (case,) = cases_of(prepared)
    assert len(case.units) == 12
    size = scores.abs().max()
    np.testing.assert_allclose(
        case.scores * scale_of(prepared.model), scores[list(case.units)], rtol=0, atol=1e-9 * size
    )
