"""Tables of the chapter on the degree holders: what is known, assumed, and follows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from monotown.base.labels import Labels, texts_of
from monotown.base.tables import ASSUMPTION, columns_of
from monotown.show.assumptions import ASSUMED, ASSUMPTIONS

TOTAL = "total"


def _texts(entry: Mapping[str, Any], name: str) -> dict[str, str]:
    return {f"{name}_{k}": text for k, text in texts_of(entry.get(name, {})).items()}


def prior_table(config: Mapping[str, Any], posteriors: pd.DataFrame) -> pd.DataFrame:
    """The priors as they stand in the config, in its order.

    Parameters
    ----------
    config
        ``config/parts/cohort.yaml``.
    posteriors
        Table `monotown.cohort.build.POSTERIORS`.

    Returns
    -------
    pandas.DataFrame
        ``prior, exit_law, exit_median, inflow_law, inflow_median, why_<language>, kind, source``.
    """
    medians = posteriors[(posteriors["model"] == TOTAL) & (posteriors["stage"] == "prior")]
    medians = medians.pivot(index="prior", columns="parameter", values="median")  # noqa: PD010
    rows = [
        {
            "prior": name,
            "exit_law": f"beta({'; '.join(f'{v:g}' for v in entry['exit_rate'])})",
            "exit_median": medians.loc[name, "exit_rate"],
            "inflow_law": f"gamma({'; '.join(f'{v:g}' for v in entry['inflow'])})",
            "inflow_median": medians.loc[name, "inflow"],
            **_texts(entry, "why"),
        }
        for name, entry in config["priors"].items()
    ]
    table = pd.DataFrame(rows).assign(**ASSUMPTION)
    told = [name for name in table.columns if name.startswith("why_")]
    return table.fillna(dict.fromkeys(told, ""))


def posterior_table(posteriors: pd.DataFrame) -> pd.DataFrame:
    """Exit and inflow under each prior, once the totals are known.

    Returns
    -------
    pandas.DataFrame
        ``prior, exit_low, exit_median, exit_high, inflow_low, inflow_median, inflow_high,
        evidence, kind, source``; `evidence` is the probability under the prior of what was seen.
    """
    mine = posteriors[(posteriors["model"] == TOTAL) & (posteriors["stage"] == "posterior")]
    rates, inflows = (mine[mine["parameter"] == name].set_index("prior") for name in ("exit_rate", "inflow"))
    table = pd.DataFrame(
        {f"exit_{q}": rates[q] for q in ("low", "median", "high")}
        | {f"inflow_{q}": inflows[q] for q in ("low", "median", "high")}
        | {name: rates[name] for name in ("evidence", "kind", "source")}
    )
    return table.rename_axis("prior").reset_index()


def course_table(config: Mapping[str, Any], projections: pd.DataFrame) -> pd.DataFrame:
    """What each course assumes, and where it leads over all priors, in the order of the config.

    Parameters
    ----------
    config
        ``config/parts/cohort.yaml``.
    projections
        Table `monotown.cohort.build.PROJECTIONS`; the model of groups is taken where there is one.

    Returns
    -------
    pandas.DataFrame
        ``course, exit_factor, inflow_factor, extra_inflow`` (persons a year), ``year``, and over
        the priors the lowest and highest median and shares of trajectories that hold the last
        total or regain the first: ``median_low, median_high, hold_low, hold_high, regain_low,
        regain_high, kind, source``.
    """
    models = set(projections["model"])
    model = "groups" if "groups" in models else TOTAL
    last = projections["year"].max()
    ends = projections[
        (projections["model"] == model) & (projections["group"] == TOTAL) & (projections["year"] == last)
    ]
    assumed = [
        {
            "course": name,
            "exit_factor": float(entry.get("exit_factor", 1)),
            "inflow_factor": float(entry.get("inflow_factor", 1)),
            "extra_inflow": math.fsum(entry.get("extra_inflow", {}).values()),
            "year": int(last),
        }
        for name, entry in config["courses"].items()
    ]
    by = ends.groupby("course")
    found = ["median", "hold", "regain"]
    ranges = by[found].min().add_suffix("_low").join(by[found].max().add_suffix("_high"))
    return pd.DataFrame(assumed).join(ranges.join(by[["kind", "source"]].first()), on="course")


def cohort_assumptions(config: Mapping[str, Any], labels: Mapping[str, Labels]) -> pd.DataFrame:
    """Every assumption of the cohort, its value as the config gives it.

    Parameters
    ----------
    config
        ``config/parts/cohort.yaml``.
    labels
        Words of each language.

    Returns
    -------
    pandas.DataFrame
        Table `monotown.show.assumptions.ASSUMPTIONS`.
    """

    def row(what: str, named: str, entry: str, value: str) -> dict[str, str]:
        texts = {k: w(f"cohort.assumed.{what}") for k, w in labels.items()}
        if named:
            texts = {k: f"{texts[k]}: {w(f'{named}.{entry}')}" for k, w in labels.items()}
        return {
            "assumption": f"{what}.{entry}" if entry else what,
            **{f"assumption_{k}": text for k, text in texts.items()},
            "value": value,
            "basis": ASSUMED,
        }

    rows = [row("closed", "", "", "; ".join(config["closed"]))] if config["closed"] else []
    for name, prior in config["priors"].items():
        exits, inflow = ("; ".join(f"{v:g}" for v in prior[k]) for k in ("exit_rate", "inflow"))
        rows.append(row("exit", "prior", name, f"beta({exits})"))
        rows.append(row("inflow", "prior", name, f"gamma({inflow})"))
    for name, course in config["courses"].items():
        for what in ("exit_factor", "inflow_factor"):
            if what in course:
                rows.append(row(what, "course", name, f"{course[what]:g}"))
        extra = "; ".join(f"{n:g} ({group})" for group, n in course.get("extra_inflow", {}).items())
        if extra:
            rows.append(row("extra_inflow", "course", name, extra))
    table = pd.DataFrame(rows).assign(**ASSUMPTION)
    return ASSUMPTIONS.validate(table[columns_of(ASSUMPTIONS, table.columns)], lazy=True)


def needs_table(needs: pd.DataFrame) -> pd.DataFrame:
    """Inflow needed to hold or to regain, under the exit rate of each prior and without inflow."""
    return needs.assign(exit_from=needs["exit_from"].str.removeprefix("posterior_"))
