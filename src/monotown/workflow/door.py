"""Check every config file of a run together, before its first step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from monotown.audit.rules import rule_problems
from monotown.base.expressions import formula_problems
from monotown.base.problems import InputError, Problem, nearest
from monotown.base.schemas import schema_problems
from monotown.data.publications import publication_problems
from monotown.data.sources import config_problems
from monotown.hypothesis.prespecified import check_specification
from monotown.index.catalogue import Config, check_catalogue
from monotown.index.choices import choice_problems
from monotown.index.model import IndexModel
from monotown.index.prepare import view_model
from monotown.mechanism.levers import lever_problems
from monotown.methods.register import AGGREGATIONS, NORMALISATIONS, SCHEMES, TRANSFORMS, load
from monotown.paper.ledger import read_claims
from monotown.paper.published import read_published
from monotown.scenarios import read as scenarios
from monotown.scenarios.build import leaves_of
from monotown.sensitivity.inputs import BASELINE, read_inputs
from monotown.show.graphs import Graph, read_graphs
from monotown.survey.questionnaire import read_questionnaire
from monotown.workflow import add_methods, read_text_table
from monotown.workflow.chapters import chapter_problems
from monotown.workflow.claims import KEY as CLAIMS
from monotown.workflow.claims import claims_of_run
from monotown.workflow.config import FILES, SOURCE, admitted, check_config, located, placed, schema_file
from monotown.workflow.microdata import check_survey
from monotown.workflow.scenarios import read_settings
from monotown.workflow.settled import parts_of_run
from monotown.workflow.shapes import KEY as SHAPES
from monotown.workflow.shapes import shapes_problems
from monotown.workflow.sources import Sources, load_sources, source_files
from monotown.workflow.strict import Lines, read_strict
from monotown.workflow.study import PARTS, StudyFiles
from monotown.workflow.study_check import check_alone
from monotown.workflow.towns import check_input
from monotown.workflow.words import WORDS, label_texts, languages, read_config

#: Files that steps read beside those that the config names.
BESIDE = ("config/text/*.yaml", "workflow/parts/*/chapter.yaml", "workflow/parts/*/answers.yaml")

#: The towns as a table of reference: a file of the study.
REGISTER = "town_register.yaml"


def check_run(
    config: Mapping[str, Any], root: str | Path, files: tuple[str, ...] = ("config/config.yaml",)
) -> list[str]:
    """Stop with every problem of every config file of a run.

    The same functions judge here that judge in the steps; a step finds only what hangs on data.

    Parameters
    ----------
    config
        The config as merged from its files and the command line.
    root
        The project's folder.
    files
        The files the config came from, the default first.

    Returns
    -------
    list of str
        Files that were read.

    Raises
    ------
    InputError
        Every problem, each with its file and, where a file sets it, its line.
    """
    door = Door(config, Path(root).resolve(), files)
    door.check()
    return door.read


class Door:
    """One check of a run's configs; problems are gathered, what is unsound is not looked into."""

    def __init__(self, config: Mapping[str, Any], root: Path, files: tuple[str, ...]) -> None:
        self.config, self.root, self.files = config, root, files
        self.problems: list[Problem] = []
        self._read: dict[str, tuple[Any, Lines]] = {}
        self._known: Sources | None = None
        self._study: StudyFiles | None = None

    def check(self) -> None:
        """Every check, in the order of the steps; stops with all problems."""
        self._try(lambda: check_config(self.config, self.root, self.files))
        self._methods()
        unsound = {p.where.rpartition(", ")[2].partition(".")[0] for p in self.problems}
        own = "input" in self.config
        # a file of claims of a run on own data has a form of its own
        named = [key for key in FILES if isinstance(self.config.get(key), str) and not (own and key == CLAIMS)]
        whole = {key for key in named if self._load(self.config[key])} | self._load_study(unsound)
        self._words()
        for pattern in BESIDE:
            for path in sorted(self.root.glob(pattern)):
                self._load(path.relative_to(self.root).as_posix())
        alone = self._study is not None and self._study.alone
        sound = {key for key in whole if self._schema(key)}
        if "sources" not in unsound and self._try(self._load_sources):
            sound.add("sources")
        if not own and {"units", "variables", "sources"} <= sound:
            self._sources()
            if "comparisons" in sound:
                self._comparisons()
            self._register()
        if not own and {"publications", "sources", "indicators", "measures"} <= sound:
            self._publications()
        if "units" in sound and self._study and not alone:
            self._about(sound)
            self._shapes()
        before = len(self.problems)
        models = self._catalogue(sound, own and not alone)
        if {"measures", "views"} <= sound and "indices" not in unsound and len(self.problems) == before:
            self._choices()
        if "sensitivity" not in unsound:
            self._sensitivity(sound)
        if own:
            if self._study and "views" in whole and isinstance(self.config.get(CLAIMS), str) and CLAIMS not in unsound:
                self._try(partial(claims_of_run, self.config, self._study))
            if not unsound & {"input", "units", "variables", "indicators"}:
                self._try(lambda: check_input(self.config, self.root, self.files))
        else:
            self._paper(whole)
            self._parts(sound, models)
        if "audit" in sound:
            self._audit()
        if isinstance(self.config.get("survey"), str) and "indicators" in sound:
            self._survey(self.config["survey"])
        if not self.problems:  # what facts name stands in files that are sound
            self._try(self._chapters)
        if self.problems:
            raise InputError(self._placed(p) for p in self.problems)

    @property
    def read(self) -> list[str]:
        """Files that were read, those that describe the sources among them."""
        sources = source_files(self.config["sources"], self.root) if self._known else []
        sheets = self._study.read if self._study else []
        return list(dict.fromkeys([*self.files, *self._read, *sheets, *sources]))

    def _chapters(self) -> None:
        parts = sorted(path.parent.name for path in self.root.glob("workflow/parts/*/rules.smk"))
        self.problems += chapter_problems(self.config, parts_of_run(parts, self.config), self.root)

    def _try(self, step: Callable[[], object]) -> bool:
        """Run one check and keep what it finds; whether it found nothing."""
        try:
            step()
        except InputError as error:
            self.problems += error.problems
            return False
        return True

    def _load(self, file: str) -> bool:
        """Read a file of the project; whether it could be read."""
        path = self.root / file
        if not admitted(path.resolve(), self.root) or not path.is_file():
            return False  # said with the key that names it
        try:
            self._read[file] = read_config(path, lines=True)
        except InputError as error:
            self.problems += [Problem(file, p.where, p.found, p.expected) for p in error.problems]
        return file in self._read

    def _methods(self) -> None:
        """A user's methods, before anything names them."""
        named = self.config.get("methods")
        if not isinstance(named, str):
            add_methods(None)
        elif not admitted(path := (self.root / named).resolve(), self.root) or not path.is_file():
            problem = Problem(self.files[-1], "methods", named, "a Python file inside the project")
            self.problems.append(placed(problem, self.root, self.files))
        else:
            self._try(lambda: load(path.read_text(encoding="utf-8"), named))

    def _load_sources(self) -> None:
        named = self.config["sources"]
        self._known = load_sources(named, self.root, self._rules("source"))

    def _load_study(self, unsound: set[str]) -> set[str]:
        """Read the study; its parts that could be read."""
        if "study" in unsound or not isinstance(self.config.get("study"), str):
            return set()
        # the study as it is: what the run chooses for its indices is judged on top of it
        study, found = StudyFiles(self.config, self.root), set()
        if self._try(lambda: study.chain):
            self._study = study
            parts = [part for part in PARTS if part not in study.own]
            sheets = [part for part in parts if part != "indicators"]
            for some in (sheets if self._try(lambda: study.study) else [], ["indicators"]):
                for part in (p for p in some if p in parts):
                    if self._try(lambda part=part: self._told(study, part)):  # type: ignore[misc]
                        found.add(part)
        return found

    def _told(self, study: StudyFiles, part: str) -> None:
        self._read[study.named(part)] = study.told(part), study.lines(part)

    def _words(self) -> None:
        """Every file of words as a whole, and that each label stands in one group."""
        found = sorted((self.root / WORDS).glob("*.yaml"))
        if self._try(lambda: languages(self.root / WORDS)):
            sound = [self._load(path.relative_to(self.root).as_posix()) for path in found]
            if all(sound):
                self._try(lambda: label_texts(folder=self.root / WORDS))

    def _content(self, key: str) -> Any:
        if key == "sources" and self._known:
            return self._known.entries
        return self._read[self._file(key)][0]

    def _file(self, key: str) -> str:
        """Name of a config for the messages; `_placed` names the file of each source."""
        if key in PARTS and self._study:
            return self._study.named(key)
        return SOURCE if key == "sources" else str(self.config[key])

    def _placed(self, problem: Problem) -> Problem:
        if self._known:
            problem = self._known.located(problem)
        if self._study:
            problem = self._study.located(problem)
        known = self._read.get(problem.file)
        return located(problem, known[1]) if known else problem

    def _rules(self, key: str) -> Any:
        path = schema_file(self.root, key)
        rules = read_strict(path)[0] if path.is_file() else None
        if rules and key == "measures":  # names of methods are those of the register
            rules["additionalProperties"]["properties"]["transform"] = {"enum": ["none", *TRANSFORMS]}
        return rules

    def _schema(self, key: str) -> bool:
        """Check a file against its schema; whether it is valid."""
        rules, file = self._rules(key), self._file(key)
        if rules is None or (key in PARTS and self._study and self._study.alone):
            return True  # what a study alone leaves unsaid is completed as it is read
        content, lines = self._read[file]
        found = schema_problems(content, rules, file, lines)
        # in a run on own data these words of a view stand for what the workbook says
        open_ = ("workbook", "catalogue") if "input" in self.config and key == "views" else ()
        self.problems += [p for p in found if p.found not in open_]
        return not found

    def _sources(self) -> None:
        names = ("units", "variables", "sources")
        self.problems += config_problems(
            {n: self._content(n) for n in names}, {n: {} for n in names}, {n: self._file(n) for n in names}
        )

    def _publications(self) -> None:
        names = ("publications", "sources", "indicators", "measures")
        publications, sources, indicators, measures = (self._content(n) for n in names)
        if self._known:
            publications = {**publications, **self._known.publications}
        files = {n: self._file(n) for n in names}
        self.problems += publication_problems(publications, sources, indicators, measures, files)

    def _comparisons(self) -> None:
        """Formulas and sources of the figures that can be had in two ways."""
        file, variables, sources = self._file("comparisons"), self._content("variables"), self._content("sources")
        for name, entry in self._content("comparisons").items():
            for side in ("left", "right"):
                part, where = entry[side], f"{name}.{side}"
                text, source = part["formula"], part.get("from")
                self.problems += formula_problems(text, list(variables), file, f"{where}.formula")
                if source is not None and source not in sources:
                    expected = nearest(str(source), list(sources))
                    self.problems.append(Problem(file, f"{where}.from", str(source), expected))

    def _register(self) -> None:
        """Form of the towns' table of reference; its names are checked where it is made."""
        file = self._study.file(REGISTER) if self._study else REGISTER
        if self._load(file):
            content, lines = self._read[file]
            found = schema_problems(content, self._rules("town_register"), file, lines)
            sets = self._content("units")["sets"]
            if not found and content["towns"] not in sets:
                found = [Problem(file, "towns", str(content["towns"]), nearest(str(content["towns"]), list(sets)))]
            self.problems += found

    def _shapes(self) -> None:
        """Shapes of a study that extends another: its own, or what the study says of those of the project."""
        assert self._study is not None
        self.problems += shapes_problems(self._study)
        file = self._study.file(f"{SHAPES}.yaml")
        if self._load(file):
            content, lines = self._read[file]
            problems = schema_problems(content, self._rules(SHAPES), file, lines)
            if not problems:
                sets = list(self._content("units")["sets"])
                named = [(f"borders.{name}.units", entry["units"]) for name, entry in content["borders"].items()]
                problems = [Problem(file, where, n, nearest(n, sets)) for where, n in named if n not in sets]
                problems += [
                    Problem(file, f"borders.{name}.file", entry["file"], "a file of the project")
                    for name, entry in content["borders"].items()
                    if not (self.root / entry["file"]).is_file()
                ]
            self.problems += problems

    def _about(self, sound: set[str]) -> None:
        """Names in the settings of the study."""
        assert self._study is not None
        file = f"{self._study.folder}/study.yaml"
        content, lines = read_strict(self.root / file, lines=True)
        problems = schema_problems(content, self._rules("study"), file, lines)
        if not problems:
            units = self._content("units")
            codes = [code for code in units if code != "sets"]
            named = [(f"{key}.{i}", c, codes) for key in ("marked", "town") for i, c in enumerate(content.get(key, ()))]
            named += [(f"named.{key}", code, codes) for key, code in content.get("named", {}).items()]
            named += [("constant", content[k], list(units["sets"])) for k in ("constant",) if k in content]
            views = list(self._content("views")) if "views" in sound - self._study.own.keys() else []
            named += [(f"show.{k}", v, views) for k, v in content.get("show", {}).items() if views]
            series = {
                *self._content("variables"),
                *self._content("measures"),
                *self._content("indicators")["indicators"],
            }
            named += [(f"series.{k}", n, sorted(series)) for k, n in content.get("series", {}).items()]
            problems = [Problem(file, w, str(n), nearest(str(n), valid)) for w, n, valid in named if n not in valid]
        self._read[file] = content, lines
        self.problems += problems

    def _catalogue(self, sound: set[str], own: bool) -> dict[str, IndexModel]:
        """Check indicators, measures and views with one another; models of the sound views."""
        if not {"measures", "views"} <= sound:
            return {}
        parts = ("indicators", "measures", "views", "variables", "units")
        if not own and set(parts) <= sound:
            if self._study is not None and self._study.alone:
                self._try(partial(check_alone, self._study))
            else:
                given = [Config(self._file(n), self._content(n), {}) for n in parts]
                self._try(lambda: check_catalogue(*given))
        measures, views = self._content("measures"), self._content("views")
        models: dict[str, IndexModel] = {}

        def build(name: str) -> None:
            models[name] = view_model(name, views[name], measures, self._file("views"))

        for name in views:
            if own:  # the workbook adds units, variables and measures: the rest is checked with it
                self._try(lambda name=name: build(name))  # type: ignore[misc]
            else:
                with suppress(InputError):  # said by the catalogue
                    build(name)
        if own:
            for name, entry in measures.items():
                where, text = f"{name}.formula", entry["formula"]
                names = re.findall(r"[^\W\d]\w*", text)
                self.problems += formula_problems(text, names, self._file("measures"), where)
        return models

    def _choices(self) -> None:
        """What the run chooses for its indices, on a study that is sound."""
        content = {key: self._content(key) for key in ("views", "measures")}
        found = choice_problems(self.config.get("indices") or {}, **content, file=self.files[-1])
        self.problems += [placed(p, self.root, self.files) for p in found]

    def _sensitivity(self, sound: set[str]) -> None:
        """Names in the section ``sensitivity``, and numbers that must fit one another."""
        section, file = self.config["sensitivity"], self.files[-1]
        found: list[Problem] = []

        def known(names: Sequence[Any], where: str, valid: Sequence[str]) -> None:
            for i, name in enumerate(names):
                method = name.get("method") if isinstance(name, Mapping) else name
                if method not in valid:
                    expected = nearest(str(method), valid)
                    found.append(Problem(file, f"{where}.{i}", str(method), expected))

        # those that need no judgments and give one set of weights
        compared = [s.name for s in SCHEMES.values() if s.compared]
        known(section["schemes"], "sensitivity.schemes", compared)
        there = self._study or "views" in self.config
        views = self._read.get(self._file("views"), (None,))[0] if there else None
        if isinstance(views, Mapping):
            known(section["views"], "sensitivity.views", list(views))
        sobol = section.get("sobol", {})
        transforms = ["none", *(t.name for t in TRANSFORMS.values() if not t.fitted)]
        for key, valid in (
            ("schemes", compared),
            ("normalisations", NORMALISATIONS),
            ("aggregations", AGGREGATIONS),
            ("transforms", transforms),
        ):
            known(sobol.get(key, ()), f"sensitivity.sobol.{key}", list(valid))
        replicates = sobol.get("replicates", 8)
        own = sobol.get("joint_points_of", {})
        sizes = {key: sobol.get(key, 0) for key in ("points", "joint_points", "replicates")}
        sizes |= {f"joint_points_of.{view}": number for view, number in own.items()}
        for key, number in sizes.items():
            least = 0 if key == "replicates" or number == 0 else replicates
            if number & (number - 1) or number < least:
                more = f", at least replicates, {least}" if least else ""
                expected = f"a power of 2{more}, such as {2 ** max(number, least).bit_length()}"
                found.append(Problem(file, f"sensitivity.sobol.{key}", str(number), expected))
        for i, (first, last) in enumerate((section.get("change") or {}).get("pairs", ())):
            if first >= last:
                found.append(
                    Problem(file, f"sensitivity.change.pairs.{i}", f"{first}, {last}", "the earlier year first")
                )
        for name, inputs in section["analyses"].items():
            where = f"sensitivity.analyses.{name}"
            try:
                read_inputs(inputs, section["weight_cv"], file, where)
            except InputError as error:
                found += error.problems
            scheme = inputs.get("scheme", {}).get("levels", ())
            known(scheme, f"{where}.scheme.levels", [BASELINE, *compared])
            if "measures" in sound and ("input" not in self.config or (self._study and self._study.alone)):
                content = self._content("measures")
                measures = list(content)
                sets = dict.fromkeys(name for entry in content.values() for name in entry.get("goalpost_sets", {}))
                levels = inputs.get("goalpost_set", {}).get("levels", ())
                known(levels, f"{where}.goalpost_set.levels", [BASELINE, *sets])
                for key in ("data_error", "direction"):
                    for i, measure in enumerate(inputs.get(key, {}).get("measures", ())):
                        if measure not in measures:
                            at = measure if key == "data_error" else i
                            expected = nearest(str(measure), measures)
                            place = f"{where}.{key}.measures.{at}"
                            found.append(Problem(file, place, str(measure), expected))
                if "variables" in sound:
                    variables = list(self._content("variables"))
                    for variable in inputs.get("data_error", {}).get("variables", ()):
                        if variable not in variables:
                            place = f"{where}.data_error.variables.{variable}"
                            found.append(Problem(file, place, str(variable), nearest(str(variable), variables)))
        self.problems += [placed(p, self.root, self.files) for p in found]

    def _paper(self, whole: set[str]) -> None:
        raw = sorted((self.root / "data/raw/published/paper").glob("*.csv"))
        raw = [path for path in raw if path.name != "parts.csv"]
        if "claims" in whole and raw:
            published = read_published({path.stem: read_text_table(path) for path in raw})
            content, file = self._content("claims"), self.config["claims"]
            if isinstance(content, Mapping):
                start, texts = "claim_place.", label_texts(["claims"], self.root / WORDS)
                places = {key.removeprefix(start) for key in texts if key.startswith(start)}
                self._try(lambda: read_claims(content, published, file, places))
            else:
                self.problems.append(Problem(file, "claims", str(content)[:50], "a list of claims"))

    def _audit(self) -> None:
        """Expressions of the rules of the audit, and that each has words."""
        content, file = self._content("audit"), self.config["audit"]
        self.problems += rule_problems(content, file)
        texts = label_texts(["audit"], self.root / WORDS)
        for name, rule in content["rules"].items():
            for key, start in (("title", "audit.rule"), ("says", "audit.says")):
                if key not in rule and f"{start}.{name}" not in texts:
                    expected = f"the key {key} with words, or a rule that has them"
                    self.problems.append(Problem(file, f"rules.{name}", name, expected))

    def _graphs(self, sound: set[str]) -> dict[str, Graph]:
        passages = self.root / "data/raw/published/paper/passages.csv"
        if "graphs" not in sound or not passages.is_file():
            return {}
        table = read_text_table(passages).astype({"line_from": int, "line_to": int})
        try:
            return read_graphs(self._content("graphs"), {}, table, self.config["graphs"])
        except InputError as error:
            self.problems += error.problems
            return {}

    def _parts(self, sound: set[str], models: Mapping[str, IndexModel]) -> None:
        """What goes beyond the data: cohort, mechanism, hypothesis, scenarios."""
        graphs = self._graphs(sound)
        views = self._content("views") if "views" in sound else {}
        measures = self._content("measures") if "measures" in sound else {}
        if "cohort" in sound:
            limits = self._content("cohort")["interval"]
            if limits[0] >= limits[1]:
                expected = "the lower probability first"
                found = Problem(self.config["cohort"], "interval", str(limits), expected)
                self.problems.append(found)
        if "mechanism" in sound and "units" in sound and models and graphs:
            config, file = self._content("mechanism"), self.config["mechanism"]
            figure = config["graph"]["figure"]
            if figure in graphs:
                sets = self._content("units")["sets"]
                units = {v: [str(c) for c in sets.get(e["units"], ())] for v, e in views.items()}
                known: dict[str, Sequence[str]] = {v: m.measures for v, m in models.items()}
                self.problems += lever_problems(config, known, units, graphs[figure], file)
            else:
                expected = nearest(str(figure), list(graphs))
                self.problems.append(Problem(file, "graph.figure", str(figure), expected))
        if "hypothesis" in sound and models:
            config, file = self._content("hypothesis"), self.config["hypothesis"]
            view = config["prespecified"]["quality"]["view"]
            outcomes = ["unshared", "whole", *measures]
            for i, name in enumerate(config["prespecified"]["curve"]["outcome"]):
                if name not in outcomes:
                    where, expected = f"prespecified.curve.outcome.{i}", nearest(name, outcomes)
                    self.problems.append(Problem(file, where, name, expected))
            for i, name in enumerate((config["exploratory"] or {"indices": []})["indices"]):
                if name not in views:
                    where, expected = f"exploratory.indices.{i}", nearest(name, list(views))
                    self.problems.append(Problem(file, where, name, expected))
            if view in models:
                in_view = models[view].measures
                self._try(lambda: check_specification(config, measures, in_view, file))
            elif view not in views:
                expected, where = nearest(str(view), list(views)), "prespecified.quality.view"
                self.problems.append(Problem(file, where, str(view), expected))
        if self.config.get("scenarios") in self._read and models and len(models) == len(views):
            self._scenarios(self.config["scenarios"], models, views)

    def _scenarios(self, path: str, models: Mapping[str, IndexModel], views: Mapping[str, Any]) -> None:
        try:
            settings = read_settings(path, self.root, views)
        except InputError as error:
            self.problems += [p for p in error.problems if p not in self.problems]
            return
        areas = self._content("units") if self._file("units") in self._read else {}
        for i, unit in enumerate(settings["marked"]):
            if areas and unit not in areas:
                expected = nearest(str(unit), [str(a) for a in areas if a != "sets"])
                self.problems.append(Problem(path, f"marked.{i}", str(unit), expected))
        loaded = [self._load(file) for file in settings["files"]]
        if not all(loaded):  # every file is read before, so that each says what is wrong with it
            return
        names = {
            "settings": [path],
            "hierarchy": settings["hierarchies"],
            "scenario": settings["scenarios"],
            "cross_impacts": [settings["cross_impacts"]],
            "key_factors": [settings["key_factors"]],
        }
        given = {part: [(n, self._read[n][0]) for n in names[part]] for part in scenarios.PARTS}
        lines = {n: self._read[n][1] for part in names.values() for n in part}
        used = {view: models[view] for view in settings["views"]}

        def read() -> None:
            leaves = leaves_of(used, path)
            scenarios.read_inputs(given, leaves, settings["year"], self._rules("scenarios"), lines)

        self._try(read)

    def _survey(self, path: str) -> None:
        try:
            survey = check_survey(path, self.root)
        except InputError as error:
            self.problems += [placed(p, self.root, self.files) if p.file == "run config" else p for p in error.problems]
            return
        mappings = [entry["mapping"] for entry in survey["files"]]
        for file in [survey.get("population"), *mappings]:
            if file:
                self._load(file)
        form = survey["questionnaire"]
        if self._load(form):
            content, catalogue = self._read[form][0], self._content("indicators")
            self._try(lambda: read_questionnaire(content, catalogue, form))
