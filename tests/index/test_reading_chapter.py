"""The table and the facts of other readings, from ranks written by hand."""

import numpy as np
import pandas as pd
from facts_support import chapter_facts, told

from monotown.index.chapter import reading_table


def ranks(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["reading", "unit", "year", "own_rank", "rank"])
    return frame.assign(rank_shift=frame["rank"] - frame["own_rank"], kind="official", source="census")


def facts_of(table: pd.DataFrame) -> dict[str, str]:
    """Facts of the one reading, under the name of one that the chapter tells of."""
    every = pd.concat([table.assign(reading=r) for r in ("census_degree_holders", "funding_by_source", "income_added")])
    known = told(chapter_facts("65_readings", {"readings": every}))
    return {k.replace("income_added", "paid"): v for k, v in known.items() if k.startswith("income_added")}


def test_facts_count_pairs_and_shifts_of_the_last_year():
    first = [("paid", u, 2021, float(i), float(5 - i)) for i, u in enumerate("ABCD", 1)]
    last = [
        ("paid", "A", 2022, 1.0, 3.0),
        ("paid", "B", 2022, 2.0, 1.0),
        ("paid", "C", 2022, 3.0, 2.0),
        ("paid", "D", 2022, 4.0, 4.0),
    ]
    table = reading_table({"now": ranks(first + last)})
    assert list(table["unit"]) == list("ABCD")
    assert set(table["year"]) == {2022}
    known = facts_of(table)
    pairs = [np.sign(b[3] - a[3]) * np.sign(b[4] - a[4]) for i, a in enumerate(last) for b in last[i + 1 :]]
    assert float(known.pop("paid_kendall")) == np.round(np.mean(pairs), 10)
    assert known == {"paid_units": "4", "paid_moved": "1", "paid_largest": "2", "paid_farthest": "A"}


def test_units_that_moved_equally_far_are_all_named():
    rows = [("paid", u, 2022, own, other) for u, own, other in (("A", 1.0, 2.0), ("B", 2.0, 1.0))]
    assert facts_of(reading_table({"now": ranks(rows)}))["paid_farthest"] == "A;B"
