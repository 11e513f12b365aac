"""Figures of the sensitivity of one view, for its last year."""

from monotown.workflow import read_table, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from monotown.index.build import SCORES
from monotown.methods.register import own_words
from monotown.sensitivity import tables
from monotown.sensitivity.figures import weight_figures


def main(
    view: str, scores: str, found: dict[str, str], labels: dict, out: dict[str, list[str]], order: list[str]
) -> None:
    schemas = {
        "drop_one": tables.DROP_ONE,
        "schemes": tables.SCHEMES,
        "scheme_status": tables.SCHEME_STATUS,
        "agreement": tables.AGREEMENT,
    }
    read = {name: read_table(found[name], schema) for name, schema in schemas.items()}
    draws = weight_figures(view, read, read_table(scores, SCORES), order)
    for name, files in out.items():
        write_figures(draws[name], labels, files)


i = snakemake.input
run(
    lambda: main(
        snakemake.wildcards.view,
        i.scores,
        dict(i.items()),
        step_labels(i, snakemake.params.labels, own_words()),
        dict(snakemake.output.items()),
        list(snakemake.params.schemes),
    )
)
