"""Figure of a view's ranks under every admissible method."""

from monotown.workflow import read_table, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from monotown.index.build import SCORES
from monotown.methods.register import own_words
from monotown.sensitivity.figures_paths import methods
from monotown.sensitivity.forking_paths import INADMISSIBLE, METHODS, spread
from monotown.show.printed import source_ids, source_words


def main(view: str, ranks: str, refused: str, scores: str, labels: dict, out: list[str]) -> None:
    table, left_out = read_table(ranks, METHODS), read_table(refused, INADMISSIBLE)
    ids = source_ids(read_table(scores, SCORES))
    write_figures(
        lambda w: methods(
            table, spread(table), labels=w, view=view, source=source_words(ids, w), refused=len(left_out)
        ),
        labels,
        out,
    )


i = snakemake.input
run(
    lambda: main(
        snakemake.wildcards.view,
        i.methods,
        i.inadmissible,
        i.scores,
        step_labels(i, snakemake.params.labels, own_words()),
        list(snakemake.output),
    )
)
