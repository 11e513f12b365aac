"""Changes of a series that are listed, with their verdicts and with what the indices are without them."""

from monotown.workflow import read_table, read_text_table, read_yaml, run, write_table

import sys
from typing import Any

from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.data.jumps import FIGURES, JUMPS, Rule, screen, screened, unjudged
from monotown.data.units import Units
from monotown.index.doubtful import JUMP_EFFECTS, effects_of, to_print


def screening(files: dict[str, Any], rule: dict, judgments: dict[str, list[str]], seed: int, out: dict) -> None:
    seen, constant = (read_table(files[n], OBSERVATIONS) for n in ("observations", "constant"))
    areas, views, measures = Units(read_yaml(files["units"])), read_yaml(files["views"]), read_yaml(files["measures"])
    verdicts = read_yaml(files["verdicts"]) if files["verdicts"] else {}
    wanted = screened(measures, views)
    jumps = screen(seen, constant, read_yaml(files["variables"]), areas, Rule.of(rule), verdicts, wanted)
    for line in unjudged(jumps):
        print(line, file=sys.stderr)
    judged = {v: read_text_table(f[0]) if f[0].endswith(".csv") else read_yaml(f[0]) for v, f in judgments.items() if f}
    jumps, effects = effects_of(
        jumps, read_table(files["indicators"], INDICATORS), [seen, constant], views, measures, areas, seed, judged
    )
    write_table(jumps, out["jumps"], JUMPS, own_units=FIGURES)
    write_table(effects, out["effects"], JUMP_EFFECTS)
    write_table(to_print(jumps), out["table"], own_units=FIGURES)


i = snakemake.input
p = snakemake.params
run(lambda: screening(dict(i.items()), p.rule, p.judgments, p.seed, dict(snakemake.output.items())))
