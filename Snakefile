# Raw data -> clean -> indicators -> index -> sensitivity -> findings -> report.
import os
import sys

from snakemake.utils import min_version

min_version("9.20")


configfile: "config/config.yaml"


# The library of this checkout, here and in the steps.
LIBRARY = os.path.join(workflow.basedir, "src")
sys.path.insert(0, LIBRARY)

from monotown.base.problems import InputError
from monotown.workflow import read_yaml
from monotown.workflow.alone import hold, name_steps
from monotown.workflow.config import relative_config_files
from monotown.workflow.content import Content, sources
from monotown.workflow.door_words import said
from monotown.workflow.environment import leave_out_unused, set_environment
from monotown.workflow.scenarios import read_settings
from monotown.workflow.settled import settled
from monotown.workflow.sources import raw_files, source_files

set_environment(LIBRARY)
leave_out_unused()

try:
    # Snakemake joins the run's mappings with the default's, so that nothing could be left out.
    SETTLED = settled(
        read_yaml("config/config.yaml"), workflow.config_settings.overwrite_config
    )
    config.clear()
    config.update(SETTLED)
    # Once, before the first step: the processes of the steps read this file as well.
    if getattr(workflow, "is_main_process", True):
        from monotown.workflow.door import check_run

        check_run(config, workflow.basedir, relative_config_files(workflow))
    # Steps read the files that describe the sources, one by one.
    config["sources"] = source_files(config["sources"], workflow.basedir)
    VIEWS = read_yaml(config["views"])
    # A run on own data has no part in the paper and the regions.
    OWN_DATA = "input" in config
    # What goes beyond the data: a part is left out where the config has null for its file.
    PARTS = ["cohort", "scenarios", "mechanism", "hypothesis"]
    PARTS = [part for part in PARTS if config[part] and not OWN_DATA]
    if "scenarios" in PARTS:
        SCENARIOS = read_settings(config["scenarios"], workflow.basedir, VIEWS)
except InputError as error:
    raise WorkflowError(said(error, config, workflow.basedir))

RESULTS = config["results"]
name_steps(workflow.basedir, RESULTS)

# Rules that are not for every run.
LEFT_OUT = ["template"]
if OWN_DATA:
    LEFT_OUT += [
        "checks",
        "coverage_figure",
        "paper_tables",
        "region_tables",
        "reading_tables",
        "weight_tables",
        "side_by_side_figure",
        "method_tables",
        "robustness_tables",
    ]
if not PARTS:
    LEFT_OUT += ["answers", "assumptions"]
LANGUAGES = ["en", "ru", "kk"]
FORMATS = ["svg", "pdf", "png"]

# Views whose every choice is varied; a pattern that matches nothing where there is none.
FULL_VIEWS = "|".join(config["sensitivity"]["views"]) or "(?!)"


wildcard_constraints:
    view="|".join(VIEWS),
    language="en|ru|kk",


include: "workflow/rules/common.smk"
include: "workflow/rules/content.smk"


if OWN_DATA:

    include: "workflow/rules/towns.smk"

else:

    include: "workflow/rules/clean.smk"
    include: "workflow/rules/observations.smk"
    include: "workflow/rules/paper.smk"
    include: "workflow/rules/paper_figures.smk"
    include: "workflow/rules/methods.smk"
    include: "workflow/rules/sobol.smk"
    include: "workflow/rules/findings.smk"


include: "workflow/rules/indicators.smk"
include: "workflow/rules/index.smk"
include: "workflow/rules/structure.smk"
include: "workflow/rules/sensitivity.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/joint_figures.smk"
include: "workflow/rules/template.smk"


if "cohort" in PARTS:

    include: "workflow/rules/cohort.smk"


if "scenarios" in PARTS:

    include: "workflow/rules/scenarios.smk"


if "mechanism" in PARTS:

    include: "workflow/rules/mechanism.smk"


if "hypothesis" in PARTS:

    include: "workflow/rules/hypothesis.smk"


if "survey" in config:

    include: "workflow/rules/survey.smk"

    # made on request, beside the results and never among them
    LEFT_OUT += [r.name for r in workflow.rules if r.name.startswith("survey")]


# Tables go first: the last small steps of the page, which wait for each other, then have the
# drawing of figures beside them.
for made in workflow.rules:
    if not all(drawn_figure(output) for output in made.output):
        made.priority = 1


# Content decides what is made again, not dates: digests are parameters of every step.
for made in workflow.rules:
    if made.script:
        made.set_params(*contents(made))
    made.set_input(run_alone)
CONTENT.save()


rule all:
    default_target: True
    input:
        f"{RESULTS}/report.html",
        f"{RESULTS}/manifest.csv",
