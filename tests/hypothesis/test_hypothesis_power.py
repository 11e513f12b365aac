"""Size, power and coverage, against an independent simulation and the nominal rates."""

import json
from pathlib import Path

import numpy as np
import pytest

from monotown.hypothesis.build import persistence
from monotown.hypothesis.panel import coefficient, double_demean
from monotown.hypothesis.power import autoregression, closed_cr2, rejections
from monotown.hypothesis.prespecified import WAYS

ORACLE = json.loads((Path(__file__).resolve().parents[1] / "golden/inference_sim.json").read_text(encoding="utf-8"))
EFFECTS = (0, 0.1, 0.2, 0.3, 0.5)


@pytest.mark.parametrize("regions", [14, 17])
@pytest.mark.parametrize("rho", [0.0, 0.7, 0.9])
def test_size_and_power_agree_with_another_simulation(regions, rho):
    # the other one has 1,000 panels and sign vectors of its own; 4 errors of the difference
    count = 1000
    random = np.random.default_rng([7, regions])
    found = rejections(regions, 10, rho, EFFECTS, replications=count, bootstraps=199, random=random)
    for effect, shares in zip(EFFECTS, found, strict=True):
        other = np.array(ORACLE[f"G{regions} T10 rho{rho} b{effect}"])
        mine = shares[[WAYS.index(w) for w in ("naive", "crv1", "wild")]]
        middle = np.clip((mine + other) / 2, 0.005, 0.995)
        assert np.all(np.abs(mine - other) < 4 * np.sqrt(middle * (1 - middle) * 2 / count))


def test_naive_errors_mislead_and_the_others_hold_their_level():
    random = np.random.default_rng(1)
    naive, *others = rejections(16, 12, 0.9, [0], replications=2000, bootstraps=199, random=random)[0]
    assert naive > 0.2
    for share in others:
        assert share == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 2000))


def test_the_fast_simulation_is_the_tests_one_by_one():
    # the same panels, drawn again, through the errors that the estimates use
    regions, years, rho, seed = 6, 5, 0.5, [3]
    random = np.random.default_rng(seed)
    signs = random.choice([-1.0, 1.0], (99, regions))
    shape = (40, regions, years)
    x = autoregression(shape, rho, random)
    e = autoregression(shape, rho, random)
    counts = np.zeros(4)
    for i in range(40):
        found = coefficient(0.6 * x[i] + e[i], x[i])
        wild = found.wild(signs)
        made = np.abs(wild.t())
        observed = abs(wild.t(0.0, np.ones((1, regions)))[0])
        p = (1 + np.sum(made >= observed * (1 - 1e-9))) / 100
        counts += np.array([found.naive().p, found.crv1().p, found.cr2().p, p]) <= 0.05
    random = np.random.default_rng(seed)
    shares = rejections(regions, years, rho, [0.6], replications=40, bootstraps=99, random=random)
    assert (counts / 40).tolist() == pytest.approx(shares[0].tolist())


def test_closed_cr2_is_the_general_one():
    random = np.random.default_rng(2)
    for regions, years in ((5, 7), (9, 4)):
        x, y = random.normal(size=(2, regions, years))
        found = coefficient(y, x)
        error = found.cr2()
        a = double_demean(x)
        adjust, df = closed_cr2(a @ a.T)
        scores = np.sum(a * (double_demean(y) - found.estimate * a), axis=1)
        assert df == pytest.approx(error.df)
        assert np.sqrt(np.sum((adjust * scores) ** 2)) / found.total == pytest.approx(error.standard_error)


def test_autoregressions_have_variance_one_and_their_correlation():
    made = autoregression((20000, 6), 0.7, np.random.default_rng(0))
    assert made.var(axis=0) == pytest.approx(np.ones(6), abs=0.05)
    assert np.mean(made[:, 1:] * made[:, :-1]) == pytest.approx(0.7, abs=0.02)


def test_a_given_regressor_is_kept_and_units_are_those_after_effects():
    x = np.random.default_rng(5).normal(size=(10, 8)).cumsum(axis=1)

    def found(effects, **how):
        random = np.random.default_rng(2)
        return rejections(10, 8, 0.6, effects, replications=600, bootstraps=99, random=random, **how)

    plain = found([0, 0.4], x=x)
    assert np.allclose(plain, found([0, 0.4], x=50 * x + 3))
    assert plain[1, 3] > plain[0, 3]
    even = found([0, 0.4], x=x, spread=np.ones(10))
    assert np.allclose(plain, even)
    uneven = found([0.4], x=x, spread=np.linspace(0.2, 2, 10))
    assert not np.allclose(uneven[0], plain[1])


def test_persistence_is_found_again_after_the_means_are_out():
    random = np.random.default_rng(3)
    for rho in (0.0, 0.4, 0.7):
        found = [persistence(double_demean(autoregression((16, 12), rho, random))) for _ in range(60)]
        assert np.mean(found) == pytest.approx(rho, abs=0.08)


def test_intervals_cover_the_truth_at_their_nominal_rate_under_clustering():
    random = np.random.default_rng(11)
    count, truth = 300, 0.3
    x = autoregression((count, 10, 8), 0.7, random)
    y = truth * x + autoregression((count, 10, 8), 0.7, random)
    hits = np.zeros(3)
    for i in range(count):
        found = coefficient(y[i], x[i])
        for k, (low, high) in enumerate([found.cr2().interval(found.estimate), found.naive().interval(found.estimate)]):
            hits[k] += low <= truth <= high
        # the bootstrap's interval holds the truth where its test does not refuse it
        hits[2] += found.wild().p(truth) > 0.05
    error = np.sqrt(0.95 * 0.05 / count)
    cr2, naive, wild = hits / count
    assert cr2 == pytest.approx(0.95, abs=3.5 * error)
    assert wild == pytest.approx(0.95, abs=3.5 * error)
    assert naive < 0.95 - 3 * error
