"""What the paper's printed numbers prove about the university, as one figure."""

from monotown.workflow import read_labels, read_table, read_yaml, run
from monotown.workflow.figures import write_figures

from monotown.paper.figures import story


def main(tables: list[str], claims: str, words: list[str], out: list[str]) -> None:
    ratios, readings, parts = (read_table(t) for t in tables)
    limits = read_yaml(claims)["assumptions"]["staff_range"]
    write_figures(
        lambda labels: story(ratios, readings, parts, labels=labels, staff_range=limits), read_labels(words), out
    )


i = snakemake.input
run(lambda: main([i.ratios, i.readings, i.parts], i.claims, list(snakemake.params.labels), list(snakemake.output)))
