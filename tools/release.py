"""Write what else tells the version: ``make version`` after the one in ``pyproject.toml`` was changed.

``CITATION.cff`` gets the version; ``codemeta.json`` is made of both files. ``--check`` writes nothing and fails where
one is stale.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[1]
PROJECT: Final = "pyproject.toml"
CITATION: Final = "CITATION.cff"
CODEMETA: Final = "codemeta.json"


def cited(text: str, version: str) -> str:
    r"""Text of a CITATION.cff with another version.

    Examples
    --------
    >>> cited("type: software\nversion: 0.1.0\n", "1.0.0")
    'type: software\nversion: 1.0.0\n'
    """
    return re.sub(r"(?m)^version: .*$", f"version: {version}", text)


def codemeta(project: Mapping[str, Any], citation: Mapping[str, Any]) -> dict[str, Any]:
    """What both files say, in the words of CodeMeta 3.0 (https://w3id.org/codemeta/3.0).

    Parameters
    ----------
    project
        Section ``project`` of pyproject.toml.
    citation
        Content of CITATION.cff, with authors that are entities.
    """
    return {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": project["name"],
        "alternateName": citation["title"],
        "description": project["description"],
        "version": project["version"],
        "datePublished": str(citation["date-released"]),
        "author": [{"@type": "Organization", "name": author["name"]} for author in citation["authors"]],
        "license": f"https://spdx.org/licenses/{project['license']}",
        "keywords": citation["keywords"],
        "programmingLanguage": {"@type": "ComputerLanguage", "name": "Python", "version": project["requires-python"]},
        "developmentStatus": "active",
        "referencePublication": [
            {"@type": "ScholarlyArticle", "name": work["title"], "datePublished": str(work["year"])}
            for work in citation["references"]
        ],
    }


def files(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Each file with the text that it should have."""
    project = tomllib.loads((root / PROJECT).read_text(encoding="utf-8"))["project"]
    text = cited((root / CITATION).read_text(encoding="utf-8"), project["version"])
    yield CITATION, text
    yield CODEMETA, json.dumps(codemeta(project, yaml.safe_load(text)), ensure_ascii=False, indent=2) + "\n"


def stale(root: Path = ROOT) -> list[str]:
    """Files that say something else."""
    return [
        name for name, text in files(root) if not (root / name).is_file() or (root / name).read_text("utf-8") != text
    ]


def main() -> None:
    """Write, or check."""
    old = stale()
    if "--check" in sys.argv[1:]:
        sys.exit(f"stale: {', '.join(old)}; make version writes them again" if old else None)
    for name, text in files():
        if name in old:
            (ROOT / name).write_text(text, encoding="utf-8")
            print(name)


if __name__ == "__main__":
    main()
