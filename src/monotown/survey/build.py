"""Tables of a survey: weights, estimates, standard errors, reliability."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.base import checked as pa
from monotown.base.arrays import Array
from monotown.base.parsing import Flag
from monotown.base.problems import Problems
from monotown.base.streams import Stream
from monotown.base.tables import COUNT, DATA_KIND, NOTE, NUMBER, OBSERVATIONS, TEXT, YEAR, table
from monotown.methods import reliability as rel
from monotown.survey import estimate as est
from monotown.survey.boundary import refuse_mixed
from monotown.survey.microdata import Microdata, is_open, lines_of, mean_of_leaves, scores
from monotown.survey.protect import Answers, Rule, hidden_categories, hidden_routes, hide_beside
from monotown.survey.questionnaire import Question, Questionnaire
from monotown.survey.weights import Margin, SilentClassError, adjust_for_nonresponse, kish_deff, rake, trim

#: Statistics of an indicator or question, with the ends of their scales.
STATISTICS: Final = {"index": (0.0, 100.0), "top_two": (0.0, 100.0), "net_balance": (-100.0, 100.0)}

#: Margins of a survey that has none.
NO_MARGINS: Final = pd.DataFrame(columns=["population", "unit", "year", "question", "category", "persons"])

#: Why a number is not shown: the whole sample is too small, or the number would tell what people
#: said. One word for all that is hidden in a sample: one who answered, and reads that all gave one
#: answer, knows theirs by his own.
SUPPRESSED: Final = ("few_respondents", "protected")

_CELL = {"population": TEXT, "unit": TEXT, "year": YEAR}
_END = {"kind": DATA_KIND, "source": NOTE}

#: How each cell (population, unit, year) was weighted. `drawn` and `answered` are people; `limit`
#: and `trimmed` belong to trimming; `discrepancy` is the largest distance from a margin, as a
#: share, after it. Numbers of a cell with too few answers are missing.
WEIGHTS = table(
    "weights",
    ["population", "unit", "year"],
    {
        **_CELL,
        "drawn": NUMBER,
        "answered": NUMBER,
        "response_rate": NUMBER,
        "weight_sum": NUMBER,
        "deff_design": NUMBER,
        "deff_final": NUMBER,
        "limit": NUMBER,
        "trimmed": NUMBER,
        "rounds": NUMBER,
        "discrepancy": NUMBER,
        "strata": NUMBER,
        "merged_strata": NUMBER,
        "clusters": NUMBER,
        "degrees": NUMBER,
        "flag": NOTE,
        **_END,
    },
)

#: Margins in persons: known, before raking (missing where it would tell that few are in a
#: category) and as weighted in the end.
MARGINS = table(
    "margins",
    ["population", "unit", "year", "question", "category"],
    {**_CELL, "question": TEXT, "category": COUNT, "persons": NUMBER, "before": NUMBER, "after": NUMBER, **_END},
)

#: Answers by question: who was asked, answered, or gave no answer and why.
RESPONSE = table(
    "response",
    ["population", "unit", "year", "question"],
    {
        **_CELL,
        "question": TEXT,
        "asked": NUMBER,
        "answered": NUMBER,
        "dont_know": NUMBER,
        "refusal": NUMBER,
        "empty": NUMBER,
        "off_route": NUMBER,
        "flag": NOTE,
        **_END,
    },
)

#: Estimates. `question` is "" for the indicator as a whole; `statistic` one of `STATISTICS`.
#: Standard errors by linearisation and by bootstrap; `lower` and `upper` by the first, with
#: `interval` naming the method (t, korn_graubard, wilson). `flag` says why there is no value,
#: `warning` what the value cannot bear.
ESTIMATES = table(
    "estimates",
    ["population", "unit", "year", "indicator", "question", "statistic"],
    {
        **_CELL,
        "block": TEXT,
        "indicator": TEXT,
        "question": NOTE,
        "statistic": pa.Column(str, pa.Check.isin(list(STATISTICS))),
        "respondents": NUMBER,
        "estimate": NUMBER,
        "standard_error": NUMBER,
        "lower": NUMBER,
        "upper": NUMBER,
        "interval": TEXT,
        "bootstrap_error": NUMBER,
        "bootstrap_lower": NUMBER,
        "bootstrap_upper": NUMBER,
        "bootstrap_samples": NUMBER,
        "design_effect": NUMBER,
        "degrees": NUMBER,
        "flag": NOTE,
        "warning": NOTE,
        **_END,
    },
)

#: What the sensitivity stage takes as data error: the index of an indicator and its error.
STANDARD_ERRORS = table(
    "standard_errors",
    ["unit", "year", "measure"],
    {
        "unit": TEXT,
        "year": YEAR,
        "measure": TEXT,
        "value": pa.Column("float64"),
        "standard_error": pa.Column("float64", pa.Check.ge(0)),
        "relative_error": NUMBER,
        **_END,
    },
)

#: Change of an indicator's index from one year of the survey to the next.
CHANGES = table(
    "changes",
    ["population", "unit", "indicator", "from_year"],
    {
        "population": TEXT,
        "unit": TEXT,
        "indicator": TEXT,
        "from_year": YEAR,
        "to_year": YEAR,
        "change": NUMBER,
        "standard_error": NUMBER,
        "lower": NUMBER,
        "upper": NUMBER,
        "within_noise": pa.Column(bool),
        **_END,
    },
)

#: Reliability of a block's questions, people with all answers, without weights.
RELIABILITY = table(
    "reliability",
    ["population", "unit", "year", "block"],
    {
        **_CELL,
        "block": TEXT,
        "items": COUNT,
        "respondents": NUMBER,
        "alpha": NUMBER,
        "omega": NUMBER,
        "heywood": pa.Column(bool),
        "kmo": NUMBER,
        "bartlett": NUMBER,
        "bartlett_p": NUMBER,
        "flag": NOTE,
        "warning": NOTE,
        **_END,
    },
)

#: The same for each question; one that skip rules close to some is left out, and said so.
ITEM_STATISTICS = table(
    "item_statistics",
    ["population", "unit", "year", "block", "question"],
    {
        **_CELL,
        "block": TEXT,
        "question": TEXT,
        "turned": pa.Column(bool),
        "item_rest": NUMBER,
        "alpha_if_dropped": NUMBER,
        "kmo": NUMBER,
        "loading": NUMBER,
        "flag": NOTE,
        **_END,
    },
)


@dataclass(frozen=True)
class SurveyTables:
    """Tables of one survey; their columns stand beside the schemas of their names."""

    weights: pd.DataFrame
    margins: pd.DataFrame
    response: pd.DataFrame
    estimates: pd.DataFrame
    standard_errors: pd.DataFrame
    changes: pd.DataFrame
    observations: pd.DataFrame
    reliability: pd.DataFrame
    item_statistics: pd.DataFrame


SCHEMAS: Final = {
    "weights": WEIGHTS,
    "margins": MARGINS,
    "response": RESPONSE,
    "estimates": ESTIMATES,
    "standard_errors": STANDARD_ERRORS,
    "changes": CHANGES,
    "reliability": RELIABILITY,
    "item_statistics": ITEM_STATISTICS,
    "observations": OBSERVATIONS,
}


@dataclass(frozen=True)
class Weighted:
    """People of one cell who answered, with their weights and design."""

    rows: pd.Index
    weights: Array
    design: est.Design
    margins: tuple[Margin, ...]


@dataclass(frozen=True)
class _Cell:
    """People of one population, unit and year who answered, and what their numbers stand on."""

    key: tuple[str, str, int]
    people: pd.DataFrame
    form: Questionnaire
    config: Mapping[str, Any]

    @property
    def population(self) -> str:
        return self.key[0]

    @property
    def few(self) -> bool:
        """Whether they are too few for any number to be shown."""
        return bool(len(self.people) < self.config["suppress"]["least"])

    def questions(self) -> list[Question]:
        return [q for q in self.form.questions.values() if q.population == self.population]

    def scores_of(self, question: Question) -> dict[str, Array]:
        return scores(self.people[question.id].to_numpy(dtype=np.float64), self.form.scale_of(question.id))


def build_survey(
    files: Sequence[Microdata],
    form: Questionnaire,
    catalogue: Mapping[str, Any],
    margins: pd.DataFrame,
    config: Mapping[str, Any],
    seed: int,
) -> SurveyTables:
    """All tables of a survey.

    Each population, town and year is a survey of its own. Design weights are adjusted for those
    who did not answer within ``response_class``, raked to the margins there are, trimmed at
    ``weights.trim`` times their median, and raked and trimmed again until both hold. An
    estimate from fewer than ``suppress.least`` people is taken out, and so is one from fewer than
    ``suppress.unanimous_below`` who all gave the same answer: it would tell what each said. With
    it go all numbers of the same answers, and others until none of those hidden can be worked back
    (`monotown.survey.protect`).

    Parameters
    ----------
    files
        Microdata, each of one population.
    form
        The questionnaire.
    catalogue
        Content of the catalogue of indicators.
    margins
        Persons: ``population``, ``unit``, ``year``, ``question``, ``category``, ``persons``; may be
        empty.
    config
        The survey's config: ``id``, ``kind``, ``weights``, ``estimates``, ``suppress``, ``warn``.
    seed
        Seed of the bootstrap; each cell has its own stream.

    Raises
    ------
    InputError
        A class in which nobody answered; margins that cannot be met; sizes that contradict.
    """
    problems = Problems()
    _check_inputs(files, margins, str(config["kind"]), problems)
    tables: dict[str, list[Any]] = {name: [] for name in SCHEMAS}
    cells: list[tuple[tuple[str, str, int], pd.DataFrame, pd.DataFrame]] = []
    for data in files:
        for key, group in data.people.groupby(["population", "unit", "year"], sort=True):
            population, unit, year = (str(k) for k in key)
            cells.append(((population, unit, int(year)), group, data.reasons))
    for key, group, reasons in sorted(cells, key=lambda c: c[0]):
        mine = margins[(margins[["population", "unit", "year"]] == list(key)).all(axis=1)]
        where = "population {}, unit {}, year {}".format(*key)
        try:
            weighted, row, fitted = _weigh(group, form, mine, config["weights"], config["suppress"]["least"])
        except SilentClassError as error:
            lines = lines_of(group.index[list(error.rows)])
            problems.add("survey", f"{where}, class of {lines}", "nobody answered", "a class joined with another")
            continue
        except ValueError as error:
            problems.add("survey", where, "weights", str(error))
            continue
        cell = _Cell(key, group.loc[weighted.rows], form, config)
        tables["weights"].append(_row(key) | _hide(row, cell.few, keep=()))
        if not cell.few:
            tables["margins"] += [_row(key) | f for f in fitted]
        rows, hidden = _estimates(cell, weighted, Stream.of(seed, "survey", *key).generator())
        tables["estimates"] += rows
        tables["response"] += _response(cell, reasons.loc[weighted.rows], hidden)
        whole, items = _reliability(cell, catalogue, hidden)
        tables["reliability"] += whole
        tables["item_statistics"] += items
    problems.stop()
    estimates = _frame(tables["estimates"], ESTIMATES, config)
    tables["standard_errors"] = _standard_errors(estimates)
    tables["changes"] = _changes(estimates, config["estimates"]["level"])
    made = {
        name: estimates if name == "estimates" else _frame(tables[name], schema, config)
        for name, schema in SCHEMAS.items()
        if name != "observations"
    }
    return SurveyTables(**made, observations=_observations(estimates, str(config["id"])))


def _check_inputs(files: Sequence[Microdata], margins: pd.DataFrame, kind: str, problems: Problems) -> None:
    """Stop where margins lack columns or belong to no sample, or two files hold one sample."""
    keys = ["population", "unit", "year"]
    cells: set[tuple[str, str, int]] = set()
    for data in files:
        mine = set(data.people[keys].itertuples(index=False, name=None))
        for population, unit, year in sorted(mine & cells):
            where = f"population {population}, unit {unit}, year {year}"
            problems.add("survey", where, "two files", "one file a sample")
        cells |= mine
    for name in NO_MARGINS.columns:
        if name not in margins:
            listed = ", ".join(str(c) for c in margins.columns)
            problems.add("margins", f"column {name}", listed, ", ".join(NO_MARGINS.columns))
    problems.stop()
    if "kind" in margins:
        refuse_mixed(margins["kind"], [kind], "margins")
    for cell in sorted(set(margins[keys].itertuples(index=False, name=None)) - cells, key=str):
        listed = "; ".join(" ".join(str(k) for k in c) for c in sorted(cells))
        found = " ".join(str(k) for k in cell)
        problems.add("margins", ", ".join(keys), found, f"one of: {listed}")
    problems.stop()


def _row(key: tuple[str, str, int]) -> dict[str, Any]:
    return dict(zip(("population", "unit", "year"), key, strict=True))


def _frame(rows: list[Any], schema: pa.DataFrameSchema, config: Mapping[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[c for c in schema.columns if c not in _END])
    frame["kind"], frame["source"] = config["kind"], config["id"]
    checked = schema.validate(frame[list(schema.columns)], lazy=True)
    return checked.sort_values(list(schema.unique or ()), kind="stable").reset_index(drop=True)


def _hide(row: Mapping[str, Any], few: bool, keep: Sequence[str]) -> dict[str, Any]:
    """A row without its numbers where they are not to be shown."""
    if not few:
        return {**row, "flag": ""}
    return {k: v if k in keep else np.nan for k, v in row.items()} | {"flag": SUPPRESSED[0]}


def _weigh(
    group: pd.DataFrame, form: Questionnaire, known: pd.DataFrame, config: Mapping[str, Any], least: int
) -> tuple[Weighted, dict[str, Any], list[dict[str, Any]]]:
    responded = group["responded"].to_numpy(dtype=bool)
    adjusted = adjust_for_nonresponse(group["design_weight"].to_numpy(), responded, group["response_class"].to_numpy())
    people = group[responded]
    start = adjusted[responded]
    clustered = (people["cluster"] != "").any()
    own = people["stratum"] + "\0" + people["cluster"]
    design = est.make_design(
        people["stratum"].to_numpy(),
        own.to_numpy() if clustered else None,
        people["units_in_stratum"].to_numpy(),
        people["people_in_cluster"].to_numpy() if clustered else None,
    )
    margins = _margins(people, form, known)
    weights, limit, trimmed, rounds, off = _rake_and_trim(start, margins, config)
    row = {
        "drawn": len(group),
        "answered": len(people),
        "response_rate": len(people) / len(group),
        "weight_sum": weights.sum(),
        "deff_design": kish_deff(start),
        "deff_final": kish_deff(weights),
        "limit": limit,
        "trimmed": trimmed,
        "rounds": rounds,
        "discrepancy": off,
        "strata": len(design.first_rate),
        "merged_strata": design.merged,
        "clusters": len(design.second_rate),
        "degrees": design.degrees,
    }
    fitted = []
    for m in margins:
        counts = np.bincount(m.category[m.category >= 0], minlength=len(m.totals))
        hidden = hidden_categories(counts.tolist(), least)
        for j, code in enumerate(sorted(known.loc[known["question"] == m.name, "category"])):
            fitted.append(
                {
                    "question": m.name,
                    "category": int(code),
                    "persons": m.totals[j],
                    "before": np.nan if hidden[j] else start[m.category == j].sum(),
                    "after": weights[m.category == j].sum(),
                }
            )
    return Weighted(people.index, weights, design, margins), row, fitted


def _margins(people: pd.DataFrame, form: Questionnaire, known: pd.DataFrame) -> tuple[Margin, ...]:
    found = []
    for name, part in known.groupby("question", sort=True):
        question = str(name)
        if question not in people.columns or form.questions[question].kind != "choices":
            raise ValueError(f"margin {question}: expected a question with choices")
        part = part.sort_values("category", kind="stable")
        if part["category"].duplicated().any():
            raise ValueError(f"margin {question}: a category twice")
        place = {float(c): j for j, c in enumerate(part["category"])}
        answers = people[question]
        stray = sorted(set(answers.dropna()) - set(place))
        if stray:
            raise ValueError(f"margin {question}: no persons for category {stray[0]:g}")
        category = answers.map(place).fillna(-1).to_numpy().astype(np.int64)
        found.append(Margin(question, category, part["persons"].to_numpy(dtype=np.float64)))
    return tuple(found)


def _rake_and_trim(
    start: Array, margins: tuple[Margin, ...], config: Mapping[str, Any]
) -> tuple[Array, float, int, int, float]:
    w, rounds, off = start, 0, 0.0
    limit, trimmed = np.nan, 0
    for _ in range(int(config["repeats"])):
        if margins:
            raked = rake(w, margins, config["tolerance"], config["rounds"])
            rounds += raked.rounds
            if not raked.converged.all():
                raise ValueError(
                    f"raking does not converge, {raked.discrepancy[0]:.2%} off after "
                    f"{raked.rounds} rounds: the margins contradict each other in this sample"
                )
            w = raked.weights
        w, limit, trimmed = trim(w, config["trim"])
        off = _discrepancy(w, margins)
        if off <= config["tolerance"]:
            break
    return w, limit, trimmed, rounds, off


def _discrepancy(w: Array, margins: Sequence[Margin]) -> float:
    worst = 0.0
    for m in margins:
        known = m.category >= 0
        have = np.bincount(m.category[known], w[known], len(m.totals))
        wanted = m.totals / m.totals.sum() * have.sum()
        worst = max(worst, float(np.abs(have - wanted).max() / w.sum()))
    return worst


def _response(cell: _Cell, reasons: pd.DataFrame, hidden: Collection[str]) -> list[dict[str, Any]]:
    rows = []
    asked, _, rules = _asked(cell)
    for q in cell.questions():
        why = reasons[q.id].value_counts()
        row = {
            "question": q.id,
            "asked": asked.get(q.ask_if, len(cell.people)),
            "answered": int(cell.people[q.id].notna().sum()),
            **{k: int(why.get(k, 0)) for k in ("dont_know", "refusal", "empty", "off_route")},
        }
        gone: list[str] = []
        if q.ask_if in rules:  # the answers and those missing are the people asked
            gone += ["asked", "off_route", "dont_know", "refusal", "empty"]
        if q.id in hidden:
            gone += ["answered", "dont_know", "refusal", "empty"]
        if cell.few:
            rows.append(_row(cell.key) | _hide(row, True, ("question",)))
        else:
            row |= dict.fromkeys(gone, np.nan)
            rows.append(_row(cell.key) | row | {"flag": SUPPRESSED[1] if gone else ""})
    return rows


def _asked(cell: _Cell) -> tuple[dict[Hashable, int], dict[Hashable, int], set[Hashable]]:
    """Skip rules: people asked, the most that readers can think were, and those not to be shown."""
    people = cell.people
    questions = [q for q in cell.questions() if q.ask_if]
    asked: dict[Hashable, int] = {q.ask_if: int(is_open(people, q).sum()) for q in questions}
    beside: dict[Hashable, list[int]] = {
        q.ask_if: [int(people[c.question].notna().sum()) for c in q.ask_if] for q in questions
    }
    most = {rule: min(len(people), *beside[rule]) for rule in asked}
    return asked, most, hidden_routes(asked, beside, len(people), cell.config["suppress"]["least"])


def _columns(cell: _Cell) -> tuple[list[tuple[str, str, str, str]], Array]:
    """Scores to be averaged: (block, indicator, question, statistic) and their columns."""
    names: list[tuple[str, str, str, str]] = []
    columns: list[Array] = []
    leaves: dict[tuple[str, str], list[dict[str, Array]]] = {}
    for q in cell.form.items(cell.population):
        found = cell.scores_of(q)
        leaves.setdefault((q.block, q.indicator), []).append(found)
        if q.id != q.indicator:
            names += [(q.block, q.indicator, q.id, s) for s in STATISTICS]
            columns += [found[s] for s in STATISTICS]
    for (block, indicator), parts in leaves.items():
        names += [(block, indicator, "", s) for s in STATISTICS]
        needed = cell.config["estimates"]["leaves_needed"]
        columns += [mean_of_leaves([p[s] for p in parts], needed) for s in STATISTICS]
    return names, np.column_stack(columns)


def _estimates(cell: _Cell, weighted: Weighted, rng: np.random.Generator) -> tuple[list[dict[str, Any]], set[str]]:
    """Rows of the table, and the questions whose answers are not shown."""
    settings, names, y = cell.config["estimates"], *_columns(cell)
    w, design = weighted.weights, weighted.design
    found = est.linearised_means(y, w, design, weighted.margins)
    draws = est.bootstrap_means(y, w, est.bootstrap_multipliers(design, settings["bootstrap"], rng), weighted.margins)
    effects = found.design_effect(w)
    hidden, questions = _hidden(cell, names, found)
    rate = min(len(cell.people) / w.sum(), 1.0)
    degrees, level = design.degrees, settings["level"]
    rows = []
    for j, (block, indicator, question, statistic) in enumerate(names):
        n, mean = int(found.answered[j]), float(found.mean[j])
        valid = draws[j][~np.isnan(draws[j])]
        error = float(np.sqrt(max(found.variance[j], 0.0)))
        again = float(valid.std(ddof=1)) if len(valid) >= 0.9 * draws.shape[1] else np.nan
        ends = STATISTICS[statistic]
        low, high = (float(v) for v in est.t_interval(mean, error, degrees, level, ends))
        b_low, b_high = (float(v) for v in est.t_interval(mean, again, degrees, level, ends))
        method = "t"
        # only a share of people is a share; over several questions it is a mean
        if statistic == "top_two" and set(np.unique(y[~np.isnan(y[:, j]), j])) <= {0.0, 100.0}:
            method = settings["shares"]
            share = est.wilson if method == "wilson" else est.korn_graubard
            low, high = (100 * v for v in share(mean / 100, error / 100, n, degrees, level, rate))
        numbers = {
            "respondents": n,
            "estimate": mean,
            "standard_error": error,
            "lower": low,
            "upper": high,
            "bootstrap_error": again,
            "bootstrap_lower": b_low,
            "bootstrap_upper": b_high,
            "bootstrap_samples": len(valid),
            "design_effect": effects[j],
            "degrees": degrees,
        }
        flag, warning = "", ""
        if (indicator, question) in hidden:
            flag = SUPPRESSED[0 if cell.few else 1]
            numbers = dict.fromkeys(numbers, np.nan)
            method = "t"  # which one it was follows from the answers
        else:
            warning = _warnings(cell.config["warn"], numbers, rate, ends[1] - ends[0])
        named = {"block": block, "indicator": indicator, "question": question, "statistic": statistic}
        rows.append(_row(cell.key) | named | {"interval": method, **numbers, "flag": flag, "warning": warning})
    return rows, questions


def _warnings(warn: Mapping[str, float], numbers: Mapping[str, float], rate: float, scale: float) -> str:
    """What an estimate cannot bear, in words of the table; the scale of a balance is twice as long."""
    said = {
        "few_answers": numbers["respondents"] < warn["respondents"] and rate < 0.5,
        "few_degrees": numbers["degrees"] < warn["degrees"],
        "wide_interval": not (numbers["upper"] - numbers["lower"]) / 2 <= warn["half_width"] * scale / 100,
        "bootstrap_failed": np.isnan(numbers["bootstrap_error"]),
    }
    return " ".join(word for word, holds in said.items() if holds)


def _hidden(
    cell: _Cell, names: Sequence[tuple[str, str, str, str]], found: est.Means
) -> tuple[set[tuple[str, str]], set[str]]:
    """What is not shown: pairs of indicator and question ("" for all of it), and questions."""
    form, limits, sample = cell.form, cell.config["suppress"], len(cell.people)
    rule = Rule(limits["least"], limits["width"] / 100, limits["people"])
    _, most, rules = _asked(cell)
    questions = set()
    for q in cell.questions():
        n = int(cell.people[q.id].notna().sum())
        # who answered was asked: too many answers tell how many were
        told = q.ask_if in rules and most[q.ask_if] - n < rule.people
        if sample < rule.least or n < rule.least or told:
            questions.add(q.id)
    sets: dict[str, dict[str, Answers]] = {}
    hidden: set[tuple[str, str]] = set()
    for j, (_, indicator, question, statistic) in enumerate(names):
        n, q_id = int(found.answered[j]), question or indicator
        one = found.spread[j] <= 1e-9 and n < limits["unanimous_below"]
        alone = q_id in form.questions and form.questions[q_id].indicator == indicator
        if n < rule.least or one or sample < rule.least or (alone and q_id in questions):
            hidden.add((indicator, question))
        if n == 0:
            continue
        mine = sets.setdefault(indicator, {})
        before = mine.get(question, Answers({}, n, {}))
        points = {}
        if question:
            scale = form.scale_of(question)
            by_code = scores(np.array(scale.codes, dtype=np.float64), scale)
            points = {**before.scores, statistic: by_code[statistic].tolist()}
        means = {**before.means, statistic: float(found.mean[j])}
        mine[question] = Answers(means, n, points)
    for indicator, mine in sets.items():
        first = {q for i, q in hidden if i == indicator and q in mine}
        leaves = sum(q.indicator == indicator for q in form.items(cell.population))
        needed = max(1, math.ceil(cell.config["estimates"]["leaves_needed"] * leaves - 1e-9))
        every = hide_beside(mine, first, STATISTICS, sample, needed, rule)
        hidden |= {(indicator, q) for q in every}
    # an indicator of one question that bears its name is that question
    for indicator, question in hidden:
        if question or indicator in form.questions:
            questions.add(question or indicator)
    return hidden, questions


def _reliability(
    cell: _Cell, catalogue: Mapping[str, Any], hidden: Collection[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of the tables of blocks and of questions."""
    whole: list[dict[str, Any]] = []
    single: list[dict[str, Any]] = []
    for block in sorted({q.block for q in cell.form.items(cell.population)}):
        every = cell.form.items(cell.population, block)
        items = [q for q in every if not q.ask_if]
        turned = [catalogue["indicators"][q.indicator]["direction"] < 0 for q in items]
        x = np.column_stack([cell.scores_of(q)["index"] for q in items])
        x = np.where(turned, 100 - x, x)
        x = x[~np.isnan(x).any(axis=1)]
        few = any(q.id in hidden for q in items) or _tells(x, cell.config["suppress"])
        of_block, of_items = _consistency(x, few, cell.config["warn"])
        why = SUPPRESSED[0 if cell.few else 1] if few else ""
        start = _row(cell.key) | {"block": block}
        whole.append(start | {"items": len(items)} | of_block | {"flag": why})
        for q, turn, numbers in zip(items, turned, of_items, strict=True):
            single.append(start | {"question": q.id, "turned": turn} | numbers | {"flag": why})
        for q in every:
            if q.ask_if:
                single.append(start | {"question": q.id, "turned": False, "flag": "not_for_all"})
    return whole, single


def _tells(x: Array, limits: Mapping[str, float]) -> bool:
    """Whether reliability of so few complete answers, or of answers alike, would tell them."""
    alike = len(x) < limits["unanimous_below"] and (len(x) == 0 or bool((np.ptp(x, axis=0) <= 1e-9).any()))
    return len(x) < limits["least"] or alike


def _consistency(x: Array, few: bool, warn: Mapping[str, float]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Reliability of a block's complete answers and of each question; NaN where they are `few`."""
    alpha, omega, kmo = rel.cronbach_alpha(x), rel.mcdonald_omega(x), rel.adequacy(x)
    numbers = {
        "respondents": len(x),
        "alpha": _number(alpha),
        "omega": omega.omega if isinstance(omega, rel.Omega) else np.nan,
        "kmo": kmo.kmo if isinstance(kmo, rel.Adequacy) else np.nan,
        "bartlett": kmo.bartlett if isinstance(kmo, rel.Adequacy) else np.nan,
        "bartlett_p": kmo.p_value if isinstance(kmo, rel.Adequacy) else np.nan,
    }
    warnings = ["few_answers"] if len(x) < max(warn["per_item"] * x.shape[1], warn["reliability"]) else []
    warnings += [v.why for v in (alpha, omega, kmo) if isinstance(v, rel.Undefined)]
    heywood = isinstance(omega, rel.Omega) and omega.heywood and not few
    said = {"heywood": heywood, "warning": "" if few else " ".join(dict.fromkeys(warnings))}
    rest, dropped = rel.item_rest(x), rel.alpha_if_dropped(x)
    items = [
        {
            "item_rest": _number(rest[j]),
            "alpha_if_dropped": _number(dropped[j]),
            "kmo": kmo.item_kmo[j] if isinstance(kmo, rel.Adequacy) else np.nan,
            "loading": omega.loadings[j] if isinstance(omega, rel.Omega) else np.nan,
        }
        for j in range(x.shape[1])
    ]
    if few:
        return dict.fromkeys(numbers, np.nan) | said, [dict.fromkeys(i, np.nan) for i in items]
    return numbers | said, items


def _number(value: float | rel.Undefined) -> float:
    return np.nan if isinstance(value, rel.Undefined) else float(value)


def _index_rows(estimates: pd.DataFrame) -> pd.DataFrame:
    whole = (estimates["question"] == "") & (estimates["statistic"] == "index")
    return estimates[whole]


def _standard_errors(estimates: pd.DataFrame) -> list[dict[str, Any]]:
    shown = _index_rows(estimates)
    shown = shown[shown["flag"] == ""]
    return [
        {
            "unit": r["unit"],
            "year": r["year"],
            "measure": r["indicator"],
            "value": r["estimate"],
            "standard_error": r["standard_error"],
            "relative_error": r["standard_error"] / r["estimate"] if r["estimate"] > 0 else np.nan,
        }
        for r in shown.to_dict("records")
    ]


def data_error(standard_errors: pd.DataFrame) -> dict[str, float]:
    """Relative error of each measure, as ``data_error.measures`` of an analysis takes it.

    The quadratic mean over units and years of standard error over value; a measure in whose cells
    an index is 0 has none.

    Parameters
    ----------
    standard_errors
        Table `STANDARD_ERRORS`.

    Examples
    --------
    >>> table = pd.DataFrame({"measure": ["a", "a"], "relative_error": [0.03, 0.04]})
    >>> {k: round(v, 4) for k, v in data_error(table).items()}
    {'a': 0.0354}
    """
    found = {}
    for measure, part in standard_errors.groupby("measure", sort=True):
        values = part["relative_error"].to_numpy(dtype=np.float64)
        if np.isfinite(values).all():
            found[str(measure)] = float(np.sqrt((values**2).mean()))
    return found


def _changes(estimates: pd.DataFrame, level: float) -> list[dict[str, Any]]:
    """Changes between years, their samples taken as independent."""
    rows = []
    for key, part in _index_rows(estimates).groupby(["population", "unit", "indicator"]):
        ordered = part[part["flag"] == ""].sort_values("year", kind="stable").to_dict("records")
        for before, after in itertools.pairwise(ordered):
            error = float(np.hypot(before["standard_error"], after["standard_error"]))
            change = after["estimate"] - before["estimate"]
            degrees = int(min(before["degrees"], after["degrees"]))
            low, high = est.t_interval(change, error, degrees, level, (-100.0, 100.0))
            rows.append(
                {
                    **dict(zip(("population", "unit", "indicator"), key, strict=True)),
                    "from_year": before["year"],
                    "to_year": after["year"],
                    "change": change,
                    "standard_error": error,
                    "lower": float(low),
                    "upper": float(high),
                    "within_noise": not (low > 0 or high < 0),
                }
            )
    return rows


def _observations(estimates: pd.DataFrame, source: str) -> pd.DataFrame:
    """The indices as observations; one that is not shown is confidential."""
    shown = _index_rows(estimates)
    return pd.DataFrame(
        {
            "unit": shown["unit"],
            "year": shown["year"],
            "variable": shown["indicator"],
            "value": shown["estimate"],
            "unit_of_measure": "0 to 100",
            "kind": shown["kind"],
            "source": source,
            "locator": "population " + shown["population"],
            "flag": shown["flag"].map(lambda f: str(Flag.CONFIDENTIAL) if f else ""),
        }
    ).reset_index(drop=True)
