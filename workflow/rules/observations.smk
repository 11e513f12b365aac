# Raw files to observations; a run on own data reads its workbook beside them (towns.smk).


rule observations:
    input:
        raw=raw_files(config["sources"]),
        units=config["units"],
        variables=config["variables"],
        sources=config["sources"],
        publications=config["publications"],
        units_schema="workflow/schemas/units.schema.yaml",
        variables_schema="workflow/schemas/variables.schema.yaml",
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
