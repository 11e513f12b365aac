from __future__ import annotations

import pytest

from .small_mechanism import make_config, make_graph, make_point


@pytest.fixture
def graph():
    return make_graph()


@pytest.fixture
def config():
    return make_config()


@pytest.fixture
def point():
    return make_point()
