# Each view under every admissible normalisation, weighting and aggregation, and its picture.
from glob import glob

# The modules these steps stand on: editing one runs them again.
METHODS_CODE = [
    "src/monotown/problems.py",
    "src/monotown/tables.py",
    *sorted(glob("src/monotown/index/*.py")),
    *sorted(glob("src/monotown/weights/*.py")),
]


rule methods:
    input:
        indicators=RESULTS + "/indicators/indicators.csv",
        observations=[
            RESULTS + "/clean/observations.csv",
            RESULTS + "/clean/observations_constant.csv",
        ],
        views=config["views"],
        measures=config["measures"],
        code=METHODS_CODE,
    output:
        methods=RESULTS + "/index/{view}/methods.csv",
        inadmissible=RESULTS + "/index/{view}/inadmissible.csv",
    log:
        RESULTS + "/logs/methods/{view}.log",
    benchmark:
        RESULTS + "/benchmarks/methods/{view}.tsv"
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
        methods=RESULTS + "/index/{view}/methods.csv",
        inadmissible=RESULTS + "/index/{view}/inadmissible.csv",
        scores=RESULTS + "/index/{view}/scores.csv",
        words=RESULTS + "/words.csv",
        code=[
            *METHODS_CODE,
            "src/monotown/labels.py",
            "src/monotown/figures/methods.py",
            "src/monotown/figures/style.py",
            "src/monotown/report/tables.py",
            "src/monotown/report/words.py",
        ],
    output:
        expand(
            RESULTS + "/figures/methods_{{view}}.{language}.{format}",
            language=LANGUAGES,
            format=FORMATS,
        ),
    log:
        RESULTS + "/logs/methods_figure/{view}.log",
    benchmark:
        RESULTS + "/benchmarks/methods_figure/{view}.tsv"
    conda:
        "../../environment.yml"
    message:
        "Figure of {wildcards.view} under every admissible method"
    script:
        "../scripts/methods/methods_figure.py"
