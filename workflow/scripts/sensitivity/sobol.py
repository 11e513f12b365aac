"""Sobol indices of the choices behind one view, and of every input at once."""

from monotown.workflow import read_table, read_yaml, run, write_table

import pandas as pd

from monotown.base.tables import INDICATORS, OBSERVATIONS, join_kinds
from monotown.index import build
from monotown.index.prepare import average_weights, view_model, weighted_model
from monotown.sensitivity.sobol_choices import TABLES, SobolSettings, join_tables, sobol_tables
from monotown.sensitivity.sobol_inputs import every_input_tables
from monotown.sensitivity.stability import year_sources
from monotown.sensitivity.year import view_cases


def sobol(view: str, files: dict, out: dict, settings: SobolSettings, options: dict) -> None:
    views, measures = read_yaml(files["views"]), read_yaml(files["measures"])
    values = read_table(files["normalised"], build.NORMALISED)
    scores = read_table(files["scores"], build.SCORES)
    model = view_model(view, views[view], measures, files["views"])
    model = weighted_model(model, read_table(files["weights"], build.WEIGHTS))
    cases, sources = view_cases(model, values, scores), year_sources(scores)
    seen = pd.concat([read_table(o, OBSERVATIONS) for o in files["observations"]])
    averages = average_weights(seen, views[view].get("average_weights"))
    kind, indicators = join_kinds(scores["kind"]), read_table(files["indicators"], INDICATORS)
    parts = [sobol_tables(view, kind, model, cases, values, sources, settings)]
    parts += every_input_tables(view, views, measures, indicators, values, scores, averages, options, settings)
    for name, table in join_tables(parts).items():
        write_table(table, out[name], TABLES[name])


i, p = snakemake.input, snakemake.params
options = {k: tuple(v) if isinstance(v, list) else v for k, v in p.sobol.items()}
common = {"seed": p.seed, "schemes": tuple(p.schemes), "interval": tuple(p.interval)}
run(
    lambda: sobol(
        snakemake.wildcards.view,
        dict(i.items()),
        dict(snakemake.output.items()),
        SobolSettings(**{**common, **options}),
        p.analyses,
    )
)
