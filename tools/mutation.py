"""Mutation testing of a seeded sample: the changes of a package that none of its tests notices.

    make mutation PACKAGE=index SAMPLE=30

mutmut changes functions one at a time in a copy of the project, ``.mutation/<package>``, and runs the tests of the
package that go through the changed one, without examples in docstrings. What is measured, and why some changes live,
stands in ``benchmarks/mutation.md``.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from statsmodels.stats.proportion import proportion_confint

ROOT: Final = Path(__file__).resolve().parents[1]
MUTMUT: Final = Path(sys.executable).with_name("mutmut")


class Package(NamedTuple):
    """Folders of the library, and the tests that are its own."""

    folders: tuple[str, ...]
    tests: tuple[str, ...]


PACKAGES: Final[Mapping[str, Package]] = {
    "index": Package(("index",), ("tests/index",)),
    "methods": Package(("methods",), ("tests/methods", "tests/index")),
    "sensitivity": Package(("sensitivity",), ("tests/sensitivity",)),
    "readers": Package(("data", "study"), ("tests/data", "tests/study", "tests/towns", "tests/real")),
}

#: A line that is drawn a little thicker is no fault that a test should find.
LEFT_OUT: Final = "figures*.py"

#: What mutmut says of a change that a test noticed: it failed, ended the process, or never came to an end.
NOTICED: Final = ("killed", "timeout", "segfault")


def chosen(names: Iterable[str], size: int, seed: int) -> list[str]:
    """A sample of changes by their names: the same in whatever order they come.

    Examples
    --------
    >>> chosen(["c", "a", "b"], 2, 1) == chosen(["a", "b", "c"], 2, 1)
    True
    """
    known = sorted(names)
    return sorted(random.Random(seed).sample(known, min(size, len(known))))


def statuses(text: str) -> dict[str, str]:
    """Name to status, from what ``mutmut results --all true`` prints.

    Examples
    --------
    >>> statuses("    monotown.index.kernel.x_rank__mutmut_1: no tests")
    {'monotown.index.kernel.x_rank__mutmut_1': 'no tests'}
    """
    return dict(line.strip().rsplit(": ", 1) for line in text.splitlines() if ": " in line)  # type: ignore[misc]


def said(found: Sequence[str]) -> str:
    """Share of changes that were noticed, with Wilson's interval of 95%.

    Examples
    --------
    >>> said(["killed"] * 8 + ["survived", "no tests"])
    '8 of 10 noticed: 0.80 (0.49 to 0.94)'
    """
    noticed = sum(status in NOTICED for status in found)
    low, high = proportion_confint(noticed, len(found), method="wilson")
    return f"{noticed} of {len(found)} noticed: {noticed / len(found):.2f} ({low:.2f} to {high:.2f})"


def sources(package: Package) -> list[Path]:
    """Modules of a package whose functions are changed, relative to the project."""
    found = (p for folder in package.folders for p in (ROOT / "src/monotown" / folder).rglob("*.py"))
    return sorted(p.relative_to(ROOT) for p in found if not p.match(LEFT_OUT))


def changes(file: Path) -> Iterator[str]:
    """Every change of a module, by the name that mutmut gives it."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    module = ".".join(file.relative_to("src").with_suffix("").parts).removesuffix(".__init__")
    made = mutate_file_contents(str(file), (ROOT / file).read_text(encoding="utf-8"))
    yield from (f"{module}.{name}" for name in made.mutant_names)


def copied(place: Path, changed: Iterable[Path], tests: Iterable[str]) -> None:
    """The project's files of today in a place of their own, with the settings of mutmut."""
    shutil.rmtree(place, ignore_errors=True)
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    names = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, place / name)
    beside = sorted({Path(name).parts[0] for name in names} - {"tests", "pyproject.toml"})
    settings = {
        "source_paths": ["src/monotown"],
        "only_mutate": sorted(map(str, changed)),
        "also_copy": beside,
        "pytest_add_cli_args": ["-m", "not workflow and not notebook and not slurm"],
        "pytest_add_cli_args_test_selection": tests,
        "timeout_multiplier": ["3"],
    }
    lines = [line for key, values in settings.items() for line in (f"{key} =", *(f"    {v}" for v in values))]
    (place / "setup.cfg").write_text("\n".join(["[mutmut]", *lines, ""]), encoding="utf-8")


def asked(place: Path, *words: str) -> str:
    """What mutmut answers."""
    return subprocess.run([MUTMUT, *words], cwd=place, capture_output=True, check=True, text=True).stdout


def main() -> None:
    """Change, test, and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("package", choices=PACKAGES)
    parser.add_argument("--sample", type=int, default=300, help="number of changes")
    parser.add_argument("--seed", type=int, default=20200601)
    parser.add_argument("--cores", type=int, default=1)
    given = parser.parse_args()
    package, place = PACKAGES[given.package], ROOT / ".mutation" / given.package
    every = {name: file for file in sources(package) for name in changes(file)}
    sample = chosen(every, given.sample, given.seed)
    copied(place, {every[name] for name in sample}, package.tests)
    subprocess.run([MUTMUT, "run", "--max-children", str(given.cores), *sample], cwd=place, check=True)
    status = statuses(asked(place, "results", "--all", "true"))
    found = {name: status[name] for name in sample}
    told = [f"{given.package}, seed {given.seed}, {len(every)} changes: {said(list(found.values()))}", ""]
    for name in sample:
        told += [asked(place, "show", name), ""] if found[name] not in NOTICED else []
    (place / "survivors.txt").write_text("\n".join(told), encoding="utf-8")
    print(told[0], "What lived:", place / "survivors.txt", sep="\n")


if __name__ == "__main__":
    main()
