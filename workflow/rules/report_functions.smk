# Which rules make what the report shows, and every result of a run.
import re
import subprocess
from importlib.metadata import version
from itertools import product
from types import SimpleNamespace

# Rules that list what the others make.
LISTS = ["steps", "manifest", "crate"]


def piece_table(name):
    """The table that a piece names: one for print, or with a slash any other."""
    return f"{RESULTS}/{name}.csv" if "/" in name else table(name)


def commit_of(root):
    """The state of the software: its commit, and whether it was changed since; "" where it is not known."""
    if not Path(root, ".git").exists():
        return ""
    asked = ["git", "-C", str(root), "describe", "--always", "--dirty", "--exclude=*"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    return told.stdout.strip()


def makers(wildcards):
    """Rule that makes each figure and table of the page."""
    made = [(f"figure {n}", figure(n, ["svg"])[0]) for n in NEEDS.figures]
    made += [(f"table {n}", table(n)) for n in NEEDS.tables]
    return {
        name: next(r.name for r in workflow.rules if r.is_producer(path))
        for name, path in made
    }


def steps_of(wanted):
    """Every step that makes results: its rule, its wildcards, and its outputs; not those that list what was made.

    What makes figures alone counts where it makes one that is wanted (None: any figure).
    """
    values = {
        "view": list(VIEWS),
        "analysis": list(config["sensitivity"]["analyses"]),
        "language": LANGUAGES,
        "format": FORMATS,
    }
    for made in workflow.rules:
        if made.name in ("all", "figures", *LISTS, *LEFT_OUT):
            continue
        limits = made.wildcard_constraints
        allowed = {
            key: [v for v in some if re.fullmatch(limits.get(key, ".+"), v)]
            for key, some in values.items()
            if key in made.wildcard_names
        }
        # parts of a table are gone when it is made
        outputs = [o for o in made.output if "scatteritem" not in o]
        for filled in product(*allowed.values()):
            wildcards = dict(zip(allowed, filled))
            files = [filled_in(o, wildcards) for o in outputs]
            drawn = [drawn_figure(f) for f in files]
            if files and (wanted is None or not all(drawn) or wanted & set(drawn)):
                yield made, wildcards, files


def filled_in(pattern, wildcards):
    """A file from its pattern."""
    return re.sub(r"\{(\w+),[^{}]*\}", r"{\1}", str(pattern)).format(**wildcards)


def made_files(wanted):
    """Outputs of every step."""
    return sorted({file for *_, files in steps_of(wanted) for file in files})


def taken_files(made, wildcards):
    """Inputs of a step; parts of a table, which are gone when it is made, stand on the same."""
    found = []
    for asked in made.input:
        if asked is run_alone:
            continue
        if callable(asked):
            found += flatten([asked(SimpleNamespace(**wildcards))])
        elif "scatteritem" not in asked and "/shards/" not in asked:
            found.append(filled_in(asked, wildcards))
    return sorted({str(file) for file in found})


def every_step(wildcards):
    """File of every step of the run with the files that it takes and makes."""
    return STUDY.put("steps", told_steps)


def told_steps():
    return [
        {
            "rule": made.name,
            "of": list(filled.values()),
            "script": named_script(script_of(made)),
            "inputs": taken_files(made, filled),
            "outputs": files,
        }
        for made, filled, files in steps_of(set(NEEDS.figures))
    ]


def every_source(wildcards):
    """Every file that the run takes and no step of it makes."""
    steps = steps_of(set(NEEDS.figures))
    taken = {f for made, filled, _ in steps for f in taken_files(made, filled)}
    return sorted(sources(taken, RESULTS))


def codes_of_scripts(wildcards):
    """Digest of all code that each script stands on."""
    scripts = {script_of(made) for made, *_ in steps_of(set(NEEDS.figures))}
    return {
        named_script(s): CONTENT.code(s).rpartition(" ")[2] for s in sorted(scripts)
    }


def named_script(path):
    """A script as the table of steps names it."""
    return Path(path).resolve().relative_to(ROOT).as_posix()


def every_result(wildcards):
    """What a run makes: every table, and the figures that its report shows."""
    return made_files(set(NEEDS.figures))


def every_figure(wildcards):
    """Every figure there is, those that the report does not show too."""
    return [f for f in made_files(None) if drawn_figure(f)]
