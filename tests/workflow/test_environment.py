"""The three descriptions of the environment say the same."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[([^\]]+)\])?==([^\s;\\]+)", LOCK, flags=re.MULTILINE)
LOCKED = {canonicalize_name(name): Version(number) for name, _, number in PINS}
EXTRAS = {canonicalize_name(name): set(extras.split(",")) for name, extras, _ in PINS if extras}
DIRECT = [Requirement(text) for text in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]]


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
    assert {n: e - EXTRAS.get(n, set()) for n, e in asked.items() if e - EXTRAS.get(n, set())} == {}


def test_every_locked_package_has_a_hash_and_no_address():
    blocks = re.split(r"\n(?=[A-Za-z0-9_.-]+(?:\[[^\]]+\])?==)", LOCK.strip())
    assert len(blocks) > 100
    assert [b.splitlines()[0] for b in blocks if "==" in b and "--hash=sha256:" not in b] == []
    assert not re.search(r"https?://|--index-url|--find-links", LOCK)


def test_conda_installs_the_same_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, _, pip = environment["dependencies"]
    assert python.removeprefix("python ") == PROJECT["requires-python"]
    assert pip == {"pip": ["--require-hashes", "-r requirements.lock"]}
