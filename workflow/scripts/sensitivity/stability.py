"""What would change the answer: least changes of weights, ranges of blocks' weights, losses."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.base.tables import join_kinds
from monotown.index.prepared import PREPARED, from_table
from monotown.sensitivity.stability import TABLES, flip_tables
from monotown.sensitivity.year import cases_of, year_sources


def flips(view: str, table: str, views: str, measures: str, out: dict[str, str]) -> None:
    prepared = from_table(read_table(table, PREPARED), view, read_yaml(views)[view], read_yaml(measures))
    kind, sources = join_kinds(prepared.rows["kind"]), year_sources(prepared.rows)
    found = flip_tables(view, kind, prepared.model, cases_of(prepared), sources)
    for name, path in out.items():
        write_table(found[name], path, TABLES[name])


i = snakemake.input
run(lambda: flips(snakemake.wildcards.view, i.prepared, i.views, i.measures, dict(snakemake.output.items())))
