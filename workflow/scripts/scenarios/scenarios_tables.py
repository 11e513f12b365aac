"""Tables of the scenarios for print, and the numbers that the prose quotes of them."""

from monotown.report.scenarios import scenario_tables
from monotown_workflow import read_table, read_yaml, run, write_table


def main(tables: dict[str, str], settings: str, files: list[str], order, out) -> None:
    made = scenario_tables(
        {name: read_table(path) for name, path in tables.items()},
        {path: read_yaml(path) for path in files},
        read_yaml(settings),
        order["hierarchies"],
        order["scenarios"],
    )
    for name, path in out.items():
        write_table(made[name], path)


i, p = snakemake.input, snakemake.params
run(
    lambda: main(
        {name: i[name] for name in p.tables}, i.settings, list(i.files), p.order,
        dict(snakemake.output.items()),
    )
)  # fmt: skip
