"""Tables and assumptions of the chapter on the mechanism as a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from monotown.base.labels import FALLBACK, Labels, in_language, texts_of
from monotown.base.tables import ASSUMPTION, join_kinds
from monotown.base.ties import level
from monotown.show.assumptions import ASSUMED, ASSUMPTIONS
from monotown.show.printed import source_ids
from monotown.show.words import words_of

Words = Mapping[str, Mapping[str, str]]

#: Quantities of the graph whose rows are shown for the whole chart and for its ends.
_SHOWN = {
    "whole": ("nodes", "arrows", "parts", "reachable_pairs"),
    "ends": ("nodes", "reachable_pairs", "joined_pairs"),
}


def mechanism_words(config: Mapping[str, Any], texts: Words) -> dict[str, dict[str, str]]:
    """Labels of levers and targets, and of the inputs of the Sobol indices made of them.

    Parameters
    ----------
    config
        ``config/parts/mechanism.yaml``.
    texts
        Labels, with ``mechanism.input_<kind>``.

    Returns
    -------
    dict
        ``lever.<id>``, ``target.<name>`` and ``mechanism_input.<kind>:<id>`` to its texts.
    """
    found = words_of("lever", config["levers"]) | words_of("target", config["feedback"]["targets"])
    made = {"mechanism_input.gain": dict(texts["mechanism.input_gain"])}
    for name, entry in config["levers"].items():
        for kind in ("response", "cost"):
            template = texts[f"mechanism.input_{kind}"]
            made[f"mechanism_input.{kind}:{name}"] = {
                k: template[k].format(lever=in_language(entry["label"], k)) for k in template
            }
    return found | made


def _spread(entry: Mapping[str, Any]) -> dict[str, float]:
    return {k: float(entry[k]) for k in ("low", "base", "high")}


def _kind(table: pd.DataFrame) -> dict[str, str]:
    return {"kind": join_kinds(table["kind"]), "source": "; ".join(source_ids(table))}


def lever_table(config: Mapping[str, Any]) -> pd.DataFrame:
    """The levers as they stand in the config, in its order.

    Parameters
    ----------
    config
        ``config/parts/mechanism.yaml``.

    Returns
    -------
    pandas.DataFrame
        ``lever, requires, why_<language>, low, base, high`` (million KZT a year), ``basis, kind,
        source``.
    """
    rows = [
        {
            "lever": name,
            "requires": entry.get("requires", ""),
            **{f"why_{k}": text for k, text in texts_of(entry["why"]).items()},
            **_spread(entry["cost"]),
            "basis": entry["basis"],
        }
        for name, entry in config["levers"].items()
    ]
    return pd.DataFrame(rows).assign(**ASSUMPTION)


def response_table(config: Mapping[str, Any]) -> pd.DataFrame:
    """The responses as in the config: ``lever, measure, form, low, base, high, basis``."""
    rows = [
        {
            "lever": name,
            "measure": response["measure"],
            "form": response.get("form", "added"),
            **_spread(response),
            "basis": response["basis"],
        }
        for name, entry in config["levers"].items()
        for response in entry.get("responses", [])
    ]
    return pd.DataFrame(rows).assign(**ASSUMPTION)


def optimum_table(frontier: pd.DataFrame, ranges: pd.DataFrame) -> pd.DataFrame:
    """The optimum of the base budget of each unit.

    Parameters
    ----------
    frontier, ranges
        Tables `FRONTIER` and `RANGES` of `monotown.mechanism.tables`.

    Returns
    -------
    pandas.DataFrame
        ``view, unit, budget_total, before`` (the index without levers), ``linear, exact, gap,
        bound``, ``low, high`` (of the planned rise over the assumptions), ``price, kind, source``.
    """
    base = frontier[frontier["base"]].copy()
    base["before"] = base["index"] - base["exact"]
    planned = ranges[ranges["output"] == "planned"][["view", "unit", "low", "high"]]
    columns = ["budget_total", "before", "linear", "exact", "gap", "bound", "low", "high", "price", "kind", "source"]
    return base.merge(planned, on=["view", "unit"])[["view", "unit", *columns]]


def use_table(
    allocation: pd.DataFrame, levers: pd.DataFrame, ranges: pd.DataFrame, prices: pd.DataFrame, order: Sequence[str]
) -> pd.DataFrame:
    """Use of each lever at the base budget, with its range, slope and shadow price.

    Parameters
    ----------
    allocation, levers, ranges, prices
        Tables `ALLOCATION`, `LEVERS`, `RANGES`, `SHADOW_PRICES` of `monotown.mechanism.tables`.
    order
        The levers in their order.

    Returns
    -------
    pandas.DataFrame
        ``view, unit, lever, use, low, high, slope_per_cost, alone, price, kind, source``.
    """
    keys = ["view", "unit", "lever"]
    spread = ranges[ranges["output"].str.startswith("use:")]
    spread = spread.assign(lever=spread["output"].str.removeprefix("use:"))
    table = (
        allocation[allocation["budget"] == prices["budget"].iloc[0]][[*keys, "use"]]
        .merge(spread[[*keys, "low", "high"]], on=keys)
        .merge(levers[[*keys, "slope_per_cost", "alone", "kind", "source"]], on=keys)
        .merge(prices[prices["constraint"] != "budget"][[*keys, "price"]], on=keys)
    )
    place = {name: i for i, name in enumerate(order)}
    table = table.sort_values(keys, key=lambda c: c.map(place) if c.name == "lever" else c, ignore_index=True)
    columns = ["use", "low", "high", "slope_per_cost", "alone", "price", "kind", "source"]
    return pd.DataFrame(table, columns=[*keys, *columns])


def gain_table(stability: pd.DataFrame, feedback: pd.DataFrame, target: str) -> pd.DataFrame:
    """Limits of the gain, what each gain is by them, and the error it leaves.

    Parameters
    ----------
    stability, feedback
        Tables `STABILITY` and `FEEDBACK` of `monotown.mechanism.tables`.
    target
        Name of the reachable target.

    Returns
    -------
    pandas.DataFrame
        ``view, unit, no_overshoot, stable, gain, reading, error, kind, source``; `error` is the
        target less the index in the last year.
    """
    last = feedback[feedback["year"] == feedback["year"].max()]
    last = last[(last["target"] == target) & (last["quantity"] == "index")]
    keys = ["view", "unit", "gain"]
    table = stability.merge(last.assign(error=last["target_index"] - last["value"])[[*keys, "error"]], on=keys)
    return table[["view", "unit", "no_overshoot", "stable", "gain", "reading", "error", "kind", "source"]]


def graph_table(graph: pd.DataFrame, boxes: Words, labels: Words) -> pd.DataFrame:
    """Measures of the chart side by side: as stated and with what is inferred, with and without.

    Parameters
    ----------
    graph
        Table `monotown.mechanism.tables.GRAPH`.
    boxes
        Labels of the boxes by id.
    labels
        Words, with ``mechanism.item.<whole or ends>``.

    Returns
    -------
    pandas.DataFrame
        ``item, item_<language>, quantity, stated_with, stated_without, all_with, all_without, kind,
        source``; betweenness, in percent, only of boxes that have any.
    """
    keyed = graph.assign(column=graph["version"] + "_" + graph["hub"])
    wide = keyed.pivot(index=["quantity", "item"], columns="column", values="value")  # noqa: PD010
    wide = wide[["stated_with", "stated_without", "all_with", "all_without"]]
    between = 100 * wide.loc[["betweenness"]]
    between = between[(between > 0).any(axis=1)]
    between = between.iloc[(-level(between["all_with"])).argsort(kind="stable")]
    shown = [(quantity, item) for item, quantities in _SHOWN.items() for quantity in quantities]
    table = pd.concat([wide.loc[shown], between]).reset_index()[["item", "quantity", *wide.columns]]
    words = [boxes.get(item) or labels[f"mechanism.item.{item}"] for item in table["item"]]
    # soft hyphens are for narrow boxes
    told = [{f"item_{k}": text.replace("\u00ad", "") for k, text in texts.items()} for texts in words]
    return table.join(pd.DataFrame(told)).assign(**_kind(graph))


def mechanism_tables(
    config: Mapping[str, Any], found: Mapping[str, pd.DataFrame], boxes: Words, labels: Words, scale: float
) -> dict[str, pd.DataFrame]:
    """Every table of the chapter, by its name.

    Parameters
    ----------
    config
        ``config/parts/mechanism.yaml``.
    found
        Tables of `monotown.mechanism.tables` by their names.
    boxes, labels
        As in `graph_table`.
    scale
        Of the views' indices, as `monotown.index.admissible.scale_of` gives it.
    """
    levers = found["levers"]
    target = next(iter(config["feedback"]["targets"]))
    return {
        "mechanism_levers": lever_table(config),
        "mechanism_responses": response_table(config),
        "mechanism_optimum": optimum_table(found["frontier"], found["ranges"]).assign(scale=scale),
        "mechanism_use": use_table(
            found["allocation"], levers, found["ranges"], found["shadow_prices"], list(config["levers"])
        ).assign(scale=scale),
        "mechanism_gains": gain_table(found["stability"], found["feedback"], target).assign(scale=scale),
        "mechanism_graph": graph_table(found["graph"], boxes, labels),
    }


def assumption_table(config: Mapping[str, Any], words: Mapping[str, Labels]) -> pd.DataFrame:
    """Every assumption of the mechanism: table `monotown.show.assumptions.ASSUMPTIONS`.

    Parameters
    ----------
    config
        ``config/parts/mechanism.yaml``.
    words
        Labels of each language, with those of levers, measures and units.
    """
    rows: list[dict[str, str]] = []

    def add(name: str, label: str, value: str, basis: str = ASSUMED, **fields: str) -> None:
        texts = {}
        for language, w in words.items():
            filled = {k: w(key) if w.has(key) else key for k, key in fields.items()}
            texts[f"assumption_{language}"] = w(
                f"mechanism.assumption.{label}", per=w.number(float(config["per"])), **filled
            )
        rows.append({"assumption": f"mechanism.{name}", **texts, "value": value, "basis": basis})

    def three(entry: Mapping[str, Any]) -> str:
        return "; ".join(str(entry[k]) for k in ("low", "base", "high"))

    for name, entry in config["levers"].items():
        lever = f"lever.{name}"
        add(f"cost.{name}", "cost", three(entry["cost"]), entry["basis"], lever=lever)
        for unit, own in entry["cost"].get("units", {}).items():
            add(f"cost.{name}.{unit}", "unit_cost", three(own), entry["basis"], lever=lever, unit=f"unit.{unit}")
        if entry.get("requires"):
            add(f"requires.{name}", "requires", entry["requires"], lever=lever)
        for r in entry.get("responses", []):
            add(
                f"response.{name}.{r['measure']}",
                r.get("form", "added"),
                three(r),
                r["basis"],
                lever=lever,
                measure=f"measure.{r['measure']}",
            )
    feedback = config["feedback"]
    add("budget", "budget", str(config["budget"]["base"]))
    add("gain", "gain", three(feedback["gain"]), feedback["basis"])
    for name, target in feedback["targets"].items():
        add(f"target.{name}", "target", str(target["share"]), target=f"target.{name}")
    english = words[FALLBACK]
    add("law", "law", english("mechanism.assumption.law_value"))
    add("timing", "timing", english("mechanism.assumption.timing_value"))
    return ASSUMPTIONS.validate(pd.DataFrame(rows).assign(**ASSUMPTION), lazy=True)
