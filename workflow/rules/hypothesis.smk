# Scientific staffing as an indicator of quality of life: what a panel of few regions can tell.
HYPOTHESIS = read_yaml(config["hypothesis"])
QUALITY = HYPOTHESIS["prespecified"]["quality"]["view"]

HYPOTHESIS_CODE = [
    *sorted(glob("src/monotown/hypothesis/*.py")),
    "src/monotown/expressions.py",
    "src/monotown/units.py",
]
HYPOTHESIS_TABLES = [
    "estimates",
    "errors",
    "family",
    "placebo",
    "leave_out",
    "prediction",
    "specifications",
    "curve",
    "power",
    "denominators",
    "verdict",
]


rule hypothesis:
    input:
        hypothesis=config["hypothesis"],
        schema="workflow/schemas/hypothesis.schema.yaml",
        normalised=f"{RESULTS}/index/{QUALITY}/normalised.csv",
        observations=f"{RESULTS}/clean/observations_constant.csv",
        views=config["views"],
        measures=config["measures"],
        units=config["units"],
        code=HYPOTHESIS_CODE,
    output:
        **{name: f"{RESULTS}/hypothesis/{name}.csv" for name in HYPOTHESIS_TABLES},
    log:
        f"{RESULTS}/logs/hypothesis.log",
    benchmark:
        f"{RESULTS}/benchmarks/hypothesis.tsv"
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
    message:
        "Hypothesis: estimates, errors, placebo, forecasts, specification curve, power, verdict"
    script:
        "../scripts/hypothesis/hypothesis.py"
