"""Where the shapes of a study stand, and the files of them read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from monotown.base.problems import InputError, Problem, Problems
from monotown.data.shapefile import codes, polygons
from monotown.data.shapes import Point, Source, albers, plain_of
from monotown.study.faults import problem
from monotown.study.shapes import Shapes, read_shapes
from monotown.workflow.forms import is_book
from monotown.workflow.strict import text_of
from monotown.workflow.study import StudyFiles

#: File of the shapes of a folder of a study; beside a workbook stands one of the workbook's name.
SHAPES: Final = "shapes.geojson"

#: Key of what a study says of itself that names another file.
KEY: Final = "shapes"


def shapes_of_copy(study: str | Path) -> Path:
    """Where the shapes of a study stand that names no file: in its folder, or beside its workbook."""
    return Path(study).with_suffix(".geojson") if is_book(study) else Path(study, SHAPES)


def shapes_file(study: StudyFiles) -> str:
    """File of the shapes that a study brings: the one that it names, else that of its own name; "" where none is."""
    own = shapes_of_copy(study.folder)
    folder = own.parent
    named = study.about.get(KEY)
    if named:
        return (folder / str(named)).as_posix()
    return own.as_posix() if (study.root / own).is_file() else ""


def spec_of(study: StudyFiles) -> dict[str, Any]:
    """What the step of the shapes reads: the study's own file, else what ``shapes.yaml`` says; empty without both."""
    own = shapes_file(study)
    if own:
        return {"file": own}
    return dict(study.study.beside.get(KEY, {}))


def files_of(spec: Mapping[str, Any]) -> list[str]:
    """Files that the shapes of a spec are read from, those beside a shapefile too."""
    if "file" in spec:
        return [str(spec["file"])]
    named = [str(entry["file"]) for entry in spec.get("borders", {}).values()]
    return [file for shp in named for file in (shp, str(Path(shp).with_suffix(".dbf").as_posix()))]


def sources_of(spec: Mapping[str, Any], units: Mapping[str, Any]) -> list[Source]:
    """The sets of borders of a spec, read.

    Parameters
    ----------
    spec
        As `spec_of` gives it.
    units
        The units of the study, with their ``sets``.

    Raises
    ------
    InputError
        Every file that is no whole one of polygons.
    """
    if "file" in spec:
        own = _read(str(spec["file"]), Path(), units)
        if own.problems:
            raise InputError(own.problems)
        return [Source("", own.polygons, list(own.polygons), plain_of(own.polygons), own.credit)]
    found, problems = [], Problems()
    for name, entry in spec.get("borders", {}).items():
        shp, lines = Path(entry["file"]), spec["projection"]
        try:
            rings = _borders(shp, spec)
        except ValueError as error:
            problems.add(
                str(entry["file"]), "file", error, "polygons in degrees, with a row of the table (.dbf) for each"
            )
            continue
        project = albers(lines["meridian"], (lines["south"], lines["north"]))
        wanted = [unit for unit in units["sets"].get(entry["units"], ()) if unit in units]
        found.append(Source(str(name), rings, wanted, project, spec["credit"]))
    problems.stop()
    return found


def _borders(shp: Path, spec: Mapping[str, Any]) -> dict[str, list[list[Point]]]:
    """Code of a unit to the rings of its polygon in a shapefile."""
    given = codes(shp.with_suffix(".dbf").read_bytes(), spec["code"])
    rings = list(polygons(shp.read_bytes()))
    if len(given) != len(rings):
        raise ValueError(f"{len(rings)} polygons, {len(given)} rows")
    for x, y in (point for polygon in rings for ring in polygon for point in ring):
        if abs(x) > 360 or abs(y) > 90:
            raise ValueError(f"a point at {x:g}, {y:g}")
    named = [spec.get("codes", {}).get(code, code.replace("-", "")) for code in given]
    return dict(zip(named, rings, strict=True))


def shapes_problems(study: StudyFiles) -> list[Problem]:
    """What is wrong with the shapes that a study brings."""
    file = shapes_file(study)
    if not file:
        return []
    if not (study.root / file).is_file():
        about = study.folder if is_book(study.folder) else f"{study.folder}/study.yaml"
        return [study.in_about(problem("shapes_file", about, KEY, study.about.get(KEY, "")))]
    try:
        return _read(file, study.root, study.content("units")).problems
    except InputError as error:
        return list(error.problems)


def _read(file: str, root: Path, units: Mapping[str, Any]) -> Shapes:
    return read_shapes(text_of((root / file).read_bytes(), file), units, file)
