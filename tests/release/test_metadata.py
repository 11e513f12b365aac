"""The version stands in pyproject.toml alone: what else tells it, and how to cite, follows from there."""

from __future__ import annotations

import doctest
import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
import release
import yaml

ROOT = Path(__file__).resolve().parents[2]

#: Of the Citation File Format 1.2.0, CC BY 4.0 (https://citation-file-format.github.io/1.2.0/schema.json).
SCHEMA = json.loads((Path(__file__).parent / "cff-1.2.0.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the files that tell the version."""
    for name in (release.PROJECT, release.CITATION, release.CODEMETA):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_tool_does_as_its_examples() -> None:
    assert doctest.testmod(release) == (0, 1)


def test_citation_and_codemeta_tell_the_version_of_the_project() -> None:
    assert release.stale() == [], "make version writes them again"


def test_another_version_makes_both_stale_until_they_are_written(project: Path) -> None:
    file = project / release.PROJECT
    text = re.sub(r'(?m)^version = ".*"$', 'version = "7.8.9"', file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    assert release.stale(project) == [release.CITATION, release.CODEMETA]
    for name, text in release.files(project):
        (project / name).write_text(text, encoding="utf-8")
    assert release.stale(project) == []
    assert yaml.safe_load((project / release.CITATION).read_text(encoding="utf-8"))["version"] == "7.8.9"
    assert json.loads((project / release.CODEMETA).read_text(encoding="utf-8"))["version"] == "7.8.9"


def test_the_citation_is_valid() -> None:
    citation = yaml.load((ROOT / release.CITATION).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    work = [{**entry, "year": int(entry["year"])} for entry in citation["references"]]
    jsonschema.Draft7Validator(SCHEMA).validate({**citation, "references": work})
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(SCHEMA).validate({**citation, "references": work, "version_of": "1"})
    assert [author["name"] for author in citation["authors"]] == ["The Monotown contributors"]


def test_no_other_file_of_the_project_types_the_version() -> None:
    """But for the changelog, which tells of all of them."""
    version = json.loads((ROOT / release.CODEMETA).read_text(encoding="utf-8"))["version"]
    typed = re.compile(rf"[Mm]onotown[ =@:-]+v?{re.escape(version)}(?![\d.])")
    places = [*ROOT.glob("*"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.yml")]
    places += [*(ROOT / "src").rglob("*.py"), *(ROOT / "config").rglob("*.yaml")]
    texts = {p: p.read_text(encoding="utf-8") for p in places if p.is_file() and p.name != "CHANGELOG.md"}
    assert [str(p) for p, text in texts.items() if typed.search(text)] == []
    assert typed.search(f"monotown-{version}-py3")
