from itertools import permutations

import networkx as nx
import numpy as np
import pytest

from monotown.mechanism.network import compare, measures, network

from .small_mechanism import arrow, box, make_graph


def table(net):
    """A graph of networkx as ours."""
    return nx.to_pandas_adjacency(net).astype(bool)


def arrows(net):
    return {(a, b) for a in net.index for b in net.columns if net.loc[a, b]}


def by_definition(net):
    """Shares of shortest paths through each node, from lists of all of them."""
    n = len(net)
    found = dict.fromkeys(net, 0.0)
    for a, b in permutations(net, 2):
        if nx.has_path(net, a, b):
            paths = list(nx.all_shortest_paths(net, a, b))
            for v in set(net) - {a, b}:
                found[v] += sum(v in p for p in paths) / len(paths)
    return {v: s / ((n - 1) * (n - 2)) for v, s in found.items()}


def test_a_figure_is_a_directed_graph():
    net = network(make_graph())
    assert arrows(net) == {("plan", "hub"), ("left", "hub"), ("hub", "left"), ("hub", "right"), ("hub", "other")}


def test_a_frame_leads_to_its_members():
    graph = make_graph()
    framed = type(graph)(
        "f",
        {},
        graph.caption_grounding,
        (1.0,),
        (),
        (box("a"), box("frame"), box("b", within="frame")),
        (arrow("a", "frame"),),
    )
    assert arrows(network(framed)) == {("a", "frame"), ("frame", "b")}


def test_betweenness_by_hand():
    # two ways of two steps from a to d; b alone leads on to e
    net = nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("b", "e")])
    between = {i: v for i, q, v in measures(table(net), []) if q == "betweenness"}
    # of 12 pairs of others: b stands on half of a-d and on all of a-e
    assert between == pytest.approx({"a": 0, "b": 1.5 / 12, "c": 0.5 / 12, "d": 0, "e": 0})


def test_betweenness_is_its_definition():
    random = np.random.default_rng(11)
    for _ in range(5):
        net = nx.DiGraph()
        net.add_nodes_from("abcdefg")
        net.add_edges_from(p for p in permutations("abcdefg", 2) if random.random() < 0.25)
        rows = measures(table(net), ["a", "c"])
        found = {i: v for i, q, v in rows if q == "betweenness"}
        assert found == pytest.approx(by_definition(net))
        assert found == pytest.approx(nx.betweenness_centrality(net))  # the algorithm of Brandes (2001)
        whole = {(i, q): v for i, q, v in rows}
        assert whole["whole", "arrows"] == net.number_of_edges()
        assert whole["whole", "parts"] == nx.number_weakly_connected_components(net)
        assert whole["whole", "reachable_pairs"] == sum(len(nx.descendants(net, a)) for a in net)
        assert whole["ends", "reachable_pairs"] == nx.has_path(net, "a", "c") + nx.has_path(net, "c", "a")


def test_without_the_hub_its_links_are_gone():
    found = compare(make_graph(), "hub", ["left", "right", "other"])
    value = found.set_index(["version", "hub", "item", "quantity"])["value"]
    assert value["all", "with", "whole", "nodes"] == 5
    assert value["all", "with", "whole", "arrows"] == 5
    assert value["all", "without", "whole", "arrows"] == 0
    assert value["all", "with", "whole", "parts"] == 1
    assert value["all", "without", "whole", "parts"] == 4
    # left reaches right and other; nothing leads back from them
    assert value["all", "with", "ends", "reachable_pairs"] == 2
    assert value["all", "with", "ends", "joined_pairs"] == 3
    assert value["all", "without", "ends", "joined_pairs"] == 0
    # what is inferred is not there as stated
    assert value["stated", "with", "ends", "nodes"] == 2
    assert value["stated", "with", "ends", "reachable_pairs"] == 1
    # all of plan, left to the others but themselves: 3 + 2 pairs of 12
    assert value["all", "with", "hub", "betweenness"] == pytest.approx(5 / 12)
    assert ("all", "without", "hub", "betweenness") not in value.index
