"""What must not move does not, over the whole chain: from rows of raw figures to places, intervals and findings.

Each study is computed again with something else that means the same: rows in another order, all weights doubled, other
units of measure with their goalposts, an indicator parted into two equal ones, a unit more under frozen goalposts.
"""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pytest
from pandera.config import config_context

import monotown as mt
from monotown.index.admissible import inadmissible
from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.methods.register import AGGREGATIONS, FILLINGS, NORMALISATIONS, OUTLIERS

ROOT = Path(__file__).resolve().parents[2]

UNITS = list("BCDEFGH")
YEARS = (2021, 2022)
WAYS = {"a": 1, "b": -1, "c": 1, "d": 1}
WEIGHTS = {"a": 2.0, "b": 1.0, "c": 3.0, "d": 1.5}
ENDS = (0.0, 10.0)
TARGET = 8.0

#: Columns in the unit of a measure, by table; they move with it.
RAW = {
    "model": ("settings", "direction", "low", "high"),
    "prepared": ("raw", "filled", "treated"),
    "normalised": ("value",),
    "clips": ("value", "limit"),
}


class Scale(NamedTuple):
    """Another unit of measure: ``times * x + plus``; a negative one counts the other way."""

    times: float
    plus: float = 0.0

    def __call__(self, x: Any) -> Any:
        return self.times * x + self.plus


SAME = Scale(1.0)

#: Units of measure with another zero, and what is left of a whole, such as the literate for the illiterate.
MOVED = {"a": Scale(1000.0), "b": Scale(1.8, 32.0), "c": Scale(0.001), "d": Scale(-1.0, 10.0)}
#: Units of measure with the same zero.
TIMES = {"a": Scale(1000.0), "b": Scale(1.8), "c": Scale(0.001)}

#: Normalisations that take shares of a value: they ask for a zero that means nothing is there.
OF_RATIOS = {"distance_to_frontier", "ratio_to_average", "log_ratio_to_average", "above_below_average"}

#: Aggregations of which two equal children are not one of their weight, and why.
PARTED = {
    "owa": "its order weights are of places, and two children take two of them",
    "topsis": "it squares weights: two of 1 are further than 1 of 1, and nearer than 1 of 2",
}


@pytest.fixture
def _unchecked() -> Iterator[None]:
    """Without the schemas of tables, which other tests look at: they take three fifths of the time."""
    with config_context(validation_enabled=False):
        yield


unchecked = pytest.mark.usefixtures("_unchecked")


def figures() -> pd.DataFrame:
    rng = np.random.default_rng(20200601)
    rows = [(unit, year, *rng.uniform(1, 9, len(WAYS)).round(3)) for year in YEARS for unit in UNITS]
    return pd.DataFrame(rows, columns=["unit", "year", *WAYS])


def cell(name: str, settings: Mapping[str, Any]) -> str:
    return json.dumps({"method": name, **settings}) if settings else name


class Made(NamedTuple):
    """Frames of a study of indicators in two blocks, or in none, and its root's mean."""

    indicators: pd.DataFrame
    data: pd.DataFrame

    @classmethod
    def of(
        cls,
        normalisation: tuple[str, Mapping[str, Any]] = ("minmax", {}),
        aggregation: tuple[str, Mapping[str, Any]] = ("arithmetic", {}),
        blocks: bool = False,
        scales: Mapping[str, Scale] | None = None,
    ) -> Made:
        data, rows = figures(), [("index", None, None, None, None, None, None, cell(*aggregation))]
        if blocks:
            rows += [(b, "index", w, None, None, None, None, "arithmetic") for b, w in (("p", 2.0), ("q", 1.0))]
        for m, way in WAYS.items():
            scale = (scales or {}).get(m, SAME)
            data[m] = scale(data[m])
            name, settings = normalisation
            if "value" in settings:
                settings = {**settings, "value": scale(settings["value"])}
            low, high = sorted(map(scale, ENDS))
            parent = "index" if not blocks else "p" if m in "ab" else "q"
            turned = way if scale.times > 0 else -way
            rows.append((m, parent, WEIGHTS[m], turned, low, high, cell(name, settings), None))
        columns = ["id", "parent", "weight", "direction", "low", "high", "normalisation", "aggregation"]
        return cls(pd.DataFrame(rows, columns=columns), data)

    def study(self) -> mt.Study:
        return mt.Study(self.indicators, self.data)

    def shuffled(self) -> Made:
        return self._replace(data=self.data.sample(frac=1, random_state=7))

    def doubled(self) -> Made:
        return self._replace(indicators=self.indicators.assign(weight=2 * self.indicators["weight"]))

    def parted(self) -> Made:
        """Indicator a as two equal ones of half its weight."""
        at = self.indicators["id"] == "a"
        half = self.indicators[at].assign(weight=self.indicators.loc[at, "weight"] / 2)
        place = int(np.flatnonzero(at)[0])
        parts = [self.indicators[:place], half.assign(id="a1"), half.assign(id="a2"), self.indicators[place + 1 :]]
        data = self.data.rename(columns={"a": "a1"}).assign(a2=self.data["a"])
        return Made(pd.concat(parts, ignore_index=True), data)

    def beside(self, **units: float) -> Made:
        """More units, each as good as so much of the scale in every indicator, in every year."""
        rows = []
        for unit, share in units.items():
            values = {m: 10 * (share if way > 0 else 1 - share) for m, way in WAYS.items()}
            rows += [{"unit": unit, "year": year, **values} for year in YEARS]
        return self._replace(data=pd.concat([pd.DataFrame(rows), self.data], ignore_index=True))


#: A method's name and settings; a normalisation and an aggregation.
Chosen: TypeAlias = tuple[str, Mapping[str, Any]]
Pair: TypeAlias = tuple[Chosen, Chosen]


def _pairs() -> list[Pair]:
    """Every normalisation and every aggregation of the register at least once, in pairs that go together."""
    ways = [(n, {"value": TARGET} if n == "distance_to_target" else {}) for n in NORMALISATIONS]
    only = {m.name: list(m.over.items()) for m in AGGREGATIONS.values() if m.over}
    means = [(a, m.example) for a, m in AGGREGATIONS.items()]

    def go_together(way: Chosen, mean: Chosen) -> bool:
        leaves = tuple(Leaf(m, goalposts=ENDS, normalisation=method(way[0], **way[1])) for m in WAYS)
        return not inadmissible(IndexModel(Node("i", leaves, 1.0, method(mean[0], **mean[1]))))

    found = []
    for i, mean in enumerate(means):
        tried = only.get(mean[0], ways[i:] + ways[:i])
        found.append((next(way for way in tried if go_together(way, mean)), mean))
    used = {way[0] for way, _ in found}
    for i, way in enumerate(way for way in ways if way[0] not in used):
        found.append((way, next(mean for mean in means[i:] + means[:i] if go_together(way, mean))))
    return found


def over(pairs: list[Pair]) -> pytest.MarkDecorator:
    """A test for each pair."""
    names = [f"{mean[0]} of {way[0]}" for way, mean in pairs]
    return pytest.mark.parametrize(("normalisation", "aggregation"), pairs, ids=names)


PAIRS = _pairs()


@functools.cache
def _index(key: str) -> mt.Index:
    normalisation, aggregation = json.loads(key)
    return Made.of(normalisation, aggregation).study().index()


def plain(normalisation: Chosen, aggregation: Chosen) -> mt.Index:
    return _index(json.dumps([normalisation, aggregation]))


def same(found: Mapping[str, pd.DataFrame], wanted: Mapping[str, pd.DataFrame], but: Mapping[str, Any] = {}) -> None:
    """Tables alike to 1e-9 of their values but for some columns, with the same rows."""
    assert list(found) == list(wanted)
    for name, table in wanted.items():
        mine, other = (t.drop(columns=list(but.get(name, ())), errors="ignore") for t in (found[name], table))
        pd.testing.assert_frame_equal(mine, other, rtol=1e-9, atol=1e-9, obj=name)


def of_units(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Rows of tables that tell of the units which are always there."""
    kept = {n: t[t["unit"].isin(UNITS)].reset_index(drop=True) for n, t in tables.items() if "unit" in t}
    return {
        n: t[t["other_unit"].isin(UNITS)].reset_index(drop=True) if "other_unit" in t else t for n, t in kept.items()
    }


# --- every method -------------------------------------------------------------------------------------------------


def test_the_pairs_have_every_method() -> None:
    assert {way[0] for way, _ in PAIRS} == set(NORMALISATIONS)
    assert {mean[0] for _, mean in PAIRS} == set(AGGREGATIONS)
    assert set(AGGREGATIONS) > set(PARTED)
    assert set(NORMALISATIONS) > OF_RATIOS


@unchecked
@over(PAIRS)
def test_rows_weights_and_units_of_measure_move_nothing(normalisation: Chosen, aggregation: Chosen) -> None:
    scales = TIMES if normalisation[0] in OF_RATIOS else MOVED
    other = Made.of(normalisation, aggregation, scales=scales).shuffled().doubled().study().index()
    wanted = plain(normalisation, aggregation)
    same(other.tables, wanted.tables, RAW)
    before = zip(wanted.normalised["measure"], wanted.normalised["value"], strict=True)
    values = [scales.get(m, SAME)(value) for m, value in before]
    np.testing.assert_allclose(other.normalised["value"], values, rtol=1e-12)


@unchecked
@over(PAIRS)
def test_two_equal_indicators_are_one_of_their_weight(normalisation: Chosen, aggregation: Chosen) -> None:
    """But for `PARTED`. An analysis that draws weights, and a scheme that counts indicators, do see two."""
    wanted = plain(normalisation, aggregation)
    other = Made.of(normalisation, aggregation).parted().study().index()
    scores = [
        i.scores.loc[i.scores["node"] == "index", ["unit", "year", "score", "rank", "coverage"]]
        for i in (other, wanted)
    ]
    if aggregation[0] in PARTED:
        assert np.abs(scores[0]["score"] - scores[1]["score"]).max() > 1e-3
        return
    pd.testing.assert_frame_equal(*scores, rtol=1e-9)
    tables = ("comparison", "changes", "trends")
    notes = {"changes": ("note",), "trends": ("note",)}  # they name the indicators
    same({n: other.tables[n] for n in tables}, {n: wanted.tables[n] for n in tables}, notes)
    if aggregation[0] != "arithmetic":
        return  # what an indicator adds is its mean over the orders of change, and of three there are more than of two
    one = [
        i.contributions.replace({"measure": {"a1": "a", "a2": "a"}})
        .groupby(["unit", "from_year", "to_year", "measure"])["contribution"]
        .sum()
        for i in (other, wanted)
    ]
    pd.testing.assert_series_equal(*one, rtol=1e-9, atol=1e-9)


#: Means of a unit's own scores, over scales that no unit sets.
ALONE = [m for m in AGGREGATIONS.values() if not m.across_units]
FROZEN = [(way, mean) for way, mean in PAIRS if NORMALISATIONS[way[0]].frozen and AGGREGATIONS[mean[0]] in ALONE]
_THERE = {mean[0] for _, mean in FROZEN}
FROZEN += [(("minmax", {}), (m.name, m.example)) for m in ALONE if not m.over and m.name not in _THERE]


@unchecked
@over(FROZEN)
def test_a_unit_more_under_frozen_goalposts_moves_no_other(normalisation: Chosen, aggregation: Chosen) -> None:
    """Scores stay, and the order; a place falls by the units that are better. An average and its rows do move."""
    wanted = plain(normalisation, aggregation)
    # before, between and behind the others by name; the worst, the best, and one in their midst
    other = Made.of(normalisation, aggregation).beside(A=0.05, DD=0.5, Z=1.0).study().index()
    found, expected = of_units(other.tables), of_units(wanted.tables)
    moved = {
        "scores": ("rank", "n_units"),
        "changes": ("rank_from", "rank_to"),
        "trends": ("rank_first", "rank_last", "rank_change", "best_rank", "worst_rank"),
    }
    kept = [n for n in expected if n != "comparison"]
    same({n: found[n] for n in kept}, {n: expected[n] for n in kept}, moved)
    every = other.scores
    better = [
        (every[(every["year"] == y) & (every["node"] == n) & ~every["unit"].isin(UNITS)]["score"] > s + 1e-12).sum()
        for y, n, s in expected["scores"][["year", "node", "score"]].itertuples(index=False)
    ]
    np.testing.assert_array_equal(found["scores"]["rank"], expected["scores"]["rank"] + better)


@unchecked
@pytest.mark.parametrize("name", [m.name for m in NORMALISATIONS.values() if "base" in m.needs])
def test_a_unit_without_figures_of_the_base_year_moves_no_other(name: str) -> None:
    made = Made.of((name, {"scope": YEARS[0]}))
    more = made.beside(A=0.9)
    more = more._replace(data=more.data[(more.data["unit"] != "A") | (more.data["year"] != YEARS[0])])
    found, expected = (of_units(m.study().index().tables)["scores"] for m in (more, made))
    pd.testing.assert_series_equal(found["score"], expected["score"], rtol=1e-12)


GAPS = [f.name for f in FILLINGS.values() if "measure" in f.at and "seed" not in f.needs]


def in_other_units(rules: list[dict[str, str]], years: range) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Normalised values of ten units, an indicator a rule, and the same of figures a thousand times as large."""
    rng = np.random.default_rng(5)
    data = pd.DataFrame([(f"U{i}", y) for i in range(10) for y in years], columns=["unit", "year"])
    rows = []
    for j, rule in enumerate(rules):
        values = rng.lognormal(1, 0.5, len(data)).round(4)
        if "outliers" in rule:
            values[rng.choice(len(data), 3, replace=False)] *= 12
        if "missing" in rule:
            values[rng.choice(len(data), len(data) // 5, replace=False)] = np.nan
        data[f"m{j}"] = values
        rows.append({"id": f"m{j}", "direction": 1, "normalisation": "zscore", **rule})
    indicators = pd.DataFrame(rows)
    larger = data.assign(**{m: 1000 * data[m] for m in indicators["id"]})
    tables = [mt.Study(indicators, d).index().tables["normalised"] for d in (data, larger)]
    return tables[0], tables[1]


@unchecked
def test_units_of_measure_move_no_filling_treatment_or_logarithm() -> None:
    """The logarithm of 1 + x alone asks for its unit of measure."""
    rules = [{"missing": m} for m in GAPS] + [{"outliers": o} for o in OUTLIERS]
    rules += [{"transform": "log"}, {"transform": "boxcox"}, {"transform": "log1p"}]
    wanted, found = in_other_units(rules, range(2019, 2023))
    assert list(found["flag"]) == list(wanted["flag"])
    assert set(wanted["flag"]) > {"", "mean", "median", "interpolated", "carried", "winsorised"}
    apart = (found["normalised"] - wanted["normalised"]).abs().groupby(wanted["measure"]).max()
    assert apart[apart > 1e-9].index.tolist() == [f"m{len(rules) - 1}"]


@unchecked
def test_units_of_measure_move_no_draw_of_missing_values() -> None:
    wanted, found = in_other_units([{"missing": "mice"}] * 3, range(2022, 2023))
    assert "imputed" in set(wanted["flag"])
    pd.testing.assert_series_equal(found["normalised"], wanted["normalised"], rtol=1e-9, atol=1e-9)


# --- intervals and findings ---------------------------------------------------------------------------------------


def in_blocks(scales: Mapping[str, Scale] | None = None) -> Made:
    made = Made.of(aggregation=("geometric", {}), blocks=True, scales=scales)
    floor = made.indicators["id"].map({"index": 0.01})
    return made._replace(indicators=made.indicators.assign(floor=floor))


#: Scales that begin so low that no logarithm of 1 + x can be taken, which would ask for the unit of measure.
BELOW = {m: Scale(1.0, -5.0) for m in WAYS}
LARGER = {m: Scale(times, -5.0 * times) for m, times in zip(WAYS, (1000.0, 1.8, 0.3, 1.0), strict=True)}

#: Choices that mean the same in every unit of measure: no logarithm of 1 + x among them.
ANALYSES = {
    "weights": {"weights": {"law": "dirichlet"}},
    "preferences": {"weights": {"law": "simplex"}},
    "methods": {
        "weights": {"law": "dirichlet"},
        "scheme": {"levels": ["baseline", "equal_by_indicator", "critic"]},
        "normalisation": {"levels": ["minmax", "minmax_sample", "percentile"]},
        "aggregation": {"levels": ["geometric", "arithmetic"]},
        "leave_out": {"what": "indicators", "probability": 0.5},
        "floor": {"levels": [0.01]},
    },
    "data": {"weights": {"law": "dirichlet"}, "data_error": {"relative": 0.02}, "goalposts": {"size": 0.1}},
}


def withstood(index: mt.Index, analyses: Mapping[str, Any] = ANALYSES) -> dict[str, pd.DataFrame]:
    """Tables of what the places withstand."""
    found = index.sensitivity(draws=200, analyses=analyses, schemes=("equal_by_block", "critic"))
    tables = {n: getattr(found, n) for n in ("schemes", "agreement", "rank_intervals", "drop_one", "weight_space")}
    for name in analyses:
        tables |= {f"{name} {n}": t for n, t in found.analysis(name).items()}
    return tables


@functools.cache
def intervals() -> dict[str, pd.DataFrame]:
    return withstood(in_blocks().study().index())


RELATIONS: dict[str, Callable[[], Made]] = {
    "rows": lambda: in_blocks().shuffled(),
    "weights": lambda: in_blocks().doubled(),
    "units of measure": lambda: in_blocks(TIMES),
}


@unchecked
@pytest.mark.parametrize("relation", RELATIONS)
def test_no_interval_moves(relation: str) -> None:
    same(withstood(RELATIONS[relation]().study().index()), intervals())


def test_no_finding_moves() -> None:
    made = in_blocks(BELOW), in_blocks(LARGER).shuffled().doubled()
    wanted, found = (m.study().index().audit(draws=50) for m in made)
    assert set(wanted.tables["findings"]["status"]) > {"fired"}
    same(found.tables, wanted.tables, {"indicators": ("minimum", "maximum")})


@unchecked
def test_no_least_change_of_weights_moves() -> None:
    """The least that turns the order of two units."""
    made = Made.of(blocks=True), Made.of(blocks=True, scales=MOVED).shuffled().doubled()
    wanted, found = (m.study().index().sensitivity().flips for m in made)
    pd.testing.assert_frame_equal(found, wanted, rtol=1e-9, atol=1e-9)


@unchecked
@pytest.mark.parametrize(("more", "fall"), [({"A": 0.05}, 0), ({"Z": 0.99}, 1)], ids=["worse", "better"])
def test_a_unit_more_moves_no_interval_of_others(more: dict[str, float], fall: int) -> None:
    """Under weights alone, of a unit that is worse or better than all in everything: places fall by one or by none."""
    own = {n: ANALYSES[n] for n in ("weights", "preferences")}
    made = in_blocks().beside(**more)
    found = withstood(made.study().index(), own)
    for name in ("rank_intervals", "weights rank_intervals", "preferences rank_intervals"):
        mine, wanted = of_units({name: found[name]})[name], intervals()[name]
        places = [c for c in wanted if c.startswith("rank_") or c == "baseline_rank"]
        same({name: mine}, {name: wanted.assign(**{c: wanted[c] + fall for c in places})})
    for name in ("weights rank_acceptability", "preferences rank_acceptability"):
        mine, wanted = (t[t["share"] > 0].reset_index(drop=True) for t in (of_units(found)[name], intervals()[name]))
        same({name: mine}, {name: wanted.assign(rank=wanted["rank"] + fall)})


# --- raw files ----------------------------------------------------------------------------------------------------


def mixed(file: Path, seed: int) -> None:
    """Rows of a file of figures in another order, the heading left where it is."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = list(csv.reader(stream))
    order = np.random.default_rng(seed).permutation(len(rows))
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *(rows[i] for i in order)])


def test_the_order_of_rows_of_raw_files_moves_no_figure(tmp_path: Path) -> None:
    """Of the default study: every later step starts from these two tables."""
    wanted = mt.Study.read(ROOT / "config/study")._held
    sources = []
    for described in sorted((ROOT / "data/raw").glob("*/*/source.yaml")):
        folder = tmp_path / described.parent.relative_to(ROOT / "data/raw")
        folder.mkdir(parents=True)
        for file in described.parent.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
            if file.suffix == ".csv":
                mixed(folder / file.name, len(sources))
        sources.append(str(folder / "source.yaml"))
    assert len(sources) > 15
    found = mt.Study.read(ROOT / "config/study", sources=sources)._held
    for name in ("observations", "constant"):
        mine, other = (getattr(h, name).drop(columns="locator") for h in (found, wanted))  # lines of the files
        pd.testing.assert_frame_equal(mine, other, rtol=0, atol=0, obj=name)


def test_rows_and_units_of_a_study_in_a_folder_move_no_score(tmp_path: Path) -> None:
    """The Human Development Index with its rows mixed, and with a country more."""
    source = ROOT / "config/examples/hdi"
    tables = []
    for name, more in (("mixed", ""), ("more", "AAA,2022,70,12,9,9000\n")):
        folder = tmp_path / name
        folder.mkdir()
        for file in source.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        with (folder / "data.csv").open("a", encoding="utf-8") as stream:
            stream.write(more)
        mixed(folder / "data.csv", 3)
        tables.append(mt.Study.read(folder).index().tables)
    wanted = mt.Study.read(source).index().tables
    for name, table in wanted.items():
        pd.testing.assert_frame_equal(tables[0][name], table, rtol=0, atol=0, obj=name)
    scores = tables[1]["scores"]
    old = scores[scores["unit"] != "AAA"].reset_index(drop=True)
    pd.testing.assert_series_equal(old["score"], wanted["scores"]["score"], rtol=0, atol=0)
    at = (scores["unit"] == "AAA") & (scores["node"] == "hdi")
    now = old[(old["year"] == 2022) & (old["node"] == "hdi")].dropna(subset="score")
    before = wanted["scores"].loc[now.index]
    np.testing.assert_array_equal(now["rank"] - before["rank"], now["score"] < scores.loc[at, "score"].item())
