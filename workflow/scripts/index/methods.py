"""One view under every admissible method."""

from monotown.workflow import read_table, read_text_table, read_yaml, run, write_table

from pathlib import Path

import pandas as pd

from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.index.prepare import average_weights, prepare
from monotown.sensitivity.forking_paths import INADMISSIBLE, METHODS, method_tables


def methods(
    view: str,
    indicators: Path,
    observations: list[Path],
    views: Path,
    measures: Path,
    judgments: list[str],
    seed: int,
    ranks: Path,
    refused: Path,
) -> None:
    config = read_yaml(views)[view]
    seen = pd.concat([read_table(o, OBSERVATIONS) for o in observations], ignore_index=True)
    name = config.get("average_weights")
    weights = average_weights(seen, name)
    table = read_table(indicators, INDICATORS)
    judged = [read_text_table(j) if j.endswith(".csv") else read_yaml(j) for j in judgments]
    prepared = prepare(table, view, config, read_yaml(measures), weights, seed, next(iter(judged), None))
    found = method_tables(prepared, weights, str(name))
    write_table(found.methods, ranks, METHODS)
    write_table(found.inadmissible, refused, INADMISSIBLE)


i, o = snakemake.input, snakemake.output
run(
    lambda: methods(
        snakemake.wildcards.view,
        i.indicators,
        i.observations,
        i.views,
        i.measures,
        list(i.judgments),
        snakemake.params.seed,
        o.methods,
        o.inadmissible,
    )
)
