"""Print every table of the report as Markdown and LaTeX in each language."""

from monotown.workflow import read_table, read_text_table, run, write_text
from monotown.workflow.printed import spec_of

from pathlib import Path

from monotown.show.printed import print_table, to_latex, to_markdown
from monotown.show.words import labels_from


def main(tables: list[str], words: str, folder: Path) -> None:
    labels = labels_from(read_text_table(words))
    for path in tables:
        frame, name = read_table(path), Path(path).stem
        for language, mine in labels.items():
            printed = print_table(frame, spec_of(name, frame), mine)
            write_text(to_markdown(printed), folder / f"{name}.{language}.md")
            write_text(to_latex(printed), folder / f"{name}.{language}.tex")


run(lambda: main(list(snakemake.input.tables), snakemake.input.words, Path(snakemake.output[0]).parent))
