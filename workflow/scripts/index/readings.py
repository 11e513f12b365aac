"""Ranks of a view's units under other readings of its indicators."""

from monotown_workflow import read_table, read_text_table, read_yaml, run, write_table
from monotown_workflow.config import key_lines

from monotown.catalogue import Config, check_catalogue
from monotown.readings import READING_RANKS, reading_ranks
from monotown.tables import OBSERVATIONS


def main(
    view: str, configs: dict[str, str], observations: list[str], judgments: list[str], seed: int,
    out: str,
) -> None:  # fmt: skip
    catalogue = check_catalogue(
        **{
            name: Config(file, read_yaml(file), None, key_lines(file))
            for name, file in configs.items()
        }
    )
    seen = [read_table(o, OBSERVATIONS) for o in observations]
    judged = [read_text_table(j) if j.endswith(".csv") else read_yaml(j) for j in judgments]
    ranks = reading_ranks(*seen, catalogue, view, seed, next(iter(judged), None))
    write_table(ranks, out, READING_RANKS)


i = snakemake.input
names = ("indicators", "measures", "views", "variables", "units")
run(
    lambda: main(
        snakemake.wildcards.view, {n: getattr(i, n) for n in names}, [i.observations, i.constant],
        list(i.judgments), snakemake.params.seed, snakemake.output[0],
    )
)  # fmt: skip
