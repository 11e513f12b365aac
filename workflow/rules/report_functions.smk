# Where the report's files are, which rules make them, and every result of a run.
import re


def shown(name):
    """A table of the report as an output, with its caption in Snakemake's report."""
    return report(
        table(name),
        caption="../report/tables.rst",
        category="Tables",
        labels={"table": name},
    )


def makers(wildcards):
    """Rule that makes each figure and table of the page."""
    made = [(f"figure {n}", figure(n, ["svg"])[0]) for n in NEEDS.figures]
    made += [(f"table {n}", table(n)) for n in NEEDS.tables]
    return {
        name: next(r.name for r in workflow.rules if r.is_producer(path))
        for name, path in made
    }


def every_result(wildcards):
    """Outputs of every rule but the manifest, its wildcards filled as the rule allows."""
    values = {
        "view": list(VIEWS),
        "analysis": list(config["sensitivity"]["analyses"]),
        "language": LANGUAGES,
        "format": FORMATS,
    }
    found = set()
    for made in workflow.rules:
        if made.name in ("all", "manifest", *LEFT_OUT):
            continue
        limits = made.wildcard_constraints
        allowed = {
            key: [v for v in some if re.fullmatch(limits.get(key, ".+"), v)]
            for key, some in values.items()
        }
        for output in made.output:
            if "scatteritem" in output:
                continue  # parts of a table, gone when it is made
            pattern = re.sub(r"\{(\w+),[^{}]*\}", r"{\1}", str(output))
            found.update(expand(pattern, **allowed))
    return sorted(found)
