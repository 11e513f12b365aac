# Raw data -> clean -> indicators -> index -> sensitivity -> findings -> report.
import os
import sys

from snakemake.utils import min_version

min_version("9.20")


configfile: "config/config.yaml"


# Steps run in Python processes of their own: give each the library of this checkout.
sys.path.insert(0, os.path.join(workflow.basedir, "src"))
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [sys.path[0], os.environ.get("PYTHONPATH", "")])
)
os.environ["PYTHONHASHSEED"] = "0"
for threads in ("OPENBLAS", "OMP", "MKL"):
    os.environ[threads + "_NUM_THREADS"] = "1"

from monotown.problems import InputError
from monotown_workflow.config import check_config, relative_config_files

try:
    check_config(config, workflow.basedir, relative_config_files(workflow))
except InputError as error:
    raise WorkflowError(str(error))

RESULTS = config["results"]
LANGUAGES = ["en", "ru", "kk"]
FORMATS = ["svg", "pdf", "png"]


wildcard_constraints:
    view=r"[a-z0-9_]+",
    language="en|ru|kk",


include: "workflow/rules/clean.smk"
include: "workflow/rules/paper.smk"
include: "workflow/rules/indicators.smk"
include: "workflow/rules/index.smk"
include: "workflow/rules/structure.smk"
include: "workflow/rules/sensitivity.smk"
include: "workflow/rules/findings.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        RESULTS + "/report.html",
        RESULTS + "/manifest.csv",
