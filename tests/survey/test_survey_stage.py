import copy
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.index.build import build_index
from monotown.methods.reliability import cronbach_alpha
from monotown.sensitivity.inputs import read_inputs
from monotown.show import style
from monotown.show.words import words_of
from monotown.survey import build
from monotown.survey.boundary import refuse_mixed
from monotown.survey.demo import make_demo, thresholds_of
from monotown.survey.figures import indices
from monotown.survey.page import TABLES, survey_page
from monotown.workflow import read_yaml
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
UNITS = read_part("units", ROOT)

KEYS = ["population", "unit", "year", "indicator", "question", "statistic"]


def _build(survey, files=None, margins=None, **changes):
    config = copy.deepcopy(survey.config)
    config["estimates"]["bootstrap"] = 50
    for name, value in changes.items():
        config[name] |= value
    return build.build_survey(
        files or survey.files,
        survey.form,
        survey.catalogue,
        survey.demo.margins if margins is None else margins,
        config,
        7,
    )


def _words(survey, language):
    extra = words_of("indicator", survey.catalogue["indicators"])
    extra |= words_of("unit", UNITS) | words_of("unit", survey.config["units"])
    return Labels(language, {**project_texts("common", "survey"), **extra})


# ---------------------------------------------------------------- demonstration


def test_made_up_answers_have_the_targets_that_the_config_names(survey):
    values = survey.demo.known.set_index(KEYS)["value"]
    towns = read_yaml(ROOT / "config/parts/survey/demo_population.yaml")["towns"]
    for unit, years in towns.items():
        for year, town in years.items():
            for indicator, target in town["residents"]["targets"].items():
                found = values["residents", unit, year, indicator, "", "index"]
                assert found == pytest.approx(target, abs=1.2), (unit, year, indicator)
    assert set(survey.demo.known["kind"]) == {"synthetic"}
    assert (thresholds_of(30, 5)[1:] > thresholds_of(30, 5)[:-1]).all()


def test_the_demonstration_follows_its_seed(survey):
    population = read_yaml(ROOT / "config/parts/survey/demo_population.yaml")
    again = make_demo(population, survey.form, 20200601)
    other = make_demo(population, survey.form, 1)
    for name, raw in survey.demo.microdata.items():
        pd.testing.assert_frame_equal(again.microdata[name], raw)
        assert not other.microdata[name].equals(raw)


def test_people_of_a_town_do_not_depend_on_the_other_towns(survey):
    population = read_yaml(ROOT / "config/parts/survey/demo_population.yaml")
    (first, years), *others = population["towns"].items()
    towns = {"ADDED": {2025: years[2025]}, **dict(others), first: {2026: years[2026]}}
    other = make_demo({**population, "towns": towns}, survey.form, 20200601)
    for name, raw in survey.demo.microdata.items():
        kept = raw[(raw["town"] != first) | (raw["wave"] == "2026")]
        found = other.microdata[name]
        found = found[found["town"] != "ADDED"]
        order = ["town", "wave", "person"]
        pd.testing.assert_frame_equal(
            found.sort_values(order, ignore_index=True), kept.sort_values(order, ignore_index=True)
        )


def test_estimates_are_near_the_known_values(survey):
    both = survey.tables.estimates.merge(survey.demo.known, on=KEYS, suffixes=("", "_known"))
    assert len(both) == len(survey.tables.estimates) == len(survey.demo.known)
    shown = both[both["flag"] == ""]
    assert len(shown) >= 300
    off = (shown["estimate"] - shown["value"]) / shown["standard_error"]
    # answers of one sample move together, so this is coarse; the simulation is the proof
    assert off.abs().max() < 5
    assert ((shown["lower"] <= shown["value"]) & (shown["value"] <= shown["upper"])).mean() > 0.85
    ratio = shown["bootstrap_error"] / shown["standard_error"]
    assert ratio.median() == pytest.approx(1, abs=0.05)


def test_every_row_of_every_table_is_synthetic(survey):
    for name in build.SCHEMAS:
        table = getattr(survey.tables, name)
        assert len(table) > 0, name
        assert set(table["kind"]) == {"synthetic"}, name


def test_weights_meet_the_census_and_are_trimmed(survey):
    found = survey.tables.margins
    # nothing is said of categories with few answers
    assert found["before"].isna().any()
    assert found["after"].to_numpy() == pytest.approx(found["persons"].to_numpy(), rel=1e-4)
    row = survey.tables.weights.set_index(["population", "unit", "year"]).loc[("residents", "DEMO_A", 2025)]
    assert row["drawn"] == 480
    assert row["response_rate"] == row["answered"] / 480
    assert row["degrees"] == 40 - 3
    assert row["deff_final"] > 1
    hard = _build(survey, weights={"trim": 1.6}).weights
    mine = (hard["flag"] == "") & (hard["population"] == "residents")
    assert (hard.loc[mine, "trimmed"] >= survey.tables.weights.loc[mine, "trimmed"]).all()
    assert (hard.loc[mine, "trimmed"] > 0).any()


def test_without_margins_the_design_weights_stand(survey):
    found = _build(survey, margins=build.NO_MARGINS)
    assert found.margins.empty
    row = found.weights.iloc[0]
    assert row["weight_sum"] == pytest.approx(26)
    assert (row["rounds"], row["discrepancy"]) == (0, 0)
    # 18 of 26 researchers, all alike: mean, and (1 - n/N) s^2/n with answers to all
    people = survey.files[1].people
    mine = people[(people["unit"] == "DEMO_A") & (people["year"] == 2025) & people["responded"]]
    x = 25 * (mine["self_living_standard"] - 1)
    both = found.estimates.set_index(KEYS).loc[("researchers", "DEMO_A", 2025, "self_living_standard", "", "index")]
    assert both["respondents"] == x.notna().sum()
    assert both["estimate"] == pytest.approx(x.mean())
    z = (x - x.mean()).fillna(0) / x.notna().sum()
    assert both["standard_error"] == pytest.approx(np.sqrt((1 - 18 / 26) * 18 / 17 * (z**2).sum()))


# ---------------------------------------------------------------- disclosure


def test_cells_under_ten_are_taken_out_everywhere(survey):
    t = survey.tables
    few = (t.estimates["population"] == "researchers") & (t.estimates["unit"] == "DEMO_B")
    hidden = t.estimates[few]
    assert len(hidden) == 2 * (2 + 3 + 6 + 2) * 3
    assert set(hidden["flag"]) == {"few_respondents"}
    numbers = [c for c in hidden if hidden[c].dtype == "float64"]
    assert len(numbers) == 11
    assert hidden[numbers].isna().all(axis=None)
    assert (hidden["warning"] == "").all()
    for name in ("weights", "response", "reliability", "item_statistics"):
        table = getattr(t, name)
        mine = table[(table["population"] == "researchers") & (table["unit"] == "DEMO_B")]
        assert len(mine) > 0
        assert mine.select_dtypes("float64").isna().all(axis=None), name
        assert mine["flag"].isin(["few_respondents", "not_for_all"]).all()
    assert not ((t.margins["unit"] == "DEMO_B") & (t.margins["population"] == "researchers")).any()
    observed = t.observations[
        (t.observations["unit"] == "DEMO_B") & (t.observations["locator"] == "population researchers")
    ]
    assert len(observed) == 8
    assert set(observed["flag"]) == {"confidential"}
    assert observed["value"].isna().all()
    assert not ((t.standard_errors["unit"] == "DEMO_B") & t.standard_errors["measure"].isin(observed["variable"])).any()
    shown = t.estimates[t.estimates["flag"] == ""]
    assert shown["respondents"].min() >= 10


def test_one_answer_from_all_is_taken_out_where_people_are_few(survey):
    files = copy.deepcopy(survey.files)
    people = files[1].people
    people.loc[people["job_pay"].notna(), "job_pay"] = 2.0
    found = _build(survey, files).estimates.set_index(KEYS)
    for statistic in build.STATISTICS:
        row = found.loc[("researchers", "DEMO_A", 2025, "satisfaction_research_work", "job_pay", statistic)]
        assert row["flag"] == "protected"
        assert np.isnan(row["estimate"])
    open_ = _build(survey, files, suppress={"unanimous_below": 10}).estimates.set_index(KEYS)
    row = open_.loc[("researchers", "DEMO_A", 2025, "satisfaction_research_work", "job_pay", "index")]
    assert row["flag"] == ""
    assert row["estimate"] == pytest.approx(25)


# ---------------------------------------------------------------- rules


def test_refusals_name_the_sample(survey):
    margins = survey.demo.margins.copy()
    first = (margins["population"] == "residents") & (margins["question"] == "sex")
    margins.loc[first & (margins["category"] == 1), "persons"] *= 3
    with pytest.raises(InputError, match=r"population residents, unit DEMO_A, year 2025.*different sums"):
        _build(survey, margins=margins)
    margins = survey.demo.margins[survey.demo.margins["category"] != 3]
    with pytest.raises(InputError, match="margin age: no persons for category 3"):
        _build(survey, margins=margins)
    twice = pd.concat([survey.demo.margins, survey.demo.margins])
    with pytest.raises(InputError, match="a category twice"):
        _build(survey, margins=twice)
    wrong = survey.demo.margins.assign(question="health_self")
    with pytest.raises(InputError, match="expected a question with choices"):
        _build(survey, margins=wrong)
    with pytest.raises(InputError, match="does not converge"):
        _build(survey, weights={"rounds": 1, "tolerance": 1e-12})
    files = copy.deepcopy(survey.files)
    files[0].people.loc[files[0].people["response_class"] == "1 × 1", "responded"] = False
    with pytest.raises(InputError, match=r"class of line \d+: found 'nobody answered'"):
        _build(survey, files)


def test_margins_and_files_that_do_not_belong_are_refused(survey):
    margins = survey.demo.margins
    with pytest.raises(InputError, match="column persons"):
        _build(survey, margins=margins.drop(columns="persons"))
    with pytest.raises(InputError, match="found 'residents DEMO_C 2025'; expected one of: res"):
        _build(survey, margins=margins.replace({"unit": {"DEMO_A": "DEMO_C"}}))
    with pytest.raises(InputError, match=r"margins, column kind: found '.* of kind official'"):
        _build(survey, margins=margins.assign(kind="official"))
    with pytest.raises(InputError, match="found 'two files'; expected one file a sample"):
        _build(survey, [survey.files[1], survey.files[1]])


def test_warnings_say_what_a_sample_cannot_bear(survey):
    assert "wide_interval" in " ".join(survey.tables.estimates["warning"])
    strict = _build(survey, warn={"half_width": 0.1, "respondents": 1000, "degrees": 30}).estimates
    shown = strict[strict["flag"] == ""]
    residents = shown[shown["population"] == "residents"]
    assert residents["warning"].str.contains("few_answers").all()
    assert residents["warning"].str.contains("wide_interval").all()
    assert not residents["warning"].str.contains("few_degrees").any()
    # most researchers answer: their number is not called small, their degrees are
    researchers = shown[shown["population"] == "researchers"]
    assert not researchers["warning"].str.contains("few_answers").any()
    assert researchers["warning"].str.contains("few_degrees").all()


def test_shares_have_intervals_of_shares(survey):
    e = survey.tables.estimates
    single = (e["statistic"] == "top_two") & (e["question"] != "")
    assert set(e.loc[single & (e["flag"] == ""), "interval"]) == {"korn_graubard"}
    assert set(e.loc[e["statistic"] != "top_two", "interval"]) == {"t"}
    other = _build(survey, estimates={"shares": "wilson"}).estimates
    assert "wilson" in set(other["interval"])
    assert (e["lower"].dropna() <= e["upper"].dropna()).all()


def test_reliability_is_that_of_the_structure_stage_with_warnings(survey):
    t = survey.tables.reliability.set_index(["population", "unit", "year", "block"])
    row = t.loc[("residents", "DEMO_A", 2025, "B3")]
    people = survey.files[0].people
    mine = people[(people["unit"] == "DEMO_A") & (people["year"] == 2025)]
    x = mine[["town_living_standard", "poverty_problem_relevance"]].dropna()
    turned = x.assign(poverty_problem_relevance=6 - x["poverty_problem_relevance"])
    assert row["alpha"] == pytest.approx(cronbach_alpha(turned))
    assert row["alpha"] > 0.3 > cronbach_alpha(x)
    assert row["respondents"] == len(x)
    assert "few_items" in row["warning"]
    whole = t.loc[("residents", "DEMO_A", 2025, "B4")]
    assert (whole["items"], whole["warning"]) == (12, "")
    assert whole["kmo"] > 0.8
    assert whole["omega"] == pytest.approx(whole["alpha"], abs=0.05)
    assert "few_answers" in t.loc[("researchers", "DEMO_A", 2025, "B4"), "warning"]
    single = survey.tables.item_statistics
    skipped = set(single.loc[single["flag"] == "not_for_all", "question"])
    assert skipped == {"health_family", "preschool_access", "preschool_satisfaction"}
    assert set(single.loc[single["turned"], "question"]) == {"poverty_problem_relevance"}


def test_changes_are_noise_unless_their_interval_leaves_zero_out(survey):
    c = survey.tables.changes
    e = survey.tables.estimates.set_index(KEYS)
    row = c[(c["unit"] == "DEMO_A") & (c["indicator"] == "satisfaction_environment")].iloc[0]
    two = [e.loc[("residents", "DEMO_A", y, "satisfaction_environment", "", "index")] for y in (2025, 2026)]
    assert row["change"] == pytest.approx(two[1]["estimate"] - two[0]["estimate"])
    assert row["standard_error"] ** 2 == pytest.approx(sum(x["standard_error"] ** 2 for x in two))
    assert not row["within_noise"]  # nine points in the population
    assert (c["within_noise"] == ((c["lower"] <= 0) & (c["upper"] >= 0))).all()
    assert c["within_noise"].any()


def test_answers_are_counted_by_reason(survey):
    r = survey.tables.response
    shown = r[r["flag"] == ""]
    parts = shown[["answered", "dont_know", "refusal", "empty"]].sum(axis=1)
    assert (parts == shown["asked"]).all()
    assert shown["dont_know"].sum() > shown["refusal"].sum() > 0


# ---------------------------------------------------------------- what other stages take


def test_standard_errors_are_a_data_error_of_the_sensitivity_stage(survey):
    sizes = build.data_error(survey.tables.standard_errors)
    assert len(sizes) == 16
    inputs = read_inputs({"data_error": {"relative": 0.05, "measures": sizes}}, 0.25)
    assert inputs.data_error is not None
    table = survey.tables.standard_errors
    mine = table[table["measure"] == "life_satisfaction"]
    expected = np.sqrt(((mine["standard_error"] / mine["value"]) ** 2).mean())
    assert inputs.data_error.of("life_satisfaction") == pytest.approx(expected)
    assert build.data_error(mine.assign(relative_error=np.nan)) == {}


def test_observations_fit_the_schema_and_keep_their_kind(survey):
    checked = OBSERVATIONS.validate(survey.tables.observations)
    assert set(checked["kind"]) == {"synthetic"}
    assert set(checked["unit_of_measure"]) == {"0 to 100"}


def test_kinds_are_not_mixed(survey):
    refuse_mixed(survey.tables.estimates["kind"], ["synthetic"])
    with pytest.raises(InputError, match=r"rows of kind synthetic'; expected official or published"):
        refuse_mixed(survey.tables.estimates["kind"], ["official", "published"])
    with pytest.raises(InputError, match=r"of kind \(none\)"):
        refuse_mixed([""], ["official"])
    with pytest.raises(ValueError, match="stand with no other kind"):
        refuse_mixed([], ["official", "synthetic"])


@pytest.mark.parametrize("kind", ["official", "published"])
def test_no_made_up_row_reaches_a_view_of_another_kind(survey, kind):
    shown = survey.tables.observations[survey.tables.observations["flag"] == ""]
    rows = pd.DataFrame(
        {
            "view": "v",
            "unit": shown["unit"],
            "year": shown["year"],
            "measure": shown["variable"],
            "indicator": shown["variable"],
            "block": "B4",
            "value": shown["value"],
            "unit_of_measure": "0 to 100",
            "kind": shown["kind"],
            "source": shown["source"],
            "reading": "exact",
            "flag": "",
        }
    )
    rows = rows[rows["measure"] == "life_satisfaction"]
    INDICATORS.validate(rows)
    view = {
        "label": {"en": "v", "ru": "v", "kk": "v"},
        "kind": kind,
        "units": ["DEMO_A", "DEMO_B"],
        "years": [2025, 2026],
        "normalisation": "minmax",
        "tree": {
            "id": "all",
            "label": {"en": "a", "ru": "a", "kk": "a"},
            "aggregation": "arithmetic",
            "children": [{"measure": "life_satisfaction"}],
        },
    }
    measures = {
        "life_satisfaction": {
            "label": {"en": "l", "ru": "l", "kk": "l"},
            "indicator": "life_satisfaction",
            "formula": "life_satisfaction",
            "unit_of_measure": "0 to 100",
            "direction": 1,
            "goalposts": [0, 100],
            "reading": "exact",
        }
    }
    with pytest.raises(InputError, match=f"found 'synthetic'; expected '?{kind} only"):
        build_index(rows, "v", view, measures, None, 1, {"v": view})
    # one row among others is enough
    mixed = rows.assign(kind=[*[kind] * (len(rows) - 1), "synthetic"])
    with pytest.raises(InputError, match="found 'synthetic'"):
        build_index(mixed, "v", view, measures, None, 1, {"v": view})
    whole = build_index(rows, "v", {**view, "kind": "synthetic"}, measures, None, 1, {"v": view})
    assert set(whole.scores["kind"]) == {"synthetic"}


# ---------------------------------------------------------------- figure and page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_the_kind_on_every_table(survey, language):
    words = _words(survey, language)
    page = survey_page(survey.tables, survey.form, words, "<b>source</b>", "f.svg")
    kind = words("kind.synthetic")
    assert page.count(kind) == 2 + len(TABLES)
    assert page.count("<caption>") == len(TABLES) == page.count(f". {kind}. ")
    assert "<b>" not in page
    whole = survey.tables.estimates
    whole = whole[(whole["question"] == "") & (whole["statistic"] == "index")]
    rows = len(whole) + sum(len(getattr(survey.tables, n)) for n in ("changes", "weights", "reliability"))
    assert page.count("<tr><td>") == rows
    row = whole[whole["flag"] == ""].iloc[0]
    assert words.number(row["estimate"], 1) in page


def test_the_figure_is_marked_and_shows_each_interval(survey):
    words = _words(survey, "en")
    figure = indices(survey.tables.estimates, survey.demo.known, labels=words, source="survey-demo")
    texts = [t.get_text() for t in figure.texts]
    assert words("kind.synthetic") in texts  # across the figure
    assert figure.about.startswith(words("kind.synthetic"))
    assert len(figure.axes) == 2
    bars = [line for axes in figure.axes for line in axes.collections]
    drawn = sum(len(b.get_segments()) for b in bars)
    e = survey.tables.estimates
    whole = e[(e["question"] == "") & (e["statistic"] == "index")]
    assert drawn == (whole["flag"] == "").sum()
    hidden = [t for axes in figure.axes for t in axes.texts]
    assert len(hidden) == (whole["flag"] != "").sum() == 8
    image = Image.open(io.BytesIO(style.render(figure)["png"]))
    assert image.size[0] == 1440
    plain = indices(e, None, labels=words, source="s")
    assert words("survey.known_value") not in {t.get_text() for legend in plain.legends for t in legend.get_texts()}
