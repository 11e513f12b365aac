"""What the results answer to claims of the paper, beside the claims."""

from monotown.workflow import read_table, read_text_table, read_yaml, run, write_table

from monotown.paper.answers import ANSWERS, answers_table
from monotown.paper.ledger import CLAIMS
from monotown.show.prose import FACTS
from monotown.show.words import labels_from


def main(files: list[str], claims: str, facts: str, words: str, out: list[str]) -> None:
    table = answers_table(
        {file: read_yaml(file) for file in files},
        read_table(claims, CLAIMS),
        read_table(facts, FACTS),
        labels_from(read_text_table(words)),
    )
    for path in out:
        write_table(ANSWERS.validate(table), path)


i = snakemake.input
run(lambda: main(list(i.answers), i.claims, i.facts, i.words, list(snakemake.output)))
