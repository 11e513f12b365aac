"""Sobol indices of the choices behind one view, and of every input at once."""

from monotown_workflow import read_table, read_yaml, run, write_table

import pandas as pd

from monotown.index import stage
from monotown.sensitivity.cases import view_cases
from monotown.sensitivity.flips import year_sources
from monotown.sensitivity.sobol_joint import every_input_tables
from monotown.sensitivity.sobol_view import TABLES, SobolSettings, join_tables, sobol_tables
from monotown.tables import INDICATORS, OBSERVATIONS, join_kinds


def sobol(view: str, files: dict, out: dict, settings: SobolSettings, options: dict) -> None:
    views, measures = read_yaml(files["views"]), read_yaml(files["measures"])
    values = read_table(files["normalised"], stage.NORMALISED)
    scores = read_table(files["scores"], stage.SCORES)
    model = stage.view_model(view, views[view], measures, files["views"])
    model = stage.weighted_model(model, read_table(files["weights"], stage.WEIGHTS))
    cases, sources = view_cases(model, values, scores), year_sources(scores)
    seen = pd.concat([read_table(o, OBSERVATIONS) for o in files["observations"]])
    averages = stage.average_weights(seen, views[view].get("average_weights"))
    kind, indicators = join_kinds(scores["kind"]), read_table(files["indicators"], INDICATORS)
    parts = [sobol_tables(view, kind, model, cases, values, sources, settings)]
    parts += every_input_tables(
        view, views, measures, indicators, values, scores, averages, options, settings
    )
    for name, table in join_tables(parts).items():
        write_table(table, out[name], TABLES[name])


i, p = snakemake.input, snakemake.params
options = {k: tuple(v) if isinstance(v, list) else v for k, v in p.sobol.items()}
common = {"seed": p.seed, "schemes": tuple(p.schemes), "interval": tuple(p.interval)}
run(
    lambda: sobol(
        snakemake.wildcards.view, dict(i.items()), dict(snakemake.output.items()),
        SobolSettings(**{**common, **options}), p.analyses,
    )
)  # fmt: skip
