from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from facts_support import chapter_facts, told

from monotown.sensitivity.chapter import (
    Tried,
    aggregation_shifts,
    choices,
    enough_draws,
    every_input,
    method_ranks,
    one_choice,
    refused,
    robustness,
    robustness_tables,
    swaps,
)
from monotown.sensitivity.rates import small_counts

KIND = {"kind": "official", "source": "bulletin"}


def methods():
    """Two units: own order A, B; one of the three others turns it round."""
    rows = []
    combinations = [
        ("as_configured", "as_configured", "as_configured"),
        ("minmax", "critic", "arithmetic"),
        ("minmax", "entropy", "arithmetic"),
        ("rank", "critic", "minimum"),
    ]
    for names, ranks in zip(combinations, [(1, 2), (1, 2), (1.5, 1.5), (3, 1)], strict=True):
        rows += [("v", 2022, u, *names, 0.5, r) for u, r in zip("AB", ranks, strict=True)]
    columns = ["view", "year", "unit", "normalisation", "weighting", "aggregation", "score", "rank"]
    return pd.DataFrame(rows, columns=columns).assign(kind="official")


def test_ranks_over_methods_beside_the_own_one():
    table = method_ranks(methods(), "bulletin")
    assert table["unit"].tolist() == ["A", "B"]
    first = table.iloc[0]
    assert (first["own_rank"], first["best"], first["worst"], first["median"]) == (1, 1, 3, 1.25)
    # The middle 90% of four methods: nothing is cut off.
    assert (first["low"], first["high"]) == (1, 3)
    assert first["share_within_one"] == 0.75  # shifts 0, 0, 0.5, 2
    assert first["mean_shift"] == 0.625
    lost = methods().iloc[2:]
    with pytest.raises(ValueError, match="no rank by the view's own method for A, B"):
        method_ranks(lost, "bulletin")


def test_facts_of_the_methods():
    table = method_ranks(methods(), "bulletin")
    bad = pd.DataFrame(
        {
            "view": "v",
            "year": 2022,
            "normalisation": ["zscore", "borda"],
            "weighting": "any",
            "aggregation": ["geometric", "ampi"],
            "setting": "x",
            "found": ["negative", "other"],
            "admissible": "another",
        }
    )
    shown = refused(bad, "official", "bulletin")
    assert shown["aggregation"].tolist() == ["ampi", "geometric"]
    assert shown["found"].tolist() == ["other", "negative"]
    view = "potential_panel"
    tables = {
        f"method_ranks_{view}": table,
        f"inadmissible_{view}": shown,
        f"index/{view}/methods.csv": methods(),
        f"index/{view}/aggregation_shifts.csv": aggregation_shifts(methods(), table),
    }
    known = told(chapter_facts("50_methods", tables))
    assert known[f"methods_{view}_combinations"] == "4"
    assert known[f"methods_{view}_refused"] == "2"
    assert known[f"methods_{view}_farthest"] == "minimum"
    assert float(known[f"methods_{view}_farthest_shift"]) == 1.5  # 2 for A, 1 for B
    assert float(known[f"methods_{view}_shift"]) == (0.625 + 0.375) / 2
    assert known[f"methods_{view}_widest"] == "A"
    assert float(known["methods_middle"]) == 0.9


def intervals(*limits):
    low, high = zip(*limits, strict=True)
    units = ["KZULU", "KZKAR", "C"]
    return pd.DataFrame(
        {
            "unit": units,
            "year": 2022,
            "baseline_rank": [3.0, 1.0, 2.0],
            "rank_p05": low,
            "rank_p50": low,
            "rank_p95": high,
            "kind": "official",
        }
    )


def test_an_interval_is_narrow_or_wide_only_if_it_is_so_in_every_analysis():
    table = robustness(
        {"weights": intervals((17, 19.5), (1, 9), (4, 7)), "data": intervals((20, 20), (2, 8), (1, 9))}, "bulletin"
    )
    assert table["unit"].tolist() == ["KZKAR", "C", "KZULU"]
    assert table["reading"].tolist() == ["wide", "mixed", "narrow"]
    assert table["weights"].tolist() == ["1–9", "4–7", "17–20"]
    assert table["data"].tolist() == ["2–8", "1–9", "20"]
    assert table["weights_high"].tolist() == [9, 7, 19.5]


def drawn(enough, same_first, shift, kind="official"):
    convergence = pd.DataFrame(
        {
            "draws": [100, 10],
            "share_error": [0.01, 0.05],
            "rank_error": [1.0, 4.0],
            "enough": [enough, False],
            "kind": kind,
        }
    )
    known = {"excluded_share": 0.2, "mean_kendall": 0.9, "mean_abs_rank_shift": shift, "share_same_top_1": same_first}
    return convergence, pd.DataFrame({"quantity": list(known), "value": list(known.values())})


def test_the_last_count_of_draws_decides_whether_they_are_enough():
    erring = drawn(False, 0.4, 2.0, "assumed+official")
    table = enough_draws({"a": drawn(True, 0.5, 1.0), "b": erring}, "bulletin")
    assert table["kind"].tolist() == ["official", "assumed+official"]
    assert table["draws"].tolist() == [100, 100]
    assert table["share_error"].tolist() == [0.01, 0.01]
    assert table["enough"].tolist() == ["True", "False"]
    assert table["same_first"].tolist() == [0.5, 0.4]


def sobol():
    rows = [
        ("methods", "mean_rank_shift", "scheme", 0.3, 0.4, 0.35),
        ("methods", "mean_rank_shift", "leave_out", 0.5, 0.6, 0.65),
        ("methods", "rank", "scheme", 0.9, 0.9, 0.9),
        ("methods_and_noise", "mean_rank_shift", "weights", 0.9, 0.9, np.nan),
        ("every_input", "mean_rank_shift", "weights", 0.1, 0.3, np.nan),
        ("every_input", "mean_rank_shift", "data_error", 0.2, 0.7, np.nan),
        ("every_input", "mean_rank_shift", "outliers", 0.1, 0.01, np.nan),
    ]
    columns = ["design", "output", "input", "first", "total", "shapley"]
    table = pd.DataFrame(rows, columns=columns).assign(status="defined", evaluations=640, **KIND)
    limits = {f"{c}_{end}": table[c] for c in ("first", "total") for end in ("low", "high")}
    return table.assign(**limits)


def test_every_input_stands_by_its_total_index_and_a_narrower_design_stands_in():
    assert every_input(sobol())["input"].tolist() == ["data_error", "weights", "outliers"]
    less = sobol()[sobol()["design"] != "every_input"]
    assert every_input(less)["input"].tolist() == ["weights"]


def test_choices_stand_by_their_share_of_the_variance():
    table = choices(sobol())
    assert table["input"].tolist() == ["leave_out", "scheme"]
    assert table["total"].tolist() == [0.6, 0.4]


def flips():
    rows = [
        (2022, "B", "A", 1.0, "blocks", "found", 0.30, False),
        (2022, "B", "A", 1.0, "B1", "found", 0.10, True),
        (2022, "C", "B", 2.0, "blocks", "out_of_reach", np.nan, False),
        (2022, "D", "C", 3.0, "blocks", "tied", np.nan, False),
        (2021, "A", "B", 1.0, "blocks", "found", 0.01, True),
    ]
    columns = ["year", "unit", "rival", "rival_rank", "scope", "status", "distance", "smallest"]
    return pd.DataFrame(rows, columns=columns).assign(gains_most="m", loses_most="n", **KIND)


def test_each_pair_of_neighbours_stands_once_with_its_least_change():
    table = swaps(flips())
    assert table["unit"].tolist() == ["B", "C", "D"]
    assert table["moved"].tolist() == pytest.approx([0.05, np.nan, 0.0], nan_ok=True)
    assert table["gains_most"].tolist() == ["m", "", ""]


def rates():
    return pd.DataFrame(
        {
            "unit": ["KZULU", "KZULU", "KZKAR", "C"],
            "year": [2022, 2021, 2022, 2022],
            "measure": "researchers_per_10k",
            "count": [2.0, 1.0, 300.0, 0.0],
            "raw": [0.09, 0.04, 5.0, 0.0],
            "shrunk": [0.12, 0.1, 4.9, 0.05],
            "low": [0.04, 0.01, 4.5, 0.01],
            "high": [0.29, 0.2, 5.5, 0.2],
            **KIND,
        }
    )


def shrunk():
    return pd.DataFrame(
        {
            "unit": ["KZULU", "KZKAR", "C"],
            "year": 2022,
            "raw_score": [11.3, 50.0, 30.0],
            "raw_rank": [3.0, 1.0, 2.0],
            "shrunk_score": [12.8, 49.0, 12.0],
            "shrunk_rank": [2.0, 1.0, 3.0],
            "kind": "official",
        }
    )


def test_small_counts_are_told_the_fewest_first():
    table = small_counts(rates(), shrunk(), 2022)
    told = table[["unit", "count", "raw_rank", "shrunk_rank"]]
    assert told.to_numpy().tolist() == [["C", 0, 2, 3], ["KZULU", 2, 3, 2]]


def changed() -> pd.DataFrame:
    rows = [
        ("aggregation", "harmonic", "", 0.8, 2.0, "KZKAR", "moved"),
        ("aggregation", "arithmetic", "", 0.9, 3.0, "KZKAR", "moved"),
        ("goalpost_set", "undp", "", 0.4, 9.0, "KZULU", "moved"),
        ("goalpost_set", "undp", "m", 0.5, 7.0, "KZULU", "moved"),
        ("goalpost_set", "natural", "m", 0.6, 7.0, "KZULU", "moved"),
        ("normalisation", "zscore", "", np.nan, np.nan, "", "refused"),
        ("floor", "0.1", "", 1.0, 0.0, "", "same"),
    ]
    table = pd.DataFrame(rows, columns=["input", "level", "measure", "kendall", "largest_shift", "unit", "status"])
    return table.assign(low=20.0, high=85.0, own_low=65.0, own_high=80.0, kind="official", source="bulletin")


def test_of_each_choice_the_level_that_changes_the_order_most_is_told():
    table = one_choice(changed())
    assert table[["input", "measure", "level"]].to_numpy().tolist() == [
        ["goalpost_set", "m", "undp"],
        ["aggregation", "", "harmonic"],
        ["floor", "", "0.1"],
    ]


def test_the_facts_tell_what_the_tables_show():
    ranges = pd.DataFrame(
        {
            "year": 2022,
            "block": ["B1", "B2", "B1"],
            "scope": ["order", "order", "first"],
            "low": [0.4, 0.45, 0.5],
            "high": [0.6, 0.55, 0.5],
            **KIND,
        }
    )
    scores = pd.DataFrame({"unit": ["KZULU"], "score_p05": [5.0], "score_p50": [12.0], "score_p95": [20.0], **KIND})
    first, second = drawn(True, 0.5, 1.0), drawn(False, 0.4, 2.0)
    tried = Tried(
        scores=pd.DataFrame({"kind": ["official"], "source": ["bulletin"]}),
        rank_intervals={"weights": intervals((17, 19), (1, 9), (4, 7)), "data": intervals((20, 20), (2, 8), (1, 9))},
        convergence={"weights": first[0], "data": second[0]},
        summary={"weights": first[1], "data": second[1]},
        sobol=sobol(),
        flips=flips(),
        rates=rates(),
        shrunk=shrunk(),
        one_choice=changed(),
    )
    made = robustness_tables(dict.fromkeys(("potential_2022", "potential_panel"), tried))
    names = ("robustness", "enough", "choices", "every_input", "swaps", "small_counts", "one_choice")
    assert [name for name in made if name.endswith("_2022")] == [f"{name}_potential_2022" for name in names]
    for name, table in made.items():
        if name.startswith("enough_"):
            table["enough"] = table["enough"] == "True"  # as it is read
    made["robustness_potential_panel"] = made["robustness_potential_panel"].replace("KZKAR", "KZKAR17")
    stability = {f"sensitivity/{v}/stability_intervals.csv": ranges for v in ("potential_2022", "potential_panel")}
    counted = {"rates": rates(), "shrunk": shrunk(), "data/rank_intervals": scores}
    stability |= {f"sensitivity/potential_2022/{name}.csv": table for name, table in counted.items()}
    run = {"enough": {"share_error": 0.005, "rank_error": 1}, "interval": [0.05, 0.95]}
    facts = told(chapter_facts("60_sensitivity", made | stability, sensitivity=run))
    known = {name.replace("potential_2022", "v"): value for name, value in facts.items()}
    assert known["v_narrow_units"] == "KZULU"
    assert known["v_wide_units"] == "KZKAR"
    assert (known["v_karaganda_best"], known["v_karaganda_worst"]) == ("1", "9")
    assert (known["v_ulytau_best"], known["v_ulytau_worst"]) == ("17", "20")
    assert known["v_met"] == "1"
    assert known["v_same_first_where"] == known["v_moves_most"] == "data"
    assert (known["v_input"], known["v_share_second"]) == ("leave_out", "0.35")
    assert (known["v_every_top"], known["v_every_second_total"]) == ("data_error", "0.3")
    assert (known["v_every_last"], known["v_every_inputs"]) == ("outliers", "3")
    assert float(known["v_every_alone"]) == pytest.approx(0.4)
    assert (known["counts_ulytau_cases"], known["counts_ulytau_high"], known["counts_level"]) == ("2", "0.29", "0.9")
    assert (known["counts_moved_units"], known["counts_moved_most"]) == ("KZULU;C", "1")
    assert (known["counts_ulytau_score_low"], known["counts_ulytau_score_high"]) == ("5", "20")
    assert known["v_closest"] == "C;D"
    assert [known[f"v_rests_{k}"] for k in ("input", "level", "measure", "tau", "shift", "unit")] == [
        *("goalpost_set", "undp", "m"),
        *("0.5", "7", "KZULU"),
    ]
    assert (known["v_block"], known["v_block_low"]) == ("B2", "0.45")
    assert (known["analyses_count"], known["stop_share"]) == ("2", "0.005")
