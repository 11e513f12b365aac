# The integral index of each view: normalised values, weights, scores, ranks, comparisons, changes.


# Views whose weights are experts' judgments, and the file of these.
JUDGMENTS = {
    view: [entry["weights"]["judgments"]]
    for view, entry in VIEWS.items()
    if isinstance(entry.get("weights"), dict) and "judgments" in entry["weights"]
}


rule index:
    input:
        indicators=f"{RESULTS}/indicators/indicators.csv",
        doubtful=f"{RESULTS}/indicators/doubtful.csv",
        observations=[
            f"{RESULTS}/clean/observations.csv",
            f"{RESULTS}/clean/observations_constant.csv",
        ],
        views=config["views"],
        measures=config["measures"],
        judgments=lambda wildcards: JUDGMENTS.get(wildcards.view, []),
    output:
        normalised=f"{RESULTS}/index/{{view}}/normalised.csv",
        weights=f"{RESULTS}/index/{{view}}/weights.csv",
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
        comparison=f"{RESULTS}/index/{{view}}/comparison.csv",
        changes=f"{RESULTS}/index/{{view}}/changes.csv",
        clips=f"{RESULTS}/index/{{view}}/clips.csv",
        contributions=f"{RESULTS}/index/{{view}}/contributions.csv",
        trends=f"{RESULTS}/index/{{view}}/trends.csv",
        comparability=f"{RESULTS}/index/{{view}}/comparability.csv",
        differences=f"{RESULTS}/index/{{view}}/differences.csv",
        unit_weights=f"{RESULTS}/index/{{view}}/unit_weights.csv",
        imputation=f"{RESULTS}/index/{{view}}/imputation.csv",
        doubtful=f"{RESULTS}/index/{{view}}/doubtful.csv",
    log:
        f"{RESULTS}/logs/index/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/index/{{view}}.tsv"
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
    message:
        "Index of {wildcards.view}: normalise, aggregate, rank, compare with the other regions"
    script:
        "../scripts/index/index.py"


# Views that say how their indicators could be read otherwise.
READ_VIEWS = [view for view, entry in VIEWS.items() if "readings" in entry]


rule readings:
    input:
        observations=f"{RESULTS}/clean/observations.csv",
        constant=f"{RESULTS}/clean/observations_constant.csv",
        indicators=config["indicators"],
        measures=config["measures"],
        views=config["views"],
        variables=config["variables"],
        units=config["units"],
        judgments=lambda wildcards: JUDGMENTS.get(wildcards.view, []),
    output:
        f"{RESULTS}/index/{{view}}/readings.csv",
    log:
        f"{RESULTS}/logs/readings/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/readings/{{view}}.tsv"
    wildcard_constraints:
        view="|".join(READ_VIEWS) or "(?!)",
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
    message:
        "Ranks of {wildcards.view} under other readings of its indicators"
    script:
        "../scripts/index/readings.py"
