"""What the prose quotes about the regions and about the weights, read from their tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from scipy.special import ndtri, stdtrit

from monotown.base.ties import at_least, sort_key
from monotown.show.facts import Facts, one, ranking_facts, score_form

#: The units that the prose tells of by name.
KARAGANDA, ULYTAU, KARAGANDA_CONSTANT, TOWN = "KZKAR", "KZULU", "KZKAR17", "KZZHK"
COUNTRY = "KZ"


#: Level and power at which the smallest correlation that could be found is told.
LEVEL, POWER = 0.05, 0.8


def detectable_correlation(n: int, level: float = LEVEL, power: float = POWER) -> float:
    """Smallest correlation that a two-sided test of the usual kind finds with a given power.

    Fisher's transformation with the correction for bias: ``artanh(r) + r / (2 (n - 1))`` is
    normal with standard deviation ``1 / sqrt(n - 3)``, and the test rejects beyond the critical
    value of Student's t (Fisher, 1921; Cohen, 1988, Statistical Power Analysis, chapter 3).

    Parameters
    ----------
    n
        Independent units; of fewer than 4 nothing can be said and NaN is returned.
    level, power
        Probabilities of a false and of a true finding.

    Examples
    --------
    >>> round(detectable_correlation(16), 2), round(detectable_correlation(783), 2)
    (0.64, 0.1)
    """
    if n < 4:
        return math.nan
    from scipy.optimize import brentq

    critical = float(stdtrit(n - 2, 1 - level / 2))
    limit = math.atanh(critical / math.sqrt(n - 2 + critical**2))
    wanted = limit + float(ndtri(power)) / math.sqrt(n - 3)
    return float(brentq(lambda r: math.atanh(r) + r / (2 * (n - 1)) - wanted, 0, 1 - 1e-12))


def region_facts(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Facts of the chapters on the regions.

    Parameters
    ----------
    tables
        ``scores_potential_2022``, ``scores_potential_panel``, ``scores_quality_2022``,
        ``potential_quality_2022`` and ``town``, as `monotown.index.printed.region_tables` gives
        them; ``outlay``, ``choices`` and ``external``, of `monotown.index.outlay`.

    Returns
    -------
    pandas.DataFrame
        Table `monotown.show.prose.FACTS`.
    """
    facts = Facts()
    name = "scores_potential_2022"
    potential = tables[name]
    ranked = potential[potential["rank"].notna()].sort_values(["rank", "unit"])
    year = int(potential["year"].iloc[0])
    add = facts.from_table(potential, name)
    add("year", cross_year=year)
    scale = float(potential["scale"].iloc[0])
    add("number:0", regions_now=len(potential), ranked_now=len(ranked), scale_top=scale)
    add(score_form(scale), top_score=ranked["score"].iloc[0])
    add("word:unit", **ranking_facts(potential), second_unit=ranked["unit"].iloc[1], third_unit=ranked["unit"].iloc[2])
    add("rank", ulytau_rank=one(potential, "rank", unit=ULYTAU), karaganda_rank=one(potential, "rank", unit=KARAGANDA))

    choices = tables["choices"].iloc[0]
    add("number:0", measures_now=choices["measures"], measures_logged=choices["logged"])
    add("number:0", floor_score=choices["floor"])
    add("number:2", detectable_now=detectable_correlation(len(ranked)))
    add("percent:0", test_level=LEVEL, test_power=POWER)

    name = "scores_potential_panel"
    panel = tables[name]
    mine = panel[panel["unit"] == KARAGANDA_CONSTANT]
    add = facts.from_table(panel, name)
    add("number:0", regions_constant=len(panel))
    add("year", panel_first=panel["first_year"].min(), panel_last=panel["last_year"].max())
    add("rank", karaganda_rank_first=one(mine, "rank_from"), karaganda_rank_last=one(mine, "rank_to"))
    add("number:2", detectable_constant=detectable_correlation(len(panel)))
    add(score_form(float(panel["scale"].iloc[0])), karaganda_change=one(mine, "change"))

    name = "scores_quality_2022"
    quality = tables[name]
    add = facts.from_table(quality, name)
    add("number:0", quality_ranked=quality["rank"].notna().sum())
    add("word:unit", **ranking_facts(quality, "quality_"))
    add(
        "rank",
        quality_ulytau_rank=one(quality, "rank", unit=ULYTAU),
        quality_karaganda_rank=one(quality, "rank", unit=KARAGANDA),
    )

    town = tables["town"]
    paper = town[(town["unit"] == TOWN) & town["researchers"].notna()].sort_values("year", kind="stable").iloc[-1:]
    region = town[(town["unit"] == ULYTAU) & (town["year"] == year)]
    add = facts.from_table(paper, "town")
    add("number:0", town_researchers=one(paper, "researchers"))
    add("year", town_year=one(paper, "year"))
    add("number:0", town_gap=year - one(paper, "year"))
    add = facts.from_table(region, "town")
    add("number:0", ulytau_researchers=one(region, "researchers"), ulytau_organisations=one(region, "organisations"))
    external = tables["external"]
    add = facts.from_table(external, "clean/observations.csv")
    add("number:0", ulytau_external=one(external, "external"))
    add("number:1", ulytau_internal=one(external, "internal"))
    add("percent:0", ulytau_external_share=one(external, "external_share"))
    _outlay_facts(facts, tables["outlay"])
    return facts.table()


def _outlay_facts(facts: Facts, outlay: pd.DataFrame) -> None:
    add = facts.from_table(outlay, "index/potential_2022/normalised.csv")
    add("word:unit", outlay_unit=one(outlay, "unit"))
    amounts = {"": "amount", "_next": "next_amount", "_median": "median_amount"}
    add("number:1", **{f"outlay_amount{end}": one(outlay, c) for end, c in amounts.items()})
    for end in ("", "_before", "_after"):
        add("percent:2", **{f"outlay_share{end}": one(outlay, f"share{end}")})
        add("rank", **{f"outlay_rank{end}": one(outlay, f"rank{end}")})


def weight_facts(
    tables: Mapping[str, pd.DataFrame], summary: pd.DataFrame, agreement: pd.DataFrame, interval: Sequence[float]
) -> pd.DataFrame:
    """Facts of the chapter on the weights.

    Parameters
    ----------
    tables
        ``rank_intervals`` and ``drop_one`` of one view and year.
    summary, agreement
        Tables of the sensitivity stage of the same view and year.
    interval
        Lower and upper probability of the intervals.
    """
    facts = Facts()
    intervals, dropped = tables["rank_intervals"], tables["drop_one"]
    low, high = (c for c in intervals.columns if c.startswith("rank_p") and c != "rank_p50")
    width = intervals[high] - intervals[low]
    widest = intervals[width == width.max()]
    known = dict(zip(summary["quantity"], summary["value"], strict=True))
    add = facts.from_table(intervals, "rank_intervals")
    add("number:0", draws=known["draws"], settled_units=int((width == 0).sum()))
    add("percent:0", interval_share=round(interval[1] - interval[0], 12))
    add("percent:1", same_order=known["share_same_order"])
    add("percent:0", same_rank=intervals["share_baseline_rank"].mean(), within_one=intervals["share_within_one"].mean())
    add("rank", widest_span=width.max())
    add("word:unit", widest_units=";".join(widest["unit"]))
    for name, unit in (("ulytau", ULYTAU), ("karaganda", KARAGANDA)):
        add("rank", **{f"{name}_from": one(intervals, low, unit=unit), f"{name}_to": one(intervals, high, unit=unit)})
    known_schemes = agreement[agreement["kendall"].notna()].sort_values(["kendall", "scheme"], key=sort_key)
    add("word:scheme", scheme_lowest=known_schemes["scheme"].iloc[0])
    add("number:2", kendall_lowest=known_schemes["kendall"].iloc[0])
    add = facts.from_table(dropped, "drop_one")
    most = dropped[at_least(dropped["mean_shift"], dropped["mean_shift"].max())]
    add("word:measure", dropped_measures=";".join(most["dropped"]))
    add("number:1", dropped_shift=dropped["mean_shift"].max())
    return facts.table()
