"""The paper's tables recomputed, its Table 4 beside the catalogue, and what its figures prove."""

from monotown.workflow import read_text_table, read_yaml, run, write_table

from pathlib import Path

from monotown.paper import tables
from monotown.paper.published import read_published
from monotown.show.prose import FACTS

SCHEMAS = {
    "table1": tables.TABLE1,
    "table2": tables.TABLE2,
    "table3": tables.TABLE3,
    "table4": tables.TABLE4,
    "ratio_readings": tables.RATIO_READINGS,
    "share_readings": tables.SHARE_READINGS,
    "decomposition": tables.DECOMPOSITION,
    "summary": FACTS,
}


def paper(raw: list[str], claims: str, indicators: str, out: dict[str, str]) -> None:
    published = read_published({Path(p).stem: read_text_table(p) for p in raw})
    limits = read_yaml(claims)["assumptions"]["staff_range"]
    more = {
        **dict.fromkeys(("table3", "share_readings", "summary"), limits),
        "table4": read_yaml(indicators)["indicators"],
    }
    for name, path in out.items():
        make = getattr(tables, name)
        frame = make(published, more[name]) if name in more else make(published)
        write_table(SCHEMAS[name].validate(frame), path)


i = snakemake.input
run(lambda: paper(list(i.raw), i.claims, i.indicators, dict(snakemake.output.items())))
