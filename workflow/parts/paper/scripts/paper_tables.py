"""Tables of the paper."""

from monotown.workflow import read_table, read_text_table, read_yaml, run, write_table

import pandas as pd

from monotown.claims.ledger import counts
from monotown.paper.chapter import readings_in_line, severe_claims
from monotown.show.graphs import grounding_table, read_graphs


def tables(found: dict[str, str], out: dict[str, str]) -> None:
    claims = read_table(found["claims"])
    quotations = read_text_table(found["passages"]).astype({"line_from": int, "line_to": int})
    graphs = read_graphs(read_yaml(found["graphs"]), read_yaml(found["schema"]), quotations, found["graphs"])
    grounding = grounding_table(graphs, quotations)
    made: dict[str, pd.DataFrame] = {
        "claims": claims,
        "claims_severe": severe_claims(claims),
        "verdicts": counts(claims),
        "share_readings": readings_in_line(read_table(found["share_readings"])),
        "paper_graphs": grounding,
        "grounding": grounding,
    }
    for name, path in out.items():
        write_table(made[name] if name in made else read_table(found[name]), path)


run(lambda: tables(dict(snakemake.input.items()), dict(snakemake.output.items())))
