"""Table of ranks under other readings of the indicators."""

from monotown.workflow import read_table, run, write_table

from monotown.index.chapter import reading_table
from monotown.index.readings import READING_RANKS


def table(ranks: dict[str, str], out: str) -> None:
    write_table(reading_table({view: read_table(path, READING_RANKS) for view, path in ranks.items()}), out)


run(lambda: table(dict(zip(snakemake.params.views, snakemake.input.ranks, strict=True)), snakemake.output[0]))
