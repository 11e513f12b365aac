"""Errors of raw figures: they travel through the formulas, counts have laws of their own, and limits of scores hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from raw_view import FORMULAS, made
from scipy import stats
from scipy.special import polygamma

from monotown.index.kernel import evaluate, evaluate_tables
from monotown.index.leaves import normalise_leaf
from monotown.index.prepare import Prepared
from monotown.sensitivity.design import Variants
from monotown.sensitivity.errors import Errors, values_with_errors
from monotown.sensitivity.inputs import CountLaw, DataError, read_inputs
from monotown.sensitivity.monte_carlo import MonteCarloRun

OWN = CountLaw(group=False)


def drawn(prepared: Prepared, error: DataError, draws: int = 40_000, years: Sequence[int] = (2022,)) -> np.ndarray:
    return values_with_errors(prepared, years, error, np.random.default_rng(7), draws)[1]


BIG = {
    "staff": {2022: [400.0, 900.0]},
    "people": {2022: [1e5, 2e5]},
    "outlay": {2022: [5e4, 7e4]},
    "pay": {2022: [3.0, 4.0]},
}


def test_one_count_moves_two_indicators_oppositely_by_the_delta_method() -> None:
    values = drawn(made(BIG), DataError(0.02, counts=OWN))
    logs = np.log(values)
    # error of the logarithm of a count by Jeffreys' law, and of a measured figure
    count, measured = polygamma(1, np.array([400.5, 900.5])), np.log1p(0.02**2)
    for unit in (0, 1):
        found = np.cov(logs[:, unit].T)
        assert found[0, 1] == pytest.approx(-count[unit], rel=0.05)
        assert found[0, 0] == pytest.approx(count[unit] + measured, rel=0.05)
        assert found[1, 1] == pytest.approx(count[unit] + measured, rel=0.05)
        assert found[2, 2] == pytest.approx(measured, rel=0.05)
        assert abs(np.corrcoef(logs[:, unit].T)[0, 2]) < 0.02
    assert abs(np.corrcoef(logs[:, 0, 0], logs[:, 1, 0])[0, 1]) < 0.02


def test_a_measured_figure_that_two_indicators_share_moves_both_alike() -> None:
    formulas = {"a": "x / people", "b": "y / people"}
    figures = {"x": {2022: [5.0]}, "y": {2022: [7.0]}, "people": {2022: [100.0]}}
    logs = np.log(drawn(made(figures, formulas, {}), DataError(0.1)))[:, 0]
    assert np.corrcoef(logs.T)[0, 1] == pytest.approx(0.5, abs=0.02)


def test_without_raw_figures_each_value_errs_by_itself() -> None:
    prepared = made(BIG)
    for held, error in (
        (replace(prepared, behind=None), DataError(0.02)),
        (prepared, DataError(0.02, of_measures=True)),
    ):
        errors = Errors(held, np.arange(2), error)
        assert errors.columns == 3
        z = np.random.default_rng(1).standard_normal((50, 2, 3))
        sigma = np.sqrt(np.log1p(0.02**2))
        assert errors.values(held.used, z).tolist() == (held.used * np.exp(sigma * z - sigma**2 / 2)).tolist()


def test_a_measure_with_its_own_error_errs_by_itself() -> None:
    logs = np.log(drawn(made(BIG), DataError(0.02, {"density": 0.3}, {"outlay": 0.0}, counts=OWN)))[:, 0]
    assert np.std(logs[:, 0]) == pytest.approx(np.sqrt(np.log1p(0.09)), rel=0.02)
    assert np.std(logs[:, 1]) == pytest.approx(np.sqrt(polygamma(1, 400.5)), rel=0.02)
    assert abs(np.corrcoef(logs.T)[0, 1]) < 0.02


def test_counts_may_err_as_measured_figures_do() -> None:
    small = {**BIG, "staff": {2022: [2.0, 0.0]}, "outlay": {2022: [5.0, np.nan]}}
    flat = drawn(made(small), DataError(0.02, counts=CountLaw(use=False)))
    assert (flat[:, 1, 0] == 0).all()
    assert np.std(np.log(flat[:, 0, 0])) == pytest.approx(np.sqrt(2 * np.log1p(0.02**2)), rel=0.02)
    own = drawn(made(small), DataError(0.02, counts=OWN))
    assert (own[:, 1, 0] > 0).all()  # a count of 0 is no rate of 0
    assert np.quantile(own[:, 0, 0], [0.05, 0.95]) == pytest.approx([0.0057, 0.0554], rel=0.05)
    assert np.isnan(own[:, 1, 1]).all()  # what has no value gets none


def test_a_share_stays_a_share() -> None:
    variables = {"phd": {"count": True, "part_of": {"staff": "degree"}}, "staff": {"count": True}}
    figures = {"phd": {2022: [2.0, 30.0, 8.0]}, "staff": {2022: [2.0, 60.0, 20.0]}}
    prepared = made(figures, {"share": "100 * phd / staff"}, variables)
    assert prepared.behind is not None
    assert prepared.behind.laws["phd"] == ("share", "staff")
    error = DataError(0.0, counts=OWN)
    # the whole errs too, and the share of it is none the less that of the beta law
    limits = np.quantile(drawn(prepared, error), [0.05, 0.95], axis=0)[..., 0] / 100
    for unit, (cases, whole) in enumerate(((2, 2), (30, 60), (8, 20))):
        law = stats.beta(cases + 0.5, whole - cases + 0.5)
        assert limits[:, unit] == pytest.approx(law.ppf([0.05, 0.95]), abs=0.005)


def test_a_figure_that_counts_in_two_years_errs_in_both_alike() -> None:
    prepared = made({"x": {y: [10.0, 20.0] for y in (2020, 2021, 2022)}}, {"ratio": "x / lag(x, 1)"}, {}, (2021, 2022))
    values = np.log(drawn(prepared, DataError(0.1), years=(2021, 2022)))
    single = np.log1p(0.01)
    first, second = values[:, 0, 0], values[:, 2, 0]
    assert np.var(first) == pytest.approx(2 * single, rel=0.05)
    assert np.var(first + second) == pytest.approx(2 * single, rel=0.05)  # what stands between cancels out
    alike = drawn(prepared, DataError(0.1, over_years=1.0), years=(2021, 2022))
    assert alike == pytest.approx(np.ones_like(alike))
    half = np.log(drawn(prepared, DataError(0.1, over_years=0.5), years=(2021, 2022)))
    assert np.var(half[:, 0, 0]) == pytest.approx(single, rel=0.05)


def test_the_nation_errs_alike_for_all_units() -> None:
    figures = {"x": {2022: [10.0, 20.0]}, "nation(x)": {2022: [12.0, 12.0]}}
    prepared = made(figures, {"part": "x / nation(x)"}, {})
    logs = np.log(drawn(prepared, DataError(0.1, {}, {})))[:, :, 0]
    assert np.corrcoef(logs.T)[0, 1] == pytest.approx(0.5, abs=0.02)


def test_treated_values_move_by_the_factor_or_the_amount_of_their_formula() -> None:
    prepared = made({"x": {2022: [10.0, 0.0, -1.0]}}, {"m": "x"}, {"x": {"count": True}})
    errors = Errors(prepared, np.arange(3), DataError(0.0, counts=OWN))
    z = np.full((1, 3, errors.columns), 0.7)
    plain = errors.values(prepared.used, z)[0, :, 0]
    moved = errors.values(np.array([[8.0], [0.5], [np.nan]]), z)[0, :, 0]
    assert moved[0] == pytest.approx(8 * plain[0] / 10)
    assert moved[1] == pytest.approx(0.5 + plain[1])
    assert np.isnan(moved[2])


def test_a_value_that_no_formula_gives_errs_by_itself() -> None:
    prepared = made({"x": {2022: [10.0, np.nan]}, "y": {2022: [1.0, 1.0]}}, {"m": "x", "n": "y"}, {})
    used = np.array([[10.0, 1.0], [7.0, 1.0]])  # the 7 was imputed
    errors = Errors(prepared, np.arange(2), DataError(0.1))
    values = errors.values(used, np.random.default_rng(3).standard_normal((20_000, 2, errors.columns)))
    assert np.log(values[:, :, 0]).std(axis=0) == pytest.approx(np.full(2, np.sqrt(np.log1p(0.01))), rel=0.02)


def test_limits_of_scores_of_small_units_hold_and_those_of_a_flat_error_do_not() -> None:
    numbers = np.random.default_rng(21)
    formulas = {"a": "x / people", "b": "y / people"}
    variables = {"x": {"count": True}, "y": {"count": True}, "people": {}}
    held: dict[bool, list[np.ndarray]] = {True: [], False: []}
    for _ in range(45):
        people = np.exp(numbers.normal(1.0, 0.7, 20))
        rates = {v: numbers.gamma(1.5, 1 / 1.5, 20) for v in ("x", "y")}
        counts = {v: numbers.poisson(rate * people) for v, rate in rates.items()}
        figures = {v: {2022: c.astype(float)} for v, c in counts.items()} | {"people": {2022: people}}
        prepared = made(figures, formulas, variables, posts=(-50.0, 50.0))
        order = prepared.rows["unit"].str[1:].astype(int).to_numpy()
        truth = (np.column_stack([rates["x"], rates["y"]])[order] + 50) / 100
        true_scores = evaluate(prepared.model, truth)[0]
        small = np.minimum(counts["x"], counts["y"])[order] <= 3
        for law, inside in held.items():
            relative, error = (0.0, CountLaw()) if law else (0.02, CountLaw(use=False))
            values = drawn(prepared, DataError(relative, counts=error), 1500)
            z = np.ascontiguousarray((values + 50) / 100)
            scores = evaluate_tables(prepared.model, z, np.tile(prepared.model.weights, (len(z), 1)))
            low, high = np.quantile(scores, [0.05, 0.95], axis=0)
            inside.append(((low <= true_scores) & (true_scores <= high))[small])
    each = np.array([h.mean() for h in held[True]])
    assert abs(np.concatenate(held[True]).mean() - 0.9) < 3 * each.std(ddof=1) / np.sqrt(len(each))
    assert np.concatenate(held[False]).mean() < 0.4


def test_runs_draw_the_figures_and_a_table_alone_is_the_same() -> None:
    prepared = made(BIG, posts=(-1e5, 1e5))
    config = {"tree": {"id": "index", "children": [{"measure": m} for m in FORMULAS]}}
    measures = {m: {"direction": 1, "goalposts": [-1e5, 1e5]} for m in FORMULAS}
    inputs = read_inputs({"data_error": {"relative": 0.02}}, 0.25)
    variants = Variants(prepared, config, measures, inputs, 2022)
    run = MonteCarloRun(variants, "test", 4)
    noise = run.draw(0).noise
    assert noise.error is not None
    assert noise.error.shape == (512, 2, 4)  # staff, people, outlay, pay
    scale = variants.scale((0,) * variants.data_factors)
    whole = variants.tables(scale, noise)
    assert variants.tables(scale, noise.take(np.array([300])))[0].tolist() == whole[300].tolist()
    leaf = variants.model.leaves[0]
    values = variants.perturbed(scale, noise)[:, :, 0]
    assert normalise_leaf(leaf, values[7], [2022, 2022])[0] == pytest.approx(whole[7, :, 0])
