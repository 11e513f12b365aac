"""Say where the results of a run are: ``python -m monotown.workflow.where [config]``."""

from __future__ import annotations

import sys
from pathlib import Path

from monotown.workflow import read_yaml

PLACES = (
    ("report.html", "the report: start here (report.<language>.html in other languages)"),
    ("findings/claims.html", "every claim of the paper, checked"),
    ("figures", "figures as SVG, PDF and PNG, in three languages"),
    ("tables", "tables as CSV, Markdown and LaTeX"),
    ("manifest.csv", "every file with its SHA-256"),
)


def where(configs: list[str]) -> str:
    """Lines that name the main results of the run that the last config defines."""
    folder = "results"
    for name in ["config/config.yaml", *configs]:
        folder = (read_yaml(name) or {}).get("results", folder)
    found = [(Path(folder) / name, what) for name, what in PLACES]
    lines = [f"  {path!s:<32} {what}" for path, what in found if path.exists()]
    return "\n".join([f"Results are in {folder}/:", *lines])


if __name__ == "__main__":
    print(where(sys.argv[1:]))
