"""A study from Python: read or made of frames, its indices, how far their ranks hang on choices.

The roof of the library: it calls what the rules of the workflow call, in their order, and holds the
same tables. They go by the names of units and indicators, never by the order of rows and columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from monotown.audit.measures import Given, audit_tables
from monotown.audit.rules import findings, rule_problems
from monotown.base.problems import InputError, Problem, nearest
from monotown.base.tables import OBSERVATIONS, Kind, join_kinds, write_order
from monotown.data.clean import clean
from monotown.data.crosswalk import constant_units
from monotown.data.units import Units
from monotown.index.behind import Behind
from monotown.index.build import SCHEMAS, build_index
from monotown.index.catalogue import catalogue_of
from monotown.index.indicators import Indicators, compute_indicators
from monotown.index.model import IndexModel
from monotown.index.prepare import Prepared, above_zero, average_weights, view_model
from monotown.index.prepared import from_table
from monotown.index.structure import structure_tables
from monotown.index.weighting import read_weighting
from monotown.sensitivity.analyses import Stop, monte_carlo_run, monte_carlo_tables
from monotown.sensitivity.change import ChangeSettings, change_tables
from monotown.sensitivity.sobol_choices import TABLES as SOBOL_TABLES
from monotown.sensitivity.sobol_choices import SobolSettings, join_tables, sobol_tables
from monotown.sensitivity.sobol_inputs import every_input_tables
from monotown.sensitivity.stability import TABLES as FLIP_TABLES
from monotown.sensitivity.stability import flip_tables
from monotown.sensitivity.weights import Settings, schemas, weight_sensitivity
from monotown.sensitivity.year import cases_of, year_sources
from monotown.study import frames
from monotown.study.figures import NO_YEAR
from monotown.study.judgments import SHEET
from monotown.study.read import Study as Content
from monotown.study.standing import completed, lacking_figures, observations
from monotown.workflow import read_text_table, read_yaml
from monotown.workflow.forms import is_book
from monotown.workflow.settled import MOVING
from monotown.workflow.sources import load_sources, source_files
from monotown.workflow.study import ABOUT, StudyFiles

#: The run's seed and number of replicates (`config/config.yaml`).
SEED: Final = 20200601
DRAWS: Final = 100_000

#: Schemes that the weights of an index are compared with.
SCHEMES: Final = ("equal_by_block", "equal_by_indicator", "entropy", "critic", "standard_deviation")

#: Replicates of a joint analysis whose settings are written down.
_RECORDED: Final = 1000


@lru_cache(maxsize=1)
def _default_run() -> Mapping[str, Any]:
    """Section ``sensitivity`` of the default run."""
    from monotown.commands.places import project

    found: Mapping[str, Any] = read_yaml(project() / "config" / "config.yaml")["sensitivity"]
    return found


@dataclass(frozen=True)
class _Held:
    """What a study holds: its content, its figures, and what its judges said."""

    content: Content
    catalogue: Mapping[str, Any]
    observations: pd.DataFrame
    constant: pd.DataFrame
    judgments: Mapping[str, Any]
    language: str


class Study:
    """What is measured, of whom, from which figures.

    Parameters
    ----------
    indicators
        A row an indicator or a node of the tree. ``id`` (a column, or the labels of the rows), and what
        else is to be said: ``name``, ``parent``, ``direction``, ``low``, ``high``, ``transform``,
        ``weight``, ``aggregation``, ``floor``, ``missing``, ``outliers``, ``normalisation``,
        ``formula`` and so on: the columns of the sheet (`config/README.md`). Without ends of its scale
        an indicator takes them from the sample.
    data
        The figures: a column of units (``unit``, ``code`` or ``name``), ``year`` if there are several,
        and a column an indicator or a variable of the formulas; or long, with ``indicator`` and
        ``value``. ``kind`` and ``source`` of each row, if told.
    units
        A row a unit: ``code`` or ``name``, ``name_ru`` and so on, ``reference`` (yes: never ranked),
        columns of groups. None: the units of the figures.
    weights
        ``id`` and ``weight`` of nodes and indicators; or judgments in pairs: ``node``, ``first``,
        ``second``, ``value`` (3, 1/3), and ``expert`` if there are several. None: those of `indicators`.
    indices
        A row an index, where there are several or one has settings of its own: ``id``, ``root``,
        ``units``, ``years``, ``scale`` and so on.
    unit_sets, variables
        Sheets of these names: sets of units; bounds and markers of raw variables.
    about
        Settings of the study, such as ``title``, ``languages``, and ``kind`` of its figures.
    language
        Of the column ``name`` of results.

    Raises
    ------
    InputError
        Every problem: names that are unknown or lack, with the nearest; cells that say nothing.

    Examples
    --------
    >>> indicators = pd.DataFrame({"direction": [1, -1], "low": [0, 0], "high": [10, 100]}, index=["pay", "crime"])
    >>> data = pd.DataFrame({"unit": ["A", "B"], "year": 2022, "crime": [50, 0], "pay": [5, 8]})
    >>> index = Study(indicators, data).index()
    >>> index.scores[["unit", "year", "node", "score", "rank"]].values.tolist()
    [['A', 2022, 'index', 50.0, 2.0], ['B', 2022, 'index', 90.0, 1.0]]
    """

    _held: _Held

    def __init__(
        self,
        indicators: pd.DataFrame,
        data: pd.DataFrame,
        units: pd.DataFrame | None = None,
        *,
        weights: pd.DataFrame | None = None,
        indices: pd.DataFrame | None = None,
        unit_sets: pd.DataFrame | None = None,
        variables: pd.DataFrame | None = None,
        about: Mapping[str, Any] | None = None,
        language: str = "en",
    ) -> None:
        given = {
            "indicators": indicators,
            "data": data,
            "units": units,
            "weights": weights,
            "indices": indices,
            "unit_sets": unit_sets,
            "variables": variables,
        }
        made = frames.study_of_frames({n: f for n, f in given.items() if f is not None}, dict(about or {}))
        self._held = _checked(_standing(made, language))

    @classmethod
    def read(cls, path: str | Path, *, sources: str | Sequence[str] | None = None, language: str = "en") -> Study:
        """A study from its workbook or its folder.

        Parameters
        ----------
        path
            A workbook (xlsx, xls, ods), or a folder with ``study.yaml`` and sheets in CSV, such as
            ``config/study``.
        sources
            Raw figures of a study that holds none: a folder, or files ``source.yaml``. None: those in
            the folder of the study; of the study of ``config/config.yaml`` those that are named there.
        language
            Of the column ``name`` of results.

        Raises
        ------
        InputError
            Every problem of its files.
        """
        place = Path(path)
        if not (place.is_file() if is_book(place) else (place / ABOUT).is_file()):
            raise InputError([Problem(str(path), "study", "nothing", f"a workbook, or a folder with its {ABOUT}")])
        root = _project(place)
        full = place.resolve()
        here = full.relative_to(root).as_posix() if full.is_relative_to(root) else full.as_posix()
        files = StudyFiles({"study": here}, root)
        if len(files.study.figures):
            return cls._of(_standing(files.study, language))
        config = read_yaml(root / "config/config.yaml") if (root / "config/config.yaml").is_file() else {}
        own = [] if is_book(place) else source_files(here, root)
        named = sources or own or (config.get("sources") if config.get("study") == here else None)
        if not named:
            expected = "a sheet of data, a source.yaml in the folder, or `sources`"
            raise InputError([Problem(str(path), "figures", "nothing", expected)])
        return cls._of(_cleaned(files, named, language))

    @classmethod
    def _of(cls, held: _Held) -> Study:
        made = cls.__new__(cls)
        made._held = _checked(held)
        return made

    @property
    def content(self) -> Content:
        """The study as every step of the workflow takes it."""
        return self._held.content

    @property
    def indices(self) -> tuple[str, ...]:
        """Ids of the indices."""
        return tuple(self.content.views)

    def __repr__(self) -> str:
        held = self.content
        return f"Study({len(held.units)} units, {len(held.measures)} indicators, indices {', '.join(held.views)})"

    def index(self, id: str | None = None) -> Index:
        """One of its indices.

        Parameters
        ----------
        id
            Of the index; may be left out where there is one.

        Raises
        ------
        ValueError
            If there is none of this id, or several and no id.
        """
        if id is None and len(self.indices) == 1:
            return Index(self, self.indices[0])
        if id not in self.indices:
            raise ValueError(f"index {id!r}: expected {nearest(str(id), self.indices)}")
        return Index(self, str(id))

    def with_(self, *, index: str | None = None, data: pd.DataFrame | None = None, **settings: Any) -> Study:
        """A study that differs in some settings; this one stays as it is.

        Parameters
        ----------
        index
            Id of the index that changes; None: all of them.
        data
            Other figures, as for `Study`.
        **settings
            ``weights``: a scheme such as ``"critic"``, a mapping with ``scheme``, or a mapping or
            series of ids with their weights; None for those of the tree. ``aggregation``, ``missing``
            and ``floor``: of the root, or a mapping by the ids of nodes; a floor goes with the mean it
            was set for. ``normalisation``, ``scale``, ``units``, ``years`` and so on: as in the sheet
            ``indices``.

        Raises
        ------
        InputError
            Settings, methods and names that are unknown, with the nearest; settings that do not go
            together.

        Examples
        --------
        >>> data = pd.DataFrame({"unit": ["A", "B", "C"], "pay": [1, 2, 4], "air": [9, 5, 5]})
        >>> study = Study(pd.DataFrame({"id": ["pay", "air"]}), data)
        >>> study.with_(weights={"pay": 1, "air": 0}).index().scores["score"].round(1).tolist()
        [0.0, 33.3, 100.0]
        """
        held = self._held
        wanted = self.indices if index is None else (self.index(index).id,)
        content = frames.changed(held.content, settings, wanted)
        if data is not None:
            content = frames.figures_for(content, data)
            seen = write_order(observations(content), OBSERVATIONS)
            held = replace(held, observations=seen, constant=seen.iloc[:0])
        return Study._of(replace(held, content=content))

    def audit(self, draws: int = 1000, seed: int = SEED, *, rules: Mapping[str, Any] | None = None) -> Audit:
        """What the maker of its indices should look at, by rules in the open.

        Parameters
        ----------
        draws, seed
            Number of replicates of each analysis of uncertainty, and the seed of every random number.
        rules
            Content of a file like ``config/parts/audit.yaml``; None: that file.

        Returns
        -------
        Audit
            Its tables as frames, all indices in each.

        Raises
        ------
        InputError
            What is wrong with the rules.
        """
        parts = [self.index(name).audit(draws, seed, rules=rules).tables for name in self.indices]
        return Audit({name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]})

    def report(self, out: str | Path, *, cores: int = 1, draws: int | None = None) -> Path:
        """Write its report: the folder that ``monotown run`` makes, page, workbook of results, tables and figures.

        Parameters
        ----------
        out
            The folder: new, empty, or of an earlier report of the study.
        cores
            Steps that may run at the same time.
        draws
            Replicates of each analysis; None: those of a run.

        Returns
        -------
        Path
            Of the first page, in the language of the study: ``out/report/index.html`` in English.

        Raises
        ------
        ValueError
            If the study holds no figures of its own: those of sources are for ``monotown run``.
        RuntimeError
            If the run stops, with its reason.
        """
        return self._report(self.content, out, cores, draws)

    def _report(self, content: Content, out: str | Path, cores: int, draws: int | None) -> Path:
        from monotown.commands.site import site

        if not len(content.figures):
            raise ValueError("the figures of this study stand in sources: `monotown run` makes its report")
        return site(content, Path(out), language=self._held.language, cores=cores, draws=draws)


class Index:
    """An index of a study: its tables, as the run writes them, with every digit.

    Attributes
    ----------
    study, id
        The study, and the id of the index in it.
    """

    def __init__(self, study: Study, id: str) -> None:
        self.study, self.id = study, id

    def __repr__(self) -> str:
        return f"Index({self.id!r})\n{self.model}"

    @property
    def config(self) -> Mapping[str, Any]:
        """Its units, years, tree and settings."""
        return self.study.content.views[self.id]

    @cached_property
    def _indicators(self) -> Indicators:
        held, content = self.study._held, self.study.content
        catalogue = catalogue_of(
            held.catalogue,
            content.measures,
            {self.id: self.config},
            content.variables,
            {**content.units, "sets": content.sets},
        )
        return compute_indicators(held.observations, held.constant, catalogue)

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table of the step ``index`` of the run, by the name of its file."""
        held, content = self.study._held, self.study.content
        seen = pd.concat([t for t in (held.observations, held.constant) if len(t)], ignore_index=True)
        weighting = read_weighting(self.id, self.config)
        made = build_index(
            self._indicators.table,
            self.id,
            self.config,
            content.measures,
            average_weights(seen, self.config.get("average_weights")),
            SEED,
            content.views,
            None if weighting is None or weighting.judgments is None else held.judgments[weighting.judgments][self.id],
        )
        return {name: write_order(getattr(made, name), schema) for name, schema in SCHEMAS.items()}

    @cached_property
    def prepared(self) -> Prepared:
        """Its panel filled, treated and normalised: what every analysis starts from."""
        measures = self.study.content.measures
        behind = Behind.of(self._indicators.figures, self.id, measures)
        return from_table(self.tables["prepared"], self.id, self.config, measures, behind)

    @property
    def model(self) -> IndexModel:
        """Its tree with methods and weights."""
        return self.prepared.model

    def frame(self, table: str) -> pd.DataFrame:
        """A table of `tables` in tidy form: ``index``, ``unit``, ``name``, ``year`` and so on.

        Raises
        ------
        ValueError
            If there is no such table.
        """
        if table not in self.tables:
            raise ValueError(f"table {table!r}: expected {nearest(table, list(self.tables))}")
        return self.tidy(self.tables[table])

    def tidy(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table of a run with the names of its units, or else of its indicators, and without a year that is none."""
        held, content = self.study._held, self.study.content
        made = table.rename(columns={"view": "index"})
        subject = next((c for c in ("unit", "measure") if c in made), None)
        if subject is not None and "name" not in made:
            known = frames.names_of(content.units if subject == "unit" else content.measures, held.language)
            names = [known.get(str(code), str(code)) for code in made[subject]]
            made = made.assign(name=names)
        lead = [c for c in ("index", subject, "name", "year") if c in made]
        made = made[[*lead, *(c for c in made.columns if c not in lead)]]
        for column in made.columns:
            if str(column).endswith("year") and (made[column] == NO_YEAR).any():
                made[column] = pd.array([None] * len(made), dtype="Int64")
        return made

    @property
    def indicators(self) -> pd.DataFrame:
        """Values of the indicators, before anything was done with them."""
        return self.tidy(self._indicators.table)

    @property
    def scores(self) -> pd.DataFrame:
        """Score, rank and coverage of each unit, year and node."""
        return self.frame("scores")

    @property
    def ranks(self) -> pd.DataFrame:
        """Rank of each unit, year and node, with the number of units that were ranked."""
        return self.scores[["index", "unit", "name", "year", "node", "rank", "n_units", "kind"]]

    @property
    def weights(self) -> pd.DataFrame:
        """Weight of each indicator in its node and in the whole."""
        return self.frame("weights")

    @property
    def contributions(self) -> pd.DataFrame:
        """What each indicator adds to the change of a unit's score from year to year."""
        return self.frame("contributions")

    @property
    def normalised(self) -> pd.DataFrame:
        """Normalised value of each indicator, and how it was got."""
        return self.frame("normalised")

    def sensitivity(
        self,
        draws: int = DRAWS,
        seed: int = SEED,
        *,
        weight_cv: float = 0.25,
        interval: tuple[float, float] = (0.05, 0.95),
        schemes: Sequence[str] = SCHEMES,
        analyses: Mapping[str, Mapping[str, Any]] | None = None,
        sobol: Mapping[str, Any] | None = None,
    ) -> Sensitivity:
        """How far its ranks hang on the weights and on every other choice.

        Nothing is computed before a table is asked for.

        Parameters
        ----------
        draws, seed
            Number of replicates, and the seed of every random number.
        weight_cv
            Spread of a weight: standard deviation over mean.
        interval
            Probabilities of the limits of intervals.
        schemes
            Weighting schemes that the weights are compared with.
        analyses
            What varies in each joint analysis; None: what the default run varies (`config/config.yaml`).
        sobol
            Settings of `monotown.sensitivity.sobol_choices.SobolSettings`, such as ``points``, over those of the
            default run.
        """
        settings = Settings(seed, draws, weight_cv, (interval[0], interval[1]), tuple(schemes))
        default = {k: v for k, v in _default_run()["sobol"].items() if k != "joint_points_of"}
        return Sensitivity(self, settings, self._of_its_own(analyses), {**default, **(sobol or {})})

    def audit(self, draws: int = 1000, seed: int = SEED, *, rules: Mapping[str, Any] | None = None) -> Audit:
        """What its maker should look at, as `Study.audit` says it of all indices of the study."""
        config = _rules() if rules is None else rules
        if problems := rule_problems(config, "rules"):
            raise InputError(problems)
        content = self.study.content
        blocks = self.study._held.catalogue.get("blocks", {})
        reflective = [name for name, block in blocks.items() if block.get("reflective")]
        order, root = self.model.measures, self.model.tree.id
        structure = structure_tables(
            self.tables["normalised"],
            self.tables["weights"],
            self.tables["scores"],
            root=root,
            order=order,
            reflective=reflective,
        )
        varied = self._of_its_own(None)
        if above_zero(self.model):
            # moved scales may bring a score of 0, of which its mean is not defined
            varied = {name: inputs for name, inputs in varied.items() if not MOVING.intersection(inputs)}
        found = self.sensitivity(draws, seed, analyses=varied, sobol={"points": 256, "joint_points": 512})
        whole = self.config.get("weights") is None and _ranks_two(self.tables["scores"], root)
        drawn = {name: found._tables_of(name) for name in found.analyses} if whole else {"weights": found._of_weights}
        tables = audit_tables(
            Given(
                self.tables["prepared"],
                self.tables["scores"],
                structure.structure,
                structure.correlations,
                structure.importance,
                reflective,
                {name: made["rank_intervals"] for name, made in drawn.items()},
                {name: made["summary"] for name, made in drawn.items()},
                found._of_choices["sobol"] if whole else None,
            ),
            wide=config["wide"],
        )
        made = {"findings": findings(tables, config["rules"]), **tables}
        known = frames.names_of(content.measures, self.study._held.language)
        named = made["indicators"].assign(name=[known.get(m, m) for m in made["indicators"]["measure"]])
        return Audit({name: self.tidy(table) for name, table in {**made, "indicators": named}.items()})

    def report(self, out: str | Path, *, cores: int = 1, draws: int | None = None) -> Path:
        """Write its report, as `Study.report` does for all indices of the study; returns the path of its page."""
        return self.study._report(replace(self.study.content, views={self.id: self.config}), out, cores, draws)

    def _of_its_own(self, analyses: Mapping[str, Mapping[str, Any]] | None) -> Mapping[str, Mapping[str, Any]]:
        """The analyses given; the default ones without what they say of indicators that it has not."""
        if analyses is not None:
            return analyses
        measures = set(self.study.content.measures)
        return {
            name: {
                key: {**given, "measures": {m: e for m, e in given["measures"].items() if m in measures}}
                if isinstance(given.get("measures"), Mapping)
                else given
                for key, given in inputs.items()
            }
            for name, inputs in _default_run()["analyses"].items()
        }


class Sensitivity:
    """Tables of what the ranks of an index withstand, each an attribute, made when first asked for.

    ``rank_intervals``, ``rank_acceptability``, ``schemes``, ``drop_one`` and so on: under other weights.
    ``sobol``, ``interactions``, ``sobol_inputs``: which choice moves the ranks. ``flips`` and so on:
    what would change the order. ``change``, ``fan``: changes over the years, and the course of the scores, in every
    joint analysis. `analysis` gives the other tables of one.

    Attributes
    ----------
    index, settings, analyses, options
        The index, and what varies how.
    """

    def __init__(
        self, index: Index, settings: Settings, analyses: Mapping[str, Mapping[str, Any]], options: Mapping[str, Any]
    ) -> None:
        self.index, self.settings, self.analyses, self.options = index, settings, analyses, options
        self._known = {
            **dict.fromkeys(schemas(settings.interval), "_of_weights"),
            **dict.fromkeys(SOBOL_TABLES, "_of_choices"),
            **dict.fromkeys(FLIP_TABLES, "_of_order"),
            **dict.fromkeys(("change", "fan"), "_of_years"),
        }

    def __getattr__(self, name: str) -> pd.DataFrame:
        known = self.__dict__.get("_known", {})
        if name not in known:
            raise AttributeError(f"no table {name!r}: expected {nearest(name, list(known))}")
        found: Mapping[str, pd.DataFrame] = getattr(self, known[name])
        return self.index.tidy(found[name])

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._known})

    @cached_property
    def _of_weights(self) -> dict[str, pd.DataFrame]:
        held = self.index.prepared
        kind = join_kinds(held.rows["kind"])
        return weight_sensitivity(self.index.id, kind, held.model, cases_of(held), self.settings)

    @cached_property
    def _of_choices(self) -> dict[str, pd.DataFrame]:
        held, measures = self.index.prepared, self.index.study.content.measures
        given = self.settings
        own = {"seed": given.seed, "interval": given.interval, "schemes": given.schemes, **self.options}
        if self.index.config.get("weights") is not None:
            own["joint_points"] = 0  # its weights are those of a scheme, which the joint design would vary
        chosen = SobolSettings(**own)
        options = {"weight_cv": given.weight_cv, "analyses": self.analyses}
        parts = [sobol_tables(held, chosen, measures)]
        parts += every_input_tables(held, self.index.config, measures, options, chosen)
        return join_tables(parts)

    @cached_property
    def _of_order(self) -> dict[str, pd.DataFrame]:
        held = self.index.prepared
        kind, sources = join_kinds(held.rows["kind"]), year_sources(held.rows)
        found = flip_tables(self.index.id, kind, held.model, cases_of(held), sources)
        return {name: write_order(found[name], schema) for name, schema in FLIP_TABLES.items()}

    @cached_property
    def _of_years(self) -> dict[str, pd.DataFrame]:
        held, given = self.index.prepared, self.settings
        options = {
            "weight_cv": given.weight_cv,
            "interval": given.interval,
            "analyses": self.analyses,
            "change": {"draws": min(given.draws, ChangeSettings.draws)},
        }
        kind, measures = join_kinds(held.rows["kind"]), self.index.study.content.measures
        return change_tables(held, self.index.config, measures, options, given.seed, kind)[0]

    def analysis(self, name: str) -> dict[str, pd.DataFrame]:
        """Tables of a joint analysis: ``rank_intervals``, ``rank_acceptability``, ``pairwise`` and so on.

        Parameters
        ----------
        name
            Of those that vary: ``weights``, ``preferences``, ``methods`` or ``data``, if no others were
            given.

        Raises
        ------
        ValueError
            If there is no such analysis.
        InputError
            If the index takes its weights from a scheme, or ranks no two units in a year.
        """
        return {table: self.index.tidy(frame) for table, frame in self._tables_of(name).items()}

    def _tables_of(self, name: str) -> dict[str, pd.DataFrame]:
        if name not in self.analyses:
            raise ValueError(f"analysis {name!r}: expected {nearest(name, list(self.analyses))}")
        held, given = self.index.prepared, self.settings
        measures = self.index.study.content.measures
        options = {"weight_cv": given.weight_cv, "analyses": self.analyses}
        joint = monte_carlo_run(held, self.index.config, measures, name, options, given.seed)
        settings = replace(given, schemes=())
        kind = join_kinds(held.rows["kind"])
        return monte_carlo_tables(joint, joint.run(given.draws), kind, settings, Stop(), _RECORDED)


@dataclass(frozen=True)
class Audit:
    """What a maker should look at.

    Attributes
    ----------
    tables
        ``findings``: what each rule found, with the number and its limit; and the tables that rules judge:
        ``index``, ``indicators``, ``pairs``, ``blocks``, ``importance``, ``robustness``, ``choices``.
    """

    tables: Mapping[str, pd.DataFrame]

    def __getattr__(self, name: str) -> pd.DataFrame:
        tables = self.__dict__.get("tables", {})
        if name not in tables:
            raise AttributeError(f"no table {name!r}: expected {nearest(name, list(tables))}")
        found: pd.DataFrame = tables[name]
        return found

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.tables})

    @property
    def cases(self) -> pd.DataFrame:
        """Findings of the rules that something breaks."""
        return self.tables["findings"][self.tables["findings"]["status"] == "fired"].reset_index(drop=True)


def _rules() -> Mapping[str, Any]:
    """The rules of the project."""
    from monotown.commands.places import project

    found: Mapping[str, Any] = read_yaml(project() / "config/parts/audit.yaml")
    return found


def _ranks_two(scores: pd.DataFrame, root: str) -> bool:
    """Whether two units are ranked in some year."""
    return bool((scores.loc[scores["node"] == root, "rank"] > 1).any())


def _checked(held: _Held) -> _Held:
    """The same, if every index of the study can be built: trees, methods and settings that go together."""
    problems: list[Problem] = []
    for name, view in held.content.views.items():
        try:
            view_model(name, view, held.content.measures, "study")
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return held


def _project(folder: Path) -> Path:
    """The folder of the project that a study lies in; the folder above it where it lies in none."""
    there = folder.resolve()
    return next((p for p in there.parents if (p / "config/config.yaml").is_file()), there.parent)


def _standing(study: Content, language: str) -> _Held:
    """A study that holds its figures."""
    whole = completed(study)
    if not len(whole.figures):
        raise InputError([lacking_figures("data")])
    frames.formulas_problems(whole).stop()
    seen = write_order(observations(whole), OBSERVATIONS)
    judged = {SHEET: {name: given.content(whole.views[name]["tree"]) for name, given in whole.judgments.items()}}
    return _Held(whole, whole.beside["catalogue"], seen, seen.iloc[:0], judged, language)


def _cleaned(files: StudyFiles, named: str | Sequence[str], language: str) -> _Held:
    """A study of files with its figures cleaned from their sources, as the first steps of a run do."""
    content = completed(files.study)
    if files.words:
        told = {name: files.told(name) for name in ("units", "variables", "measures", "views")}
        told["units"] = {k: v for k, v in told["units"].items() if k != "sets"}
        content = replace(content, **told, beside={**content.beside, "catalogue": files.told("indicators")})
    frames.formulas_problems(content).stop()
    rules = files.root / "workflow/schemas/source.schema.yaml"
    sources = load_sources(named, files.root, read_yaml(rules) if rules.is_file() else None)
    named_files = [str(entry["file"]) for entry in sources.entries.values()]
    if gone := [file for file in named_files if not (files.root / file).is_file()]:
        raise InputError(
            Problem(file, "file", "nothing", "the raw figures that a source.yaml describes") for file in gone
        )
    raw = {file: (files.root / file).read_bytes() for file in named_files}
    areas = Units({**content.units, "sets": content.sets})
    seen = clean(raw, sources.entries, content.variables, areas).observations
    constant = next((str(about["constant"]) for _, about in files.chain if "constant" in about), "")
    official = seen[seen["kind"] == Kind.OFFICIAL]
    merged = constant_units(official, areas, content.variables, areas.set(constant) if constant else ())
    judgments: dict[str, Any] = {}
    for name, view in content.views.items():
        weighting = read_weighting(name, view)
        if weighting is not None and weighting.judgments is not None:
            path = files.root / weighting.judgments
            said = read_text_table(path) if path.suffix == ".csv" else read_yaml(path)
            judgments.setdefault(weighting.judgments, {})[name] = said
    catalogue = content.beside["catalogue"]
    return _Held(
        content, catalogue, write_order(seen, OBSERVATIONS), write_order(merged, OBSERVATIONS), judgments, language
    )
