# Where the project's files are, and its library, here and in the steps. The run works in the project itself, or, started
# in another folder, on a copy of the files that this folder keeps: all that comes after it reads and includes from ROOT.
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from snakemake.path_modifier import PathModifier
from snakemake.sourcecache import LocalGitFile, LocalSourceFile


def project_folder(here):
    """The project of this file: its folder, or a checkout of the repository that Snakemake reads it from."""
    if isinstance(here, LocalSourceFile):
        return Path(here.get_path_or_uri(secret_free=True)).resolve().parents[1]
    from git import Repo

    kept = (
        Repo(here.repo_path)
        if isinstance(here, LocalGitFile)
        else here.hosted_repo.repo
    )
    commit = kept.commit(here.ref).hexsha
    folder = Path(workflow.sourcecache.cache_path) / "monotown" / commit
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent) as part:
            whole = Path(part, commit)
            kept.clone(whole, no_checkout=True).git.checkout(commit)
            if not folder.is_dir():
                whole.rename(folder)
    return folder


# The files as their makers keep them; a checkout has the library beside them.
CHECKOUT = project_folder(workflow.current_basedir)
if (CHECKOUT / "src").is_dir():
    sys.path.insert(0, str(CHECKOUT / "src"))

from monotown.commands.places import laid
from monotown.workflow.config import CALLED
from monotown.workflow.environment import set_environment
from monotown.workflow.place import FOLDER, Place

set_environment(CHECKOUT / "src")

# The main Snakefile, or a module of another workflow.
IS_MAIN = workflow.modifier.is_main_snakefile()

HERE = Path.cwd().resolve()
PLACE = Place(HERE, CHECKOUT if HERE == CHECKOUT else HERE / FOLDER)
ROOT = PLACE.root

if not PLACE.home:

    class Seen(PathModifier):
        """The files of the rules as Snakemake sees them."""

        def _replace_prefix(self, path, property):
            return path if callable(path) else PLACE.seen(path)

    if workflow.is_main_process:
        laid(ROOT, CHECKOUT, HERE / "config")
    if workflow.modifier.modify_path("results") != "results":
        raise WorkflowError(
            "A module takes no prefix: its config names the folder of its results"
        )
    workflow.modifier.path_modifier = Seen(None, None, workflow)
    # Its paths were named by who started it.
    os.environ[CALLED] = "1"
    # Until its last file is read: names of files are those that the workflow gives them.
    os.chdir(ROOT)
