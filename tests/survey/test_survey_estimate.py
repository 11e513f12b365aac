import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from monotown.survey import estimate as e
from monotown.survey.weights import Margin, adjust_for_nonresponse, kish_deff, rake, trim


def _margin(name, category, totals):
    return Margin(name, np.asarray(category), np.asarray(totals, dtype=float))


# ---------------------------------------------------------------- weights


def test_nonresponse_keeps_the_weight_of_each_class():
    w = np.array([1.0, 2, 3, 4, 5, 6])
    found = adjust_for_nonresponse(w, [1, 0, 1, 1, 0, 1], list("aabbbb"))
    assert found == pytest.approx([3, 0, 3 * 18 / 13, 4 * 18 / 13, 0, 6 * 18 / 13])
    with pytest.raises(ValueError, match="a class in which nobody answered"):
        adjust_for_nonresponse(w, [1, 0, 0, 0, 0, 0], list("aabbbb"))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_raking_meets_every_margin_and_keeps_odds_ratios(seed):
    rng = np.random.default_rng(seed)
    sex = np.r_[0, 1, rng.integers(0, 2, 30), 0, 1]
    age = np.r_[0, 0, rng.integers(0, 3, 28), 1, 1, 2, 2]
    truth = rng.uniform(1, 5, len(sex))
    margins = [_margin("sex", sex, np.bincount(sex, truth)), _margin("age", age, np.bincount(age, truth))]
    start = rng.uniform(1, 3, len(sex))
    found = rake(start, margins, rounds=2000)
    assert found.converged.all()
    for m in margins:
        assert np.bincount(m.category, found.weights) == pytest.approx(m.totals, rel=1e-6)
    # the factor is a product of one number a category: cross ratios of factors are 1
    factor = found.weights / start
    cell = {}
    for s, a, f in zip(sex, age, factor, strict=True):
        cell.setdefault((s, a), f)
        assert cell[s, a] == pytest.approx(f)
    for a, b in itertools.combinations(range(3), 2):
        if all((s, x) in cell for s in (0, 1) for x in (a, b)):
            assert cell[0, a] * cell[1, b] == pytest.approx(cell[0, b] * cell[1, a], rel=1e-5)


def test_rows_of_unknown_category_keep_their_share():
    margin = _margin("sex", [0, 0, 1, -1], [30, 60])
    found = rake([1, 1, 1, 1], [margin])
    assert found.weights == pytest.approx([22.5 / 2, 22.5 / 2, 45, 22.5])
    assert found.discrepancy == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ([("sex", [0, 0, 1, 1], [40, 60]), ("age", [0, 1, 0, 1], [50, 51])], "different sums"),
        ([("sex", [0, 0, 0, 0], [40, 60])], "category 1: 60 people, none who answered"),
        ([("sex", [0, 0, 1, 1], [100, 0])], "category 1: some answered, total is 0"),
        ([("sex", [0, 0, 1, 1], [110, -10])], "totals of 0 or more"),
        ([("sex", [0, 0, 1, 1], [np.nan, 1])], "totals of 0 or more"),
        ([], "at least one margin"),
    ],
)
def test_impossible_margins_are_refused(margins, message):
    with pytest.raises(ValueError, match=message):
        rake([1, 1, 1, 1], [_margin(*m) for m in margins])


def test_raking_that_cannot_converge_says_so():
    # men are all young, women all old, yet the margins differ
    sex, age = _margin("sex", [0, 0, 1, 1], [30, 70]), _margin("age", [0, 0, 1, 1], [50, 50])
    found = rake([1, 1, 1, 1], [sex, age], rounds=50)
    assert not found.converged.any()
    assert found.rounds == 50
    assert found.discrepancy == pytest.approx(0.2)


def test_many_sets_of_weights_rake_as_each_alone():
    rng = np.random.default_rng(5)
    margins = [_margin("sex", np.tile([0, 1], 20), [45, 55]), _margin("age", rng.integers(0, 3, 40), [20, 30, 50])]
    many = rng.uniform(0.1, 4, (40, 7))
    found = rake(many, margins)
    for j in range(7):
        assert found.weights[:, j] == pytest.approx(rake(many[:, j], margins).weights, rel=1e-6)


def test_trimming_keeps_the_sum_and_the_limit():
    w = np.r_[np.ones(20), 30, 40]
    found, limit, count = trim(w, 5)
    assert (limit, count) == (5.0, 2)
    assert found.sum() == pytest.approx(w.sum())
    assert found.max() == pytest.approx(5)
    assert found[0] == pytest.approx((90 - 10) / 20)
    assert trim(np.ones(4), 5)[0].tolist() == [1, 1, 1, 1]
    with pytest.raises(ValueError, match="have the same sum"):
        trim([1, 1, 1, 100], 5)


def test_kish_is_one_plus_the_squared_variation():
    w = np.array([1.0, 2, 3, 10])
    assert kish_deff(w) == pytest.approx(1 + w.var() / w.mean() ** 2)


# ---------------------------------------------------------------- variances


def test_census_with_everyone_has_no_error_and_design_is_checked():
    design = e.make_design(["a"] * 5, units_in_stratum=[5] * 5)
    found = e.linearised_means(np.arange(5.0)[:, None], np.ones(5), design)
    assert found.variance.tolist() == [0]
    with pytest.raises(ValueError, match="a stratum with more in the sample than there are"):
        e.make_design(["a"] * 5, units_in_stratum=[4] * 5)
    with pytest.raises(ValueError, match="two sizes of one stratum"):
        e.make_design(["a"] * 2, units_in_stratum=[5, 4])
    with pytest.raises(ValueError, match="a cluster with more in the sample"):
        e.make_design(["a"] * 3, ["x", "x", "y"], people_in_cluster=[1, 1, 5])
    with pytest.raises(ValueError, match="two strata"):
        e.make_design(["a", "b"], ["x", "x"])


def test_two_stage_variance_is_unbiased_over_every_sample():
    # all samples of 2 of 3 clusters and 2 of 3 people in each: the mean of the variance estimates
    # of the total is the variance of the total
    y = np.array([[1.0, 4, 2], [7, 5, 9], [3, 3, 8]])
    totals, variances = [], []
    for clusters in itertools.combinations(range(3), 2):
        for picks in itertools.product(itertools.combinations(range(3), 2), repeat=2):
            rows = [(c, p) for c, pick in zip(clusters, picks, strict=True) for p in pick]
            design = e.make_design(["a"] * 4, [str(c) for c, _ in rows], [3] * 4, [3] * 4)
            u = np.array([[2.25 * y[r]] for r in rows])
            totals.append(u.sum())
            variances.append(e._variance(u, design)[0])
    assert np.mean(totals) == pytest.approx(y.sum())
    assert np.mean(variances) == pytest.approx(np.var(totals))


def test_a_stratified_mean_is_that_of_the_textbook():
    rng = np.random.default_rng(2)
    y, h = rng.normal(size=30), np.repeat([0, 1, 2], 10)
    N = np.array([20.0, 50, 100])
    design = e.make_design(h, units_in_stratum=N[h])
    found = e.linearised_means(y[:, None], N[h] / 10, design)
    W = N / N.sum()
    parts = [y[h == k] for k in range(3)]
    assert found.mean[0] == pytest.approx(sum(w * p.mean() for w, p in zip(W, parts, strict=True)))
    # the sum of weights is fixed by the design, so the ratio adds nothing
    assert found.variance[0] == pytest.approx(
        sum(w**2 * (1 - 10 / n) * p.var(ddof=1) / 10 for w, n, p in zip(W, N, parts, strict=True))
    )
    assert design.degrees == 27


def test_a_stratum_of_one_is_joined_and_a_certain_one_is_not():
    design = e.make_design(list("aabcc"), units_in_stratum=[9, 9, 9, 9, 9])
    assert design.merged == 1
    assert design.stratum.tolist() == [0, 0, 1, 1, 1]
    assert design.first_rate == pytest.approx([2 / 9, 3 / 18])
    last = e.make_design(list("aab"), units_in_stratum=[9, 9, 9])
    assert last.stratum.tolist() == [0, 0, 0]
    certain = e.make_design(list("aab"), units_in_stratum=[9, 9, 1])
    assert (certain.merged, certain.first_rate.tolist()) == (0, [2 / 9, 1.0])
    alone = e.make_design(["a"], units_in_stratum=[9])
    assert (alone.merged, alone.degrees) == (0, 0)
    assert np.isnan(e.t_interval(1.0, 1.0, 0, 0.95, (0, 100))).all()


def test_a_whole_stratum_of_clusters_has_degrees_from_people():
    design = e.make_design(["a"] * 6, list("xxxyyy"), units_in_stratum=[2] * 6, people_in_cluster=[10] * 6)
    assert design.first_rate.tolist() == [1.0]
    assert design.degrees == 4


def test_a_column_that_a_margin_explains_has_no_error():
    sex = np.array([0, 0, 1, 1, 1, 0])
    margin = _margin("sex", sex, [50, 50])
    w = rake(np.ones(6), [margin]).weights
    design = e.make_design(["a"] * 6)
    y = np.column_stack([sex, [1.0, 2, 8, 9, 5, 3]])
    found = e.linearised_means(y, w, design, [margin])
    assert found.mean[0] == pytest.approx(0.5)
    assert found.variance[0] == pytest.approx(0, abs=1e-18)
    assert 0 < found.variance[1] < e.linearised_means(y, w, design).variance[1]
    draws = e.bootstrap_means(y, w, e.bootstrap_multipliers(design, 200, np.random.default_rng(0)), [margin])
    kept = draws[0][~np.isnan(draws[0])]
    assert len(kept) > 150  # some samples have one sex only
    assert kept == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize("two_stages", [False, True])
def test_bootstrap_variance_of_a_total_is_the_linearised_one(two_stages):
    rng = np.random.default_rng(3)
    h, c = np.repeat([0, 1], 40), np.repeat(np.arange(16), 5)
    design = e.make_design(h, c, np.where(h == 0, 14, 20), np.full(80, 12) if two_stages else None)
    u = rng.normal(size=(80, 1)) + rng.normal(size=16)[c][:, None] + 3
    draws = u[:, 0] @ e.bootstrap_multipliers(design, 40_000, rng)
    assert draws.mean() == pytest.approx(u.sum(), rel=0.01)
    assert draws.var() == pytest.approx(e._variance(u, design)[0], rel=0.04)


def test_factors_are_never_negative_where_units_are_three_or_more():
    c = np.repeat(np.arange(12), 4)
    design = e.make_design(np.repeat(list("ab"), 24), c, [9] * 48, [7] * 48)
    assert e.bootstrap_multipliers(design, 500, np.random.default_rng(0)).min() >= -1e-12


def test_missing_answers_are_a_domain_not_a_middle():
    y = np.array([[1.0], [np.nan], [5.0], [np.nan]])
    design = e.make_design(["a"] * 4)
    found = e.linearised_means(y, np.ones(4), design)
    assert (found.mean[0], found.answered[0]) == (3.0, 2)
    # z = (-1, 0, 1, 0), n/(n-1) sum z^2
    assert found.variance[0] == pytest.approx(4 / 3 * (1 + 1))
    nobody = e.linearised_means(np.full((4, 1), np.nan), np.ones(4), design)
    assert np.isnan([nobody.mean[0], nobody.variance[0]]).all()


def test_design_effect_is_one_for_a_simple_random_sample():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(50, 1))
    design = e.make_design(["a"] * 50, units_in_stratum=[200] * 50)
    w = np.full(50, 4.0)
    assert e.linearised_means(y, w, design).design_effect(w) == pytest.approx([1.0])


# ---------------------------------------------------------------- intervals


def test_intervals_of_a_simple_random_sample_are_the_known_ones():
    p, n = 0.3, 90
    error = np.sqrt(p * (1 - p) / n)
    low, high = e.korn_graubard(p, error, n, n - 1, 0.95)
    assert (low, high) == pytest.approx(proportion_confint(27, 90, method="beta"))
    low, high = e.wilson(p, error, n, 10**7, 0.95)
    assert (low, high) == pytest.approx(proportion_confint(27, 90, method="wilson"), abs=1e-6)
    assert e.korn_graubard(1.0, 0.0, 20, 19, 0.95) == pytest.approx(proportion_confint(20, 20, method="beta"))


def test_effective_size_is_capped_and_a_census_has_no_interval():
    assert e.effective_size(0.5, 0.1, 100) == pytest.approx(25)
    assert e.effective_size(0.5, 0.01, 100) == 100
    assert e.effective_size(0.5, 0.01, 18, 18 / 26) == pytest.approx(18 / (8 / 26))
    assert e.korn_graubard(0.5, 0.0, 26, 25, 0.95, 1.0) == (0.5, 0.5)
    assert e.wilson(0.5, 0.0, 26, 25, 0.95, 1.0) == (0.5, 0.5)
    assert np.isnan(e.korn_graubard(0.5, 0.1, 20, 0, 0.95)).all()
    assert np.isnan(e.wilson(0.5, 0.1, 20, 0, 0.95)).all()


# ---------------------------------------------------------------- simulation

STRATA = (10, 14, 18, 24)  # clusters in each
PEOPLE, DRAWN, TAKEN = 40, 6, 8


def _population(rng):
    h = np.repeat(np.arange(4), np.array(STRATA) * PEOPLE)
    c = np.repeat(np.arange(sum(STRATA)), PEOPLE)
    sex, age = rng.integers(0, 2, len(h)), rng.integers(0, 3, len(h))
    latent = 0.5 * h + 0.5 * rng.normal(size=sum(STRATA))[c] + 0.5 * age + 0.3 * sex + rng.normal(size=len(h))
    score = 25.0 * np.digitize(latent, [-0.5, 0.7, 1.6, 2.8])
    return h, c, sex, age, np.column_stack([score, score >= 75])


def test_both_standard_errors_cover_the_known_values_as_promised():
    rng = np.random.default_rng(20200601)
    h, c, sex, age, y = _population(rng)
    truth = y.mean(axis=0)
    totals = [np.bincount(sex).astype(float), np.bincount(age).astype(float)]
    first = [np.flatnonzero(np.bincount(c[h == k], minlength=sum(STRATA))) for k in range(4)]
    reps, sets = 300, 150
    errors, covered, widths = [], [], []
    for _ in range(reps):
        rows = np.concatenate(
            [
                rng.choice(np.flatnonzero(c == j), TAKEN, replace=False)
                for k in range(4)
                for j in rng.choice(first[k], DRAWN, replace=False)
            ]
        )
        N = np.array(STRATA)[h[rows]]
        design = e.make_design(h[rows], c[rows], N, np.full(len(rows), PEOPLE))
        margins = [_margin("sex", sex[rows], totals[0]), _margin("age", age[rows], totals[1])]
        w = rake(N / DRAWN * PEOPLE / TAKEN, margins).weights
        found = e.linearised_means(y[rows], w, design, margins)
        draws = e.bootstrap_means(y[rows], w, e.bootstrap_multipliers(design, sets, rng), margins)
        two = np.array([np.sqrt(found.variance), np.nanstd(draws, axis=1, ddof=1)])
        low, high = e.t_interval(found.mean, two, design.degrees, 0.95, (0, 100))
        covered.append((low <= truth) & (truth <= high))
        errors.append(found.mean - truth)
        widths.append(two)
    assert design.degrees == 20
    spread = np.std(errors, axis=0, ddof=1)
    # no bias, standard errors of the right size, coverage of 95% within 3 Monte Carlo errors
    assert np.abs(np.mean(errors, axis=0)) == pytest.approx(0, abs=3 * spread.max() / reps**0.5)
    for error in np.sqrt(np.mean(np.square(widths), axis=0)):
        assert error / spread == pytest.approx(1, abs=0.13)
    share = np.mean(covered, axis=0)
    assert share.shape == (2, 2)
    assert np.abs(share - 0.95).max() <= 3 * np.sqrt(0.95 * 0.05 / reps), share


def test_leaving_the_finite_population_out_would_cover_too_much():
    # 18 of 26 researchers: with the correction 95%, without it nearly always
    rng = np.random.default_rng(11)
    y = rng.integers(1, 6, 26) * 25.0 - 25
    with_it, without = 0, 0
    reps = 2000
    for _ in range(reps):
        mine = y[rng.choice(26, 18, replace=False)][:, None]
        for size in (26, None):
            design = e.make_design(["a"] * 18, units_in_stratum=None if size is None else [size] * 18)
            found = e.linearised_means(mine, np.full(18, 26 / 18), design)
            low, high = e.t_interval(found.mean, np.sqrt(found.variance), 17, 0.95, (0, 100))
            inside = bool(low[0] <= y.mean() <= high[0])
            with_it += inside * (size == 26)
            without += inside * (size is None)
    assert with_it / reps == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / reps))
    assert without / reps > 0.99


@pytest.mark.parametrize("interval", [e.korn_graubard, e.wilson])
def test_intervals_of_shares_cover(interval):
    rng = np.random.default_rng(4)
    reps, inside = 1500, 0
    for _ in range(reps):
        y = (rng.random(120) < 0.12).astype(float)[:, None]
        found = e.linearised_means(y, np.ones(120), e.make_design(["a"] * 120))
        low, high = interval(found.mean[0], found.variance[0] ** 0.5, 120, 119, 0.95)
        inside += low <= 0.12 <= high
    assert 0.935 <= inside / reps <= 0.985
