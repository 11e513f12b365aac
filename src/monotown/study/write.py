"""Write a study as sheets: what `monotown.study.read.read_study` reads as the same study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from monotown.base.labels import FALLBACK
from monotown.study.claims import written as claims_written
from monotown.study.figures import written as figures_written
from monotown.study.judgments import COLUMNS as JUDGMENTS
from monotown.study.judgments import SHEET
from monotown.study.judgments import written as judgments_written
from monotown.study.read import NOWHERE, Study
from monotown.study.sheets import FACTS, LEAF, NODE, OPEN, OWN, SHEETS, Column, get

Cells = dict[str, str]

#: Columns that a sheet has though no row fills them: what a reader of it is sure to look for.
SHOWN: Final = {"indicators": ("index", "parent", "weight")}


def tables(study: Study) -> dict[str, pd.DataFrame]:
    """The sheets of a study.

    Parameters
    ----------
    study
        From `monotown.study.read.read_study`.

    Returns
    -------
    dict
        Name of each sheet that has rows to its rows, all texts, in the order of
        `monotown.study.sheets.SHEETS`; columns that no row fills are left out, but for `SHOWN`.
    """
    languages = [str(k) for k in study.about.get("languages", [FALLBACK])]
    sets = [{"set": name, "unit": code} for name, codes in study.sets.items() for code in codes]
    made = {
        "units": _entries(study, "units", study.units, languages, "code"),
        "unit_sets": sets,
        "crosswalk": list(_crosswalk(study)),
        "variables": _entries(study, "variables", _kinds(study.variables), languages),
        "indices": _entries(study, "indices", _roots(study.views), languages),
        "indicators": _Rows(study, languages).made(),
        "goalpost_sets": list(_goalpost_sets(study, languages)),
        "readings": list(_readings(study, languages)),
        "comparisons": _entries(study, "comparisons", study.comparisons, languages),
        "jumps": [_cells(entry, SHEETS["jumps"], languages) for entry in study.jumps.values()],
    }
    found = {name: _frame(name, rows, languages) for name, rows in made.items() if rows}
    if study.judgments:
        found["weights"] = pd.DataFrame(judgments_written(study.judgments), columns=list(JUDGMENTS), dtype=str)
    found |= claims_written(study)
    data = figures_written(study.figures, str(study.about.get("kind", "official")), str(study.about.get("source", "")))
    return found if data is None else found | {"data": data}


def _frame(sheet: str, rows: Sequence[Cells], languages: Sequence[str]) -> pd.DataFrame:
    filled = {name for row in rows for name, cell in row.items() if cell} | set(SHOWN.get(sheet, ()))
    own = [h for column in SHEETS[sheet] for h, _ in column.headings(languages)]
    other = dict.fromkeys(h for row in rows for h in row if h not in own) if sheet in OPEN else {}
    names = [h for h in (*own, *other) if h in filled]
    return pd.DataFrame([[row.get(name, "") for name in names] for row in rows], columns=names, dtype=str)


def _cells(entry: Mapping[str, Any], columns: Iterable[Column], languages: Sequence[str]) -> Cells:
    found: Cells = {}
    for column in columns:
        for heading, path in column.headings(languages):
            value = get(entry, path)
            if value is not None:
                found[heading] = column.form.write(value)
    return found


def _entries(
    study: Study, sheet: str, entries: Mapping[str, Any], languages: Sequence[str], key: str = "id"
) -> list[Cells]:
    columns = [c for c in SHEETS[sheet] if c.name != key]
    rows = [
        {
            key: name,
            **_cells({**entry, "comment": study.comments.get((sheet, name))}, columns, languages),
            **{h: str(v) for h, v in entry.get(OPEN.get(sheet, ""), {}).items()},
        }
        for name, entry in entries.items()
    ]
    return _alike(sheet, rows) if key == "id" else rows


def _alike(sheet: str, rows: list[Cells]) -> list[Cells]:
    """Rows that name another row where they say the same in many words."""
    for column in SHEETS[sheet]:
        if column.alike:
            first: dict[str, str] = {}
            for row in rows:
                said = row.get(column.name, "")
                if said and first.setdefault(said, row["id"]) != row["id"]:
                    row[column.name] = f"as {first[said]}"
    return rows


def _crosswalk(study: Study) -> Iterator[Cells]:
    for code, unit in study.units.items():
        for member in unit.get("members", ()):
            yield {"unit": code, "member": member, "before": unit["before"], "split": str(unit["split"])}


def _kinds(variables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: {**entry, **({"kind": "count"} if entry.get("count") else {})} for name, entry in variables.items()}


def _roots(views: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        name: {**_weighed(view), **({"root": view["tree"]["id"]} if _has_root(name, view) else view["tree"])}
        for name, view in views.items()
    }


def _weighed(view: Mapping[str, Any]) -> dict[str, Any]:
    """A view without the weights that the sheet of judgments says."""
    weights = view.get("weights")
    said = isinstance(weights, Mapping) and weights.get("judgments") == SHEET
    return {k: v for k, v in view.items() if k != "weights"} if said else dict(view)


def _has_root(name: str, view: Mapping[str, Any]) -> bool:
    return bool(view["tree"]["id"] != name)


def _goalpost_sets(study: Study, languages: Sequence[str]) -> Iterator[Cells]:
    columns = [c for c in SHEETS["goalpost_sets"] if c.path not in (("indicator",), ("set",))]
    for measure, entry in study.measures.items():
        for name, found in entry.get("goalpost_sets", {}).items():
            yield {"indicator": measure, "set": name, **_cells(found, columns, languages)}


def _readings(study: Study, languages: Sequence[str]) -> Iterator[Cells]:
    named = [c for c in SHEETS["readings"] if c.path in (("label",), ("units",))]
    for index, view in study.views.items():
        for name, reading in view.get("readings", {}).items():
            for node, children in reading["children"].items():
                said = _cells(reading, named, languages)
                yield {"index": index, "id": name, **said, "node": node, "children": "; ".join(children)}


class _Rows:
    """Rows of the indicators: each once for the indices that place it alike, in the order of every tree."""

    def __init__(self, study: Study, languages: Sequence[str]) -> None:
        self.study, self.languages = study, languages
        self.rows: list[Cells] = []
        self.said: set[str] = set()
        self.placed: set[tuple[str, str]] = set()
        # what stands before a row of an index: its parent and its elder siblings; and what the row says there
        self.before: dict[tuple[str, str], list[str]] = {}
        self.place: dict[tuple[str, str], tuple[str, Cells]] = {}
        for index, view in study.views.items():
            self._walk(index, view["tree"], "" if _has_root(index, view) else None, [])

    def _walk(self, index: str, node: Mapping[str, Any], parent: str | None, before: list[str]) -> None:
        name = str(node.get("id", node.get("measure")))
        if parent is not None:
            facts = [c for c in FACTS if c.path[0] in (("label",) if "id" in node else OWN)]
            said = _cells(node, [*facts, *(NODE if "id" in node else LEAF)], self.languages)
            self.place[index, name] = parent, said
            self.before[index, name] = before
        elder = [name] if parent is not None else []
        for child in node.get("children", ()):
            self._walk(index, child, name if parent is not None else "", list(elder))
            elder.append(str(child.get("id", child.get("measure"))))

    def made(self) -> list[Cells]:
        """All rows, each indicator as near as it can be to its place among them."""
        for name in self.study.measures:
            for index in self.study.views:
                self._emit(index, name, set())
            if name not in self.said:
                self.rows.append(self._facts(name) | ({"index": NOWHERE} if self._implicit() else {}))
        for index, name in self.place:
            self._emit(index, name, set())
        return _alike("indicators", self.rows)

    def _implicit(self) -> bool:
        return any(not _has_root(index, view) for index, view in self.study.views.items())

    def _emit(self, index: str, name: str, busy: set[tuple[str, str]]) -> bool:
        """Write a row after all that stand before it; False where it waits for itself in another tree."""
        if (index, name) in self.placed or (index, name) not in self.place:
            return True
        if (index, name) in busy:
            return False
        busy = busy | {(index, name)}
        parent, said = self.place[index, name]
        same = [i for i in self.study.views if i != index and self.place.get((i, name)) == (parent, said)]
        for elder in self.before[index, name]:
            self._emit(index, elder, busy)
        joined = [i for i in same if (i, name) not in self.placed]
        joined = [i for i in joined if all(self._emit(i, elder, busy) for elder in self.before[i, name])]
        at = [i for i in self.study.views if i == index or (i in joined and (i, name) not in self.placed)]
        if (index, name) in self.placed:
            return True
        facts: Cells = {}
        if name in self.study.measures and name not in self.said:
            facts = self._facts(name)
            own = {h for c in FACTS if c.path[0] in OWN for h, _ in c.headings(self.languages)}
            if own & said.keys():
                self.rows.append(facts | {"index": NOWHERE})
                facts = {}
            else:
                facts.pop("index", None)
        comment = "" if name in self.said else self.study.comments.get(("indicators", name), "")
        self.said.add(name)
        row = {"index": "; ".join(at), "id": name, "parent": parent, "comment": comment}
        self.rows.append({**row, **facts, **said})
        self.placed |= {(i, name) for i in at}
        return True

    def _facts(self, name: str) -> Cells:
        self.said.add(name)
        beside = [i for i, view in self.study.views.items() if name in view.get("beside", ())]
        entry = {**self.study.measures[name], "comment": self.study.comments.get(("indicators", name))}
        return {"id": name, "beside": "; ".join(beside), **_cells(entry, FACTS, self.languages)}
