"""YAML as a config may hold it: what two readers could take for two things is refused."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from monotown.base.problems import InputError, Problem

Lines = dict[tuple[str | int, ...], int]

#: Plain types only; the loader in C where PyYAML was built with it, some eight times as fast.
SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: What no text of a config holds: NUL and other control characters, halves of surrogate pairs.
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: Whole numbers that YAML 1.1 reads in base 8 or 60: 010 is 8, 12:30 is 750.
_OTHER_BASE = re.compile(r"[-+]?(?:0[0-9_]+|[0-9][0-9_]*(?::[0-9]+)+(?:\.[0-9_]*)?)")

#: Nodes of a tree with every alias written out; a few lines of aliases of aliases make billions.
_LARGEST = 1_000_000
_DEEPEST = 100
_TAG = "tag:yaml.org,2002:"
_PLAIN = ("str", "int", "float", "bool", "null", "timestamp", "value", "map", "seq")


def read_strict(path: str | Path, *, lines: bool = False) -> tuple[Any, Lines]:
    """Content of a YAML file and, if wanted, the line of each of its keys and entries.

    Parameters
    ----------
    path
        A file in UTF-8 with one document.
    lines
        Whether to note lines.

    Returns
    -------
    tuple
        The content, plain types only; path of each key and entry from the top to its line. A key
        that is a whole number stands in a path as it is and as a text.

    Raises
    ------
    InputError
        Every problem, each with its line: text that is not UTF-8, control characters, YAML that is
        not valid; a key given twice, also where two spellings are one name (``1`` and ``"1"``);
        keys that are neither a text nor a whole number; merge keys; a part that contains itself;
        numbers that are not finite; and plain words that YAML 1.1 takes for something else
        (``no``, ``on``: a truth value; ``010``, ``12:30``: a number of another base).
    """
    name = str(path)
    return _read(text_of(Path(path).read_bytes(), name), name, lines)


def parse_strict(text: str, name: str) -> Any:
    """Content of a text in YAML, as `read_strict` reads that of a file of this name."""
    return _read(text_of(text.encode(), name), name, lines=False)[0]


def _read(text: str, name: str, lines: bool) -> tuple[Any, Lines]:
    walk = _Walk(name, lines)
    try:
        _check_depth(text, name)
        loader = SAFE_LOADER(text)
        try:
            node = loader.get_single_node()
            if node is not None:
                walk.visit(node, (), loader)
            if walk.problems:
                raise InputError(walk.problems)
            content = None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        told = str(error.problem or error.context)
        raise InputError([Problem(name, where, told, "valid YAML")]) from error
    except yaml.YAMLError as error:
        raise InputError([Problem(name, "line 1", str(error), "valid YAML")]) from error
    except RecursionError:
        expected = f"at most {_DEEPEST} levels"
        raise InputError([Problem(name, "line 1", "parts in parts", expected)]) from None
    return content, walk.lines


def text_of(data: bytes, name: str) -> str:
    """Text of a file in UTF-8; InputError with the line of what is no text in it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        found = f"byte {data[error.start]:#04x}"
        where = f"line {line}, byte {column} of the line"
        raise InputError([Problem(name, where, found, "text in UTF-8")]) from None
    wrong = _CONTROL.search(text)
    if wrong:
        start = wrong.start()
        line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
        found = f"the character U+{ord(wrong[0]):04X}"
        expected = "text without control characters"
        raise InputError([Problem(name, f"line {line}, column {column}", found, expected)])
    return text


def _check_depth(text: str, name: str) -> None:
    """Refuse parts in parts by the thousand, which the loader in C does not survive."""
    if sum(text.count(mark) for mark in ("[", "{", "- ", "? ")) < 5000:
        return
    depth = 0
    for event in yaml.parse(text, SAFE_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > 10 * _DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else 1
            expected = f"at most {_DEEPEST} levels"
            raise InputError([Problem(name, f"line {line}", "parts in parts", expected)])


class _Walk:
    """One pass over the nodes of a document."""

    def __init__(self, file: str, lines: bool) -> None:
        self.file, self.wanted = file, lines
        self.lines: Lines = {}
        self.problems: list[Problem] = []
        self._above: set[int] = set()
        self._sizes: dict[int, int] = {}

    def _add(self, node: yaml.Node, path: tuple[str | int, ...], found: object, needs: str) -> None:
        where = f"line {node.start_mark.line + 1}"
        if path:
            where += ", " + ".".join(map(str, path))
        self.problems.append(Problem(self.file, where, str(found), needs))

    def visit(self, node: yaml.Node, path: tuple[str | int, ...], loader: Any) -> int:
        """Check a node and all below; the number of its nodes with aliases written out."""
        if isinstance(node, yaml.ScalarNode):
            self._scalar(node, path, loader)
            return 1
        if id(node) in self._above:
            self._add(node, path, "a part that contains itself", "parts that end")
            return 1
        known = self._sizes.get(id(node))
        if known is not None and (not self.wanted or known > _LARGEST):
            return known
        if len(path) > _DEEPEST:
            self._add(node, path[:3], "parts in parts", f"at most {_DEEPEST} levels")
            return 1
        self._above.add(id(node))
        size, tag = 1, node.tag.removeprefix(_TAG)
        if tag not in _PLAIN:
            self._add(node, path, tag, "no tag of a type: plain texts, numbers, lists, mappings")
        elif isinstance(node, yaml.MappingNode):
            size += self._mapping(node, path, loader)
        elif isinstance(node, yaml.SequenceNode):
            for i, value in enumerate(node.value):
                if self.wanted:
                    self.lines[(*path, i)] = value.start_mark.line + 1
                size += self.visit(value, (*path, i), loader)
        self._above.discard(id(node))
        if size > _LARGEST >= (known or 0):
            self._add(node, path, "aliases of aliases", f"at most {_LARGEST} parts")
        self._sizes[id(node)] = size
        return size

    def _mapping(self, node: yaml.MappingNode, path: tuple[str | int, ...], loader: Any) -> int:
        first: dict[str, int] = {}
        size = 0
        for key, value in node.value:
            name = self._key(key, path, loader)
            if name is None:
                continue
            line = key.start_mark.line + 1
            if str(name) in first:
                found, needs = str(key.value), "each key once"
                if line != first[str(name)]:
                    found += f", as in line {first[str(name)]}"
                self._add(key, (*path, name), found, needs)
            first.setdefault(str(name), line)
            if self.wanted:
                self.lines[(*path, name)] = self.lines[(*path, str(name))] = line
            size += 1 + self.visit(value, (*path, name), loader)
        return size

    def _key(self, key: yaml.Node, path: tuple[str | int, ...], loader: Any) -> str | int | None:
        """The key as it is read; None where it cannot be one."""
        tag = key.tag.removeprefix(_TAG)
        if tag == "merge":
            self._add(key, path, "<<", "every key written out: merged keys hide what is set")
        elif not isinstance(key, yaml.ScalarNode) or tag not in ("str", "int", "value"):
            found = key.value if isinstance(key, yaml.ScalarNode) else "a list or mapping as a key"
            self._add(key, path, found, "a name or a whole number as a key; other names in quotes")
        else:
            before = len(self.problems)
            self._scalar(key, path, loader)
            if len(self.problems) == before:
                return int(loader.construct_object(key)) if tag == "int" else str(key.value)
        return None

    def _scalar(self, node: yaml.ScalarNode, path: tuple[str | int, ...], loader: Any) -> None:
        tag, text = node.tag.removeprefix(_TAG), node.value
        if tag == "str":
            return
        if tag == "bool" and text.casefold() not in ("true", "false"):
            self._add(node, path, text, f'true or false, or "{text}" in quotes where it is a text')
        elif tag in ("int", "float") and _OTHER_BASE.fullmatch(text):
            needs = "a number without zeros before it and without colons, or a text in quotes"
            self._add(node, path, text, needs)
        elif tag in ("int", "float", "timestamp"):
            try:
                value = loader.construct_object(node)
            except (ValueError, TypeError, AttributeError, yaml.YAMLError):
                words = {"int": "a whole number", "float": "a number", "timestamp": "a date"}
                self._add(node, path, text, f"{words[tag]} as YAML writes it, or a text in quotes")
                return
            if isinstance(value, float) and not math.isfinite(value):
                self._add(node, path, text, "a finite number")
        elif tag not in _PLAIN:
            self._add(node, path, tag, "no tag of a type: plain texts, numbers, lists, mappings")


def main(files: Sequence[str]) -> int:
    """Read config files before Snakemake does; 1 where one says two things or is no text.

    Snakemake reads the file of ``--configfile`` itself, first, and names no line.
    """
    problems: list[Problem] = []
    for file in files:
        try:
            read_strict(file)
        except InputError as error:
            problems += error.problems
        except OSError:
            problems.append(Problem(file, "-", "nothing", "a file that exists"))
    if problems:
        print(InputError(problems), file=sys.stderr)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
