"""The monotowns as a table of reference: place, natural zone, last dated population."""

from monotown.workflow import read_text_table, read_yaml, run, write_table

from monotown.data.town_register import TOWN_REGISTER, town_register


def register(populations: str, zones: str, units: str, spec: str, out: str) -> None:
    areas, rules = read_yaml(units), read_yaml(spec)
    table = town_register(
        read_text_table(populations), read_text_table(zones), areas["sets"][rules["towns"]], areas, rules
    )
    write_table(table, out, TOWN_REGISTER, exact=True)


i = snakemake.input
run(lambda: register(i.populations, i.zones, i.units, i.spec, snakemake.output.towns))
