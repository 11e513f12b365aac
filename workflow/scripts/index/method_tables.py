"""Tables of the methods side by side."""

from monotown.workflow import read_table, run, write_table

from monotown.index.build import SCORES
from monotown.sensitivity.chapter import aggregation_shifts, method_ranks, refused
from monotown.sensitivity.forking_paths import INADMISSIBLE, METHODS
from monotown.show.printed import source_ids


def tables(views: list[str], found: dict[str, list[str]], out: dict[str, str]) -> None:
    made = {}
    for i, view in enumerate(views):
        source = "; ".join(source_ids(read_table(found["scores"][i], SCORES)))
        methods = read_table(found["methods"][i], METHODS)
        ranks = method_ranks(methods, source)
        kind = str(methods["kind"].iloc[0])
        made[f"method_ranks_{view}"] = ranks
        made[f"inadmissible_{view}"] = refused(read_table(found["inadmissible"][i], INADMISSIBLE), kind, source)
        made[f"aggregation_shifts_{view}"] = aggregation_shifts(methods, ranks)
    for name, path in out.items():
        write_table(made[name], path)


i = snakemake.input
run(
    lambda: tables(
        snakemake.params.views,
        {name: list(i[name]) for name in ("scores", "methods", "inadmissible")},
        dict(snakemake.output.items()),
    )
)
