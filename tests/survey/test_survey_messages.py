"""No message, table or page holds what a person is called or wrote, wherever the file has it."""

import contextlib
import copy
import io

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monotown.base.problems import InputError
from monotown.survey import build
from monotown.survey.boundary import refuse_mixed
from monotown.survey.microdata import read_microdata
from monotown.workflow.microdata import read_microdata_file

UNITS = ["DEMO_A", "DEMO_B"]

#: Names, telephone numbers, sentences: long enough to stand in no message by chance.
SECRETS = st.one_of(
    st.from_regex(r"[A-Z][a-z]{7,12} [A-Z][a-z]{7,12}", fullmatch=True),
    st.from_regex(r"8[1-9]{9}", fullmatch=True),
    st.from_regex(r"8[1-9]{6}\.[1-9]{3}", fullmatch=True),
    st.from_regex(r"[бвгджзклмнпрст]{12,20}", fullmatch=True),
)


def said(work):
    """All that is said while `work` runs, its refusal among it, and its result."""
    words, result = io.StringIO(), None
    with contextlib.redirect_stdout(words), contextlib.redirect_stderr(words):
        try:
            result = work()
        except InputError as error:
            words.write(str(error))
    return words.getvalue(), result


def read(survey, raw, **changes):
    mapping = {**survey.mappings["residents"], **changes}
    return read_microdata(raw, mapping, survey.form, UNITS, "r.csv", "synthetic")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    secrets=st.lists(SECRETS, min_size=3, max_size=3, unique=True),
    column=st.integers(0, 10**6),
    rows=st.sets(st.integers(0, 59), min_size=1, max_size=12),
    same=st.booleans(),
    free=st.booleans(),
)
def test_a_secret_in_any_column_is_in_no_message(survey, secrets, column, rows, same, free):
    raw = survey.demo.microdata["residents"].head(60).astype(str).copy()
    if free:
        raw["what_else"] = secrets[0]
    name = raw.columns[column % len(raw.columns)]
    for i, row in enumerate(sorted(rows)):
        raw.loc[raw.index[row], name] = secrets[0 if same else i % 3]
    words, made = said(lambda: read(survey, raw))
    if made is not None:
        more, tables = said(lambda: estimated(survey, made))
        words += more
        if tables is not None:
            words += "".join(getattr(tables, n).to_csv() for n in build.SCHEMAS)
    assert not [s for s in secrets if s in words], words


def estimated(survey, data):
    config = copy.deepcopy(survey.config)
    config["estimates"]["bootstrap"] = 50
    return build.build_survey([data], survey.form, survey.catalogue, build.NO_MARGINS, config, 7)


@pytest.mark.parametrize(
    "columns",
    [
        {"unit": "person"},
        {"year": "person"},
        {"stratum": "person"},
        {"cluster": "person"},
        {"response_class": "person"},
        {"response_class": ["person", "sex"]},
        {"weight": "person"},
        {"probability": "person"},
        {"units_in_stratum": "person"},
        {"people_in_cluster": "person"},
        {"responded": {"column": "person", "values": ["1"]}},
        {"unit": {"column": "person", "values": {"x": "DEMO_A"}}},
    ],
    ids=str,
)
@pytest.mark.parametrize("number", [False, True])
def test_a_column_of_names_in_any_role_is_in_no_message(survey, columns, number):
    raw = survey.demo.microdata["residents"].head(80).astype(str).copy()
    secret = [f"{87000123 + 17 * i}" if number else f"Aigul Serikova{i:04d}" for i in range(80)]
    raw["person"] = secret
    own = {**survey.mappings["residents"]["columns"], **columns}
    words, made = said(lambda: read(survey, raw, columns=own))
    if made is not None:
        words += said(lambda: estimated(survey, made))[0]
    assert not [s for s in secret if s in words], words


def test_a_file_without_a_header_is_refused_in_silence(survey, tmp_path):
    path = tmp_path / "m.csv"
    raw = survey.demo.microdata["residents"].head(5).assign(person="Aigul Serikova")
    raw.to_csv(path, index=False, header=False)
    words, made = said(lambda: read(survey, read_microdata_file(path)))
    assert made is None
    assert "Aigul" not in words
    assert "each name once" in words
    raw.columns = [f"q{i}" for i in range(raw.shape[1])]
    for i in range(raw.shape[1]):
        raw[f"q{i}"] = [f"Serikova {i}-{j}" for j in range(5)]
    raw.to_csv(path, index=False, header=False)
    words, made = said(lambda: read(survey, read_microdata_file(path)))
    assert made is None
    assert "Serikova" not in words


@pytest.mark.parametrize("suffix", [".sav", ".dta", ".xlsx", ".csv", ".ods", ".xls"])
def test_a_damaged_file_is_not_quoted(tmp_path, suffix):
    path = tmp_path / f"m{suffix}"
    path.write_bytes(b"Aigul Serikova;12;\n" * 3 + b'\xff\xfe\x81"Aigul')
    assert "Aigul" not in said(lambda: read_microdata_file(path))[0]


def test_a_line_is_that_of_the_file_with_its_empty_lines(survey, tmp_path):
    raw = survey.demo.microdata["residents"].head(20).assign(town="DEMO_A")
    raw.loc[raw.index[4], "town"] = "nowhere"
    text = raw.to_csv(index=False).split("\n")
    path = tmp_path / "m.csv"
    path.write_text("\n".join([*text[:3], "", "", *text[3:]]), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").split("\n")
    words, _ = said(lambda: read(survey, read_microdata_file(path)))
    line = next(i for i, t in enumerate(lines, 1) if "nowhere" in t)
    assert f"line {line}, column unit: found 'a text of 7 characters'" in words


def test_a_column_kind_of_free_text_is_not_quoted():
    words, _ = said(lambda: refuse_mixed(["I hate my boss", "official"], ["synthetic"], "m.csv"))
    assert "boss" not in words
    assert "1 row of kind (unknown)" in words
    assert "1 row of kind official" in words


# ---------------------------------------------------------------- codes of no answer


def test_a_missing_code_that_is_an_answer_is_refused(survey):
    """Ages 97 to 100 came out as 97, missing, missing, 100."""
    form = copy.deepcopy(survey.form)
    size = form.questions["household_size"]
    object.__setattr__(size, "answers", [1, 120])
    raw = survey.demo.microdata["residents"].head(4).copy()
    raw["status"], raw["household_size"] = "1", ["97", "98", "99", "100"]

    def made(**changes):
        mapping = {**survey.mappings["residents"], **changes}
        return read_microdata(raw, mapping, form, UNITS, "r.csv", "synthetic")

    words, _ = said(made)
    assert "mapping, missing.dont_know: found '98'; expected a code that is no answer to" in words
    assert 'questions: {household_size: {missing: {refusal: ["-99"]}}}' in words
    own = {"column": "household_size", "missing": {"dont_know": ["-98"], "refusal": ["-99"]}}
    found = made(questions={"household_size": own})
    assert found.people["household_size"].tolist() == [97, 98, 99, 100]


@pytest.mark.parametrize(
    ("question", "text"), [("life_satisfaction", "9"), ("health_self", "5"), ("sex", "2"), ("household_size", "30")]
)
def test_the_rule_is_one_for_every_kind_of_question(survey, question, text):
    raw = survey.demo.microdata["residents"].head(4)
    words, made = said(lambda: read(survey, raw, missing={"refusal": [text]}))
    assert made is None
    assert f"no answer to {question}" in words


def test_a_code_is_an_answer_as_the_file_has_it(survey):
    raw = survey.demo.microdata["residents"].head(4).assign(health_self="9")
    codes = {"column": "health_self", "codes": {9: 1}}
    words, made = said(lambda: read(survey, raw, questions={"health_self": codes}, missing={"dont_know": ["9"]}))
    assert made is None
    assert "no answer to health_self" in words
    assert isinstance(read(survey, raw, questions={"health_self": codes}).people, pd.DataFrame)
