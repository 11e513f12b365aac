# What each step stands on, by content, and one run at a time on a folder of results; read after all rules.
import os

from monotown.workflow.alone import hold
from monotown.workflow.content import Content, sources

CONTENT = Content(ROOT, ".snakemake/code.json")

# The lock of this process's run.
RUN = []


def script_of(made):
    """The script of a rule."""
    return os.path.join(str(made.basedir), made.script)


def contents(made):
    """Digests of the code of a rule and of those of its files that no step makes."""
    named = [f if callable(f) else PLACE.named(f) for f in made.input]
    files = [f for f in named if callable(f) or sources([f], RESULTS)]
    told = ["labels"] if "labels" in made.params.keys() else []
    return [
        CONTENT.code(script_of(made)),
        *(contents_of(f) if callable(f) else CONTENT.file(f) for f in files),
        *(CONTENT.labels(made.params.labels) for _ in told),
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
            RUN.append(hold(HERE, PLACE.seen(RESULTS)))
            # A limit of jobs has Snakemake (9.27) look at all waiting steps after each timespan, once for each
            # step that has ended: a fifth of a run's processor time. A limit is for the queue of a cluster.
            if workflow.local_exec:
                workflow.scheduling_settings.max_jobs_per_timespan = None
    return []


for made in own_rules().values():
    # Tables go first: the last small steps of the page, which wait for each other, then have the
    # drawing of figures beside them.
    if not all(drawn_figure(PLACE.named(output)) for output in made.output):
        made.priority = 1
    # A user's methods go to the steps that compute with methods.
    if made.script and config.get("methods") and CONTENT.computes(script_of(made)):
        made.set_input(own_methods=config["methods"])
    # Content decides what is made again, not dates: digests are parameters of every step.
    if made.script:
        made.set_params(*contents(made))
    made.set_input(run_alone)
CONTENT.save()

# The workflow is read: from here on its files are seen as Snakemake sees them.
os.chdir(HERE)
