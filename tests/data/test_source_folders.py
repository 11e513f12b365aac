"""A source is a folder: found without a list, described once, told of with its file and line."""

import random
import shutil
from pathlib import Path

import pytest
import yaml

from monotown.base.problems import InputError, Problem
from monotown.data.publications import publication_problems, table_problems
from monotown.workflow import read_yaml
from monotown.workflow.sources import load_sources, read_sources, source_files

ROOT = Path(__file__).resolve().parents[2]
RULES = read_yaml(ROOT / "workflow/schemas/source.schema.yaml")
WORDS = {"en": "Libraries", "ru": "Библиотеки", "kk": "Кітапханалар"}
LIBRARIES = {
    "title": WORDS,
    "publisher": "Office",
    "licence": "PDDL",
    "kind": "official",
    "about": "Libraries of regions. Made up.",
    "publication": {"id": "bns_series", "table": "x"},
    "columns": ["region", "year", "libraries"],
    "unit": {"column": "region", "names": "words", "level": "region"},
    "year": {"column": "year"},
    "variable": {"header": {"libraries": "libraries"}},
}


@pytest.fixture
def source(tmp_path):
    """Makes the folder of a source; gives its ``source.yaml``."""

    def made(path, content, *files):
        folder = tmp_path / path
        folder.mkdir(parents=True)
        for name in files:
            (folder / name).write_text("region,year,libraries\nAkmola Region,2022,7\n", "utf-8")
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / "source.yaml").write_text(text, "utf-8")
        return folder / "source.yaml"

    return made


def line_of(file, key):
    """Line of a key at the top of a file."""
    lines = file.read_text("utf-8").splitlines()
    return 1 + next(i for i, line in enumerate(lines) if line.startswith(f"{key}:"))


def told(root):
    with pytest.raises(InputError) as stopped:
        load_sources("raw", root, RULES)
    return [str(p) for p in stopped.value.problems]


def test_the_sources_of_the_project_are_valid_and_stand_in_the_folder_of_their_kind():
    sources = load_sources("data/raw", ROOT, RULES)
    assert len(sources.folders) == len(list((ROOT / "data/raw").rglob("source.yaml")))
    for entry in sources.entries.values():
        assert entry["file"].startswith(f"data/raw/{entry['kind']}/")
    for folder in sources.folders:
        if folder.file.startswith("data/raw/reference/"):
            assert not any("variable" in raw.entry for raw in folder.files(ROOT))


def test_a_folder_is_found_at_any_depth_and_a_list_of_files_is_read_as_well(source, tmp_path):
    source("raw/official/libraries", LIBRARIES, "libraries.csv")
    source("raw/own/culture/museums", LIBRARIES, "museums.csv")
    files = ["raw/official/libraries/source.yaml", "raw/own/culture/museums/source.yaml"]
    assert source_files("raw", tmp_path) == files
    assert list(read_sources("raw", tmp_path)) == ["libraries", "museums"]
    assert list(read_sources(files[1:], tmp_path)) == ["museums"]
    shutil.copytree(tmp_path / "raw/official", tmp_path / "raw/.kept/official")
    assert source_files("raw", tmp_path) == files


def test_the_order_in_which_sources_are_named_does_not_matter():
    files = source_files("data/raw", ROOT)
    mixed = random.Random(1).sample(files, len(files))
    assert list(read_sources(mixed, ROOT).items()) == list(read_sources(files, ROOT).items())


def test_files_of_a_source_share_what_they_do_not_say_themselves(source, tmp_path):
    shared = {k: LIBRARIES[k] for k in ("title", "publisher", "licence", "kind", "about")}
    own = {k: v for k, v in LIBRARIES.items() if k not in shared} | {"about": "a", "title": WORDS}
    files = {"big.csv": {**own, "licence": "CC BY 4.0"}, "small.csv": own, "map.*": {"about": "m"}}
    names = ("big.csv", "map.prj", "map.shp", "small.csv")
    source("raw/libraries", {**shared, "files": files}, *names)
    sources = load_sources("raw", tmp_path, RULES)
    assert {k: v["licence"] for k, v in sources.entries.items()} == {
        "libraries_big": "CC BY 4.0",
        "libraries_small": "PDDL",
    }
    (folder,) = sources.folders
    assert [raw.path for raw in folder.files(tmp_path)] == [
        f"raw/libraries/{name}" for name in ("big.csv", "small.csv", "map.prj", "map.shp")
    ]


def test_every_problem_names_its_file_and_line(source, tmp_path):
    libraries = source("raw/libraries", {**LIBRARIES, "licens": "PDDL"}, "libraries.csv")
    unit = {"column": "region"}
    museums = source("raw/museums", {**LIBRARIES, "unit": unit}, "museums.csv")
    source("raw/parks", {k: v for k, v in LIBRARIES.items() if k != "year"}, "parks.csv")
    source("raw/Цирки", LIBRARIES, "Цирки.csv")
    source("raw/theatres", LIBRARIES)
    source("raw/a/zoos", LIBRARIES, "zoos.csv")
    source("raw/b/zoos", LIBRARIES, "zoos.csv")
    source("raw/rinks", {k: v for k, v in LIBRARIES.items() if k != "kind"}, "rinks.csv")
    (tmp_path / "raw/cinemas").mkdir()
    (tmp_path / "raw/cinemas/source.yaml").write_text("title: a\ntitle: b\n", "utf-8")
    found = told(tmp_path)
    for start, words in (
        (f"raw/libraries/source.yaml, line {line_of(libraries, 'licens')}, licens: ", "'licence' (did you mean"),
        (f"raw/museums/source.yaml, line {line_of(museums, 'unit')}, unit: ", "with names and level"),
        ("raw/parks/source.yaml, line 1, year: found 'nothing'", "column, header, or value with stated"),
        ("raw/Цирки/source.yaml, line 1, title: found 'Цирки'", "letters a to z"),
        ("raw/theatres/source.yaml, line 1, file: found 'theatres.csv'", "a raw file that exists"),
        ("raw/b/zoos/source.yaml, line 1, title: found 'zoos'", "(see raw/a/zoos/source.yaml)"),
        ("raw/rinks/source.yaml, line 1, kind: found 'nothing'", "published, official or"),
        ("raw/cinemas/source.yaml, line 2, title: found 'title, as in line 1'", "each key once"),
    ):
        assert any(p.startswith(start) and words in p for p in found), (start, found)
    assert len(found) == 8


@pytest.mark.parametrize("key", ["title", "publisher", "licence", "about"])
def test_a_source_says_what_a_reader_needs_even_if_no_figure_of_it_is_read(key, source, tmp_path):
    kept = {k: LIBRARIES[k] for k in ("title", "publisher", "licence", "about") if k != key}
    source("raw/libraries", kept, "libraries.csv")
    (problem,) = told(tmp_path)
    assert f"{key}: found 'nothing'" in problem


def test_one_year_for_all_rows_says_where_the_source_states_it(source, tmp_path):
    file = source("raw/libraries", {**LIBRARIES, "year": {"value": 2022}}, "libraries.csv")
    (problem,) = told(tmp_path)
    assert f"line {line_of(file, 'year')}, year: found" in problem
    assert "stated" in problem


def test_what_is_checked_of_all_sources_together_is_told_in_the_file_of_each():
    sources = load_sources("data/raw", ROOT, RULES)

    def place(where):
        told = sources.located(Problem("source.yaml", where, "x", "y"))
        return told.file.removeprefix("data/raw/"), told.where

    lines = (ROOT / "data/raw/published/paper/source.yaml").read_text("utf-8").splitlines()
    at = 1 + next(i for i, line in enumerate(lines) if line.strip() == "table2.csv:")
    file, where = place("paper_table2.unit.value")
    assert file == "published/paper/source.yaml"
    line, _, key = where.partition(", ")
    assert key == "files.table2.csv.unit.value"
    assert lines[int(line.removeprefix("line ")) - 1].strip() == "unit: {value: ZHEZU}"
    assert int(line.removeprefix("line ")) > at
    assert place("rd_bulletin_2022_ages.publication.id")[0] == ("official/rd_bulletin_2022_ages/source.yaml")
    assert place("rd_bulletin_2022")[0] == "official/rd_bulletin_2022/source.yaml"
    elsewhere = Problem("config/study/variables.csv", "rd_bulletin_2022.x", "x", "y")
    assert sources.located(elsewhere) == elsewhere


def test_a_source_can_tell_its_publication_itself(source, tmp_path):
    told = {"title": "Yearbook", "areas": "region", "feeds": ["librarys"]}
    file = source("raw/libraries", {**LIBRARIES, "publication": told}, "libraries.csv")
    sources = load_sources("raw", tmp_path, RULES)
    (registry,) = sources.publications.values()
    assert (registry["title"], registry["tables"][0]["title"]) == ("Yearbook", "Libraries")
    files = {k: f"{k}.yaml" for k in ("publications", "indicators", "measures")}
    files["sources"] = "source.yaml"
    known = {"indicators": {"libraries": {}}}
    (found,) = publication_problems(sources.publications, sources.entries, known, {}, files)
    assert str(sources.located(found)) == (
        f"raw/libraries/source.yaml, line {line_of(file, 'publication') + 3}, publication.feeds: "
        "found 'librarys'; expected 'libraries' (did you mean this?), or one of: libraries"
    )
    text = (tmp_path / "raw/libraries/libraries.csv").read_text("utf-8")
    texts = {sources.entries["libraries"]["file"]: text}
    assert table_problems(sources.publications, sources.entries, texts, "p.yaml") == []


@pytest.mark.parametrize(
    "told", [{"id": "a"}, {"title": "a", "areas": "region"}, {"id": "a", "table": "1", "title": "b"}]
)
def test_a_publication_is_named_or_told_and_not_by_halves(told, source, tmp_path):
    source("raw/libraries", {**LIBRARIES, "publication": told}, "libraries.csv")
    with pytest.raises(InputError, match="publication: found"):
        load_sources("raw", tmp_path, RULES)
