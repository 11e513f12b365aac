"""Figures of the correlations and of the real importance of one view."""

from monotown.figures.structure import correlations, importance
from monotown.index.stage import SCORES
from monotown.labels import LANGUAGES, Labels
from monotown.structure import CORRELATIONS, IMPORTANCE
from monotown_workflow import read_labels, read_table, read_yaml, run, write_figures


def main(
    view: str, tables: list[str], views: str, measures: str, words: list[str], out: dict[str, str]
) -> None:
    extra = {f"view.{view}": read_yaml(views)[view]["label"]}
    extra |= {f"measure.{m}": entry["label"] for m, entry in read_yaml(measures).items()}
    labels = {language: read_labels(words, language, extra) for language in LANGUAGES}
    pairs, shares = read_table(tables[0], CORRELATIONS), read_table(tables[1], IMPORTANCE)
    codes = {c for cell in read_table(tables[2], SCORES)["source"] for c in cell.split("; ")}

    def source(labels: Labels) -> str:
        named = [f"source.{c}" for c in sorted(codes - {""})]
        return "; ".join(labels(s) if labels.has(s) else s.split(".", 1)[1] for s in named)

    for draw, table, files in (
        (correlations, pairs, out["correlations"]),
        (importance, shares, out["importance"]),
    ):
        write_figures(
            lambda w, draw=draw, table=table: draw(table, labels=w, view=view, source=source(w)),
            labels,
            files,
        )


i = snakemake.input
run(
    lambda: main(
        snakemake.wildcards.view, [i.correlations, i.importance, i.scores], i.views, i.measures,
        list(i.labels), dict(snakemake.output.items()),
    )
)  # fmt: skip
