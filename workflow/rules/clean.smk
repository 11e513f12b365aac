# Raw files to observations: one schema, markers as flags, units by code, borders put together; towns for reference.
from monotown.workflow import read_yaml

REGISTER = read_yaml("config/town_register.yaml")


rule constant_units:
    input:
        observations=f"{RESULTS}/clean/observations_official.csv",
        units=config["units"],
        variables=config["variables"],
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


rule town_register:
    input:
        populations=REGISTER["populations"]["file"],
        zones=REGISTER["zones"]["file"],
        units=config["units"],
        spec="config/town_register.yaml",
    output:
        towns=f"{RESULTS}/clean/towns.csv",
    log:
        f"{RESULTS}/logs/town_register/all.log",
    benchmark:
        f"{RESULTS}/benchmarks/town_register/all.tsv"
    conda:
        "../../environment.yml"
    message:
        "Towns: place, natural zone and last dated population, for reference only"
    script:
        "../scripts/clean/town_register.py"
