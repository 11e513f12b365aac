"""The audit against worked examples that others published: the Handbook's index of 23 countries, COINr's statistics."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import monotown as mt
from monotown.audit.rules import findings
from monotown.audit.tables import INDICATORS
from monotown.methods.reliability import cronbach_alpha, scree
from monotown.workflow import read_yaml

ROOT = Path(__file__).resolve().parents[2]
TAI = ROOT / "tests/real/tai"
RULES = read_yaml(ROOT / "config/parts/audit.yaml")["rules"]


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return pd.read_csv(TAI / "tai.csv").set_index("unit")


@pytest.fixture(scope="module")
def audited(figures: pd.DataFrame) -> mt.Audit:
    """The Handbook's index as a study: one block of standardised indicators."""
    rows = [{"id": "achievement"}, *({"id": name, "parent": "achievement"} for name in figures)]
    indices = pd.DataFrame([{"id": "tai", "normalisation": "zscore"}])
    return mt.Study(pd.DataFrame(rows), figures.reset_index(), indices=indices).audit(200)


def test_correlations_are_those_of_the_handbook(audited: mt.Audit) -> None:
    printed = pd.read_csv(TAI / "correlations.csv").set_index(["one", "other"])["r"]
    found = audited.pairs.set_index(["measure_a", "measure_b"])["r"]
    assert len(printed) == len(found) == 28
    off = (found[printed.index] - printed).abs()
    # telephones and electricity are logarithms of which the Handbook prints two decimals, a tenth of their spread
    rounded = [bool({one, other} & {"telephones", "electricity"}) for one, other in printed.index]
    assert off[~np.array(rounded)].max() < 0.0051
    assert off[rounded].max() < 0.02


def test_correlation_with_the_rest_alpha_and_eigenvalues_are_those_of_the_handbook(
    audited: mt.Audit, figures: pd.DataFrame
) -> None:
    printed = pd.read_csv(TAI / "alpha.csv").set_index("indicator")
    found = audited.indicators.set_index("measure")
    assert np.abs(found["r_rest"] - printed["with_total"]).max() < 0.006
    assert round(float(audited.blocks["alpha"].iloc[0]), 2) == 0.70
    z = ((figures - figures.mean()) / figures.std()).to_numpy()
    without = [cronbach_alpha(np.delete(z, j, axis=1)) for j in range(z.shape[1])]
    assert np.abs(np.array(without) - printed["alpha_without"]).max() < 0.005
    assert np.abs(scree(z) - [3.3, 1.7, 1.0, 0.9, 0.5, 0.3, 0.2, 0.1]).max() < 0.055


def by_sums(values: list[float]) -> tuple[float, float]:
    """Adjusted skewness and excess kurtosis (Joanes and Gill 1998, G1 and G2), term by term."""
    n, mean = len(values), math.fsum(values) / len(values)
    m2, m3, m4 = (math.fsum((v - mean) ** k for v in values) / n for k in (2, 3, 4))
    g1, g2 = m3 / m2**1.5, m4 / m2**2 - 3
    return g1 * math.sqrt(n * (n - 1)) / (n - 2), (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6)


def test_skewness_and_kurtosis_are_their_sums_and_the_units_that_stand_out_are_named(
    audited: mt.Audit, figures: pd.DataFrame
) -> None:
    for row in audited.indicators.to_dict("records"):
        wanted = by_sums(figures[row["measure"]].tolist())
        assert (row["skewness"], row["kurtosis"]) == pytest.approx(wanted, abs=1e-9)
        # standardising changes neither
        assert (row["skewness_scored"], row["kurtosis_scored"]) == pytest.approx(wanted, abs=1e-9)
    cases = audited.cases
    outliers = cases[cases["rule"] == "outliers"]
    assert outliers[["subject", "units"]].to_numpy().tolist() == [["patents", "Japan;Korea"]]
    # exports run against the others, as the Handbook remarks on page 73, but not beyond the limit
    found = audited.indicators.set_index("measure")
    assert found["r_rest"].idxmin() == "exports"
    assert found["r_rest"].min() > RULES["against_block"]["limit"]


#: Statistics of five indicators of COINr's example (ASEM, 51 countries) as its vignette "Analysis" prints them, and its
#: flag of skewness and kurtosis (COINr 1.1.11, MIT; Becker et al. 2022).
COINR = pd.DataFrame(
    {
        "measure": ["LPI", "Flights", "Ship", "Bord", "Elec"],
        "skewness_scored": [-0.304, 2.10, -0.576, 2.15, 2.23],
        "kurtosis_scored": [-0.657, 4.51, -0.681, 5.79, 5.79],
        "flag": ["ok", "OUT", "ok", "OUT", "OUT"],
        "same": [0.0196, 0.0196, 0.1760, 0.1180, 0.0784],
        "missing": [0.0] * 5,
    }
)


def test_the_rules_flag_what_coinr_flags() -> None:
    known = COINR.drop(columns="flag").assign(view="v", year=0, block="b", kind="published", source="COINr")
    blank = {c: "" if str(s.dtype).startswith("str") else np.nan for c, s in INDICATORS.columns.items()}
    table = known.assign(**{c: v for c, v in blank.items() if c not in known})
    for outliers, rule in (("x", "outliers"), ("", "skewed")):
        found = findings({"indicators": table.assign(outliers=outliers)}, {rule: RULES[rule]})
        flagged = set(found.loc[found["status"] == "fired", "subject"])
        assert flagged == set(COINR.loc[COINR["flag"] == "OUT", "measure"])
    for rule in ("missing", "same_value"):
        found = findings({"indicators": table}, {rule: RULES[rule]})
        assert found["status"].tolist() == ["passed"]
    # its limits: get_stats(t_skew = 2, t_kurt = 3.5, t_avail = 0.65), plot_corr(flagthresh = c(-0.4, 0.3, …))
    assert (RULES["outliers"]["limit"], RULES["outliers"]["limits"]["kurtosis"]) == (2, 3.5)
    assert RULES["missing"]["limit"] == pytest.approx(1 - 0.65)
    assert (RULES["against_block"]["limit"], RULES["silent"]["limit"]) == (-0.4, 0.3)
