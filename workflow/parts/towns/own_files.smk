# Files of figures for a named study: read and checked, beside the raw files of that study.
from monotown.workflow.microdata import check_survey
from monotown.workflow.towns import DERIVED, stopped_words

# The estimates of the run's own survey, read as one more table of figures, and their standard errors.
FED = {}
if config["input"].get("survey"):
    FED = check_survey(config["survey"], ROOT)
FED_RESULTS = f"{RESULTS}/{FED['id']}" if FED else ""
SURVEY_ERRORS += [f"{FED_RESULTS}/data_error.yaml"] if FED else []

# The workbook adds units, variables, measures and years: later steps read the run's own copies.
SECTION = config["input"]
PROJECT["sources"] = config["sources"]
RUN_CONFIG = {name: RESULTS + f"/config/{name}.yaml" for name in (*DERIVED, "sources")}

STUDY.replaced = {name: RUN_CONFIG[name] for name in DERIVED}
config["sources"] = RUN_CONFIG["sources"]
NAMES.update(RUN_CONFIG)


rule own_workbook:
    input:
        **{name: PROJECT[name] for name in (*DERIVED, "sources", "indicators")},
        files=SECTION["files"],
        survey=[config["survey"], f"{FED_RESULTS}/observations.csv"] if FED else [],
        towns=SECTION["towns"],
    output:
        **RUN_CONFIG,
        observations=f"{RESULTS}/clean/own_observations.csv",
        problems=f"{RESULTS}/clean/own_problems.csv",
        cells=f"{RESULTS}/clean/own_cells.csv",
        workbook=f"{RESULTS}/problems.xlsx",
    log:
        f"{RESULTS}/logs/own_workbook.log",
    benchmark:
        f"{RESULTS}/benchmarks/own_workbook.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["towns", "indicators"],
        section=SECTION,
    message:
        "Own data: read every sheet, check every cell"
    script:
        "scripts/own_workbook.py"


rule own_observations:
    input:
        raw=raw_files(PROJECT["sources"]),
        files=SECTION["files"],
        own=rules.own_workbook.output.observations,
        problems=rules.own_workbook.output.problems,
        units=RUN_CONFIG["units"],
        variables=RUN_CONFIG["variables"],
        measures=RUN_CONFIG["measures"],
        views=RUN_CONFIG["views"],
        indicators=PROJECT["indicators"],
        schemas=expand(
            "workflow/schemas/{name}.schema.yaml",
            name=["indicators", "measures", "views"],
        ),
        sources=PROJECT["sources"],
        survey=[config["survey"], f"{FED_RESULTS}/observations.csv"] if FED else [],
    output:
        observations=f"{RESULTS}/clean/observations.csv",
        official=f"{RESULTS}/clean/observations_official.csv",
        published=f"{RESULTS}/clean/observations_published.csv",
        sources=f"{RESULTS}/clean/sources.csv",
        oddities=f"{RESULTS}/clean/oddities.csv",
    log:
        f"{RESULTS}/logs/own_observations.log",
    benchmark:
        f"{RESULTS}/benchmarks/own_observations.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["towns"],
        section=SECTION,
    message:
        "Observations: the raw files and the own data"
    script:
        "scripts/own_observations.py"


onerror:
    said = stopped_words(PLACE.seen(RESULTS), SECTION, "towns", ROOT)
    if said:
        print(f"\n{said}", file=sys.stderr)
