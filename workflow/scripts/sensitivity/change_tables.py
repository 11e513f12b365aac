"""Tables for print of the change of each unit over the years of an index."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.index.admissible import scale_of
from monotown.index.build import SCORES
from monotown.index.prepare import view_model
from monotown.sensitivity.change import EVERY, change_schema, printed_change
from monotown.show.printed import source_ids


def tables(names: list[str], found: dict, analyses: list[str], interval: tuple, out: dict[str, str]) -> None:
    config, measures = read_yaml(found["views"]), read_yaml(found["measures"])
    for i, name in enumerate(names):
        scale = scale_of(view_model(name, config[name], measures, found["views"]))
        source = "; ".join(source_ids(read_table(found["scores"][i], SCORES)))
        change = read_table(found["change"][i], change_schema(interval))
        write_table(printed_change(change, [*analyses, EVERY], source, scale), out[f"change_{name}"])


i, p = snakemake.input, snakemake.params
run(lambda: tables(p.names, dict(i.items()), p.analyses, tuple(p.interval), dict(snakemake.output.items())))
