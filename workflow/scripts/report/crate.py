"""The run as an RO-Crate: every result with the step that made it, its code and its inputs."""

from monotown.workflow import read_table, read_text_table, run, write_text
from monotown.workflow.packages import packages

import hashlib
import json
import platform
from pathlib import Path

from monotown.report.crate import Ran, crate
from monotown.report.steps import STEPS, taken


def digest(path: str | Path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def main(i, p, results: str, out: str) -> None:
    steps = read_table(i.steps, STEPS)
    made = dict(read_text_table(i.manifest).to_numpy().tolist())
    made[Path(i.manifest).relative_to(results).as_posix()] = digest(i.manifest)
    ran = Ran(p.title, p.version, p.commit, platform.python_version(), packages(), p.config)
    found = crate(
        ran,
        steps,
        made,
        {taken(file, results)[1]: digest(file) for file in i.taken},
        {script: (digest(script), code) for script, code in p.codes.items()},
        read_text_table(i.sources),
    )
    write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", out)


i, p = snakemake.input, snakemake.params
run(lambda: main(i, p, Path(snakemake.output[0]).parent.as_posix(), snakemake.output[0]))
