"""A study written in its other form, with the shapes that it brings."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from monotown.base.problems import InputError, Problem
from monotown.study.read import Study
from monotown.workflow.forms import SUFFIXES, is_book
from monotown.workflow.shapes import KEY, shapes_file, shapes_of_copy, shapes_problems
from monotown.workflow.study import StudyFiles, write_book, write_folder


def export_study(source: str | Path, target: str | Path, root: str | Path = ".") -> Study:
    """Write a study in its other form: a workbook where the target ends as one, else a folder.

    The words that the study takes from other files, and what it extends, stand in its sheets then.

    Raises
    ------
    InputError
        Whatever is wrong with the study; a target that is not empty.
    """
    files = StudyFiles({"study": str(source)}, root)
    study, shapes = files.whole, shapes_file(files)
    study = replace(study, about={k: v for k, v in study.about.items() if k != KEY}) if shapes else study
    out = Path(target)
    if out.suffix.lower() in SUFFIXES and out.suffix.lower() != ".xlsx":
        raise InputError([Problem(str(target), "file", out.suffix, "a name that ends in .xlsx, or a folder")])
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise InputError([Problem(str(target), "file", out.name, "a name that nothing has, or an empty folder")])
    if wrong := shapes_problems(files):
        raise InputError(wrong)
    (write_book if is_book(out) else write_folder)(study, out)
    if shapes:
        shutil.copyfile(Path(root, shapes), shapes_of_copy(out))
    return study
