"""Changes of a view between years, and its course, when every input varies alike in all years."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.base.tables import join_kinds
from monotown.index.behind import FIGURES, Behind
from monotown.index.prepared import PREPARED, from_table
from monotown.sensitivity.change import change_tables
from monotown.sensitivity.inputs import with_errors


def main(view: str, files: dict, options: dict, seed: int, out: dict[str, str]) -> None:
    config, measures = read_yaml(files["views"])[view], read_yaml(files["measures"])
    options = with_errors(options, *(read_yaml(path)["measures"] for path in files["survey_errors"]))
    behind = Behind.of(read_table(files["figures"], FIGURES), view, read_yaml(files["formulas"]))
    prepared = from_table(read_table(files["prepared"], PREPARED), view, config, measures, behind)
    kind = join_kinds(prepared.rows["kind"])
    tables, refused = change_tables(prepared, config, measures, options, seed, kind)
    for analysis, reason in refused.items():
        print(f"{view} cannot go through the analysis {analysis}: {reason}")
    for name, path in out.items():
        write_table(tables[name], path)


p = snakemake.params
run(
    lambda: main(
        snakemake.wildcards.view, dict(snakemake.input.items()), p.sensitivity, p.seed, dict(snakemake.output.items())
    )
)
