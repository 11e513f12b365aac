"""Scores of each view of several years, with their limits."""

from monotown.workflow import read_table, read_yaml, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from functools import partial

from monotown.index.admissible import scale_of
from monotown.index.build import COMPARISON, SCORES
from monotown.index.figures import over_time
from monotown.index.prepare import view_model
from monotown.sensitivity.change import change_schema, fan_of, fan_schema
from monotown.show.printed import source_ids, source_words


def main(files: dict, labels: dict, marked: list[str], limits: tuple, sure: float, out: dict[str, list[str]]) -> None:
    config, measures = read_yaml(files["indices"]), read_yaml(files["scales"])
    schemas = {"scores": SCORES, "comparison": COMPARISON, "change": change_schema(limits), "fan": fan_schema(limits)}
    for i, (name, pictures) in enumerate(out.items()):
        scores, comparison, *told = (read_table(files[key][i], schema) for key, schema in schemas.items())
        model = view_model(name, config[name], measures, files["indices"])
        known = {"view": name, "root": model.tree.id, "scale": scale_of(model), "marked": marked}
        ids, fan = source_ids(scores), fan_of(*told, limits, sure)
        draw = partial(over_time, scores, comparison, fan=fan, **known)
        write_figures(lambda w, draw=draw, ids=ids: draw(labels=w, source=source_words(ids, w)), labels, pictures)


i, p = snakemake.input, snakemake.params
run(
    lambda: main(
        dict(i.items()), step_labels(i, p.labels), p.marked, tuple(p.interval), p.sure, dict(snakemake.output.items())
    )
)
