"""Sheets of experts' judgments, read with every fault named, to weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.arrays import Array
from monotown.base.problems import InputError, Problem, Problems, nearest
from monotown.base.tables import Kind
from monotown.methods.weights.ahp import AhpTree, ahp_tree
from monotown.methods.weights.experts import BestWorst, BudgetAllocation, best_worst, budget_allocation


@dataclass(frozen=True)
class BestWorstPanel:
    """Best-worst weights of a panel.

    Attributes
    ----------
    weights : ndarray, shape (indicators,)
        Mean of the experts' weights.
    experts : dict
        Expert to result.
    """

    weights: Array
    experts: Mapping[str, BestWorst]


def _keys(content: object, expected: Sequence[str], file: str, where: str, problems: Problems) -> dict[str, Any]:
    """A mapping with exactly the keys expected; others are noted."""
    if not isinstance(content, Mapping):
        problems.add(file, where or "top level", content, "a mapping of " + ", ".join(expected))
        return {}
    lead = f"{where}." if where else ""
    for key in content:
        if key not in expected:
            problems.add(file, f"{lead}{key}", key, nearest(str(key), expected))
    for key in expected:
        if key not in content:
            problems.add(file, f"{lead}{key}", "nothing", f"the key {key}")
    return dict(content)


def _check_kind(content: Mapping[str, Any], file: str, problems: Problems) -> None:
    kinds = [k.value for k in Kind]
    if "kind" in content and content["kind"] not in kinds:
        problems.add(file, "kind", content["kind"], nearest(str(content["kind"]), kinds))


def read_ratio(text: object) -> float | None:
    """A judgment written as 3, 0.5 or 1/3, from 1/9 to 9; nothing where it is none."""
    try:
        value = float(Fraction(str(text)))
    except (ValueError, ZeroDivisionError):
        return None
    return value if 1 / 9 - 1e-9 <= value <= 9 + 1e-9 else None


def _matrix(pairs: object, children: Sequence[str], file: str, where: str, problems: Problems) -> Array:
    n = len(children)
    matrix = np.full((n, n), np.nan)
    np.fill_diagonal(matrix, 1.0)
    refused: set[frozenset[str]] = set()
    for at, pair in enumerate(pairs if isinstance(pairs, list) else [pairs]):
        here = f"{where}[{at}]"
        if not (isinstance(pair, list) and len(pair) == 3):
            problems.add(file, here, pair, "[first, second, judgment]")
            continue
        unknown = [str(p) for p in pair[:2] if p not in children]
        for name in unknown:
            problems.add(file, here, name, nearest(name, list(children)))
        value = read_ratio(pair[2])
        if value is None:
            problems.add(file, here, pair[2], "a judgment from 1/9 to 9, such as 3 or 1/3")
        if unknown or value is None:
            refused.add(frozenset(pair[:2]))
            continue
        i, j = (list(children).index(p) for p in pair[:2])
        if i == j or np.isfinite(matrix[i, j]):
            problems.add(file, here, f"{pair[0]}, {pair[1]}", "every pair of two, once")
            continue
        matrix[i, j], matrix[j, i] = value, 1 / value
    for i in range(n):
        for j in range(i + 1, n):
            if np.isnan(matrix[i, j]) and {children[i], children[j]} not in refused:
                problems.add(file, where, "nothing", f"a judgment of {children[i]}, {children[j]}")
    return matrix


def read_ahp(content: object, file: str) -> AhpTree:
    """Weights from a sheet of pairwise judgments (``config/weights/ahp_example.yaml``).

    Parameters
    ----------
    content
        ``kind``, ``tree`` (node to children), ``experts`` (expert to node to a list of
        ``[first, second, how many times the first matters as much]``).
    file
        Its name, for messages.

    Returns
    -------
    AhpTree

    Raises
    ------
    InputError
        Every unknown or missing key, name, pair and judgment; or, once these are in order,
        every set of judgments that is not consistent (`InadmissibleError`).

    Examples
    --------
    >>> sheet = {"kind": "synthetic", "tree": {"index": ["B1", "B2"]},
    ...          "experts": {"E1": {"index": [["B1", "B2", "1/3"]]}}}
    >>> {k: round(v, 2) for k, v in read_ahp(sheet, "ahp.yaml").global_weights.items()}
    {'B1': 0.25, 'B2': 0.75}
    """
    problems = Problems()
    sheet = _keys(content, ("kind", "tree", "experts"), file, "", problems)
    _check_kind(sheet, file, problems)
    tree = sheet.get("tree") if isinstance(sheet.get("tree"), Mapping) else {}
    experts = sheet.get("experts") if isinstance(sheet.get("experts"), Mapping) else {}
    if not tree or not experts:
        problems.add(file, "tree, experts", "nothing", "a tree and at least one expert")
    problems.stop()
    assert isinstance(tree, Mapping)
    assert isinstance(experts, Mapping)
    judged: dict[str, dict[str, Array]] = {}
    for expert, nodes in experts.items():
        if not isinstance(nodes, Mapping):
            problems.add(file, f"experts.{expert}", nodes, "a mapping of nodes to judgments")
            continue
        for node, pairs in nodes.items():
            where = f"experts.{expert}.{node}"
            if node not in tree:
                problems.add(file, where, node, nearest(str(node), [str(t) for t in tree]))
                continue
            matrix = _matrix(pairs, tree[node], file, where, problems)
            judged.setdefault(str(expert), {})[str(node)] = matrix
    problems.stop()
    try:
        return ahp_tree(tree, judged)
    except InputError:
        raise
    except ValueError as error:
        raise InputError([Problem(file, "tree", str(tree), str(error))]) from error


def read_best_worst(content: object, file: str) -> BestWorstPanel:
    """Weights from a sheet of best-worst judgments (``config/weights/best_worst_example.yaml``).

    The panel's weights are the mean of the experts' (linear model).

    Parameters
    ----------
    content
        ``kind``, ``indicators`` and ``experts``: expert to ``best``, ``worst``,
        ``best_to_others`` and ``others_to_worst`` (indicator to a number from 1 to 9).
    file
        Its name, for messages.

    Returns
    -------
    BestWorstPanel

    Raises
    ------
    InputError
        Every fault of the sheet.

    Examples
    --------
    >>> sheet = {"kind": "synthetic", "indicators": ["a", "b"], "experts": {"E1": {
    ...     "best": "a", "worst": "b", "best_to_others": {"a": 1, "b": 3},
    ...     "others_to_worst": {"a": 3, "b": 1}}}}
    >>> read_best_worst(sheet, "bw.yaml").weights.round(2)
    array([0.75, 0.25])
    """
    problems = Problems()
    sheet = _keys(content, ("kind", "indicators", "experts"), file, "", problems)
    _check_kind(sheet, file, problems)
    names = [str(n) for n in sheet.get("indicators") or []]
    experts = sheet.get("experts")
    if len(names) < 2 or len(set(names)) < len(names):
        problems.add(file, "indicators", names, "at least 2 different indicators")
    if not isinstance(experts, Mapping) or not experts:
        problems.add(file, "experts", experts, "at least one expert")
    problems.stop()
    assert isinstance(experts, Mapping)
    found: dict[str, BestWorst] = {}
    for expert, given in experts.items():
        where = f"experts.{expert}"
        before = len(problems)
        one = _keys(given, ("best", "worst", "best_to_others", "others_to_worst"), file, where, problems)
        rows = []
        for key in ("best_to_others", "others_to_worst"):
            if key not in one:
                continue
            row = _keys(one[key], names, file, f"{where}.{key}", problems)
            for name, value in row.items():
                if isinstance(value, bool) or not isinstance(value, int | float):
                    problems.add(file, f"{where}.{key}.{name}", value, "a number from 1 to 9")
            rows.append(row)
        if len(problems) > before:
            continue
        try:
            found[str(expert)] = best_worst(
                str(one["best"]), str(one["worst"]), [rows[0][n] for n in names], [rows[1][n] for n in names], names
            )
        except InputError as error:
            problems.extend(Problem(file, f"{where}: {p.where}", p.found, p.expected) for p in error.problems)
    problems.stop()
    return BestWorstPanel(np.mean([f.weights for f in found.values()], axis=0), found)


def read_budget(table: pd.DataFrame, file: str) -> tuple[list[str], BudgetAllocation]:
    """Weights from a table of budgets (``config/weights/budget_example.csv``).

    Parameters
    ----------
    table
        A column ``expert``, one column of points for each indicator, as text, and perhaps
        ``kind``, the kind of data.
    file
        Its name, for messages.

    Returns
    -------
    names : list of str
        Indicators in the order of the weights.
    BudgetAllocation

    Raises
    ------
    InputError
        A missing column or expert, an expert twice, cells that are no numbers, points that are
        negative or do not sum to 100.

    Examples
    --------
    >>> table = pd.DataFrame({"expert": ["E1", "E2"], "B1": ["60", "50"], "B2": ["40", "50"]})
    >>> names, found = read_budget(table, "budget.csv")
    >>> names, found.weights.round(2)
    (['B1', 'B2'], array([0.55, 0.45]))
    """
    problems = Problems()
    names = [str(c) for c in table.columns if c not in ("expert", "kind")]
    if "expert" not in table.columns or not names:
        problems.add(file, "line 1", ", ".join(map(str, table.columns)), "expert and indicators")
    elif table.empty:
        problems.add(file, "line 2", "nothing", "at least one expert")
    problems.stop()
    experts = [str(e) for e in table["expert"]]
    for at, expert in enumerate(experts):
        if expert in experts[:at] or not expert:
            problems.add(file, f"line {at + 2}, column expert", expert, "each expert once")
    points = np.full((len(table), len(names)), np.nan)
    for j, name in enumerate(names):
        for i, cell in enumerate(table[name]):
            try:
                points[i, j] = float(str(cell).replace(",", "."))
            except ValueError:
                problems.add(file, f"line {i + 2}, column {name}", cell, "points from 0 to 100")
    problems.stop()
    try:
        return names, budget_allocation(points, names=names, experts=experts)
    except InputError as error:
        raise InputError(Problem(file, p.where, p.found, p.expected) for p in error.problems) from error


def judgment_kind(content: object, file: str) -> Kind:
    """Kind of data of a file of judgments.

    Parameters
    ----------
    content
        As read from the file: a mapping with the key ``kind``, or a table with the column.
    file
        Its name, for messages.

    Raises
    ------
    InputError
        If no kind or an unknown one is told, or the rows of a table tell several.

    Examples
    --------
    >>> judgment_kind({"kind": "synthetic"}, "ahp.yaml").value
    'synthetic'
    """
    kinds = [k.value for k in Kind]
    if isinstance(content, pd.DataFrame):
        where = "column kind"
        told = sorted(set(content["kind"].astype(str))) if "kind" in content else []
    else:
        where = "kind"
        told = [str(content["kind"])] if isinstance(content, Mapping) and "kind" in content else []
    if len(told) != 1 or told[0] not in kinds:
        found = ", ".join(told) or "nothing"
        raise InputError([Problem(file, where, found, nearest(found, kinds))])
    return Kind(told[0])


def read_judgments(scheme: str, content: object, file: str) -> tuple[list[str], Array]:
    """What is judged and its weights, from the file of any expert's scheme.

    Parameters
    ----------
    scheme
        ``ahp``, ``best_worst`` or ``budget_allocation``.
    content
        A mapping (AHP, best-worst), or a table of texts (budgets).
    file
        Its name, for messages.

    Returns
    -------
    names : list of str
    weights : ndarray, shape (names,)
        They sum to 1.

    Raises
    ------
    InputError
        Every fault of the judgments.

    Examples
    --------
    >>> sheet = {"kind": "synthetic", "tree": {"index": ["B1", "B2"]},
    ...          "experts": {"E1": {"index": [["B1", "B2", 3]]}}}
    >>> names, weights = read_judgments("ahp", sheet, "ahp.yaml")
    >>> names, weights.round(2).tolist()
    (['B1', 'B2'], [0.75, 0.25])
    """
    is_table = isinstance(content, pd.DataFrame)
    if is_table != (scheme == "budget_allocation"):
        expected = "a table (.csv)" if scheme == "budget_allocation" else "a mapping (.yaml)"
        found = "a table" if is_table else "no table"
        raise InputError([Problem(file, f"judgments for {scheme}", found, expected)])
    if isinstance(content, pd.DataFrame):
        names, budget = read_budget(content, file)
        return names, budget.weights
    if scheme == "ahp":
        found_weights = read_ahp(content, file).global_weights
        return list(found_weights), np.array(list(found_weights.values()))
    panel = read_best_worst(content, file)
    assert isinstance(content, Mapping)
    return [str(n) for n in content["indicators"]], panel.weights
