"""Connectivity and betweenness of the paper's chart of the centre, with and without the centre."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

import networkx as nx
import pandas as pd

from monotown.show.graphs import Graph


def network(graph: Graph) -> nx.DiGraph[str]:
    """A figure as a directed graph.

    An arrow with two heads is two arrows. A frame has an arrow to each of its members, since what
    reaches the frame reaches what it consists of.
    """
    found: nx.DiGraph[str] = nx.DiGraph()
    found.add_nodes_from(n.id for n in graph.nodes)
    for edge in graph.edges:
        found.add_edge(edge.source, edge.target)
        if edge.both:
            found.add_edge(edge.target, edge.source)
    found.add_edges_from((n.within, n.id) for n in graph.nodes if n.within)
    return found


def measures(net: nx.DiGraph[str], ends: Sequence[str]) -> list[tuple[str, str, float]]:
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

    Notes
    -----
    Freeman, L. C. (1977), A set of measures of centrality based on betweenness, Sociometry 40;
    computed by Brandes, U. (2001), Journal of Mathematical Sociology 25.

    Examples
    --------
    >>> path = nx.DiGraph([("a", "b"), ("b", "c")])
    >>> [v for _, q, v in measures(path, ["a", "c"]) if q == "betweenness"]
    [0.0, 0.5, 0.0]
    """
    reach = {a: nx.descendants(net, a) for a in net}
    here = [e for e in ends if e in net]
    part = {n: i for i, p in enumerate(nx.weakly_connected_components(net)) for n in p}
    rows = [
        ("whole", "nodes", net.number_of_nodes()),
        ("whole", "arrows", net.number_of_edges()),
        ("whole", "parts", len(set(part.values()))),
        ("whole", "reachable_pairs", sum(len(r) for r in reach.values())),
        ("ends", "nodes", len(here)),
        ("ends", "reachable_pairs", sum(b in reach[a] for a, b in permutations(here, 2))),
        ("ends", "joined_pairs", sum(part[a] == part[b] for a, b in combinations(here, 2))),
    ]
    between = nx.betweenness_centrality(net, normalized=True)
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
        bare = net.copy()
        bare.remove_nodes_from([hub])
        for state, one in (("with", net), ("without", bare)):
            rows += [(version, state, *row) for row in measures(one, ends)]
    return pd.DataFrame(rows, columns=["version", "hub", "item", "quantity", "value"])
