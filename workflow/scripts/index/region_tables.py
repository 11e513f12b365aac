"""Tables of the regions, and what a place rests on."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.base.tables import INDICATORS, OBSERVATIONS, join_kinds
from monotown.index.admissible import scale_of
from monotown.index.build import COMPARISON, SCORES
from monotown.index.outlay import choices_table, external_table, outlay_table
from monotown.index.prepare import view_model
from monotown.index.printed import View, region_tables
from monotown.show.printed import source_ids


def tables(
    names: list[str],
    scores: list[str],
    comparisons: list[str],
    observations: str,
    indicators: str,
    views: str,
    measures: str,
    town: list[str],
    series: dict[str, str],
    outside: dict[str, str],
    shown: dict[str, str],
    out: dict[str, str],
) -> None:
    config, known = read_yaml(views), read_yaml(measures)
    found = {}
    for name, score, comparison in zip(names, scores, comparisons, strict=True):
        model = view_model(name, config[name], known, views)
        found[name] = View(
            model.tree.id,
            tuple(model.blocks),
            read_table(score, SCORES),
            read_table(comparison, COMPARISON),
            scale_of(model),
        )
    seen = read_table(observations, OBSERVATIONS)
    made = region_tables(found, seen, town, series, [shown["index"], shown["beside"]])
    today = shown["index"]
    index = today, config[today], known
    scores_today = made[f"scores_{today}"]
    kind, source = join_kinds(scores_today["kind"]), "; ".join(source_ids(scores_today))
    made |= {
        "outlay": outlay_table(read_table(indicators, INDICATORS), seen, *index, series),
        "choices": choices_table(*index).assign(kind=kind, source=source),
        "external": external_table(seen, **outside, series=series, year=int(scores_today["year"].iloc[0])),
    }
    for name, path in out.items():
        write_table(made[name], path)


i, p = snakemake.input, snakemake.params
run(
    lambda: tables(
        p.names,
        list(i.scores),
        list(i.comparisons),
        i.observations,
        i.indicators,
        i.views,
        i.measures,
        p.town,
        p.series,
        p.outside,
        p.shown,
        dict(snakemake.output.items()),
    )
)
