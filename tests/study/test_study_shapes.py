"""Shapes that a study brings: read by code or name, every problem at once, copied by the export."""

import json

import pytest
from study_support import frame, write
from words_support import LANGUAGES, texts

from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.data.shapes import SHAPES, shapes
from monotown.study.shapes import read_shapes
from monotown.workflow.door_words import GROUPS, in_words
from monotown.workflow.export import export_study
from monotown.workflow.shapes import shapes_file, shapes_problems, sources_of, spec_of
from monotown.workflow.study import StudyFiles
from monotown.workflow.study_check import check_alone

SHEETS = {
    "indicators": frame("id | direction\npay | 1\nair | -1"),
    "units": frame("code | name\na | Alpha\nb | Beta"),
    "data": frame("unit | pay | air\na | 1 | 5\nb | 2 | 3"),
}


def feature(name, x=0.0, **more):
    ring = [[x, 50], [x, 51], [x + 1, 51], [x + 1, 50], [x, 50]]
    return {"type": "Feature", "id": name, "geometry": {"type": "Polygon", "coordinates": [ring]}, **more}


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


@pytest.fixture
def study(tmp_path):
    """A folder of a study of two units; with the text of its shapes it is written and opened."""

    def made(text=None, name="shapes.geojson", form="study", about=""):
        path = tmp_path / (form if form == "study" else f"{form}.xlsx")
        write(SHEETS, path)
        if form == "study":
            (path / "study.yaml").write_text(f"title: Two\n{about}", encoding="utf-8")
        if text is not None:
            (path / name if form == "study" else path.with_suffix(".geojson")).write_text(text, encoding="utf-8")
        return StudyFiles({"study": path.name}, tmp_path)

    return made


SOUND = collection(feature("a"), feature("b", 1.0), credit="Nobody, CC0")


@pytest.mark.parametrize("form", ["study", "book"])
def test_a_study_brings_its_shapes(study, form, tmp_path, monkeypatch):
    files = study(SOUND, form=form)
    assert shapes_problems(files) == []
    monkeypatch.chdir(tmp_path)
    (source,) = sources_of(spec_of(files), files.content("units"))
    table = SHAPES.validate(shapes([source], files.content("units")))
    assert table["unit"].tolist() == ["a", "b"]
    assert table["credit"].unique().tolist() == ["Nobody, CC0"]
    # two squares of a degree at 50.5 north: a degree of longitude is shorter by its cosine
    assert table["height"].iloc[0] == pytest.approx(2000 / 2 / 0.636, rel=0.01)


def test_a_unit_is_known_by_its_code_or_a_name(study):
    units = study().content("units")
    named = feature(None, properties={"NAME": "beta"})
    found = read_shapes(collection(feature(None, properties={"code": "A"}), named), units, "s.geojson")
    assert (found.problems, list(found.polygons)) == ([], ["a", "b"])


def test_every_problem_is_told_at_once_in_every_language(study):
    wrong = [
        feature("c"),
        feature("a"),
        feature("a"),
        {"type": "Feature", "id": "b", "geometry": {"type": "Point", "coordinates": [0, 50]}},
        feature("b", 400.0),
        feature("b", geometry={"type": "Polygon", "coordinates": [[[0, 50], [1, 50], [1, 51]]]}),
        feature("b", geometry={"type": "Polygon", "coordinates": [[["x", 50], [1, 50], [1, 51], [0, 50]]]}),
    ]
    files = study(collection(*wrong))
    with pytest.raises(InputError) as stopped:
        check_alone(files)
    found = stopped.value.problems
    assert [(p.code, p.where) for p in found] == [
        ("shape_unit", "feature 1"),
        ("shape_twice", "feature 3"),
        ("shape_geometry", "feature 4 (b)"),
        ("shape_twice", "feature 5"),
        ("shape_degrees", "feature 5 (b)"),
        ("shape_twice", "feature 6"),
        ("shape_ring", "feature 6 (b)"),
        ("shape_twice", "feature 7"),
        ("shape_ring", "feature 7 (b)"),
    ]
    assert {p.file for p in found} == {"study/shapes.geojson"}
    for language in LANGUAGES:
        told = [in_words(p, Labels(language, texts(*GROUPS))) for p in found]
        assert all("[en]" not in t and "{" not in t for t in told)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"type": "Feature"}', '{"features": []}', "[" * 100_000])
def test_what_is_no_collection_is_said(study, text):
    assert [p.code for p in shapes_problems(study(text))] == ["shapes_form"]


@pytest.mark.parametrize(
    "odd", [None, 1, "x", [], {"type": "Feature"}, {"geometry": None}, {"geometry": {"type": "Polygon"}}]
)
def test_an_odd_feature_is_a_problem_and_no_error(study, odd):
    assert {p.code for p in shapes_problems(study(json.dumps({"features": [odd]})))} <= {
        *("shape_unit", "shape_geometry", "shape_ring")
    }


def test_a_file_that_is_named_and_not_there(study):
    (problem,) = shapes_problems(study(about="shapes: borders.geojson\n"))
    assert (problem.code, problem.found, problem.where) == ("shapes_file", "borders.geojson", "line 2, shapes")


def test_a_file_of_another_name(study):
    files = study(SOUND, name="borders.geojson", about="shapes: borders.geojson\n")
    assert (shapes_file(files), shapes_problems(files)) == ("study/borders.geojson", [])


def test_a_study_without_shapes_has_none(study):
    files = study()
    assert (shapes_file(files), spec_of(files), shapes_problems(files)) == ("", {}, [])


def test_the_export_copies_them(study, tmp_path):
    study(SOUND, name="borders.geojson", about="shapes: borders.geojson\n")
    export_study("study", tmp_path / "copy.xlsx", tmp_path)
    assert (tmp_path / "copy.geojson").read_text(encoding="utf-8") == SOUND
    export_study("copy.xlsx", tmp_path / "again", tmp_path)
    assert (tmp_path / "again" / "shapes.geojson").read_text(encoding="utf-8") == SOUND
    assert shapes_problems(StudyFiles({"study": "again"}, tmp_path)) == []


def test_the_export_of_wrong_shapes_stops(study, tmp_path):
    study(about="shapes: borders.geojson\n")
    with pytest.raises(InputError):
        export_study("study", tmp_path / "copy", tmp_path)
