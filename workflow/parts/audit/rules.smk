# What a maker should look at: the audit of each index that the report has a table of, by the rules of the part's settings.
WORDED["audit"] = config["audit"]

AUDITED = [t.removeprefix("audit_") for t in NEEDS.tables if t.startswith("audit_")]

# Those of them whose every choice is varied; and each analysis of uncertainty of an audited index: random weights alone,
# where no other is made.
AUDITED_WHOLE = [view for view in AUDITED if view in config["sensitivity"]["views"]]
AUDITED_DRAWS = {
    (view, analysis): f"{RESULTS}/sensitivity/{view}/{folder}"
    for view in AUDITED
    for analysis, folder in (
        {a: f"{a}/" for a in ANALYSES} if view in AUDITED_WHOLE else {"weights": ""}
    ).items()
}

LEFT_OUT += [] if AUDITED else ["audit"]


rule audit:
    input:
        **NAMES,
        **{
            name: expand(f"{RESULTS}/index/{{view}}/{name}.csv", view=AUDITED)
            for name in [
                "prepared",
                "scores",
                "structure",
                "correlations",
                "importance",
            ]
        },
        settings=config["audit"],
        intervals=[f"{place}rank_intervals.csv" for place in AUDITED_DRAWS.values()],
        summaries=[f"{place}summary.csv" for place in AUDITED_DRAWS.values()],
        sobol=expand(f"{RESULTS}/sensitivity/{{view}}/sobol.csv", view=AUDITED_WHOLE),
    output:
        **{
            f"{name}_of_{view}": f"{RESULTS}/audit/{view}/{name}.csv"
            for view in AUDITED
            for name in [
                "index",
                "indicators",
                "pairs",
                "blocks",
                "importance",
                "robustness",
                "choices",
                "findings",
            ]
        },
        **{
            f"{name}_{view}": shown(f"{name}_{view}")
            for view in AUDITED
            for name in ["audit", "unbroken", "audited"]
        },
    log:
        f"{RESULTS}/logs/audit.log",
    benchmark:
        f"{RESULTS}/benchmarks/audit.tsv"
    conda:
        "../../../environment.yml"
    params:
        views=AUDITED,
        varied=AUDITED_WHOLE,
        analyses=list(AUDITED_DRAWS),
        interval=config["sensitivity"]["interval"],
        reflective=STUDY.reflective,
        labels=["common", "indicators", "report", "sobol", "audit"],
    message:
        "Audit: what the maker of each index should look at"
    script:
        "scripts/audit.py"
