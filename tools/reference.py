"""Pages of reference in what the project says of itself: keys from schemas, commands from their parser, names.

A document has a mark such as ``<!-- made here: config -->`` where such a part stands; the site fills it when it is
built (``docs/conf.py``), so that no copy can grow old. The list of documents stands here too, for the tests of links
and navigation need no site.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from importlib import import_module
from inspect import getdoc, isclass, isfunction
from pathlib import Path
from typing import Any, Final

import yaml

import monotown
from monotown.commands.main import parser
from monotown.commands.say import words_of
from monotown.workflow.strict import read_strict

ROOT: Final = Path(__file__).resolve().parents[1]
SCHEMAS: Final = ROOT / "workflow"

#: The documents of the site.
PAGES: Final = (
    "docs/*.md",
    "docs/*/*.md",
    "README.md",
    "README.*.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "config/README.md",
    "config/weights/README.md",
    "data/README.md",
    "data/raw/**/SOURCE.md",
    "benchmarks/*.md",
    "notebooks/*.ipynb",
)

#: Folders with no document of the site, which need not be looked through.
LEFT_OUT: Final = (".*", "**/.*", "build", "dist", "results", "site", "src", "tests", "tools", "workflow", "profiles")

MARK: Final = re.compile(r"^<!-- made here: (\w+)((?: \w+)*) -->$", re.MULTILINE)


def documents() -> dict[str, Path]:
    """Every document by its path within the project without its ending."""
    found = sorted(path for form in PAGES for path in ROOT.glob(form))
    return {path.relative_to(ROOT).with_suffix("").as_posix(): path for path in found}


def language_of(name: str) -> str:
    """Language of a document, which its folder or the end of its name says.

    >>> [language_of(n) for n in ("docs/ru/survey", "README.kk", "docs/methods", "docs/reference/config")]
    ['ru', 'kk', 'en', 'en']
    """
    found = re.search(r"(?:^docs/|\.)([a-z]{2})(?:/|$)", name)
    return found[1] if found else "en"


def filled(text: str) -> str:
    """A document with what is made for it."""
    return MARK.sub(lambda mark: MADE[mark[1]](*mark[2].split()), text)


def translated(language: str, caption: str) -> str:
    """The part of the navigation that holds every document of a language, those at the top of the project first."""
    found = sorted((n for n in documents() if language_of(n) == language), key=lambda n: (n.count("/"), n))
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *(f"/{name}" for name in found), "```"])


# --- keys of config files -----------------------------------------------------------------------


def config() -> str:
    """Keys of every config file."""
    parts = sorted(SCHEMAS.glob("parts/*/schema.yaml"))
    first = SCHEMAS / "schemas" / "config.schema.yaml"
    study = sorted(path for path in SCHEMAS.glob("schemas/*.schema.yaml") if path != first)
    return "\n\n".join(map(_file, [first, *parts, *study]))


def _file(path: Path) -> str:
    schema = yaml.safe_load(path.read_text(encoding="utf-8"))
    title = schema["title"]
    named = re.match(r"config/[\w/]+\.yaml", title)
    said = _said(ROOT / named[0]) if named and (ROOT / named[0]).is_file() else {}
    rows = []
    for keys, node, needed in _keys(schema, schema):
        value, comment = said.get(keys, ("", ""))
        told = [_cell(part) for part in (_expected(node, schema), comment) if part]
        rows.append((_key(keys, needed), "<br>".join(told), value))
    heads = ("key", "what is expected, and what it does", *(["default run"] if said else []))
    table = [_row(heads), _row(("---",) * len(heads)), *(_row(row[: len(heads)]) for row in rows)]
    return "\n".join([f"## {title}", "", f"Schema: `{path.relative_to(ROOT).as_posix()}`.", "", *table])


def _key(keys: Sequence[str], needed: bool) -> str:
    """A key with its way from the top, which a narrow page may break at its dots."""
    text = escape(".".join(keys).replace(".[]", "[]")).replace(".", ".<wbr>")
    code = f'<code class="docutils literal notranslate">{text}</code>'
    return f"**{code}**" if needed else code


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def _meant(node: Mapping[str, Any], top: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of a schema, where it refers to another that one with what is said beside."""
    while "$ref" in node:
        other = top["$defs"][node["$ref"].removeprefix("#/$defs/")]
        node = {**other, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def _keys(
    node: Mapping[str, Any], top: Mapping[str, Any], above: tuple[str, ...] = (), seen: tuple[int, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any], bool]]:
    """Every key below a part of a schema, with what is said of it and whether it must be there."""
    node = _meant(node, top)
    if id(node.get("properties")) in seen:
        return  # a tree: the same keys again
    seen = (*seen, id(node["properties"])) if "properties" in node else seen
    needed = node.get("required", ())
    below = [((*above, key), part, key in needed) for key, part in node.get("properties", {}).items()]
    named = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
    below += [((*above, "<name>"), part, False) for part in named if isinstance(part, Mapping) and not _is_words(node)]
    if isinstance(node.get("items"), Mapping) and _is_mapping(_meant(node["items"], top)):
        yield from _keys(node["items"], top, (*above, "[]"), seen)
    for keys, part, must in below:
        yield keys, part, must
        yield from _keys(part, top, keys, seen)


def _is_words(node: Mapping[str, Any]) -> bool:
    """Whether a mapping holds a text in each language."""
    return list(node.get("patternProperties", ())) == ["^[a-z]{2}$"]


def _is_mapping(node: Mapping[str, Any]) -> bool:
    return bool({"properties", "patternProperties", "additionalProperties"} & set(node))


#: What a part of a schema that says nothing of itself expects, by its type.
_TYPES: Final = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


def _expected(node: Mapping[str, Any], top: Mapping[str, Any]) -> str:
    """What a key expects, in the words of a message about a wrong one."""
    node = _meant(node, top)
    if "description" in node:
        return str(node["description"])
    if _is_words(node):
        return "a text in each language"
    if "enum" in node:
        return f"one of {', '.join(map(str, node['enum']))}"
    if "const" in node:
        return str(node["const"])
    for key in ("oneOf", "anyOf"):
        if key in node and "type" not in node:
            return " or ".join(_expected(part, top) for part in node[key])
    types = node.get("type", "object" if _is_mapping(node) else "")
    if types == "array" and isinstance(node.get("items"), Mapping):
        return f"a list, each {_expected(node['items'], top)}"
    return " or ".join(_TYPES[one] for one in ([types] if isinstance(types, str) else types) if one) or "anything"


def _said(path: Path) -> dict[tuple[str, ...], tuple[str, str]]:
    """Each key of a config file with its value, if short, and the comment in its line."""
    content, lines = read_strict(path, lines=True)
    text = path.read_text(encoding="utf-8").splitlines()
    found = {}

    def walk(value: Any, keys: tuple[str, ...]) -> None:
        if keys:
            comment = re.search(r"\s#\s+(.+)$", text[lines[keys] - 1]) if keys in lines else None
            one = keys[:-1] in lines and lines[keys[:-1]] == lines.get(keys)  # of the mapping that the line holds
            found[keys] = (_value(value), comment[1] if comment and not one else "")
        if isinstance(value, Mapping):
            for key, below in value.items():
                walk(below, (*keys, str(key)))

    walk(content, ())
    return found


def _value(value: object) -> str:
    if isinstance(value, Mapping) and value:
        return ""
    if value is None or isinstance(value, bool):
        return f"`{str(value).lower().replace('none', 'null')}`"
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    text = text.removesuffix("\n...\n").strip()
    return f"`{text}`" if text and len(text) <= 100 and "|" not in text else ""


# --- commands -----------------------------------------------------------------------------------


def commands(language: str = "en") -> str:
    """What each command says of itself in a language."""
    top = parser(words_of(language, ROOT / "config" / "words"))
    return "\n\n".join([str(top.description), str(top.epilog), *map(_command, _leaves(top))])


def _leaves(of: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The commands below a parser that have none below themselves."""
    groups = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield of
    for group in groups:
        for one in group.choices.values():
            yield from _leaves(one)


def _command(one: argparse.ArgumentParser) -> str:
    usage = " ".join(one.format_usage().partition(": ")[2].split())
    rows = [
        f"| `{', '.join(act.option_strings) or act.metavar}`{_taken(act)} | {_cell(str(act.help))} |"
        for act in one._actions
        if act.help
    ]
    lines = [f"## {one.prog}", "", str(one.description), "", "```text", usage, "```", "", "| | |", "|---|---|", *rows]
    return "\n".join(lines)


def _taken(action: argparse.Action) -> str:
    return f" `{action.metavar}`" if action.option_strings and action.metavar and action.nargs != 0 else ""


# --- names of the package -----------------------------------------------------------------------


def python() -> str:
    """Every name that the package gives beside the study and its results, by module."""
    homes: dict[str, list[str]] = {}
    for name in monotown.__all__:
        module, _ = monotown._RENAMED.get(name, (monotown._HOMES.get(name, ""), name))
        if module not in ("", "monotown.api", "monotown.index.verbs"):
            homes.setdefault(module, []).append(name)
    return "\n\n".join(_module(module, names) for module, names in sorted(homes.items()))


def _module(module: str, names: list[str]) -> str:
    first = (getdoc(import_module(module)) or "").partition("\n\n")[0].replace("\n", " ")
    lines = [f"## {module}", "", first, "", "```{eval-rst}", ".. currentmodule:: monotown"]
    return "\n".join([*lines, *(_directive(module, name) for name in names), "```"])


def _directive(module: str, name: str) -> str:
    found = getattr(monotown, name)
    if isclass(found):
        return f"\n.. autoclass:: {name}"
    if isfunction(found):
        return f"\n.. autofunction:: {name}"
    return f"\n.. autodata:: {module}.{name}\n   :no-value:"


#: What is made, by the name that a mark gives it.
MADE: Final[dict[str, Callable[..., str]]] = {
    "config": config,
    "commands": commands,
    "python": python,
    "translated": translated,
}
