"""Join every word of the run in one table."""

from monotown.workflow import read_yaml, run, write_table
from monotown.workflow.sources import read_sources
from monotown.workflow.words import case_texts, label_texts, languages

from monotown.mechanism.chapter import mechanism_words
from monotown.show.words import scenario_words, words_of, words_table


def words(
    entries: dict[str, str],
    sources: str | list[str],
    indicators: str,
    cohort: str,
    scenarios: list[str],
    mechanism: str,
    out: str,
) -> None:
    parts = [words_of("indicator", read_yaml(indicators)["indicators"])]
    if cohort:
        parts += [words_of(p, read_yaml(cohort)[f"{p}s"]) for p in ("prior", "course")]
    parts += [words_of(prefix, read_yaml(path)) for prefix, path in entries.items()]
    parts.append(words_of("source", read_sources(sources)))
    views = read_yaml(entries["view"]).values()
    parts += [words_of("other_reading", view.get("readings", {})) for view in views]
    parts.append(scenario_words({path: read_yaml(path) for path in scenarios}))
    texts = label_texts()
    if mechanism:
        parts.append(mechanism_words(read_yaml(mechanism), texts))
    write_table(words_table(languages(), *parts, texts, cases=case_texts()), out)


i = snakemake.input
run(
    lambda: words(
        {"unit": i.units, "variable": i.variables, "measure": i.measures, "view": i.views},
        i.sources,
        i.indicators,
        i.get("cohort", ""),
        list(i.get("scenarios", [])),
        i.get("mechanism", ""),
        snakemake.output[0],
    )
)
