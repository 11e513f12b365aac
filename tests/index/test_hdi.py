"""The Human Development Index from its components, against the values that UNDP printed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from monotown.index.build import build_index

HERE = Path(__file__).resolve().parents[1] / "real" / "hdi"
FIGURES = Path(__file__).resolve().parents[2] / "config/examples/hdi/data.csv"

MEASURES = {
    "life_expectancy_birth": {"direction": 1, "goalposts": [20, 85]},
    "expected_schooling": {"direction": 1, "goalposts": [0, 18]},
    "mean_schooling": {"direction": 1, "goalposts": [0, 15]},
    "gni_per_head": {"direction": 1, "goalposts": [100, 75000], "transform": "log"},
}


def tree(floor: float | None) -> dict[str, object]:
    return {
        "id": "hdi",
        "aggregation": "geometric",
        **({} if floor is None else {"floor": floor}),
        "children": [
            {"id": "health", "children": [{"measure": "life_expectancy_birth"}]},
            {"id": "education", "children": [{"measure": "expected_schooling"}, {"measure": "mean_schooling"}]},
            {"id": "income", "children": [{"measure": "gni_per_head"}]},
        ],
    }


def components() -> pd.DataFrame:
    wide = pd.read_csv(FIGURES, keep_default_na=False, na_values=[""])
    long = wide.melt(id_vars=["code", "year"], var_name="measure").rename(columns={"code": "unit"})
    return long.assign(view="hdi", kind="official", source="UNDP")


def published() -> pd.Series:
    wide = pd.read_csv(HERE / "published.csv", keep_default_na=False, na_values=[""])
    wide.columns = ["unit", *(name.removeprefix("hdi_") for name in wide.columns[1:])]
    long = wide.melt(id_vars="unit", var_name="year").dropna()
    return long.assign(year=long["year"].astype(int)).set_index(["unit", "year"])["value"]


@pytest.mark.parametrize("floor", [None, 0.01], ids=["no floor", "floor"])
def test_every_published_value_at_three_decimals(floor: float | None) -> None:
    scores = build_index(components(), "hdi", {"tree": tree(floor), "scale": 1}, MEASURES).scores
    root = scores[scores["node"] == "hdi"].dropna(subset=["score"]).set_index(["unit", "year"])
    wanted = published()
    found = root["score"].reindex(wanted.index)
    # a country without a component has no value there
    assert len(wanted) == 577
    np.testing.assert_array_equal(found.round(3), wanted)
