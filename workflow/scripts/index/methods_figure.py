"""Heat map of a view's ranks under every admissible method."""

from monotown.workflow import read_table, read_text_table, run
from monotown.workflow.figures import write_figures

from monotown.index.build import SCORES
from monotown.index.model import AGGREGATIONS
from monotown.sensitivity.figures_paths import methods
from monotown.sensitivity.forking_paths import INADMISSIBLE, METHODS, OWN, spread
from monotown.show.printed import source_ids, source_words
from monotown.show.words import labels_from


def main(view: str, ranks: str, refused: str, scores: str, words: str, out: list[str]) -> None:
    table, left_out = read_table(ranks, METHODS), read_table(refused, INADMISSIBLE)
    ids = source_ids(read_table(scores, SCORES))
    labels = labels_from(read_text_table(words))
    write_figures(
        lambda w: methods(
            table,
            spread(table),
            labels=w,
            view=view,
            source=source_words(ids, w),
            order=(OWN, *AGGREGATIONS),
            refused=len(left_out),
        ),
        labels,
        out,
    )


i = snakemake.input
run(lambda: main(snakemake.wildcards.view, i.methods, i.inadmissible, i.scores, i.words, list(snakemake.output)))
