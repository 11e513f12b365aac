"""What a run's steps, each a Python process of its own, find in their environment."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping


def set_environment(library: str | os.PathLike[str], environment: MutableMapping[str, str] | None = None) -> None:
    """Give steps the library of a checkout, and one thread each for linear algebra.

    Threads of a library would change the order of sums, and so the last bits of a result, with the
    number of cores.

    Parameters
    ----------
    library
        Folder that holds the packages; where it is absent, the library is installed, and steps find it.
    environment
        Changed in place; the process's own by default.
    """
    target = os.environ if environment is None else environment
    known = target.get("PYTHONPATH")
    if os.path.isdir(library):
        target["PYTHONPATH"] = os.pathsep.join([str(library), *([known] if known else [])])
    target["PYTHONHASHSEED"] = "0"
    for name in ("OPENBLAS", "OMP", "MKL"):
        target[f"{name}_NUM_THREADS"] = "1"


def leave_out_unused() -> None:
    """Keep pandera and jsonschema from loading what no step uses, half a second of each.

    At their first check they load, wherever it is installed, a tool of the tests and the grammar
    of a format that no schema here names. What is loaded already stays.
    """
    for name in ("hypothesis", "rfc3987_syntax"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
