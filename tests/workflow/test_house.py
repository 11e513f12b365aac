"""The pictures of docs/house.md are those of today's imports and rules."""

import house
import networkx as nx
import pytest


def test_no_picture_is_stale():
    assert [*house.stale()] == [], "make house draws them again"


def test_a_room_stands_above_all_that_it_imports_and_parts_share_a_floor(monkeypatch):
    graph = nx.DiGraph({"workflow": ["a", "b", "base"], "a": ["engine", "base"], "b": ["base"], "engine": ["base"]})
    assert house.floors(graph, ["a", "b", "gone"]) == [["base"], ["engine"], ["a", "b"], ["workflow"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from monotown.base import ties", {"base.ties"}),
        ("from monotown.base.ties import TOLERANCE", {"base.ties"}),
        ("import monotown.base.ties as t", {"base.ties"}),
        ("from ..base import ties", {"base.ties"}),
        ("if TYPE_CHECKING:\n    from ..base.ties import TOLERANCE", {"base.ties"}),
        ("from . import build", {"index.build"}),
        ("import numpy", set()),
    ],
)
def test_imports_are_found_however_they_are_written(text, found, tmp_path, monkeypatch):
    monkeypatch.setattr(house, "LIBRARY", tmp_path / "monotown")
    path = tmp_path / "monotown/index/verbs.py"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert house.imports(path, {"base.ties", "index.build"}) == found


def test_every_rule_of_the_run_has_a_file(monkeypatch):
    assert set(house.rules()) - {"all"} <= set(house.rule_homes())
