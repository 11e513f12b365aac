"""What a piece of a page is given, and every piece by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

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


#: Name of a piece to what fills its template, ``<name>.html.j2``. What it gives under ``files`` is written beside the
#: pages, by the path from there.
PIECES: Final[Mapping[str, Callable[[Given], dict[str, Any]]]] = {}
