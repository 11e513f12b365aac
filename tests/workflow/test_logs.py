"""A step's log holds what went wrong."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monotown.workflow.logs import STOPPED, Both

SRC = Path(__file__).resolve().parents[2] / "src"

#: As Snakemake starts a script: an object `snakemake` before its first line.
BEFORE = "from types import SimpleNamespace\nsnakemake = SimpleNamespace(log=[{log!r}])\n"


def step(tmp_path, text):
    log = tmp_path / "logs" / "step.log"
    script = tmp_path / "step.py"
    script.write_text(BEFORE.format(log=str(log)) + text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SRC)},
        check=False,
    )
    return done, log.read_text(encoding="utf-8")


START = "from monotown.workflow import run\n"


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("run(lambda: print('said'))", 0, "said\n"),
        ("import warnings\nrun(lambda: warnings.warn('take care'))", 0, "UserWarning: take care"),
        ("run(lambda: 1 / 0)", 1, "ZeroDivisionError: division by zero"),
        ("import monotown.nowhere", 1, "No module named 'monotown.nowhere'"),
        ("from monotown.data.units import Unitz", 1, "cannot import name 'Unitz'"),
        (
            "from monotown.base.problems import InputError, Problem\n"
            "def main():\n    raise InputError([Problem('a.csv', 'line 3', '98o', 'a number')])\n"
            "run(main)",
            1,
            "98o",
        ),
    ],
)
def test_all_that_a_step_says_is_in_its_log_and_at_the_terminal(tmp_path, text, status, words):
    done, log = step(tmp_path, START + text)
    assert done.returncode == status
    assert words in log
    assert words in done.stdout + done.stderr
    assert STOPPED not in log


def test_a_step_that_says_nothing_has_an_empty_log(tmp_path):
    done, log = step(tmp_path, START + "run(lambda: None)")
    assert (done.returncode, log, done.stderr) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_log_of_a_step_that_is_killed_says_so(tmp_path, number):
    text = f"import os\nprint('half way')\nos.kill(os.getpid(), {int(number)})"
    done, log = step(tmp_path, START + text)
    assert done.returncode == -number
    assert log == STOPPED + "half way\n"


def test_a_crash_below_python_leaves_its_place_in_the_log(tmp_path):
    done, log = step(tmp_path, START + "import faulthandler\nfaulthandler._sigsegv()")
    assert done.returncode == -signal.SIGSEGV
    assert "Segmentation fault" in log
    assert "step.py" in log


def test_progress_stands_in_the_log_beside_what_is_said(tmp_path):
    text = (
        "import sys\nfrom monotown.workflow.progress import progress\n"
        "print('before')\n"
        "with progress('draws', 10, snakemake.log[0]) as done:\n    done(10)\n"
        "print('after', file=sys.stderr)\n"
    )
    _, log = step(tmp_path, START + text)
    lines = log.splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert lines[1].startswith("draws: 10 of 10 (100%)")


def test_a_second_try_has_a_log_of_its_own(tmp_path):
    step(tmp_path, START + "print('first')")
    _, log = step(tmp_path, START + "print('second')")
    assert log == "second\n"


def test_a_stream_of_both_is_the_terminal_but_for_what_is_written(capsys):
    log = io.StringIO()
    both = Both(sys.stdout, log)
    both.writelines(["a\n", "b\n"])
    both.flush()
    assert log.getvalue() == capsys.readouterr().out == "a\nb\n"
    assert both.isatty() is sys.stdout.isatty()
