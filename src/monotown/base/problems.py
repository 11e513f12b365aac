"""Problems found in input: gathered, not raised one by one, so a reader mends all at once."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

#: Problems of one kind in a sheet, and names, that are listed; the rest are counted.
LISTED: Final = 100

#: What is found where there is nothing.
NOTHING: Final = "nothing"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with one input.

    Attributes
    ----------
    file
        Path as the reader knows it, relative to the project.
    where
        Sheet and cell, line, or key: ``"line 12, column year"``, ``"views.panel.years"``.
    found
        The value found, as printed in the file.
    expected
        What was expected instead, in words.
    code
        What kind of problem it is, where it has a sentence of its own.
    remedy
        What to do about it.
    sheet, cell
        Its place in a workbook: ``B7``.
    values
        What the words of its code name: pairs of a field and its text.
    """

    file: str
    where: str
    found: str
    expected: str
    code: str = field(default="", repr=False)
    remedy: str = field(default="", repr=False)
    sheet: str = field(default="", repr=False)
    cell: str = field(default="", repr=False)
    values: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        told = f"{self.file}, {self.where}: found {self.found!r}; expected {self.expected}"
        return f"{told}. {self.remedy}" if self.remedy else told


def counted(n: int) -> str:
    """What is found in the place of n more problems of a kind that are not listed.

    Examples
    --------
    >>> counted(999_900)
    '… (+999900)'
    """
    return f"… (+{n})"


def counts(problem: Problem) -> bool:
    """Whether a problem says how many more of its kind there are."""
    return problem.found.startswith("… (+")


class InputError(ValueError):
    """Every problem of an input in one message.

    Parameters
    ----------
    problems
        At least one problem; kept in the order given, without repeats.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(problems))
        if not self.problems:
            raise ValueError("InputError needs at least one problem")
        n = len(self.problems)
        head = f"{n} problem{'s' if n > 1 else ''} in the input:"
        super().__init__("\n".join([head, *(f"  {i}. {p}" for i, p in enumerate(self.problems, 1))]))


class Problems:
    """A list of problems that raises them together.

    Examples
    --------
    >>> found = Problems()
    >>> found.add("data.csv", "line 2, column value", "abc", "a number")
    >>> len(found)
    1
    >>> found.stop()
    Traceback (most recent call last):
    ...
    monotown.base.problems.InputError: 1 problem in the input:
      1. data.csv, line 2, column value: found 'abc'; expected a number
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def __len__(self) -> int:
        return len(self._problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._problems)

    def add(self, file: str, where: str, found: object, expected: str) -> None:
        """Note one problem."""
        self._problems.append(Problem(file, where, str(found), expected))

    def one_of(self, file: str, where: str, name: object, valid: Collection[str]) -> bool:
        """Whether a name is among those valid; one that is not is noted, with the nearest.

        Examples
        --------
        >>> found = Problems()
        >>> found.one_of("a.yaml", "node", "wieght", ["weight", "children"]), len(found)
        (False, 1)
        """
        if name in valid:
            return True
        self.add(file, where, name, nearest(str(name), [str(v) for v in valid]))
        return False

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note several problems."""
        self._problems.extend(problems)

    def stop(self) -> None:
        """Raise `InputError` with every problem noted, or return when there is none."""
        if self._problems:
            raise InputError(self._problems)


def nearest(name: str, valid: Sequence[str]) -> str:
    """Words that name the valid names, the nearest first when one is near.

    Parameters
    ----------
    name
        The unknown name.
    valid
        The names allowed.

    Examples
    --------
    >>> nearest("wieght", ["weight", "children"])
    "'weight' (did you mean this?), or one of: children, weight"
    """
    names = sorted(valid)
    listed = "one of: " + ", ".join(names[:LISTED]) + (f" … (+{len(names) - LISTED})" if len(names) > LISTED else "")
    close = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.6)
    return f"{close[0]!r} (did you mean this?), or {listed}" if close else listed
