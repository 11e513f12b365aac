"""What a piece of a page is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from monotown.base.labels import Labels


@dataclass(frozen=True)
class Given:
    """What a piece is made of, in one language.

    Attributes
    ----------
    frames
        Tables as the block's ``data`` names them.
    labels
        Words of the language.
    of
        The index, "" where none is named.
    page
        The page that the piece stands on, such as ``paper``.
    single
        Whether it stands in the single file: no scripts, no links to other pages.
    """

    frames: Mapping[str, pd.DataFrame]
    labels: Labels
    of: str
    page: str
    single: bool
