"""Studies that ship as examples give the values that were published."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import monotown as mt
from monotown.workflow.export import export_study

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT / "tests/real"


def published() -> pd.Series:
    wide = pd.read_csv(REAL / "hdi/published.csv", keep_default_na=False, na_values=[""])
    wide.columns = ["unit", *(name.removeprefix("hdi_") for name in wide.columns[1:])]
    long = wide.melt(id_vars="unit", var_name="year").dropna()
    return long.assign(year=long["year"].astype(int)).set_index(["unit", "year"])["value"]


def of_the_index(scores: pd.DataFrame, node: str) -> pd.Series:
    return scores[scores["node"] == node].dropna(subset=["score"]).set_index(["unit", "year"])["score"]


def test_every_published_value_of_the_human_development_index() -> None:
    found = of_the_index(mt.Study.read(ROOT / "config/examples/hdi").index().scores, "hdi")
    wanted = published()
    assert len(wanted) == 577
    # a country without a component has no value
    assert set(found.index) == set(wanted.index)
    np.testing.assert_array_equal(found.round(3)[wanted.index], wanted)


def test_an_example_as_a_workbook_is_the_same_study(tmp_path: Path) -> None:
    for name in ("hdi", "city-ahp"):
        export_study(f"config/examples/{name}", tmp_path / f"{name}.xlsx", ROOT)
        book, folder = mt.Study.read(tmp_path / f"{name}.xlsx"), mt.Study.read(ROOT / "config/examples" / name)
        assert book.indices == folder.indices
        for index in book.indices:
            told = ["unit", "year", "node", "score", "rank"]
            pd.testing.assert_frame_equal(book.index(index).scores[told], folder.index(index).scores[told])


def test_the_human_development_index_from_frames_is_that_of_the_folder() -> None:
    folder = ROOT / "config/examples/hdi"
    data = pd.read_csv(folder / "data.csv", keep_default_na=False, na_values=[""])
    indicators = pd.read_csv(folder / "indicators.csv")
    study = mt.Study(indicators, data).with_(scale=1, minimum_coverage={"unit": 1, "block": 1})
    wanted = of_the_index(mt.Study.read(folder).index().scores, "hdi")
    pd.testing.assert_series_equal(of_the_index(study.index().scores, "hdi"), wanted)


@pytest.mark.parametrize("index", ["ahp", "equal"])
def test_a_published_rating_to_its_last_digits(index: str) -> None:
    file = {"ahp": ROOT / "config/examples/city-ahp/data.csv", "equal": REAL / "city-ahp/equal.csv"}[index]
    wanted = pd.read_csv(file).set_index("region")["sustainability_score"]
    scores = mt.Study.read(ROOT / "config/examples/city-ahp").index(index).scores
    found = scores[scores["node"] == "sustainability"].set_index("name")["score"]
    assert len(found) == len(wanted) == 19
    np.testing.assert_allclose(found[wanted.index], wanted, rtol=0, atol=1e-12)
