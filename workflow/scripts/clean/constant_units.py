"""Official observations in constant borders, and what merging kept."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.base.tables import OBSERVATIONS
from monotown.data.crosswalk import constant_units, crosswalk_checks
from monotown.data.units import Units


def constant(observations: str, units: str, variables: str, constant_set: str, out: dict[str, str]) -> None:
    seen = read_table(observations, OBSERVATIONS)
    areas, measured = Units(read_yaml(units)), read_yaml(variables)
    merged = constant_units(seen, areas, measured, areas.set(constant_set) if constant_set else ())
    write_table(merged, out["observations"], OBSERVATIONS, exact=True)
    write_table(crosswalk_checks(seen, merged, areas, measured), out["checks"])


i = snakemake.input
run(lambda: constant(i.observations, i.units, i.variables, snakemake.params.constant, dict(snakemake.output.items())))
