"""Which rule makes each figure and table, from which kind of data and source."""

from monotown.workflow import read_table, read_yaml, run, write_table

from pathlib import Path

from monotown.show.origins import origins


def main(text: list[str], tables: list[str], makers: dict[str, str], out: str) -> None:
    frames = {Path(t).stem: read_table(t) for t in tables}
    write_table(origins([read_yaml(f) for f in text], frames, makers), out)


i = snakemake.input
run(lambda: main(list(i.text), list(i.tables), snakemake.params.makers, snakemake.output[0]))
