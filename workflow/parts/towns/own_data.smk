# A run on own data: a study that holds its figures, or files of figures for a study that has others beside them;
# profiles of towns.
from monotown.workflow.towns import DERIVED

MAIN_VIEW = next(iter(VIEWS))

if ALONE:

    include: "own_study.smk"

else:

    include: "own_files.smk"


rule town_tables:
    input:
        **{name: STUDY(name) for name in DERIVED},
        normalised=RESULTS + f"/index/{MAIN_VIEW}/normalised.csv",
        scores=RESULTS + f"/index/{MAIN_VIEW}/scores.csv",
        indicators=f"{RESULTS}/indicators/indicators.csv",
        observations=f"{RESULTS}/clean/observations_official.csv",
        constant=f"{RESULTS}/clean/observations_constant.csv",
        catalogue=STUDY("indicators"),
        base_variables=PROJECT["variables"],
        towns=config["input"]["towns"],
    output:
        profile=f"{RESULTS}/tables/town_profile.csv",
        scores=f"{RESULTS}/tables/town_scores.csv",
    log:
        f"{RESULTS}/logs/town_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/town_tables.tsv"
    conda:
        "../../../environment.yml"
    params:
        view=MAIN_VIEW,
    message:
        "Profile of each unit: between the ends of the scales, over time, beside its region"
    script:
        "scripts/town_tables.py"


rule town_figures:
    input:
        profile=rules.town_tables.output.profile,
        scores=RESULTS + f"/index/{MAIN_VIEW}/scores.csv",
        words=f"{RESULTS}/words.csv",
        views=STUDY("views"),
        measures=STUDY("measures"),
    output:
        profile=pictured(
            figure("town_profile"), "town_profile", "Towns", "profile", MAIN_VIEW
        ),
        series=pictured(
            figure("town_series"), "town_series", "Towns", "over time", MAIN_VIEW
        ),
    log:
        f"{RESULTS}/logs/town_figures.log",
    benchmark:
        f"{RESULTS}/benchmarks/town_figures.tsv"
    conda:
        "../../../environment.yml"
    params:
        view=MAIN_VIEW,
        marked=STUDY.about.get("marked", []),
    message:
        "Figures of the units: profile and scores over time"
    script:
        "scripts/town_figures.py"
