"""Documents of printed tables, compiled as a reader compiles them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

#: What a table may stand out over its line, in points; less is not seen.
SEEN = 2.0


def compile_tables(folder: Path, tables: Iterable[str], preamble: str) -> str:
    """Compile tables with pdfLaTeX in one document of A4, each on pages of its own; gives its log, unbroken."""
    if shutil.which("pdflatex") is None:
        pytest.skip("no pdflatex here (Debian: texlive-latex-recommended, texlive-lang-cyrillic)")
    body = (f"\\typeout{{TABLE {i}}}\n{table}\\clearpage" for i, table in enumerate(tables))
    lines = [r"\documentclass[a4paper]{article}", r"\usepackage[margin=2.5cm]{geometry}", preamble]
    lines += [r"\begin{document}", *body, r"\end{document}"]
    (folder / "tables.tex").write_text("\n".join(lines), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=300, stdin=subprocess.DEVNULL, check=False)
    log = (folder / "tables.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-3000:]
    return log


def overfull(log: str) -> list[str]:
    """What stands out over its line, with the table it is in."""
    found, table = [], ""
    for line in log.split("\n"):
        if line.startswith("TABLE "):
            table = line
        over = re.match(r"Overfull \\hbox \(([\d.]+)pt", line)
        if over and float(over.group(1)) > SEEN:
            found.append(f"{table}: {line}")
    return found
