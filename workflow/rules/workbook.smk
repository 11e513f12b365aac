# The workbook of results, for every run: each index from its weights and raw values to its ranks by formula.
from monotown.report.results_book import keys_of

# Tables of the pages that it takes, and its language: that of the run, or the first of the study.
BOOK_TABLES = keys_of(NEEDS.tables, VIEWS)


rule workbook:
    input:
        prepared=expand(f"{RESULTS}/index/{{view}}/prepared.csv", view=VIEWS),
        intervals=expand(
            f"{RESULTS}/sensitivity/{{view}}/rank_intervals.csv", view=VIEWS
        ),
        contributions=expand(f"{RESULTS}/index/{{view}}/contributions.csv", view=VIEWS),
        indicators=f"{RESULTS}/indicators/indicators.csv",
        observations=f"{RESULTS}/clean/{'own_' if OWN_DATA and not ALONE else ''}observations.csv",
        tables=[table(name) for name in BOOK_TABLES],
        views=STUDY("indices"),
        measures=STUDY("scales"),
        words=f"{RESULTS}/words.csv",
    output:
        report(
            f"{RESULTS}/results.xlsx",
            caption="../report/workbook.rst",
            category="Report",
        ),
    log:
        f"{RESULTS}/logs/workbook.log",
    benchmark:
        f"{RESULTS}/benchmarks/workbook.tsv"
    conda:
        "../../environment.yml"
    params:
        views=list(VIEWS),
        keys_of=BOOK_TABLES,
        language=(
            config["input"]["language"]
            if OWN_DATA
            else STUDY.about.get("languages", LANGUAGES)[0]
        ),
    message:
        "The workbook of results: from raw values to ranks by formula"
    script:
        "../scripts/report/workbook.py"
