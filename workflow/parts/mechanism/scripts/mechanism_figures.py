"""Figures of the mechanism: budget, feedback, Sobol indices."""

from monotown.workflow import read_table, read_yaml, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels
from monotown.workflow.words import label_texts

from monotown.mechanism.chapter import mechanism_words
from monotown.mechanism.figures import allocation, feedback, sobol
from monotown.mechanism.tables import SCHEMAS
from monotown.show.printed import source_ids, source_words


def main(files: dict, groups: list[str], out: dict[str, list[str]]) -> None:
    config = read_yaml(files["mechanism"])
    labels = step_labels(files, groups, mechanism_words(config, label_texts(groups)))
    names = ("levers", "allocation", "frontier", "feedback", "sobol")
    read = {name: read_table(files[name], SCHEMAS[name]) for name in names}
    order = list(config["levers"])
    ids, levers = source_ids(read["frontier"]), read["levers"]
    draws = {
        "allocation": lambda w: allocation(
            levers,
            read["allocation"],
            read["frontier"],
            labels=w,
            order=order,
            per=config["per"],
            source=source_words(ids, w),
        ),
        "feedback": lambda w: feedback(
            levers, read["feedback"], read["frontier"], labels=w, source=source_words(ids, w)
        ),
        "sobol": lambda w: sobol(
            levers,
            read["sobol"],
            labels=w,
            order=order,
            interval=config["interval"],
            years=config["sobol"]["years"],
            source=source_words(ids, w),
        ),
    }
    for name, paths in out.items():
        write_figures(draws[name], labels, paths)


i = snakemake.input
run(lambda: main(dict(i.items()), snakemake.params.labels, dict(snakemake.output.items())))
