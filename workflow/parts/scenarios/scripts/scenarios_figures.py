"""Weights of the hierarchies, contributions to a scenario, and regret."""

from monotown.workflow import read_table, read_yaml, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from monotown.index.admissible import scale_of
from monotown.index.prepare import view_model
from monotown.scenarios import figures as draw
from monotown.show.printed import source_ids, source_words
from monotown.show.words import scenario_words


def main(
    tables: dict[str, str],
    settings: str,
    views: str,
    measures: str,
    words: dict,
    order: dict[str, list[str]],
    out: dict[str, str],
) -> None:
    config = read_yaml(settings)
    view = config["views"][0]
    scale = scale_of(view_model(view, read_yaml(views)[view], read_yaml(measures), views))
    read = {name: read_table(path) for name, path in tables.items()}
    marked = config["marked"]
    led = {"hierarchies": order["hierarchies"]}
    pictures = {
        "weights": lambda **o: draw.weights(read["leaf_weights"], **led, **o),
        "contributions": lambda **o: draw.contributions(
            read["shapley"], read["consequences"], marked=marked, scale=scale, **config["shown"], **o
        ),
        "regret": lambda **o: draw.regret(read["regret"], marked=marked, scale=scale, **order, **o),
    }
    drawn = {"weights": "leaf_weights", "contributions": "shapley", "regret": "regret"}
    for name, picture in pictures.items():
        ids = source_ids(read[drawn[name]])
        write_figures(lambda w, p=picture, s=ids: p(labels=w, source=source_words(s, w)), words, out[name])


i = snakemake.input
NAMES = ("leaf_weights", "consequences", "shapley", "regret")
run(
    lambda: main(
        {name: i[name] for name in NAMES},
        i.settings,
        i.indices,
        i.scales,
        step_labels(i, snakemake.params.labels, scenario_words({path: read_yaml(path) for path in i.files})),
        snakemake.params.order,
        dict(snakemake.output.items()),
    )
)
