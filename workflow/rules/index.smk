# The integral index of each view: normalised values, weights, scores, ranks, comparisons, changes.
from glob import glob

# The modules this step stands on: editing one runs it again.
INDEX_CODE = [
    "src/monotown/problems.py",
    "src/monotown/tables.py",
    *sorted(glob("src/monotown/index/*.py")),
]


rule index:
    input:
        indicators=RESULTS + "/indicators/indicators.csv",
        observations=[
            RESULTS + "/clean/observations.csv",
            RESULTS + "/clean/observations_constant.csv",
        ],
        views=config["views"],
        measures=config["measures"],
        code=INDEX_CODE,
    output:
        normalised=RESULTS + "/index/{view}/normalised.csv",
        weights=RESULTS + "/index/{view}/weights.csv",
        scores=RESULTS + "/index/{view}/scores.csv",
        comparison=RESULTS + "/index/{view}/comparison.csv",
        changes=RESULTS + "/index/{view}/changes.csv",
        clips=RESULTS + "/index/{view}/clips.csv",
        contributions=RESULTS + "/index/{view}/contributions.csv",
        trends=RESULTS + "/index/{view}/trends.csv",
        comparability=RESULTS + "/index/{view}/comparability.csv",
        differences=RESULTS + "/index/{view}/differences.csv",
    log:
        RESULTS + "/logs/index/{view}.log",
    benchmark:
        RESULTS + "/benchmarks/index/{view}.tsv"
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
    message:
        "Index of {wildcards.view}: normalise, aggregate, rank, compare with the other regions"
    script:
        "../scripts/index/index.py"
