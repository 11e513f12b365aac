"""The comparer of golden results: what it must see, what it must let pass, how it tells it."""

import pandas as pd
import pytest
from golden_results import DECLARED, STORED, Table, compare, declared, digest, told, write

from monotown.workflow import write_table

ROOT = DECLARED.parents[2]

ROWS = pd.DataFrame(
    {
        "unit": ["KZABY", "KZAKM", "KZAKT", "KZALA"],
        "score": ["50", "25", "", "1.25"],
        "rank": ["1.0", "2.0", "", "3.0"],
        "note": ["", "clipped", "", ""],
        "unheld": ["1", "2", "3", "4"],
    }
)


def table(**changes):
    told = {
        "name": "scores",
        "source": "index/{view}/scores.csv",
        "key": ["view", "unit"],
        "columns": ["score", "rank", "note"],
        "tolerance": {"rank": 0.5},
        "general": 2.0**-20,
        "why": "a test",
    }
    return Table(**{**told, **changes})


def results(folder, rows=ROWS, view="v"):
    write_table(rows, folder / "index" / view / "scores.csv")
    return folder


@pytest.fixture
def stored(tmp_path):
    folder = tmp_path / "stored"
    folder.mkdir()
    write([table()], folder, results(tmp_path / "before"))
    return folder


def changed(column, unit, value):
    rows = ROWS.copy()
    rows.loc[rows["unit"] == unit, column] = value
    return rows


def seen(stored, tmp_path, rows, **changes):
    return compare([table(**changes)], stored, results(tmp_path / "after", rows))


def test_a_run_that_is_the_same_moves_nothing(stored, tmp_path):
    assert seen(stored, tmp_path, ROWS) == []
    assert seen(stored, tmp_path, ROWS[::-1]) == []
    assert seen(stored, tmp_path, ROWS.assign(unheld="9")) == []
    assert told([]) == "Nothing moved."


@pytest.mark.parametrize(
    ("column", "unit", "value", "what", "says"),
    [
        ("score", "KZAKM", "26", "number", "[view=v, unit=KZAKM] score: 25 -> 26 (+1)"),
        ("score", "KZAKM", "", "text", "score: 25 -> empty"),
        ("score", "KZAKM", "nan", "text", "score: 25 -> nan"),
        ("score", "KZAKM", "inf", "text", "score: 25 -> inf"),
        ("score", "KZAKT", "0", "text", "score: empty -> 0"),
        ("note", "KZAKM", "kept", "text", "note: clipped -> kept"),
        ("note", "KZAKM", "", "text", "note: clipped -> empty"),
    ],
)
def test_a_changed_cell_is_seen_and_told(stored, tmp_path, column, unit, value, what, says):
    (moved,) = seen(stored, tmp_path, changed(column, unit, value))
    assert moved.what == what
    assert says in told([moved])


def test_rows_lost_and_new_are_seen(stored, tmp_path):
    (lost,) = seen(stored, tmp_path, ROWS[1:])
    assert (lost.what, lost.key) == ("row lost", "view=v, unit=KZABY")
    more = pd.concat([ROWS, ROWS[:1].assign(unit="KZNS")])
    (new,) = seen(stored, tmp_path, more)
    assert (new.what, new.key) == ("row new", "view=v, unit=KZNS")
    text = told([lost, new])
    assert "Rows lost:\n  scores [view=v, unit=KZABY]" in text
    assert "Rows new:\n  scores [view=v, unit=KZNS]" in text


def test_a_file_lost_and_a_file_new_are_rows_lost_and_new(stored, tmp_path):
    after = results(tmp_path / "other", view="w")
    moved = compare([table()], stored, after)
    assert [m.what for m in moved] == ["row lost"] * 4 + ["row new"] * 4


def test_tables_and_columns_lost_and_new_are_seen(stored, tmp_path):
    after = results(tmp_path / "after")
    assert [m.what for m in compare([], stored, after)] == ["table lost"]
    other = table(name="ranks")
    assert [m.what for m in compare([table(), other], stored, after)] == ["table new"]
    moved = compare([table(columns=["score", "rank", "unheld"])], stored, after)
    assert [(m.what, m.key) for m in moved] == [("column lost", "note"), ("column new", "unheld")]
    moved = compare([table(key=["view", "unit", "unheld"])], stored, after)
    assert [(m.what, m.key) for m in moved] == [("column new", "unheld")]


@pytest.mark.parametrize(
    ("column", "unit", "within", "beyond"),
    [
        # relative where numbers are large
        ("score", "KZABY", 50 + 50 * 2.0**-20, 50 + 51 * 2.0**-20),
        ("score", "KZALA", 1.25 - 1.25 * 2.0**-20, 1.25 - 1.3 * 2.0**-20),
        ("rank", "KZABY", 1.5, 1.5001),  # a column's own is absolute
    ],
)
def test_a_tolerance_holds_to_its_edge(stored, tmp_path, column, unit, within, beyond):
    assert seen(stored, tmp_path, changed(column, unit, repr(within))) == []
    assert len(seen(stored, tmp_path, changed(column, unit, repr(beyond)))) == 1


def test_a_small_number_may_move_by_the_last_decimal_that_is_written():
    held = table()
    assert held.equal("score", "0", "1e-10")
    assert not held.equal("score", "0", "3e-10")
    assert not held.equal("score", "4.2e-09", "5.2e-09")
    assert held.equal("rank", "0.1", "0.6")  # decimals whose difference is no double


def test_a_row_of_nothing_is_not_stored_and_costs_nothing(tmp_path):
    held = table(columns=["score"], absent=0, tolerance={"score": 0.25})
    stored = tmp_path / "stored"
    stored.mkdir()
    before = results(tmp_path / "before", changed("score", "KZAKT", "0.0"))
    write([held], stored, before)
    assert "KZAKT" not in (stored / "scores.csv").read_text(encoding="utf-8")
    after = changed("score", "KZAKT", "0.25")
    assert compare([held], stored, results(tmp_path / "after", after)) == []
    after = changed("score", "KZAKT", "0.5")
    (moved,) = compare([held], stored, results(tmp_path / "after", after))
    assert (moved.what, moved.stored, moved.found) == ("number", "0", "0.5")


def test_the_largest_is_told_first_and_the_rest_is_counted(stored, tmp_path):
    rows = ROWS.assign(score=["51", "35", "", "1.5"], rank=["1.0", "2.0", "", "9.0"])
    text = told(seen(stored, tmp_path, rows), first=2)
    assert "scores: numbers moved 4" in text
    # against the largest number of its column: a rank by 6 of 3, a score by 10 of 50
    assert text.index("rank: 3.0 -> 9.0 (+6)") < text.index("score: 25 -> 35 (+10)")
    assert "51" not in text
    assert "and 2 more" in text


def test_writing_leaves_alone_what_did_not_move(stored, tmp_path):
    before = (stored / "scores.csv").read_bytes()
    almost = results(tmp_path / "almost", changed("score", "KZABY", "50.00000001"))
    write([table()], stored, almost)
    assert (stored / "scores.csv").read_bytes() == before
    name = digest(stored)
    after = results(tmp_path / "after", changed("score", "KZABY", "51"))
    write([table()], stored, after)
    assert compare([table()], stored, after) == []
    assert digest(stored) != name
    write([], stored, after)
    assert list(stored.iterdir()) == []


def test_a_key_that_tells_rows_not_apart_is_refused(tmp_path):
    with pytest.raises(ValueError, match="the key does not tell rows apart"):
        table(key=["view", "note"]).select(results(tmp_path))


def test_every_stored_table_is_declared_with_its_columns():
    tables = {t.name: t for t in declared()}
    assert {p.stem for p in STORED.glob("*.csv")} == set(tables)
    for name, held in tables.items():
        with (STORED / f"{name}.csv").open(encoding="utf-8") as lines:
            assert next(lines).rstrip("\n").split(",") == [*held.key, *held.columns]


def test_the_changelog_explains_the_golden_results():
    assert f"`{digest()}`" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), (
        "CHANGELOG.md does not say why the golden results are as they are; "
        f"add a line: - Golden results `{digest()}`: ..."
    )
