# How the indicators of a view hang together, and what their weights really do.
from glob import glob

# The modules these steps stand on: editing one runs them again.
STRUCTURE_CODE = [
    "src/monotown/tables.py",
    *sorted(glob("src/monotown/index/*.py")),
    *sorted(glob("src/monotown/structure/*.py")),
    *sorted(glob("src/monotown/weights/*.py")),
]


rule structure:
    input:
        normalised=RESULTS + "/index/{view}/normalised.csv",
        weights=RESULTS + "/index/{view}/weights.csv",
        scores=RESULTS + "/index/{view}/scores.csv",
        views=config["views"],
        measures=config["measures"],
        code=STRUCTURE_CODE,
    output:
        structure=RESULTS + "/index/{view}/structure.csv",
        correlations=RESULTS + "/index/{view}/correlations.csv",
        importance=RESULTS + "/index/{view}/importance.csv",
    log:
        RESULTS + "/logs/structure/{view}.log",
    benchmark:
        RESULTS + "/benchmarks/structure/{view}.tsv"
    conda:
        "../../environment.yml"
    message:
        "Structure of {wildcards.view}: correlations, reliability, weight given and real importance"
    script:
        "../scripts/structure/structure.py"


rule structure_figures:
    input:
        correlations=rules.structure.output.correlations,
        importance=rules.structure.output.importance,
        scores=RESULTS + "/index/{view}/scores.csv",
        views=config["views"],
        measures=config["measures"],
        labels=["config/labels/common.yaml", "config/labels/weights.yaml"],
        code=[
            "src/monotown/labels.py",
            "src/monotown/figures/style.py",
            "src/monotown/figures/structure.py",
        ],
    output:
        correlations=expand(
            RESULTS + "/figures/correlations_{{view}}.{language}.{format}",
            language=LANGUAGES,
            format=FORMATS,
        ),
        importance=expand(
            RESULTS + "/figures/importance_{{view}}.{language}.{format}",
            language=LANGUAGES,
            format=FORMATS,
        ),
    log:
        RESULTS + "/logs/structure_figures/{view}.log",
    benchmark:
        RESULTS + "/benchmarks/structure_figures/{view}.tsv"
    conda:
        "../../environment.yml"
    message:
        "Figures of {wildcards.view}: correlations, weight given and real importance"
    script:
        "../scripts/structure/structure_figures.py"
