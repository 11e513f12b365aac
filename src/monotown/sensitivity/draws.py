"""Random weights around a model's own, the same for every number of draws, shards and cores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from monotown.base.arrays import Array
from monotown.base.problems import nearest
from monotown.base.streams import Stream
from monotown.index.model import IndexModel, Leaf, Node

#: Draws are made in blocks of this many. A block is always made whole, so a draw is the same
#: whether it is the last of a short run or one of ten million.
BLOCK: Final = 4096

LawName: TypeAlias = Literal["dirichlet", "simplex", "noise"]
LAWS: tuple[LawName, ...] = get_args(LawName)


@dataclass(frozen=True)
class Law:
    """How weights vary around a model's own.

    Attributes
    ----------
    name
        ``dirichlet``: in each node, the children's weights are Dirichlet with the node's own
        weights as mean, and a concentration that gives an equal weight the coefficient of
        variation `size`. ``simplex``: in each node, uniform over all weights that sum to 1, "all
        preferences" of SMAA; `size` is not used. ``noise``: each child's weight times a uniform
        number within 1 ± `size`, then normalised.
    size
        Coefficient of variation, or half-width as a share; above 0.
    concentration
        For ``dirichlet``: the concentration of every node, in place of that from `size`.

    Examples
    --------
    >>> Law("dirichlet", 0.25)
    Law(name='dirichlet', size=0.25, concentration=None)
    """

    name: LawName = "dirichlet"
    size: float = 0.25
    concentration: float | None = None

    def __post_init__(self) -> None:
        if self.name not in LAWS:
            raise ValueError(f"weights law: expected {nearest(self.name, LAWS)}")
        if self.name != "simplex" and not 0 < self.size < np.inf:
            raise ValueError(f"the size of {self.name} noise is above 0, not {self.size}")
        if self.name == "noise" and self.size >= 1:
            raise ValueError(f"noise of ±{self.size:g} would allow negative weights; take below 1")
        if self.concentration is not None and not 0 < self.concentration < np.inf:
            raise ValueError(f"a concentration is above 0, not {self.concentration}")


def concentration(weight: float, cv: float) -> float:
    """Dirichlet concentration at which a weight has a given coefficient of variation.

    From ``Var(w) = w (1 - w) / (kappa + 1)``: ``kappa = (1 - w) / (w cv^2) - 1``.

    Parameters
    ----------
    weight
        Mean weight, above 0 and below 1.
    cv
        Standard deviation over mean, above 0 and below ``sqrt((1 - w) / w)``, its value at
        concentration 0.

    Examples
    --------
    >>> concentration(0.25, 0.25)
    47.0
    """
    if not 0 < weight < 1:
        raise ValueError(f"a weight that varies lies between 0 and 1, not {weight}")
    kappa = (1 - weight) / (weight * cv**2) - 1 if cv > 0 else -1.0
    if not kappa > 0:
        limit = ((1 - weight) / weight) ** 0.5
        raise ValueError(f"a weight of {weight:g} has a coefficient of variation between 0 and {limit:g}, not {cv:g}")
    return kappa


@dataclass(frozen=True)
class WeightDraws:
    """Weights of a model's leaves under a law, block by block.

    Attributes
    ----------
    model
        The model whose weights are the centre.
    law
        How they vary.
    stream
        Where the random numbers come from.

    Examples
    --------
    >>> from monotown.index.model import Leaf, Node
    >>> model = IndexModel(Node("index", (Leaf("a"), Leaf("b"))))
    >>> weights = WeightDraws(model, Law("dirichlet", 0.25), Stream(1, "example")).block(0)
    >>> weights.shape, bool(np.allclose(weights.sum(axis=1), 1))
    ((4096, 2), True)
    """

    model: IndexModel
    law: Law
    stream: Stream

    def block(self, number: int, centres: Array | None = None) -> Array:
        """Weights of one block, shape (BLOCK, leaves); each row sums to 1.

        Parameters
        ----------
        number
            The block.
        centres
            Shape (BLOCK, leaves): the weights that each draw varies around, in place of the
            model's own. A draw then depends on the centres of the draws before it in the block.
        """
        generator = self.stream.generator(number)
        local, sizes = self._local(centres)
        size = (BLOCK, local.shape[-1])
        if self.law.name == "simplex":
            raw = generator.standard_exponential(size) * (local > 0)
        elif self.law.name == "noise":
            raw = local * (1 + self.law.size * (2 * generator.random(size) - 1))
        else:
            raw = generator.standard_gamma(local * sizes, size)
        return self._joined(raw)

    @property
    def columns(self) -> int:
        """Numbers that one draw takes: one for each node and leaf below the root."""
        return sum(len(g.weights) for g in _groups(self.model)[0])

    def from_uniforms(self, u: Array, centres: Array | None = None) -> Array:
        """Weights by inversion: the same law from uniform numbers, for designs that need them.

        Parameters
        ----------
        u
            Shape (draws, `columns`), in [0, 1).
        centres
            Shape (draws, leaves), as in `block`.

        Returns
        -------
        ndarray
            Shape (draws, leaves); each row sums to 1.

        Examples
        --------
        >>> from monotown.index.model import Leaf, Node
        >>> model = IndexModel(Node("index", (Leaf("a"), Leaf("b"))))
        >>> draws = WeightDraws(model, Law("dirichlet", 0.25), Stream(1, "example"))
        >>> draws.from_uniforms(np.array([[0.5, 0.5], [0.9, 0.1]])).round(2).tolist()
        [[0.5, 0.5], [0.72, 0.28]]
        """
        local, sizes = self._local(centres)
        if self.law.name == "simplex":
            raw = -np.log1p(-u) * (local > 0)
        elif self.law.name == "noise":
            raw = local * (1 + self.law.size * (2 * u - 1))
        else:
            from scipy.special import gammaincinv  # seldom needed, and slow to load

            raw = np.where(local > 0, gammaincinv(np.maximum(local * sizes, 1e-300), u), 0.0)
        return self._joined(raw)

    def _local(self, centres: Array | None) -> tuple[Array, Array]:
        """Weight of each child in its node, and the concentration of the node."""
        groups = _groups(self.model)[0]
        if centres is None:
            local = np.concatenate([g.weights for g in groups])
        else:
            local = np.concatenate([_shares(centres, g) for g in groups], axis=1)
        sizes = [len(g.weights) for g in groups]
        if self.law.name != "dirichlet":
            return local, np.ones(sum(sizes))
        return local, np.repeat([self._kappa(n) for n in sizes], sizes)

    def _joined(self, raw: Array) -> Array:
        """Leaf weights from numbers that share out each node."""
        groups, columns = _groups(self.model)
        starts = np.cumsum([0] + [len(g.weights) for g in groups[:-1]])
        totals = np.add.reduceat(raw, starts, axis=1)
        if not (totals > 0).all():
            raise ValueError(f"a concentration of {self.law.concentration} is too small to draw from")
        for group, start, total in zip(groups, starts, totals.T, strict=True):
            part = raw[:, start : start + len(group.weights)]
            part /= total[:, None]
            if group.parent >= 0:
                part *= raw[:, [group.parent]]
        return np.ascontiguousarray(raw[:, columns])

    def _kappa(self, children: int) -> float:
        if self.law.concentration is not None:
            return self.law.concentration
        return concentration(1 / children, self.law.size) if children > 1 else 1.0


@dataclass(frozen=True)
class _Group:
    """The children of one node among the columns of a block."""

    weights: Array
    parent: int  # the node's own column, -1 for the root
    below: tuple[tuple[int, ...], ...]  # numbers of the leaves below each child


def _shares(centres: Array, group: _Group) -> Array:
    """Weight of each child in its node, shape (draws, children), from weights of the leaves."""
    sums = np.stack([centres[:, list(b)].sum(axis=1) for b in group.below], axis=1)
    total = sums.sum(axis=1, keepdims=True)
    # a node without weight has none to hand on; any shares will do inside
    return np.where(total > 0, sums / np.where(total > 0, total, 1.0), 1 / len(group.below))


def _groups(model: IndexModel) -> tuple[list[_Group], list[int]]:
    """Nodes, each before its children, and the column of each leaf."""
    groups: list[_Group] = []
    leaves: dict[str, int] = {}
    waiting: list[tuple[Node, int]] = [(model.tree, -1)]
    column = 0
    place = {m: i for i, m in enumerate(model.measures)}

    def below(node: Node | Leaf) -> tuple[int, ...]:
        if isinstance(node, Leaf):
            return (place[node.measure],)
        return tuple(i for c in node.children for i in below(c))

    while waiting:
        node, parent = waiting.pop(0)
        weights = np.array([c.weight for c in node.children], dtype=np.float64)
        groups.append(_Group(weights / weights.sum(), parent, tuple(map(below, node.children))))
        for child in node.children:
            if isinstance(child, Leaf):
                leaves[child.measure] = column
            else:
                waiting.append((child, column))
            column += 1
    return groups, [leaves[m] for m in model.measures]


def blocks(draws: int, shard: int = 0, shards: int = 1) -> Iterator[tuple[int, int]]:
    """Blocks of one shard, each with the number of its draws that count.

    Shards take whole blocks, one after the other, so that any number of shards makes the same
    draws.

    Parameters
    ----------
    draws
        Number of draws of the whole run, at least 1.
    shard, shards
        This shard's number from 0, and how many there are.

    Yields
    ------
    block : int
    used : int
        ``BLOCK``, or fewer in the last block of the run.

    Examples
    --------
    >>> list(blocks(10_000))
    [(0, 4096), (1, 4096), (2, 1808)]
    >>> list(blocks(10_000, shard=1, shards=2))
    [(2, 1808)]
    """
    if draws < 1 or not 0 <= shard < shards:
        raise ValueError(f"no shard {shard} of {shards} with {draws} draws")
    total = -(-draws // BLOCK)
    each = -(-total // shards)
    for block in range(shard * each, min((shard + 1) * each, total)):
        yield block, min(BLOCK, draws - block * BLOCK)


def shard_size(draws: int, shard: int = 0, shards: int = 1) -> int:
    """Number of draws of one shard.

    Examples
    --------
    >>> [shard_size(10_000, s, 2) for s in (0, 1)]
    [8192, 1808]
    """
    return sum(used for _, used in blocks(draws, shard, shards))
