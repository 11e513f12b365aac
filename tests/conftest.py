"""Settings of all tests."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Processes that tests start find the library of this checkout, installed or not.
LIBRARY = str(Path(__file__).resolve().parents[1] / "src")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [LIBRARY, os.environ.get("PYTHONPATH")]))

# One thread for linear algebra, as the steps of a run have: several wait for each other where other
# work runs, and small problems take up to ten times as long.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# HYPOTHESIS_PROFILE=thorough looks longer for a counterexample.
settings.register_profile("quick", max_examples=30, deadline=None)
settings.register_profile("thorough", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the runs of the workflow: they take longest."""
    items.sort(key=lambda item: "workflow" not in item.keywords)
