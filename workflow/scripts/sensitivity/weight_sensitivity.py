"""Schemes, random weights and one indicator less, for one view."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.base.tables import join_kinds
from monotown.index.prepared import PREPARED, from_table
from monotown.sensitivity.weights import Settings, weight_sensitivity
from monotown.sensitivity.year import cases_of


def sensitivity(view: str, table: str, views: str, measures: str, out: dict[str, str], settings: Settings) -> None:
    prepared = from_table(read_table(table, PREPARED), view, read_yaml(views)[view], read_yaml(measures))
    kind = join_kinds(prepared.rows["kind"])
    found = weight_sensitivity(view, kind, prepared.model, cases_of(prepared), settings)
    for name, path in out.items():
        write_table(found[name], path)


i, options = snakemake.input, snakemake.params.sensitivity
settings = Settings(
    seed=snakemake.params.seed,
    draws=options["draws"],
    weight_cv=options["weight_cv"],
    interval=tuple(options["interval"]),
    schemes=tuple(options["schemes"]),
)
view, out = snakemake.wildcards.view, dict(snakemake.output.items())
run(lambda: sensitivity(view, i.prepared, i.views, i.measures, out, settings))
