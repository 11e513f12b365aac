"""Check of a study that stands alone: its indicators, formulas and trees against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from monotown.base.problems import InputError, Problem
from monotown.index.catalogue import Config, check_catalogue
from monotown.index.prepare import view_model
from monotown.index.weighting import Place, read_weighting, weigh_view
from monotown.study.standing import flat_scales, lacking_figures
from monotown.workflow.forms import is_book
from monotown.workflow.shapes import shapes_problems
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
        raise InputError([*map(study.located, error.problems), *flat, *shapes_problems(study)]) from None
    if wrong := [*flat, *_judged(study), *shapes_problems(study)]:
        raise InputError(wrong)


def _judged(study: StudyFiles) -> Iterator[Problem]:
    """What is wrong with experts' judgments: weights that they do not give, judgments that do not fit each other."""
    whole, nothing = study.complete, pd.DataFrame()
    for index, given in whole.judgments.items():
        view = whole.views[index]
        weighting = read_weighting(index, view, study.named("views"))
        assert weighting is not None
        model = view_model(index, view, whole.measures, study.named("views"))
        where, content = Place(study.named("views"), f"{index}.weights"), given.content(view["tree"])
        try:
            kind = str(view["kind"])
            weigh_view(model, weighting, np.empty((0, 0)), nothing, judgments=content, kind=kind, where=where)
        except InputError as error:
            yield from (study.judged(index, problem) for problem in error.problems)
