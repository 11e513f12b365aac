"""``monotown compare``: what changed between two runs in figures, scores and ranks, and which input did it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from monotown.base.labels import Labels
from monotown.commands.run import MARK
from monotown.commands.say import StopError, listed
from monotown.workflow import read_text_table, read_yaml

#: Tables of figures, the first that both runs have is compared.
_FIGURES: Final = ("clean/own_observations.csv", "clean/observations.csv")
_FIGURE: Final = ["unit", "year", "variable", "kind", "source"]
_SCORE: Final = ["view", "unit", "year", "node"]
_MEASURE: Final = ["view", "unit", "year", "measure"]

#: How the locator of a computed figure begins.
_COMPUTED: Final = "computed: "

_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Changes:
    """What differs between two runs.

    Attributes
    ----------
    inputs
        Files of the input, by name: ``changed``, ``added`` or ``removed``.
    settings
        Dotted key to its two values.
    figures
        `_FIGURE`, ``before``, ``after``, ``place``; a figure that one run alone has is empty in the other.
    weights
        ``view``, ``measure``, ``before``, ``after``.
    scores
        `_SCORE`, ``before``, ``after``, ``rank_before``, ``rank_after``, ``cause``, ``by``: what changed the score
        (``figures``, ``weights``, ``figures_and_weights``, ``settings``, ``study``, ``others``) and the rows of
        `figures` behind it.
    """

    inputs: Mapping[str, str]
    settings: Mapping[str, tuple[Any, Any]]
    figures: pd.DataFrame
    weights: pd.DataFrame
    scores: pd.DataFrame

    @property
    def none(self) -> bool:
        """Whether the runs are alike."""
        return not self.inputs and not self.settings and self.figures.empty and self.scores.empty


def changes(before: Path, after: Path) -> Changes:
    """What differs between two folders of results.

    Parameters
    ----------
    before, after
        Folders of results of one study.
    """
    marks = [_mark(folder) for folder in (before, after)]
    figures = _figures(before, after)
    values = _changed(before, after, "normalised", _MEASURE, ["value", "normalised"])
    weights = _changed(before, after, "weights", ["view", "measure"], ["global_weight"])
    weights = weights.rename(columns={"global_weight_before": "before", "global_weight_after": "after"})
    scores = _changed(before, after, "scores", _SCORE, ["score", "rank"])
    scores = scores.rename(columns={"score_before": "before", "score_after": "after"})
    settings = dict(_settings(marks[0].get("config", {}), marks[1].get("config", {})))
    inputs = _inputs(*marks)
    formulas = _formulas(after, figures, _measures(before, after))
    # a file that is another, though no figure of it is: the sheets that say how figures are joined
    rest = "settings" if settings else "study" if inputs and figures.empty else "others"
    causes = [_cause(row, values, figures, weights, formulas, rest) for row in scores.to_dict("records")]
    scores = scores.assign(cause=[c for c, _ in causes], by=pd.Series([b for _, b in causes], dtype=object))
    return Changes(inputs, settings, figures, weights, scores)


def _mark(folder: Path) -> dict[str, Any]:
    """What a folder says of its run; nothing where it was made without these commands."""
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _inputs(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    named = [{Path(e["file"]).name: e["sha256"] for e in mark.get("inputs", ())} for mark in (before, after)]
    both = dict.fromkeys([*named[0], *named[1]])
    state = {name: (named[0].get(name), named[1].get(name)) for name in both}
    kinds = {(True, False): "removed", (False, True): "added", (True, True): "changed"}
    return {name: kinds[a is not None, b is not None] for name, (a, b) in state.items() if a != b}


def _flat(tree: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(tree, Mapping) and tree:
        for key, value in tree.items():
            yield from _flat(value, f"{above}.{key}" if above else str(key))
    else:
        yield above, tree


def _settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    first, second = dict(_flat(before)), dict(_flat(after))
    for key in dict.fromkeys([*first, *second]):
        # names of files are the inputs, and the languages of messages change no number
        said = not key or key in ("input.files", "input.language") or key.startswith("input.source.")
        if not said and first.get(key) != second.get(key):
            yield key, (first.get(key), second.get(key))


def _figures(before: Path, after: Path) -> pd.DataFrame:
    name = next((n for n in _FIGURES if (before / n).is_file() and (after / n).is_file()), None)
    if name is None:
        return pd.DataFrame(columns=[*_FIGURE, "before", "after", "place"])
    tables = [read_text_table(folder / name) for folder in (before, after)]
    tables = [t.assign(value=t["value"].where(t["value"] != "", t["flag"])) for t in tables]
    found = _joined(tables, _FIGURE, ["value", "locator"])
    found = found[found["value_before"] != found["value_after"]]
    place = found["locator_after"].where(found["locator_after"] != "", found["locator_before"])
    made = found[_FIGURE].assign(before=found["value_before"], after=found["value_after"], place=place)
    return made.reset_index(drop=True)


def _joined(tables: Sequence[pd.DataFrame], key: list[str], columns: list[str]) -> pd.DataFrame:
    """Rows of two tables of texts side by side; what one alone has is "" in the other."""
    parts = [table.drop_duplicates(key)[[*key, *columns]] for table in tables]
    return parts[0].merge(parts[1], how="outer", on=key, suffixes=("_before", "_after")).fillna("")


def _changed(before: Path, after: Path, table: str, key: list[str], columns: list[str]) -> pd.DataFrame:
    """Rows of a table of every index that differ in one of its columns, numbers as they are written."""
    tables = []
    for folder in (before, after):
        found = [read_text_table(path) for path in sorted(folder.glob(f"index/*/{table}.csv"))]
        tables.append(pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[*key, *columns]))
    joined = _joined(tables, key, columns)
    differs = pd.Series(False, index=joined.index)
    for column in columns:
        differs |= joined[f"{column}_before"] != joined[f"{column}_after"]
    return joined[differs].reset_index(drop=True)


def _formulas(folder: Path, figures: pd.DataFrame, measures: set[str]) -> Mapping[str, set[str]]:
    """Names that the formula of each measure has.

    Where the run keeps no formulas, as that of a study alone, a measure has its own figures, and those that are of no
    measure may stand behind each.
    """
    path = folder / "config" / "measures.yaml"
    if path.is_file():
        return {name: {name, *_NAME.findall(str(entry["formula"]))} for name, entry in read_yaml(path).items()}
    raw = set(figures["variable"]) - measures
    return {name: {name, *raw} for name in measures}


def _measures(*folders: Path) -> set[str]:
    """Measures of the indices of some runs."""
    found = [read_text_table(path) for folder in folders for path in folder.glob("index/*/weights.csv")]
    return {str(name) for table in found for name in table["measure"]}


def _cause(
    score: Mapping[Any, Any],
    values: pd.DataFrame,
    figures: pd.DataFrame,
    weights: pd.DataFrame,
    formulas: Mapping[str, set[str]],
    rest: str,
) -> tuple[str, list[int]]:
    """What changed a score, and the rows of the changed figures behind it."""
    if score["before"] == score["after"]:
        return "others", []  # the rank alone: others went past it
    same = (values["view"] == score["view"]) & (values["unit"] == score["unit"]) & (values["year"] == score["year"])
    moved = list(values.loc[same, "measure"])
    mine = figures[figures["unit"] == score["unit"]]
    wanted = set().union(*(formulas.get(m, {m}) for m in moved))
    # a figure that the reading computed stands for the figures that it was computed from
    for row in mine[mine["variable"].isin(wanted)].to_dict("records"):
        if str(row["place"]).startswith(_COMPUTED):
            wanted |= set(_NAME.findall(str(row["place"]).removeprefix(_COMPUTED)))
    behind = mine[mine["variable"].isin(wanted) & ~mine["place"].str.startswith(_COMPUTED)] if moved else mine[:0]
    now = behind[behind["year"] == score["year"]]
    rows = [int(i) for i in (behind if now.empty else now).index]
    weighed = not weights[weights["view"] == score["view"]].empty
    if rows:
        return ("figures_and_weights" if weighed else "figures"), rows
    return ("weights" if weighed else rest), []


def say_changes(found: Changes, words: Labels) -> str:
    """What differs, in words: inputs, settings, figures, weights, scores with what changed each."""
    if found.none:
        return words("commands.same")
    lines: list[str] = []

    def section(key: str, rows: Sequence[str]) -> None:
        if rows:
            lines.append(words(f"commands.changed.{key}", n=len(rows)))
            lines.extend(listed(rows, words))

    nothing = words("commands.nothing")
    section("inputs", [f"{name}: {words(f'commands.input.{kind}')}" for name, kind in found.inputs.items()])
    section(
        "settings",
        [
            f"{k}: {a if a is not None else nothing} → {b if b is not None else nothing}"
            for k, (a, b) in found.settings.items()
        ],
    )
    figures = [
        f"{f['unit']}, {f['year']}, {f['variable']}: {f['before'] or nothing} → {f['after'] or nothing} ({f['place']})"
        for f in found.figures.to_dict("records")
    ]
    section("figures", figures)
    weights = [
        f"{w['view']}, {w['measure']}: {w['before'] or nothing} → {w['after'] or nothing}"
        for w in found.weights.to_dict("records")
    ]
    section("weights", weights)
    scores = []
    for s in found.scores.to_dict("records"):
        rank = (
            ""
            if s["rank_before"] == s["rank_after"]
            else "; "
            + words("commands.rank", before=_rank(s["rank_before"], nothing), after=_rank(s["rank_after"], nothing))
        )
        by = [f"{found.figures.loc[i, 'variable']} {found.figures.loc[i, 'year']}" for i in s["by"]]
        because = words(f"commands.cause.{s['cause']}", what=", ".join(by))
        scores.append(
            f"{s['view']}, {s['unit']}, {s['year']}, {s['node']}: "
            f"{s['before'] or nothing} → {s['after'] or nothing}{rank}; {because}"
        )
    section("scores", scores)
    return "\n".join(lines)


def _rank(text: str, nothing: str) -> str:
    return text.removesuffix(".0") or nothing


def compare(before: Path, after: Path, words: Labels) -> int:
    """Say on standard output what differs between two runs."""
    for folder in (before, after):
        if not any(folder.glob("index/*/scores.csv")):
            raise StopError(words("commands.no_results", folder=folder))
    print(say_changes(changes(before, after), words))
    return 0
