"""Totals against sums of regions, and sources against one another."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.base.problems import Problems
from monotown.base.tables import OBSERVATIONS
from monotown.data.crosswalk import compare_sources, told_by_totals, totals_checks
from monotown.data.units import Units


def checks(observations: str, units: str, variables: str, comparisons: str, constant: str, out: dict[str, str]) -> None:
    seen = read_table(observations, OBSERVATIONS)
    areas, measured = Units(read_yaml(units)), read_yaml(variables)
    official = seen[seen["kind"] == "official"]
    codes = areas.set(constant) if constant else ()
    totals = totals_checks(official, areas, measured, codes)
    problems = Problems()
    for variable, year, _, unit in told_by_totals(totals, official, areas, measured, codes):
        where = f"variable {variable}, year {year}, unit {unit}"
        problems.add(out["totals"], where, "a figure that tells it", "what the office hides, hidden")
    problems.stop()
    write_table(totals, out["totals"])
    write_table(compare_sources(seen, read_yaml(comparisons), measured, areas.country), out["comparison"])


i = snakemake.input
run(
    lambda: checks(
        i.observations, i.units, i.variables, i.comparisons, snakemake.params.constant, dict(snakemake.output.items())
    )
)
