"""The paper's Table 4 beside the catalogue of indicators."""

from pathlib import Path

from monotown.paper import tables
from monotown.paper.published import read_published
from monotown_workflow import read_text_table, read_yaml, run, write_table


def table4(raw: list[str], indicators: str, out: str) -> None:
    published = read_published({Path(p).stem: read_text_table(p) for p in raw})
    frame = tables.table4(published, read_yaml(indicators)["indicators"])
    write_table(tables.TABLE4.validate(frame), out)


i = snakemake.input
run(lambda: table4(list(i.raw), i.indicators, snakemake.output[0]))
