"""Figures of the Sobol indices and of what would change the answer, for a view's last year."""

from monotown.figures.flips import flips, stability
from monotown.figures.sensitivity import reader_texts, source_words
from monotown.figures.sobol import sobol
from monotown.index.stage import SCORES
from monotown.labels import LANGUAGES, Labels
from monotown.sensitivity import flips as changes
from monotown.sensitivity import sobol_view
from monotown_workflow import read_labels, read_table, read_yaml, run, write_figures


def main(
    view: str, config: dict[str, str], found: dict[str, str], words: list[str],
    out: dict[str, list[str]], interval: tuple[float, float],
) -> None:  # fmt: skip
    known = {name: read_yaml(path) for name, path in config.items()}
    entries = known.pop("indicators")["indicators"]
    texts = reader_texts(**known) | {f"indicator.{k}": e["label"] for k, e in entries.items()}
    labels = {language: read_labels(words, language, texts) for language in LANGUAGES}
    schemas = {**sobol_view.TABLES, **changes.TABLES, "scores": SCORES}
    last = {name: read_table(path, schemas[name]) for name, path in found.items()}
    last = {name: table[table["year"] == table["year"].max()] for name, table in last.items()}

    def bound(draw, *names: str, **more: object):
        def with_words(w: Labels):
            tables = (last[n] for n in names)
            return draw(
                *tables, labels=w, view=view, source=source_words(last["scores"], w), **more
            )

        return with_words

    draws = {
        "sobol": bound(sobol, "sobol", "interactions", interval=interval),
        "flips": bound(flips, "flips"),
        "stability": bound(stability, "stability_intervals"),
    }
    for name, files in out.items():
        write_figures(draws[name], labels, files)


i = snakemake.input
tables = ("sobol", "interactions", "flips", "stability_intervals", "scores")
run(
    lambda: main(
        snakemake.wildcards.view,
        {n: i[n] for n in ("units", "views", "measures", "sources", "indicators")},
        {n: i[n] for n in tables}, list(i.labels), dict(snakemake.output.items()),
        tuple(snakemake.params.interval),
    )
)  # fmt: skip
