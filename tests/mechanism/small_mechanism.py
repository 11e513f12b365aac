"""A small mechanism: two blocks, three measures, four levers, a graph of five boxes."""

from __future__ import annotations

import numpy as np

from monotown.index.model import IndexModel, Leaf, Node, method
from monotown.mechanism.base import BasePoint
from monotown.show.graphs import Edge, Graph, Grounding
from monotown.show.graphs import Node as Box

SAID = Grounding(True, "p", 1, "words")
GUESSED = Grounding(False, "p", 1, "", "note")


def box(name, stated=True, within=""):
    return Box(name, {}, SAID if stated else GUESSED, (0, 0), (0, 0), within)


def arrow(a, b, stated=True, both=False):
    return Edge(a, b, {}, SAID if stated else GUESSED, both=both)


def make_graph():
    return Graph(
        "chart",
        {},
        SAID,
        (1.0,),
        (),
        (box("plan"), box("hub"), box("left"), box("right"), box("other", stated=False)),
        (
            arrow("plan", "hub"),
            arrow("left", "hub", both=True),
            arrow("hub", "right"),
            arrow("hub", "other", stated=False),
        ),
    )


def make_config(**changes):
    three = {"en": "a", "ru": "б", "kk": "в"}

    def span(base):
        return {"low": base / 2, "base": base, "high": 2 * base}

    def lever(node, cost, responses=(), **more):
        return {
            "label": three,
            "why": three,
            "node": node,
            "basis": "assumed",
            "cost": span(cost),
            "responses": [{"measure": m, "form": f, "basis": "assumed"} | span(b) for m, f, b in responses],
            **more,
        }

    return {
        "cases": [{"view": "v", "unit": "A"}],
        "graph": {"figure": "chart", "hub": "hub", "ends": ["left", "right", "other"]},
        "per": 1000,
        "budget": {"base": 5, "highest": 12, "steps": 4},
        "feedback": {
            "years": 60,
            "gains": [0.5, 1.0, 2.5],
            "basis": "assumed",
            "gain": {"low": 0.2, "base": 0.5, "high": 1.0},
            "targets": {"near": {"share": 0.5, "label": three}, "far": {"share": 3.0, "label": three}},
        },
        "interval": [0.05, 0.95],
        "sobol": {"points": 32, "replicates": 4, "years": 2, "draws": 50},
        "levers": {
            "plan": lever("plan", 1.0),
            "hub": lever("hub", 4.0, [("staff", "added", 2.0)], requires="plan"),
            "pay": lever("left", 2.0, [("pay", "relative", 0.2), ("staff", "added", 0.5)]),
            "lab": lever("right", 3.0, [("money", "added", 1.0)], requires="hub"),
        },
        **changes,
    }


def make_point(linear=False, unit="A", values=(3.0, 4.0, 2.0)):
    """Staff on a logarithm and pay in one block, money in another; or all of it linear."""
    shape = {} if linear else {"transform": "log1p"}
    people = Node("people", (Leaf("staff", goalposts=(0.0, 50.0), **shape), Leaf("pay", goalposts=(0.0, 10.0))))
    money = Node("funds", (Leaf("money", goalposts=(0.0, 20.0)),))
    kind = "arithmetic" if linear else "geometric"
    model = IndexModel(Node("i", (people, money), 1.0, method(kind), floor=None if linear else 0.01), scale=1.0)
    at = np.array(values)
    point = BasePoint("v", unit, 2022, model, at, 0.0, 2000.0, "official", "s")
    return BasePoint("v", unit, 2022, model, at, float(point.index(at[None])[0]), 2000.0, "official", "s")
