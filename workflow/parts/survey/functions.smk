# Where the files of a survey stand.


def survey_file(path):
    """A file of the survey's config; those of the demonstration are made in this run's folder."""
    made = f"results/{SURVEY['id']}/"
    if "population" in SURVEY and path.startswith(made):
        return f"{SURVEY_RESULTS}/{path.removeprefix(made)}"
    return path
