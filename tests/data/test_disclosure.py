"""What sums tell of hidden cells, against enumeration, and that no check of ours tells any."""

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.base.parsing import reads_of
from monotown.data.clean import clean
from monotown.data.crosswalk import compare_sources, constant_units, crosswalk_checks, told_by_totals, totals_checks
from monotown.data.disclosure import Sum, feasible_ranges, worked_back
from monotown.data.units import Units
from monotown.index.catalogue import Catalogue
from monotown.index.indicators import compute_indicators
from monotown.workflow.sources import read_sources
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
UNITS, VARIABLES, COMPARISONS, MEASURES = (
    read_part(name, ROOT) for name in ("units", "variables", "comparisons", "measures")
)
SOURCES = read_sources("data/raw", ROOT)
REAL = Units(UNITS)
CODES = REAL.set("regions_constant")


@pytest.fixture(scope="module")
def real():
    files = {s["file"]: (ROOT / s["file"]).read_bytes() for s in SOURCES.values()}
    table = clean(files, SOURCES, VARIABLES, REAL).observations
    return table[table["kind"] == "official"]


# ---------------------------------------------------------------- the attacker


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=9, max_size=9), st.sets(st.integers(0, 8), min_size=1, max_size=5))
def test_ranges_are_those_of_every_table_that_fits(cells, hidden):
    """Three by three counts with both margins: the ends are found by trying every table."""
    table = np.array(cells).reshape(3, 3)
    keys = [(i, j) for i in range(3) for j in range(3)]
    secret = [keys[k] for k in sorted(hidden)]
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    sums = [Sum(("row", i), tuple((i, j) for j in range(3))) for i in range(3)]
    sums += [Sum(("column", j), tuple((i, j) for i in range(3))) for j in range(3)]
    known = {k: float(table[k]) for k in keys if k not in secret}
    known |= {("row", i): float(n) for i, n in enumerate(rows)}
    known |= {("column", j): float(n) for j, n in enumerate(columns)}
    fits = []
    for trial in itertools.product(*(range(rows[i] + 1) for i, _ in secret)):
        full = table.copy()
        for k, value in zip(secret, trial, strict=True):
            full[k] = value
        if (full.sum(axis=1) == rows).all() and (full.sum(axis=0) == columns).all():
            fits.append(trial)
    found = feasible_ranges(known, secret, sums)
    for k, values in zip(secret, zip(*fits, strict=True), strict=True):
        assert found[k] == pytest.approx((min(values), max(values)), abs=1e-7)


def test_two_sums_find_what_neither_finds_alone():
    women = Sum("women", ("a", "b"))
    everyone = Sum("all", ("women", "men"))
    known = {"all": 20.0, "men": 12.0, "a": 5.0}
    assert worked_back(known, ["b"], [women]) == []
    assert worked_back(known, ["b"], [everyone]) == []
    assert worked_back(known, ["b"], [women, everyone]) == ["b"]


def test_a_range_is_close_by_its_width_beside_its_upper_end():
    known = {"all": 100.0, "a": 10.0}
    loose = [Sum("all", ("a", "b"), within=20.0)]
    assert feasible_ranges(known, ["b"], loose) == {"b": pytest.approx((70, 110))}
    assert worked_back(known, ["b"], loose) == []
    assert worked_back(known, ["b"], loose, closeness=0.4) == ["b"]


def test_cells_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="no values of the hidden cells fit"):
        feasible_ranges({"all": 1.0, "a": 4.0}, ["b"], [Sum("all", ("a", "b"))])


# ---------------------------------------------------------------- the checks of the official tables


def other_worlds(observations, by):
    """The same visible regions with other confidential figures: other totals of the country."""
    secret = observations[observations["flag"] == "confidential"]
    keys = set(zip(secret["variable"], secret["year"], strict=True))
    pairs = zip(observations["variable"], observations["year"], strict=True)
    touched = pd.Series([p in keys for p in pairs], index=observations.index)
    touched &= (observations["unit"] == "KZ") & observations["value"].notna()
    assert touched.any()
    return observations.assign(value=observations["value"].where(~touched, observations["value"] + by))


def outputs(observations, units, variables, codes, comparisons):
    constant = constant_units(observations, units, variables, codes)
    compared = compare_sources(observations, comparisons, variables, "KZ")
    return {
        "constant": constant,
        "totals": totals_checks(observations, units, variables, codes),
        "crosswalk": crosswalk_checks(observations, constant, units, variables),
        "compared": compared[compared["unit"] != "KZ"].reset_index(drop=True),
    }


@pytest.mark.parametrize("by", [1.0, 250.0])
def test_no_check_depends_on_a_confidential_figure(real, by):
    told = outputs(real, REAL, VARIABLES, CODES, COMPARISONS)
    again = outputs(other_worlds(real, by), REAL, VARIABLES, CODES, COMPARISONS)
    for name, table in told.items():
        pd.testing.assert_frame_equal(table, again[name], obj=name)


def test_no_check_prints_the_rest_of_a_sum_with_a_confidential_part(real):
    told = outputs(real, REAL, VARIABLES, CODES, COMPARISONS)
    secret = real[real["flag"] == "confidential"]
    for variable, year in set(zip(secret["variable"], secret["year"], strict=True)):
        for name, columns in (
            ("totals", ["national", "regions_sum", "difference"]),
            ("crosswalk", ["before", "after"]),
        ):
            table = told[name]
            row = table[(table["variable"] == variable) & (table["year"] == year)]
            known = real[(real["variable"] == variable) & (real["year"] == year)]
            compared = name == "crosswalk" or "KZ" in set(known["unit"])
            assert len(row) == compared, (name, variable)
            assert row[columns].isna().all(axis=None), (name, variable)
    assert (told["totals"].loc[told["totals"]["hidden"] > 0, "verdict"] == "hidden").all()
    assert told["crosswalk"]["holds"].all()


def test_the_attacker_finds_what_a_total_beside_its_parts_tells(real):
    safe = totals_checks(real, REAL, VARIABLES, CODES)
    assert told_by_totals(safe, real, REAL, VARIABLES, CODES) == []
    total = real[(real["unit"] == "KZ") & (real["variable"] == "researchers_phd")]
    total = total[total["source"] == "rd_bulletin_2022"]["value"].iloc[0]
    row = (safe["variable"] == "researchers_phd") & (safe["source"] == "rd_bulletin_2022")
    leaky = safe.assign(national=safe["national"].where(~row, total))
    place = ("researchers_phd", 2022, "rd_bulletin_2022", "KZSEV")
    assert told_by_totals(leaky, real, REAL, VARIABLES, CODES) == [place]
    parts = {"regions_sum": total - 1, "difference": 1.0}  # the same total in two columns
    leaky = safe.assign(**{c: safe[c].where(~row, x) for c, x in parts.items()})
    assert told_by_totals(leaky, real, REAL, VARIABLES, CODES) == [place]


# Three regions of which two were one, for tables that nobody published.
SMALL = Units(
    {
        **{
            code: {"en": code, "ru": code, "kk": code, "level": level}
            for code, level in [("KZ", "country"), ("A", "region"), ("C", "region")]
        },
        "B": {"en": "B", "ru": "B", "kk": "B", "level": "region", "exists": [2022, None]},
        "A17": {
            "en": "AB",
            "ru": "AB",
            "kk": "AB",
            "level": "constant_region",
            "before": "A",
            "members": ["A", "B"],
            "split": 2022,
        },
    }
)
KINDS = {
    "n": {"merge": "sum", "count": True, "bounds": [0, None]},
    "m": {"merge": "sum", "decimals": 1, "bounds": [0, None]},
    "r": {"merge": {"weighted": "n"}},
}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 50), min_size=6, max_size=6),
    st.sets(st.tuples(st.sampled_from("ABC"), st.sampled_from("nm")), min_size=1, max_size=5),
    st.integers(0, 40),
)
def test_any_pattern_of_hidden_cells_stays_hidden(values, hidden, more):
    cells = dict(zip(itertools.product("ABC", "nm"), values, strict=True))
    rows = [(u, v, "confidential" if (u, v) in hidden else float(x)) for (u, v), x in cells.items()]
    rows += [("KZ", v, float(sum(x for (_, w), x in cells.items() if w == v))) for v in "nm"]
    rows += [(u, "r", 50.0) for u in "ABC"]
    observations = pd.DataFrame(
        [
            {
                "unit": unit,
                "year": 2022,
                "variable": variable,
                "value": math.nan if isinstance(x, str) else x,
                "unit_of_measure": "x",
                "kind": "official",
                "source": "s",
                "locator": f"line {i}",
                "flag": x if isinstance(x, str) else "",
            }
            for i, (unit, variable, x) in enumerate(rows)
        ]
    )
    world = SMALL, KINDS, ["A17", "C"]
    told = outputs(observations, *world, {})
    again = outputs(other_worlds(observations, float(more)), *world, {})
    for name, table in told.items():
        pd.testing.assert_frame_equal(table, again[name], obj=name)
    assert told_by_totals(told["totals"], observations, *world) == []


# ---------------------------------------------------------------- funding by source

FUNDING = "rd_bulletin_2022_funding"
PARTS = ("rd_government_funding_per_researcher", "rd_other_funding_per_researcher")
BUDGETS = ("from_republican_budget", "from_local_budget")


def funding_raw():
    text = (ROOT / SOURCES[FUNDING]["file"]).read_text(encoding="utf-8")
    return [row.split(",") for row in text.splitlines()]


def cleaned_with(rows):
    """Observations and the two measures, from another raw file of funding."""
    files = {s["file"]: (ROOT / s["file"]).read_bytes() for s in SOURCES.values()}
    files[SOURCES[FUNDING]["file"]] = "\n".join(",".join(r) for r in rows).encode() + b"\n"
    table = clean(files, SOURCES, VARIABLES, REAL).observations
    children = [{"measure": m} for m in PARTS]
    tree = {"id": "index", "children": [{"id": "B2", "children": children}]}
    years = {"kind": "official", "years": [2022], "tree": tree}
    catalogue = Catalogue(
        indicators={"indicators": {}},
        measures=MEASURES,
        views={n: {**years, "units": n} for n in ("regions_2022", "regions_constant")},
        sets=UNITS["sets"],
        levels={k: v["level"] for k, v in UNITS.items() if k != "sets"},
        reads_as=reads_of(VARIABLES),
    )
    official = table[table["kind"] == "official"]
    constant = constant_units(official, REAL, VARIABLES, CODES)
    return official, compute_indicators(table, constant, catalogue).table


@pytest.fixture(scope="module")
def funding():
    return cleaned_with(funding_raw())


def printed(variable, unit):
    (text,) = (r[-1] for r in funding_raw() if r[0] == "29" and r[2] == variable and r[5] == unit)
    return text


def test_funding_is_the_printed_budgets_and_the_rest_where_both_are_printed(funding):
    _, values = funding
    values = values[values["view"] == "regions_2022"].set_index(["unit", "measure"])["value"]
    for unit in UNITS["sets"]["regions_2022"]:
        cells = [printed(v, unit) for v in ("internal_rd_expenditure", *BUDGETS)]
        if "x" in cells:
            assert unit == "KZALM"
            assert values[unit].isna().all()
            continue
        whole, *budgets = (0.0 if c == "-" else float(c) for c in cells)
        heads = whole / sum(values[unit])
        assert values[unit, PARTS[0]] * heads == pytest.approx(sum(budgets), abs=1e-6 * whole)
        others = [printed(f"from_{v}_funds", unit) for v in ("own", "foreign", "other")]
        if "x" not in others:  # the office's own parts, which the project does not read
            rest = sum(0.0 if c == "-" else float(c) for c in others)
            assert values[unit, PARTS[1]] * heads == pytest.approx(rest, abs=0.2)


@pytest.mark.parametrize("by", [-400000.0, 1.0, 5e6])
def test_no_result_moves_with_the_countrys_hidden_rest(funding, by):
    rows = funding_raw()
    for row in rows:
        if row[0] == "29" and row[2] == "from_local_budget" and row[5] == "KZ":
            row[-1] = str(float(row[-1]) + by)
    for table, again in zip(funding, cleaned_with(rows), strict=True):
        pd.testing.assert_frame_equal(table, again)


def attack(official, values):
    """Hidden budgets found out from the cleaned figures and the two measures, in all sums at once.

    Cells are per region: both budgets, the rest, the whole. What is known of a budget is its figure
    and the two measures times the researchers; regions sum to the country.
    """
    mine = official[(official["year"] == 2022)]
    known, hidden, sums = {}, [], []
    names = ("rd_from_republican_budget", "rd_from_local_budget", "internal_rd_expenditure")
    for row in mine[mine["variable"].isin(names)].to_dict("records"):
        cell = row["variable"], row["unit"]
        number = 0.0 if row["flag"] == "none" else row["value"]
        if row["flag"] == "confidential":
            hidden.append(cell)
        else:
            known[cell] = number
    heads = mine[mine["variable"] == "researchers"].drop_duplicates("unit")
    heads = heads.set_index("unit")["value"]
    regions = UNITS["sets"]["regions_2022"]
    merged = {m.code: m.members for m in REAL.merged()}
    for row in values.dropna(subset="value").to_dict("records"):
        members = merged.get(row["unit"], (row["unit"],))
        number = 1000 * row["value"] * sum(heads[u] for u in members)
        known[row["measure"], row["view"], row["unit"]] = number
        parts = [(n, u) for u in members for n in names[:2]]
        if row["measure"] == PARTS[1]:
            parts = [("rest", u) for u in members]
        sums.append(Sum((row["measure"], row["view"], row["unit"]), tuple(parts), within=1.0))
    for unit in regions:
        sums.append(Sum((names[2], unit), ((names[0], unit), (names[1], unit), ("rest", unit))))
    for name in names:
        sums.append(Sum((name, "KZ"), tuple((name, u) for u in regions), within=1.0))
    return worked_back(known, hidden, sums)


def test_the_hidden_budget_cannot_be_worked_back_from_what_is_made(funding):
    official, values = funding
    budgets = official[official["variable"] == "rd_from_local_budget"]
    assert list(budgets.loc[budgets["flag"] == "confidential", "unit"]) == ["KZALM"]
    assert "KZ" not in set(budgets["unit"])
    assert attack(official, values) == []
    # the attacker does find it where the country's figure is told
    total = budgets.iloc[[0]].assign(unit="KZ", value=float(printed("from_local_budget", "KZ")))
    total = total.assign(flag="")
    told = pd.concat([official, total], ignore_index=True)
    assert attack(told, values) == [("rd_from_local_budget", "KZALM")]


@settings(max_examples=6, deadline=None)
@given(st.sampled_from([u for u in UNITS["sets"]["regions_2022"] if u != "KZALM"]))
def test_any_other_hidden_local_budget_stays_hidden(unit):
    rows = funding_raw()
    for row in rows:
        if row[0] == "29" and row[2] == "from_local_budget" and row[5] == unit:
            row[-1] = "x"
    official, values = cleaned_with(rows)
    assert values.loc[values["unit"] == unit, "value"].isna().all()
    assert attack(official, values) == []
