"""The numbers and names that the report's prose quotes, each with the result it is read from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from monotown.base.tables import as_written, join_kinds, score_decimals
from monotown.show.printed import source_ids
from monotown.show.prose import FACTS


class Facts:
    """Collects facts of one kind, source and origin at a time.

    Examples
    --------
    >>> facts = Facts()
    >>> facts.add("published", "paper", "claims.csv", "number:0", claims_total=93)
    >>> facts.table().loc[0, ["fact", "value", "kind"]].tolist()
    ['claims_total', '93', 'published']
    """

    def __init__(self) -> None:
        self._rows: list[dict[str, str]] = []

    def add(self, kind: str, source: str, derived_from: str, form: str, **values: Any) -> None:
        """Note facts that share a kind of data, a source, an origin and a form."""
        for name, value in values.items():
            self._rows.append(
                {
                    "fact": name,
                    "value": _text(value),
                    "form": form,
                    "kind": kind,
                    "source": source,
                    "derived_from": derived_from,
                }
            )

    def from_table(self, frame: pd.DataFrame, name: str) -> Callable[..., None]:
        """A function ``add(form, **values)`` for facts read from one table of the report.

        Parameters
        ----------
        frame
            The rows they rest on; give their kind of data and source.
        name
            Name of the table of the report, or path of another result within the results.
        """
        kinds, source = join_kinds(frame["kind"]), "; ".join(source_ids(frame))

        def add(form: str, **values: Any) -> None:
            path = name if "/" in name else f"tables/{name}.csv"
            self.add(kinds, source, path, form, **values)

        return add

    def table(self) -> pd.DataFrame:
        """Table `monotown.show.prose.FACTS`, sorted by name."""
        frame = pd.DataFrame(self._rows, columns=list(FACTS.columns)).sort_values("fact", kind="stable")
        return FACTS.validate(frame.reset_index(drop=True), lazy=True)


def score_form(scale: float, decimals: int = 1) -> str:
    """Form of a score as a fact, on the scale of its index.

    Examples
    --------
    >>> score_form(100), score_form(1)
    ('number:1', 'number:3')
    """
    return f"number:{score_decimals(scale, decimals)}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    number = as_written(float(value))
    if math.isnan(number):
        return ""
    return str(int(number)) if number.is_integer() else repr(number)


def join_facts(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Facts of all chapters in one table; a name that two chapters use is refused."""
    frame = pd.concat(list(parts), ignore_index=True).sort_values("fact", kind="stable", ignore_index=True)
    return FACTS.validate(frame, lazy=True)


def one(frame: pd.DataFrame, column: str, **where: Any) -> Any:
    """The one cell of a column in the one row that has the given values.

    Raises
    ------
    LookupError
        If no row or several rows match; the message says which values were asked for.
    """
    chosen = frame
    for name, value in where.items():
        chosen = chosen[chosen[name] == value]
    if len(chosen) != 1:
        asked = ", ".join(f"{k}={v}" for k, v in where.items())
        raise LookupError(f"{len(chosen)} rows with {asked}; expected one, for {column}")
    return chosen[column].iloc[0]


def ranking_facts(table: pd.DataFrame, prefix: str = "") -> Mapping[str, Any]:
    """First and last units of a table of `monotown.index.printed.scores_of_year`."""
    ranked = table[table["rank"].notna()].sort_values(["rank", "unit"])
    return {f"{prefix}top_unit": ranked["unit"].iloc[0], f"{prefix}last_unit": ranked["unit"].iloc[-1]}
