"""Figures of the correlations and of the real importance of one view."""

from monotown.workflow import read_table, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from monotown.index.build import SCORES
from monotown.index.figures_structure import correlations, importance, no_correlations
from monotown.index.structure import CORRELATIONS, IMPORTANCE
from monotown.show.printed import source_ids, source_words


def main(view: str, pairs: str, shares: str, scores: str, labels: dict, out: dict[str, list[str]]) -> None:
    ids = source_ids(read_table(scores, SCORES))
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
        snakemake.wildcards.view,
        i.correlations,
        i.importance,
        i.scores,
        step_labels(i, snakemake.params.labels),
        dict(snakemake.output.items()),
    )
)
