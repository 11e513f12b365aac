"""Figures of the hypothesis: errors and regions, the specification curve, size and power."""

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
        lambda w: draw.errors(
            t["errors"], t["leave_out"], t["verdict"], labels=w, source=source_words(ids["errors"], w)
        ),
        labels,
        out["errors"],
    )
    write_figures(
        lambda w: draw.curve(
            t["specifications"],
            t["curve"],
            level=t["verdict"]["level"].iloc[0],
            labels=w,
            source=source_words(ids["specifications"], w),
        ),
        labels,
        out["curve"],
    )
    write_figures(
        lambda w: draw.power(t["power"], t["verdict"], labels=w, source=source_words(ids["power"], w)),
        labels,
        out["power"],
    )


i = snakemake.input
names = ("errors", "leave_out", "verdict", "specifications", "curve", "power")
run(
    lambda: main(
        {n: getattr(i, n) for n in names}, step_labels(i, snakemake.params.labels), dict(snakemake.output.items())
    )
)
