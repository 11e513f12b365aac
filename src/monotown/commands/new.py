"""``monotown new``: a workbook to fill, or a filled one that runs as it is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from monotown.base.labels import Labels
from monotown.commands.call import DEFAULT_STUDY
from monotown.commands.places import project
from monotown.commands.say import StopError, tell
from monotown.data.workbooks.fields import make_fields
from monotown.data.workbooks.study_book import study_pages
from monotown.data.workbooks.template import Page, template_pages
from monotown.workflow import labels_of, read_labels, read_yaml
from monotown.workflow.study import StudyFiles
from monotown.workflow.words import WORDS
from monotown.workflow.written_books import write_pages

#: Groups of words of the template.
_LABELS: Final = ("towns", "indicators")

#: Keys of the sheet ``about`` that a new workbook has.
_ABOUT: Final = ("study", "title", "publisher", "terms", "kind")


def new(file: Path, words: Labels, *, study: str | None = None, example: bool = False) -> int:
    """Write a workbook; one that is there is never written over.

    Parameters
    ----------
    file
        The workbook, in the format that its ending names: ``.xlsx``.
    words
        Words of the commands.
    study
        Name of a study whose indicators are measured; a study of one's own without it.
    example
        Whether it is filled with invented figures, and says so.
    """
    if file.exists():
        raise StopError(words("commands.exists", file=file))
    if file.suffix.lower() != ".xlsx":
        raise StopError(words("commands.xlsx_only", file=file))
    if study not in (None, DEFAULT_STUDY):
        raise StopError(words("commands.no_study", study=study, known=DEFAULT_STUDY))
    if study is None:
        made = labels_of(words.language, ["study"], project() / WORDS)
        write_pages(study_pages(made, example=example), file)
    else:
        write_pages(_pages(words, example), file)
    tell(words("commands.made_example" if example else "commands.made", file=file))
    return 0


def _pages(words: Labels, example: bool) -> list[Page]:
    root = project()
    config = read_yaml(root / "config" / "config.yaml")
    before = Path.cwd()
    os.chdir(root)
    try:
        files = StudyFiles(config, root)
        parts = {name: files.told(name) for name in ("units", "variables", "indicators", "measures")}
        towns = read_yaml(root / "config" / "parts" / "towns.yaml")
        fields = make_fields(parts["variables"], parts["indicators"], towns, parts["measures"])
        texts = read_labels(_LABELS)
    finally:
        os.chdir(before)
    chosen = parts["units"]["sets"][towns["example"]]
    pages = template_pages(fields, parts["indicators"], parts["units"], texts, chosen)
    return [_about(words, example), *(_filled(pages) if example else pages)]


def _filled(pages: Sequence[Page]) -> list[Page]:
    """The pages with the figures of the example in place of empty sheets of figures."""
    by_name = {page.name: page for page in pages}
    data = replace(by_name["example"], name="data", rows=by_name["example"].rows)
    return [data if page.name == "data" else page for page in pages if page.name not in ("survey", "example")]


def _about(words: Labels, example: bool) -> Page:
    """The sheet in which a workbook says what it is; the hint stands beside the cell to fill."""
    rows = [["key", "value", ""]]
    for key in _ABOUT:
        value = {"study": DEFAULT_STUDY, "kind": "synthetic" if example else "official"}.get(key, "")
        if example and words.has(told := f"commands.about.{key}.example"):
            value = words(told)
        rows.append([key, value, words(f"commands.about.{key}.hint")])
    return Page("about", rows, {0: "head"}, {}, [16, 60, 80], (1, 0))
