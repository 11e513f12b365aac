"""Read the workbook of a run: its figures, its configs, and every problem, marked in a copy."""

from monotown.workflow import read_yaml, run, write_table, write_text
from monotown.workflow.sources import read_sources
from monotown.workflow.towns import finding_words, read_survey, settings_from
from monotown.workflow.towns import report_problems as report
from monotown.workflow.workbooks import read_files

import yaml

from monotown.base.tables import OBSERVATIONS
from monotown.data.workbooks.derive import make_run
from monotown.data.workbooks.findings import ERROR, findings_table


def main(
    files: list[str],
    survey: list[str],
    paths: dict[str, str],
    sources: list[str],
    labels: list[str],
    section: dict,
    out: dict[str, str],
) -> None:
    configs = {name: read_yaml(path) for name, path in paths.items()}
    configs["sources"] = read_sources(sources)
    settings = settings_from(section, configs)
    sheets, refused = read_files(files, configs["towns"]["limits"])
    made = make_run(sheets, refused, settings, configs, section, read_survey(survey))
    names = made.configs["units"], made.configs["measures"]
    words = finding_words(labels, section["language"], settings, *names)
    write_table(made.observations, out["observations"], OBSERVATIONS, exact=True)
    for name, content in made.configs.items():
        write_text(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False), out[name])
    found = list(made.findings)
    table = findings_table(found, words)
    stops = sorted((f.severity == ERROR for f in found), reverse=True)
    write_table(table.assign(stops=stops), out["problems"])
    write_table(made.cells, out["cells"])
    report(found, sheets, words, out["workbook"])


i = snakemake.input
names = ("units", "variables", "measures", "views", "indicators", "towns")
run(
    lambda: main(
        list(i.files),
        list(i.survey),
        {n: str(getattr(i, n)) for n in names},
        list(i.sources),
        list(snakemake.params.labels),
        dict(snakemake.params.section),
        dict(snakemake.output.items()),
    )
)
