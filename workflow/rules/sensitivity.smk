# How far the ranks hang on the weights and on every other choice: schemes, random weights, one indicator less, joint
# analyses, Sobol indices, what would change the order; figures and tables of these.
ANALYSES = list(config["sensitivity"]["analyses"])

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

CHANGE_SETTINGS = {
    key: config["sensitivity"].get(key)
    for key in ("weight_cv", "interval", "analyses", "change")
}

SENSITIVITY_LABELS = [
    "common",
    "indicators",
    "methods",
    "sensitivity",
]

# The raw figures behind the indicators, which err.
BEHIND = dict(
    figures=f"{RESULTS}/indicators/figures.csv",
    formulas=STUDY.of("definitions"),
)

JOINT_INPUT = dict(
    **BEHIND,
    prepared=f"{RESULTS}/index/{{view}}/prepared.csv",
    views=STUDY.of("indices"),
    measures=STUDY.of("scales"),
    # standard errors of the run's own survey, as errors of its measures
    survey_errors=SURVEY_ERRORS,
)

# The views whose weights the report tells of, each with the end of the names of its tables, and views with tables of
# what their ranks withstand.
WEIGHED = (
    {v: f"_{v}" for v in VIEWS if f"scheme_ranks_{v}" in NEEDS.tables}
    if OWN_DATA
    else {v: "" for k, v in SHOWN.items() if k == "index"}
)
CHANGE_VIEWS = [
    t.removeprefix("change_") for t in NEEDS.tables if t.startswith("change_")
]
TRIED_VIEWS = [
    t.removeprefix("robustness_") for t in NEEDS.tables if t.startswith("robustness_")
]

# What the chapters of the run do not show, nobody has to make.
LEFT_OUT += [
    *(
        []
        if TRIED_VIEWS
        else ["sobol", "flips", "sobol_figures", "robustness_tables", "rates"]
    ),
    *([] if WEIGHED else ["weight_tables"]),
    *([] if CHANGE_VIEWS else ["change_tables"]),
    *([] if CHANGING else ["panel_figures"]),
]


include: "sensitivity_functions.smk"


wildcard_constraints:
    analysis="|".join(config["sensitivity"]["analyses"]),


# Draws in one part are counted by the step that makes their tables.
SHARDS = config["sensitivity"]["shards"]


scattergather:
    sensitivity=SHARDS,


rule weight_sensitivity:
    input:
        prepared=f"{RESULTS}/index/{{view}}/prepared.csv",
        views=STUDY.of("indices"),
        measures=STUDY.of("scales"),
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
        f"{RESULTS}/logs/weight_sensitivity/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/weight_sensitivity/{{view}}.tsv"
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
        sensitivity=FIRST_SETTINGS,
    message:
        "Sensitivity of {wildcards.view}: weighting schemes, random weights, one indicator less"
    script:
        "../scripts/sensitivity/weight_sensitivity.py"


rule monte_carlo_shard:
    input:
        **JOINT_INPUT,
    output:
        temp(f"{RESULTS}/sensitivity/{{view}}/{{analysis}}/shards/{{scatteritem}}.npz"),
    log:
        f"{RESULTS}/logs/monte_carlo_shard/{{view}}_{{analysis}}_{{scatteritem}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/monte_carlo_shard/{{view}}_{{analysis}}_{{scatteritem}}.tsv"
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
        "../scripts/sensitivity/monte_carlo_shard.py"


rule monte_carlo:
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
        f"{RESULTS}/logs/monte_carlo/{{view}}_{{analysis}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/monte_carlo/{{view}}_{{analysis}}.tsv"
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
        "../scripts/sensitivity/monte_carlo.py"


rule change:
    input:
        **JOINT_INPUT,
    output:
        change=f"{RESULTS}/sensitivity/{{view}}/change.csv",
        fan=f"{RESULTS}/sensitivity/{{view}}/fan.csv",
    log:
        f"{RESULTS}/logs/change/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/change/{{view}}.tsv"
    wildcard_constraints:
        view="|".join(CHANGING) or "(?!)",
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
        sensitivity=CHANGE_SETTINGS,
    message:
        "Changes of {wildcards.view} between years, all inputs varied alike in every year"
    script:
        "../scripts/sensitivity/change.py"


rule sobol:
    input:
        **BEHIND,
        prepared=f"{RESULTS}/index/{{view}}/prepared.csv",
        views=STUDY.of("indices"),
        measures=STUDY.of("scales"),
    output:
        sobol=f"{RESULTS}/sensitivity/{{view}}/sobol.csv",
        interactions=f"{RESULTS}/sensitivity/{{view}}/interactions.csv",
        sobol_inputs=f"{RESULTS}/sensitivity/{{view}}/sobol_inputs.csv",
        one_choice=f"{RESULTS}/sensitivity/{{view}}/one_choice.csv",
    log:
        f"{RESULTS}/logs/sobol/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/sobol/{{view}}.tsv"
    wildcard_constraints:
        view=FULL_VIEWS,
    conda:
        "../../environment.yml"
    params:
        seed=config["seed"],
        schemes=config["sensitivity"]["schemes"],
        interval=config["sensitivity"]["interval"],
        sobol=sobol_of,
        analyses={key: config["sensitivity"][key] for key in ("weight_cv", "analyses")},
    message:
        "Choices of {wildcards.view}: one at a time, and Sobol indices of all"
    script:
        "../scripts/sensitivity/sobol.py"


rule rates:
    input:
        **BEHIND,
        prepared=f"{RESULTS}/index/{{view}}/prepared.csv",
        views=STUDY.of("indices"),
        measures=STUDY.of("scales"),
    output:
        rates=f"{RESULTS}/sensitivity/{{view}}/rates.csv",
        shrunk=f"{RESULTS}/sensitivity/{{view}}/shrunk.csv",
    log:
        f"{RESULTS}/logs/rates/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/rates/{{view}}.tsv"
    wildcard_constraints:
        view=FULL_VIEWS,
    conda:
        "../../environment.yml"
    params:
        interval=config["sensitivity"]["interval"],
        analyses={key: config["sensitivity"][key] for key in ("weight_cv", "analyses")},
    message:
        "Rates of small counts of {wildcards.view}, as published and shrunk to the group"
    script:
        "../scripts/sensitivity/rates.py"


rule stability:
    input:
        prepared=f"{RESULTS}/index/{{view}}/prepared.csv",
        views=STUDY.of("indices"),
        measures=STUDY.of("scales"),
    output:
        flips=f"{RESULTS}/sensitivity/{{view}}/flips.csv",
        flip_weights=f"{RESULTS}/sensitivity/{{view}}/flip_weights.csv",
        stability_intervals=f"{RESULTS}/sensitivity/{{view}}/stability_intervals.csv",
        most_moving=f"{RESULTS}/sensitivity/{{view}}/most_moving.csv",
    log:
        f"{RESULTS}/logs/stability/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/stability/{{view}}.tsv"
    wildcard_constraints:
        view=FULL_VIEWS,
    conda:
        "../../environment.yml"
    message:
        "What would change the order of {wildcards.view}: least changes of weights, losses"
    script:
        "../scripts/sensitivity/stability.py"


# Each unit's places under every joint analysis, side by side.
rule interval_figure:
    input:
        **NAMES,
        intervals=[
            f"{RESULTS}/sensitivity/{{view}}/{analysis}/rank_intervals.csv"
            for analysis in ANALYSES
        ],
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
    output:
        pictured(view_figure("intervals"), "intervals", "Sensitivity", "places, {view}"),
    log:
        f"{RESULTS}/logs/interval_figure/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/interval_figure/{{view}}.tsv"
    wildcard_constraints:
        view=FULL_VIEWS,
    conda:
        "../../environment.yml"
    params:
        labels=SENSITIVITY_LABELS + ["report"],
        analyses=ANALYSES,
        sensitivity={key: config["sensitivity"][key] for key in ("draws", "interval")},
    message:
        "Figure of {wildcards.view}: places under every joint analysis"
    script:
        "../scripts/sensitivity/interval_figure.py"


rule sensitivity_figures:
    input:
        **NAMES,
        drop_one=rules.weight_sensitivity.output.drop_one,
        schemes=rules.weight_sensitivity.output.schemes,
        scheme_status=rules.weight_sensitivity.output.scheme_status,
        agreement=rules.weight_sensitivity.output.agreement,
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
    output:
        drop_one=pictured(
            view_figure("drop_one"), "drop_one", "Weights", "one measure less, {view}"
        ),
        schemes=pictured(
            view_figure("schemes"), "schemes", "Weights", "other schemes, {view}"
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
        labels=SENSITIVITY_LABELS,
        schemes=FIRST_SETTINGS["schemes"],
    message:
        "Figures of {wildcards.view}: other schemes, one measure less"
    script:
        "../scripts/sensitivity/sensitivity_figures.py"


rule sobol_figures:
    input:
        **NAMES,
        sobol=rules.sobol.output.sobol,
        interactions=rules.sobol.output.interactions,
        flips=rules.stability.output.flips,
        stability_intervals=rules.stability.output.stability_intervals,
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
    output:
        sobol=pictured(
            view_figure("sobol"), "sobol", "Sensitivity", "Sobol indices, {view}"
        ),
        flips=pictured(
            view_figure("flips"),
            "flips",
            "Sensitivity",
            "least changes of weights, {view}",
        ),
        stability=pictured(
            view_figure("stability"),
            "stability",
            "Sensitivity",
            "stable weights, {view}",
        ),
    log:
        f"{RESULTS}/logs/sobol_figures/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/sobol_figures/{{view}}.tsv"
    wildcard_constraints:
        view=FULL_VIEWS,
    conda:
        "../../environment.yml"
    params:
        labels=["common", "indicators", "sobol"],
        interval=config["sensitivity"]["interval"],
    message:
        "Figures of {wildcards.view}: Sobol indices, least changes of weights, stable ranges"
    script:
        "../scripts/sensitivity/sobol_figures.py"


rule weight_tables:
    input:
        **{
            name: expand(f"{RESULTS}/sensitivity/{{view}}/{name}.csv", view=WEIGHED)
            for name in ["rank_intervals", "schemes", "scheme_weights", "drop_one"]
        },
        scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=WEIGHED),
        views=STUDY("indices", *WEIGHED),
        measures=STUDY("scales", *WEIGHED),
    output:
        **{
            f"{name}{end}": shown(f"{name}{end}")
            for end in WEIGHED.values()
            for name in [
                "rank_intervals",
                "scheme_ranks",
                "scheme_weights",
                "drop_one",
            ]
        },
    log:
        f"{RESULTS}/logs/weight_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/weight_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        ends=WEIGHED,
        interval=config["sensitivity"]["interval"],
    message:
        "Tables of the weighting sensitivity"
    script:
        "../scripts/sensitivity/weight_tables.py"


rule panel_figures:
    input:
        **NAMES,
        **{
            name: expand(f"{RESULTS}/{stage}/{{view}}/{name}.csv", view=CHANGING)
            for stage, names in {
                "index": ["scores", "comparison"],
                "sensitivity": ["change", "fan"],
            }.items()
            for name in names
        },
        indices=STUDY("indices"),
        scales=STUDY("scales"),
    output:
        **{
            view: pictured(
                figure(f"scores_{view}"),
                "scores",
                "Regions",
                f"scores of {view}",
                view,
            )
            for view in CHANGING
        },
    log:
        f"{RESULTS}/logs/panel_figures.log",
    benchmark:
        f"{RESULTS}/benchmarks/panel_figures.tsv"
    conda:
        "../../environment.yml"
    params:
        labels=["common", "indicators", "regions"],
        marked=MARKED_UNITS,
        interval=config["sensitivity"]["interval"],
        sure=(config["sensitivity"].get("change") or {}).get("sure"),
    message:
        "Figures of scores over the years, with their limits"
    script:
        "../scripts/sensitivity/panel_figures.py"


rule change_tables:
    input:
        change=expand(f"{RESULTS}/sensitivity/{{view}}/change.csv", view=CHANGE_VIEWS),
        scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=CHANGE_VIEWS),
        views=STUDY("indices"),
        measures=STUDY("scales"),
    output:
        **{f"change_{view}": shown(f"change_{view}") for view in CHANGE_VIEWS},
    log:
        f"{RESULTS}/logs/change_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/change_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        names=CHANGE_VIEWS,
        analyses=ANALYSES,
        interval=config["sensitivity"]["interval"],
    message:
        "Tables of the change of each unit over the years"
    script:
        "../scripts/sensitivity/change_tables.py"


rule robustness_tables:
    input:
        **{
            name: expand(
                f"{RESULTS}/sensitivity/{{view}}/{{analysis}}/{name}.csv",
                view=TRIED_VIEWS,
                analysis=ANALYSES,
            )
            for name in ["rank_intervals", "convergence", "summary"]
        },
        **{
            name: expand(
                f"{RESULTS}/sensitivity/{{view}}/{name}.csv", view=TRIED_VIEWS
            )
            for name in ["sobol", "flips", "rates", "shrunk", "one_choice"]
        },
        scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=TRIED_VIEWS),
    output:
        **{
            f"{name}_{view}": shown(f"{name}_{view}")
            for name in [
                "robustness",
                "enough",
                "choices",
                "every_input",
                "swaps",
                "one_choice",
            ]
            for view in TRIED_VIEWS
            if f"{name}_{view}" in NEEDS.tables
        },
        **{
            name: shown(name)
            for name in NEEDS.tables
            if name.startswith("small_counts_")
        },
    log:
        f"{RESULTS}/logs/robustness_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/robustness_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        views=TRIED_VIEWS,
        analyses=ANALYSES,
        interval=config["sensitivity"]["interval"],
    message:
        "Tables of what the ranks withstand"
    script:
        "../scripts/sensitivity/robustness_tables.py"
