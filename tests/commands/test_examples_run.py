"""The examples as workbooks, from an empty folder through the whole workflow: the values that were published."""

from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd

from monotown.workflow.export import export_study

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT / "tests/real"


def scores(folder: Path, index: str, node: str) -> pd.DataFrame:
    found = pd.read_csv(folder / "index" / index / "scores.csv", keep_default_na=False, na_values=[""])
    return found[found["node"] == node]


def test_every_published_value_of_the_human_development_index(monotown):
    export_study("config/examples/hdi", monotown.folder / "hdi.xlsx", ROOT)
    done = monotown("run", "hdi.xlsx", "--draws", 100)
    assert done.status == 0, done.err
    results = monotown.folder / "hdi-results"
    found = scores(results, "hdi", "hdi").set_index(["unit", "year"])["score"].unstack()  # noqa: PD010
    wanted = pd.read_csv(REAL / "hdi/published.csv", keep_default_na=False, na_values=[""]).set_index("iso3")
    told = wanted.notna().to_numpy()
    assert told.sum() == 577
    np.testing.assert_array_equal(found.loc[wanted.index].to_numpy().round(3)[told], wanted.to_numpy()[told])
    for page in (*(results / "report").glob("*.html"), *results.glob("report*.html")):
        text = page.read_text(encoding="utf-8")
        assert "Human Development Index" in text
        assert "Zhezkazgan" not in text
        assert "Жезказган" not in text
    # so many units have one page, drawn from data beside it
    assert (results / "report/unit.kk.html").is_file()
    assert "KAZ" in "".join(f.read_text(encoding="utf-8") for f in (results / "report/data").glob("units-ru-*.js"))


def test_a_published_rating_to_its_last_digits(monotown):
    export_study("config/examples/city-ahp", monotown.folder / "рейтинг городов.xlsx", ROOT)
    done = monotown("run", "рейтинг городов.xlsx", "--draws", 100)
    assert done.status == 0, done.err
    results = monotown.folder / "рейтинг городов-results"
    units = pd.read_csv(ROOT / "config/examples/city-ahp/data.csv").set_index("region")
    for index, file in (("ahp", ROOT / "config/examples/city-ahp/data.csv"), ("equal", REAL / "city-ahp/equal.csv")):
        wanted = pd.read_csv(file).set_index("region")["sustainability_score"]
        found = scores(results, index, "sustainability").set_index("unit")["score"]
        # a table of results has ten digits
        np.testing.assert_allclose(np.sort(found), np.sort(wanted), rtol=1e-9, atol=0)
        assert len(found) == len(units) == 19
    # the ledger of its claims: checked on the tables in the workbook and on the results of this run
    ledger = pd.read_csv(results / "findings/ledger.csv", keep_default_na=False).set_index("id")
    assert len(ledger) >= 20
    assert ledger["verdict"].value_counts()["inconsistent"] == 11
    assert ledger.loc["cars.slips", ["verdict", "recomputed_en"]].to_list() == ["derived", "19 / 19"]
    counts = pd.read_csv(results / "tables/ledger_counts.csv")
    assert counts["claims"].sum() == len(ledger)
    for page, title in (
        ("paper.html", "The publication's claims"),
        ("paper.ru.html", "Утверждения публикации"),
        ("paper.kk.html", "Жарияланымның тұжырымдары"),
    ):
        text = unescape((results / "report" / page).read_text(encoding="utf-8"))
        assert title in text
        assert "Two figures were taken with the decimal point moved" in text
        assert text.count('class="ledger-card"') == len(ledger)
    assert "ledger.csv" in done.err
