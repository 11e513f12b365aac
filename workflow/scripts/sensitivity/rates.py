"""Rates of the counts behind a view, as they stand and shrunk to their group; the index of each."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.index.behind import FIGURES, Behind
from monotown.index.prepared import PREPARED, from_table
from monotown.sensitivity.rates import TABLES, error_of, rate_tables


def rates(view: str, files: dict[str, str], options: dict, interval: list[float], out: dict[str, str]) -> None:
    config, measures = read_yaml(files["views"])[view], read_yaml(files["measures"])
    behind = Behind.of(read_table(files["figures"], FIGURES), view, read_yaml(files["formulas"]))
    prepared = from_table(read_table(files["prepared"], PREPARED), view, config, measures, behind)
    for name, table in rate_tables(prepared, error_of(options), tuple(interval)).items():
        write_table(table, out[name], TABLES[name])


i, p = snakemake.input, snakemake.params
run(lambda: rates(snakemake.wildcards.view, dict(i.items()), p.analyses, p.interval, dict(snakemake.output.items())))
