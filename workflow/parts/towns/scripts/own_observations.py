"""Observations of the raw files and the workbook; stops with every problem of the workbook."""

from monotown.workflow import read_labels, read_table, read_yaml, run, write_table
from monotown.workflow.config import key_lines
from monotown.workflow.sources import read_sources
from monotown.workflow.towns import read_survey, stop_on_errors

from pathlib import Path

from monotown.base.labels import Labels
from monotown.base.parsing import reads_of
from monotown.base.tables import OBSERVATIONS, Kind
from monotown.data.clean import clean
from monotown.data.units import Units
from monotown.data.workbooks.derive import joined_observations, sources_rows
from monotown.index.catalogue import Config, check_catalogue


def main(
    raw: list[str],
    files: list[str],
    own: str,
    problems: str,
    parts: dict[str, Config],
    survey: list[str],
    config: dict[str, dict],
    words: Labels,
    section: dict,
    out: dict[str, str],
) -> None:
    stop_on_errors(problems, words)
    check_catalogue(**parts)
    contents = {path: Path(path).read_bytes() for path in raw}
    cleaned = clean(contents, config["sources"], config["variables"], Units(config["units"]))
    mine = read_table(own, OBSERVATIONS)
    reads_as = reads_of(config["variables"])
    seen = joined_observations(cleaned.observations, mine, reads_as)
    write_table(seen, out["observations"], OBSERVATIONS, exact=True)
    for kind in (Kind.OFFICIAL, Kind.PUBLISHED):
        write_table(seen[seen["kind"] == kind], out[kind.value], OBSERVATIONS, exact=True)
    own_files = [Path(f).read_bytes() for f in [*files, *survey[1:]]]
    fed = read_survey(survey)
    write_table(sources_rows(cleaned.sources, mine, section, own_files, fed), out["sources"])
    write_table(cleaned.oddities, out["oddities"])


NAMES = ("indicators", "measures", "views", "variables", "units")
i, section = snakemake.input, dict(snakemake.params.section)
checked = dict(zip(NAMES[:3], map(read_yaml, i.schemas), strict=True))
run(
    lambda: main(
        list(i.raw),
        list(i.files),
        i.own,
        i.problems,
        {n: Config(i[n], read_yaml(i[n]), checked.get(n), key_lines(i[n])) for n in NAMES},
        list(i.survey),
        {**{name: read_yaml(i[name]) for name in ("units", "variables")}, "sources": read_sources(i.sources)},
        read_labels(snakemake.params.labels)[section["language"]],
        section,
        dict(snakemake.output.items()),
    )
)
