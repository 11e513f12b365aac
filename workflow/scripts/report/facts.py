"""Read the facts that the chapters declare."""

from monotown.workflow import read_table, run, write_table

from monotown.show.facts import declared, resolve
from monotown.show.prose import FACTS

i, p = snakemake.input, snakemake.params


def main() -> None:
    found = declared(p.chapters, p.settings)
    tables = {name: read_table(path) for name, path in zip(p.tables, i.tables, strict=True)}
    ready = {name: read_table(path, FACTS) for name, path in zip(found.ready, i.ready, strict=True)}
    write_table(resolve(found, tables, ready), snakemake.output[0])


run(main)
