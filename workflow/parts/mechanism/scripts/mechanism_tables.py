"""Tables and assumptions of the chapter on the mechanism."""

from monotown.workflow import read_table, read_yaml, run, write_table
from monotown.workflow.step_words import step_labels
from monotown.workflow.words import label_texts

from monotown.index.admissible import scale_of
from monotown.index.prepare import view_model
from monotown.mechanism.chapter import assumption_table, mechanism_tables, mechanism_words
from monotown.mechanism.tables import SCHEMAS
from monotown.show.assumptions import ASSUMPTIONS


def main(files: dict, groups: list[str], out: dict[str, str]) -> None:
    config = read_yaml(files["mechanism"])
    found = {name: read_table(files[name], schema) for name, schema in SCHEMAS.items()}
    words = step_labels(files, groups, mechanism_words(config, label_texts(groups)))
    figure = read_yaml(files["graphs"])[config["graph"]["figure"]]
    boxes = {node["id"]: node["label"] for node in figure["nodes"]}
    view = config["cases"][0]["view"]
    views, measures = read_yaml(files["indices"]), read_yaml(files["scales"])
    scale = scale_of(view_model(view, views[view], measures, files["indices"]))
    made = mechanism_tables(config, found, boxes, words["en"].texts, scale)
    made["assumptions"] = assumption_table(config, words)
    for name, path in out.items():
        write_table(made[name], path, ASSUMPTIONS if name == "assumptions" else None)


i = snakemake.input
run(lambda: main(dict(i.items()), snakemake.params.labels, dict(snakemake.output.items())))
