"""Pieces of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from monotown.base.labels import Labels


@dataclass(frozen=True)
class Given:
    """What a piece is made of, in one language."""

    frames: Mapping[str, pd.DataFrame]
    labels: Labels
    of: str
    page: str
    single: bool
