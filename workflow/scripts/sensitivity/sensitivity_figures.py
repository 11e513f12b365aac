"""Figures of the sensitivity of one view, for its last year."""

from monotown.workflow import read_labels, read_table, read_yaml, run
from monotown.workflow.figures import write_figures
from monotown.workflow.sources import read_sources

from monotown.index.build import SCORES
from monotown.sensitivity import tables
from monotown.sensitivity.figures import first_figures, reader_texts


def main(
    view: str,
    config: dict[str, str],
    sources: str | list[str],
    scores: str,
    found: dict[str, str],
    words: list[str],
    out: dict[str, list[str]],
    options: dict,
) -> None:
    known = {name: read_yaml(path) for name, path in config.items()}
    texts = reader_texts(**known, sources=read_sources(sources))
    labels = read_labels(words, texts)
    schemas = {
        "rank_intervals": tables.rank_intervals(options["interval"]),
        "rank_acceptability": tables.RANK_ACCEPTABILITY,
        "drop_one": tables.DROP_ONE,
        "schemes": tables.SCHEMES,
        "scheme_status": tables.SCHEME_STATUS,
        "agreement": tables.AGREEMENT,
        "weight_space": tables.WEIGHT_SPACE,
    }
    read = {name: read_table(found[name], schema) for name, schema in schemas.items()}
    draws = first_figures(view, read, read_table(scores, SCORES), options)
    for name, files in out.items():
        write_figures(draws[name], labels, files)


i = snakemake.input
run(
    lambda: main(
        snakemake.wildcards.view,
        {name: i[name] for name in ("units", "views", "measures")},
        i.sources,
        i.scores,
        dict(i.items()),
        list(snakemake.params.labels),
        dict(snakemake.output.items()),
        snakemake.params.sensitivity,
    )
)
