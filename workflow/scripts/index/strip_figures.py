"""The ranked strip of each index: every unit by its score."""

from monotown.workflow import read_table, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from monotown.index.figures_strip import strip
from monotown.show.printed import source_ids, source_words


def main(tables: dict[str, str], labels: dict, settings: dict, out: dict[str, list[str]]) -> None:
    for name, path in tables.items():
        table = read_table(path)
        ids = source_ids(table)

        def draw(words, table=table, ids=ids, name=name):
            return strip(table, labels=words, view=name, source=source_words(ids, words), **settings)

        write_figures(draw, labels, out[name])


i, p = snakemake.input, snakemake.params
run(
    lambda: main(
        dict(zip(p.names, i.tables, strict=True)),
        step_labels(i, p.labels),
        dict(p.settings),
        {name: list(files) for name, files in snakemake.output.items()},
    )
)
