"""Progress: quiet lines in the log, no bar where there is no terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from monotown.workflow.progress import progress


def test_each_tenth_gets_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "logs" / "step.log"
    with progress("draws of a view", 4000, log) as step:
        for done in (100, 300, 1200, 50, 2350):
            step(done)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [line.split(", ")[0] for line in lines] == [
        "draws of a view: 400 of 4,000 (10%)",
        "draws of a view: 1,600 of 4,000 (40%)",
        "draws of a view: 4,000 of 4,000 (100%)",
    ]
    assert lines[-1].endswith("a second, 0 s left")
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_a_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress("draws of a view", 10, tmp_path / "step.log", position=0) as step:
        step(10)
    assert "draws of a view" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_a_terminal_that_does_not_tell_its_width_gets_a_bar_too(tmp_path: Path) -> None:
    near, far = os.openpty()  # 0 columns, as it starts
    code = (
        "from monotown.workflow.progress import progress\n"
        f"with progress('draws', 10, {str(tmp_path / 'log')!r}) as step: step(10)"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    subprocess.run([sys.executable, "-c", code], stderr=far, check=True, env=env)
    os.write(far, b"end")  # so that there is something to read
    shown = os.read(near, 4096).decode()
    os.close(near)
    os.close(far)
    assert "draws" in shown
    assert "draws/s" in shown
