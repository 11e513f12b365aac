"""Tables of the raw files and of the coverage, and the numbers that the prose quotes of them."""

from monotown.coverage import COVERAGE
from monotown.report.data import data_facts
from monotown.tables import OBSERVATIONS
from monotown_workflow import read_table, run, write_table


def tables(found: dict[str, str], out: dict[str, str]) -> None:
    coverage = read_table(found["coverage"], COVERAGE)
    # Each row is a source: naming them once more below the table would say nothing.
    write_table(read_table(found["sources"]).drop(columns="source"), out["data_sources"])
    write_table(coverage, out["coverage"])
    observations = read_table(found["observations"], OBSERVATIONS)
    write_table(data_facts(observations, coverage), out["facts"])


run(lambda: tables(dict(snakemake.input.items()), dict(snakemake.output.items())))
