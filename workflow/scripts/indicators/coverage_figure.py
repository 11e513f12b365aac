"""Figure of the coverage: indicator by view and year."""

from monotown.workflow import read_table, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from monotown.index.coverage import COVERAGE_MATRIX
from monotown.index.figures_coverage import coverage


def main(matrix: str, words: dict, files: list[str]) -> None:
    frame = read_table(matrix, COVERAGE_MATRIX)
    write_figures(lambda labels: coverage(frame, labels=labels), words, files)


i = snakemake.input
run(lambda: main(i.matrix, step_labels(i, snakemake.params.labels), list(snakemake.output)))
