"""What a view's scores are with its doubtful values kept, cut to their bounds, or left out; and without jumps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.expressions import parse
from monotown.base.problems import InputError
from monotown.base.tables import NOTED, NUMBER, TEXT, join_kinds, keyed, score_column, to_scale, write_order
from monotown.data.jumps import VERDICTS
from monotown.data.plausible import DOUBTFUL, OUTSIDE
from monotown.data.units import Merged, Units
from monotown.index.admissible import scale_of
from monotown.index.build import score_table
from monotown.index.prepare import average_weights, prepare, view_model

_KEYS: Final = ["unit", "year", "measure"]

#: Words for each treatment.
_IF: Final = {"keep": "kept", "cut": "cut to their bounds", "leave_out": "left out"}

#: The doubtful values of a view, each with the index of its unit and year if all of the view's
#: doubtful values were kept, cut or left out; missing where the unit then has no score.
DOUBT_EFFECTS = pa.DataFrameSchema(
    {
        **DOUBTFUL.columns,
        **{
            name: column
            for done in OUTSIDE
            for name, column in (
                (f"score_{done}", score_column(f"Score with doubtful values {_IF[done]}.")),
                (f"rank_{done}", NUMBER),
            )
        },
        "scale": pa.Column("float64", description="Scale of the scores."),
    },
    unique=list(DOUBTFUL.unique or ()),
    strict=True,
    coerce=True,
    name="doubtful",
)


def doubt_effects(
    doubtful: pd.DataFrame,
    indicators: pd.DataFrame,
    view: str,
    config: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    average_weights: pd.DataFrame | None = None,
    seed: int = 0,
    judgments: object = None,
) -> pd.DataFrame:
    """Score and rank of the units with doubtful values under each treatment.

    Parameters
    ----------
    doubtful
        `monotown.data.plausible.DOUBTFUL`; rows of other views and of measures beside the index are left
        out.
    indicators, view, config, measures, average_weights, seed, judgments
        As in `monotown.index.prepare.prepare`.

    Returns
    -------
    pandas.DataFrame
        `DOUBT_EFFECTS`.
    """
    model = view_model(view, config, measures)
    mine = doubtful[(doubtful["view"] == view) & doubtful["measure"].isin(model.measures)]
    mine = mine.reset_index(drop=True)
    instead = {"keep": mine["value"], "cut": mine["at_bound"], "leave_out": mine["value"] * np.nan}
    table = indicators[indicators["view"] == view].set_index(_KEYS)
    places = pd.MultiIndex.from_frame(mine[_KEYS])
    for done in OUTSIDE:
        if mine.empty:
            mine[[f"score_{done}", f"rank_{done}"]] = np.nan
            continue
        tried = table.copy()
        tried.loc[places, "value"] = instead[done].to_numpy()
        found = _scores(tried.reset_index(), view, config, measures, average_weights, seed, judgments)
        at = found.reindex(pd.MultiIndex.from_frame(mine[["unit", "year"]]))
        for name in ("score", "rank"):
            mine[f"{name}_{done}"] = at[name].to_numpy(dtype=np.float64)
    scale = scale_of(model)
    return write_order(to_scale(mine.assign(scale=scale), DOUBT_EFFECTS, scale), DOUBT_EFFECTS)


#: Scores that rest on a listed change whose later figure nobody has explained: `jumps` names these figures, `measures`
#: what reads them. Score and rank as they are, and with these measures of these units and years left out in the whole
#: view; missing where the unit then has none.
JUMP_EFFECTS = keyed(
    "jump_effects",
    ["view", "unit", "year"],
    {
        "jumps": TEXT,
        "measures": TEXT,
        "score": score_column("Score."),
        "rank": NUMBER,
        "score_without": score_column("Score without the measures that read a listed figure."),
        "rank_without": NUMBER,
    },
    {"scale": pa.Column("float64", description="Scale of the scores."), **NOTED},
)


def resting(
    jumps: pd.DataFrame,
    config: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    units: Collection[str],
    merged: Collection[Merged] = (),
) -> pd.DataFrame:
    """Values of an index that read the later figure of a listed change that is not explained.

    Parameters
    ----------
    jumps
        `monotown.data.jumps.JUMPS`.
    config, measures
        The view, and the measures with their formulas.
    units
        Those of the view.
    merged
        Units of constant borders: each rests on its parts.

    Returns
    -------
    pandas.DataFrame
        ``unit, year, measure, jump``, the last the row of `jumps`. A figure of the nation, which moves every unit
        alike, is not followed.
    """
    doubted = jumps[(jumps["verdict"] != VERDICTS[0]) & jumps["shape"].isin(["step", "spike"])]
    parts = {u: [m.code for m in merged if u in (m.before, *m.members)] for u in set(doubted["unit"])}
    found: list[tuple[str, int, str, int]] = []
    for measure in _leaves(config["tree"]):
        for use in parse(str(measures[measure]["formula"])).uses:
            mine = doubted[doubted["variable"] == use.variable] if not use.nation else doubted.iloc[:0]
            for row, unit, year in zip(mine.index, mine["unit"], mine["year"] + use.lag, strict=True):
                reached = [u for u in (unit, *parts[unit]) if u in units and year in config["years"]]
                found += [(u, int(year), measure, int(row)) for u in reached]
    return pd.DataFrame(found, columns=["unit", "year", "measure", "jump"]).drop_duplicates(ignore_index=True)


def _leaves(node: Mapping[str, Any]) -> Iterator[str]:
    if "measure" in node:
        yield str(node["measure"])
    for child in node.get("children", ()):
        yield from _leaves(child)


def jump_effects(
    jumps: pd.DataFrame,
    rests: pd.DataFrame,
    indicators: pd.DataFrame,
    view: str,
    config: Mapping[str, Any],
    measures: Mapping[str, Mapping[str, Any]],
    average_weights: pd.DataFrame | None = None,
    seed: int = 0,
    judgments: object = None,
) -> pd.DataFrame:
    """Score and rank of the units whose scores rest on listed changes, with and without the measures that do.

    Parameters
    ----------
    jumps
        `monotown.data.jumps.JUMPS`.
    rests
        Of `resting`.
    indicators, view, config, measures, average_weights, seed, judgments
        As in `monotown.index.prepare.prepare`.

    Returns
    -------
    pandas.DataFrame
        `JUMP_EFFECTS`. Nothing of the index itself is changed.
    """
    table = indicators[indicators["view"] == view].set_index(_KEYS)
    at = pd.MultiIndex.from_frame(rests[_KEYS])
    rests = rests[at.isin(table.index[table["value"].notna()])]
    if rests.empty:
        return write_order(pd.DataFrame(columns=[str(c) for c in JUMP_EFFECTS.columns]), JUMP_EFFECTS)
    tried = table.copy()
    tried.loc[pd.MultiIndex.from_frame(rests[_KEYS]).unique(), "value"] = np.nan
    given = (view, config, measures, average_weights, seed, judgments)
    before, after = (_scores(t.reset_index(), *given) for t in (table, tried))
    keys = ["unit", "year"]
    rests = rests.assign(figure=[_figure(jumps.loc[i]) for i in rests["jump"]])
    made = rests.groupby(keys, sort=True).agg(jumps=("figure", _joined), measures=("measure", _joined)).reset_index()
    units = pd.MultiIndex.from_frame(made[keys])
    for found, name in ((before, ""), (after, "_without")):
        for column in ("score", "rank"):
            made[column + name] = found[column].reindex(units).to_numpy(dtype=np.float64)
    kinds = (
        table.loc[pd.MultiIndex.from_frame(rests[_KEYS])]
        .groupby(keys)
        .agg(kind=("kind", join_kinds), source=("source", lambda s: _joined(p for c in s for p in str(c).split("; "))))
    )
    scale = scale_of(view_model(view, config, measures))
    made = made.join(kinds, on=keys).assign(view=view, scale=scale)
    return write_order(to_scale(made, JUMP_EFFECTS, scale), JUMP_EFFECTS)


def _figure(row: pd.Series[Any]) -> str:
    return f"{row['variable']} of {row['unit']}, {row['year']}"


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(sorted({t for t in texts if t}))


def with_effects(
    jumps: pd.DataFrame, rests: Mapping[str, pd.DataFrame], effects: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """The list of changes with the indices whose score reads each, and the largest change of a rank without it.

    Parameters
    ----------
    jumps
        `monotown.data.jumps.JUMPS`.
    rests, effects
        View to its `resting` and its `jump_effects`.
    """
    views: dict[int, list[str]] = {}
    shift: dict[int, float] = {}
    for view, mine in rests.items():
        effect = effects[view]
        moved = (effect["rank_without"] - effect["rank"]).set_axis(pd.MultiIndex.from_frame(effect[["unit", "year"]]))
        for jump, unit, year in zip(mine["jump"], mine["unit"], mine["year"], strict=True):
            if (unit, year) in moved.index:
                views.setdefault(jump, []).append(view)
                size = float(moved.loc[(unit, year)])
                if not np.isnan(size) and abs(size) > abs(shift.get(jump, 0.0)):
                    shift[jump] = size
                elif not np.isnan(size):
                    shift.setdefault(jump, size)
    return jumps.assign(
        indices=["; ".join(dict.fromkeys(views.get(i, ()))) for i in jumps.index],
        rank_shift=[shift.get(i, np.nan) for i in jumps.index],
    )


def effects_of(
    jumps: pd.DataFrame,
    indicators: pd.DataFrame,
    observations: Sequence[pd.DataFrame],
    views: Mapping[str, Mapping[str, Any]],
    measures: Mapping[str, Mapping[str, Any]],
    units: Units,
    seed: int = 0,
    judgments: Mapping[str, object] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The list of changes with what rests on each, and every score with and without them, over all views.

    Parameters
    ----------
    jumps
        `monotown.data.jumps.JUMPS`.
    indicators
        Of every view.
    observations
        Tables that weights of averages are read from.
    views, measures, units
        The configs.
    seed, judgments
        As in `monotown.index.prepare.prepare`; of each view that has judgments.

    Returns
    -------
    tuple
        `monotown.data.jumps.JUMPS` by `with_effects`, and `JUMP_EFFECTS` of all views.
    """
    rests, effects = {}, {}
    seen = pd.concat(observations, ignore_index=True)
    for view, config in views.items():
        rests[view] = resting(jumps, config, measures, set(units.set(config["units"])), units.merged())
        name = config.get("average_weights")
        weights = None if name is None or rests[view].empty else average_weights(seen, name)
        judged = (judgments or {}).get(view)
        effects[view] = jump_effects(jumps, rests[view], indicators, view, config, measures, weights, seed, judged)
    return with_effects(jumps, rests, effects), write_order(pd.concat(effects.values()), JUMP_EFFECTS)


def to_print(jumps: pd.DataFrame) -> pd.DataFrame:
    """Changes for print: those without an explanation that a score of an index rests on; the list has all.

    Series by series, that with the largest change first.
    """
    mine = jumps[(jumps["verdict"] != VERDICTS[0]) & (jumps["indices"] != "")]
    largest = mine.groupby("variable")["least_factor"].transform("max")
    order = mine.assign(largest=-largest).sort_values(["largest", "variable", "unit", "year"], kind="stable")
    return order.drop(columns="largest").reset_index(drop=True)


def _scores(indicators: pd.DataFrame, view: str, config: Mapping[str, Any], *given: Any) -> pd.DataFrame:
    """Score and rank of the whole index by unit and year; none where nothing can be computed."""
    try:
        prepared = prepare(indicators, view, config, *given)
        scores = score_table(prepared)
    except InputError:  # a measure has no value left, or the tree needs every value
        return pd.DataFrame({"unit": [], "year": [], "score": [], "rank": []}).set_index(["unit", "year"])
    return scores[scores["node"] == prepared.model.tree.id].set_index(["unit", "year"])
