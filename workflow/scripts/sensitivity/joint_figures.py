"""Figures of one analysis of one view."""

from monotown.figures.sensitivity import joint_figures, reader_texts
from monotown.index.stage import SCORES
from monotown.labels import LANGUAGES
from monotown.sensitivity import tables
from monotown_workflow import read_labels, read_table, read_yaml, run, write_figures


def main(
    view: str, analysis: str, config: dict[str, str], scores: str, found: dict[str, str],
    words: list[str], out: dict[str, list[str]], options: dict,
) -> None:  # fmt: skip
    known = {name: read_yaml(path) for name, path in config.items()}
    labels = {lang: read_labels(words, lang, reader_texts(**known)) for lang in LANGUAGES}
    schemas = {
        "rank_intervals": tables.rank_intervals(options["interval"]),
        "rank_acceptability": tables.RANK_ACCEPTABILITY,
        "pairwise": tables.PAIRWISE,
        "convergence": tables.CONVERGENCE,
        "levels": tables.LEVELS,
    }
    read = {name: read_table(found[name], schema) for name, schema in schemas.items()}
    kind = known["views"][view]["kind"]
    draws = joint_figures(view, read, read_table(scores, SCORES), options, analysis, kind)
    for name, files in out.items():
        write_figures(draws[name], labels, files)


i, w = snakemake.input, snakemake.wildcards
run(
    lambda: main(
        w.view, w.analysis, {name: i[name] for name in ("units", "views", "measures", "sources")},
        i.scores, dict(i.items()), list(i.labels), dict(snakemake.output.items()),
        snakemake.params.sensitivity,
    )
)  # fmt: skip
