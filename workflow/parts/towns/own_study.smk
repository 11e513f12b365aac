# A study alone: its figures were read, with the study, when the run was planned.
rule study_observations:
    input:
        figures=STUDY.figures(),
        sources=STUDY.sources(),
        files=STUDY.study.read,
    output:
        observations=f"{RESULTS}/clean/observations.csv",
        official=f"{RESULTS}/clean/observations_official.csv",
        published=f"{RESULTS}/clean/observations_published.csv",
        sources=f"{RESULTS}/clean/sources.csv",
        oddities=f"{RESULTS}/clean/oddities.csv",
    log:
        f"{RESULTS}/logs/study_observations.log",
    benchmark:
        f"{RESULTS}/benchmarks/study_observations.tsv"
    conda:
        "../../../environment.yml"
    message:
        "Observations: the figures of the study"
    script:
        "scripts/study_observations.py"
