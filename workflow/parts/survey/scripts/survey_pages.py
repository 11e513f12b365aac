"""Figure and pages of a survey in each language."""

from monotown.workflow import read_labels, read_table, read_yaml, run, write_text
from monotown.workflow.figures import write_figures

from monotown.base.labels import complete
from monotown.show.words import words_of
from monotown.survey import build
from monotown.survey.figures import indices
from monotown.survey.page import survey_page
from monotown.survey.questionnaire import read_questionnaire


def main(i, labels: list[str], out: dict[str, list[str]]) -> None:
    config, catalogue = read_yaml(i.config), read_yaml(i.catalogue)
    form = read_questionnaire(read_yaml(i.questionnaire), catalogue, i.questionnaire)
    extra = words_of("indicator", catalogue["indicators"])
    extra |= words_of("unit", read_yaml(i.units)) | words_of("unit", config["units"])
    words = read_labels(labels, extra)
    named = complete(config["label"], words)
    tables = build.SurveyTables(**{name: read_table(i[name], schema) for name, schema in build.SCHEMAS.items()})
    known = read_table(i.known[0]) if i.known else None
    write_figures(lambda w: indices(tables.estimates, known, labels=w, source=named[w.language]), words, out["figure"])
    for language, path in zip(words, out["pages"], strict=True):
        figure = f"figures/survey_indices.{language}.svg"
        write_text(survey_page(tables, form, words[language], named[language], figure), path)


run(lambda: main(snakemake.input, list(snakemake.params.labels), dict(snakemake.output.items())))
