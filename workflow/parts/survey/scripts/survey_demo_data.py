"""Made-up microdata, margins and known values of the demonstration survey."""

from monotown.workflow import read_yaml, run, write_table

from monotown.survey.demo import make_demo
from monotown.survey.questionnaire import read_questionnaire


def main(population: str, questionnaire: str, catalogue: str, seed: int, out: dict[str, str]) -> None:
    form = read_questionnaire(read_yaml(questionnaire), read_yaml(catalogue), questionnaire)
    made = make_demo(read_yaml(population), form, seed)
    tables = {**made.microdata, "margins": made.margins, "known": made.known}
    for name, path in out.items():
        write_table(tables[name], path)


i = snakemake.input
run(lambda: main(i.population, i.questionnaire, i.catalogue, snakemake.params.seed, dict(snakemake.output.items())))
