"""The descriptions of the environment say the same, and hold what the code imports."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from pathlib import Path

import conda_file
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {name: (ROOT / f"{name}.lock").read_text(encoding="utf-8") for name in ("requirements", "requirements-dev")}
RUN, DEV = ([Requirement(pin) for pin in conda_file.pins(lock)] for lock in LOCKS.values())
LOCKED = {canonicalize_name(pin.name): Version(str(pin.specifier).removeprefix("==")) for pin in DEV}
EXTRAS = {canonicalize_name(pin.name): pin.extras for pin in DEV}
ASKED = {"run": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
DIRECT = [Requirement(text) for of in ("run", "dev") for text in ASKED[of]]
DECLARED = {of: {canonicalize_name(Requirement(text).name) for text in ASKED[of]} for of in ("run", "dev")}

#: What others take up where it is installed: openpyxl refuses entities of XML by it.
TAKEN_UP = {"defusedxml"}


@pytest.mark.parametrize("wanted", DIRECT, ids=lambda r: r.name)
def test_the_lock_holds_every_direct_dependency_in_its_range(wanted):
    assert LOCKED[canonicalize_name(wanted.name)] in wanted.specifier


@pytest.mark.parametrize("wanted", DIRECT, ids=lambda r: r.name)
def test_what_is_installed_is_in_the_range(wanted):
    assert Version(version(wanted.name)) in wanted.specifier


def test_an_extra_that_a_package_asks_for_stands_in_the_lock():
    # without it pip 23 looks past the pin to a newer release, and refuses it for want of a hash
    asked: dict[str, set[str]] = {}
    for name in LOCKED:
        try:
            wanted = [Requirement(text) for text in requires(name) or []]
        except PackageNotFoundError:  # for another platform or Python
            continue
        for one in wanted:
            if one.extras and (one.marker is None or one.marker.evaluate({"extra": ""})):
                asked.setdefault(canonicalize_name(one.name), set()).update(one.extras)
    asked = {name: extras for name, extras in asked.items() if name in LOCKED}
    assert asked["coverage"] == {"toml"}
    assert EXTRAS["coverage"] == {"toml"}
    assert {n: e - EXTRAS[n] for n, e in asked.items() if e - EXTRAS[n]} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash_and_no_address(lock):
    text = LOCKS[lock]
    blocks = re.split(r"\n(?=[A-Za-z0-9_.-]+(?:\[[^\]]+\])?==)", text.strip())
    assert len(blocks) == len(conda_file.pins(text)) > 70
    assert [b.splitlines()[0] for b in blocks if "--hash=sha256:" not in b] == []
    assert not re.search(r"https?://|--index-url|--find-links", text)


def test_what_a_run_needs_is_pinned_to_the_same_where_one_develops():
    one_place = {(canonicalize_name(pin.name), str(pin.specifier)) for pin in RUN}
    assert one_place < {(canonicalize_name(pin.name), str(pin.specifier)) for pin in DEV}
    run = {canonicalize_name(pin.name) for pin in RUN}
    assert DECLARED["run"] <= run
    # and no more than that, but for what builds the package
    builds = {canonicalize_name(Requirement(text).name) for text in ASKED["build"]}
    assert builds < run
    assert not (DECLARED["dev"] - DECLARED["run"] - builds) & run - _needed_by_others(run)


def _needed_by_others(run: set[str]) -> set[str]:
    """Packages that one of the run asks for."""
    found = set()
    for name in run:
        try:
            found |= {canonicalize_name(Requirement(text).name) for text in requires(name) or []}
        except PackageNotFoundError:  # for another platform or Python
            continue
    return found


@pytest.mark.parametrize("name", ["jupyter", "matplotlib", "pandas", "pytest", "snakemake", "statsmodels"])
def test_what_a_reader_looks_for_is_there(name):
    assert name in LOCKED


def test_the_file_of_conda_is_made_of_the_lock():
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == conda_file.environment()  # make lock


def test_the_file_of_conda_names_no_other_file():
    """Snakemake copies it to ``.snakemake/conda/<hash>.yaml``: a name of another file would lead nowhere there."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, pinned = environment["dependencies"]
    assert python.removeprefix("python ") == PROJECT["requires-python"]
    assert pip == "pip"
    # a line that begins with an option, or is a path or an address, is no requirement
    assert [str(Requirement(line)) for line in pinned["pip"]] == [str(pin) for pin in DEV]
    assert all(Requirement(line).url is None for line in pinned["pip"])


#: The package that an import leads to.
homes = cache(packages_distributions)


@cache
def imported(*folders: str) -> set[tuple[str, str]]:
    """Packages that the code of folders imports, each with the file that does; Snakemake's files too."""
    found = set()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.name != "Snakefile" and path.suffix not in (".py", ".smk"):
                continue
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".py":
                nodes = list(ast.walk(ast.parse(text)))
                names = [alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names]
                names += [n.module or "" for n in nodes if isinstance(n, ast.ImportFrom) and not n.level]
            else:
                names = re.findall(r"^\s*(?:from|import) ([\w.]+)", text, flags=re.MULTILINE)
            found |= {(name.partition(".")[0], path.relative_to(ROOT).as_posix()) for name in names}
    return found


def undeclared(folders: tuple[str, ...], declared: set[str]) -> list[str]:
    """What folders import and `declared` does not hold: neither Python's nor the project's own."""
    beside = [p for name in ("tests", "tools", "benchmarks") for p in (ROOT / name).rglob("*")]
    ours = {"monotown", *(p.stem for p in beside if p.suffix == ".py" or p.is_dir())} - {"node_modules"}
    return sorted(
        f"{file}: {name}"
        for name, file in imported(*folders)
        if name not in sys.stdlib_module_names | ours
        and not {canonicalize_name(d) for d in homes().get(name, [name])} & declared
    )


def test_what_a_run_imports_is_declared():
    assert undeclared(("src", "workflow"), DECLARED["run"]) == []
    assert undeclared(("src", "workflow"), DECLARED["run"] - {"scipy"}) != []


def test_what_tests_and_tools_import_is_declared():
    assert undeclared(("tests", "tools", "benchmarks"), DECLARED["run"] | DECLARED["dev"]) == []


def test_what_is_declared_for_a_run_is_imported():
    used = {canonicalize_name(d) for name, _ in imported("src", "workflow") for d in homes().get(name, [])}
    assert DECLARED["run"] - used == TAKEN_UP


def test_the_catalogue_claims_what_holds():
    """Running as a module is tests/workflow/test_reuse.py; conda is not started, what it would read is looked at."""
    claims = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text(encoding="utf-8"))["usage"]
    assert claims["software-stack-deployment"] == {"conda": True}
    for path in sorted((ROOT / "workflow").rglob("*.smk")):
        text = path.read_text(encoding="utf-8")
        named = re.findall(r'^ +conda:\s+"([^"]+)"$', text, flags=re.MULTILINE)
        assert len(named) == len(re.findall(r"^ +script:$", text, flags=re.MULTILINE)), path
        assert all((path.parent / name).resolve() == ROOT / "environment.yml" for name in named), path
