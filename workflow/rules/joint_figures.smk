# Figures of the joint analyses: those that the report shows in one step, the others in another, which the
# target `figures` asks for.
# Analyses that vary a discrete input.
CHOICES = [
    name
    for name, inputs in config["sensitivity"]["analyses"].items()
    if any(
        key not in ("weights", "data_error", "goalposts")
        and (settings or {}).get("use", True)
        for key, settings in inputs.items()
    )
]

JOINT_KINDS = ["rank_intervals", "pairwise", "convergence", "levels"]

# Name of each figure to its view, its analysis and what it shows.
JOINT_FIGURES = {
    f"{analysis}_{kind}_{view}": (view, analysis, kind)
    for view in config["sensitivity"]["views"]
    for analysis in ANALYSES
    for kind in JOINT_KINDS
    if kind != "levels" or analysis in CHOICES
}
JOINT_SHOWN = {n: of for n, of in JOINT_FIGURES.items() if n in NEEDS.figures}
JOINT_OTHER = {n: of for n, of in JOINT_FIGURES.items() if n not in JOINT_SHOWN}


# Beside the tables: the names that the figures print, and the modules they stand on.
JOINT_WORDS = dict(
    views=config["views"],
    measures=config["measures"],
    units=config["units"],
    sources=config["sources"],
    labels=SENSITIVITY_LABELS,
)


include: "joint_functions.smk"


rule joint_figures:
    input:
        **joint_tables(JOINT_SHOWN),
        **JOINT_WORDS,
    output:
        joint_pictures(JOINT_SHOWN),
    log:
        f"{RESULTS}/logs/joint_figures.log",
    benchmark:
        f"{RESULTS}/benchmarks/joint_figures.tsv"
    conda:
        "../../environment.yml"
    params:
        figures=JOINT_SHOWN,
        sensitivity=JOINT_SETTINGS,
    message:
        "Figures of the joint analyses that the report shows"
    script:
        "../scripts/sensitivity/joint_figures.py"


use rule joint_figures as more_joint_figures with:
    input:
        **joint_tables(JOINT_OTHER),
        **JOINT_WORDS,
    output:
        joint_pictures(JOINT_OTHER),
    log:
        f"{RESULTS}/logs/more_joint_figures.log",
    benchmark:
        f"{RESULTS}/benchmarks/more_joint_figures.tsv"
    params:
        figures=JOINT_OTHER,
        sensitivity=JOINT_SETTINGS,
    message:
        "Figures of the joint analyses that the report does not show"
