"""Join every word of the run in one table."""

from monotown.workflow import read_yaml, run, write_table
from monotown.workflow.step_words import names_of, wording_of
from monotown.workflow.words import case_texts, label_texts, languages

from monotown.audit.chapter import rule_words
from monotown.mechanism.chapter import mechanism_words
from monotown.methods.register import own_words
from monotown.show.words import scenario_words, words_of, words_table


def words(files: dict, out: str) -> None:
    parts = [names_of(files)]
    if "cohort" in files:
        parts += [words_of(p, read_yaml(files["cohort"])[f"{p}s"]) for p in ("prior", "course")]
    parts.append(scenario_words({path: read_yaml(path) for path in files.get("scenarios", [])}))
    texts = label_texts()
    if "mechanism" in files:
        parts.append(mechanism_words(read_yaml(files["mechanism"]), texts))
    said = wording_of(files, parts[0])
    own = rule_words(read_yaml(files["audit"])["rules"]) if "audit" in files else {}
    write_table(words_table(languages(), *parts, texts, own_words(), own, said, cases=case_texts()), out)


run(lambda: words(dict(snakemake.input.items()), snakemake.output[0]))
