# The template for own data, from the catalogue and the measures.
from glob import glob


rule template:
    input:
        units="config/units.yaml",
        variables="config/variables.yaml",
        measures="config/measures.yaml",
        indicators=config["indicators"],
        towns="config/towns.yaml",
        labels=["config/labels/towns.yaml", "config/labels/indicators.yaml"],
        code=[
            "src/monotown/expressions.py",
            "src/monotown/labels.py",
            *sorted(glob("src/monotown/towns/*.py")),
        ],
    output:
        f"{RESULTS}/towns-template.xlsx",
    log:
        f"{RESULTS}/logs/template.log",
    benchmark:
        f"{RESULTS}/benchmarks/template.tsv"
    conda:
        "../../environment.yml"
    message:
        "Template for own data"
    script:
        "../scripts/towns/template.py"
