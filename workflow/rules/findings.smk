# The claims ledger: every claim of the paper, checked by code on the transcribed figures; beside it what the
# project's own results answer to claims that the paper leaves open, and every assumption behind them.


rule claims:
    input:
        raw=PAPER_RAW,
        claims=config["claims"],
        sources=config["sources"],
        labels=[
            "config/labels/common.yaml",
            "config/labels/paper.yaml",
            "config/labels/report.yaml",
        ],
    output:
        csv=f"{RESULTS}/findings/claims.csv",
        md=f"{RESULTS}/findings/claims.md",
        tex=f"{RESULTS}/findings/claims.tex",
        html=report(
            f"{RESULTS}/findings/claims.html",
            caption="../report/claims.rst",
            category="Findings",
        ),
        html_ru=f"{RESULTS}/findings/claims.ru.html",
        html_kk=f"{RESULTS}/findings/claims.kk.html",
    log:
        f"{RESULTS}/logs/claims/claims.log",
    benchmark:
        f"{RESULTS}/benchmarks/claims/claims.tsv"
    conda:
        "../../environment.yml"
    message:
        "Check every claim of the paper"
    script:
        "../scripts/findings/claims.py"


rule answers:
    input:
        answers=[f"config/answers/{part}.yaml" for part in PARTS],
        claims=rules.claims.output.csv,
        facts=f"{RESULTS}/tables/facts.csv",
        words=f"{RESULTS}/words.csv",
    output:
        findings=f"{RESULTS}/findings/answers.csv",
        table=report(
            f"{RESULTS}/tables/answers.csv",
            caption="../report/tables.rst",
            category="Findings",
            labels={"table": "answers"},
        ),
    log:
        f"{RESULTS}/logs/answers.log",
    benchmark:
        f"{RESULTS}/benchmarks/answers.tsv"
    conda:
        "../../environment.yml"
    message:
        "What the results answer to claims that the paper leaves open"
    script:
        "../scripts/findings/answers.py"


rule assumptions:
    input:
        **{part: f"{RESULTS}/{part}/assumptions.csv" for part in PARTS},
    output:
        report(
            f"{RESULTS}/tables/assumptions.csv",
            caption="../report/tables.rst",
            category="Findings",
            labels={"table": "assumptions"},
        ),
    log:
        f"{RESULTS}/logs/assumptions.log",
    benchmark:
        f"{RESULTS}/benchmarks/assumptions.tsv"
    conda:
        "../../environment.yml"
    params:
        parts=PARTS,
    message:
        "Every assumption behind what goes beyond the data"
    script:
        "../scripts/findings/assumptions.py"
