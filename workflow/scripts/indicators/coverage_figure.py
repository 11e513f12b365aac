"""Figure of the coverage: indicator by view and year."""

from monotown_workflow import read_table, read_text_table, run
from monotown_workflow.figures import write_figures

from monotown.coverage import COVERAGE_MATRIX
from monotown.figures.indicators import coverage
from monotown.report.words import labels_from


def main(matrix: str, words: str, files: list[str]) -> None:
    frame = read_table(matrix, COVERAGE_MATRIX)
    write_figures(
        lambda labels: coverage(frame, labels=labels), labels_from(read_text_table(words)), files
    )


run(lambda: main(snakemake.input.matrix, snakemake.input.words, list(snakemake.output)))
