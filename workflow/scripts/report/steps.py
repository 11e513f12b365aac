"""List every step with the files that it takes and makes, beside the map of the workflow."""

from monotown.workflow import read_yaml, run, write_table, write_text

from pathlib import Path

from monotown.report.steps import STEPS, steps_table


def main(steps: str, workflow: str, results: str, out: dict[str, str]) -> None:
    write_table(steps_table(read_yaml(steps), results), out["steps"], STEPS)
    write_text(Path(workflow).read_text(encoding="utf-8"), out["workflow"])


i = snakemake.input
run(lambda: main(i.steps, i.workflow, snakemake.params.results, dict(snakemake.output.items())))
