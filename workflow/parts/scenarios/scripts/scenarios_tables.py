"""Tables of the scenarios for print, and the best ones for the marked units."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.index.admissible import scale_of
from monotown.index.prepare import view_model
from monotown.scenarios.chapter import scenario_tables


def main(tables: dict[str, str], settings: str, views: str, measures: str, files: list[str], order, out) -> None:
    config = read_yaml(settings)
    view = config["views"][0]
    made = scenario_tables(
        {name: read_table(path) for name, path in tables.items()},
        {path: read_yaml(path) for path in files},
        config,
        order["hierarchies"],
        order["scenarios"],
        scale_of(view_model(view, read_yaml(views)[view], read_yaml(measures), views)),
    )
    for name, path in out.items():
        write_table(made[name], path)


i, p = snakemake.input, snakemake.params
run(
    lambda: main(
        {name: i[name] for name in p.tables},
        i.settings,
        i.views,
        i.measures,
        list(i.files),
        p.order,
        dict(snakemake.output.items()),
    )
)
