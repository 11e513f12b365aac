"""Figures of the correlations and of the real importance of one view."""

from functools import partial

from monotown.figures.structure import correlations, importance
from monotown.labels import LANGUAGES
from monotown.structure import CORRELATIONS, IMPORTANCE
from monotown_workflow import read_labels, read_table, read_yaml, run, write_figures


def main(
    view: str, tables: tuple[str, str], views: str, measures: str, words: list[str],
    source: str, outputs: list[str],
) -> None:  # fmt: skip
    extra = {f"view.{view}": read_yaml(views)[view]["label"]}
    extra |= {f"measure.{m}": entry["label"] for m, entry in read_yaml(measures).items()}
    labels = {language: read_labels(words, language, extra) for language in LANGUAGES}
    pairs = read_table(tables[0], CORRELATIONS)
    shares = read_table(tables[1], IMPORTANCE)
    for name, draw in (
        ("correlations", partial(correlations, pairs, view=view, source=source)),
        ("importance", partial(importance, shares, view=view, source=source)),
    ):
        mine = [o for o in outputs if f"/{name}_" in o]
        write_figures(lambda words, draw=draw: draw(labels=words), labels, mine)


if __name__ == "__main__":
    run(
        lambda: main(
            snakemake.wildcards.view,
            (snakemake.input.correlations, snakemake.input.importance),
            snakemake.input.views,
            snakemake.input.measures,
            list(snakemake.input.labels),
            snakemake.params.source,
            list(snakemake.output),
        )
    )
