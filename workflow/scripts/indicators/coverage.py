"""Which entries of the catalogue can be computed, for which units and years."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.base.tables import INDICATORS
from monotown.index.catalogue import catalogue_of
from monotown.index.coverage import COVERAGE, COVERAGE_MATRIX, coverage_matrix, coverage_table


def main(configs: dict[str, str], table: str, coverage: str, matrix: str) -> None:
    catalogue = catalogue_of(**{name: read_yaml(file) for name, file in configs.items()})
    indicators = read_table(table, INDICATORS)
    write_table(coverage_table(indicators, catalogue), coverage, COVERAGE)
    write_table(coverage_matrix(indicators, catalogue), matrix, COVERAGE_MATRIX)


i, o = snakemake.input, snakemake.output
names = ("indicators", "measures", "views", "variables", "units")
run(lambda: main({n: i[n] for n in names}, i.table, o.coverage, o.matrix))
