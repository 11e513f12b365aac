"""The tables of a run as its trace reads them: each when it is asked for, once, every cell as its text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

import pandas as pd

from monotown.report.trace.step import Cell, number

#: Columns that tell the rows of a table apart, the most telling first; others follow where these do not.
KEYS = (
    *("view", "unit", "year", "node", "measure", "variable", "input", "fact", "id", "indicator", "analysis", "scheme"),
    *("method", "reading", "from_year", "to_year", "block", "rival", "other", "scenario", "assumption", "source"),
)


class Typed(dict[str, pd.DataFrame]):
    """Tables whose columns of numbers are numbers, each read when it is asked for."""

    def __init__(self, read: Callable[[str], pd.DataFrame]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, path: str) -> pd.DataFrame:
        self[path] = self._read(path)
        return self[path]


class Tables:
    """Tables of a folder of results.

    Parameters
    ----------
    read
        Path within the results to the table, every cell a text, empty ones "".
    typed
        The same with columns of numbers as numbers.
    paths
        Every table there is.
    """

    def __init__(
        self, read: Callable[[str], pd.DataFrame], typed: Callable[[str], pd.DataFrame], paths: Collection[str]
    ) -> None:
        self._read, self.typed, self.paths = read, Typed(typed), set(paths)
        self._known: dict[str, pd.DataFrame] = {}

    def __contains__(self, path: str) -> bool:
        return path in self.paths

    def __call__(self, path: str) -> pd.DataFrame:
        """A table; one that is not there has no rows and no columns."""
        if path not in self._known:
            self._known[path] = self._read(path) if path in self.paths else pd.DataFrame()
        return self._known[path]

    def numbers(self, path: str, columns: Sequence[str]) -> pd.DataFrame:
        """A table with some columns as numbers, and the year as a whole one."""
        frame = self(path)
        found = {c: frame[c].map(number).astype("float64") for c in columns if c in frame}
        years = {"year": frame["year"].astype("int64")} if "year" in frame else {}
        return frame.assign(**found, **years)

    @cached_property
    def views(self) -> list[str]:
        """Indices of the run."""
        parts = [path.split("/") for path in sorted(self.paths)]
        return [p[1] for p in parts if len(p) == 3 and p[0] == "index" and p[2] == "scores.csv"]

    @cached_property
    def sources(self) -> Mapping[str, tuple[str, str]]:
        """Source to the path of its file and its digest."""
        table = self("clean/sources.csv")
        rows = [] if table.empty else table[["id", "file", "sha256"]].to_numpy().tolist()
        return {str(name): (str(file), str(digest)) for name, file, digest in rows}

    def cell_of(self, file: str, source: str) -> Cell:
        """A raw file of a name as one of some sources (parted by ``;``) has it."""
        named = [self.sources[s] for part in source.split(";") if (s := part.strip()) in self.sources]
        for path, digest in [*named, *self.sources.values()]:
            if path.rpartition("/")[2] == file.rpartition("/")[2]:
                return Cell(file, path, sha256=digest)
        return Cell(file)


def row_key(frame: pd.DataFrame, place: int) -> dict[str, str]:
    """Columns and their values that tell a row of a table from all others; its line where none do.

    Examples
    --------
    >>> frame = pd.DataFrame({"unit": ["a", "a", "b"], "year": ["1", "2", "1"], "x": ["7", "8", "9"]})
    >>> row_key(frame, 1), row_key(frame[["x"]], 1)
    ({'unit': 'a', 'year': '2'}, {'line': '3'})
    """
    left, key = frame, {}
    for name in [c for c in KEYS if c in frame]:
        if (left[name] != left[name].iloc[0]).any():
            key[name] = str(frame[name].iloc[place])
            left = left[left[name] == key[name]]
    return key if len(left) == 1 and key else {"line": str(place + 2)}


def row_id(path: str, key: Mapping[str, str], column: str) -> str:
    """The id of a cell of a table of results.

    Examples
    --------
    >>> row_id("index/v/scores.csv", {"unit": "a"}, "score")
    'index/v/scores.csv:unit=a:score'
    """
    return ":".join([path, *(f"{k}={v}" for k, v in key.items()), column])
