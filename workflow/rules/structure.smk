# How the indicators of a view hang together, and what their weights really do.
from glob import glob

# The modules these steps stand on: editing one runs them again.
STRUCTURE_CODE = [
    "src/monotown/tables.py",
    "src/monotown/ties.py",
    *sorted(glob("src/monotown/index/*.py")),
    *sorted(glob("src/monotown/structure/*.py")),
    *sorted(glob("src/monotown/weights/*.py")),
]


rule structure:
    input:
        normalised=f"{RESULTS}/index/{{view}}/normalised.csv",
        weights=f"{RESULTS}/index/{{view}}/weights.csv",
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
        views=config["views"],
        measures=config["measures"],
        code=STRUCTURE_CODE,
    output:
        structure=f"{RESULTS}/index/{{view}}/structure.csv",
        correlations=f"{RESULTS}/index/{{view}}/correlations.csv",
        importance=f"{RESULTS}/index/{{view}}/importance.csv",
    log:
        f"{RESULTS}/logs/structure/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/structure/{{view}}.tsv"
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
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
        words=f"{RESULTS}/words.csv",
        code=[
            *STRUCTURE_CODE,
            "src/monotown/labels.py",
            "src/monotown/figures/style.py",
            "src/monotown/figures/structure.py",
            "src/monotown/report/tables.py",
            "src/monotown/report/words.py",
        ],
    output:
        correlations=pictured(
            view_figure("correlations"),
            "correlations",
            "Weights",
            "correlations in {view}",
        ),
        importance=pictured(
            view_figure("importance"),
            "importance",
            "Weights",
            "weight and importance in {view}",
        ),
    log:
        f"{RESULTS}/logs/structure_figures/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/structure_figures/{{view}}.tsv"
    conda:
        "../../environment.yml"
    message:
        "Figures of {wildcards.view}: correlations, weight given and real importance"
    script:
        "../scripts/structure/structure_figures.py"
