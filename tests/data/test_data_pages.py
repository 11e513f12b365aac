"""What `make data` makes of the sources: as it should be, and told when it is not."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monotown.base.parsing import MARKERS
from monotown.base.problems import InputError
from monotown.data.source_pages import field_type, resource, source_page, table_schema
from monotown.workflow import data_pages
from monotown.workflow.data_pages import PACKAGE, README, made_pages, main, stale

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "data/raw/official/hospitals_regions"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The data of the project, copied, with the working folder there."""
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("boundaries"))
    schemas = "workflow/schemas"
    shutil.copytree(ROOT / schemas, tmp_path / schemas)
    monkeypatch.chdir(tmp_path)
    main([])
    return tmp_path


def test_what_is_made_of_the_sources_is_up_to_date():
    assert list(stale(ROOT)) == [], "run make data"


def test_every_file_among_the_raw_ones_is_in_the_package_and_every_folder_has_its_page():
    raw = {p.relative_to(ROOT / "data").as_posix() for p in (ROOT / "data/raw").rglob("*.*")}
    raw = {p for p in raw if not p.endswith((".yaml", ".md"))}
    package = json.loads((ROOT / PACKAGE).read_text(encoding="utf-8"))
    assert {r["path"] for r in package["resources"]} == raw
    assert len({r["name"] for r in package["resources"]}) == len(raw)
    for entry in package["resources"]:
        assert entry.get("licenses") or "Terms: " in entry["description"]
    readme = (ROOT / README).read_text(encoding="utf-8")
    for page in (ROOT / "data/raw").rglob("SOURCE.md"):
        assert f"({page.relative_to(ROOT / 'data').as_posix()})" in readme


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("hospitals_regions.csv", "Казахстан,938", "Казахстан,939", {PACKAGE}),
        ("source.yaml", "Country and 16", "Country and 17", {PACKAGE, README, f"{FOLDER}/SOURCE.md"}),
        ("source.yaml", "care need not", "care may not", {f"{FOLDER}/SOURCE.md"}),
        ("SOURCE.md", "care need not", "care may not", {f"{FOLDER}/SOURCE.md"}),
        ("../../publications.yaml", "Hospital organisations, 2000", "Hospitals, 2000", {README}),
    ],
)
def test_a_changed_file_makes_stale_what_is_made_of_it_and_make_data_mends_it(file, old, new, told, project, capsys):
    assert main(["--check"]) == 0
    edit(project / FOLDER / file, old, new)
    assert set(stale()) == told
    capsys.readouterr()
    assert main(["--check"]) == 1
    assert set(capsys.readouterr().out.splitlines()) == {f"{name} is out of date: run make data" for name in told}
    assert set(stale()) == told
    assert main([]) == 0
    assert stale() == {}


def test_a_file_that_nothing_describes_and_a_type_of_no_column_are_told(project, capsys):
    (project / FOLDER / "more.csv").write_text("a\n1\n")
    edit(project / FOLDER / "source.yaml", "value: {", "types: {yeer: year}\nvalue: {")
    with pytest.raises(InputError) as stopped:
        made_pages()
    more, column = map(str, stopped.value.problems)
    assert more == (
        f"{FOLDER}/source.yaml, line 1, files: found 'more.csv'; expected a file that this source describes"
    )
    assert "types.yeer: found 'yeer'; expected a column of hospitals_regions.csv" in column
    assert main([]) == 1
    assert "more.csv" in capsys.readouterr().err


def test_a_readme_without_its_marks_is_told(project):
    edit(project / README, data_pages.SOURCES_MARK, "")
    with pytest.raises(InputError, match="table of sources"):
        made_pages()


ENTRY = {
    "unit": {"column": "code", "check": "name"},
    "year": {"column": "year"},
    "variable": {"column": ["what", "sex"]},
    "publication": {"column": "table"},
}
COLUMNS = "code,name,year,what,sex,table,value,note"


def types(*rows, **entry):
    schema = table_schema("\n".join([COLUMNS, *rows]) + "\n", {**ENTRY, **entry})
    return {f["name"]: f["type"] for f in schema["fields"]}, schema.get("missingValues")


def test_columns_that_name_something_are_text_and_the_others_what_their_cells_are():
    found, missing = types("1,2,2020,3,4,5,6.5,-", '7,8,2021,9,0,1,"-",')
    assert {c for c, t in found.items() if t != "string"} == {"year", "value"}
    assert (found["year"], found["value"]) == ("year", "number")
    assert missing == ["", "-"]


def test_what_the_source_says_of_a_type_goes_before_its_cells():
    assert types("1,2,2020,3,4,5,6,7", types={"value": "string"})[0]["value"] == "string"


NUMBERS = st.builds(
    lambda n, places, mark, group: f"{n:,.{places}f}".replace(",", group).replace(".", mark),
    st.integers(-(10**9), 10**9).map(lambda n: n / 1000),
    st.integers(0, 3),
    st.sampled_from(".,"),
    st.sampled_from(["", " ", "\xa0"]),
)


@given(st.lists(NUMBERS | st.sampled_from(["0012", "2020-01-02", "5)", "x1"]), min_size=1))
@example(["1 234", "12,5"])
@example(["2020-02-30"])
def test_a_type_is_one_that_every_cell_can_be_read_with(cells):
    """Reading is that of the Table Schema: group marks taken away, the decimal mark a point."""
    field = field_type(cells)
    for cell in cells:
        if field["type"] == "number":
            plain = cell.replace(field.get("groupChar", ""), "")
            assert field.get("decimalChar", ".") == "." or "." not in plain
            float(plain.replace(field.get("decimalChar", "."), "."))
        elif field["type"] == "integer":
            assert str(int(cell)) == cell or cell == "-0"
    if field["type"] == "string":
        assert (
            len({c for cell in cells for c in cell if c in " \xa0"}) > 1
            or len({c for cell in cells for c in cell if c in ".,"}) > 1
            or {"0012", "2020-01-02", "2020-02-30", "5)", "x1"} & set(cells)
        )


def test_the_types_of_the_shipped_files_hold_for_every_cell():
    """Read again by other code: what a reader of the package would do."""
    package = json.loads((ROOT / PACKAGE).read_text(encoding="utf-8"))
    for entry in package["resources"]:
        if "schema" not in entry:
            continue
        text = (ROOT / "data" / entry["path"]).read_text(encoding="utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text))
        fields, missing = entry["schema"]["fields"], entry["schema"].get("missingValues", [""])
        assert [f["name"] for f in fields] == header
        assert set(missing) <= set(MARKERS)
        for row in rows:
            for cell, field in zip(row, fields, strict=bool(row)):
                if cell in missing or field["type"] in ("string", "date"):
                    continue
                plain = cell.replace(field.get("groupChar", "\0"), "")
                plain = plain.replace(field.get("decimalChar", "."), ".")
                assert float(plain) is not None
                assert field["type"] == "number" or plain.lstrip("-").isdigit()


def test_terms_of_the_open_definition_have_their_name_and_others_are_told_in_words():
    entry = {"title": {"en": "T"}, "publisher": "P", "licence": "PDDL", "about": "a\nb", "copy": "c"}
    found = resource("a_b", "raw/a.shp", b"\0", {**entry, "url": "https://x"})
    assert found["licenses"][0]["name"] == "PDDL-1.0"
    assert (found["name"], found["description"], found["format"]) == ("a-b", "a b", "shp")
    assert found["sources"] == [{"title": "P (copy: c)", "path": "https://x"}]
    assert "schema" not in found
    told = resource("a", "raw/a.csv", b"a\n", {**entry, "licence": "ask the office"})
    assert "licenses" not in told
    assert told["description"].endswith("Terms: ask the office.")


def test_a_page_shows_of_each_file_only_what_differs_from_the_source():
    content = {"title": {"en": "T"}, "publisher": "P", "licence": "L", "about": "A.", "files": {}}
    files = [("a.csv", {**content, "about": "x"}), ("b.*", {**content, "licence": "M|N"})]
    page = source_page(content, files)
    assert "| file | what | terms |\n|---|---|---|\n| `a.csv` | x | L |\n| `b.*` | A. | M\\|N |" in page
    assert "publisher |\n" not in page.partition("| | |")[0]


def test_a_page_says_when_a_file_was_fetched():
    content = {"title": {"en": "T"}, "publisher": "P", "licence": "L", "about": "A.", "retrieved": "2026-01-31"}
    assert "| fetched on | 2026-01-31 |" in source_page(content, [("a.csv", content)])
    files = [("a.csv", {**content, "about": "x"}), ("b.csv", {**content, "retrieved": "2026-02-01"})]
    assert "| `b.csv` | A. | 2026-02-01 |" in source_page({**content, "files": {}}, files)
