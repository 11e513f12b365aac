"""Tables of the cohort of degree holders, from the paper or from a series of one's own."""

from monotown.workflow import read_table, read_yaml, run, write_table
from monotown.workflow.config import key_lines

from monotown.base.problems import InputError
from monotown.base.schemas import schema_problems
from monotown.base.tables import OBSERVATIONS
from monotown.cohort import build


def main(
    path: str, schema: str, series: str, readings: str, observations: str, seed: int, threads: int, out: dict[str, str]
) -> None:
    config = read_yaml(path)
    problems = schema_problems(config, read_yaml(schema), path, key_lines(path))
    if problems:
        raise InputError(problems)
    if series:
        observed = read_table(series, build.SERIES)
    else:
        cleaned = read_table(observations, OBSERVATIONS)
        observed = build.paper_series(read_table(readings), cleaned, config["unit"])
    tables = build.build_cohort(observed, config, seed, file=series or path, threads=threads)
    for name, target in out.items():
        write_table(getattr(tables, name), target, getattr(build, name.upper()))


i = snakemake.input
run(
    lambda: main(
        i.cohort,
        i.schema,
        str(i.series),
        str(i.readings),
        str(i.observations),
        snakemake.params.seed,
        snakemake.threads,
        dict(snakemake.output.items()),
    )
)
