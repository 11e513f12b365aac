"""From each figure and table of the page back to the rule that makes it and its data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from monotown.base.tables import join_kinds
from monotown.show.page import exhibits
from monotown.show.printed import source_ids


def origins(
    content: Iterable[Mapping[str, Any]], tables: Mapping[str, pd.DataFrame], makers: Mapping[str, str]
) -> pd.DataFrame:
    """Rule, data and kind of data of each figure and table, in the order of the page.

    Parameters
    ----------
    content
        Contents of the prose files, in the order of the page.
    tables
        Name to the table; a table of the page that is not among them is left out.
    makers
        ``figure <name>`` or ``table <name>`` to the name of the rule that makes it.

    Returns
    -------
    pandas.DataFrame
        ``output, rule, data, kind``.
    """
    rows = []
    for chapter in content:
        for section in chapter.get("sections", []):
            for _, kind, block in exhibits(section["blocks"], ""):
                data = block["data"] if kind == "figure" else block[kind]
                if data in tables:
                    frame, output = tables[data], f"{kind} {block[kind]}"
                    sources = "; ".join(source_ids(frame))
                    rows.append((output, makers[output], sources, join_kinds(frame["kind"])))
    return pd.DataFrame(rows, columns=["output", "rule", "data", "kind"])
