"""Tables of what the ranks withstand."""

from monotown.workflow import read_table, run, write_table

from monotown.index.build import SCORES
from monotown.sensitivity import tables as schemas
from monotown.sensitivity.chapter import Tried, robustness_tables
from monotown.sensitivity.one_choice import ONE_CHOICE
from monotown.sensitivity.rates import TABLES as RATES
from monotown.sensitivity.sobol_choices import SOBOL
from monotown.sensitivity.stability import FLIPS


def tables(
    views: list[str],
    analyses: list[str],
    interval: tuple[float, float],
    found: dict[str, list[str]],
    out: dict[str, str],
) -> None:
    drawn = {
        "rank_intervals": schemas.rank_intervals(interval),
        "convergence": schemas.CONVERGENCE,
        "summary": schemas.SUMMARY,
    }
    whole = {"scores": SCORES, "sobol": SOBOL, "flips": FLIPS, "one_choice": ONE_CHOICE, **RATES}
    tried = {}
    for i, view in enumerate(views):
        mine = slice(i * len(analyses), (i + 1) * len(analyses))
        tried[view] = Tried(
            **{n: read_table(found[n][i], schema) for n, schema in whole.items()},
            **{
                n: {a: read_table(f, s) for a, f in zip(analyses, found[n][mine], strict=True)}
                for n, s in drawn.items()
            },
        )
    for name, frame in robustness_tables(tried).items():
        if name in out:
            write_table(frame, out[name])


i, p = snakemake.input, snakemake.params
run(
    lambda: tables(
        p.views,
        p.analyses,
        tuple(p.interval),
        {name: list(files) for name, files in i.items()},
        dict(snakemake.output.items()),
    )
)
