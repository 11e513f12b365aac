"""Tables of the cohort of degree holders, from the paper or from a series of one's own."""

from monotown_workflow import read_table, read_yaml, run, write_table
from monotown_workflow.config import key_lines

from monotown.cohort import stage
from monotown.config import schema_problems
from monotown.problems import InputError
from monotown.tables import OBSERVATIONS


def main(
    path: str, schema: str, series: str, readings: str, observations: str, seed: int, threads: int,
    out: dict[str, str],
) -> None:  # fmt: skip
    config = read_yaml(path)
    problems = schema_problems(config, read_yaml(schema), path, key_lines(path))
    if problems:
        raise InputError(problems)
    if series:
        observed = read_table(series, stage.SERIES)
    else:
        cleaned = read_table(observations, OBSERVATIONS)
        observed = stage.paper_series(read_table(readings), cleaned, "ZHEZU")
    tables = stage.build_cohort(observed, config, seed, file=series or path, threads=threads)
    for name, target in out.items():
        write_table(getattr(tables, name), target, getattr(stage, name.upper()))


i = snakemake.input
run(
    lambda: main(
        i.cohort, i.schema, str(i.series), str(i.readings), str(i.observations),
        snakemake.params.seed, snakemake.threads, dict(snakemake.output.items()),
    )
)  # fmt: skip
