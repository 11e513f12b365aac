"""Tables of the scenarios: hierarchies, consequences, comparisons, consistency."""

import pandas as pd

from monotown.index.stage import NORMALISED, WEIGHTS, view_model, weighted_model
from monotown.scenarios import stage
from monotown.scenarios.read import read_inputs
from monotown.tables import INDICATORS
from monotown_workflow import read_table, read_yaml, run, write_table
from monotown_workflow.config import key_lines


def main(i, views: list[str], seed: int, out: dict[str, str]) -> None:
    file, measures, config = i.scenarios, read_yaml(i.measures), read_yaml(i.views)
    settings = read_yaml(file)
    models = {
        view: weighted_model(view_model(view, config[view], measures), read_table(path, WEIGHTS))
        for view, path in zip(views, i.weights, strict=True)
    }
    files = {
        "settings": [file], "hierarchy": i.hierarchy_files, "scenario": i.scenario_files,
        "cross_impacts": [i.cross_impacts], "key_factors": [i.key_factors],
    }  # fmt: skip
    given = {part: [(n, read_yaml(n)) for n in names] for part, names in files.items()}
    lines = {name: key_lines(name) for names in files.values() for name in names}
    leaves = stage.leaves_of(models, file)
    year = settings["year"]
    inputs = read_inputs(given, leaves, year, read_yaml(i.schema), lines)
    normalised = pd.concat([read_table(p, NORMALISED) for p in i.normalised], ignore_index=True)
    base = stage.read_base(
        normalised, read_table(i.indicators, INDICATORS), leaves, year, settings["marked"], file
    )
    drop_one = pd.concat([read_table(p) for p in i.drop_one], ignore_index=True)
    sobol = pd.concat([read_table(p) for p in i.sobol]) if i.sobol else pd.DataFrame()
    labels = {name: entry["label"] for name, entry in measures.items()}
    tables = stage.build_scenarios(base, inputs, models, drop_one, sobol, labels, seed)
    for name, path in out.items():
        write_table(tables[name], path, stage.SCHEMAS[name])


p = snakemake.params
run(lambda: main(snakemake.input, p.views, p.seed, dict(snakemake.output.items())))
