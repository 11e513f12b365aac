"""Every analysis from the prepared table gives what it gives from the indicators, to the last bit."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import small_view
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.base.tables import join_kinds
from monotown.index.admissible import scale_of
from monotown.index.build import build_index
from monotown.index.model import IndexModel
from monotown.index.prepare import Prepared, prepare
from monotown.index.prepared import PREPARED, from_table, prepared_table
from monotown.sensitivity.analyses import Stop, monte_carlo_run, monte_carlo_tables
from monotown.sensitivity.forking_paths import method_tables
from monotown.sensitivity.sobol_choices import SobolSettings, sobol_tables
from monotown.sensitivity.sobol_inputs import every_input_tables
from monotown.sensitivity.stability import flip_tables
from monotown.sensitivity.weights import Settings, weight_sensitivity
from monotown.sensitivity.year import cases_of, year_sources
from monotown.workflow import read_table, write_table

ROOT = Path(__file__).parents[2]
OPTIONS = {
    "weight_cv": 0.25,
    "analyses": {
        "varied": {
            "weights": {"law": "dirichlet"},
            "missing": {"levels": ["baseline", "median", "carry"]},
            "outliers": {"levels": ["none", "winsorise"]},
            "normalisation": {"levels": ["minmax", "percentile", "ratio_to_average"]},
            "aggregation": {"levels": ["geometric", "arithmetic"]},
            "data_error": {"relative": 0.05},
        }
    },
}
SETTINGS = Settings(1, 300, 0.25, (0.05, 0.95), ("critic", "entropy"))
SOBOL = SobolSettings(seed=2, points=16, joint_points=16, replicates=2)


def written(prepared: Prepared, config: dict[str, Any], measures: dict[str, Any], folder: Path) -> Prepared:
    """The same by way of its file."""
    path = folder / "prepared.csv"
    write_table(prepared_table(prepared), path, PREPARED, exact=True)
    return from_table(read_table(path, PREPARED), prepared.view, config, measures)


def analyses(prepared: Prepared, config: dict[str, Any], measures: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """Every table of every analysis of an index."""
    kind, cases = join_kinds(prepared.rows["kind"]), cases_of(prepared)
    methods = method_tables(prepared)
    found = {"methods": methods.methods, "refused": methods.inadmissible}
    found |= weight_sensitivity(prepared.view, kind, prepared.model, cases, SETTINGS)
    found |= flip_tables(prepared.view, kind, prepared.model, cases, year_sources(prepared.rows))
    if "weights" not in config:
        run = monte_carlo_run(prepared, config, measures, "varied", OPTIONS, 3)
        joint = monte_carlo_tables(run, run.run(300), kind, SETTINGS, Stop(), 20)
        found |= {f"joint {name}": table for name, table in joint.items()}
        found |= {f"sobol {name}": table for name, table in sobol_tables(prepared, SOBOL).items()}
        (every,) = every_input_tables(prepared, config, measures, OPTIONS, SOBOL)
        found |= {f"every {name}": table for name, table in every.items()}
    return found


def same(one: Prepared, other: Prepared) -> None:
    """Field by field to the last bit, but for what the table does not hold."""
    for field in fields(Prepared):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray) and field.name != "completed":
            np.testing.assert_array_equal(a, b, err_msg=field.name)
        elif isinstance(a, IndexModel | str):
            assert a == b
    pd.testing.assert_frame_equal(one.rows, other.rows)
    if one.unit_weights is None:
        assert other.unit_weights is None
    else:
        np.testing.assert_array_equal(one.unit_weights, other.unit_weights)


def averages(seed: int) -> pd.DataFrame:
    sizes = np.random.default_rng(seed).uniform(1, 9, len(small_view.UNITS))
    return pd.DataFrame({"unit": small_view.UNITS, "year": 2022, "value": sizes})


RULES = st.sampled_from(["none", "mean", "median", "carry", "interpolate", "mice"])
#: Settings of the view beside its tree.
VIEWS = st.sampled_from(
    [
        {},
        {"scale": 1},
        {"weights": "equal_by_indicator"},
        {"weights": {"scheme": "standard_deviation", "missing": "available"}},
        {"weights": {"scheme": "benefit_of_the_doubt", "missing": "complete_units"}},
    ]
)


@settings(max_examples=25, deadline=None)
@given(
    rules=st.lists(RULES, min_size=5, max_size=5),
    outliers=st.sampled_from(["none", "winsorise", "mad"]),
    more=VIEWS,
    gone=st.sets(st.tuples(st.integers(0, 8), st.integers(0, 4)), max_size=5),
    weighted=st.booleans(),
    seed=st.integers(0, 99),
)
def test_a_panel_is_read_back_as_it_was(  # type: ignore[no-untyped-def]
    rules, outliers, more, gone, weighted, seed, tmp_path_factory
) -> None:
    rules = dict(zip(small_view.MEASURES, rules, strict=True))
    measures = {m: {**e, "missing": rules[m], "outliers": outliers} for m, e in small_view.MEASURES.items()}
    config = {**small_view.CONFIG, **more}
    table = small_view.indicators()
    table["value"] *= np.random.default_rng(seed).lognormal(sigma=0.1, size=len(table))
    for unit, measure in gone:
        table = table[(table["unit"] != f"u{unit}") | (table["measure"] != "abcde"[measure]) | (table["year"] == 2021)]
    prepared = prepare(table, "v", config, measures, averages(seed) if weighted else None, seed)
    same(prepared, written(prepared, config, measures, tmp_path_factory.mktemp("p")))


@pytest.mark.parametrize(
    ("rule", "more", "seed"),
    [
        ("none", {}, 1),
        ("median", {"scale": 1}, 2),
        ("carry", {"weights": {"scheme": "critic", "missing": "available"}}, 3),
        ("mean", {"weights": {"scheme": "benefit_of_the_doubt", "missing": "complete_units"}}, 4),
    ],
)
def test_every_analysis_of_it_is_that_of_the_indicators(
    rule: str, more: dict[str, Any], seed: int, tmp_path: Path
) -> None:
    measures = {m: {**entry, "missing": rule} for m, entry in small_view.MEASURES.items()}
    config = {**small_view.CONFIG, **more}
    table = small_view.indicators()
    table["value"] *= np.random.default_rng(seed).lognormal(sigma=0.2, size=len(table))
    prepared = prepare(table, "v", config, measures, averages(seed), seed)
    one = analyses(prepared, config, measures)
    other = analyses(written(prepared, config, measures, tmp_path), config, measures)
    assert one.keys() == other.keys()
    for name, found in one.items():
        pd.testing.assert_frame_equal(found, other[name], check_exact=True, obj=name)


@pytest.mark.parametrize(
    "more", [{}, {"scale": 1}, {"weights": {"scheme": "critic", "missing": "available"}}, {"normalisation": "zscore"}]
)
def test_its_cases_are_what_a_reader_of_the_index_has(more: dict[str, Any], tmp_path: Path) -> None:
    config = {**small_view.CONFIG, **more}
    if "normalisation" in more:
        config["tree"] = {**config["tree"], "aggregation": "arithmetic", "floor": None}
    built = build_index(small_view.indicators(), "v", config, small_view.MEASURES)
    for name in ("normalised", "scores"):
        write_table(getattr(built, name), tmp_path / f"{name}.csv", own_units=["value"])
    normalised, scores = (read_table(tmp_path / f"{n}.csv") for n in ("normalised", "scores"))
    prepared = prepare(small_view.indicators(), "v", config, small_view.MEASURES)
    scale = scale_of(prepared.model)
    found = cases_of(prepared)
    assert [case.year for case in found] == small_view.YEARS
    for case in found:
        wide = normalised[normalised["year"] == case.year].pivot_table("normalised", "unit", "measure")
        whole = scores.query("node == 'index' and year == @case.year").set_index("unit")["score"]
        read = wide.loc[list(case.units), list(prepared.model.measures)].to_numpy() / scale
        np.testing.assert_array_equal(case.z, read)
        np.testing.assert_allclose(case.scores * scale, whole[list(case.units)], rtol=0, atol=1e-7)


def test_units_without_a_score_and_lone_years_are_no_cases() -> None:
    prepared = prepare(small_view.indicators(), "v", small_view.CONFIG, small_view.MEASURES)
    rows, z = prepared.rows.copy(), prepared.z.copy()
    rows["enough"] &= (rows["year"] != 2020) | (rows["unit"] == "u1")
    z[(rows["unit"] == "u2") & (rows["year"] == 2021)] = np.nan
    early, late = cases_of(replace(prepared, rows=rows, z=z))
    assert (early.year, late.year) == (2021, 2022)
    assert set(late.units) - set(early.units) == {"u2"}


def test_a_view_in_which_units_weigh_for_themselves_has_no_analysis_of_common_weights() -> None:
    config = {**small_view.CONFIG, "weights": {"scheme": "benefit_of_the_doubt", "missing": "complete_units"}}
    prepared = prepare(small_view.indicators(), "v", config, small_view.MEASURES)
    found = weight_sensitivity("v", "synthetic", prepared.model, cases_of(prepared), SETTINGS)
    assert all(table.empty for table in found.values())
    assert not method_tables(prepared).methods.empty


def test_no_step_of_the_sensitivity_prepares_again_what_it_does_not_vary() -> None:
    scripts = [*(ROOT / "workflow/scripts/sensitivity").glob("*.py"), ROOT / "workflow/scripts/index/methods.py"]
    texts = {p.name: p.read_text(encoding="utf-8") for p in scripts}
    texts |= {p.name: p.read_text(encoding="utf-8") for p in (ROOT / "src/monotown/sensitivity").glob("*.py")}
    assert len(texts) > 20
    again = re.compile(r"\bprepare\(|\bINDICATORS\b|\bOBSERVATIONS\b")
    assert [name for name, text in texts.items() if again.search(text)] == []
