"""Schemes, random weights and one indicator less, for one view."""

from monotown.workflow import read_table, read_yaml, run, write_table

from pathlib import Path

from monotown.base.tables import join_kinds
from monotown.index.build import NORMALISED, SCORES, WEIGHTS
from monotown.index.prepare import view_model, weighted_model
from monotown.sensitivity.weights import Settings, first_sensitivity
from monotown.sensitivity.year import view_cases


def sensitivity(
    view: str,
    normalised: Path,
    scores: Path,
    weights: Path,
    views: Path,
    measures: Path,
    out: dict[str, Path],
    settings: Settings,
) -> None:
    model = view_model(view, read_yaml(views)[view], read_yaml(measures), str(views))
    model = weighted_model(model, read_table(weights, WEIGHTS))
    ranked = read_table(scores, SCORES)
    cases = view_cases(model, read_table(normalised, NORMALISED), ranked)
    found = first_sensitivity(view, join_kinds(ranked["kind"]), model, cases, settings)
    for name, path in out.items():
        write_table(found[name], path)


options = snakemake.params.sensitivity
run(
    lambda: sensitivity(
        snakemake.wildcards.view,
        snakemake.input.normalised,
        snakemake.input.scores,
        snakemake.input.weights,
        snakemake.input.views,
        snakemake.input.measures,
        dict(snakemake.output.items()),
        Settings(
            seed=snakemake.params.seed,
            draws=options["draws"],
            weight_cv=options["weight_cv"],
            interval=tuple(options["interval"]),
            schemes=tuple(options["schemes"]),
        ),
    )
)
