import pytest
import yaml

from monotown.base.problems import InputError
from monotown.workflow import read_yaml
from monotown.workflow.config import key_lines
from monotown.workflow.strict import main

REFUSED = {
    "a key twice": ("seed: 1\nsensitivity:\n  draws: 1\n  draws: 2\n", "line 4, sensitivity.draws", "as in line 3"),
    "a key twice at the top": ("seed: 1\nseed: 2\n", "line 2, seed", "as in line 1"),
    "a key twice in a flow": ("a: {b: 1, b: 2}\n", "line 1, a.b", "each key once"),
    "a number and a text": ("1: a\n'1': b\n", "line 2, 1", "as in line 1"),
    "a key that is no name": ("1: a\n1.0: b\n", "line 2", "'1.0'"),
    "a truth value as a key": ("KZ: a\nNO: b\n", "line 2", "'NO'"),
    "a truth value by its sound": ("units:\n  - KZ\n  - NO\n", "line 3, units.1", '"NO" in quotes'),
    "no key": ("~: a\n", "line 1", "'~'"),
    "merge keys": ("a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n", "line 3, c", "'<<'"),
    "itself": ("tree: &t\n  children:\n    - *t\n", "line 1, tree.children.0", "itself"),
    "nan": ("a: 1\nb: .nan\n", "line 2, b", "a finite number"),
    "inf": ("goalposts: [0, .inf]\n", "line 1, goalposts.1", "a finite number"),
    "too large": ("a: -1.0e+400\n", "line 1, a", "a finite number"),
    "base 8": ("seed: 010\n", "line 1, seed", "'010'"),
    "base 60": ("year: 20:22\n", "line 1, year", "'20:22'"),
    "no date": ("a: 2020-13-45\n", "line 1, a", "a date"),
    "a type": ("a: !!python/name:os.system x\n", "line 1, a", "no tag"),
    "a set": ("a: !!set {x, y}\n", "line 1, a", "no tag"),
    "two documents": ("a: 1\n---\nb: 1\n", "line 2, column 1", "valid YAML"),
    "not closed": ("a: [1,\n", "line 2, column 1", "valid YAML"),
    "deep": ("a: " + "[" * 200 + "]" * 200, "line 1", "at most 100 levels"),
    "very deep": ("[" * 100_000 + "]" * 100_000, "line 1", "at most 100 levels"),
    "aliases of aliases": (
        "- &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        + "".join(f"- &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)),
        "line 6",
        "aliases of aliases",
    ),
    "NUL": ("a: 1\nb\0: 2\n", "line 2, column 2", "U+0000"),
    "cp1251": ("a: 1\nимя: 2\n".encode("cp1251"), "line 2, byte 1", "text in UTF-8"),
    "UTF-16": ("a: 1\n".encode("utf-16"), "line 1, byte 1", "text in UTF-8"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_two_readers_may_take_for_two_things_is_refused(name, tmp_path):
    text, where, told = REFUSED[name]
    path = tmp_path / "run.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    for read in (read_yaml, key_lines):
        with pytest.raises(InputError) as stopped:
            read(path)
        first = stopped.value.problems[0]
        assert first.file == str(path)
        assert first.where.startswith(where)
        assert told in str(first)


def test_every_key_given_twice_is_told_at_once(tmp_path):
    (tmp_path / "c.yaml").write_text("a: 1\nb:\n  c: 1\n  c: 2\n  c: 3\na: 2\n")
    with pytest.raises(InputError) as stopped:
        read_yaml(tmp_path / "c.yaml")
    assert [p.where for p in stopped.value.problems] == ["line 4, b.c", "line 5, b.c", "line 6, a"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: &x {b: 1}\nc: *x\n",
        "a: true\nb: 'NO'\nc: null\n",
        "2022: {1: a}\n",
        "\ufeffa: ә\n",
        "a: 2020-01-31\nb: -1.5e+3\nc: 0\nd: 0.05\ne: '010'\n",
    ],
)
def test_what_is_plain_is_read_as_the_safe_loader_reads_it(text, tmp_path):
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    assert read_yaml(tmp_path / "c.yaml") == yaml.safe_load(text)


def test_files_of_a_run_are_read_before_snakemake_reads_them(tmp_path, capsys):
    good, wrong = tmp_path / "good.yaml", tmp_path / "wrong.yaml"
    good.write_text("seed: 1\n", encoding="utf-8")
    wrong.write_bytes("results: r\n# город\n".encode("cp1251"))
    assert main([str(good)]) == 0
    assert main([str(good), str(wrong), str(tmp_path / "none.yaml")]) == 1
    said = capsys.readouterr().err
    assert "wrong.yaml, line 2, byte 3" in said
    assert "none.yaml" in said
