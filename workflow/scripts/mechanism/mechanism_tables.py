"""Tables, facts and assumptions of the chapter on the mechanism."""

from monotown.mechanism.stage import SCHEMAS
from monotown.report import mechanism as chapter
from monotown.report.assumptions import ASSUMPTIONS
from monotown.report.words import labels_from, words_of
from monotown_workflow import read_table, read_text_table, read_yaml, run, write_table


def main(files: dict, out: dict[str, str]) -> None:
    config = read_yaml(files["mechanism"])
    found = {name: read_table(files[name], schema) for name, schema in SCHEMAS.items()}
    words = labels_from(read_text_table(files["words"]))
    figure = read_yaml(files["graphs"])[config["graph"]["figure"]]
    boxes = words_of("box", {node["id"]: node for node in figure["nodes"]})
    labels = words["en"].texts
    target = next(iter(config["feedback"]["targets"]))
    made = {
        "mechanism_levers": chapter.lever_table(config, found["levers"]),
        "mechanism_responses": chapter.response_table(config, found["levers"]),
        "mechanism_optimum": chapter.optimum_table(found["frontier"], found["ranges"]),
        "mechanism_use": chapter.use_table(
            found["allocation"], found["levers"], found["ranges"], found["shadow_prices"]
        ),
        "mechanism_gains": chapter.gain_table(found["stability"], found["feedback"], target),
        "mechanism_graph": chapter.graph_table(
            found["graph"], {k.removeprefix("box."): v for k, v in boxes.items()}, labels
        ),
    }
    made["facts"] = chapter.mechanism_facts(made, found, config)
    for name, path in out.items():
        if name != "assumptions":
            write_table(made[name], path)
    write_table(
        chapter.assumption_table(config, found["levers"], words), out["assumptions"], ASSUMPTIONS
    )


i = snakemake.input
run(lambda: main(dict(i.items()), dict(snakemake.output.items())))
