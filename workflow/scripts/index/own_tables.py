"""Tables of each index of a run on own data: ranks with their intervals, scores over the years, weights."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.index.admissible import scale_of
from monotown.index.build import COMPARISON, SCORES, WEIGHTS
from monotown.index.prepare import view_model
from monotown.index.printed import View
from monotown.index.ranked import own_tables
from monotown.sensitivity.tables import rank_intervals


def tables(names: list[str], found: dict, interval: tuple[float, float], out: dict[str, str]) -> None:
    config, measures = read_yaml(found["views"]), read_yaml(found["measures"])
    views, intervals, weights = {}, {}, {}
    for i, name in enumerate(names):
        model = view_model(name, config[name], measures, found["views"])
        scores, comparison = read_table(found["scores"][i], SCORES), read_table(found["comparison"][i], COMPARISON)
        views[name] = View(model.tree.id, tuple(model.blocks), scores, comparison, scale_of(model))
        intervals[name] = read_table(found["intervals"][i], rank_intervals(interval))
        weights[name] = read_table(found["weights"][i], WEIGHTS)
    for name, table in own_tables(views, intervals, weights).items():
        if name in out:
            write_table(table, out[name])


i, p = snakemake.input, snakemake.params
run(lambda: tables(p.names, dict(i.items()), tuple(p.interval), dict(snakemake.output.items())))
