# Raw files to observations: one schema, markers as flags, units by code, borders put together.
# The modules these steps stand on: editing one runs them again.
CLEAN_CODE = [
    "src/monotown/clean.py",
    "src/monotown/config.py",
    "src/monotown/parsing.py",
    "src/monotown/problems.py",
    "src/monotown/sources.py",
    "src/monotown/tables.py",
    "src/monotown/units.py",
]
CROSSWALK_CODE = [
    *CLEAN_CODE,
    "src/monotown/crosswalk.py",
    "src/monotown/disclosure.py",
    "src/monotown/expressions.py",
]


rule constant_units:
    input:
        observations=f"{RESULTS}/clean/observations_official.csv",
        units=config["units"],
        variables=config["variables"],
        code=CROSSWALK_CODE,
    output:
        observations=f"{RESULTS}/clean/observations_constant.csv",
        checks=f"{RESULTS}/clean/crosswalk_checks.csv",
    log:
        f"{RESULTS}/logs/constant_units/all.log",
    benchmark:
        f"{RESULTS}/benchmarks/constant_units/all.tsv"
    conda:
        "../../environment.yml"
    message:
        "Constant borders: add counts, average rates, check totals and means"
    script:
        "../scripts/clean/constant_units.py"


rule checks:
    input:
        observations=f"{RESULTS}/clean/observations.csv",
        units=config["units"],
        variables=config["variables"],
        comparisons="config/comparisons.yaml",
        code=CROSSWALK_CODE,
    output:
        totals=f"{RESULTS}/clean/totals_checks.csv",
        comparison=f"{RESULTS}/clean/source_comparison.csv",
    log:
        f"{RESULTS}/logs/checks/all.log",
    benchmark:
        f"{RESULTS}/benchmarks/checks/all.tsv"
    conda:
        "../../environment.yml"
    message:
        "Checks: totals against sums of regions, sources against one another"
    script:
        "../scripts/clean/checks.py"
