"""Structure, correlations and real importance of one view."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.index.build import NORMALISED, SCORES, WEIGHTS
from monotown.index.prepare import view_model
from monotown.index.structure import STRUCTURE, structure_tables


def main(
    view: str, reflective: list[str], normalised: str, weights: str, scores: str, views: str, measures: str, *out: str
) -> None:
    model = view_model(view, read_yaml(views)[view], read_yaml(measures), str(views))
    tables = structure_tables(
        read_table(normalised, NORMALISED),
        read_table(weights, WEIGHTS),
        read_table(scores, SCORES),
        root=model.tree.id,
        order=model.measures,
        reflective=reflective,
    )
    structure, correlations, importance = out
    write_table(tables.structure, structure, STRUCTURE, own_units=["value"])
    # Blocks and measures in the order of the view, as in the figures.
    write_table(tables.correlations, correlations)
    write_table(tables.importance, importance)


i = snakemake.input
w, p = snakemake.wildcards, snakemake.params
run(lambda: main(w.view, p.reflective, i.normalised, i.weights, i.scores, i.views, i.measures, *snakemake.output))
