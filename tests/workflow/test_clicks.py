"""Statements of the first screen, followed by the links that a reader has down to lines of raw files."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from .conftest import ROOT

pytestmark = pytest.mark.workflow

#: A place that names a line of a file and, where the row has several figures, its column.
PLACE = re.compile(r"([\w-]+\.csv), line (\d+)(?:, column (\w+))?\Z")


class Reader:
    """A reader who follows links from the first screen of the English pages."""

    def __init__(self, results: Path) -> None:
        self.pages: dict[Path, BeautifulSoup] = {}
        self.file = results / "report/index.html"

    @property
    def page(self) -> BeautifulSoup:
        if self.file not in self.pages:
            self.pages[self.file] = BeautifulSoup(self.file.read_text(encoding="utf-8"), "html.parser")
        return self.pages[self.file]

    def click(self, selector: str) -> str:
        """Follow a link; what the address says after the sign #."""
        link = self.page.select_one(selector)
        assert link is not None, (self.file.name, selector)
        parts = urlsplit(str(link["href"]))
        self.file = (self.file.parent / unquote(parts.path)).resolve()
        assert self.file.is_file()
        return unquote(parts.fragment)

    def answer(self, n: int) -> str:
        """What an answer of the first screen says."""
        found = self.page.select_one(f"#answer-{n} .says")
        assert found is not None
        return found.get_text()


@pytest.fixture
def reader(finished: Path) -> Reader:
    return Reader(finished / "results")


def raw(file: str, line: int) -> list[str]:
    """Fields of a line of a raw file."""
    (path,) = (ROOT / "data/raw").rglob(file)
    with path.open(encoding="utf-8", newline="") as lines:
        return next(row for n, row in enumerate(csv.reader(lines), 1) if n == line)


def cells(page: BeautifulSoup, indicator: str) -> Iterator[tuple[str, list[str]]]:
    """Figures behind an indicator of a unit, as the page has them, with the fields of the lines that it names."""
    rows = [row for row in page.select(".unit-cells") if indicator in heading(row)]
    for cell in rows[0].select(":scope > span"):
        place = cell.select_one(".unit-place")
        assert place is not None
        found = PLACE.match(place.get_text())
        assert found is not None
        told = cell.get_text().removesuffix(place.get_text()).rpartition(": ")[2]
        yield told.strip().replace(",", ""), raw(found[1], int(found[2]))


def heading(row: Tag) -> str:
    """Head of the row that a cell stands in."""
    assert row.parent is not None
    head = row.parent.find("th")
    assert isinstance(head, Tag)
    return head.get_text()


@pytest.mark.parametrize("outcome", ["reproduced", "inconsistent", "not_derivable"])
def test_statements_that_are_counted_are_cards_with_their_lines(reader: Reader, outcome: str) -> None:
    counted = reader.page.select_one(f"#answer-1 a[href*='verdict={outcome}'] strong")
    assert counted is not None
    assert f"{counted.get_text()} " in reader.answer(1)
    asked = re.findall(r"verdict=(\w+)", reader.click(f"#answer-1 a[href*='verdict={outcome}']"))
    shown = [c for c in reader.page.select(".ledger-card[data-statement=made]") if c["data-verdict"] in asked]
    assert len(shown) == int(counted.get_text())
    assert all("Lines" in card.get_text() or "Checked by" in card.get_text() for card in shown)


def test_a_statement_of_the_paper_leads_to_its_line(reader: Reader) -> None:
    anchor = reader.click("#answer-1 .strip a[href*='T1.2017.university.share']")
    card = reader.page.find(id=anchor)
    assert isinstance(card, Tag)
    (line,) = re.findall(r"Lines\s*(\d+)", card.get_text(" "))
    assert "59,26" in card.get_text()
    printed = pd.read_csv(ROOT / "data/raw/published/paper/table1.csv", dtype=str)
    (row,) = printed[printed["line"] == line].to_dict("records")
    assert row["share_2017"] == "59,26"


@pytest.mark.parametrize("unit", ["KZALA", "KZNS", "KZVOS", "KZULU"])
def test_who_leads_and_who_is_last_rest_on_figures_of_the_bulletin(reader: Reader, unit: str) -> None:
    said = reader.answer(2)
    reader.click(f"#answer-2 svg a[href='unit-{unit}.html']")
    title = reader.page.select_one("h1")
    assert title is not None
    assert title.get_text().split(":")[0] in said
    (people, _), (researchers, line) = cells(reader.page, "Researchers per 10,000")
    assert researchers in line
    assert unit in line
    if unit == "KZULU":
        assert f"{researchers} researchers" in said
    shown = next(r for r in reader.page.select("tr") if "Researchers per 10,000" in r.get_text()).select_one(".num")
    assert shown is not None
    assert float(shown.get_text()) == pytest.approx(1e4 * float(researchers) / float(people), rel=1e-3)


def test_research_bought_elsewhere_is_a_figure_of_the_bulletin(reader: Reader) -> None:
    (told,) = re.findall(r"([\d,]+) million tenge", reader.answer(2))
    reader.click("#answer-2 a[href$='external.csv']")
    row = pd.read_csv(reader.file).set_index("unit").loc["KZULU"]
    assert f"{row['external']:,.0f}" == told
    assert "rd_bulletin_2022" in row["source"].split("; ")
    (bulletin,) = (ROOT / "data/raw").rglob("rd_bulletin_2022.csv")
    with bulletin.open(encoding="utf-8", newline="") as lines:
        (value,) = (r[-1] for r in csv.reader(lines) if r[1] == "external_rd_expenditure" and "KZULU" in r)
    assert float(value) / 1000 == pytest.approx(row["external"])


def test_the_interval_of_the_link_is_that_of_the_table(reader: Reader) -> None:
    said = reader.answer(3).replace("\u2212", "-")
    reader.click("#answer-3 a[href$='verdict.csv']")
    row = pd.read_csv(reader.file).set_index("direction").loc["forward"]
    assert all(f"{row[name]:.2f}" in said for name in ("estimate", "low", "high"))


def test_every_figure_of_a_unit_stands_in_the_line_that_its_page_names(finished: Path) -> None:
    table = pd.read_csv(finished / "results/units/cells.csv", dtype={"locator": str, "of": str})
    checked = 0
    for row in table.dropna(subset=["locator", "value"]).to_dict("records"):
        found = PLACE.match(str(row["locator"]))
        if found:
            fields = [f.replace(",", "").replace(" ", "") for f in raw(found[1], int(found[2]))]
            numbers = [float(f) for f in fields if re.fullmatch(r"-?\d+(\.\d+)?", f)]
            assert any(n == pytest.approx(float(row["value"])) for n in numbers), row
            checked += 1
    assert checked > 400
