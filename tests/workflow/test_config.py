import re
from pathlib import Path

import pytest
import yaml

from monotown.base.problems import InputError
from monotown.base.schemas import schema_problems
from monotown.workflow import read_yaml
from monotown.workflow.config import FILES, check_config, key_lines
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = read_yaml(ROOT / "config" / "config.yaml")
SCHEMA = read_yaml(ROOT / "workflow" / "schemas" / "config.schema.yaml")


def changed(**changes):
    config = yaml.safe_load(yaml.safe_dump(DEFAULT))
    for dotted, value in changes.items():
        node = config
        *parents, last = dotted.split("__")
        for key in parents:
            node = node[key]
        node[last] = value
    return config


def test_the_default_config_is_valid():
    check_config(DEFAULT, ROOT)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sede": 1}, "found 'sede'; expected 'seed' (did you mean this?)"),
        ({"seed": -1}, "seed: found '-1'; expected a whole number from 0 to 2^63 - 1"),
        ({"seed": "1"}, "seed: found '1'"),
        ({"results": "/tmp/x"}, "a folder inside the project"),
        ({"results": "../x"}, "a folder inside the project"),
        ({"views": "config/vews.yaml"}, "expected a file that exists"),
        ({"views": "../views.yaml"}, "expected a path inside the project"),
        ({"sensitivity__draws": 0}, "expected a whole number from 100 to 10^9"),
        ({"sensitivity__interval": [0.9, 0.1]}, "the lower probability first"),
        ({"sensitivity__interval": [0.1]}, "two probabilities, lower first"),
        ({"sensitivity__weight_cv": 0}, "a number above 0 and at most 1"),
        ({"sensitivity__schemes": ["critic"] * 2}, "a list of weighting schemes, each once"),
        ({"figures__show_infered": True}, "'show_inferred' (did you mean this?)"),
        ({"figures": 3}, "a mapping"),
    ],
)
def test_a_wrong_setting_is_told_with_what_was_expected(changes, message):
    with pytest.raises(InputError) as stopped:
        check_config(changed(**changes), ROOT)
    assert message in str(stopped.value)


def test_every_wrong_setting_is_told_at_once_with_its_line(tmp_path):
    (tmp_path / "run.yaml").write_text("seed: x\nsensitivity:\n  drawz: 3\n")
    config = changed(seed="x", sensitivity__drawz=3)
    with pytest.raises(InputError) as stopped:
        check_config(config, ROOT, ("config/config.yaml", str(tmp_path / "run.yaml")))
    found = [(p.where, Path(p.file).name) for p in stopped.value.problems]
    assert found == [("line 1, seed", "run.yaml"), ("line 3, sensitivity.drawz", "run.yaml")]


def test_a_missing_key_is_named():
    config = changed()
    del config["seed"]
    del config["sensitivity"]["draws"]
    problems = schema_problems(config, SCHEMA, "c.yaml")
    assert [(p.where, p.found) for p in problems] == [("seed", "nothing"), ("sensitivity.draws", "nothing")]


def test_lines_of_keys_and_entries():
    lines = key_lines(ROOT / "config" / "config.yaml")
    text = (ROOT / "config" / "config.yaml").read_text().splitlines()
    assert text[lines["sensitivity", "draws"] - 1].strip().startswith("draws:")
    assert ("sensitivity", "schemes", 4) in lines


def test_every_key_of_the_schema_is_explained_and_commented():
    readme = (ROOT / "config" / "README.md").read_text()
    comments = (ROOT / "config" / "config.yaml").read_text()

    def keys(node, prefix=""):
        for name, child in node.get("properties", {}).items():
            if "properties" in child:
                yield from keys(child, f"{prefix}{name}.")
            else:
                yield f"{prefix}{name}"

    for key in keys(SCHEMA):
        assert f"`{key}`" in readme, key
        if key.split(".")[0] in SCHEMA["required"]:  # the others belong to other runs
            assert re.search(rf"^\s*{key.split('.')[-1]}:.*#", comments, re.M), key
    assert set(FILES) <= set(SCHEMA["properties"])


def test_the_title_of_an_index_that_lacks_blocks_says_so():
    views = read_part("views", ROOT)
    said = {"en": "incomplete", "ru": "неполный", "kk": "толық емес"}
    lacking = 0
    for view in views.values():
        missing = set(view["expected_blocks"]) - {c.get("id") for c in view["tree"]["children"]}
        lacking += bool(missing)
        for language, word in said.items():
            assert (word in view["label"][language]) == bool(missing)
    assert lacking == 2


def test_every_missing_key_is_named_once():
    schema = {"type": "object", "properties": {k: {"type": "integer"} for k in "abc"}, "required": ["a", "b", "c"]}
    found = schema_problems({"b": 1}, schema, "c.yaml")
    assert [str(p) for p in found] == [
        "c.yaml, a: found 'nothing'; expected a value",
        "c.yaml, c: found 'nothing'; expected a value",
    ]


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("data/rew", "sources: found 'data/rew'; expected a folder of sources"),
        ("docs", "expected a folder of sources, each with its source.yaml"),
        ("config/study/units.csv", "expected a folder of sources"),
        ("..", "expected a path inside the project"),
        (["data/raw/official/wages_regions/source.yml"], "sources.0: found"),
        (["config/study/units.csv"], "expected a file source.yaml that exists"),
        ([], "a folder of sources like data/raw, or a list of files source.yaml"),
        (3, "a folder of sources like data/raw, or a list of files source.yaml"),
    ],
)
def test_sources_are_a_folder_or_a_list_of_files(named, message):
    with pytest.raises(InputError) as stopped:
        check_config(changed(sources=named), ROOT)
    assert message in str(stopped.value)


def test_sources_may_be_a_list():
    check_config(changed(sources=["data/raw/official/wages_regions/source.yaml"]), ROOT)
