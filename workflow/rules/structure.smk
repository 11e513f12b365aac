# How the indicators of a view hang together, and what their weights really do.


rule structure:
    input:
        normalised=f"{RESULTS}/index/{{view}}/normalised.csv",
        weights=f"{RESULTS}/index/{{view}}/weights.csv",
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
        views=config["views"],
        measures=config["measures"],
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
