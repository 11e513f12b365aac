"""One shard of the replicates of an analysis of a view, counted."""

from monotown.workflow import read_table, read_yaml, run
from monotown.workflow.progress import progress

import numpy as np

from monotown.index.behind import FIGURES, Behind
from monotown.index.prepared import PREPARED, from_table
from monotown.sensitivity.analyses import monte_carlo_run
from monotown.sensitivity.draws import shard_size
from monotown.sensitivity.inputs import with_errors


def main(
    view: str, analysis: str, files: dict, options: dict, seed: int, part: dict[str, int], out: str, log: str
) -> None:
    config, measures = read_yaml(files["views"])[view], read_yaml(files["measures"])
    options = with_errors(options, *(read_yaml(path)["measures"] for path in files["survey_errors"]))
    behind = Behind.of(read_table(files["figures"], FIGURES), view, read_yaml(files["formulas"]))
    prepared = from_table(read_table(files["prepared"], PREPARED), view, config, measures, behind)
    joint = monte_carlo_run(prepared, config, measures, analysis, options, seed)
    total = shard_size(options["draws"], **part)
    with progress(f"{view}, {analysis}", total, log, part["shard"]) as step:
        counted = joint.run(options["draws"], progress=step, **part)
    np.savez_compressed(out, **counted.state())


w, p = snakemake.wildcards, snakemake.params
part = {"shard": int(w.scatteritem.split("-of-")[0]) - 1, "shards": p.shards}
files = dict(snakemake.input.items())
run(lambda: main(w.view, w.analysis, files, p.sensitivity, p.seed, part, snakemake.output[0], snakemake.log[0]))
