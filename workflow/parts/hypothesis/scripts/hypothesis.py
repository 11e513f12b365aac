"""Tables of the hypothesis, from the panel and what was fixed beforehand."""

from monotown.workflow import read_table, read_yaml, run, write_table
from monotown.workflow.config import key_lines

from monotown.base.problems import InputError
from monotown.base.schemas import schema_problems
from monotown.base.tables import OBSERVATIONS
from monotown.hypothesis.build import SCHEMAS, build_hypothesis
from monotown.index.build import NORMALISED


def main(
    path: str,
    schema: str,
    normalised: str,
    observations: str,
    views: str,
    measures: str,
    scales: str,
    units: str,
    seed: int,
    out: dict[str, str],
) -> None:
    config = read_yaml(path)
    problems = schema_problems(config, read_yaml(schema), path, key_lines(path))
    if problems:
        raise InputError(problems)
    on = read_yaml(scales)
    tables = build_hypothesis(
        read_table(normalised, NORMALISED),
        read_table(observations, OBSERVATIONS),
        config,
        read_yaml(views),
        {name: entry | on.get(name, {}) for name, entry in read_yaml(measures).items()},
        read_yaml(units),
        seed,
        file=path,
    )
    for name, target in out.items():
        write_table(getattr(tables, name), target, SCHEMAS[name])


i = snakemake.input
run(
    lambda: main(
        i.hypothesis,
        i.schema,
        i.normalised,
        i.observations,
        i.views,
        i.measures,
        i.scales,
        i.units,
        snakemake.params.seed,
        dict(snakemake.output.items()),
    )
)
