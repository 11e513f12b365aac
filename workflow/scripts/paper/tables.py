"""The paper's tables recomputed, and what its figures prove."""

from pathlib import Path

from monotown.paper import tables
from monotown.paper.published import read_published
from monotown.report.prose import FACTS
from monotown_workflow import read_text_table, read_yaml, run, write_table

SCHEMAS = {
    "table1": tables.TABLE1,
    "table2": tables.TABLE2,
    "table3": tables.TABLE3,
    "ratio_readings": tables.RATIO_READINGS,
    "share_readings": tables.SHARE_READINGS,
    "decomposition": tables.DECOMPOSITION,
    "summary": FACTS,
}


def paper(raw: list[str], claims: str, out: dict[str, str]) -> None:
    published = read_published({Path(p).stem: read_text_table(p) for p in raw})
    limits = read_yaml(claims)["assumptions"]["staff_range"]
    for name, path in out.items():
        bounded = name in ("table3", "share_readings", "summary")
        make = getattr(tables, name)
        frame = make(published, limits) if bounded else make(published)
        write_table(SCHEMAS[name].validate(frame), path)


run(
    lambda: paper(list(snakemake.input.raw), snakemake.input.claims, dict(snakemake.output.items()))
)
