"""A study is read from its sheets and written as the same sheets; what is wrong in them is told with its cell."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.base.problems import InputError
from monotown.index.prepare import view_model
from monotown.study.cells import VALUE, YEARS, value, years
from monotown.study.read import Study, read_study
from monotown.study.write import tables
from monotown.workflow.study import StudyFiles, read_folder, read_sheet, write_folder

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = read_folder("config/study", ROOT)


def frame(text: str) -> pd.DataFrame:
    head, *rows = (line.strip().split("|") for line in text.strip().splitlines())
    return pd.DataFrame([r + [""] * (len(head) - len(r)) for r in rows], columns=head)


UNITS = frame("code|level\nA|town\nB|town")
SETS = frame("set|unit\nall|A\nall|B")
INDICES = frame("id|units|years|kind\ni|all|2020-2021|official")


def study(indicators: str, indices: pd.DataFrame = INDICES, **more: pd.DataFrame) -> Study:
    return read_study(
        {"units": UNITS, "unit_sets": SETS, "indices": indices, "indicators": frame(indicators), **more}, {}
    )


def told(indicators: str, indices: pd.DataFrame = INDICES, **more: pd.DataFrame) -> list[str]:
    with pytest.raises(InputError) as stopped:
        study(indicators, indices, **more)
    return [str(p) for p in stopped.value.problems]


def test_the_default_study_is_written_as_it_stands(tmp_path):
    write_folder(DEFAULT, tmp_path)
    assert read_folder(tmp_path, "/") == DEFAULT
    for path in sorted((ROOT / "config/study").glob("*.csv")):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_without_a_root_all_rows_without_a_parent_stand_under_the_index():
    made = study("id|parent|low|high|weight\nstaff|block|0|9|\nblock||||2\npay||0|9|", INDICES.assign(floor="0.1"))
    tree = made.views["i"]["tree"]
    assert tree == {
        "id": "i",
        "floor": 0.1,
        "children": [{"id": "block", "weight": 2, "children": [{"measure": "staff"}]}, {"measure": "pay"}],
    }


def test_a_row_that_repeats_an_id_takes_what_it_leaves_blank_and_sets_its_own_scale():
    indices = frame("id|units|years|root\ni|all|2020|r\nj|all|2021|s")
    made = study("index|id|parent|low|high|formula|missing\ni|a|r|0|9|x / y|\nj|a|s|1|8||median", indices)
    assert made.measures == {"a": {"goalposts": [0, 9], "formula": "x / y"}}
    assert made.views["i"]["tree"]["children"] == [{"measure": "a"}]
    assert made.views["j"]["tree"]["children"] == [{"measure": "a", "missing": "median", "goalposts": [1, 8]}]
    models = [view_model(v, made.views[v], made.measures) for v in "ij"]
    assert [m.leaves[0].goalposts for m in models] == [(0, 9), (1, 8)]


def test_two_indices_may_join_one_row_in_trees_of_their_own():
    indices = frame("id|units|years|root\ni|all|2020|r\nj|all|2021|r")
    made = study("index|id|parent|low|high\n|a|r|0|9\nj|b|r|0|9", indices)
    assert [len(made.views[v]["tree"]["children"]) for v in "ij"] == [1, 2]


def test_names_stand_in_the_languages_that_the_study_names():
    about = {"languages": ["ru", "kk"]}
    sheets = {
        "units": frame("code|level|name|name_kk\nA|town|А|Ә\nB|town|Б|"),
        "unit_sets": SETS,
        "indices": INDICES.assign(name="Индекс"),
        "indicators": frame("id|name|note_kk|low|high\na|Доля|ескерту|0|9"),
    }
    made = read_study(sheets, about)
    assert made.units == {"A": {"level": "town", "ru": "А", "kk": "Ә"}, "B": {"level": "town", "ru": "Б"}}
    assert made.measures["a"]["label"] == {"ru": "Доля"}
    assert made.measures["a"]["note"] == {"kk": "ескерту"}
    assert read_study(tables(made), about) == made


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("id|paernt\na|", "line 1, column paernt: found 'paernt'; expected 'parent' (did you mean this?)"),
        ("parent\nb", "line 1, column id: found 'nothing'"),
        ("id|low|high\na|few|9", "line 2, column low: found 'few'; expected a number"),
        ("id|low|high\na|0|", "column high: found 'nothing'; expected both ends of the scale, or none"),
        ("id|low|high|parent\na|0|9|bloc\nb|||\nblock|||b", "column parent: found 'bloc'"),
        ("id|parent\na|b\nb|a\nc|", "expected a tree that does not contain itself. Each is under the next: a → b → a"),
        ("id|formula|parent\na|x|\nb|y|a", "column formula: found 'x'; expected an empty cell: a joins other rows"),
        ("index|id\nj|a\ni|b", "column index: found 'j'; expected one of: i"),
        ("id|why\na|as b\nc|as a", "column why: found 'as b'; expected the id of a row that says it in words"),
        ("id|parent\na|\na|", "expected each row once in i, as in line 2"),
        ("id|direction\na|up", "column direction: found 'up'; expected 1 where more is better"),
    ],
)
def test_what_is_wrong_in_a_sheet_is_told_with_its_cell(rows, words):
    found = told(rows)
    assert any(words in problem for problem in found), found


def test_all_sheets_are_told_at_once():
    found = told(
        "id|low\na|x",
        INDICES.assign(scale="wide"),
        unit_sets=frame("set|unit\nall|C"),
        readings=frame("index|id|node|children\nz|r|n|a"),
        crosswalk=frame("unit|member|before|split\nA|B|Q|2000"),
    )
    wanted = ("indicators", "indices", "unit_sets", "readings", "crosswalk")
    assert {sheet for sheet in wanted if any(p.startswith(f"{sheet}, line 2") for p in found)} == set(wanted)


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ({"unit": UNITS}, "(did you mean this?)"),
        ({"units": frame("code|level\nA|town\nA|town\nB|town")}, "line 3, column code: found 'A'"),
        ({"units": frame("code|level\nA|town\n|town\nB|town")}, "a row without one says nothing"),
        ({"readings": frame("index|id|node|children\ni|r|n|a\ni|r|n|a")}, "each node of a reading once"),
        ({"readings": frame("index|id|node|children\ni|r|n|z")}, "found 'z'"),
        ({"readings": frame("index|id|units|node|children\ni|r|all|n|a\ni|r|other|m|b")}, "the other rows of r say"),
    ],
)
def test_what_is_wrong_in_another_sheet_is_told(sheets, words):
    found = told("id|parent\nn|\na|n\nm|\nb|m", **sheets)
    assert any(words in problem for problem in found), found


def test_the_root_of_an_index_says_what_joins_it():
    found = told("id|parent\nr|\na|r", INDICES.assign(root="r", aggregation="geometric"))
    assert any("an empty cell: the row of r says it" in problem for problem in found), found
    found = told("id|parent\nr|\na|r", INDICES.assign(root="s"))
    assert any("'s'" in problem for problem in found), found


# --- any study is written as sheets that say the same --------------------------------------------

NAMES = st.text("abcxyz_", min_size=1, max_size=4)
NUMBERS = st.one_of(st.integers(-9, 99), st.floats(-5, 5, allow_nan=False).map(lambda x: round(x, 3)))


@st.composite
def studies(draw):
    """Studies of two indices whose trees may share nodes and indicators, in any order."""
    ids = draw(st.lists(NAMES.map("m_".__add__), min_size=2, max_size=5, unique=True))
    measures = {
        m: {"formula": "x", "goalposts": sorted(draw(st.lists(NUMBERS, min_size=2, max_size=2, unique=True)))}
        | ({"why_goalposts": draw(st.sampled_from(["a reason", "another reason"]))} if draw(st.booleans()) else {})
        for m in ids
    }
    views = {}
    for view in ("i", "j"):
        leaves = draw(st.permutations(ids))[: draw(st.integers(1, len(ids)))]
        cut = draw(st.integers(0, len(leaves)))

        def leaf(m):
            entry = {"measure": m}
            if draw(st.booleans()):
                entry["weight"] = draw(st.integers(1, 3))
            if draw(st.booleans()):
                entry["goalposts"] = [-100, draw(NUMBERS)]
            return entry

        children = [leaf(m) for m in leaves[cut:]]
        if cut:
            block = {"id": "n_block", "children": [leaf(m) for m in leaves[:cut]]}
            children.insert(draw(st.integers(0, len(children))), block | draw(st.sampled_from([{}, {"floor": 0.1}])))
        root = view if draw(st.booleans()) else "n_root"
        method = draw(st.sampled_from([{}, {"aggregation": {"method": "owa", "order_weights": [0.5, 0.5]}}]))
        beside = [m for m in ids if m not in leaves and draw(st.booleans())]
        views[view] = {"units": "all", "years": draw(st.sampled_from([[2020], [2019, 2020, 2022], "workbook"]))}
        views[view] |= {"tree": {"id": root, "children": children, **method}} | ({"beside": beside} if beside else {})
    units = {"A": {"level": "town"}, "B": {"level": "town", "exists": [None, 2020]}}
    return Study({}, units, {"all": ["B", "A"]}, {}, measures, views)


@given(studies())
def test_any_study_is_written_as_sheets_that_say_the_same(made):
    again = read_study(tables(made), {})
    for study in (made, again):
        for view in study.views.values():
            view["beside"] = sorted(view.get("beside", ()))  # in no order
    assert again == made


SCALARS = st.one_of(st.text('ab1. ;:{"', min_size=1, max_size=5).map(str.strip).filter(bool), NUMBERS, st.booleans())


@given(st.one_of(SCALARS, st.dictionaries(NAMES, st.one_of(SCALARS, st.lists(NUMBERS)), min_size=1)))
def test_a_cell_says_any_setting(given_):
    assert value(VALUE.write(given_)) == given_


@given(st.lists(st.integers(1900, 2100), min_size=1, unique=True))
def test_years_are_written_as_spans_that_say_the_same(given_):
    assert years(YEARS.write(given_)) == given_


def test_a_study_takes_what_it_lacks_from_the_one_that_it_extends(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a/study.yaml").write_text("extends: b\n")
    (tmp_path / "b/study.yaml").write_text("show: {index: x}\n")
    UNITS.to_csv(tmp_path / "b/units.csv", index=False)
    SETS.to_csv(tmp_path / "b/unit_sets.csv", index=False)
    INDICES.to_csv(tmp_path / "a/indices.csv", index=False)
    frame("id|low|high\na|0|9").to_csv(tmp_path / "a/indicators.csv", index=False)
    frame("index|id|node|children\ni|r|i|a").to_csv(tmp_path / "b/readings.csv", index=False)
    files = StudyFiles({"study": "a"}, tmp_path)
    assert set(files.study.units) == {"A", "B"}
    assert files.about == {"extends": "b"}
    assert "readings" not in files.study.views["i"]
    (tmp_path / "b/study.yaml").write_text("extends: a\n")
    with pytest.raises(InputError, match="does not extend itself"):
        StudyFiles({"study": "a"}, tmp_path).about  # noqa: B018


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1\n", "line 2: found '1 cells'; expected 2"),
        ("a,b\n1,2,3\n", "line 2: found '3 cells'"),
        ("a,a\n1,2\n", "line 1: found 'a'; expected a heading, each once"),
        ('a,b\n"1,2\n', "expected a table in CSV"),
        ("a\n\x00\n", "U+0000"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(text, words, tmp_path):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        read_sheet(tmp_path / "t.csv", "t.csv")
    assert words in str(stopped.value)


def test_lines_are_told_as_a_text_editor_counts_them(tmp_path):
    (tmp_path / "t.csv").write_text('a,b\r\n\r\n"x\r\ny",1\r\n2,z\r\n', encoding="utf-8-sig", newline="")
    found = read_sheet(tmp_path / "t.csv")
    assert found.index[found["a"] == "2"].tolist() == [5 - 2]
