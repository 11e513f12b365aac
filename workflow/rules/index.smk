# The integral index of each view: normalised values, weights, scores, ranks, comparisons, changes; how its indicators
# hang together; its ranks under other readings and under every method; figures and tables of these.

# The file of the experts' judgments of each view whose weights rest on them.
JUDGMENTS = {view: STUDY.judgments(view, entry) for view, entry in VIEWS.items()}

# Views that say how their indicators could be read otherwise.
READ_VIEWS = [view for view, entry in VIEWS.items() if "readings" in entry]

# Views with a table of scores, and views with a table of methods.
SCORED_VIEWS = [
    t.removeprefix("scores_") for t in NEEDS.tables if t.startswith("scores_")
]
METHOD_VIEWS = [
    t.removeprefix("method_ranks_")
    for t in NEEDS.tables
    if t.startswith("method_ranks_")
]

# Views whose scores are drawn without limits: those with changes are drawn with them, beside the analyses.
PLAIN_VIEWS = [view for view in VIEWS if view not in CHANGING]

# Units of the table of the town, and those that stand out in figures.
TOWN_UNITS = STUDY.about.get("town", [])
TOLD_SERIES = STUDY.about.get("series", {})
MARKED_UNITS = STUDY.about.get("marked", [])

# Indices with a ranked strip, and with tables of ranks: those of a run on own data.
STRIP_VIEWS = [
    f.removeprefix("strip_") for f in NEEDS.figures if f.startswith("strip_")
]
RANKED_VIEWS = [
    t.removeprefix("ranks_") for t in NEEDS.tables if t.startswith("ranks_")
]

# What the chapters of the run do not show, nobody has to make.
LEFT_OUT += [
    *(["region_tables", "side_by_side_figure"] if OWN_DATA else []),
    *([] if PLAIN_VIEWS else ["scores_figures"]),
    *([] if METHOD_VIEWS else ["methods", "methods_figure", "method_tables"]),
    *([] if "readings" in NEEDS.tables else ["reading_tables"]),
    *([] if RANKED_VIEWS else ["own_tables"]),
    *([] if STRIP_VIEWS else ["strip_figures"]),
]


rule index:
    input:
        indicators=f"{RESULTS}/indicators/indicators.csv",
        doubtful=f"{RESULTS}/indicators/doubtful.csv",
        observations=[
            f"{RESULTS}/clean/observations.csv",
            f"{RESULTS}/clean/observations_constant.csv",
        ],
        views=STUDY.of("rivals"),
        measures=STUDY.of("scales"),
        judgments=lambda wildcards: JUDGMENTS.get(wildcards.view, []),
    output:
        model=f"{RESULTS}/index/{{view}}/model.csv",
        prepared=f"{RESULTS}/index/{{view}}/prepared.csv",
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
        "Index of {wildcards.view}: normalise, aggregate, rank, compare with the other units"
    script:
        "../scripts/index/index.py"


rule structure:
    input:
        normalised=f"{RESULTS}/index/{{view}}/normalised.csv",
        weights=f"{RESULTS}/index/{{view}}/weights.csv",
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
        views=STUDY.of("indices"),
        measures=STUDY.of("scales"),
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
    params:
        reflective=STUDY.reflective,
    message:
        "Structure of {wildcards.view}: correlations, reliability, weight given and real importance"
    script:
        "../scripts/index/structure.py"


rule readings:
    input:
        observations=f"{RESULTS}/clean/observations.csv",
        constant=f"{RESULTS}/clean/observations_constant.csv",
        indicators=STUDY("entries"),
        measures=STUDY.of("computed"),
        views=STUDY.of("read"),
        variables=STUDY("quantities"),
        units=STUDY("borders"),
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
        "Ranks of {wildcards.view} under other measures of its indicators"
    script:
        "../scripts/index/readings.py"


rule methods:
    input:
        prepared=f"{RESULTS}/index/{{view}}/prepared.csv",
        views=STUDY.of("indices"),
        measures=STUDY.of("scales"),
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
    message:
        "Every admissible method for {wildcards.view}: ranks side by side, refusals with reasons"
    script:
        "../scripts/index/methods.py"


rule scores_figures:
    input:
        **NAMES,
        scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=PLAIN_VIEWS),
        comparison=expand(f"{RESULTS}/index/{{view}}/comparison.csv", view=PLAIN_VIEWS),
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
            for view in PLAIN_VIEWS
        },
    log:
        f"{RESULTS}/logs/scores_figures.log",
    benchmark:
        f"{RESULTS}/benchmarks/scores_figures.tsv"
    conda:
        "../../environment.yml"
    params:
        labels=["common", "indicators", "regions"],
        marked=MARKED_UNITS,
    message:
        "Figures of the scores of each view"
    script:
        "../scripts/index/scores_figures.py"


rule structure_figures:
    input:
        **NAMES,
        correlations=rules.structure.output.correlations,
        importance=rules.structure.output.importance,
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
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
    params:
        labels=["common", "indicators", "weights"],
    message:
        "Figures of {wildcards.view}: correlations, weight given and real importance"
    script:
        "../scripts/index/structure_figures.py"


rule side_by_side_figure:
    input:
        **NAMES,
        table=table("potential_quality_2022"),
    output:
        pictured(
            figure("potential_quality_2022"),
            "side_by_side",
            "Regions",
            "scientific potential beside quality of life",
        ),
    log:
        f"{RESULTS}/logs/side_by_side_figure.log",
    benchmark:
        f"{RESULTS}/benchmarks/side_by_side_figure.tsv"
    conda:
        "../../environment.yml"
    params:
        labels=["common", "regions"],
        year=lambda wildcards: VIEWS[SHOWN["index"]]["years"][-1],
        marked=MARKED_UNITS,
    message:
        "Figure of the places in scientific potential and in quality of life"
    script:
        "../scripts/index/side_by_side_figure.py"


rule methods_figure:
    input:
        **NAMES,
        methods=f"{RESULTS}/index/{{view}}/methods.csv",
        inadmissible=f"{RESULTS}/index/{{view}}/inadmissible.csv",
        scores=f"{RESULTS}/index/{{view}}/scores.csv",
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
    params:
        labels=["common", "methods"],
    message:
        "Figure of {wildcards.view} under every admissible method"
    script:
        "../scripts/index/methods_figure.py"


rule data_tables:
    input:
        sources=f"{RESULTS}/clean/sources.csv",
        coverage=f"{RESULTS}/indicators/coverage.csv",
        doubtful=expand(f"{RESULTS}/index/{{view}}/doubtful.csv", view=VIEWS),
    output:
        data_sources=shown("data_sources"),
        coverage=shown("coverage"),
        doubtful=shown("doubtful"),
    log:
        f"{RESULTS}/logs/data_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/data_tables.tsv"
    conda:
        "../../environment.yml"
    message:
        "Tables of the raw files and of the coverage of the indicators"
    script:
        "../scripts/index/data_tables.py"


# Changes of a series that are too large to pass without a word, and what the indices are without them. Verdicts are on
# figures of the study that gives them: files of figures that stand beside it have others.
if config["screening"]:

    rule screening:
        input:
            observations=f"{RESULTS}/clean/observations.csv",
            constant=f"{RESULTS}/clean/observations_constant.csv",
            indicators=f"{RESULTS}/indicators/indicators.csv",
            units=STUDY("borders"),
            variables=STUDY("quantities"),
            measures=STUDY("computed"),
            views=STUDY("read"),
            verdicts=[] if OWN_DATA and not ALONE else STUDY("jumps"),
            judgments=[file for files in JUDGMENTS.values() for file in files],
        output:
            jumps=f"{RESULTS}/indicators/jumps.csv",
            effects=f"{RESULTS}/indicators/jump_effects.csv",
            table=shown("jumps"),
        log:
            f"{RESULTS}/logs/screening.log",
        benchmark:
            f"{RESULTS}/benchmarks/screening.tsv"
        conda:
            "../../environment.yml"
        params:
            rule=config["screening"],
            judgments=JUDGMENTS,
            seed=config["seed"],
        message:
            "Screening: changes of a series that are listed, their verdicts, and the scores without them"
        script:
            "../scripts/index/screening.py"


rule region_tables:
    input:
        scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=SCORED_VIEWS),
        comparisons=expand(
            f"{RESULTS}/index/{{view}}/comparison.csv", view=SCORED_VIEWS
        ),
        observations=f"{RESULTS}/clean/observations.csv",
        indicators=f"{RESULTS}/indicators/indicators.csv",
        views=STUDY("indices"),
        measures=STUDY("scales"),
    output:
        **{f"scores_{view}": shown(f"scores_{view}") for view in SCORED_VIEWS},
        **{
            name: f"{RESULTS}/index/{SHOWN.get('index')}/{name}.csv"
            for name in ["outlay", "choices", "external"]
        },
        potential_quality_2022=shown("potential_quality_2022"),
        town=shown("town"),
    log:
        f"{RESULTS}/logs/region_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/region_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        names=SCORED_VIEWS,
        town=TOWN_UNITS,
        series=TOLD_SERIES,
        outside={
            "unit": FACT_SETTINGS["marked"].get("ulytau"),
            "country": FACT_SETTINGS["marked"].get("country"),
        },
        shown=SHOWN,
    message:
        "Tables of the regions, and what a place rests on"
    script:
        "../scripts/index/region_tables.py"


rule own_tables:
    input:
        scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=RANKED_VIEWS),
        comparison=expand(f"{RESULTS}/index/{{view}}/comparison.csv", view=RANKED_VIEWS),
        weights=expand(f"{RESULTS}/index/{{view}}/weights.csv", view=RANKED_VIEWS),
        intervals=expand(
            f"{RESULTS}/sensitivity/{{view}}/rank_intervals.csv", view=RANKED_VIEWS
        ),
        views=STUDY("indices"),
        measures=STUDY("scales"),
    output:
        **{
            f"{name}_{view}": shown(f"{name}_{view}")
            for view in RANKED_VIEWS
            for name in ["ranks", "course", "weights"]
            if f"{name}_{view}" in NEEDS.tables
        },
    log:
        f"{RESULTS}/logs/own_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/own_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        names=RANKED_VIEWS,
        interval=config["sensitivity"]["interval"],
    message:
        "Ranks with their intervals, scores over the years and weights of each index"
    script:
        "../scripts/index/own_tables.py"


rule strip_figures:
    input:
        **NAMES,
        tables=[table(f"ranks_{view}") for view in STRIP_VIEWS],
    output:
        **{
            view: pictured(
                figure(f"strip_{view}"), "strip", "Ranks", f"ranks in {view}", view
            )
            for view in STRIP_VIEWS
        },
    log:
        f"{RESULTS}/logs/strip_figures.log",
    benchmark:
        f"{RESULTS}/benchmarks/strip_figures.tsv"
    conda:
        "../../environment.yml"
    params:
        names=STRIP_VIEWS,
        labels=["common", "indicators", "regions", "own_run"],
        settings={
            "draws": config["sensitivity"]["draws"],
            "interval": config["sensitivity"]["interval"],
            "marked": MARKED_UNITS,
        },
    message:
        "The ranked strip of each index: all units by score"
    script:
        "../scripts/index/strip_figures.py"


rule reading_tables:
    input:
        ranks=expand(f"{RESULTS}/index/{{view}}/readings.csv", view=READ_VIEWS),
    output:
        readings=shown("readings"),
    log:
        f"{RESULTS}/logs/reading_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/reading_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        views=READ_VIEWS,
    message:
        "Table of ranks under other measures of the indicators"
    script:
        "../scripts/index/reading_tables.py"


rule method_tables:
    input:
        scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=METHOD_VIEWS),
        methods=expand(f"{RESULTS}/index/{{view}}/methods.csv", view=METHOD_VIEWS),
        inadmissible=expand(
            f"{RESULTS}/index/{{view}}/inadmissible.csv", view=METHOD_VIEWS
        ),
    output:
        **{
            f"method_ranks_{view}": shown(f"method_ranks_{view}")
            for view in METHOD_VIEWS
        },
        **{
            f"inadmissible_{view}": shown(f"inadmissible_{view}")
            for view in METHOD_VIEWS
        },
        **{
            f"aggregation_shifts_{view}": f"{RESULTS}/index/{view}/aggregation_shifts.csv"
            for view in METHOD_VIEWS
        },
    log:
        f"{RESULTS}/logs/method_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/method_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        views=METHOD_VIEWS,
    message:
        "Tables of the methods side by side"
    script:
        "../scripts/index/method_tables.py"
