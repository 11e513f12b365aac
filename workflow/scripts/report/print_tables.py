"""Print every table of the report as Markdown and LaTeX in each language."""

from monotown.workflow import read_table, read_text_table, run, write_text
from monotown.workflow.printed import spec_of

from pathlib import Path

from monotown.show.latex import PREAMBLE, to_latex
from monotown.show.printed import print_table, to_markdown
from monotown.show.words import labels_from


def main(tables: list[str], words: str, folder: Path, preamble: str) -> None:
    labels = labels_from(read_text_table(words))
    write_text(PREAMBLE, preamble)
    for path in tables:
        frame, name = read_table(path), Path(path).stem
        for language, mine in labels.items():
            printed = print_table(frame, spec_of(name, frame), mine)
            write_text(to_markdown(printed), folder / f"{name}.{language}.md")
            write_text(to_latex(printed), folder / f"{name}.{language}.tex")


i, preamble = snakemake.input, snakemake.output.preamble
run(lambda: main(list(i.tables), i.words, Path(preamble).parent, preamble))
