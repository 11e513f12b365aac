# Tables for print, figures of the regions, the pages of the report, and the manifest of every result.
import re
from glob import glob

from monotown.report.html import PAGES, needs
from monotown_workflow import read_yaml

# A chapter is a file: the page takes its figures, tables and facts from whichever rules make them.
TEXT = sorted(glob("config/text/*.yaml"))
try:
    NEEDS = needs([read_yaml(path) for path in TEXT])
    VIEWS = read_yaml(config["views"])
except InputError as error:
    raise WorkflowError(str(error))

REPORT_CODE = ["src/monotown/labels.py", *sorted(glob("src/monotown/report/*.py"))]
FIGURE_CODE = ["src/monotown/figures/style.py", "src/monotown/figures/regions.py"]

SCORED_VIEWS = [t.removeprefix("scores_") for t in NEEDS.tables if t.startswith("scores_")]

# The view whose weights the report tells of, the units of the table of the town, and those that
# stand out in figures.
WEIGHED_VIEW = "potential_2022"
TOWN_UNITS = ["KZZHK", "KZKAR", "KZULU"]
MARKED_UNITS = ["KZKAR", "KZULU", "KZKAR17"]


def table(name):
    return RESULTS + f"/tables/{name}.csv"


def figure(name, formats=FORMATS):
    return expand(
        RESULTS + "/figures/" + name + ".{language}.{format}", language=LANGUAGES, format=formats
    )


rule words:
    message:
        "Join every word of the run in one table"
    input:
        labels=sorted(glob("config/labels/*.yaml")),
        units=config["units"],
        variables=config["variables"],
        measures=config["measures"],
        indicators=config["indicators"],
        views=config["views"],
        sources=config["sources"],
        code=["src/monotown/labels.py", "src/monotown/report/words.py"],
    output:
        RESULTS + "/words.csv",
    log:
        RESULTS + "/logs/words.log",
    benchmark:
        RESULTS + "/benchmarks/words.tsv"
    conda:
        "../../environment.yml"
    script:
        "../scripts/report/words.py"


rule paper_tables:
    message:
        "Tables of the paper, and the numbers that the prose quotes of it"
    input:
        claims=RESULTS + "/findings/claims.csv",
        summary=RESULTS + "/paper/summary.csv",
        paper_table1=RESULTS + "/paper/table1.csv",
        paper_table2=RESULTS + "/paper/table2.csv",
        paper_table3=RESULTS + "/paper/table3.csv",
        paper_table4=RESULTS + "/paper/table4.csv",
        ratio_readings=RESULTS + "/paper/ratio_readings.csv",
        share_readings=RESULTS + "/paper/share_readings.csv",
        decomposition=RESULTS + "/paper/decomposition.csv",
        code=REPORT_CODE,
    output:
        claims=table("claims"),
        claims_severe=table("claims_severe"),
        verdicts=table("verdicts"),
        paper_table1=table("paper_table1"),
        paper_table2=table("paper_table2"),
        paper_table3=table("paper_table3"),
        paper_table4=table("paper_table4"),
        ratio_readings=table("ratio_readings"),
        share_readings=table("share_readings"),
        decomposition=table("decomposition"),
        facts=RESULTS + "/facts/paper.csv",
    log:
        RESULTS + "/logs/paper_tables.log",
    benchmark:
        RESULTS + "/benchmarks/paper_tables.tsv"
    conda:
        "../../environment.yml"
    script:
        "../scripts/report/paper_tables.py"


rule data_tables:
    message:
        "Tables of the raw files and of the coverage of the indicators"
    input:
        sources=RESULTS + "/clean/sources.csv",
        observations=RESULTS + "/clean/observations.csv",
        coverage=RESULTS + "/indicators/coverage.csv",
        indicators=config["indicators"],
        code=REPORT_CODE,
    output:
        data_sources=table("data_sources"),
        coverage=table("coverage"),
        facts=RESULTS + "/facts/data.csv",
    log:
        RESULTS + "/logs/data_tables.log",
    benchmark:
        RESULTS + "/benchmarks/data_tables.tsv"
    conda:
        "../../environment.yml"
    script:
        "../scripts/report/data_tables.py"


rule region_tables:
    message:
        "Tables of the regions, and the numbers that the prose quotes of them"
    input:
        scores=expand(RESULTS + "/index/{view}/scores.csv", view=SCORED_VIEWS),
        comparisons=expand(RESULTS + "/index/{view}/comparison.csv", view=SCORED_VIEWS),
        observations=RESULTS + "/clean/observations.csv",
        views=config["views"],
        measures=config["measures"],
        code=[*REPORT_CODE, *INDEX_CODE],
    output:
        **{f"scores_{view}": table(f"scores_{view}") for view in SCORED_VIEWS},
        potential_quality_2022=table("potential_quality_2022"),
        town=table("town"),
        facts=RESULTS + "/facts/regions.csv",
    log:
        RESULTS + "/logs/region_tables.log",
    benchmark:
        RESULTS + "/benchmarks/region_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        names=SCORED_VIEWS,
        town=TOWN_UNITS,
    script:
        "../scripts/report/region_tables.py"


rule weight_tables:
    message:
        "Tables of the weighting sensitivity, and the numbers that the prose quotes of it"
    input:
        scores=RESULTS + f"/index/{WEIGHED_VIEW}/scores.csv",
        rank_intervals=RESULTS + f"/sensitivity/{WEIGHED_VIEW}/rank_intervals.csv",
        schemes=RESULTS + f"/sensitivity/{WEIGHED_VIEW}/schemes.csv",
        scheme_weights=RESULTS + f"/sensitivity/{WEIGHED_VIEW}/scheme_weights.csv",
        drop_one=RESULTS + f"/sensitivity/{WEIGHED_VIEW}/drop_one.csv",
        summary=RESULTS + f"/sensitivity/{WEIGHED_VIEW}/summary.csv",
        agreement=RESULTS + f"/sensitivity/{WEIGHED_VIEW}/agreement.csv",
        code=[*REPORT_CODE, "src/monotown/sensitivity/tables.py"],
    output:
        rank_intervals=table("rank_intervals"),
        scheme_ranks=table("scheme_ranks"),
        scheme_weights=table("scheme_weights"),
        drop_one=table("drop_one"),
        facts=RESULTS + "/facts/weights.csv",
    log:
        RESULTS + "/logs/weight_tables.log",
    benchmark:
        RESULTS + "/benchmarks/weight_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        interval=config["sensitivity"]["interval"],
    script:
        "../scripts/report/weight_tables.py"


rule facts:
    message:
        "Join the facts of all chapters"
    input:
        parts=expand(RESULTS + "/facts/{part}.csv", part=NEEDS.facts),
        code=["src/monotown/report/facts.py", "src/monotown/report/prose.py"],
    output:
        table("facts"),
    log:
        RESULTS + "/logs/facts.log",
    benchmark:
        RESULTS + "/benchmarks/facts.tsv"
    conda:
        "../../environment.yml"
    script:
        "../scripts/report/facts.py"


def makers(wildcards):
    """Rule that makes each figure and table of the page."""
    made = [(f"figure {n}", figure(n, ["svg"])[0]) for n in NEEDS.figures]
    made += [(f"table {n}", table(n)) for n in NEEDS.tables]
    return {
        name: next(r.name for r in workflow.rules if r.is_producer(path)) for name, path in made
    }


rule origins:
    message:
        "Which rule makes each figure and table, from which kind of data and source"
    input:
        tables=[table(name) for name in NEEDS.tables if name != "origins"],
        text=TEXT,
        code=REPORT_CODE,
    output:
        table("origins"),
    log:
        RESULTS + "/logs/origins.log",
    benchmark:
        RESULTS + "/benchmarks/origins.tsv"
    conda:
        "../../environment.yml"
    params:
        makers=makers,
    script:
        "../scripts/report/origins.py"


rule print_tables:
    message:
        "Print every table of the report as Markdown and LaTeX in each language"
    input:
        tables=[table(name) for name in NEEDS.tables],
        words=rules.words.output[0],
        code=REPORT_CODE,
    output:
        expand(
            RESULTS + "/tables/{name}.{language}.{format}",
            name=NEEDS.tables,
            language=LANGUAGES,
            format=["md", "tex"],
        ),
    log:
        RESULTS + "/logs/print_tables.log",
    benchmark:
        RESULTS + "/benchmarks/print_tables.tsv"
    conda:
        "../../environment.yml"
    script:
        "../scripts/report/print_tables.py"


rule scores_figure:
    message:
        "Figure of the scores of {wildcards.view}"
    input:
        scores=RESULTS + "/index/{view}/scores.csv",
        comparison=RESULTS + "/index/{view}/comparison.csv",
        views=config["views"],
        measures=config["measures"],
        words=rules.words.output[0],
        code=[*FIGURE_CODE, "src/monotown/report/regions.py"],
    output:
        report(
            expand(
                RESULTS + "/figures/scores_{{view}}.{language}.{format}",
                language=LANGUAGES,
                format=FORMATS,
            ),
            caption="../report/scores.rst",
            category="Regions",
            labels={"figure": "scores of {view}"},
        ),
    log:
        RESULTS + "/logs/scores_figure/{view}.log",
    benchmark:
        RESULTS + "/benchmarks/scores_figure/{view}.tsv"
    conda:
        "../../environment.yml"
    params:
        marked=MARKED_UNITS,
    script:
        "../scripts/report/scores_figure.py"


rule side_by_side_figure:
    message:
        "Figure of the places in scientific potential and in quality of life"
    input:
        table=table("potential_quality_2022"),
        words=rules.words.output[0],
        code=FIGURE_CODE,
    output:
        report(
            figure("potential_quality_2022"),
            caption="../report/side_by_side.rst",
            category="Regions",
            labels={"figure": "scientific potential beside quality of life"},
        ),
    log:
        RESULTS + "/logs/side_by_side_figure.log",
    benchmark:
        RESULTS + "/benchmarks/side_by_side_figure.tsv"
    conda:
        "../../environment.yml"
    params:
        year=VIEWS["potential_2022"]["years"][-1],
        marked=MARKED_UNITS,
    script:
        "../scripts/report/side_by_side_figure.py"


rule report:
    message:
        "The report: one self-contained page a language"
    input:
        text=TEXT,
        figures=[f for name in NEEDS.figures for f in figure(name, ["svg"])],
        tables=[table(name) for name in NEEDS.tables],
        facts=table("facts"),
        words=rules.words.output[0],
        templates=[
            "workflow/report/templates/report.html.j2",
            "workflow/report/templates/report.css",
            "workflow/report/templates/report.js",
        ],
        code=REPORT_CODE,
    output:
        report(
            [RESULTS + "/" + file for file, _ in PAGES.values()],
            caption="../report/report.rst",
            category="Report",
        ),
    log:
        RESULTS + "/logs/report.log",
    benchmark:
        RESULTS + "/benchmarks/report.tsv"
    conda:
        "../../environment.yml"
    script:
        "../scripts/report/report.py"


def every_result(wildcards):
    """Outputs of every rule but the manifest, its wildcards filled as the rule allows."""
    values = {"view": list(VIEWS), "language": LANGUAGES, "format": FORMATS}
    found = set()
    for made in workflow.rules:
        if made.name in ("all", "manifest"):
            continue
        limits = made.wildcard_constraints
        allowed = {
            key: [v for v in some if re.fullmatch(limits.get(key, ".+"), v)]
            for key, some in values.items()
        }
        for output in made.output:
            found.update(expand(str(output), **allowed))
    return sorted(found)


rule manifest:
    message:
        "List every result with its SHA-256"
    input:
        files=every_result,
    output:
        report(RESULTS + "/manifest.csv", caption="../report/manifest.rst", category="Report"),
    log:
        RESULTS + "/logs/manifest.log",
    benchmark:
        RESULTS + "/benchmarks/manifest.tsv"
    conda:
        "../../environment.yml"
    params:
        results=RESULTS,
    script:
        "../scripts/report/manifest.py"
