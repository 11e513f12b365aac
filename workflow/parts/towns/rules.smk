# Own data: the template to fill, and, in a run that has a section `input`, what reads it.
if OWN_DATA:

    include: "own_data.smk"


LEFT_OUT += ["template"]


rule template:
    input:
        units="config/units.yaml",
        variables="config/variables.yaml",
        measures="config/measures.yaml",
        indicators=config["indicators"],
        towns="config/parts/towns.yaml",
    output:
        f"{RESULTS}/towns-template.xlsx",
    log:
        f"{RESULTS}/logs/template.log",
    benchmark:
        f"{RESULTS}/benchmarks/template.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["towns", "indicators"],
    message:
        "Template for own data"
    script:
        "scripts/template.py"
