"""The paper's claims by verdict and severity, as one figure."""

from monotown.workflow import read_labels, read_table, run
from monotown.workflow.figures import write_figures

from monotown.paper.figures import claims_overview


def main(claims: str, words: list[str], out: list[str]) -> None:
    table = read_table(claims)
    write_figures(lambda labels: claims_overview(table, labels=labels), read_labels(words), out)


i = snakemake.input
run(lambda: main(i.claims, list(snakemake.params.labels), list(snakemake.output)))
