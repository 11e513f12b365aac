"""Figures of the Sobol indices and of what would change the answer, for a view's last year."""

from monotown_workflow import read_labels, read_table, read_yaml, run
from monotown_workflow.figures import write_figures

from monotown.figures.flips import FIGURES, view_figures
from monotown.figures.sensitivity import reader_texts
from monotown.index.stage import SCORES
from monotown.labels import LANGUAGES
from monotown.sensitivity import flips, sobol_view


def main(
    view: str, files: dict[str, str], words: list[str], out: dict[str, list[str]],
    interval: tuple[float, float],
) -> None:  # fmt: skip
    names = ("units", "views", "measures", "sources")
    texts = reader_texts(**{n: read_yaml(files[n]) for n in names})
    entries = read_yaml(files["indicators"])["indicators"]
    texts |= {f"indicator.{k}": entry["label"] for k, entry in entries.items()}
    labels = {language: read_labels(words, language, texts) for language in LANGUAGES}
    schemas = {**sobol_view.TABLES, **flips.TABLES}
    needed = [n for group in FIGURES.values() for n in group]
    tables = {n: read_table(files[n], schemas[n]) for n in needed}
    draws = view_figures(view, tables, read_table(files["scores"], SCORES), interval)
    for name, paths in out.items():
        write_figures(draws[name], labels, paths)


run(
    lambda: main(
        snakemake.wildcards.view, dict(snakemake.input.items()), list(snakemake.input.labels),
        dict(snakemake.output.items()), tuple(snakemake.params.interval),
    )
)  # fmt: skip
