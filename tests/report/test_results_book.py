"""The workbook of results, worked out anew by LibreOffice: every formula gives the kernel's number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from office_support import check, needs_office, recalculated

from monotown.base.labels import Labels
from monotown.index.admissible import scale_of
from monotown.index.kernel import evaluate
from monotown.index.prepare import prepare
from monotown.methods.ranks import rank
from monotown.report import index_sheets, results_book
from monotown.report.formulas import has_formula
from monotown.report.index_sheets import Described
from monotown.report.results_book import Indexed, Told, described, keys_of
from monotown.report.sheets import book_bytes, sheet_name
from monotown.show.printed import Column, Form
from monotown.workflow.words import label_texts

ROOT = Path(__file__).resolve().parents[2]
TEXTS = label_texts()
ENGLISH = Labels("en", TEXTS)

#: What spreadsheets take for formulas, in ids and names.
BAD = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1,2)", '=HYPERLINK("http://x")', "'=quoted", "plain"]


def panel(measures, units=9, years=(2020, 2021), gaps=0.0, view="v", seed=7):
    """Figures of made-up units, positive, some missing."""
    rng = np.random.default_rng(seed)
    names = [f"U{i:02d}" for i in range(units)]
    rows = [(view, u, y, m, "official", "s1; s2") for y in years for u in names for m in measures]
    table = pd.DataFrame(rows, columns=["view", "unit", "year", "measure", "kind", "source"])
    table["value"] = rng.lognormal(1.0, 0.8, len(table)).round(4)
    table["unit_of_measure"] = "persons"
    return table[rng.random(len(table)) >= gaps].reset_index(drop=True)


def leaf(name, **settings):
    return {"measure": name, **settings}


def node(name, *children, **settings):
    return {"id": name, "children": list(children), **settings}


MEASURES = {
    "a": {"direction": 1, "goalposts": [0, 10]},
    "b": {"direction": -1, "goalposts": [0.01, 50], "transform": "log"},
    "c": {"direction": 1, "goalposts": [0, 20], "transform": "log1p"},
    "d": {"direction": 1, "goalposts": [0, 9]},
    "e": {"direction": -1, "goalposts": [0, 12]},
}
BLOCKS = (node("p", leaf("a", weight=2), leaf("b")), node("q", leaf("c"), leaf("d", weight=0.5), leaf("e"), weight=3))
SAMPLE = {"method": "minmax_sample", "scope": "year"}

#: Trees by what they try: settings of the view, and the share of figures that are missing.
CASES = {
    "geometric, floor, logarithms, gaps": ({"tree": node("i", *BLOCKS, aggregation="geometric", floor=0.05)}, 0.15),
    "harmonic over geometric": (
        {"tree": node("i", node("p", leaf("a"), leaf("b"), aggregation="geometric", floor=0.01), leaf("c"),
                      aggregation="harmonic", floor=0.02)}, 0.1),
    "power means": (
        {"tree": node("i", *BLOCKS, aggregation={"method": "power", "exponent": 0.5}), "scale": 1}, 0.1),
    "flat, low coverage": (
        {"tree": node("i", *map(leaf, "abcde")), "minimum_coverage": {"unit": 0.75, "block": 0.5}}, 0.3),
    "filled by the mean of the others": ({"tree": node("i", leaf("a"), *BLOCKS[1:], missing="mean")}, 0.12),
    "filled by the median, with a floor": (
        {"tree": node("i", *map(leaf, "abcd"), missing="median", aggregation="geometric", floor=0.1)}, 0.12),
    "values filled before": (
        {"tree": node("i", leaf("a", missing="median"), leaf("b", missing="carry"), leaf("c"))}, 0.2),
    "a deeper tree": (
        {"tree": node("i", node("top", *BLOCKS, leaf("zz")), node("one", node("two", leaf("y"))))}, 0.1),
    "z-scores of all years": ({"tree": node("i", *map(leaf, "abde")), "normalisation": "zscore"}, 0.1),
    "z-scores of a year, population": (
        {"tree": node("i", *map(leaf, "ade")), "normalisation": {"method": "zscore", "mean": 100, "sd": 10,
                                                                "ddof": 0, "scope": "year"}}, 0.1),
    "z-scores of a base year": (
        {"tree": node("i", *map(leaf, "abc")), "normalisation": {"method": "zscore", "scope": 2020}}, 0.0),
    "ends of the sample": ({"tree": node("i", *map(leaf, "abcde")), "normalisation": "minmax_sample"}, 0.1),
    "ends of each year": ({"tree": node("i", *map(leaf, "abcde")), "normalisation": SAMPLE}, 0.1),
    "beyond the goalposts, to a target": (
        {"tree": node("i", *(leaf(m, normalisation={"method": "minmax", "clip": False, "target": [70, 130]})
                             for m in "ab"), leaf("d", normalisation={"method": "distance_to_target", "value": 7}),
                      leaf("e", normalisation={"method": "distance_to_target", "value": 2}))}, 0.1),
    "a weight of nothing": ({"tree": node("i", leaf("a", weight=0), *BLOCKS[1:], node("n", leaf("b"), weight=0),
                                          aggregation="geometric", floor=0.03)}, 0.1),
    "what a cell cannot": (
        {"tree": node("i", node("r", leaf("a", normalisation="rank"), leaf("b", normalisation="rank")),
                      node("s", leaf("d"), leaf("e"), aggregation={"method": "owa", "orness": 0.3}))}, 0.0),
}  # fmt: skip


def case(name):
    config, gaps = CASES[name]
    measures = {**MEASURES, "zz": {"direction": 1, "goalposts": [0, 30]}, "y": {"direction": 1, "goalposts": [0, 8]}}
    used = [m for m in measures if f"'{m}'" in repr(config)]
    table = panel(used, gaps=gaps)
    return prepare(table, "v", {**config, "kind": "official"}, measures), described(table, "v")


def written(folder, *indices, tables=(), labels=ENGLISH):
    """A workbook in a file."""
    given = [Indexed(prepared, about, f"index/{prepared.view}/prepared.csv") for prepared, about in indices]
    path = folder / "results.xlsx"
    path.write_bytes(book_bytes(results_book.results_book(given, tables, labels)))
    return path


def kernel(prepared, weights=None):
    """Unit and year to score and rank, as Python has them."""
    model, found = prepared.model, {}
    for year in prepared.years:
        rows, z = prepared.year(year)
        scores = evaluate(model, z, None if weights is None else [weights])[0]
        ranks = rank(scores)
        for unit, score, place in zip(rows["unit"], scores * scale_of(model), ranks, strict=True):
            if score == score:
                found[unit, year] = score, place
    return found


def shown(book, sheet="scores"):
    """The same as a workbook shows them."""
    rows = book[sheet].iter_rows(min_row=7, values_only=True)
    return {(row[1], row[2]): (row[6], row[3]) for row in rows if isinstance(row[6], int | float)}


def same(found, wanted):
    assert found.keys() == wanted.keys()
    for key, (score, place) in wanted.items():
        assert found[key][0] == pytest.approx(score, rel=1e-9, abs=1e-9), key
        assert found[key][1] == place, key


@needs_office
@pytest.mark.parametrize("name", CASES)
def test_every_formula_gives_the_number_of_the_kernel(name, tmp_path):
    prepared, about = case(name)
    path = written(tmp_path, (prepared, about))
    book, cells = check(path, tmp_path)
    same(shown(book), kernel(prepared))
    live = {leaf.measure for leaf in prepared.model.leaves if has_formula(leaf)}
    assert bool(book["scores"]["A3"].value) == (live != set(prepared.model.measures))
    assert len(cells) > 4 * len(prepared.rows)


@needs_office
@pytest.mark.parametrize("name", ["geometric, floor, logarithms, gaps", "a deeper tree", "z-scores of all years"])
def test_a_weight_changed_in_the_workbook_changes_the_ranks_as_in_python(name, tmp_path):
    prepared, about = case(name)
    path = written(tmp_path, (prepared, about))
    book = openpyxl.load_workbook(path)
    rows = {row[1].value: row[2] for row in book["weights"].iter_rows(min_row=6)}
    model = prepared.model
    rng = np.random.default_rng(3)
    new = {key: float(rng.integers(0, 9)) for key in rows}
    new[model.measures[0]] = 20.0
    for key, cell in rows.items():
        cell.value = new[key]
    book.save(path)

    def weights(parts, whole):
        total = sum(new[p.measure if hasattr(p, "measure") else p.id] for p in parts)
        for part in parts:
            if hasattr(part, "measure"):
                yield part.measure, whole * new[part.measure] / total if total else 0.0
            else:
                yield from weights(part.children, whole * new[part.id] / total if total else 0.0)

    given = dict(weights(model.tree.children, 1.0))
    wanted = kernel(prepared, [given[m] for m in model.measures])
    before = kernel(prepared)
    assert any(wanted[k][1] != before[k][1] for k in wanted)
    found = recalculated(path, tmp_path)
    same(shown(found), wanted)
    moved = {(r[1], r[2]): r[5] for r in found["scores"].iter_rows(min_row=7, values_only=True) if r[5] is not None}
    assert all(moved[k] == before[k][1] - wanted[k][1] for k in wanted)


@needs_office
def test_a_raw_value_and_a_goalpost_changed_in_the_workbook_count(tmp_path):
    prepared, about = case("ends of each year")
    path = written(tmp_path, (prepared, about))
    book = openpyxl.load_workbook(path)
    book["raw values"]["D7"].value = 1000.0
    book.save(path)
    table = prepared.cells(value=prepared.raw)
    unit, year = book["raw values"]["B7"].value, book["raw values"]["C7"].value
    here = (table["unit"] == unit) & (table["year"] == year) & (table["measure"] == "a")
    table.loc[here, "value"] = 1000.0
    config = CASES["ends of each year"][0]
    same(shown(recalculated(path, tmp_path)), kernel(prepare(table, "v", config, MEASURES)))


@needs_office
def test_ties_chain_and_share_their_mean_rank(tmp_path):
    values = [5.0, 5.0 - 8e-9, 5.0 - 16e-9, 7.0, 7.0, 1.0, 5.0 - 40e-9]
    table = panel(["a"], units=len(values), years=(2020,)).assign(value=values)
    prepared = prepare(table, "v", {"tree": node("i", leaf("a"))}, MEASURES)
    book, _ = check(written(tmp_path, (prepared, described(table, "v"))), tmp_path)
    assert [place for _, place in shown(book).values()] == [4, 4, 4, 1.5, 1.5, 7, 6]
    alone = prepare(table[:1], "v", {"tree": node("i", leaf("a"))}, MEASURES)
    book, _ = check(written(tmp_path, (alone, described(table, "v"))), tmp_path)
    assert [place for _, place in shown(book).values()] == [None]


@needs_office
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_texts_of_data_are_never_formulas(language, tmp_path):
    units = {f"U{i:02d}": text for i, text in enumerate(BAD)}
    ids = dict(zip(["a", "b"], ["=A1", "@b"], strict=True))
    table = panel(["a", "b"], units=len(BAD))
    table = table.assign(unit=table["unit"].map(units), measure=table["measure"].map(ids), unit_of_measure="=9*9")
    tree = node("-1", node("+7", leaf("=A1"), leaf("@b")))
    prepared = prepare(table, "v", {"tree": tree}, {ids[m]: MEASURES[m] for m in ids})
    names = {f"unit.{text}": dict.fromkeys(("en", "ru", "kk"), f"={text}") for text in BAD}
    labels = Labels(language, {**TEXTS, **names})
    frame = pd.DataFrame({"unit": BAD, "said": BAD, "score": 0.1})
    columns = (Column("unit", "word.unit", Form.WORD, words="unit"), Column("said", "word.score"))
    told = Told("findings", "tables/ledger.csv", "", frame, columns)
    path = written(tmp_path, (prepared, described(table, "v")), tables=[told], labels=labels)
    book, cells = check(path, tmp_path)
    assert {sheet for sheet, _ in cells} == {labels(f"workbook.name.{n}") for n in ("weights", "scores")}
    formulas = openpyxl.load_workbook(path)
    assert not [f for f in (str(formulas[s][c].value) for s, c in cells) if "9*9" in f or "HYPERLINK" in f]
    found = book[labels("workbook.name.findings")]
    assert [cell.value for cell in found["B"][1:]] == BAD
    assert [cell.value for cell in found["A"][1:]] == [f"={text}" for text in BAD]
    same(shown(book, labels("workbook.name.scores")), kernel(prepared))


@needs_office
def test_the_human_development_index_is_worked_out_to_its_published_digits(tmp_path):
    wide = pd.read_csv(ROOT / "config/examples/hdi/data.csv", keep_default_na=False, na_values=[""])
    table = wide.melt(id_vars=["code", "year"], var_name="measure").rename(columns={"code": "unit"})
    table = table.assign(view="hdi", kind="official", source="UNDP", unit_of_measure="years")
    measures = {
        "life_expectancy_birth": {"direction": 1, "goalposts": [20, 85]},
        "expected_schooling": {"direction": 1, "goalposts": [0, 18]},
        "mean_schooling": {"direction": 1, "goalposts": [0, 15]},
        "gni_per_head": {"direction": 1, "goalposts": [100, 75000], "transform": "log"},
    }
    parts = list(map(leaf, measures))
    tree = node("hdi", node("l", parts[0]), node("k", *parts[1:3]), node("y", parts[3]), aggregation="geometric")
    config = {"tree": tree, "scale": 1, "minimum_coverage": {"unit": 1, "block": 1}}
    prepared = prepare(table, "hdi", config, measures)
    book, _ = check(written(tmp_path, (prepared, described(table, "hdi"))), tmp_path)
    found = shown(book)
    same(found, kernel(prepared))
    printed = pd.read_csv(ROOT / "tests/real/hdi/published.csv", keep_default_na=False, na_values=[""])
    printed.columns = ["unit", *(c.removeprefix("hdi_") for c in printed.columns[1:])]
    wanted = printed.melt(id_vars="unit").dropna()
    assert len(wanted) == 577
    told = [found[u, int(y)][0] for u, y in zip(wanted["unit"], wanted["variable"], strict=True)]
    np.testing.assert_array_equal(np.round(told, 3), wanted["value"])


# --- what needs no office ---------------------------------------------------------------------------


def test_equal_results_are_equal_bytes(tmp_path):
    one, other = (written(tmp_path, case("a deeper tree")).read_bytes() for _ in range(2))
    assert one == other


def test_results_stand_beside_their_formulas(tmp_path):
    prepared, about = case("a deeper tree")
    path = written(tmp_path, (prepared, about))
    same(shown(openpyxl.load_workbook(path, data_only=True)), kernel(prepared))


def test_a_large_index_has_its_last_year_alone_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(index_sheets, "MOST_FORMULAS", 50)
    prepared, about = case("ends of the sample")
    book = openpyxl.load_workbook(written(tmp_path, (prepared, about)), data_only=True)
    assert {key[1] for key in shown(book)} == {2021}
    assert "index/v/prepared.csv" in book["scores"]["A3"].value
    wanted = {k: v for k, v in kernel(prepared).items() if k[1] == 2021}
    same(shown(book), wanted)  # the ends are those of both years
    monkeypatch.setattr(index_sheets, "MOST_UNITS", 3)
    assert openpyxl.load_workbook(written(tmp_path, (prepared, about))).sheetnames == ["contents"]


def test_a_large_index_has_the_ends_of_all_years_as_numbers(tmp_path, monkeypatch):
    prepared, about = case("ends of the sample")
    book = openpyxl.load_workbook(written(tmp_path, (prepared, about)))
    assert str(book["weights"]["J6"].value).startswith("=MIN('raw values'!")
    monkeypatch.setattr(index_sheets, "MOST_FORMULAS", 50)
    book = openpyxl.load_workbook(written(tmp_path, (prepared, about)))
    assert book["weights"]["J6"].value == np.nanmin(prepared.used[:, 0])


def test_what_is_no_formula_is_named_with_its_method(tmp_path):
    prepared, about = case("what a cell cannot")
    note = openpyxl.load_workbook(written(tmp_path, (prepared, about)))["scores"]["A3"].value
    assert note.count("Values and not formulas") == 2
    assert ENGLISH("normalisation.rank") in note
    assert ENGLISH("aggregation.owa") in note


def test_a_unit_with_weights_of_its_own_has_values(tmp_path):
    table = panel(["a", "d"])
    config = {"tree": node("i", leaf("a"), leaf("d")), "weights": "benefit_of_the_doubt"}
    prepared = prepare(table, "v", config, MEASURES)
    book = openpyxl.load_workbook(written(tmp_path, (prepared, described(table, "v"))))
    assert ENGLISH("workbook.own_weights") in book["scores"]["A3"].value
    assert isinstance(book["scores"]["G7"].value, float)


def test_changed_values_are_marked_and_live_ones_open(tmp_path):
    prepared, about = case("values filled before")
    page = openpyxl.load_workbook(written(tmp_path, (prepared, about)))["raw values"]
    grey = sum(cell.font.i for row in page.iter_rows(min_row=7, min_col=4) for cell in row)
    assert grey == (prepared.flags != "").sum() > 0
    assert page["D4"].value == "a"
    assert page["D5"].value == "persons"
    assert page["D6"].value == "s1; s2"


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_sheets_are_named_in_the_language_of_the_run(language, tmp_path):
    prepared, about = case("a deeper tree")
    other = prepare(panel(["a"], view="a/b: [a very long name of an index]"), "a/b: [a very long name of an index]",
                    {"tree": node("i", leaf("a"))}, MEASURES)  # fmt: skip
    labels = Labels(language, TEXTS)
    book = openpyxl.load_workbook(written(tmp_path, (prepared, about), (other, Described({}, {})), labels=labels))
    assert book.sheetnames[0] == labels("workbook.name.contents")
    assert book.sheetnames[1] == f"{labels('workbook.name.weights')} v"
    assert all(len(n) <= 31 and not set(n) & set("[]:*?/\\") for n in book.sheetnames)
    assert len({n.casefold() for n in book.sheetnames}) == len(book.sheetnames) == 7
    first = book[book.sheetnames[0]]
    assert [row[0].value for row in first.iter_rows(min_row=4)] == book.sheetnames[1:]
    assert first["A4"].hyperlink.location == f"'{book.sheetnames[1]}'!A1"
    assert book[book.sheetnames[1]].freeze_panes == "B5"


def test_names_of_sheets_are_told_apart():
    names = set()
    long = "a name that is longer than a sheet may have"
    made = [sheet_name(long, index, names) for index in ("one", "two", "Three")]
    assert len({name.casefold() for name in made}) == 3
    assert all(len(name) <= 31 for name in made)


def test_a_long_table_stands_in_its_file_alone(tmp_path, monkeypatch):
    frame = pd.DataFrame({"unit": ["A", "B"], "score": [0.1234567890123456, np.nan], "year": [0, 2021]})
    columns = (
        Column("unit", "word.unit", Form.WORD, words="unit"),
        Column("year", "word.year", Form.YEAR),
        Column("score", "word.score", Form.NUMBER),
        Column("gone", "word.rank"),
    )
    tables = [
        Told("readings", "tables/readings.csv", "", frame, columns),
        Told("jumps", "tables/jumps.csv", "", frame[:0], columns),
    ]
    book = openpyxl.load_workbook(written(tmp_path, tables=tables))
    assert book.sheetnames == ["contents", "readings"]  # a table without a row has no sheet
    assert [[c.value for c in row] for row in book["readings"]] == [
        ["Unit", "Year", "Score"],
        ["A", None, 0.1234567890123456],
        ["B", 2021, None],
    ]
    monkeypatch.setattr(results_book, "MOST_ROWS", 1)
    book = openpyxl.load_workbook(written(tmp_path, tables=tables))
    assert book.sheetnames == ["contents"]
    assert [c.value for c in book["contents"][4]][2:] == ["tables/readings.csv", 2]


def test_tables_are_taken_in_their_order_whatever_the_page_has():
    taken = keys_of(["scores_v", "data_sources", "robustness_v", "ledger", "robustness_w", "scheme_ranks"], ["v"])
    assert list(taken) == ["scheme_ranks", "robustness_v", "ledger", "data_sources"]
    assert taken["robustness_v"] == ("robustness", "v")
