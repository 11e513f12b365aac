"""Fixtures of the scenario tests: the shipped files, checked, and tables on made-up figures."""

from __future__ import annotations

import pytest
from words_support import texts

from monotown.scenarios import build
from monotown.scenarios.read import read_inputs

from .scenarios_support import MEASURES, MODELS, SCHEMA, YEAR, made_up_base, made_up_sensitivity, shipped


@pytest.fixture(scope="session")
def base():
    return made_up_base()


@pytest.fixture(scope="session")
def inputs():
    leaves = build.leaves_of(MODELS, "config/parts/scenarios.yaml")
    return read_inputs(shipped(), leaves, YEAR, SCHEMA)


@pytest.fixture(scope="session")
def tables(base, inputs):
    drop, sobol = made_up_sensitivity()
    labels = {name: entry["label"] for name, entry in MEASURES.items()}
    return build.build_scenarios(base, inputs, MODELS, drop, sobol, labels, texts("scenarios"), 20200601)
