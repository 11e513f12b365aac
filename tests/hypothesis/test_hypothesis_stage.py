"""The stage from tables to a verdict, on made panels whose truth is known."""

import copy
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis_support import CONFIG, MEASURES, REGIONS, UNITS, VIEWS, light, made
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.base.tables import to_scale
from monotown.hypothesis import figures
from monotown.hypothesis.build import build_hypothesis
from monotown.hypothesis.data import read_data
from monotown.hypothesis.prespecified import decide, fingerprint
from monotown.hypothesis.tables import SCHEMAS
from monotown.index.build import NORMALISED
from monotown.index.kernel import evaluate
from monotown.index.prepare import view_model
from monotown.show.style import figure_style


def build(config=None, seed=3, **panel):
    return build_hypothesis(*made(**panel), config or light(), VIEWS, MEASURES, UNITS, seed)


@cache
def linked():
    return build(light(whole_curve=True), lag_effect=0.02)


@cache
def unlinked():
    return build(seed=5)


def row(table, **where):
    chosen = table
    for name, value in where.items():
        chosen = chosen[chosen[name] == value]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_a_known_association_is_found_and_its_verdict_follows_the_rule():
    tables = linked()
    ahead = row(tables.verdict, direction="forward")
    # effect 0.02 and noise 0.02 make a correlation of about 0.7
    assert ahead["estimate"] == pytest.approx(0.7, abs=0.1)
    assert ahead["low"] < ahead["estimate"] < ahead["high"]
    assert ahead["status"] == "positive"
    back = row(tables.verdict, direction="reverse")
    assert back["status"] == "undecided"
    for _, found in tables.verdict.iterrows():
        placebo = found["placebo_p"] if found["direction"] == "forward" else None
        assert found["status"] == decide(
            found["estimate"], found["p_holm"], found["equivalence_p"], found["level"], placebo
        )
    assert row(tables.family, test="prediction")["p"] == pytest.approx(1 / 200)
    assert row(tables.prediction, direction="forward", period="all")["ratio"] < 0.9
    assert row(tables.curve, specifications="every", statistic="median")["p"] <= 0.05


def test_no_association_is_undecided_and_never_called_none():
    tables = unlinked()
    assert set(tables.verdict["status"]) <= {"undecided", "equivalent"}
    assert tables.family["p_holm"].min() > 0.05
    assert row(tables.verdict, direction="forward")["detectable"] > 0.1
    told = project_texts("hypothesis").items()
    verdicts = [t["en"] for key, t in told if key.startswith("hypothesis.verdict.forward.")]
    assert verdicts
    assert not any("no effect" in text.lower() for text in verdicts)


def test_later_staffing_that_goes_with_quality_makes_the_verdict_unsafe():
    config = light()
    config["registered"] = fingerprint(config["prespecified"])
    tables = build(config, lag_effect=0.02, lead_effect=0.02)
    assert tables.verdict["registered"].all()
    assert row(tables.placebo, direction="forward", term="lead")["p_wild"] < 0.01
    assert row(tables.verdict, direction="forward")["status"] == "unsafe"


def test_the_reverse_direction_is_found_where_it_is():
    tables = build(lead_effect=0.02)
    assert row(tables.verdict, direction="reverse")["status"] == "positive"


def test_a_change_after_the_fact_shows_in_every_table():
    # fewer permutations are a change of the specification too
    config = light(whole_curve=True)
    mark = fingerprint(config["prespecified"])
    tables = linked()
    assert mark != CONFIG["registered"]
    assert not tables.verdict["registered"].any()
    for name in SCHEMAS:
        assert set(getattr(tables, name)["prespecified"]) == {mark}


def test_the_same_seed_gives_the_same_tables_and_another_does_not():
    first, again, other = unlinked(), build(seed=5), build(seed=4)
    for name in SCHEMAS:
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))
    assert not first.power["share"].equals(other.power["share"])
    # what rests on no random number does not depend on the seed
    for name in ("estimates", "leave_out", "placebo", "denominators", "verdict"):
        mine, theirs = getattr(first, name), getattr(other, name)
        drop = ["p_holm"] if "p_holm" in mine else []
        pd.testing.assert_frame_equal(mine.drop(columns=drop), theirs.drop(columns=drop))


def test_panels_of_an_autocorrelation_do_not_depend_on_the_others():
    config = light()
    config["simulation"]["autocorrelation"] = [0.9, 0.3]
    mine, other = (t.power[t.power["rho"] == 0.9] for t in (unlinked(), build(config, seed=5)))
    assert len(mine) > 0
    assert mine["share"].tolist() == other["share"].tolist()


def test_every_way_to_compute_the_error_shares_the_estimate():
    for direction in ("forward", "reverse"):
        table = linked().errors
        mine = table[table["direction"] == direction].set_index("way")
        assert np.allclose(mine["estimate"], mine["estimate"].iloc[0])
        primary = row(linked().estimates, direction=direction, analysis="primary")
        assert primary["estimate"] == pytest.approx(mine["estimate"].iloc[0])
        assert primary["standard_error"] == pytest.approx(mine.loc["cr2", "standard_error"])
        assert primary["p_crv1"] == pytest.approx(mine.loc["crv1", "p"])
        assert primary["p_wild"] == mine.loc["wild", "p"]
        assert mine.loc["randomisation", ["standard_error", "low", "high"]].isna().all()


def test_within_and_between_come_from_one_equation():
    # Mundlak: the between coefficient is that of the regions' means
    data = read_data(*made(), CONFIG, VIEWS, MEASURES, UNITS, "f")
    y = data.quality["unshared"].cells.mean(axis=1)
    x = data.staffing["primary"].cells[:, :12].mean(axis=1)
    found = row(unlinked().estimates, direction="forward", analysis="between")
    assert found["estimate"] == pytest.approx(np.corrcoef(x, y)[0, 1])


def test_the_primary_index_is_the_kernels_without_what_shares():
    normalised, observations = made(noise=0.05)
    data = read_data(normalised, observations, CONFIG, VIEWS, MEASURES, UNITS, "f")
    model = view_model("quality_panel", VIEWS["quality_panel"], MEASURES)
    model = model.without("life_expectancy", "housing_space")
    year = normalised[normalised["year"] == 2015]
    wide = year.pivot_table(index="unit", columns="measure", values="normalised")
    expected = evaluate(model, wide.loc[REGIONS, list(model.measures)].to_numpy())[0]
    assert data.quality["unshared"].at([2015])[:, 0] == pytest.approx(expected)
    per_10k = observations[observations["variable"] == "researchers_per_million"]
    one = per_10k[(per_10k["unit"] == "KZNS") & (per_10k["year"] == 2012)]["value"].iloc[0] / 100
    place = REGIONS.index("KZNS")
    assert data.staffing["primary"].at([2012])[place, 0] == pytest.approx(np.log1p(one))
    assert data.staffing["log_count"].last == 2022
    count = np.log(one * 1e6 * 1.02 / 1e4)
    assert data.staffing["log_count"].at([2012])[place, 0] == pytest.approx(count)


def test_the_panel_is_read_on_any_scale_and_only_units_of_the_index_differ():
    normalised, observations = made()
    views = {**VIEWS, "quality_panel": {**VIEWS["quality_panel"], "scale": 100}}
    table = to_scale(normalised, NORMALISED, 100)
    hundred = build_hypothesis(table, observations, light(), views, MEASURES, UNITS, 5)
    for name, schema in SCHEMAS.items():
        expected = to_scale(getattr(unlinked(), name), schema, 100)
        pd.testing.assert_frame_equal(getattr(hundred, name), expected, rtol=1e-9)
    for way, scaled, not_scaled in (
        ("forward", "outcome_sd", "regressor_sd"),
        ("reverse", "regressor_sd", "outcome_sd"),
    ):
        one, other = (row(t.verdict, direction=way) for t in (unlinked(), hundred))
        assert other[scaled] == pytest.approx(100 * one[scaled])
        assert other[not_scaled] == pytest.approx(one[not_scaled])
        assert other["estimate"] == pytest.approx(one["estimate"])


def test_towns_are_counted_in_the_borders_of_the_panel():
    data = read_data(*made(), CONFIG, VIEWS, MEASURES, UNITS, "f")
    towns = dict(zip(data.regions, data.towns.tolist(), strict=True))
    assert sum(towns.values()) == 27
    # Karaganda's with Ulytau's, East Kazakhstan's with Abai's
    assert (towns["KZKAR17"], towns["KZVOS17"], towns["KZALA"]) == (9, 4, 0)


def test_pairs_that_share_are_told_and_stand_beside():
    table = linked().denominators.set_index(["staffing", "outcome"])
    mine = table.loc["researchers_fte_per_10k"]
    assert mine.loc[mine["shares"] != ""].index.tolist() == ["life_expectancy", "housing_space"]
    assert set(mine.loc[mine["primary"], "shares"]) == {""}
    assert not table.loc["researchers_fte", "primary"].any()
    assert mine["same_file"].sum() == 5
    curve = linked().specifications
    assert set(curve.loc[curve["outcome"] == "unshared", "shares"]) == {""}
    per_head = curve[(curve["outcome"] == "whole") & (curve["staffing"] == "level")]
    assert set(per_head["shares"]) == {"denominator"}
    assert len(curve) == 7 * 3 * 3 * 4 * 3
    panel = linked().power.set_index("design")["source"]
    assert panel.loc["panel"].unique().tolist() == ["made_panels; sdg_regions"]
    assert set(panel.loc["made"]) == {"made_panels"}
    assert linked().verdict["source"].iloc[0] == "sdg_regions"
    assert linked().estimates["source"].iloc[0] == ("life_expectancy_regions; population_regions; sdg_regions")


def test_gaps_and_mixed_kinds_are_told_at_once():
    normalised, observations = made()
    gone = (normalised["unit"] == "KZNS") & (normalised["year"] == 2014)
    gone &= normalised["measure"] == "internet"
    normalised.loc[gone, "normalised"] = np.nan
    missing = (observations["unit"] == "KZALA") & (observations["year"] == 2010)
    observations.loc[missing, "kind"] = "synthetic"
    observations = observations[~(missing & (observations["variable"] == "mean_population"))]
    other = (observations["unit"] == "KZPAV") & (observations["year"] == 2011)
    other &= observations["variable"] == "researchers_per_million"
    with pytest.raises(InputError) as stopped:
        read_data(normalised, observations[~other], CONFIG, VIEWS, MEASURES, UNITS, "h.yaml")
    text = str(stopped.value)
    assert "h.yaml, internet, KZNS, 2014: found 'no value'" in text
    assert "researchers_fte_per_10k, KZPAV, 2011" in text
    assert "one kind of data" in text


def test_an_unknown_view_is_told_with_those_there_are():
    config = copy.deepcopy(CONFIG)
    config["prespecified"]["quality"]["view"] = "quality"
    with pytest.raises(InputError, match="quality_panel"):
        read_data(*made(), config, VIEWS, MEASURES, UNITS, "f")


def test_without_a_number_of_people_there_is_no_number_of_researchers():
    normalised, observations = made()
    alone = observations[observations["variable"] != "mean_population"]
    data = read_data(normalised, alone, CONFIG, VIEWS, MEASURES, UNITS, "f")
    assert "log_count" not in data.staffing


def test_figures_are_drawn_in_every_language():
    texts = project_texts()
    units = {f"unit.{u}": {k: UNITS[u][k] for k in LANGUAGES} for u in REGIONS}
    t = linked()
    for language in LANGUAGES:
        labels = Labels(language, {**texts, **units})
        with figure_style():
            forest = figures.forest(t.errors, t.estimates, t.leave_out, t.verdict, labels=labels, source="s")
            power = figures.power(t.power, t.verdict, labels=labels, source="s")
        assert [a.get_title(loc="left").replace("\n", " ") for a in forest.axes] == [
            labels("hypothesis.direction.forward"),
            labels("hypothesis.direction.reverse"),
        ]
        names = [label.get_text() for label in forest.axes[0].get_yticklabels()]
        assert names[:2] == [labels(f"hypothesis.error.{way}") for way in ("naive", "wild")]
        ways = t.errors[t.errors["direction"] == "forward"].set_index("way")
        for line, way in zip(forest.axes[0].lines[1::2], ("naive", "wild"), strict=False):
            assert list(line.get_xdata()) == pytest.approx([ways.loc[way, "low"], ways.loc[way, "high"]])
        assert {labels(f"unit.{u}").split(" (")[0] for u in REGIONS} <= set(names)
        assert len(power.axes) == 2
        null = t.power[(t.power["design"] == "made") & (t.power["effect"] == 0) & (t.power["way"] == "naive")]
        drawn = power.axes[0].lines[0].get_ydata()
        assert list(drawn) == pytest.approx(list(100 * null.sort_values("rho")["share"]))
