"""Tables of an analysis of a view, from the counts of all its shards, or counted here."""

from monotown.workflow import read_table, read_yaml, run, write_table
from monotown.workflow.progress import progress

import numpy as np

from monotown.base.tables import join_kinds
from monotown.index.behind import FIGURES, Behind
from monotown.index.prepared import PREPARED, from_table
from monotown.sensitivity.analyses import Stop, monte_carlo_run, monte_carlo_tables
from monotown.sensitivity.inputs import with_errors
from monotown.sensitivity.monte_carlo import merge_shards
from monotown.sensitivity.weights import Settings


def main(view: str, analysis: str, files: dict, options: dict, seed: int, out: dict[str, str], log: str) -> None:
    config, measures = read_yaml(files["views"])[view], read_yaml(files["measures"])
    options = with_errors(options, *(read_yaml(path)["measures"] for path in files["survey_errors"]))
    behind = Behind.of(read_table(files["figures"], FIGURES), view, read_yaml(files["formulas"]))
    prepared = from_table(read_table(files["prepared"], PREPARED), view, config, measures, behind)
    joint = monte_carlo_run(prepared, config, measures, analysis, options, seed)
    if files["shards"]:
        counted = merge_shards([dict(np.load(path)) for path in files["shards"]])
    else:
        with progress(f"{view}, {analysis}", options["draws"], log) as step:
            counted = joint.run(options["draws"], progress=step)
    settings = Settings(seed, options["draws"], options["weight_cv"], tuple(options["interval"]), ())
    kind, stop = join_kinds(prepared.rows["kind"]), Stop(**options["enough"])
    tables = monte_carlo_tables(joint, counted, kind, settings, stop, options["recorded"])
    for name, path in out.items():
        write_table(tables[name], path)


w, p = snakemake.wildcards, snakemake.params
files = {**dict(snakemake.input.items()), "shards": list(snakemake.input.shards)}
out = dict(snakemake.output.items())
run(lambda: main(w.view, w.analysis, files, p.sensitivity, p.seed, out, snakemake.log[0]))
