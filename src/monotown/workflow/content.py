"""What a result is made from, by content: the code of its step and the files that no step makes.

Snakemake compares dates of files: it takes no notice of a file whose date is older than the result,
nor of a module that a script imports. The digests of this module go with each rule as parameters,
and Snakemake runs a step again where one of them differs.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import platform
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from monotown.workflow.words import WORDS, home, sources_of

#: Digits of a digest: enough to tell files apart, few enough to be read in a message.
DIGITS = 16


def digest(content: bytes) -> str:
    """First digits of the SHA-256 of some bytes.

    >>> digest(b"")
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def imported(tree: ast.AST, package: str) -> list[str]:
    r"""Dotted names that a module imports, wherever it does, but for those of type checkers.

    Parameters
    ----------
    tree
        The parsed module.
    package
        Dotted name of the package that it lies in, for relative imports; empty for a script.

    Returns
    -------
    list of str
        Sorted; ``from a import b`` gives ``a`` and ``a.b``, since ``b`` may be a module.

    Examples
    --------
    >>> imported(ast.parse("import a.b, c\nfrom .d import e"), "p.q")
    ['a.b', 'c', 'p.q.d', 'p.q.d.e']
    """
    found: set[str] = set()
    for node in _run(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            start = parents[: len(parents) - node.level + 1] if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            found.update([module, *(f"{module}.{alias.name}" for alias in node.names)])
    return sorted(found)


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below one, without the bodies of ``if TYPE_CHECKING:``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield other
                yield from _run(other)
        else:
            yield child
            yield from _run(child)


class Content:
    """Digests of the files of one project, each file read once.

    Parameters
    ----------
    root
        The project's folder.
    cache
        File that keeps what was parsed, by digest; parsing all modules takes half a second.
    """

    def __init__(self, root: str | Path, cache: str | Path) -> None:
        self.root = Path(root).resolve()
        own = self.root / "src"
        self.library = own if own.is_dir() else Path(__file__).resolve().parents[2]
        self._cache = Path(cache)
        self._digests: dict[Path, str] = {}
        self._code: dict[Path, tuple[str, list[Path]]] = {}
        # another Python may write the same code's tree in another way
        self._python = platform.python_version()
        try:
            kept = json.loads(self._cache.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            kept = {}
        self._kept: dict[str, Any] = kept.get(self._python, {})
        self._used: dict[str, Any] = {}
        self._new = False
        self._found: dict[str, list[Path]] = {}

    def file(self, path: str | Path) -> str:
        """A file's name and digest, in one text; a file that is absent has a digest of its own.

        The words that the languages have for a config file count as a part of it.
        """
        target = self.root / path
        if target not in self._digests:
            try:
                content = target.read_bytes()
            except OSError:
                self._digests[target] = "absent"
            else:
                at = home(target) if target.suffix == ".yaml" else None
                words = sources_of(at[1], at[0]) if at else []
                self._digests[target] = digest(content + b"".join(map(_line, words)))
        return f"{path} {self._digests[target]}"

    def labels(self, groups: Iterable[str] | None) -> str:
        """The digest of groups of labels in all languages, in one text; of all groups for None."""
        places = [("labels",)] if groups is None else [("labels", group) for group in groups]
        parts = [part for place in places for part in sources_of(place, self.root / WORDS)]
        return f"labels {digest(b''.join(map(_line, parts)))}"

    def files(self, script: str | Path) -> list[Path]:
        """The script of a step and all files of the library that it stands on, sorted.

        These are the modules that it imports, those that they import, the packages that hold them,
        and the data that lie in these packages, such as fonts.
        """
        found: set[Path] = set()
        todo = [(self.root / script).resolve()]
        while todo:
            path = todo.pop()
            if path not in found:
                found.add(path)
                todo += self._module(path)[1] if path.suffix == ".py" else []
        return sorted(found)

    def code(self, script: str | Path) -> str:
        """The digest of a step's code, in one text; comments and layout do not count."""
        lines = [
            f"{self._name(path)} {self._module(path)[0]}"
            if path.suffix == ".py"
            else f"{self._name(path)} {self.file(path).rpartition(' ')[2]}"
            for path in self.files(script)
        ]
        return f"code {digest(chr(10).join(lines).encode())}"

    def computes(self, script: str | Path) -> bool:
        """Whether a step stands on the register of methods, so that a user's methods may change it."""
        return self.library / "monotown/methods/register.py" in self.files(script)

    def save(self) -> None:
        """Keep what was parsed for the next start, where that is anything new."""
        if not self._new:
            return
        self._cache.parent.mkdir(parents=True, exist_ok=True)
        part = self._cache.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps({self._python: self._used}), encoding="utf-8")
        part.replace(self._cache)

    def _name(self, path: Path) -> str:
        """Name of a file that does not hang on where the library is installed."""
        inside = path.is_relative_to(self.library)
        return f"src/{path.relative_to(self.library).as_posix()}" if inside else path.relative_to(self.root).as_posix()

    def _module(self, path: Path) -> tuple[str, list[Path]]:
        if path not in self._code:
            text = path.read_bytes()
            name = self._name(path)
            key = f"{name} {digest(text)}"
            if key not in self._kept:
                tree = ast.parse(text, name)
                package = self._package(path)
                self._new = True
                self._kept[key] = [digest(ast.dump(tree).encode()), imported(tree, package)]
            of, names = self._used[key] = self._kept[key]
            self._code[path] = of, [file for dotted in names for file in self._homes(dotted)]
        return self._code[path]

    def _package(self, path: Path) -> str:
        if not path.is_relative_to(self.library):
            return ""
        return ".".join(path.relative_to(self.library).parent.parts)

    def _homes(self, dotted: str) -> list[Path]:
        """Files of a dotted name in the library: packages on the way with their data, module."""
        if dotted not in self._found:
            above, _, name = dotted.rpartition(".")
            files = self._homes(above) if above else []
            here = self.library.joinpath(*dotted.split("."))
            if not above or self.library.joinpath(*above.split("."), "__init__.py") in files:
                if (here / "__init__.py").is_file():
                    files = [*files, here / "__init__.py", *_data(here)]
                elif here.with_name(f"{name}.py").is_file():
                    files = [*files, here.with_name(f"{name}.py")]
            self._found[dotted] = files
        return self._found[dotted]


def _line(part: tuple[str, bytes]) -> bytes:
    return part[0].encode() + b" " + part[1] + b"\n"


def _data(package: Path) -> Iterator[Path]:
    """Files of a package that are no code, with those of its folders that are no packages."""
    for path in sorted(package.iterdir()):
        if path.is_dir() and path.name != "__pycache__" and not (path / "__init__.py").exists():
            yield from _data(path)
        elif path.is_file() and path.suffix not in (".py", ".pyc"):
            yield path


def sources(paths: Iterable[str | Path], results: str) -> list[str]:
    """Those of a step's inputs that no step makes: all that lie outside the folder of results."""
    return [str(path) for path in paths if Path(results) not in Path(path).parents]
