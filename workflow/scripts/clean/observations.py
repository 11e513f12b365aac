"""Observations of all raw files; stops with every problem of every file."""

from monotown.workflow import read_yaml, run, write_table
from monotown.workflow.config import SOURCE
from monotown.workflow.sources import load_sources

from pathlib import Path

from monotown.base.problems import InputError
from monotown.base.tables import OBSERVATIONS, Kind
from monotown.data.clean import clean
from monotown.data.publications import table_problems
from monotown.data.sources import config_problems
from monotown.data.units import Units


def observations(
    raw: list[str],
    configs: dict[str, str],
    sources: list[str],
    source_schema: str,
    publications: str,
    out: dict[str, str],
) -> None:
    known = load_sources(sources, rules=read_yaml(source_schema))
    config = {name: read_yaml(path) for name, path in configs.items()}
    config["sources"] = known.entries
    problems = config_problems(config, {name: {} for name in config}, {**configs, "sources": SOURCE})
    if problems:
        raise InputError(known.located(p) for p in problems)
    files = {path: Path(path).read_bytes() for path in raw}
    cleaned = clean(files, config["sources"], config["variables"], Units(config["units"]))
    texts = {path: content.decode("utf-8-sig") for path, content in files.items()}
    registry = {**read_yaml(publications), **known.publications}
    if unsaid := table_problems(registry, config["sources"], texts, publications):
        raise InputError(known.located(p) for p in unsaid)
    seen = cleaned.observations
    write_table(seen, out["observations"], OBSERVATIONS, exact=True)
    for kind in (Kind.OFFICIAL, Kind.PUBLISHED):
        write_table(seen[seen["kind"] == kind], out[kind.value], OBSERVATIONS, exact=True)
    write_table(cleaned.sources, out["sources"])
    write_table(cleaned.oddities, out["oddities"])


i = snakemake.input
configs = {"units": i.units, "variables": i.variables}
out = dict(snakemake.output.items())
run(lambda: observations(list(i.raw), configs, list(i.sources), i.source_schema, i.publications, out))
