"""Tables of the chapter on staffing as an indicator of quality of life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.labels import Labels
from monotown.base.tables import ASSUMPTION
from monotown.base.ties import sort_key
from monotown.hypothesis.prespecified import WIDER
from monotown.show.assumptions import ASSUMED, ASSUMPTIONS

#: Settings that somebody chose, with the place of each in ``config/parts/hypothesis.yaml`` and
#: its basis.
CHOSEN: Final[Mapping[str, tuple[str, str]]] = {
    "hypothesis_transform": ("prespecified.staffing.transform", "config/study/indicators.csv"),
    "hypothesis_lag": ("prespecified.lag", ASSUMED),
    "hypothesis_clusters": ("prespecified.test.cluster", ASSUMED),
    "hypothesis_level": ("prespecified.test.level", ASSUMED),
    "hypothesis_sesoi": ("prespecified.sesoi", ASSUMED),
    "hypothesis_power": ("prespecified.power", ASSUMED),
    "hypothesis_left_out": ("prespecified.quality.left_out", "config/parts/hypothesis.yaml:series"),
    "hypothesis_monotowns": ("prespecified.monotowns_least", ASSUMED),
    "hypothesis_first_forecast": ("prespecified.prediction.first_year", ASSUMED),
    "hypothesis_autocorrelation": ("simulation.autocorrelation", ASSUMED),
    "hypothesis_spatial": ("exploratory.spatial", ASSUMED),
}

#: Specifications as they are printed: time, form, sample, outcome, staffing, between.
ORDER: Final = (
    "primary",
    "lag_2",
    "lag_3",
    "region_trends",
    "first_differences",
    "five_year_differences",
    "without_almaty_astana",
    "to_2019",
    "whole",
    "life_expectancy",
    "level",
    "log_count",
    "life_expectancy_log_count",
    "between",
    "contextual",
)


def assumption_table(config: Mapping[str, Any], labels: Mapping[str, Labels]) -> pd.DataFrame:
    """Table `monotown.show.assumptions.ASSUMPTIONS` of this part.

    Parameters
    ----------
    config
        ``config/parts/hypothesis.yaml``.
    labels
        Language to its words, with ``assumption.<name>`` of every key of `CHOSEN`.
    """
    rows = []
    for name, (place, basis) in CHOSEN.items():
        value: Any = config
        for key in place.split("."):
            value = value and value[key]
        if value is None:  # a section that the run leaves out
            continue
        shown = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
        words = {f"assumption_{code}": w(f"assumption.{name}") for code, w in labels.items()}
        rows.append({"assumption": name, **words, "value": shown, "basis": basis})
    return ASSUMPTIONS.validate(pd.DataFrame(rows).assign(**ASSUMPTION), lazy=True)


def verdict_table(verdict: pd.DataFrame) -> pd.DataFrame:
    """The verdict with its interval as one column pair, forward first."""
    return verdict.sort_values("direction", kind="stable", ignore_index=True)


def family_table(family: pd.DataFrame) -> pd.DataFrame:
    """The primary family in the order of the specification."""
    order = {name: i for i, name in enumerate(("forward", "reverse", "prediction", "monotowns"))}
    return family.sort_values("test", kind="stable", key=lambda s: s.map(order), ignore_index=True)


def estimate_table(estimates: pd.DataFrame) -> pd.DataFrame:
    """Coefficients of all specifications, forward beside reverse, a row a specification."""
    known = set(estimates["analysis"])
    order = [a for a in ORDER if a in known] + sorted(known - set(ORDER))
    columns = ["estimate", "low", "high", "p_wild"]
    parts = [
        estimates[estimates["direction"] == d].set_index("analysis")[columns].add_prefix(f"{d}_")
        for d in ("forward", "reverse")
    ]
    wide = pd.concat(parts, axis=1).reindex(order).rename_axis("analysis").reset_index()
    shares = estimates[estimates["direction"] == "forward"].set_index("analysis")["shares"]
    wide["shares"] = wide["analysis"].map(shares).fillna("")
    first = estimates.iloc[0]
    return wide.assign(kind=first["kind"], source=first["source"])


def denominator_table(denominators: pd.DataFrame) -> pd.DataFrame:
    """What each pair shares; `used` says where the pair stands."""
    table = denominators.copy()
    table["shares"] = table["shares"].fillna("").replace("", "nothing")
    table["denominator"] = table["denominator"].fillna("")
    table["used"] = np.where(table["primary"], "primary", "beside")
    return table.sort_values(["staffing", "primary", "outcome"], ascending=[False, False, True], ignore_index=True)


def power_table(power: pd.DataFrame) -> pd.DataFrame:
    """Shares of refusals, a column a way to compute the error."""
    keys = ["design", "rho", "effect", "regions", "years", "kind", "source"]
    wide = power.pivot_table(index=keys, columns="way", values="share")
    return wide.rename_axis(None, axis=1).reset_index()


def noise_power_table(power: pd.DataFrame) -> pd.DataFrame:
    """Shares in which the bootstrap refuses, staffing as measured beside true staffing seen with noise."""
    mine = power[power["way"] == "wild"].pivot_table(
        index=["effect", "kind", "source"], columns="design", values="share"
    )
    return mine.rename_axis(None, axis=1).reset_index()


def leverage_table(leave_out: pd.DataFrame, noise: pd.DataFrame) -> pd.DataFrame:
    """The primary coefficient and the reliability of staffing without each region, the heaviest first."""
    keys = ["direction", "unit"]
    joined = leave_out.merge(noise[[*keys, "reliability", "moments"]], on=keys, validate="one_to_one")
    joined = joined[joined["direction"] == "forward"]
    return joined.sort_values("leverage", ascending=False, kind="stable", key=sort_key, ignore_index=True)


def dependence_table(errors: pd.DataFrame, size: pd.DataFrame) -> pd.DataFrame:
    """Each way to compute the error, and its false alarms without and with dependence between neighbours."""
    ways = {way: i for i, way in enumerate(("wild", "cr2", *WIDER))}
    table = errors.copy()
    for name, share in (("apart", size["spatial"].min()), ("near", size["spatial"].max())):
        mine = size[size["spatial"] == share].set_index(["direction", "way"])["share"]
        table[name] = [mine[pair] for pair in zip(table["direction"], table["way"], strict=True)]
    order = table["direction"].map({"forward": 0, "reverse": len(ways)}) + table["way"].map(ways)
    return table.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)


def moran_table(moran: pd.DataFrame) -> pd.DataFrame:
    """Moran's I of the last year of each index, by both kinds of weights."""
    return moran[moran["year"] == moran.groupby("view")["year"].transform("max")].reset_index(drop=True)
