# Stock and flow of degree holders: what two totals leave open, and what may come under assumptions.
COHORT = read_yaml(config["cohort"])

COHORT_CODE = sorted(glob("src/monotown/cohort/*.py"))


rule cohort:
    message:
        "Cohort of degree holders: ridge, posteriors, projections, inflow needed"
    input:
        cohort=config["cohort"],
        series=COHORT["series"] or [],
        readings=[] if COHORT["series"] else RESULTS + "/paper/share_readings.csv",
        observations=(
            [] if COHORT["series"] else RESULTS + "/clean/observations_published.csv"
        ),
        schema="workflow/schemas/cohort.schema.yaml",
        code=COHORT_CODE,
    output:
        **{
            name: RESULTS + f"/cohort/{name}.csv"
            for name in ["series", "ridge", "posteriors", "draws", "projections", "needs"]
        },
    params:
        seed=config["seed"],
    threads: 2
    log:
        RESULTS + "/logs/cohort.log",
    benchmark:
        RESULTS + "/benchmarks/cohort.tsv"
    conda:
        "../../environment.yml"
    script:
        "../scripts/cohort/cohort.py"


rule cohort_figures:
    message:
        "Figures of the cohort: ridge and fan"
    input:
        **rules.cohort.output,
        cohort=config["cohort"],
        words=RESULTS + "/words.csv",
        code=[
            "src/monotown/figures/cohort.py",
            "src/monotown/figures/style.py",
            "src/monotown/report/words.py",
        ],
    output:
        ridge=figure("cohort_ridge"),
        fan=figure("cohort_fan"),
    log:
        RESULTS + "/logs/cohort_figures.log",
    benchmark:
        RESULTS + "/benchmarks/cohort_figures.tsv"
    conda:
        "../../environment.yml"
    script:
        "../scripts/cohort/cohort_figures.py"
