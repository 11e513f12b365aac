"""What is wrong with a study is told where it stands, before a run starts; nothing is lost in silence."""

import json

import numpy as np
import openpyxl
import pandas as pd
import pytest

import monotown as mt
from monotown.base.problems import InputError
from monotown.commands.main import main
from monotown.workflow.study import read_book

INDICATORS = [
    ["id", "parent", "direction", "low", "high", "weight"],
    ["eco", "", "", "", "", ""],
    ["pay", "eco", 1, 0, 500, 1],
    ["job", "eco", -1, 0, 20, 1],
    ["life", "", 1, 60, 85, 1],
]
DATA = [
    ["unit", "year", "pay", "job", "life"],
    ["Abai", 2021, 260, 5, 72],
    ["Balkhash", 2021, 330, 4, 74],
    ["Chu", 2021, 410, 8, 71],
]
JUMPS = [
    ["unit", "variable", "from", "to", "verdict"],
    ["Abai", "pay", 2020, 2021, "open"],
    ["Chu", "job", 2020, 2021, "open"],
]
UNITS = [["code", "reference"], ["Abai", ""], ["Balkhash", ""], ["Chu", ""]]


def column(rows, *cells):
    return [[*row, cell] for row, cell in zip(rows, cells, strict=True)]


def keys(*rows):
    return [["key", "value"], *map(list, rows)]


def cell(rows, r, c, value):
    return [[value if (i, j) == (r, c) else old for j, old in enumerate(row)] for i, row in enumerate(rows)]


def written(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in {"indicators": INDICATORS, "units": UNITS, "data": DATA, **sheets}.items():
        if rows is not None:
            page = book.create_sheet(name)
            for row in rows:
                page.append(row)
    book.save(path)
    return path


def checked(path, capsys):
    """Status, and code, sheet and cell of each finding."""
    status = main(["check", str(path), "--json", "--language", "en"])
    said = json.loads(capsys.readouterr().out)
    return status, said["findings"]


WRONG = {
    "no sheet of data": ({"data": None}, "no_figures", "data", ""),
    "an empty sheet of data": ({"data": []}, "no_figures", "data", ""),
    "an empty sheet of indicators": ({"indicators": []}, "no_indicators", "indicators", ""),
    "a formula without a value": ({"data": cell(DATA, 1, 2, "=1/0")}, "cell_formula", "data", "C2"),
    "a weight by a formula": ({"indicators": cell(INDICATORS, 2, 5, "=1+1")}, "cell_formula", "indicators", "F3"),
    "a row without its year": ({"data": cell(DATA, 2, 1, None)}, "no_year", "data", "B3"),
    "more than any number": ({"data": cell(DATA, 1, 2, "1e400")}, "no_number", "data", "C2"),
    "a circle": (
        {"indicators": [*cell(INDICATORS, 1, 1, "soc"), ["soc", "eco", "", "", "", ""]]},
        *("tree_loop", "indicators", "B2"),
    ),
    "groups that no unit has": (
        {"indicators": column(INDICATORS, "missing", "", "median by climat", "", "")},
        *("groups_unknown", "indicators", "G3"),
    ),
    "a scale of one value": (
        {
            "indicators": cell(cell(INDICATORS, 2, 3, None), 2, 4, None),
            "data": [DATA[0], *([*r[:2], 5, *r[3:]] for r in DATA[1:])],
        },
        *("no_spread", "indicators", "D3"),
    ),
    "divided by itself": (
        {"indicators": column(INDICATORS, "denominator", "", "pay", "", "")},
        *("denominator_unknown", "indicators", "G3"),
    ),
    "nobody ranked": ({"units": [UNITS[0], *([c, "yes"] for c, _ in UNITS[1:])]}, "all_reference", "units", "B2"),
    "a heading twice": ({"indicators": column(INDICATORS, "weight", "", 1, 1, 1)}, *("head_twice", "indicators", "G1")),
    "a heading of figures twice": ({"data": column(DATA, "pay", 1, 2, 3)}, "head_twice", "data", "F1"),
    "a method": (
        {"indicators": column(INDICATORS, "aggregation", "geometrc", "", "", "")},
        *("config", "indicators", "G2"),
    ),
    "a mark that parts no decimals": ({"about": [["key", "value"], ["decimal", ";"]]}, *("about_value", "about", "B2")),
    "a slip of a key": ({"about": [["key", "value"], ["yaer", 2021]]}, "key_unknown", "about", "A2"),
    "a verdict on no unit": ({"jumps": cell(JUMPS, 2, 0, "Cho")}, "unit_code_unknown", "jumps", "A3"),
    "a verdict on no series": ({"jumps": cell(JUMPS, 1, 1, "jab")}, "measure_unknown", "jumps", "B2"),
    "a verdict that is none": ({"jumps": cell(JUMPS, 1, 4, "fine")}, "verdict_unknown", "jumps", "E2"),
    "a verdict given twice": ({"jumps": [*JUMPS, JUMPS[1]]}, "id_twice", "jumps", "B4"),
    "a formula": ({"indicators": column(INDICATORS, "formula", "", "pay *", "", "")}, *("config", "indicators", "G3")),
    # what a study says of itself
    "one column": ({"about": [["title"], ["Towns"]]}, "about_form", "about", ""),
    "a key twice": ({"about": keys(("title", "A"), ("title", "B"))}, "about_value", "about", "B3"),
    "a key below a text": ({"about": keys(("title", "A"), ("title.x", "B"))}, "about_value", "about", "B3"),
    "a text that opens and does not close": ({"about": keys(("named", "{a"))}, "about_value", "about", "B2"),
    "no number of replicates": ({"about": keys(("title", "A"), ("draws", "many"))}, "config", "about", "B3"),
    "too few replicates": ({"about": keys(("sensitivity.draws", 5))}, "config", "about", "B2"),
    "no seed": ({"about": keys(("seed", -1))}, "config", "about", "B2"),
    "no section": ({"about": keys(("sensitivity", "x"))}, "config", "about", "B2"),
    "a study that is not there": (
        {"about": keys(("title", "A"), ("study", "no.xlsx"))},
        "study_unknown",
        "about",
        "B3",
    ),
    "a scale that is none": ({"about": keys(("title", "A"), ("normalisation", "minmx"))}, "config", "about", "B3"),
    "years that are none": ({"about": keys(("title", "A"), ("years", "soon, later"))}, "cell_years", "about", "B3"),
    "years of an index that are none": (
        {"indices": [["id", "units", "years"], ["index", "all", "soon"]]},
        *("cell_years", "indices", "C2"),
    ),
    # indicators
    "a column without a heading": (
        {"indicators": column(INDICATORS, "", "", 1, "", "")},
        "head_empty",
        "indicators",
        "G1",
    ),
    "no column of ids": (
        {"indicators": [["parent", "direction"], ["", 1], ["", 1]]},
        *("column_missing", "indicators", "1:1"),
    ),
    "one word of a mapping twice": (
        {"indicators": column(INDICATORS, "reads_as", "", "none: 0; none: 1", "", "")},
        *("cell_mapping", "indicators", "G3"),
    ),
    "a weight larger than any": ({"indicators": cell(INDICATORS, 2, 5, "1e999")}, "cell_number", "indicators", "F3"),
    # weights and judgments
    "a weight of no index": (
        {"weights": [["index", "id", "weight"], ["indx", "pay", 2]]},
        *("index_unknown", "weights", "A2"),
    ),
    "a weight of no index, by its method": (
        {"weights": [["index", "method", "first", "value"], ["indx", "weights", "pay", 2]]},
        *("index_unknown", "weights", "A2"),
    ),
    "a weight that is none": ({"weights": [["id", "weight"], ["pay", "nan"]]}, "cell_number", "weights", "B2"),
    "a weight below 0": ({"weights": [["id", "weight"], ["pay", -2]]}, "weight_negative", "weights", "B2"),
    "a weight twice": ({"weights": [["id", "weight"], ["pay", 2], ["pay", 2]]}, "weight_twice", "weights", "A3"),
    "a weight twice, by its method": (
        {"weights": [["method", "id", "value"], ["weights", "pay", 2], ["weights", "pay", 2]]},
        *("weight_twice", "weights", "B3"),
    ),
    "no method": (
        {"weights": [["method", "expert", "id", "value"], ["budgat", "e", "eco", 50]]},
        *("method_unknown", "weights", "A2"),
    ),
    "two methods": (
        {"weights": [["method", "first", "second", "value"], ["ahp", "eco", "life", 3], ["budget", "eco", "", 3]]},
        *("method_two", "weights", "A3"),
    ),
    "judgments and a scheme": (
        {
            "indices": [["id", "units", "weights"], ["index", "all", "entropy"]],
            "weights": [["index", "eco", "life"], ["eco", 1, 3], ["life", "", 1]],
        },
        *("weights_two", "weights", "1:1"),
    ),
    "a judgment larger than any": (
        {"weights": [["expert", "first", "second", "value"], ["e", "eco", "life", "1e999"]]},
        *("judgment_number", "weights", "D2"),
    ),
    "a judgment out of the scale": (
        {"weights": [["expert", "first", "second", "value"], ["e", "eco", "life", 3], ["f", "eco", "life", 12]]},
        *("config", "weights", "3:3"),
    ),
    "points that are not 100": (
        {"weights": [["expert", "eco", "life"], ["e", 60, 40], ["f", 60, 30]]},
        *("config", "weights", "3:3"),
    ),
    "judgments of one node alone": (
        {"weights": [["eco", "pay", "job"], ["pay", 1, 3], ["job", "", 1]]},
        *("config", "weights", "1:1"),
    ),
    # figures
    "a name of two": (
        {
            "units": [["code", "name"], ["Abai", "Abai"], ["B", "Chu"], ["C", "Chu"]],
            "data": [DATA[0], *DATA[1:2], ["Chu", 2021, 1, 1, 60]],
        },
        *("name_open", "data", "A3"),
    ),
    "a kind that is none": ({"data": column(DATA, "kind", "official", "real", "")}, "kind_unknown", "data", "F3"),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_fault_is_told_once_at_its_cell_with_its_remedy(tmp_path, capsys, name):
    sheets, *told = WRONG[name]
    status, found = checked(written(tmp_path / "s.xlsx", **sheets), capsys)
    assert status == 1
    assert [[f["code"], f["sheet"], f["cell"]] for f in found] == [told]
    assert found[0]["remedy"]
    for language in ("ru", "kk"):
        assert main(["check", str(tmp_path / "s.xlsx"), "--language", language]) == 1
        assert found[0]["remedy"] not in capsys.readouterr().err


@pytest.mark.parametrize(
    "sheets",
    [
        {name: [heads]}
        for name, heads in {
            "units": UNITS[0],
            "weights": ["id", "weight"],
            "indices": ["id", "name"],
            "unit_sets": ["set", "unit"],
            "about": ["key", "value"],
        }.items()
    ],
)
def test_a_sheet_of_headings_alone_says_nothing(tmp_path, capsys, sheets):
    assert checked(written(tmp_path / "s.xlsx", **sheets), capsys) == (0, [])


def test_a_verdict_may_be_said_by_name_in_any_language(tmp_path):
    units = [["code", "name"], ["a", "Abai"], ["b", "Balkhash"], ["c", "Chu"]]
    data = [DATA[0], *([code, *row[1:]] for code, row in zip("abc", DATA[1:], strict=True))]
    head = ["единица", "показатель", "с", "по", "вердикт", "причина"]
    rows = [head, ["Abai", "pay", 2020, 2021, "открыто", "Не сказано."]]
    study = read_book(written(tmp_path / "s.xlsx", units=units, data=data, скачки=rows))
    (entry,) = study.jumps.values()
    assert list(entry.pop("reason").values()) == ["Не сказано."]
    assert entry == {"unit": "a", "variable": "pay", "from": 2020, "to": 2021, "verdict": "open"}


def test_a_hidden_row_is_read_with_a_warning(tmp_path, capsys):
    book = openpyxl.load_workbook(written(tmp_path / "s.xlsx"))
    book["data"].row_dimensions[2].hidden = True
    book.save(tmp_path / "s.xlsx")
    status, found = checked(tmp_path / "s.xlsx", capsys)
    assert (status, [(f["severity"], f["sheet"], f["cell"]) for f in found]) == (0, [("warning", "data", "2:2")])


def test_a_workbook_extends_nothing(tmp_path, capsys):
    about = [["key", "value"], ["extends", "nowhere"]]
    status, found = checked(written(tmp_path / "s.xlsx", about=about), capsys)
    assert (status, [f["code"] for f in found]) == (0, ["key_aside"])


def test_what_others_are_divided_by_stands_in_no_index(tmp_path, capsys):
    meta = [
        ["iCode", "Parent", "Direction", "Type", "Denominator"],
        ["pay", "eco", 1, "Indicator", "people"],
        ["job", "eco", -1, "Indicator", "NA"],
        ["eco", "NA", 1, "Aggregate", "NA"],
        ["people", "NA", "NA", "Denominator", "NA"],
        ["area", "NA", "NA", "Denominator", "NA"],
    ]
    data = [["uCode", "pay", "job", "people", "area"], ["A", 1, 2, 2, 1], ["B", 4, 1, 2, 2]]
    path = written(tmp_path / "s.xlsx", indicators=None, units=None, data=None, iMeta=meta, iData=data)
    assert checked(path, capsys) == (0, [])
    index = mt.Study.read(path).index()
    assert dict(index.scores.query("node == 'eco'")[["unit", "score"]].to_numpy().tolist()) == {"A": 0, "B": 100}


@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_a_folder_of_sheets_as_a_spreadsheet_program_saves_them(tmp_path, capsys, mark):
    (tmp_path / "study.yaml").write_text("title: x\n", encoding="utf-8")
    for name, rows in {"indicators": INDICATORS, "data": DATA}.items():
        text = "".join(mark.join(map(str, row)) + "\r\n" for row in rows)
        (tmp_path / f"{name}.csv").write_bytes(text.encode("utf-8-sig"))
    assert checked(tmp_path, capsys) == (0, [])


def test_a_study_yaml_without_keys(tmp_path, capsys):
    (tmp_path / "study.yaml").write_text("a title\n", encoding="utf-8")
    assert checked(tmp_path, capsys)[0] == 1


def test_a_study_among_files_is_the_study_and_two_are_a_wrong_call(tmp_path, capsys):
    study = written(tmp_path / "s.xlsx", data=None)
    figures = tmp_path / "figures.csv"
    pd.DataFrame(DATA[1:], columns=DATA[0]).to_csv(figures, index=False)
    assert main(["check", str(study), str(figures)]) == 0
    assert main(["check", str(study), str(written(tmp_path / "t.xlsx"))]) == 2
    assert main(["run", str(written(tmp_path / "t.xlsx")), "--output", str(figures)]) == 2


# --- from Python --------------------------------------------------------------------------------

FRAME = pd.DataFrame(INDICATORS[2:], columns=INDICATORS[0]).drop(columns="parent")
FIGURES = pd.DataFrame(DATA[1:], columns=DATA[0])


@pytest.mark.parametrize(
    ("indicators", "data"),
    [
        (pd.DataFrame(), pd.DataFrame()),
        (FRAME, None),
        (FRAME, pd.DataFrame()),
        (FRAME, {"unit": ["A"]}),
        (FRAME, FIGURES["pay"]),
        (FRAME, FIGURES.assign(pay=np.inf)),
    ],
)
def test_frames_that_are_none_are_refused(indicators, data):
    with pytest.raises(InputError):
        mt.Study(indicators, data)


def test_years_as_dates_numbers_and_texts_are_one():
    scores = [
        mt.Study(FRAME, FIGURES.assign(year=year)).index().scores
        for year in (2021, "2021", pd.Timestamp("2021-01-01"), pd.Period("2021", "Y"))
    ]
    for other in scores[1:]:
        pd.testing.assert_frame_equal(scores[0], other)


def test_a_study_with_other_figures_has_their_years():
    study = mt.Study(FRAME, FIGURES)
    assert set(study.with_(data=FIGURES.assign(year=2022)).index().scores["year"]) == {2022}
    assert set(study.index().scores["year"]) == {2021}


@pytest.mark.parametrize("setting", [{"units": "alll"}, {"years": "x"}, {"weights": [1, 2, 3]}])
def test_a_setting_that_is_none_is_refused(setting):
    with pytest.raises(InputError):
        mt.Study(FRAME, FIGURES).with_(**setting)


def test_a_workbook_that_is_not_there():
    with pytest.raises(InputError, match=r"nowhere\.xlsx"):
        mt.Study.read("nowhere.xlsx")


def test_weights_may_be_a_series():
    given = mt.Study(FRAME, FIGURES, weights=pd.Series({"pay": 2, "job": 1})).index()
    wanted = mt.Study(FRAME, FIGURES).with_(weights={"pay": 2, "job": 1}).index()
    pd.testing.assert_frame_equal(given.scores, wanted.scores)


# --- what stands around the figures --------------------------------------------------------------

TITLED = [["Towns of the valley"], ["per 1 January, 2021"], [], *DATA]


def scored(path):
    """Score of each unit, year and node of a study."""
    rows = mt.Study.read(path).index().scores[["unit", "year", "node", "score"]]
    return {tuple(row[:3]): row[3] for row in rows.to_numpy().tolist()}


@pytest.mark.parametrize("words", ["Total", "Всего", "Итого по области", "Барлығы", "World"])
@pytest.mark.parametrize("units", [UNITS, None])
def test_totals_are_left_out_of_a_study_as_an_office_prints_them(tmp_path, capsys, words, units):
    path = written(tmp_path / "s.xlsx", data=[*DATA, [words, 2021, 1000, 99, 99]], units=units)
    status, found = checked(path, capsys)
    assert (status, [[f["severity"], f["code"], f["sheet"], f["cell"], f["found"]] for f in found]) == (
        0,
        [["note", "rows_aside", "data", "A5", words]],
    )
    assert scored(path) == scored(written(tmp_path / "t.xlsx", units=units))


def test_a_total_that_the_study_names_is_a_unit_of_it(tmp_path, capsys):
    units = [*UNITS, ["Total", "yes"]]
    path = written(tmp_path / "s.xlsx", data=[*DATA, ["Total", 2021, 333, 6, 72]], units=units)
    assert checked(path, capsys) == (0, [])
    assert "Total" in set(mt.Study.read(path).content.figures.frame["unit"])


def test_groups_alone_are_the_units_of_a_study(tmp_path, capsys):
    regions = [DATA[0], ["Arab States", 2021, 260, 5, 72], ["Sub-Saharan Africa", 2021, 100, 9, 61]]
    path = written(tmp_path / "s.xlsx", data=regions, units=None)
    assert checked(path, capsys) == (0, [])
    assert len(mt.Study.read(path).content.units) == 2


@pytest.mark.parametrize("merged", [False, True])
def test_titles_above_the_headings_are_no_headings(tmp_path, capsys, merged):
    path = written(tmp_path / "s.xlsx", data=TITLED, indicators=[["Indicators of the valley"], *INDICATORS])
    if merged:
        book = openpyxl.load_workbook(path)
        book["data"].merge_cells("A1:E1")
        book.save(path)
    assert main(["check", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["findings"] == []
    assert {f["cell"] for f in found["figures"]} == {f"{c}{r}" for c in "CDE" for r in (5, 6, 7)}
    cells = found["cells"]["s.xlsx/data"]
    assert (cells["title"], cells["header"], cells["left_out"]) == (2, 5, 0)
    assert scored(path) == scored(written(tmp_path / "t.xlsx"))


def test_what_is_wrong_below_a_title_is_told_at_its_cell(tmp_path, capsys):
    status, found = checked(written(tmp_path / "s.xlsx", data=cell(TITLED, 4, 2, "lots")), capsys)
    assert (status, [(f["code"], f["cell"]) for f in found]) == (1, [("no_number", "C5")])


def test_over_a_hundred_figures_that_stand_twice_are_counted(tmp_path, capsys):
    rows = [["Abai", year, 1, 1, 61] for year in range(1950, 2000)]
    status, found = checked(written(tmp_path / "s.xlsx", data=[DATA[0], *rows, *rows]), capsys)
    assert status == 1
    assert {f["code"] for f in found} == {"figure_twice"}
    assert len(found) == 101
    assert found[-1]["found"] == "… (+50)"


def test_a_row_that_stands_in_two_places_ends_no_search(tmp_path, capsys):
    rows = [["id", "parent"], ["eco", "pay"], ["pay", "eco"], ["eco", ""], ["life", ""]]
    status, found = checked(written(tmp_path / "s.xlsx", indicators=rows), capsys)
    assert status == 1
    assert ("tree_loop", "B2") in [(f["code"], f["cell"]) for f in found]


def test_a_study_that_names_no_cell_of_it_is_told_by_its_line(tmp_path, capsys):
    (tmp_path / "study.yaml").write_text("title: x\nsensitivity:\n  draws: many\n", encoding="utf-8")
    for name, rows in {
        "indicators": INDICATORS,
        "data": DATA,
        "weights": [["expert", "eco", "life"], ["e", 60, 40], ["f", 60, 30]],
    }.items():
        pd.DataFrame(rows[1:], columns=rows[0]).to_csv(tmp_path / f"{name}.csv", index=False)
    status, found = checked(tmp_path, capsys)
    assert status == 1
    assert [(f["file"].rpartition("/")[2], f["cell"].partition(",")[0]) for f in found] == [
        ("study.yaml", "line 3"),
        ("weights.csv", "line 3"),
    ]


def test_a_method_that_a_folder_names_is_told_in_its_study_yaml(tmp_path, capsys):
    (tmp_path / "study.yaml").write_text("title: x\nnormalisation: minmx\n", encoding="utf-8")
    for name, rows in {"indicators": INDICATORS, "data": DATA}.items():
        pd.DataFrame(rows[1:], columns=rows[0]).to_csv(tmp_path / f"{name}.csv", index=False)
    status, found = checked(tmp_path, capsys)
    assert status == 1
    assert [(f["file"].rpartition("/")[2], f["cell"].partition(",")[0], f["found"]) for f in found] == [
        ("study.yaml", "line 2", "minmx")
    ]


def test_years_of_a_study_yaml_may_be_a_list(tmp_path, capsys):
    (tmp_path / "study.yaml").write_text("title: x\nyears: [2021]\n", encoding="utf-8")
    for name, rows in {"indicators": INDICATORS, "data": [*DATA, ["Abai", 2022, 300, 5, 70]]}.items():
        pd.DataFrame(rows[1:], columns=rows[0]).to_csv(tmp_path / f"{name}.csv", index=False)
    assert checked(tmp_path, capsys) == (0, [])
    assert set(mt.Study.read(tmp_path).index().scores["year"]) == {2021}
