"""Reliability, structure and real importance, against definitions and other libraries."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2
from statsmodels.multivariate.factor import Factor
from statsmodels.stats.outliers_influence import variance_inflation_factor

from monotown.index.structure import (
    CORRELATIONS,
    IMPORTANCE,
    STRUCTURE,
    block_rows,
    correlation_rows,
    fullest_year,
    importance_rows,
    structure_tables,
)
from monotown.methods.reliability import (
    Adequacy,
    Omega,
    Undefined,
    adequacy,
    alpha_if_dropped,
    cronbach_alpha,
    item_rest,
    mcdonald_omega,
    omega_total,
    one_factor,
    pairwise_correlations,
    scree,
)

RNG = np.random.default_rng(12)
LOADS = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
ITEMS = RNG.normal(size=(400, 1)) * LOADS + RNG.normal(size=(400, 5)) * np.sqrt(1 - LOADS**2)


def test_alpha_by_hand() -> None:
    # Variances 35/12, 4/3, 19/12; totals 4, 7, 10, 13 with variance 15: 1.5 (1 - 35/90).
    assert cronbach_alpha([[1, 2, 1], [2, 2, 3], [3, 4, 3], [5, 4, 4]]) == pytest.approx(11 / 12)


def test_alpha_of_parallel_items_is_spearman_brown() -> None:
    r = np.corrcoef(ITEMS.T)
    standard = (ITEMS - ITEMS.mean(0)) / ITEMS.std(0, ddof=1)
    mean_r = r[np.triu_indices(5, 1)].mean()
    assert cronbach_alpha(standard) == pytest.approx(5 * mean_r / (1 + 4 * mean_r))


def test_item_rest_and_alpha_if_dropped_by_definition() -> None:
    for j in range(5):
        others = np.delete(ITEMS, j, axis=1)
        assert item_rest(ITEMS)[j] == pytest.approx(np.corrcoef(ITEMS[:, j], others.sum(1))[0, 1])
        assert alpha_if_dropped(ITEMS)[j] == cronbach_alpha(others)


def test_omega_of_the_golden_loadings() -> None:
    assert omega_total([0.999, 0.751206, 0.933612, 0.929088]) == pytest.approx(0.948905, abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(0.2, 0.95), min_size=4, max_size=8))
def test_one_factor_gives_back_its_loadings(loads: list[float]) -> None:
    truth = np.array(loads)
    r = np.outer(truth, truth)
    np.fill_diagonal(r, 1)
    assert one_factor(r) == pytest.approx(truth, abs=1e-4)


def test_one_factor_agrees_with_iterated_principal_axes() -> None:
    # Principal axes iterated to the end minimise the same residuals.
    r = np.corrcoef(ITEMS.T)
    oracle = Factor(corr=r, n_factor=1, method="pa", smc=True).fit(maxiter=2000, tol=1e-12)
    assert one_factor(r) == pytest.approx(np.abs(oracle.loadings[:, 0]), abs=1e-5)
    found = mcdonald_omega(ITEMS)
    assert isinstance(found, Omega)
    assert found.omega == pytest.approx(omega_total(one_factor(r)))
    # True value for these loadings: 3.5^2 / (3.5^2 + sum (1 - l^2)).
    assert found.omega == pytest.approx(12.25 / (12.25 + 2.45), abs=0.03)
    assert not found.heywood


def test_heywood_case_is_marked() -> None:
    a = RNG.normal(size=30)
    x = np.column_stack([a, a + 0.001 * RNG.normal(size=30), 0.2 * a + RNG.normal(size=30)])
    found = mcdonald_omega(x)
    assert isinstance(found, Omega)
    assert found.heywood


def test_adequacy_by_definition() -> None:
    found = adequacy(ITEMS)
    assert isinstance(found, Adequacy)
    n, p = ITEMS.shape
    r = np.corrcoef(ITEMS.T)
    partial = np.zeros((p, p))
    for i in range(p):
        for j in range(p):
            if i != j:
                rest = np.column_stack([np.ones(n), np.delete(ITEMS, [i, j], axis=1)])
                left = [y - rest @ np.linalg.lstsq(rest, y, rcond=None)[0] for y in ITEMS[:, [i, j]].T]
                partial[i, j] = np.corrcoef(*left)[0, 1]
    r2 = (r**2).sum() - p
    assert found.kmo == pytest.approx(r2 / (r2 + (partial**2).sum()))
    item = (r**2).sum(1) - 1
    assert found.item_kmo == pytest.approx(item / (item + (partial**2).sum(1)))
    statistic = -(n - 1 - (2 * p + 5) / 6) * np.log(np.linalg.det(r))
    assert found.bartlett == pytest.approx(statistic)
    assert found.df == 10
    assert found.p_value == pytest.approx(chi2.sf(statistic, 10))
    with_constant = np.column_stack([np.ones(n), ITEMS])
    oracle = [variance_inflation_factor(with_constant, j) for j in range(1, p + 1)]
    assert found.vif == pytest.approx(oracle)


def test_bartlett_of_unrelated_indicators_is_small() -> None:
    x = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1.0]])
    found = adequacy(x)
    assert isinstance(found, Adequacy)
    assert found.bartlett == pytest.approx(0)
    assert found.vif == pytest.approx([1, 1])
    assert np.isnan(found.kmo)


def test_scree_sums_to_the_indicators() -> None:
    values = scree(ITEMS)
    assert isinstance(values, np.ndarray)
    assert values.sum() == pytest.approx(5)
    assert (np.diff(values) <= 0).all()
    few = scree(ITEMS[:4])
    assert isinstance(few, np.ndarray)
    assert (few[3:] == 0).all()


def test_what_is_not_defined_says_why() -> None:
    constant = ITEMS[:10].copy()
    constant[:, 1] = 2
    tied = np.column_stack([ITEMS[:10, :2], ITEMS[:10, 0] + ITEMS[:10, 1]])
    few = ITEMS[:5]
    assert cronbach_alpha(ITEMS[:, :1]) == Undefined("few_items")
    assert cronbach_alpha(ITEMS[:2]) == Undefined("few_units")
    assert cronbach_alpha(constant) == Undefined("constant")
    assert cronbach_alpha(np.column_stack([ITEMS[:, 0], -ITEMS[:, 0]])) == Undefined("singular")
    assert mcdonald_omega(ITEMS[:, :2]) == Undefined("few_items")
    assert mcdonald_omega(few) == Undefined("few_units")
    assert adequacy(few) == Undefined("few_units")
    assert adequacy(tied) == Undefined("singular")
    assert adequacy(constant) == Undefined("constant")
    assert scree(constant) == Undefined("constant")
    assert item_rest(constant)[0] == Undefined("constant")
    cancel = np.column_stack([ITEMS[:, 0], ITEMS[:, 1], -ITEMS[:, 1]])
    assert item_rest(cancel)[0] == Undefined("constant")
    with pytest.raises(ValueError, match="full matrix"):
        cronbach_alpha([[1, np.nan], [2, 3], [3, 3]])


def test_pairwise_correlations_match_pandas() -> None:
    x = ITEMS[:30].copy()
    x[RNG.uniform(size=x.shape) < 0.1] = np.nan
    r, n = pairwise_correlations(x)
    frame = pd.DataFrame(x)
    assert r == pytest.approx(frame.corr(min_periods=3).to_numpy(), abs=1e-10)
    present = frame.notna().to_numpy().astype(int)
    assert (n == present.T @ present).all()
    few = np.array([[1, np.nan], [2, 1], [3, 2], [np.nan, 4.0]])
    assert np.isnan(pairwise_correlations(few)[0][0, 1])


def test_correlation_flags() -> None:
    a = np.arange(8.0)
    wide = pd.DataFrame({"a": a, "b": a + 0.1 * (a % 2), "c": -a + 3 * (a % 3), "d": np.ones(8)})
    rows = correlation_rows(wide, {"a": "B1", "b": "B1", "c": "B1", "d": "B2"}).set_index(["measure_a", "measure_b"])
    assert rows.loc[("a", "b"), "flag"] == "repeats"
    assert rows.loc[("a", "c"), "flag"] == "negative_within_block"
    assert rows.loc[("a", "d"), "flag"] == "undefined"
    across = correlation_rows(wide[["a", "c"]], {"a": "B1", "c": "B2"})
    assert across["flag"].tolist() == [""]


def _value(rows: pd.DataFrame, quantity: str, measure: str = "") -> pd.Series:
    return rows[(rows["quantity"] == quantity) & (rows["measure"] == measure)].iloc[0]


def test_formative_blocks_are_told_that_alpha_is_no_criterion() -> None:
    names = list("abcde")
    formative = block_rows(ITEMS, names, reflective=False)
    reflective = block_rows(ITEMS, names, reflective=True)
    for quantity in ("alpha", "omega"):
        assert _value(formative, quantity)["note"] == "formative"
        assert _value(reflective, quantity)["note"] == ""
        assert _value(formative, quantity)["value"] == _value(reflective, quantity)["value"]
    assert _value(reflective, "alpha")["value"] == cronbach_alpha(ITEMS)
    assert _value(reflective, "explained_01")["value"] == pytest.approx(scree(ITEMS)[0] / 5)


def test_few_units_are_said_plainly() -> None:
    rows = block_rows(ITEMS[:5], list("abcde"), reflective=False)
    assert _value(rows, "alpha")["note"] == "formative few_units"
    assert np.isfinite(_value(rows, "alpha")["value"])
    for quantity in ("kmo", "bartlett", "p_value"):
        assert np.isnan(_value(rows, quantity)["value"])
        assert _value(rows, quantity)["note"] == "few_units"
    assert _value(rows, "vif", "c")["note"] == "few_units"
    assert _value(rows, "omega")["note"] == "few_units formative"


def test_units_that_miss_an_indicator_are_left_out() -> None:
    x = np.vstack([ITEMS, [[np.nan, 1, 1, 1, 1]]])
    rows = block_rows(x, list("abcde"), reflective=True)
    assert (rows["n_units"] == 400).all()
    assert _value(rows, "alpha")["value"] == cronbach_alpha(ITEMS)


def test_importance_of_a_known_sum() -> None:
    # I = 3 a + b with equal, unrelated a and b: importance 0.9 and 0.1, whatever the weight.
    raw = np.random.default_rng(0).normal(size=(60, 2))
    a, b = np.linalg.qr(raw - raw.mean(0))[0].T
    rows = importance_rows(pd.DataFrame({"a": a, "b": b}), pd.Series(3 * a + b), [0.75, 0.25], smoother="linear")
    assert rows["importance"].tolist() == pytest.approx([0.9, 0.1])
    assert rows["share"].tolist() == pytest.approx([0.9, 0.1])
    assert rows["ratio"].tolist() == pytest.approx([1.2, 0.4])
    assert rows["r"].tolist() == pytest.approx([np.sqrt(0.9), np.sqrt(0.1)])
    assert (rows["low"] <= rows["share"]).all()
    assert (rows["share"] <= rows["high"]).all()


def test_leaving_one_out_is_leaving_one_out() -> None:
    z = pd.DataFrame(RNG.uniform(size=(9, 2)), columns=["a", "b"])
    y = z.mean(axis=1)
    rows = importance_rows(z, y, [0.5, 0.5], smoother="linear")
    shares = []
    for i in range(9):
        r2 = np.array([np.corrcoef(z[c].drop(i), y.drop(i))[0, 1] ** 2 for c in z])
        shares.append(r2 / r2.sum())
    assert rows["low"].tolist() == pytest.approx(np.min(shares, axis=0))
    assert rows["high"].tolist() == pytest.approx(np.max(shares, axis=0))


def test_importance_of_too_few_units_is_missing() -> None:
    z = pd.DataFrame({"a": [0.1, 0.2, 0.3, 0.4, np.nan], "b": np.nan})
    rows = importance_rows(z, pd.Series([0.1, 0.2, 0.3, 0.4, 0.5]), [0.5, 0.5])
    assert rows[["importance", "share", "low", "high", "ratio", "r"]].isna().all(axis=None)
    assert rows["n_units"].tolist() == [4, 0]


def test_fullest_year_is_the_last_of_the_best() -> None:
    frame = pd.DataFrame({"year": [2019, 2019, 2020, 2020, 2021, 2021], "normalised": [1, 1, 1, 1, 1, np.nan]})
    assert fullest_year(frame) == 2020


@pytest.fixture
def view() -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(3)
    measures = {"m3": "B1", "m1": "B1", "m2": "B3", "m4": "B3", "m5": "B3"}
    z = np.clip(0.5 * rng.uniform(size=(14, 1)) + 0.5 * rng.uniform(size=(14, 5)), 0, 1)
    units = [f"U{i:02d}" for i in range(14)]
    normalised = pd.DataFrame(
        [
            {
                "view": "v",
                "unit": u,
                "year": year,
                "measure": m,
                "block": b,
                "kind": "official",
                "normalised": z[i, j] if year == 2022 or j else np.nan,
            }
            for year in (2022, 2023)
            for i, u in enumerate(units)
            for j, (m, b) in enumerate(measures.items())
        ]
    )
    weights = pd.DataFrame(
        {
            "view": "v",
            "measure": list(measures),
            "block": list(measures.values()),
            "local_weight": [0.5, 0.5, 1 / 3, 1 / 3, 1 / 3],
            "global_weight": [0.2, 0.2, 0.2, 0.2, 0.2],
        }
    )
    blocks = {"B1": z[:, :2].mean(1), "B3": z[:, 2:].mean(1)}
    nodes = {**blocks, "root": 0.4 * blocks["B1"] + 0.6 * blocks["B3"]}
    scores = pd.DataFrame(
        [
            {"unit": u, "year": year, "node": node, "score": score[i]}
            for year in (2022, 2023)
            for node, score in nodes.items()
            for i, u in enumerate(units)
        ]
    )
    return {"normalised": normalised, "weights": weights, "scores": scores}


def test_stage_tables(view: dict[str, pd.DataFrame]) -> None:
    tables = structure_tables(**view, root="root", reflective=["B3"], smoother="linear")
    for table, schema in (
        (tables.structure, STRUCTURE),
        (tables.correlations, CORRELATIONS),
        (tables.importance, IMPORTANCE),
    ):
        schema.validate(table)
        assert set(table["kind"]) == {"official"}
        assert set(table["year"]) == {2022}
    assert len(tables.correlations) == 10
    assert list(dict.fromkeys(tables.structure["block"])) == ["B1", "B3", "all"]
    alpha = tables.structure[tables.structure["quantity"] == "alpha"].set_index("block")
    assert alpha["note"].to_dict() == {"B1": "formative", "B3": "", "all": "formative"}
    tops = tables.importance[tables.importance["level"] == "block"]
    assert tops["nominal"].tolist() == pytest.approx([0.4, 0.6])
    for _, rows in tables.importance.groupby("level"):
        assert rows["share"].sum() == pytest.approx(1)
    here = view["normalised"][view["normalised"]["year"] == 2022]
    m1 = here[here["measure"] == "m1"].set_index("unit")["normalised"]
    root = view["scores"].query("year == 2022 and node == 'root'").set_index("unit")["score"]
    found = tables.importance.set_index("node").loc["m1"]
    assert found["importance"] == pytest.approx(np.corrcoef(m1, root.loc[m1.index])[0, 1] ** 2)


def test_stage_order_and_year(view: dict[str, pd.DataFrame]) -> None:
    order = ["m5", "m1", "m4", "m3", "m2"]
    tables = structure_tables(**view, root="root", order=order, year=2023, smoother="linear")
    assert set(tables.importance["year"]) == {2023}
    leaves = tables.importance[tables.importance["level"] == "indicator"]
    assert leaves["node"].tolist() == ["m5", "m4", "m2", "m1", "m3"]
    assert np.isnan(leaves.set_index("node").loc["m3", "importance"])
    assert np.isnan(tables.structure.query("block == 'B1' and quantity == 'alpha'")["value"].item())


def test_stage_refuses_what_does_not_belong_together(view: dict[str, pd.DataFrame]) -> None:
    mixed = view["normalised"].copy()
    mixed.loc[0, "kind"] = "synthetic"
    with pytest.raises(ValueError, match="synthetic, official"):
        structure_tables(mixed, view["weights"], view["scores"], root="root")
    two = view["normalised"].copy()
    two.loc[0, "view"] = "w"
    with pytest.raises(ValueError, match="one view"):
        structure_tables(two, view["weights"], view["scores"], root="root")
    with pytest.raises(ValueError, match="a year of the view"):
        structure_tables(**view, root="root", year=1999)
    with pytest.raises(ValueError, match="expected the measures"):
        structure_tables(**view, root="root", order=["m1"])
