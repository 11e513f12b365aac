"""A method as one value: everything that a run, a figure and the documents know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, ClassVar, Final, Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from monotown.base.arrays import Array
from monotown.base.problems import nearest

#: What a parameter of a method may be.
Setting: TypeAlias = float | str | bool | tuple[float, ...] | None
Settings: TypeAlias = Mapping[str, Setting]

#: Weighted scores of many draws at once: (values (draws or 1, units, children), weights (draws,
#: children) or (draws, units, children)) to (draws, units); the weights sum to 1 over the children.
Batch: TypeAlias = Callable[[Array, Array], Array]

#: What to do with missing values. ``refuse``: none may be missing. ``complete_units``: a unit with
#: any missing value is left out. ``available``: every statistic uses the cells it has (a column's
#: spread its own cells, a correlation the units that have both columns).
Missing: TypeAlias = Literal["refuse", "complete_units", "available"]
MISSING_RULES: tuple[Missing, ...] = get_args(Missing)
COMPLETE: tuple[Missing, ...] = ("refuse", "complete_units")


class Parameter(NamedTuple):
    """A setting of a method.

    Attributes
    ----------
    default
        Its value where a config gives none.
    read
        A value of a config to the setting, and what was expected where it is none.
    """

    default: Setting
    read: Callable[[object], tuple[Setting, str]]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(default: float | None = None, most: float = np.inf, expected: str = "a number") -> Parameter:
    """A number of at most so much in size; nothing stays nothing where that is the default.

    Examples
    --------
    >>> number(0.5).read(2), number(0.5).read("x")
    ((2.0, ''), (None, 'a number'))
    """

    def read(value: object) -> tuple[Setting, str]:
        if value is None and default is None:
            return None, ""
        if _is_number(value) and abs(value) <= most:  # type: ignore[arg-type]
            return float(value), ""  # type: ignore[arg-type]
        return None, expected

    return Parameter(default, read)


def numbers(default: tuple[float, ...] | None = None, *, pair: bool = False) -> Parameter:
    """A list of numbers; of a pair the lower first."""

    def read(value: object) -> tuple[Setting, str]:
        if value is None and default is None:
            return None, ""
        if not isinstance(value, list | tuple) or not all(map(_is_number, value)):
            return None, "a list of numbers"
        if pair and (len(value) != 2 or not value[0] < value[1]):
            return None, "two numbers, the lower first"
        return tuple(float(v) for v in value), ""

    return Parameter(default, read)


def one_of(default: str, names: Sequence[str]) -> Parameter:
    """One of some names."""
    return Parameter(default, lambda v: (str(v), "") if v in names else (None, nearest(str(v), names)))


def flag(default: bool) -> Parameter:
    """True or false."""
    return Parameter(default, lambda v: (v, "") if isinstance(v, bool) else (None, "true or false"))


def scope(default: str, *, base_year: bool = True) -> Parameter:
    """The set that the statistics of a sample come from: all years, each year apart, or one year.

    A place is one among the units that get it, so that a base year has no meaning for it.
    """

    def read(value: object) -> tuple[Setting, str]:
        if value in ("pooled", "year"):
            return str(value), ""
        if isinstance(value, int) and not isinstance(value, bool):
            return value, "" if base_year else "pooled or year: a place is one among the units that get it"
        return None, "pooled, year, or a year" if base_year else "pooled or year"

    return Parameter(default, read)


class Scores(NamedTuple):
    """Range of the scores of a node or measure.

    Attributes
    ----------
    low, high
        Ends, infinite where there is none.
    certain
        Whether scores as low as `low` come of the method itself; otherwise it hangs on the data,
        and only the evaluation can refuse them.
    scale
        ``unit`` (0 and 1 are the ends, or what 0 and 1 stand for), the name of an aggregation that
        takes no other scale (``mpi``: mean 100, sd 10; ``ampi``: [70, 130]), or "" for a scale of
        their own.
    """

    low: float = -np.inf
    high: float = np.inf
    certain: bool = True
    scale: str = ""


class Domain(NamedTuple):
    """Scores that an aggregation is defined for: all from `least`, which is left out where `open`.

    Examples
    --------
    >>> Domain(0.0, open=True).refuses(0.0), Domain(0.0).refuses(0.0)
    (True, False)
    """

    least: float = -np.inf
    open: bool = False

    def refuses(self, low: float) -> bool:
        """Whether a score is outside; none where there is no score."""
        return bool(low <= self.least if self.open and np.isfinite(self.least) else low < self.least)

    def __str__(self) -> str:
        return f"above {self.least:g}" if self.open else f"of {self.least:g} or more"


#: Scores, and a domain, of which nothing is known.
ANY_SCORES: Final = Scores()
ANY_DOMAIN: Final = Domain()


def domain_of_mean(exponent: float) -> Domain:
    """Domain of the power mean of an exponent: all scores, those of 0 or more, those above 0."""
    return Domain() if exponent == 1 else Domain(0.0, open=exponent <= 0)


@dataclass(frozen=True, eq=False)
class Method:
    """What every family of methods has.

    Attributes
    ----------
    name
        In the config and in the tables of results.
    function
        The pure function.
    parameters
        Its settings; a plain value stands for a setting of its type with that default.
    needs
        What the function is given beside the values, by the names of its arguments.
    formula, reference, key, test
        Its row on the methods page: the formula, where it is from, what a config says to choose
        it (the name alone where empty), and the test that proves it.
    example
        Settings that it is tried with, where a parameter has no default that can be used.
    words
        Language to its name there; without any they are in ``config/words``.
    own
        Whether a user added it.
    """

    name: str
    function: Callable[..., Any] | None = None
    _: KW_ONLY
    parameters: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    formula: str = ""
    reference: str = ""
    key: str = ""
    test: str = ""
    example: Settings = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    own: bool = False

    #: Its family, as the config and the keys of the words call it.
    family: ClassVar[str] = ""

    @property
    def defaults(self) -> dict[str, Setting]:
        """Parameters with their defaults."""
        return {name: parameter.default for name, parameter in self.parameters.items()}

    @property
    def tried(self) -> dict[str, Setting]:
        """Settings with which it can be used."""
        return {**self.defaults, **self.example}

    def __call__(self, *arguments: Any, **settings: Any) -> Any:
        """What its function gives."""
        assert self.function is not None
        return self.function(*arguments, **settings)


@dataclass(frozen=True, eq=False)
class Normalisation(Method):
    """Values of one measure to scores: ``function(x, direction=1, **needs, **parameters)``.

    Of `needs` there are ``goalposts`` (lowest and highest value, frozen), ``base`` (the values that
    a sample's statistics are taken of; asks for the parameter ``scope``) and ``weights`` (of the
    averages over units).

    Attributes
    ----------
    scores
        Range of the scores, or a function of settings and direction that gives it.
    bounded
        Whether no values at all give a score below that range.
    """

    _: KW_ONLY
    scores: Scores | Callable[[Settings, int], Scores] = ANY_SCORES
    bounded: bool = True
    family: ClassVar[str] = "normalisation"

    @property
    def frozen(self) -> bool:
        """Whether its scale is fixed beforehand, so that a score depends on no other value."""
        return self.needs == ("goalposts",)

    def within_year(self, settings: Settings) -> bool:
        """Whether scores are relative to the units of one year."""
        return not self.frozen and settings.get("scope", "year") == "year"

    @property
    def by_place(self) -> bool:
        """Whether it gives places among the units themselves: a base year has no meaning for it."""
        return "scope" in self.parameters and "base" not in self.needs

    def range_of(self, settings: Settings, direction: int) -> Scores:
        """Range of the scores under some settings."""
        return self.scores(settings, direction) if callable(self.scores) else self.scores


@dataclass(frozen=True, eq=False)
class Aggregation(Method):
    """Scores of children to the score of their node: ``function(z, weights, **parameters)``.

    Attributes
    ----------
    exponent
        Of a power mean, or a function of the settings that gives it; None for other methods.
    domain
        Scores that it is defined for; of a power mean it follows from the exponent.
    scores
        Range of its results; None where they lie between the lowest and the highest child.
    across_units
        Whether the score of a unit hangs on the other units. Then no child may be missing, and
        units can neither have weights of their own nor be explained by their own measures.
    monotone
        Whether a better child never makes the node worse.
    pairwise
        Whether it holds a number for each pair of units.
    over
        The only normalisations that it takes, with their settings; empty for any.
    faults
        Settings and the number of children to the settings that cannot be: key, found, expected.
    many
        Settings, number of children and the beginning of messages to the function of many draws
        at once. Without it the kernel calls `function` draw by draw.
    """

    _: KW_ONLY
    exponent: float | Callable[[Settings], float] | None = None
    domain: Domain = ANY_DOMAIN
    scores: Scores | None = None
    across_units: bool = False
    monotone: bool = True
    pairwise: bool = False
    over: Mapping[str, Settings] = field(default_factory=dict)
    faults: Callable[[Settings, int], list[tuple[str, str, str]]] = lambda settings, children: []
    many: Callable[[Settings, int, str], Batch] | None = None
    family: ClassVar[str] = "aggregation"

    def exponent_of(self, settings: Settings) -> float | None:
        """Exponent of a power mean under some settings; None for other methods."""
        return self.exponent(settings) if callable(self.exponent) else self.exponent

    def domain_of(self, settings: Settings) -> Domain:
        """Scores that it is defined for under some settings."""
        exponent = self.exponent_of(settings)
        return self.domain if exponent is None else domain_of_mean(exponent)

    def refuse(self, low: float, settings: Settings, where: str = "") -> None:
        """Stop where it is not defined for a score as low as this; `where` opens the message."""
        domain = self.domain_of(settings)
        if domain.refuses(low):
            name = self.name if self.exponent is None else f"the {self.name} mean"
            need = "positive scores" if domain == Domain(0.0, open=True) else f"scores {domain}"
            raise ValueError(f"{where}{name} needs {need}, found {low:g}; set a floor, or take an arithmetic mean")

    def batch(self, settings: Settings, children: int, where: str) -> Batch:
        """The function of many draws at once."""
        if self.many is not None:
            return self.many(settings, children, where)

        def one_by_one(values: Array, weights: Array) -> Array:
            found = np.empty((max(len(values), len(weights)), values.shape[1]))
            for d in range(len(found)):
                v, w = values[d % len(values)], weights[d % len(weights)]
                if d and len(values) == 1 and np.array_equal(w, weights[d - 1]):
                    found[d] = found[d - 1]  # a last batch is filled up with its last draw
                elif w.ndim == 1:
                    found[d] = self._checked(v, w, settings, where)
                else:
                    rows = zip(v[:, None], w, strict=True)
                    found[d] = [self._checked(row, own, settings, where)[0] for row, own in rows]
            return found

        return one_by_one

    def _checked(self, z: Array, weights: Array, settings: Settings, where: str) -> Array:
        found = np.asarray(self(z.copy(), weights.copy(), **settings), dtype=np.float64)
        if found.shape != (len(z),) or not np.isfinite(found).all():
            given = f"shape {found.shape}" if found.shape != (len(z),) else "scores that are no numbers"
            raise ValueError(f"{where}{self.name} gave {given}; needs a number for each of {len(z)} units")
        return found


@dataclass(frozen=True, eq=False)
class Weighting(Method):
    """Weights of the indicators: ``function(**needs)``.

    Of `needs` there are ``values`` (normalised, shape (units, indicators); the function takes
    ``names`` and ``missing`` beside), ``blocks`` (of each indicator), ``k`` (their number),
    ``types`` (block to its type), ``bounds`` and ``judgments``.

    Attributes
    ----------
    admissible
        Where it may be used, in words; the function refuses otherwise (`InadmissibleError`).
    missing
        Rules for missing values that it has.
    positive
        Whether values must be above 0; `monotown.methods.weights.schemes.weigh` then rescales
        [0, 1] to [floor, 1].
    stacks
        Whether it takes a stack (..., units, indicators) at once.
    per_unit
        Whether every unit gets weights of its own.
    """

    _: KW_ONLY
    needs: tuple[str, ...] = ("values",)
    admissible: str = "always"
    missing: tuple[Missing, ...] = COMPLETE
    positive: bool = False
    stacks: bool = False
    per_unit: bool = False
    family: ClassVar[str] = "scheme"

    @property
    def kind(self) -> str:
        """``fixed`` (before any data), ``expert`` (judgments) or ``data`` (hangs on the units)."""
        return "data" if "values" in self.needs else "expert" if "judgments" in self.needs else "fixed"

    @property
    def widest(self) -> Missing:
        """Its rule for missing values that uses most cells."""
        return max(self.missing, key=MISSING_RULES.index)

    @property
    def compared(self) -> bool:
        """Whether it gives one set of weights without judgments, to be compared with others."""
        return self.kind != "expert" and not self.per_unit


@dataclass(frozen=True, eq=False)
class Filling(Method):
    """A rule for missing values.

    Attributes
    ----------
    at
        Whether a measure, a node or both take it.
    """

    _: KW_ONLY
    at: tuple[str, ...] = ("measure",)
    family: ClassVar[str] = "missing"


@dataclass(frozen=True, eq=False)
class Outliers(Method):
    """A rule for outlying values of a measure: ``function(x)`` gives a `Treatment`.

    Attributes
    ----------
    mark
        What is told of the values that it touches.
    """

    _: KW_ONLY
    mark: str = "winsorised"
    family: ClassVar[str] = "outliers"


@dataclass(frozen=True, eq=False)
class Transform(Method):
    """A transform of the values of a measure, and of its goalposts.

    Attributes
    ----------
    inverse
        The way back.
    above
        Values that it takes: all above this.
    fitted
        Whether it is fitted to the sample, so that no goalposts can be frozen.
    """

    _: KW_ONLY
    inverse: Callable[[Array], Array] | None = None
    above: float = -np.inf
    fitted: bool = False
    family: ClassVar[str] = "transform"
