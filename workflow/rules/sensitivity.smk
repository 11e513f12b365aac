# How far the ranks hang on the weights: schemes, random weights, one indicator less, and figures.


JOINT_TABLES = [
    "rank_intervals",
    "rank_acceptability",
    "pairwise",
    "acceptability",
    "central_weights",
    "top",
    "levels",
    "inadmissible",
    "convergence",
    "replicates",
    "summary",
]

# What a step takes of the config: settings it does not use must not run it again.
FIRST_SETTINGS = {
    key: config["sensitivity"][key]
    for key in ("draws", "weight_cv", "interval", "schemes")
}

JOINT_SETTINGS = {
    analysis: {
        **{
            key: config["sensitivity"][key]
            for key in ("draws", "weight_cv", "interval", "recorded", "enough")
        },
        "analyses": {analysis: inputs},
    }
    for analysis, inputs in config["sensitivity"]["analyses"].items()
}


SENSITIVITY_LABELS = [
    "config/labels/common.yaml",
    "config/labels/indicators.yaml",
    "config/labels/sensitivity.yaml",
]

JOINT_INPUT = dict(
    indicators=f"{RESULTS}/indicators/indicators.csv",
    observations=[
        f"{RESULTS}/clean/observations.csv",
        f"{RESULTS}/clean/observations_constant.csv",
    ],
    normalised=f"{RESULTS}/index/{{view}}/normalised.csv",
    scores=f"{RESULTS}/index/{{view}}/scores.csv",
    views=config["views"],
    measures=config["measures"],
    # standard errors of the run's own survey, as errors of its measures
    survey_errors=[f"{FED_RESULTS}/data_error.yaml"] if OWN_DATA and FED else [],
)


wildcard_constraints:
    analysis="|".join(config["sensitivity"]["analyses"]),


# Draws in one part are counted by the step that makes their tables.
SHARDS = config["sensitivity"]["shards"]


scattergather:
    sensitivity=SHARDS,


rule first_sensitivity:
    input:
        normalised=f"{RESULTS}/index/{{view}}/normalised.csv",
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
        weights=f"{RESULTS}/index/{{view}}/weights.csv",
        views=config["views"],
        measures=config["measures"],
    output:
        schemes=f"{RESULTS}/sensitivity/{{view}}/schemes.csv",
        scheme_weights=f"{RESULTS}/sensitivity/{{view}}/scheme_weights.csv",
        scheme_status=f"{RESULTS}/sensitivity/{{view}}/scheme_status.csv",
        agreement=f"{RESULTS}/sensitivity/{{view}}/agreement.csv",
        rank_intervals=f"{RESULTS}/sensitivity/{{view}}/rank_intervals.csv",
        rank_acceptability=f"{RESULTS}/sensitivity/{{view}}/rank_acceptability.csv",
        drop_one=f"{RESULTS}/sensitivity/{{view}}/drop_one.csv",
        drop_block=f"{RESULTS}/sensitivity/{{view}}/drop_block.csv",
        weight_space=f"{RESULTS}/sensitivity/{{view}}/weight_space.csv",
        concentration=f"{RESULTS}/sensitivity/{{view}}/concentration.csv",
        summary=f"{RESULTS}/sensitivity/{{view}}/summary.csv",
    log:
        f"{RESULTS}/logs/first_sensitivity/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/first_sensitivity/{{view}}.tsv"
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
        sensitivity=FIRST_SETTINGS,
    message:
        "Sensitivity of {wildcards.view}: weighting schemes, random weights, one indicator less"
    script:
        "../scripts/sensitivity/first_sensitivity.py"


rule joint_shard:
    input:
        **JOINT_INPUT,
    output:
        temp(f"{RESULTS}/sensitivity/{{view}}/{{analysis}}/shards/{{scatteritem}}.npz"),
    log:
        f"{RESULTS}/logs/joint_shard/{{view}}_{{analysis}}_{{scatteritem}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/joint_shard/{{view}}_{{analysis}}_{{scatteritem}}.tsv"
    wildcard_constraints:
        view=FULL_VIEWS,
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
        sensitivity=lambda w: JOINT_SETTINGS[w.analysis],
        shards=SHARDS,
    message:
        "Draws of {wildcards.analysis} for {wildcards.view}, part {wildcards.scatteritem}"
    script:
        "../scripts/sensitivity/joint_shard.py"


rule joint:
    input:
        **JOINT_INPUT,
        shards=(
            gather.sensitivity(
                f"{RESULTS}/sensitivity/{{{{view}}}}/{{{{analysis}}}}/shards/{{scatteritem}}.npz"
            )
            if SHARDS > 1
            else []
        ),
    output:
        **{
            name: f"{RESULTS}/sensitivity/{{view}}/{{analysis}}/{name}.csv"
            for name in JOINT_TABLES
        },
    log:
        f"{RESULTS}/logs/joint/{{view}}_{{analysis}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/joint/{{view}}_{{analysis}}.tsv"
    wildcard_constraints:
        view=FULL_VIEWS,
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
        sensitivity=lambda w: JOINT_SETTINGS[w.analysis],
    message:
        "Ranks of {wildcards.view} over all draws of {wildcards.analysis}"
    script:
        "../scripts/sensitivity/joint.py"


rule sensitivity_figures:
    input:
        rank_intervals=rules.first_sensitivity.output.rank_intervals,
        rank_acceptability=rules.first_sensitivity.output.rank_acceptability,
        drop_one=rules.first_sensitivity.output.drop_one,
        schemes=rules.first_sensitivity.output.schemes,
        scheme_status=rules.first_sensitivity.output.scheme_status,
        weight_space=rules.first_sensitivity.output.weight_space,
        agreement=rules.first_sensitivity.output.agreement,
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
        views=config["views"],
        measures=config["measures"],
        units=config["units"],
        sources=config["sources"],
        labels=SENSITIVITY_LABELS,
    output:
        rank_intervals=pictured(
            view_figure("rank_intervals"),
            "rank_intervals",
            "Weights",
            "rank intervals, {view}",
        ),
        rank_acceptability=pictured(
            view_figure("rank_acceptability"),
            "rank_acceptability",
            "Weights",
            "rank acceptability, {view}",
        ),
        drop_one=pictured(
            view_figure("drop_one"), "drop_one", "Weights", "one measure less, {view}"
        ),
        schemes=pictured(
            view_figure("schemes"), "schemes", "Weights", "other schemes, {view}"
        ),
        weight_space=pictured(
            view_figure("weight_space"),
            "weight_space",
            "Weights",
            "weight of a block, {view}",
        ),
    log:
        f"{RESULTS}/logs/sensitivity_figures/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/sensitivity_figures/{{view}}.tsv"
    wildcard_constraints:
        view=FULL_VIEWS,
    conda:
        "../../environment.yml"
    params:
        sensitivity=FIRST_SETTINGS,
    message:
        "Figures of {wildcards.view}: rank intervals, rank acceptability, schemes, one less"
    script:
        "../scripts/sensitivity/sensitivity_figures.py"
