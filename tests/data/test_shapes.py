"""Shapes of units: what is shared stays shared, projections against their formulas, polygons of the project's files."""

import itertools
import math
import re
import struct
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.base.problems import InputError
from monotown.data.shapes import MOST, SHAPES, WIDTH, Simplified, Source, albers, area, path_of, plain, shapes
from monotown.workflow import read_yaml
from monotown.workflow.shapes import sources_of
from monotown.workflow.study import read_part


def partition(seed, rows, columns, units, bends):
    """A square cut into cells with crooked borders, each cell given to a unit: unit to the rings of its cells."""
    rng = np.random.default_rng(seed)
    at = {
        (i, j): (j + rng.uniform(-0.3, 0.3) * (0 < j < columns), i + rng.uniform(-0.3, 0.3) * (0 < i < rows))
        for i in range(rows + 1)
        for j in range(columns + 1)
    }

    known = {}

    def side(a, b):
        """Points between two corners: forward in order, to the side at will, and little near a corner."""
        key = min(a, b), max(a, b)
        if key not in known:
            (x, y), (u, v) = at[key[0]], at[key[1]]
            steps = np.linspace(0, 1, bends + 2)[1:-1]
            off = [rng.uniform(-0.2, 0.2) * s * (1 - s) for s in steps]
            known[key] = [
                (x + (u - x) * s - (v - y) * d, y + (v - y) * s + (u - x) * d) for s, d in zip(steps, off, strict=True)
            ]
        return known[key] if a < b else known[key][::-1]

    found = defaultdict(list)
    for i, j in itertools.product(range(rows), range(columns)):
        corners = [(i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j), (i, j)]
        ring = [p for a, b in itertools.pairwise(corners) for p in (at[a], *side(a, b))]
        found[f"U{rng.integers(units)}"].append([*ring, ring[0]])
    return dict(found)


def rings_in(path):
    """Rings of a path, as whole numbers."""
    found = []
    for part in re.findall(r"M(-?\d+ -?\d+)l([^z]*)z", path):
        start = tuple(map(int, part[0].split()))
        numbers = list(map(int, re.findall(r"-?\d+", part[1])))
        ring = [start]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            ring.append((ring[-1][0] + dx, ring[-1][1] + dy))
        found.append([*ring, start])
    return found


def edges(rings):
    return Counter((min(a, b), max(a, b)) for ring in rings for a, b in itertools.pairwise(ring) if a != b)


def size(path):
    """Area of a path, holes taken off: its rings run the other way."""
    return abs(sum(area(ring) for ring in rings_in(path)))


def several(case, times=1000):
    """A partition as a map has it: unit to its polygons, each the rings of one."""
    return {
        unit: [[[(round(x * times, 3), round(y * times, 3)) for x, y in ring]] for ring in rings]
        for unit, rings in partition(*case).items()
    }


def apart(case, times=1000):
    """The same with each cell a unit."""
    return {f"{unit}.{i}": [cell] for unit, cells in several(case, times).items() for i, cell in enumerate(cells)}


SHARED = st.tuples(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 5), st.integers(1, 6), st.integers(0, 30))


@given(SHARED, st.sampled_from([0.5, 400.0, 40_000.0]))
def test_borders_that_units_share_are_shared_after_simplification(case, least):
    """An edge stands in two cells or on the outside, whatever went: no gap, and nothing covered twice."""
    made = Simplified(apart(case), least=least)
    owners = Counter(edge for rings in made.rings.values() for edge in edges(rings))
    assert max(owners.values()) <= 2
    outside = [edge for edge, n in owners.items() if n == 1]
    ends = Counter(point for edge in outside for point in edge)
    assert set(ends.values()) == {2}  # the outside is one ring
    whole = sum(abs(area(ring)) for rings in made.rings.values() for ring in rings)
    assert whole == pytest.approx(_within(outside), rel=1e-9)


def _within(outside):
    """Area within the outside edges, by walking them."""
    beside = defaultdict(list)
    for a, b in outside:
        beside[a].append(b)
        beside[b].append(a)
    ring = [outside[0][0]]
    while len(ring) < 2 or ring[-1] != ring[0]:
        here = ring[-1]
        step = beside[here].pop()
        beside[step].remove(here)
        ring.append(step)
    return abs(area(ring))


@given(SHARED)
def test_a_unit_of_several_polygons_has_no_border_within(case):
    """Cells put together leave what lies around them alone."""
    made, cells = (Simplified(given_, least=0.0, most=10**9) for given_ in (several(case), apart(case)))
    for rings in made.rings.values():
        assert max(edges(rings).values()) == 1
    owners, inner = (Counter(edge for rings in of.rings.values() for edge in edges(rings)) for of in (made, cells))
    assert max(owners.values()) <= 2
    assert {e for e, n in owners.items() if n == 1} == {e for e, n in inner.items() if n == 1}
    units = defaultdict(set)
    for unit, rings in cells.rings.items():
        for edge in edges(rings).keys() - owners.keys():
            units[edge].add(unit.split(".")[0])
    assert all(len(of) == 1 for of in units.values())  # what is gone lay within one unit


def test_simplifying_takes_points_and_keeps_the_areas():
    fine, coarse = (Simplified(apart((1, 3, 3, 9, 30)), least=least, most=10**9) for least in (0.0, 20_000.0))
    points, sizes = (
        [sum(measure(ring) for rings in made.rings.values() for ring in rings) for made in (fine, coarse)]
        for measure in (len, lambda ring: abs(area(ring)))
    )
    assert points[1] < points[0] / 4
    assert sizes[1] == pytest.approx(sizes[0], rel=0.01)


def test_paths_are_kept_short():
    made = Simplified(apart((2, 5, 5, 25, 30)), least=0.0, most=3000)
    assert sum(len(path_of(rings)) for rings in made.rings.values()) <= 3000
    assert all(rings for rings in made.rings.values())


def test_small_islands_go_but_for_the_only_one():
    def square(x, y, side):
        return [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]

    made = Simplified({"A": [[square(0, 0, 100), square(300, 0, 2)]], "B": [[square(500, 0, 2)]]}, least=10.0)
    assert len(made.rings["A"]) == 1
    assert len(made.rings["B"]) == 1


def test_a_city_inside_a_region_is_its_hole():
    def square(a, b):
        return [(a, a), (b, a), (b, b), (a, b), (a, a)]

    polygons = {"R": [square(0, 10), square(4, 6)], "C": [square(4, 6)]}
    table = shapes([Source("", polygons, ["R", "C"], plain(0))], {"R": {}, "C": {}}).set_index("unit")
    assert set(edges(rings_in(table.loc["C", "path"]))) <= set(edges(rings_in(table.loc["R", "path"])))
    x, y = table.loc["R", ["x", "y"]]
    assert not (800 <= x <= 1200 and 800 <= y <= 1200)  # the name of the region does not stand in the city
    assert 800 < table.loc["C", "x"] < 1200


#: Snyder's numerical example of the Albers projection of the sphere (USGS 1395, page 291).
def test_albers_is_snyders():
    project = albers(-96, (29.5, 45.5))
    x, y = (project(np.array([[-75.0, 35.0]])) - project(np.array([[-96.0, 23.0]])))[0]
    assert (x, y) == (pytest.approx(0.2952720, abs=5e-8), pytest.approx(0.2416774, abs=5e-8))


@given(st.floats(46, 87), st.floats(40, 55))
def test_albers_keeps_areas(longitude, latitude):
    """A cell of a hundredth of a degree has its area on the sphere."""
    step = 0.01
    corners = [(0, 0), (step, 0), (step, step), (0, step), (0, 0)]
    ring = albers(67, (44, 52))(np.array([(longitude + a, latitude + b) for a, b in corners]))
    sines = math.sin(math.radians(latitude + step)) - math.sin(math.radians(latitude))
    assert abs(area([tuple(p) for p in ring])) == pytest.approx(math.radians(step) * sines, rel=1e-5)


def test_plain_is_true_to_scale_in_the_middle():
    east, north = plain(50)(np.array([[1.0, 50.0], [0.0, 51.0]]))
    assert east[0] == pytest.approx(math.cos(math.radians(50)))
    assert north[1] == 51


def test_a_ring_over_the_180th_meridian_is_one():
    ring = [(179, 0), (-179, 0), (-179, 2), (179, 2), (179, 0)]
    table = shapes([Source("", {"F": [ring]}, ["F"], plain(0))], {"F": {}})
    assert table["height"].item() == WIDTH


# --- the project's own --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kazakhstan():
    units = read_part("units")
    return shapes(sources_of(read_yaml("config/study/shapes.yaml"), units), units, ["KZULU"], ["KZZHK"])


def test_every_unit_of_the_study_has_its_shape(kazakhstan):
    units = read_part("units")
    for borders, name in (("2024", "regions_2022"), ("2018", "regions_constant")):
        mine = kazakhstan[(kazakhstan["borders"] == borders) & (kazakhstan["form"] == "area")]
        assert set(mine["unit"]) == set(units["sets"][name])
        assert mine["path"].str.len().sum() <= MOST
        owners = Counter(edge for path in mine["path"] for edge in set(edges(rings_in(path))))
        assert max(owners.values()) <= 2
        # the country's outline: what one unit alone has
        assert 0.02 < sum(n == 1 for n in owners.values()) / len(owners) < 0.6


def test_areas_are_those_of_the_regions(kazakhstan):
    """Square kilometres in thousands, as is known, to three percent: a check of shape, projection and code."""
    mine = kazakhstan[(kazakhstan["borders"] == "2024") & (kazakhstan["form"] == "area")].set_index("unit")
    sizes = mine["path"].map(size)
    known = {"KZKAR": 239.0, "KZULU": 188.9, "KZAKT": 300.6, "KZMAN": 165.6, "KZABY": 185.5, "KZZHA": 144.3}
    whole = 2724.9
    for unit, area_ in known.items():
        assert sizes[unit] / sizes.sum() == pytest.approx(area_ / whole, rel=0.03), unit


def test_a_unit_of_constant_borders_is_its_parts_put_together(kazakhstan):
    sizes = kazakhstan.assign(size=kazakhstan["path"].map(size)).set_index(["borders", "unit"])["size"]
    new = sizes["2024"]
    assert sizes["2018"]["KZONT17"] == pytest.approx(new["KZYUZ"] + new["KZSHY"], rel=0.02)
    assert sizes["2018"]["KZKAR17"] == pytest.approx(new["KZKAR"] + new["KZULU"], rel=0.02)


def test_the_town_lies_in_its_region(kazakhstan):
    mine = kazakhstan[kazakhstan["borders"] == "2024"].set_index("unit")
    town, told = mine.loc["KZZHK"], mine["told"]
    assert (town["form"], told["KZZHK"], told["KZULU"]) == ("point", "town", "marked")
    assert _inside(town["x"], town["y"], rings_in(mine.loc["KZULU", "path"]))
    assert not _inside(town["x"], town["y"], rings_in(mine.loc["KZKAR", "path"]))
    for unit, row in mine[mine["form"] == "area"].iterrows():
        assert _inside(row["x"], row["y"], rings_in(row["path"])), unit


def _inside(x, y, rings):
    crossed = [
        (a, b)
        for ring in rings
        for a, b in itertools.pairwise(ring)
        if (a[1] <= y) != (b[1] <= y) and a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]) > x
    ]
    return len(crossed) % 2 == 1


def test_no_shapes_are_an_empty_table():
    made = shapes([], {"A": {}})
    assert list(made.columns) == list(SHAPES.columns)
    assert SHAPES.validate(pd.DataFrame(made)).empty


FUZZ = Path(__file__).parent / "fuzz"
SPEC = {
    "projection": {"meridian": 62, "south": 48, "north": 52},
    "code": "ISO_3166_2",
    "codes": {"KZ-A": "A", "KZ-B": "B", "KZ-C": "C"},
    "credit": "x",
}
THREE = {"A": {}, "B": {}, "C": {}, "sets": {"all": ["A", "B", "C"]}}


def borders(tmp_path, shp, dbf):
    (tmp_path / "three.shp").write_bytes(shp)
    (tmp_path / "three.dbf").write_bytes(dbf)
    return sources_of({**SPEC, "borders": {"now": {"file": str(tmp_path / "three.shp"), "units": "all"}}}, THREE)


def put(data, at, form, *values):
    made = bytearray(data)
    struct.pack_into(form, made, at, *values)
    return bytes(made)


SHP, DBF = ((FUZZ / f"three.{end}").read_bytes() for end in ("shp", "dbf"))


def test_a_shapefile_of_three(tmp_path):
    (source,) = borders(tmp_path, SHP, DBF)
    assert {code: len(rings[0]) for code, rings in source.polygons.items()} == {"A": 5, "B": 5, "C": 5}
    (source,) = borders(tmp_path, put(SHP, 108, "<i", 0), DBF)  # a shape of nothing
    assert [len(rings) for rings in source.polygons.values()] == [0, 1, 1]


@pytest.mark.parametrize(
    ("shp", "dbf", "told"),
    [
        (SHP[:-1], DBF, "507 bytes of 508"),
        (SHP[:105], DBF, "105 bytes of 108"),
        (put(SHP, 104, ">i", -8), DBF, "bytes of"),
        (put(SHP, 108, "<i", 1), DBF, "a shape of kind 1"),
        (put(SHP, 144, "<i", 10**6), DBF, "bytes of"),
        (put(SHP, 144, "<i", -1), DBF, "bytes of"),
        (put(SHP, 148, "<i", 2), DBF, "less than 4 points"),
        (put(SHP, 152, "<i", 1), DBF, "less than 4 points"),
        (put(SHP, 156, "<d", math.nan), DBF, "nowhere"),
        (put(SHP, 156, "<d", 1e6), DBF, r"a point at 1e\+06, 50"),
        (SHP[: 100 + 136], DBF, "1 polygons, 3 rows"),
        (SHP, DBF[:20], "rows of"),
        (SHP, DBF[:3], "3 bytes of 12"),
        (SHP, put(DBF, 4, "<I", 10**9), "1000000000 rows of"),
        (SHP, DBF.replace(b"ISO_", b"OSI_"), "no column ISO_3166_2"),
        (SHP, put(DBF, 48, "B", 200), "no column ISO_3166_2"),
        (SHP, DBF.replace(b"KZ-A", b"KZ-\xff"), "utf-8"),
    ],
)
def test_a_shapefile_that_is_not_whole_is_a_problem(tmp_path, shp, dbf, told):
    with pytest.raises(InputError, match=told) as stopped:
        borders(tmp_path, shp, dbf)
    (problem,) = stopped.value.problems
    assert problem.file.endswith("three.shp")
