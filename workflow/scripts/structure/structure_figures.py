"""Figures of the correlations and of the real importance of one view."""

from monotown_workflow import read_table, read_text_table, run
from monotown_workflow.figures import write_figures

from monotown.figures.structure import correlations, importance, no_correlations
from monotown.index.stage import SCORES
from monotown.report.tables import source_ids, source_words
from monotown.report.words import labels_from
from monotown.structure import CORRELATIONS, IMPORTANCE


def main(
    view: str, pairs: str, shares: str, scores: str, words: str, out: dict[str, list[str]]
) -> None:
    ids = source_ids(read_table(scores, SCORES))
    labels = labels_from(read_text_table(words))
    real, between = read_table(shares, IMPORTANCE), read_table(pairs, CORRELATIONS)
    first = (no_correlations, real) if between.empty else (correlations, between)
    for draw, table, files in (
        (*first, out["correlations"]),
        (importance, real, out["importance"]),
    ):
        write_figures(
            lambda w, draw=draw, table=table: draw(
                table, labels=w, view=view, source=source_words(ids, w)
            ),
            labels,
            files,
        )


i = snakemake.input
run(
    lambda: main(
        snakemake.wildcards.view, i.correlations, i.importance, i.scores, i.words,
        dict(snakemake.output.items()),
    )
)  # fmt: skip
