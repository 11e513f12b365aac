"""Figures of the towns: profile and scores over time."""

from monotown.workflow import read_table, read_text_table, read_yaml, run
from monotown.workflow.figures import write_figures

from monotown.index.admissible import scale_of
from monotown.index.build import SCORES
from monotown.index.prepare import view_model
from monotown.show.printed import source_ids, source_words
from monotown.show.words import labels_from
from monotown.towns.figures import shown_units, town_profile, town_series
from monotown.towns.profile import PROFILE


def main(view: str, found: dict[str, str], marked: list[str], out: dict[str, list[str]]) -> None:
    model = view_model(view, read_yaml(found["views"])[view], read_yaml(found["measures"]), found["views"])
    root = model.tree.id
    profile, scores = read_table(found["profile"], PROFILE), read_table(found["scores"], SCORES)
    units = shown_units(scores, root, sorted(profile["unit"].unique()), marked)
    ids = source_ids(profile)
    words = labels_from(read_text_table(found["words"]))

    def draw_profile(labels):
        source = source_words(ids, labels)
        return town_profile(profile, labels=labels, units=units, source=source)

    def draw_series(labels):
        source = source_words(ids, labels)
        return town_series(scores, labels=labels, root=root, scale=scale_of(model), units=units, source=source)

    write_figures(draw_profile, words, out["profile"])
    write_figures(draw_series, words, out["series"])


run(
    lambda: main(
        snakemake.params.view,
        dict(snakemake.input.items()),
        list(snakemake.params.marked),
        {name: list(files) for name, files in snakemake.output.items()},
    )
)
