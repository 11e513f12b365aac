"""Join the facts of all chapters."""

from monotown.workflow import read_table, run, write_table

from monotown.show.facts import join_facts
from monotown.show.prose import FACTS

run(lambda: write_table(join_facts(read_table(part, FACTS) for part in snakemake.input.parts), snakemake.output[0]))
