# Stock and flow of degree holders: what two totals leave open, and what may come under assumptions.
COHORT = read_yaml(config["cohort"])
WORDED["cohort"] = config["cohort"]


rule cohort:
    input:
        cohort=config["cohort"],
        series=COHORT["series"] or [],
        readings=[] if COHORT["series"] else f"{RESULTS}/paper/share_readings.csv",
        observations=(
            [] if COHORT["series"] else f"{RESULTS}/clean/observations_published.csv"
        ),
        schema="workflow/parts/cohort/schema.yaml",
    output:
        **{
            name: f"{RESULTS}/cohort/{name}.csv"
            for name in [
                "series",
                "ridge",
                "posteriors",
                "draws",
                "projections",
                "needs",
            ]
        },
    log:
        f"{RESULTS}/logs/cohort.log",
    benchmark:
        f"{RESULTS}/benchmarks/cohort.tsv"
    conda:
        "../../../environment.yml"
    params:
        seed=config["seed"],
    message:
        "Cohort of degree holders: ridge, posteriors, projections, inflow needed"
    script:
        "scripts/cohort.py"


rule cohort_figures:
    input:
        **rules.cohort.output,
        **NAMES,
        cohort=config["cohort"],
    output:
        ridge=pictured(
            figure("cohort_ridge"), "cohort_ridge", "Degree holders", "exit and inflow"
        ),
        fan=pictured(figure("cohort_fan"), "cohort_fan", "Degree holders", "courses"),
    log:
        f"{RESULTS}/logs/cohort_figures.log",
    benchmark:
        f"{RESULTS}/benchmarks/cohort_figures.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["common", "cohort"],
    message:
        "Figures of the cohort: ridge and fan"
    script:
        "scripts/cohort_figures.py"


rule cohort_tables:
    input:
        cohort=config["cohort"],
        posteriors=f"{RESULTS}/cohort/posteriors.csv",
        projections=f"{RESULTS}/cohort/projections.csv",
        needs=f"{RESULTS}/cohort/needs.csv",
    output:
        **{
            name: shown(name)
            for name in [
                "cohort_priors",
                "cohort_posteriors",
                "cohort_courses",
                "cohort_needs",
            ]
        },
        assumptions=f"{RESULTS}/cohort/assumptions.csv",
    log:
        f"{RESULTS}/logs/cohort_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/cohort_tables.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["cohort"],
    message:
        "Tables of the degree holders, and what is assumed"
    script:
        "scripts/cohort_tables.py"
