"""One shard of the replicates of an analysis of a view, counted."""

from monotown.workflow import read_table, read_yaml, run
from monotown.workflow.progress import progress

import numpy as np
import pandas as pd

from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.index.build import NORMALISED, SCORES
from monotown.index.prepare import average_weights
from monotown.sensitivity.analyses import joint_run
from monotown.sensitivity.draws import shard_size
from monotown.sensitivity.inputs import with_errors


def main(
    view: str, analysis: str, files: dict, options: dict, seed: int, part: dict[str, int], out: str, log: str
) -> None:
    views = read_yaml(files["views"])
    errors = [read_yaml(path)["measures"] for path in files["survey_errors"]]
    options = with_errors(options, *errors)
    seen = pd.concat([read_table(o, OBSERVATIONS) for o in files["observations"]])
    joint = joint_run(
        view,
        views,
        read_yaml(files["measures"]),
        read_table(files["indicators"], INDICATORS),
        read_table(files["normalised"], NORMALISED),
        read_table(files["scores"], SCORES),
        average_weights(seen, views[view].get("average_weights")),
        analysis,
        options,
        seed,
    )
    total = shard_size(options["draws"], **part)
    with progress(f"{view}, {analysis}", total, log, part["shard"]) as step:
        counted = joint.run(options["draws"], progress=step, **part)
    np.savez_compressed(out, **counted.state())


w, p = snakemake.wildcards, snakemake.params
part = {"shard": int(w.scatteritem.split("-of-")[0]) - 1, "shards": p.shards}
run(
    lambda: main(
        w.view,
        w.analysis,
        dict(snakemake.input.items()),
        p.sensitivity,
        p.seed,
        part,
        snakemake.output[0],
        snakemake.log[0],
    )
)
