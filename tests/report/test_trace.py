"""From a number of a run back to its cells: every formula gives what is printed, and what does not is told."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook
from trace_support import RAW, small_run, with_tables

from monotown.base.parsing import reads_of
from monotown.commands.main import main
from monotown.commands.places import digest
from monotown.commands.run import MARK
from monotown.commands.trace import tables_of
from monotown.data.clean import clean
from monotown.data.crosswalk import constant_units
from monotown.data.locators import way_of
from monotown.data.units import Units
from monotown.report.trace.claims import computed
from monotown.report.trace.figures import CONSTANT, FORMULAS, PLAIN, Figures
from monotown.report.trace.step import Step
from monotown.report.trace.tables import Tables
from monotown.report.trace.trace import Run
from monotown.workflow import read_text_table, write_table
from monotown.workflow.sources import read_sources
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_tables(small_run(tmp_path_factory.mktemp("small")))


@pytest.fixture
def run(results: Path) -> Run:
    return Run(tables_of(results))


def of(step: Step, what: str, **told: str) -> Step:
    """The one step below another of a kind."""
    (found,) = [s for s in step.walk() if s.what == what and told.items() <= s.of.items()]
    return found


def test_a_score_is_traced_to_the_cells_of_the_raw_file(run: Run) -> None:
    step = run.trace("v/A")
    assert float(step.value) == pytest.approx((600 / 22 + 10) / 2)  # schools are missing: the others share the weight
    assert step.agrees
    rate = of(step, "indicator", measure="rate")
    assert rate.formula == "1000 * staff / (people + lag(people, 1)) * 2"
    assert float(rate.recomputed) == pytest.approx(1000 * 6 / (1200 + 1000) * 2)
    cells = [(p.value, p.cell.path, p.cell.line, p.cell.column) for p in rate.parts if p.cell]
    assert cells == [
        ("1200.0", "mine/office.csv", 3, "people"),
        ("1000.0", "mine/office.csv", 2, "people"),
        ("6.0", "mine/office.csv", 3, "staff"),
    ]
    pay = of(step, "indicator", measure="pay")
    assert [p.of["unit"] for p in pay.parts] == ["A", "N"]  # the second is the nation's
    assert [p.weight for p in step.parts] == ["0.75", "0.25"]


def test_a_mark_that_stands_for_a_number_is_told_so(run: Run) -> None:
    seen = Figures(run.tables).step(False, ("B", "2020", "schools"), "official")
    assert (seen.value, seen.notes) == ("", ("flag.none",))
    absent = Figures(run.tables).step(False, ("B", "1999", "schools"), "official")
    assert (absent.value, absent.notes, absent.id) == ("", ("flag.absent",), "")


@pytest.mark.parametrize(
    ("asked", "value", "cells"),
    [
        ("v/B/2021/people", 90.0, 5),
        ("v/B/2021/schools", 100 * 8 / 9, 1),
        ("best_score", 0.75 * 90 + 0.25 * 100 * 8 / 9, 6),
        ("gap", 0.75 * 90 + 0.25 * 100 * 8 / 9 - (600 / 22 + 10) / 2, 12),
        ("tables/scores_v.csv:unit=B:score", 0.75 * 90 + 0.25 * 100 * 8 / 9, 6),
        ("results/tables/scores_v.csv:unit=B:score", 0.75 * 90 + 0.25 * 100 * 8 / 9, 6),
        ("index/v/scores.csv:unit=A:node=whole:rank", 3, 6),
        ("index/v/comparison.csv:unit=A:node=people:average", (90 + 37.5) / 2, 0),
        ("index/v/comparison.csv:unit=A:node=people:difference", (600 / 22 + 10) / 2 - (90 + 37.5) / 2, 5),
        ("index/v/comparison.csv:unit=A:node=people:ratio", (600 / 22 + 10) / (90 + 37.5), 5),
        ("index/v/weights.csv:measure=pay:global_weight", 0.375, 0),
        ("indicators/figures.csv:unit=A:input=staff", 6, 1),
        ("index/v/scores: max(score[unit == 'A'])", (600 / 22 + 10) / 2, 5),
        ("index/v/scores: score[name == 'Альфа' and node == 'whole']", (600 / 22 + 10) / 2, 6),
        ("data: staff[unit == 'C' and year == 2020]", 4, 1),
    ],
)
def test_every_form_of_an_id_is_the_number_that_it_says(run: Run, asked: str, value: float, cells: int) -> None:
    step = run.trace(asked)
    assert float(step.value) == pytest.approx(value, rel=1e-8)
    assert step.wrong == []
    assert len([s for s in step.walk() if s.cell]) >= cells
    assert step.agrees or step.cell


def test_a_number_of_a_whole_analysis_has_its_step_and_raw_files(run: Run) -> None:
    step = run.trace("index/v/draws.csv:line=2:share")
    assert "whole" in step.notes
    made, raw = step.parts
    assert (made.of["rule"], made.of["script"]) == ("index", "index.py")
    assert raw.cell
    assert raw.cell.path == "mine/office.csv"


@pytest.mark.parametrize(
    ("table", "row", "column", "asked", "said"),
    [
        ("index/v/scores.csv", 0, "score", "v/A/2021/people", "index/v/scores.csv:unit=A:year=2021:node=people:score"),
        ("index/v/normalised.csv", 0, "normalised", "v/A", "measure=pay:normalised"),
        ("indicators/indicators.csv", 0, "value", "v/A", "measure=pay:value"),
        ("indicators/figures.csv", 0, "value", "v/A", "measure=rate:value"),
        ("index/v/prepared.csv", 0, "normalised", "v/A/2021/people", "node=people:score"),
        ("tables/facts.csv", 0, "value", "best_score", "best_score"),
    ],
)
def test_a_number_that_was_changed_is_found(
    tmp_path: Path, table: str, row: int, column: str, asked: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    results = with_tables(small_run(tmp_path))
    frame = read_text_table(results / table)
    frame.loc[row, column] = repr(float(frame.loc[row, column]) * 1.000001)
    write_table(frame, results / table)
    assert any(said in wrong.id for wrong in Run(tables_of(results)).trace(asked).wrong)
    assert main(["trace", asked, "--results", str(results), "--language", "en"]) == 1
    assert "Not the same: the formula gives" in capsys.readouterr().out


CHOICES = {
    "geometric": {"tree": {"id": "whole", "aggregation": "geometric", "floor": 0.01,
                           "children": [{"measure": "rate"}, {"measure": "pay"}]}},
    "zscore": {"normalisation": {"method": "zscore", "mean": 100, "sd": 10}},
    "rank": {"normalisation": "rank"},
    "median": {"tree": {"id": "whole", "children": [{"measure": "rate"}, {"measure": "schools", "missing": "median"}]}},
    "in_the_node": {"tree": {"id": "whole", "missing": "mean",
                             "children": [{"measure": "rate"}, {"measure": "schools"}]}},
    "own_weights": {"weights": {"scheme": "benefit_of_the_doubt"},
                    "tree": {"id": "whole", "children": [{"measure": "rate"}, {"measure": "pay"}]}},
    "log": {"tree": {"id": "whole", "children": [{"measure": "rate", "transform": "log1p"}, {"measure": "pay"}]}},
    "scale": {"scale": 1},
}  # fmt: skip


@pytest.mark.parametrize("choice", CHOICES)
def test_whatever_the_method_the_formula_gives_what_is_printed(tmp_path: Path, choice: str) -> None:
    changes = dict(CHOICES[choice])
    tables = tables_of(small_run(tmp_path, changes, changes.pop("tree", None)))
    run = Run(tables)
    made = [run.trace(f"v/{unit}") for unit in "ABC"]
    assert [step.wrong for step in made] == [[], [], []]
    steps = [s for step in made for s in step.walk() if s.what in ("score", "measure", "indicator", "filled")]
    assert len(steps) >= 15
    assert all(s.agrees for s in steps)
    assert ("filled" in {s.what for s in steps}) == (choice == "median")


def test_figures_that_the_study_derives_are_computed_of_theirs() -> None:
    """Every figure of the default study in borders that stay, and every mean of a year, sum and count."""
    units, variables = (read_part(name, ROOT) for name in ("units", "variables"))
    areas, sources = Units(units), read_sources("data/raw", ROOT)
    seen = clean({s["file"]: (ROOT / s["file"]).read_bytes() for s in sources.values()}, sources, variables, areas)
    official = seen.observations[seen.observations["kind"] == "official"]
    made = {
        PLAIN: seen.observations,
        CONSTANT: constant_units(official, areas, variables, areas.set("regions_constant")),
    }
    texts = {
        k: t.assign(value=t["value"].map(lambda v: "" if pd.isna(v) else repr(v))).astype(str) for k, t in made.items()
    }
    texts[FORMULAS] = pd.DataFrame({"reads_as": [json.dumps(reads_of(variables))]})
    figures = Figures(Tables(texts.__getitem__, texts.__getitem__, texts))
    ways: Counter[str] = Counter()
    for path in (PLAIN, CONSTANT):
        for row in texts[path].to_dict("records"):
            how = way_of(row["locator"]).how
            if how and how != "none":
                step = figures.of_row(path, {str(k): v for k, v in row.items()})
                assert step.agrees or (not row["value"] and row["flag"]), step
                assert all(s.cell for s in step.walk() if not s.parts)
                ways[how] += 1
    assert {how: n > 1 for how, n in ways.items()} == dict.fromkeys(("ends", "sum", "weighted", "members"), True)


def test_a_figure_that_a_reading_computed_is_computed_again() -> None:
    locator = "computed: 100 * a / lag(b, 1); b of 2019: a marker read as 4"
    rows = [
        {"unit": "X", "year": y, "variable": v, "value": n, "unit_of_measure": "u", "kind": "official", "source": "own",
         "locator": at, "flag": f}
        for y, v, n, at, f in [("2020", "a", "3.0", "o.csv, cell B2", ""), ("2019", "b", "", "o.csv, cell C2", "none"),
                               ("2020", "c", "75.0", locator, "")]
    ]  # fmt: skip
    tables = {PLAIN: pd.DataFrame(rows), CONSTANT: pd.DataFrame(rows[:0], columns=list(rows[0]))}
    figures = Figures(Tables(tables.__getitem__, tables.__getitem__, tables))
    step = figures.of_row(PLAIN, rows[2])
    assert (step.formula, step.recomputed, step.agrees) == ("100 * a / lag(b, 1)", "75", True)
    assert [p.cell.cell for p in step.parts if p.cell] == ["B2", "C2"]
    assert not figures.of_row(PLAIN, {**rows[2], "value": "74.0"}).agrees


@pytest.mark.parametrize(
    ("arithmetic", "found"),
    [
        ("(50 + 36) / 50 = 1.72000 → 1.72; printed 1.72", ("1.72000", True)),
        ("59,26 + 33,33 + 7,41 = 100.00; printed 100", ("100.00", True)),
        ("86 − 1.72 · 86 = −61.9 people, not 50", None),
        ("16 / 27 = 58.3%", None),
        ("16 + 9 + 2 = 28; printed 28", ("27", False)),
        ("27 = 27", None),
        ("1 / 0 = 5", None),
    ],
)
def test_the_sum_of_a_claim_is_done_again(arithmetic: str, found: tuple[str, bool] | None) -> None:
    assert computed(arithmetic) == found


def test_the_tree_names_what_the_run_names(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "v/A", "--results", str(results), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "whole, Alpha, 2021 = 18.63636364\n" in said
    assert "├── 0.75 × People = 18.63636364\n" in said
    assert "1000 * staff / (people + lag(people, 1)) * 2 → 5.454545455, as printed" in said
    assert "mine/office.csv, line 3, column staff: “6”" in said
    assert "empty cell" in said
    assert main(["trace", "v/A", "--results", str(results), "--language", "ru"]) == 0
    said = capsys.readouterr().out
    assert "whole, Альфа, 2021 = 18.63636364\n" in said
    assert "строка 3, столбец staff: “6”" in said
    assert "5.454545455, как напечатано" in said
    assert main(["trace", "v/A", "--results", str(results), "--language", "kk"]) == 0
    assert "5.454545455, басылғандай" in capsys.readouterr().out


def test_the_object_holds_the_whole_tree(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--results", str(results), "--json"]
    assert main(["trace", "index/v/scores.csv", "unit=A", "node=people", "score", *where]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["version"], told["agrees"]) == (1, True)
    assert told["asked"] == "index/v/scores.csv:unit=A:node=people:score"
    step = told["step"]
    assert step["of"] == {"view": "v", "unit": "A", "year": "2021", "node": "people"}
    pay = step["parts"][1]["parts"][0]["parts"][0]
    assert pay["cell"] == {
        "file": "office.csv", "path": "mine/office.csv", "line": 3, "column": "pay", "state": "same", "text": "60",
        "sha256": pay["cell"]["sha256"],
    }  # fmt: skip


def test_a_raw_file_that_is_another_or_gone_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = small_run(tmp_path)
    raw = tmp_path / "mine/office.csv"
    raw.write_text(RAW.replace("60,", "61,"), encoding="utf-8")
    assert main(["trace", "v/A", "--results", str(results), "--language", "en"]) == 0
    assert "“61” (the file is not the one that the run read)" in capsys.readouterr().out
    raw.unlink()
    assert main(["trace", "v/A", "--results", str(results), "--language", "en"]) == 0
    assert "(the file is not here)" in capsys.readouterr().out


def test_cells_of_workbooks_and_of_own_tables_are_looked_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = small_run(tmp_path)
    book = Workbook()
    book.create_sheet("data, 2021")["B2"] = 60
    book.save(tmp_path / "own.xlsx")
    (tmp_path / "own.csv").write_text(RAW, encoding="utf-8")
    inputs = [{"file": f"../own.{end}", "sha256": digest(tmp_path / f"own.{end}")} for end in ("xlsx", "csv")]
    (results / MARK).write_text(json.dumps({"inputs": inputs}), encoding="utf-8")
    seen = read_text_table(results / "clean/observations.csv")
    mine = (seen["unit"] == "A") & (seen["year"] == "2021")
    seen.loc[mine & (seen["variable"] == "pay"), "locator"] = "own.xlsx, sheet data, 2021, cell B2"
    seen.loc[mine & (seen["variable"] == "staff"), "locator"] = "own.csv, cell D3"
    write_table(seen, results / "clean/observations.csv")
    assert main(["trace", "v/A", "--results", str(results), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "own.xlsx, sheet data, 2021, cell B2: “60”\n" in said
    assert "own.csv, cell D3: “6”\n" in said


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        (["v/D"], "v/A"),
        (["best_scor"], "best_score"),
        (["v/A/2021/peple"], "v/A/2021/people"),
        (["index/v/scores.csv", "unit=A", "score"], "index/v/scores.csv:unit=A:node=people:score"),
        (["index/v/scores.csv", "unit=Z", "score"], "index/v/scores.csv:unit=A:node=people:score"),
        (["index/v/comparison.csv"], "index/v/comparison.csv:unit=A:node=people:score"),
        (["index/v/score"], "index/v/scores.csv"),
    ],
)
def test_an_unknown_number_is_answered_by_the_nearest(
    results: Path, asked: list[str], near: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", *asked, "--results", str(results), "--language", "en"]) == 2
    said = capsys.readouterr().err
    assert "no such number in" in said
    assert f"  {near}\n" in f"{said}\n"


def test_a_column_that_is_not_there_is_a_wrong_call(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "index/v/scores: scor[unit == 'A']", "--results", str(results), "--language", "en"]) == 2
    assert "found scor; expected a column" in capsys.readouterr().err


def test_without_results_there_is_nothing_to_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "v/A", "--results", str(tmp_path), "--language", "en"]) == 2
    assert "no results of a run" in capsys.readouterr().err


def test_every_known_id_leads_somewhere(run: Run) -> None:
    known = list(run.known())
    assert {"best_score", "v/A", "v/C/2021/schools", "index/v/scores.csv"} <= set(known)
    for name in known:
        if not name.endswith(".csv"):
            assert run.trace(name).wrong == []
