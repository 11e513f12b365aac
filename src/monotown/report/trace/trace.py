"""A number of a run by its id: what is asked for, and the steps back from it."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import PurePosixPath
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.lookups import UnreadError
from monotown.claims.addresses import DATA, read_address
from monotown.methods.normalise import others_average
from monotown.report.steps import Made, behind, made_by
from monotown.report.trace.claims import LEDGERS, claim_step
from monotown.report.trace.facts import FACTS, fact_step, lookup_step
from monotown.report.trace.figures import CONSTANT, FORMULAS, PLAIN, Figures
from monotown.report.trace.index import INDICATORS, USED, Index
from monotown.report.trace.step import Step, checked, number, shown
from monotown.report.trace.tables import Tables, row_id, row_key

#: Table of what made what.
STEPS: Final = "steps.csv"

#: Columns that are asked for where an id names none, the first that there is.
_MAIN: Final = ("score", "value", "estimate", "normalised", "global_weight")

#: Rows of a table below a number that is computed from many; more are counted.
ROWS: Final = 12

#: How many ids are told that are like an unknown one.
_NEAR: Final = 8

#: Address of the card of a claim, or what of it stands after the sign #.
_ANCHOR = re.compile(r"(?:.*#)?claim-(?P<id>.+)")


class UnknownError(LookupError):
    """What is asked for is in no table of the run; `near` are ids that there are."""

    def __init__(self, found: str, near: Sequence[str]) -> None:
        self.found, self.near = found, list(near)
        super().__init__(found)


class Run:
    """A run whose numbers are traced.

    Parameters
    ----------
    tables
        Of its folder of results.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.figures = Figures(tables)
        self._indices: dict[str, Index] = {}

    def index(self, view: str) -> Index:
        """An index of the run."""
        if view not in self._indices:
            self._indices[view] = Index(self.tables, self.figures, view)
        return self._indices[view]

    @cached_property
    def steps(self) -> pd.DataFrame:
        """The table `monotown.report.steps.STEPS`; without rows where the run has none."""
        found = self.tables(STEPS)
        return found if len(found.columns) else pd.DataFrame(columns=["step", "rule", "script", "role", "file"])

    # --- ids ------------------------------------------------------------------------------------

    def trace(self, asked: str) -> Step:
        """The steps back from a number.

        Parameters
        ----------
        asked
            A fact that the report quotes; a claim, or the address of its card; ``INDEX/UNIT[/YEAR][/NODE or MEASURE]``;
            a cell of a table, ``TABLE.csv:KEY=VALUE:COLUMN``; an address as claims have it,
            ``TABLE: column[condition]``.

        Raises
        ------
        UnknownError
            If there is no such number.
        """
        text = asked.strip()
        anchor = _ANCHOR.fullmatch(text)
        for find in (self._fact, self._claim, self._of_index, self._cell, self._address):
            step = find(anchor["id"] if anchor else text)
            if step is not None:
                return step
        raise UnknownError(text, self._near(text))

    def _fact(self, text: str) -> Step | None:
        facts = self.tables(FACTS)
        return fact_step(self, text) if len(facts) and text in set(facts["fact"]) else None

    def _claim(self, text: str) -> Step | None:
        for path in LEDGERS:
            table = self.tables(path)
            if len(table) and text in set(table["id"]):
                return claim_step(self, path, text)
        return None

    def _of_index(self, text: str) -> Step | None:
        """``view/unit``, then the year and the node or measure, each if it is said."""
        view, mark, rest = text.partition("/")
        if not mark or view not in self.tables.views:
            return None
        index = self.index(view)
        for unit in sorted(index.years, key=len, reverse=True):
            if rest == unit or rest.startswith(f"{unit}/"):
                parts = [p for p in rest[len(unit) :].split("/") if p]
                year = parts.pop(0) if parts and re.fullmatch(r"\d+", parts[0]) else index.years[unit]
                node = parts.pop(0) if parts else index.root
                known = {str(y) for y in index.rows.loc[index.rows["unit"] == unit, "year"]}
                if not parts and year in known:
                    return self._node(index, unit, year, node)
        return None

    def _node(self, index: Index, unit: str, year: str, node: str) -> Step | None:
        if node in index.nodes:
            return index.score(unit, year, node)
        if node in index.leaves:
            return index.measure(unit, year, node)
        here = self.tables(INDICATORS)
        beside = here[(here["view"] == index.view) & (here["measure"] == node)]
        return index.indicator(unit, year, node) if len(beside) else None

    def _table(self, name: str) -> str | None:
        """Path of a table, as a reader may name it: with the folder of results before it, or without its ending."""
        parts = PurePosixPath(name.strip().replace("\\", "/")).parts
        for start in range(len(parts)):
            path = "/".join(parts[start:])
            for told in (path, f"{path}.csv", f"tables/{path}.csv"):
                if told in self.tables:
                    return told
        return None

    def _cell(self, text: str) -> Step | None:
        name, *parts = text.split(":")
        path = self._table(name)
        if path is None or any(part.startswith(" ") for part in parts):
            return None
        frame = self.tables(path)
        column = parts.pop() if parts and parts[-1] in frame else ""
        key: dict[str, str] = {}
        for part in parts:
            if "=" in part and (part.partition("=")[0] in frame or part.startswith("line=")):
                last = part.partition("=")[0]
                key[last] = part.partition("=")[2]
            elif key:
                key[last] += f":{part}"  # a value with a colon in it
            else:
                return None
        column = column or next((c for c in _MAIN if c in frame), "")
        if not column:
            raise UnknownError(text, [f"{text}:{c}" for c in frame.columns][:_NEAR])
        rows = _chosen(frame, key)
        if len(rows) != 1:
            some = rows[:_NEAR] or list(range(min(_NEAR, len(frame))))
            raise UnknownError(text, [row_id(path, row_key(frame, i), column) for i in some])
        return self.cell(path, rows[0], column)

    def _address(self, text: str) -> Step | None:
        """``table: column[condition]``; units have their names there too, in some language of the run."""
        try:
            address = read_address(text)
        except UnreadError:
            return None
        if address.lookup is None:
            return None
        path = None if address.table == DATA else self._table(address.table)
        if path is None and address.table != DATA:
            return None
        rows = self._wide() if path is None else self.tables.typed[path]
        cell = partial(self._of_wide, rows) if path is None else partial(self.cell, path)
        for called in (rows, *self._called(rows)) if "name" not in address.columns else self._called(rows):
            step = lookup_step(text, address.lookup, called, cell)
            if step is not None:
                return step
        return None

    def _called(self, rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
        """A table with the names of its units, in one language after the other."""
        words = self.tables("words.csv")
        for language in words.columns[1:] if "unit" in rows else ():
            names = dict(zip(words["key"], words[language], strict=True))
            yield rows.assign(name=[names.get(f"unit.{u}") or str(u) for u in rows["unit"]])

    def _wide(self) -> pd.DataFrame:
        """The study's figures, a row a unit and year."""
        seen = self.tables(PLAIN)
        first = seen.assign(value=seen["value"].map(number), year=seen["year"].astype("int64"))
        first = first.drop_duplicates(["unit", "year", "variable"])
        wide = first.pivot_table("value", ["unit", "year"], "variable", "first", sort=False)
        return wide.reset_index().rename_axis(columns=None)

    def _of_wide(self, rows: pd.DataFrame, place: int, column: str, *, deep: bool) -> Step:
        unit, year = str(rows["unit"].iloc[place]), str(rows["year"].iloc[place])
        if column in ("unit", "year", "name"):
            return Step("value", value=str(rows[column].iloc[place]), of={"column": column, "unit": unit, "year": year})
        return self.figures.step(False, (unit, year, column))

    def _near(self, text: str) -> list[str]:
        known = list(self.known())
        starting = [name for name in known if name.startswith(text)]
        alike = difflib.get_close_matches(text, known, _NEAR, 0.5)
        if not starting and not alike:  # at least what begins alike
            starting = [name for name in known if name.startswith(f"{text.partition('/')[0]}/")]
        return list(dict.fromkeys([*starting[:_NEAR], *alike]))[:_NEAR]

    def known(self) -> Iterator[str]:
        """Ids of the run: of facts, of claims, of scores of the whole and of its nodes and measures, and of tables."""
        facts = self.tables(FACTS)
        yield from (facts["fact"] if len(facts) else ())
        for path in LEDGERS:
            yield from (self.tables(path)["id"] if path in self.tables else ())
        for view in self.tables.views:
            index = self.index(view)
            yield from (f"{view}/{unit}" for unit in index.years)
            for unit, year in index.years.items():
                yield from (f"{view}/{unit}/{year}/{name}" for name in (*index.nodes, *index.leaves))
        yield from sorted(self.tables.paths)

    # --- cells of tables ------------------------------------------------------------------------

    def cell(self, path: str, place: int, column: str, *, deep: bool = True) -> Step:
        """The steps back from a cell of a table.

        Parameters
        ----------
        path, place, column
            The table, the number of its row from 0, and the column.
        deep
            Whether what it is computed from is told; without it the cell alone.
        """
        frame = self.tables(path)
        row = {str(k): str(v) for k, v in frame.iloc[place].items()}
        step = Step(
            "value",
            row_id(path, row_key(frame, place), column),
            row[column],
            {"column": column} | {k: v for k, v in row_key(frame, place).items() if k != "line"},
            kind=row.get("kind", ""),
            source=row.get("source", ""),
        )
        if not deep:
            return step
        found = self._computed(path, row, column)
        if found is None:
            found = self._copied(path, row, step)
        # a number of a whole analysis
        return found or replace(step, notes=("whole",), parts=self.made(path, step.source))

    def _computed(self, path: str, row: Mapping[str, str], column: str) -> Step | None:
        """The step of a cell that has a formula of its own."""
        folder, _, name = path.rpartition("/")
        view = folder.removeprefix("index/") if folder.startswith("index/") else row.get("view", "")
        index = self.index(view) if view in self.tables.views else None
        of = (row.get("unit", ""), row.get("year", ""))
        if path in (PLAIN, CONSTANT) and column == "value":
            return self.figures.of_row(path, row)
        if index is None:
            return None
        if path == INDICATORS and column == "value":
            return index.indicator(*of, row["measure"])
        if path == USED and column == "value":
            return self._used(row)
        if not folder.startswith("index/"):
            return None
        made = {
            ("scores.csv", "score"): lambda: index.score(*of, row["node"]),
            ("scores.csv", "rank"): lambda: index.rank(*of, row["node"]),
            ("normalised.csv", "normalised"): lambda: index.measure(*of, row["measure"]),
            ("normalised.csv", "value"): lambda: index.treated(*of, row["measure"]),
            ("prepared.csv", "raw"): lambda: index.indicator(*of, row["measure"]),
            ("prepared.csv", "treated"): lambda: index.treated(*of, row["measure"]),
            ("comparison.csv", "average"): lambda: self._average(index, row),
            ("comparison.csv", "difference"): lambda: self._against(index, row, "score - average"),
            ("comparison.csv", "ratio"): lambda: self._against(index, row, "score / average"),
            ("weights.csv", "global_weight"): lambda: self._weight(index, row),
        }.get((name, column))
        return made() if made else None

    def _used(self, row: Mapping[str, str]) -> Step:
        """A figure as the formulas of an index take it."""
        formulas = self.tables(FORMULAS)
        mine = formulas[formulas["view"] == row["view"]]
        nation = row["input"].startswith("nation(")
        variable = row["input"].removeprefix("nation(").removesuffix(")")
        unit = str(mine["nation"].iloc[0]) if nation else row["unit"]
        constant = str(mine["constant"].iloc[0]) == "True" and not nation
        figure = self.figures.step(constant, (unit, row["year"], variable), row["kind"])
        step = Step(
            "value",
            row_id(USED, {k: row[k] for k in ("view", "unit", "year", "input")}, "value"),
            row["value"],
            {k: row[k] for k in ("view", "unit", "year", "input")},
            formula="=",
            kind=row["kind"],
            source=row["source"],
            parts=(figure,),
        )
        return checked(step, number(figure.value)) if figure.value else step

    def _average(self, index: Index, row: Mapping[str, str]) -> Step:
        """The average of the other units."""
        key = {"unit": row["unit"], "year": row["year"], "node": row["node"]}
        scores = index.scores
        here = scores[(scores["year"] == row["year"]) & (scores["node"] == row["node"]) & (scores["score"] != "")]
        own = index.panel[index.panel["year"] == int(row["year"])].drop_duplicates("unit").set_index("unit")
        weights = own["average_weight"].reindex(here["unit"]).to_numpy(dtype=np.float64)
        weighted = not np.isnan(weights).any()
        values = here["score"].map(number).to_numpy(dtype=np.float64)
        found = others_average(values, weights if weighted else None)
        places = [i for i, u in zip(here.index, here["unit"], strict=True) if u != row["unit"]]
        parts = [self.cell(f"{index.folder}/scores.csv", int(i), "score", deep=False) for i in places]
        if weighted:
            told = own["average_weight"].map(shown)
            parts = [replace(p, weight=told[scores.loc[i, "unit"]]) for p, i in zip(parts, places, strict=True)]
        step = Step(
            "value",
            row_id(f"{index.folder}/comparison.csv", key, "average"),
            row["average"],
            {"column": "average", "view": index.view, **key},
            formula="sum w s / sum w" if weighted else "sum s / n",
            kind=row["kind"],
            more=max(len(parts) - ROWS, 0),
            parts=tuple(parts[:ROWS]),
        )
        return checked(step, float(found[list(here["unit"]).index(row["unit"])]))

    def _against(self, index: Index, row: Mapping[str, str], formula: str) -> Step:
        """A score less the average of the others, or divided by it."""
        key = {"unit": row["unit"], "year": row["year"], "node": row["node"]}
        column = "difference" if "-" in formula else "ratio"
        parts = (index.score(*key.values()), self._average(index, row))
        score, average = (number(p.value) for p in parts)
        step = Step(
            "value",
            row_id(f"{index.folder}/comparison.csv", key, column),
            row[column],
            {"column": column, "view": index.view, **key},
            formula=formula,
            kind=row["kind"],
            parts=parts,
        )
        if column == "difference":
            return checked(step, score - average)
        return checked(step, score / average if average > 0 else math.nan)

    def _weight(self, index: Index, row: Mapping[str, str]) -> Step:
        """The weight of a measure in the whole: the product of the shares on its way."""
        rows = index.model_rows.set_index("place")
        place = index.model_rows.loc[index.model_rows["id"] == row["measure"], "place"].iloc[0]
        shares = []
        while place != -1:
            at = rows.loc[place]
            if at["parent"] != -1:
                told = {"view": index.view, "node" if at["type"] == "node" else "measure": str(at["id"])}
                frame = self.tables(f"{index.folder}/model.csv")
                where = row_id(f"{index.folder}/model.csv", {"id": str(at["id"])}, "share")
                shares.append(Step("setting", where, str(frame.loc[frame["id"] == at["id"], "share"].iloc[0]), told))
            place = at["parent"]
        step = Step(
            "value",
            row_id(f"{index.folder}/weights.csv", {"measure": row["measure"]}, "global_weight"),
            row["global_weight"],
            {"column": "global_weight", "view": index.view, "measure": row["measure"]},
            formula=" * ".join(f"share({s.of.get('measure', s.of.get('node'))})" for s in reversed(shares)),
            kind=row["kind"],
            parts=tuple(reversed(shares)),
        )
        return checked(step, math.prod(number(s.value) for s in shares))

    def _copied(self, path: str, row: Mapping[str, str], step: Step) -> Step | None:
        """The step of a cell that repeats one of a table which this one is made from."""
        made = made_by(self.steps, path)
        view = row.get("view") or next((v for v in self.tables.views if path.endswith(f"_{v}.csv")), "")
        if made is None or not row.get("unit") or math.isnan(_maybe(step.value)):
            return None
        column = step.of["column"]
        for other in sorted(made.inputs, key=lambda p: (not p.startswith("index/"), "scores" not in p, p)):
            if view and other.startswith("index/") and not other.startswith(f"index/{view}/"):
                continue
            frame = self.tables(other) if other.endswith(".csv") else pd.DataFrame()
            key = {k: row[k] for k in ("unit", "year", "node", "measure", "variable") if k in frame and row.get(k)}
            index = self.index(view) if view and other.startswith("index/") else None
            wanted = column
            if "node" in frame and "node" not in key and index is not None:
                key["node"] = column if column in index.nodes else index.root
                wanted = "score" if column in index.nodes else column
            if wanted not in frame or "unit" not in key:
                continue
            found = [i for i in _chosen(frame, key) if frame[wanted].iloc[i] == step.value]
            if len(found) == 1:
                below = self.cell(other, found[0], wanted)
                return checked(replace(step, formula="=", parts=(below,)), number(below.value))
        return None

    def made(self, path: str, source: str) -> tuple[Step, ...]:
        """What a table is made from: its step, and the raw files of some sources, or all that stand behind it."""
        chain = list(behind(self.steps, path))
        if not chain:
            return ()
        known = {file for file, _ in self.tables.sources.values()}
        asked = (part.strip() for part in source.split(";"))
        files = {self.tables.sources[s][0] for s in asked if s in self.tables.sources}
        files = files or {file for made in chain for file in made.sources if file in known}
        cells = [self.tables.cell_of(file, "") for file in sorted(files)]
        return (_files(chain[0]), *(Step("files", of={"file": c.path or c.file}, cell=c) for c in cells))


def _files(made: Made) -> Step:
    of = {"rule": made.rule, "script": made.script, "step": made.step}
    inputs = tuple(Step("files", of={"file": file}) for file in made.inputs[:ROWS])
    return Step("files", of=of, more=max(len(made.inputs) - ROWS, 0), parts=inputs)


def _chosen(frame: pd.DataFrame, key: Mapping[str, Any]) -> list[int]:
    """Numbers of the rows of a table of texts with a key; ``line`` is the line in the file."""
    here = np.ones(len(frame), dtype=bool)
    for name, value in key.items():
        if name == "line" and "line" not in frame:
            here &= np.arange(2, len(frame) + 2) == int(value) if value.isdigit() else False
        else:
            here &= (frame[name] == value).to_numpy()
    return [int(i) for i in np.flatnonzero(here)]


def _maybe(text: str) -> float:
    try:
        return number(text)
    except ValueError:
        return math.nan
