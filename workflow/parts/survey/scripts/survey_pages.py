"""Figure and pages of a survey in three languages."""

from monotown.workflow import read_labels, read_table, read_yaml, run, write_text
from monotown.workflow.figures import write_figures

from monotown.show.words import words_of
from monotown.survey import build
from monotown.survey.figures import indices
from monotown.survey.page import survey_page
from monotown.survey.questionnaire import read_questionnaire


def main(i, out: dict[str, list[str]]) -> None:
    config, catalogue = read_yaml(i.config), read_yaml(i.catalogue)
    form = read_questionnaire(read_yaml(i.questionnaire), catalogue, i.questionnaire)
    extra = words_of("indicator", catalogue["indicators"])
    extra |= words_of("unit", read_yaml(i.units)) | words_of("unit", config["units"])
    words = {k: read_labels(i.labels, k, extra) for k in ("en", "ru", "kk")}
    tables = build.SurveyTables(
        **{name: read_table(i[name], schema) for name, schema in build.SCHEMAS.items()}
    )
    known = read_table(i.known[0]) if i.known else None
    write_figures(
        lambda w: indices(tables.estimates, known, labels=w, source=config["label"][w.language]),
        words, out["figure"],
    )  # fmt: skip
    for language, path in zip(words, out["pages"], strict=True):
        figure = f"figures/survey_indices.{language}.svg"
        source = config["label"][language]
        write_text(survey_page(tables, form, words[language], source, figure), path)


run(lambda: main(snakemake.input, dict(snakemake.output.items())))
