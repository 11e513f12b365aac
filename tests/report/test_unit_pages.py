"""Pages of units: every number is that of the results, whatever a run has."""

import itertools
import json
import re
from functools import cache
from pathlib import Path

import jinja2
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.base.labels import Labels
from monotown.report.pieces import Given
from monotown.report.unit_pages import unit_pages
from monotown.report.unit_tables import SCHEMAS, Results, distances, unit_tables
from monotown.report.units import PAGES, Pages, address, data_files, piece, safe, short_place
from monotown.show.page import breakable
from monotown.workflow.words import label_texts

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "workflow/report/templates"

TREE = {
    "id": "index",
    "children": [
        {"id": "work", "children": [{"measure": "staff"}, {"measure": "pay"}]},
        {"id": "home", "children": [{"measure": "rooms"}]},
    ],
}
FORMULAS = {"staff": "1000 * staff / people", "pay": "pay", "rooms": "lag(rooms, 1)"}
MEASURES = ["staff", "pay", "rooms"]


@pytest.fixture(scope="module", params=["en", "ru", "kk"])
def labels(request):
    return Labels(request.param, label_texts())


@cache
def template():
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["breakable"] = breakable
    return environment.get_template("unit.html.j2")


def rendered(unit, labels):
    return template().render(unit=unit, drawn=True, words=labels, language=labels.language)


def study(units, years=(2020, 2021, 2022), analyses=True, ranked=True):
    """Results of an index of some units, without the engine: what each table must have."""
    rng = np.random.default_rng(7)
    names = [f"U{i}" for i in range(units)] if isinstance(units, int) else list(units)
    base = {"view": "v", "kind": "official", "source": "book"}
    rows, prepared, normalised, comparison, indicators, observations = [], [], [], [], [], []
    for year in years:
        z = rng.random((len(names), 3)).round(6)
        for i, unit in enumerate(names):
            at = {"unit": unit, "year": year}
            for node, score in (("index", z[i].mean()), ("work", z[i, :2].mean()), ("home", z[i, 2])):
                told = 100 * score if ranked or i else np.nan
                rows.append(base | at | {"node": node, "score": told, "partial": False, "coverage": 1.0})
            for k, measure in enumerate(MEASURES):
                gone = measure == "pay" and i == 0
                value = np.nan if gone else float(10 * z[i, k])
                more = {"measure": measure, "clipped": False, "flag": "", "block": "home" if k == 2 else "work"}
                prepared.append(
                    base
                    | at
                    | more
                    | {"raw": value, "filled": value, "treated": value, "normalised": z[i, k], "weight": 1 / 3}
                    | {"unit_weight": np.nan, "average_weight": np.nan, "enough": True}
                )
                normalised.append(base | at | more | {"value": value, "normalised": np.nan if gone else 100 * z[i, k]})
                indicators.append(base | at | more | {"indicator": measure, "value": value, "unit_of_measure": "%"})
                flag = "not_available" if gone else ""
                variable = {"staff": "staff", "pay": "pay", "rooms": "rooms"}[measure]
                when = year - 1 if measure == "rooms" else year
                observations.append(
                    at | {"year": when, "variable": variable, "value": value, "unit_of_measure": "n", "flag": flag}
                )
            observations.append(at | {"variable": "people", "value": 1000.0, "unit_of_measure": "n", "flag": ""})
    scores = pd.DataFrame(rows)
    scores["rank"] = scores.groupby(["year", "node"])["score"].rank(ascending=False)
    if not ranked:
        scores["rank"] = np.nan
    scores["n_units"] = scores.groupby(["year", "node"])["score"].transform("count").astype(int)
    comparison = scores.assign(average=50.0, difference=scores["score"] - 50.0, ratio=1.0)
    seen = pd.DataFrame(observations).assign(kind="official", source="book")
    seen["locator"] = [f"book.csv, line {n}" for n in range(2, len(seen) + 2)]
    whole = scores[scores["node"] == "index"]

    def intervals(table):
        low, high = (table["rank"] - 1).clip(lower=1), table["rank"] + 1
        return table[["view", "unit", "year", "kind"]].assign(
            score_p05=table["score"] - 3, score_p50=table["score"], score_p95=table["score"] + 3, rank_p05=low,
            rank_p50=table["rank"], rank_p95=high.clip(upper=table["n_units"].max()),
        )  # fmt: skip

    last = whole[whole["year"] == max(years)]
    pairs = [(a, b, 0.7) for a, b in itertools.pairwise(names)]
    pairwise = pd.DataFrame(pairs, columns=["unit", "other", "share"]).assign(
        view="v", year=max(years), kind="official"
    )
    contributions = pd.DataFrame(
        [
            base | {"unit": u, "from_year": years[0], "to_year": years[-1], "measure": m, "block": "work",
                    "contribution": c, "change": 3.5}
            for u in names for m, c in (("staff", 5.0), ("pay", -1.5)) if len(years) > 1
        ],
        columns=[*base, "unit", "from_year", "to_year", "measure", "block", "contribution", "change"],
    )  # fmt: skip
    config = {"tree": TREE, "kind": "official", "units": "all", "years": list(years)}
    with_intervals = analyses and ranked
    of = Results(
        config, False, scores, comparison, pd.DataFrame(normalised),
        pd.DataFrame(prepared).drop(columns="block"), contributions,
        intervals(whole) if with_intervals else intervals(whole.head(0)),
        analyses={"weights": {"rank_intervals": intervals(last), "pairwise": pairwise}} if with_intervals else {},
    )  # fmt: skip
    told = pd.DataFrame(indicators).assign(reading="exact")
    return of, told, seen


def tables(*args, **settings):
    of, told, seen = study(*args, **settings)
    return unit_tables({"v": of}, FORMULAS, told, {False: seen, True: seen.head(0)}, "", {"book": "in/book.csv"}, 0.95)


@given(st.text(min_size=1, max_size=400), st.text(min_size=1, max_size=400))
def test_names_of_files_tell_units_apart(one, other):
    for unit in (one, other):
        assert re.fullmatch(r"[A-Za-z0-9=~_-]+", safe(unit)), unit
        assert len(safe(unit)) <= 180
    assert (safe(one).casefold() == safe(other).casefold()) == (one == other)


@pytest.mark.parametrize(
    "units", [("a", "A"), ("aB", "Ab"), ("Ақсу", "Аксу"), ("a/b", "a b", "a%2Fb"), ("x=1", "x", "~x"), ("a", "~a")]
)
def test_names_that_are_nearly_the_same(units):
    assert len({safe(u).casefold() for u in units}) == len(units)


@given(st.integers(0, 10_000), st.integers(2, 12))
def test_alike_is_as_far_there_as_back(seed, units):
    rng = np.random.default_rng(seed)
    profiles = rng.random((units, 5)) * 100
    profiles[rng.random(profiles.shape) < 0.3] = np.nan
    whole = np.array([distances(profiles, i) for i in range(units)])
    np.testing.assert_array_equal(whole, whole.T)


def test_alike_is_the_nearest():
    made = tables(8)
    of, _, _ = study(8)
    wide = of.normalised[of.normalised["year"] == 2022].pivot_table(
        index="unit", columns="measure", values="normalised"
    )
    mine = made["alike"]
    for unit in wide.index:
        gaps = np.sqrt(((wide - wide.loc[unit]) ** 2).mean(axis=1)).drop(unit).sort_values()
        found = mine[mine["unit"] == unit].sort_values("number")
        assert found["other"].tolist() == gaps.index[:3].tolist()
        np.testing.assert_allclose(found["distance"], gaps.iloc[:3])


def test_averages_are_of_the_others():
    of, _, _ = study(5)
    made = tables(5)["indicators"]
    here = of.prepared[of.prepared["year"] == 2022].set_index(["measure", "unit"])["raw"]
    for row in made.to_dict("records"):
        assert row["others"] == pytest.approx(here[row["measure"]].drop(row["unit"]).mean())


def test_cells_are_the_figures_of_the_formula():
    _, _, seen = study(4)
    cells = tables(4)["cells"]
    assert set(zip(cells["measure"], cells["variable"], strict=True)) == {
        ("staff", "staff"), ("staff", "people"), ("pay", "pay"), ("rooms", "rooms"),
    }  # fmt: skip
    assert set(cells.loc[cells["measure"] == "rooms", "figure_year"]) == {2021}
    known = seen.set_index(["unit", "year", "variable"])
    for row in cells.to_dict("records"):
        figure = known.loc[(row["of"], row["figure_year"], row["variable"])]
        assert row["locator"] == figure["locator"]
        assert row["file"] == "in/book.csv"
        np.testing.assert_equal(row["value"], figure["value"])


def test_level_reads_a_pair_from_both_sides():
    level = tables(3)["level"].set_index(["unit", "other"])["share"]
    assert level["U0", "U1"] == pytest.approx(0.7)
    assert level["U1", "U0"] == pytest.approx(0.3)
    assert ("U0", "U2") not in level.index


def test_numbers_of_a_page_are_those_of_the_results(labels):
    of, _, _ = study(6)
    pages = Pages(tables(6), labels)
    for unit in pages.units:
        (index,) = pages.unit(unit)["indices"]
        row = of.scores.set_index(["unit", "year", "node"]).loc[(unit, 2022, "index")]
        assert index["place"]["score"] == labels.number(row["score"], 1)
        assert index["place"]["rank"] == labels.number(row["rank"])
        (line,) = index["place"]["strip"]
        low, high = max(row["rank"] - 1, 1), min(row["rank"] + 1, 6)
        assert line["text"] == f"{low:.0f}–{high:.0f}"
        normalised = of.normalised.set_index(["unit", "year", "measure"])["normalised"]
        for told in index["indicators"]:
            score = normalised[unit, 2022, told["id"]]
            assert told["score"] == ("–" if np.isnan(score) else labels.number(score, 1))
        assert [r["points"] for r in index["changes"]["rows"]] == [f"+{labels.number(5, 1)}", labels.number(-1.5, 1)]
        assert [r["year"] for r in index["series"]["rows"]] == ["2020", "2021", "2022"]
        html = rendered(pages.unit(unit), labels)
        assert index["place"]["score"] in html
        assert all(cell["place"] in html.replace("<wbr>", "") for r in index["indicators"] for cell in r["cells"])


def test_what_is_missing_is_said(labels):
    unit = Pages(tables(3), labels).unit("U0")
    (index,) = unit["indices"]
    assert index["missing"] == ["pay"]
    assert labels("unit_page.flag.not_available") in rendered(unit, labels)


@pytest.mark.parametrize("units", [1, 2, PAGES, PAGES + 1])
@pytest.mark.parametrize("settings", [{}, {"years": (2022,)}, {"analyses": False}, {"ranked": False}])
def test_nothing_fails_for_what_a_run_lacks(units, settings):
    labels = Labels("en", label_texts())
    pages = Pages(tables(units, **settings), labels)
    assert len(pages.units) == units
    for unit in pages.units[:3]:
        html = rendered(pages.unit(unit), labels)
        assert pages.name(unit) in html
        assert "nan" not in re.sub(r"<[^>]*>", "", html).split()
    assert pages.listed()["many"] == (units > PAGES)
    assert len(pages.drawn()["units"]) == units


def test_two_thousand_units_are_drawn_from_parts():
    pages = Pages(tables(2000, years=(2022,)), Labels("en", label_texts()))
    bodies = {unit: rendered(pages.unit(unit), pages.labels) for unit in pages.units}
    files = data_files(bodies, "en")
    assert len(files) == 40
    back = {}
    for text in files.values():
        assert "</" not in text
        lines, units = json.loads(f"[{text[len('monotownUnits(') : -3]}]")
        back |= {unit: "\n".join(lines[i] for i in of) for unit, of in units.items()}
    assert back == {safe(unit): body for unit, body in bodies.items()}
    parts = {u["file"]: u["part"] for u in pages.drawn()["units"]}
    for name, text in files.items():
        part = int(name.split("-")[2].partition(".")[0])
        assert {u for u, p in parts.items() if p == part} == set(json.loads(f"[{text[14:-3]}]")[1])


def test_addresses():
    assert address("KZULU", "en", PAGES) == "unit-KZULU.html"
    assert address("KZULU", "kk", PAGES + 1) == "unit.kk.html#KZULU"


def test_a_page_that_stands_alone_has_no_links():
    labels = Labels("en", label_texts())
    made = tables(4)
    assert "href" not in rendered(Pages(made, labels, single=True).unit("U1"), labels)
    listed = piece(Given({f"units/{n}": t for n, t in made.items()}, labels, "", "regions", True))
    assert {u["href"] for u in listed["units"]} == {""}


def test_tables_of_a_page_keep_their_schemas():
    for name, frame in tables(3).items():
        SCHEMAS[name].validate(frame)


def test_every_table_head_has_a_scope():
    labels = Labels("en", label_texts())
    html = rendered(Pages(tables(3), labels).unit("U1"), labels)
    assert not re.findall(r"<th\b(?![^>]*scope=)", html)


def test_a_text_of_the_data_stays_a_text():
    labels = Labels("en", label_texts())
    pages = Pages(tables(["<b>", "b"]), labels)
    assert "<b>" not in rendered(pages.unit("<b>"), labels)


@pytest.mark.parametrize(
    ("locator", "short"),
    [
        ("a.csv, line 3, column x", "a.csv, line 3, column x"),
        ("mean of x (a.csv, line 3; as said)", "a.csv, line 3"),
        ("Таблица 4", "Таблица 4"),
    ],
)
def test_a_place_is_short(locator, short):
    assert short_place(locator) == short


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "a.csv, line 3, column x"), ("ru", "a.csv, строка 3, столбец x"), ("kk", "a.csv, 3-жол, x бағаны")],
)
def test_a_place_is_told_in_the_language_of_the_page(language, told):
    assert Pages(tables(1), Labels(language, label_texts())).place_words("a.csv, line 3, column x") == told


@pytest.mark.parametrize("units", [2, PAGES, PAGES + 1])
def test_pages_are_one_each_or_one_drawn(units):
    pages = Pages(tables(units, years=(2022,)), Labels("ru", label_texts()))
    environment = template().environment

    def fill(name, context):
        return environment.get_template(name).render(**context, words=pages.labels, language="ru")

    made = unit_pages(pages, fill)
    addresses = {u["href"] for u in pages.listed()["units"]}
    if units <= PAGES:
        assert {f"{name}.ru.html" for name in made.pages} == addresses
        assert not made.files
    else:
        assert list(made.pages) == ["unit"]
        assert all(address in made.pages["unit"][1] for address in addresses)
        assert sorted(made.files) == [f"data/units-ru-{n}.js" for n in (1, 2, 3)]
