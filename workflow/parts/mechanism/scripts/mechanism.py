"""Tables of the mechanism: levers, allocation, feedback, Sobol indices, graph."""

from monotown.workflow import read_table, read_text_table, read_yaml, run, write_table
from monotown.workflow.config import key_lines

import pandas as pd

from monotown.base.schemas import schema_problems
from monotown.base.tables import OBSERVATIONS
from monotown.index.prepared import PREPARED, from_table
from monotown.mechanism.build import build_mechanism, read_points
from monotown.mechanism.tables import SCHEMAS
from monotown.show.graphs import read_graphs


def main(files: dict, views: list[str], seed: int, out: dict[str, str]) -> None:
    path = files["mechanism"]
    config = read_yaml(path)
    found = schema_problems(config, read_yaml(files["schema"]), path, key_lines(path))
    passages = read_text_table(files["passages"]).astype({"line_from": int, "line_to": int})
    graphs = read_graphs(read_yaml(files["graphs"]), read_yaml(files["graphs_schema"]), passages, files["graphs"])
    entries, measures = read_yaml(files["views"]), read_yaml(files["measures"])
    prepared = {
        view: from_table(read_table(path, PREPARED), view, entries[view], measures)
        for view, path in zip(views, files["prepared"], strict=True)
    }
    seen = pd.concat([read_table(o, OBSERVATIONS) for o in files["observations"]])
    points, graph = read_points(config, found, entries, measures, prepared, seen, graphs, path)
    built = build_mechanism(points, config, graph, seed)
    for name, target in out.items():
        write_table(getattr(built, name), target, SCHEMAS[name])


i, p = snakemake.input, snakemake.params
run(lambda: main(dict(i.items()), p.views, p.seed, dict(snakemake.output.items())))
