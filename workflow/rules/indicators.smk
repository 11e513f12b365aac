# The indicators of every view from the cleaned observations, and which of the catalogue they cover.


rule indicators:
    input:
        observations=f"{RESULTS}/clean/observations.csv",
        constant=f"{RESULTS}/clean/observations_constant.csv",
        indicators=STUDY("entries"),
        measures=STUDY("formulas"),
        views=STUDY("needs"),
        variables=STUDY("quantities"),
        units=STUDY("borders"),
    output:
        indicators=f"{RESULTS}/indicators/indicators.csv",
        doubtful=f"{RESULTS}/indicators/doubtful.csv",
        figures=f"{RESULTS}/indicators/figures.csv",
        formulas=f"{RESULTS}/indicators/formulas.csv",
    log:
        f"{RESULTS}/logs/indicators.log",
    benchmark:
        f"{RESULTS}/benchmarks/indicators.tsv"
    conda:
        "../../environment.yml"
    message:
        "Indicators of every view"
    script:
        "../scripts/indicators/indicators.py"


rule coverage:
    input:
        table=rules.indicators.output.indicators,
        indicators=STUDY("indicators"),
        measures=STUDY("noted"),
        views=STUDY("needs"),
        variables=STUDY("quantities"),
        units=STUDY("borders"),
    output:
        coverage=f"{RESULTS}/indicators/coverage.csv",
        matrix=f"{RESULTS}/indicators/coverage_matrix.csv",
    log:
        f"{RESULTS}/logs/coverage.log",
    benchmark:
        f"{RESULTS}/benchmarks/coverage.tsv"
    conda:
        "../../environment.yml"
    message:
        "Which indicators can be computed, for which units and years"
    script:
        "../scripts/indicators/coverage.py"
