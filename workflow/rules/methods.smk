# Each view under every admissible normalisation, weighting and aggregation, and its picture.
from glob import glob

# The modules these steps stand on: editing one runs them again.
METHODS_CODE = [
    "src/monotown/problems.py",
    "src/monotown/tables.py",
    "src/monotown/ties.py",
    *sorted(glob("src/monotown/index/*.py")),
    *sorted(glob("src/monotown/weights/*.py")),
]


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
        code=METHODS_CODE,
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
        code=[
            *METHODS_CODE,
            "src/monotown/labels.py",
            "src/monotown/figures/methods.py",
            "src/monotown/figures/style.py",
            "src/monotown/report/tables.py",
            "src/monotown/report/words.py",
        ],
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
