"""A study from frames in memory: its sheets as texts, its figures as observations."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.expressions import formula_problems, parse
from monotown.base.labels import FALLBACK, texts_of
from monotown.base.parsing import Flag, parse_cell
from monotown.base.problems import Problems, nearest
from monotown.base.tables import OBSERVATIONS, write_order
from monotown.study.read import Study, read_study
from monotown.study.sheets import SHEETS

#: Year of figures that have none: before every year of a figure that has one.
NO_YEAR: Final = 1900

#: Level of units that a study tells no level of, and the set of all that are ranked.
_LEVEL: Final = "unit"
_ALL: Final = "all"

#: Id of the one index of a study that names none.
_INDEX: Final = "index"

#: Headings of the units of a frame of figures, and of its indicators where it is long.
_UNITS: Final = ("unit", "code", "name")
_LONG: Final = ("indicator", "variable", "id")

#: Headings that say something of the figures of a row.
_BESIDE: Final = ("kind", "source")


def texts(frame: pd.DataFrame, first: str) -> pd.DataFrame:
    """The cells of a frame as a sheet has them: texts, empty where nothing is.

    Parameters
    ----------
    frame
        Labels of its rows that somebody gave are a column: under their name, or else under `first`.
    first
        Such as ``id``.

    Examples
    --------
    >>> frame = pd.DataFrame({"low": [0, None], "missing": [None, "median"]}, index=["pay", "air"])
    >>> texts(frame, "id").values.tolist()
    [['pay', '0', ''], ['air', '', 'median']]
    """
    whole = _with_labels(frame, first)
    return pd.DataFrame({str(c): [_text(v) for v in whole[c].tolist()] for c in whole.columns}, dtype=str)


def _with_labels(frame: pd.DataFrame, first: str) -> pd.DataFrame:
    """A frame with the labels of its rows as columns, where they are no count of pandas."""
    problems = Problems()
    for name in dict.fromkeys(frame.columns):
        if list(frame.columns).count(name) > 1:
            problems.add("frame", f"column {name}", "several", "each heading once")
    problems.stop()
    if isinstance(frame.index, pd.RangeIndex) or (frame.index.names == [None] and first in frame.columns):
        return frame.reset_index(drop=True)
    return frame.rename_axis(first).reset_index() if frame.index.names == [None] else frame.reset_index()


def _text(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(map(str, value))
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)  # pandas makes floats of whole numbers where a cell is empty
    return "" if pd.isna(value) else str(value)


def study_of(sheets: Mapping[str, pd.DataFrame], about: Mapping[str, Any], observations: pd.DataFrame) -> Study:
    """A study from its sheets, with what may be left unsaid filled in.

    Parameters
    ----------
    sheets
        As `monotown.study.read.read_study` takes them, as texts. Without ``indices`` there is one:
        the row of the indicators that all others stand under, or else one named ``index``. Without
        ``units`` those of the figures.
    about
        Settings of the study.
    observations
        Its figures, for the years and units that there are.

    Raises
    ------
    InputError
        As `read_study`.
    """
    made = dict(sheets)
    made["units"] = _units(made.get("units"), observations)
    reference = made["units"].get("reference", pd.Series("", index=made["units"].index))
    ranked = made["units"].loc[~reference.isin(["yes", "true", "1"]), "code"]
    if "unit_sets" not in made:
        made["unit_sets"] = pd.DataFrame({"set": _ALL, "unit": ranked.tolist()}, dtype=str)
    made["indices"] = _indices(made.get("indices"), made.get("indicators"), observations, about)
    return completed(read_study(made, about))


def _units(frame: pd.DataFrame | None, observations: pd.DataFrame) -> pd.DataFrame:
    """The sheet of units with codes and levels; columns of groups, which may have any name, aside."""
    if frame is None:
        frame = pd.DataFrame({"code": sorted(observations["unit"].unique())}, dtype=str)
    known = [c.name for c in SHEETS["units"]]
    problems = Problems()
    for name in frame.columns:
        base = name.rpartition("_")[0] if name.startswith("name_") else name
        if base not in known and difflib.get_close_matches(name, known, n=1, cutoff=0.8):
            problems.add("units", f"column {name}", name, nearest(name, known))
    if not {"code", "name"} & set(frame.columns):
        problems.add("units", "column code", "nothing", "a column code or name")
    problems.stop()
    kept = frame[[c for c in frame.columns if c in known or c.startswith("name_")]]
    if "code" not in kept:
        kept = kept.assign(code=kept["name"])
    if "level" not in kept:
        kept = kept.assign(level=_LEVEL)
    return kept


def _indices(
    frame: pd.DataFrame | None, indicators: pd.DataFrame | None, observations: pd.DataFrame, about: Mapping[str, Any]
) -> pd.DataFrame:
    years = "; ".join(map(str, sorted(observations["year"].unique())))
    if frame is None:
        root = _root(indicators)
        frame = pd.DataFrame([{"id": root or _INDEX, "root": root}], dtype=str)
    kind = str(about.get("kind") or next(iter(sorted(observations["kind"].unique())), "official"))
    for name, value in (("units", _ALL), ("years", years), ("kind", kind)):
        given = frame[name] if name in frame else pd.Series("", index=frame.index)
        frame = frame.assign(**{name: given.where(given != "", value)})
    return frame


def _root(indicators: pd.DataFrame | None) -> str:
    """The row that all others stand under; "" where there is none."""
    if indicators is None or not {"id", "parent"} <= set(indicators.columns):
        return ""
    tops = indicators.loc[indicators["parent"] == "", "id"].unique()
    return str(tops[0]) if len(tops) == 1 and (indicators["parent"] == tops[0]).any() else ""


def completed(study: Study) -> Study:
    """A study whose indicators say all that a run needs of them.

    An indicator without a formula is the variable of its name; one without ends of its scale, in an
    index without a normalisation of its own, takes them from the sample.
    """
    measures = {
        name: {
            "indicator": name,
            "formula": name,
            "unit_of_measure": "value",
            "reading": "exact",
            "direction": 1,
            **entry,
        }
        for name, entry in study.measures.items()
    }
    views = {
        name: view if "normalisation" in view else {**view, "tree": _scaled(view["tree"], measures)}
        for name, view in study.views.items()
    }
    return replace(study, measures=measures, views=views)


def _scaled(node: Mapping[str, Any], measures: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    if "measure" in node:
        own = {**measures.get(node["measure"], {}), **node}
        sample = {} if "goalposts" in own or "normalisation" in own else {"normalisation": "minmax_sample"}
        return {**node, **sample}
    return {**node, "children": [_scaled(child, measures) for child in node.get("children", ())]}


def items(node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each node and indicator of a tree by its id, parents first."""
    yield str(node.get("id", node.get("measure"))), node
    for child in node.get("children", ()):
        yield from items(child)


def study_problems(study: Study, variables: Sequence[str], file: str = "indicators") -> Problems:
    """Formulas that name no variable of the study's, nearest name beside."""
    problems = Problems()
    used = {name for view in study.views.values() for name, _ in items(view["tree"])}
    used |= {str(m) for view in study.views.values() for m in view.get("beside", ())}
    for name, entry in study.measures.items():
        if name in used:
            problems.extend(formula_problems(str(entry["formula"]), variables, file, f"{name}, formula"))
    return problems


def admissible(sheets: Mapping[str, pd.DataFrame]) -> list[str]:
    """What there may be figures of: indicators without a formula, variables of the sheet and of formulas."""
    found: list[str] = []
    rows = sheets.get("indicators", pd.DataFrame())
    if "id" in rows:
        nodes = set(rows["parent"]) if "parent" in rows else set()
        formulas = rows["formula"] if "formula" in rows else [""] * len(rows)
        for name, formula in zip(rows["id"], formulas, strict=True):
            if formula:
                found += _variables(formula)
            elif name not in nodes:
                found.append(name)
    if "id" in sheets.get("variables", ()):
        found += sheets["variables"]["id"].tolist()
    return list(dict.fromkeys(name for name in found if name))


def _variables(formula: str) -> list[str]:
    try:
        return list(parse(formula).variables)
    except ValueError:
        return []  # told where the formula is read


def figures(
    data: pd.DataFrame, units: pd.DataFrame | None, admissible: Sequence[str], kind: str = "official"
) -> pd.DataFrame:
    """The figures of a frame as `monotown.base.tables.OBSERVATIONS`.

    Parameters
    ----------
    data
        A column of units (``unit``, ``code`` or ``name``) and, where there are several years,
        ``year``. Wide: a column a variable. Long: ``indicator`` (or ``variable``) and ``value``.
        ``kind`` and ``source`` of each row, if told.
    units
        The sheet of units as texts; None: units are those of the figures.
    admissible
        Indicators and variables that there may be figures of.
    kind
        Kind of the figures, where they have no column of it.

    Raises
    ------
    InputError
        Units and variables that are unknown, with the nearest; cells that are no number; years
        that are none; a figure given twice.

    Examples
    --------
    >>> frame = pd.DataFrame({"unit": ["A", "B"], "year": 2022, "pay": [1.5, None]})
    >>> figures(frame, None, ["pay"])[["unit", "variable", "value", "flag"]].values.tolist()
    [['A', 'pay', 1.5, ''], ['B', 'pay', nan, 'empty']]
    """
    whole = _with_labels(data, "unit")
    problems = Problems()
    column = next((c for c in _UNITS if c in whole), None)
    if column is None:
        known = [str(c) for c in whole.columns]
        problems.add("data", "columns", ", ".join(known), f"a column of units: {', '.join(_UNITS)}")
        problems.stop()
    assert column is not None
    codes = _codes(whole[column], units, problems)
    long = next((c for c in _LONG if c in whole), None) if "value" in whole and "value" not in admissible else None
    aside = {*_UNITS, "year", *_BESIDE} - set(admissible)
    names = [c for c in whole.columns if c not in aside] if long is None else [long, "value"]
    if long is not None:
        for name in (c for c in whole.columns if c not in {*aside, long, "value"}):
            problems.add("data", f"column {name}", name, nearest(str(name), ["unit", "year", long, "value", *_BESIDE]))
    found = whole[long] if long is not None else pd.Series(names)
    for name in dict.fromkeys(found.tolist()):
        problems.one_of("data", f"{long or 'column'} {name}", name, admissible)
    years = _years(whole, problems)
    problems.stop()
    beside = {
        "kind": whole["kind"].map(str) if "kind" in whole and "kind" not in admissible else kind,
        "source": whole["source"].map(str) if "source" in whole and "source" not in admissible else "data",
    }
    base = pd.DataFrame({"unit": codes, "year": years, **beside}, index=whole.index)
    pairs = [(whole[long].map(str), whole["value"])] if long is not None else [(str(c), whole[c]) for c in names]
    rows = pd.concat([base.assign(variable=v, cell=cells.astype(object)) for v, cells in pairs], ignore_index=True)
    return _observations(rows, problems)


def _codes(cells: pd.Series[Any], units: pd.DataFrame | None, problems: Problems) -> list[str]:
    """Code of the unit of each row, told by its code or by a name."""
    given = [_text(cell).strip() for cell in cells.tolist()]
    if units is None:
        known = {name: name for name in given if name}
    else:
        sheet = _units(units, pd.DataFrame())
        named = [c for c in sheet.columns if c == "name" or c.startswith("name_")]
        known = {name: code for c in named for name, code in zip(sheet[c], sheet["code"], strict=True) if name}
        known |= {code: code for code in sheet["code"]}
    for row, name in enumerate(given):
        if not name:
            problems.add("data", f"row {row}, unit", "nothing", "the code or the name of a unit")
    for name in dict.fromkeys(n for n in given if n and n not in known):
        problems.add("data", f"unit {name}", name, nearest(name, list(known)))
    return [known.get(name, name) for name in given]


def _years(whole: pd.DataFrame, problems: Problems) -> list[int]:
    if "year" not in whole:
        return [NO_YEAR] * len(whole)
    found = []
    for row, cell in enumerate(whole["year"].tolist()):
        text = _text(cell).removesuffix(".0")
        good = text.isdecimal() and NO_YEAR < int(text) <= 2100
        if not good:
            problems.add("data", f"row {row}, year", text or "nothing", f"a year from {NO_YEAR + 1} to 2100")
        found.append(int(text) if good else NO_YEAR)
    return found


def _observations(rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    values, flags = [], []
    for row in rows[["unit", "year", "variable", "cell"]].to_dict("records"):
        value, flag = _figure(row["cell"])
        if flag is None:
            where = f"unit {row['unit']}, year {row['year']}, {row['variable']}"
            problems.add("data", where, row["cell"], "a number, or a mark that there is none")
        values.append(value)
        flags.append(Flag.EMPTY.value if flag is None else flag.value)
    key = ["unit", "year", "variable", "source"]
    for row in rows.loc[rows.duplicated(key), key].drop_duplicates().to_dict("records"):
        where = f"unit {row['unit']}, year {row['year']}, {row['variable']}"
        problems.add("data", where, "several figures", "one of a source")
    problems.stop()
    made = rows.assign(value=values, flag=flags, unit_of_measure="value", locator="data")
    return write_order(made, OBSERVATIONS)


def _figure(cell: Any) -> tuple[float, Flag | None]:
    """Number of a cell, or why there is none; None where it cannot be read."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, str):
        try:
            read = parse_cell(cell.strip())
        except ValueError:
            return math.nan, None
        return (math.nan if read.value is None else float(read.value)), read.flag
    if isinstance(cell, bool) or not (cell is None or pd.isna(cell) or isinstance(cell, int | float)):
        return math.nan, None
    if cell is None or pd.isna(cell):
        return math.nan, Flag.EMPTY
    return (float(cell), Flag.VALUE) if math.isfinite(cell) else (math.nan, None)


def judgments_of(frame: pd.DataFrame, study: Study, kind: str = "assumed") -> tuple[dict[str, float], dict[str, Any]]:
    """Weights of nodes, or judgments of them in pairs, from a sheet of weights.

    Parameters
    ----------
    frame
        Texts. ``id`` and ``weight``: of nodes and indicators. ``node``, ``first``, ``second`` and
        ``value``: how many times the first matters as much, such as 3 or 1/3, for each pair under a
        node (analytic hierarchy process); ``expert``, if there are several.
    study
        For the tree: that of its first index.
    kind
        Kind of the judgments.

    Returns
    -------
    weights, judgments
        One of the two is empty. Judgments as `monotown.methods.weights.judgments.read_ahp` takes them.

    Raises
    ------
    InputError
        If columns are unknown or lack.
    """
    pairs = ("node", "first", "second", "value")
    expected = pairs if {*pairs} & set(frame.columns) else ("id", "weight")
    problems = Problems()
    for name in frame.columns:
        if name not in (*expected, "expert"):
            problems.add("weights", f"column {name}", name, nearest(name, [*expected, "expert"]))
    for name in expected:
        if name not in frame:
            problems.add("weights", f"column {name}", "nothing", f"columns {', '.join(expected)}")
    problems.stop()
    if expected != pairs:
        for name, cell in zip(frame["id"], frame["weight"], strict=True):
            value, flag = _figure(cell)
            if flag != Flag.VALUE or value < 0:
                problems.add("weights", f"{name}, weight", cell, "a number, 0 or more")
        problems.stop()
        return {str(n): float(w) for n, w in zip(frame["id"], frame["weight"], strict=True)}, {}
    tree = {
        name: [str(c.get("id", c.get("measure"))) for c in node["children"]]
        for name, node in items(next(iter(study.views.values()))["tree"])
        if "children" in node
    }
    experts: dict[str, dict[str, list[list[str]]]] = {}
    for row in frame.to_dict("records"):
        judged = experts.setdefault(str(row.get("expert") or "1"), {}).setdefault(str(row["node"]), [])
        judged.append([str(row["first"]), str(row["second"]), str(row["value"])])
    return {}, {"kind": kind, "tree": tree, "experts": experts}


def changed(study: Study, settings: Mapping[str, Any], indices: Sequence[str]) -> Study:
    """A study with other settings of some of its indices.

    Parameters
    ----------
    settings
        ``weights``: a scheme, a mapping with ``scheme``, or ids of nodes and indicators with their
        weights; None: those of the tree. ``aggregation``, ``missing`` and ``floor``: of the root,
        or a mapping by the ids of nodes. Else columns of the sheet ``indices``.
    indices
        Ids of these.

    Raises
    ------
    InputError
        Settings and ids that are unknown, with the nearest.
    """
    allowed = ("weights", "aggregation", "missing", "floor", *_VIEW_SETTINGS)
    problems = Problems()
    for key in settings:
        problems.one_of("study", "with_", key, allowed)
    problems.stop()
    ids = {name for index in indices for name, _ in items(study.views[index]["tree"])}
    views = dict(study.views)
    for index in indices:
        view = dict(views[index])
        for key in ("weights", "aggregation", "missing", "floor"):
            if key in settings:
                view = _set(view, key, settings[key], ids, problems)
        views[index] = {**view, **{k: settings[k] for k in settings if k in _VIEW_SETTINGS}}
    problems.stop()
    return replace(study, views=views)


#: Settings of an index that `changed` takes as they are.
_VIEW_SETTINGS: Final = (
    "normalisation",
    "scale",
    "units",
    "years",
    "average_weights",
    "minimum_coverage",
    "expected_blocks",
)


def _set(view: dict[str, Any], key: str, given: Any, ids: set[str], problems: Problems) -> dict[str, Any]:
    root = view["tree"].get("id")
    if key == "weights":
        scheme = isinstance(given, str) or (isinstance(given, Mapping) and "scheme" in given)
        view = {k: v for k, v in view.items() if k != "weights"} | ({"weights": given} if scheme else {})
        if scheme or given is None:
            return view
        by_id, name = dict(given.items()), "weight"
    else:
        nodes = isinstance(given, Mapping) and not (key == "aggregation" and "method" in given)
        by_id, name = (dict(given) if nodes else {root: given}), key
    for node in by_id:
        if node not in ids:
            problems.add("study", f"with_, {key}", node, nearest(str(node), sorted(ids)))
    return {**view, "tree": _put(view["tree"], name, by_id)}


def _put(node: Mapping[str, Any], key: str, by_id: Mapping[Hashable, Any]) -> dict[str, Any]:
    """A tree in which some nodes have another value of a key."""
    made = dict(node)
    name = made.get("id", made.get("measure"))
    if name in by_id:
        made[key] = by_id[name]
        if key == "aggregation" and made[key] != node.get("aggregation"):
            # a floor belongs to the mean that it was set for
            made.pop("floor", None)
    if "children" in made:
        made["children"] = [_put(child, key, by_id) for child in made["children"]]
    return made


def names_of(entries: Mapping[str, Mapping[str, Any]], language: str) -> dict[str, str]:
    """Name of each entry in a language, in the first that it has, or else its id.

    Examples
    --------
    >>> names_of({"A": {"en": "Abai", "level": "town"}, "B": {"level": "town"}, "pay": {"label": {"ru": "x"}}}, "ru")
    {'A': 'Abai', 'B': 'B', 'pay': 'x'}
    """
    found = {}
    for name, entry in entries.items():
        told = entry["label"] if isinstance(entry.get("label"), Mapping) else texts_of(entry)
        found[name] = told.get(language) or told.get(FALLBACK) or next(iter(told.values()), name)
    return found
