"""Table of ranks under other readings of the indicators, and the numbers that the prose quotes."""

from monotown.workflow import read_table, run, write_table

from monotown.index.chapter_readings import reading_facts, reading_table
from monotown.index.readings import READING_RANKS


def tables(ranks: dict[str, str], table: str, facts: str) -> None:
    made = reading_table({view: read_table(path, READING_RANKS) for view, path in ranks.items()})
    write_table(made, table)
    write_table(reading_facts(made), facts)


i, o = snakemake.input, snakemake.output
run(lambda: tables(dict(zip(snakemake.params.views, i.ranks, strict=True)), o.readings, o.facts))
