"""Indicators of every view; a value outside its plausible bounds is told."""

from monotown.workflow import read_table, read_yaml, run, write_table

import sys

from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.data.plausible import DOUBTFUL, FIGURES
from monotown.index import behind
from monotown.index.catalogue import catalogue_of
from monotown.index.indicators import compute_indicators, doubt_warnings


def main(configs: dict[str, str], observations: list[str], out: dict[str, str]) -> None:
    catalogue = catalogue_of(**{name: read_yaml(file) for name, file in configs.items()})
    found = compute_indicators(*(read_table(o, OBSERVATIONS) for o in observations), catalogue)
    for line in doubt_warnings(found.doubtful):
        print(line, file=sys.stderr)
    write_table(found.doubtful, out["doubtful"], DOUBTFUL, own_units=FIGURES)
    # computed values have the digits of tables already; figures as they were read keep theirs
    write_table(found.table, out["indicators"], INDICATORS, exact=True)
    write_table(found.figures, out["figures"], behind.FIGURES, exact=True)
    write_table(found.formulas, out["formulas"], behind.FORMULAS)


i = snakemake.input
names = ("indicators", "measures", "views", "variables", "units")
run(lambda: main({n: i[n] for n in names}, [i.observations, i.constant], dict(snakemake.output.items())))
