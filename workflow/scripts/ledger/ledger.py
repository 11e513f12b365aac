"""The ledger of a publication's claims: every claim with its verdict."""

from monotown.workflow import read_labels, read_text_table, read_yaml, run, write_table
from monotown.workflow.claims import add_checks

from monotown.claims.ledger import COUNTS, LEDGER, counts, judge, tables_of
from monotown.claims.read import read_claims


def ledger(file: str, results: list[str], checks: list[str], labels: list[str], out: dict[str, str]) -> None:
    add_checks(checks[0] if checks else None)
    content = read_yaml(file)
    read = {name: read_text_table(path) for name, path in zip(content["results"], results, strict=True)}
    tables = tables_of(content["tables"], read, content["names"])
    claims, _ = read_claims(content["claims"], dict.fromkeys(tables))
    found = judge(claims, tables, read_labels(labels), content["source"])
    write_table(LEDGER.validate(found), out["findings"])
    write_table(found, out["ledger"])
    write_table(found[~found["verdict"].isin(("reproduced", "derived"))], out["ledger_open"])
    write_table(COUNTS.validate(counts(found)), out["ledger_counts"])


i = snakemake.input
labels = list(snakemake.params.labels)
run(lambda: ledger(i.claims, list(i.results), list(i.checks), labels, dict(snakemake.output.items())))
