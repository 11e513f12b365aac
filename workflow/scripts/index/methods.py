"""One view under every admissible method."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.index.prepared import PREPARED, from_table
from monotown.sensitivity.forking_paths import INADMISSIBLE, METHODS, method_tables


def methods(view: str, prepared: str, views: str, measures: str, ranks: str, refused: str) -> None:
    data = from_table(read_table(prepared, PREPARED), view, read_yaml(views)[view], read_yaml(measures))
    found = method_tables(data)
    write_table(found.methods, ranks, METHODS)
    write_table(found.inadmissible, refused, INADMISSIBLE)


i, o = snakemake.input, snakemake.output
run(lambda: methods(snakemake.wildcards.view, i.prepared, i.views, i.measures, o.methods, o.inadmissible))
