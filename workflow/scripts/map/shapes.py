"""Shapes of the units for maps: areas in each set of borders, towns as points."""

from monotown.workflow import read_yaml, run, write_table
from monotown.workflow.shapes import sources_of

from monotown.data.shapes import SHAPES, shapes


def main(spec: str, units: str, marked: list[str], town: list[str], out: str) -> None:
    known = read_yaml(units)
    write_table(shapes(sources_of(read_yaml(spec), known), known, marked, town), out, SHAPES)


i, p = snakemake.input, snakemake.params
run(lambda: main(i.spec, i.units, list(p.marked), list(p.town), snakemake.output[0]))
