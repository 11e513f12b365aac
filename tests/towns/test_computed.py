"""Values that follow from figures are checked as figures are; a dash means one thing."""

import numpy as np
import pandas as pd
import pytest
import yaml
from towns_support import ROOT, configs, labels, settings

from monotown.indicators import compute_indicators
from monotown.tables import OBSERVATIONS
from monotown.towns.checks import check_parts
from monotown.towns.derive import make_run
from monotown.towns.findings import ERROR, WARNING, in_words
from monotown.towns.grid import Sheet
from monotown.towns.profile import plain_catalogue
from monotown.towns.text import split_rows
from monotown_workflow import read_yaml

SECTION = {
    "files": ["t.csv"], "kind": "synthetic", "language": "en",
    "source": {"title": {"en": "t", "ru": "t", "kk": "t"}, "publisher": "p", "licence": "l"},
}  # fmt: skip
HEAD = "town;year;researchers;enterprises_performing_rd;mean_population;researchers_phd\n"


def _run(text, views="own_views", **section):
    base = {**configs(), "views": read_yaml(ROOT / f"config/examples/{views}.yaml")}
    sheet = Sheet("t.csv", "", split_rows(text))
    return make_run([sheet], [], settings(**section), base, {**SECTION, **section})


def _told(run, severity):
    return {(f.code, dict(f.values).get("variable")): f for f in run.findings
            if f.severity == severity}  # fmt: skip


def test_a_share_above_its_whole_is_an_error_at_its_cells():
    run = _run(HEAD + "Ridder;2021;5200;3;5000;0\nSaran;2021;20;3;50000;0\n")
    found = _told(run, ERROR)["computed_bounds", "researchers_share_population"]
    assert (found.cell, found.found) == ("E2", "104 = 100 * researchers / mean_population")
    assert dict(found.values)["cells"] == "E2, C2"
    for language in ("en", "ru", "kk"):
        expected, mend = in_words(found, labels(language))
        assert "100" in expected
        assert "E2, C2" in mend


@pytest.mark.parametrize(("organisations", "told"), [(7, {"140"}), (1, set()), (0, set())])
def test_a_computed_value_far_beyond_its_goalposts_is_warned_of(organisations, told):
    # 7 among 5,000 people are 140 in 100,000 on a scale that ends at 10
    run = _run(HEAD + f"Ridder;2021;2;{organisations};5000;0\nSaran;2021;20;1;50000;0\n")
    found = [f for f in run.findings if f.code == "outside"]
    assert {f.found.split(" = ")[0] for f in found} == told
    assert {f.severity for f in found} <= {WARNING}
    assert {f.cell for f in found} <= {"D2"}


def test_parts_above_their_whole_are_an_error_alone_and_together():
    run = _run(HEAD + "Ridder;2021;5;1;50000;500\nSaran;2021;20;3;50000;0\n")
    found = _told(run, ERROR)["parts", "researchers"]
    assert (found.cell, found.found) == ("F2", "500")
    assert "C2" in dict(found.values)["cells"]
    text = "town;year;researchers;researchers_phd;researchers_masters\nRidder;2021;10;6;5\n"
    found = _told(_run(text), ERROR)["parts", "researchers"]
    assert found.found == "11"
    text = "town;year;researchers;researchers_phd;researchers_masters\nRidder;2021;10;6;4\n"
    assert ("parts", "researchers") not in _told(_run(text), ERROR)


def test_every_relation_of_parts_holds_in_the_official_figures(tmp_path):
    sources = read_yaml(ROOT / "config/sources.yaml")
    from monotown.clean import clean
    from monotown.units import Units

    files = {s["file"]: (ROOT / s["file"]).read_bytes() for s in sources.values() if "file" in s}
    seen = clean(files, sources, configs()["variables"], Units(configs()["units"])).observations
    first = seen.drop_duplicates(["unit", "year", "variable"])
    figures = first.assign(file="f", sheet="", cell="A1")
    assert check_parts(figures, settings().fields) == []
    held = {w for f in settings().fields.values() for w in f.part_of}
    assert held <= set(configs()["variables"])


def _scores(dash, text):
    run = _run(text.replace("@", dash), level="town")
    assert {f.code for f in run.findings if f.severity == ERROR} <= {"no_view"}
    table = run.observations
    made = table[table["variable"] == "rd_organizations"]
    return dict(zip(made["unit"], made["value"], strict=True))


def test_a_dash_is_the_number_that_the_project_reads_it_as():
    text = HEAD + "Ridder;2021;20;@;50000;0\nSaran;2021;20;3;50000;0\nTemirtau;2021;20;1;50000;0\n"
    assert _scores("-", text) == _scores("0", text)
    assert len(_scores("-", text)) == 3
    assert len(_scores("…", text)) == 2  # not available is no zero


def test_a_dash_in_a_sum_is_none_of_them():
    text = ("town;year;mean_population;researchers_phd;researchers_doctors_of_science;"
            "researchers_candidates_of_science\nRidder;2021;50000;4;@;1\n")  # fmt: skip
    for dash in ("-", "0"):
        table = _run(text.replace("@", dash)).observations
        assert table.loc[table["variable"] == "degree_holders", "value"].tolist() == [10.0]


@pytest.mark.parametrize("mark", ["-", "…", "x", "0", "7"])
def test_both_paths_read_a_mark_alike(mark):
    """A measure of raw variables, and an indicator by its formula, from the same cells."""
    text = HEAD + f"Ridder;2021;20;{mark};50000;0\nSaran;2021;20;3;50000;0\n"
    run = _run(text, level="town")
    measures = read_yaml(ROOT / "config/measures.yaml")
    name = "rd_organisations_per_100k"
    view = {"label": {"en": "v", "ru": "v", "kk": "v"}, "kind": "synthetic", "units": "workbook",
            "years": [2021],
            "tree": {"id": "v", "aggregation": "arithmetic", "children": [{"measure": name}]},
            }  # fmt: skip
    base = read_yaml(ROOT / "config/views.yaml")
    like = next(iter(base.values()))
    view = {**{k: v for k, v in like.items() if k not in view}, **view}
    catalogue = plain_catalogue(
        configs()["indicators"], {name: measures[name]}, {"v": view}, run.configs["units"],
        configs()["variables"],
    )  # fmt: skip
    seen = run.observations
    empty = pd.DataFrame(columns=list(OBSERVATIONS.columns))
    table = compute_indicators(seen, empty, catalogue).table.set_index("unit")["value"]
    own = seen[seen["variable"] == "rd_organizations"].set_index("unit")["value"]
    for unit in table.index:
        mine = own.get(unit, np.nan)
        assert (np.isnan(mine) and np.isnan(table[unit])) or mine == pytest.approx(table[unit])


def test_units_of_several_levels_are_not_ranked_together():
    text = "town;year;researchers\nRidder;2021;20\nSaran;2021;30\nРеспублика Казахстан;2021;900\n"
    (found,) = [f for f in _run(text).findings if f.code == "mixed_levels"]
    assert (found.severity, found.cell, found.found) == (ERROR, "C4", "KZ")
    assert dict(found.values)["level"] == "town"
    run = _run(text, level="town")
    assert {f.code for f in run.findings if f.severity == ERROR} <= {"no_view"}
    assert [f.code for f in run.findings if f.severity == WARNING and "Казахстан" in f.found] == [
        "aggregates_left_out"
    ]


@pytest.mark.parametrize("name", ["own.yaml", "towns.yaml"])
def test_the_examples_that_users_copy_say_their_level(name):
    run = yaml.safe_load((ROOT / "config/examples" / name).read_text(encoding="utf-8"))
    assert run["input"]["level"] == "town"
