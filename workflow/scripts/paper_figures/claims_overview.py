"""The paper's claims by verdict and severity, as one figure."""

from monotown_workflow import read_labels, read_table, run
from monotown_workflow.figures import write_figures

from monotown.figures.paper import claims_overview
from monotown.labels import LANGUAGES


def main(claims: str, words: list[str], out: list[str]) -> None:
    table = read_table(claims)
    write_figures(
        lambda labels: claims_overview(table, labels=labels),
        {language: read_labels(words, language) for language in LANGUAGES},
        out,
    )


i = snakemake.input
run(lambda: main(i.claims, list(i.labels), list(snakemake.output)))
