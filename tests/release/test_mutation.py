"""The tool of mutation testing draws the same sample everywhere and knows where tests lie; a run itself takes hours."""

from __future__ import annotations

import doctest

import mutation
import pytest


def test_samples_words_and_shares() -> None:
    assert doctest.testmod(mutation) == (0, 3)


@pytest.mark.parametrize("name", mutation.PACKAGES)
def test_a_package_has_modules_and_tests(name: str) -> None:
    package = mutation.PACKAGES[name]
    files = mutation.sources(package)
    assert {file.parts[2] for file in files} == set(package.folders)
    assert not [file for file in files if file.name.startswith("figures")]
    assert all(list((mutation.ROOT / folder).glob("test_*.py")) for folder in package.tests)


@pytest.mark.skipif(not (mutation.ROOT / ".git").exists(), reason="no checkout of git")
def test_settings_name_what_is_changed_and_what_tests_it(tmp_path) -> None:
    package = mutation.PACKAGES["methods"]
    mutation.copied(tmp_path / "copy", mutation.sources(package), package.tests)
    told = (tmp_path / "copy/setup.cfg").read_text(encoding="utf-8")
    assert "    src/monotown/methods/weights/ahp.py\n" in told
    assert "pytest_add_cli_args_test_selection =\n    tests/methods\n    tests/index\n" in told
    assert (tmp_path / "copy/tests/methods/test_ahp.py").is_file()
    assert not (tmp_path / "copy/results").exists()
