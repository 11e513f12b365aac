"""Which rule makes each figure and table, from which kind of data and source."""

from monotown.workflow import read_table, run, write_table
from monotown.workflow.chapters import read_chapter

from pathlib import Path

from monotown.show.chapters import Shows
from monotown.show.origins import origins


def main(text: list[str], tables: list[str], makers: dict[str, str], shows: Shows, out: str) -> None:
    frames = {Path(t).stem: read_table(t) for t in tables}
    write_table(origins([read_chapter(f, shows) for f in text], frames, makers), out)


i = snakemake.input
p = snakemake.params
run(lambda: main(list(i.text), list(i.tables), p.makers, p.shows, snakemake.output[0]))
