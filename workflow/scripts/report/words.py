"""Join every word of the run in one table."""

from monotown.workflow import read_yaml, run, write_table
from monotown.workflow.sources import read_sources

from monotown.base.labels import merge_labels
from monotown.mechanism.chapter import mechanism_words
from monotown.show.words import scenario_words, words_of, words_table


def words(
    labels: list[str], entries: dict[str, str], sources: str | list[str], indicators: str,
    cohort: str, scenarios: list[str], mechanism: str, out: str,
) -> None:  # fmt: skip
    parts = [words_of("indicator", read_yaml(indicators)["indicators"])]
    if cohort:
        parts += [words_of(p, read_yaml(cohort)[f"{p}s"]) for p in ("prior", "course")]
    parts += [words_of(prefix, read_yaml(path)) for prefix, path in entries.items()]
    parts.append(words_of("source", read_sources(sources)))
    views = read_yaml(entries["view"]).values()
    parts += [words_of("other_reading", view.get("readings", {})) for view in views]
    parts.append(scenario_words({path: read_yaml(path) for path in scenarios}))
    texts = merge_labels((path, read_yaml(path)) for path in labels)
    if mechanism:
        parts.append(mechanism_words(read_yaml(mechanism), texts))
    write_table(words_table(*parts, texts), out)


i = snakemake.input
run(
    lambda: words(
        list(i.labels),
        {
            "unit": i.units,
            "variable": i.variables,
            "measure": i.measures,
            "view": i.views,
        },
        i.sources,
        i.indicators,
        i.get("cohort", ""),
        list(i.get("scenarios", [])),
        i.get("mechanism", ""),
        snakemake.output[0],
    )
)
