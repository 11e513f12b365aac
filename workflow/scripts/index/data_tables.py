"""Tables of the raw files and of the coverage of the indicators."""

from monotown.workflow import read_table, run, write_table

import pandas as pd

from monotown.index.coverage import COVERAGE
from monotown.index.doubtful import DOUBT_EFFECTS


def tables(found: dict[str, str], doubtful: list[str], out: dict[str, str]) -> None:
    coverage = read_table(found["coverage"], COVERAGE)
    # Each row is a source: naming them once more below the table would say nothing.
    write_table(read_table(found["sources"]).drop(columns="source"), out["data_sources"])
    write_table(coverage, out["coverage"])
    doubts = pd.concat([read_table(d, DOUBT_EFFECTS) for d in doubtful], ignore_index=True)
    write_table(doubts, out["doubtful"])


i = snakemake.input
run(lambda: tables(dict(i.items()), list(i.doubtful), dict(snakemake.output.items())))
