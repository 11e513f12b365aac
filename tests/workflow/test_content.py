"""What a result is made from: the modules that a script stands on, and digests of files."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monotown.workflow.content import Content, digest, imported, sources

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "workflow").rglob("*.py"))


@pytest.fixture
def project(tmp_path):
    """A library of two packages, and a script that imports one module of it."""
    for name, text in {
        "src/one/__init__.py": "",
        "src/one/a.py": "from . import b\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from one import types_only\n",
        "src/one/b.py": "def f():\n    import one.deep.d\n",
        "src/one/c.py": "",
        "src/one/types_only.py": "",
        "src/one/deep/__init__.py": "from ..deeper import e\n",
        "src/one/deep/d.py": "import two\nimport numpy.linalg\n",
        "src/one/deep/fonts/f.ttf": "font",
        "src/one/deeper.py": "e = 1\n",
        "src/two.py": "import one.a\n",
        "script.py": "from one.a import x  # a comment\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def content(project):
    return Content(project, project / ".snakemake/code.json")


def test_a_script_stands_on_all_it_imports_however_far_and_on_data_of_packages(project):
    found = content(project).files("script.py")
    assert [p.relative_to(project).as_posix() for p in found] == [
        "script.py",
        "src/one/__init__.py",
        "src/one/a.py",
        "src/one/b.py",
        "src/one/deep/__init__.py",
        "src/one/deep/d.py",
        "src/one/deep/fonts/f.ttf",
        "src/one/deeper.py",
        "src/two.py",
    ]


@pytest.mark.parametrize("cached", [False, True])
@pytest.mark.parametrize(
    ("file", "text", "other"),
    [
        ("src/two.py", "import one.a\nx = 1\n", True),
        ("src/one/deep/fonts/f.ttf", "another font", True),
        ("script.py", "from one.a import y\n", True),
        ("src/one/c.py", "x = 1\n", False),  # nothing imports it
        ("src/one/types_only.py", "x = 1\n", False),
        ("src/two.py", "# words\n\nimport  one.a\n", False),  # the same code
    ],
)
def test_the_digest_of_code_is_another_where_the_code_is(project, file, text, other, cached):
    before = content(project)
    digest_before = before.code("script.py")
    if cached:
        before.save()
    (project / file).write_text(text, encoding="utf-8")
    assert (content(project).code("script.py") != digest_before) is other


def test_an_import_that_is_new_is_followed_although_the_old_one_is_kept(project):
    first = content(project)
    first.code("script.py")
    first.save()
    (project / "src/two.py").write_text("import one.c\n", encoding="utf-8")
    assert project / "src/one/c.py" in content(project).files("script.py")


def test_a_project_that_was_moved_has_the_same_digests(project):
    before = content(project).code("script.py")
    moved = project.rename(project.with_name("moved"))
    assert content(moved).code("script.py") == before


def test_a_cache_that_is_broken_is_made_anew(project):
    first = content(project)
    code = first.code("script.py")
    first.save()
    (project / ".snakemake/code.json").write_text('{"3', encoding="utf-8")
    again = content(project)
    assert again.code("script.py") == code
    again.save()
    assert content(project).code("script.py") == code


def test_code_that_is_not_python_is_refused_by_its_name_and_line(project):
    (project / "src/two.py").write_text("x = (\n", encoding="utf-8")
    with pytest.raises(SyntaxError) as told:
        content(project).code("script.py")
    assert told.value.filename == "src/two.py"


@given(st.lists(st.sampled_from(["a", "a.b", "numpy", "c.d.e"]), unique=True))
def test_imports_are_found_at_any_depth(names):
    lines = [f"{'    ' * i}def f{i}():\n{'    ' * (i + 1)}import {n}" for i, n in enumerate(names)]
    assert imported(ast.parse("\n".join(lines)), "") == sorted(names)


def test_a_file_has_its_name_and_content_and_an_absent_one_neither(project):
    (project / "x.csv").write_bytes(b"1\n")
    found = content(project)
    assert found.file("x.csv") == f"x.csv {digest(b'1' + bytes([10]))}"
    assert found.file("y.csv") == "y.csv absent"


def test_sources_are_what_lies_outside_the_results():
    given = ["data/a.csv", "results/a.csv", "results-own/b.csv", "my/results/c.csv"]
    assert sources(given, "results") == ["data/a.csv", "results-own/b.csv", "my/results/c.csv"]
    assert sources(given, "my/results") == ["data/a.csv", "results/a.csv", "results-own/b.csv"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_a_step_imports_nothing_by_a_name_that_only_a_run_knows(script, real):
    for path in real.files(script):
        if path.suffix != ".py" or path == ROOT / "src/monotown/__init__.py":
            continue
        called = {
            getattr(node.func, "id", getattr(node.func, "attr", ""))
            for node in ast.walk(ast.parse(path.read_bytes()))
            if isinstance(node, ast.Call)
        }
        assert not called & {"import_module", "__import__", "exec_module", "run_path"}, path


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_a_step_takes_no_name_from_the_package_that_finds_names_late(script, real):
    for path in [p for p in real.files(script) if p.suffix == ".py"]:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ImportFrom) and node.module == "monotown":
                for alias in node.names:
                    assert importlib.util.find_spec(f"monotown.{alias.name}"), (path, alias.name)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_the_log_of_a_step_is_kept_from_its_first_import_on(script):
    first = next(node for node in ast.parse(script.read_bytes()).body if isinstance(node, ast.Import | ast.ImportFrom))
    assert isinstance(first, ast.ImportFrom)
    assert first.module == "monotown.workflow"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    return Content(ROOT, tmp_path_factory.mktemp("cache") / "code.json")


def test_modules_that_python_loads_are_among_those_found(real):
    script = ROOT / "workflow/scripts/index/region_tables.py"
    lines = [
        ast.unparse(node)
        for node in ast.parse(script.read_bytes()).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    code = "\n".join(
        [*lines, "import sys", "for m in list(sys.modules.values()):", "    print(getattr(m, '__file__', None) or '')"]
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT / "src")}
    )
    loaded = {Path(f) for f in done.stdout.splitlines() if f.startswith(str(ROOT / "src"))}
    assert len(loaded) > 5
    assert loaded <= set(real.files(script))


def test_no_file_is_parsed_again_when_nothing_was_edited(tmp_path, monkeypatch):
    cache = tmp_path / "code.json"
    first = Content(ROOT, cache)
    codes = [first.code(s) for s in SCRIPTS]
    first.save()

    def parse(*_: object, **__: object) -> None:
        raise AssertionError("a file is parsed that was known")

    monkeypatch.setattr("monotown.workflow.content.ast.parse", parse)
    again = Content(ROOT, cache)
    assert [again.code(s) for s in SCRIPTS] == codes
