# Which rules make what the report shows, and every result of a run.
import re
import subprocess
import tomllib
from importlib.metadata import version
from itertools import product


def piece_table(name):
    """The table that a piece names: one for print, or with a slash any other."""
    return f"{RESULTS}/{name}.csv" if "/" in name else table(name)


def version_of(root):
    """The version of the software: that of a checkout, else of what is installed."""
    told = Path(root, "pyproject.toml")
    if told.is_file():
        return tomllib.loads(told.read_text(encoding="utf-8"))["project"]["version"]
    return version("monotown")


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
        name: next(n for n, r in own_rules().items() if r.is_producer(PLACE.seen(path)))
        for name, path in made
    }


def made_files(wanted):
    """Outputs of every rule but the manifest, its wildcards filled as the rule allows.

    What makes figures alone counts where it makes one that is wanted (None: any figure).
    """
    values = {
        "view": list(VIEWS),
        "analysis": list(config["sensitivity"]["analyses"]),
        "language": LANGUAGES,
        "format": FORMATS,
    }
    found = set()
    for name, made in own_rules().items():
        if name in ("all", "figures", "manifest", *LEFT_OUT):
            continue
        limits = made.wildcard_constraints
        allowed = {
            key: [v for v in some if re.fullmatch(limits.get(key, ".+"), v)]
            for key, some in values.items()
            if key in made.wildcard_names
        }
        # parts of a table are gone when it is made
        patterns = [
            re.sub(r"\{(\w+),[^{}]*\}", r"{\1}", PLACE.named(str(output)))
            for output in made.output
            if "scatteritem" not in output
        ]
        for filled in product(*allowed.values()):
            files = [p.format(**dict(zip(allowed, filled))) for p in patterns]
            drawn = [drawn_figure(f) for f in files]
            if wanted is None or not all(drawn) or wanted & set(drawn):
                found.update(files)
    return sorted(found)


def every_result(wildcards):
    """What a run makes: every table, and the figures that its report shows."""
    return made_files(set(NEEDS.figures))


def every_figure(wildcards):
    """Every figure there is, those that the report does not show too."""
    return [f for f in made_files(None) if drawn_figure(f)]
