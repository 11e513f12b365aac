"""Spoiled files that were worth keeping are answered, and end in no exception."""

from __future__ import annotations

import random

import pytest
from fuzz import CORPUS, SEEDS, cases, replay, spoiled

CASES = list(cases())


def test_the_seeds_are_sound_and_spoiling_them_hangs_on_its_number_alone(tmp_path):
    small = {name: seed for name, seed in SEEDS.items() if name not in ("door", "run")}
    for name, seed in small.items():
        folder = tmp_path / name
        folder.mkdir()
        seed.lay(folder)
        for file in seed.files:
            data = (folder / file).read_bytes()
            made = [spoiled(file, data, random.Random(str(n))) for n in (1, 2, 1)]
            assert made[0] == made[-1]
            assert len({data, *made}) > 1
    # the answer of one of each kind, as the corpus is of spoiled ones
    assert SEEDS["own"].look(tmp_path / "own") == {"note indicator_own"}
    assert SEEDS["config"].look(tmp_path / "config") == SEEDS["source"].look(tmp_path / "source") == {"sound"}


def test_every_folder_of_the_corpus_is_of_a_seed():
    assert {p.name for p in CORPUS.iterdir() if p.is_dir()} <= set(SEEDS)
    assert len(CASES) >= 20


@pytest.mark.parametrize(("seed", "case"), CASES, ids=[f"{s}-{p.name}" for s, p in CASES])
def test_a_kept_case_is_answered(seed, case, tmp_path):
    assert replay(seed, case, tmp_path)
