# The paper's tables recomputed from its counts, and what its figures prove together.
from glob import glob

# Every figure, quotation and count transcribed from the paper.
PAPER_RAW = sorted(
    path
    for path in glob("data/raw/published/paper/*.csv")
    if path != "data/raw/published/paper/parts.csv"
)


rule recompute_paper:
    input:
        raw=PAPER_RAW,
        claims=config["claims"],
        indicators=config["indicators"],
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
        "../../environment.yml"
    message:
        "Tables 1 to 3 of the paper recomputed, Table 4 beside the catalogue, the counts behind its figures"
    script:
        "../scripts/paper/tables.py"
