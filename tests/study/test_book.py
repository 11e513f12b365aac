"""A workbook and a folder are two forms of one study; it may speak English, Russian, Kazakh, or as COINr does."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, settings
from hypothesis import given as given_
from hypothesis import strategies as st
from study_support import frame, scores, write

from monotown.base.problems import InputError
from monotown.base.tables import Kind
from monotown.index.model import LEAF_MISSING, NODE_MISSING
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS, OUTLIERS, SCHEMES, TRANSFORMS
from monotown.methods.weights.judgments import read_ahp, read_judgments
from monotown.study.book import study_of
from monotown.study.cells import DIRECTION, MAPPING, flat, nested
from monotown.study.figures import COLUMNS, Figures
from monotown.study.headings import CELL_WORDS, told_word
from monotown.study.judgments import Judgment, Judgments
from monotown.study.read import Study
from monotown.study.standing import completed, observations
from monotown.study.tables import Table
from monotown.workflow.export import export_study
from monotown.workflow.study import KINDS, Pieces, StudyFiles, read_book, read_folder, write_book, write_folder

ROOT = Path(__file__).resolve().parents[2]

CITIES = {
    "indicators": frame(
        """id|name|parent|direction|unit|low|high|weight|aggregation|missing
        life|Life||||||2|geometric|
        wage|Wage|life|+|tenge|0|10|||
        dust|Dust|life|less|mg|0|4|||median by climate
        doctors|Doctors||1||||||"""
    ),
    "units": frame("code|name|climate|people\na|Abai|dry|10\nb|Balkhash|dry|20\nc|Chu|wet|10\nd|Dala|wet|5"),
    "data": frame("code|year|wage|dust|doctors\na|2021|1|1|10\nb|2021|9|3|30\nc|2021|5|2|20\nd|2021|5||40"),
    "about": frame("key|value\ntitle|Cities"),
}
CITIES["indicators"]["denominator"] = ["", "", "", "people"]


def study(**changed: pd.DataFrame) -> Study:
    return study_of([(n, Table(f, "book.xlsx", n)) for n, f in {**CITIES, **changed}.items()])


def told(**changed: pd.DataFrame) -> list[str]:
    with pytest.raises(InputError) as stopped:
        study(**changed)
    return [str(p) for p in stopped.value.problems]


def without(sheet: str, *columns: str) -> pd.DataFrame:
    return CITIES[sheet].drop(columns=list(columns))


# --- two forms, four kinds of file ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["s.xlsx", "s.xls", "s.ods", "folder"])
def test_every_form_is_the_same_study(name, tmp_path):
    path = write(CITIES, tmp_path / name)
    read = read_book(path) if path.suffix else read_folder(path, "/")
    assert read == study()
    assert len(read.figures) == 11
    assert scores(read) == pytest.approx(scores(study()))


def test_the_default_study_goes_through_a_workbook_and_back(tmp_path):
    files = StudyFiles({"study": "config/study"}, ROOT)
    write_book(files.study, tmp_path / "bare.xlsx")
    assert read_book(tmp_path / "bare.xlsx") == files.study
    export_study("config/study", tmp_path / "s.xlsx", ROOT)
    assert read_book(tmp_path / "s.xlsx") == files.whole
    export_study(tmp_path / "s.xlsx", tmp_path / "folder", "/")
    again = StudyFiles({"study": str(tmp_path / "folder")}, "/")
    assert again.study == files.whole
    # the exported one tells the same names without the words of other files
    assert again.words == ""
    name, entry = next(iter(files.told("measures").items()))
    assert again.told("measures")[name]["label"] == entry["label"]
    assert files.whole.beside == again.study.beside


def test_a_study_that_extends_another_is_exported_whole(tmp_path):
    export_study("config/examples/towns", tmp_path / "towns.xlsx", ROOT)
    read = read_book(tmp_path / "towns.xlsx")
    assert "extends" not in read.about
    assert set(read.units) == set(StudyFiles({"study": "config/study"}, ROOT).study.units)


def test_an_export_takes_no_name_that_something_has(tmp_path):
    path = write(CITIES, tmp_path / "s.xlsx")
    with pytest.raises(InputError, match="a name that nothing has"):
        export_study(path, path, "/")
    with pytest.raises(InputError, match=r"ends in \.xlsx"):
        export_study(path, tmp_path / "s.ods", "/")


WORDS = st.text("abcАЯқ -+=1/';:{\"", min_size=1, max_size=6).map(str.strip).filter(bool)
IDS = st.text("abcxyz_", min_size=1, max_size=4).map("m_".__add__)
NUMBERS = st.one_of(st.integers(-(10**6), 10**6).map(float), st.floats(-1e9, 1e9, allow_nan=False))


@st.composite
def alone(draw):
    """Studies with figures, groups, judgments and names in any language."""
    ids = draw(st.lists(IDS, min_size=2, max_size=4, unique=True))
    language = draw(st.sampled_from(["en", "ru"]))
    about = {"languages": [language, "kk"], "title": draw(WORDS), "take": {"sex": draw(WORDS)}}
    units = {
        f"u{i}": {"level": "unit", "groups": {"climate": draw(WORDS)}, language: draw(WORDS) + str(i)} for i in range(3)
    }
    measures = {m: {"label": {language: f"{draw(WORDS)} {m}"}} for m in ids}
    if draw(st.booleans()):
        measures[ids[0]] |= {"goalposts": [0, draw(st.integers(1, 9))], "denominator": ids[1], "reads_as": {"none": 0}}
    tree = {"id": "i", "children": [{"measure": m} for m in ids]}
    views = {"i": {"units": "all", "kind": "official", "years": [2020, 2021], "tree": tree}}
    judgments = {}
    if draw(st.booleans()):
        method = draw(st.sampled_from(["ahp", "best_worst", "budget_allocation"]))
        second = "" if method == "budget_allocation" else ids[1]
        judgments["i"] = Judgments(method, "official", (Judgment(draw(WORDS), "", ids[0], second, "3"),))
        views["i"]["weights"] = {"scheme": method, "judgments": "weights"}
    places = draw(
        st.lists(st.tuples(st.sampled_from(["u1", "u2"]), st.sampled_from([2020, 2021]), st.sampled_from(ids)),
                 unique=True, max_size=8)
    )  # fmt: skip
    places += [("u0", 2020, m) for m in ids]  # no indicator without a figure
    source = draw(st.sampled_from(["", "office"]))
    rows = [
        {"unit": u, "year": y, "indicator": m, "value": draw(NUMBERS), "marker": "", "kind": "official"}
        | {"source": source, "dims": "", "reference": False, "file": "", "sheet": "", "cell": ""}
        for u, y, m in places
    ]
    for row in rows[: -len(ids)]:
        if draw(st.booleans()):
            row |= {"value": float("nan"), "marker": draw(st.sampled_from(["none", "confidential", "not_available"]))}
    figures = Figures(pd.DataFrame(rows, columns=list(COLUMNS)))
    years = sorted({y for _, y, _ in places})
    views["i"]["years"] = draw(st.sampled_from([years, [2020, 2021]]))
    sets = {"all": draw(st.permutations(sorted(units)))}
    return Study(about, units, sets, {}, measures, views, figures=figures, judgments=judgments)


@given_(alone())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_study_goes_through_a_workbook_and_a_folder(tmp_path_factory, made):
    folder = tmp_path_factory.mktemp("study")
    write_book(made, folder / "s.xlsx")
    assert read_book(folder / "s.xlsx") == made
    write_folder(made, folder / "folder")
    assert read_folder(folder / "folder", "/") == made


KEYS = st.text("ab.[ ", min_size=1, max_size=3)
SETTINGS = st.recursive(
    st.one_of(WORDS, st.integers(-9, 99), st.booleans(), st.none(), st.lists(st.integers(0, 9), max_size=3)),
    lambda below: st.dictionaries(KEYS, below, max_size=3),
    max_leaves=6,
)


@given_(st.dictionaries(KEYS, SETTINGS, max_size=4))
def test_keys_and_values_say_any_settings(given):
    assert nested(flat(given)) == given


# --- languages and other forms -------------------------------------------------------------------

RUSSIAN = {
    "Показатели": ("indicators", "код;название;родитель;направление;единица измерения;минимум;максимум;вес;"
                   "агрегирование;пропуски;знаменатель"),
    "Единицы": ("units", "код;название;climate;people"),
    "Данные": ("data", "код;год;wage;dust;doctors"),
    "О книге": ("about", "ключ;значение"),
}  # fmt: skip
KAZAKH = {
    "Көрсеткіштер": ("indicators", "коды;атауы;тобы;бағыты;өлшем бірлігі;төменгі шек;жоғарғы шек;салмағы;"
                     "біріктіру;бос мәндер;бөлгіш"),
    "Аумақтар": ("units", "коды;атауы;climate;people"),
    "Деректер": ("data", "аумақ;жыл;wage;dust;doctors"),
    "Кітап туралы": ("about", "кілт;мәні"),
}  # fmt: skip


@pytest.mark.parametrize(("names", "more", "less"), [(RUSSIAN, "больше", "меньше"), (KAZAKH, "көп", "аз")])
def test_sheets_and_headings_may_be_in_any_of_three_languages(names, more, less, tmp_path):
    sheets = {}
    for name, (sheet, heads) in names.items():
        sheets[name] = CITIES[sheet].set_axis(heads.split(";"), axis=1)
        sheets[name] = sheets[name].replace({"+": more, "less": less})
    assert read_book(write(sheets, tmp_path / "s.xlsx")) == study()


@pytest.mark.parametrize(
    ("words", "direction"), [("1;+1;+;more;больше;БОЛЬШЕ;көп", 1), ("-1;−1;−;–;-;less;меньше;аз;Аз", -1)]
)
def test_a_direction_is_a_word_or_a_sign(words, direction):
    assert {DIRECTION.read(word) for word in words.split(";")} == {direction}


COINR = {
    "iMeta": frame(
        """iCode|iName|Parent|Level|Direction|Weight|Type|Unit|Target|Denominator
        Goods|Trade in goods|Conn|1|1|1|Indicator|Trillion USD|1.9|GDP
        Flights|Passenger flights|Conn|1|1|3|Indicator|Thousand|200|NA
        CO2|Emissions|Sust|1|-1|1|Indicator|Tons|0|NA
        Conn|Connectivity|Index|2|1|1|Aggregate|Score|NA|NA
        Sust|Sustainability|Index|2|1|1|Aggregate|Score|NA|NA
        Index|Index of both|NA|3|1|1|Aggregate|Score|NA|NA
        GDP|Gross domestic product|NA|NA|NA|NA|Denominator|Billion USD|NA|NA
        Pop_group|Population group|NA|NA|NA|NA|Group|NA|NA|NA
        Remark|Remark|NA|NA|NA|NA|Other|NA|NA|NA"""
    ),
    "iData": frame(
        """uCode|uName|Pop_group|GDP|Goods|Flights|CO2|Remark
        AUT|Austria|S|10|5|2|8|first
        BEL|Belgium|M|20|40|4|NA|
        BGR|Bulgaria|S|5|1|1|5|"""
    ),
}


def test_the_form_of_coinr_is_taken_as_it_is(tmp_path):
    read = read_book(write(COINR, tmp_path / "asem.xlsx"))
    assert list(read.units) == ["AUT", "BEL", "BGR"]
    assert read.units["BEL"] == {"level": "unit", "en": "Belgium", "groups": {"Pop_group": "M"}}
    tree = read.views["index"]["tree"]
    assert (tree["id"], [c["id"] for c in tree["children"]]) == ("Index", ["Conn", "Sust"])
    assert [(c["measure"], c["weight"]) for c in tree["children"][0]["children"]] == [("Goods", 1), ("Flights", 3)]
    assert read.measures["CO2"]["direction"] == -1
    assert completed(read).measures["Goods"]["formula"] == "Goods / GDP"
    assert "Remark" in " ".join(map(str, read.notes))
    # Goods over GDP: 0.5, 2, 0.2; flights 2, 4, 1; emissions 8, none, 5 and less is better
    found = scores(read)
    austria = ((0.3 / 1.8 + 3 / 3) / 4 + 0) / 2
    assert found == pytest.approx({("AUT", 0): austria, ("BEL", 0): 1.0, ("BGR", 0): (0 + 1) / 2})


def test_the_headers_of_the_coin_tool_are_taken_as_they_are(tmp_path):
    tool = {"Framework": COINR["iMeta"], "Database": COINR["iData"], "Notes on use": frame("a\nb")}
    read = read_book(write(tool, tmp_path / "tool.xlsx"))
    assert read == read_book(write(COINR, tmp_path / "asem.xlsx"))
    assert "Notes on use" in " ".join(map(str, read.notes))


def test_the_form_of_coinr_is_exported_as_a_study(tmp_path):
    path = write(COINR, tmp_path / "asem.xlsx")
    export_study(path, tmp_path / "folder", "/")
    assert read_folder(tmp_path / "folder", "/") == read_book(path)


# --- what a study says ---------------------------------------------------------------------------


def test_scores_are_those_of_the_definition():
    # dust of d: the median of its climate, 2; doctors over people: 1, 1.5, 2, 8, on the scale of the sample
    wage, dust = {"a": 0.1, "b": 0.9, "c": 0.5, "d": 0.5}, {"a": 0.75, "b": 0.25, "c": 0.5, "d": 0.5}
    doctors = {"a": 0.0, "b": 0.5 / 7, "c": 1 / 7, "d": 1.0}
    expected = {(u, 2021): (2 * (wage[u] * dust[u]) ** 0.5 + doctors[u]) / 3 for u in "abcd"}
    assert scores(study()) == pytest.approx(expected)


@pytest.mark.parametrize("how", ["mean", "median"])
def test_a_gap_is_filled_among_the_units_of_its_group(how):
    dust = {"a": "0", "b": "1", "c": "5", "d": "", "e": "8", "f": "", "g": "3"}
    data = frame("code|wage|dust\n" + "\n".join(f"{u}|5|{x}" for u, x in dust.items()))
    units = frame("code|climate\n" + "\n".join(f"{u}|{g}" for u, g in zip(dust, "wwwwxyx", strict=True)))
    indicators = frame(f"id|low|high|missing\nwage|0|10|\ndust|0|10|{how} by climate")
    found = scores(study(indicators=indicators, data=data, units=units))
    assert found["d", 0] == pytest.approx((0.5 + {"mean": 0.2, "median": 0.1}[how]) / 2)
    assert found["f", 0] == pytest.approx(0.5)  # alone in its group: nothing is made up


LONG = frame(
    """expert|node|first|second|value
    one||life|doctors|3
    two||life|doctors|1/3
    one|life|wage|dust|1
    two|life|wage|dust|1"""
)
MATRIX = frame("index|life|doctors\nlife|1|4\ndoctors|1/4|1\n||\nlife|wage|dust\nwage||0.5\ndust||")
BUDGET = frame("expert|kind|life|doctors\none|official|75|25\ntwo|official|25|75")
WORST = frame("method|expert|first|second|value\nbest-worst|one|life|doctors|3\nbest-worst|one|life|doctors|3")


@pytest.mark.parametrize(
    ("sheet", "life", "wage"),
    [
        (LONG, 0.5, 0.5),
        (MATRIX, 0.8, 1 / 3),
        (BUDGET, 0.5, 0.5),
        (WORST, 0.75, 0.5),
        (frame("id|weight\nlife|1\ndoctors|4\nwage|3"), 0.2, 0.75),
        (frame("код|вес\nlife|1\ndoctors|4\nwage|3"), 0.2, 0.75),
    ],
)
def test_weights_and_judgments_stand_in_a_sheet(sheet, life, wage):
    made = study(weights=sheet, indicators=CITIES["indicators"].assign(aggregation="").replace({"2": ""}))
    w, d = {"a": 0.1, "b": 0.9, "c": 0.5, "d": 0.5}, {"a": 0.75, "b": 0.25, "c": 0.5, "d": 0.5}
    doctors = {"a": 0.0, "b": 0.5 / 7, "c": 1 / 7, "d": 1.0}
    found = scores(made)
    if made.judgments:
        tree = made.views["index"]["tree"]
        names, weights = read_judgments(made.judgments["index"].method, made.judgments["index"].content(tree), "b")
        given = dict(zip(names, weights, strict=True))
        assert given.get("life", given.get("wage", 0) + given.get("dust", 0)) == pytest.approx(life)
    else:
        expected = {(u, 2021): life * (wage * w[u] + (1 - wage) * d[u]) + (1 - life) * doctors[u] for u in "abcd"}
        assert found == pytest.approx(expected)


def test_a_tree_may_have_any_depth():
    deep = frame(
        "id|parent|low|high\n"
        + "\n".join(f"n{i}|{'n' + str(i - 1) if i else ''}||" for i in range(30))
        + "\nwage|n29|0|10"
    )
    assert scores(study(indicators=deep))["b", 2021] == pytest.approx(0.9)


@pytest.mark.parametrize(
    "data",
    [
        "город|wage, 2021\n",
        "Код|Год|wage|dust|doctors\na|2021|1|1|10\nb|2021|9|3|30\nc|2021|5|2|20\nd|2021|5||40",
        "Город|год|Wage|Dust|Doctors\nAbai|2021 г.|1|1|10\nBalkhash|2021|9|3|30\nChu|2021|5,0|2|20\nDala|2021|5|-|40",
        "unit|indicator|2021\n" + "\n".join(f"{u}|{i}|{v}" for u, i, v in [
            ("a", "wage", 1), ("b", "wage", 9), ("c", "wage", 5), ("d", "wage", 5), ("a", "dust", 1), ("b", "dust", 3),
            ("c", "dust", 2), ("a", "doctors", 10), ("b", "doctors", 30), ("c", "doctors", 20), ("d", "doctors", 40)]),
        "unit|year|indicator|value\n" + "\n".join(f"{u}|2021|{i}|{v}" for u, i, v in [
            ("a", "wage", 1), ("b", "wage", 9), ("c", "wage", 5), ("d", "wage", 5), ("a", "dust", 1), ("b", "dust", 3),
            ("c", "dust", 2), ("a", "doctors", 10), ("b", "doctors", 30), ("c", "doctors", 20), ("d", "doctors", 40)]),
    ][1:],
)  # fmt: skip
def test_figures_stand_wide_or_by_year_or_long(data):
    assert scores(study(data=frame(data))) == pytest.approx(scores(study()))


def test_figures_may_stand_in_several_sheets_without_units_and_years():
    both = {
        "data": frame("name|wage|dust\nAbai|1|1\nBalkhash|9|3"),
        "data 2": frame("name|doctors\nAbai|1\nBalkhash|3"),
    }
    sheets = {"indicators": without("indicators", "denominator", "missing"), **both}
    made = study_of([(n, Table(f, "b.xlsx", n)) for n, f in sheets.items()])
    assert list(made.units) == ["Abai", "Balkhash"]
    assert scores(made)["Balkhash", 0] == pytest.approx((2 * (0.9 * 0.25) ** 0.5 + 1) / 3)


def test_a_unit_of_reference_is_never_ranked():
    units = CITIES["units"].assign(reference=["", "", "", "да"])
    made = study(units=units)
    assert made.sets == {"all": ["a", "b", "c"]}
    assert made.figures.frame.query("unit == 'd'")["reference"].all()


def test_one_language_is_enough_and_nothing_of_another_study_comes_in():
    indicators = frame("id|low|high\npoverty|0|9\nphysicians_per_10k|0|9")
    made = study(indicators=indicators, data=frame("code|poverty|physicians_per_10k\na|1|2"), units=frame("code\na"))
    whole = completed(made)
    assert whole.measures["poverty"]["label"] == {"en": "poverty"}
    shown = str([whole.about, whole.units, whole.variables, whole.measures, whole.views, whole.beside]).casefold()
    assert [w for w in ("kazakh", "town", "karaganda", "kz", "paper") if w in shown] == []


def test_a_study_alone_takes_no_words_of_the_default_one(tmp_path):
    path = write(
        {"indicators": frame("id|low|high\npoverty|0|9"), "data": frame("code|poverty\na|1")}, tmp_path / "s.xlsx"
    )
    files = StudyFiles({"study": str(path)}, ROOT)
    assert files.told("measures")["poverty"]["label"]["en"] == "poverty"
    assert files.read == [str(path)]


def test_languages_are_told_by_the_letters_and_the_endings():
    made = study(
        indicators=CITIES["indicators"].assign(name=["Жизнь", "Оплата", "Пыль", "Врачи"], name_kk=["Өмір", "", "", ""])
    )
    assert made.about["languages"] == ["ru", "kk"]
    assert made.views["index"]["tree"]["children"][0]["label"] == {"ru": "Жизнь", "kk": "Өмір"}


def test_every_step_gets_its_piece_of_a_workbook(tmp_path):
    sheets = {**CITIES, "weights": LONG}
    pieces = Pieces(StudyFiles({"study": str(write(sheets, tmp_path / "s.xlsx"))}, ROOT), tmp_path / "pieces")
    made = {kind: yaml.safe_load(Path(pieces(kind)).read_text(encoding="utf-8")) for kind in KINDS}
    assert made["definitions"]["doctors"] == {"formula": "doctors / people"}
    assert made["indices"]["index"]["groups"] == {"climate": {"a": "dry", "b": "dry", "c": "wet", "d": "wet"}}
    assert made["indicators"]["blocks"] == {"life": {}}
    (judged,) = pieces.judgments("index", made["views"]["index"])
    assert read_ahp(yaml.safe_load(Path(judged).read_text(encoding="utf-8")), judged).local_weights["life"] == 0.5


# --- what is wrong -------------------------------------------------------------------------------


FRAMEWORK = "indicators"


def changed(sheet: str, cell: tuple[int, str], text: str) -> dict[str, pd.DataFrame]:
    table = CITIES[sheet].copy()
    table.loc[cell[0], cell[1]] = text
    return {sheet: table}


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        (changed(FRAMEWORK, (1, "parent"), "lif"), ("sheet indicators, cell C3: found 'lif'", "'life' (did you mean")),
        (changed(FRAMEWORK, (0, "parent"), "life"), ("cell C2", "not contain itself", "life → life")),
        (changed(FRAMEWORK, (1, "low"), "11"), ("cell F3: found '11'", "below that of high, 10", "direction -1")),
        (changed(FRAMEWORK, (1, "high"), "0"), ("cell F3: found '0'", "below that of high, 0")),
        (changed(FRAMEWORK, (1, "direction"), "up"), ("cell D3: found 'up'", "1 where more is better")),
        (changed(FRAMEWORK, (1, "weight"), "-2"), ("cell H3", "a number of 0 or more")),
        (changed(FRAMEWORK, (3, "denominator"), "poeple"), ("cell K5: found 'poeple'", "'people' (did you mean")),
        ({FRAMEWORK: CITIES[FRAMEWORK].assign(weight="0")}, ("cell H2: found '0 in every row'", "above 0")),
        (changed("units", (1, "code"), "a"), ("sheet units, cell A3: found 'a'", "that no other row has", "Line 2")),
        ({"data": without("data", "dust")}, ("sheet indicators, cell A4", "figures of dust", "Add a column dust")),
        (changed("data", (1, "code"), "z"), ("sheet data, cell A3: found 'z'", "add a row to the sheet units")),
        (changed("data", (1, "code"), "a"), ("sheet data, cell C3", "one figure of wage for a in 2021", "C2")),
        (changed("data", (1, "wage"), "many"), ("sheet data, cell C3: found 'many'", "a number, or a mark of absence")),
        (changed("data", (1, "wage"), "1,234"), ("cell C3: found '1,234'", "read in one way", "decimal: ,")),
        (changed("data", (1, "year"), "soon"), ("cell B3: found 'soon'", "a year, such as 2021")),
        ({"data": frame("unit|indicator|value\na|poverty|1")}, ("cell B2: found 'poverty'", "add the indicator")),
        ({"weights": frame("id|weight\npoverty|1")}, ("sheet weights, cell A2: found 'poverty'", "one of:")),
        ({"weights": frame("id|weight\nlife|0\ndoctors|0")}, ("sheet weights, cell B2", "a weight above 0")),
        ({"weights": frame("index|life|doctors\nlife|1|4\ndoctors|4|1")}, ("cell B3: found '4'", "1 over")),
        ({"weights": frame("what|how\na|b")}, ("sheet weights", "columns id and weight, a matrix")),
        ({"indicatrs": CITIES["indicators"]}, ("sheet indicatrs", "'indicators' (did you mean")),
        ({"about": frame("key|value\ntitle|Cities\nkind|real")}, ("sheet about, cell B3: found 'real'", "official")),
        ({"about": frame("key|value\nyear|soon")}, ("sheet about, cell B2: found 'soon'", "a year, such as 2021")),
        ({"about": frame("key|value\ntitel|Cities")}, ("sheet about, cell A2: found 'titel'", "'title' (did you mean")),
        ({"data": CITIES["data"].assign(kind="real")}, ("sheet data, cell F2: found 'real'", "official")),
        ({"units": CITIES["units"].assign(latitude="91")}, ("sheet units, cell E2: found '91'", "from -90 to 90")),
        (changed("units", (1, "people"), "many"), ("sheet units, cell D3: found 'many'", "a number")),
        ({"data": frame("thing|wage\n7|1")}, ("sheet data, cell A1", "a column of units")),
        ({"data": frame("code|2021|2022\na|1|2")}, ("sheet data, cell B1", "names the indicator of each row")),
        (changed(FRAMEWORK, (3, "id"), "dust."), ("sheet indicators, cell A5: found 'dust.'", "differs from dust")),
        ({"units": CITIES["units"].rename(columns={"climate": "lattitude"})}, ("cell C1", "'latitude' (did you mean")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_sheet_and_cell(sheets, words):
    found = told(**sheets)
    assert any(all(word in problem for word in words) for problem in found), found


def test_a_tree_that_contains_itself_far_from_the_root_is_told_once():
    rows = frame("id|parent|low|high\na|c||\nb|a||\nc|b||\nwage||0|9\ndust|b|0|9")
    found = [p for p in told(indicators=rows) if "contain itself" in p]
    assert len(found) == 1
    assert "a → c → b → a" in found[0]


def test_everything_wrong_is_told_at_once():
    sheets = {"indicators": CITIES["indicators"].copy(), "units": CITIES["units"].copy(), "data": CITIES["data"].copy()}
    sheets["indicators"].loc[1, ["low", "direction"]] = ["20", "sideways"]
    sheets["units"].loc[2, "code"] = "a"
    sheets["data"].loc[0, "wage"] = "lots"
    problems = "\n".join(told(**sheets))
    assert [w for w in ("'20'", "'sideways'", "sheet units, cell A4", "'lots'", "'c'") if w not in problems] == []


def test_a_problem_names_its_file_sheet_cell_and_remedy():
    with pytest.raises(InputError) as stopped:
        study(**changed("indicators", (1, "parent"), "lif"))
    problem = next(p for p in stopped.value.problems if p.code == "parent_unknown")
    assert (problem.file, problem.sheet, problem.cell, problem.found) == ("book.xlsx", "indicators", "C3", "lif")
    assert problem.remedy == "Correct the id, or add a row of this id"


def test_empty_rows_do_not_move_the_cells_of_messages(tmp_path):
    sheets = {**CITIES, "indicators": CITIES["indicators"].copy()}
    table = sheets["indicators"]
    table.loc[1, "direction"] = "up"
    gap = pd.DataFrame([[""] * len(table.columns)] * 2, columns=table.columns)
    sheets["indicators"] = pd.concat([table[:1], gap, table[1:]])
    with pytest.raises(InputError, match="cell D5: found 'up'"):
        read_book(write(sheets, tmp_path / "s.xlsx"))


# --- words of cells, of any language -------------------------------------------------------------


REGISTERED = {
    "aggregation": AGGREGATIONS,
    "normalisation": NORMALISATIONS,
    "outliers": ("none", *OUTLIERS),
    "transform": ("none", *TRANSFORMS),
    "missing": (*LEAF_MISSING, *NODE_MISSING),
    "weights": SCHEMES,
    "kind": [kind.value for kind in Kind],
}


@pytest.mark.parametrize("column", CELL_WORDS)
def test_every_word_of_a_cell_is_read_in_three_languages_and_means_one_thing(column):
    words = CELL_WORDS[column]
    assert set(REGISTERED.get(column, words)) <= set(words)
    spelled = [w for others in words.values() for w in others]
    assert len(spelled) == len(set(spelled))
    assert not set(spelled) & set(words)
    for name, others in words.items():
        assert {told_word(column, w) for w in (name, *others, *map(str.upper, others))} == {name}
        assert len([w for w in others if re.search("[а-яә]", w)]) >= 1


@pytest.mark.parametrize(
    ("how", "by"), [("Среднее геометрическое", "медиана по climate"), ("геометриялық орта", "climate бойынша медиана")]
)
def test_methods_may_be_named_in_russian_and_kazakh(how, by):
    words = {"geometric": how, "median by climate": by}
    assert study(indicators=CITIES["indicators"].replace(words)) == study()
    about = frame(f"key|value\ntitle|Cities\naggregation|{how}")
    assert study(about=about).views["index"]["tree"]["aggregation"] == "geometric"


@pytest.mark.parametrize("form", ["2026-02-01", "2026-02-01 00:00:00"])
def test_a_fraction_that_a_spreadsheet_program_made_a_date_is_told_as_that(form):
    matrix = frame(f"index|life|doctors\nlife|1|{form}\ndoctors||1")
    judged = frame(f"expert|first|second|value\none|life|doctors|{form}")
    for sheets in ({"weights": matrix}, {"weights": judged}, changed("indicators", (1, "weight"), form),
                   changed("data", (1, "wage"), form)):  # fmt: skip
        assert [p for p in told(**sheets) if form in p and "makes a date of 1/2" in p], sheets


def test_a_key_that_nobody_knows_is_left_out_with_a_note():
    made = study(about=frame("key|value\ntitle|Cities: a study\ncolour|red\ntake.sex|both"))
    assert [(n.code, n.cell, n.found) for n in made.notes] == [("key_aside", "A3", "colour")]
    assert made.about["title"] == "Cities: a study"  # a text with a colon is a text


# --- what may stand in other places --------------------------------------------------------------

BUDGETS = frame("expert|life|doctors\none|70|30\ntwo|50|50")


@pytest.mark.parametrize(
    "rows",
    [
        "method|expert|id|value\nbudget|one|life|70\nbudget|one|doctors|30\nbudget|two|life|50\nbudget|two|doctors|50",
        "expert|first|value\none|life|70\none|doctors|30\ntwo|life|50\ntwo|doctors|50",
        "метод|эксперт|показатель|баллы\nбюджет|one|life|70\nбюджет|one|doctors|30\nбюджет|two|life|50\nбюджет|two|doctors|50",
    ],
)
def test_points_of_experts_stand_in_rows_as_in_columns(rows):
    assert study(weights=frame(rows)) == study(weights=BUDGETS)


def test_weights_of_an_index_may_be_named_by_their_method():
    rows = study(weights=frame("method|id|value\nweights|life|1\nweights|doctors|3"))
    assert rows == study(weights=frame("id|weight\nlife|1\ndoctors|3"))
    assert [c["weight"] for c in rows.views["index"]["tree"]["children"]] == [1, 3]


def test_the_second_half_of_a_matrix_may_be_written_alone():
    upper = study(weights=frame("index|life|doctors\nlife|1|3\ndoctors||1"))
    lower = study(weights=frame("index|life|doctors\nlife|1|\ndoctors|1/3|1"))
    assert upper.judgments == lower.judgments
    none = study(weights=frame("index|life|doctors|wage\nlife|1|3|\ndoctors||1|\nwage||5|1"))
    assert [(j.first, j.second, j.value) for j in none.judgments["index"].rows] == [
        ("life", "doctors", "3"),
        ("doctors", "wage", "1/5"),
    ]


def test_a_title_of_each_language_is_a_text_with_its_colon():
    made = study(about=frame("key|value\nlanguages|en; ru\ntitle|Cities: a study\ntitle_ru|Города: рейтинг"))
    assert (made.about["title"], made.about["title_ru"]) == ("Cities: a study", "Города: рейтинг")
    assert made.notes == ()


def test_a_sheet_about_needs_no_headings():
    assert study(about=frame("title|Cities\npublisher|Bureau")).about == {"title": "Cities", "publisher": "Bureau"}


def test_two_headings_of_one_meaning_are_a_code_and_a_name():
    units = CITIES["units"].rename(columns={"code": "unit code", "name": "unit"})
    assert study(units=units) == study()
    both = frame("iso3|ucode|name|climate|people\na|x|Abai|dry|10")
    assert [p for p in told(units=both) if "cell B1: found 'ucode'" in p and "take the column out" in p]


def test_ids_may_be_made_of_names():
    indicators = frame("name|direction\nLife expectancy|+\nCO₂ per head|-")
    data = frame("city|Life expectancy|CO₂ per head\nA|70|3\nB|80|1")
    made = study_of([(n, Table(f, "s.xlsx", n)) for n, f in {"indicators": indicators, "data": data}.items()])
    assert list(made.measures) == ["Life_expectancy", "CO2_per_head"]
    assert scores(made) == {("A", 0): 0.0, ("B", 0): 1.0}


@pytest.mark.parametrize(
    ("names", "languages"),
    [
        ("name|name_ru\nДоход|Доход", ["en", "ru"]),
        ("name|name_kk\nДоход|Табыс", ["ru", "kk"]),
        ("name|name_ru\nТабыс деңгейі|Доход", ["kk", "ru"]),
        ("name\nДоход", ["ru"]),
    ],
)
def test_the_language_of_a_column_without_an_ending_is_one_that_no_ending_has(names, languages):
    head, row = names.splitlines()
    indicators = frame(f"id|{head}\npay|{row}")
    made = study_of(
        [
            ("indicators", Table(indicators, "s.xlsx", "indicators")),
            ("data", Table(frame("city|pay\nA|1\nB|2"), "s.xlsx", "data")),
        ]
    )
    assert made.about["languages"] == languages


def test_a_row_may_tell_its_kind_of_data():
    data = CITIES["data"].assign(kind=["published", "опубликованные", "", "official"])
    assert study(data=data).figures.frame.groupby("unit", sort=False)["kind"].first().tolist() == [
        *("published", "published", "official", "official")
    ]


def test_rows_without_a_figure_and_a_unit_say_nothing():
    gap = pd.concat([CITIES["data"], frame("code|year|wage|dust|doctors\n|2021|||")], ignore_index=True)
    assert study(data=gap) == study()


def test_other_sheets_of_figures_bring_units_of_their_own():
    sheets = {
        "indicators": frame("id\npay\nair"),
        "data": frame("city|pay\nA|1\nB|2\nTotal|3"),
        "data 2": frame("city|air\nB|1\nC|2\nИтого|3"),
    }
    made = study_of([(n, Table(f, "s.xlsx", n)) for n, f in sheets.items()])
    assert made.sets == {"all": ["A", "B", "C"]}
    assert [(n.code, n.sheet, n.found) for n in made.notes] == [
        ("rows_aside", "data", "Total"),
        ("rows_aside", "data 2", "Итого"),
    ]


def test_a_rule_of_a_column_that_no_unit_has_is_told_of_every_index_once():
    rows = CITIES["indicators"].assign(missing=["", "", "median by climat", ""])
    assert len([p for p in told(indicators=rows) if "climat" in p]) == 1


def test_numbers_of_units_that_indicators_are_weighted_with_are_numbers():
    units = CITIES["units"].assign(people=["10", "many", "10", "5"])
    indicators = CITIES["indicators"].drop(columns="denominator")
    weighted = {"indicators": indicators, "indices": frame("id|units|average_weights\nindex|all|people")}
    assert [p for p in told(units=units, **weighted) if "sheet units, cell D3: found 'many'" in p]
    raw = {"indicators": indicators, "variables": frame("id\npeople")}
    assert [p for p in told(units=units, **raw) if "sheet units, cell D3: found 'many'" in p]
    made = completed(study(**weighted))
    there = {code: {**unit, "groups": {"people": "many"}} for code, unit in made.units.items()}
    with pytest.raises(InputError, match="line 2, column people: found 'many'; expected a number"):
        observations(replace(made, units=there))


@given_(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), min_size=1, max_size=5),
        SETTINGS,
        max_size=3,
    )
)
def test_a_mapping_of_a_cell_is_read_as_it_was_written(held):
    read = {k: v for k, v in held.items() if k == k.strip()}
    assert MAPPING.read(MAPPING.write(read) if read else "{}") == read
