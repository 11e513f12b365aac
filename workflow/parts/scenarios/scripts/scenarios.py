"""Tables of the scenarios: hierarchies, consequences, comparisons, consistency."""

from monotown.workflow import read_table, read_yaml, run, write_table
from monotown.workflow.config import key_lines
from monotown.workflow.words import label_texts

import pandas as pd

from monotown.base.tables import INDICATORS
from monotown.index.build import NORMALISED, WEIGHTS
from monotown.index.prepare import view_model, weighted_model
from monotown.scenarios import build
from monotown.scenarios.read import PARTS, read_inputs


def main(i, views: list[str], words: list[str], seed: int, out: dict[str, str]) -> None:
    measures, config, file = read_yaml(i.measures), read_yaml(i.views), i.settings
    models = {
        view: weighted_model(view_model(view, config[view], measures), read_table(path, WEIGHTS))
        for view, path in zip(views, i.weights, strict=True)
    }
    settings, leaves = read_yaml(file), build.leaves_of(models, file)
    named = {part: [n] if isinstance(n := getattr(i, part), str) else list(n) for part in PARTS}
    inputs = read_inputs(
        {part: [(n, read_yaml(n)) for n in names] for part, names in named.items()},
        leaves,
        settings["year"],
        read_yaml(i.schema),
        {n: key_lines(n) for names in named.values() for n in names},
    )
    normalised = pd.concat([read_table(p, NORMALISED) for p in i.normalised], ignore_index=True)
    base = build.read_base(
        normalised, read_table(i.indicators, INDICATORS), leaves, settings["year"], settings["marked"], file
    )
    drop_one, sobol = (pd.concat([pd.DataFrame(), *map(read_table, p)]) for p in (i.drop, i.sobol))
    words = label_texts(words)
    labels = {name: entry["label"] for name, entry in read_yaml(i.names).items()}
    tables = build.build_scenarios(base, inputs, models, drop_one, sobol, labels, words, seed)
    for name, path in out.items():
        write_table(tables[name], path, build.SCHEMAS[name])


p = snakemake.params
run(lambda: main(snakemake.input, p.names, p.labels, p.seed, dict(snakemake.output.items())))
