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


def kind_of(view):
    """Kind of data of a view; in a run on own data that of its files."""
    return config["input"]["kind"] if OWN_DATA else VIEWS[view]["kind"]


def pictured(files, caption, category, figure, view=None):
    """Files of a figure, those in SVG with a caption in Snakemake's report.

    A figure of one view has its kind of data beside it: of `view`, or of the wildcard.
    """

    def labelled(language):
        def labels(wildcards):
            of = view or getattr(wildcards, "view", None)
            kind = {"kind of data": kind_of(of)} if of else {}
            return {"figure": figure, "language": language, **kind}

        return labels

    files = list(files)
    for i, file in enumerate(files):
        if file.endswith(".svg"):
            files[i] = report(
                file,
                caption=f"../report/{caption}.rst",
                category=category,
                labels=labelled(file.split(".")[-2]),
            )
    return files


def table(name):
    """The table for print of a name."""
    return f"{RESULTS}/tables/{name}.csv"
