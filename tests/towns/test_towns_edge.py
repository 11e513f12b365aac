import datetime
import io
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
import yaml
from facts_support import chapter_facts, told
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from towns_support import ROOT, codes, configs, figures, labels, read_path, settings

from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.base.tables import OBSERVATIONS, write_order
from monotown.data.workbooks.consistency import check_together
from monotown.data.workbooks.derive import joined_observations, make_run, own_observations, sources_rows
from monotown.data.workbooks.fields import make_fields
from monotown.data.workbooks.findings import ERROR, Finding
from monotown.data.workbooks.grid import Sheet, safe_text
from monotown.data.workbooks.read import read_workbook
from monotown.data.workbooks.template import EXAMPLE_UNITS, EXAMPLE_YEARS, _invented, sheet_fields, template_pages
from monotown.index.build import build_index
from monotown.index.catalogue import Config, check_catalogue
from monotown.index.indicators import compute_indicators
from monotown.index.prepare import view_model
from monotown.towns.figures import shown_units, town_profile, town_series
from monotown.towns.profile import parents_of, plain_catalogue, profile_table, region_indicators, scores_table
from monotown.workflow import read_text_table, read_yaml, write_table
from monotown.workflow.config import OF_STUDY
from monotown.workflow.settled import settled
from monotown.workflow.towns import check_input, report_problems, stop_on_errors
from monotown.workflow.words import label_texts
from monotown.workflow.workbooks import load_sheets
from monotown.workflow.written_books import write_pages

LIMITS = configs()["towns"]["limits"]


def _template(path, indicators=None):
    base = configs()
    catalogue = indicators or base["indicators"]
    fields = make_fields(base["variables"], catalogue, base["towns"], base["measures"])
    texts = {k: labels(k) for k in ("en", "ru", "kk")}
    write_pages(template_pages(fields, catalogue, base["units"], texts, base["units"]["sets"]["monotowns"]), path)
    return fields, catalogue


def example_figures(fields, indicators, examples):
    """Figures of the example sheet, ``unit, year, variable, value``: what reading it gives."""
    data, survey = sheet_fields(fields, indicators)
    names = {f.name for f in data}
    codes = list(examples)[:EXAMPLE_UNITS]
    rows = []
    for i, code in enumerate(codes):
        for j, year in enumerate(EXAMPLE_YEARS):
            for k, held in enumerate([*data, *survey]):
                rows.append((code, year, held.name, _invented(held, names, i, j, k)))
    return pd.DataFrame(rows, columns=["unit", "year", "variable", "value"])


def test_the_filled_example_comes_back_to_the_last_bit(tmp_path):
    path = tmp_path / "t.xlsx"
    fields, catalogue = _template(path)
    workbook, findings = read_path(path, sheets={"example": "data"})
    assert findings == []
    expected = example_figures(fields, catalogue, configs()["units"]["sets"]["monotowns"])
    assert len(expected) > 150
    own = own_observations(workbook.figures, "synthetic")
    assert check_together(own, workbook.figures, fields, configs()["variables"], [], 1) == []
    read = workbook.figures[["unit", "year", "variable", "value"]]
    order = ["unit", "year", "variable"]
    pd.testing.assert_frame_equal(
        read.sort_values(order, ignore_index=True), expected.sort_values(order, ignore_index=True)
    )


def test_the_template_unfilled_is_no_data_and_the_same_bytes_every_time(tmp_path):
    _template(tmp_path / "a.xlsx")
    _template(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    workbook, findings = read_path(tmp_path / "a.xlsx")
    assert findings == []
    assert workbook.figures.empty
    assert dict(workbook.units) == {}
    assert dict(workbook.weights) == {}


def test_the_template_follows_the_catalogue(tmp_path):
    catalogue = {**configs()["indicators"]}
    entries = dict(catalogue["indicators"])
    dropped = entries.pop("life_satisfaction")
    entries["trust_in_science"] = {**dropped, "block": "B3"}
    catalogue["indicators"] = entries
    _template(tmp_path / "t.xlsx", catalogue)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    ids = [c.value for c in book["survey"][5]]
    assert "trust_in_science" in ids
    assert "life_satisfaction" not in ids
    assert [c.value for c in book["weights"]["A"]].count("trust_in_science") == 1


def test_the_template_has_lists_checks_and_three_languages(tmp_path):
    _template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["notes", "units", "data", "survey", "weights", "example", "lists"]
    assert [book["data"].cell(r, 1).value for r in (2, 3, 4, 5)] == ["Town", "Город", "Қала", "unit"]
    kinds = {v.type for v in book["data"].data_validations.dataValidation}
    assert kinds == {"list", "whole", "decimal"}
    assert book["lists"].sheet_state == "hidden"
    assert book["data"].freeze_panes == "C7"
    assert "EXAMPLE" in book["example"]["A1"].value


def test_an_indicator_of_an_unknown_scale_is_named():
    catalogue = {**configs()["indicators"]}
    entry = {**catalogue["indicators"]["life_satisfaction"], "unit": "furlongs"}
    with pytest.raises(ValueError, match="furlongs"):
        make_fields({}, {**catalogue, "indicators": {"x": entry}}, configs()["towns"])


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@sum", "\t=1", "=HYPERLINK(1)"])
def test_no_text_becomes_a_formula(tmp_path, text):
    assert safe_text(text) == "'" + text
    sheet = Sheet("t.csv", "", [["town", "year", "researchers"], ["Ridder", "2018", text], [text, "2018", "5"]])
    workbook = read_workbook([sheet], settings())
    report_problems(list(workbook.findings), [sheet], labels(), tmp_path / "p.xlsx")
    with zipfile.ZipFile(tmp_path / "p.xlsx") as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    copy = book.worksheets[1]
    assert copy["A3"].data_type == "s"
    assert copy["A3"].value.lstrip("'\t").startswith(text.strip()[:2].strip("\t"))


def test_problems_are_marked_in_a_copy_in_the_language_asked_for(tmp_path):
    sheet = Sheet(
        "t.xlsx", "лист", [["town", "year", "researchers"], ["Ridder", "2018", "5"], ["Atlantis", "2018", "five"]]
    )
    workbook = read_workbook([sheet], settings())
    assert codes(workbook) == [("unit", "A3"), ("number", "C3")]
    report_problems(list(workbook.findings), [sheet], labels("ru"), tmp_path / "p.xlsx")
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    assert book.sheetnames == ["замечания", "лист"]
    assert [c.value for c in book["замечания"][1]][:5] == ["вид", "файл", "лист", "ячейка", "найдено"]
    assert book["замечания"]["E2"].value == "Atlantis"
    assert book["лист"]["A3"].fill.start_color.rgb == "FFF4B183"
    assert "известный город" in book["лист"]["A3"].comment.text
    assert book["лист"]["A2"].comment is None


def test_nothing_to_remark_is_said(tmp_path):
    report_problems([], [], labels("kk"), tmp_path / "p.xlsx")
    assert openpyxl.load_workbook(tmp_path / "p.xlsx").worksheets[0]["A2"].value == "ескертпе жоқ"


def test_errors_stop_and_warnings_do_not(tmp_path, capsys):
    columns = ["severity", "file", "sheet", "cell", "found", "expected", "mend"]
    row = ["ошибка", "t", "", "A1", "x", "y", "z"]
    path = tmp_path / "clean" / "own_problems.csv"
    write_table(pd.DataFrame([row], columns=columns).assign(stops=False), path)
    stop_on_errors(path, labels("ru"))
    assert "A1" in capsys.readouterr().err
    write_table(pd.DataFrame([row], columns=columns).assign(stops=True), path)
    with pytest.raises(SystemExit):
        stop_on_errors(path, labels("ru"))
    assert "problems.xlsx" in capsys.readouterr().err
    write_table(pd.DataFrame(columns=[*columns, "stops"]), path)
    stop_on_errors(path, labels("ru"))
    assert capsys.readouterr().err == ""
    assert read_text_table(path).empty


def test_dates_percent_and_exact_numbers_of_xlsx(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.append(["town", "year", "internet_users", "mean_population"])
    page.append(["Ridder", 2018, 0.431, 12345.6789])
    page.append(["Ridder", datetime.date(2019, 12, 31), 0.5, 12345])
    page["C2"].number_format = "0.0%"
    book.save(tmp_path / "t.xlsx")
    workbook, findings = read_path(tmp_path / "t.xlsx")
    assert [(f.code, f.cell) for f in findings if f.severity == ERROR] == [("year_date", "B3")]
    assert figures(workbook) == {
        ("KZRDD", 2018, "internet_users"): 43.1,
        ("KZRDD", 2018, "mean_population"): 12345.6789,
    }


def _ods_row(*cells):
    row = TableRow()
    for cell in cells:
        row.addElement(cell)
    return row


def _text(text, **more):
    cell = TableCell(valuetype="string", **more)
    cell.addElement(P(text=text))
    return cell


def test_ods_with_numbers_dates_percent_merges_and_repeats(tmp_path):
    book = OpenDocumentSpreadsheet()
    table = Table(name="data")
    table.addElement(_ods_row(_text("town"), _text("year"), _text("researchers"), _text("internet_users")))
    table.addElement(
        _ods_row(
            _text("Ridder", numberrowsspanned="2", numbercolumnsspanned="1"),
            TableCell(valuetype="float", value="2018"),
            TableCell(valuetype="float", value="5"),
            TableCell(valuetype="percentage", value="0.431"),
        )
    )
    table.addElement(
        _ods_row(
            CoveredTableCell(),
            TableCell(valuetype="float", value="2019"),
            TableCell(valuetype="float", value="6"),
            TableCell(numbercolumnsrepeated="1000"),
        )
    )
    table.addElement(
        _ods_row(
            _text("Saran"), TableCell(valuetype="date", datevalue="2018-12-31"), TableCell(valuetype="float", value="7")
        )
    )
    foot = TableRow(numberrowsrepeated="1048570")
    foot.addElement(TableCell(numbercolumnsrepeated="1024"))
    table.addElement(foot)
    book.spreadsheet.addElement(table)
    book.save(str(tmp_path / "t.ods"))
    workbook, findings = read_path(tmp_path / "t.ods")
    assert [(f.code, f.cell) for f in findings] == [("year_date", "B4")]
    assert figures(workbook) == {
        ("KZRDD", 2018, "researchers"): 5.0,
        ("KZRDD", 2018, "internet_users"): 43.1,
        ("KZRDD", 2019, "researchers"): 6.0,
    }


def test_lines_of_a_cell_in_ods_stay_apart_and_its_comment_is_left_out(tmp_path):
    book = OpenDocumentSpreadsheet()
    table = Table(name="data")
    for texts in ((["Наименование", "города"], ["Год"], ["researchers"]), (["Риддер"], ["2020"], ["5"])):
        line = TableRow()
        for lines in texts:
            cell = TableCell(valuetype="string")
            note = Annotation()
            note.addElement(P(text="a comment"))
            cell.addElement(note)
            for text in lines:
                cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(tmp_path / "t.ods"))
    workbook, findings = read_path(tmp_path / "t.ods")
    assert findings == []
    assert figures(workbook) == {("KZRDD", 2020, "researchers"): 5.0}


def test_an_old_workbook_with_dates_percent_and_merged_cells():
    workbook, findings = read_path(ROOT / "tests/towns/old_workbook.xls")
    share = "graduates_choosing_science_share"
    found = {k: v for k, v in figures(workbook).items() if v == v}
    assert found == {("KZZHK", 2021, "researchers"): 1231.0, ("KZZHK", 2021, share): 5.0}
    assert [(f.code, f.cell) for f in findings] == [("year_date", "B4"), ("number", "C6"), ("bounds", "E6")]


def test_a_new_workbook_under_an_old_name_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["town", "year", "researchers"])
    book.active.append(["Ridder", 2018, 5])
    book.save(tmp_path / "t.xlsx")
    (tmp_path / "t.xlsx").rename(tmp_path / "t.xls")
    workbook, findings = read_path(tmp_path / "t.xls")
    assert findings == []
    assert figures(workbook) == {("KZRDD", 2018, "researchers"): 5.0}


def test_too_many_cells_and_sheets_are_refused(tmp_path):
    book = openpyxl.Workbook()
    for i in range(5):
        book.create_sheet(f"s{i}")
    book.save(tmp_path / "t.xlsx")
    sheets, findings = load_sheets(tmp_path / "t.xlsx", "t", {**LIMITS, "sheets": 3})
    assert [f.code for f in findings] == ["too_many_cells"]
    assert sheets == []


SECTION = {
    "files": [],
    "kind": "official",
    "language": "en",
    "towns": "config/parts/towns.yaml",
    "text": "config/examples/text",
    "source": {"title": {"en": "a", "ru": "b", "kk": "c"}, "publisher": "p", "licence": "l"},
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"files": ["../outside.csv"]}, "a path inside the project"),
        ({"files": ["/etc/passwd"]}, "a path inside the project"),
        ({"files": ["nowhere.csv"]}, "a file that exists"),
        ({"kind": "published"}, "official"),
        ({"language": "de"}, "en, kk, ru"),
        ({"fiels": []}, "files"),
        ({"text": "../x"}, "a folder in the project"),
        ({"text": "docs"}, "a folder in the project"),
        ({"towns": "../x.yaml"}, "a file in the project"),
        ({"sheets": {"a": "b"}}, "data, example"),
        ({"year": 18}, "tables that have no year"),
    ],
)
def test_a_bad_section_is_refused(change, expected):
    with pytest.raises(InputError, match=expected):
        check_input({"input": {**SECTION, **change}}, ROOT)


def test_example_runs_have_a_good_section():
    for name in ("own", "towns"):
        config = read_yaml(ROOT / f"config/examples/{name}.yaml")
        check_input(settled(read_yaml(ROOT / "config/config.yaml"), config), ROOT)
        assert set(config) <= {*read_yaml(ROOT / "config/config.yaml"), "input", *OF_STUDY}


def test_a_yaml_with_tags_is_refused(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("a: !!python/object/apply:os.system ['true']\n")
    with pytest.raises(InputError, match=r"line 1.*no tag of a type"):
        read_yaml(path)


def _own_run(text=None):
    views = read_yaml(ROOT / "config/examples/own_views.yaml")
    every = {**configs(), "views": views}
    path = ROOT / "config/examples/own.csv"
    if text is None:
        sheets, refused = load_sheets(path, "own.csv", LIMITS)
    else:
        sheets, refused = [Sheet("own.csv", "", [r.split(";") for r in text.split("\n")])], []
    section = {**SECTION, "files": ["own.csv"], "kind": "synthetic"}
    run = make_run(sheets, refused, settings(), every, section)
    assert [f for f in run.findings if f.severity == ERROR] == []
    return run, section


def _catalogue(run):
    made = run.configs
    return plain_catalogue(configs()["indicators"], made["measures"], made["views"], made["units"], made["variables"])


def _index(run):
    catalogue = _catalogue(run)
    empty = pd.DataFrame(columns=list(OBSERVATIONS.columns))
    table = compute_indicators(run.observations, empty, catalogue).table
    view = catalogue.views["own_potential"]
    return table, build_index(table, "own_potential", view, catalogue.measures)


def test_the_configs_of_a_run_pass_every_check_of_the_project():
    run, _ = _own_run()
    parts = {"indicators": configs()["indicators"], **run.configs}
    check_catalogue(
        **{
            n: Config(
                n, yaml.safe_load(yaml.safe_dump(dict(parts[n]))), read_yaml(ROOT / f"workflow/schemas/{n}.schema.yaml")
            )
            for n in ("indicators", "measures", "views", "variables", "units")
        }
    )


def _regions():
    rows = [("KZKAR", 2020, v, x) for v, x in (("researchers_share_population", 0.2), ("rd_organizations", 3.0))]
    frame = pd.DataFrame(rows, columns=["unit", "year", "variable", "value"])
    return frame.assign(unit_of_measure="%", kind="official", source="bureau", locator="x", flag="")


def test_profiles_stand_beside_the_region():
    run, _ = _own_run()
    table, index = _index(run)
    catalogue = _catalogue(run)
    parents = parents_of(run.configs["units"])
    empty = pd.DataFrame(columns=list(OBSERVATIONS.columns))
    regions = region_indicators(_regions(), empty, catalogue, "own_potential", parents)
    model = view_model("own_potential", catalogue.views["own_potential"], catalogue.measures)
    profile = profile_table(index.normalised, table, regions, model, parents)
    assert profile["position"].between(0, 100).all()
    row = profile[(profile["unit"] == "KZTMT") & (profile["measure"] == "researchers_share_population")].iloc[0]
    assert (row["region"], row["region_year"], row["region_value"]) == ("KZKAR", 2020, 20.0)
    assert row["region_position"] == pytest.approx(100 * np.log1p(20) / np.log1p(50))
    assert profile.loc[profile["unit"] == "KZRDD", "region_value"].isna().all()
    tables = {"town_profile": profile, "town_scores": scores_table(index.scores, model.tree.id, 100)}
    facts = told(chapter_facts("config/examples/text/00_page.yaml", tables))
    assert (facts["towns_total"], facts["towns_beside"]) == ("4", "2")
    assert facts["towns_year"] == str(int(tables["town_scores"]["year"].max()))
    nobody = {**tables, "town_scores": tables["town_scores"].iloc[:0]}
    assert told(chapter_facts("config/examples/text/00_page.yaml", nobody))["towns_ranked"] == "0"


def test_one_town_alone_has_a_profile_and_no_rank():
    head = "town;year;life_satisfaction;satisfaction_housing;self_living_standard"
    run, _ = _own_run(f"{head}\nРиддер;2018;50;60;55\nРиддер;2019;52;61;50")
    assert "one_unit" in [f.code for f in run.findings]
    table, index = _index(run)
    scores = scores_table(index.scores, "scientific_potential", 100)
    assert scores["rank"].isna().all()
    assert scores["score"].notna().all()
    assert scores["first_year"].tolist() == [2018]
    catalogue = _catalogue(run)
    model = view_model("own_potential", catalogue.views["own_potential"], catalogue.measures)
    none = pd.DataFrame(columns=["unit", "year", "measure", "value"])
    profile = profile_table(index.normalised, table, none, model, {"KZRDD": "KZVOS"})
    assert len(profile) == 3
    texts = {**label_texts(["own_run"], ROOT / "config/words"), **labels().texts}
    texts |= {k: {"en": k} for k in ("word.year", "word.source", "kind.synthetic", "badge.synthetic")}
    words = Labels("en", texts)
    units = shown_units(index.scores, model.tree.id, ["KZRDD"])
    figure = town_series(index.scores, labels=words, root=model.tree.id, scale=100, units=units, source="s")
    said = [t.get_text() for ax in figure.axes for t in ax.texts]
    assert "One unit alone: no rank" in said
    drawn = town_profile(profile, labels=words, units=units, source="s")
    assert len(drawn.axes[0].lines[0].get_xdata()) == 3


def test_without_scores_the_figure_of_scores_says_so():
    scores = pd.DataFrame(
        {"node": ["x"], "unit": ["A"], "year": [2020], "score": [np.nan], "rank": [np.nan], "kind": ["synthetic"]}
    )
    texts = {k: {"en": k} for k in ("regions.no_scores", "word.source", "kind.synthetic", "badge.synthetic")}
    words = Labels("en", texts)
    figure = town_series(scores, labels=words, root="x", scale=100, units=["A"], source="s")
    assert [t.get_text() for t in figure.axes[0].texts] == ["regions.no_scores"]


def test_names_of_measures_are_whole_and_rows_high_enough():
    name = "A very long name of a measure that takes three lines of the figure, whatever is done"
    profile = pd.DataFrame(
        {
            "unit": ["A", "A", "B"],
            "measure": ["m1", "m2", "m1"],
            "year": 2020,
            "position": [10.0, 50.0, 100.0],
            "others": np.nan,
            "region_position": [np.nan, 20.0, np.nan],
            "scale": 100.0,
            "kind": "synthetic",
        }
    )
    keys = (
        "word.source",
        "kind.synthetic",
        "badge.synthetic",
        "axis.towns_position",
        "towns.figure.town",
        "towns.figure.region",
    )
    keys = (*keys, "own_run.profile.others", "own_run.profile.apart")
    words = Labels(
        "en", {**{k: {"en": k} for k in keys}, "measure.m1": {"en": f"{name} {name}"}, "measure.m2": {"en": name}}
    )
    for units in (["A", "B"], ["A", "B", "C"]):
        figure = town_profile(profile, labels=words, units=units, source="s")
        shown = [t.get_text().replace("\n", " ") for t in figure.axes[0].get_yticklabels()]
        assert shown == [f"{name} {name}", name]
        assert figure.get_size_inches()[1] > 2.2


def test_a_town_without_a_score_stands_last_in_the_table():
    scores = pd.DataFrame(
        {
            "node": "x",
            "unit": ["A", "A", "B", "B"],
            "year": [2020, 2021] * 2,
            "score": [50.0, 60.0, None, None],
            "rank": np.nan,
            "n_units": 1,
            "coverage": 0.3,
            "kind": "synthetic",
            "source": "s",
        }
    )
    table = scores_table(scores, "x", 100)
    assert table["unit"].tolist() == ["A", "B"]
    assert table["year"].tolist() == [2021, 2021]
    assert table["score"].tolist()[0] == 60.0
    assert table["score"].isna().tolist() == [False, True]


def test_a_figure_of_many_shows_the_marked_or_some_spread_over_the_ranking():
    scores = pd.DataFrame(
        {
            "node": "x",
            "unit": [f"U{i:02d}" for i in range(20)],
            "year": 2020,
            "rank": [float(20 - i) for i in range(20)],
        }
    )
    shown = shown_units(scores, "x", [*scores["unit"], "V"])
    # the first, the last, and others at even distances; one without a rank stands for none
    assert shown == ["U19", "U16", "U14", "U11", "U08", "U05", "U03", "U00"]
    assert shown_units(scores, "x", [*scores["unit"], "V"], ["U03", "U11", "Z"]) == ["U11", "U03"]
    assert shown_units(scores, "x", ["U00", "U01"], ["U00"]) == ["U01", "U00"]


def test_own_figures_stand_for_raw_ones_of_their_kind_only():
    raw = _regions()
    own = raw.assign(value=9.0, source="own_workbook").iloc[:1]
    joined = joined_observations(raw, own, {})
    assert joined["value"].tolist() == [3.0, 9.0]
    synthetic = joined_observations(raw, own.assign(kind="synthetic"), {})
    assert len(synthetic) == 3
    write_order(synthetic, OBSERVATIONS)
    official = synthetic[synthetic["kind"] == "official"]
    assert "own_workbook" not in set(official["source"])


def test_the_workbook_is_a_row_of_the_sources():
    run, section = _own_run()
    columns = ["id", "title", "file", "publisher", "licence", "kind", "source", "rows", "sha256"]
    table = sources_rows(pd.DataFrame(columns=columns), run.observations, section, [b"abc"])
    assert table["rows"].tolist() == [int(run.observations["locator"].str.startswith("own.csv,").sum())]
    assert table["kind"].tolist() == ["synthetic"]
    assert table["sha256"][0].startswith("ba7816bf")


def test_a_file_that_is_not_read_is_in_the_run():
    run = make_run(
        [], [Finding("damaged", "a.xlsx")], settings(), {**configs(), "views": {}}, {**SECTION, "files": ["a.xlsx"]}
    )
    assert [f.code for f in run.findings] == ["damaged"]


def test_xls_is_read(tmp_path):
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    page = book.add_sheet("data")
    for c, text in enumerate(["town", "year", "researchers"]):
        page.write(0, c, text)
    page.write_merge(1, 2, 0, 0, "Ridder")
    for r, (year, n) in enumerate([(2018, 5), (2019, 6)], 1):
        page.write(r, 1, year)
        page.write(r, 2, n)
    buffer = io.BytesIO()
    book.save(buffer)
    (tmp_path / "t.xls").write_bytes(buffer.getvalue())
    workbook, findings = read_path(tmp_path / "t.xls")
    assert findings == []
    assert figures(workbook) == {("KZRDD", 2018, "researchers"): 5.0, ("KZRDD", 2019, "researchers"): 6.0}
