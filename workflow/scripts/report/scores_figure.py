"""Scores of one view: of its year with the blocks, or over its years."""

from monotown.figures.regions import over_time, scores
from monotown.index.stage import COMPARISON, SCORES, view_model
from monotown.report.regions import View, scores_of_year
from monotown.report.tables import source_ids, source_words
from monotown.report.words import labels_from
from monotown_workflow import read_table, read_text_table, read_yaml, run, write_figures


def main(
    name: str, found: tuple[str, str], views: str, measures: str, words: str, marked: list[str],
    out: list[str],
) -> None:  # fmt: skip
    model = view_model(name, read_yaml(views)[name], read_yaml(measures), views)
    view = View(
        model.tree.id,
        tuple(model.blocks),
        read_table(found[0], SCORES),
        read_table(found[1], COMPARISON),
    )
    years = view.scores["year"].unique()
    ids = source_ids(view.scores)
    table = scores_of_year(view.scores, view.comparison, view.root, int(years.max()), view.blocks)

    def draw(labels):
        known = {"labels": labels, "view": name, "source": source_words(ids, labels)}
        if len(years) == 1:
            return scores(table, **known, blocks=view.blocks, marked=marked)
        return over_time(view.scores, view.comparison, **known, root=view.root, marked=marked)

    write_figures(draw, labels_from(read_text_table(words)), out)


i = snakemake.input
run(
    lambda: main(
        snakemake.wildcards.view, (i.scores, i.comparison), i.views, i.measures, i.words,
        snakemake.params.marked, list(snakemake.output),
    )
)  # fmt: skip
