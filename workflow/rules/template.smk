# The template for own data, from the catalogue and the measures.


rule template:
    input:
        units="config/units.yaml",
        variables="config/variables.yaml",
        measures="config/measures.yaml",
        indicators=config["indicators"],
        towns="config/towns.yaml",
        labels=["config/labels/towns.yaml", "config/labels/indicators.yaml"],
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
