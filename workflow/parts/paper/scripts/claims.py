"""The claims ledger: every claim of the paper with its verdict."""

from monotown.workflow import read_labels, read_text_table, read_yaml, run, write_table, write_text
from monotown.workflow.sources import read_sources

from pathlib import Path

from monotown.paper.ledger import CLAIMS, judge, read_claims
from monotown.paper.published import read_published
from monotown.paper.show import claims_page


def claims(raw: list[str], config: str, labels: list[str], sources: list[str], out: dict) -> None:
    published = read_published({Path(p).stem: read_text_table(p) for p in raw})
    titles = {f"source.{k}": v["title"] for k, v in read_sources(sources).items()}
    words = read_labels(labels, titles)
    ledger = judge(read_claims(read_yaml(config), published, config), published, words)
    write_table(CLAIMS.validate(ledger), out["csv"])
    for language, path in zip(words, out["html"], strict=True):
        write_text(claims_page(ledger, words[language]), path)


i = snakemake.input
run(lambda: claims(i.raw, i.claims, list(snakemake.params.labels), list(i.sources), dict(snakemake.output.items())))
