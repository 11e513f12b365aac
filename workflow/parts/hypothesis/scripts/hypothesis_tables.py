"""Tables of the chapter on the hypothesis, and its assumptions."""

from monotown.workflow import read_labels, read_table, read_yaml, run, write_table

from monotown.hypothesis import chapter as shown
from monotown.hypothesis.tables import EXPLORATORY, SCHEMAS
from monotown.show.assumptions import ASSUMPTIONS

KNOWN = {**SCHEMAS, **EXPLORATORY}


def main(tables: dict[str, str], hypothesis: str, groups: list[str], out: dict[str, str]) -> None:
    config = read_yaml(hypothesis)
    found = {name: read_table(path, KNOWN[name]) for name, path in tables.items()}
    made = {
        "hypothesis_verdict": shown.verdict_table(found["verdict"]),
        "hypothesis_family": shown.family_table(found["family"]),
        "hypothesis_estimates": shown.estimate_table(found["estimates"]),
        "hypothesis_denominators": shown.denominator_table(found["denominators"]),
        "hypothesis_curve": found["curve"],
        "hypothesis_power": shown.power_table(found["power"]),
    }
    if "noise" in found:
        made |= {
            "hypothesis_noise": found["noise"],
            "hypothesis_noise_power": shown.noise_power_table(found["noise_power"]),
            "hypothesis_leverage": shown.leverage_table(found["leave_out"], found["noise_regions"]),
            "hypothesis_dependence": shown.dependence_table(found["wider_errors"], found["wider_size"]),
            "hypothesis_moran": shown.moran_table(found["moran"]),
            "hypothesis_residuals": found["residuals"],
            "hypothesis_stepdown": shown.family_table(found["stepdown"]),
        }
    for name, path in out.items():
        if name in made:
            write_table(made[name], path)
    labels = read_labels(groups)
    assumed = shown.assumption_table(config, labels)
    write_table(assumed, out["assumptions"], ASSUMPTIONS)


i = snakemake.input
groups = snakemake.params.labels
given = {name: path for name, path in i.items() if name in KNOWN}
run(lambda: main(given, i.hypothesis, groups, dict(snakemake.output.items())))
