"""Places of the regions in scientific potential and in quality of life."""

from monotown.workflow import read_table, read_text_table, run
from monotown.workflow.figures import write_figures

from monotown.index.figures import side_by_side
from monotown.show.printed import source_ids, source_words
from monotown.show.words import labels_from


def main(table: str, year: int, words: str, marked: list[str], out: list[str]) -> None:
    frame = read_table(table)
    ids = source_ids(frame)
    write_figures(
        lambda labels: side_by_side(frame, labels=labels, year=year, source=source_words(ids, labels), marked=marked),
        labels_from(read_text_table(words)),
        out,
    )


p = snakemake.params
run(lambda: main(snakemake.input.table, p.year, snakemake.input.words, p.marked, list(snakemake.output)))
