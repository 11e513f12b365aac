"""Join the facts of all chapters."""

from monotown_workflow import read_table, run, write_table

from monotown.report.facts import join_facts
from monotown.report.prose import FACTS

run(
    lambda: write_table(
        join_facts(read_table(part, FACTS) for part in snakemake.input.parts), snakemake.output[0]
    )
)
