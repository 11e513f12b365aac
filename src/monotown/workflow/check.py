"""The config of a run, read and checked before the first step: ``python -m monotown.workflow.check [CONFIG]``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from monotown.base.problems import InputError, Problem
from monotown.workflow import read_yaml
from monotown.workflow.config import relative_config_files, tell
from monotown.workflow.door import check_run
from monotown.workflow.door_words import said
from monotown.workflow.environment import leave_out_unused
from monotown.workflow.run_config import run_config
from monotown.workflow.settled import joined


def main(arguments: Sequence[str], root: str | Path = ".") -> int:
    """Check the run that config files define, and start nothing; 1 where something is wrong.

    Snakemake reads the same files through the same functions before it plans a step.
    """
    leave_out_unused()
    config: Mapping[str, Any] = {}
    try:
        run: dict[str, Any] = {}
        for file in arguments:
            if not Path(root, file).is_file():
                raise InputError([Problem(file, "-", "nothing", "a file that exists")])
            run = joined(run, read_yaml(Path(root, file)) or {})
        config, moved = run_config(run, root)
        tell(moved)
        read = check_run(config, root, relative_config_files(root, [Path(root, a) for a in arguments]))
    except InputError as error:
        print(said(error, config, root), file=sys.stderr)
        return 1
    print(f"{len(read)} files of config, words and sources read against each other: no problem found.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
