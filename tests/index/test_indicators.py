"""Indicators from small tables of observations: values, reasons, sources, kinds."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from monotown.base.problems import InputError
from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.index.catalogue import Catalogue
from monotown.index.indicators import compute_indicators as compute
from monotown.index.indicators import doubt_warnings

LABEL = {"en": "x", "ru": "x", "kk": "x"}


def measure(formula: str, indicator: str = "researchers", reading: str = "exact") -> dict:
    return {
        "label": LABEL,
        "indicator": indicator,
        "formula": formula,
        "unit_of_measure": "u",
        "direction": 1,
        "transform": "none",
        "goalposts": [0, 1],
        "why_goalposts": "w",
        "reading": reading,
        "note": LABEL,
    }


def view(units: str, years: list[int], *measures: str, kind: str = "official") -> dict:
    children = [{"measure": m} for m in measures]
    tree = {"id": "index", "children": [{"id": "B1", "children": children}]}
    return {"label": LABEL, "kind": kind, "units": units, "years": years, "tree": tree}


def catalogue(measures: dict, views: dict) -> Catalogue:
    return Catalogue(
        indicators={"blocks": {}, "outcomes": [], "unavailable": LABEL, "indicators": {}},
        measures=measures,
        views=views,
        sets={"now": ["B", "A"], "constant": ["A", "BC"]},
        levels={"N": "country", "A": "region", "B": "region", "BC": "constant_region"},
        reads_as={"doctors": {"none": 0}},
    )


def observations(rows: Iterable[tuple]) -> pd.DataFrame:
    """Unit, year, variable, value or marker, then source and kind where they matter."""

    def record(unit, year, variable, value, source="bulletin", kind="official") -> dict:
        marked = isinstance(value, str)
        return {
            "unit": unit,
            "year": year,
            "variable": variable,
            "value": np.nan if marked else float(value),
            "unit_of_measure": "u",
            "kind": kind,
            "source": source,
            "locator": "l",
            "flag": value if marked else "",
        }

    records = [record(*row) for row in rows]
    columns = list(OBSERVATIONS.columns)
    return OBSERVATIONS.validate(pd.DataFrame(records, columns=columns))


NOTHING = observations([])


def compute_indicators(*given) -> pd.DataFrame:
    return compute(*given).table


def cells(table: pd.DataFrame, *columns: str) -> dict:
    keyed = table.set_index(["unit", "year", "measure"]).sort_index()
    return {k: tuple(r) for k, r in zip(keyed.index, keyed[list(columns)].to_numpy(), strict=True)}


def test_a_value_its_sources_and_what_it_stands_for():
    found = compute_indicators(
        observations(
            [
                ("A", 2022, "researchers", 30),
                ("A", 2022, "people", 60000, "census"),
                ("B", 2022, "researchers", 10),
                ("B", 2022, "people", 5000, "census; register"),
                ("C", 2022, "people", 1, "census"),
            ]
        ),
        NOTHING,
        catalogue({"m": measure("10000 * researchers / people", reading="proxy")}, {"v": view("now", [2022], "m")}),
    )
    assert found.to_dict("records") == [
        {
            "view": "v",
            "unit": unit,
            "year": 2022,
            "measure": "m",
            "indicator": "researchers",
            "block": "B1",
            "value": value,
            "unit_of_measure": "u",
            "kind": "official",
            "source": source,
            "reading": "proxy",
            "flag": "",
        }
        for unit, value, source in (("A", 5.0, "bulletin; census"), ("B", 20.0, "bulletin; census; register"))
    ]
    INDICATORS.validate(found)


def test_a_ratio_to_the_nation_in_the_borders_of_the_year_and_in_constant_ones():
    plain = observations(
        [
            ("N", 2021, "income", 100, "office"),
            ("N", 2022, "income", 200, "office"),
            ("A", 2022, "income", 300),
            ("B", 2021, "income", 50),
            ("A", 2021, "income", "none"),
        ]
    )
    merged = observations([("A", 2022, "income", 300), ("BC", 2022, "income", 120)])
    measures = {"m": measure("100 * income / nation(income)"), "l": measure("nation(lag(people, 1))")}
    views = {"v": view("now", [2021, 2022], "m", "l"), "c": view("constant", [2022], "m")}
    found = compute_indicators(plain, merged, catalogue(measures, views))
    now, constant = (found[found["view"] == v] for v in ("v", "c"))
    got = {k: v for k, v in cells(now, "value", "flag").items() if k[2] == "m"}
    assert got[("A", 2022, "m")] == (150.0, "")
    assert got[("B", 2021, "m")] == (50.0, "")
    assert np.isnan(got[("B", 2022, "m")][0])
    assert got[("B", 2022, "m")][1] == "income: absent"
    assert {k[0]: v[0] for k, v in cells(constant, "value").items()} == {"A": 150.0, "BC": 60.0}
    assert cells(now, "source")["A", 2022, "m"] == ("bulletin; office",)
    assert cells(now, "flag")["A", 2022, "l"] == ("nation(people) of 2021: absent",)


def test_a_nation_of_another_kind_is_refused():
    mixed = observations([("N", 2022, "income", 200, "paper", "published"), ("A", 2022, "income", 300)])
    measures = {"m": measure("income / nation(income)")}
    with pytest.raises(InputError, match=r"found 'official \+ published'"):
        compute_indicators(mixed, NOTHING, catalogue(measures, {"v": view("now", [2022], "m")}))


def test_missing_values_say_why():
    found = compute_indicators(
        observations(
            [
                ("A", 2022, "researchers", "confidential"),
                ("A", 2022, "people", 0),
                ("B", 2022, "researchers", 4),
                ("B", 2022, "people", 0),
            ]
        ),
        NOTHING,
        catalogue(
            {"rate": measure("researchers / people"), "logs": measure("log(people)"), "pay": measure("wages / people")},
            {"v": view("now", [2022], "rate", "logs", "pay")},
        ),
    )
    assert found["value"].isna().all()
    flags = {k[0::2]: v[0] for k, v in cells(found, "flag").items()}
    assert flags == {
        ("A", "rate"): "researchers: confidential",
        ("B", "rate"): "division by zero",
        ("A", "logs"): "logarithm of a number not above 0",
        ("B", "logs"): "logarithm of a number not above 0",
        ("A", "pay"): "wages: absent",
        ("B", "pay"): "wages: absent",
    }


def test_a_marker_counts_only_as_the_config_reads_it():
    found = compute_indicators(
        observations(
            [
                ("A", 2022, "doctors", "none"),
                ("B", 2022, "doctors", "confidential"),
                ("A", 2022, "income", "none"),
                ("B", 2022, "income", 3),
            ]
        ),
        NOTHING,
        catalogue({"d": measure("2 * doctors"), "i": measure("income")}, {"v": view("now", [2022], "d", "i")}),
    )
    got = {k[0::2]: v for k, v in cells(found, "value", "flag").items()}
    assert got["A", "d"] == (0.0, "doctors: none, read as 0")
    assert got["B", "i"] == (3.0, "")
    assert np.isnan(got["B", "d"][0])
    assert got["B", "d"][1] == "doctors: confidential"
    assert np.isnan(got["A", "i"][0])
    assert got["A", "i"][1] == "income: none"


def test_a_lag_reads_years_before_the_view_and_names_the_missing_one():
    rows = [("A", y, "researchers", 10.0 * (y - 2009)) for y in range(2010, 2017)]
    rows += [("B", y, "researchers", 5.0) for y in (2011, 2015, 2016)]
    found = compute_indicators(
        observations(rows),
        NOTHING,
        catalogue({"g": measure("log(researchers / lag(researchers, 5))")}, {"v": view("now", [2015, 2016], "g")}),
    )
    got = {k[:2]: v for k, v in cells(found, "value", "flag").items()}
    assert got["A", 2015][0] == pytest.approx(np.log(6))
    assert got["A", 2016][0] == pytest.approx(np.log(3.5))
    assert got["B", 2016] == (0.0, "")
    assert np.isnan(got["B", 2015][0])
    assert got["B", 2015][1] == "researchers of 2010: absent"


def test_a_view_of_constant_borders_reads_the_constant_table():
    plain = observations([("A", 2020, "people", 1), ("B", 2020, "people", 2)])
    constant = observations([("A", 2020, "people", 10), ("BC", 2020, "people", 50)])
    found = compute_indicators(
        plain,
        constant,
        catalogue({"p": measure("people")}, {"w": view("constant", [2020], "p"), "v": view("now", [2020], "p")}),
    )
    values = found.set_index(["view", "unit"])["value"].to_dict()
    assert values == {("v", "A"): 1, ("v", "B"): 2, ("w", "A"): 10, ("w", "BC"): 50}


def test_of_several_sources_the_first_with_a_value_of_the_views_kind_counts():
    found = compute_indicators(
        observations(
            [
                ("A", 2022, "people", "not_available", "a"),
                ("A", 2022, "people", 7, "b"),
                ("A", 2022, "people", 8, "c"),
                ("A", 2022, "people", 9, "A-first", "published"),
                ("B", 2022, "people", 1, "z"),
            ]
        ),
        NOTHING,
        catalogue({"p": measure("people")}, {"v": view("now", [2022], "p")}),
    )
    assert {k[0]: v for k, v in cells(found, "value", "source").items()} == {"A": (7.0, "b"), "B": (1.0, "z")}


def test_kinds_are_never_joined_and_every_place_is_told():
    rows = [
        ("A", 2022, "researchers", 1, "paper", "published"),
        ("A", 2022, "people", 2, "census"),
        ("B", 2022, "researchers", 3, "paper", "published"),
        ("B", 2022, "people", 4, "census"),
        ("A", 2022, "towns", 5, "made", "synthetic"),
    ]
    with pytest.raises(InputError) as error:
        compute_indicators(
            observations(rows),
            NOTHING,
            catalogue(
                {"m": measure("researchers / people"), "t": measure("towns")}, {"v": view("now", [2022], "m", "t")}
            ),
        )
    found = [(p.where, p.found, p.expected) for p in error.value.problems]
    assert found == [
        ("view v, measure m, unit A, year 2022 and 1 more", "official + published", "official data only"),
        ("view v, measure t, unit A, year 2022", "synthetic", "official data only"),
    ]
    allowed = compute_indicators(
        observations(rows),
        NOTHING,
        catalogue({"r": measure("researchers")}, {"v": view("now", [2022], "r", kind="published")}),
    )
    assert allowed["kind"].tolist() == ["published", "published"]


def test_the_order_of_the_observations_does_not_matter():
    rows = [
        (u, y, v, 1 + i * 7 % 5, s)
        for i, (u, y, v, s) in enumerate(
            (u, y, v, s) for u in "AB" for y in (2020, 2021) for v in ("p", "q") for s in ("s1", "s2")
        )
    ]
    frame = observations(rows)
    config = catalogue({"m": measure("p / q"), "n": measure("change(q, 1)")}, {"v": view("now", [2021], "m", "n")})
    once = compute_indicators(frame, NOTHING, config)
    again = compute_indicators(frame.sample(frac=1, random_state=3), NOTHING, config)
    pd.testing.assert_frame_equal(once, again)
    assert once["value"].notna().all()


# ---------------------------------------------------------------- plausible bounds


def paid(outside: str, **bounds) -> dict:
    """Pay against the wage, bounded as pay."""
    return measure("pay / wage") | {
        "plausible": {
            "low": {2022: 60},
            "times": "wage",
            "unit_of_measure": "tenge",
            "outside": outside,
            "quantity": LABEL,
            "reason": {"en": "minimum wage", "ru": "r", "kk": "k"},
            **bounds,
        }
    }


PAY = [
    ("A", 2022, "pay", 30),
    ("A", 2022, "wage", 200),
    ("A", 2021, "pay", 30),
    ("A", 2021, "wage", 200),
    ("B", 2022, "pay", 60),
    ("B", 2022, "wage", 200),
    ("B", 2021, "pay", 900),
    ("B", 2021, "wage", "not_available"),
]


@pytest.mark.parametrize(
    ("outside", "used", "done"), [("keep", 0.15, "kept"), ("cut", 0.3, "cut"), ("leave_out", np.nan, "left out")]
)
def test_a_value_outside_its_bounds_is_told_and_treated_as_the_config_says(outside, used, done):
    found = compute(observations(PAY), NOTHING, catalogue({"p": paid(outside)}, {"v": view("now", [2021, 2022], "p")}))
    values = found.table.set_index(["unit", "year"])["value"]
    assert values["A", 2022] == pytest.approx(used, nan_ok=True)
    # no bound for the year, and a value at its bound
    assert (values["A", 2021], values["B", 2022]) == (0.15, 0.3)
    (doubt,) = found.doubtful.to_dict("records")
    assert (doubt["unit"], doubt["year"], doubt["side"]) == ("A", 2022, "low")
    assert (doubt["figure"], doubt["bound"]) == pytest.approx((30, 60))
    assert (doubt["value"], doubt["at_bound"]) == pytest.approx((0.15, 0.3))
    assert doubt["used"] == pytest.approx(used, nan_ok=True)
    assert (doubt["reason"], doubt["reason_kk"], doubt["outside"]) == ("minimum wage", "k", outside)
    (told,) = doubt_warnings(found.doubtful)
    assert f"unit A, year 2022: 30 tenge is below the plausible 60, {done} (minimum wage)" in told
    flags = found.table.set_index(["unit", "year"])["flag"]
    assert flags["A", 2022] == f"30 tenge is below the plausible 60, {done}"
    assert flags["A", 2021] == flags["B", 2022] == ""


def test_a_bound_is_a_formula_of_any_year_and_a_part_that_lacks_bounds_nothing():
    rows = [("A", 2021, "people", 10), ("A", 2022, "researchers", 11)]
    rows += [("A", 2022, "towns", 12), ("B", 2022, "researchers", 99)]
    bounded = measure("researchers") | {"plausible": {"low": 0, "high": "lag(people, 1)", "reason": LABEL}}
    found = compute(observations(rows), NOTHING, catalogue({"m": bounded}, {"v": view("now", [2022], "m")})).doubtful
    assert found[["unit", "side", "bound"]].to_numpy().tolist() == [["A", "high", 10.0]]
    assert found["source"].tolist() == ["bulletin"]


@pytest.mark.parametrize(
    ("unit", "formula", "value", "doubted"),
    [
        ("%", "people", 101, True),
        ("%", "people", 100, False),
        ("%", "people", -1, True),
        ("%", "change(people, 1)", -1, False),
        ("per 1,000 people", "people", 1001, True),
        ("FTE per 1,000 people", "people", 1001, True),
        ("% of GRP", "people", 150, False),
        ("years", "people", 1e9, False),
    ],
)
def test_a_measure_without_bounds_has_those_of_its_unit(unit, formula, value, doubted):
    rows = [("A", 2022, "people", value if "change" not in formula else 1)]
    rows += [("A", 2021, "people", 2)]
    found = compute(
        observations(rows),
        NOTHING,
        catalogue({"m": measure(formula) | {"unit_of_measure": unit}}, {"v": view("now", [2022], "m")}),
    )
    assert len(found.doubtful) == doubted
    assert found.table.set_index("unit")["value"]["A"] == (value if "change" not in formula else -1)


def test_the_figures_behind_the_indicators_give_them_again():
    from monotown.base.expressions import parse

    rows = [(u, y, v, n) for u in "AB" for y in (2020, 2021) for v, n in (("doctors", 3 + y % 7), ("people", 100.0))]
    rows[0] = ("A", 2020, "doctors", "none")
    formula = "1000 * lag(doctors, 1) / lag(people, 1)"
    known = catalogue({"m": measure(formula)}, {"v": view("now", [2021], "m")})
    known = replace(known, variables={"doctors": {"count": True}})
    table = observations(rows)
    found = compute(table, table.iloc[:0], known)
    figures = found.figures
    assert figures[["unit", "year", "input", "law", "of"]].to_numpy().tolist() == [
        [unit, 2020, *rest] for unit in "AB" for rest in (["doctors", "count", "people"], ["people", "measure", ""])
    ]
    wide = figures.pivot(index="unit", columns="input", values="value")  # noqa: PD010
    again = parse(formula).at({u: wide[u.variable].to_numpy() for u in parse(formula).uses})
    assert again == pytest.approx(found.table.sort_values("unit")["value"].to_numpy())
    assert again[0] == 0
