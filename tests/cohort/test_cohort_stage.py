from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.base.schemas import schema_problems
from monotown.cohort import build
from monotown.cohort.figures import fan, ridge
from monotown.show.style import figure_style
from monotown.workflow import read_yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIG = read_yaml(ROOT / "config/parts/cohort.yaml")
SCHEMA = yaml.safe_load((ROOT / "workflow/parts/cohort/schema.yaml").read_text(encoding="utf-8"))


def table(*rows, kind="published"):
    frame = pd.DataFrame(rows, columns=["year", "group", "count"])
    return build.SERIES.validate(frame.assign(kind=kind, source="paper_table2"))


PAPER = table(
    (2014, "total", 86), (2019, "doctors_of_science", 4), (2019, "doctors_phd", 2), (2019, "candidates_of_science", 44)
)
OWN = table(
    (2020, "doctors_phd", 5),
    (2020, "candidates_of_science", 40),
    (2022, "doctors_phd", 8),
    (2022, "candidates_of_science", 35),
    (2024, "doctors_phd", 11),
    (2024, "candidates_of_science", 31),
    kind="official",
)


def config(**changes):
    return {**CONFIG, "draws": 2000, **changes}


@pytest.fixture(scope="module")
def built():
    return build.build_cohort(PAPER, config(), 7)


def test_the_shipped_config_is_valid():
    assert schema_problems(CONFIG, SCHEMA, "config/parts/cohort.yaml") == []
    wrong = {**CONFIG, "prior": {}, "until": "soon"}
    found = [str(p) for p in schema_problems(wrong, SCHEMA, "config/parts/cohort.yaml")]
    assert any("'priors' (did you mean this?)" in p for p in found)
    assert any("until" in p and "a year" in p for p in found)


def test_the_paper_gives_a_proved_total_and_counts_by_degree():
    readings = pd.DataFrame(
        {
            "year": [2009, 2014, 2014, 2019],
            "rule": ["half_up", "half_up", "half_even", "half_up"],
            "degree_holders": [65, 86, 86, 50],
            "with_counts": [False, True, True, True],
            "source": "paper_table3",
        }
    )
    observations = pd.DataFrame(
        {
            "unit": ["ZHEZU", "ZHEZU", "ZHEZU", "ZHEZU", "KZZHK"],
            "year": [2019, 2019, 2019, 2019, 2019],
            "variable": ["doctors_of_science", "doctors_phd", "candidates_of_science", "teaching_staff", "doctors_phd"],
            "value": [4.0, 2.0, 44.0, 116.0, 9.0],
            "kind": "published",
            "source": "paper_table2",
        }
    )
    found = build.paper_series(readings, observations, "ZHEZU")
    assert found[["year", "group", "count"]].to_numpy().tolist() == [
        [2014, "total", 86],
        [2019, "doctors_of_science", 4],
        [2019, "doctors_phd", 2],
        [2019, "candidates_of_science", 44],
    ]


def test_every_table_keeps_its_schema_and_its_kind(built):
    for name in ("series", "ridge", "posteriors", "draws", "projections", "needs"):
        frame = getattr(built, name)
        getattr(build, name.upper()).validate(frame, lazy=True)
        proved, judged = pd.Series(name in ("series", "ridge"), frame.index), [False] * len(frame)
        if name == "needs":
            proved = frame["exit_from"] == "without_inflow"
        if name == "posteriors":
            judged = frame["stage"] == "prior"
        told = proved.map({True: "published", False: "assumed+published"}).mask(judged, "assumed")
        assert frame["kind"].tolist() == told.tolist(), name


def test_the_ridge_starts_where_nobody_enters(built):
    known = built.ridge.dropna(subset="inflow")
    assert known["inflow"].iloc[0] == 0
    assert known["exit_rate"].iloc[0] == pytest.approx(0.10279, abs=1e-5)
    at = built.ridge.set_index("exit_rate").loc[0.2]
    assert at["inflow"] == pytest.approx(6.491, abs=1e-3)
    assert at["to_hold"] == pytest.approx(10)


def test_needs_hold_and_regain(built):
    needs = built.needs.set_index(["goal", "exit_from"])["inflow"]
    assert needs["hold", "without_inflow"] == pytest.approx(5.139, abs=1e-3)
    assert needs["regain", "without_inflow"] == pytest.approx(10.451, abs=1e-3)


def test_projections_start_below_the_last_total_and_follow_their_course(built):
    whole = built.projections[built.projections["group"] == "total"]
    assert whole["year"].min() == 2020
    assert whole["year"].max() == CONFIG["until"]
    at = whole[(whole["year"] == 2030) & (whole["prior"] == "moderate")]
    at = at.set_index(["model", "course"])
    for model in ("total", "groups"):
        order = at.loc[model]["median"]
        assert order["shock"] < order["baseline"] < order["retention"] < order["centre"]
    assert at.loc[("total", "baseline"), "median"] == pytest.approx(23, abs=1)
    assert (whole["low"] <= whole["median"]).all()
    assert (whole["median"] <= whole["high"]).all()


def test_closed_degrees_only_fall(built):
    degrees = PAPER[PAPER["group"].isin(CONFIG["closed"])].set_index("group")["count"]
    assert degrees.to_dict() == {"doctors_of_science": 4, "candidates_of_science": 44}
    shut = built.projections[built.projections["group"].isin(degrees.index)]
    for (group, _, _), part in shut.groupby(["group", "prior", "course"]):
        assert (np.diff(part.sort_values("year")["median"]) <= 0).all()
        assert part["high"].max() <= degrees[group]
    entered = built.posteriors.query("model == 'groups'")["parameter"]
    assert set(entered) == {"exit_rate", "inflow:doctors_phd"}


def test_threads_and_a_second_run_give_the_same(built):
    again = build.build_cohort(PAPER, config(), 7, threads=2)
    pd.testing.assert_frame_equal(built.projections, again.projections)
    other = build.build_cohort(PAPER, config(), 8)
    assert not built.draws.equals(other.draws)


def test_a_series_of_ones_own_is_fitted_by_group_and_narrows():
    found = build.build_cohort(OWN, config(closed=["candidates_of_science"]), 7)
    parameters = set(found.posteriors.query("model == 'groups'")["parameter"])
    assert parameters == {"exit_rate:doctors_phd", "inflow:doctors_phd", "exit_rate:candidates_of_science"}
    assert set(found.projections["kind"]) == {"assumed+official"}
    ends = found.posteriors.query("model == 'total' and parameter == 'exit_rate'")
    for _, part in ends.groupby("prior"):
        width = (part["high"] - part["low"]).groupby(part["stage"]).first()
        assert width["posterior"] < width["prior"]


def test_totals_alone_give_one_model_and_a_rise_has_no_lowest_exit():
    found = build.build_cohort(table((2014, "total", 20), (2019, "total", 30)), config(closed=[]), 7)
    assert set(found.projections["model"]) == {"total"}
    assert found.ridge["inflow"].notna().all()
    assert "without_inflow" not in set(found.needs["exit_from"])


def test_a_series_that_cannot_be_fitted_is_refused_with_every_reason():
    wrong = pd.concat(
        [table((2019, "total", 51), (2019, "a", 50)), table((2036, "a", 1), kind="official")], ignore_index=True
    )
    with pytest.raises(InputError) as caught:
        build.build_cohort(wrong, config(closed=["b"]), 7, file="own.csv")
    text = str(caught.value)
    for words in ("closed", "one kind of data", "the sum of the groups, 50", "last observed, 2036"):
        assert words in text
    with pytest.raises(InputError, match="at least two years"):
        build.build_cohort(table((2019, "total", 50)), config(closed=[]), 7)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_figures_say_what_they_show(built, language):
    texts = project_texts("common", "cohort")
    texts |= {f"prior.{k}": v["label"] for k, v in CONFIG["priors"].items()}
    texts |= {f"course.{k}": v["label"] for k, v in CONFIG["courses"].items()}
    words = Labels(language, texts)
    with figure_style():
        first = ridge(built.series, built.ridge, built.draws, labels=words, regain_by=2030, source="x")
        second = fan(
            built.series, built.projections, labels=words, prior="moderate", closed=CONFIG["closed"], source="x"
        )
    left, right = first.axes
    curve = left.get_lines()[-1]
    assert curve.get_ydata()[-1] == pytest.approx(built.ridge["inflow"].iloc[-1])
    assert right.get_lines()[0].get_ydata()[-1] == pytest.approx(20)
    assert "2019" in right.get_title(loc="left")
    panels = [a for a in second.axes if a.get_title(loc="left")]
    assert len(panels) == len(CONFIG["courses"])
    for figure in (first, second):
        assert texts["cohort.note"][language] in figure.get_supxlabel()
        assert figure.about.startswith(texts["kind.assumed"][language])
        assert texts["kind.published"][language] in figure.about
        assert texts["kind_mark.assumed"][language] in [t.get_text() for t in figure.texts]


def test_a_fan_without_an_empty_panel_has_its_legend_above(built):
    texts = project_texts("common", "cohort")
    texts |= {f"prior.{k}": v["label"] for k, v in CONFIG["priors"].items()}
    texts |= {f"course.{k}": v["label"] for k, v in CONFIG["courses"].items()}
    three = built.projections[built.projections["course"].isin(["baseline", "centre", "shock"])]
    with figure_style():
        figure = fan(
            built.series, three, labels=Labels("en", texts), prior="settled", closed=CONFIG["closed"], source="x"
        )
    assert len(figure.legends) == 1
    assert len(figure.axes) == 3


def renamed(mapping, **names):
    return {names.get(k, k): v for k, v in mapping.items()}


@pytest.mark.parametrize("series", [PAPER, OWN])
def test_draws_of_one_model_and_course_do_not_depend_on_the_others(series):
    # what has its name has its draws: added, left out, renamed or moved are the others
    closed = [name for name in CONFIG["closed"] if name in set(series["group"])]
    whole = build.build_cohort(series, config(closed=closed), 7)
    priors = renamed(dict(reversed(CONFIG["priors"].items())), settled="a_very_long_name")
    courses = renamed(dict(reversed(CONFIG["courses"].items())), baseline="group")
    courses = {"added": {"exit_factor": 0.9}} | {k: v for k, v in courses.items() if k != "shock"}
    other = build.build_cohort(series, config(priors=priors, courses=courses, closed=closed), 7)
    key = ["model", "prior", "course", "group", "year"]
    both = whole.projections.merge(other.projections, on=key)
    assert set(both["prior"]) == {"moderate", "turnover"}
    assert set(both["course"]) == {"retention", "pipeline", "centre"}
    assert set(both["model"]) == {"total", "groups"}
    for column in ("low", "median", "high", "mean"):
        assert both[f"{column}_x"].equals(both[f"{column}_y"]), column
    drawn = whole.draws.merge(other.draws, on=["prior", "draw"])
    assert len(drawn) == 800
    assert drawn["exit_rate_x"].equals(drawn["exit_rate_y"])
    new = other.projections[other.projections["prior"] == "a_very_long_name"]
    old = whole.projections[whole.projections["prior"] == "settled"]
    assert not np.isin(new["mean"], old["mean"]).all()


def test_draws_of_one_group_do_not_depend_on_the_others():
    more = pd.concat(
        [OWN, table((2020, "bachelors", 20), (2022, "bachelors", 25), (2024, "bachelors", 24), kind="official")]
    )
    own = config(closed=["candidates_of_science"])
    few, many = (build.build_cohort(s, own, 7).projections for s in (OWN, more))
    key = ["model", "prior", "course", "group", "year"]
    both = few[few["group"] != "total"].merge(many, on=key)
    assert set(both["group"]) == {"doctors_phd", "candidates_of_science"}
    assert both["mean_x"].equals(both["mean_y"])
