"""The workflow in the wheel: the files that a run stands on, beside the library."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent


class BuildWithProject(build_py):
    """Copies to ``monotown/project`` what `monotown.commands.places` looks for there."""

    def run(self) -> None:
        """Build the library, then copy."""
        super().run()
        if self.editable_mode:  # the checkout itself is found
            return
        for source in files():
            target = Path(self.build_lib, "monotown", "project", source.relative_to(HERE))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def files() -> list[Path]:
    """Files of the project that go into the wheel, all but what Python writes beside scripts."""
    names = ("Snakefile", "environment.yml", "config", "data", "profiles", "workflow")
    found = [p for name in names for p in (HERE / name, *(HERE / name).rglob("*"))]
    return sorted(p for p in found if p.is_file() and p.suffix != ".pyc")


setup(cmdclass={"build_py": BuildWithProject})
