"""The report: one self-contained page a language."""

from monotown.workflow import read_table, read_text_table, run, write_text
from monotown.workflow.chapters import read_chapter
from monotown.workflow.printed import spec_of
from monotown.workflow.words import names

from pathlib import Path

from monotown.show.chapters import Shows
from monotown.show.page import Parts, page, render_page
from monotown.show.prose import FACTS
from monotown.show.words import labels_from


def main(
    text: list[str],
    figures: list[str],
    tables: list[str],
    templates: list[str],
    facts: str,
    words: str,
    shows: Shows,
    formats: list[str],
    folder: Path,
) -> None:
    frames = {Path(t).stem: read_table(t) for t in tables}
    template, css, js = (Path(t).read_text(encoding="utf-8") for t in templates)
    parts = Parts(
        content={f: read_chapter(f, shows) for f in text},
        tables={name: (frame, spec_of(name, frame)) for name, frame in frames.items()},
        facts=read_table(facts, FACTS),
        template=template,
        css=css,
        js=js,
        languages=names(),
        formats=formats,
    )
    for language, labels in labels_from(read_text_table(words)).items():
        mine = [Path(f) for f in figures if Path(f).suffixes[-2] == f".{language}"]
        pictures = {f.name.split(".")[0]: f.read_bytes() for f in mine}
        write_text(render_page(parts, pictures, labels), folder / page("report", language))


i = snakemake.input
run(
    lambda: main(
        list(i.text),
        list(i.figures),
        list(i.tables),
        list(i.templates),
        i.facts,
        i.words,
        snakemake.params.shows,
        list(snakemake.params.formats),
        Path(snakemake.output[0]).parent,
    )
)
