# The run: its config, read and checked before the first step; its parts, its chapters, and the names of its results
# that several files of rules share. Functions and names alone, no rules.
from copy import deepcopy
from functools import cache
from glob import glob


include: "place.smk"


# A module has the words that its config gives; so has a run in another folder, from the file there.
if IS_MAIN and PLACE.home:

    configfile: "config/config.yaml"


from monotown.base.problems import InputError
from monotown.claims.addresses import DATA
from monotown.show.facts import declared
from monotown.show.chapters import Shows
from monotown.show.page import needs, page
from monotown.show.words import labels_from
from monotown.workflow import read_text_table, read_yaml
from monotown.workflow.alone import name_steps
from monotown.workflow.chosen import ChosenStudy
from monotown.workflow.claims import claims_of_run
from monotown.workflow.config import relative_config_files, tell
from monotown.workflow.door_words import said
from monotown.workflow.environment import leave_out_unused
from monotown.workflow.run_config import itself_of, run_config
from monotown.workflow.settled import joined, parts_of_run
from monotown.workflow.sources import raw_files, source_files
from monotown.workflow.chapters import (
    answer_files,
    chapter_files,
    fact_settings,
    plain,
    read_chapter,
    shows_of,
    text_folder,
)
from monotown.workflow.study import PARTS as STUDY_PARTS
from monotown.workflow.study import Pieces, pieces_folder
from monotown.workflow.step_words import WORDING
from monotown.workflow.wording import wording
from monotown.workflow.words import languages

leave_out_unused()

DEFAULT = read_yaml("config/config.yaml")

try:
    # Snakemake joins the run's mappings with the default's, so that nothing could be left out.
    SAID = workflow.config_settings.overwrite_config if IS_MAIN else config
    # What a run in another folder says there.
    BESIDE = [HERE / "config/config.yaml"] if IS_MAIN and not PLACE.home else []
    BESIDE = [file for file in BESIDE if file.is_file()]
    for file in BESIDE:
        SAID = joined(read_yaml(file), SAID)
    # A new mapping: that of a module is its user's.
    config, MOVED = run_config(
        PLACE.settings(deepcopy(SAID)), ROOT, kept=not workflow.is_main_process
    )
    # Once, before the first step is planned: the processes of the steps read this file as well.
    if workflow.is_main_process:
        from monotown.workflow.door import check_run

        tell(MOVED)
        FILES = [HERE / file for file in (*BESIDE, *workflow.configfiles)]
        check_run(config, ROOT, relative_config_files(ROOT, FILES))
    # Steps read the files that describe the sources, one by one.
    config["sources"] = source_files(config["sources"], ROOT)
    # Each file of words is a language, English first.
    LANGUAGES = list(languages())
    # In the forms that are asked for; the pages show SVG.
    FORMATS = list(config["figures"]["formats"])
    # What the steps read of the study, in pieces: a step runs again where a piece that it reads is new.
    PIECES = pieces_folder(config["results"])
    STUDY = Pieces(
        ChosenStudy(config, ROOT, None if workflow.is_main_process else ROOT / PIECES),
        PIECES,
        write=workflow.is_main_process,
    )
    # A study alone holds its figures, and says what they come from.
    ALONE = STUDY.study.alone
    if ALONE and workflow.is_main_process:
        STUDY.keep(itself_of(STUDY.study))
    VIEWS = read_yaml(STUDY("read"))
    # Indices that the report tells of, by the role that the study gives them.
    SHOWN = {k: v for k, v in STUDY.about.get("show", {}).items() if v in VIEWS}
    # A run on own data has no part in the paper and the regions.
    OWN_DATA = "input" in config
    RUN_PARTS = parts_of_run(PARTS, config)
    # Parts that go beyond the data: each has assumptions, and answers to claims of the paper.
    BEYOND = answer_files(RUN_PARTS)
    ANSWERED = bool(BEYOND) and "paper" in RUN_PARTS

    # A chapter is a file: the page takes its figures and tables, and its facts the tables they are read from, from
    # whichever rules make them.
    # A chapter says what it needs of the run; SHOWS is what this one has.
    SHOWS = Shows(
        **read_yaml(
            STUDY.put("shows", lambda: plain(shows_of(config, STUDY.study, VIEWS)))
        )
    )
    PROSE = {
        path: read_chapter(path, SHOWS) for path in chapter_files(config, RUN_PARTS)
    }
    PROSE = {path: chapter for path, chapter in PROSE.items() if chapter}
    TEXT = list(PROSE)
    NEEDS = needs(PROSE.values())
    FACT_SETTINGS = fact_settings(config, RUN_PARTS, ROOT, SHOWS)
    DECLARED = declared(PROSE, FACT_SETTINGS)
except InputError as error:
    raise WorkflowError(said(error, config, ROOT))

RESULTS = config["results"]
name_steps(HERE, PLACE.seen(RESULTS))

# Names that figures print; labels come by their groups, a parameter of a step.
NAMES = {
    name: STUDY(f"{name}_names")
    for name in ("units", "variables", "measures", "views", "indicators")
}
NAMES["sources"] = [STUDY.sources()] if ALONE else config["sources"]
# In a run on own data words of its own stand in place of those that tell of regions.
if OWN_DATA:
    NAMES[WORDING] = STUDY.put(WORDING, lambda: wording(config, STUDY.study, ROOT))

# Views whose every choice is varied; a pattern that matches nothing where there is none.
FULL_VIEWS = "|".join(config["sensitivity"]["views"]) or "(?!)"

# Views of several years, whose changes are told.
CHANGING = [v for v, has in SHOWS.indices.items() if "years" in has]


def own_rules():
    """The rules of this workflow by the names that it gives them: a workflow that has it as a module may have others."""
    return {name: known.rule for name, known in rules._rules.items()}


# Lists that the other files add to. What is made on request alone; files of parts with names in three languages;
# standard errors of the run's own survey, as errors of its measures.
LEFT_OUT = []
WORDED = {}
SURVEY_ERRORS = []


wildcard_constraints:
    view="|".join(VIEWS),
    language="|".join(LANGUAGES),


from monotown.show.page import page


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


def drawn_figure(file):
    """Name of the figure that a file shows; None for a file of another kind."""
    folder, _, name = file.rpartition("/")
    return name.split(".")[0] if folder == f"{RESULTS}/figures" else None


def kind_of(view):
    """Kind of data of a view; in a run on own data that of its files."""
    return config.get("input", {}).get("kind", VIEWS[view]["kind"])


def caption_file(name):
    """The caption of a name: beside the rules of a part, or with those of the trunk."""
    own = Path(str(workflow.current_basedir), "captions", f"{name}.rst")
    return str(own if own.is_file() else ROOT / f"workflow/report/{name}.rst")


def called(kind, name):
    """What a figure or table is called in Snakemake's report, once the run has made its words; its name without them."""
    words = ROOT / RESULTS / "words.csv"
    known = report_words(words) if words.is_file() else None
    key = f"{kind}.{name}"
    return known(key) if known and known.has(key) else name.replace("_", " ")


@cache
def report_words(path):
    """Words of the language of Snakemake's report."""
    return labels_from(read_text_table(path))[config["figures"]["described"]]


def pictured(files, caption, category, figure, view=None):
    """Files of a figure; that in SVG in the language of Snakemake's report has a caption there, if a page shows it.

    A figure of one view has its kind of data beside it: of `view`, or of the wildcard.
    """

    def labels_of(file):
        def labels(wildcards):
            of = view or getattr(wildcards, "view", None)
            kind = {"kind of data": kind_of(of)} if of else {}
            name = drawn_figure(file.format(**dict(wildcards.items())))
            return {"figure": called("figure", name), **kind}

        return labels

    files = list(files)
    for i, file in enumerate(files):
        shown = "{" in file or drawn_figure(file) in NEEDS.figures
        if shown and file.endswith(f".{config['figures']['described']}.svg"):
            files[i] = report(
                file,
                caption=caption_file(caption),
                category=category,
                labels=labels_of(file),
            )
    return files


def pages_in(folder, name, **told):
    """A page in each language, that in the language of Snakemake's report with a caption there."""
    files = {code: f"{folder}/{page(name, code)}" for code in LANGUAGES}
    code = config["figures"]["described"]
    return [*({**files, code: report(files[code], **told)}.values())]


def table(name):
    """The table for print of a name."""
    return f"{RESULTS}/tables/{name}.csv"


def shown(name, category="Tables"):
    """A table of the report as an output, with its caption in Snakemake's report."""
    return report(
        table(name),
        caption=caption_file("tables"),
        category=category,
        labels=lambda wildcards: {
            "table": called("table", name.format(**dict(wildcards.items())))
        },
    )
