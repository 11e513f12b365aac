"""What was asked after the specification was fixed: error in the regressor, and dependence between regions.

Nothing here moves the verdict. The tables stand beside those of `monotown.hypothesis.build` and carry the date of the
addition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from monotown.base.arrays import Array
from monotown.base.tables import join_kinds
from monotown.data.units import Units
from monotown.hypothesis.build import DIRECTIONS, MADE, Analysis
from monotown.hypothesis.data import Data
from monotown.hypothesis.dependence import (
    border_lengths,
    dependence,
    moran,
    moran_p,
    row_shares,
    spread_to_neighbours,
    wider_df,
    wider_errors,
    wider_variances,
)
from monotown.hypothesis.errors import detectable
from monotown.hypothesis.noise import Corrected, corrected, frisch, jackknife, true_histories
from monotown.hypothesis.p_values import p_value
from monotown.hypothesis.panel import arrays, double_demean, years_of
from monotown.hypothesis.power import autoregression, batches, refusals, within_sd
from monotown.hypothesis.prespecified import WAYS, WIDER
from monotown.hypothesis.stepdown import p_of_each, romano_wolf
from monotown.hypothesis.tables import EXPLORATORY, ExploratoryTables

#: Source of the borders.
BORDERS: Final = "contiguity"


def build_exploratory(
    data: Data,
    config: Mapping[str, Any],
    family: pd.DataFrame,
    scores: Mapping[str, pd.DataFrame],
    views: Mapping[str, Any],
    contiguity: pd.DataFrame,
    units: Mapping[str, Any],
    seed: int,
) -> ExploratoryTables:
    """All exploratory tables of the hypothesis.

    Parameters
    ----------
    data
        Of `monotown.hypothesis.data.read_data`.
    config
        ``config/parts/hypothesis.yaml``.
    family
        Table `monotown.hypothesis.tables.FAMILY_TABLE`.
    scores
        Index to its scores (`monotown.index.build.SCORES`), of every index in ``exploratory.indices``.
    views, units
        Files of these names.
    contiguity
        Pairs of neighbours (`monotown.hypothesis.dependence.border_lengths`).
    seed
        Of every random number.

    Raises
    ------
    InputError
        If a region has no neighbour.
    """
    run = _Exploratory(Analysis(data, config, seed), contiguity, units)
    noise, regions = run.noise()
    found = {
        "noise": noise,
        "noise_regions": regions,
        "noise_power": run.noise_power(),
        "moran": run.moran(scores, views),
        "stepdown": run.stepdown(family),
        **run.panels(),
    }
    primary = data.source([config["prespecified"]["staffing"]["measure"], *run.outcome])
    fixed = {"added": config["exploratory"]["added"], "prespecified": run.main.mark}
    made = {}
    for name, rows in found.items():
        frame = pd.DataFrame(rows).assign(**fixed)
        if name != "moran":
            simulated = name in ("noise_power", "wider_size")
            sources = {*primary.split("; "), *([MADE] if simulated else [])}
            sources |= {BORDERS} if name in ("wider_errors", "wider_size", "residuals") else set()
            frame = frame.assign(kind="synthetic" if simulated else data.kind, source="; ".join(sorted(sources)))
        made[name] = EXPLORATORY[name].validate(frame[list(EXPLORATORY[name].columns)], lazy=True)
    return ExploratoryTables(**made)


class _Exploratory:
    """One run: the analysis that was fixed, and what stands beside it."""

    def __init__(self, main: Analysis, contiguity: pd.DataFrame, units: Mapping[str, Any]) -> None:
        self.main = main
        self.asked = main.config["exploratory"]
        self.count = int(main.config["simulation"]["replications"])
        self.bootstraps = int(main.config["simulation"]["bootstraps"])
        self.contiguity = contiguity
        self.members = {m.code: m.members for m in Units(units).merged()}
        self.outcome = [
            m for m in main.data.files if m in main.data.quality and m not in main.spec["quality"]["left_out"]
        ]
        self.file = str(self.asked["contiguity"])

    def lengths(self, codes: list[str]) -> Array:
        """Borders of some units with each other, km."""
        return border_lengths(self.contiguity, codes, self.members, self.file)

    def arrays(self, direction: str) -> tuple[Array, Array]:
        """Outcome and regressor of the primary model."""
        return arrays(*self.main.pair(direction), self.main.lag, "fixed_effects")

    # ---------- error in the regressor ----------

    def noise(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Reliability of the regressor, bounds and corrected coefficients; and both without each region."""
        rows, regions = [], []
        for direction in DIRECTIONS:
            y, x = self.arrays(direction)
            series = self.main.pair(direction)[1]
            own = years_of(*self.main.pair(direction), self.main.lag) - self.main.lag
            spans = {"regressor": (x, own[0], own[-1])}
            if series.cells.shape[1] > x.shape[1]:
                spans["series"] = (series.cells, series.first, series.last)
            for years, (seen, first, last) in spans.items():
                found, without = self._corrected(y, x, seen)
                row = {"direction": direction, "years": years, "first_year": int(first), "last_year": int(last)}
                rows.append({**row, **self._noise_row(direction, y, x, found, without)})
                if years == "regressor":
                    regions += self._without(direction, y, x, without)
        return rows, regions

    def _corrected(self, y: Array, x: Array, seen: Array) -> tuple[Corrected, list[Corrected]]:
        """With all regions, and without each; the same noise is added everywhere."""
        draws = self.main.random("simex").standard_normal((int(self.asked["simex_draws"]), *x.shape))

        def of(kept: NDArray[np.int64]) -> Corrected:
            return corrected(y[kept], x[kept], seen[kept], draws[:, kept])

        places = np.arange(len(y))
        return of(places), [of(np.delete(places, i)) for i in places]

    def _noise_row(
        self, direction: str, y: Array, x: Array, found: Corrected, without: list[Corrected]
    ) -> dict[str, Any]:
        primary = self.main.primary(direction)
        scale, level = primary.scale, self.main.interval
        share = jackknife(found.reliability, [w.reliability for w in without], level, logit=True)
        direct, inverse = (b * scale for b in frisch(y, x))
        error = primary.cr2()
        least = scale * detectable(error, self.main.level, float(self.main.spec["power"]))
        row: dict[str, Any] = {
            "reliability": found.reliability,
            "low": share.low,
            "high": share.high,
            "estimate": direct,
            "inverse": inverse,
        }
        for name in ("moments", "simex"):
            made = jackknife(getattr(found, name) * scale, [getattr(w, name) * scale for w in without], level)
            row |= {name: made.estimate, f"{name}_low": made.low, f"{name}_high": made.high}
        return row | {
            "detectable": least,
            "detectable_true": least / found.reliability if found.reliability > 0 else np.nan,
            "detectable_true_low": least / share.high,
            "detectable_true_high": least / share.low,
        }

    def _without(self, direction: str, y: Array, x: Array, without: list[Corrected]) -> list[dict[str, Any]]:
        weight = np.sum(double_demean(x) ** 2, axis=1)
        return [
            {
                "direction": direction,
                "unit": unit,
                "leverage": float(w / weight.sum()),
                "reliability": found.reliability,
                "moments": found.moments * self._scale_without(y, x, i),
            }
            for i, (unit, w, found) in enumerate(zip(self.main.data.regions, weight, without, strict=True))
        ]

    def _scale_without(self, y: Array, x: Array, i: int) -> float:
        a, b = (double_demean(np.delete(v, i, axis=0)) for v in (x, y))
        return float(a.std() / b.std())

    def noise_power(self) -> list[dict[str, Any]]:
        """Shares of refusals with the errors observed, where staffing is true and where it is seen with noise."""
        y, x = self.arrays("forward")
        regions, years = x.shape
        scale = double_demean(x).std()
        error = self.main.primary("forward")
        least = error.scale * detectable(error.cr2(), self.main.level, float(self.main.spec["power"]))
        effects = sorted({*map(float, self.asked["effects"]), least})
        residual = self.main.residual("forward") / double_demean(y).std() * np.sqrt(error.correction)
        seen = double_demean(x) / scale
        totals = {name: np.zeros((len(effects), len(WAYS))) for name in ("observed", "noise")}
        random = self.main.random("noise_power")
        signs = random.choice([-1.0, 1.0], (self.bootstraps, regions))
        for size in batches(self.count):
            a = np.broadcast_to(seen, (size, regions, years))
            e = double_demean(random.choice([-1.0, 1.0], (size, regions, 1)) * residual)
            true = double_demean(true_histories(x, size, random)) / scale
            totals["observed"] += refusals(a, e, effects, signs, self.main.level)
            totals["noise"] += refusals(a, e, effects, signs, self.main.level, true)
        return [
            {
                "design": design,
                "effect": effect,
                "way": way,
                "share": float(share),
                "monte_carlo_error": float(np.sqrt(share * (1 - share) / self.count)),
            }
            for design, total in totals.items()
            for effect, shares in zip(effects, total / self.count, strict=True)
            for way, share in zip(WAYS, shares, strict=True)
        ]

    # ---------- dependence ----------

    def moran(self, scores: Mapping[str, pd.DataFrame], views: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Moran's I of the scores of each index and year, by two kinds of weights."""
        rows = []
        for view in self.asked["indices"]:
            table = scores[view]
            for year, mine in table[table["node"].eq(views[view]["tree"]["id"])].groupby("year"):
                known = mine["score"].notna().to_numpy()
                lengths = self.lengths(list(mine["unit"]))[np.ix_(known, known)]
                mine = mine[known]
                for name, matrix in (("contiguity", (lengths > 0).astype(float)), ("length", lengths)):
                    weights, values = row_shares(matrix), mine["score"].to_numpy(dtype=float)
                    random = self.main.random("moran", view, year)
                    rows.append(
                        {
                            "view": view,
                            "year": year,
                            "weights": name,
                            "units": len(mine),
                            "statistic": float(moran(values, weights)),
                            "expected": -1 / (len(mine) - 1),
                            "p": moran_p(values, weights, int(self.asked["permutations"]), random),
                            "kind": join_kinds(mine["kind"]),
                            "source": "; ".join(sorted({s for t in mine["source"] for s in t.split("; ")} | {BORDERS})),
                        }
                    )
        return rows

    def panels(self) -> dict[str, list[dict[str, Any]]]:
        """Errors that allow for dependence, how often each way refuses wrongly, and what residuals have in common."""
        lengths = self.lengths(list(self.main.data.regions))
        near = lengths > 0
        rows: dict[str, list[dict[str, Any]]] = {"wider_errors": [], "wider_size": [], "residuals": []}
        for direction in DIRECTIONS:
            y, x = self.arrays(direction)
            primary = self.main.primary(direction)
            scale, wild = primary.scale, self.main.wild(primary)
            low, high = wild.interval(self.main.interval)
            fixed = {"direction": direction, "estimate": primary.estimate * scale}
            none = {"standard_error": np.nan, "df": np.nan}
            rows["wider_errors"].append(
                {**fixed, "way": "wild", **none, "low": low * scale, "high": high * scale, "p": wild.p()}
            )
            for way, error in {"cr2": primary.cr2(), **wider_errors(y, x, near)}.items():
                low, high = error.interval(primary.estimate, self.main.interval)
                size = {"standard_error": error.standard_error * scale, "df": error.df}
                rows["wider_errors"].append(
                    {**fixed, "way": way, **size, "low": low * scale, "high": high * scale, "p": error.p}
                )
            weights = row_shares(near.astype(float))
            for share in map(float, self.asked["spatial"]):
                sizes, null = self._made(direction, x, near, spread_to_neighbours(share, weights), weights)
                rows["wider_size"] += [
                    {
                        "direction": direction,
                        "spatial": share,
                        "way": way,
                        "share": value,
                        "monte_carlo_error": float(np.sqrt(value * (1 - value) / self.count)),
                    }
                    for way, value in sizes.items()
                ]
                if share == 0:
                    rows["residuals"] += _against(direction, dependence(y, x, weights)._asdict(), null)
        return rows

    def _made(
        self, direction: str, x: Array, near: NDArray[np.bool_], mix: Array, weights: Array
    ) -> tuple[dict[str, float], dict[str, Array]]:
        """Shares of refusals without any effect, and the dependence of residuals, in panels of made errors."""
        regions, years = x.shape
        level = self.main.level
        seen = double_demean(x) / double_demean(x).std()
        critical = stats.t.ppf(1 - level / 2, wider_df(regions, years))
        found = []
        total, wide = np.zeros(len(WAYS)), np.zeros(len(WIDER))
        random = self.main.random("wider", direction)
        signs = random.choice([-1.0, 1.0], (self.bootstraps, regions))
        for e in self._errors(direction, (regions, years), random):
            e = np.einsum("gh,bht->bgt", mix, e)
            out = double_demean(e)
            total += refusals(np.broadcast_to(seen, e.shape), out, [0.0], signs, level)[0]
            b = np.sum(seen * out, axis=(1, 2)) / np.sum(seen**2)
            wide += np.sum(np.abs(b[:, None]) > critical * np.sqrt(wider_variances(e, seen, near)), axis=0)
            found.append(dependence(e, x, weights))
        sizes = dict(zip((*WAYS, *WIDER), np.concatenate([total, wide]) / self.count, strict=True))
        null = {k: np.concatenate([getattr(f, k) for f in found]) for k in found[0]._fields}
        return {k: float(v) for k, v in sizes.items()}, null

    def _errors(self, direction: str, shape: tuple[int, int], random: np.random.Generator) -> Iterator[Array]:
        """Errors with the persistence and the spread by region of the residuals, in batches."""
        rho, spread = self.main.made_errors(direction)
        for size in batches(self.count):
            yield autoregression((size, *shape), rho, random) * spread[:, None] / within_sd(*shape, rho, spread)

    # ---------- the family ----------

    def stepdown(self, family: pd.DataFrame) -> list[dict[str, Any]]:
        """The family by Romano and Wolf, beside Holm.

        The three tests of coefficients share their sign vectors; the test of forecasts is by permutation and comes in
        as independent of them.
        """
        tests = list(family["test"])
        drawn = {d: np.abs(self.main.wild(self.main.primary(d)).t()) for d in DIRECTIONS}
        drawn["monotowns"] = np.abs(self.main.wild(self.main.monotowns()[0]).t())
        count = drawn["forward"].size
        ahead = p_of_each(self.main.forecasts("forward").statistics)
        replicates = {name: p_of_each(t) for name, t in drawn.items()}
        replicates["prediction"] = ahead[self.main.random("stepdown").integers(ahead.size, size=count)]
        adjusted = romano_wolf(family["p"].tolist(), np.column_stack([replicates[t] for t in tests]))
        return [
            {"test": t, "p": float(p), "p_holm": float(h), "p_romano_wolf": float(r)}
            for t, p, h, r in zip(tests, family["p"], family["p_holm"], adjusted, strict=True)
        ]


def _against(direction: str, observed: Mapping[str, Array], null: Mapping[str, Array]) -> list[dict[str, Any]]:
    """Each statistic of dependence beside what panels without any dependence give."""
    rows = []
    for name, value in observed.items():
        made = null[name]
        low, high = np.quantile(made, [0.025, 0.975])
        rows.append(
            {
                "direction": direction,
                "statistic": name,
                "observed": float(value),
                "expected": float(made.mean()),
                "low": float(low),
                "high": float(high),
                "p": float(p_value(np.abs(made - made.mean()), abs(float(value) - made.mean()))),
            }
        )
    return rows
