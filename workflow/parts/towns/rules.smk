# What the study says before a workbook adds to it.
PROJECT = {name: STUDY(name) for name in STUDY_PARTS}

# Own data: in a run that has a section `input`, what reads it.
if OWN_DATA:

    include: "own_data.smk"
