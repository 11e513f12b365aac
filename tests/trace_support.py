"""A small run on invented figures: two regions, one of them of two parts, and a raw file that has their figures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.index import behind
from monotown.index.build import EXACT, SCHEMAS, build_index
from monotown.index.catalogue import Catalogue
from monotown.index.indicators import compute_indicators
from monotown.report.steps import STEPS, steps_table
from monotown.show.facts import LOOKUPS
from monotown.workflow import write_table

RAW = """region,year,people,staff,pay,schools
A,2020,1000,5,50,7
A,2021,1200,6,60,
B,2020,2000,40,150,-
B,2021,2000,44,130,9
C,2020,400,4,90,3
C,2021,600,3,95,4
N,2020,4000,60,100,10
"""

#: Columns of the raw file, and what a mark in it is.
COLUMNS = {"people": "people", "staff": "people", "pay": "KZT", "schools": "schools"}
FLAGS = {"": "empty", "-": "none"}

MEASURES = {
    "rate": {"formula": "1000 * staff / (people + lag(people, 1)) * 2", "low": 0.0, "high": 20.0},
    "pay": {"formula": "pay / nation(pay)", "low": 0.5, "high": 1.5},
    "schools": {"formula": "schools", "low": 1.0, "high": 10.0},
}


def raw_rows() -> list[dict[str, Any]]:
    """Every figure of the raw file as it is cleaned."""
    lines = [line.split(",") for line in RAW.splitlines()]
    head, rows = lines[0], []
    for line, fields in enumerate(lines[1:], 2):
        for column, text in zip(head[2:], fields[2:], strict=True):
            rows.append(
                {
                    "unit": fields[0],
                    "year": int(fields[1]),
                    "variable": column,
                    "value": np.nan if text in FLAGS else float(text),
                    "unit_of_measure": COLUMNS[column],
                    "kind": "official",
                    "source": "office",
                    "locator": f"office.csv, line {line}, column {column}",
                    "flag": FLAGS.get(text, ""),
                }
            )
    return rows


def observations(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A table of figures."""
    return OBSERVATIONS.validate(pd.DataFrame(rows, columns=list(OBSERVATIONS.columns)))


def small_run(folder: Path, changes: Mapping[str, Any] | None = None, tree: Mapping[str, Any] | None = None) -> Path:
    """Results of an index ``v`` of the regions A, B and C in 2021, as the stages of a run make and write them.

    Parameters
    ----------
    folder
        Where the raw file lies; the results are in ``results``.
    changes
        Keys of the entry of the index in place of the plain ones.
    tree
        Its tree.
    """
    results = folder / "results"
    (folder / "mine").mkdir(parents=True)
    (folder / "mine/office.csv").write_text(RAW, encoding="utf-8")
    plain = {
        "id": "whole",
        "children": [{"id": "people", "weight": 3, "children": [{"measure": "rate"}, {"measure": "pay"}]},
                     {"measure": "schools", "weight": 1}],
    }  # fmt: skip
    entry = {"kind": "official", "units": "all", "years": [2021], "tree": tree or plain, **(changes or {})}
    measures = {
        name: {
            "label": {"en": name}, "indicator": name, "formula": m["formula"], "unit_of_measure": "u", "direction": 1,
            "transform": "none", "goalposts": [m["low"], m["high"]], "reading": "exact",
        }
        for name, m in MEASURES.items()
    }  # fmt: skip
    seen = observations(raw_rows())
    seen = pd.concat([seen, seen[(seen["unit"] == "N")].assign(year=2021)], ignore_index=True)
    catalogue = Catalogue(
        indicators={"blocks": {}, "outcomes": [], "unavailable": {}, "indicators": {}},
        measures=measures,
        views={"v": entry},
        sets={"all": ["A", "B", "C"]},
        levels={"N": "country", **dict.fromkeys("ABC", "region")},
        reads_as={"schools": {"none": 0}},
    )
    found = compute_indicators(seen, seen.head(0), catalogue)
    write_table(seen, results / "clean/observations.csv", OBSERVATIONS, exact=True)
    write_table(found.table, results / "indicators/indicators.csv", INDICATORS, exact=True)
    write_table(found.figures, results / "indicators/figures.csv", behind.FIGURES, exact=True)
    write_table(found.formulas, results / "indicators/formulas.csv", behind.FORMULAS)
    made = build_index(found.table, "v", entry, measures)
    for name, schema in SCHEMAS.items():
        write_table(getattr(made, name), results / f"index/v/{name}.csv", schema, exact=name in EXACT)
    digest = hashlib.sha256((folder / "mine/office.csv").read_bytes()).hexdigest()
    sources = pd.DataFrame([{"id": "office", "file": "mine/office.csv", "sha256": digest}])
    write_table(sources, results / "clean/sources.csv")
    names = [("unit.A", "Alpha", "Альфа"), ("measure.rate", "Staff", "Штат"), ("block.people", "People", "Люди")]
    write_table(pd.DataFrame(names, columns=["key", "en", "ru"]), results / "words.csv")
    return results


def with_tables(results: Path) -> Path:
    """The same with tables for print: scores, facts of them, and how all was made."""
    scores = pd.read_csv(results / "index/v/scores.csv", dtype=str)
    mine = scores[scores["node"] == "whole"][["unit", "year", "score", "rank", "kind", "source"]]
    mine = mine.sort_values("rank", ignore_index=True)
    write_table(mine, results / "tables/scores_v.csv")
    best, last = (float(mine["score"].iloc[i]) for i in (0, -1))
    table = "tables/scores_v.csv"
    facts = [("best_score", repr(best)), ("gap", repr(round(best - last, 10))), ("units_ranked", "3")]
    rows = [(name, value, "number:1", "official", "office", table) for name, value in facts]
    columns = ["fact", "value", "form", "kind", "source", "derived_from"]
    write_table(pd.DataFrame(rows, columns=columns), results / "tables/facts.csv")
    told = {
        "best_score": ("first(score[rank == min(rank)])", ""),
        "gap": ("$best_score - $_last", ""),
        "units_ranked": ("count(rank)", ""),
        "_last": ("score[rank == $places]", '{"places": 3}'),
    }
    lookups = [(name, table, "", value, "number:1", "", table, table, given) for name, (value, given) in told.items()]
    write_table(pd.DataFrame(lookups, columns=list(LOOKUPS.columns)), results / "lookups.csv", LOOKUPS)
    made = [
        ("index", ["v"], ["indicators/indicators.csv"], ["index/v/scores.csv", "index/v/draws.csv"]),
        ("clean", [], ["mine/office.csv"], ["indicators/indicators.csv"]),
        ("tables", [], ["index/v/scores.csv"], [table]),
    ]
    steps = [
        {
            "rule": rule,
            "of": of,
            "script": f"{rule}.py",
            "inputs": [_in(f) for f in taken],
            "outputs": [_in(f) for f in out],
        }
        for rule, of, taken, out in made
    ]
    write_table(steps_table(steps, "r"), results / "steps.csv", STEPS)
    draws = pd.DataFrame([{"unit": "A", "share": 0.25, "kind": "assumed+official", "source": "office"}])
    write_table(draws, results / "index/v/draws.csv")
    return results


def _in(file: str) -> str:
    """A file as a run whose results are in ``r`` has it."""
    return file if file.startswith("mine/") else f"r/{file}"
