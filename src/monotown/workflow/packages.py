"""The packages that a run stands on, with their versions."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Final

#: The beginning of a requirement.
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def packages() -> dict[str, str]:
    """Name of each package that the library needs to run, to the version that is installed.

    Examples
    --------
    >>> {"numpy", "snakemake"} <= set(packages())
    True
    """
    found = {}
    for line in requires("monotown") or ():
        name = _NAME.match(line)
        if name and "extra ==" not in line:
            try:
                found[name[0].lower()] = version(name[0])
            except PackageNotFoundError:  # not for this system
                continue
    return found
