"""What the choices behind one view do to its order: each alone, and by Sobol indices; every input at once."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.index.behind import FIGURES, Behind
from monotown.index.prepared import PREPARED, from_table
from monotown.sensitivity.one_choice import ONE_CHOICE, one_choice_table
from monotown.sensitivity.sobol_choices import TABLES, SobolSettings, join_tables, sobol_tables
from monotown.sensitivity.sobol_inputs import every_input_tables


def sobol(view: str, files: dict[str, str], out: dict[str, str], settings: SobolSettings, options: dict) -> None:
    config, measures = read_yaml(files["views"])[view], read_yaml(files["measures"])
    behind = Behind.of(read_table(files["figures"], FIGURES), view, read_yaml(files["formulas"]))
    prepared = from_table(read_table(files["prepared"], PREPARED), view, config, measures, behind)
    parts = [sobol_tables(prepared, settings, measures)]
    parts += every_input_tables(prepared, config, measures, options, settings)
    for name, table in join_tables(parts).items():
        write_table(table, out[name], TABLES[name])
    one = one_choice_table(prepared, config, measures, options, settings.seed)
    write_table(one, out["one_choice"], ONE_CHOICE)


p = snakemake.params
options = {k: tuple(v) if isinstance(v, list) else v for k, v in p.sobol.items()}
common = {"seed": p.seed, "schemes": tuple(p.schemes), "interval": tuple(p.interval)}
run(
    lambda: sobol(
        snakemake.wildcards.view,
        dict(snakemake.input.items()),
        dict(snakemake.output.items()),
        SobolSettings(**{**common, **options}),
        p.analyses,
    )
)
