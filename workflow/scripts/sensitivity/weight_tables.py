"""Tables of the weighting sensitivity."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.index.admissible import scale_of
from monotown.index.build import SCORES
from monotown.index.prepare import view_model
from monotown.sensitivity.printed import weight_tables
from monotown.sensitivity.tables import DROP_ONE, SCHEME_WEIGHTS, SCHEMES
from monotown.sensitivity.tables import rank_intervals as intervals_schema
from monotown.show.printed import source_ids


def tables(ends: dict[str, str], found: dict, interval: tuple[float, float], out: dict[str, str]) -> None:
    config, measures = read_yaml(found["views"]), read_yaml(found["measures"])
    for i, (view, end) in enumerate(ends.items()):
        scores = read_table(found["scores"][i], SCORES)
        intervals = read_table(found["rank_intervals"][i], intervals_schema(interval))
        # the last year in which units are ranked; where there is none, the tables have no row
        year = scores["year"].max() if intervals.empty else intervals["year"].max()
        made = weight_tables(
            int(year),
            "; ".join(source_ids(scores)),
            scale_of(view_model(view, config[view], measures, found["views"])),
            intervals=intervals,
            schemes=read_table(found["schemes"][i], SCHEMES),
            weights=read_table(found["scheme_weights"][i], SCHEME_WEIGHTS),
            dropped=read_table(found["drop_one"][i], DROP_ONE),
        )
        for name, table in made.items():
            write_table(table, out[f"{name}{end}"])


run(
    lambda: tables(
        snakemake.params.ends,
        dict(snakemake.input.items()),
        tuple(snakemake.params.interval),
        dict(snakemake.output.items()),
    )
)
