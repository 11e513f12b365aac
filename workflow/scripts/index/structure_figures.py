"""Figures of the correlations and of the real importance of one view."""

from monotown.workflow import read_table, read_text_table, run
from monotown.workflow.figures import write_figures

from monotown.index.build import SCORES
from monotown.index.figures_structure import correlations, importance, no_correlations
from monotown.index.structure import CORRELATIONS, IMPORTANCE
from monotown.show.printed import source_ids, source_words
from monotown.show.words import labels_from


def main(view: str, pairs: str, shares: str, scores: str, words: str, out: dict[str, list[str]]) -> None:
    ids = source_ids(read_table(scores, SCORES))
    labels = labels_from(read_text_table(words))
    real, between = read_table(shares, IMPORTANCE), read_table(pairs, CORRELATIONS)
    first = (no_correlations, real) if between.empty else (correlations, between)
    for draw, table, files in ((*first, out["correlations"]), (importance, real, out["importance"])):
        write_figures(
            lambda w, draw=draw, table=table: draw(table, labels=w, view=view, source=source_words(ids, w)),
            labels,
            files,
        )


i = snakemake.input
run(
    lambda: main(
        snakemake.wildcards.view, i.correlations, i.importance, i.scores, i.words, dict(snakemake.output.items())
    )
)
