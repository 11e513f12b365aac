"""All index tables of one view."""

from monotown.workflow import read_table, read_text_table, read_yaml, run, write_table

from pathlib import Path

import pandas as pd

from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.data.plausible import DOUBTFUL, FIGURES
from monotown.index import build
from monotown.index.doubtful import DOUBT_EFFECTS, doubt_effects
from monotown.index.prepare import average_weights


def index(
    view: str,
    indicators: Path,
    doubtful: Path,
    observations: list[Path],
    views: Path,
    measures: Path,
    judgments: list[str],
    seed: int,
    out: dict[str, Path],
) -> None:
    every = read_yaml(views)
    config = every[view]
    weights, name = None, config.get("average_weights")
    if name is not None:
        seen = pd.concat([read_table(o, OBSERVATIONS) for o in observations], ignore_index=True)
        weights = average_weights(seen, name)
    judged = [read_text_table(j) if j.endswith(".csv") else read_yaml(j) for j in judgments]
    given = read_table(indicators, INDICATORS), view, config, read_yaml(measures), weights, seed
    judgment = next(iter(judged), None)
    effects = doubt_effects(read_table(doubtful, DOUBTFUL), *given, judgment)
    tables = build.build_index(*given, every, judgment)
    del given  # a large panel is not held while its tables are written
    for name, schema in build.SCHEMAS.items():
        write_table(getattr(tables, name), out[name], schema, exact=name in build.EXACT, own_units=["value"])
    write_table(effects, out["doubtful"], DOUBT_EFFECTS, own_units=FIGURES)


i = snakemake.input
run(
    lambda: index(
        snakemake.wildcards.view,
        i.indicators,
        i.doubtful,
        i.observations,
        i.views,
        i.measures,
        list(i.judgments),
        snakemake.params.seed,
        dict(snakemake.output.items()),
    )
)
