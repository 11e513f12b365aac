"""Connectivity and betweenness of the paper's chart of the centre, with and without the centre."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, shortest_path

from monotown.show.graphs import Graph


def network(graph: Graph) -> pd.DataFrame:
    """A figure as a directed graph: whether an arrow leads from the node of a row to that of a column.

    An arrow with two heads is two arrows. A frame has an arrow to each of its members, since what
    reaches the frame reaches what it consists of.
    """
    nodes = [n.id for n in graph.nodes]
    found = pd.DataFrame(False, index=nodes, columns=nodes)
    for edge in graph.edges:
        found.loc[edge.source, edge.target] = True
        if edge.both:
            found.loc[edge.target, edge.source] = True
    for node in graph.nodes:
        if node.within:
            found.loc[node.within, node.id] = True
    return found


def betweenness(arrows: NDArray[np.bool_], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of shortest paths that pass through each node, of all pairs of others.

    Parameters
    ----------
    arrows, steps
        Whether an arrow leads from the node of a row to that of a column, and the least number of arrows on a path;
        infinite where there is none.

    Returns
    -------
    array
        Of each node, 0 to 1; 0 of all where there are fewer than three.

    Notes
    -----
    Freeman, L. C. (1977), A set of measures of centrality based on betweenness, Sociometry 40. A shortest path from s
    to t passes v where steps(s, v) + steps(v, t) = steps(s, t); the number of such paths is that from s to v times
    that from v to t.

    Examples
    --------
    >>> betweenness(np.eye(3, k=1, dtype=bool), np.array([[0, 1, 2], [np.inf, 0, 1], [np.inf, np.inf, 0]]))
    array([0. , 0.5, 0. ])
    """
    n = len(arrows)
    paths = np.eye(n)
    for d in range(1, n):
        paths += np.where(steps == d, np.where(steps == d - 1, paths, 0) @ arrows, 0)
    found = np.zeros(n)
    for v in range(n) if n > 2 else ():
        others = np.arange(n) != v
        passed = others[:, None] & others & np.isfinite(steps) & (paths > 0) & ~np.eye(n, dtype=bool)
        passed &= steps[:, [v]] + steps[v] == steps
        found[v] = (np.outer(paths[:, v], paths[v])[passed] / paths[passed]).sum() / ((n - 1) * (n - 2))
    return found


def measures(net: pd.DataFrame, ends: Sequence[str]) -> list[tuple[str, str, float]]:
    """Connectivity of the whole and of some ends, and betweenness of every node.

    Parameters
    ----------
    net
        From `network`.
    ends
        Nodes whose links are counted; those that are not there are left out.

    Returns
    -------
    list of (item, quantity, value)
        For item ``whole``: ``nodes, arrows``, ``parts`` (weakly connected), ``reachable_pairs``
        (ordered pairs with a path along the arrows). For item ``ends``: ``nodes``,
        ``reachable_pairs``, ``joined_pairs`` (unordered, a path whatever its direction). For every
        node ``betweenness``: the sum over ordered pairs of other nodes of the share of shortest
        paths that pass through it, over the number (n - 1)(n - 2) of such pairs.

    Examples
    --------
    >>> path = pd.DataFrame([[0, 1, 0], [0, 0, 1], [0, 0, 0]], index=list("abc"), columns=list("abc"), dtype=bool)
    >>> [v for _, q, v in measures(path, ["a", "c"]) if q == "betweenness"]
    [0.0, 0.5, 0.0]
    """
    arrows = net.to_numpy(dtype=bool)
    sparse = csr_array(arrows.astype(float))
    steps = shortest_path(sparse, method="D", unweighted=True)
    parts, part = connected_components(sparse, connection="weak")
    reached = np.isfinite(steps) & ~np.eye(len(net), dtype=bool)
    here = [net.index.get_loc(e) for e in ends if e in net.index]
    rows = [
        ("whole", "nodes", len(net)),
        ("whole", "arrows", arrows.sum()),
        ("whole", "parts", parts),
        ("whole", "reachable_pairs", reached.sum()),
        ("ends", "nodes", len(here)),
        ("ends", "reachable_pairs", sum(reached[a, b] for a, b in permutations(here, 2))),
        ("ends", "joined_pairs", sum(part[a] == part[b] for a, b in combinations(here, 2))),
    ]
    between = dict(zip(net.index, betweenness(arrows, steps), strict=True))
    rows += [(n, "betweenness", between[n]) for n in sorted(between)]
    return [(item, quantity, float(value)) for item, quantity, value in rows]


def compare(graph: Graph, hub: str, ends: Sequence[str]) -> pd.DataFrame:
    """Measures of a figure with and without one node, as stated and with what is inferred.

    Parameters
    ----------
    graph
        The figure.
    hub
        The node that is taken away, with its arrows.
    ends
        As in `measures`.

    Returns
    -------
    pandas.DataFrame
        ``version`` (stated, all), ``hub`` (with, without), ``item, quantity, value``.
    """
    rows = []
    for version in ("stated", "all"):
        net = network(graph.shown(inferred=version == "all"))
        bare = net.drop(index=hub, columns=hub, errors="ignore")
        for state, one in (("with", net), ("without", bare)):
            rows += [(version, state, *row) for row in measures(one, ends)]
    return pd.DataFrame(rows, columns=["version", "hub", "item", "quantity", "value"])
