"""Tables that the pages of units are made of."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.index.indicators import CONSTANT
from monotown.report.unit_tables import READ, SCHEMAS, Results, unit_tables


def main(i, results: dict[str, dict[str, dict[str, str]]], sure: float, out: dict[str, str]) -> None:
    configs, units = read_yaml(i.views), read_yaml(i.units)
    levels = {str(u): str(entry.get("level", "")) for u, entry in units.items() if u != "sets"}
    views = {}
    for name, files in results.items():
        constant = any(levels.get(str(u)) == CONSTANT for u in units["sets"][configs[name]["units"]])
        tables = {
            of: {key: read_table(file, READ.get(key)) for key, file in some.items()} for of, some in files.items()
        }
        views[name] = Results(configs[name], constant, **tables.pop(""), analyses=tables)
    sources = read_table(i.sources)
    found = unit_tables(
        views,
        {m: str(entry["formula"]) for m, entry in read_yaml(i.measures).items() if "formula" in entry},
        read_table(i.indicators, INDICATORS),
        {False: read_table(i.observations, OBSERVATIONS), True: read_table(i.constant, OBSERVATIONS)},
        next((u for u, level in levels.items() if level == "country"), ""),
        dict(zip(sources["id"], sources["file"], strict=True)),
        sure,
    )
    for table, path in out.items():
        write_table(found[table], path, SCHEMAS[table], own_units=["value", "others"])


p = snakemake.params
run(lambda: main(snakemake.input, p.results, p.sure, dict(snakemake.output.items())))
