"""Tables of the weighting sensitivity."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.index.admissible import scale_of
from monotown.index.build import SCORES
from monotown.index.prepare import view_model
from monotown.sensitivity.printed import weight_tables
from monotown.sensitivity.tables import DROP_ONE, SCHEME_WEIGHTS, SCHEMES
from monotown.sensitivity.tables import rank_intervals as intervals_schema
from monotown.show.printed import source_ids


def tables(view: str, found: dict[str, str], interval: tuple[float, float], out: dict[str, str]) -> None:
    config, measures = read_yaml(found["views"]), read_yaml(found["measures"])
    scores = read_table(found["scores"], SCORES)
    year = int(scores["year"].max())
    intervals = read_table(found["rank_intervals"], intervals_schema(interval))
    made = weight_tables(
        year,
        "; ".join(source_ids(scores)),
        scale_of(view_model(view, config[view], measures, found["views"])),
        intervals=intervals,
        schemes=read_table(found["schemes"], SCHEMES),
        weights=read_table(found["scheme_weights"], SCHEME_WEIGHTS),
        dropped=read_table(found["drop_one"], DROP_ONE),
    )
    for name, path in out.items():
        write_table(made[name], path)


run(
    lambda: tables(
        snakemake.params.view,
        dict(snakemake.input.items()),
        tuple(snakemake.params.interval),
        dict(snakemake.output.items()),
    )
)
