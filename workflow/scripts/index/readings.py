"""Ranks of a view's units under other readings of its indicators."""

from monotown.workflow import read_table, read_text_table, read_yaml, run, write_table

from monotown.base.tables import OBSERVATIONS
from monotown.index.catalogue import catalogue_of
from monotown.index.readings import READING_RANKS, reading_ranks


def main(
    view: str, configs: dict[str, str], observations: list[str], judgments: list[str], seed: int, out: str
) -> None:
    catalogue = catalogue_of(**{name: read_yaml(file) for name, file in configs.items()})
    seen = [read_table(o, OBSERVATIONS) for o in observations]
    judged = [read_text_table(j) if j.endswith(".csv") else read_yaml(j) for j in judgments]
    ranks = reading_ranks(*seen, catalogue, view, seed, next(iter(judged), None))
    write_table(ranks, out, READING_RANKS)


i = snakemake.input
names = ("indicators", "measures", "views", "variables", "units")
run(
    lambda: main(
        snakemake.wildcards.view,
        {n: getattr(i, n) for n in names},
        [i.observations, i.constant],
        list(i.judgments),
        snakemake.params.seed,
        snakemake.output[0],
    )
)
