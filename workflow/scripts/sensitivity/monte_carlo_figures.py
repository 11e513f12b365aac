"""Figures of the joint analyses."""

from monotown.workflow import read_table, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from pathlib import Path

from monotown.base.tables import join_kinds
from monotown.index.build import SCORES
from monotown.methods.register import own_words
from monotown.sensitivity import tables
from monotown.sensitivity.figures import monte_carlo_figures


def main(
    figures: dict[str, tuple[str, str, str]],
    found: dict[str, list[str]],
    labels: dict,
    out: list[str],
    settings: dict[str, dict],
) -> None:
    pairs = list(dict.fromkeys((view, analysis) for view, analysis, _ in figures.values()))
    for place, (view, analysis) in enumerate(pairs):
        options = settings[analysis]
        schemas = {
            "rank_intervals": tables.rank_intervals(options["interval"]),
            "rank_acceptability": tables.RANK_ACCEPTABILITY,
            "pairwise": tables.PAIRWISE,
            "convergence": tables.CONVERGENCE,
            "levels": tables.LEVELS,
            "scores": SCORES,
        }
        read = {name: read_table(found[name][place], schema) for name, schema in schemas.items()}
        kind = join_kinds(read["rank_intervals"]["kind"])
        draws = monte_carlo_figures(view, read, read["scores"], options, analysis, kind)
        for name, of in figures.items():
            if tuple(of[:2]) == (view, analysis):
                files = [o for o in out if Path(o).name.split(".")[0] == name]
                write_figures(draws[of[2]], labels, files)


i, p = snakemake.input, snakemake.params
run(
    lambda: main(
        p.figures, dict(i.items()), step_labels(i, p.labels, own_words()), list(snakemake.output), p.sensitivity
    )
)
