# Figures of the paper: its two diagrams redrawn, what its numbers prove, verdicts on its claims.

# The modules these figures stand on: editing one draws them again.
PAPER_FIGURES_LABELS = ["config/labels/common.yaml", "config/labels/graphs.yaml"]


rule diagrams:
    input:
        graphs=config["graphs"],
        schema="workflow/schemas/graphs.schema.yaml",
        passages="data/raw/published/paper/passages.csv",
        labels=PAPER_FIGURES_LABELS,
    output:
        figure1=pictured(
            figure("figure1"), "figure1", "The paper", "first figure, reconstructed"
        ),
        figure2=pictured(
            figure("figure2"), "figure2", "The paper", "second figure, reconstructed"
        ),
        grounding=f"{RESULTS}/paper/graphs.csv",
    log:
        f"{RESULTS}/logs/diagrams/diagrams.log",
    benchmark:
        f"{RESULTS}/benchmarks/diagrams/diagrams.tsv"
    conda:
        "../../environment.yml"
    params:
        show_inferred=config["figures"]["show_inferred"],
    message:
        "The paper's Figures 1 and 2, redrawn from its text"
    script:
        "../scripts/paper_figures/diagrams.py"


rule story:
    input:
        ratios=f"{RESULTS}/paper/ratio_readings.csv",
        readings=f"{RESULTS}/paper/share_readings.csv",
        parts=f"{RESULTS}/paper/decomposition.csv",
        claims=config["claims"],
        labels=PAPER_FIGURES_LABELS,
    output:
        pictured(figure("story"), "story", "The paper", "what the numbers prove"),
    log:
        f"{RESULTS}/logs/story/story.log",
    benchmark:
        f"{RESULTS}/benchmarks/story/story.tsv"
    conda:
        "../../environment.yml"
    message:
        "Figure of what the paper's numbers prove"
    script:
        "../scripts/paper_figures/story.py"


rule claims_overview:
    input:
        claims=f"{RESULTS}/findings/claims.csv",
        labels=[*PAPER_FIGURES_LABELS, "config/labels/paper.yaml"],
    output:
        pictured(figure("claims_overview"), "claims", "The paper", "all claims"),
    log:
        f"{RESULTS}/logs/claims_overview/claims_overview.log",
    benchmark:
        f"{RESULTS}/benchmarks/claims_overview/claims_overview.tsv"
    conda:
        "../../environment.yml"
    message:
        "Figure of the claims by verdict and severity"
    script:
        "../scripts/paper_figures/claims_overview.py"
