"""Tables of the chapter on scenarios: what is assumed, what follows under each tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from monotown.base.labels import in_language, texts_of
from monotown.base.tables import ASSUMPTION, join_kinds
from monotown.base.ties import TOLERANCE, largest, sort_key
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
    key = ["view", "factor"]
    wide = mine.pivot(index=key, columns="evidence", values="value")  # noqa: PD010
    table = wide.reindex(columns=["gradient", "step", "drop_one", "expert"])
    thirds = mine["view"].map(mine.groupby("view")["factor"].nunique().div(3).apply(np.ceil))
    high = (mine["rank"] <= thirds) & mine["evidence"].isin(["gradient", "drop_one", "expert"])
    groups = mine.groupby(key)
    table["key"] = high.groupby([mine[k] for k in key]).sum() >= 2
    table["kind"] = groups["kind"].agg(join_kinds)
    table["source"] = [("; ".join(source_ids(groups.get_group(name)))) for name in table.index]
    return (
        table.rename_axis(index=["view", "measure"], columns=None)
        .reset_index()
        .sort_values(
            ["view", "key", "gradient", "measure"],
            ascending=[True, False, False, True],
            ignore_index=True,
            key=sort_key,
        )
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
    by = structure.groupby("hierarchy")
    table = structure[structure["parent"] == ""].set_index("hierarchy").loc[list(order)]
    table = table.assign(nodes=by.size(), consistency_ratio=by["consistency_ratio"].max())
    texts = pd.DataFrame([_texts(files[name], "stands_for") for name in order], index=table.index)
    shown = ["nodes", "consistency_ratio", "depth", "leaves", "herfindahl", "gini", "entropy", "top_leaf", "top_share"]
    return texts.join(table[[*shown, "kind", "source"]]).reset_index()


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
    columns = ["scenario", "measure", "size", "in", "start", "full", "spread", "probability"]
    rows = []
    for name in order:
        for shock in files[name]["shocks"]:
            spread = f"\u00b1 {shock['sd']:g}" if shock.get("sd") else ""
            if "range" in shock:
                spread = "{:g}; {:g}".format(*shock["range"])
            more = {"scenario": name, "spread": spread.replace("-", "\u2212")}
            rows.append({"probability": 1.0, **shock, **more})
    return pd.DataFrame(rows, columns=columns).astype({"size": float, "probability": float}).assign(**ASSUMPTION)


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
    by = ["unit", "scenario"]
    groups = last.groupby(by)
    table = (
        last.pivot(index=by, columns="hierarchy", values="change")[list(hierarchies)]  # noqa: PD010
        .join(regret.groupby(by)[["largest_regret", "minimax"]].first())
        .join(best[best["random"] == "both"].groupby(by)["share"].mean().rename("best_share"))
        .join(crossing.groupby(by)["distance"].min())
        .join(groups["clipped"].max())
        .join(groups[["kind", "source"]].first())
    )
    order = pd.MultiIndex.from_product([marked, scenarios], names=by)
    return pd.DataFrame(table.loc[order].reset_index())


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
    states = pd.get_dummies(crossing["state"]).reindex(columns=["rises", "falls"], fill_value=0)
    counts = states.groupby([crossing["scenario"], crossing["hierarchy"]]).sum().groupby("scenario")
    least, most = counts.min().add_suffix("_least"), counts.max()
    table = pd.concat([least, most], axis=1)[["rises_least", "rises", "falls_least", "falls"]].astype(int)
    table["earliest"] = crossing[crossing["state"] == "rises"].groupby("scenario")["year"].min()
    return table.join(crossing.groupby("scenario")[["kind", "source"]].first()).loc[list(scenarios)].reset_index()


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


def best_table(changes: pd.DataFrame, hierarchies: Sequence[str], near: float) -> pd.DataFrame:
    """The best scenario of each hierarchy for each marked unit, each named once, in the hierarchies' order.

    Parameters
    ----------
    changes
        Of `change_table`.
    hierarchies
        Their order.
    near
        Changes nearer than this are equal; of equal ones the first counts.

    Returns
    -------
    pandas.DataFrame
        ``unit, best`` (parted by ``;``), ``best_count, kind, source``.
    """
    rows = []
    for unit, mine in changes.groupby("unit", sort=False):
        names = mine["scenario"].to_numpy()
        best = dict.fromkeys(names[largest(mine[h], near)] for h in hierarchies)
        kinds = {"kind": join_kinds(mine["kind"]), "source": "; ".join(source_ids(mine))}
        rows.append({"unit": unit, "best": ";".join(best), "best_count": len(best), **kinds})
    return pd.DataFrame(rows)


def scenario_tables(
    tables: Mapping[str, pd.DataFrame],
    files: Mapping[str, Mapping[str, Any]],
    settings: Mapping[str, Any],
    hierarchies: Sequence[str],
    scenarios: Sequence[str],
    scale: float,
) -> dict[str, pd.DataFrame]:
    """All tables for print of the chapter, and ``best``, of `best_table`.

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
    agree = tables["agreement"].sort_values(["hierarchy", "other"], key=lambda c: c.map(place), ignore_index=True)
    shown = {
        "scenarios_key_factors": factor_table(tables["key_factors"]).assign(scale=scale),
        "scenarios_structure": structure_table(tables["structure"], trees, hierarchies),
        "scenarios_agreement": agree,
        "scenarios_shocks": shock_table(shocks, scenarios),
        "scenarios_changes": change_table(tables, settings["marked"], hierarchies, scenarios).assign(scale=scale),
        "scenarios_targets": target_table(tables["crossing"], scenarios),
        "scenarios_consistency": consistency_table(tables["consistency"], cross, scenarios),
    }
    return {**shown, "best": best_table(shown["scenarios_changes"], hierarchies, TOLERANCE * scale)}


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
