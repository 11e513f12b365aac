"""Units of measure as offices spell them, and messages in the reader's language."""

import pytest
from towns_support import ROOT, codes, configs, figures, labels, read_text, settings

from monotown.base.problems import InputError
from monotown.data.workbooks.derive import make_run
from monotown.data.workbooks.findings import Finding, findings_table, found_words, in_words, terminal_table
from monotown.data.workbooks.grid import Sheet
from monotown.workflow import read_yaml, write_table
from monotown.workflow.towns import check_input, finding_words, stopped_words

SECTION = {
    "files": [],
    "kind": "official",
    "language": "ru",
    "towns": "config/parts/towns.yaml",
    "text": "config/examples/text",
    "source": {"title": {"en": "a", "ru": "b", "kk": "c"}, "publisher": "p", "licence": "l"},
}


def words(language):
    return finding_words(["towns", "indicators"], language, settings(), configs()["units"])


@pytest.mark.parametrize(
    ("header", "variable"),
    [
        ("Численность исследователей, человек", "researchers"),
        ("Исследователи (чел.)", "researchers"),
        ("Исследователи", "researchers"),
        ("Зерттеушілер саны, адам", "researchers"),
        ("Внутренние затраты на исследования и разработки, тыс. тенге", "internal_rd_expenditure"),
        ("Внутренние затраты на НИОКР (тыс. тг)", "internal_rd_expenditure"),
        ("Среднегодовое население, чел", "mean_population"),
        ("Удовлетворённость жизнью, баллов", "life_satisfaction"),
        ("rd_organizations, на 100 000 человек", "rd_organizations"),
    ],
)
def test_headers_of_offices(header, variable):
    workbook = read_text(f"город;год;{header}\nРиддер;2018;5\n")
    assert workbook.findings == ()
    assert figures(workbook) == {("KZRDD", 2018, variable): 5.0}


def test_units_of_measure_in_russian_and_kazakh():
    long = "город;год;показатель;ед. изм.;значение\n"
    workbook = read_text(
        f"{long}Риддер;2018;Исследователи, человек;человек;5\nРиддер;2019;researchers;адам;6\n"
        "Риддер;2018;internal_rd_expenditure;мың теңге;7\n"
    )
    assert workbook.findings == ()
    assert len(workbook.figures) == 3
    row = read_text("город;год;researchers\nединица измерения;;чел.\nРиддер;2018;5\n")
    assert row.findings == ()


@pytest.mark.parametrize("unit", ["тыс. тенге", "доля", "%"])
def test_another_unit_of_measure_in_the_header_is_refused(unit):
    workbook = read_text(f"город;год;researchers, {unit};mean_population\nРиддер;2018;5;9\n")
    assert codes(workbook) == [("unit_of_measure", "C1")]
    assert len(workbook.figures) == 1


def test_a_unit_that_the_name_leaves_open_is_said():
    name = "Число организаций, выполнявших исследования и разработки"
    workbook = read_text(f"город;год;{name}\nРиддер;2018;3\n")
    assert codes(workbook) == [("unit_assumed", "C2")]
    assert workbook.findings[0].severity == "warning"
    said, _ = in_words(workbook.findings[0], words("ru"))
    assert "на 100 000 человек" in said
    assert read_text("город;год;life_satisfaction\nРиддер;2018;3\n").findings == ()


def test_findings_name_towns_measures_and_units_in_the_language():
    ambiguous = Finding("unit_ambiguous", "f", values=(("among", "KZABY, KZ_ABAY"),))
    assert in_words(ambiguous, words("ru"))[0].endswith("область Абай (KZABY), Абай (KZ_ABAY)")
    number = Finding("number", "f", values=(("unit", "persons"),))
    assert "человек" in in_words(number, words("ru"))[0]
    assert "адам" in in_words(number, words("kk"))[0]
    jump = Finding(
        "jump", "f", values=(("variable", "life_satisfaction"), ("before", "1"), ("allowed", "5"), ("factor", "6"))
    )
    assert "Общая удовлетворенность жизнью" in in_words(jump, words("ru"))[0]
    weights = Finding("weights_some", "f", values=(("block", "B1"), ("missing", "rd_funding")))
    assert "(rd_funding)" in in_words(weights, words("kk"))[0]
    assert "Уровень научных кадров (B1)" in in_words(weights, words("ru"))[0]
    thin = Finding("coverage", "f", found="KZRDD 2018: 1/9", values=(("share", "50%"),))
    assert found_words(thin, words("ru")) == "Риддер 2018: 1/9"
    again = Finding("repeated", "f", found="KZRDD 2018 researchers: 5", values=(("first", "B2"),))
    assert found_words(again, words("ru")) == "Риддер 2018 Исследователи, человек: 5"
    assert found_words(Finding("number", "f", found="KZRDD"), words("ru")) == "KZRDD"
    homonym = read_text("город;год;researchers\nАксу;2018;5\n").findings
    (row,) = findings_table(homonym, words("ru")).to_dict("records")
    assert "Аксу (KZAKSU)" in row["expected"]
    assert "also" not in row["expected"]


def test_every_unit_of_measure_has_words():
    measures = configs()["measures"]
    spelled = {f.unit_of_measure for f in settings().fields.values()}
    spelled |= {m["unit_of_measure"] for m in measures.values()}
    assert [u for u in sorted(spelled) if not labels().has(f"measured_in.{u}")] == []


def test_coverage_is_not_said_of_a_workbook_with_errors():
    rows = [
        ["town", "year", "researchers", "rd_personnel", "rd_technicians"],
        ["Ridder", "2018", "5", "", ""],
        ["Atlantis", "2018", "5", "6", "7"],
    ]
    views = read_yaml(ROOT / "config/examples/own_views.yaml")
    run = make_run(
        [Sheet("t.csv", "", rows)], [], settings(), {**configs(), "views": views}, {**SECTION, "files": ["t.csv"]}
    )
    assert [f.code for f in run.findings] == ["unit"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"units": "monotown"}, "'monotowns' \\(did you mean this"),
        ({"columns": {"Учёные": "researcherz"}}, "'researchers' \\(did you mean this"),
    ],
)
def test_unknown_sets_and_columns_of_the_run_file_are_refused(change, expected):
    config = {"input": {**SECTION, **change}}
    config["study"] = "config/study"
    with pytest.raises(InputError, match=expected):
        check_input(config, ROOT)


def test_a_stopped_run_says_last_where_its_errors_are(tmp_path):
    assert stopped_words(tmp_path, SECTION, "towns") == ""
    table = findings_table([Finding("empty", "f")], labels("ru"))
    for stops in (True, False):
        write_table(table.assign(stops=stops), tmp_path / "clean/own_problems.csv")
        said = stopped_words(tmp_path, SECTION, "towns")
        assert said.startswith("Расчёт остановлен" if stops else "")
        assert bool(said) == stops


def test_figures_in_another_unit_of_measure_are_not_read():
    workbook = read_text(
        "город;год;показатель;ед. изм.;значение\nРиддер;2018;internal_rd_expenditure;тыс. тенге;5\n"
        "Риддер;2018;internal_rd_expenditure;млн тенге;6\nРиддер;2019;internal_rd_expenditure;"
        "млн тенге;6\n"
    )
    assert codes(workbook) == [("unit_of_measure", "D3")]
    assert len(workbook.figures) == 1


def test_the_terminal_shows_the_first_hundred_and_counts_the_others():
    found = [Finding("empty", f"f{i}") for i in range(130)]
    said = terminal_table(findings_table(found, labels("ru")), labels("ru"))
    assert "130" in said.splitlines()[0]
    assert "100. " in said
    assert "101. " not in said
    assert said.splitlines()[-1] == "… и ещё 30, в файле"
