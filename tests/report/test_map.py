"""The map of an index: places with their certainty, the borders that fit, tiles where there are no shapes."""

import re

import jinja2
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from words_support import ROOT, texts

from monotown.base.labels import Labels
from monotown.data.shapes import Source, plain, shapes
from monotown.report.map import MOST_TILES, TONES, borders_of, limits_of, piece, tones_of
from monotown.report.pieces import Given
from monotown.sensitivity.limits import NARROW, WIDE

LANGUAGES = ("en", "ru", "kk")
WORDS = texts("map", "report", "common")
TEMPLATES = ROOT / "workflow/report/templates"


def labels(language, units, index="index"):
    own = {f"unit.{u}": {k: f"{k} {u}" for k in LANGUAGES} for u in units}
    return Labels(language, {**WORDS, **own, f"view.{index}": {k: f"Index {k}" for k in LANGUAGES}})


def intervals(rows, year=2022):
    """Table of rank intervals of rows of unit, score, rank, low and high."""
    names = ["unit", "baseline_score", "baseline_rank", "rank_p05", "rank_p95"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(view="index", year=year, rank_p50=frame["baseline_rank"], kind="official")


def ranked(n):
    """A unit a place, each interval as wide as the place is low."""
    return intervals([(f"U{i}", 100.0 - i, float(i), float(max(1, i - i // 2)), float(i)) for i in range(1, n + 1)])


def row_of_squares(units, borders="", width=2):
    polygons = {
        u: [[(x * width, 0), (x * width, 2), ((x + 1) * width, 2), ((x + 1) * width, 0), (x * width, 0)]]
        for x, u in enumerate(units)
    }
    return Source(borders, polygons, units, plain(0), "Nobody, CC0")


def made(frame, drawn, language="en", page="sure", single=False):
    frames = {"sensitivity/index/methods/rank_intervals": frame, "map/shapes": drawn}
    units = [*frame["unit"], *drawn["unit"]]
    return piece(Given(frames, labels(language, units), "index", page, single))


def html(context, language="en", units=()):
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FileSystemLoader(TEMPLATES),
    )
    return environment.get_template("map.html.j2").render(words=labels(language, units), language=language, **context)


FIVE = intervals(
    [
        ("A", 90.0, 1.0, 1.0, 1.0),
        ("B", 70.0, 2.0, 2.0, 2.0 + NARROW),
        ("C", 60.0, 3.0, 2.0, 3.0 + NARROW),
        ("D", 40.0, 4.0, 2.0, 2.0 + WIDE),
        ("E", 10.0, 5.0, 3.0, 3.5),
    ]
)
UNITS = list("ABCDE")
SHAPED = shapes([row_of_squares(UNITS)], {u: {} for u in UNITS}, marked=["C"])


@pytest.mark.parametrize("form", ["map", "tiles"])
def test_how_sure_a_place_is_comes_from_its_interval(form):
    context = made(FIVE, SHAPED if form == "map" else SHAPED.iloc[:0])
    assert context["form"] == form
    shown = context["units" if form == "map" else "tiles"]
    assert {u["unit"]: u["certainty"] for u in shown} == {**dict.fromkeys("ABE", "narrow"), "C": "between", "D": "wide"}
    page = html(context)
    told = dict(re.findall(r'data-unit="(\w)" data-tone="\d" data-certainty="(\w+)"', page))
    assert told == {u["unit"]: u["certainty"] for u in shown}


def test_a_wide_interval_looks_open_and_a_narrow_one_does_not():
    css = (TEMPLATES / "map.css").read_text(encoding="utf-8")
    assert re.search(r"\.map-unit \.map-hatch \{ display: none", css)
    assert re.search(r'\.map-unit\[data-certainty="wide"\] \.map-hatch \{ display: inline', css)
    assert re.search(r'\.map-unit:not\(\[data-certainty="narrow"\]\) \{ stroke-dasharray', css)


def test_the_title_says_who_may_be_first_and_last():
    assert made(FIVE, SHAPED)["title"] == "En A is first; 3 of 5 may be last; wide intervals of places: 1 of 5"
    some = FIVE.assign(rank_p05=1.0, rank_p95=[1.0, 2.0, 3.0, 4.0, 5.0])
    assert made(some, SHAPED)["title"] == "5 of 5 may be first; en E is most likely last; no interval of places is wide"
    two = FIVE.assign(rank_p05=[1.0, 1.0, 2.0, 3.0, 5.0], rank_p95=[2.0, 3.0, 3.0, 4.0, 5.0])
    assert made(two, SHAPED)["title"] == "En A or en B may be first; en E is last; no interval of places is wide"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_says_in_words_what_it_shows(language):
    context = made(FIVE, SHAPED, language)
    assert context["title"] in context["description"]
    assert f"{language} C" in context["description"]
    assert "2–6" in context["description"]
    page = html(context, language)
    assert '<desc id="map-{key}-says">{description}</desc>'.format(**context) in page
    assert "Nobody, CC0" in page
    assert "{" not in re.sub(r"<[^>]*>", "", page)
    suffix = "" if language == "en" else f".{language}"
    assert f'href="unit-A{suffix}.html"' in page


def test_the_map_of_the_first_screen_is_short_and_shares_no_address_with_the_full_one():
    small, full = made(FIVE, SHAPED, page="index"), made(FIVE, SHAPED, page="regions")
    ids = [set(re.findall(r'id="([^"]+)"', html(context))) for context in (small, full)]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert len(re.findall("map-swatch", html(small))) < len(re.findall("map-swatch", html(full)))
    assert 'class="map-title"' not in html(small)
    assert small["title"] in small["description"]


def test_the_single_file_has_no_link_and_is_one_picture():
    page = html(made(FIVE, SHAPED, single=True))
    assert "<a " not in page
    assert 'role="img"' in page
    assert 'role="group"' in html(made(FIVE, SHAPED))


def test_marked_units_are_outlined_and_towns_are_points():
    drawn = shapes(
        [row_of_squares(UNITS)], {**{u: {} for u in UNITS}, "T": {"latitude": 1, "longitude": 3}}, ["C"], ["T"]
    )
    context = made(FIVE, drawn)
    assert context["outlined"] == ["C"]
    assert [(p["name"], p["told"]) for p in context["points"]] == [("en T", True)]
    page = html(context)
    assert page.count('class="map-outline"') == 1
    assert page.count('class="map-point"') == 1


def test_an_index_of_towns_is_drawn_as_points_on_the_regions():
    places = {"X": {"latitude": 1, "longitude": 1}, "Y": {"latitude": 1, "longitude": 9}}
    drawn = shapes([row_of_squares(UNITS)], {**{u: {} for u in UNITS}, **places})
    context = made(intervals([("X", 3.0, 1.0, 1.0, 1.0), ("Y", 2.0, 2.0, 2.0, 2.0)]), drawn)
    assert [(u["unit"], u["path"], u["mark"] > 0) for u in context["units"]] == [("X", "", True), ("Y", "", True)]
    assert len(context["rest"]) == 5
    assert context["tiles"] == context["points"] == []


def test_the_borders_are_those_that_have_the_units_of_the_index():
    sources = [row_of_squares(list("AB"), "2018"), row_of_squares(list("ACD"), "2024")]
    drawn = shapes(sources, {u: {} for u in "ABCD"})
    assert borders_of(drawn, ["A", "B"])["borders"].unique().tolist() == ["2018"]
    assert borders_of(drawn, ["A", "C"])["borders"].unique().tolist() == ["2024"]
    assert borders_of(drawn, ["A"])["borders"].unique().tolist() == ["2024"]
    assert borders_of(drawn, ["Z"]) is None


def test_a_unit_without_a_shape_is_a_tile_below_the_map():
    drawn = SHAPED[SHAPED["unit"] != "B"]
    context = made(FIVE, drawn)
    assert ([u["unit"] for u in context["units"]], [u["unit"] for u in context["tiles"]]) == (list("ACDE"), ["B"])
    assert "Without a shape" in html(context)


@settings(deadline=None, max_examples=25)
@given(st.integers(1, MOST_TILES + 40))
def test_without_shapes_there_is_a_tile_for_each_unit_in_their_order(n):
    context = made(ranked(n), SHAPED.iloc[:0])
    page = html(context)
    tiles = re.findall(r'class="map-tile" data-unit="U(\d+)"', page)
    if n > MOST_TILES:
        assert (context["form"], tiles) == ("none", [])
        assert f"{n} tiles" in page
    else:
        assert tiles == [str(i) for i in range(1, n + 1)]
        assert "No map is drawn" not in page
        assert "<svg" not in page


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_tones_are_steps_of_equal_width(scores):
    tones = tones_of(scores)
    order = np.argsort(scores, kind="stable")
    assert np.all(np.diff(np.array(tones)[order]) >= 0)
    if max(scores) > min(scores):
        assert (min(tones), max(tones)) == (1, TONES)


def test_places_are_of_the_last_year():
    both = pd.concat([FIVE.assign(year=2021, baseline_rank=[5.0, 4.0, 3.0, 2.0, 1.0]), FIVE.assign(year=2023)])
    context = made(both, SHAPED)
    assert [u["rank"] for u in context["units"]] == list("12345")
    assert "2023" in context["caption"]
    assert "2021" not in context["caption"]


def test_the_year_is_said_where_the_name_of_the_index_has_it_not():
    frames = {"sensitivity/index/rank_intervals": FIVE}
    words = labels("en", UNITS)
    for name, told in (("Index, 2022", 0), ("Index, 2015–2022", 1), ("Index", 1)):
        own = Labels("en", {**words.texts, "view.index": {"en": name}})
        assert piece(Given(frames, own, "index", "index", False))["caption"].count("Year: 2022.") == told


def test_limits_are_those_of_the_table():
    other = FIVE.rename(columns={"rank_p05": "rank_p10", "rank_p95": "rank_p90"})
    assert limits_of(other) == ("rank_p10", "rank_p90")
    assert "80%" in made(other, SHAPED)["caption"]


def test_text_of_data_is_text():
    odd = FIVE.assign(unit=["A<b>", *"BCDE"])
    page = html(made(odd, SHAPED.iloc[:0]))
    assert "A<b>" not in page
    assert "A&lt;b&gt;" in page


def test_the_page_of_the_units_lists_them_beside_the_map():
    listed = made(FIVE, SHAPED, page="regions")
    assert [u["unit"] for u in listed["listed"]] == UNITS
    assert not listed["stops"]  # the list has the same links
    assert made(FIVE, SHAPED)["stops"]
    assert made(FIVE, SHAPED)["listed"] == []
