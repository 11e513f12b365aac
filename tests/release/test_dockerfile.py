"""The Dockerfile is sound as far as is seen without Docker: its words, its files, and the commands of the Makefile."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from monotown.commands.places import PROJECT

ROOT = Path(__file__).resolve().parents[2]

INSTRUCTIONS = re.compile(
    "ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR"
)


def parsed(text: str) -> list[tuple[str, str]]:
    """Instructions with what follows each, on one line.

    Raises
    ------
    ValueError
        Of a line that begins with no instruction, or of a file that begins with another than FROM or ARG.
    """
    whole = re.sub(r"(?m)^\s*#.*\n?", "", text)
    lines = [line.strip() for line in re.sub(r"\\\n", " ", whole).splitlines() if line.strip()]
    found = [tuple(part.strip() for part in line.partition(" ")[::2]) for line in lines]
    wrong = [line for line, (word, _) in zip(lines, found, strict=True) if not INSTRUCTIONS.fullmatch(word)]
    if wrong or not found or found[0][0] not in ("FROM", "ARG"):
        raise ValueError(f"no instruction of Docker: {wrong or lines[:1]}")
    return found  # type: ignore[return-value]


FOUND = parsed((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def told(word: str) -> list[str]:
    return [rest for name, rest in FOUND if name == word]


def sources() -> list[str]:
    return [name for rest in told("COPY") for name in shlex.split(rest)[:-1]]


@pytest.mark.parametrize("text", ["FORM python", "RUN true", "FROM python\npip install x", ""])
def test_a_file_that_is_none_is_seen(text: str) -> None:
    with pytest.raises(ValueError, match="no instruction"):
        parsed(text)


def test_every_source_is_there_and_sent() -> None:
    """Docker gets what .dockerignore names, and nothing else of the folder."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert ignored[0] == "*"
    sent = {line[1:] for line in ignored if line.startswith("!")}
    assert sent == set(sources())
    assert [name for name in sources() if not (ROOT / name).exists()] == []
    assert set(PROJECT) < sent


def test_it_installs_as_make_does_and_runs_the_workflow() -> None:
    recipes = re.sub(r"\$\(BIN\)/", "", (ROOT / "Makefile").read_text(encoding="utf-8"))
    installs = [rest for rest in told("RUN") if rest.startswith("pip install")]
    assert len(installs) == 2
    assert [line for line in installs if f"\t@{line}\n" not in recipes] == []
    assert json.loads(told("CMD")[0]) == ["snakemake", "--cores", "4"]
    assert "PYTHONHASHSEED=0" in told("ENV")[0].split()
    assert told("VOLUME") == [f"{told('WORKDIR')[0]}/results"]


def test_its_python_is_one_of_those_that_are_tried() -> None:
    (base,) = told("FROM")
    number = re.fullmatch(r"python:(3\.\d+)-slim", base)
    assert number is not None
    assert f'"{number[1]}"' in (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
