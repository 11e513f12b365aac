"""Observations of a study that holds its figures, by their kinds, and where they come from."""

from monotown.workflow import read_table, read_yaml, run, write_table

from pathlib import Path

import pandas as pd

from monotown.base.tables import OBSERVATIONS, Kind
from monotown.data.clean import ODD
from monotown.data.workbooks.derive import study_sources


def main(figures: str, sources: str, files: list[str], out: dict[str, str]) -> None:
    seen = read_table(figures, OBSERVATIONS)
    write_table(seen, out["observations"], OBSERVATIONS, exact=True)
    for kind in (Kind.OFFICIAL, Kind.PUBLISHED):
        write_table(seen[seen["kind"] == kind], out[kind.value], OBSERVATIONS, exact=True)
    contents = {name: Path(name).read_bytes() for name in files}
    write_table(study_sources(seen, read_yaml(sources), contents), out["sources"])
    write_table(pd.DataFrame(columns=ODD), out["oddities"])


i = snakemake.input
run(lambda: main(i.figures, i.sources, list(i.files), dict(snakemake.output.items())))
