"""The tables of the methods page, made from the register."""

from __future__ import annotations

from collections.abc import Iterable

from monotown.methods.method import Method, Weighting
from monotown.methods.register import AGGREGATIONS, FILLINGS, NORMALISATIONS, OUTLIERS, SCHEMES, TRANSFORMS

#: How a config chooses a method that has no other key.
_KEYS = {"scheme": "`weights: {}`", "missing": "measure `missing: {}`"}


def method_tables() -> dict[str, str]:
    """Each table of docs/methods.md by its name there.

    Examples
    --------
    >>> print(method_tables()["aggregations"].splitlines()[2][:58])
    | arithmetic | sum w z | OECD/JRC 2008, step 7 | `aggregat
    """
    return {
        "normalisations": _table(NORMALISATIONS.values()),
        "rules for missing data": _table(FILLINGS.values()),
        "rules for outliers and transforms": _table([*OUTLIERS.values(), *TRANSFORMS.values()]),
        "weighting schemes": _table(SCHEMES.values()),
        "aggregations": _table(AGGREGATIONS.values()),
    }


def _table(methods: Iterable[Method]) -> str:
    rows = [_row(m) for m in methods if not m.own]
    head = ["method", "formula", *(["where it may be used"] if len(rows[0]) == 6 else []), "reference", "key", "test"]
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines).replace("| --- ", "|---").replace("|  |", "| |")


def _row(method: Method) -> list[str]:
    key = method.key or _KEYS.get(method.family, f"`{method.family}: {{}}`").format(method.name)
    where = [method.admissible] if isinstance(method, Weighting) else []
    return [method.name, method.formula, *where, method.reference, key, method.test]
