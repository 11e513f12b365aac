"""Random numbers by seed and name."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.base.streams import Stream

SOURCE = Path(__file__).resolve().parents[2] / "src"
names = st.lists(st.text(alphabet="a/%\\é ", max_size=3), min_size=1, max_size=3)


@given(names, names)
def test_no_two_lists_of_names_have_one_stream(one, other):
    same = Stream.of(1, *one).generator().random() == Stream.of(1, *other).generator().random()
    assert same == (one == other)


def test_seeds_and_blocks_are_apart():
    found = {Stream.of(s, "a").generator(b).random() for s in (1, 2, 11) for b in (0, 1, 11)}
    assert len(found) == 9


def test_streams_of_near_names_are_not_correlated():
    drawn = np.array([Stream.of(1, f"m{i}").generator().random(2000) for i in range(20)])
    off = np.corrcoef(drawn)[np.triu_indices(20, 1)]
    assert np.abs(off).max() < 4.5 / np.sqrt(2000)


def test_no_other_module_puts_a_seed_together():
    # a length, a place in a list or a short hash as part of a seed ties draws to one another
    made = re.compile(r"(default_rng|SeedSequence|PCG64)\((?!seed\)|streams\[|\d*\))|crc32|\bhash\(")
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if made.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line", ["default_rng([seed, len(x)])", "SeedSequence(list(seed))", "hash(name)", "PCG64([1])"]
)
def test_such_a_seed_would_be_found(line, tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text(f"random = {line}\n", encoding="utf-8")
    monkeypatch.setitem(globals(), "SOURCE", tmp_path)
    with pytest.raises(AssertionError):
        test_no_other_module_puts_a_seed_together()
