"""Tables of the degree holders, and what is assumed."""

from monotown.workflow import read_labels, read_table, read_yaml, run, write_table

from monotown.cohort.build import NEEDS, POSTERIORS, PROJECTIONS
from monotown.cohort.chapter import cohort_assumptions, course_table, needs_table, posterior_table, prior_table
from monotown.show.words import words_of


def tables(cohort: str, posteriors: str, projections: str, needs: str, groups: list[str], out: dict[str, str]) -> None:
    config, fitted = read_yaml(cohort), read_table(posteriors, POSTERIORS)
    made = {
        "cohort_priors": prior_table(config, fitted),
        "cohort_posteriors": posterior_table(fitted),
        "cohort_courses": course_table(config, read_table(projections, PROJECTIONS)),
        "cohort_needs": needs_table(read_table(needs, NEEDS)),
    }
    names = words_of("prior", config["priors"]) | words_of("course", config["courses"])
    made["assumptions"] = cohort_assumptions(config, read_labels(groups, names))
    for name, path in out.items():
        write_table(made[name], path)


i, p = snakemake.input, snakemake.params
run(lambda: tables(i.cohort, i.posteriors, i.projections, i.needs, p.labels, dict(snakemake.output.items())))
