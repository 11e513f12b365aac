"""The scale of an index: which columns it is laid on, and that nothing else depends on it."""

from __future__ import annotations

import copy
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from mechanism.small_mechanism import make_config, make_graph, make_point
from sensitivity.small_view import CONFIG, MEASURES, UNITS, indicators
from words_support import texts as project_texts

import monotown
from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.base.tables import from_scale, score_columns, to_scale
from monotown.index import figures as drawn
from monotown.index.admissible import scale_of
from monotown.index.build import SCHEMAS as INDEX
from monotown.index.build import build_index
from monotown.index.kernel import evaluate
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.index.prepare import prepare, view_model
from monotown.index.printed import View, region_tables
from monotown.index.structure import structure_tables
from monotown.mechanism.build import build_mechanism
from monotown.mechanism.tables import SCHEMAS as MECHANISM
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS
from monotown.sensitivity.analyses import Stop, monte_carlo_run, monte_carlo_tables
from monotown.sensitivity.change import change_schema, change_tables, fan_schema
from monotown.sensitivity.forking_paths import METHODS, OWN, method_tables
from monotown.sensitivity.sobol_choices import TABLES as SOBOL
from monotown.sensitivity.sobol_choices import SobolSettings, join_tables, sobol_tables
from monotown.sensitivity.sobol_inputs import every_input_tables
from monotown.sensitivity.stability import TABLES as FLIPS
from monotown.sensitivity.stability import flip_tables
from monotown.sensitivity.tables import rank_intervals
from monotown.sensitivity.weights import Settings, schemas, weight_sensitivity
from monotown.sensitivity.year import cases_of
from monotown.show.printed import print_table
from monotown.show.style import figure_style
from monotown.workflow.printed import spec_of

ROOT = Path(__file__).resolve().parents[2]
INTERVAL = (0.05, 0.95)

#: Columns of numbers that no scale moves, with the reason. A name with a dot is of one schema.
UNSCALED = {
    "in the unit of a measure or a variable": (
        "prepared.raw prepared.filled prepared.treated "
        "normalised.value clips.value indicators.value town_profile.value doubtful.value limit "
        "before after figure doubtful.bound at_bound used "
        "figures.value one_choice.low one_choice.high one_choice.own_low one_choice.own_high "
        "rates.count rates.exposure rates.raw rates.shrunk rates.low rates.high "
        "region_value"
    ),
    "place in an order, or a change of place": (
        "rank rank_from rank_to rank_first rank_last rank_change best_rank worst_rank "
        "own_rank baseline_rank unit_rank rival_rank rank_shift mean_abs_rank_shift rank_error mean_width "
        "limits_moved rank_p05 rank_p50 rank_p95 rank_keep rank_cut rank_leave_out rank_without "
        "one_choice.largest_shift shrunk.raw_rank shrunk.shrunk_rank "
        "rank_change_p05 rank_change_p50 rank_change_p95"
    ),
    "weight, or a distance of weights": (
        "weight unit_weight average_weight weight_after local_weight global_weight baseline_weight nominal optimum "
        "flips.distance agreement.distance stability_intervals.low stability_intervals.high "
        "herfindahl gini entropy concentration lambda_max consistency_ratio"
    ),
    "share, probability or count": (
        "share coverage share_first confidence holistic share_same_order share_within_one "
        "share_baseline_rank share_error confidence_error probability share_reached clipped "
        "clipped_draws filled "
        "top_share share_low share_high excluded use leverage monte_carlo_error "
        "rates.own noise.reliability noise.low noise.high noise_regions.reliability wider_size.spatial "
        "rose fell rank_rose rank_fell"
    ),
    "year": "year region_year",
    "ratio of scores, or growth in relative terms": "ratio growth annual_growth",
    "correlation, share of a variance, or test": (
        "kendall spearman mean_kendall tau tau_weights tau_units r importance importance.low "
        "importance.high p p_crv1 p_wild p_holm equivalence_p placebo_p sobol.first first_low "
        "first_high total total_low total_high shapley statistic t df level power rho "
        "moran.expected residuals.expected residuals.low residuals.high stepdown.p_romano_wolf"
    ),
    "of a ranking, of correlations or of a chart, by quantity": ("summary.value structure.value graph.value"),
    "standard deviations of the outcome per standard deviation of the regressor": (
        "estimates.estimate estimates.standard_error estimates.low estimates.high errors.estimate "
        "errors.standard_error errors.low errors.high family.estimate placebo.estimate "
        "placebo.standard_error placebo.low placebo.high leave_out.estimate "
        "leave_out.standard_error leave_out.low leave_out.high specifications.estimate observed "
        "curve.low curve.high verdict.estimate verdict.low verdict.high detectable sesoi effect "
        "noise.estimate noise.inverse noise.moments noise.moments_low noise.moments_high noise.simex "
        "noise.simex_low noise.simex_high noise.detectable_true noise.detectable_true_low "
        "noise.detectable_true_high noise_regions.moments "
        "wider_errors.estimate wider_errors.standard_error wider_errors.low wider_errors.high"
    ),
    "length of a border": "contiguity.shared_km",
    "money": "cost budget budget_total spent",
    "a gain without a unit": "gain steepness no_overshoot stable",
    "balance of judgments": "consistency.gap",
    "on the scale of the measure's method, from which the engine goes on": "prepared.normalised",
    "the scale itself": "scale model.asked",
    "settings of a model, of scores from 0 to 1": "model.floor model.direction model.low model.high",
}

#: Packages whose tables hold scores; tables of the paper, of people and of answers hold none.
WITH_SCORES = ("index", "sensitivity", "scenarios", "mechanism", "hypothesis", "towns")


def every_schema() -> Iterator[pa.DataFrameSchema]:
    of_interval = (rank_intervals, change_schema, fan_schema)
    found = {id(s): s for make in of_interval for s in [getattr(make(INTERVAL), "made", make(INTERVAL))]}
    for package in WITH_SCORES:
        path = [str(Path(monotown.__path__[0]) / package)]
        for module in pkgutil.iter_modules(path, f"monotown.{package}."):
            for value in vars(importlib.import_module(module.name)).values():
                several = value.values() if isinstance(value, dict) else [value]
                made = [getattr(v, "made", v) for v in several]
                found |= {id(v): v for v in made if isinstance(v, pa.DataFrameSchema)}
    return iter(found.values())


def test_every_number_of_a_table_is_a_score_or_has_a_reason_not_to_be() -> None:
    known = {name for names in UNSCALED.values() for name in names.split()}
    marked = {name for s in every_schema() for name in score_columns(s)}
    used, unclear = set(), []
    for schema in every_schema():
        scores = score_columns(schema)
        for name, column in schema.columns.items():
            if str(column.dtype) != "float64" or name in scores:
                continue
            # a name that is a score's in one table has a reason of its own in each other table
            asked = ({f"{schema.name}.{name}"} | ({name} - marked)) & known
            used |= asked
            if not asked:
                unclear.append(f"{schema.name}.{name}")
    assert not unclear, "\n".join(unclear)
    assert used == known
    assert len(marked) > 30


def test_a_column_of_scores_says_its_scale() -> None:
    for schema in every_schema():
        for name in score_columns(schema):
            assert "scale of the index" in (schema.columns[name].description or ""), name


def test_the_page_of_methods_names_every_column_of_scores() -> None:
    page = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    page = page[page.index("## Scale") : page.index("## Panel")]
    told: dict[str, dict[str, tuple[str, ...]]] = {}
    for file, columns in re.findall(r"^\| `(\w+)\.csv` \| (.*) \|$", page, flags=re.MULTILINE):
        for part in columns.split("; "):
            names, _, where = part.partition(": where ")
            only = tuple(re.split(r" is | or ", where.replace("`", ""))) if where else ()
            told.setdefault(file, {}).update(dict.fromkeys(re.findall(r"`(\w+)`", names), only))
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for schema in every_schema():
        for name, mark in score_columns(schema).items():
            only = () if mark.where is None else (mark.where[0], *mark.where[1])
            found.setdefault(str(schema.name), {})[name] = only
    assert {k: {n: set(w) for n, w in v.items()} for k, v in told.items()} == {
        k: {n: set(w) for n, w in v.items()} for k, v in found.items()
    }


# one study on both scales


def view(scale: int) -> dict[str, Any]:
    return {**copy.deepcopy(CONFIG), "scale": scale}


def study(scale: int) -> dict[str, tuple[pd.DataFrame, pa.DataFrameSchema | None]]:
    """Every table of a small view, with its schema."""
    config, table = view(scale), indicators()
    prepared = prepare(table, "v", config, MEASURES)
    model, cases = prepared.model, cases_of(prepared)
    index = build_index(table, "v", config, MEASURES)
    found: dict[str, tuple[pd.DataFrame, pa.DataFrameSchema | None]] = {
        name: (getattr(index, name), schema) for name, schema in INDEX.items()
    }
    found["methods"] = (method_tables(prepared).methods, METHODS)
    options = Settings(1, 300, 0.25, INTERVAL, ("critic",))
    first = weight_sensitivity("v", "synthetic", model, cases, options)
    found |= {name: (first[name], schema) for name, schema in schemas(INTERVAL).items()}
    sources = dict.fromkeys((c.year for c in cases), "s")
    flips = flip_tables("v", "synthetic", model, cases, sources)
    found |= {name: (flips[name], schema) for name, schema in FLIPS.items()}
    analyses = {
        "weight_cv": 0.25,
        "analyses": {"methods": {"normalisation": {"levels": ["minmax", "percentile"]}}, "weights": {"weights": {}}},
    }
    run = monte_carlo_run(prepared, config, MEASURES, "methods", analyses, 1)
    joint = monte_carlo_tables(run, run.run(300), "synthetic", options, Stop(), 0)
    found["joint"] = joint["rank_intervals"], rank_intervals(INTERVAL)
    over = change_tables(prepared, config, MEASURES, {**analyses, "interval": INTERVAL}, 1, "synthetic")[0]
    found |= {"change": (over["change"], change_schema(INTERVAL)), "fan": (over["fan"], fan_schema(INTERVAL))}
    settings = SobolSettings(points=64, joint_points=64, replicates=4)
    parts = [sobol_tables(prepared, settings)]
    parts += every_input_tables(prepared, config, MEASURES, analyses, settings)
    assert len(parts) == 2
    found |= {name: (t, SOBOL[name]) for name, t in join_tables(parts).items()}
    structure = structure_tables(index.normalised, index.weights, index.scores, root="index")
    found |= {f"structure {k}": (t, None) for k, t in vars(structure).items()}
    point = make_point()
    model = IndexModel(point.model.tree, scale)
    built = build_mechanism([type(point)(**{**vars(point), "model": model})], make_config(), make_graph(), 1)
    return found | {f"mechanism {k}": (getattr(built, k), s) for k, s in MECHANISM.items()}


@pytest.fixture(scope="module")
def studies() -> dict[int, Mapping[str, tuple[pd.DataFrame, pa.DataFrameSchema | None]]]:
    return {scale: study(scale) for scale in (1, 100)}


#: What is proportional to a numerical error of the engine.
NOISE = {"gap_after": 1e-4, "weight_after": 1e-6, "distance": 1e-6}


def test_a_study_on_the_other_scale_differs_in_its_scores_alone(studies) -> None:  # type: ignore[no-untyped-def]
    moved = set()
    for name, (one, schema) in studies[1].items():
        hundred = studies[100][name][0]
        wanted = one if schema is None else to_scale(one, schema, 100)
        if name == "methods":
            wanted = to_scale(one, METHODS, hundred["scale"])
            own = (one[["normalisation", "weighting", "aggregation"]] == OWN).all(axis=1)
            assert (hundred.loc[own, "scale"] == 100).all()
            assert set(hundred["scale"]) == {1.0, 100.0}
            wanted["scale"] = hundred["scale"]
        if name == "model":
            for column in ("scale", "asked"):
                assert (set(one[column]), set(hundred[column])) == ({1.0}, {100.0})
                wanted[column] = hundred[column]
        if name == "mechanism feedback":
            # the target counts in steps of the index
            assert (hundred["target_index"] > 1).all()
        for column in one:
            error = NOISE.get(str(column), 1e-9)
            left, right = hundred[column], wanted[column]
            if pd.api.types.is_float_dtype(left):
                np.testing.assert_allclose(left, right, rtol=1e-9, atol=error, err_msg=f"{name}.{column}")
                if not np.allclose(left, one[column], equal_nan=True):
                    moved.add(f"{name}.{column}")
            else:
                assert left.tolist() == right.tolist(), f"{name}.{column}"
    assert moved >= {
        "scores.score",
        "normalised.normalised",
        "comparison.average",
        "changes.change",
        "contributions.contribution",
        "trends.slope",
        "schemes.score",
        "drop_one.score",
        "weight_space.score",
        "rank_intervals.score_p05",
        "change.change_p05",
        "fan.score_p95",
        "joint.score_p95",
        "flips.gap",
        "most_moving.score_shift",
        "sobol.mean",
        "sobol.variance",
        "methods.score",
        "mechanism frontier.price",
        "mechanism ranges.median",
        "mechanism feedback.value",
    }


def test_scores_and_their_parts_run_to_the_scale(studies) -> None:  # type: ignore[no-untyped-def]
    for scale, found in studies.items():
        scores, _ = found["scores"]
        assert scores["score"].between(0, scale).all()
        assert scores["score"].max() > scale / 2
        # by default as with 100
    default = build_index(indicators(), "v", copy.deepcopy(CONFIG), MEASURES)
    pd.testing.assert_frame_equal(default.scores, studies[100]["scores"][0])


def test_the_python_way_from_tables_to_the_kernel_and_back(studies) -> None:  # type: ignore[no-untyped-def]
    model = view_model("v", view(100), MEASURES)
    normalised, scores = (studies[100][n][0] for n in ("normalised", "scores"))
    z = from_scale(normalised, INDEX["normalised"], scale_of(model))
    here = z[z["year"] == 2021].pivot_table(index="unit", columns="measure", values="normalised")
    index = evaluate(model, here.loc[UNITS, list(model.measures)].to_numpy())[0]
    told = scores[(scores["year"] == 2021) & (scores["node"] == "index")].set_index("unit")
    np.testing.assert_allclose(100 * index, told["score"].loc[UNITS])


# who keeps a scale of its own


UNIT = {"minmax", "minmax_sample", "percentile", "distance_to_target", "distance_to_frontier", "logistic"}


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_scores_between_two_ends_are_told_to_a_hundred_and_no_others(name: str) -> None:
    settings = {"value": 5.0} if name == "distance_to_target" else {}
    leaf = Leaf("m", goalposts=(0, 10), normalisation=method(name, **settings))
    assert scale_of(IndexModel(Node("i", (leaf,)))) == (100 if name in UNIT else 1)
    assert scale_of(IndexModel(Node("i", (leaf,)), scale=1.0)) == 1
    mixed = IndexModel(Node("i", (leaf, Leaf("n", normalisation=method("zscore")))))
    assert scale_of(mixed) == 1


@pytest.mark.parametrize("name", AGGREGATIONS)
def test_a_mean_of_scores_keeps_their_scale_and_a_count_has_its_own(name: str) -> None:
    settings: dict[str, Any] = {"orness": 0.3} if name == "owa" else {}
    node = Node("i", (Leaf("a", goalposts=(0, 1)),), 1.0, method(name, **settings))
    own = name in ("copeland", "condorcet", "mpi", "ampi")
    assert scale_of(IndexModel(node)) == (1 if own else 100)
    below = Node("i", (Node("b", node.children, 1.0, node.aggregation),))
    assert scale_of(IndexModel(below)) == (1 if own else 100)


def test_a_value_beyond_a_goalpost_keeps_the_scale() -> None:
    leaf = Leaf("m", goalposts=(0, 10), normalisation=method("minmax", clip=False))
    assert scale_of(IndexModel(Node("i", (leaf,)))) == 100
    wide = Leaf("m", goalposts=(0, 10), normalisation=method("minmax", target=(1.0, 7.0)))
    assert scale_of(IndexModel(Node("i", (wide,)))) == 1


@pytest.mark.parametrize("scale", [10, "100", 0, True, None, [1]])
def test_a_scale_is_100_or_1(scale: object) -> None:
    with pytest.raises(InputError, match=r"v\.scale: found .*; expected 100 or 1"):
        view_model("v", {**copy.deepcopy(CONFIG), "scale": scale}, MEASURES)


def test_a_scale_for_scores_that_have_their_own_is_refused() -> None:
    config = view(100)
    config["tree"] = {**config["tree"], "aggregation": "copeland", "floor": None}
    with pytest.raises(InputError, match=r"v\.scale: found '?100'?; expected no scale"):
        view_model("v", config, MEASURES)
    for told in ({**config, "scale": 1}, {k: v for k, v in config.items() if k != "scale"}):
        assert scale_of(view_model("v", told, MEASURES)) == 1
    tables = build_index(indicators(), "v", {**config, "scale": 1}, MEASURES)
    assert tables.scores.query("node == 'index'")["score"].max() > 1  # units beaten


# pages


def test_pages_print_as_many_digits_on_either_scale() -> None:
    texts = project_texts()
    for name in [f"unit.{u}" for u in UNITS] + ["source.s", "view.v"]:
        texts[name] = dict.fromkeys(("en", "ru", "kk"), name)
    labels = Labels("en", texts)
    said = {}
    for scale in (1, 100):
        index = build_index(indicators(), "v", view(scale), MEASURES)
        one = [t[t["year"] == 2021] for t in (index.scores, index.comparison)]
        made = View("index", ("B1", "B2"), *one, scale)
        tables = region_tables(
            {"potential_2022": made, "quality_2022": made},
            pd.DataFrame(columns=["unit", "year", "variable", "value", "kind", "source"]),
            [],
            {"researchers": "researchers", "organisations": "organisations", "people": "people"},
            ["potential_2022", "quality_2022"],
        )
        table = tables["scores_potential_2022"]
        printed = print_table(table, spec_of("scores_potential_2022", table), labels)
        both = print_table(tables["potential_quality_2022"], spec_of("potential_quality_2022", table), labels)
        with figure_style():
            figure = drawn.scores(table, labels=labels, view="v", blocks=["B1", "B2"], scale=scale, source="s")
        said[scale] = (
            [row[2] for row in printed.rows],
            [row[1] for row in both.rows],
            [t.get_text() for t in figure.axes[0].texts],
        )
        assert f"from 0 to {scale}." in printed.note
        assert f"(0 to {scale})" in figure.axes[0].get_xlabel()
        assert figure.axes[0].get_xlim() == (0, scale)
    for ones, hundreds in zip(said[1], said[100], strict=True):
        assert all(cell.partition(".")[2].isdigit() for cell in ones)
        assert [len(c.partition(".")[2]) for c in ones] == [3] * len(ones)
        assert [f"{100 * float(c):.1f}" for c in ones] == hundreds
