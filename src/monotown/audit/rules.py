"""Rules in the open: each says what it asks of a table of the audit, and from which number on it is broken."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from monotown.audit.tables import FINDINGS, NOT_JUDGED, PASSED, SEVERITIES, SUBJECTS, TABLES
from monotown.base.lookups import UnreadError, parse_lookup
from monotown.base.problems import Problem, nearest
from monotown.base.tables import join_kinds
from monotown.base.ties import TOLERANCE, largest, level, smallest

#: Keys of a rule that hold an expression over the columns of its table.
_EXPRESSIONS: Final = ("of", "where", "number")


def limits_of(rule: Mapping[str, Any]) -> dict[str, float]:
    """What ``$names`` of the expressions of a rule stand for: its limit, and others that it gives names.

    Examples
    --------
    >>> limits_of({"limit": 2, "limits": {"kurtosis": 3.5}})
    {'limit': 2.0, 'kurtosis': 3.5}
    """
    return {"limit": float(rule["limit"]), **{k: float(v) for k, v in rule.get("limits", {}).items()}}


def findings(tables: Mapping[str, pd.DataFrame], rules: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """What each rule finds in the tables of an audit.

    Parameters
    ----------
    tables
        As `monotown.audit.measures.audit_tables` gives them, of one index.
    rules
        Id to a rule: ``table``, the table that it judges; ``of``, a condition for the rows that it can be asked of;
        ``number``, what is judged, an expression over the columns of the table; ``where``, the condition that breaks
        it; ``limit`` and ``limits``, numbers that the expressions name ``$limit`` and ``$<name>``; ``worst``, whether
        the ``largest`` or the ``smallest`` number comes nearest to breaking it; ``severity``; ``units``, a column
        with units that the finding points at.

    Returns
    -------
    pandas.DataFrame
        Table `monotown.audit.tables.FINDINGS`, in the order of the rules, the worst subject first.

    Examples
    --------
    >>> from monotown.audit.tables import TABLES
    >>> rows = {"view": "v", "year": 2022, "measure_a": ["a", "a"], "measure_b": ["b", "c"], "block_a": "B",
    ...     "block_b": "B", "r": [0.95, 0.4], "n_units": 20, "kind": "official", "source": "s"}
    >>> rule = {"table": "pairs", "number": "r", "where": "r > $limit", "limit": 0.92, "worst": "largest",
    ...     "severity": "serious"}
    >>> found = findings({"pairs": pd.DataFrame(rows)}, {"twice": rule})
    >>> found[["status", "subject", "number", "judged"]].values.tolist()
    [['fired', 'a;b', 0.95, 2]]
    """
    rows = [row for name, rule in rules.items() for row in _of_rule(tables[rule["table"]], name, rule)]
    known = next(frame for frame in tables.values() if len(frame))
    kinds = [row["kind"] for row in rows if row["kind"]]
    fill = {"kind": join_kinds(kinds or known["kind"]), "source": str(known["source"].iloc[0])}
    for row in rows:
        row.update({k: v for k, v in fill.items() if not row[k]})
        row.update(view=str(known["view"].iloc[0]), year=int(known["year"].iloc[0]))
    return FINDINGS.validate(pd.DataFrame(rows)[list(FINDINGS.columns)], lazy=True)


def _of_rule(table: pd.DataFrame, name: str, rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    limits = limits_of(rule)
    found = {"rule": name, "severity": rule["severity"], "limit": limits["limit"]}
    nothing = {**found, "status": NOT_JUDGED, "subject": "", "units": "", "number": math.nan, "judged": 0}
    asked = table
    if "of" in rule and len(asked):
        asked = parse_lookup(rule["of"]).chosen(asked, limits.__getitem__)
    if asked.empty:
        return [{**nothing, "kind": "", "source": ""}]
    numbers = parse_lookup(rule["number"]).each(asked, limits.__getitem__).astype(np.float64)
    asked, numbers = asked[np.isfinite(numbers)], numbers[np.isfinite(numbers)]
    if asked.empty:
        return [{**nothing, "kind": "", "source": ""}]
    asked = asked.assign(**{_NUMBER: numbers})
    broken = parse_lookup(rule["where"]).chosen(asked, limits.__getitem__)
    down = rule["worst"] == "largest"
    told = {**found, "judged": len(asked)}
    if broken.empty:
        at = largest(numbers) if down else smallest(numbers)
        row = _row(asked.iloc[at], rule)
        as_near = np.isclose(numbers, numbers[at], rtol=0, atol=TOLERANCE)
        # of several that come as near none is named
        return [{**told, "status": PASSED, **row, **({"subject": "", "units": ""} if as_near.sum() > 1 else {})}]
    order = np.argsort((-1 if down else 1) * level(broken[_NUMBER]), kind="stable")
    return [{**told, "status": "fired", **_row(row, rule)} for _, row in broken.iloc[order].iterrows()]


_NUMBER: Final = "number_of_rule"


def _row(row: pd.Series, rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "subject": ";".join(str(row[c]) for c in SUBJECTS[rule["table"]]),
        "units": str(row[rule["units"]]) if "units" in rule else "",
        "number": float(row[_NUMBER]),
        "kind": str(row["kind"]),
        "source": str(row["source"]),
    }


def rule_problems(config: Mapping[str, Any], file: str) -> list[Problem]:
    """What is wrong with rules: tables and columns that are not there, expressions that cannot be read, limits that
    no expression names.

    Parameters
    ----------
    config
        Content of ``config/parts/audit.yaml``, valid by its schema.
    file
        Its name, for the messages.
    """
    problems = []
    for name, rule in config["rules"].items():
        place = f"rules.{name}"
        if rule["table"] not in TABLES:
            problems.append(Problem(file, f"{place}.table", rule["table"], nearest(rule["table"], list(TABLES))))
            continue
        schema = TABLES[rule["table"]]
        row = pd.DataFrame({str(c): [_blank(str(column.dtype))] for c, column in schema.columns.items()})
        if "units" in rule and rule["units"] not in row:
            problems.append(
                Problem(file, f"{place}.units", rule["units"], nearest(rule["units"], [str(c) for c in row]))
            )
        limits = limits_of(rule)
        for key in (k for k in _EXPRESSIONS if k in rule):
            try:
                lookup = parse_lookup(rule[key])
                lost = [n for n in lookup.names if n not in limits]
                if lost:
                    raise UnreadError(f"${lost[0]}", f"a limit of the rule: {nearest(lost[0], list(limits))}")
                if key == "number":
                    lookup.each(row, limits.__getitem__).astype(np.float64)
                else:
                    lookup.chosen(row, limits.__getitem__)
            except UnreadError as error:
                problems.append(Problem(file, f"{place}.{key}", error.found, error.expected))
            except (TypeError, ValueError):
                problems.append(Problem(file, f"{place}.{key}", rule[key], "a number for each row of its table"))
    return problems


def _blank(dtype: str) -> object:
    """A value of a type, for a row that stands for any."""
    if dtype == "bool":
        return False
    return 1 if dtype in ("int64", "float64") else "x"


def order_of(names: Sequence[str], found: pd.DataFrame) -> list[str]:
    """Rules by what they found: broken ones first, the most serious of them first, each in its order."""
    first = found.drop_duplicates("rule").set_index("rule")

    def place(name: str) -> tuple[int, int]:
        status = str(first.loc[name, "status"])
        rank = SEVERITIES.index(str(first.loc[name, "severity"])) if status == "fired" else 3 + (status == NOT_JUDGED)
        return rank, names.index(name)

    return sorted(names, key=place)
