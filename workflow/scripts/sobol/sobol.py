"""Sobol indices of the choices behind one view."""

from pathlib import Path

from monotown.index.stage import NORMALISED, SCORES, WEIGHTS, view_model, weighted_model
from monotown.sensitivity.cases import view_cases
from monotown.sensitivity.flips import year_sources
from monotown.sensitivity.sobol_view import TABLES, SobolSettings, sobol_tables
from monotown_workflow import read_table, read_yaml, run, write_table


def sobol(
    view: str, normalised: Path, scores: Path, weights: Path, views: Path, measures: Path,
    out: dict[str, Path], settings: SobolSettings,
) -> None:  # fmt: skip
    config = read_yaml(views)[view]
    model = view_model(view, config, read_yaml(measures), str(views))
    model = weighted_model(model, read_table(weights, WEIGHTS))
    values, ranked = read_table(normalised, NORMALISED), read_table(scores, SCORES)
    cases, sources = view_cases(model, values, ranked), year_sources(ranked)
    found = sobol_tables(view, config["kind"], model, cases, values, sources, settings)
    for name, path in out.items():
        write_table(found[name], path, TABLES[name])


i, p = snakemake.input, snakemake.params
options = {k: tuple(v) if isinstance(v, list) else v for k, v in p.sobol.items()}
common = {"seed": p.seed, "schemes": tuple(p.schemes), "interval": tuple(p.interval)}
run(
    lambda: sobol(
        snakemake.wildcards.view, i.normalised, i.scores, i.weights, i.views, i.measures,
        dict(snakemake.output.items()), SobolSettings(**{**common, **options}),
    )
)  # fmt: skip
