# Raw files to observations: one schema, markers as flags, units by code, borders put together; towns for reference.
REGISTER_FILE = STUDY.study.file("town_register.yaml")


# Nothing is left to do for it: common.smk has read them all when this is asked for.
rule check:
    localrule: True
    message:
        "Config, study and words were read against each other before this was planned: no problem found"


# A run on own data reads its workbook beside the raw files (parts/towns); it is checked there.
if OWN_DATA:
    LEFT_OUT += ["checks"]
else:

    rule observations:
        input:
            raw=raw_files(config["sources"]),
            units=STUDY("spellings"),
            variables=STUDY("quantities"),
            sources=config["sources"],
            publications=config["publications"],
            source_schema="workflow/schemas/source.schema.yaml",
        output:
            observations=f"{RESULTS}/clean/observations.csv",
            official=f"{RESULTS}/clean/observations_official.csv",
            published=f"{RESULTS}/clean/observations_published.csv",
            sources=f"{RESULTS}/clean/sources.csv",
            oddities=f"{RESULTS}/clean/oddities.csv",
        log:
            f"{RESULTS}/logs/observations/all.log",
        benchmark:
            f"{RESULTS}/benchmarks/observations/all.tsv"
        conda:
            "../../environment.yml"
        message:
            "Observations: read every raw file, check every cell"
        script:
            "../scripts/clean/observations.py"


rule constant_units:
    input:
        observations=f"{RESULTS}/clean/observations_official.csv",
        units=STUDY("borders"),
        variables=STUDY("quantities"),
    output:
        observations=f"{RESULTS}/clean/observations_constant.csv",
        checks=f"{RESULTS}/clean/crosswalk_checks.csv",
    log:
        f"{RESULTS}/logs/constant_units/all.log",
    benchmark:
        f"{RESULTS}/benchmarks/constant_units/all.tsv"
    conda:
        "../../environment.yml"
    params:
        constant=STUDY.constant,
    message:
        "Constant borders: add counts, average rates, check totals and means"
    script:
        "../scripts/clean/constant_units.py"


rule checks:
    input:
        observations=f"{RESULTS}/clean/observations.csv",
        units=STUDY("borders"),
        variables=STUDY("quantities"),
        comparisons=STUDY("comparisons"),
    output:
        totals=f"{RESULTS}/clean/totals_checks.csv",
        comparison=f"{RESULTS}/clean/source_comparison.csv",
    log:
        f"{RESULTS}/logs/checks/all.log",
    benchmark:
        f"{RESULTS}/benchmarks/checks/all.tsv"
    conda:
        "../../environment.yml"
    params:
        constant=STUDY.constant,
    message:
        "Checks: totals against sums of regions, sources against one another"
    script:
        "../scripts/clean/checks.py"


# A study may know more towns than it measures: for reference.
if Path(REGISTER_FILE).is_file():
    REGISTER = read_yaml(REGISTER_FILE)

    rule town_register:
        input:
            populations=REGISTER["populations"]["file"],
            zones=REGISTER["zones"]["file"],
            units=STUDY("units"),
            spec=REGISTER_FILE,
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
