"""``monotown audit``: its plan, what it says, the object that it prints, and the whole of it on a small table."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from monotown.audit.tables import TABLES
from monotown.commands.audit import DRAWS, as_object, found_in, page_of, planned, said
from monotown.commands.call import Call
from monotown.commands.places import project
from monotown.commands.say import words_of

ROOT = Path(__file__).resolve().parents[2]
CITIES = ROOT / "config/examples/city-ahp"
WORDS = words_of("en", project() / "config" / "words")


@pytest.fixture
def small(monotown):
    """A study as three sheets of one folder: nine units, two indicators that are one, and one with a unit far away."""
    folder = monotown.folder / "nine"
    folder.mkdir()
    (folder / "study.yaml").write_text("title: Nine\nlanguages: [en]\n", encoding="utf-8")
    rows = ["id,parent,direction,low,high", "work,,,,", "pay,work,1,0,100", "wage,work,1,0,100", "air,,1,0,100"]
    (folder / "indicators.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    pay = [10, 22, 31, 44, 47, 58, 71, 83, 90]
    air = [9, 8, 10, 9, 11, 10, 9, 8, 95]
    data = pd.DataFrame({"unit": [f"U{i}" for i in range(9)], "pay": pay, "wage": [p + 1 for p in pay], "air": air})
    data.to_csv(folder / "data.csv", index=False)
    return folder


def call(folder: Path, *files: Path, **more) -> Call:
    return Call(files, WORDS, folder, starts=False, **more)


def test_an_audit_stands_beside_the_run_and_has_few_draws_unless_it_says_more(tmp_path):
    for name in ("study.yaml", "indicators.csv", "indices.csv", "data.csv", "weights.csv", "source.yaml"):
        (tmp_path / "city").mkdir(exist_ok=True)
        shutil.copy(CITIES / name, tmp_path / "city" / name)
    made = planned(call(tmp_path, tmp_path / "city"))
    assert made.results == tmp_path / "city-audit"
    assert made.config["results"].endswith("city-audit")
    assert made.config["sensitivity"]["draws"] == DRAWS
    assert planned(call(tmp_path, tmp_path / "city", draws=7000)).config["sensitivity"]["draws"] == 7000
    made = planned(call(tmp_path, tmp_path / "city", settings=[("draws", "500"), ("sensitivity.sobol.points", "64")]))
    assert made.config["sensitivity"] == {"draws": 500, "sobol": {"points": 64, "joint_points": 512}}
    assert planned(call(tmp_path, tmp_path / "city", output=tmp_path / "there")).results == tmp_path / "there"


def test_the_default_study_is_audited_as_it_runs_in_the_project_and_small_elsewhere(tmp_path):
    for more in ({}, {"study": "kazakhstan"}):
        made = planned(call(ROOT, **more))
        assert (made.kind, made.results.name) == ("default", "results")
        assert "sensitivity" not in made.config
    made = planned(Call([], WORDS, tmp_path, study="kazakhstan"))
    assert (made.kind, made.results, made.anywhere) == ("default", tmp_path / "kazakhstan-audit", True)
    assert made.config["sensitivity"]["draws"] == DRAWS


@pytest.mark.workflow
def test_a_small_study_is_audited_from_an_empty_folder(small, monotown):
    done = monotown("audit", "nine", "--draws", 200, "--json", "--language", "ru")
    assert done.status == 0, done.err
    results = monotown.folder / "nine-audit"
    found = json.loads(done.out)
    assert list(found) == ["version", "indices"]
    (index,) = found["indices"].values()
    assert list(index) == ["year", "findings", *TABLES]
    fired = {(row["rule"], row["subject"]): row for row in index["findings"] if row["status"] == "fired"}
    assert fired["double_counting", "pay;wage"]["number"] == pytest.approx(1)
    far = fired["outliers", "air"]
    assert far["units"] == "U8"
    assert far["number"] > far["limit"] == 2
    # said in the language of the call; every rule stands on a page of each language, the figures beside it
    assert "Двойной счёт внутри блока" in done.err
    tables = found_in(results)
    for language, title in (("en", "Double counting in a block"), ("ru", "Двойной счёт"), ("kk", "қос есеп")):
        text = (results / "audit" / f"{language}.html").read_text(encoding="utf-8")
        assert title in text
        assert text.count("<table>") == text.count("</table>") == 3
    assert (results / "audit/index.html").read_text(encoding="utf-8") == (results / "audit/ru.html").read_text(
        encoding="utf-8"
    )
    # what is printed is what the files hold, to the last written digit
    assert as_object(tables) == found
    # an audit makes no report
    assert not (results / "report.html").exists()


@pytest.mark.workflow
def test_problems_of_the_study_are_status_1_and_a_wrong_call_is_2(small, monotown):
    text = (small / "indicators.csv").read_text(encoding="utf-8")
    (small / "indicators.csv").write_text(text.replace("pay,work,1,0", "pay,works,1,0"), encoding="utf-8")
    done = monotown("audit", "nine", "--language", "en")
    assert done.status == 1, done.err
    assert "works" in done.err
    assert monotown("audit", "none.xlsx").status == 2
    assert monotown("audit", "nine", "--draws", "few").status == 2


def test_a_study_without_a_case_says_so_and_its_page_has_no_empty_table():
    shown = pd.DataFrame({"result": ["passed", "not_judged"], "rule": ["missing", "alpha"], "says_en": ["a", "b"]})
    text = said("v", shown.iloc[:0], shown, WORDS, WORDS)
    assert text == WORDS("commands.audited", index="v", asked=1, broken=0)
    rows = shown.assign(kind="official", source="s")
    empty = pd.DataFrame(columns=["measure", "kind", "source"])
    page = page_of({"v": {"audit_": rows.iloc[:0], "unbroken_": rows, "audited_": empty}}, words_with("v"))
    assert page.count("<table>") == 1
    assert page.endswith("</body>\n</html>\n")


def words_with(index: str):
    from monotown.workflow import read_labels

    texts = {f"table.unbroken_{index}": {"en": "Rules"}}
    return read_labels(["common", "audit", "report"], texts, ROOT / "config/words")["en"]
