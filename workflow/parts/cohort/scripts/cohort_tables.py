"""Tables of the degree holders, and what is assumed."""

from monotown.workflow import read_table, read_text_table, read_yaml, run, write_table

from monotown.cohort.build import NEEDS, POSTERIORS, PROJECTIONS
from monotown.cohort.chapter import cohort_assumptions, course_table, needs_table, posterior_table, prior_table
from monotown.show.words import labels_from


def tables(cohort: str, posteriors: str, projections: str, needs: str, words: str, out: dict[str, str]) -> None:
    config, fitted = read_yaml(cohort), read_table(posteriors, POSTERIORS)
    made = {
        "cohort_priors": prior_table(config, fitted),
        "cohort_posteriors": posterior_table(fitted),
        "cohort_courses": course_table(config, read_table(projections, PROJECTIONS)),
        "cohort_needs": needs_table(read_table(needs, NEEDS)),
    }
    made["assumptions"] = cohort_assumptions(config, labels_from(read_text_table(words)))
    for name, path in out.items():
        write_table(made[name], path)


i = snakemake.input
run(lambda: tables(i.cohort, i.posteriors, i.projections, i.needs, i.words, dict(snakemake.output.items())))
