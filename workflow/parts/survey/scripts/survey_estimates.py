"""Weights, estimates, standard errors and reliability of a survey."""

from monotown.workflow import read_table, read_yaml, run, write_table, write_text
from monotown.workflow.microdata import read_microdata_file, read_survey_config

from monotown.survey import build
from monotown.survey.microdata import read_microdata
from monotown.survey.questionnaire import read_questionnaire


def main(i, sheets: list[str], seed: int, out: dict[str, str]) -> None:
    config = read_survey_config(i.config, i.schema)
    catalogue = read_yaml(i.catalogue)
    form = read_questionnaire(read_yaml(i.questionnaire), catalogue, i.questionnaire)
    units = [*read_yaml(i.units), *config["units"]]
    files = []
    for path, mapping, sheet in zip(i.microdata, i.mappings, sheets, strict=True):
        raw = read_microdata_file(path, sheet or None)
        files.append(read_microdata(raw, read_yaml(mapping), form, units, path, config["kind"]))
    margins = read_table(i.margins[0]) if i.margins else build.NO_MARGINS
    tables = build.build_survey(files, form, catalogue, margins, config, seed)
    for name, schema in build.SCHEMAS.items():
        write_table(getattr(tables, name), out[name], schema)
    lines = [f"  {k}: {v:.6f}" for k, v in build.data_error(tables.standard_errors).items()]
    write_text("\n".join([f"# {config['kind']}", "measures:", *lines]) + "\n", out["data_error"])


run(lambda: main(snakemake.input, snakemake.params.sheets, snakemake.params.seed, dict(snakemake.output.items())))
