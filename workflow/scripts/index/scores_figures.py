"""Scores of each view: of its year with the blocks, or over its years."""

from monotown.workflow import read_table, read_yaml, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

import pandas as pd

from monotown.index.admissible import scale_of
from monotown.index.build import COMPARISON, SCORES
from monotown.index.figures import over_time, scores
from monotown.index.prepare import view_model
from monotown.index.printed import View, scores_of_year
from monotown.show.printed import source_ids, source_words


def figure_of(name: str, view: View, marked: list[str]):
    """What draws the figure of a view with the words of a language."""
    years = view.scores["year"].unique()
    ids = source_ids(view.scores)
    table = scores_of_year(view.scores, view.comparison, view.root, int(years.max()), view.blocks)

    def draw(labels):
        known = {"labels": labels, "view": name, "source": source_words(ids, labels), "scale": view.scale}
        if len(years) == 1:
            return scores(table, **known, blocks=view.blocks, marked=marked)
        return over_time(view.scores, view.comparison, **known, root=view.root, marked=marked)

    return draw


def main(
    found: dict[str, tuple[pd.DataFrame, pd.DataFrame]],
    views: str,
    measures: str,
    labels: dict,
    marked: list[str],
    out: dict[str, list[str]],
) -> None:
    config, known = read_yaml(views), read_yaml(measures)
    for name, tables in found.items():
        model = view_model(name, config[name], known, views)
        view = View(model.tree.id, tuple(model.blocks), *tables, scale_of(model))
        write_figures(figure_of(name, view, marked), labels, out[name])


i = snakemake.input
run(
    lambda: main(
        {
            name: (read_table(scores, SCORES), read_table(comparison, COMPARISON))
            for name, scores, comparison in zip(snakemake.output.keys(), i.scores, i.comparison, strict=True)
        },
        i.indices,
        i.scales,
        step_labels(i, snakemake.params.labels),
        snakemake.params.marked,
        dict(snakemake.output.items()),
    )
)
