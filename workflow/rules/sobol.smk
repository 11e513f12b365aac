# Which choice moves the ranks (Sobol indices), and what would change the answer.


rule sobol:
    input:
        indicators=f"{RESULTS}/indicators/indicators.csv",
        observations=[
            f"{RESULTS}/clean/observations.csv",
            f"{RESULTS}/clean/observations_constant.csv",
        ],
        normalised=f"{RESULTS}/index/{{view}}/normalised.csv",
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
        weights=f"{RESULTS}/index/{{view}}/weights.csv",
        views=config["views"],
        measures=config["measures"],
    output:
        sobol=f"{RESULTS}/sensitivity/{{view}}/sobol.csv",
        interactions=f"{RESULTS}/sensitivity/{{view}}/interactions.csv",
        sobol_inputs=f"{RESULTS}/sensitivity/{{view}}/sobol_inputs.csv",
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
        sobol=config["sensitivity"].get("sobol", {}),
        analyses={key: config["sensitivity"][key] for key in ("weight_cv", "analyses")},
    message:
        "Sobol indices of {wildcards.view}: weights, normalisation, aggregation, one indicator less"
    script:
        "../scripts/sobol/sobol.py"


rule flips:
    input:
        normalised=f"{RESULTS}/index/{{view}}/normalised.csv",
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
        weights=f"{RESULTS}/index/{{view}}/weights.csv",
        views=config["views"],
        measures=config["measures"],
    output:
        flips=f"{RESULTS}/sensitivity/{{view}}/flips.csv",
        flip_weights=f"{RESULTS}/sensitivity/{{view}}/flip_weights.csv",
        stability_intervals=f"{RESULTS}/sensitivity/{{view}}/stability_intervals.csv",
        most_moving=f"{RESULTS}/sensitivity/{{view}}/most_moving.csv",
    log:
        f"{RESULTS}/logs/flips/{{view}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/flips/{{view}}.tsv"
    wildcard_constraints:
        view=FULL_VIEWS,
    conda:
        "../../environment.yml"
    message:
        "What would change the order of {wildcards.view}: least changes of weights, losses"
    script:
        "../scripts/sobol/flips.py"


rule sobol_figures:
    input:
        sobol=rules.sobol.output.sobol,
        interactions=rules.sobol.output.interactions,
        flips=rules.flips.output.flips,
        stability_intervals=rules.flips.output.stability_intervals,
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
        units=config["units"],
        views=config["views"],
        measures=config["measures"],
        sources=config["sources"],
        indicators=config["indicators"],
        labels=[
            "config/labels/common.yaml",
            "config/labels/indicators.yaml",
            "config/labels/sobol.yaml",
        ],
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
        interval=config["sensitivity"]["interval"],
    message:
        "Figures of {wildcards.view}: Sobol indices, least changes of weights, stable ranges"
    script:
        "../scripts/sobol/sobol_figures.py"
