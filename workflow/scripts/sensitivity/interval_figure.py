"""Figure of each unit's places under every joint analysis of a view."""

from monotown.workflow import read_table, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from functools import partial

from monotown.index.build import SCORES
from monotown.sensitivity.figures_intervals import intervals
from monotown.sensitivity.tables import rank_intervals
from monotown.show.printed import source_ids, source_words


def main(
    view: str, names: list[str], found: list[str], scores: str, labels: dict, out: list[str], settings: dict
) -> None:
    limits = settings["interval"]
    tables = {n: read_table(f, rank_intervals(limits)) for n, f in zip(names, found, strict=True)}
    year = int(next(iter(tables.values()))["year"].iloc[0])
    table = read_table(scores, SCORES)
    ids = source_ids(table[table["year"] == year])
    draw = partial(intervals, tables, view=view, draws=settings["draws"], interval=limits)
    write_figures(lambda w: draw(labels=w, source=source_words(ids, w)), labels, out)


i, p = snakemake.input, snakemake.params
run(
    lambda: main(
        snakemake.wildcards.view,
        list(p.analyses),
        list(i.intervals),
        i.scores,
        step_labels(i, p.labels),
        list(snakemake.output),
        p.sensitivity,
    )
)
