"""Tables of the paper."""

from monotown.workflow import read_table, run, write_table

import pandas as pd

from monotown.paper.chapter import readings_in_line, severe_claims, verdict_counts


def tables(found: dict[str, str], out: dict[str, str]) -> None:
    claims = read_table(found["claims"])
    made: dict[str, pd.DataFrame] = {
        "claims": claims,
        "claims_severe": severe_claims(claims),
        "verdicts": verdict_counts(claims),
        "share_readings": readings_in_line(read_table(found["share_readings"])),
    }
    for name, path in out.items():
        write_table(made[name] if name in made else read_table(found[name]), path)


run(lambda: tables(dict(snakemake.input.items()), dict(snakemake.output.items())))
