"""The workbook of results: weights, raw values, scores and ranks by formula, and tables of the run."""

from monotown.workflow import read_table, read_text_table, read_yaml, run
from monotown.workflow.printed import spec_of

from pathlib import Path

from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.index.prepared import PREPARED, from_table
from monotown.report.results_book import TOLD, Indexed, Told, described, interval_columns, newest_first, results_book
from monotown.report.sheets import book_bytes
from monotown.show.words import labels_from


def main(found: dict, views: list[str], keys: dict[str, tuple[str, str]], language: str, out: Path) -> None:
    config, measures, seen = read_yaml(found["views"]), read_yaml(found["measures"]), out.parent
    every = read_table(found["indicators"], INDICATORS)
    indices, tables = [], []

    def told(key: str, file: str, index: str, frame, columns=None) -> None:
        tables.append(Told(key, Path(file).relative_to(seen).as_posix(), index, frame, columns or TOLD[key]))

    of_views = (found[name] for name in ("prepared", "intervals", "contributions"))
    for view, panel, intervals, parts in zip(views, *of_views, strict=True):
        prepared = from_table(read_table(panel, PREPARED), view, config[view], measures)
        indices.append(Indexed(prepared, described(every, view), Path(panel).relative_to(seen).as_posix()))
        limits = newest_first(read_table(intervals))
        told("ranks", intervals, view, limits, interval_columns(limits))
        told("contributions", parts, view, read_table(parts))
    for file, (name, (key, view)) in zip(found["tables"], keys.items(), strict=True):
        frame = read_table(file)
        told(key, file, view, frame, spec_of(name, frame).columns)
    told("figures", found["observations"], "", read_table(found["observations"], OBSERVATIONS))
    labels = labels_from(read_text_table(found["words"]))[language]
    out.write_bytes(book_bytes(results_book(indices, tables, labels)))


i, p = snakemake.input, snakemake.params
run(lambda: main(dict(i.items()), p.views, p.keys_of, p.language, Path(snakemake.output[0])))
