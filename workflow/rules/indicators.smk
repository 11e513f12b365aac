# The indicators of every view from the cleaned observations, and which of the catalogue they cover.
if OWN_DATA:
    LEFT_OUT += ["coverage_figure"]


rule indicators:
    input:
        observations=f"{RESULTS}/clean/observations.csv",
        constant=f"{RESULTS}/clean/observations_constant.csv",
        indicators=config["indicators"],
        measures=config["measures"],
        views=config["views"],
        variables=config["variables"],
        units=config["units"],
        schemas=expand(
            "workflow/schemas/{name}.schema.yaml",
            name=["indicators", "measures", "views"],
        ),
    output:
        indicators=f"{RESULTS}/indicators/indicators.csv",
        coverage=f"{RESULTS}/indicators/coverage.csv",
        matrix=f"{RESULTS}/indicators/coverage_matrix.csv",
        doubtful=f"{RESULTS}/indicators/doubtful.csv",
    log:
        f"{RESULTS}/logs/indicators.log",
    benchmark:
        f"{RESULTS}/benchmarks/indicators.tsv"
    conda:
        "../../environment.yml"
    message:
        "Indicators of every view, and which of the paper's they cover"
    script:
        "../scripts/indicators/indicators.py"


rule coverage_figure:
    input:
        **NAMES,
        matrix=rules.indicators.output.matrix,
    output:
        pictured(figure("coverage"), "coverage", "Data", "coverage of the indicators"),
    log:
        f"{RESULTS}/logs/coverage_figure.log",
    benchmark:
        f"{RESULTS}/benchmarks/coverage_figure.tsv"
    conda:
        "../../environment.yml"
    params:
        labels=["common", "indicators"],
    message:
        "Figure of which indicators can be computed, for which years"
    script:
        "../scripts/indicators/coverage_figure.py"
