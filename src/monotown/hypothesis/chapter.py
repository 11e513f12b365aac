"""Tables and facts of the chapter on staffing as an indicator of quality of life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base.labels import Labels
from monotown.base.tables import ASSUMPTION
from monotown.base.ties import largest, smallest
from monotown.show.assumptions import ASSUMED, ASSUMPTIONS
from monotown.show.facts import Facts, one, score_form

#: Settings that somebody chose, with the place of each in ``config/parts/hypothesis.yaml`` and
#: its basis.
CHOSEN: Final[Mapping[str, tuple[str, str]]] = {
    "hypothesis_transform": ("prespecified.staffing.transform", "config/measures.yaml"),
    "hypothesis_lag": ("prespecified.lag", ASSUMED),
    "hypothesis_clusters": ("prespecified.test.cluster", ASSUMED),
    "hypothesis_level": ("prespecified.test.level", ASSUMED),
    "hypothesis_sesoi": ("prespecified.sesoi", ASSUMED),
    "hypothesis_power": ("prespecified.power", ASSUMED),
    "hypothesis_left_out": ("prespecified.quality.left_out", "config/parts/hypothesis.yaml, series"),
    "hypothesis_monotowns": ("prespecified.monotowns_least", ASSUMED),
    "hypothesis_first_forecast": ("prespecified.prediction.first_year", ASSUMED),
    "hypothesis_autocorrelation": ("simulation.autocorrelation", ASSUMED),
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
            value = value[key]
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


def found_with(power: pd.DataFrame, way: str, share: float) -> float:
    """Effect that a way finds with a probability in the panel's own design, by interpolation.

    NaN where no effect tried is found so often.
    """
    mine = power[(power["design"] == "panel") & (power["way"] == way)].sort_values("effect", kind="stable")
    if mine["share"].max() < share:
        return float("nan")
    rising = np.maximum.accumulate(mine["share"].to_numpy())
    return float(np.interp(share, rising, mine["effect"]))


def hypothesis_facts(tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any], scale: float) -> pd.DataFrame:
    """Facts of the chapter.

    Parameters
    ----------
    tables
        Tables of `monotown.hypothesis.tables.SCHEMAS`, by name.
    config
        ``config/parts/hypothesis.yaml``.
    scale
        Of the quality index, as `monotown.index.admissible.scale_of` gives it.
    """
    facts = Facts()
    verdict = tables["verdict"]
    add = facts.from_table(verdict, "hypothesis/verdict.csv")
    for direction in ("forward", "reverse"):
        row = verdict[verdict["direction"] == direction].iloc[0]
        name = f"hyp_{direction}"
        add(f"word:hypothesis.verdict.{direction}", **{f"{name}_verdict": row["status"]})
        add(
            "number:2",
            **{
                f"{name}_estimate": row["estimate"],
                f"{name}_low": row["low"],
                f"{name}_high": row["high"],
                f"{name}_p": row["p"],
                f"{name}_p_holm": row["p_holm"],
                f"{name}_equivalence_p": row["equivalence_p"],
                f"{name}_detectable": row["detectable"],
                f"{name}_placebo_p": row["placebo_p"],
            },
        )
        years = {f"{name}_first_year": row["first_year"], f"{name}_last_year": row["last_year"]}
        add("year", **years)
    ahead = verdict[verdict["direction"] == "forward"].iloc[0]
    add("percent:0", hyp_power=ahead["power"], hyp_level=ahead["level"])
    add("percent:0", hyp_interval=float(config["prespecified"]["test"]["interval"]))
    add("number:1", hyp_sesoi=ahead["sesoi"])
    add(score_form(scale), hyp_outcome_sd=ahead["outcome_sd"])
    add("percent:0", hyp_staffing_sd=float(np.expm1(ahead["regressor_sd"])))
    registered = "kept" if verdict["registered"].all() else "changed"
    add("word:hypothesis.registered", hyp_registered=registered)
    add("text", hyp_fingerprint=str(ahead["prespecified"])[:12])
    add("text", hyp_commit=str(config.get("registered_in") or "–")[:12])
    amended = config["amendments"]
    add("text", hyp_amended=", ".join(a["date"] for a in amended))
    add("word:hypothesis.amendment", hyp_amendments=";".join(a["name"] for a in amended))

    family = tables["family"]
    add = facts.from_table(family, "hypothesis_family")
    add("number:0", hyp_family=len(family))
    for test in ("prediction", "monotowns"):
        row = family[family["test"] == test].iloc[0]
        add("number:2", **{f"hyp_{test}_p": row["p"], f"hyp_{test}_p_holm": row["p_holm"]})
    add("number:2", hyp_monotowns_estimate=one(family, "estimate", test="monotowns"))
    add("percent:1", hyp_prediction_gain=1 - one(family, "estimate", test="prediction"))
    add("number:0", hyp_family_refused=int((family["p_holm"] <= ahead["level"]).sum()))

    errors = tables["errors"]
    add = facts.from_table(errors, "hypothesis/errors.csv")
    ahead_errors = errors[errors["direction"] == "forward"]
    size, df, p = (
        {w: float(one(ahead_errors, c, way=w)) for w in ahead_errors["way"]} for c in ("standard_error", "df", "p")
    )
    add("number:1", hyp_error_ratio=size["cr2"] / size["naive"], hyp_df=df["cr2"])
    add("number:2", hyp_naive_p=p["naive"], hyp_randomisation_p=p["randomisation"])

    left = tables["leave_out"]
    add = facts.from_table(left, "hypothesis/leave_out.csv")
    for direction in ("forward", "reverse"):
        mine = left[left["direction"] == direction]
        add(
            "number:2",
            **{
                f"hyp_{direction}_left_low": mine["estimate"].min(),
                f"hyp_{direction}_left_high": mine["estimate"].max(),
                f"hyp_{direction}_left_p": mine["p_wild"].min(),
            },
        )
    ahead_left = left[left["direction"] == "forward"]
    heavy = ahead_left.iloc[largest(ahead_left["leverage"])]
    add("word:unit", hyp_heaviest=heavy["unit"])
    add("percent:0", hyp_heaviest_share=heavy["leverage"])
    add("number:0", hyp_regions=len(ahead_left))

    _curve_facts(facts, tables, float(ahead["level"]))
    _power_facts(facts, tables["power"], float(ahead["power"]))

    pairs = tables["denominators"]
    add = facts.from_table(pairs, "hypothesis_denominators")
    shown = pairs[pairs["staffing"] == config["prespecified"]["staffing"]["measure"]]
    add("number:0", hyp_pairs=len(shown), hyp_pairs_sharing=int((shown["shares"] != "").sum()))
    out = config["prespecified"]["quality"]["left_out"]
    kept = [m for m in shown.loc[shown["primary"], "outcome"] if m not in out]
    add("word:hypothesis.plain", hyp_left_out=";".join(out), hyp_kept=";".join(kept))
    return facts.table()


def _curve_facts(facts: Facts, tables: Mapping[str, pd.DataFrame], level: float) -> None:
    curve, estimates = tables["curve"], tables["estimates"]
    add = facts.from_table(curve, "hypothesis_curve")
    for name in ("every", "unshared"):
        mine = curve[curve["specifications"] == name].set_index("statistic")
        if mine.empty:
            continue
        add("number:0", **{f"hyp_curve_{name}": mine.loc["median", "number"]})
        for statistic, form in (("median", "number:2"), ("significant", "percent:0")):
            start = f"hyp_curve_{name}_{statistic}"
            cells = {"": "observed", "_low": "low", "_high": "high"}
            add(form, **{f"{start}{end}": mine.loc[statistic, c] for end, c in cells.items()})
            add("number:3", **{f"{start}_p": mine.loc[statistic, "p"]})
    unshared = curve[curve["specifications"] == "unshared"]
    beyond = (unshared["p"] <= level).sum()
    reading = "beyond" if beyond == len(unshared) else "within" if beyond == 0 else "mixed"
    add("word:hypothesis.curve_reading", hyp_curve_reading=reading)

    add = facts.from_table(estimates, "hypothesis_estimates")
    ahead = estimates[(estimates["direction"] == "forward") & (estimates["analysis"] != "primary")]
    add("number:0", hyp_others=len(ahead))
    add("number:0", hyp_others_low_p=int((ahead["p_wild"] <= level).sum()))
    least = ahead.iloc[smallest(ahead["p_wild"])]
    add("word:hypothesis.analysis", hyp_least=least["analysis"])
    add("number:2", hyp_least_estimate=least["estimate"], hyp_least_p=least["p_wild"])
    for analysis in ("between", "contextual"):
        cells = {"": "estimate", "_low": "low", "_high": "high", "_p": "p_wild"}
        add(
            "number:2",
            **{f"hyp_{analysis}{end}": one(ahead, column, analysis=analysis) for end, column in cells.items()},
        )


def _power_facts(facts: Facts, power: pd.DataFrame, wanted: float) -> None:
    add = facts.from_table(power, "hypothesis_power")
    made, own = power[power["design"] == "made"], power[power["design"] == "panel"]
    null = made[made["effect"] == 0]
    most = null["rho"].max()
    add("number:1", hyp_rho_most=most)
    add("number:1", hyp_rho_own=own["rho"].iloc[0])
    for way in ("naive", "wild"):
        mine = null[(null["rho"] == most) & (null["way"] == way)]["share"].iloc[0]
        alone = own[(own["effect"] == 0) & (own["way"] == way)]["share"].iloc[0]
        add("percent:0", **{f"hyp_size_{way}": mine, f"hyp_size_{way}_own": alone})
    small = own[(own["effect"] > 0) & (own["way"] == "wild")].sort_values("effect", kind="stable").iloc[0]
    add("percent:0", hyp_small_power=small["share"])
    add("number:1", hyp_small_effect=small["effect"])
    add("number:2", hyp_found_own=found_with(power, "wild", wanted))
