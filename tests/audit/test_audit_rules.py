"""Every rule speaks of a study made to break it, and of none made to pass."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import monotown as mt
from monotown.audit.chapter import rule_table
from monotown.audit.measures import Given, audit_tables
from monotown.audit.rules import findings, rule_problems
from monotown.audit.tables import FINDINGS
from monotown.base.labels import Labels, slots
from monotown.base.schemas import schema_problems
from monotown.index.structure import structure_tables
from monotown.workflow import read_yaml
from monotown.workflow.words import label_texts

ROOT = Path(__file__).resolve().parents[2]
CONFIG = read_yaml(ROOT / "config/parts/audit.yaml")
RULES = CONFIG["rules"]

#: What the rules need of the analyses of uncertainty.
OF_RANKS = ("wide_ranks", "shift", "first_place", "one_choice")

UNITS = 40
Change = Callable[["Made"], None]


class Made:
    """A study of two blocks of three indicators that move together in moderation, each on a scale of 0 to 1."""

    def __init__(self, units: int = UNITS) -> None:
        rng = np.random.default_rng(5)
        common = np.linspace(-1, 1, units)
        block = {b: common + 0.5 * rng.uniform(-1, 1, units) for b in "ab"}
        self.figures = pd.DataFrame({"unit": [f"u{i:02}" for i in range(units)]})
        for b in "ab":
            for k in "123":
                value = block[b] + 0.5 * rng.uniform(-1, 1, units)
                self.figures[f"{b}{k}"] = (value - value.min() + 0.05) / (np.ptp(value) + 0.1)
        self.weights = dict.fromkeys(self.figures.columns[1:], 1.0)
        self.reflective: list[str] = []

    def given(self) -> Given:
        """What the first stages say of it, without draws."""
        leaves = [n for n in self.figures if n != "unit"]
        rows = [{"id": b} for b in dict.fromkeys(n[0] for n in leaves)]
        rows += [{"id": n, "parent": n[0], "low": 0, "high": 1, "weight": self.weights[n]} for n in leaves]
        index = mt.Study(pd.DataFrame(rows), self.figures).index()
        tables = index.tables
        made = structure_tables(
            tables["normalised"], tables["weights"], tables["scores"], root=index.model.tree.id, order=leaves,
            reflective=self.reflective, smoother="linear",
        )  # fmt: skip
        return Given(
            tables["prepared"], tables["scores"], made.structure, made.correlations, made.importance, self.reflective
        )

    def found(self) -> pd.DataFrame:
        return findings(audit_tables(self.given(), wide=CONFIG["wide"]), RULES)

    def set(self, name: str, values: object) -> None:
        self.figures[name] = np.asarray(values, dtype=float)
        self.weights.setdefault(name, 1.0)


def fired(found: pd.DataFrame) -> dict[str, list[str]]:
    mine = found[found["status"] == "fired"]
    return mine.groupby("rule")["subject"].apply(list).to_dict()


def test_the_sound_study_breaks_no_rule_and_every_rule_is_listed() -> None:
    found = Made().found()
    assert fired(found) == {}
    assert found["rule"].tolist() == list(RULES)
    silent = found.set_index("rule")["status"]
    assert set(silent[silent == "not_judged"].index) == {"alpha", *OF_RANKS}
    FINDINGS.validate(found)


def few_values(made: Made) -> None:
    made.figures.loc[: UNITS // 2, "a1"] = np.nan


def one_far(made: Made) -> None:
    values = made.figures["a1"] * 0.1
    values[UNITS - 1] = 1.0
    made.set("a1", values)


def bent(made: Made) -> None:
    # five of so many units do not make the shape
    made.figures = Made(200).figures
    order = made.figures["a1"].rank().to_numpy() / 200
    made.set("a1", order**30)


def many_alike(made: Made) -> None:
    made.set("a1", np.where(made.figures["a1"] < made.figures["a1"].quantile(0.6), 0.3, made.figures["a1"]))


def narrow(made: Made) -> None:
    made.set("a1", 0.5 + 0.1 * made.figures["a1"])


def beyond(made: Made) -> None:
    made.set("a1", 1.6 * made.figures["a1"] - 0.1)


def turned(made: Made) -> None:
    made.set("a1", 1 - made.figures["a1"])


def beside(values: np.ndarray, others: pd.DataFrame) -> np.ndarray:
    """What of some values is at right angles to others, from 0 to 1."""
    x = np.column_stack([np.ones(len(others)), others.to_numpy()])
    rest = values - x @ np.linalg.lstsq(x, values, rcond=None)[0]
    return (rest - rest.min()) / np.ptp(rest)


def apart(made: Made) -> None:
    noise = np.random.default_rng(1).uniform(size=UNITS)
    made.set("a1", 0.3 * beside(noise, made.figures.drop(columns=["unit", "a1"])))


def stray(made: Made) -> None:
    made.set("a1", beside(made.figures[["b1", "b2", "b3"]].sum(axis=1).to_numpy(), made.figures[["a2", "a3"]]))


def twin(made: Made) -> None:
    made.set("a2", made.figures["a1"] * 0.95 + 0.02)


def twin_across(made: Made) -> None:
    made.set("b2", made.figures["a1"] * 0.95 + 0.02)


def unalike(made: Made) -> None:
    made.reflective = ["a"]
    rng = np.random.default_rng(2)
    for k in "123":
        made.set(f"a{k}", rng.permutation(made.figures[f"a{k}"]))


def mute_block(made: Made) -> None:
    rng = np.random.default_rng(3)
    for k in "123":
        made.set(f"a{k}", 0.5 + 0.05 * rng.permutation(made.figures[f"a{k}"]))


def small(made: Made) -> None:
    made.figures = made.figures.iloc[::3].reset_index(drop=True)


def light(made: Made) -> None:
    made.weights["a1"] = 0.02


def heavy(made: Made) -> None:
    made.weights |= {"a1": 20.0, "a2": 1.0, "a3": 1.0}
    apart(made)


#: Rule, a change that breaks it, and what the rule must name.
BROKEN: list[tuple[str, Change, str]] = [
    ("missing", few_values, "a1"),
    ("outliers", one_far, "a1"),
    ("skewed", bent, "a1"),
    ("same_value", many_alike, "a1"),
    ("narrow", narrow, "a1"),
    ("clipped", beyond, "a1"),
    ("against_index", turned, "a1"),
    ("silent", apart, "a1"),
    ("against_block", turned, "a1"),
    ("misplaced", stray, "a1"),
    ("double_counting", twin, "a1;a2"),
    ("across_blocks", twin_across, "a1;b2"),
    ("trade_off", turned, "a1;a2"),
    ("alpha", unalike, "a"),
    ("silent_block", mute_block, "a"),
    ("few_units", small, ""),
    ("outweighs", light, "a1"),
    ("underweighs", heavy, "a1"),
]


@pytest.mark.parametrize(("rule", "change", "subject"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_study_made_to_break_a_rule_breaks_it(rule: str, change: Change, subject: str) -> None:
    made = Made()
    change(made)
    found = made.found()
    assert subject in fired(found).get(rule, []), fired(found)
    mine = found[(found["rule"] == rule) & (found["subject"] == subject)].iloc[0]
    beyond = mine["number"] > mine["limit"] if RULES[rule]["worst"] == "largest" else mine["number"] < mine["limit"]
    assert beyond


def test_every_rule_is_broken_by_some_study_of_these_tests() -> None:
    assert {rule for rule, _, _ in BROKEN} | set(OF_RANKS) == set(RULES)


def test_a_unit_that_stands_out_is_named() -> None:
    made = Made()
    one_far(made)
    found = made.found()
    assert found.loc[(found["rule"] == "outliers"), "units"].tolist() == [f"u{UNITS - 1}"]


def study(of: np.ndarray) -> mt.Study:
    names = [f"m{j}" for j in range(of.shape[1])]
    figures = pd.DataFrame(of, columns=names).assign(unit=[f"u{i:02}" for i in range(len(of))])
    return mt.Study(pd.DataFrame({"id": names, "low": 0, "high": 1}), figures)


def test_rules_of_the_ranks_tell_a_steep_order_from_units_that_trade_off() -> None:
    """Units in steps that no choice bridges; units that are good at one thing, bad at another, and equal in sum."""
    rng = np.random.default_rng(0)
    steps = np.linspace(0.05, 0.95, 12)[:, None] * np.ones((1, 3))
    sound = study(steps + 0.004 * rng.uniform(-1, 1, steps.shape)).audit(300)
    status = sound.findings.drop_duplicates("rule").set_index("rule")["status"]
    assert [status[r] for r in OF_RANKS[:3]] == ["passed"] * 3
    equal = np.array(list(permutations((0.2, 0.5, 0.8))) * 2) + 0.02 * rng.uniform(-1, 1, (12, 3))
    audit = study(equal).audit(300)
    assert set(OF_RANKS[:3]) <= set(audit.cases["rule"])
    row = audit.robustness.set_index("analysis").loc["preferences"]
    ranks = study(equal).index().sensitivity(300).analysis("preferences")["rank_intervals"]
    wide = [high - low > CONFIG["wide"] * 11 for low, high in zip(ranks["rank_p05"], ranks["rank_p95"], strict=True)]
    assert row["wide"] == pytest.approx(sum(wide) / 12)


@pytest.mark.parametrize(("share", "status"), [(0.51, "fired"), (0.49, "passed")])
def test_one_input_that_carries_most_of_the_variance_is_named(share: float, status: str) -> None:
    rest = {"view": "v", "year": 2020, "kind": "official", "source": "s"}
    table = pd.DataFrame([{"input": "weights", "first": 0.2, "total": share}, {"input": "scheme", "total": 0.1}])
    found = findings({"choices": table.assign(**rest)}, {"one_choice": RULES["one_choice"]})
    assert found[["status", "subject", "number"]].to_numpy().tolist() == [[status, "weights", share]]


def test_the_order_of_the_units_does_not_count() -> None:
    made, other = Made(), Made()
    other.figures = other.figures.sample(frac=1, random_state=1).reset_index(drop=True)
    pd.testing.assert_frame_equal(made.found(), other.found(), rtol=1e-9)


def test_correlations_and_importance_are_those_of_the_structure_and_no_others() -> None:
    given = Made().given()
    made = audit_tables(given, wide=0.25)
    pd.testing.assert_series_equal(made["pairs"]["r"], given.correlations["r"])
    leaves = given.importance[given.importance["level"] == "indicator"]
    assert made["indicators"]["r_index"].tolist() == leaves["r"].tolist()
    wide = made["pairs"]
    within = wide[wide["block_a"] == wide["block_b"]].groupby("block_a")["r"].mean()
    across = wide.loc[wide["block_a"] != wide["block_b"], "r"].mean()
    blocks = made["blocks"].set_index("block")
    np.testing.assert_allclose(blocks["r_within"], within[blocks.index])
    np.testing.assert_allclose(blocks["r_between"], across)


@pytest.mark.parametrize(
    ("change", "where", "expected"),
    [
        ({"table": "indicator"}, "table", "'indicators'"),
        ({"where": "mising > $limit"}, "where", "'missing'"),
        ({"number": "missing >"}, "number", "an expression"),
        ({"where": "missing > $lim"}, "where", "'limit'"),
        ({"of": "missing"}, "of", "a condition"),
        ({"units": "outlier"}, "units", "'outliers'"),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_with_what_was_meant(change: dict, where: str, expected: str) -> None:
    rule = {**RULES["missing"], **change}
    problems = rule_problems({"rules": {"mine": rule}}, "a.yaml")
    assert [p.where for p in problems] == [f"rules.mine.{where}"]
    assert expected in problems[0].expected


def test_the_rules_of_the_project_are_sound_and_each_has_words_in_every_language() -> None:
    schema = read_yaml(ROOT / "workflow/parts/audit/schema.yaml")
    assert schema_problems(CONFIG, schema, "audit.yaml") == []
    assert rule_problems(CONFIG, "audit.yaml") == []
    texts = label_texts(["audit"], ROOT / "config/words")
    for name, rule in RULES.items():
        assert set(texts[f"audit.rule.{name}"]) == {"en", "ru", "kk"}
        quoted = {frozenset(slots(text)) for text in texts[f"audit.says.{name}"].values()}
        assert len(quoted) == 1
        # a case is told with its number, alone or beside its subject, and with the limit
        assert {"what", "number"} & set(*quoted)
        assert {"limit", *rule.get("limits", {})} - {"against"} <= set(*quoted)


def test_a_sentence_holds_the_number_and_the_limit_and_names_no_more_than_asked() -> None:
    made = Made()
    for k in "23":
        made.set(f"a{k}", made.figures["a1"] * 0.95 + 0.02)
    found = made.found()
    words = Labels("en", {
        "audit.says.double_counting": {"en": "above {limit}: {what}."}, "audit.more": {"en": "{what} and {n} more"},
        "audit.percent": {"en": "{value}%"}, "audit.within": {"en": "{limit}; {what}"},
        "audit.within_whole": {"en": "{limit}; {number}"}, "audit.nothing": {"en": "none"},
    })  # fmt: skip
    rules = {name: RULES[name] for name in ("alpha", "double_counting", "missing")}
    mine = found[found["rule"].isin(rules)]
    table = rule_table(mine, {**CONFIG, "rules": rules, "shown": 2}, {"en": words})
    assert table["rule"].tolist() == ["double_counting", "missing", "alpha"]
    assert table["says_en"].tolist() == ["above 0.92: a1 – a2 (1.00), a1 – a3 (1.00) and 1 more.", "35%; 0%", "none"]
    assert table["count"].tolist() == [3, 0, 0]


def test_an_index_whose_mean_breaks_at_0_is_audited_without_moved_scales() -> None:
    rows = pd.DataFrame([{"id": "top", "aggregation": "geometric"}, *({"id": n, "parent": "top"} for n in "abc")])
    rng = np.random.default_rng(7)
    figures = pd.DataFrame(rng.uniform(0.2, 0.9, (9, 3)), columns=list("abc")).assign(unit=[f"u{i}" for i in range(9)])
    rows = rows.assign(low=[np.nan, 0, 0, 0], high=[np.nan, 1, 1, 1])
    found = mt.Study(rows, figures).audit(100)
    assert set(found.robustness["analysis"]) <= {"weights", "preferences", "methods"}
    assert set(found.findings["rule"]) == set(RULES)


@pytest.mark.parametrize("units", [1, 2, 3])
def test_an_index_of_few_units_is_audited_by_what_it_has(units: int) -> None:
    made = Made(9)
    rows = [{"id": b} for b in "ab"] + [{"id": b + k, "parent": b, "low": 0, "high": 1} for b in "ab" for k in "123"]
    found = mt.Study(pd.DataFrame(rows), made.figures.head(units)).audit(100)
    assert found.robustness.empty == (units == 1)
    assert set(found.findings["rule"]) == set(RULES)


def test_an_index_that_ranks_one_unit_in_its_last_year_is_audited_by_the_year_before() -> None:
    made = Made(9)
    rows = [{"id": b} for b in "ab"] + [{"id": b + k, "parent": b, "low": 0, "high": 1} for b in "ab" for k in "123"]
    before, last = made.figures.assign(year=2020), made.figures.head(1).assign(year=2021)
    alone = mt.Study(pd.DataFrame(rows), before).audit(100).robustness
    both = mt.Study(pd.DataFrame(rows), pd.concat([before, last])).audit(100).robustness
    assert both["n_units"].tolist() == alone["n_units"].tolist() == [9] * len(alone)


@pytest.mark.parametrize("worst", ["largest", "smallest"])
def test_subjects_that_differ_by_rounding_alone_keep_the_order_of_their_table(worst: str) -> None:
    sign = 1 if worst == "largest" else -1
    near = [sign * r for r in (0.9, 0.9 + 2e-16, 0.9 - 1e-16, 0.95)]
    told = {"view": "v", "year": 2022, "n_units": 9, "kind": "official", "source": "s"}
    pairs = pd.DataFrame({"measure_a": list("abcd"), "measure_b": "z", "r": near}).assign(**told)
    rule = {"table": "pairs", "number": "r", "where": "r * r > $limit", "limit": 0.5, "worst": worst}
    rules = {"twins": {**rule, "severity": "look"}}
    assert fired(findings({"pairs": pairs}, rules))["twins"] == ["d;z", "a;z", "b;z", "c;z"]
