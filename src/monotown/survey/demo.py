"""A made-up survey with known population values: residents and researchers of towns that are not.

Nothing of it says anything about a real place: it shows what the estimates do, and proves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm

from monotown.base.arrays import Array
from monotown.base.streams import Stream
from monotown.survey.build import STATISTICS
from monotown.survey.microdata import is_open, mean_of_leaves, scores
from monotown.survey.questionnaire import Questionnaire, Scale

#: Columns of the known values.
VALUES: Final = ("population", "unit", "year", "indicator", "question", "statistic", "people", "value", "kind")


@dataclass(frozen=True)
class Demo:
    """A made-up survey.

    Attributes
    ----------
    microdata
        Population to its rows as an office would send them: texts, codes, those who did not
        answer among them, column ``kind`` that says synthetic.
    margins
        Persons by sex, age and education, or by degree.
    known
        What the whole population would have answered, with the columns of `VALUES`.
    """

    microdata: Mapping[str, pd.DataFrame]
    margins: pd.DataFrame
    known: pd.DataFrame


def thresholds_of(target: float, answers: int, spread: float = 2.4) -> Array:
    """Cuts of a standard normal variable that give answers with a mean index.

    Equally wide answers in the middle, shifted until the expected index is the target.

    Parameters
    ----------
    target
        Mean of the index, from above 0 to below 100.
    answers
        Number of answers of the scale.
    spread
        Distance from the first cut to the last.

    Examples
    --------
    >>> thresholds_of(50, 5).round(2)
    array([-1.2, -0.4,  0.4,  1.2])
    """
    cuts = np.linspace(-spread / 2, spread / 2, answers - 1)

    def gap(shift: float) -> float:
        # the expected index is the mean chance to be above a cut
        return float(100 * norm.sf(cuts - shift).mean() - target)

    return np.asarray(cuts - brentq(gap, -10, 10))


def make_demo(config: Mapping[str, Any], form: Questionnaire, seed: int) -> Demo:
    """Draw populations, samples and answers.

    Parameters
    ----------
    config
        Content of the demonstration's population config, described at its head.
    form
        The questionnaire.
    seed
        Seed of everything drawn.
    """
    rows: dict[str, list[pd.DataFrame]] = {"residents": [], "researchers": []}
    margins: list[pd.DataFrame] = []
    values: list[dict[str, Any]] = []
    for unit, years in config["towns"].items():
        for year, town in years.items():
            for population in rows:
                # a town's people do not depend on the other towns
                rng = Stream.of(seed, "demo", unit, year, population).generator()
                make = _residents if population == "residents" else _researchers
                people = make(config, town, rng)
                _answer(people, form, population, config, town[population], rng)
                people["unit"], people["year"] = str(unit), int(year)
                values += _values(people, form, population)
                margins += [_margin(people, question, population) for question in config["margins"][population]]
                sample = _draw(people, config, rng) if population == "residents" else people
                rows[population].append(_returned(sample, form, population, config, rng))
    made = {k: pd.concat(v, ignore_index=True).astype(str) for k, v in rows.items()}
    return Demo(
        made,
        pd.concat(margins, ignore_index=True).assign(kind="synthetic"),
        pd.DataFrame(values).assign(kind="synthetic")[list(VALUES)],
    )


def _residents(config: Mapping[str, Any], town: Mapping[str, Any], rng: np.random.Generator) -> pd.DataFrame:
    parts = []
    low, high = config["residents"]["adults_in_precinct"]
    for district, shape in config["residents"]["districts"].items():
        for precinct in range(int(shape["precincts"])):
            n = int(rng.integers(low, high + 1))
            effect = float(shape["effect"]) + 0.3 * rng.normal()
            parts.append(
                pd.DataFrame(
                    {
                        "district": str(district),
                        "precinct": f"{district}{precinct + 1:02d}",
                        "precincts": int(shape["precincts"]),
                        "adults": n,
                        "place": effect,
                    },
                    index=range(n),
                )
            )
    people = pd.concat(parts, ignore_index=True)
    n = len(people)
    for question in ("sex", "age", "education"):
        shares = config["residents"]["shares"][question]
        people[question] = rng.choice(list(shares), size=n, p=list(shares.values()))
    sizes = config["residents"]["shares"]["household_size"]
    people["household_size"] = rng.choice(list(sizes), size=n, p=list(sizes.values()))
    child = rng.random(n) < config["residents"]["shares"]["children_preschool"]
    people["children_preschool"] = np.where(people["household_size"] < 2, np.nan, np.where(child, 1, 2))
    people["place"] += 0.25 * (people["education"] - 2) - 0.2 * (people["age"] - 2)
    return people


def _researchers(config: Mapping[str, Any], town: Mapping[str, Any], rng: np.random.Generator) -> pd.DataFrame:
    n = int(town["researchers"]["number"])
    degree = np.where(np.arange(n) < round(n * config["researchers"]["degree_share"]), 1, 2)
    return pd.DataFrame({"degree": degree, "town_total": n, "place": 0.2 * (degree == 1)})


def _answer(
    people: pd.DataFrame,
    form: Questionnaire,
    population: str,
    config: Mapping[str, Any],
    town: Mapping[str, Any],
    rng: np.random.Generator,
) -> None:
    n = len(people)
    place = people["place"].to_numpy()
    place = (place - place.mean()) / max(float(place.std()), 1e-9)
    share, factor_share = config["answers"]["place"], config["answers"]["factor"]
    factor = rng.normal(size=n)
    for q in form.items(population):
        scale = form.scale_of(q.id)
        # a question whose high answers are bad runs against the others
        sign = -1.0 if q.indicator in config["answers"]["turned"] else 1.0
        latent = sign * (np.sqrt(share) * place + np.sqrt(factor_share) * factor)
        latent += np.sqrt(1 - share - factor_share) * rng.normal(size=n)
        target = float(town["targets"].get(q.indicator, town["target"]))
        cuts = thresholds_of(target, len(scale.codes))
        answer = scale.codes[0] + np.searchsorted(cuts, latent).astype(np.float64)
        people[q.id] = np.where(is_open(people, q), answer, np.nan)


def _values(people: pd.DataFrame, form: Questionnaire, population: str) -> list[dict[str, Any]]:
    leaves: dict[str, list[dict[str, Array]]] = {}
    found: list[tuple[str, str, dict[str, Array]]] = []
    for q in form.items(population):
        scale: Scale = form.scale_of(q.id)
        part = scores(people[q.id].to_numpy(dtype=np.float64), scale)
        leaves.setdefault(q.indicator, []).append(part)
        if q.id != q.indicator:
            found.append((q.indicator, q.id, part))
    for indicator, parts in leaves.items():
        whole = {s: mean_of_leaves([p[s] for p in parts], 0.5) for s in STATISTICS}
        found.append((indicator, "", whole))
    return [
        {
            "population": population,
            "unit": people["unit"].iloc[0],
            "year": int(people["year"].iloc[0]),
            "indicator": indicator,
            "question": question,
            "statistic": s,
            "people": int((~np.isnan(part[s])).sum()),
            "value": float(np.nanmean(part[s])),
        }
        for indicator, question, part in found
        for s in STATISTICS
    ]


def _margin(people: pd.DataFrame, question: str, population: str) -> pd.DataFrame:
    counts = people[question].value_counts().sort_index()
    return pd.DataFrame(
        {
            "population": population,
            "unit": people["unit"].iloc[0],
            "year": people["year"].iloc[0],
            "question": question,
            "category": counts.index.astype(int),
            "persons": counts.to_numpy(),
        }
    )


def _draw(people: pd.DataFrame, config: Mapping[str, Any], rng: np.random.Generator) -> pd.DataFrame:
    """A sample of precincts in each district, and of adults in each precinct."""
    taken = []
    for district, shape in config["residents"]["districts"].items():
        names = people.loc[people["district"] == district, "precinct"].unique()
        for name in sorted(rng.choice(names, size=int(shape["drawn"]), replace=False)):
            inside = people.index[people["precinct"] == name].to_numpy()
            n = int(config["residents"]["adults_drawn"])
            taken.append(np.sort(rng.choice(inside, size=min(n, len(inside)), replace=False)))
    return people.loc[np.concatenate(taken)]


def _returned(
    sample: pd.DataFrame, form: Questionnaire, population: str, config: Mapping[str, Any], rng: np.random.Generator
) -> pd.DataFrame:
    """The sample as it comes back: some did not answer, some answers are none."""
    people = sample.reset_index(drop=True)
    n = len(people)
    chance = np.full(n, float(config[population]["response"]))
    if population == "residents":
        # the young and men answer less often
        chance *= np.where(people["age"] == 1, 0.85, 1.05) * np.where(people["sex"] == 1, 0.94, 1.04)
        responded = rng.random(n) < np.minimum(chance, 1)
    else:
        order = rng.permutation(n)
        responded = np.zeros(n, dtype=bool)
        responded[order[: round(n * float(config[population]["response"]))]] = True
    table = pd.DataFrame(
        {
            "kind": "synthetic",
            "person": [f"{population[:3]}-{i + 1:04d}" for i in range(n)],
            "town": people["unit"],
            "wave": people["year"],
            "status": np.where(responded, "1", "2"),
        }
    )
    design = ("district", "precinct", "precincts", "adults", "town_total")
    for name in design:
        if name in people:
            table[name] = people[name].astype(str)
    known = set(config["margins"][population])
    for q in form.questions.values():
        if q.id not in people:
            continue
        codes = people[q.id].map(lambda v: "" if np.isnan(v) else f"{int(v)}")
        if q.indicator:
            draw = rng.random(n)
            lost = [float(config["answers"][k]) for k in ("dont_know", "refusal")]
            codes = codes.mask((draw < lost[0]) & (codes != ""), str(form.codes["dont_know"]))
            refused = (draw >= lost[0]) & (draw < sum(lost)) & (codes != "")
            codes = codes.mask(refused, str(form.codes["refusal"]))
        # what the sampling frame knows is known of those who did not answer
        table[q.id] = codes if q.id in known else codes.where(responded, "")
    return table
