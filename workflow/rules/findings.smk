# The claims ledger: every claim of the paper, checked by code on the transcribed figures.


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
        code=[
            *PAPER_CODE,
            "src/monotown/paper/checks.py",
            "src/monotown/paper/ledger.py",
            "src/monotown/paper/show.py",
            "src/monotown/report/tables.py",
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
