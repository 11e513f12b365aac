"""A view under every method: each cell is what the verbs give alone, each refusal has a reason."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from test_build import MEASURES, VIEW, frame, leaves, many, population
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.tables import write_order
from monotown.index.prepare import prepare
from monotown.methods import aggregate
from monotown.methods.normalise import percentile
from monotown.methods.ranks import rank
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS
from monotown.methods.weights.schemes import weigh
from monotown.sensitivity import forking_paths as methods
from monotown.sensitivity.forking_paths import (
    ANY,
    OWN,
    method_tables,
    spread,
    weightings,
    with_aggregation,
    with_normalisation,
)

NAN = float("nan")
KEYS = ["normalisation", "weighting", "aggregation"]
BLOCKS = ["B1", "B1", "B2", "B2"]


@cache
def found(n: int = 9) -> tuple[pd.DataFrame, pd.DataFrame]:
    prepared = prepare(frame(many(n)), "v", VIEW, MEASURES)
    tables = method_tables(prepared)
    return (write_order(tables.methods, methods.METHODS), write_order(tables.inadmissible, methods.INADMISSIBLE))


def cell(normalisation: str, weighting: str, aggregation: str) -> np.ndarray:
    table, _ = found()
    here = table[(table[KEYS] == [normalisation, weighting, aggregation]).all(axis=1)]
    assert len(here) == 9
    return here.sort_values("unit")["score"].to_numpy()


def raw() -> np.ndarray:
    return np.array([v for _, v in sorted(many(9).items())])


def test_every_combination_is_ranked_or_refused_with_a_reason() -> None:
    table, refused = found()
    done = set(table[KEYS].itertuples(index=False, name=None))
    out = set(refused[KEYS].itertuples(index=False, name=None))
    for n in (OWN, *NORMALISATIONS):
        for w in weightings():
            for a in (OWN, *AGGREGATIONS):
                no = {(n, w, a), (n, ANY, ANY), (n, w, ANY), (n, ANY, a)} & out
                assert ((n, w, a) in done) != bool(no), (n, w, a)
    assert len(done) > 300
    assert (refused[["setting", "found", "admissible"]] != "").all(axis=None)


def test_cells_are_what_the_verbs_give() -> None:
    x, z = raw(), np.empty((9, 4))
    for j in range(4):
        z[:, j] = percentile(x[:, j], -1 if j == 3 else 1)
    spread_ = weigh("standard_deviation", z, BLOCKS)
    np.testing.assert_allclose(
        cell("percentile", "standard_deviation", "geometric"), aggregate.geometric(np.maximum(z, 0.01), spread_)
    )
    equal = np.full(4, 0.25)
    np.testing.assert_allclose(cell("percentile", "equal_by_indicator", "topsis"), aggregate.topsis(z, equal))
    direction = [1, 1, 1, -1]
    logged = x.copy()
    logged[:, 2] = np.log(x[:, 2])
    np.testing.assert_allclose(cell("zscore", OWN, "mpi"), aggregate.mpi(logged, equal, direction), rtol=1e-12)
    goalposts = [(0, 10), (0, 4), (0, np.log(100)), (0, 20)]
    np.testing.assert_allclose(
        cell("minmax", OWN, "ampi"), aggregate.ampi(np.minimum(logged, [10, 4, 9, 20]), equal, goalposts, direction)
    )
    table, _ = found()
    for _, group in table.groupby(KEYS):
        np.testing.assert_array_equal(group["rank"], rank(group["score"].to_numpy()))


def test_the_views_own_method_is_its_index() -> None:
    from monotown.index.build import build_index

    scores = build_index(frame(many(9)), "v", VIEW, MEASURES).scores
    own = scores[scores["node"] == "index"].sort_values("unit")["score"]
    np.testing.assert_allclose(cell(OWN, OWN, OWN), own)


@pytest.mark.parametrize(
    ("combination", "setting", "words"),
    [
        (("zscore", ANY, "geometric"), "tree.aggregation", "may be negative"),
        (("zscore", ANY, OWN), "tree.floor", "outside 0 to 1"),
        (("minmax", ANY, "mpi"), "tree.aggregation", "not normalised by zscore(mean=100"),
        (("zscore", "entropy", ANY), "column staff", "values from"),
        (("distance_to_target", ANY, ANY), "tree.children[0].children[0].normalisation", "target"),
    ],
)
def test_refusals(combination: tuple[str, str, str], setting: str, words: str) -> None:
    _, refused = found()
    row = refused[(refused[KEYS] == list(combination)).all(axis=1)]
    assert row["setting"].item() == setting
    assert words in row["found"].item()


def test_refusals_that_hang_on_the_data() -> None:
    data = many(12)
    data["U00", 2020] = (0.0, *data["U00", 2020][1:])
    tables = method_tables(prepare(frame(data), "v", VIEW, MEASURES, population({u: 1.0 for u, _ in data})))
    refused = tables.inadmissible.set_index(KEYS).sort_index()
    assert "needs positive values" in refused.loc[("log_ratio_to_average", ANY, ANY), "found"]
    assert "positive scores" in refused.loc[("ratio_to_average", ANY, "geometric"), "found"]
    condorcet = refused.loc[refused.index.get_level_values(2) == "condorcet", "found"]
    assert condorcet.str.contains("12 units are tied or run in a cycle").any()
    assert set(refused.loc[condorcet.index, "admissible"]) == {"take copeland"}


def test_a_target_of_the_view_is_used_and_missing_values_are_taken() -> None:
    targets = {
        m: {"normalisation": {"method": "distance_to_target", "value": v}}
        for m, v in (("staff", 9), ("degrees", 3), ("pay", 90), ("poverty", 1))
    }
    data = many(10)
    data["U04", 2020] = (NAN, *data["U04", 2020][1:])
    tables = method_tables(prepare(frame(data), "v", leaves(**targets), MEASURES))
    done = tables.methods[tables.methods["normalisation"] == "distance_to_target"]
    assert set(done["aggregation"]) >= {OWN, "arithmetic", "copeland", "topsis"}
    own = tables.methods[tables.methods["normalisation"] == OWN]
    own = own.set_index([*KEYS[1:], "unit"]).sort_index()
    again = done.set_index([*KEYS[1:], "unit"]).sort_index()
    both = own.join(again.add_suffix("_again"), how="inner")
    np.testing.assert_allclose(both["score_again"], both["score"])
    assert len(done["unit"].unique()) == 10
    refused = tables.inadmissible.set_index(KEYS)
    assert all("U04" not in v for v in refused["found"])


def test_variants_of_a_model() -> None:
    model = prepare(frame(many(9)), "v", VIEW, MEASURES).model
    assert with_normalisation(model, OWN) is model
    assert with_aggregation(model, OWN) is model
    changed = with_normalisation(model, "borda")
    assert {leaf.normalisation.name for leaf in changed.leaves} == {"borda"}
    assert changed.tree.aggregation == model.tree.aggregation
    flat = with_aggregation(model, "harmonic")
    assert flat.tree.floor == 0.01
    assert flat.weights == pytest.approx(model.weights)
    assert with_aggregation(changed, "harmonic").tree.floor is None
    assert with_aggregation(model, "copeland").tree.missing == "mean"


def test_spread_holds_own_rank_and_range() -> None:
    table, _ = found()
    s = spread(table).set_index("unit")
    assert s["own"].is_monotonic_increasing
    for unit, ranks in table.groupby("unit")["rank"]:
        assert s.loc[unit, "median"] == ranks.median()
        assert s.loc[unit, ["best", "worst"]].tolist() == [ranks.min(), ranks.max()]
        assert s.loc[unit, "low"] <= s.loc[unit, "median"] <= s.loc[unit, "high"]
        assert s.loc[unit, "n_methods"] == len(ranks)


def test_figure_has_every_unit_and_group() -> None:

    from monotown.base.labels import Labels
    from monotown.sensitivity.figures_paths import methods as draw
    from monotown.show.style import figure_style, render

    table, refused = found()
    texts = project_texts("common", "methods")
    for name in (*AGGREGATIONS, OWN):
        assert f"aggregation.{name}" in texts
    for name in (*NORMALISATIONS, OWN):
        assert f"normalisation.{name}" in texts
    extra = {f"unit.{u}": dict.fromkeys(LANGUAGES, u) for u in table["unit"].unique()}
    extra["view.v"] = {"en": "View, 2020", "ru": "Индекс", "kk": "Индекс"}
    for language in LANGUAGES:
        words = Labels(language, {**texts, **extra})
        with figure_style():
            figure = draw(table, spread(table), labels=words, view="v", source="Office", refused=len(refused))
            axes = figure.axes[0]
            assert [t.get_text() for t in axes.get_yticklabels()] == list(spread(table)["unit"])
            assert axes.get_xlabel().endswith("View, 2020" if language == "en" else "Индекс, 2020")
            range_, half = axes.collections[1:3]
            ends = np.array([s[:, 0] for s in range_.get_segments()])
            assert ends.tolist() == spread(table)[["low", "high"]].to_numpy().tolist()
            assert len(half.get_segments()) == len(ends)
            assert words.number(len(table) // 9) in figure.finding
            if language == "en":
                assert render(figure)["png"] == render(figure)["png"]
