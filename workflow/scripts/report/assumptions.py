"""Every assumption behind what goes beyond the data, in one table."""

from monotown.workflow import read_table, run, write_table

from monotown.show.assumptions import ASSUMPTIONS, join_assumptions

i, parts = snakemake.input, snakemake.params.parts
run(
    lambda: write_table(
        join_assumptions({part: read_table(i[part], ASSUMPTIONS) for part in parts}), snakemake.output[0]
    )
)
