"""Exploratory tables of the hypothesis, beside what was fixed beforehand."""

from monotown.workflow import read_table, read_yaml, run, write_table
from monotown.workflow.config import key_lines

from monotown.base.problems import InputError
from monotown.base.schemas import schema_problems
from monotown.base.tables import OBSERVATIONS
from monotown.hypothesis.data import read_data
from monotown.hypothesis.exploratory import build_exploratory
from monotown.hypothesis.tables import CONTIGUITY, EXPLORATORY, FAMILY_TABLE
from monotown.index.build import NORMALISED, SCORES


def main(files: dict, scores: list[str], indices: list[str], seed: int, out: dict[str, str]) -> None:
    path = files["hypothesis"]
    config = read_yaml(path)
    problems = schema_problems(config, read_yaml(files["schema"]), path, key_lines(path))
    if problems:
        raise InputError(problems)
    on, views, units = (read_yaml(files[name]) for name in ("scales", "views", "units"))
    measures = {name: entry | on.get(name, {}) for name, entry in read_yaml(files["measures"]).items()}
    observations = read_table(files["observations"], OBSERVATIONS)
    tables = build_exploratory(
        read_data(read_table(files["normalised"], NORMALISED), observations, config, views, measures, units, path),
        config,
        read_table(files["family"], FAMILY_TABLE),
        {index: read_table(file, SCORES) for index, file in zip(indices, scores, strict=True)},
        views,
        read_table(files["contiguity"], CONTIGUITY),
        units,
        seed,
    )
    for name, target in out.items():
        write_table(getattr(tables, name), target, EXPLORATORY[name])


i, p = snakemake.input, snakemake.params
run(lambda: main(dict(i.items()), list(i.scores), p.indices, p.seed, dict(snakemake.output.items())))
