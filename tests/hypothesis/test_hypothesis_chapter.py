from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from facts_support import chapter_facts, told
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels, fill
from monotown.hypothesis.chapter import (
    CHOSEN,
    assumption_table,
    denominator_table,
    dependence_table,
    estimate_table,
    family_table,
    leverage_table,
    power_table,
    verdict_table,
)
from monotown.hypothesis.prespecified import STATUSES
from monotown.show.assumptions import ASSUMED, join_assumptions
from monotown.show.prose import fact_texts, fields, prose_problems, texts_in
from monotown.workflow import read_yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIG = read_yaml(ROOT / "config/parts/hypothesis.yaml")
TEXT = read_yaml(ROOT / "workflow/parts/hypothesis/chapter.yaml")
ANSWERS = read_yaml(ROOT / "workflow/parts/hypothesis/answers.yaml")
KIND = {"kind": "official", "source": "sdg_regions", "prespecified": "ab" * 32}
MADE = {**KIND, "kind": "synthetic", "source": "made_panels"}


@pytest.fixture(scope="module")
def labels():
    texts = project_texts()
    return {language: Labels(language, texts) for language in LANGUAGES}


def verdict(forward="undecided", reverse="undecided", registered=True):
    rows = [
        {
            "direction": direction,
            "status": status,
            "estimate": 0.08,
            "low": -0.2,
            "high": 0.4,
            "p": 0.6,
            "p_holm": 1.0,
            "equivalence_p": 0.4,
            "detectable": detectable,
            "placebo_p": 0.5,
            "level": 0.05,
            "power": 0.8,
            "sesoi": 0.1,
            "regressor_sd": np.log(1.2),
            "outcome_sd": 4.5,
            "first_year": 2011,
            "last_year": 2022,
            "registered": registered,
        }
        for direction, status, detectable in (("reverse", reverse, 0.3), ("forward", forward, 0.44))
    ]
    return pd.DataFrame(rows).assign(**KIND)


def tables(**verdicts):
    family = [
        ("forward", 0.08, 0.5, 0.6, 1.0),
        ("monotowns", -0.02, -0.1, 0.95, 1.0),
        ("prediction", 0.98, 1.9, 0.01, 0.04),
        ("reverse", 0.07, 0.7, 0.5, 1.0),
    ]
    ways = [
        ("naive", 0.08, 160.0),
        ("crv1", 0.14, 15.0),
        ("cr2", 0.16, 9.7),
        ("wild", None, None),
        ("randomisation", None, None),
    ]
    estimates = [
        (direction, analysis, 0.1 + 0.01 * i, -0.1, 0.3, p, "denominator" if i == 3 else "")
        for direction in ("forward", "reverse")
        for i, (analysis, p) in enumerate(
            [("between", 0.1), ("contextual", 0.9), ("lag_2", 0.02), ("whole", 0.5), ("primary", 0.6)]
        )
    ]
    curve = [
        (name, statistic, n, 0.07, -0.06, 0.06, p)
        for name, n in (("every", 756), ("unshared", 612))
        for statistic, p in (("mean_z", 0.04), ("median", 0.08), ("significant", 0.01))
    ]
    power = [
        (design, rho, effect, way, share)
        for design, rho in (("made", 0.0), ("made", 0.9), ("panel", 0.58))
        for effect, shares in ((0.0, (0.3, 0.05)), (0.1, (0.4, 0.1)), (0.3, (0.9, 0.7)), (0.5, (1.0, 0.9)))
        for way, share in zip(("naive", "wild"), shares, strict=True)
    ]
    pairs = [
        ("researchers_fte_per_10k", "poverty", "respondents", "", True),
        ("researchers_fte_per_10k", "housing_space", "population", "denominator", False),
        ("researchers_fte", "poverty", "respondents", "", False),
    ]
    return {
        "verdict": verdict(**verdicts),
        "family": pd.DataFrame(family, columns=["test", "estimate", "statistic", "p", "p_holm"]).assign(**KIND),
        "errors": pd.DataFrame(
            [
                {"direction": d, "way": w, "standard_error": s, "df": df, "p": 0.3}
                for d in ("forward", "reverse")
                for w, s, df in ways
            ]
        ).assign(**KIND),
        "leave_out": pd.DataFrame(
            [
                {"direction": d, "unit": u, "estimate": e, "p_wild": 0.4, "leverage": w}
                for d in ("forward", "reverse")
                for u, e, w in (("KZNS", 0.1, 0.2), ("KZALA", 0.0, 0.7), ("KZAKM", 0.05, 0.1))
            ]
        ).assign(**KIND),
        "estimates": pd.DataFrame(
            estimates, columns=["direction", "analysis", "estimate", "low", "high", "p_wild", "shares"]
        ).assign(**KIND),
        "curve": pd.DataFrame(
            curve, columns=["specifications", "statistic", "number", "observed", "low", "high", "p"]
        ).assign(**KIND),
        "power": pd.DataFrame(power, columns=["design", "rho", "effect", "way", "share"]).assign(
            regions=16, years=12, **MADE
        ),
        "denominators": pd.DataFrame(pairs, columns=["staffing", "outcome", "denominator", "shares", "primary"]).assign(
            **KIND
        ),
    }


def exploratory():
    """Tables of what was added later, few rows each."""
    noise = [("forward", "regressor", 2021, 0.4), ("forward", "series", 2023, 0.6), ("reverse", "regressor", 2022, 0.8)]
    sizes = {f"{name}{end}": 0.2 for name in ("moments", "simex", "detectable_true") for end in ("", "_low", "_high")}
    power = [(d, e, "wild", s) for d, e, s in (("noise", 0.44, 0.15), ("noise", 1.2, 0.9), ("observed", 0.44, 0.78))]
    ways = ("wild", "driscoll_kraay", "two_way", "neighbours", "cr2")
    both = ("forward", "reverse")
    near = [("v", 2021, "contiguity", 0.04), ("v", 2022, "contiguity", 0.5), ("v", 2022, "length", 0.01)]
    made = {
        "noise": pd.DataFrame(noise, columns=["direction", "years", "last_year", "reliability"]).assign(
            low=0.1, high=0.8, inverse=12.8, added="2026-11-29", **sizes
        ),
        "noise_regions": pd.DataFrame(
            {"direction": "forward", "unit": ["KZNS", "KZALA", "KZAKM"], "reliability": [0.1, 0.5, 0.2], "moments": 0.1}
        ),
        "noise_power": pd.DataFrame(power, columns=["design", "effect", "way", "share"]),
        "moran": pd.DataFrame(near, columns=["view", "year", "weights", "p"]),
        "residuals": pd.DataFrame(
            [(d, s, 0.04, 0.3) for d in both for s in ("moran", "cd", "cd_regions")],
            columns=["direction", "statistic", "observed", "p"],
        ),
        "wider_errors": pd.DataFrame([(d, w, 0.2) for d in both for w in ways], columns=["direction", "way", "p"]),
        "wider_size": pd.DataFrame(
            [(d, s, w, 0.05 + s / 10) for d in both for s in (0.0, 0.6) for w in ways],
            columns=["direction", "spatial", "way", "share"],
        ),
        "stepdown": pd.DataFrame(
            {"test": ["forward", "prediction"], "p_holm": [1.0, 0.43], "p_romano_wolf": [0.8, 0.35]}
        ),
    }
    return {name: table.assign(**KIND) for name, table in made.items()}


def facts_of(made):
    made = made | exploratory()
    read = {f"hypothesis/{name}.csv": table for name, table in made.items()}
    shown = {
        "hypothesis_family": made["family"],
        "hypothesis_estimates": estimate_table(made["estimates"]),
        "hypothesis_curve": made["curve"],
        "hypothesis_denominators": denominator_table(made["denominators"]),
        "hypothesis_leverage": leverage_table(made["leave_out"], made["noise_regions"]),
        "hypothesis_dependence": dependence_table(made["wider_errors"], made["wider_size"]),
        "scores_quality_panel": pd.DataFrame({"scale": [100.0]}),
    }
    return chapter_facts("hypothesis", read | shown, hypothesis=CONFIG)


def known(**verdicts):
    return told(facts_of(tables(**verdicts)))


def test_facts_of_the_hypothesis():
    facts = known()
    assert facts["hyp_forward_verdict"] == "undecided"
    assert (facts["hyp_forward_detectable"], facts["hyp_reverse_detectable"]) == ("0.44", "0.3")
    assert float(facts["hyp_staffing_sd"]) == pytest.approx(0.2)
    assert facts["hyp_outcome_sd"] == "4.5"
    assert facts["hyp_error_ratio"] == "2"
    assert (facts["hyp_family"], facts["hyp_family_refused"]) == ("4", "1")
    assert float(facts["hyp_prediction_gain"]) == pytest.approx(0.02)
    assert (facts["hyp_heaviest"], facts["hyp_heaviest_share"]) == ("KZALA", "0.7")
    assert (facts["hyp_least"], facts["hyp_others"], facts["hyp_others_low_p"]) == ("lag_2", "4", "1")
    assert facts["hyp_curve_reading"] == "mixed"
    assert (facts["hyp_pairs"], facts["hyp_pairs_sharing"]) == ("2", "1")
    assert facts["hyp_kept"] == "poverty"
    assert (facts["hyp_size_naive"], facts["hyp_small_power"]) == ("0.3", "0.1")
    assert float(facts["hyp_found_own"]) == pytest.approx(0.4)
    assert facts["hyp_fingerprint"] == "abababababab"
    assert CONFIG["registered_in"].startswith(facts["hyp_commit"])
    assert len(facts["hyp_commit"]) == 12


def test_facts_of_what_was_added_later():
    facts = known()
    assert facts["hyp_added"] == "2026-11-29"
    assert (facts["hyp_reliability"], facts["hyp_reliability_series"]) == ("0.4", "0.6")
    assert facts["hyp_series_last"] == "2023"
    # by the same numbers as the verdict: the effect detectable there, found with noise and without
    assert (facts["hyp_noise_share"], facts["hyp_observed_share"]) == ("0.15", "0.78")
    assert 0.44 < float(facts["hyp_found_noise"]) < 1.2
    assert facts["hyp_reliability_without"] == "0.5"
    assert (facts["hyp_moran_tests"], facts["hyp_moran_low_p"]) == ("2", "1")
    assert (facts["hyp_size_driscoll_kraay"], facts["hyp_size_wild_near"]) == ("0.05", "0.11")
    assert facts["hyp_spatial"] == "0.6"
    assert (facts["hyp_romano_wolf_least"], facts["hyp_holm_least"]) == ("0.35", "0.43")


def test_what_was_added_later_says_so_in_every_language_and_no_cause():
    told_of = [text for _, text in texts_in(TEXT) if "hyp_added" in fields(text["en"])]
    assert len(told_of) == 1
    for language, word in (("en", "exploratory"), ("ru", "разведочный"), ("kk", "барлау")):
        assert word in told_of[0][language]


def test_the_curve_is_read_by_all_its_statistics():
    made = tables()
    for p, reading in ((0.01, "beyond"), (0.5, "within")):
        made["curve"]["p"] = p
        assert told(facts_of(made))["hyp_curve_reading"] == reading
    made["curve"] = made["curve"][made["curve"]["specifications"] == "unshared"]
    assert told(facts_of(made))["hyp_curve_every"] == ""


def test_tables_for_print():
    made = tables()
    assert verdict_table(made["verdict"])["direction"].tolist() == ["forward", "reverse"]
    assert family_table(made["family"])["test"].tolist() == ["forward", "reverse", "prediction", "monotowns"]
    wide = estimate_table(made["estimates"])
    assert wide["analysis"].iloc[0] == "primary"
    assert wide.set_index("analysis").loc["whole", "shares"] == "denominator"
    assert wide.loc[0, ["forward_estimate", "reverse_p_wild"]].tolist() == pytest.approx([0.14, 0.6])
    pairs = denominator_table(made["denominators"])
    assert pairs["shares"].tolist() == ["nothing", "denominator", "nothing"]
    assert pairs["used"].tolist() == ["primary", "beside", "beside"]
    wide = power_table(made["power"])
    assert len(wide) == 12
    assert wide.loc[0, ["naive", "wild"]].tolist() == [0.3, 0.05]


def test_assumptions_come_from_the_config(labels):
    table = assumption_table(CONFIG, labels).set_index("assumption")
    assert table.index.tolist() == list(CHOSEN)
    assert table.loc["hypothesis_sesoi", "value"] == "0.1"
    assert table.loc["hypothesis_sesoi", "basis"] == ASSUMED
    assert table.loc["hypothesis_left_out", "value"] == "life_expectancy; housing_space"
    assert join_assumptions({"hypothesis": table.reset_index()})["part"].eq("hypothesis").all()


def test_the_chapter_and_the_answers_quote_facts_that_are_there():
    facts = set(known())
    assert prose_problems(TEXT, facts, "chapter.yaml") == []
    assert prose_problems({"answers": ANSWERS["answers"]}, facts, "answers") == []
    claims = {c["id"] for c in read_yaml(ROOT / "config/parts/paper/claims.yaml")["claims"]}
    for answer in ANSWERS["answers"]:
        assert answer["claim"] in claims
        file, name = answer["test"].split("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("forward", STATUSES)
@pytest.mark.parametrize("reverse", STATUSES)
@pytest.mark.parametrize("registered", [True, False])
def test_the_answer_is_five_sentences_at_most_whichever_way_the_results_fall(labels, forward, reverse, registered):
    facts = facts_of(tables(forward=forward, reverse=reverse, registered=registered))
    told = [text for _, text in texts_in(TEXT) if fields(text["en"]) & {"hyp_registered", "hyp_forward_verdict"}]
    assert told
    for language in LANGUAGES:
        known = fact_texts(facts, labels[language])
        known |= {name: "1" for text in told for name in fields(text[language]) - set(known)}
        texts = [fill(text[language], known, language) for text in told]
        for text in texts:
            assert text.endswith((".", ".**"))
            assert len(re.findall(r"[.!?](?=\s|$|\*)", text)) <= 5
            assert "{" not in text
            assert not re.search(r"\bno effect\b|нет эффекта|әсері жоқ", text)
        changed = labels[language]("hypothesis.registered.changed")
        assert any(changed in text for text in texts) is not registered


def test_verdicts_use_no_causal_words(labels):
    causal = r"\b(causes?d?|leads? to|raises?|improves?|impact|влияет|повышает|приводит)\b"
    keys = [k for k in labels["en"].texts if k.startswith("hypothesis.verdict.")]
    assert len(keys) == 2 * len(STATUSES)
    for key in keys:
        for language in LANGUAGES:
            text = labels[language](key)
            assert not re.search(causal, text.replace("does not show a cause", "")), text
