"""Join the facts of all chapters."""

from monotown.report.facts import join_facts
from monotown.report.prose import FACTS
from monotown_workflow import read_table, run, write_table

run(
    lambda: write_table(
        join_facts(read_table(part, FACTS) for part in snakemake.input.parts), snakemake.output[0]
    )
)
