"""Uncertain inputs of an analysis: what may vary, over which levels, how far."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from monotown.base.problems import Problems, nearest
from monotown.base.tables import assumed
from monotown.index.model import LEAF_MISSING
from monotown.methods.outliers import TRANSFORMS
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS, OUTLIERS
from monotown.sensitivity.draws import LAWS, Law

#: Every input, in the order in which a replicate is made.
INPUTS: Final = (
    "missing",
    "outliers",
    "year_window",
    "data_error",
    "goalposts",
    "direction",
    "goalpost_set",
    "transform",
    "normalisation",
    "aggregation",
    "floor",
    "scheme",
    "leave_out",
    "weights",
)

#: The level that leaves everything as the view sets it.
BASELINE: Final = "baseline"

#: What may be left out.
LEAVE_OUT: Final = ("indicators", "blocks", "both")

#: What a count is shrunk to: the group of units, or nothing.
PRIORS: Final = ("group", "none")

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "missing": ("levels",),
    "outliers": ("levels",),
    "year_window": ("levels",),
    "data_error": ("relative", "measures", "variables", "of", "over_years", "counts"),
    "goalposts": ("size",),
    "direction": ("measures",),
    "goalpost_set": ("levels",),
    "transform": ("levels",),
    "normalisation": ("levels",),
    "aggregation": ("levels",),
    "floor": ("levels",),
    "scheme": ("levels",),
    "leave_out": ("what", "probability"),
    "weights": ("law", "size"),
}


@dataclass(frozen=True)
class Level:
    """One way of a discrete input.

    Attributes
    ----------
    name
        As it stands in the result tables.
    value
        What the step gets: a rule's name, or a mapping with the method's parameters.
    probability
        Share of replicates before inadmissible combinations are taken away.
    """

    name: str
    value: object
    probability: float


@dataclass(frozen=True)
class CountLaw:
    """How counts, and shares of counts, err.

    Attributes
    ----------
    use
        Whether they have laws of their own; else they err as measured figures do.
    group
        Whether what the group of units tells is counted in (`monotown.methods.shrink`), or each count
        tells of itself alone.
    dispersion
        Variance over mean of a count given its rate: 1 is Poisson, above 1 negative binomial.
    """

    use: bool = True
    group: bool = True
    dispersion: float = 1.0


@dataclass(frozen=True)
class DataError:
    """Standard error of the figures, in shares of a figure, and the law of counts.

    An error of a measured figure multiplies it by a lognormal number of mean 1, so none changes its
    sign and a 0 stays 0. Counts have laws of their own (`monotown.sensitivity.errors`).

    Attributes
    ----------
    relative
        Standard error over figure, for every figure that has none of its own.
    measures
        Measure to its own; its value then errs by itself, whatever it is computed from.
    variables
        Raw variable to its own.
    of_measures
        Whether the values of the measures err, each by itself, and not the raw figures behind them.
    over_years
        Correlation of the errors of a measured figure in two years, 0 to 1.
    counts
        The law of counts.
    """

    relative: float
    measures: Mapping[str, float] = field(default_factory=dict)
    variables: Mapping[str, float] = field(default_factory=dict)
    of_measures: bool = False
    over_years: float = 0.0
    counts: CountLaw = CountLaw()

    def of(self, measure: str) -> float:
        """Relative standard error of a measure."""
        return self.measures.get(measure, self.relative)

    def of_variable(self, variable: str) -> float:
        """Relative standard error of a raw variable that is no count."""
        return self.variables.get(variable, self.relative)


#: Of the input ``goalpost_set``: every set that the study has, and the study's own goalposts.
EVERY_SET: Final = (Level(BASELINE, BASELINE, 1.0), Level("every", "every", 1.0))


def with_errors(options: Mapping[str, Any], *errors: Mapping[str, float] | None) -> dict[str, Any]:
    """The section ``sensitivity`` with the errors of a survey in every analysis of data errors.

    Parameters
    ----------
    options
        The section, with ``analyses``.
    errors
        Measure to its standard error over value, such as `monotown.survey.build.data_error` gives.
        One that an analysis sets itself stays.

    Examples
    --------
    >>> options = {"analyses": {"a": {"data_error": {"relative": 0.02}}, "b": {"weights": {}}}}
    >>> with_errors(options, {"life_satisfaction": 0.05})["analyses"]["a"]["data_error"]
    {'relative': 0.02, 'measures': {'life_satisfaction': 0.05}}
    """
    found = {k: v for part in errors for k, v in (part or {}).items()}
    if not found:
        return dict(options)
    analyses = {}
    for name, inputs in options["analyses"].items():
        settings = inputs.get("data_error")
        if settings is not None:
            own = {**found, **settings.get("measures", {})}
            inputs = {**inputs, "data_error": {**settings, "measures": own}}
        analyses[name] = inputs
    return {**options, "analyses": analyses}


@dataclass(frozen=True)
class Inputs:
    """The inputs that one analysis varies; what is not named stays as the view sets it.

    Attributes
    ----------
    missing, outliers, year_window, transform, normalisation, aggregation, floor, scheme
        Levels; empty where the input is off.
    goalpost_set
        Levels: names of sets of goalposts that the study gives beside its own; empty where the input is off, and
        `EVERY_SET` for all of them.
    data_error
        Errors of the values, or None.
    goalposts
        Half-width by which each goalpost moves, as a share of the scale's length; 0 is off.
    direction
        Measures whose direction is contested: each is turned round in half of the replicates.
    leave_out
        ``indicators``, ``blocks``, ``both``, or "" for off.
    leave_out_probability
        Share of replicates that leave something out.
    weights
        How the weights vary, or None.

    Examples
    --------
    >>> inputs = read_inputs({"weights": {}, "outliers": {"levels": ["none", "winsorise"]}}, 0.25)
    >>> inputs.weights
    Law(name='dirichlet', size=0.25, concentration=None)
    >>> [level.name for level in inputs.outliers]
    ['none', 'winsorise']
    >>> inputs.on
    ('outliers', 'weights')
    """

    missing: tuple[Level, ...] = ()
    outliers: tuple[Level, ...] = ()
    year_window: tuple[Level, ...] = ()
    data_error: DataError | None = None
    goalposts: float = 0.0
    direction: tuple[str, ...] = ()
    goalpost_set: tuple[Level, ...] = ()
    transform: tuple[Level, ...] = ()
    normalisation: tuple[Level, ...] = ()
    aggregation: tuple[Level, ...] = ()
    floor: tuple[Level, ...] = ()
    scheme: tuple[Level, ...] = ()
    leave_out: str = ""
    leave_out_probability: float = 0.5
    weights: Law | None = None

    @property
    def on(self) -> tuple[str, ...]:
        """Names of the inputs that vary."""
        return tuple(name for name in INPUTS if getattr(self, name))

    def kind_under(self, kind: str) -> str:
        """Kind of what follows: assumed where figures or goalposts err, by sizes that are assumed.

        Examples
        --------
        >>> Inputs().kind_under("official")
        'official'
        """
        return assumed(kind) if self.own_tables else kind

    @property
    def own_tables(self) -> bool:
        """Whether every replicate has a data table of its own."""
        return self.data_error is not None or self.goalposts > 0


def read_inputs(
    config: Mapping[str, Any], weight_cv: float, file: str = "config/config.yaml", where: str = "sensitivity.analyses"
) -> Inputs:
    """The inputs of one analysis from its section of the config.

    Parameters
    ----------
    config
        Input to its settings; an input is off where it is absent or has ``use: false``.
    weight_cv
        Size of ``weights`` where it gives none.
    file, where
        For messages.

    Raises
    ------
    InputError
        Every unknown input, key or level, and every size out of range.
    """
    problems = Problems()
    found: dict[str, Any] = {}
    for name, given in config.items():
        if name not in INPUTS:
            problems.add(file, f"{where}.{name}", name, nearest(str(name), INPUTS))
            continue
        settings = dict(given or {})
        if settings.pop("use", True) is False:
            continue
        for key in settings:
            if key not in _KEYS[name]:
                expected = nearest(str(key), ("use", *_KEYS[name]))
                problems.add(file, f"{where}.{name}.{key}", key, expected)
        found |= _read(name, settings, weight_cv, file, f"{where}.{name}", problems)
    problems.stop()
    return Inputs(**found)


def _read(
    name: str, settings: Mapping[str, Any], weight_cv: float, file: str, where: str, problems: Problems
) -> dict[str, Any]:
    if name == "weights":
        law = settings.get("law", "dirichlet")
        size = settings.get("size", weight_cv)
        if law not in LAWS:
            problems.add(file, f"{where}.law", law, nearest(str(law), LAWS))
        elif not _between(size, 0, 1, file, f"{where}.size", problems):
            return {"weights": Law(law, float(size))}
        return {}
    if name == "data_error":
        return _read_error(settings, file, where, problems)
    if name == "goalposts":
        size = settings.get("size", 0.2)
        # two goalposts that each move by half of the scale could meet
        _between(size, 0, 0.5, file, f"{where}.size", problems)
        return {name: size}
    if name == "direction":
        return {name: tuple(str(m) for m in settings.get("measures", ()))}
    if name == "leave_out":
        what = settings.get("what", "indicators")
        if what not in LEAVE_OUT:
            problems.add(file, f"{where}.what", what, nearest(str(what), LEAVE_OUT))
        share = settings.get("probability", 0.5)
        _between(share, 0, 1, file, f"{where}.probability", problems)
        return {name: what, "leave_out_probability": share}
    if name == "goalpost_set" and "levels" not in settings:
        return {name: EVERY_SET}
    return {name: _levels(name, settings.get("levels", ()), file, where, problems)}


#: What errs: the raw figures, or the values of the measures.
ERRING: Final = ("figures", "measures")


def _read_error(settings: Mapping[str, Any], file: str, where: str, problems: Problems) -> dict[str, Any]:
    own = {group: settings.get(group, {}) for group in ("measures", "variables")}
    sizes = {"relative": settings.get("relative", 0.0), **own["measures"], **own["variables"]}
    bad = [_between(v, -1e-300, 1, file, f"{where}.{k}", problems) for k, v in sizes.items()]
    of = settings.get("of", ERRING[0])
    if of not in ERRING:
        problems.add(file, f"{where}.of", of, nearest(str(of), ERRING))
    alike = settings.get("over_years", 0.0)
    bad.append(_between(alike, -1e-300, 1 + 1e-12, file, f"{where}.over_years", problems))
    counts = dict(settings.get("counts") or {})
    for key in set(counts) - {"use", "prior", "dispersion"}:
        problems.add(file, f"{where}.counts.{key}", key, nearest(str(key), ("use", "prior", "dispersion")))
    prior = counts.get("prior", PRIORS[0])
    if prior not in PRIORS:
        problems.add(file, f"{where}.counts.prior", prior, nearest(str(prior), PRIORS))
    dispersion = counts.get("dispersion", 1)
    bad.append(_between(dispersion, 1 - 1e-12, 1000, file, f"{where}.counts.dispersion", problems))
    if any(bad):
        return {}
    law = CountLaw(bool(counts.get("use", True)), prior == PRIORS[0], float(dispersion))
    told = {group: {str(k): float(v) for k, v in sizes.items()} for group, sizes in own.items()}
    found = DataError(float(sizes["relative"]), **told, of_measures=of == ERRING[1], over_years=alike, counts=law)
    return {"data_error": found}


def _between(value: object, low: float, high: float, file: str, where: str, problems: Problems) -> bool:
    """Note a problem unless low < value < high; returns whether there was one."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and low < value < high
    if not good:
        least = f"above {low:g}" if low >= 0 else "0 or more"
        problems.add(file, where, value, f"a number {least} and below {high:g}")
    return not good


def _levels(name: str, given: Sequence[Any], file: str, where: str, problems: Problems) -> tuple[Level, ...]:
    valid: Mapping[str, Sequence[str]] = {
        "missing": (BASELINE, *LEAF_MISSING),
        "outliers": (BASELINE, "none", *OUTLIERS),
        "transform": (BASELINE, "none", *(t.name for t in TRANSFORMS.values() if not t.fitted)),
        "normalisation": (BASELINE, *NORMALISATIONS),
        "aggregation": (BASELINE, *AGGREGATIONS),
    }
    if not given:
        problems.add(file, f"{where}.levels", "none", "at least one level")
    found = []
    for i, entry in enumerate(given):
        value = dict(entry) if isinstance(entry, Mapping) else entry
        share = value.pop("probability", 1.0) if isinstance(value, dict) else 1.0
        if isinstance(value, dict) and set(value) == {"method"}:
            value = value["method"]
        method = value.get("method") if isinstance(value, dict) else value
        if name == "year_window":
            if not (isinstance(value, int) and value >= 1):
                problems.add(file, f"{where}.levels[{i}]", value, "a whole number of years from 1")
        elif name == "floor":
            if value != BASELINE:
                _between(value, 0, 1, file, f"{where}.levels[{i}]", problems)
        elif name == "goalpost_set":
            if not isinstance(value, str):
                problems.add(file, f"{where}.levels[{i}]", value, "the name of a set of goalposts")
        elif name in valid and method not in valid[name]:
            expected = nearest(str(method), valid[name])
            problems.add(file, f"{where}.levels[{i}]", method, expected)
        if not (isinstance(share, int | float) and share > 0):
            problems.add(file, f"{where}.levels[{i}].probability", share, "a number above 0")
            share = 1.0
        found.append((_name(value), value, float(share)))
    names = [n for n, _, _ in found]
    for repeated in sorted({n for n in names if names.count(n) > 1}):
        problems.add(file, f"{where}.levels", repeated, "each level once")
    total = math.fsum(p for _, _, p in found)
    return tuple(Level(n, v, p / total) for n, v, p in found)


def _name(value: object) -> str:
    if not isinstance(value, dict):
        return str(value)
    rest = [f"{k}={v}" for k, v in value.items() if k != "method"]
    return f"{value.get('method')}({', '.join(rest)})"
