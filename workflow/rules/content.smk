# What each step stands on, by content, and one run at a time on a folder of results.
CONTENT = Content(workflow.basedir, ".snakemake/code.json")

# The lock of this process's run.
RUN = []


def contents(made):
    """Digests of the code of a rule and of those of its files that no step makes."""
    script = os.path.join(str(made.basedir), made.script)
    files = [f for f in made.input if callable(f) or sources([f], RESULTS)]
    return [
        CONTENT.code(script),
        *(contents_of(f) if callable(f) else CONTENT.file(f) for f in files),
    ]


def contents_of(asked):
    """The same of the files that an input function names."""

    def digests(wildcards):
        return [CONTENT.file(f) for f in sources(flatten([asked(wildcards)]), RESULTS)]

    return digests


def run_alone(wildcards):
    """No file: a run holds its results as soon as it plans, when it is known to be a run."""
    settings = workflow.execution_settings
    if workflow.is_main_process and settings and settings.lock:
        if not (RUN or workflow.dryrun):
            RUN.append(hold(workflow.basedir, RESULTS))
    return []
