# Names of results that several rule files share.
from glob import glob


def figure(name, formats=None):
    """Files of a figure in every language."""
    return expand(
        f"{RESULTS}/figures/{name}.{{language}}.{{format}}",
        language=LANGUAGES,
        format=formats or FORMATS,
    )


def view_figure(name):
    """Files of a figure of each view, in every language."""
    return expand(
        f"{RESULTS}/figures/{name}_{{{{view}}}}.{{language}}.{{format}}",
        language=LANGUAGES,
        format=FORMATS,
    )


def pictured(files, caption, category, figure):
    """Files of a figure, those in SVG with a caption in Snakemake's report."""
    files = list(files)
    for i, file in enumerate(files):
        if file.endswith(".svg"):
            labels = {"figure": figure, "language": file.split(".")[-2]}
            files[i] = report(
                file,
                caption=f"../report/{caption}.rst",
                category=category,
                labels=labels,
            )
    return files


def joint_figure(name):
    """Files of a figure of each analysis of each view, in every language."""
    return pictured(
        view_figure(f"{{{{analysis}}}}_{name}"),
        f"joint_{name}",
        "Sensitivity",
        f"{name}: {{analysis}}, {{view}}",
    )


def table(name):
    """The table for print of a name."""
    return f"{RESULTS}/tables/{name}.csv"
