import pytest
from golden_results import STORED, compare, declared, told

pytestmark = pytest.mark.workflow


def test_a_run_gives_the_golden_results(finished):
    """Where it should not: `make golden` says what moved and stores it; CHANGELOG.md says why."""
    moved = compare(declared(), STORED, finished / "results")
    if moved:
        pytest.fail(told(moved), pytrace=False)
