"""The site of documents: every page has its place, every link leads somewhere, what is made for it is today's."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from html import unescape
from importlib.util import find_spec
from pathlib import Path

import pytest
import reference
import yaml

import monotown
from monotown.commands.say import words_of

ROOT = reference.ROOT
DOCUMENTS = reference.documents()
START = "docs/index"


def text_of(name: str) -> str:
    """A document as the site reads it: filled, of a notebook its words alone."""
    text = DOCUMENTS[name].read_text(encoding="utf-8")
    if DOCUMENTS[name].suffix == ".ipynb":
        return "\n\n".join("".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "markdown")
    return reference.filled(text)


TEXTS = {name: text_of(name) for name in DOCUMENTS}


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]+`", "", re.sub(r"^( *)```.*?^\1```", "", text, flags=re.DOTALL | re.MULTILINE))


def anchors(text: str) -> set[str]:
    """What a link can name of a document: its headings, as GitHub and the site write them."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in re.findall(r"^#{1,4} (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def lost_links(name: str, text: str) -> list[str]:
    """Links of a document to a file that is not there, a page that the site lacks, or a heading that no page has."""
    lost = []
    for link in re.findall(r"\]\(([^)\s]+)\)", without_code(text)):
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = (DOCUMENTS[name].parent / path).resolve() if path else DOCUMENTS[name]
        page = next((n for n, p in DOCUMENTS.items() if p == target), None)
        there = page is not None if target.suffix in {".md", ".ipynb"} else target.exists()
        if not there or (anchor and (page is None or anchor not in anchors(TEXTS[page]))):
            lost.append(link)
    return lost


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_and_anchors_lead_somewhere(name: str) -> None:
    assert lost_links(name, TEXTS[name]) == []


def test_a_lost_link_is_found() -> None:
    text = "[a](methods.md#audit) [b](methods.md#audits) [c](gone.md) [d](#here) `[e](x.md)` [f](https://x.y)\n\n# Here"
    assert lost_links("docs/python", text) == ["methods.md#audits", "gone.md", "#here"]
    assert anchors("# What `audit` says\n\n```sh\n# no\n```\n\n## A\n\n## A\n") == {"what-audit-says", "a", "a-1"}


def named_by(name: str, text: str) -> dict[str, list[str]]:
    """Documents that each entry of the navigation of a page names."""
    found = {}
    for block in re.findall(r"^```\{toctree\}\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        lines = [line for line in block.splitlines() if line and not line.startswith(":")]
        for entry in (re.sub(r"^.*<(.+)>$", r"\1", line) for line in lines):
            at = entry[1:] if entry.startswith("/") else os.path.normpath(os.path.join(os.path.dirname(name), entry))
            files = {p.relative_to(ROOT).as_posix() for end in ("md", "ipynb") for p in ROOT.glob(f"{at}.{end}")}
            found[entry] = sorted(n for n in (str(Path(f).with_suffix("")) for f in files) if n in DOCUMENTS)
    return found


def test_the_navigation_names_every_document() -> None:
    entries = {(page, entry): names for page in DOCUMENTS for entry, names in named_by(page, TEXTS[page]).items()}
    assert [entry for entry, names in entries.items() if not names] == []
    named = {name for names in entries.values() for name in names}
    assert set(DOCUMENTS) - named - {START} == set(), "a line in docs/index.md gives a page its place"


def test_a_document_stands_under_its_language() -> None:
    for language in ("ru", "kk"):
        found = named_by(START, reference.translated(language, "-"))
        own = {n for n in DOCUMENTS if n.startswith(f"docs/{language}/") or n == f"README.{language}"}
        assert {name for names in found.values() for name in names} == own
        assert f"docs/{language}/your-own-index" in own
    assert named_by("docs/index", "```{toctree}\n:glob:\n\n../benchmarks/*\n```\n") == {
        "../benchmarks/*": sorted(n for n in DOCUMENTS if n.startswith("benchmarks/"))
    }


# --- what is made ---------------------------------------------------------------------------------


def test_nothing_is_left_to_be_made_and_an_unknown_mark_is_refused() -> None:
    assert [name for name, text in TEXTS.items() if "<!-- made here" in text] == []
    with pytest.raises(KeyError, match="nothing"):
        reference.filled("<!-- made here: nothing -->")


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_command_and_option_stands_in_its_page_in_its_words(language: str) -> None:
    page = TEXTS["docs/reference/commands" if language == "en" else f"docs/{language}/commands"]
    words = words_of(language, ROOT / "config/words")
    typed = re.findall(r"^## (monotown .+)$", page, re.MULTILINE)
    assert {"monotown new", "monotown run", "monotown study export"} <= set(typed)
    unsaid = {"top", "study", "statuses"}  # of what stands over commands
    for key in words.texts:
        if key.startswith("commands.help.") and key.removeprefix("commands.help.") not in unsaid:
            assert reference._cell(words(key)) in page or words(key) in page, key
    assert "| `--set` `KEY=VALUE` |" in page


def keys(value: object, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(value, dict):
        return [above]
    return [above, *(k for key, below in value.items() for k in keys(below, (*above, str(key))))]


def test_every_key_of_the_default_run_stands_in_its_page_with_its_value() -> None:
    page = TEXTS["docs/reference/config"]
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    part = page[page.index("## config/config.yaml") : page.index("\n## ", page.index("## config/config.yaml") + 1)]
    found = re.findall(r"^\| (?:\*\*)?<code[^>]*>(.+)</code>(?:\*\*)? \| (.*?) \| (.*?) \|$", part, re.MULTILINE)
    rows = {unescape(key.replace("<wbr>", "")): (told, value) for key, told, value in found}
    analyses = [k for k in keys(config["sensitivity"].pop("analyses")) if len(k) == 2 and k[1] != "scheme"]
    plain = [k for k in keys(config) if k and "joint_points_of" not in k[:-1]]
    assert [".".join(k) for k in plain if ".".join(k) not in rows] == []
    assert [k for k in analyses if f"sensitivity.analyses.<name>.{k[1]}" not in rows] == []
    told = "a whole number from 0 to 2^63 - 1<br>every random number comes from this seed"
    assert rows["seed"] == (told, "`20200601`")
    assert rows["sensitivity.interval"][1] == "`[0.05, 0.95]`"


def test_every_schema_has_its_part() -> None:
    schemas = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "workflow").rglob("*schema.yaml"))
    assert len(schemas) > 15
    assert sorted(re.findall(r"^Schema: `(.+)`\.$", TEXTS["docs/reference/config"], re.MULTILINE)) == schemas


def test_a_schema_is_told_whole() -> None:
    """References, lists of mappings, names of one's own, and a tree that holds itself."""
    schema = yaml.safe_load("""
      required: [tree]
      properties:
        tree: {$ref: "#/$defs/node"}
        weights: {type: object, additionalProperties: {type: number, description: a weight}}
        title: {type: object, patternProperties: {"^[a-z]{2}$": {type: string}}}
        method: {oneOf: [{enum: [a, b]}, {type: integer}]}
      $defs:
        node:
          type: object
          properties: {id: {type: [string, "null"]}, children: {type: array, items: {$ref: "#/$defs/node"}}}
    """)
    found = [(".".join(k), reference._expected(n, schema), must) for k, n, must in reference._keys(schema, schema)]
    assert found == [
        ("tree", "a mapping", True),
        ("tree.id", "a text or null", False),
        ("tree.children", "a list, each a mapping", False),
        ("weights", "a mapping", False),
        ("weights.<name>", "a weight", False),
        ("title", "a text in each language", False),
        ("method", "one of a, b or a whole number", False),
    ]


def test_every_name_of_the_package_stands_in_its_page() -> None:
    page = TEXTS["docs/reference/python"]
    told = re.findall(r"^\.\. auto\w+:: (?:monotown\.[\w.]+\.)?(\w+)$", page, re.MULTILINE)
    assert sorted(told) == sorted(set(monotown.__all__) - {"__version__"})


# --- the site itself ------------------------------------------------------------------------------

TOOLS = all(find_spec(name) for name in ("sphinx", "myst_nb", "furo"))


@pytest.mark.workflow
@pytest.mark.skipif(not TOOLS, reason="the extra `docs` is not installed")
def test_the_site_is_built_without_a_warning_and_asks_nothing_of_a_network(tmp_path: Path) -> None:
    site = tmp_path / "site"
    typed = ["-q", "-W", "--keep-going", "-c", str(ROOT / "docs"), "-d", str(tmp_path / "trees"), str(ROOT), str(site)]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *typed],
        env={**os.environ, "NOTEBOOKS": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pages = {p.relative_to(site).with_suffix("").as_posix(): p.read_text("utf-8") for p in site.rglob("*.html")}
    assert set(DOCUMENTS) <= set(pages)
    asked = r"<(?:script|img|link|iframe|source)\b[^>]*?\b(?:src|href)=[\"'](?:https?:)?//|url\([\"']?(?:https?:)?//"
    assert {name for name, text in pages.items() if re.search(asked, text)} == set()
    sheets = [p for p in site.rglob("*.css") if re.search(f"{asked}|@import url", p.read_text("utf-8"))]
    assert sheets == []
    assert 'lang="ru"' in pages["docs/ru/commands"]
    assert "url=docs/index.html" in pages["index"]
