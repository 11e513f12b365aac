"""Spoiled files that were worth keeping are answered with problems, and with the same as ever."""

from __future__ import annotations

import random
import time

import pytest
from fuzz import CORPUS, SEEDS, cases, replay, spoiled

CASES = list(cases())


def test_the_seeds_are_sound_and_spoiling_them_hangs_on_its_number_alone(tmp_path):
    for name, seed in SEEDS.items():
        folder = tmp_path / name
        folder.mkdir()
        seed.lay(folder)
        for file in seed.files:
            data = (folder / file).read_bytes()
            made = [spoiled(file, data, random.Random(str(n))) for n in (1, 2, 3, 4, 1)]
            assert made[0] == made[-1]
            assert len(set(made)) > 2
    # the answer of one of each kind, as the corpus is of spoiled ones
    assert SEEDS["own"].look(tmp_path / "own") == {"note indicator_own"}
    assert SEEDS["config"].look(tmp_path / "config") == SEEDS["source"].look(tmp_path / "source") == {"sound"}


def test_every_folder_of_the_corpus_is_of_a_seed():
    assert {p.name for p in CORPUS.iterdir() if p.is_dir()} <= set(SEEDS)
    assert len(CASES) >= 20


@pytest.mark.parametrize(("seed", "case"), CASES, ids=[f"{s}-{p.name}" for s, p in CASES])
def test_a_kept_case_is_answered(seed, case, tmp_path):
    began = time.monotonic()
    assert replay(seed, case, tmp_path)
    assert time.monotonic() - began < 20
