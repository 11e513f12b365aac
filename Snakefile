# The map of the workflow is workflow/Snakefile; Snakemake takes no default target from a file that is included.
include: "workflow/Snakefile"


workflow.default_target = workflow.modifier.modify_rulename("all")
