"""Random numbers by seed and name: what one thing draws does not depend on what else is drawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np


@dataclass(frozen=True)
class Stream:
    """A named source of random numbers that can start at any block.

    The generator is Philox (Salmon et al. 2011), which is counter-based: the key comes from the
    seed and the name by SHA-256, the counter from the block, so no block depends on another. A name
    says what the numbers are for (a view, a course, a region), never its place in a list or the
    length of its name: what is added, renamed or moved changes the numbers of nothing else.

    Attributes
    ----------
    seed
        The run's seed, 0 or more.
    name
        What the numbers are for, for instance the view: other names give independent numbers.

    Examples
    --------
    >>> stream = Stream(1, "potential")
    >>> bool(stream.generator(7).random() == stream.generator(7).random())
    True
    """

    seed: int
    name: str

    @classmethod
    def of(cls, seed: int, *names: object) -> Stream:
        """The stream of several names, for instance a stage, a model and a course.

        No two lists of names give the same stream.

        Examples
        --------
        >>> Stream.of(1, "cohort", "a/b", 2024).name
        'cohort/a%2Fb/2024'
        """
        return cls(seed, "/".join(quote(str(name), safe="") for name in names))

    def generator(self, block: int = 0) -> np.random.Generator:
        """The generator of one block, at its start."""
        digest = hashlib.sha256(f"{self.seed}/{self.name}".encode()).digest()
        key = np.frombuffer(digest[:16], dtype="<u8")
        return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, block, 0]))
