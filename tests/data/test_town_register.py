"""The towns' table of reference: what it takes from pages, and that it is where the maps say."""

import csv
import struct
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.base.problems import InputError
from monotown.data.town_register import TOWN_REGISTER, town_register, whole_thousands
from monotown.data.units import name_key
from monotown.workflow import read_text_table, read_yaml
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
SPEC, UNITS = read_yaml(ROOT / "config/study/town_register.yaml"), read_part("units", ROOT)
TOWNS = UNITS["sets"]["monotowns"]
PAGES = read_text_table(ROOT / SPEC["populations"]["file"])
ZONES = read_text_table(ROOT / SPEC["zones"]["file"])


def register(pages=PAGES, zones=ZONES, spec=SPEC):
    return town_register(pages, zones, TOWNS, UNITS, spec)


def problems(**changed):
    with pytest.raises(InputError) as error:
        register(**changed)
    return [str(p) for p in error.value.problems]


@pytest.fixture(scope="module")
def table():
    return register().set_index("unit")


def test_each_town_has_one_row_and_no_kind_of_data(table):
    TOWN_REGISTER.validate(table.reset_index())
    assert sorted(table.index) == sorted(TOWNS)
    assert "kind" not in table.columns


@pytest.mark.parametrize(
    ("unit", "population", "date", "what", "side"),
    [
        ("KZZHK", 89079, "2023-01-01", "estimate", "after"),
        ("KZAKSU", 51728, "2024-01-01", "estimate", "after"),
        ("KZSTG", 46712, "2009", "census", "before"),
        ("KZRDD", 45510, "2023-01-01", "estimate", "after"),  # the town, not its administration
        ("KZAKS", 35342, "2021-01-01", "estimate", "before"),
        ("KZ_KHRO", 30596, "2025-01-01", "estimate", "after"),
    ],
)
def test_the_last_figure_of_a_town(table, unit, population, date, what, side):
    columns = ["population", "date", "what", "side"]
    assert table.loc[unit, columns].tolist() == [population, date, what, side]


def test_no_figure_is_later_than_the_one_taken(table):
    printed = PAGES[PAGES["name_printed"] != SPEC["leave_out"][0]["name_printed"]]
    names = {UNITS[t]["en"]: t for t in TOWNS}
    years = printed.groupby(printed["town_en"].map(names))["date"].max().str[:4]
    assert (table["date"].str[:4] == years.reindex(table.index)).all()


def test_a_census_is_later_than_the_first_of_january_of_its_year():
    own = PAGES[PAGES["town_en"] == "Ridder"].iloc[0]
    rows = [
        {**own, "name_printed": "a", "date": d, "kind": k, "population_printed": p}
        for d, k, p in (("2030", "census", "50 000"), ("2030-01-01", "1 January, as printed", "70 000"))
    ]
    found = register(pages=pd.concat([PAGES, pd.DataFrame(rows)], ignore_index=True))
    assert found.set_index("unit").loc["KZRDD", ["population", "date"]].tolist() == [50000, "2030"]


@given(st.integers(0, 10**9 - 1), st.sampled_from(["{:,}", "{:_}"]), st.sampled_from(". ,\u00a0"))
def test_thousands_are_read_whatever_parts_them(number, form, mark):
    assert whole_thousands(form.format(number).replace(",", mark).replace("_", mark)) == number


@pytest.mark.parametrize("text", ["89.07", "89.0791", "1.5", "-89.079", "about 90 000", "", "89.079,5"])
def test_what_may_be_a_decimal_is_refused(text):
    with pytest.raises(ValueError, match="expected a whole number"):
        whole_thousands(text)


def test_every_problem_is_told_at_once():
    wrong = PAGES.copy()
    at = wrong.index[wrong["town_en"] == "Saran"]
    wrong.loc[at[0], "population_printed"] = "39.8"
    wrong.loc[at[1], "date"] = "1970-05-01"
    wrong.loc[at[2], "kind"] = "cencus"
    wrong.loc[at[3], "town_en"] = "Sarann"
    twice = pd.concat([wrong, wrong.iloc[[at[4]]]], ignore_index=True)
    twice = twice[twice["name_printed"] != SPEC["leave_out"][0]["name_printed"]]
    zones = {**SPEC["zones"], "unit": {**SPEC["zones"]["unit"], "KZSRN": "352200001"}}
    told = problems(pages=twice, spec={**SPEC, "zones": zones})
    for found, expected in (
        ("'39.8'", "a whole number, its thousands parted"),
        ("'1970-05-01'", "a 1 January like 2023-01-01, or the year of a census"),
        ("'cencus'", "'census' (did you mean this?)"),
        ("'Sarann'", "a known name, 'Saran' (did you mean this?)"),
        (f"'KZSRN {PAGES.loc[at[4], 'date'][:4]}", "one figure of a town and date; the first is on line"),
        ("'no such row'", "the row 'städtischer Bezirk"),
        ("'352200001'", "'352200000' (did you mean this?)"),
    ):
        assert any(found in t and expected in t for t in told), (found, told)
    assert len(told) == 7


def test_a_town_without_a_figure_is_told():
    (told,) = problems(pages=PAGES[PAGES["town_en"] != "Rudny"])
    assert "KZRDN: found 'no row'; expected a population of the town" in told


# The maps are an oracle of their own: nothing of the project reads them.
BOUNDARIES = ROOT / "data/raw/reference/boundaries/kaz_admbnda_adm2_2024"


def records(path):
    """Rows of a dBase file."""
    data = path.read_bytes()
    count, head, size = struct.unpack("<IHH", data[4:12])
    columns, at = [], 32
    while data[at] != 13:
        columns.append((data[at : at + 11].split(b"\0")[0].decode(), data[at + 16]))
        at += 32
    for row in range(count):
        at, found = head + row * size + 1, {}
        for name, width in columns:
            found[name] = data[at : at + width].decode("utf-8", "replace").strip()
            at += width
        yield found


def polygons(path):
    """Rings of each polygon of a shapefile."""
    data, at = path.read_bytes(), 100
    while at < len(data):
        size = 2 * struct.unpack(">i", data[at + 4 : at + 8])[0]
        body, at = data[at + 8 : at + 8 + size], at + 8 + size
        parts, points = struct.unpack("<2i", body[36:44])
        starts = [*struct.unpack(f"<{parts}i", body[44 : 44 + 4 * parts]), points]
        flat = struct.unpack(f"<{2 * points}d", body[44 + 4 * parts : 44 + 4 * parts + 16 * points])
        xy = list(zip(flat[::2], flat[1::2], strict=True))
        yield [xy[a:b] for a, b in pairwise(starts)]


def inside(x, y, rings):
    """Even-odd rule: a ray from the point crosses the rings an odd number of times."""
    crossed = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                crossed = not crossed
    return crossed


def test_each_town_lies_in_the_area_whose_zone_it_has_and_in_its_region(table):
    areas = list(zip(records(BOUNDARIES.with_suffix(".dbf")), polygons(BOUNDARIES.with_suffix(".shp")), strict=True))
    by_code = ZONES.set_index("KATO")
    with (ROOT / "data/raw/reference/towns/monotowns.csv").open(encoding="utf-8") as file:
        places = {r["town_en"]: (float(r["latitude"]), float(r["longitude"])) for r in csv.DictReader(file)}
    for row in table.itertuples():
        assert places[row.town] == (row.latitude, row.longitude)
        (area,) = [a for a, rings in areas if inside(row.longitude, row.latitude, rings)]
        assert by_code.loc[row.zone_unit, "ADM2_RU"] == area["ADM2_RU"]
        region = UNITS[row.region]
        assert name_key(area["ADM1_EN"]) in {name_key(n) for n in (region["en"], *region.get("aliases", ()))}, row.town
