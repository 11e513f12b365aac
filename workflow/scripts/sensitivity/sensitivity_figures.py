"""Figures of the sensitivity of one view, for its last year."""

from monotown.workflow import read_table, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from monotown.index.build import SCORES
from monotown.methods.register import own_words
from monotown.sensitivity import tables
from monotown.sensitivity.figures import weight_figures


def main(view: str, scores: str, found: dict[str, str], labels: dict, out: dict[str, list[str]], options: dict) -> None:
    schemas = {
        "rank_intervals": tables.rank_intervals(options["interval"]),
        "rank_acceptability": tables.RANK_ACCEPTABILITY,
        "drop_one": tables.DROP_ONE,
        "schemes": tables.SCHEMES,
        "scheme_status": tables.SCHEME_STATUS,
        "agreement": tables.AGREEMENT,
        "weight_space": tables.WEIGHT_SPACE,
    }
    read = {name: read_table(found[name], schema) for name, schema in schemas.items()}
    draws = weight_figures(view, read, read_table(scores, SCORES), options)
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
        snakemake.params.sensitivity,
    )
)
