"""Questionnaire for print in each language, codebook, XLSForm workbook."""

from monotown.workflow import read_labels, read_yaml, run, write_table, write_text

from pathlib import Path

from monotown.survey import forms
from monotown.survey.questionnaire import read_questionnaire


def main(questionnaire: str, catalogue: str, units: str, labels: list[str], out: dict[str, list[str]]) -> None:
    form = read_questionnaire(read_yaml(questionnaire), read_yaml(catalogue), questionnaire)
    known = read_yaml(units)
    sets = [q.answers for q in form.questions.values() if q.kind == "unit"]
    towns = {code: known[code] for name in sets for code in known["sets"][name]}
    words = read_labels(labels)
    for language, page, text in zip(words, out["html"], out["md"], strict=True):
        write_text(forms.questionnaire_html(form, towns, words[language]), page)
        write_text(forms.questionnaire_markdown(form, towns, words[language]), text)
    write_table(forms.codebook(form, towns, list(words)), out["codebook"])
    Path(out["xlsform"]).write_bytes(forms.workbook_bytes(forms.xlsform(form, towns, words)))


i = snakemake.input
run(lambda: main(i.questionnaire, i.catalogue, i.units, list(snakemake.params.labels), dict(snakemake.output.items())))
