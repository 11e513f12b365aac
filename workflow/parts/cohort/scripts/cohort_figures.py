"""Ridge and fan of the cohort of degree holders."""

from monotown.workflow import read_table, read_yaml, run
from monotown.workflow.figures import write_figures
from monotown.workflow.step_words import step_labels

from monotown.cohort import build
from monotown.cohort.figures import fan, ridge
from monotown.show.printed import source_ids, source_words
from monotown.show.words import words_of


def main(files: dict, groups: list[str], out: dict[str, str]) -> None:
    config = read_yaml(files["cohort"])
    names = ("series", "ridge", "draws", "projections")
    read = {name: read_table(files[name], getattr(build, name.upper())) for name in names}
    ids = source_ids(read["series"])
    labels = step_labels(files, groups, words_of("prior", config["priors"]) | words_of("course", config["courses"]))
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


run(lambda: main(dict(snakemake.input.items()), snakemake.params.labels, dict(snakemake.output.items())))
