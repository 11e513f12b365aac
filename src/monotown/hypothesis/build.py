"""The hypothesis stage: series and what was fixed beforehand to tables and a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Final

import numpy as np
import pandas as pd
import statsmodels.api as sm  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

from monotown.base import ties
from monotown.base.arrays import Array
from monotown.base.streams import Stream
from monotown.base.tables import to_scale
from monotown.hypothesis.data import UNSHARED, WHOLE, Data, read_data
from monotown.hypothesis.errors import Coefficient, Error, Wild, detectable, equivalence_p
from monotown.hypothesis.forecast import Forecasts, forecast
from monotown.hypothesis.p_values import p_value
from monotown.hypothesis.panel import (
    Crossed,
    Series,
    among,
    arrays,
    coefficient,
    double_demean,
    effects,
    permutations,
    year_demean,
    years_of,
)
from monotown.hypothesis.power import rejections
from monotown.hypothesis.prespecified import WAYS, decide, fingerprint, shared
from monotown.hypothesis.tables import SCHEMAS, HypothesisTables

DIRECTIONS: Final = ("forward", "reverse")

#: Last year before the pandemic, of the sample that ends there.
BEFORE_PANDEMIC: Final = 2019

#: Name of the source of made panels.
MADE: Final = "made_panels"


def build_hypothesis(
    normalised: pd.DataFrame,
    observations: pd.DataFrame,
    config: Mapping[str, Any],
    views: Mapping[str, Any],
    measures: Mapping[str, Any],
    units: Mapping[str, Any],
    seed: int,
    *,
    file: str = "config/parts/hypothesis.yaml",
) -> HypothesisTables:
    """All tables of the hypothesis stage.

    Parameters
    ----------
    normalised, observations, config, views, measures, units, file
        As `monotown.hypothesis.data.read_data`.
    seed
        Of every random number.

    Raises
    ------
    InputError
        As `read_data`.
    """
    data = read_data(normalised, observations, config, views, measures, units, file)
    return Analysis(data, config, seed).tables()


def _sd_ratio(y: Array, x: Array) -> float:
    """What turns b into sd per sd, both after region and year effects."""
    return float(double_demean(x).std() / double_demean(y).std())


class Analysis:
    """One run: the data, what was fixed, and the rows as they come."""

    def __init__(self, data: Data, config: Mapping[str, Any], seed: int) -> None:
        self.data, self.config, self.seed = data, config, seed
        self.spec = config["prespecified"]
        self.level = float(self.spec["test"]["level"])
        self.interval = float(self.spec["test"]["interval"])
        self.lag = int(self.spec["lag"])
        self.mark = fingerprint(self.spec)

    def random(self, *names: object) -> np.random.Generator:
        """A random stream of its own for each use."""
        return Stream.of(self.seed, "hypothesis", *names).generator()

    def wild(self, found: Coefficient) -> Wild:
        """The bootstrap of a coefficient; its sign vectors, where drawn, are those of the run."""
        return found.wild(seed=self.seed)

    def pair(self, direction: str) -> tuple[Series, Series]:
        """Primary outcome and regressor of a direction."""
        quality, staffing = self.data.quality[UNSHARED], self.data.staffing["primary"]
        return (quality, staffing) if direction == "forward" else (staffing, quality)

    def primary(self, direction: str) -> Coefficient:
        """The primary model of a direction."""
        y, x = arrays(*self.pair(direction), self.lag, "fixed_effects")
        return coefficient(y, x)

    def tables(self) -> HypothesisTables:
        """Every table, checked."""
        errors = self.errors()
        forecasts = {d: self.forecasts(d) for d in DIRECTIONS}
        family = self.family(errors, forecasts["forward"])
        placebo = self.placebo()
        verdict = self.verdict(errors, family, placebo)
        specifications, curve = self.curve()
        rows: dict[str, list[dict[str, Any]]] = {
            "estimates": self.estimates(),
            "errors": errors,
            "family": family,
            "placebo": placebo,
            "leave_out": self.leave_out(),
            "prediction": [r for d in DIRECTIONS for r in _prediction_rows(d, forecasts[d])],
            "specifications": specifications,
            "curve": curve,
            "power": self.power(verdict[0]["detectable"]),
            "denominators": self.denominators(),
            "verdict": verdict,
        }
        made = {}
        staffing, left_out = self.spec["staffing"]["measure"], self.spec["quality"]["left_out"]
        pairs = [r["outcome"] for r in rows["denominators"]]
        primary = [staffing, *(m for m in dict.fromkeys(pairs) if m not in left_out)]
        for name, found in rows.items():
            wide = name in ("estimates", "specifications", "curve", "denominators")
            source = self.data.source(None if wide else primary)
            frame = pd.DataFrame(found).assign(prespecified=self.mark, kind=self.data.kind, source=source)
            if name == "power":
                frame["kind"] = "synthetic"
                own = f"{MADE}; {source}"  # the regressor and the spread are those of the panel
                frame["source"] = frame["design"].map({"made": MADE, "panel": own})
            frame = to_scale(frame, SCHEMAS[name], self.data.scale)
            made[name] = SCHEMAS[name].validate(frame[list(SCHEMAS[name].columns)], lazy=True)
        return HypothesisTables(**made)

    # ---------- the primary models ----------

    def errors(self) -> list[dict[str, Any]]:
        """The primary coefficients under each way to compute an error."""
        rows = []
        count = int(self.spec["randomisation"]["permutations"])
        for direction in DIRECTIONS:
            y, x = arrays(*self.pair(direction), self.lag, "fixed_effects")
            found = coefficient(y, x)
            scale = found.scale
            fixed = {"direction": direction, "estimate": found.estimate * scale}
            for way, error in {**_statsmodels(y, x), "cr2": found.cr2()}.items():
                low, high = error.interval(found.estimate, self.interval)
                rows.append(
                    {
                        **fixed,
                        "way": way,
                        "standard_error": error.standard_error * scale,
                        "df": error.df,
                        "low": low * scale,
                        "high": high * scale,
                        "p": error.p,
                    }
                )
            none = {"standard_error": np.nan, "df": np.nan, "low": np.nan, "high": np.nan}
            wild = self.wild(found)
            low, high = wild.interval(self.interval)
            rows.append({**fixed, **none, "way": "wild", "low": low * scale, "high": high * scale, "p": wild.p()})
            places = permutations(len(y), count, self.random("randomisation", direction))
            t = np.abs(Crossed.of(y, x, "fixed_effects").permuted(places)[1])
            p = float(p_value(t[1:], t[0]))
            rows.append({**fixed, **none, "way": "randomisation", "p": p})
        return rows

    def family(self, errors: list[dict[str, Any]], ahead: Forecasts) -> list[dict[str, Any]]:
        """The primary family, adjusted by Holm (1979)."""
        rows = []
        for direction in DIRECTIONS:
            wild = _one(errors, direction=direction, way="wild")
            crv1 = _one(errors, direction=direction, way="crv1")
            rows.append(
                {
                    "test": direction,
                    "estimate": wild["estimate"],
                    "p": wild["p"],
                    "statistic": crv1["estimate"] / crv1["standard_error"],
                }
            )
        rows.append(
            {"test": "prediction", "estimate": ahead.ratio, "p": ahead.p, "statistic": float(ahead.statistics[0])}
        )
        found, scale = self.monotowns()
        error = found.crv1()
        rows.append(
            {
                "test": "monotowns",
                "estimate": found.estimate * scale,
                "p": self.wild(found).p(),
                "statistic": found.estimate / error.standard_error,
            }
        )
        adjusted = multipletests([r["p"] for r in rows], method="holm")[1]
        return [{**r, "p_holm": float(a)} for r, a in zip(rows, adjusted, strict=True)]

    def monotowns(self) -> tuple[Coefficient, float]:
        """Difference of the forward b of regions with several monotowns, and its scale."""
        y, x = arrays(*self.pair("forward"), self.lag, "fixed_effects")
        several = (self.data.towns >= int(self.spec["monotowns_least"])).astype(float)
        return coefficient(y, x * several[:, None], others=[x]), _sd_ratio(y, x)

    def forecasts(self, direction: str) -> Forecasts:
        """Forecasts without and with the other series."""
        y, x = self.pair(direction)
        settings = self.spec["prediction"]
        random = self.random("prediction", direction)
        places = permutations(len(self.data.regions), int(settings["permutations"]), random)
        return forecast(y, x, self.lag, int(settings["first_year"]), places)

    def placebo(self) -> list[dict[str, Any]]:
        """Lag and lead of the regressor in one equation."""
        lead = int(self.spec["placebo"]["lead"])
        rows = []
        for direction in DIRECTIONS:
            outcome, regressor = self.pair(direction)
            years = years_of(outcome, regressor, self.lag, lead=lead)
            y = outcome.at(years)
            terms = {"lag": regressor.at(years - self.lag), "lead": regressor.at(years + lead)}
            for term, x in terms.items():
                others = [v for k, v in terms.items() if k != term]
                found = coefficient(y, x, others=others)
                error, scale = found.cr2(), _sd_ratio(y, x)
                low, high = error.interval(found.estimate, self.interval)
                rows.append(
                    {
                        "direction": direction,
                        "term": term,
                        "estimate": found.estimate * scale,
                        "standard_error": error.standard_error * scale,
                        "low": low * scale,
                        "high": high * scale,
                        "p_wild": self.wild(found).p(),
                        "first_year": int(years[0]),
                        "last_year": int(years[-1]),
                    }
                )
        return rows

    def leave_out(self) -> list[dict[str, Any]]:
        """The primary coefficients without one region each."""
        rows = []
        for direction in DIRECTIONS:
            y, x = arrays(*self.pair(direction), self.lag, "fixed_effects")
            weight = np.sum(double_demean(x) ** 2, axis=1)
            for i, unit in enumerate(self.data.regions):
                kept = np.arange(len(y)) != i
                found = coefficient(y[kept], x[kept])
                error, scale = found.cr2(), found.scale
                low, high = error.interval(found.estimate, self.interval)
                rows.append(
                    {
                        "direction": direction,
                        "unit": unit,
                        "estimate": found.estimate * scale,
                        "standard_error": error.standard_error * scale,
                        "low": low * scale,
                        "high": high * scale,
                        "p_wild": self.wild(found).p(),
                        "leverage": float(weight[i] / weight.sum()),
                    }
                )
        return rows

    def verdict(
        self, errors: list[dict[str, Any]], family: list[dict[str, Any]], placebo: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """What may be said of each direction."""
        rows = []
        margin, power = float(self.spec["sesoi"]), float(self.spec["power"])
        for direction in DIRECTIONS:
            wild = _one(errors, direction=direction, way="wild")
            cr2 = _one(errors, direction=direction, way="cr2")
            error = Error(cr2["standard_error"], cr2["df"], cr2["p"])
            adjusted = _one(family, test=direction)["p_holm"]
            equal = equivalence_p(wild["estimate"], error, margin)
            lead = _one(placebo, direction=direction, term="lead")["p_wild"]
            y, x = arrays(*self.pair(direction), self.lag, "fixed_effects")
            years = years_of(*self.pair(direction), self.lag)
            status = decide(wild["estimate"], adjusted, equal, self.level, lead if direction == "forward" else None)
            rows.append(
                {
                    "direction": direction,
                    "status": status,
                    "estimate": wild["estimate"],
                    "low": wild["low"],
                    "high": wild["high"],
                    "p": wild["p"],
                    "p_holm": adjusted,
                    "equivalence_p": equal,
                    "detectable": detectable(error, self.level, power),
                    "placebo_p": lead,
                    "level": self.level,
                    "power": power,
                    "sesoi": margin,
                    "regressor_sd": float(double_demean(x).std()),
                    "outcome_sd": float(double_demean(y).std()),
                    "first_year": int(years[0]),
                    "last_year": int(years[-1]),
                    "registered": self.mark == self.config["registered"],
                }
            )
        return rows

    # ---------- other specifications ----------

    def estimates(self) -> list[dict[str, Any]]:
        """The primary coefficients beside those of other specifications."""
        rows = []
        for direction in DIRECTIONS:
            for name, settings in _variants(direction, self.lag).items():
                rows.append(self._estimate(direction, name, **settings))
            rows += self._mundlak(direction)
        return rows

    def _estimate(
        self,
        direction: str,
        name: str,
        outcome: str = UNSHARED,
        staffing: str = "primary",
        lag: int | None = None,
        form: str = "fixed_effects",
        sample: str = "all",
    ) -> dict[str, Any]:
        series = self.data.quality[outcome], self.data.staffing[staffing]
        y_series, x_series = series if direction == "forward" else series[::-1]
        kept, last = self._sample(sample)
        lag = self.lag if lag is None else lag
        y, x = arrays(y_series.only(kept), x_series.only(kept), lag, form, last)
        years = years_of(y_series, x_series, lag, last=last)
        found = coefficient(y, x, form)
        row = self._row(direction, name, found, found.scale, years)
        return {**row, "shares": self._shares(outcome, staffing)}

    def _row(
        self, direction: str, name: str, found: Coefficient, scale: float, years: NDArray[np.int64]
    ) -> dict[str, Any]:
        error = found.cr2()
        low, high = error.interval(found.estimate, self.interval)
        return {
            "direction": direction,
            "analysis": name,
            "estimate": found.estimate * scale,
            "standard_error": error.standard_error * scale,
            "df": error.df,
            "low": low * scale,
            "high": high * scale,
            "p_crv1": found.crv1().p,
            "p_wild": self.wild(found).p(),
            "regions": found.clusters,
            "first_year": int(years[0]),
            "last_year": int(years[-1]),
            "rows": found.y.size,
            "shares": "",
        }

    def _mundlak(self, direction: str) -> list[dict[str, Any]]:
        """Between regions, and how that differs from within (Mundlak 1978)."""
        outcome, regressor = self.pair(direction)
        y, x = arrays(outcome, regressor, self.lag, "fixed_effects")
        years = years_of(outcome, regressor, self.lag)
        means = np.repeat(x.mean(axis=1, keepdims=True), x.shape[1], axis=1)
        groups = np.repeat(np.arange(len(y)), y.shape[1])
        dummies = effects("first_differences", *y.shape)  # years alone
        scale = float(x.mean(axis=1).std() / y.mean(axis=1).std())
        rows = []
        for name, beside in (("between", x - means), ("contextual", x)):
            others = np.column_stack([dummies, beside.ravel()])
            found = Coefficient.of(y.ravel(), means.ravel(), others, groups)
            rows.append(self._row(direction, name, found, scale, years))
        return rows

    def _sample(self, name: str) -> tuple[NDArray[np.bool_], int | None]:
        regions = np.array(self.data.regions)
        if name == "without_almaty_astana":
            return ~np.isin(regions, self.config["cities"]), None
        every = np.ones(regions.size, dtype=bool)
        return every, BEFORE_PANDEMIC if name == "to_2019" else None

    def _shares(self, outcome: str, staffing: str) -> str:
        """What an outcome, or a part of it, has in common with the staffing series."""
        known = self.spec["series"]
        mine = known["researchers_fte" if staffing == "log_count" else self.spec["staffing"]["measure"]]
        parts = [outcome]
        if outcome in (UNSHARED, WHOLE):
            left_out = self.spec["quality"]["left_out"] if outcome == UNSHARED else []
            parts = [m for m in self.data.quality if m in known and m not in left_out]
        found = {what for part in parts for what in shared(mine, known[part])}
        return "; ".join(sorted(found))

    def curve(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Every specification, and the curve as a whole (Simonsohn et al. 2020)."""
        choices = self.spec["curve"]
        places = permutations(len(self.data.regions), int(choices["permutations"]), self.random("curve"))
        rows, b_all, t_all, clusters = [], [], [], []
        moved = {s: among(places, self._sample(s)[0]) for s in choices["sample"]}
        for outcome, staffing, lag, form, sample in product(
            choices["outcome"], choices["staffing"], choices["lag"], choices["form"], choices["sample"]
        ):
            kept, last = self._sample(sample)
            y_series = self.data.quality[outcome].only(kept)
            x_series = self.data.staffing[staffing].only(kept)
            y, x = arrays(y_series, x_series, lag, form, last)
            b, t = Crossed.of(y, x, form).permuted(moved[sample])
            years = years_of(y_series, x_series, lag, last=last)
            rows.append(
                {
                    "outcome": outcome,
                    "staffing": staffing,
                    "lag": lag,
                    "form": form,
                    "sample": sample,
                    "estimate": float(b[0]),
                    "t": float(t[0]),
                    "regions": len(y),
                    "first_year": int(years[0]),
                    "last_year": int(years[-1]),
                    "shares": self._shares(outcome, staffing),
                }
            )
            b_all.append(b)
            t_all.append(t)
            clusters.append(len(y) - 1)
        p = np.asarray(2 * stats.t.sf(np.abs(np.array(t_all)), np.array(clusters)[:, None]))
        for row, value in zip(rows, p[:, 0], strict=True):
            row["p"] = float(value)
        clean = np.array([r["shares"] == "" for r in rows])
        summary = []
        for name, chosen in (("every", np.ones(len(rows), dtype=bool)), ("unshared", clean)):
            if chosen.any():
                summary += _curve_rows(
                    name, np.array(b_all)[chosen], p[chosen], ties.sign(np.array(t_all)[chosen]), self.level
                )
        return rows, summary

    # ---------- power ----------

    def power(self, least: float) -> list[dict[str, Any]]:
        """Shares of refusals in made panels, and in panels with the regressor as it was."""
        settings = self.config["simulation"]
        x = arrays(*self.pair("forward"), self.lag, "fixed_effects")[1]
        years = x.shape[1]
        shared_settings: Any = {
            "replications": int(settings["replications"]),
            "bootstraps": int(settings["bootstraps"]),
            "level": self.level,
        }
        rows = []
        effects_asked = [float(e) for e in settings["effects"]]
        for rho in map(float, settings["autocorrelation"]):
            found = rejections(
                int(settings["regions"]), years, rho, effects_asked, random=self.random("power", rho), **shared_settings
            )
            rows += _power_rows(
                "made", rho, effects_asked, found, int(settings["regions"]), years, shared_settings["replications"]
            )
        rho, spread = self.made_errors("forward")
        own = sorted({*effects_asked, least})
        found = rejections(
            len(x), years, rho, own, random=self.random("power", "panel"), x=x, spread=spread, **shared_settings
        )
        return rows + _power_rows("panel", rho, own, found, len(x), years, shared_settings["replications"])

    def made_errors(self, direction: str) -> tuple[float, Array]:
        """Autocorrelation and relative spread by region of errors like those of a direction."""
        residual = self.residual(direction)
        spread = residual.std(axis=1)
        return persistence(residual), spread / spread.mean()

    def residual(self, direction: str) -> Array:
        """Residuals of the primary model, shape (regions, years)."""
        y, x = arrays(*self.pair(direction), self.lag, "fixed_effects")
        return double_demean(y) - self.primary(direction).estimate * double_demean(x)

    def denominators(self) -> list[dict[str, Any]]:
        """What each pair of series has in common."""
        known, staffing = self.spec["series"], self.spec["staffing"]["measure"]
        rows = []
        for name in ("primary", "log_count"):
            mine = staffing if name == "primary" else "researchers_fte"
            if mine not in known:
                continue
            for outcome in self.data.files:
                if outcome not in self.data.quality:
                    continue
                common = shared(known[mine], known[outcome])
                rows.append(
                    {
                        "staffing": mine,
                        "outcome": outcome,
                        "staffing_collection": known[mine]["collection"],
                        "collection": known[outcome]["collection"],
                        "denominator": "; ".join(known[outcome]["denominators"]),
                        "shares": "; ".join(common),
                        "file": self.data.files[outcome],
                        "same_file": self.data.files[outcome] == self.data.files[staffing],
                        "primary": name == "primary" and outcome not in self.spec["quality"]["left_out"],
                    }
                )
        return rows


def _variants(direction: str, lag: int) -> dict[str, dict[str, Any]]:
    """Other specifications of a direction, by name."""
    variants: dict[str, dict[str, Any]] = {
        "primary": {},
        f"lag_{lag + 1}": {"lag": lag + 1},
        f"lag_{lag + 2}": {"lag": lag + 2},
        "region_trends": {"form": "region_trends"},
        "first_differences": {"form": "first_differences"},
        "five_year_differences": {"form": "five_year_differences"},
        "without_almaty_astana": {"sample": "without_almaty_astana"},
        "to_2019": {"sample": "to_2019"},
        "whole": {"outcome": WHOLE},
        "level": {"staffing": "level"},
        "log_count": {"staffing": "log_count"},
    }
    if direction == "forward":
        variants["life_expectancy"] = {"outcome": "life_expectancy"}
        variants["life_expectancy_log_count"] = {"outcome": "life_expectancy", "staffing": "log_count"}
    return variants


def _statsmodels(y: Array, x: Array) -> dict[str, Error]:
    """The primary model with every dummy in it, by statsmodels."""
    regions, years = y.shape
    groups = np.repeat(np.arange(regions), years)
    # the first region has no column of its own: the years hold the constant
    design = np.column_stack([x.ravel(), effects("fixed_effects", regions, years)])
    design = np.delete(design, 1 + years, axis=1)
    model = sm.OLS(y.ravel(), design)
    found = {
        "naive": model.fit(),
        "hc1": model.fit(cov_type="HC1", use_t=True),
        "crv1": model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True),
    }
    return {
        way: Error(float(fit.bse[0]), float(regions - 1 if way == "crv1" else fit.df_resid), float(fit.pvalues[0]))
        for way, fit in found.items()
    }


def _one(rows: Sequence[Mapping[str, Any]], **where: object) -> Mapping[str, Any]:
    return next(r for r in rows if all(r[k] == v for k, v in where.items()))


def _prediction_rows(direction: str, found: Forecasts) -> list[dict[str, Any]]:
    rows = []
    periods = [(str(y), [i]) for i, y in enumerate(found.years)]
    for period, columns in [*periods, ("all", list(range(found.years.size)))]:
        plain, more = (float(np.sqrt(np.mean(e[:, columns] ** 2))) for e in (found.error, found.error_with))
        whole = period == "all"
        rows.append(
            {
                "direction": direction,
                "period": period,
                "error": plain,
                "error_with": more,
                "ratio": more / plain,
                "statistic": found.statistics[0] if whole else np.nan,
                "p": found.p if whole else np.nan,
            }
        )
    return rows


def _curve_rows(name: str, b: Array, p: Array, sign: Array, level: float) -> list[dict[str, Any]]:
    """Median, share significant in the median's direction, and mean z, against permutations."""
    median = np.median(b, axis=0)
    along = np.mean((p <= level) & (sign == ties.sign(median)), axis=0)
    z = np.mean(sign * stats.norm.isf(np.maximum(p, 1e-300) / 2), axis=0)
    rows = []
    for statistic, values in (("median", median), ("significant", along), ("mean_z", z)):
        low, high = np.quantile(values[1:], [0.025, 0.975])
        rows.append(
            {
                "specifications": name,
                "statistic": statistic,
                "number": len(b),
                "observed": float(values[0]),
                "low": float(low),
                "high": float(high),
                "p": float(p_value(np.abs(values[1:]), abs(values[0]))),
            }
        )
    return rows


def _power_rows(
    design: str, rho: float, asked: Sequence[float], found: Array, regions: int, years: int, replications: int
) -> list[dict[str, Any]]:
    return [
        {
            "design": design,
            "rho": rho,
            "effect": effect,
            "way": way,
            "regions": regions,
            "years": years,
            "share": float(share),
            "monte_carlo_error": float(np.sqrt(share * (1 - share) / replications)),
        }
        for effect, shares in zip(asked, found, strict=True)
        for way, share in zip(WAYS, shares, strict=True)
    ]


def persistence(residual: Array) -> float:
    """First-order autocorrelation of panel residuals, corrected for the means taken out.

    The correction is Nickell's (1981) leading term, -(1 + rho) / (T - 1); the result is kept
    between 0 and 0.95.

    Parameters
    ----------
    residual
        Shape (regions, years), region and year means out.
    """
    before, after = residual[:, :-1], year_demean(residual[:, 1:])
    years = residual.shape[1]
    raw = float(np.sum(before * after) / np.sum(before**2))
    return float(np.clip((raw * (years - 1) + 1) / (years - 2), 0.0, 0.95))


__all__ = ["SCHEMAS", "HypothesisTables", "build_hypothesis", "persistence"]
