"""Read the facts that the chapters declare."""

from monotown.workflow import read_table, run, write_table

from monotown.show.facts import LOOKUPS, declared, lookups, resolve
from monotown.show.prose import FACTS

i, p = snakemake.input, snakemake.params


def main() -> None:
    found = declared(p.chapters, p.settings)
    files = dict(zip((*found.tables, *found.ready), i.tables, strict=True))
    tables = {name: read_table(path, FACTS if name in found.ready else None) for name, path in files.items()}
    write_table(resolve(found, tables), snakemake.output.facts)
    write_table(lookups(found), snakemake.output.lookups, LOOKUPS)


run(main)
