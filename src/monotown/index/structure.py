"""The structure stage: a view's normalised values, weights and scores to its structure tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.arrays import Array, Counts, Mask
from monotown.base.tables import COUNT, KINDED, NOTE, NUMBER, TEXT, data_kinds_in, join_kinds, keyed
from monotown.methods.reliability import (
    Adequacy,
    Omega,
    Undefined,
    adequacy,
    alpha_if_dropped,
    cronbach_alpha,
    item_rest,
    mcdonald_omega,
    pairwise_correlations,
    scree,
)
from monotown.methods.weights.importance import Smoother, correlation_ratio

#: Up to so many units each is left out in turn; more than these in so many parts.
SINGLY: Final = 60
GROUPS: Final = 20

#: A correlation beyond this in size says that two indicators are nearly one.
REPEATED: Final = 0.9

#: Stands in the column `block` for all indicators of the view together.
WHOLE: Final = "all"


#: `quantity` of a block or, with a `measure`, of one indicator in it. `note` says why a value is
#: missing (few_units, singular, constant, few_items) or how to read it (formative, heywood).
STRUCTURE = keyed(
    "structure",
    ["view", "year", "block", "quantity", "measure"],
    {"measure": NOTE, "value": NUMBER, "n_units": COUNT, "n_indicators": COUNT, "note": NOTE},
    KINDED,
)

#: Every pair of indicators once. `flag`: repeats (``|r|`` above 0.9), negative_within_block, undefined.
CORRELATIONS = keyed(
    "correlations",
    ["view", "year", "measure_a", "measure_b"],
    {"block_a": TEXT, "block_b": TEXT, "r": NUMBER, "n_units": COUNT, "flag": NOTE},
    KINDED,
)

#: `nominal` is the weight given; `importance` the correlation ratio with the index, `share` its
#: share among the indicators (or blocks), `low` and `high` that share's range when any one unit is
#: left out, `ratio` share / nominal, `r` the plain correlation, negative where an indicator runs
#: against the index.
IMPORTANCE = keyed(
    "importance",
    ["view", "year", "level", "node"],
    {
        "level": pa.Column(str, pa.Check.isin(["block", "indicator"])),
        "block": TEXT,
        "nominal": NUMBER,
        "importance": NUMBER,
        "share": NUMBER,
        "low": NUMBER,
        "high": NUMBER,
        "ratio": NUMBER,
        "r": NUMBER,
        "n_units": COUNT,
    },
    KINDED,
)


@dataclass(frozen=True)
class StructureTables:
    """Result tables of one view, by the names of their files."""

    structure: pd.DataFrame
    correlations: pd.DataFrame
    importance: pd.DataFrame


def fullest_year(normalised: pd.DataFrame) -> int:
    """The year with most normalised values, the last of those that share the lead.

    A correlation over several years would mix differences between units with change in time; the
    structure is that of one cross-section.

    Examples
    --------
    >>> fullest_year(pd.DataFrame({"year": [2020, 2021, 2021], "normalised": [0.1, 0.5, None]}))
    2021
    """
    filled = normalised.groupby("year")["normalised"].count().sort_index()
    return int(filled[filled == filled.max()].index[-1])


def _kind(frame: pd.DataFrame) -> str:
    kinds = data_kinds_in(frame["kind"])
    if len(kinds) != 1:
        raise ValueError(f"expected data of one kind, found {', '.join(kinds)}")
    return join_kinds(frame["kind"])


def _wide(
    normalised: pd.DataFrame, weights: pd.DataFrame, year: int, order: Sequence[str] | None
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Units by measures in order, blocks together, and the block of each measure."""
    here = normalised[normalised["year"] == year]
    found = {str(m): str(b) for m, b in zip(weights["measure"], weights["block"], strict=True)}
    if order is not None and sorted(order) != sorted(found):
        raise ValueError(f"expected the measures {', '.join(sorted(found))}, found {list(order)}")
    blocks = {m: found[m] for m in (found if order is None else order)}
    wide = here.pivot_table(index="unit", columns="measure", values="normalised", aggfunc="first", dropna=False)
    # Measures of one block side by side, blocks and measures in their given order.
    together = [m for b in dict.fromkeys(blocks.values()) for m in blocks if blocks[m] == b]
    return wide.reindex(columns=together).sort_index(), {m: blocks[m] for m in together}


def correlation_rows(wide: pd.DataFrame, blocks: dict[str, str]) -> pd.DataFrame:
    """Every pair of measures once, with its flag.

    Parameters
    ----------
    wide
        Units by measures, direction-corrected.
    blocks
        Block of each measure.

    Returns
    -------
    pandas.DataFrame
        ``measure_a, measure_b, block_a, block_b, r, n_units, flag``.

    Examples
    --------
    >>> wide = pd.DataFrame({"a": [1, 2, 3.0], "b": [2, 4, 6.1], "c": [3, 1, 2.0]})
    >>> rows = correlation_rows(wide, {"a": "B1", "b": "B1", "c": "B2"})
    >>> rows[["measure_a", "measure_b", "flag"]].values.tolist()
    [['a', 'b', 'repeats'], ['a', 'c', ''], ['b', 'c', '']]
    """
    names = [str(c) for c in wide.columns]
    r, n = pairwise_correlations(wide.to_numpy(dtype=np.float64))
    rows = []
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            one, other = names[i], names[j]
            value = float(r[i, j])
            flags = []
            if np.isnan(value):
                flags.append("undefined")
            if abs(value) > REPEATED:
                flags.append("repeats")
            if value < 0 and blocks[one] == blocks[other]:
                flags.append("negative_within_block")
            rows.append((one, other, blocks[one], blocks[other], value, int(n[i, j]), " ".join(flags)))
    columns = ["measure_a", "measure_b", "block_a", "block_b", "r", "n_units", "flag"]
    return pd.DataFrame(rows, columns=columns)


def _entry(value: float | Undefined, note: str = "") -> tuple[float, str]:
    if isinstance(value, Undefined):
        return float("nan"), " ".join(filter(None, [value.why, note]))
    return float(value), note


def block_rows(x: Array, names: Sequence[str], *, reflective: bool) -> pd.DataFrame:
    """Reliability and structure of one block.

    Parameters
    ----------
    x
        Units by measures; units that miss a measure are left out.
    names
        Names of the measures.
    reflective
        Whether alpha and omega are a criterion for the block; elsewhere they carry the note
        ``formative``.

    Returns
    -------
    pandas.DataFrame
        ``quantity, measure, value, n_units, n_indicators, note``.
    """
    full = x[np.isfinite(x).all(1)]
    n, p = full.shape
    criterion = "" if reflective else "formative"
    rows: list[tuple[str, str, float, str]] = []

    def add(quantity: str, value: float | Undefined, measure: str = "", note: str = "") -> None:
        rows.append((quantity, measure, *_entry(value, note)))

    small = "few_units" if n <= p else ""
    add("alpha", cronbach_alpha(full), note=" ".join(filter(None, [criterion, small])))
    omega = mcdonald_omega(full)
    if isinstance(omega, Omega):
        heywood = "heywood" if omega.heywood else ""
        add("omega", omega.omega, note=" ".join(filter(None, [criterion, heywood])))
    else:
        add("omega", omega, note=criterion)
    for name, rest, dropped in zip(names, item_rest(full), alpha_if_dropped(full), strict=True):
        add("item_rest", rest, name, criterion)
        add("alpha_if_dropped", dropped, name, criterion)
    found = adequacy(full)
    for quantity in ("kmo", "bartlett", "df", "p_value"):
        add(quantity, getattr(found, quantity) if isinstance(found, Adequacy) else found)
    for j, name in enumerate(names):
        add("vif", found if isinstance(found, Undefined) else float(found.vif[j]), name)
        add("item_kmo", found if isinstance(found, Undefined) else float(found.item_kmo[j]), name)
    values = scree(full)
    for j in range(p):
        value = values if isinstance(values, Undefined) else float(values[j])
        add(f"eigenvalue_{j + 1:02d}", value, note=small)
        add(f"explained_{j + 1:02d}", value if isinstance(value, Undefined) else value / p, note=small)
    frame = pd.DataFrame(rows, columns=["quantity", "measure", "value", "note"])
    return frame.assign(n_units=n, n_indicators=p)


def importance_rows(
    columns: pd.DataFrame, index: pd.Series, nominal: Sequence[float], *, smoother: Smoother = "lowess"
) -> pd.DataFrame:
    """Nominal weight beside real importance.

    ``S_k = Var(E(I | z_k)) / Var(I)``, share ``S_k / sum S`` (Paruolo, Saisana and Saltelli 2013,
    equations 5 and 9). The range over leaving each unit out in turn shows how far one unit decides; of more
    than `SINGLY` units `GROUPS` parts are left out in turn, each spread over the order of the scores.

    Parameters
    ----------
    columns
        Units by measures (or block scores), NaN where missing.
    index
        Score of each unit.
    nominal
        Weight of each column.
    smoother
        As in `monotown.methods.weights.importance.correlation_ratio`.

    Returns
    -------
    pandas.DataFrame
        ``node, nominal, importance, share, low, high, ratio, r, n_units``. Missing where fewer than
        5 units have both a value and a score.

    Examples
    --------
    >>> x = np.linspace(0, 1, 12)
    >>> z = pd.DataFrame({"a": x, "b": np.tile([0.4, 0.5, 0.6], 4)})
    >>> rows = importance_rows(z, z.sum(axis=1), [0.5, 0.5], smoother="linear")
    >>> rows[["node", "nominal", "share"]].round(2).values.tolist()
    [['a', 0.5, 0.82], ['b', 0.5, 0.18]]
    """
    y = index.to_numpy(dtype=np.float64)
    x = columns.to_numpy(dtype=np.float64)
    usable = np.isfinite(x) & np.isfinite(y)[:, None]
    counts = usable.sum(0)

    def ratios(keep: Array) -> Array:
        found = np.full(x.shape[1], np.nan)
        for j in range(x.shape[1]):
            rows = usable[:, j] & (keep > 0)
            if rows.sum() >= 5:
                found[j] = correlation_ratio(x[rows, j], y[rows], smoother=smoother)
        return found

    def shares(found: Array) -> Array:
        total = np.nansum(found)
        return found / total if total > 0 else np.full_like(found, np.nan)

    together = np.column_stack([x, y])
    r = pairwise_correlations(together)[0][:-1, -1]
    everyone = np.ones(len(y))
    whole = ratios(everyone)
    left_out = [shares(ratios(np.where(gone, 0.0, 1.0))) for gone in _in_turn(usable.any(1), y)]
    spread = np.array(left_out) if left_out else np.full((1, x.shape[1]), np.nan)
    share = shares(whole)
    weight = np.asarray(nominal, dtype=np.float64)
    known = np.isfinite(share) & np.isfinite(spread).any(0)
    return pd.DataFrame(
        {
            "node": [str(c) for c in columns.columns],
            "nominal": weight,
            "importance": whole,
            "share": share,
            "low": np.where(known, np.min(np.where(np.isnan(spread), np.inf, spread), 0), np.nan),
            "high": np.where(known, np.max(np.where(np.isnan(spread), -np.inf, spread), 0), np.nan),
            "ratio": np.divide(share, weight, out=np.full_like(share, np.nan), where=weight > 0),
            "r": np.where(np.isfinite(whole), r, np.nan),
            "n_units": counts.astype(np.int64),
        }
    )


def _in_turn(known: Mask, scores: Array) -> Iterator[Mask]:
    """What is left out in turn: each unit, or parts of many units."""
    there = np.flatnonzero(known)
    parts: Iterable[Counts] = there[:, None]
    if len(there) > SINGLY:
        ordered = there[np.argsort(scores[there], kind="stable")]
        parts = [ordered[k::GROUPS] for k in range(GROUPS)]
    for part in parts:
        gone = np.zeros(len(known), dtype=bool)
        gone[part] = True
        yield gone


def structure_tables(
    normalised: pd.DataFrame,
    weights: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    root: str,
    order: Sequence[str] | None = None,
    reflective: Sequence[str] = (),
    smoother: Smoother = "lowess",
    year: int | None = None,
) -> StructureTables:
    """Structure, correlations and importance of one view.

    Parameters
    ----------
    normalised
        One view's normalised values (`monotown.index` table), direction-corrected.
    weights
        Its weights.
    scores
        Its scores, for the index (`root`) and the blocks.
    root
        Id of the view's index.
    order
        Measures in the order in which they are to stand; by default that of the weights.
    reflective
        Blocks whose items reflect one thing, so that alpha and omega are a criterion; the others are
        formative: their indicators make the block up, and need not agree.
    smoother
        For the importance.
    year
        The cross-section; by default that of `fullest_year`.

    Returns
    -------
    StructureTables
        In the order and form of `STRUCTURE`, `CORRELATIONS` and `IMPORTANCE`.

    Raises
    ------
    ValueError
        If the data are of several kinds or views, the year is not there, or `order` has
        other measures than the weights.
    """
    kind = _kind(normalised)
    views = sorted(normalised["view"].unique())
    if len(views) != 1:
        raise ValueError(f"expected one view, found {', '.join(views)}")
    when = fullest_year(normalised) if year is None else year
    if when not in set(normalised["year"]):
        raise ValueError(f"expected a year of the view, found {when}")
    wide, blocks = _wide(normalised, weights, when, order)
    known = {"view": views[0], "year": when, "kind": kind}
    parts = []
    present = list(dict.fromkeys(blocks.values()))
    for block in [*present, WHOLE]:
        mine = [m for m in blocks if block in (blocks[m], WHOLE)]
        rows = block_rows(wide[mine].to_numpy(dtype=np.float64), mine, reflective=block in reflective)
        parts.append(rows.assign(block=block))
    structure = pd.concat(parts, ignore_index=True).assign(**known)
    pairs = correlation_rows(wide, blocks).assign(**known)

    here = scores[scores["year"] == when]
    by_node = here.pivot_table(index="unit", columns="node", values="score", dropna=False)
    by_node = by_node.reindex(wide.index)
    index = by_node[root]
    global_weight = dict(zip(weights["measure"], weights["global_weight"], strict=True))
    leaves = importance_rows(wide, index, [global_weight[m] for m in blocks], smoother=smoother)
    leaves = leaves.assign(level="indicator", block=[blocks[m] for m in leaves["node"]])
    named = [b for b in present if b in by_node.columns]
    total = weights.groupby("block")["global_weight"].sum()
    tops = importance_rows(by_node[named], index, [float(total[b]) for b in named], smoother=smoother)
    tops = tops.assign(level="block", block=named)
    importance = pd.concat([tops, leaves], ignore_index=True).assign(**known)
    return StructureTables(
        STRUCTURE.validate(structure[list(STRUCTURE.columns)], lazy=True),
        CORRELATIONS.validate(pairs[list(CORRELATIONS.columns)], lazy=True),
        IMPORTANCE.validate(importance[list(IMPORTANCE.columns)], lazy=True),
    )
