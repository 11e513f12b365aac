"""Heat map of a view's ranks under every admissible method."""

from monotown_workflow import read_table, read_text_table, run
from monotown_workflow.figures import write_figures

from monotown.figures.methods import methods
from monotown.index.methods import INADMISSIBLE, METHODS, OWN, spread
from monotown.index.model import AGGREGATIONS
from monotown.index.stage import SCORES
from monotown.report.tables import source_ids, source_words
from monotown.report.words import labels_from


def main(view: str, ranks: str, refused: str, scores: str, words: str, out: list[str]) -> None:
    table, left_out = read_table(ranks, METHODS), read_table(refused, INADMISSIBLE)
    ids = source_ids(read_table(scores, SCORES))
    labels = labels_from(read_text_table(words))
    write_figures(
        lambda w: methods(
            table, spread(table), labels=w, view=view, source=source_words(ids, w),
            order=(OWN, *AGGREGATIONS), refused=len(left_out),
        ),
        labels,
        out,
    )  # fmt: skip


i = snakemake.input
run(
    lambda: main(
        snakemake.wildcards.view, i.methods, i.inadmissible, i.scores, i.words,
        list(snakemake.output),
    )
)  # fmt: skip
