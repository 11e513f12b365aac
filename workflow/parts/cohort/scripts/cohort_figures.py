"""Figures of the cohort of degree holders."""

from monotown.workflow import read_table, read_yaml, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from monotown.cohort import build
from monotown.cohort.figures import drawings
from monotown.show.printed import source_ids, source_words
from monotown.show.words import words_of


def main(files: dict, groups: list[str], out: dict[str, list[str]]) -> None:
    config = read_yaml(files["cohort"])
    names = ("series", "ridge", "posteriors", "draws", "projections", "needs")
    tables = {name: read_table(files[name], getattr(build, name.upper())) for name in names}
    ids = source_ids(tables["series"])
    labels = step_labels(files, groups, words_of("prior", config["priors"]) | words_of("course", config["courses"]))
    draws = drawings(tables, config)
    for name, paths in out.items():
        write_figures(lambda w, draw=draws[name]: draw(w, source_words(ids, w)), labels, paths)


run(lambda: main(dict(snakemake.input.items()), snakemake.params.labels, dict(snakemake.output.items())))
