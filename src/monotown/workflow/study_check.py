"""Check of a study that stands alone: its indicators, formulas and trees against each other."""

from __future__ import annotations

from dataclasses import replace

from monotown.base.problems import InputError
from monotown.index.catalogue import Config, check_catalogue
from monotown.study.standing import flat_scales, lacking_figures
from monotown.workflow.forms import is_book
from monotown.workflow.study import StudyFiles

#: What is checked against each other, in the order of the arguments.
_PARTS = ("indicators", "measures", "views", "variables", "units")


def check_alone(study: StudyFiles) -> None:
    """Stop with every problem of a study that stands alone, each at its sheet.

    Raises
    ------
    InputError
        Names that nothing has, formulas and trees that cannot be computed.
    """
    if not len(study.study.figures):
        raise InputError([lacking_figures(study.folder, "data" if is_book(study.folder) else "")])
    flat = [study.located(replace(p, file=study.named("measures")), "low") for _, p in flat_scales(study.complete)]
    given = (Config(study.named(part), study.content(part), {}) for part in _PARTS)
    try:
        check_catalogue(*given, of_trees=True)
    except InputError as error:
        raise InputError([*map(study.located, error.problems), *flat]) from None
    if flat:
        raise InputError(flat)
