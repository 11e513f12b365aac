"""Places of the regions in scientific potential and in quality of life."""

from monotown.workflow import read_table, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from monotown.index.figures import side_by_side
from monotown.show.printed import source_ids, source_words


def main(table: str, year: int, words: dict, marked: list[str], out: list[str]) -> None:
    frame = read_table(table)
    ids = source_ids(frame)
    write_figures(
        lambda labels: side_by_side(frame, labels=labels, year=year, source=source_words(ids, labels), marked=marked),
        words,
        out,
    )


i, p = snakemake.input, snakemake.params
run(lambda: main(i.table, p.year, step_labels(i, p.labels), p.marked, list(snakemake.output)))
