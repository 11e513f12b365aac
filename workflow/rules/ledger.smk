# The ledger: what a publication says, checked against the tables that its claims name and the results of the run.
if "claims" in SHOWS.has:

    CLAIMS = STUDY.put("claims", lambda: claims_of_run(config, STUDY.study))

    rule ledger:
        input:
            claims=CLAIMS,
            checks=[config["checks"]] if config.get("checks") else [],
            results=[
                (
                    f"{RESULTS}/clean/observations.csv"
                    if name == DATA
                    else f"{RESULTS}/{name}.csv"
                )
                for name in read_yaml(CLAIMS)["results"]
            ],
        output:
            findings=f"{RESULTS}/findings/ledger.csv",
            ledger=shown("ledger", "Findings"),
            ledger_open=shown("ledger_open", "Findings"),
            ledger_counts=shown("ledger_counts", "Findings"),
        log:
            f"{RESULTS}/logs/ledger.log",
        benchmark:
            f"{RESULTS}/benchmarks/ledger.tsv"
        conda:
            "../../environment.yml"
        params:
            labels=["claims", "paper"],
        message:
            "Check every claim of the publication"
        script:
            "../scripts/ledger/ledger.py"
