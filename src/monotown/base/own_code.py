"""A user's Python file that adds to a register of the project: run statement by statement, every problem at once."""

from __future__ import annotations

import ast
import traceback
from typing import Any

from monotown.base.problems import InputError, Problem, Problems


def run_own(text: str, file: str, problems: Problems) -> None:
    r"""Run a user's Python file.

    Parameters
    ----------
    text, file
        Its content, and its name for the messages.
    problems
        Where everything that is wrong goes, each with its line: the statements after a wrong one are run as well, as
        far as they do not hang on it.

    Examples
    --------
    >>> found = Problems()
    >>> run_own("a = 1 / 0\nb = a\nc = ", "own.py", found)
    >>> [p.where for p in found]
    ['line 3']
    >>> run_own("a = 1 / 0\nb = a", "own.py", found)
    >>> [p.where for p in found]
    ['line 3', 'line 1']
    """
    try:
        statements = ast.parse(text, file).body
    except SyntaxError as error:
        problems.add(file, f"line {error.lineno}", (error.text or "").strip(), f"Python ({error.msg})")
        statements = []
    space: dict[str, Any] = {"__name__": "own_code", "__file__": file}
    broken: set[str] = set()
    for statement in statements:
        try:
            exec(compile(ast.Module([statement], []), file, "exec"), space)
        except InputError as error:
            at = f"line {statement.lineno}"
            problems.extend(Problem(file, at, p.found, p.expected) for p in error.problems)
        except Exception as error:
            names = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            names |= {a.asname or a.name for n in ast.walk(statement) for a in getattr(n, "names", [])}
            if not (isinstance(error, NameError) and error.name in broken):
                lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
                line = lines[-1] if lines else statement.lineno
                found = text.splitlines()[(line or 1) - 1].strip()
                problems.add(file, f"line {line}", found, f"Python that runs ({type(error).__name__}: {error})")
            broken |= names
