import copy
import html
import io
from pathlib import Path

import openpyxl
import pytest
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.problems import InputError
from monotown.survey import forms
from monotown.survey.questionnaire import read_questionnaire
from monotown.workflow import read_labels, read_yaml
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
CONTENT = read_yaml(ROOT / "config/parts/survey/questionnaire.yaml")
CATALOGUE = read_part("indicators", ROOT)
UNITS = read_part("units", ROOT)
FORM = read_questionnaire(CONTENT, CATALOGUE)
TOWNS = {code: UNITS[code] for code in UNITS["sets"]["monotowns"]}
TEXTS = project_texts("survey")
LABELS = read_labels(["survey"], folder=ROOT / "config/words")


def test_all_sixteen_indicators_and_their_leaves_are_asked_of_the_right_people():
    asked = [q for q in FORM.questions.values() if q.indicator]
    entries = {k: v for k, v in CATALOGUE["indicators"].items() if v["block"] in ("B3", "B4")}
    assert len(entries) == 16
    assert {q.indicator for q in asked} == set(entries)
    leaves = {leaf for k, v in entries.items() for leaf in v.get("leaves", [k])}
    assert {q.id for q in asked} == leaves
    assert len(asked) == 28
    every = [leaf for k, v in CATALOGUE["indicators"].items() for leaf in v.get("leaves", [k])]
    assert len(every) == 46
    for q in asked:
        assert q.population == entries[q.indicator]["population"]
    assert [len(FORM.items(p, b)) for p in FORM.populations for b in ("B3", "B4")] == [2, 15, 2, 9]


def test_a_leaf_without_its_own_question_keeps_the_catalogues_words():
    for name, entry in CATALOGUE["indicators"].items():
        if entry["block"] in ("B3", "B4") and "leaves" not in entry:
            for language in LANGUAGES:
                said = FORM.questions[name].words[language].replace("–", "-")
                assert said == entry["question"][language].replace("–", "-"), name


SELF = "sections.life.questions.health_self"
WORDS = {"en": "x", "ru": "x", "kk": "x"}


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (SELF, None, "question 'health_self' of indicator 'health_self_family'"),
        (f"{SELF}.indicator", "helth_self_family", "did you mean this"),
        (f"{SELF}.population", "researchers", "'residents', as in the catalogue"),
        (f"{SELF}.population", "nobody", "one of: researchers, residents"),
        (f"{SELF}.scale", "qualty", "'quality' (did you mean this?)"),
        (f"{SELF}.scale", None, "found 'nothing'; expected one of scale"),
        (f"{SELF}.choices", "sex", "found 'scale, choices'; expected one of scale"),
        (f"{SELF}.kk", " ", "health_self.kk: found ' '; expected a text"),
        (f"{SELF}.askif", [], "'ask_if' (did you mean this?)"),
        (f"{SELF}.ask_if", [{"question": "job_pay", "in": [1]}], "an earlier question"),
        (f"{SELF}.ask_if", [{"question": "sex"}], "either `in` or `at_least`"),
        ("sections.town.questions.sex", {"choices": "sex", **WORDS}, "no other question has"),
        (
            "sections.town.questions.extra",
            {"scale": "quality", "indicator": "life_satisfaction", **WORDS},
            "a leaf of the entry",
        ),
        (
            "sections.life.questions.life_satisfaction",
            {"indicator": "life_satisfaction", "integer": [0, 10], **WORDS},
            "a scale, for it measures an indicator",
        ),
        ("scales.quality.3", None, "every code from 1 to 5"),
        ("scales.quality", {1: WORDS, 2: WORDS}, "at least 3 answers"),
        ("codes.refusal.code", 5, "answers apart from the code of refusal"),
    ],
)
def test_a_faulty_questionnaire_is_refused_with_the_place(place, value, message):
    content = copy.deepcopy(CONTENT)
    *path, last = (int(k) if k.isdigit() else k for k in place.split("."))
    node = content
    for key in path:
        node = node[key]
    if value is None:
        del node[last]
    else:
        node[last] = value
    with pytest.raises(InputError) as stopped:
        read_questionnaire(content, CATALOGUE, "q.yaml")
    assert message in str(stopped.value)
    assert "q.yaml, " in str(stopped.value)


def test_codebook_has_codes_missing_codes_and_skip_rules():
    book = forms.codebook(FORM, TOWNS, LANGUAGES).set_index("question")
    told = [f"{part}_{k}" for part in ("text", "answers") for k in LANGUAGES]
    assert list(book.reset_index().columns) == [*forms.CODEBOOK, *told]
    assert len(book) == len(FORM.questions)
    assert book.loc["life_satisfaction", "codes"] == "0 1 2 3 4 5 6 7 8 9 10"
    assert (
        book.loc["health_family", "ask_if"] == "household_size >= 2 and household_size != 98 and household_size != 99"
    )
    assert book.loc["preschool_access", "ask_if"] == "children_preschool = 1"
    assert book.loc["household_size", "codes"] == "1..30"
    assert book.loc["job_pay", "missing_codes"] == "98 99"
    assert book.loc["consent", "missing_codes"] == ""
    assert book.loc["purchasing_power_self", "answers_ru"].startswith("1 = Денег не хватает даже на питание; 2 = ")
    assert "KZZHK = Жезқазған" in book.loc["town", "answers_kk"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_printable_forms_hold_every_question_answer_and_rule(language):
    page = forms.questionnaire_html(FORM, TOWNS, LABELS[language])
    text = forms.questionnaire_markdown(FORM, TOWNS, LABELS[language])
    assert page.count('<section class="q">') == text.count("**\u0020`") == len(FORM.questions)
    assert page.count('class="rule"') == sum(len(q.ask_if) for q in FORM.questions.values()) == 4
    for q in FORM.questions.values():
        assert f"{html.escape(q.words[language])}</b>" in page
    assert f'lang="{language}"' in page
    if language == "en":
        assert "Ask if “Is there a child under 7 in your household?” is: Yes." in page


def test_names_are_escaped_on_the_page():
    content = copy.deepcopy(CONTENT)
    content["title"]["en"] = "<script>alert(1)</script>"
    content["sections"]["life"]["questions"]["health_self"]["en"] = "a < b & *c*"
    form = read_questionnaire(content, CATALOGUE)
    page = forms.questionnaire_html(form, TOWNS, LABELS["en"])
    assert "<script>" not in page
    assert "a &lt; b &amp; *c*" in page
    assert r"a \< b & \*c\*" in forms.questionnaire_markdown(form, TOWNS, LABELS["en"])


def _book() -> bytes:
    return forms.workbook_bytes(forms.xlsform(FORM, TOWNS, LABELS))


def test_xlsform_is_accepted_by_pyxform(tmp_path):
    xls2xform = pytest.importorskip("pyxform.xls2xform")
    target = tmp_path / "form.xlsx"
    target.write_bytes(_book())
    made = xls2xform.convert(xlsform=target, validate=False)
    assert made.warnings == []
    for language in ("English (en)", "Русский (ru)", "Қазақша (kk)"):
        assert f'lang="{language}"' in made.xform
    assert made.xform.count("<bind ") >= len(FORM.questions)
    assert "/data/part_town/preschool_access" in made.xform
    binds = made.xform.split("<bind ")[1:]
    pre = next(b for b in binds if b.startswith('nodeset="/data/part_town/preschool_access"'))
    assert "/data/part_start/population  = 1 and" in pre
    assert "/data/part_about_you/children_preschool  = 1" in pre
    size = next(b for b in binds if b.startswith('nodeset="/data/part_about_you/household_size"'))
    assert 'constraint="(. &gt;= 1 and . &lt;= 30) or . = 98 or . = 99"' in size


def test_xlsform_sheets_have_labels_in_three_languages_everywhere():
    sheets = forms.xlsform(FORM, TOWNS, LABELS)
    assert list(sheets) == ["survey", "choices", "settings"]
    head = sheets["survey"][0]
    assert head[2:5] == ["label::English (en)", "label::Русский (ru)", "label::Қазақша (kk)"]
    for row in sheets["survey"][1:]:
        assert len(row) == len(head)
        assert row[0] == "end_group" or all(row[2:5]), row
    assert all(all(row) for row in sheets["choices"])
    lists = {row[0] for row in sheets["choices"][1:]}
    used = {row[0].split()[1] for row in sheets["survey"] if row[0].startswith("select_one")}
    assert used == lists
    satisfaction = [row[1] for row in sheets["choices"] if row[0] == "satisfaction"]
    assert satisfaction == ["1", "2", "3", "4", "5", "98", "99"]
    assert [r[1] for r in sheets["choices"] if r[0] == "yes_no_only"] == ["1", "2"]


def test_no_cell_is_a_formula_and_equal_forms_give_equal_bytes():
    content = copy.deepcopy(CONTENT)
    for i, start in enumerate("=+-@"):
        name = ["health_self", "housing_state", "housing_area", "job_pay"][i]
        section = next(s for s in content["sections"].values() if name in s["questions"])
        section["questions"][name]["en"] = f"{start}cmd|' /C calc'!A0"
    form = read_questionnaire(content, CATALOGUE)
    sheets = forms.xlsform(form, TOWNS, LABELS)
    book = openpyxl.load_workbook(io.BytesIO(forms.workbook_bytes(sheets)))
    risky = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                if cell.value is not None and cell.value[0] in "=+-@":
                    assert cell.data_type == "s"
                    assert cell.quotePrefix
                    risky += 1
    assert risky == 4
    assert _book() == _book()


def test_lines_to_write_on_have_no_box():
    page = forms.questionnaire_html(FORM, TOWNS, LABELS["en"])
    text = forms.questionnaire_markdown(FORM, TOWNS, LABELS["en"]).replace("\\", "")
    assert "<li class=open>____" in page
    assert "- ____" in text
    assert "☐ _" not in text
    assert text.count("☐") > 100


@pytest.mark.parametrize("ends", [[18, 120], [0, 98], [99, 99]])
def test_whole_numbers_that_hold_a_code_of_no_answer_are_refused(ends):
    content = copy.deepcopy(CONTENT)
    size = content["sections"]["about_you"]["questions"]["household_size"]
    size["integer"] = ends
    with pytest.raises(InputError, match=r"household_size.integer: found '9[89]'; expected") as e:
        read_questionnaire(content, CATALOGUE, "q.yaml")
    assert "missing: {" in str(e.value)
    assert "that ends below 9" in str(e.value)
    size["missing"] = {"dont_know": -98, "refusal": -99}
    form = read_questionnaire(content, CATALOGUE, "q.yaml")
    book = forms.codebook(form, TOWNS, LANGUAGES).set_index("question")
    assert book.loc["household_size", "missing_codes"] == "-98 -99"
    assert "-98 = Do not know" in book.loc["household_size", "answers_en"]
    assert book.loc["health_family", "ask_if"] == "household_size >= 2"
    rows = forms.xlsform(form, TOWNS, LABELS)["survey"]
    row = next(r for r in rows if r[1] == "household_size")
    assert f"(. >= {ends[0]} and . <= {ends[1]}) or . = -98 or . = -99" in row


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"integer": [30, 1]}, "two whole numbers"),
        ({"integer": 30}, "two whole numbers"),
        ({"missing": {"dont_knw": -1}}, "'dont_know' (did you mean this?)"),
        ({"missing": {"dont_know": "x"}}, "missing.dont_know: found 'x'; expected a whole number"),
        ({"missing": {"dont_know": 99}}, "a code of its own for each"),
        ({"missing": {"dont_know": 7}}, "answers apart from the code of dont_know"),
    ],
)
def test_faulty_codes_of_a_question_are_refused(change, message):
    content = copy.deepcopy(CONTENT)
    content["sections"]["about_you"]["questions"]["household_size"] |= change
    with pytest.raises(InputError) as stopped:
        read_questionnaire(content, CATALOGUE, "q.yaml")
    assert message in str(stopped.value)


def test_choices_that_hold_a_code_of_no_answer_are_refused():
    content = copy.deepcopy(CONTENT)
    content["choices"]["age"][98] = WORDS
    with pytest.raises(InputError, match=r"questions.age.choices: found '98'"):
        read_questionnaire(content, CATALOGUE, "q.yaml")


def test_a_list_of_answers_with_other_codes_of_no_answer_is_another_list():
    content = copy.deepcopy(CONTENT)
    content["sections"]["life"]["questions"]["health_self"]["missing"] = {"dont_know": -8}
    form = read_questionnaire(content, CATALOGUE, "q.yaml")
    sheets = forms.xlsform(form, TOWNS, LABELS)
    kinds = {r[1]: r[0] for r in sheets["survey"]}
    assert kinds["health_self"] == "select_one quality_health_self"
    assert kinds["health_family"] == "select_one quality"
    listed = {n: [r[1] for r in sheets["choices"] if r[0] == n] for n in ("quality", "quality_health_self")}
    assert listed["quality"][-2:] == ["98", "99"]
    assert listed["quality_health_self"][-2:] == ["-8", "99"]
