"""Nothing wrong in a config gets past the door: one wrong value at a time, in every file."""

import csv
import io
import pickle
import re
import shutil
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from monotown.base import schemas
from monotown.base.problems import InputError
from monotown.workflow import strict
from monotown.workflow.config import FILES
from monotown.workflow.door import check_run

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = "config/config.yaml"


@pytest.fixture
def project(tmp_path):
    """The configs and the data of the project, copied."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copytree(ROOT / "workflow", tmp_path / "workflow")
    (tmp_path / "src").mkdir()
    return tmp_path


def edit(project, file, old, new):
    path = project / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return next(
        i for i, (a, b) in enumerate(zip(text.split("\n"), path.read_text().split("\n"), strict=False), 1) if a != b
    )


def told(project, files=(DEFAULT,), **changes):
    """What the door says of the project's configs."""
    config = {}
    for file in (DEFAULT, *files):
        text = (project / file).read_text(encoding="utf-8", errors="replace")
        config |= yaml.safe_load(text.replace("\0", "")) or {}
    with pytest.raises(InputError) as stopped:
        check_run({**config, **changes}, project, files)
    return stopped.value.problems


def test_the_default_run_passes(project):
    check_run(yaml.safe_load((project / DEFAULT).read_text(encoding="utf-8")), project)


A_TERM = "researchers + "
A_FORMULA = "10000 * researchers / mean_population"
INDICATORS, VARIABLES = "config/study/indicators.csv", "config/study/variables.csv"
INSTANCES = {
    "an unknown scheme": (DEFAULT, "    - entropy\n", "    - entropyy\n", "'entropy' (did you mean this?)"),
    "weight_cv": (DEFAULT, "weight_cv: 0.25", "weight_cv: .nan", "a finite number"),
    "points": (DEFAULT, "points: 2048", "points: 1000", "a power of 2"),
    "pairs of years": (DEFAULT, "back: [5], pairs: []", "back: [5], pairs: [[2023, 2015]]", "the earlier year first"),
    "joint_points": (DEFAULT, "joint_points: 8192", "joint_points: 1000", "a power of 2"),
    "a level": (DEFAULT, "[geometric, arithmetic,", "[geometric, magic,", "'magic'"),
    "a scheme's level": (
        DEFAULT,
        "levels: [baseline, equal_by_indicator, entropy",
        "levels: [baseline, equal_by_indicator, entropyy",
        "'entropy' (did you mean this?)",
    ),
    "a measure of data_error": (
        DEFAULT,
        "measures: {life_expectancy: 0.003}",
        "measures: {life_expectancyy: 0.003}",
        "'life_expectancy' (did you mean this?)",
    ),
    "a measure of direction": (
        DEFAULT,
        "{use: false, measures: []}",
        "{use: false, measures: [life_expectancyy]}",
        "'life_expectancy' (did you mean this?)",
    ),
    "an outcome of the hypothesis": (
        "config/parts/hypothesis.yaml",
        "life_expectancy, poverty, unemployment, youth",
        "life_expectancyy, poverty, unemployment, youth",
        "'life_expectancy' (did you mean this?)",
    ),
    "an index of the hypothesis": (
        "config/parts/hypothesis.yaml",
        "{view: quality_panel,",
        "{view: quality_panell,",
        "'quality_panel' (did you mean this?)",
    ),
    "an index whose neighbours are asked for": (
        "config/parts/hypothesis.yaml",
        "indices: [potential_2022,",
        "indices: [potential_2023,",
        "'potential_2022' (did you mean this?)",
    ),
    "a unit of the scenarios": (
        "config/parts/scenarios.yaml",
        "marked: [KZKAR,",
        "marked: [KZKARR,",
        "'KZKAR' (did you mean this?)",
    ),
    "a view": (DEFAULT, "views: [potential_2022,", "views: [potential_2020,", "did you mean"),
    "infinite goalposts": (INDICATORS, ",1,log1p,0,50,", ",1,log1p,.inf,50,", "a number, such as 0.5"),
    "goalposts the wrong way round": (INDICATORS, ",1,log1p,0,50,", ",1,log1p,1000000,50,", "the lower first"),
    "one goalpost": (INDICATORS, ",1,log1p,0,50,", ",1,log1p,0,,", "both ends of the scale, or none"),
    "bounds": (VARIABLES, "population_begin,persons,0,,", "population_begin,persons,10,0,", "the lower first"),
    "a unit twice in a set": (
        "config/study/unit_sets.csv",
        "regions_2022,KZABY\n",
        "regions_2022,KZABY\nregions_2022,KZABY\n",
        "each unit of a set once",
    ),
    "a division by 0": (INDICATORS, f",{A_FORMULA},", ",researchers / (1 - 1),", "not always 0"),
    "a long formula": (INDICATORS, A_FORMULA, f"{A_TERM * 3000} researchers", "at most 200 operations"),
    "a tree that hangs together no more": (
        INDICATORS,
        ",B2,scientific_potential,",
        ",B2,rd_funding,",
        "a tree that does not contain itself",
    ),
    "a row with a cell too many": (INDICATORS, ",1,log1p,0,50,", ",1,log1p,0,50,,", "as there are headings"),
    "a quotation mark that is not closed": (VARIABLES, ",mean_population: research,", ',"mean_population,', "CSV"),
    "a key twice": (DEFAULT, "seed: 20200601", "seed: 20200601\nseed: 1", "as in line"),
    "an indicator said in two ways": (
        INDICATORS,
        "quality_panel,poverty,livelihood,,,,",
        "quality_panel,poverty,livelihood,,,unemployment_rate,",
        "says it of poverty",
    ),
    "results": (DEFAULT, "results: results", "results: src ", "none of its own"),
    "a direction": (INDICATORS, ",1,log1p,0,50,", ",2,log1p,0,50,", "found '2'"),
}


@pytest.mark.parametrize("name", INSTANCES)
def test_what_ended_later_or_in_silence_is_told_at_the_door(name, project):
    file, old, new, words = INSTANCES[name]
    line = edit(project, file, old, new)
    found = [str(p) for p in told(project) if p.file == file]
    lines = [text for text in found if words in text]
    assert lines, found
    assert any(f"{file}, line {at}" in text for text in lines for at in (line, line + 1)), lines


@pytest.mark.parametrize(
    "results",
    [
        "src",
        "config/x",
        "DATA",
        "workflow",
        "tests",
        "docs",
        "notebooks",
        "profiles",
        ".",
        "a/../..",
        ".git",
        "results/../src",
        "results/.git",
        "environment/x",
    ],
)
def test_results_never_go_to_a_folder_of_the_project(results, project):
    assert any(p.where.endswith("results") for p in told(project, results=results))


@pytest.mark.parametrize("results", ["results", "results/own", "out", "my-results/a_1"])
def test_results_go_to_any_other_folder(results, project):
    config = yaml.safe_load((project / DEFAULT).read_text(encoding="utf-8"))
    check_run({**config, "results": results}, project)


@pytest.mark.parametrize("data", [b"a: 1\0", "имя: 1\n".encode("cp1251")])
def test_text_that_is_none_is_told_with_its_place(data, project):
    (project / INDICATORS).write_bytes(b"id\n" + data)
    assert any(p.file == INDICATORS and p.where.startswith("line 2") for p in told(project))


def test_a_key_twice_in_the_file_of_a_run_is_told_with_both_lines(project):
    (project / "run.yaml").write_text("seed: 1\nresults: results/x\nseed: 2\n")
    (problem,) = told(project, (DEFAULT, "run.yaml"))
    assert str(problem) == ("run.yaml, line 3, seed: found 'seed, as in line 1'; expected each key once")


def test_the_problems_of_all_files_are_told_at_once(project):
    edit(project, DEFAULT, "    - entropy\n", "    - entropyy\n")
    edit(project, VARIABLES, "population_begin,persons,0,,", "population_begin,persons,10,0,")
    edit(project, "config/parts/cohort.yaml", "until: 2035", "until: soon")
    edit(project, "config/parts/paper/claims.yaml", "reading: literal", "reading: litteral")
    edit(project, "config/parts/paper/graphs.yaml", "nodes:", "nodez:")
    edit(project, "config/words/en.yaml", "\n", "\nx: 1\nx: 2\n")
    assert {p.file for p in told(project)} == {
        DEFAULT,
        VARIABLES,
        "config/parts/cohort.yaml",
        "config/words/en.yaml",
        "config/parts/paper/claims.yaml",
        "config/parts/paper/graphs.yaml",
    }


#: Places of each kind that are tried in a file: the first with its key, at most so many.
TRIED = 2
FILES_OF_A_RUN = [DEFAULT, *filter(None, map(yaml.safe_load((ROOT / DEFAULT).read_text()).get, FILES))]
#: A source of one file, of several, and with a header of figures.
FILES_OF_A_RUN += [
    f"data/raw/{folder}/source.yaml" for folder in ("official/sdg_regions", "published/paper", "official/wages_regions")
]

FILES_OF_A_RUN += sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "config/study").glob("*"))

#: What may be so: kind, file, part of the path, and why.
DATA = "names of the data, which the first step that reads them compares"
OPEN = "nothing is a choice here"
OWN = "the name is what this file says: nothing else refers to it"
ALLOWED = (
    ("emptied", DEFAULT, "sensitivity.views", OPEN),
    ("name", "config/study/study.yaml", "title", OWN),
    ("name", "config/study/study.yaml", "languages", OPEN),
    ("emptied", "config/study/study.yaml", "", OPEN),
    ("name", "config/study/unit_sets.csv", "set", OWN),
    ("name", "config/study/variables.csv", "part_of", OWN),  # the name of a division
    ("name", "config/study/indices.csv", "block_types", OWN),  # the name of a type
    ("emptied", DEFAULT, "screening.currencies", OPEN),
    ("name", DEFAULT, "screening.currencies", "words of units of measure, whatever they are"),
    *(("name", "config/study/goalpost_sets.csv", c, OWN) for c in ("set", "source")),
    *(("name", "config/study/jumps.csv", c, OWN) for c in ("reason", "source")),
    *(("name", ".csv", c, OWN) for c in ("aliases", "comment", "why", "note", "unit")),
    ("emptied", "source.yaml", "ignore", OPEN),
    ("emptied", "source.yaml", "variable.", DATA),
    ("name", "source.yaml", "notes", "a sentence for readers"),
    ("emptied", "data/raw/publications.yaml", "feeds", OPEN),
    ("name", "config/study/catalogue.yaml", "inputs", OWN),
    ("name", "config/study/catalogue.yaml", "leaves", OWN),
    ("many", "config/parts/paper/claims.yaml", ".with.", DATA),
    ("emptied", "config/parts/paper/claims.yaml", ".with.", DATA),
    ("name", "config/parts/paper/claims.yaml", ".with.", DATA),
    ("emptied", "config/parts/cohort.yaml", "closed", OPEN),
    ("name", "config/parts/cohort.yaml", "closed", DATA),
    ("name", "config/parts/hypothesis.yaml", "prespecified.series", OWN),
    ("emptied", "config/parts/hypothesis.yaml", "denominators", OPEN),
)


def places(node, path=(), flow=False):
    """Every key and value of a tree of nodes: path, kind, node, whether in a flow."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, key.value)
            yield here, "key", key, bool(node.flow_style)
            yield from places(value, here, bool(node.flow_style))
    elif isinstance(node, yaml.SequenceNode):
        if node.value and node.flow_style:
            yield path, "list", node, flow
        for i, value in enumerate(node.value):
            yield (*path, i), "entry", value, flow
            yield from places(value, (*path, i), flow)
    elif node.tag.endswith((":int", ":float")):
        yield path, "number", node, flow


def mutations(text):
    """Name of a mutation, path, line, and the text with it."""
    seen = set()
    counts = {}
    for path, kind, node, flow in places(yaml.compose(text, yaml.CSafeLoader)):
        a, b = node.start_mark.index, node.end_mark.index
        changes = {}
        if kind == "key":
            after = ", " if flow else "\n" + " " * node.start_mark.column
            changes = {"twice": f"{text[a:b]}: 1{after}{text[a:b]}", "misspelt": f"{node.value}xq"}
        elif kind == "number":
            changes = {v: v for v in (".nan", ".inf", "-.inf", "many")}
        elif kind == "list":
            changes = {"emptied": "[]"}
        elif isinstance(node, yaml.ScalarNode) and node.tag.endswith(":str"):
            changes = {"name": f"{node.value}xq"}
        named = tuple(p for p in path if isinstance(p, str))[-1:]
        for name, new in changes.items():
            if (name, named) in seen or counts.get(name, 0) >= TRIED:
                continue
            seen.add((name, named))
            counts[name] = counts.get(name, 0) + 1
            yield name, path, node.start_mark.line + 1, text[:a] + new + text[b:]


def in_cells(text):
    """The same of a sheet: the first filled cell of each column, and its heading."""
    head, *rows = csv.reader(io.StringIO(text))
    for i, heading in enumerate(head):
        line, cell = next((n, row[i]) for n, row in [*enumerate(rows, 2), (2, {i: "1"})] if row[i])
        changes = [("misspelt", 1, f"{heading}xq")]
        number = re.fullmatch(r"-?[0-9.]+", cell)
        changes += [(v, line, v) for v in (".nan", ".inf", "many")] if number else [("name", line, f"{cell}xq")]
        for name, at, new in changes:
            changed = [list(row) for row in (head, *rows)]
            changed[at - 1][i] = new
            written = io.StringIO()
            csv.writer(written, lineterminator="\n").writerows(changed)
            yield name, (heading,), at, written.getvalue()


@pytest.fixture
def remembered(monkeypatch):
    """One file is changed at a time: what the others hold, and that they fit their schemas, is found once."""
    read, judge = strict.read_strict, schemas.schema_problems

    @cache
    def once(path, data):
        return read(path, lines=True)

    known = {}

    def judged(*given):
        key = pickle.dumps(given)
        if key not in known:
            known[key] = judge(*given)
        return list(known[key])

    put = {read: lambda path, *, lines=False: once(str(path), Path(path).read_bytes()), judge: judged}
    for module in list(sys.modules.values()):
        for name in ("read_strict", "schema_problems"):
            if (function := getattr(module, name, None)) in put:
                monkeypatch.setattr(module, name, put[function])


@pytest.mark.parametrize("file", FILES_OF_A_RUN)
def test_one_wrong_thing_in_a_file_is_refused_with_its_line(file, project, remembered):
    text = (project / file).read_text(encoding="utf-8")
    passed = []
    for name, path, line, changed in (in_cells if file.endswith(".csv") else mutations)(text):
        (project / file).write_text(changed, encoding="utf-8")
        content = yaml.safe_load((project / DEFAULT).read_text(encoding="utf-8"))
        where = ".".join(map(str, path))
        try:
            check_run(content, project)
        except InputError as error:
            at = [p for p in error.problems if p.where.startswith("line ")]
            if not at:
                passed.append((name, file, where, "no line: " + str(error.problems[0])[:150]))
        else:
            if not any(a[0] == name and file.endswith(a[1]) and a[2] in where for a in ALLOWED):
                passed.append((name, file, where, line))
    assert not passed, "\n".join(map(str, passed))


def test_one_wrong_key_hides_no_other_section(project):
    default = yaml.safe_load((project / DEFAULT).read_text(encoding="utf-8"))
    (project / "many.yaml").write_text(
        "draws: 3\nviews: config/examples/own_views.yaml\n"
        "input: {files: [no.csv], kind: official, language: ru, towns: config/parts/towns.yaml,\n"
        "  text: config/examples/text, source: {title: {en: a, ru: a, kk: a}, publisher: p,\n"
        "  licence: l}}\n",
        encoding="utf-8",
    )
    section = {**default["sensitivity"], "schemes": ["entropyy"], "views": ["nothing"]}
    found = {p.found for p in told(project, ("many.yaml",), sensitivity=section)}
    assert {"draws", "entropyy", "nothing", "no.csv"} <= found


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "expected"),
    [
        (
            "config/parts/cohort.yaml",
            "interval: [",
            "interval: [0.99, 0.5] # [",
            "interval",
            "the lower probability first",
        ),
        ("config/parts/mechanism.yaml", "figure: figure", "figure: fugure", "graph.figure", "did you mean this?"),
        ("config/study/comparisons.csv", ",population_regions,", ",population_region,", "from", "did you mean this?"),
        ("config/study/comparisons.csv", "id,left,", "id,lefft,", "lefft", "did you mean this?"),
        ("config/study/jumps.csv", "KZATY,", "KZATT,", "unit", "did you mean this?"),
        ("config/study/jumps.csv", ",open,", ",opened,", "verdict", "explained, implausible or open"),
        (
            "config/study/study.yaml",
            "index: potential_2022",
            "index: potential_202",
            "show.index",
            "did you mean this?",
        ),
        ("config/study/study.yaml", "marked: [KZKAR", "marked: [KZKARR", "marked.0", "did you mean this?"),
        ("config/study/town_register.yaml", "towns: monotowns", "towns: monotown", "towns", "did you mean this?"),
    ],
)
def test_parts_beyond_the_data_are_judged_at_the_door(project, file, old, new, where, expected):
    line = edit(project, file, old, new)
    assert any(
        p.file == file and p.where.startswith(f"line {line}, ") and where in p.where and expected in p.expected
        for p in told(project)
    )


def test_a_survey_is_judged_at_the_door(project):
    problems = told(project, survey="config/parts/survey/none.yaml")
    assert "survey" in {p.where.rpartition(", ")[2] for p in problems}


def test_a_rule_of_the_audit_that_names_nothing_is_told_with_its_line(project):
    line = edit(project, "config/parts/audit.yaml", "where: missing >", "where: mising >")
    (found,) = told(project)
    assert (found.file, found.where) == ("config/parts/audit.yaml", f"line {line}, rules.missing.where")
    assert (found.found, "'missing'" in found.expected) == ("mising", True)


def test_a_rule_of_the_audit_without_words_is_told(project):
    edit(project, "config/parts/audit.yaml", "\n  shift:\n", "\n  drift:\n")
    found = told(project)
    assert [p.where.rpartition(", ")[2] for p in found] == ["rules.drift"] * 2
    assert {"title", "says"} == {p.expected.split()[2] for p in found}
