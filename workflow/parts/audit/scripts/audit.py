"""The audit of each index: its numbers, what the rules find in them, and its tables for print."""

from monotown.workflow import read_table, read_yaml, run, write_table
from monotown.workflow.step_words import step_labels

from monotown.audit.chapter import indicator_rows, rule_table, rule_words
from monotown.audit.measures import Given, audit_tables
from monotown.audit.rules import findings
from monotown.audit.tables import FINDINGS, TABLES
from monotown.index.build import SCORES
from monotown.index.prepared import PREPARED
from monotown.index.structure import CORRELATIONS, IMPORTANCE, STRUCTURE
from monotown.sensitivity.sobol_choices import SOBOL
from monotown.sensitivity.tables import SUMMARY, rank_intervals

WHOLE = {
    "prepared": PREPARED,
    "scores": SCORES,
    "structure": STRUCTURE,
    "correlations": CORRELATIONS,
    "importance": IMPORTANCE,
}


def main(files: dict, p: object, out: dict[str, str]) -> None:
    config = read_yaml(files["settings"])
    labels = step_labels(files, p.labels, rule_words(config["rules"]))
    drawn = {"intervals": rank_intervals(p.interval), "summaries": SUMMARY}
    for at, view in enumerate(p.views):
        mine = [(i, analysis) for i, (of, analysis) in enumerate(p.analyses) if of == view]
        given = Given(
            **{name: read_table(files[name][at], schema) for name, schema in WHOLE.items()},
            **{name: {a: read_table(files[name][i], schema) for i, a in mine} for name, schema in drawn.items()},
            reflective=p.reflective,
            sobol=read_table(files["sobol"][p.varied.index(view)], SOBOL) if view in p.varied else None,
        )
        made = audit_tables(given, wide=config["wide"])
        found = findings(made, config["rules"])
        for name, schema in TABLES.items():
            write_table(made[name], out[f"{name}_of_{view}"], schema)
        write_table(found, out[f"findings_of_{view}"], FINDINGS)
        told = rule_table(found, config, labels)
        write_table(told[told["count"] > 0], out[f"audit_{view}"])
        write_table(told[told["count"] == 0], out[f"unbroken_{view}"])
        write_table(indicator_rows(made["indicators"], made["importance"]), out[f"audited_{view}"])


run(lambda: main(dict(snakemake.input.items()), snakemake.params, dict(snakemake.output.items())))
