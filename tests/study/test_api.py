"""A study from Python: the run's own tables, by name, whatever the order of rows and columns."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import monotown as mt
from monotown import api
from monotown.base.problems import InputError
from monotown.base.tables import INDICATORS, OBSERVATIONS, write_order
from monotown.index.build import SCHEMAS, build_index
from monotown.index.catalogue import catalogue_of
from monotown.index.indicators import compute_indicators
from monotown.index.prepare import average_weights
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS
from monotown.workflow import read_table, write_table
from monotown.workflow.study import StudyFiles

ROOT = Path(__file__).resolve().parents[2]

INDICATORS_FRAME = pd.DataFrame(
    [
        ("index", None, None, None, None, "geometric", 0.01),
        ("economy", "index", None, None, None, "arithmetic", None),
        ("pay", "economy", 1, 0, 500, None, None),
        ("jobless", "economy", -1, 0, 20, None, None),
        ("life", "index", 1, 60, 85, None, None),
    ],
    columns=["id", "parent", "direction", "low", "high", "aggregation", "floor"],
)
DATA = pd.DataFrame(
    {
        "unit": ["A", "B", "C"] * 2,
        "year": [2021] * 3 + [2022] * 3,
        "pay": [250, 300, 400, 260, 330, 410.5],
        "jobless": [5, 4.5, 9, 5, 4, 8],
        "life": [71, 73, 70, 72, 74.25, 71],
    }
)
UNITS = pd.DataFrame({"code": ["A", "B", "C"], "name": ["Abai", "Balkhash", "Chu"], "group": ["x", "y", "y"]})


@pytest.fixture(scope="module")
def default() -> mt.Study:
    return mt.Study.read(ROOT / "config/study")


@pytest.fixture
def study() -> mt.Study:
    return mt.Study(indicators=INDICATORS_FRAME, data=DATA, units=UNITS)


# --- the run's tables ---------------------------------------------------------------------------------------------


def test_the_default_study_gives_the_tables_of_the_steps_of_a_run(default: mt.Study, tmp_path: Path) -> None:
    """Step by step through files, as the rules do: each reads what the one before wrote."""
    files = StudyFiles({"study": "config/study"}, ROOT)
    told = {name: files.told(name) for name in ("indicators", "measures", "views", "variables", "units")}
    held = default._held
    for name, table in (("observations", held.observations), ("constant", held.constant)):
        write_table(table, tmp_path / f"{name}.csv", OBSERVATIONS, exact=True)
    seen = [read_table(tmp_path / f"{n}.csv", OBSERVATIONS) for n in ("observations", "constant")]
    found = compute_indicators(*seen, catalogue_of(**told)).table
    write_table(found, tmp_path / "indicators.csv", INDICATORS, exact=True)
    found = read_table(tmp_path / "indicators.csv", INDICATORS)
    assert default.indices == tuple(told["views"])
    for view, config in told["views"].items():
        weights = average_weights(pd.concat(seen, ignore_index=True), config.get("average_weights"))
        tables = build_index(found, view, config, told["measures"], weights, api.SEED, told["views"])
        index = default.index(view)
        for name, schema in SCHEMAS.items():
            write_table(getattr(tables, name), tmp_path / "run.csv", schema)
            write_table(index.tables[name], tmp_path / "own.csv", schema)
            assert (tmp_path / "run.csv").read_bytes() == (tmp_path / "own.csv").read_bytes(), (view, name)
            tidy = index.frame(name).rename(columns={"index": "view"})[list(schema.columns)]
            run = write_order(getattr(tables, name), schema)
            pd.testing.assert_frame_equal(tidy, run, rtol=0, atol=1e-12)


def test_frames_are_tidy_and_have_names(default: mt.Study) -> None:
    index = default.index("quality_2022")
    for table in index.tables:
        columns = list(index.frame(table).columns)
        assert columns[0] == "index"
        assert "view" not in columns
        subject = next((c for c in ("unit", "measure") if c in columns), None)
        assert subject is None or columns[columns.index(subject) + 1] == "name"
    ranks = index.ranks
    assert list(ranks.columns[:5]) == ["index", "unit", "name", "year", "node"]
    assert dict(zip(ranks["unit"], ranks["name"], strict=True))["KZULU"] == "Ulytau region"
    russian = mt.Study.read(ROOT / "config/study", language="ru").index("quality_2022").ranks
    assert russian["name"].str.contains("область").any()


def test_settings_of_the_default_run_are_those_of_the_api(default: mt.Study) -> None:
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    options = config["sensitivity"]
    assert config["seed"] == api.SEED
    assert options["draws"] == api.DRAWS
    assert tuple(options["schemes"]) == api.SCHEMES
    assert options["recorded"] == api._RECORDED
    given = {k: p.default for k, p in inspect.signature(mt.Index.sensitivity).parameters.items()}
    assert given["weight_cv"] == options["weight_cv"]
    assert list(given["interval"]) == options["interval"]
    assert vars(api.Stop()) == options["enough"]
    found = default.index("quality_2022").sensitivity(sobol={"points": 64})
    # sizes of single indices are the run's own
    asked = {k: v for k, v in options["sobol"].items() if k != "joint_points_of"}
    assert found.options == {**asked, "points": 64}
    assert found.analyses.keys() == options["analyses"].keys()
    assert found.analyses["methods"] == options["analyses"]["methods"]


# --- by name ------------------------------------------------------------------------------------------------------


def mixed(frame: pd.DataFrame, draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.permutations(range(len(frame))))
    return frame.iloc[rows][draw(st.permutations(list(frame.columns)))]


@settings(max_examples=8)
@given(st.data())
def test_the_order_of_rows_and_columns_changes_nothing(data: st.DataObject) -> None:
    given = [mixed(f.reset_index(drop=True), data.draw) for f in (INDICATORS_FRAME, DATA, UNITS)]
    given = [f.reset_index(drop=True) for f in given]
    if data.draw(st.booleans()):
        given[1] = given[1].melt(["unit", "year"], var_name="indicator")
    if data.draw(st.booleans()):
        given[0], given[2] = given[0].set_index("id"), given[2].set_index("code")
    weights = {"life": 2.0, "economy": 1.0}
    key = ["unit", "year", "node"]
    wanted = mt.Study(INDICATORS_FRAME, DATA, UNITS).with_(weights=weights).index().scores.set_index(key)
    weights = dict(data.draw(st.permutations(list(weights.items()))))
    found = mt.Study(*given).with_(weights=weights).index().scores.set_index(key).loc[wanted.index]
    np.testing.assert_allclose(found["score"], wanted["score"], rtol=0, atol=1e-12)
    assert found["rank"].tolist() == wanted["rank"].tolist()
    assert found["name"].tolist() == wanted["name"].tolist()


FRAME = pd.DataFrame(
    [[0.9, 0.2, 0.4], [0.5, 0.7, 0.1], [0.3, 0.35, 0.8], [0.61, 0.42, 0.33]],
    index=["A", "B", "C", "D"],
    columns=["pay", "air", "crime"],
)


@settings(max_examples=8)
@given(st.data())
def test_a_frame_and_its_settings_are_joined_by_name(data: st.DataObject) -> None:
    other = mixed(FRAME, data.draw)
    weights = pd.Series({"pay": 3.0, "air": 1.0, "crime": 2.0})
    moved = weights[data.draw(st.permutations(list(weights.index)))]
    for how in AGGREGATIONS:
        settings = {"orness": 0.3} if how == "owa" else {}
        wanted = mt.aggregate(FRAME, weights, how, **settings)
        for same in (moved, moved.to_dict()):
            np.testing.assert_allclose(mt.aggregate(other, same, how, **settings)[wanted.index], wanted, atol=1e-12)
        if how not in ("ampi", "condorcet", "power", "owa"):
            function = getattr(mt, how)
            plain = function(FRAME.to_numpy(), weights.to_numpy())
            np.testing.assert_allclose(pd.Series(function(other, moved), other.index)[FRAME.index], plain, atol=1e-12)
    ways, ends = {"crime": -1, "air": 1, "pay": 1}, {"air": (0, 1), "crime": (0, 2), "pay": (0, 3)}
    people = pd.Series({"A": 5.0, "B": 1.0, "C": 2.0, "D": 4.0})
    for how in NORMALISATIONS:
        settings = {"value": 0.5} if how == "distance_to_target" else {}
        wanted = mt.normalise(FRAME, how, direction=ways, goalposts=ends, average_weights=people, **settings)
        shuffled = people[data.draw(st.permutations(list(people.index)))]
        found = mt.normalise(other, how, direction=ways, goalposts=ends, average_weights=shuffled, **settings)
        pd.testing.assert_frame_equal(found.loc[FRAME.index, FRAME.columns], wanted, rtol=0, atol=1e-12)
        one = mt.normalise(FRAME["crime"], how, direction=-1, goalposts=(0, 2), average_weights=shuffled, **settings)
        pd.testing.assert_series_equal(one, wanted["crime"], rtol=0, atol=1e-12)
    blocks = pd.Series({"crime": "b", "air": "a", "pay": "a"})
    weighed = pd.Series(mt.weigh("critic", other, blocks), other.columns)[FRAME.columns]
    np.testing.assert_allclose(weighed, mt.weigh("critic", FRAME.to_numpy(), ["a", "a", "b"]), atol=1e-12)
    average = pd.Series(mt.others_average(other["pay"], shuffled), other.index)[FRAME.index]
    np.testing.assert_allclose(average, mt.others_average(FRAME["pay"].to_numpy(), people.to_numpy()), atol=1e-12)


def test_a_model_takes_its_measures_from_a_frame_by_name() -> None:
    model = mt.IndexModel(mt.Node("i", tuple(mt.Leaf(m, w) for m, w in (("crime", 1), ("pay", 2), ("air", 5)))))
    wanted = mt.evaluate(model, FRAME[list(model.measures)].to_numpy())
    np.testing.assert_allclose(mt.evaluate(model, FRAME), wanted, atol=1e-15)
    with pytest.raises(InputError, match="expected 'air' \\(did you mean this"):
        mt.evaluate(model, FRAME.rename(columns={"air": "airr"}))


def test_judgments_in_a_frame_go_by_name() -> None:
    frame = pd.DataFrame([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]], index=list("abc"), columns=list("abc"))
    np.testing.assert_allclose(mt.ahp(frame.loc[["c", "a", "b"]]).weights, mt.ahp(frame).weights)


def test_names_that_do_not_fit_are_refused_with_the_nearest() -> None:
    for wrong, told in (
        ({"pay": 1, "air": 1, "crim": 1}, "found 'crim'; expected 'crime' \\(did you mean this"),
        ({"pay": 1, "air": 1}, "weights, crime: found 'nothing'"),
        (pd.Series([1, 1, 1, 1], ["pay", "air", "crime", "pay"]), "weights, pay: found '2 times'"),
    ):
        with pytest.raises(InputError, match=told):
            mt.aggregate(FRAME, wrong)
    with pytest.raises(ValueError, match="the scores have names and the weights have none"):
        mt.aggregate(FRAME, [1, 2, 3])
    with pytest.raises(ValueError, match="the weights have names and the scores have none"):
        mt.aggregate(FRAME.to_numpy(), {"a": 1})
    with pytest.raises(InputError, match="'crime'"):
        mt.arithmetic(FRAME, pd.Series({"pay": 1, "air": 1, "crimes": 1}))
    with pytest.raises(ValueError, match="direction of pay: found 2; expected 1"):
        mt.normalise(FRAME, direction={"pay": 2, "air": 1, "crime": 1})
    for wrong in (0, True, 0.5, "up"):
        with pytest.raises(ValueError, match="expected 1 where more is better, -1 where less is"):
            mt.normalise(FRAME["pay"], direction=wrong)
    with pytest.raises(ValueError, match="mapping by their names"):
        mt.normalise(FRAME, direction=[1, 1, -1])


def test_two_dimensions_are_normalised_by_column() -> None:
    x = FRAME.to_numpy()
    found = mt.normalise(x, "zscore", direction=[1, -1, 1])
    for j, way in enumerate((1, -1, 1)):
        np.testing.assert_array_equal(found[:, j], mt.normalise(x[:, j], "zscore", direction=way))
    with pytest.raises(ValueError, match="one for each of 3 measures, found 2"):
        mt.normalise(x, direction=[1, 1])


def test_a_wrong_method_offers_those_of_its_family_alone() -> None:
    for call, family, others in (
        (lambda: mt.aggregate(FRAME, how="geometrc"), AGGREGATIONS, NORMALISATIONS),
        (lambda: mt.normalise(FRAME, "zscor"), NORMALISATIONS, AGGREGATIONS),
    ):
        with pytest.raises(ValueError, match="did you mean this") as error:
            call()
        offered = set(str(error.value).partition("one of: ")[2].split(", "))
        assert offered == set(family)
        assert not offered & (set(others) - set(family))


# --- frames -------------------------------------------------------------------------------------------------------


def said(*frames: pd.DataFrame | None, **more: object) -> str:
    with pytest.raises(InputError) as error:
        mt.Study(*frames, **more)
    return str(error.value)


def test_wrong_frames_are_refused_with_all_their_problems() -> None:
    odd = DATA.rename(columns={"pay": "payy", "life": "lif"})
    told = said(INDICATORS_FRAME, odd, UNITS)
    assert "found 'payy'; expected 'pay' (did you mean this?)" in told
    assert "found 'lif'; expected 'life' (did you mean this?)" in told
    assert "figures of life" in said(INDICATORS_FRAME, DATA.drop(columns="life"), UNITS)
    assert "found 'Abbai'; expected one of: A, B, C" in said(
        INDICATORS_FRAME, DATA.replace({"unit": {"A": "Abbai"}}), UNITS
    )
    assert "a column of units" in said(INDICATORS_FRAME, DATA.drop(columns="unit"), UNITS)
    assert "expected 'direction'" in said(INDICATORS_FRAME.rename(columns={"direction": "directon"}), DATA, UNITS)
    assert "expected 'latitude'" in said(INDICATORS_FRAME, DATA, UNITS.assign(lattitude=1))
    assert "one figure of pay for A in 2021" in said(INDICATORS_FRAME, pd.concat([DATA, DATA.iloc[:1]]), UNITS)
    assert "a year, such as" in said(INDICATORS_FRAME, DATA.assign(year="20x2"), UNITS)
    assert "a number, or a mark" in said(INDICATORS_FRAME, DATA.assign(pay="many"), UNITS)
    assert "a number, or a mark" in said(INDICATORS_FRAME, DATA.assign(pay=np.inf), UNITS)
    wrong = INDICATORS_FRAME.assign(aggregation=["geometrc", "arithmetic", None, None, None])
    assert "expected 'geometric'" in said(wrong, DATA, UNITS)
    circle = INDICATORS_FRAME.assign(parent=["economy", "index", "economy", "economy", "index"])
    assert said(circle, DATA, UNITS)
    assert "found 'lif'; expected 'life'" in said(
        INDICATORS_FRAME, DATA, UNITS, weights=pd.DataFrame({"id": ["economy", "lif"], "weight": [1, 2]})
    )


def test_marks_of_absence_are_missing_and_texts_of_numbers_are_numbers() -> None:
    data = DATA.astype({"pay": object})
    data.loc[0, "pay"] = "…"
    data.loc[1, "pay"] = "300,0"
    index = mt.Study(INDICATORS_FRAME, data, UNITS).index()
    values = index.indicators.query("measure == 'pay' and year == 2021").set_index("unit")["value"]
    assert np.isnan(values["A"])
    assert values["B"] == 300
    assert index.scores.query("unit == 'A' and year == 2021 and node == 'index'")["coverage"].item() < 1


def test_figures_without_a_year_have_none_in_the_results(study: mt.Study) -> None:
    last = DATA[DATA["year"] == 2022].drop(columns="year")
    index = mt.Study(INDICATORS_FRAME, last, UNITS).index()
    assert index.scores["year"].isna().all()
    assert index.sensitivity(draws=10).rank_intervals["year"].isna().all()
    wanted = study.index().scores.query("year == 2022")["score"].to_numpy()
    np.testing.assert_array_equal(index.scores["score"], wanted)


def test_units_of_reference_are_not_ranked_and_formulas_take_raw_columns() -> None:
    units = pd.DataFrame({"name": ["Abai", "Balkhash", "Republic"], "reference": [None, None, True]})
    data = pd.DataFrame({"name": ["Republic", "Balkhash", "Abai"], "doctors": [30, 4, 9], "people": [9000, 2000, 3000]})
    indicators = pd.DataFrame({"id": ["rate"], "formula": ["1000 * doctors / people"]})
    index = mt.Study(indicators, data, units).index()
    assert index.scores["name"].tolist() == ["Abai", "Balkhash"]
    assert index.indicators["value"].tolist() == [3.0, 2.0]
    assert index.scores["score"].tolist() == [100.0, 0.0]  # ends of the scale from the sample


def test_weights_and_judgments_from_a_frame(study: mt.Study) -> None:
    weights = pd.DataFrame({"id": ["life", "economy"], "weight": [3, 1]})
    found = mt.Study(INDICATORS_FRAME, DATA, UNITS, weights=weights).index()
    same = study.with_(weights={"economy": 1, "life": 3}).index()
    pd.testing.assert_frame_equal(found.scores, same.scores)
    pairs = pd.DataFrame(
        [("index", "life", "economy", 3), ("economy", "pay", "jobless", "1/3")],
        columns=["node", "first", "second", "value"],
    )
    judged = mt.Study(INDICATORS_FRAME, DATA, UNITS, weights=pairs).index()
    assert judged.weights.set_index("measure")["global_weight"].round(4).to_dict() == {
        "jobless": 0.1875,
        "life": 0.75,
        "pay": 0.0625,
    }
    matrix = pd.DataFrame({"economy": ["1/3", 1], "id": ["life", "economy"], "life": [1, 3]})
    by_matrix = mt.Study(INDICATORS_FRAME, DATA, UNITS, weights=matrix).index().weights.set_index("measure")
    assert by_matrix["global_weight"]["life"] == pytest.approx(0.25)
    assert set(judged.scores["kind"]) == {"assumed+official"}


def test_a_workbook_is_the_same_study_as_its_frames(study: mt.Study, tmp_path: Path) -> None:
    path = tmp_path / "my.xlsx"
    with pd.ExcelWriter(path) as book:
        for name, frame in {"indicators": INDICATORS_FRAME, "data": DATA, "units": UNITS}.items():
            frame.to_excel(book, sheet_name=name, index=False)
    read = mt.Study.read(path)
    told = ["index", "unit", "name", "year", "node", "score", "rank", "coverage"]
    pd.testing.assert_frame_equal(read.index().scores[told], study.index().scores[told])
    with pytest.raises(InputError, match="a workbook, or a folder"):
        mt.Study.read(tmp_path / "none")


# --- a changed study is a new value -------------------------------------------------------------------------------


def test_a_changed_study_leaves_the_first_as_it_was(study: mt.Study) -> None:
    before = study.index().scores
    other = study.with_(weights="equal_by_indicator", aggregation="arithmetic")
    assert study.index().scores.equals(before)
    root = other.index().model.tree
    assert str(root.aggregation) == "arithmetic"
    assert root.floor is None  # a floor goes with its mean
    assert other.index().weights["global_weight"].tolist() == pytest.approx([1 / 3] * 3)
    node = study.with_(aggregation={"economy": {"method": "power", "exponent": 2.0}}).index().model
    assert {n.id: str(n.aggregation) for n in node.nodes}["economy"] == "power(exponent=2)"
    data = DATA.assign(pay=DATA["pay"].where(DATA["unit"] != "C"))
    filled = study.with_(data=data, missing={"pay": "median by group"}).index().prepared
    pay = filled.filled[:, filled.model.measures.index("pay")]
    assert dict(zip(filled.rows["unit"], pay, strict=True))["C"] == 330  # of its group, not of all
    one = study.with_(scale=1).index().scores["score"]
    np.testing.assert_allclose(one * 100, before["score"])


def test_a_change_is_refused_where_it_is_made(study: mt.Study) -> None:
    for wrong, told in (
        ({"weigths": "critic"}, "expected 'weights'"),
        ({"weights": "critc"}, "expected 'critic'"),
        ({"aggregation": "geometrc"}, "expected 'geometric'"),
        ({"aggregation": {"econmy": "median"}}, "expected 'economy'"),
        ({"weights": {"lif": 1}}, "expected 'life'"),
        ({"normalisation": "zscor"}, "expected 'zscore'"),
        ({"scale": 10}, "100 or 1"),
    ):
        with pytest.raises(InputError, match=told):
            study.with_(**wrong)
    with pytest.raises(ValueError, match="index 'indx': expected 'index'"):
        study.index("indx")


def test_other_figures_for_the_same_study(study: mt.Study) -> None:
    more = study.with_(data=DATA.assign(year=DATA["year"], pay=DATA["pay"] + 1))
    wanted = mt.Study(INDICATORS_FRAME, DATA.assign(pay=DATA["pay"] + 1), UNITS)
    pd.testing.assert_frame_equal(more.index().scores, wanted.index().scores)


# --- sensitivity --------------------------------------------------------------------------------------------------


def test_tables_of_the_sensitivity_are_attributes(study: mt.Study) -> None:
    found = study.index().sensitivity(draws=600, seed=7, sobol={"points": 64, "joint_points": 64})
    assert {"rank_intervals", "rank_acceptability", "sobol", "flips"} <= set(dir(found))
    shares = found.rank_acceptability.groupby(["unit", "year"])["share"].sum()
    np.testing.assert_allclose(shares, 1)
    again = study.index().sensitivity(draws=600, seed=7)
    pd.testing.assert_frame_equal(found.rank_intervals, again.rank_intervals)
    assert list(found.rank_intervals.columns[:4]) == ["index", "unit", "name", "year"]
    assert set(found.sobol["design"]) >= {"methods", "every_input"}
    assert not found.flips.empty
    joint = found.analysis("methods")
    assert {"rank_intervals", "pairwise", "summary"} <= set(joint)
    with pytest.raises(AttributeError, match="expected 'rank_intervals'"):
        _ = found.rank_interval
    with pytest.raises(ValueError, match="expected 'methods'"):
        found.analysis("method")


def test_weights_of_a_scheme_have_indices_of_their_choices(study: mt.Study) -> None:
    found = study.with_(weights="equal_by_indicator").index().sensitivity(draws=100, sobol={"points": 64})
    assert "every_input" not in set(found.sobol["design"])


@pytest.mark.workflow
def test_a_report_is_the_site_of_a_run_with_the_same_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From frames to the page, in a folder whose name has a space and Cyrillic letters; then with other figures."""
    monkeypatch.chdir(tmp_path)
    indicators = pd.DataFrame({"id": ["pay", "air"], "low": [0, 0], "high": [500, 10]})
    data = pd.DataFrame({"unit": ["A", "B"], "pay": [260, 410], "air": [3, 9]})
    study = mt.Study(indicators, data, about={"title": "Two: towns"})
    page = study.index().report(tmp_path / "Мой отчёт", draws=100)
    assert page == tmp_path / "Мой отчёт/report/index.html"
    assert "Two: towns" in page.read_text(encoding="utf-8")
    assert {f"{name}.kk.html" for name in ("index", "regions", "weights", "method", "unit-A")} <= {
        p.name for p in page.parent.iterdir()
    }
    found = read_table(tmp_path / "Мой отчёт/index/index/scores.csv").set_index(["unit", "node"])["score"]
    own = study.index().scores.set_index(["unit", "node"])["score"]
    np.testing.assert_allclose(found.reindex(own.index), own, atol=1e-8)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(RuntimeError, match="full"):
        study.report(tmp_path / "full")


def test_a_study_of_sources_has_its_report_from_a_run(default: mt.Study, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="monotown run"):
        default.report(tmp_path / "out")
