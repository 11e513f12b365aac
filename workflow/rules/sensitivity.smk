# How far the ranks hang on the weights: schemes, random weights, one indicator less, and figures.
from glob import glob

# The modules these steps stand on: editing one runs them again.
SENSITIVITY_CODE = [
    "src/monotown/tables.py",
    *sorted(glob("src/monotown/index/*.py")),
    *sorted(glob("src/monotown/weights/*.py")),
    *sorted(glob("src/monotown/sensitivity/*.py")),
]


def sensitivity_figure(name):
    return expand(
        RESULTS + "/figures/" + name + "_{{view}}.{language}.{format}",
        language=LANGUAGES,
        format=FORMATS,
    )


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

# The tables that the figures of an analysis are drawn from.
JOINT_FIGURES = ["rank_intervals", "rank_acceptability", "pairwise", "convergence"]

FIGURE_CODE = [
    "src/monotown/labels.py",
    "src/monotown/figures/style.py",
    "src/monotown/figures/sensitivity.py",
    "src/monotown/sensitivity/draws.py",
    "src/monotown/sensitivity/inputs.py",
    "src/monotown/sensitivity/tables.py",
]

FIGURE_LABELS = [
    "config/labels/common.yaml",
    "config/labels/indicators.yaml",
    "config/labels/sensitivity.yaml",
]

JOINT_INPUT = dict(
    indicators=RESULTS + "/indicators/indicators.csv",
    observations=[
        RESULTS + "/clean/observations.csv",
        RESULTS + "/clean/observations_constant.csv",
    ],
    normalised=RESULTS + "/index/{view}/normalised.csv",
    scores=RESULTS + "/index/{view}/scores.csv",
    views=config["views"],
    measures=config["measures"],
    code=SENSITIVITY_CODE,
)


wildcard_constraints:
    analysis="|".join(config["sensitivity"]["analyses"]),


scattergather:
    sensitivity=config["sensitivity"]["shards"],


rule first_sensitivity:
    input:
        normalised=RESULTS + "/index/{view}/normalised.csv",
        scores=RESULTS + "/index/{view}/scores.csv",
        views=config["views"],
        measures=config["measures"],
        code=SENSITIVITY_CODE,
    output:
        schemes=RESULTS + "/sensitivity/{view}/schemes.csv",
        scheme_weights=RESULTS + "/sensitivity/{view}/scheme_weights.csv",
        scheme_status=RESULTS + "/sensitivity/{view}/scheme_status.csv",
        agreement=RESULTS + "/sensitivity/{view}/agreement.csv",
        rank_intervals=RESULTS + "/sensitivity/{view}/rank_intervals.csv",
        rank_acceptability=RESULTS + "/sensitivity/{view}/rank_acceptability.csv",
        drop_one=RESULTS + "/sensitivity/{view}/drop_one.csv",
        drop_block=RESULTS + "/sensitivity/{view}/drop_block.csv",
        weight_space=RESULTS + "/sensitivity/{view}/weight_space.csv",
        concentration=RESULTS + "/sensitivity/{view}/concentration.csv",
        summary=RESULTS + "/sensitivity/{view}/summary.csv",
    log:
        RESULTS + "/logs/first_sensitivity/{view}.log",
    benchmark:
        RESULTS + "/benchmarks/first_sensitivity/{view}.tsv"
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
        sensitivity=config["sensitivity"],
    message:
        "Sensitivity of {wildcards.view}: weighting schemes, random weights, one indicator less"
    script:
        "../scripts/sensitivity/first_sensitivity.py"


rule joint_shard:
    input:
        **JOINT_INPUT,
    output:
        temp(RESULTS + "/sensitivity/{view}/{analysis}/shards/{scatteritem}.npz"),
    log:
        RESULTS + "/logs/joint_shard/{view}_{analysis}_{scatteritem}.log",
    benchmark:
        RESULTS + "/benchmarks/joint_shard/{view}_{analysis}_{scatteritem}.tsv"
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
        sensitivity=config["sensitivity"],
    message:
        "Draws of {wildcards.analysis} for {wildcards.view}, part {wildcards.scatteritem}"
    script:
        "../scripts/sensitivity/joint_shard.py"


rule joint:
    input:
        **JOINT_INPUT,
        shards=gather.sensitivity(
            RESULTS + "/sensitivity/{{view}}/{{analysis}}/shards/{scatteritem}.npz"
        ),
    output:
        **{
            name: RESULTS + "/sensitivity/{view}/{analysis}/" + name + ".csv"
            for name in JOINT_TABLES
        },
    log:
        RESULTS + "/logs/joint/{view}_{analysis}.log",
    benchmark:
        RESULTS + "/benchmarks/joint/{view}_{analysis}.tsv"
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
        sensitivity=config["sensitivity"],
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
        scores=RESULTS + "/index/{view}/scores.csv",
        views=config["views"],
        measures=config["measures"],
        units=config["units"],
        sources=config["sources"],
        labels=FIGURE_LABELS,
        code=FIGURE_CODE,
    output:
        rank_intervals=sensitivity_figure("rank_intervals"),
        rank_acceptability=sensitivity_figure("rank_acceptability"),
        drop_one=sensitivity_figure("drop_one"),
        schemes=sensitivity_figure("schemes"),
        weight_space=sensitivity_figure("weight_space"),
    log:
        RESULTS + "/logs/sensitivity_figures/{view}.log",
    benchmark:
        RESULTS + "/benchmarks/sensitivity_figures/{view}.tsv"
    conda:
        "../../environment.yml"
    params:
        sensitivity=config["sensitivity"],
    message:
        "Figures of {wildcards.view}: rank intervals, rank acceptability, schemes, one less"
    script:
        "../scripts/sensitivity/sensitivity_figures.py"


rule joint_figures:
    input:
        **{name: rules.joint.output[name] for name in [*JOINT_FIGURES, "levels"]},
        scores=RESULTS + "/index/{view}/scores.csv",
        views=config["views"],
        measures=config["measures"],
        units=config["units"],
        sources=config["sources"],
        labels=FIGURE_LABELS,
        code=FIGURE_CODE,
    output:
        **{name: sensitivity_figure("{{analysis}}_" + name) for name in JOINT_FIGURES},
    log:
        RESULTS + "/logs/joint_figures/{view}_{analysis}.log",
    benchmark:
        RESULTS + "/benchmarks/joint_figures/{view}_{analysis}.tsv"
    conda:
        "../../environment.yml"
    params:
        sensitivity=config["sensitivity"],
    message:
        "Figures of {wildcards.view}: ranks over all draws of {wildcards.analysis}"
    script:
        "../scripts/sensitivity/joint_figures.py"


# Only for an analysis that varies a discrete input.
use rule joint_figures as levels_figure with:
    output:
        levels=sensitivity_figure("{{analysis}}_levels"),
    log:
        RESULTS + "/logs/levels_figure/{view}_{analysis}.log",
    benchmark:
        RESULTS + "/benchmarks/levels_figure/{view}_{analysis}.tsv"
    message:
        "Figure of {wildcards.view}: agreement with the baseline under each choice of {wildcards.analysis}"
