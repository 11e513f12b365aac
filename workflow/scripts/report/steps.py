"""List every step with the files that it takes and makes."""

from monotown.workflow import read_yaml, run, write_table

from monotown.report.steps import STEPS, steps_table

i, p = snakemake.input, snakemake.params
run(lambda: write_table(steps_table(read_yaml(i.steps), p.results), snakemake.output[0], STEPS))
