"""The study of a run whose config chooses weights, normalisation, aggregation or floor of an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from monotown.index.choices import chosen_views
from monotown.study.read import Study
from monotown.study.standing import completed
from monotown.workflow.study import StudyFiles


class ChosenStudy(StudyFiles):
    """The files of a run's study, its indices as the section ``indices`` of the config chooses them.

    It knows the methods; what only reads a study takes `StudyFiles`, and does not run again after an edit
    of a file of methods.
    """

    def __init__(self, config: Mapping[str, Any], root: str | Path, kept: str | Path | None = None) -> None:
        super().__init__(config, root, kept)
        self.choices: Any = config.get("indices")

    @cached_property
    def complete(self) -> Study:
        """The study with what its sheets leave unsaid, and with the run's choices."""
        whole = completed(self.study)
        return replace(whole, views=self._chosen(whole.views)) if self.choices else whole

    def content(self, part: str) -> Any:
        """What the study, or a file of the run's own, says of a part, as the run chooses it."""
        content = super().content(part)
        return self._chosen(content) if part == "views" and part in self.own else content

    def told(self, part: str) -> Any:
        """The same with the words that the languages have for it."""
        content = super().told(part)
        return self._chosen(content) if part == "views" and part in self.own else content

    def _chosen(self, views: Any) -> Any:
        """Indices as the run chooses them; what is no mapping is left to the checks."""
        sound = isinstance(views, Mapping) and all(isinstance(v, Mapping) and "tree" in v for v in views.values())
        return chosen_views(views, self.choices) if sound and self.choices else views
