"""Figure of the coverage: indicator by view and year."""

from monotown.workflow import read_table, read_text_table, run
from monotown.workflow.figures import write_figures

from monotown.index.coverage import COVERAGE_MATRIX
from monotown.index.figures_coverage import coverage
from monotown.show.words import labels_from


def main(matrix: str, words: str, files: list[str]) -> None:
    frame = read_table(matrix, COVERAGE_MATRIX)
    write_figures(lambda labels: coverage(frame, labels=labels), labels_from(read_text_table(words)), files)


run(lambda: main(snakemake.input.matrix, snakemake.input.words, list(snakemake.output)))
