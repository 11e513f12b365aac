import csv
import re
from pathlib import Path

import pandas as pd
import pytest

from monotown.workflow import read_yaml
from monotown.workflow.words import label_texts

from .conftest import checksums, report_page, snakemake

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.workflow

LANGUAGES = ("en", "ru", "kk")


def test_a_whole_run_leaves_every_result(finished):
    results = finished / "results"
    for name in (
        "report.html",
        "report.ru.html",
        "report.kk.html",
        "report/index.html",
        "report/regions.ru.html",
        "report/unit-KZULU.kk.html",
        "manifest.csv",
        "ro-crate-metadata.json",
        "clean/observations.csv",
        "clean/observations_constant.csv",
        "indicators/indicators.csv",
        "indicators/coverage.csv",
        "findings/claims.csv",
        "findings/claims.html",
        "index/potential_2022/scores.csv",
        "index/potential_panel/scores.csv",
        "index/quality_2022/scores.csv",
        "index/quality_panel/scores.csv",
        "sensitivity/potential_2022/rank_intervals.csv",
        "sensitivity/potential_2022/rank_acceptability.csv",
        "sensitivity/potential_2022/drop_one.csv",
    ):
        assert (results / name).stat().st_size > 0, name
    figures = {p.name for p in (results / "figures").iterdir()}
    for figure in ("figure1", "figure2", "story", "hypothesis_forest", "intervals_potential_2022"):
        for language in LANGUAGES:
            assert f"{figure}.{language}.svg" in figures
    tables = {p.suffix for p in (results / "tables").iterdir()}
    assert tables == {".csv", ".md", ".tex"}


def test_a_second_run_does_nothing(finished):
    again = snakemake(finished, "--cores", "4", "--nolock")
    assert again.returncode == 0
    assert "Nothing to be done" in again.stdout + again.stderr


def test_one_core_gives_the_same_bytes_as_four(runs):
    one, four = checksums(runs[1] / "results"), checksums(runs[4] / "results")
    assert len(one) > 800
    assert set(one) == set(four)
    assert [name for name in one if one[name] != four[name]] == []


def test_draws_in_shards_give_the_same_bytes(finished, fresh):
    project = fresh()
    (project / "shards.yaml").write_text("sensitivity: {shards: 3}\n", encoding="utf-8")
    folder = "results/sensitivity/potential_panel/data"
    done = snakemake(project, "--cores", "2", "--configfile", "shards.yaml", "--", f"{folder}/rank_acceptability.csv")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "monte_carlo_shard" in done.stderr
    whole = checksums(finished / folder)
    assert "rank_acceptability.csv" in whole
    assert checksums(project / folder) == whole


def test_every_figure_found_room(runs):
    for project in runs.values():
        said = project.with_suffix(".log").read_text(encoding="utf-8")
        assert "steps (100%) done" in said
        assert "constrained_layout not applied" not in said


def test_the_manifest_is_true(finished):
    results = finished / "results"
    with (results / "manifest.csv").open(encoding="utf-8") as lines:
        stated = {row["file"]: row["sha256"] for row in csv.DictReader(lines)}
    found = checksums(results)
    for beside in ("manifest.csv", "ro-crate-metadata.json"):  # made from it
        del found[beside]
    assert stated == found


#: Tables without a figure from data: settings, words, files.
NO_FIGURES = {
    "manifest",
    "steps",
    "lookups",  # of facts
    "model",
    "shapes",  # of a map
    "words",
    "oddities",
    "differences",
    "inadmissible",
    "scheme_status",
    "replicates",
    "towns",  # a register of places, for reference only
}


def test_every_row_of_every_result_says_its_kind_of_data(finished):
    paths = [p for p in sorted((finished / "results").rglob("*.csv")) if p.stem not in NO_FIGURES]
    assert len(paths) > 100
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            reader = csv.DictReader(lines)
            assert "kind" in (reader.fieldnames or ()), path
            found = {kind for row in reader for kind in row["kind"].split("+")} - {"assumed"}
        allowed = {"published", "official"}
        if "coverage" in path.stem:  # an indicator that no data feed has no kind
            allowed.add("")
        # the power of the tests is simulated, and stands among the facts and the origins
        made = ("facts", "origins", "wider_size", "hypothesis_dependence")
        if "power" in path.stem or path.parent.name == "facts" or path.stem in made:
            allowed.add("synthetic")
        assert found <= allowed, path


#: Rows that a rule makes beside those of an assumption: what counts prove, what data say of a
#: factor, the paper's chart. A cell of a column to what the row rests on.
PROVED = {
    "cohort/series": lambda row: True,
    "cohort/ridge": lambda row: True,
    "cohort/needs": lambda row: row["exit_from"] == "without_inflow",
    "tables/cohort_needs": lambda row: row["exit_from"] == "without_inflow",
    "mechanism/graph": lambda row: True,
    "tables/mechanism_graph": lambda row: True,
    "sobol": lambda row: row.get("design", "every_input") != "every_input",
    "interactions": lambda row: row.get("design", "every_input") != "every_input",
    "sobol_inputs": lambda row: row.get("design", "every_input") != "every_input",
    "change": lambda row: row["analysis"] not in ("data", "every_input"),
    "fan": lambda row: row["analysis"] not in ("data", "every_input"),
    "scenarios/key_factors": lambda row: row["evidence"] in ("gradient", "drop_one", "sobol"),
}


#: Tables that apply an assumption themselves: sizes and laws of errors among them.
BY_ASSUMPTION = tuple(
    f"/{name}.csv"
    for name in ("assumptions", "sobol", "sobol_inputs", "interactions", "change", "fan", "rates", "shrunk")
)


def read_rows(path):
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_what_follows_from_an_assumption_says_so_first_and_nothing_else_does(finished):
    told = snakemake(finished, "--detailed-summary", "--nolock")
    assert told.returncode == 0, told.stderr[-3000:]
    made = {
        row["output_file"]: row["input-file(s)"].split(",")
        for row in csv.DictReader(told.stdout.splitlines(), delimiter="\t")
    }
    assumptions = tuple(f"config/parts/{part}" for part in ("cohort", "scenarios", "mechanism"))
    tables = {}
    for file in made:
        if file.endswith(".csv") and (rows := read_rows(finished / file)) and "kind" in rows[0]:
            tables[file] = rows
    direct = {
        f
        for f in tables
        if f.endswith(BY_ASSUMPTION)
        or any(i.startswith(assumptions) for i in made[f])
        or ("/data/" in f and f.startswith("results/sensitivity/"))  # errors of assumed sizes
    }
    follow, before = set(direct), set()
    while follow != before:
        before = set(follow)
        follow |= {f for f in tables if follow & set(made[f])}
    assert len(direct) > 30
    for file in follow:
        stem = file.removeprefix("results/").removesuffix(".csv")
        if "facts" in stem or file not in direct:
            continue
        for row in tables[file]:
            proved = PROVED.get(stem, PROVED.get(Path(stem).name, lambda row: False))(row)
            assert (row["kind"].split("+")[0] == "assumed") != proved, (file, row)
    for file in set(tables) - follow:
        stated = {row["kind"] for row in tables[file]}
        assert not [k for k in stated if "assumed" in k], file
    # a number that prose quotes is assumed where all of its table is, and nowhere if none is
    for row in tables["results/tables/facts.csv"]:
        source = f"results/{row['derived_from']}"
        assert (finished / source).is_file() or (ROOT / row["derived_from"]).is_file(), row
        if source in tables:
            known = ["assumed" in r["kind"] for r in tables[source]]
            assert all(known) <= ("assumed" in row["kind"]) <= any(known), row["fact"]


def test_figures_and_pages_carry_no_time_and_no_address(finished):
    results = finished / "results"
    for path in [*(results / "figures").glob("*.svg"), *results.glob("*.html"), *results.glob("report/*.html")]:
        text = path.read_text(encoding="utf-8")
        assert str(finished) not in text
        assert not re.search(r"<dc:date>", text), path.name
    page = (results / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)=["']https?://""", re.sub(r"<a [^>]*>", "", page))


def test_the_report_of_snakemake_is_made(finished):
    page = report_page(finished)
    assert set(re.findall(r'"kind of data": "(\w+)"', page)) == {"official"}
    assert "official statistics of the regions of Kazakhstan" in page
    named = re.findall(r'"(figure|table)": "([^"]*)"', page)
    assert ("table", label_texts()["table.claims"]["en"]) in named
    assert [name for _, name in named if "_" in name or re.search("[\u0400-\u04ff]", name)] == []


def test_numbers_typed_in_notes_and_documents_are_those_of_the_run(finished):
    seen = pd.read_csv(finished / "results/clean/observations.csv")
    figure = seen.pivot_table(index=["unit", "year"], columns="variable", values="value")
    census = figure.xs(2021, level="year")
    degrees = ("doctors_of_science", "phd", "candidates_of_science", "profile_doctors", "masters")
    held = census[[f"residents_{d}" for d in degrees]].dropna().drop("KZ")
    ratio = held["residents_doctors_of_science"] / held["residents_phd"]
    assert (held.sum(axis=1) > census["residents_postgraduate_education"].reindex(held.index)).all()
    doctors = [
        row[v]
        for unit in ("KZMAN", "KZALA")
        for row, v in (
            (census.loc[unit], "residents_doctors_of_science"),
            (figure.loc[(unit, 2022)], "researchers_doctors_of_science"),
        )
    ]
    share = figure["rd_expenditure_share_grp"].dropna()
    north = share.loc["KZSEV"]
    assert north[2022] == share.drop("KZ").xs(2022, level="year").max()
    index = pd.read_csv(finished / "results/index/quality_2022/scores.csv").set_index("unit")
    index = index[index["node"] == "quality_of_life"]
    told = pd.read_csv(finished / "results/indicators/indicators.csv")
    told = told[(told["view"] == "potential_2022") & (told["year"] == 2022)]
    told = told.pivot_table(index="unit", columns="measure", values="value")
    income = told["money_income_to_nation"]
    parts = told[["rd_government_funding_per_researcher", "rd_other_funding_per_researcher"]]
    known = parts.dropna().rank()
    total = told["rd_expenditure_per_researcher"].reindex(known.index).rank()
    notes = {
        "doctors_of_science_residents_per_100k": [
            (len(held), 0),
            (ratio.min(), 2),
            (ratio.max(), 2),
            *((n, 0) for n in doctors),
        ],
        "rd_expenditure_per_researcher": [(north[2021], 2), (north[2023], 2)],
        "rd_expenditure_share_3y": [(north[y], 2) for y in (2021, 2022, 2023)],
    }
    document = [
        (income.rank().corr(index["rank"].rank(ascending=False)), 2),
        (income["KZULU"], 0),
        (index.loc["KZULU", "rank"], 0),
        (len(known), 0),
        (known.iloc[:, 0].corr(known.iloc[:, 1]), 2),
        (known.iloc[:, 0].corr(total), 2),
        (known.iloc[:, 1].corr(total), 2),
    ]
    hired = figure.loc[("KZ", 2022), "researchers_hired_after_university"]
    for language in ("en", "ru", "kk"):
        words = read_yaml(ROOT / f"config/words/{language}.yaml")
        mark = "." if language == "en" else ","
        for measure, numbers in notes.items():
            text = words["measures"][measure]["note"]
            for number, decimals in numbers:
                assert f"{number:.{decimals}f}".replace(".", mark) in text, (language, measure)
        entry = words["indicators"]["indicators"]["graduates_in_research"]
        assert f"{hired:.0f}" in entry["unavailable"]
    page = (ROOT / "docs/indicators.md").read_text(encoding="utf-8")
    for number, decimals in document:
        assert f"{number:.{decimals}f}".replace("-", "−") in page, number
