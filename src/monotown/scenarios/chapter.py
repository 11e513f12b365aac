"""Tables of the chapter on scenarios: what is assumed, what follows under each tree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.labels import in_language, texts_of
from monotown.base.tables import ASSUMPTION, join_kinds
from monotown.base.ties import TOLERANCE, above, largest, smallest, sort_key
from monotown.show.printed import source_ids


def _texts(entry: Mapping[str, Any], key: str) -> dict[str, str]:
    return {f"{key}_{language}": text for language, text in texts_of(entry[key]).items()}


def factor_table(key_factors: pd.DataFrame) -> pd.DataFrame:
    """Measures with what the index answers to and what is judged to matter, one row each.

    Parameters
    ----------
    key_factors
        Table `monotown.scenarios.build.KEY_FACTORS`.

    Returns
    -------
    pandas.DataFrame
        ``view, measure, gradient, step, drop_one, expert, key, kind, source``. `key`: in the upper
        third of its index by at least two of gradient, drop_one and expert; a tie counts as in
        where its shared rank is within the third.
    """
    mine = key_factors[(key_factors["factor_kind"] == "measure") & (key_factors["unit"] == "all")]
    rows = []
    for (view, measure), part in mine.groupby(["view", "factor"], sort=False):
        limit = math.ceil(mine.loc[mine["view"] == view, "factor"].nunique() / 3)
        values = part.set_index("evidence")["value"]
        ranks = part.set_index("evidence")["rank"]
        judged = [e for e in ("gradient", "drop_one", "expert") if e in ranks]
        rows.append(
            {
                "view": view,
                "measure": measure,
                **{e: values.get(e, np.nan) for e in ("gradient", "step", "drop_one", "expert")},
                "key": sum(ranks[e] <= limit for e in judged) >= 2,
                "kind": join_kinds(part["kind"]),
                "source": "; ".join(source_ids(part)),
            }
        )
    return pd.DataFrame(rows).sort_values(
        ["view", "key", "gradient", "measure"], ascending=[True, False, False, True], ignore_index=True, key=sort_key
    )


def structure_table(
    structure: pd.DataFrame, files: Mapping[str, Mapping[str, Any]], order: Sequence[str]
) -> pd.DataFrame:
    """Hierarchies, one row each, with the largest consistency ratio of their nodes.

    Parameters
    ----------
    structure
        Table `monotown.scenarios.build.STRUCTURE`.
    files
        Hierarchy to the content of its file.
    order
        Of the hierarchies.

    Returns
    -------
    pandas.DataFrame
        ``hierarchy, stands_for_<language>, depth, nodes, leaves, consistency_ratio, herfindahl,
        gini, entropy, top_leaf, top_share, kind, source``.
    """
    rows = []
    for name in order:
        mine = structure[structure["hierarchy"] == name]
        root = mine[mine["parent"] == ""].iloc[0]
        kept = ("depth", "leaves", "herfindahl", "gini", "entropy", "top_leaf", "top_share")
        rows.append(
            {
                "hierarchy": name,
                **_texts(files[name], "stands_for"),
                "nodes": len(mine),
                "consistency_ratio": mine["consistency_ratio"].max(),
                **{key: root[key] for key in (*kept, "kind", "source")},
            }
        )
    return pd.DataFrame(rows)


def shock_table(files: Mapping[str, Mapping[str, Any]], order: Sequence[str]) -> pd.DataFrame:
    """Shocks as the files give them.

    Parameters
    ----------
    files
        Scenario to the content of its file.
    order
        Of the scenarios.

    Returns
    -------
    pandas.DataFrame
        ``scenario, measure, size, in, start, full, spread, probability, kind, source``; `spread`
        is ``low; high`` or ``± sd``, "" where the size is certain.
    """
    rows = []
    for name in order:
        for shock in files[name]["shocks"]:
            spread = f"\u00b1 {shock['sd']:g}" if shock.get("sd") else ""
            if "range" in shock:
                spread = f"{shock['range'][0]:g}; {shock['range'][1]:g}"
            rows.append(
                {
                    "scenario": name,
                    "measure": shock["measure"],
                    "size": float(shock["size"]),
                    "in": shock["in"],
                    "start": shock["start"],
                    "full": shock["full"],
                    "spread": spread.replace("-", "\u2212"),
                    "probability": float(shock.get("probability", 1.0)),
                }
            )
    columns = ["scenario", "measure", "size", "in", "start", "full", "spread", "probability"]
    return pd.DataFrame(rows, columns=columns).assign(**ASSUMPTION)


def change_table(
    tables: Mapping[str, pd.DataFrame], marked: Sequence[str], hierarchies: Sequence[str], scenarios: Sequence[str]
) -> pd.DataFrame:
    """Consequences for the marked units in the last year, one row a unit and scenario.

    Parameters
    ----------
    tables
        ``consequences``, ``regret``, ``best_share`` and ``crossing`` of the stage.
    marked
        Codes of units.
    hierarchies, scenarios
        Their order.

    Returns
    -------
    pandas.DataFrame
        ``unit, scenario``, a column of changes for each hierarchy, ``largest_regret, minimax,
        best_share`` (sizes and weights random, mean over the hierarchies), ``distance`` (from the
        target, lowest over the hierarchies), ``clipped`` (largest over the hierarchies), ``kind,
        source``.
    """
    consequences, regret, best, crossing = (tables[n] for n in ("consequences", "regret", "best_share", "crossing"))
    last = consequences[consequences["year"] == consequences["year"].max()]
    rows = []
    for unit in marked:
        for scenario in scenarios:
            mine = last[(last["unit"] == unit) & (last["scenario"] == scenario)]
            changes = mine.set_index("hierarchy")["change"]
            lost = regret[(regret["unit"] == unit) & (regret["scenario"] == scenario)].iloc[0]
            share = best[(best["unit"] == unit) & (best["scenario"] == scenario) & (best["random"] == "both")]["share"]
            away = crossing[(crossing["unit"] == unit) & (crossing["scenario"] == scenario)]
            rows.append(
                {
                    "unit": unit,
                    "scenario": scenario,
                    **{name: changes[name] for name in hierarchies},
                    "largest_regret": lost["largest_regret"],
                    "minimax": bool(lost["minimax"]),
                    "best_share": share.mean(),
                    "distance": away["distance"].min(),
                    "clipped": mine["clipped"].max(),
                    "kind": mine["kind"].iloc[0],
                    "source": mine["source"].iloc[0],
                }
            )
    return pd.DataFrame(rows)


def target_table(crossing: pd.DataFrame, scenarios: Sequence[str]) -> pd.DataFrame:
    """How many units reach the target or lose it, one row a scenario.

    Parameters
    ----------
    crossing
        Table `monotown.scenarios.build.CROSSING`.
    scenarios
        Their order.

    Returns
    -------
    pandas.DataFrame
        ``scenario, rises_least, rises, falls_least, falls`` (units, least and most over the
        hierarchies), ``earliest`` year of a rise, ``kind, source``.
    """
    rows = []
    for scenario in scenarios:
        mine = crossing[crossing["scenario"] == scenario]
        counts = {state: (mine["state"] == state).groupby(mine["hierarchy"]).sum() for state in ("rises", "falls")}
        rows.append(
            {
                "scenario": scenario,
                "rises_least": int(counts["rises"].min()),
                "rises": int(counts["rises"].max()),
                "falls_least": int(counts["falls"].min()),
                "falls": int(counts["falls"].max()),
                "earliest": mine.loc[mine["state"] == "rises", "year"].min(),
                "kind": mine["kind"].iloc[0],
                "source": mine["source"].iloc[0],
            }
        )
    return pd.DataFrame(rows)


def consistency_table(
    consistency: pd.DataFrame, cross_impacts: Mapping[str, Any], scenarios: Sequence[str]
) -> pd.DataFrame:
    """The scenarios' combinations of states, and what beats what in each, in each language.

    Parameters
    ----------
    consistency
        Table `monotown.scenarios.build.CONSISTENCY`.
    cross_impacts
        Content of its file, for the words.
    scenarios
        Their order.

    Returns
    -------
    pandas.DataFrame
        ``scenario, states_<language>, consistent, why_<language>, kind, source``.
    """
    rows = []
    for scenario in scenarios:
        named = [scenario in str(s).split("; ") for s in consistency["scenario"]]
        found = consistency[named].iloc[0]
        told: dict[str, str] = {}
        for language in texts_of(next(iter(cross_impacts["descriptors"].values()))["label"]):
            states = [p.split(": ") for p in found["combination"].split("; ")]
            told[f"states_{language}"] = "; ".join(
                f"{_descriptor(cross_impacts, d, language)}: {_state(cross_impacts, d, s, language)}" for d, s in states
            )
            reasons = [r for r in found["why"].split("; ") if r]
            told[f"why_{language}"] = "; ".join(_reason(cross_impacts, reason, language) for reason in reasons)
        rows.append(
            {
                "scenario": scenario,
                **told,
                "consistent": bool(found["consistent"]),
                "kind": found["kind"],
                "source": found["source"],
            }
        )
    return pd.DataFrame(rows)


def _descriptor(cross: Mapping[str, Any], name: str, language: str) -> str:
    return in_language(cross["descriptors"][name]["label"], language)


def _state(cross: Mapping[str, Any], name: str, state: str, language: str) -> str:
    return in_language(cross["descriptors"][name]["states"][state], language)


def _reason(cross: Mapping[str, Any], reason: str, language: str) -> str:
    """``staffing: growing -1 < steady 3`` in words."""
    name, rest = reason.split(": ")
    sides = [side.rsplit(" ", 1) for side in rest.split(" < ")]
    told = " < ".join(f"{_state(cross, name, state, language)} ({value})" for state, value in sides).replace(
        "-", "\u2212"
    )
    return f"{_descriptor(cross, name, language)}: {told}"


def marked_table(tables: Mapping[str, pd.DataFrame], changes: pd.DataFrame, hierarchies: Sequence[str]) -> pd.DataFrame:
    """What the scenarios come to for each marked unit.

    Parameters
    ----------
    tables
        ``consequences`` of the stage.
    changes
        Of `change_table`, with the ``scale`` of the index.
    hierarchies
        Their order.

    Returns
    -------
    pandas.DataFrame
        ``unit, minimax`` (the scenario with the smallest largest regret), its ``regret``, its
        ``minimax_share`` of draws in which it is best, its changes from ``low`` to ``high`` over
        the hierarchies; ``best`` scenario of each hierarchy, parted by ``;``, and their
        ``best_count``; ``weakest``, of the scenarios that bring anything the one whose largest
        change, ``weakest_most``, is smallest; the index at first, ``from_low`` to ``from_high``;
        the share ``filled`` of its data; ``kind, source, scale``.
    """
    every = tables["consequences"]
    rows = []
    for unit, mine in changes.groupby("unit", sort=False):
        scale = float(mine["scale"].iloc[0])
        near = TOLERANCE * scale
        chosen = mine[mine["minimax"]].iloc[0]
        values = mine.set_index("scenario")[list(hierarchies)]
        best = dict.fromkeys(str(values.index[largest(values[h], near)]) for h in hierarchies)
        most = values.max(axis=1)
        gained = most[above(most, 0, near)]
        weakest = str(gained.index[smallest(gained, near)] if len(gained) else most.index[largest(most, near)])
        base = every[(every["unit"] == unit) & (every["year"] == every["year"].min())]
        rows.append(
            {
                "unit": unit,
                "minimax": chosen["scenario"],
                "regret": chosen["largest_regret"],
                "minimax_share": chosen["best_share"],
                "low": values.loc[chosen["scenario"]].min(),
                "high": values.loc[chosen["scenario"]].max(),
                "best": ";".join(best),
                "best_count": len(best),
                "weakest": weakest,
                "weakest_most": most[weakest],
                "from_low": base["index"].min(),
                "from_high": base["index"].max(),
                "filled": base["filled"].max(),
                "kind": join_kinds(mine["kind"]),
                "source": "; ".join(source_ids(mine)),
                "scale": scale,
            }
        )
    return pd.DataFrame(rows)


def scenario_tables(
    tables: Mapping[str, pd.DataFrame],
    files: Mapping[str, Mapping[str, Any]],
    settings: Mapping[str, Any],
    hierarchies: Sequence[str],
    scenarios: Sequence[str],
    scale: float,
) -> dict[str, pd.DataFrame]:
    """All tables for print of the chapter, and ``marked``, of `marked_table`.

    Parameters
    ----------
    tables
        Tables of the stage.
    files
        Path of each file of the stage to its content.
    settings
        ``config/parts/scenarios.yaml``.
    hierarchies, scenarios
        Their order.
    scale
        Of the views' indices, as `monotown.index.admissible.scale_of` gives it.
    """
    trees, shocks, cross = file_contents(files)
    place = {name: i for i, name in enumerate(hierarchies)}
    agree = tables["agreement"].assign(
        _one=tables["agreement"]["hierarchy"].map(place), _other=tables["agreement"]["other"].map(place)
    )
    shown = {
        "scenarios_key_factors": factor_table(tables["key_factors"]).assign(scale=scale),
        "scenarios_structure": structure_table(tables["structure"], trees, hierarchies),
        "scenarios_agreement": agree.sort_values(["_one", "_other"], ignore_index=True).drop(
            columns=["_one", "_other"]
        ),
        "scenarios_shocks": shock_table(shocks, scenarios),
        "scenarios_changes": change_table(tables, settings["marked"], hierarchies, scenarios).assign(scale=scale),
        "scenarios_targets": target_table(tables["crossing"], scenarios),
        "scenarios_consistency": consistency_table(tables["consistency"], cross, scenarios),
    }
    return {**shown, "marked": marked_table(tables, shown["scenarios_changes"], hierarchies)}


def file_contents(
    files: Mapping[str, Mapping[str, Any]],
) -> tuple[dict[str, Mapping[str, Any]], dict[str, Mapping[str, Any]], Mapping[str, Any]]:
    """Contents of hierarchies and of scenarios by name, and of the cross impacts.

    Parameters
    ----------
    files
        Path of each file to its content.

    Examples
    --------
    >>> trees, shocks, cross = file_contents({
    ...     "h/flat.yaml": {"tree": {}}, "s/flat.yaml": {"shocks": []},
    ...     "c.yaml": {"descriptors": 1}})
    >>> trees, shocks, cross
    ({'flat': {'tree': {}}}, {'flat': {'shocks': []}}, {'descriptors': 1})
    """
    trees, shocks, cross = {}, {}, {}
    for path, content in files.items():
        name = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        if "tree" in content:
            trees[name] = content
        elif "shocks" in content:
            shocks[name] = content
        elif "descriptors" in content:
            cross = dict(content)
    return trees, shocks, cross
