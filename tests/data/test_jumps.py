"""Screening of series: against a plain loop, by properties, and on the default study."""

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.base.tables import OBSERVATIONS
from monotown.data.clean import clean
from monotown.data.crosswalk import constant_units
from monotown.data.jumps import JUMPS, Rule, find_jumps, screen, screened, unjudged, with_verdicts
from monotown.data.units import Units
from monotown.workflow.sources import read_sources
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))["screening"]
RULE = Rule.of(SETTINGS)
NO_UNITS = Units({"A": {"level": "region", "en": "A"}, "B": {"level": "region", "en": "B"}})
# W was one region until 2020, and is itself and P since; X became Y and Z
SPLIT = Units(
    {
        **{c: {"level": "region", "en": c} for c in "WPXYZ"},
        "WW": {"level": "constant_region", "en": "WW", "members": ["W", "P"], "before": "W", "split": 2020},
        "XX": {"level": "constant_region", "en": "XX", "members": ["Y", "Z"], "before": "X", "split": 2020},
    }
)
VARIABLES = {
    "rate": {"unit_of_measure": "percent", "merge": "none"},
    "rounded": {"unit_of_measure": "percent", "merge": "none", "decimals": 2},
    "staff": {"unit_of_measure": "persons", "merge": "sum", "count": True},
    "pay": {"unit_of_measure": "KZT per month", "merge": "none"},
    "people": {"unit_of_measure": "persons", "merge": "sum", "count": True},
    "density": {"unit_of_measure": "FTE per million inhabitants", "merge": {"weighted": "people"}},
}


def table(series, source="s"):
    """Figures of ``{(unit, variable): {year: value}}``."""
    rows = [(u, y, v, float(x)) for (u, v), values in series.items() for y, x in values.items()]
    frame = pd.DataFrame(rows, columns=["unit", "year", "variable", "value"])
    frame["unit_of_measure"] = [VARIABLES[v]["unit_of_measure"] for v in frame["variable"]]
    return frame.assign(kind="official", source=source, locator="here", flag="")


NOTHING = table({("A", "rate"): {}})


def jumps(series, units=NO_UNITS, constant=NOTHING, rule=RULE, **more):
    found = find_jumps(table(series), constant, VARIABLES, units, rule, **more)
    JUMPS.validate(found)
    return found


def listed(found):
    return [(r.unit, r.variable, r.year_before, r.year, r.shape) for r in found.itertuples()]


@pytest.mark.parametrize(("variable", "below", "above"), [("rate", 20, 20.1), ("pay", 30, 30.1), ("staff", 1.4, 1.6)])
def test_the_factor_is_that_of_the_kind(variable, below, above):
    scale = 10_000 if variable == "staff" else 1
    for last, expected in ((below, 0), (above, 1)):
        assert (
            len(jumps({("A", variable): {2000: 10 * scale / (10 if scale > 1 else 1), 2001: last * scale}})) == expected
        )


def test_rounding_is_taken_off():
    # 0.01 and 0.02 can be 0.0149 and 0.0151
    assert jumps({("A", "rounded"): {2000: 0.01, 2001: 0.02}}).empty
    found = jumps({("A", "rounded"): {2000: 0.02, 2001: 0.42}}).iloc[0]
    assert found["factor"] == pytest.approx(21)
    assert found["least_factor"] == pytest.approx(0.415 / 0.025)


def test_chance_in_small_counts_is_taken_off():
    assert jumps({("A", "staff"): {2000: 2, 2001: 5}}).empty
    assert jumps({("A", "staff"): {2000: 0, 2001: 3}}).empty
    assert listed(jumps({("A", "staff"): {2000: 200, 2001: 500}})) == [("A", "staff", 2000, 2001, "step")]
    # a rate per so many people is counted over them
    few, many = ({2000: p, 2001: p} for p in (20_000, 20_000_000))
    density = {2000: 200, 2001: 500}
    assert jumps({("A", "density"): density, ("A", "people"): few}, wanted=["density"]).empty
    assert len(jumps({("A", "density"): density, ("A", "people"): many}, wanted=["density"])) == 1


def test_a_level_that_stays_gives_few_alarms():
    """By simulation: Poisson counts of one mean, from 1 to 1,000, against the tail of z = 2."""
    draws = np.random.default_rng(20261129)
    for mean in (1, 3, 10, 30, 100, 1000):
        counts = draws.poisson(mean, (4000, 2))
        series = {(f"u{i}", "staff"): {2000: a, 2001: b} for i, (a, b) in enumerate(counts)}
        units = Units({u: {"level": "region", "en": u} for u, _ in series})
        rule = Rule(RULE.factor, RULE.noise, 1.0, 1, RULE.currencies)
        assert len(jumps(series, units, rule=rule)) / 4000 < 0.005


def test_a_change_that_is_taken_back_is_one_spike():
    found = jumps({("A", "rate"): {2000: 10, 2001: 40, 2002: 12, 2003: 12}})
    assert listed(found) == [("A", "rate", 2000, 2001, "spike")]
    assert found.iloc[0][["year_after", "after"]].tolist() == [2002, 12]
    # not where it goes on, nor where less than half of the way is gone back
    assert [r[-1] for r in listed(jumps({("A", "rate"): {2000: 10, 2001: 40, 2002: 100}}))] == ["step", "step"]
    assert [r[-1] for r in listed(jumps({("A", "rate"): {2000: 1, 2001: 40, 2002: 15}}))] == ["step", "step"]


def test_from_one_figure_to_the_next_there_is():
    assert listed(jumps({("A", "rate"): {2000: 10, 2004: 40}})) == [("A", "rate", 2000, 2004, "step")]
    gone = table({("A", "rate"): {2000: 10, 2001: 1, 2002: 40}})
    gone.loc[gone["year"] == 2001, ["value", "flag"]] = [math.nan, "not_available"]
    found = find_jumps(gone, NOTHING, VARIABLES, NO_UNITS, RULE)
    assert listed(found) == [("A", "rate", 2000, 2002, "step")]


def test_series_below_zero_and_without_a_year_are_left_out():
    assert jumps({("A", "rate"): {2000: -1, 2001: 40}}).empty
    assert jumps({("A", "rate"): {0: 1}, ("B", "rate"): {0: 100}}).empty


def test_a_variable_that_jumps_everywhere_is_one_row():
    series = {("A", "rate"): {2000 + i: 1 if i % 2 else 10 for i in range(20)}, ("B", "rate"): {2000: 5, 2001: 5}}
    (row,) = jumps(series).to_dict("records")
    assert (row["unit"], row["shape"], row["jumps"]) == ("", "unstable", 19)


def test_a_split_explains_what_the_joined_borders_do_not_show():
    series = {
        ("W", "staff"): {2018: 9000, 2019: 9000, 2020: 4000},
        ("P", "staff"): {2020: 5000},
        ("X", "staff"): {2019: 9000},
        ("Y", "staff"): {2020: 1000},
        ("Z", "staff"): {2020: 1100},
    }
    joined = {("WW", "staff"): {2018: 9000, 2019: 9000, 2020: 9000}, ("XX", "staff"): {2019: 9000, 2020: 2100}}
    found = jumps(series, SPLIT, table(joined)).set_index("unit")
    assert found["verdict"].to_dict() == {"P": "explained", "W": "explained", "Y": "none", "Z": "none", "XX": "none"}
    assert found.loc["P", "border"] == "WW: W, 2020, P"
    assert found.loc["Y", "unit_before"] == "X"
    # without figures of the joined borders a part is at least less than its whole
    alone = jumps(series, SPLIT).set_index("unit")["verdict"]
    assert alone.to_dict() == dict.fromkeys("PWYZ", "explained")
    rates = {(u, "rate"): values for (u, _), values in series.items()}
    assert set(jumps(rates, SPLIT)["verdict"]) == {"none"}


def test_a_part_with_figures_of_its_own_before_the_split_is_not_explained_by_it():
    series = {("X", "staff"): {2019: 9000}, ("Y", "staff"): {2019: 3000, 2020: 1000}}
    found = jumps(series, SPLIT)
    assert listed(found) == [("Y", "staff", 2019, 2020, "step")]
    assert found["verdict"].tolist() == ["none"]


def test_joined_borders_say_nothing_twice():
    series = {("W", "staff"): {2017: 9000, 2018: 4000}}
    found = jumps(series, SPLIT, table({("WW", "staff"): series["W", "staff"]}))
    assert listed(found) == [("W", "staff", 2017, 2018, "step")]


values = st.lists(st.one_of(st.none(), st.floats(0.01, 1e4)), min_size=2, max_size=12)


@settings(max_examples=20, deadline=None)
@given(st.lists(values, min_size=1, max_size=4), st.floats(0.01, 100), st.randoms())
def test_a_factor_and_the_order_of_rows_change_nothing(series, factor, random):
    names = [f"u{i}" for i in range(len(series))]
    units = Units({u: {"level": "region", "en": u} for u in names})
    made = {(u, "rate"): {2000 + i: x for i, x in enumerate(s) if x} for u, s in zip(names, series, strict=True)}
    first = table(made)
    found = find_jumps(first, NOTHING, VARIABLES, units, RULE)
    rows = list(range(len(first)))
    random.shuffle(rows)
    pd.testing.assert_frame_equal(find_jumps(first.iloc[rows], NOTHING, VARIABLES, units, RULE), found)
    other = find_jumps(first.assign(value=first["value"] * factor), NOTHING, VARIABLES, units, RULE)
    near = any(math.isclose(f, 2, rel_tol=1e-6) for s in series for f in _factors([x for x in s if x]))
    assert near or listed(other) == listed(found)
    # a plain loop finds as many
    loop = sum(f > 2 * (1 + 1e-9) for s in series for f in _factors([x for x in s if x]))
    taken_back = (found["shape"] == "spike").sum()
    assert near or (found["shape"] == "unstable").any() or len(found) + taken_back == loop


def _factors(series):
    return [max(a, b) / min(a, b) for a, b in itertools.pairwise(series)]


def told(**entry):
    return {"x": {"variable": "rate", "verdict": "open", "reason": {"en": "Why.", "ru": "Почему."}, **entry}}


def test_a_verdict_is_on_a_listed_change_or_stale():
    seen = table({("A", "rate"): {2000: 10, 2001: 40}})
    given = (seen, NOTHING, VARIABLES, NO_UNITS, RULE)
    bare = screen(*given, {})
    assert bare["verdict"].tolist() == ["none"]
    assert unjudged(bare) == ["rate, A, 2000 to 2001: a listed change without a verdict"]
    judged = screen(*given, told(unit="A", **{"from": 2000, "to": 2001}))
    assert judged[["verdict", "reason", "reason_ru"]].to_numpy().tolist() == [["open", "Why.", "Почему."]]
    assert not unjudged(judged)
    stale = screen(*given, told(unit="A", **{"from": 2001, "to": 2002}))
    assert sorted(stale["shape"]) == ["stale", "step"]
    assert any("no listed change" in line for line in unjudged(stale))
    # a verdict on a series that was not screened is that of another study
    assert screen(*given, told(unit="B", **{"from": 2000, "to": 2001}))["shape"].tolist() == ["step"]


def test_one_verdict_is_on_all_changes_of_an_unstable_variable():
    series = {("A", "rate"): {2000 + i: 1 if i % 2 else 10 for i in range(20)}}
    found = with_verdicts(jumps(series), told(), {("A", "rate"): "official"})
    assert found[["shape", "verdict"]].to_numpy().tolist() == [["unstable", "open"]]


# --- the default study ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def default():
    names = ("units", "variables", "measures", "views", "jumps")
    units, variables, measures, views, verdicts = (read_part(name, ROOT) for name in names)
    sources, areas = read_sources("data/raw", ROOT), Units(units)
    files = {s["file"]: (ROOT / s["file"]).read_bytes() for s in sources.values()}
    seen = clean(files, sources, variables, areas).observations
    constant = constant_units(seen[seen["kind"] == "official"], areas, variables, areas.set("regions_constant"))
    OBSERVATIONS.validate(constant)
    return screen(seen, constant, variables, areas, RULE, verdicts, screened(measures, views)), verdicts


def test_every_listed_change_of_the_default_study_has_a_verdict(default):
    found, verdicts = default
    assert not unjudged(found)
    assert 20 <= len(found) <= 60, "a list that is read"
    for entry in verdicts.values():
        assert {"en", "ru", "kk"} <= set(entry["reason"])
        assert entry["source"]


def test_what_is_known_to_jump_is_listed(default):
    found = default[0]
    mine = found[(found["unit"] == "KZZAP") & (found["variable"] == "researchers_per_million")]
    assert [(r.year_before, r.year, r.before, r.value, r.shape) for r in mine.itertuples()] == [
        (2011, 2012, 469, 179, "spike"),
        (2013, 2014, 391, 159, "spike"),
        (2016, 2017, 614, 324, "step"),
    ]
    at = found.set_index(["unit", "variable", "year"])
    atyrau = at.loc[("KZATY", "researchers_per_million", 2022)]
    assert atyrau[["before", "value", "verdict"]].tolist() == [535, 71, "open"]
    outlay = at.loc[("KZSEV", "rd_expenditure_share_grp", 2022)]
    assert outlay[["before", "value", "after", "shape"]].tolist() == [0.02, 0.42, 0.05, "spike"]
    south = at.loc[("KZYUZ", "physicians", 2018)]
    assert south[["unit_before", "verdict", "border"]].tolist() == ["KZONT", "explained", "KZONT17: KZONT, 2018, KZYUZ"]
    # the parts of South Kazakhstan have fewer researchers together than it had: the border does not explain that
    assert at.loc[("KZYUZ", "researchers_per_million", 2018)]["verdict"] == "open"
