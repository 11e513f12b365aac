# Scientific staffing as an indicator of quality of life: what a panel of few regions can tell.
HYPOTHESIS = read_yaml(config["hypothesis"])
QUALITY = HYPOTHESIS["prespecified"]["quality"]["view"]

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

# What was added later; null leaves it out.
ADDED = HYPOTHESIS["exploratory"]

EXPLORATORY_TABLES = [
    "noise",
    "noise_regions",
    "noise_power",
    "moran",
    "residuals",
    "wider_errors",
    "wider_size",
    "stepdown",
]
INDICES = ADDED["indices"] if ADDED else []
ADDED_SHOWN = [
    "hypothesis_noise",
    "hypothesis_noise_power",
    "hypothesis_leverage",
    "hypothesis_dependence",
    "hypothesis_moran",
    "hypothesis_residuals",
    "hypothesis_stepdown",
]


rule hypothesis:
    input:
        hypothesis=config["hypothesis"],
        schema="workflow/parts/hypothesis/schema.yaml",
        normalised=f"{RESULTS}/index/{QUALITY}/normalised.csv",
        observations=f"{RESULTS}/clean/observations_constant.csv",
        views=STUDY("indices", QUALITY),
        measures=STUDY("definitions"),
        scales=STUDY("scales", QUALITY),
        units=STUDY("borders"),
    output:
        **{name: f"{RESULTS}/hypothesis/{name}.csv" for name in HYPOTHESIS_TABLES},
    log:
        f"{RESULTS}/logs/hypothesis.log",
    benchmark:
        f"{RESULTS}/benchmarks/hypothesis.tsv"
    conda:
        "../../../environment.yml"
    params:
        seed=config["seed"],
    message:
        "Hypothesis: estimates, errors, placebo, forecasts, specification curve, power, verdict"
    script:
        "scripts/hypothesis.py"


if ADDED:

    rule hypothesis_exploratory:
        input:
            hypothesis=config["hypothesis"],
            schema="workflow/parts/hypothesis/schema.yaml",
            normalised=f"{RESULTS}/index/{QUALITY}/normalised.csv",
            observations=f"{RESULTS}/clean/observations_constant.csv",
            views=STUDY("indices", *dict.fromkeys([QUALITY, *INDICES])),
            measures=STUDY("definitions"),
            scales=STUDY("scales", QUALITY),
            units=STUDY("borders"),
            family=f"{RESULTS}/hypothesis/family.csv",
            contiguity=ADDED["contiguity"],
            scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=INDICES),
        output:
            **{name: f"{RESULTS}/hypothesis/{name}.csv" for name in EXPLORATORY_TABLES},
        log:
            f"{RESULTS}/logs/hypothesis_exploratory.log",
        benchmark:
            f"{RESULTS}/benchmarks/hypothesis_exploratory.tsv"
        conda:
            "../../../environment.yml"
        params:
            seed=config["seed"],
            indices=INDICES,
        message:
            "Hypothesis, exploratory: error in the regressor, neighbours, Romano and Wolf"
        script:
            "scripts/hypothesis_exploratory.py"


rule hypothesis_figures:
    input:
        **{
            name: f"{RESULTS}/hypothesis/{name}.csv"
            for name in [
                "errors",
                "estimates",
                "leave_out",
                "verdict",
                "power",
            ]
        },
        **NAMES,
    output:
        forest=pictured(
            figure("hypothesis_forest"),
            "hypothesis_forest",
            "Hypothesis",
            "estimates with their errors",
        ),
        power=pictured(
            figure("hypothesis_power"),
            "hypothesis_power",
            "Hypothesis",
            "size and power",
        ),
    log:
        f"{RESULTS}/logs/hypothesis_figures.log",
    benchmark:
        f"{RESULTS}/benchmarks/hypothesis_figures.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["common", "hypothesis"],
    message:
        "Figures of the hypothesis: estimates with their errors, size and power"
    script:
        "scripts/hypothesis_figures.py"


rule hypothesis_tables:
    input:
        **{
            name: f"{RESULTS}/hypothesis/{name}.csv"
            for name in HYPOTHESIS_TABLES + (EXPLORATORY_TABLES if ADDED else [])
        },
        hypothesis=config["hypothesis"],
    output:
        **{
            name: shown(name)
            for name in [
                "hypothesis_verdict",
                "hypothesis_family",
                "hypothesis_estimates",
                "hypothesis_denominators",
                "hypothesis_curve",
                "hypothesis_power",
                *(ADDED_SHOWN if ADDED else []),
            ]
        },
        assumptions=f"{RESULTS}/hypothesis/assumptions.csv",
    log:
        f"{RESULTS}/logs/hypothesis_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/hypothesis_tables.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["hypothesis"],
    message:
        "Tables of the hypothesis, and what is assumed"
    script:
        "scripts/hypothesis_tables.py"
