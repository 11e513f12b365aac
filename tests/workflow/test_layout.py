"""One topic, one place: where the rules, scripts, captions and schemas of the workflow lie."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = ROOT / "workflow"
FILES = sorted(WORKFLOW.rglob("*.smk"))

RULE = re.compile(r"^ *(?:use )?rule (\w+)(?: as \w+ with)?:\n((?:(?! *(?:use )?rule ).*\n)*)", re.M)


def rules(file: Path) -> list[tuple[str, str]]:
    """Names of the rules of a file, each with the path of its script."""
    found = RULE.findall(file.read_text(encoding="utf-8"))
    scripts = ((name, re.search(r'script:\s+"([^"]+)"', body)) for name, body in found)
    return [(name, script[1]) for name, script in scripts if script]


def home(file: Path) -> Path:
    """Where the scripts of a rule file lie."""
    if file.parent.name == "rules":
        return WORKFLOW / "scripts" / file.stem
    return file.parent / "scripts"


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(WORKFLOW)))
def test_a_script_has_the_name_of_its_rule_and_lies_beside_those_of_its_rule_file(file: Path) -> None:
    for name, script in rules(file):
        assert (file.parent / script).resolve() == home(file) / f"{name}.py"


def test_no_script_is_without_its_rule() -> None:
    made = {home(file) / f"{name}.py" for file in FILES for name, _ in rules(file)}
    assert made == set(WORKFLOW.rglob("*.py"))


def test_every_caption_is_used_by_the_rules_beside_it() -> None:
    folders = [WORKFLOW / "report", *WORKFLOW.glob("parts/*/captions")]
    for folder in folders:
        beside = WORKFLOW / "rules" if folder.name == "report" else folder.parent
        text = "\n".join(f.read_text(encoding="utf-8") for f in sorted(beside.glob("*.smk")))
        for caption in sorted(folder.glob("*.rst")):
            kind = caption.stem.removeprefix("monte_carlo_")
            assert (
                f'"{caption.stem}"' in text
                or f"/{caption.name}" in text
                or (caption.stem != kind and f'"{kind}"' in text)
            ), caption


def test_the_map_names_every_part() -> None:
    text = (WORKFLOW / "Snakefile").read_text(encoding="utf-8")
    folders = sorted(p.name for p in (WORKFLOW / "parts").iterdir())
    assert folders
    for part in folders:
        assert (WORKFLOW / "parts" / part / "rules.smk").is_file()
        assert f'"{part}"' in text or f"parts/{part}/rules.smk" in text
    assert len(text.splitlines()) <= 50  # one screen


def test_paths_that_documents_and_comments_name_exist():
    texts = [p for p in ROOT.glob("*.md") if p.name != "CHANGELOG.md"]
    for folder in ("docs", "config", "data", "src", "workflow", "benchmarks", "notebooks", "tools"):
        texts += [
            p
            for p in (ROOT / folder).rglob("*")
            if p.suffix in {".md", ".py", ".smk", ".yaml", ".ipynb", ".rst", ".j2"}
        ]
    top = "config|workflow|src|tests|docs|data/raw|tools|benchmarks|notebooks"
    named = rf"(?<![\w/.])((?:{top})/[\w./-]+\.(?:yaml|py|smk|md|rst|csv|svg|ipynb))\b"
    # docs/adding.md makes files of its own
    made = set(re.findall("New `([^`]+)`", (ROOT / "docs/adding.md").read_text(encoding="utf-8")))
    gone = {
        f"{path.relative_to(ROOT)}: {found}"
        for path in texts
        for found in re.findall(named, path.read_text(encoding="utf-8"))
        if not (ROOT / found).exists() and "/x." not in found and found not in made
    }
    assert not gone
