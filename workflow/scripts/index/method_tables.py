"""Tables of the methods side by side, and the numbers that the prose quotes of them."""

from monotown.workflow import read_table, run, write_table

from monotown.index.build import SCORES
from monotown.sensitivity.chapter import method_facts, method_ranks, refused
from monotown.sensitivity.forking_paths import INADMISSIBLE, METHODS
from monotown.show.printed import source_ids


def tables(views: list[str], found: dict[str, list[str]], out: dict[str, str]) -> None:
    made, methods, inadmissible = {}, {}, {}
    for i, view in enumerate(views):
        source = "; ".join(source_ids(read_table(found["scores"][i], SCORES)))
        methods[view] = read_table(found["methods"][i], METHODS)
        inadmissible[view] = read_table(found["inadmissible"][i], INADMISSIBLE)
        kind = str(methods[view]["kind"].iloc[0])
        made[f"method_ranks_{view}"] = method_ranks(methods[view], source)
        made[f"inadmissible_{view}"] = refused(inadmissible[view], kind, source)
    ranks = {view: made[f"method_ranks_{view}"] for view in views}
    made["facts"] = method_facts(ranks, methods, inadmissible)
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
