"""Figures of the Sobol indices and of what would change the answer, for a view's last year."""

from monotown.workflow import read_table, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from typing import Any

from monotown.index.build import SCORES
from monotown.sensitivity import sobol_choices as sobol_view
from monotown.sensitivity import stability
from monotown.sensitivity.figures_stability import FIGURES, view_figures


def main(
    view: str, files: dict[str, Any], groups: list[str], out: dict[str, list[str]], interval: tuple[float, float]
) -> None:
    labels = step_labels(files, groups)
    schemas = {**sobol_view.TABLES, **stability.TABLES}
    needed = [n for group in FIGURES.values() for n in group]
    tables = {n: read_table(files[n], schemas[n]) for n in needed}
    draws = view_figures(view, tables, read_table(files["scores"], SCORES), interval)
    for name, paths in out.items():
        write_figures(draws[name], labels, paths)


run(
    lambda: main(
        snakemake.wildcards.view,
        dict(snakemake.input.items()),
        list(snakemake.params.labels),
        dict(snakemake.output.items()),
        tuple(snakemake.params.interval),
    )
)
