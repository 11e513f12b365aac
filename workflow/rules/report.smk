# Tables for print, figures of the regions, the pages of the report, and the manifest of every result.
from glob import glob

from monotown.show.page import PAGES, needs
from monotown.workflow import read_yaml
from monotown.workflow.settled import check_shown


report: "../report/workflow.rst"


# A chapter is a file: the page takes its figures, tables and facts from whichever rules make them.
TEXT_FOLDER = config.get("input", {}).get("text", "config/text")
TEXT = sorted(glob(f"{TEXT_FOLDER}/*.yaml"))
# The chapters of parts that are left out, and of the answers where all are.
WITHOUT = [
    part
    for part in ("cohort", "scenarios", "mechanism", "hypothesis", "answers")
    if part not in [*PARTS, *(["answers"] if PARTS else [])]
]
TEXT = [t for t in TEXT if not t.endswith(tuple(f"_{part}.yaml" for part in WITHOUT))]
try:
    NEEDS = needs([read_yaml(path) for path in TEXT])
    check_shown(
        NEEDS.figures,
        config["sensitivity"]["analyses"],
        read_yaml("config/config.yaml"),
        TEXT_FOLDER,
    )
except InputError as error:
    raise WorkflowError(said(error, config, workflow.basedir))


SCORED_VIEWS = [
    t.removeprefix("scores_") for t in NEEDS.tables if t.startswith("scores_")
]

# Views with a table of methods, and views with tables of what their ranks withstand.
METHOD_VIEWS = [
    t.removeprefix("method_ranks_")
    for t in NEEDS.tables
    if t.startswith("method_ranks_")
]
TRIED_VIEWS = [
    t.removeprefix("robustness_") for t in NEEDS.tables if t.startswith("robustness_")
]
ANALYSES = list(config["sensitivity"]["analyses"])

# The view whose weights the report tells of, the units of the table of the town, and those that
# stand out in figures.
WEIGHED_VIEW = "potential_2022"
TOWN_UNITS = ["KZZHK", "KZKAR", "KZULU"]
MARKED_UNITS = ["KZKAR", "KZULU", "KZKAR17"]


include: "report_functions.smk"


rule words:
    input:
        labels=sorted(glob("config/labels/*.yaml")),
        units=config["units"],
        variables=config["variables"],
        measures=config["measures"],
        indicators=config["indicators"],
        views=config["views"],
        sources=config["sources"],
        cohort=config["cohort"] if "cohort" in PARTS else [],
        scenarios=SCENARIOS["files"] if "scenarios" in PARTS else [],
        mechanism=config["mechanism"] if "mechanism" in PARTS else [],
    output:
        f"{RESULTS}/words.csv",
    log:
        f"{RESULTS}/logs/words.log",
    benchmark:
        f"{RESULTS}/benchmarks/words.tsv"
    conda:
        "../../environment.yml"
    message:
        "Join every word of the run in one table"
    script:
        "../scripts/report/words.py"


rule paper_tables:
    input:
        claims=f"{RESULTS}/findings/claims.csv",
        summary=f"{RESULTS}/paper/summary.csv",
        paper_table1=f"{RESULTS}/paper/table1.csv",
        paper_table2=f"{RESULTS}/paper/table2.csv",
        paper_table3=f"{RESULTS}/paper/table3.csv",
        paper_table4=f"{RESULTS}/paper/table4.csv",
        ratio_readings=f"{RESULTS}/paper/ratio_readings.csv",
        share_readings=f"{RESULTS}/paper/share_readings.csv",
        decomposition=f"{RESULTS}/paper/decomposition.csv",
        paper_graphs=f"{RESULTS}/paper/graphs.csv",
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
        facts=f"{RESULTS}/facts/paper.csv",
    log:
        f"{RESULTS}/logs/paper_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/paper_tables.tsv"
    conda:
        "../../environment.yml"
    message:
        "Tables of the paper, and the numbers that the prose quotes of it"
    script:
        "../scripts/report/paper_tables.py"


rule data_tables:
    input:
        sources=f"{RESULTS}/clean/sources.csv",
        observations=f"{RESULTS}/clean/observations.csv",
        coverage=f"{RESULTS}/indicators/coverage.csv",
        doubtful=expand(f"{RESULTS}/index/{{view}}/doubtful.csv", view=VIEWS),
        indicators=config["indicators"],
    output:
        data_sources=shown("data_sources"),
        coverage=shown("coverage"),
        doubtful=shown("doubtful"),
        facts=f"{RESULTS}/facts/data.csv",
    log:
        f"{RESULTS}/logs/data_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/data_tables.tsv"
    conda:
        "../../environment.yml"
    message:
        "Tables of the raw files and of the coverage of the indicators"
    script:
        "../scripts/report/data_tables.py"


rule region_tables:
    input:
        scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=SCORED_VIEWS),
        comparisons=expand(
            f"{RESULTS}/index/{{view}}/comparison.csv", view=SCORED_VIEWS
        ),
        observations=f"{RESULTS}/clean/observations.csv",
        indicators=f"{RESULTS}/indicators/indicators.csv",
        views=config["views"],
        measures=config["measures"],
    output:
        **{f"scores_{view}": shown(f"scores_{view}") for view in SCORED_VIEWS},
        potential_quality_2022=shown("potential_quality_2022"),
        town=shown("town"),
        facts=f"{RESULTS}/facts/regions.csv",
    log:
        f"{RESULTS}/logs/region_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/region_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        names=SCORED_VIEWS,
        town=TOWN_UNITS,
    message:
        "Tables of the regions, and the numbers that the prose quotes of them"
    script:
        "../scripts/report/region_tables.py"


rule reading_tables:
    input:
        ranks=expand(f"{RESULTS}/index/{{view}}/readings.csv", view=READ_VIEWS),
    output:
        readings=shown("readings"),
        facts=f"{RESULTS}/facts/readings.csv",
    log:
        f"{RESULTS}/logs/reading_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/reading_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        views=READ_VIEWS,
    message:
        "Table of ranks under other readings of the indicators"
    script:
        "../scripts/report/reading_tables.py"


rule weight_tables:
    input:
        scores=f"{RESULTS}/index/{WEIGHED_VIEW}/scores.csv",
        rank_intervals=f"{RESULTS}/sensitivity/{WEIGHED_VIEW}/rank_intervals.csv",
        schemes=f"{RESULTS}/sensitivity/{WEIGHED_VIEW}/schemes.csv",
        scheme_weights=f"{RESULTS}/sensitivity/{WEIGHED_VIEW}/scheme_weights.csv",
        drop_one=f"{RESULTS}/sensitivity/{WEIGHED_VIEW}/drop_one.csv",
        summary=f"{RESULTS}/sensitivity/{WEIGHED_VIEW}/summary.csv",
        agreement=f"{RESULTS}/sensitivity/{WEIGHED_VIEW}/agreement.csv",
        views=config["views"],
        measures=config["measures"],
    output:
        rank_intervals=shown("rank_intervals"),
        scheme_ranks=shown("scheme_ranks"),
        scheme_weights=shown("scheme_weights"),
        drop_one=shown("drop_one"),
        facts=f"{RESULTS}/facts/weights.csv",
    log:
        f"{RESULTS}/logs/weight_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/weight_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        view=WEIGHED_VIEW,
        interval=config["sensitivity"]["interval"],
    message:
        "Tables of the weighting sensitivity, and the numbers that the prose quotes of it"
    script:
        "../scripts/report/weight_tables.py"


rule method_tables:
    input:
        scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=METHOD_VIEWS),
        methods=expand(f"{RESULTS}/index/{{view}}/methods.csv", view=METHOD_VIEWS),
        inadmissible=expand(
            f"{RESULTS}/index/{{view}}/inadmissible.csv", view=METHOD_VIEWS
        ),
    output:
        **{
            f"method_ranks_{view}": shown(f"method_ranks_{view}")
            for view in METHOD_VIEWS
        },
        **{
            f"inadmissible_{view}": shown(f"inadmissible_{view}")
            for view in METHOD_VIEWS
        },
        facts=f"{RESULTS}/facts/methods.csv",
    log:
        f"{RESULTS}/logs/method_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/method_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        views=METHOD_VIEWS,
    message:
        "Tables of the methods side by side, and the numbers that the prose quotes of them"
    script:
        "../scripts/report/method_tables.py"


rule robustness_tables:
    input:
        **{
            name: expand(
                f"{RESULTS}/sensitivity/{{view}}/{{analysis}}/{name}.csv",
                view=TRIED_VIEWS,
                analysis=ANALYSES,
            )
            for name in ["rank_intervals", "convergence", "summary"]
        },
        **{
            name: expand(
                f"{RESULTS}/sensitivity/{{view}}/{name}.csv", view=TRIED_VIEWS
            )
            for name in ["sobol", "flips", "stability_intervals"]
        },
        scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=TRIED_VIEWS),
    output:
        **{
            f"{name}_{view}": shown(f"{name}_{view}")
            for name in ["robustness", "enough", "choices", "every_input", "swaps"]
            for view in TRIED_VIEWS
        },
        facts=f"{RESULTS}/facts/robustness.csv",
    log:
        f"{RESULTS}/logs/robustness_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/robustness_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        views=TRIED_VIEWS,
        analyses=ANALYSES,
        interval=config["sensitivity"]["interval"],
        enough=config["sensitivity"]["enough"],
    message:
        "Tables of what the ranks withstand, and the numbers that the prose quotes of them"
    script:
        "../scripts/report/robustness_tables.py"


rule facts:
    input:
        parts=expand(f"{RESULTS}/facts/{{part}}.csv", part=NEEDS.facts),
    output:
        shown("facts"),
    log:
        f"{RESULTS}/logs/facts.log",
    benchmark:
        f"{RESULTS}/benchmarks/facts.tsv"
    conda:
        "../../environment.yml"
    message:
        "Join the facts of all chapters"
    script:
        "../scripts/report/facts.py"


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
    message:
        "Which rule makes each figure and table, from which kind of data and source"
    script:
        "../scripts/report/origins.py"


rule print_tables:
    input:
        tables=[table(name) for name in NEEDS.tables],
        words=rules.words.output[0],
    output:
        expand(
            f"{RESULTS}/tables/{{name}}.{{language}}.{{format}}",
            name=NEEDS.tables,
            language=LANGUAGES,
            format=["md", "tex"],
        ),
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


rule scores_figures:
    input:
        scores=expand(f"{RESULTS}/index/{{view}}/scores.csv", view=VIEWS),
        comparison=expand(f"{RESULTS}/index/{{view}}/comparison.csv", view=VIEWS),
        views=config["views"],
        measures=config["measures"],
        words=rules.words.output[0],
    output:
        **{
            view: pictured(
                figure(f"scores_{view}"),
                "scores",
                "Regions",
                f"scores of {view}",
                view,
            )
            for view in VIEWS
        },
    log:
        f"{RESULTS}/logs/scores_figures.log",
    benchmark:
        f"{RESULTS}/benchmarks/scores_figures.tsv"
    conda:
        "../../environment.yml"
    params:
        marked=MARKED_UNITS,
    message:
        "Figures of the scores of each view"
    script:
        "../scripts/report/scores_figures.py"


rule side_by_side_figure:
    input:
        table=table("potential_quality_2022"),
        words=rules.words.output[0],
    output:
        pictured(
            figure("potential_quality_2022"),
            "side_by_side",
            "Regions",
            "scientific potential beside quality of life",
        ),
    log:
        f"{RESULTS}/logs/side_by_side_figure.log",
    benchmark:
        f"{RESULTS}/benchmarks/side_by_side_figure.tsv"
    conda:
        "../../environment.yml"
    params:
        year=lambda wildcards: VIEWS["potential_2022"]["years"][-1],
        marked=MARKED_UNITS,
    message:
        "Figure of the places in scientific potential and in quality of life"
    script:
        "../scripts/report/side_by_side_figure.py"


rule report:
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
    output:
        report(
            [f"{RESULTS}/{file}" for file, _ in PAGES.values()],
            caption="../report/report.rst",
            category="Report",
        ),
    log:
        f"{RESULTS}/logs/report.log",
    benchmark:
        f"{RESULTS}/benchmarks/report.tsv"
    conda:
        "../../environment.yml"
    message:
        "The report: one self-contained page a language"
    script:
        "../scripts/report/report.py"


rule manifest:
    input:
        files=every_result,
    output:
        report(
            f"{RESULTS}/manifest.csv",
            caption="../report/manifest.rst",
            category="Report",
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


rule figures:
    input:
        every_figure,
