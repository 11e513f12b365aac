# The paper: its tables recomputed from its counts, what its figures prove together, every claim checked by code on the
# transcribed figures, its two diagrams redrawn.
# Every figure, quotation and count transcribed from the paper.
PAPER_RAW = sorted(
    path
    for path in glob("data/raw/published/paper/*.csv")
    if path != "data/raw/published/paper/parts.csv"
)

# The words that its figures print.
PAPER_LABELS = ["common", "graphs"]


rule recompute_paper:
    input:
        raw=PAPER_RAW,
        claims=config["claims"],
        indicators=STUDY("indicators"),
    output:
        table1=f"{RESULTS}/paper/table1.csv",
        table2=f"{RESULTS}/paper/table2.csv",
        table3=f"{RESULTS}/paper/table3.csv",
        table4=f"{RESULTS}/paper/table4.csv",
        ratio_readings=f"{RESULTS}/paper/ratio_readings.csv",
        share_readings=f"{RESULTS}/paper/share_readings.csv",
        decomposition=f"{RESULTS}/paper/decomposition.csv",
        summary=f"{RESULTS}/paper/summary.csv",
    log:
        f"{RESULTS}/logs/recompute_paper/tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/recompute_paper/tables.tsv"
    conda:
        "../../../environment.yml"
    message:
        "Tables 1 to 3 of the paper recomputed, Table 4 beside the catalogue, the counts behind its figures"
    script:
        "scripts/recompute_paper.py"


rule claims:
    input:
        raw=PAPER_RAW,
        claims=config["claims"],
        sources=config["sources"],
    output:
        csv=f"{RESULTS}/findings/claims.csv",
        html=pages_in(
            f"{RESULTS}/findings",
            "claims",
            caption=caption_file("claims"),
            category="Findings",
            labels={"file": "The claims, one by one"},
        ),
    log:
        f"{RESULTS}/logs/claims/claims.log",
    benchmark:
        f"{RESULTS}/benchmarks/claims/claims.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["claims", "common", "paper", "report"],
    message:
        "Check every claim of the paper"
    script:
        "scripts/claims.py"


rule diagrams:
    input:
        graphs=config["graphs"],
        schema="workflow/parts/paper/schema.yaml",
        passages="data/raw/published/paper/passages.csv",
    output:
        figure1=pictured(
            figure("figure1"), "figure1", "The paper", "first figure, reconstructed"
        ),
        figure2=pictured(
            figure("figure2"), "figure2", "The paper", "second figure, reconstructed"
        ),
    log:
        f"{RESULTS}/logs/diagrams/diagrams.log",
    benchmark:
        f"{RESULTS}/benchmarks/diagrams/diagrams.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=PAPER_LABELS,
        show_inferred=config["figures"]["show_inferred"],
    message:
        "The paper's Figures 1 and 2, redrawn from its text"
    script:
        "scripts/diagrams.py"


rule story:
    input:
        ratios=f"{RESULTS}/paper/ratio_readings.csv",
        readings=f"{RESULTS}/paper/share_readings.csv",
        parts=f"{RESULTS}/paper/decomposition.csv",
        claims=config["claims"],
    output:
        pictured(figure("story"), "story", "The paper", "what the numbers prove"),
    log:
        f"{RESULTS}/logs/story/story.log",
    benchmark:
        f"{RESULTS}/benchmarks/story/story.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=PAPER_LABELS,
    message:
        "Figure of what the paper's numbers prove"
    script:
        "scripts/story.py"


rule paper_tables:
    input:
        claims=f"{RESULTS}/findings/claims.csv",
        paper_table1=f"{RESULTS}/paper/table1.csv",
        paper_table2=f"{RESULTS}/paper/table2.csv",
        paper_table3=f"{RESULTS}/paper/table3.csv",
        paper_table4=f"{RESULTS}/paper/table4.csv",
        ratio_readings=f"{RESULTS}/paper/ratio_readings.csv",
        share_readings=f"{RESULTS}/paper/share_readings.csv",
        decomposition=f"{RESULTS}/paper/decomposition.csv",
        graphs=config["graphs"],
        schema="workflow/parts/paper/schema.yaml",
        passages="data/raw/published/paper/passages.csv",
    output:
        claims=shown("claims"),
        claims_severe=shown("claims_severe"),
        verdicts=shown("verdicts"),
        paper_table1=shown("paper_table1"),
        paper_table2=shown("paper_table2"),
        paper_table3=shown("paper_table3"),
        paper_table4=shown("paper_table4"),
        ratio_readings=shown("ratio_readings"),
        share_readings=shown("share_readings"),
        decomposition=shown("decomposition"),
        paper_graphs=shown("paper_graphs"),
        grounding=f"{RESULTS}/paper/graphs.csv",
    log:
        f"{RESULTS}/logs/paper_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/paper_tables.tsv"
    conda:
        "../../../environment.yml"
    message:
        "Tables of the paper"
    script:
        "scripts/paper_tables.py"
