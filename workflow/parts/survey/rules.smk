# A survey from questionnaire to estimates: forms, weights, standard errors, reliability; the demonstration's made-up microdata.
from monotown.workflow.microdata import check_survey

SURVEY_CONFIG = config.get("survey", "config/parts/survey/demo.yaml")
SURVEY = check_survey(SURVEY_CONFIG, ROOT)

# in a run on own data the units of the project: those of the run come after its survey
SURVEY_UNITS = PROJECT["units"]
SURVEY_RESULTS = f"{RESULTS}/{SURVEY['id']}"
SURVEY_TABLES = [
    "weights",
    "margins",
    "response",
    "estimates",
    "standard_errors",
    "changes",
    "observations",
    "reliability",
    "item_statistics",
]


include: "functions.smk"


rule survey:
    input:
        expand(f"{SURVEY_RESULTS}/report.{{language}}.html", language=LANGUAGES),
        f"{SURVEY_RESULTS}/questionnaire/xlsform.xlsx",
    localrule: True
    message:
        "Survey {SURVEY[id]}, data {SURVEY[kind]}: forms, tables, figure and pages"


rule survey_forms:
    input:
        questionnaire=SURVEY["questionnaire"],
        catalogue=STUDY("indicators"),
        units=SURVEY_UNITS,
    output:
        html=expand(
            f"{SURVEY_RESULTS}/questionnaire/questionnaire.{{language}}.html",
            language=LANGUAGES,
        ),
        md=expand(
            f"{SURVEY_RESULTS}/questionnaire/questionnaire.{{language}}.md",
            language=LANGUAGES,
        ),
        codebook=f"{SURVEY_RESULTS}/questionnaire/codebook.csv",
        xlsform=f"{SURVEY_RESULTS}/questionnaire/xlsform.xlsx",
    log:
        f"{RESULTS}/logs/survey_forms.log",
    benchmark:
        f"{RESULTS}/benchmarks/survey_forms.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["survey"],
    message:
        "Questionnaire in three languages, codebook, XLSForm"
    script:
        "scripts/survey_forms.py"


if "population" in SURVEY:

    rule survey_demo_data:
        input:
            population=SURVEY["population"],
            questionnaire=SURVEY["questionnaire"],
            catalogue=STUDY("indicators"),
        output:
            residents=f"{SURVEY_RESULTS}/microdata/residents.csv",
            researchers=f"{SURVEY_RESULTS}/microdata/researchers.csv",
            margins=f"{SURVEY_RESULTS}/microdata/margins.csv",
            known=f"{SURVEY_RESULTS}/population_values.csv",
        log:
            f"{RESULTS}/logs/survey_demo_data.log",
        benchmark:
            f"{RESULTS}/benchmarks/survey_demo_data.tsv"
        conda:
            "../../../environment.yml"
        params:
            seed=config["seed"],
        message:
            "Made-up microdata of the demonstration survey, with known values"
        script:
            "scripts/survey_demo_data.py"


rule survey_estimates:
    input:
        config=SURVEY_CONFIG,
        schema="workflow/parts/survey/schema.yaml",
        questionnaire=SURVEY["questionnaire"],
        catalogue=STUDY("indicators"),
        units=SURVEY_UNITS,
        microdata=[survey_file(f["microdata"]) for f in SURVEY["files"]],
        mappings=[f["mapping"] for f in SURVEY["files"]],
        margins=[survey_file(SURVEY["margins"])] if "margins" in SURVEY else [],
    output:
        **{name: f"{SURVEY_RESULTS}/{name}.csv" for name in SURVEY_TABLES},
        data_error=f"{SURVEY_RESULTS}/data_error.yaml",
    log:
        f"{RESULTS}/logs/survey_estimates.log",
    benchmark:
        f"{RESULTS}/benchmarks/survey_estimates.tsv"
    conda:
        "../../../environment.yml"
    params:
        sheets=[f.get("sheet", "") for f in SURVEY["files"]],
        seed=config["seed"],
    message:
        "Survey {SURVEY[id]}: weights, estimates, standard errors, reliability"
    script:
        "scripts/survey_estimates.py"


rule survey_pages:
    input:
        **{name: f"{SURVEY_RESULTS}/{name}.csv" for name in SURVEY_TABLES},
        known=(
            [f"{SURVEY_RESULTS}/population_values.csv"]
            if "population" in SURVEY
            else []
        ),
        config=SURVEY_CONFIG,
        questionnaire=SURVEY["questionnaire"],
        catalogue=STUDY("indicators"),
        units=SURVEY_UNITS,
    output:
        pages=expand(f"{SURVEY_RESULTS}/report.{{language}}.html", language=LANGUAGES),
        figure=expand(
            f"{SURVEY_RESULTS}/figures/survey_indices.{{language}}.{{format}}",
            language=LANGUAGES,
            format=FORMATS,
        ),
    log:
        f"{RESULTS}/logs/survey_pages.log",
    benchmark:
        f"{RESULTS}/benchmarks/survey_pages.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["common", "survey"],
    message:
        "Survey {SURVEY[id]}: figure and pages in three languages"
    script:
        "scripts/survey_pages.py"


# Made on request, beside the results and never among them.
LEFT_OUT += [name for name in own_rules() if name.startswith("survey")]
