"""Figures of the joint analyses."""

from monotown.workflow import read_labels, read_table, read_yaml, run
from monotown.workflow.figures import write_figures
from monotown.workflow.sources import read_sources

from pathlib import Path

from monotown.base.tables import join_kinds
from monotown.index.build import SCORES
from monotown.sensitivity import tables
from monotown.sensitivity.figures import joint_figures, reader_texts


def main(
    figures: dict[str, tuple[str, str, str]],
    config: dict[str, str],
    sources: str | list[str],
    found: dict[str, list[str]],
    words: list[str],
    out: list[str],
    settings: dict[str, dict],
) -> None:
    known = {name: read_yaml(path) for name, path in config.items()}
    known["sources"] = read_sources(sources)
    labels = read_labels(words, reader_texts(**known))
    pairs = list(dict.fromkeys((view, analysis) for view, analysis, _ in figures.values()))
    for place, (view, analysis) in enumerate(pairs):
        options = settings[analysis]
        schemas = {
            "rank_intervals": tables.rank_intervals(options["interval"]),
            "rank_acceptability": tables.RANK_ACCEPTABILITY,
            "pairwise": tables.PAIRWISE,
            "convergence": tables.CONVERGENCE,
            "levels": tables.LEVELS,
            "scores": SCORES,
        }
        read = {name: read_table(found[name][place], schema) for name, schema in schemas.items()}
        kind = join_kinds(read["rank_intervals"]["kind"])
        draws = joint_figures(view, read, read["scores"], options, analysis, kind)
        for name, of in figures.items():
            if tuple(of[:2]) == (view, analysis):
                files = [o for o in out if Path(o).name.split(".")[0] == name]
                write_figures(draws[of[2]], labels, files)


i, p = snakemake.input, snakemake.params
run(
    lambda: main(
        p.figures,
        {name: i[name] for name in ("units", "views", "measures")},
        i.sources,
        dict(i.items()),
        list(p.labels),
        list(snakemake.output),
        p.sensitivity,
    )
)
