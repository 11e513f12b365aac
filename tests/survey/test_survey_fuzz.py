"""Whatever bytes come in, the reader of microdata answers with a table or with its problems."""

import contextlib
import tempfile
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monotown.base.problems import InputError
from monotown.survey.microdata import read_microdata
from monotown.workflow.microdata import read_microdata_file

SUFFIXES = [".csv", ".tsv", ".xlsx", ".xls", ".ods", ".sav", ".zsav", ".dta"]


def answered(data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"t{suffix}"
        path.write_bytes(data)
        with contextlib.suppress(InputError):
            assert isinstance(read_microdata_file(path), pd.DataFrame)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=400), suffix=st.sampled_from(SUFFIXES))
def test_any_bytes_are_answered(data, suffix):
    answered(data, suffix)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    frame = pd.DataFrame({"person": ["a", "b"], "q1": [1.0, 2.0], "town": ["X", "Ж"]})
    pyreadstat.write_sav(frame, str(folder / "t.sav"))
    pyreadstat.write_dta(frame, str(folder / "t.dta"))
    return {s: (folder / f"t{s}").read_bytes() for s in (".sav", ".dta")}


@settings(max_examples=120, deadline=None)
@given(
    cut=st.integers(0, 200),
    at=st.integers(0, 5000),
    value=st.integers(0, 255),
    suffix=st.sampled_from([".sav", ".dta"]),
)
def test_a_damaged_file_of_another_program_is_answered(whole, cut, at, value, suffix):
    data = bytearray(whole[suffix])
    data[at % len(data)] = value
    answered(bytes(data[: len(data) - cut]), suffix)


@pytest.mark.parametrize(("at", "value"), [(84, 127), (87, 128)])
def test_a_file_that_says_it_has_more_rows_than_it_holds_is_refused(whole, tmp_path, at, value):
    data = bytearray(whole[".dta"])
    data[at] = value  # a byte of the number of rows
    (tmp_path / "t.dta").write_bytes(data)
    with pytest.raises(InputError) as refused:
        read_microdata_file(tmp_path / "t.dta")
    assert "expected a whole .dta file" in str(refused.value)


@pytest.mark.parametrize("name", ["t.sav", "t.zsav"])
def test_a_small_file_of_many_like_values_is_read(tmp_path, name):
    frame = pd.DataFrame({"a": [1.0] * 20_000, "b": [2.0] * 20_000})
    pyreadstat.write_sav(frame, str(tmp_path / name), compress=True)
    assert (tmp_path / name).stat().st_size < frame.size
    assert read_microdata_file(tmp_path / name).iloc[-1].tolist() == ["1", "2"]


@pytest.mark.parametrize("settings", [{}, {"row_compress": True}])
def test_the_smallest_rows_of_spss_are_read(tmp_path, settings):
    frame = pd.DataFrame({c: [""] * 5_000 for c in "abc"})
    pyreadstat.write_sav(frame, str(tmp_path / "t.sav"), **settings)
    assert read_microdata_file(tmp_path / "t.sav").shape == (5_000, 3)


TEXTS = st.one_of(
    st.sampled_from(["1", "98", "99", "", ".", "2020", "KZRDD", "-1", "1e400", "nan", "=1+1"]), st.text(max_size=6)
)


@settings(max_examples=60, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 39), st.integers(0, 10**6), TEXTS), max_size=4))
def test_any_cells_are_answered(changes, survey):
    raw = survey.demo.microdata["residents"].head(40).astype(str).copy()
    for row, column, text in changes:
        raw.iloc[row, column % raw.shape[1]] = text
    units = list(survey.config["units"])
    with contextlib.suppress(InputError):
        made = read_microdata(raw, survey.mappings["residents"], survey.form, units, "t.csv", "synthetic")
        assert len(made.people) == len(raw)
        assert (made.people["design_weight"] > 0).all()
