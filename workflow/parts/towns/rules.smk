# What the study says before a workbook adds to it.
PROJECT = {name: STUDY(name) for name in STUDY_PARTS}

# Own data: the template to fill, and, in a run that has a section `input`, what reads it.
if OWN_DATA:

    include: "own_data.smk"


LEFT_OUT += ["template"]


rule template:
    input:
        **{n: PROJECT[n] for n in ("units", "variables", "measures", "indicators")},
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
