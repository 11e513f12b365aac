"""The paper's Figures 1 and 2, redrawn from a graph."""

from monotown.workflow import read_labels, read_text_table, read_yaml, run
from monotown.workflow.figures import write_figures

from monotown.paper.figures import diagram
from monotown.show.graphs import read_graphs


def main(graphs: str, schema: str, passages: str, words: list[str], inferred: bool, out: dict[str, str]) -> None:
    quotations = read_text_table(passages).astype({"line_from": int, "line_to": int})
    read = read_graphs(read_yaml(graphs), read_yaml(schema), quotations, str(graphs))
    labels = read_labels(words)
    for name, graph in read.items():
        write_figures(lambda w, graph=graph: diagram(graph, labels=w, show_inferred=inferred), labels, out[name])


i = snakemake.input
run(
    lambda: main(
        i.graphs,
        i.schema,
        i.passages,
        list(snakemake.params.labels),
        snakemake.params.show_inferred,
        dict(snakemake.output.items()),
    )
)
