# Raw files to observations: one schema, markers as flags, units by code, borders put together.
from monotown_workflow import read_yaml

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


rule observations:
    input:
        raw=[source["file"] for source in read_yaml(config["sources"]).values()],
        units=config["units"],
        variables=config["variables"],
        sources=config["sources"],
        units_schema="workflow/schemas/units.schema.yaml",
        variables_schema="workflow/schemas/variables.schema.yaml",
        sources_schema="workflow/schemas/sources.schema.yaml",
        code=CLEAN_CODE,
    output:
        observations=RESULTS + "/clean/observations.csv",
        official=RESULTS + "/clean/observations_official.csv",
        published=RESULTS + "/clean/observations_published.csv",
        sources=RESULTS + "/clean/sources.csv",
        oddities=RESULTS + "/clean/oddities.csv",
    log:
        RESULTS + "/logs/observations/all.log",
    benchmark:
        RESULTS + "/benchmarks/observations/all.tsv"
    conda:
        "../../environment.yml"
    message:
        "Observations: read every raw file, check every cell"
    script:
        "../scripts/clean/observations.py"
