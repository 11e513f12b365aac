# The page: the words, facts, assumptions and answers of all chapters joined, tables printed; the workbook; every result listed.


from monotown.report.results_book import keys_of


report: "../report/workflow.rst"


include: "report_functions.smk"


# The frame of the pages first, then what the pieces look like.
TEMPLATES = sorted(glob("workflow/report/templates/*"))


rule words:
    input:
        **WORDED,
        **NAMES,
    output:
        f"{RESULTS}/words.csv",
    log:
        f"{RESULTS}/logs/words.log",
    benchmark:
        f"{RESULTS}/benchmarks/words.tsv"
    conda:
        "../../environment.yml"
    params:
        labels=None,  # every label
    message:
        "Join every word of the run in one table"
    script:
        "../scripts/report/words.py"


# A fact is read from a table that some rule makes.
MADE = [file for made in workflow.rules for file in made.output]
try:
    DECLARED.check_tables(
        lambda path: any(file.match(f"{RESULTS}/{path}") for file in MADE),
        [str(f).removeprefix(f"{RESULTS}/") for f in MADE if str(f).endswith(".csv")],
    )
except InputError as error:
    raise WorkflowError(said(error, config, ROOT))


rule facts:
    input:
        tables=[f"{RESULTS}/{path}" for path in (*DECLARED.tables, *DECLARED.ready)],
    output:
        facts=shown("facts"),
        lookups=f"{RESULTS}/lookups.csv",
    log:
        f"{RESULTS}/logs/facts.log",
    benchmark:
        f"{RESULTS}/benchmarks/facts.tsv"
    conda:
        "../../environment.yml"
    params:
        # not the files: another word of the text must not read the facts again
        chapters={f: {"facts": PROSE[f].get("facts", {})} for f in TEXT},
        settings=DECLARED.settings,
    message:
        "Read the facts that the chapters declare"
    script:
        "../scripts/report/facts.py"


# What the results answer to claims that the paper leaves open.
if ANSWERED:

    rule answers:
        input:
            answers=list(BEYOND.values()),
            claims=f"{RESULTS}/findings/claims.csv",
            facts=f"{RESULTS}/tables/facts.csv",
            words=f"{RESULTS}/words.csv",
        output:
            findings=f"{RESULTS}/findings/answers.csv",
            table=shown("answers", "Findings"),
        log:
            f"{RESULTS}/logs/answers.log",
        benchmark:
            f"{RESULTS}/benchmarks/answers.tsv"
        conda:
            "../../environment.yml"
        message:
            "What the results answer to claims that the paper leaves open"
        script:
            "../scripts/report/answers.py"


# Every assumption behind what goes beyond the data.
if BEYOND:

    rule assumptions:
        input:
            **{part: f"{RESULTS}/{part}/assumptions.csv" for part in BEYOND},
        output:
            shown("assumptions", "Findings"),
        log:
            f"{RESULTS}/logs/assumptions.log",
        benchmark:
            f"{RESULTS}/benchmarks/assumptions.tsv"
        conda:
            "../../environment.yml"
        params:
            parts=list(BEYOND),
        message:
            "Every assumption behind what goes beyond the data"
        script:
            "../scripts/report/assumptions.py"


rule origins:
    input:
        tables=[table(name) for name in NEEDS.tables if name != "origins"],
        text=TEXT,
    output:
        shown("origins"),
    log:
        f"{RESULTS}/logs/origins.log",
    benchmark:
        f"{RESULTS}/benchmarks/origins.tsv"
    conda:
        "../../environment.yml"
    params:
        makers=makers,
        shows=SHOWS,
    message:
        "Which rule makes each figure and table, from which kind of data and source"
    script:
        "../scripts/report/origins.py"


rule print_tables:
    input:
        tables=[table(name) for name in NEEDS.tables],
        words=f"{RESULTS}/words.csv",
    output:
        expand(
            f"{RESULTS}/tables/{{name}}.{{language}}.{{format}}",
            name=NEEDS.tables,
            language=LANGUAGES,
            format=["md", "tex"],
        ),
        preamble=f"{RESULTS}/tables/preamble.tex",
    log:
        f"{RESULTS}/logs/print_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/print_tables.tsv"
    conda:
        "../../environment.yml"
    message:
        "Print every table of the report as Markdown and LaTeX in each language"
    script:
        "../scripts/report/print_tables.py"


rule report:
    input:
        text=TEXT,
        figures=[f for name in NEEDS.figures for f in figure(name, ["svg"])],
        tables=[table(name) for name in NEEDS.tables],
        pieces=[piece_table(name) for name in NEEDS.data],
        units=rules.unit_tables.output,
        facts=table("facts"),
        words=f"{RESULTS}/words.csv",
        templates=TEMPLATES,
    output:
        site=directory(f"{RESULTS}/report"),
        single=pages_in(
            RESULTS,
            "report",
            caption=caption_file("report"),
            category="Report",
            labels={"file": "The report in one file"},
        ),
    log:
        f"{RESULTS}/logs/report.log",
    benchmark:
        f"{RESULTS}/benchmarks/report.tsv"
    conda:
        "../../environment.yml"
    params:
        shows=SHOWS,
        formats=FORMATS,
        data=list(NEEDS.data),
        order=list(VIEWS),
        version=version("monotown"),
        commit=commit_of(ROOT),
    message:
        "The report: its pages, and one file a language for mailing"
    script:
        "../scripts/report/report.py"


# Tables of the pages that the workbook of results takes; its language is that of the run, or the first of the study.
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
            labels={"file": "The results as a workbook"},
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


rule steps:
    input:
        steps=every_step,
        workflow="workflow/Snakefile",
    output:
        steps=f"{RESULTS}/steps.csv",
        workflow=f"{RESULTS}/workflow.smk",
    log:
        f"{RESULTS}/logs/steps.log",
    benchmark:
        f"{RESULTS}/benchmarks/steps.tsv"
    conda:
        "../../environment.yml"
    params:
        results=RESULTS,
    message:
        "List every step with the files that it takes and makes"
    script:
        "../scripts/report/steps.py"


rule manifest:
    input:
        files=every_result,
        steps=rules.steps.output,
    output:
        report(
            f"{RESULTS}/manifest.csv",
            caption="../report/manifest.rst",
            category="Report",
            labels={"file": "Every file of the results"},
        ),
    log:
        f"{RESULTS}/logs/manifest.log",
    benchmark:
        f"{RESULTS}/benchmarks/manifest.tsv"
    conda:
        "../../environment.yml"
    message:
        "List every result with its SHA-256"
    script:
        "../scripts/report/manifest.py"


# Last, with the checksums of the manifest: the manifest does not list it.
rule crate:
    input:
        manifest=rules.manifest.output[0],
        steps=rules.steps.output.steps,
        sources=f"{RESULTS}/clean/sources.csv",
        taken=every_source,
    output:
        f"{RESULTS}/ro-crate-metadata.json",
    log:
        f"{RESULTS}/logs/crate.log",
    benchmark:
        f"{RESULTS}/benchmarks/crate.tsv"
    conda:
        "../../environment.yml"
    params:
        title=STUDY.about.get("title", "own data"),
        version=version("monotown"),
        commit=commit_of(ROOT),
        config=config,
        codes=codes_of_scripts,
    message:
        "Say for machines which step made each result, from what, with which code"
    script:
        "../scripts/report/crate.py"


rule figures:
    input:
        every_figure,
