"""Dependence between regions: against plain loops, statsmodels, known laws, and the map."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis_support import REGIONS, UNITS
from scipy import stats

from monotown.base.problems import InputError
from monotown.data.units import Units
from monotown.hypothesis.dependence import (
    WIDER,
    border_lengths,
    dependence,
    moran,
    moran_p,
    pesaran_cd,
    row_shares,
    spread_to_neighbours,
    wider_df,
    wider_errors,
    wider_variances,
)
from monotown.hypothesis.panel import double_demean, effects
from monotown.hypothesis.power import autoregression
from monotown.hypothesis.tables import CONTIGUITY
from monotown.workflow import read_table

ROOT = Path(__file__).resolve().parents[2]
PAIRS = read_table(ROOT / "data/raw/reference/contiguity/contiguity.csv", CONTIGUITY)
MEMBERS = {m.code: m.members for m in Units(UNITS).merged()}
NEAR = border_lengths(PAIRS, REGIONS, MEMBERS, "f") > 0
WEIGHTS = row_shares(NEAR.astype(float))


# ---------- the map ----------


def test_the_file_is_what_the_boundaries_give():
    subprocess.run([sys.executable, ROOT / "tools/contiguity.py", "--check"], check=True)


def test_known_neighbours_are_neighbours_and_others_are_not():
    pairs = {
        year: {frozenset(p) for p in zip(mine["unit"], mine["neighbour"], strict=True)}
        for year, mine in PAIRS.groupby("borders")
    }
    for year in (2018, 2024):
        for pair in (("KZATY", "KZMAN"), ("KZKZY", "KZYUZ"), ("KZAKM", "KZSEV"), ("KZAKT", "KZKUS")):
            assert frozenset(pair) in pairs[year]
        for pair in (("KZMAN", "KZPAV"), ("KZAKM", "KZYUZ"), ("KZAKM", "KZALM"), ("KZSEV", "KZALM")):
            assert frozenset(pair) not in pairs[year]
        # a city within a region has it for its only neighbour
        for city, region in (("KZALA", "KZALM"), ("KZNS", "KZAKM"), ("KZSHY", "KZYUZ")):
            assert [p - {city} for p in pairs[year] if city in p] == [{region}]
    assert frozenset(("KZKAR", "KZULU")) in pairs[2024]
    assert len({u for p in pairs[2018] for u in p}) == 17
    assert {u for p in pairs[2024] for u in p} == set(UNITS["sets"]["regions_2022"])
    assert PAIRS["shared_km"].min() > 100


def test_regions_put_together_are_the_regions_before_the_split():
    # borders of 2018 are those of the constant regions, but for Shymkent
    before = {"KZKAR17": ("KZKAR",), "KZVOS17": ("KZVOS",), "KZALM17": ("KZALM",), "KZONT17": ("KZYUZ", "KZSHY")}
    old = PAIRS[PAIRS["borders"] == 2018].assign(borders=2024)
    lengths, then = (border_lengths(p, REGIONS, m, "f") for p, m in ((PAIRS, MEMBERS), (old, before)))
    assert ((lengths > 0) == (then > 0)).all()
    # some borders were drawn anew between the two: that of Astana, and that of the merged East with the merged Almaty
    # region
    apart = np.abs(lengths - then)[lengths > 0] / then[lengths > 0]
    assert apart.max() < 0.2
    assert np.median(apart) < 0.001
    assert (lengths == lengths.T).all()


def test_a_unit_without_neighbours_is_told():
    with pytest.raises(InputError, match="no row of KZSEV"):
        border_lengths(PAIRS, ["KZSEV", "KZMAN", "KZATY"], {}, "f")


# ---------- Moran's I ----------


def test_moran_is_the_plain_double_sum():
    values = np.random.default_rng(1).normal(size=16)
    z = values - values.mean()
    top = sum(WEIGHTS[i, j] * z[i] * z[j] for i in range(16) for j in range(16))
    assert moran(values, WEIGHTS) == pytest.approx(16 / WEIGHTS.sum() * top / (z @ z))
    assert moran(3 - 7 * values, WEIGHTS) == pytest.approx(moran(values, WEIGHTS))


def test_random_orders_have_the_mean_and_the_variance_of_randomisation():
    # Cliff and Ord 1981, section 2.2: exact moments over all orders of the values
    random = np.random.default_rng(2)
    values = random.exponential(size=16)
    n, z = 16, values - values.mean()
    both = WEIGHTS + WEIGHTS.T
    s0, s1 = WEIGHTS.sum(), np.sum(both**2) / 2
    s2 = np.sum((WEIGHTS.sum(axis=0) + WEIGHTS.sum(axis=1)) ** 2)
    b2 = np.mean(z**4) / np.mean(z**2) ** 2
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = b2 * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    variance = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - 1 / (n - 1) ** 2
    found = moran(random.permuted(np.tile(values, (40000, 1)), axis=1), WEIGHTS)
    assert found.mean() == pytest.approx(-1 / 15, abs=4 * np.sqrt(variance / 40000))
    assert found.var() == pytest.approx(variance, rel=0.04)


def test_its_p_is_small_at_its_rate_without_dependence_and_often_with_it():
    random = np.random.default_rng(3)
    mix = spread_to_neighbours(0.9, WEIGHTS)
    plain = random.standard_normal((400, 16))
    p, q = ([moran_p(v, WEIGHTS, 199, random) for v in values] for values in (plain, plain @ mix.T))
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=3.5 * np.sqrt(0.09 / 400))
    assert np.mean(np.array(q) <= 0.1) > 0.4


# ---------- all pairs ----------


def test_pesarans_cd_is_the_sum_over_pairs():
    e = np.random.default_rng(4).normal(size=(9, 14))
    total = sum(np.corrcoef(e[i], e[j])[0, 1] for i, j in combinations(range(9), 2))
    assert pesaran_cd(e) == pytest.approx(np.sqrt(2 * 14 / (9 * 8)) * total)


def test_it_is_standard_normal_without_year_effects_and_far_below_with_them():
    e = np.random.default_rng(5).normal(size=(4000, 16, 12))
    found = pesaran_cd(e)
    assert found.mean() == pytest.approx(0, abs=4 / np.sqrt(4000))
    assert found.std() == pytest.approx(1, abs=0.06)
    assert pesaran_cd(double_demean(e)).mean() < -2


def test_a_common_shock_is_seen_before_the_year_effects_and_a_shared_one_of_neighbours_after():
    random = np.random.default_rng(6)
    x = random.standard_normal((300, 16, 12))
    e = random.standard_normal((300, 16, 12))
    shock = 2 * random.standard_normal((300, 1, 12))
    plain, common = dependence(e, x, WEIGHTS), dependence(e + shock, x, WEIGHTS)
    assert common.cd_regions.mean() > 10 > 1 > abs(plain.cd_regions.mean())
    assert common.cd == pytest.approx(plain.cd)
    near = dependence(np.einsum("gh,bht->bgt", spread_to_neighbours(0.8, WEIGHTS), e), x, WEIGHTS)
    assert near.moran.mean() > plain.moran.mean() + 0.15


# ---------- errors ----------


def test_wider_errors_are_those_of_statsmodels_and_of_plain_sums():
    random = np.random.default_rng(7)
    y, x = random.normal(size=(2, 16, 12))
    region, year = np.repeat(np.arange(16), 12), np.tile(np.arange(12), 16)
    design = np.delete(np.column_stack([x.ravel(), effects("fixed_effects", 16, 12)]), 13, axis=1)
    model = sm.OLS(y.ravel(), design)
    groups = np.column_stack([region, year])
    two = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    # rows by year, as the sum over a group asks for
    order = np.lexsort([region, year])
    by_year = sm.OLS(y.ravel()[order], design[order])
    kraay = by_year.fit(cov_type="hac-groupsum", cov_kwds={"time": year[order], "maxlags": 2, "use_correction": False})
    found = wider_errors(y, x, NEAR)
    assert tuple(found) == WIDER
    assert found["driscoll_kraay"].standard_error == pytest.approx(kraay.bse[0] * np.sqrt(192 / (192 - 28)))
    # statsmodels corrects all three parts as if each had the clusters of the fewer
    a = double_demean(x)
    u = double_demean(y) - np.sum(a * double_demean(y)) / np.sum(a * a) * a
    h = a * u
    plain = [np.sum(h.sum(axis=1) ** 2), np.sum(h.sum(axis=0) ** 2), np.sum(h**2)]
    factors = [g / (g - 1) * 191 / (192 - 28) for g in (16, 12, 192)]
    expected = factors[0] * plain[0] + factors[1] * plain[1] - factors[2] * plain[2]
    assert found["two_way"].standard_error ** 2 * np.sum(a * a) ** 2 == pytest.approx(expected)
    assert found["two_way"].standard_error == pytest.approx(np.sqrt(two.cov_params()[0, 0]), rel=0.05)
    s = h.sum(axis=1)
    near = sum(s[i] * s[j] * (1 if i == j else NEAR[i, j] / 2) for i in range(16) for j in range(16))
    expected = factors[0] * near if near > 0 else factors[0] * plain[0]
    assert found["neighbours"].standard_error ** 2 * np.sum(a * a) ** 2 == pytest.approx(expected)
    assert found["neighbours"].p == pytest.approx(
        2 * stats.t.sf(abs(np.sum(a * double_demean(y)) / np.sum(a * a)) / found["neighbours"].standard_error, 15)
    )


def test_a_variance_is_never_negative():
    random = np.random.default_rng(8)
    y, x = random.normal(size=(2, 3000, 5, 4))
    near = ~np.eye(5, dtype=bool)
    assert (wider_variances(y, x, near) > 0).all()


def refused(regions, years, rho, count, random, near, mix=None):
    x, e = (autoregression((count, regions, years), rho, random) for _ in range(2))
    if mix is not None:
        x, e = (np.einsum("gh,bht->bgt", mix, v) for v in (x, e))
    a = double_demean(x)
    b = np.sum(a * double_demean(e), axis=(1, 2)) / np.sum(a**2, axis=(1, 2))
    critical = stats.t.ppf(0.975, wider_df(regions, years))
    return np.mean(np.abs(b[:, None]) > critical * np.sqrt(wider_variances(e, x, near)), axis=0)


def test_errors_hold_their_level_where_their_assumptions_hold():
    random = np.random.default_rng(9)
    count = 2000
    limit = 4 * np.sqrt(0.05 * 0.95 / count)
    # Driscoll and Kraay need many years; clusters and neighbours many regions
    kraay = refused(8, 120, 0.2, count, random, ~np.eye(8, dtype=bool))[WIDER.index("driscoll_kraay")]
    assert kraay == pytest.approx(0.05, abs=limit + 0.015)
    _, two_way, _ = refused(30, 30, 0.0, count, random, np.eye(30, k=1, dtype=bool) | np.eye(30, k=-1, dtype=bool))
    assert two_way == pytest.approx(0.05, abs=limit + 0.01)
    line = np.eye(60, k=1, dtype=bool) | np.eye(60, k=-1, dtype=bool)
    alone = refused(60, 6, 0.5, count, random, line)[WIDER.index("neighbours")]
    assert alone == pytest.approx(0.05, abs=limit + 0.02)


def test_neighbours_matter_where_both_series_spread_to_them():
    random = np.random.default_rng(10)
    line = np.eye(60, k=1, dtype=bool) | np.eye(60, k=-1, dtype=bool)
    mix = spread_to_neighbours(0.6, row_shares(line.astype(float)))
    x, e = (np.einsum("gh,bht->bgt", mix, autoregression((1500, 60, 6), 0.5, random)) for _ in range(2))
    a = double_demean(x)
    b = np.sum(a * double_demean(e), axis=(1, 2)) / np.sum(a**2, axis=(1, 2))
    errors = np.sqrt(wider_variances(e, x, line))
    by_region = np.sqrt(wider_variances(e, x, np.zeros((60, 60), dtype=bool)))[:, WIDER.index("neighbours")]
    wide, alone = (np.mean(np.abs(b) > stats.t.ppf(0.975, 59) * v) for v in (errors[:, 2], by_region))
    assert alone > 0.08
    assert wide < alone - 0.02


def test_errors_spread_to_neighbours_keep_their_variance():
    assert spread_to_neighbours(0.0, WEIGHTS) == pytest.approx(np.eye(16))
    covariance = (m := spread_to_neighbours(0.6, WEIGHTS)) @ m.T
    assert covariance.diagonal() == pytest.approx(np.ones(16))
    apart = ~NEAR & ~np.eye(16, dtype=bool)
    assert covariance[NEAR].mean() > 2 * covariance[apart].mean() > 0
