"""What would change the answer: least changes of weights, ranges of blocks' weights, losses."""

from monotown.workflow import read_table, read_yaml, run, write_table

from pathlib import Path

from monotown.base.tables import join_kinds
from monotown.index.build import NORMALISED, SCORES, WEIGHTS
from monotown.index.prepare import view_model, weighted_model
from monotown.sensitivity.stability import TABLES, flip_tables
from monotown.sensitivity.year import view_cases, year_sources


def flips(
    view: str, normalised: Path, scores: Path, weights: Path, views: Path, measures: Path, out: dict[str, Path]
) -> None:
    model = view_model(view, read_yaml(views)[view], read_yaml(measures), str(views))
    model = weighted_model(model, read_table(weights, WEIGHTS))
    ranked = read_table(scores, SCORES)
    cases = view_cases(model, read_table(normalised, NORMALISED), ranked)
    kind = join_kinds(ranked["kind"])
    found = flip_tables(view, kind, model, cases, year_sources(ranked))
    for name, path in out.items():
        write_table(found[name], path, TABLES[name])


i = snakemake.input
run(
    lambda: flips(
        snakemake.wildcards.view, i.normalised, i.scores, i.weights, i.views, i.measures, dict(snakemake.output.items())
    )
)
