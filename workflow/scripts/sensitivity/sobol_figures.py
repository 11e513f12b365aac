"""Figures of the Sobol indices and of what would change the answer, for a view's last year."""

from monotown.workflow import read_labels, read_table, read_yaml, run
from monotown.workflow.figures import write_figures
from monotown.workflow.sources import read_sources

from typing import Any

from monotown.index.build import SCORES
from monotown.sensitivity import sobol_choices as sobol_view
from monotown.sensitivity import stability
from monotown.sensitivity.figures import reader_texts
from monotown.sensitivity.figures_stability import FIGURES, view_figures


def main(
    view: str, files: dict[str, Any], words: list[str], out: dict[str, list[str]], interval: tuple[float, float]
) -> None:
    names = ("units", "views", "measures")
    sources = read_sources(files["sources"])
    texts = reader_texts(**{n: read_yaml(files[n]) for n in names}, sources=sources)
    entries = read_yaml(files["indicators"])["indicators"]
    texts |= {f"indicator.{k}": entry["label"] for k, entry in entries.items()}
    labels = read_labels(words, texts)
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
