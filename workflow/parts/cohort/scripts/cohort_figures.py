"""Ridge and fan of the cohort of degree holders."""

from monotown.workflow import read_table, read_text_table, read_yaml, run
from monotown.workflow.figures import write_figures

from monotown.cohort import build
from monotown.cohort.figures import fan, ridge
from monotown.show.printed import source_ids, source_words
from monotown.show.words import labels_from


def main(tables: dict[str, str], cohort: str, words: str, out: dict[str, str]) -> None:
    config = read_yaml(cohort)
    read = {name: read_table(path, getattr(build, name.upper())) for name, path in tables.items()}
    ids = source_ids(read["series"])
    labels = labels_from(read_text_table(words))
    write_figures(
        lambda w: ridge(
            read["series"],
            read["ridge"],
            read["draws"],
            labels=w,
            regain_by=config["regain_by"],
            source=source_words(ids, w),
        ),
        labels,
        out["ridge"],
    )
    write_figures(
        lambda w: fan(
            read["series"],
            read["projections"],
            labels=w,
            prior=next(iter(config["priors"])),
            closed=config["closed"],
            source=source_words(ids, w),
        ),
        labels,
        out["fan"],
    )


i = snakemake.input
run(
    lambda: main(
        {name: getattr(i, name) for name in ("series", "ridge", "draws", "projections")},
        i.cohort,
        i.words,
        dict(snakemake.output.items()),
    )
)
