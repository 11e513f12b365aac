"""Tables of the chapter on the audit: each rule with what it found and asks for, and each indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from monotown.audit.rules import limits_of, order_of
from monotown.audit.tables import NOT_JUDGED, PASSED
from monotown.base.labels import Labels, texts_of
from monotown.base.tables import join_kinds
from monotown.show.prose import fact_text

#: Table of a rule to how the keys begin of what its subjects may be called.
_NAMED: Final[Mapping[str, Sequence[str]]] = {
    "importance": ("measure", "block"),
    "blocks": ("block",),
    "robustness": ("report.analysis",),
    "choices": ("sobol.input",),
}


def rule_table(found: pd.DataFrame, config: Mapping[str, Any], labels: Mapping[str, Labels]) -> pd.DataFrame:
    """One row a rule: what it found, in the words of each language, those to act on first.

    Parameters
    ----------
    found
        Table `monotown.audit.tables.FINDINGS` of one index.
    config
        ``config/parts/audit.yaml``: ``rules``, each with its ``form``, as of a fact; ``shown``, the subjects of a rule
        that are named; ``wide``, which sentences may quote.
    labels
        Words of each language: ``audit.says.<rule>``, and names of indicators, blocks, analyses, choices and units.

    Returns
    -------
    pandas.DataFrame
        ``rule, result`` (the severity of a broken rule, ``passed`` or ``not_judged``), ``number`` (the worst),
        ``limit, count`` (subjects that break it), ``judged, says_<language>, kind, source``.
    """
    rows = []
    for name in order_of(list(config["rules"]), found):
        mine = found[found["rule"] == name]
        first = mine.iloc[0]
        broken = bool(first["status"] == "fired")
        rows.append(
            {
                "rule": name,
                "result": first["severity"] if broken else first["status"],
                "number": first["number"],
                "limit": first["limit"],
                "count": len(mine) if broken else 0,
                "judged": first["judged"],
                **{f"says_{code}": _said(mine, name, config, words) for code, words in labels.items()},
                "kind": join_kinds(mine["kind"]),
                "source": first["source"],
            }
        )
    return pd.DataFrame(rows)


def _said(mine: pd.DataFrame, name: str, config: Mapping[str, Any], words: Labels) -> str:
    """What a rule says in a language, with the numbers that made it speak."""
    status, rule = str(mine["status"].iloc[0]), config["rules"][name]
    if status == NOT_JUDGED:
        return words("audit.nothing")
    limits = {key: _limit(value, rule["form"], words) for key, value in limits_of(rule).items()}
    what = _subjects(mine, rule, config["shown"], words)
    number, wide = (
        _number(float(mine["number"].iloc[0]), rule["form"], words),
        _number(config["wide"], "percent:0", words),
    )
    if status == PASSED:
        # the index itself has no name beside its number
        key = "audit.within" if what else "audit.within_whole"
        return words(key, what=what, number=number, limit=limits["limit"])
    wide = _limit(config["wide"], "percent:0", words)
    return words(f"audit.says.{name}", what=what, number=number, n=len(mine), wide=wide, **limits)


def _number(value: float, form: str, words: Labels) -> str:
    text = fact_text(str(value), form, words)
    return words("audit.percent", value=text) if form.startswith("percent") else str(text)


def _limit(value: float, form: str, words: Labels) -> str:
    """A number as a person sets it, with as many decimals as it has."""
    kind = form.partition(":")[0]
    decimals = f"{100 * value if kind == 'percent' else value:.10g}".partition(".")[2]
    return _number(value, f"{kind}:{min(len(decimals), 9)}", words)


def _subjects(mine: pd.DataFrame, rule: Mapping[str, Any], shown: int, words: Labels) -> str:
    """Subjects with their numbers: ``Internet (0.12), roads (0.15) and 3 more``."""
    told = []
    for subject, units, number in mine[["subject", "units", "number"]].head(shown).itertuples(index=False, name=None):
        name = " – ".join(name_of(part, rule["table"], words) for part in subject.split(";"))
        if not name:
            return ""
        at = "; ".join(filter(None, [_number(number, rule["form"], words), ", ".join(_units(units, words))]))
        told.append(f"{name} ({at})")
    text = ", ".join(told)
    more = len(mine) - len(told)
    return words("audit.more", what=text, n=more) if more > 0 else text


def name_of(part: str, table: str, words: Labels) -> str:
    """What a subject of a rule of a table is called; its id where it has no name."""
    keys = (f"{start}.{part}" for start in _NAMED.get(table, ("measure",)))
    return next((words(key) for key in keys if words.has(key)), part)


def _units(units: str, words: Labels) -> Sequence[str]:
    parts = units.split(";") if units else []
    return [words(f"unit.{part}") if words.has(f"unit.{part}") else part for part in parts]


def indicator_rows(indicators: pd.DataFrame, importance: pd.DataFrame) -> pd.DataFrame:
    """The numbers of each indicator that the chapter shows: the table of the audit with the ratio of its importance.

    Returns
    -------
    pandas.DataFrame
        The columns of `monotown.audit.tables.INDICATORS` but for ``view``, and ``ratio``.
    """
    leaves = importance[importance["level"] == "indicator"].set_index("node")["ratio"]
    return indicators.drop(columns="view").assign(ratio=indicators["measure"].map(leaves).astype(float))


def rule_words(rules: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """What rules say of themselves, by key; those that leave it out have their words among the labels.

    Examples
    --------
    >>> rule_words({"mine": {"title": {"en": "Mine"}, "limit": 1}, "silent": {"limit": 0.3}})
    {'audit.rule.mine': {'en': 'Mine'}}
    """
    places = {"title": "audit.rule", "says": "audit.says"}
    return {
        f"{place}.{name}": texts_of(rule[key])
        for name, rule in rules.items()
        for key, place in places.items()
        if key in rule
    }
