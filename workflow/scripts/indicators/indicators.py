"""Every measure of every view, and which of the catalogue's indicators they cover."""

from monotown.workflow import read_table, read_yaml, run, write_table
from monotown.workflow.config import key_lines

import sys

from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.data.plausible import DOUBTFUL, FIGURES
from monotown.index.catalogue import Config, check_catalogue
from monotown.index.coverage import COVERAGE, COVERAGE_MATRIX, coverage_matrix, coverage_table
from monotown.index.indicators import compute_indicators, doubt_warnings


def main(configs: dict[str, str], schemas: list[str], observations: list[str], out: dict[str, str]) -> None:
    checked = dict(zip(("indicators", "measures", "views"), map(read_yaml, schemas), strict=True))
    catalogue = check_catalogue(
        **{name: Config(file, read_yaml(file), checked.get(name), key_lines(file)) for name, file in configs.items()}
    )
    found = compute_indicators(*(read_table(o, OBSERVATIONS) for o in observations), catalogue)
    table = found.table
    for line in doubt_warnings(found.doubtful):
        print(line, file=sys.stderr)
    write_table(found.doubtful, out["doubtful"], DOUBTFUL, own_units=FIGURES)
    write_table(table, out["indicators"], INDICATORS, own_units=["value"])
    write_table(coverage_table(table, catalogue), out["coverage"], COVERAGE)
    write_table(coverage_matrix(table, catalogue), out["matrix"], COVERAGE_MATRIX)


i = snakemake.input
names = ("indicators", "measures", "views", "variables", "units")
run(
    lambda: main(
        {n: getattr(i, n) for n in names}, i.schemas, [i.observations, i.constant], dict(snakemake.output.items())
    )
)
