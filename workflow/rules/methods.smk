# Each view under every admissible normalisation, weighting and aggregation, and its picture.


rule methods:
    input:
        indicators=f"{RESULTS}/indicators/indicators.csv",
        observations=[
            f"{RESULTS}/clean/observations.csv",
            f"{RESULTS}/clean/observations_constant.csv",
        ],
        views=config["views"],
        measures=config["measures"],
        judgments=lambda wildcards: JUDGMENTS.get(wildcards.view, []),
    output:
        methods=f"{RESULTS}/index/{{view}}/methods.csv",
        inadmissible=f"{RESULTS}/index/{{view}}/inadmissible.csv",
    log:
        f"{RESULTS}/logs/methods/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/methods/{{view}}.tsv"
    wildcard_constraints:
        view=FULL_VIEWS,
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
    message:
        "Every admissible method for {wildcards.view}: ranks side by side, refusals with reasons"
    script:
        "../scripts/methods/methods.py"


rule methods_figure:
    input:
        methods=f"{RESULTS}/index/{{view}}/methods.csv",
        inadmissible=f"{RESULTS}/index/{{view}}/inadmissible.csv",
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
        words=f"{RESULTS}/words.csv",
    output:
        pictured(view_figure("methods"), "methods", "Methods", "every method, {view}"),
    log:
        f"{RESULTS}/logs/methods_figure/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/methods_figure/{{view}}.tsv"
    wildcard_constraints:
        view=FULL_VIEWS,
    conda:
        "../../environment.yml"
    message:
        "Figure of {wildcards.view} under every admissible method"
    script:
        "../scripts/methods/methods_figure.py"
