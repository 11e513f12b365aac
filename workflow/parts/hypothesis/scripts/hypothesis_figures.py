"""Figures of the hypothesis: a forest of estimates, size and power."""

from monotown.workflow import read_table, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from monotown.hypothesis import figures as draw
from monotown.hypothesis.tables import SCHEMAS
from monotown.show.printed import source_ids, source_words


def main(tables: dict[str, str], labels: dict, out: dict[str, str]) -> None:
    t = {name: read_table(path, SCHEMAS[name]) for name, path in tables.items()}
    ids = {name: source_ids(table) for name, table in t.items()}
    write_figures(
        lambda w: draw.forest(
            t["errors"], t["estimates"], t["leave_out"], t["verdict"], labels=w, source=source_words(ids["errors"], w)
        ),
        labels,
        out["forest"],
    )
    write_figures(
        lambda w: draw.power(t["power"], t["verdict"], labels=w, source=source_words(ids["power"], w)),
        labels,
        out["power"],
    )


i = snakemake.input
names = ("errors", "estimates", "leave_out", "verdict", "power")
run(
    lambda: main(
        {n: getattr(i, n) for n in names}, step_labels(i, snakemake.params.labels), dict(snakemake.output.items())
    )
)
