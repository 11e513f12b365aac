"""The template workbook, from the catalogue and the measures."""

from monotown.workflow import read_labels, read_yaml, run
from monotown.workflow.workbooks import write_pages

from monotown.data.workbooks.fields import make_fields
from monotown.data.workbooks.template import template_pages


def main(paths: dict[str, str], labels: list[str], out: str) -> None:
    config = {name: read_yaml(path) for name, path in paths.items()}
    fields = make_fields(config["variables"], config["indicators"], config["towns"], config["measures"])
    texts = read_labels(labels)
    write_pages(
        template_pages(
            fields, config["indicators"], config["units"], texts, config["units"]["sets"][config["towns"]["example"]]
        ),
        out,
    )


i = snakemake.input
names = ("units", "variables", "measures", "indicators", "towns")
run(lambda: main({n: str(getattr(i, n)) for n in names}, list(snakemake.params.labels), snakemake.output[0]))
