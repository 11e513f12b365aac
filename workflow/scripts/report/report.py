"""The report: the pages of the site, and one file a language for mailing."""

from monotown.workflow import read_table, read_text_table, run, write_text
from monotown.workflow.chapters import read_chapter
from monotown.workflow.printed import spec_of
from monotown.workflow.words import names

from pathlib import Path

from monotown.report.every import PIECES, schema_of
from monotown.report.site import Fill, More, assets, render_site
from monotown.report.unit_pages import unit_pages
from monotown.report.unit_tables import SCHEMAS
from monotown.report.units import Pages
from monotown.show.page import Parts
from monotown.show.prose import FACTS
from monotown.show.words import labels_from


def main(inputs: object, params: object, results: Path) -> None:
    frames = {Path(t).stem: read_table(t) for t in inputs.tables}
    parts = Parts(
        content={f: read_chapter(f, params.shows) for f in inputs.text},
        tables={name: (frame, spec_of(name, frame)) for name, frame in frames.items()},
        facts=read_table(inputs.facts, FACTS),
        templates={Path(t).name: Path(t).read_text(encoding="utf-8") for t in inputs.templates},
        languages=names(),
        formats=list(params.formats),
        frames={name: read_table(f, schema_of(name)) for name, f in zip(params.data, inputs.pieces, strict=True)},
        pieces=PIECES,
        version=params.version,
        commit=params.commit,
    )
    units = {Path(t).stem: read_table(t, SCHEMAS[Path(t).stem]) for t in inputs.units}

    def others(labels: object, fill: Fill) -> list[More]:
        made = unit_pages(Pages(units, labels, order=params.order), fill)
        return [More(name, title, body, "regions", made.files) for name, (title, body) in made.pages.items()]

    texts = assets(parts)
    for language, labels in labels_from(read_text_table(inputs.words)).items():
        mine = [Path(f) for f in inputs.figures if Path(f).suffixes[-2] == f".{language}"]
        texts |= render_site(parts, {f.name.split(".")[0]: f.read_bytes() for f in mine}, labels, others)
    for path, text in texts.items():
        write_text(text, results / path)


run(lambda: main(snakemake.input, snakemake.params, Path(snakemake.output.site).parent))
