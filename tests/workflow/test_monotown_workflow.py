import csv
import os
import tempfile
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from monotown.base.labels import Labels
from monotown.base.problems import InputError, Problem
from monotown.base.tables import OBSERVATIONS, as_written, written
from monotown.workflow import read_table, read_text_table, read_yaml, run, write_table
from monotown.workflow.environment import set_environment
from monotown.workflow.figures import write_figures


def observations(**changes):
    row = {
        "unit": "KZULU",
        "year": 2022,
        "variable": "researchers",
        "value": 2.0,
        "unit_of_measure": "persons",
        "kind": "official",
        "source": "bulletin",
        "locator": "line 2",
        "flag": "",
    }
    return pd.DataFrame([{**row, **changes}])


def test_a_table_comes_back_to_the_last_bit(tmp_path):
    rng = np.random.Generator(np.random.PCG64(1))
    values = np.append(rng.lognormal(size=500) * 10.0 ** rng.integers(-9, 9, 500), np.nan)
    table = pd.DataFrame({"value": values, "name": ["a", ""] * 250 + ["NA"], "n": range(501)})
    write_table(table, tmp_path / "t.csv", exact=True)
    back = read_table(tmp_path / "t.csv")
    pd.testing.assert_frame_equal(back, table, check_exact=True)
    write_table(table, tmp_path / "t.csv")
    back = read_table(tmp_path / "t.csv")
    rounded = table.assign(value=written(table["value"].to_list()))
    pd.testing.assert_frame_equal(back, rounded, check_exact=True)
    # to write what was read changes nothing
    before = (tmp_path / "t.csv").read_bytes()
    write_table(back, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == before


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_has_ten_digits_at_most_and_is_as_near_as_these_allow(number):
    written = as_written(number)
    digits = Decimal(repr(written)).normalize().as_tuple()
    assert -int(digits.exponent) <= 10
    if abs(number) < 1e9:
        assert len(digits.digits) <= 10
    # half a unit of the tenth digit, or of the tenth decimal, or of the last whole number
    size = Decimal(abs(number)).adjusted() if number else 0
    unit = Decimal(1).scaleb(min(max(size - 9, -10), 0))
    assert abs(Decimal(written) - Decimal(number)) <= unit * Decimal("0.5000001")
    assert str(written) != "-0.0"


def test_numbers_with_units_of_their_own_keep_ten_digits_however_small(tmp_path):
    small = 1.234567890123e-8
    table = pd.DataFrame({"value": [3e12, small], "share": [0.5, small], "tiny": [small, small]})
    write_table(table, tmp_path / "t.csv", own_units=["value"])
    back = read_table(tmp_path / "t.csv")
    assert back["value"].tolist() == [3e12, 1.23456789e-8]
    assert back["share"].tolist() == [0.5, 1.23e-8]
    assert back["tiny"].tolist() == [1.23456789e-8] * 2


def test_a_small_p_value_is_never_written_as_0(tmp_path):
    small = 6.9e-21
    names = ["p", "p_holm", "equivalence_p"]
    table = pd.DataFrame({n: [0.5, small] for n in [*names, "rank_p05", "top"]})
    write_table(table, tmp_path / "t.csv")
    back = read_table(tmp_path / "t.csv")
    assert back[names].iloc[1].tolist() == [small] * 3
    assert back[["rank_p05", "top"]].iloc[1].tolist() == [0.0, 0.0]


def test_whole_numbers_keep_all_digits_and_noise_is_none(tmp_path):
    table = pd.DataFrame(
        {"tenge": [123456789012345.0] * 2, "zero": [-3e-17, 0.3], "mixed": np.array([0.1 + 0.2, "a"], object)}
    )
    write_table(table, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == (
        "tenge,zero,mixed\n123456789012345.0,0.0,0.3\n123456789012345.0,0.3,a\n"
    )


def test_observations_keep_their_types_and_empty_flags(tmp_path):
    rows = pd.concat([observations(), observations(year=2021, value=np.nan, flag="confidential")])
    write_table(rows, tmp_path / "o.csv", OBSERVATIONS)
    back = read_table(tmp_path / "o.csv", OBSERVATIONS)
    assert list(back["year"]) == [2021, 2022]
    assert list(back["flag"]) == ["confidential", ""]
    assert np.isnan(back["value"][0])
    assert back["value"][1] == 2.0


@pytest.mark.parametrize(
    "changes", [{"flag": "confidential"}, {"value": np.nan}, {"kind": "guess"}, {"year": 22}, {"unit": ""}]
)
def test_an_observation_that_breaks_the_schema_is_refused(tmp_path, changes):
    with pytest.raises(SchemaErrors):
        write_table(observations(**changes), tmp_path / "o.csv", OBSERVATIONS)
    assert not (tmp_path / "o.csv").exists()


def test_broken_yaml_names_its_line(tmp_path):
    (tmp_path / "c.yaml").write_text("a: 1\nb: [1, 2\nc: 3\n")
    with pytest.raises(InputError, match="line 3, column 2"):
        read_yaml(tmp_path / "c.yaml")


def test_yaml_with_a_python_tag_is_refused(tmp_path):
    (tmp_path / "c.yaml").write_text("a: !!python/object/apply:os.getcwd []\n")
    with pytest.raises(InputError, match=r"c\.yaml, line 1"):
        read_yaml(tmp_path / "c.yaml")


def test_problems_end_a_script_with_their_list_and_status_one(capsys):
    def main():
        raise InputError([Problem("a.csv", "line 2", "x", "a number")])

    with pytest.raises(SystemExit) as stopped:
        run(main)
    assert stopped.value.code == 1
    assert "a.csv, line 2: found 'x'; expected a number" in capsys.readouterr().err


def test_a_figure_is_written_in_each_language_and_format_with_equal_bytes(tmp_path):
    from monotown.show.style import new_figure, stamp

    texts = {
        "kind.official": {"en": "Official", "ru": "Офиц.", "kk": "Ресми"},
        "badge.official": {"en": "Official", "ru": "Офиц.", "kk": "Ресми"},
        "word.source": {"en": "Source", "ru": "Источник", "kk": "Дереккөз"},
    }

    def draw(labels):
        figure = new_figure(3, 2)
        figure.add_subplot().plot([1, 2], [3, 4])
        stamp(figure, labels, ["official"], "test")
        return figure

    labels = {lang: Labels(lang, texts) for lang in ("en", "ru", "kk")}
    names = [f"f.{lang}.{ext}" for lang in labels for ext in ("svg", "pdf", "png")]
    for folder in ("one", "two"):
        write_figures(draw, labels, [tmp_path / folder / n for n in names])
    for name in names:
        first = (tmp_path / "one" / name).read_bytes()
        assert first == (tmp_path / "two" / name).read_bytes(), name
    languages = {(tmp_path / "one" / f"f.{lang}.svg").read_bytes() for lang in labels}
    assert len(languages) == 3


def test_steps_find_the_library_of_a_checkout_and_one_thread(tmp_path):
    environment = {"PYTHONPATH": "/elsewhere"}
    set_environment(tmp_path, environment)
    assert environment["PYTHONPATH"] == os.pathsep.join([str(tmp_path), "/elsewhere"])
    assert environment["OPENBLAS_NUM_THREADS"] == environment["OMP_NUM_THREADS"] == "1"
    bare: dict[str, str] = {}
    set_environment(tmp_path, bare)
    assert bare["PYTHONPATH"] == str(tmp_path)
    installed: dict[str, str] = {}
    set_environment(tmp_path / "src", installed)  # an installed library has no such folder, and is found as it is
    assert "PYTHONPATH" not in installed


FORMULAS = ["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\tx", "-", "'=1", "''+x", '=HYPERLINK("x")']


def test_no_text_becomes_a_formula_and_every_text_comes_back(tmp_path):
    plain = ["-5", "-5,2", "+7", "-1.5e-05", "'quoted'", "town", "", "a=b", "-3 200,5%"]
    table = pd.DataFrame({"text": [*FORMULAS, *plain], "value": -1.5})
    table["=head"] = table["text"]
    write_table(table, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        written = [row[0] for row in csv.reader(file)][1:]
    assert written == [*(f"'{t}" for t in FORMULAS), *plain]
    back = read_table(tmp_path / "t.csv")
    assert back["text"].tolist() == table["text"].tolist()
    assert back["value"].tolist() == [-1.5] * len(table)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), min_size=1))
def test_texts_come_back_whatever_they_begin_with(texts):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        write_table(pd.DataFrame({"a": texts, "b": "x"}), path)
        assert read_text_table(path)["a"].tolist() == texts
