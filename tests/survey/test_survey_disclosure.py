"""An attacker who holds the published files alone cannot work back what they hide.

Its linear programme is its own: shares of each answer of each question are unknown, and all that
the files print of them is an equation. Standard error, design effect and the number of people give
the second moment too.
"""

import copy
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from monotown.survey import build
from monotown.survey.microdata import DESIGN, Microdata, is_open, scores
from monotown.survey.protect import hidden_categories, hidden_routes
from monotown.workflow import read_table, write_table

ENDS = {"index": (0, 100), "top_two": (0, 100), "net_balance": (-100, 100)}


def people_of(form, population, n, answers, places=40):
    """Microdata of one sample: answers by question, one code for all or one each, NaN for none."""
    people = pd.DataFrame(
        {
            "population": population,
            "unit": "DEMO_A",
            "year": 2025,
            "respondent": [f"p{i}" for i in range(n)],
            "responded": True,
            "design_weight": places / n,
            "stratum": "all",
            "cluster": "",
            "units_in_stratum": float(places),
            "people_in_cluster": np.nan,
            "response_class": "all",
        }
    )[list(DESIGN)]
    reasons = pd.DataFrame(index=people.index)
    for q in form.questions.values():
        if q.population != population:
            continue
        codes = list(form.answers(q))
        given_ = answers.get(q.id, [codes[i % len(codes)] for i in range(n)])
        people[q.id] = np.broadcast_to(np.asarray(given_, dtype=float), (n,)).copy()
        shut = ~is_open(people, q)
        people.loc[shut, q.id] = np.nan
        gone = people[q.id].isna()
        reasons[q.id] = np.where(shut, "not_asked", np.where(gone, "dont_know", ""))
    return Microdata(people, reasons)


def published(survey, data, folder, margins=build.NO_MARGINS, names=tuple(build.SCHEMAS)):
    """Tables as their files give them back."""
    config = copy.deepcopy(survey.config)
    config["estimates"]["bootstrap"] = 50
    made = build.build_survey([data], survey.form, survey.catalogue, margins, config, 7)
    found = {}
    for name in names:
        path, schema = folder / f"{name}.csv", build.SCHEMAS[name]
        write_table(getattr(made, name), path, schema)
        found[name] = read_table(path, schema)
    return found


def truth_of(survey, data):
    """Unweighted means: these samples have equal weights."""
    population = data.people["population"].iloc[0]
    names, y = build._columns(build._Cell((population, "", 0), data.people, survey.form, survey.config))
    return {
        (i, q, s): float(np.nanmean(c)) for (_, i, q, s), c in zip(names, y.T, strict=True) if not np.isnan(c).all()
    }


def attack(survey, tables, residuals):
    """Least and largest value of each hidden estimate, by indicator, question and statistic.

    `residuals`: the mean of the questions less the whole, as one who knows all would add.
    """
    e = tables["estimates"]
    people = float(tables["weights"]["weight_sum"].iloc[0])
    ranges = {}
    for indicator, rows in e.groupby("indicator"):
        names = sorted(set(rows["question"]) - {""})
        place = {}
        for q in names or [indicator]:
            for c in survey.form.scale_of(q).codes:
                place[q, c] = len(place)
        equal, right = [], []

        def points(q, s, place=place):
            codes = np.array(survey.form.scale_of(q).codes, dtype=float)
            row = np.zeros(len(place))
            row[[place[q, c] for c in codes]] = scores(codes, survey.form.scale_of(q))[s]
            return row

        targets = {}
        for q in names or [indicator]:
            row = np.zeros(len(place))
            row[[i for (name, _), i in place.items() if name == q]] = 1
            equal.append(row)
            right.append(1.0)
        for r in rows.to_dict("records"):
            q, s = r["question"], r["statistic"]
            if q or not names:
                row = points(q or indicator, s)
            else:
                if (indicator, s) not in residuals:
                    continue
                row = sum(points(name, s) for name in names) / len(names)
            off = residuals[indicator, s] if not q and names else 0.0
            if r["flag"]:
                targets[indicator, q, s] = row, off
                continue
            equal.append(row)
            right.append(r["estimate"] + off)
            if (q or not names) and r["design_effect"] > 0:
                n = r["respondents"]
                spread = r["standard_error"] ** 2 * n
                spread /= r["design_effect"] * max(1 - n / people, 1e-12)
                square = np.where(row != 0, row**2, 0)
                equal.append(square)
                right.append(spread * (n - 1) / n + r["estimate"] ** 2)
        if not targets:
            continue
        a, b = np.array(equal), np.array(right)
        slack = 1e-5 * np.maximum(np.abs(a).max(axis=1), 1)
        both, ends = np.vstack([a, -a]), np.concatenate([b + slack, slack - b])
        for key, (row, off) in targets.items():
            found = []
            for sign in (1, -1):
                solved = linprog(sign * row, A_ub=both, b_ub=ends, bounds=(0, 1), method="highs")
                assert solved.status == 0, (key, solved.message)
                found.append(float(sign * solved.fun) - off)
            ranges[key] = tuple(found)
    return ranges


def residuals_of(survey, truth):
    found = {}
    for indicator, s in {(i, s) for i, _, s in truth}:
        parts = [v for (i, q, t), v in truth.items() if (i, t) == (indicator, s) and q]
        if parts and (indicator, "", s) in truth:
            found[indicator, s] = sum(parts) / len(parts) - truth[indicator, "", s]
    return found


def told(survey, tables, truth):
    """Hidden estimates that the attacker bounds closer than the rule says."""
    width = survey.config["suppress"]["width"] / 100
    found = attack(survey, tables, residuals_of(survey, truth))
    for key, (low, high) in found.items():
        if key in truth:
            assert low - 0.01 <= truth[key] <= high + 0.01, "the attacker's equations are wrong"
    return {
        k: v for k, v in found.items() if k in truth and v[1] - v[0] < width * (ENDS[k[2]][1] - ENDS[k[2]][0]) - 0.01
    }


def hidden(tables):
    e = tables["estimates"]
    return set(e.loc[e["flag"] != "", ["indicator", "question"]].itertuples(index=False, name=None))


# ---------------------------------------------------------------- the named leaks


@pytest.fixture
def governance(survey):
    """18 researchers: two questions at 55.556, and one that all answered with the lowest code."""
    spread = [1] * 4 + [2] * 2 + [3] * 2 + [4] * 6 + [5] * 4
    answers = {"sat_science_bodies": spread, "sat_education_bodies": spread[::-1], "sat_local_executive": 1}
    return people_of(survey.form, "researchers", 18, answers)


def test_a_unanimous_question_is_not_what_its_siblings_leave(survey, governance, tmp_path):
    tables = published(survey, governance, tmp_path)
    truth = truth_of(survey, governance)
    key = "satisfaction_governance"
    assert truth[key, "", "index"] == pytest.approx(37.037, abs=1e-3)
    assert truth[key, "sat_science_bodies", "index"] == pytest.approx(55.556, abs=1e-3)
    low, high = attack(survey, tables, residuals_of(survey, truth))[key, "sat_local_executive", "index"]
    assert high - low >= 25
    assert told(survey, tables, truth) == {}
    # another question goes, the index of the town stays
    gone = {q for i, q in hidden(tables) if i == key}
    assert gone == {"sat_local_executive", "sat_science_bodies"}
    # the one that was not needed is shown
    assert len(hidden(tables)) == 2


def test_the_attacker_finds_what_is_hidden_alone(survey, governance, tmp_path):
    """The test can fail: with nothing hidden beside it, the answer is worked back."""
    tables = published(survey, governance, tmp_path)
    truth = truth_of(survey, governance)
    e = tables["estimates"]
    beside = e["question"] == "sat_science_bodies"
    open_ = e.loc[beside, "statistic"].map(lambda s: truth["satisfaction_governance", "sat_science_bodies", s])
    e.loc[beside, "estimate"], e.loc[beside, "flag"] = open_, ""
    found = told(survey, tables, truth)
    assert found["satisfaction_governance", "sat_local_executive", "index"] == pytest.approx((0, 0), abs=1e-2)


def test_one_statistic_of_the_same_answers_does_not_tell_another(survey, tmp_path):
    """Nine of 18 said 4 and nine 5: the index is 87.5 and all are among the top two."""
    data = people_of(survey.form, "researchers", 18, {"self_living_standard": [4] * 9 + [5] * 9})
    tables = published(survey, data, tmp_path)
    truth = truth_of(survey, data)
    assert truth["self_living_standard", "", "index"] == 87.5
    assert told(survey, tables, truth) == {}
    e = tables["estimates"].set_index(["indicator", "statistic"]).loc["self_living_standard"]
    assert set(e["flag"]) == {"protected"}
    # nor do the tables that go on with it
    o = tables["observations"].set_index("variable").loc["self_living_standard"]
    assert (o["flag"], np.isnan(o["value"])) == ("confidential", True)
    assert "self_living_standard" not in set(tables["standard_errors"]["measure"])


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([8, 10], [True, True]),
        ([3, 30, 12, 20], [True, False, True, False]),
        ([3, 4, 20, 15], [True, True, False, True]),
        ([5, 5], [True, True]),
        ([10, 11], [False, False]),
        ([12, 10, 0], [False, False, False]),
    ],
)
def test_a_margin_is_not_its_total_less_the_others(counts, expected):
    assert hidden_categories(counts, 10) == expected


def test_the_file_of_margins_hides_both_of_two(survey, tmp_path):
    data = people_of(survey.form, "researchers", 18, {"degree": [1] * 8 + [2] * 10})
    margins = pd.DataFrame(
        {
            "population": "researchers",
            "unit": "DEMO_A",
            "year": 2025,
            "question": "degree",
            "category": [1, 2],
            "persons": [18, 22],
        }
    )
    assert published(survey, data, tmp_path, margins)["margins"]["before"].isna().all()


def test_a_number_of_answers_below_the_least_is_in_no_file(survey, tmp_path):
    some = [1, 2, 3, 4, 5, 3, 2, 4, *[np.nan] * 10]
    data = people_of(survey.form, "researchers", 18, {"job_pay": some})
    tables = published(survey, data, tmp_path)
    row = tables["response"].set_index("question").loc["job_pay"]
    assert row[["answered", "dont_know", "refusal", "empty"]].isna().all()
    assert (row["asked"], row["flag"]) == (18, "protected")
    assert told(survey, tables, truth_of(survey, data)) == {}
    for name in ("response", "estimates", "reliability"):
        numbers = tables[name].select_dtypes("float64")
        counts = [c for c in ("respondents", "answered") if c in numbers]
        assert not numbers[counts].isin([8.0]).any(axis=None), name


# ---------------------------------------------------------------- kinds nobody named


def test_no_word_says_that_all_gave_one_answer(survey, governance, tmp_path):
    """One who answered knows what everyone did, where the file says that all agreed."""
    tables = published(survey, governance, tmp_path)
    few = people_of(survey.form, "researchers", 18, {"sat_local_executive": [1, 2, 3, 4, 5, *[np.nan] * 13]})
    other = published(survey, few, tmp_path)
    for name in ("estimates", "response"):
        one, two = (
            t[name][t[name]["question"] == "sat_local_executive"].drop(columns="asked", errors="ignore")
            for t in (tables, other)
        )
        pd.testing.assert_frame_equal(one.reset_index(drop=True), two.reset_index(drop=True))


def test_reliability_says_nothing_of_hidden_questions(survey, governance, tmp_path):
    tables = published(survey, governance, tmp_path)
    whole = tables["reliability"].set_index("block")
    assert whole.loc["B4"].drop(["kind", "source", "unit", "population"])["flag"] == "protected"
    assert np.isnan(whole.loc["B4", "alpha"])
    assert whole.loc["B4", "warning"] == ""  # not: a question without variation
    assert whole.loc["B3", "flag"] == ""
    items = tables["item_statistics"]
    assert items.loc[items["block"] == "B4", "item_rest"].isna().all()


def test_people_with_all_answers_who_agree_are_not_told_by_reliability(survey, tmp_path):
    """A question varies, but not among those who answered every question of the block."""
    answers = {"job_pay": [4] * 14 + [5] * 4, "job_time": [1, 2, 3, 4] * 3 + [5, 1] + [np.nan] * 4}
    data = people_of(survey.form, "researchers", 18, answers)
    row = published(survey, data, tmp_path)["reliability"].set_index("block").loc["B4"]
    assert (row["flag"], row["warning"]) == ("protected", "")


def test_who_was_not_asked_is_not_told(survey, tmp_path):
    """15 of 18 live with others: three live alone, and skip rules count them."""
    answers = {"household_size": [1] * 3 + [2] * 15, "children_preschool": [1] * 7 + [2] * 11}
    data = people_of(survey.form, "residents", 18, answers)
    tables = published(survey, data, tmp_path)
    response = tables["response"].set_index("question")
    for q in ("health_family", "children_preschool", "preschool_access"):
        assert np.isnan(response.loc[q, "asked"]), q
    # 15 answers of 18 people leave room for 15 to 18 who were asked
    assert response.loc["health_family", "answered"] == 15
    assert np.isnan(response.loc["health_family", "dont_know"])
    assert response.loc["health_self", "asked"] == 18
    most = people_of(survey.form, "residents", 18, {"household_size": [1] * 2 + [2] * 16})
    row = published(survey, most, tmp_path)["response"].set_index("question").loc["health_family"]
    assert np.isnan(row["answered"])


@given(sample=st.integers(12, 60), least=st.integers(10, 12), cuts=st.lists(st.integers(0, 60), min_size=1, max_size=4))
def test_skip_rules_that_are_shown_differ_by_none_or_by_many(sample, least, cuts):
    asked = {f"r{i}": min(c, sample) for i, c in enumerate(cuts)}
    out = hidden_routes(asked, {}, sample, least)
    shown = [sample, *(n for r, n in asked.items() if r not in out)]
    for one, two in itertools.combinations(shown, 2):
        assert abs(one - two) == 0 or abs(one - two) >= least
    assert all(n == 0 or n >= least for n in shown)


# ---------------------------------------------------------------- any small survey


@st.composite
def small(draw):
    """Researchers who answer much alike, with and without missing answers."""
    n = draw(st.integers(10, 24))
    kinds = st.sampled_from(["one", "top", "near", "any", "gaps", "few"])
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    leaves = [
        "sat_science_bodies",
        "sat_education_bodies",
        "sat_local_executive",
        "job_overall",
        "job_pay",
        "job_equipment",
        "job_time",
        "job_career",
        "job_management",
        "self_living_standard",
        "purchasing_power_self",
    ]
    answers = {}
    for q in leaves:
        kind = draw(kinds)
        x = rng.integers(1, 6, n).astype(float)
        if kind == "one":
            x[:] = draw(st.integers(1, 5))
        elif kind == "top":
            x = rng.integers(4, 6, n).astype(float)
        elif kind == "near":
            x[:] = draw(st.integers(1, 5))
            x[0] = 3
        elif kind == "gaps":
            x[rng.random(n) < 0.2] = np.nan
        elif kind == "few":
            x[rng.permutation(n)[: n - draw(st.integers(0, 9))]] = np.nan
        answers[q] = x
    return n, answers


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(small())
def test_no_hidden_number_of_a_small_survey_is_worked_back(survey, tmp_path_factory, case):
    n, answers = case
    data = people_of(survey.form, "researchers", n, answers)
    used = ("estimates", "weights", "response", "observations")
    tables = published(survey, data, tmp_path_factory.mktemp("t"), names=used)
    truth = truth_of(survey, data)
    assert told(survey, tables, truth) == {}
    # one word, one set of hidden answers in every file
    e, r = tables["estimates"], tables["response"]
    assert set(e["flag"]) <= {"", "protected"}
    gone = {q or i for i, q in hidden(tables)} & set(r["question"])
    dark = set(r.loc[r["answered"].isna(), "question"])
    assert gone <= dark
    shown = e[e["flag"] == ""]
    assert (shown["respondents"] >= 10).all()
    whole = hidden(tables)
    o = tables["observations"].set_index("variable")["value"]
    assert {i for i, q in whole if q == ""} == set(o[o.isna()].index)
    counts(survey, tables, data)


def counts(survey, tables, data):
    """Numbers of people below the least, from those of the whole and of the other questions."""
    e = tables["estimates"].drop_duplicates(["indicator", "question"])
    n, rule = len(data.people), survey.config["suppress"]
    for indicator, rows in e.groupby("indicator"):
        told_ = dict(zip(rows["question"], rows["respondents"], strict=True))
        names = [q for q in told_ if q]
        if len(names) < 2:
            continue
        needed = int(np.ceil(rule.get("leaves", 0.5) * len(names)))
        have = data.people[names].notna()
        true = {**have.sum().to_dict(), "": int((have.sum(axis=1) >= needed).sum())}
        place = {q: i for i, q in enumerate(told_)}
        a = np.zeros((2, len(place)))
        for q in names:
            a[0, place[q]], a[1, place[q]] = -1, 1
        a[0, place[""]], a[1, place[""]] = needed, needed - 1 - len(names)
        b = [0, (needed - 1) * n]
        bounds = [(v, v) if not np.isnan(v) else (0, n) for v in told_.values()]
        for q, v in told_.items():
            if np.isnan(v) and true[q] < rule["least"]:
                goal = np.eye(len(place))[place[q]]
                ends = [s * linprog(s * goal, A_ub=a, b_ub=b, bounds=bounds).fun for s in (1, -1)]
                assert ends[1] - ends[0] >= rule["people"] - 1e-6, (indicator, q, ends)
