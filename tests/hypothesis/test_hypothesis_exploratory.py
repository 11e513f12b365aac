"""The exploratory tables on made panels: what they stand beside, and what does not move them."""

import copy
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis_support import CONFIG, MEASURES, REGIONS, UNITS, VIEWS, light, made
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.schemas import schema_problems
from monotown.hypothesis import chapter
from monotown.hypothesis.build import build_hypothesis
from monotown.hypothesis.data import read_data
from monotown.hypothesis.exploratory import build_exploratory
from monotown.hypothesis.prespecified import fingerprint
from monotown.hypothesis.tables import CONTIGUITY, EXPLORATORY, FAMILY_TABLE
from monotown.workflow import read_table, read_yaml

ROOT = Path(__file__).resolve().parents[2]
PAIRS = read_table(ROOT / CONFIG["exploratory"]["contiguity"], CONTIGUITY)
SCHEMA = read_yaml(ROOT / "workflow/parts/hypothesis/schema.yaml")


def settings():
    config = light()
    few = {
        "simex_draws": 20,
        "permutations": 199,
        "effects": [0, 0.5],
        "spatial": [0, 0.5],
        "indices": ["quality_panel"],
    }
    config["exploratory"] |= few
    return config


def scores(places=REGIONS):
    random = np.random.default_rng(3)
    rows = [
        ("quality_panel", unit, year, node, random.random(), "official", "sdg_regions")
        for year in (2021, 2022)
        for node in (VIEWS["quality_panel"]["tree"]["id"], "health")
        for unit in places
    ]
    return pd.DataFrame(rows, columns=["view", "unit", "year", "node", "score", "kind", "source"])


def family():
    rows = [("forward", 0.3, 1.2), ("reverse", 0.6, 1.2), ("prediction", 0.1, 0.4), ("monotowns", 0.9, 1.2)]
    frame = pd.DataFrame(rows, columns=["test", "p", "p_holm"]).assign(
        estimate=0.1, statistic=1.0, prespecified="0" * 64
    )
    frame["p_holm"] = frame["p_holm"].clip(upper=1)
    frame = frame.assign(kind="official", source="sdg_regions")
    return FAMILY_TABLE.validate(frame[list(FAMILY_TABLE.columns)])


def build(seed=3, config=None, views=VIEWS, table=None, **panel):
    normalised, observations = made(**panel)
    config = config or settings()
    data = read_data(table(normalised) if table else normalised, observations, config, views, MEASURES, UNITS, "f")
    return build_exploratory(data, config, family(), {"quality_panel": scores()}, views, PAIRS, UNITS, seed)


@cache
def found():
    return build(lag_effect=0.02)


def one(table, **where):
    for name, value in where.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_every_table_carries_its_date_and_the_mark_of_what_was_fixed():
    for name, schema in EXPLORATORY.items():
        table = schema.validate(getattr(found(), name))
        assert set(table["added"]) == {CONFIG["exploratory"]["added"]} == {"2026-11-29"}
        assert set(table["prespecified"]) == {fingerprint(settings()["prespecified"])}
    assert set(found().noise_power["kind"]) == set(found().wider_size["kind"]) == {"synthetic"}
    assert set(found().noise["kind"]) == {"official"}
    assert found().moran["source"].iloc[0] == "contiguity; sdg_regions"
    assert found().noise["source"].iloc[0] == "sdg_regions"


def test_every_source_has_words_and_every_cell_of_the_tables_for_print():
    texts = project_texts()
    told = {s for name in EXPLORATORY for cell in getattr(found(), name)["source"].unique() for s in cell.split("; ")}
    official = set(found().noise["source"].unique())
    for source in told - official:
        assert set(texts[f"source.{source}"]) >= set(LANGUAGES)
    table = found()
    for name, column, words in (
        ("noise", "years", "noise_years"),
        ("residuals", "statistic", "residual"),
        ("moran", "weights", "weights"),
        ("wider_errors", "way", "way"),
    ):
        for cell in getattr(table, name)[column].unique():
            assert set(texts[f"hypothesis.{words}.{cell}"]) >= set(LANGUAGES)


def test_it_is_no_part_of_what_was_fixed():
    changed = copy.deepcopy(CONFIG)
    changed["exploratory"]["spatial"] = [0, 0.1]
    assert fingerprint(changed["prespecified"]) == CONFIG["registered"]
    assert "exploratory" not in CONFIG["prespecified"]


def test_it_stands_beside_the_registered_estimates():
    whole = build_hypothesis(*made(lag_effect=0.02), light(), VIEWS, MEASURES, UNITS, 3)
    for direction in ("forward", "reverse"):
        primary = one(whole.verdict, direction=direction)
        noise = one(found().noise, direction=direction, years="regressor")
        wild, cr2 = (one(found().wider_errors, direction=direction, way=w) for w in ("wild", "cr2"))
        assert [noise["estimate"], wild["estimate"]] == pytest.approx(2 * [primary["estimate"]])
        assert noise["detectable"] == pytest.approx(primary["detectable"])
        assert wild[["low", "high", "p"]].tolist() == pytest.approx(primary[["low", "high", "p"]].tolist())
        registered = one(whole.errors, direction=direction, way="cr2")
        assert cr2["standard_error"] == pytest.approx(registered["standard_error"])
        left = whole.leave_out[whole.leave_out["direction"] == direction].set_index("unit")["leverage"]
        mine = found().noise_regions[found().noise_regions["direction"] == direction].set_index("unit")["leverage"]
        assert mine.to_dict() == pytest.approx(left.to_dict())


def test_independent_years_are_noise_and_what_is_left_is_nothing():
    # the made staffing has no memory, so nothing of it lasts
    row = one(found().noise, direction="forward", years="regressor")
    assert row["reliability"] < 0.3
    assert not row["detectable_true_low"] <= row["detectable"]
    if row["reliability"] > 0:
        assert row["detectable_true"] == pytest.approx(row["detectable"] / row["reliability"])
    else:
        assert np.isnan([row["detectable_true"], row["moments"]]).all()
    assert abs(row["inverse"]) == pytest.approx(1 / abs(row["estimate"]))
    series = one(found().noise, direction="forward", years="series")
    assert (series["first_year"], series["last_year"]) == (2010, 2023)
    # quality is as long as it is used, so that there is one row of it
    assert found().noise["direction"].tolist().count("reverse") == 1


def test_power_falls_with_noise_and_at_no_effect_both_designs_are_one():
    wide = found().noise_power.pivot_table(index=["effect", "way"], columns="design", values="share")
    assert wide.loc[0.0, "noise"].tolist() == wide.loc[0.0, "observed"].tolist()
    assert wide.loc[(0.5, "wild"), "noise"] < wide.loc[(0.5, "wild"), "observed"]
    least = one(found().noise, direction="forward", years="regressor")["detectable"]
    assert set(found().noise_power["effect"]) == {0.0, 0.5, least}


def test_the_family_is_adjusted_between_its_p_and_holms():
    table = found().stepdown
    assert (table["p_romano_wolf"] >= table["p"] - 1e-3).all()
    assert (table["p_romano_wolf"] <= table["p_holm"] + 0.01).all()


def test_neighbours_that_move_together_are_seen_in_scores_and_a_missing_score_is_left_out():
    table = found().moran
    assert set(table["year"]) == {2021, 2022}
    assert set(table["units"]) == {16}
    assert table["expected"].iloc[0] == pytest.approx(-1 / 15)
    lacking = scores()
    lacking.loc[(lacking["unit"] == "KZPAV") & (lacking["year"] == 2022), "score"] = np.nan
    data = read_data(*made(), settings(), VIEWS, MEASURES, UNITS, "f")
    again = build_exploratory(data, settings(), family(), {"quality_panel": lacking}, VIEWS, PAIRS, UNITS, 3).moran
    assert set(again.loc[again["year"] == 2022, "units"]) == {15}
    assert (
        again.loc[again["year"] == 2021, "statistic"].tolist() == table.loc[table["year"] == 2021, "statistic"].tolist()
    )


def test_the_same_seed_gives_the_same_tables_and_another_moves_only_what_is_drawn():
    again, other = build(lag_effect=0.02), build(seed=4, lag_effect=0.02)
    for name in EXPLORATORY:
        pd.testing.assert_frame_equal(getattr(found(), name), getattr(again, name))
    assert not other.wider_size["share"].equals(found().wider_size["share"])
    drawn = ["simex", "simex_low", "simex_high"]
    pd.testing.assert_frame_equal(found().noise.drop(columns=drawn), other.noise.drop(columns=drawn))
    pd.testing.assert_frame_equal(found().wider_errors, other.wider_errors)


def test_tables_for_print_put_them_side_by_side():
    made_tables = build_hypothesis(*made(lag_effect=0.02), light(), VIEWS, MEASURES, UNITS, 3)
    heavy = chapter.leverage_table(made_tables.leave_out, found().noise_regions)
    assert heavy["leverage"].is_monotonic_decreasing
    assert len(heavy) == 16
    near = chapter.dependence_table(found().wider_errors, found().wider_size)
    assert near["way"].tolist() == 2 * ["wild", "cr2", "driscoll_kraay", "two_way", "neighbours"]
    expected = one(found().wider_size, direction="reverse", way="two_way", spatial=0.5)["share"]
    assert one(near, direction="reverse", way="two_way")["near"] == expected
    assert set(chapter.moran_table(found().moran)["year"]) == {2022}
    assert chapter.noise_power_table(found().noise_power).columns.tolist()[-2:] == ["noise", "observed"]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"added": "29.11.2026"}, "a date like 2026-11-29, in quotes"),
        ({"contiguity": "../neighbours.csv"}, "a CSV file in data/raw/reference"),
        ({"spatial": [0.3]}, "a list of numbers from 0 to below 1, with 0 among them"),
        ({"spatial": [0, 1]}, "a number from 0 to below 1"),
        ({"simex_draws": 1}, "a whole number from 10 to 10^5"),
    ],
)
def test_a_wrong_setting_is_told_with_what_was_expected(setting, message):
    config = copy.deepcopy(CONFIG)
    config["exploratory"] |= setting
    assert message in "\n".join(map(str, schema_problems(config, SCHEMA, "hypothesis.yaml")))
