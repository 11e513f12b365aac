"""The ledger of any claims: what is stated, what the figures give, how, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import pandera.pandas as pa

from monotown.base.labels import Labels
from monotown.base.lookups import UnreadError
from monotown.base.problems import Problems
from monotown.base.tables import TEXT, columns_of, join_kinds, language_columns
from monotown.claims.addresses import DATA, Sheet, read_address, sheet_of_texts
from monotown.claims.checks import CHECKS
from monotown.claims.finding import Finding, NotPrinted, Verdict
from monotown.claims.read import NOT_STATED, READINGS, Claim, addresses, key_of, parameters_of
from monotown.claims.said import signs, tell

#: Verdicts in the order in which they are shown.
VERDICTS: Final = ("reproduced", "derived", "inconsistent", "not_derivable", "requirement", "external")

#: Kinds of statement: the publication makes it; it does not and the check works it out; it asks something of the
#: method; it rests on works that are cited.
STATEMENTS: Final = ("made", "silent", "requirement", "citation")

_OF_VERDICT: Final = {Verdict.REQUIREMENT: "requirement", Verdict.EXTERNAL: "citation"}

#: One claim a row. What the check gives is told in each language.
LEDGER: Final = pa.DataFrameSchema(
    {
        "id": pa.Column(str, unique=True),
        "place": TEXT,
        "quotation": TEXT,
        "statement": pa.Column(str, pa.Check.isin(STATEMENTS)),
        "stated": TEXT,
        **language_columns("recomputed", pa.Check.str_length(min_value=1)),
        **language_columns("arithmetic", pa.Check.str_length(min_value=1)),
        "verdict": pa.Column(str, pa.Check.isin(VERDICTS)),
        "reading": pa.Column(str, pa.Check.isin(READINGS)),
        "severity": pa.Column("int64", pa.Check.in_range(1, 3)),
        "check": TEXT,
        "addresses": pa.Column(str),
        "why": pa.Column(str),
        "kind": pa.Column(str),
        "source": pa.Column(str),
    },
    strict=True,
    coerce=True,
    name="ledger",
)

#: Claims of each verdict.
COUNTS: Final = pa.DataFrameSchema(
    {
        "verdict": pa.Column(str, pa.Check.isin(VERDICTS)),
        "claims": pa.Column("int64", pa.Check.ge(1)),
        "kind": pa.Column(str),
        "source": pa.Column(str),
    },
    strict=True,
    coerce=True,
    name="ledger_counts",
)


def tables_of(
    named: Mapping[str, Sequence[Sequence[str]]], results: Mapping[str, pd.DataFrame], units: Mapping[str, str]
) -> dict[str, Sheet]:
    """Every table that claims name.

    Parameters
    ----------
    named
        Tables of the publication: rows of texts, the headings first.
    results
        Tables of the run's results as texts; that of ``data`` has a row a figure and is turned to a row a unit and
        year. A table with a column ``unit`` gets one of their names.
    units
        Code of a unit to its name.
    """
    found = {n: sheet_of_texts(pd.DataFrame(list(rows[1:]), columns=list(rows[0]))) for n, rows in named.items()}
    for name, frame in results.items():
        if name == DATA:
            wide = frame.drop_duplicates(["unit", "year", "variable"])
            wide = wide.pivot_table("value", ["unit", "year"], "variable", "first", fill_value="", sort=False)
            frame = wide.reset_index()
        if "unit" in frame:
            frame = frame.assign(name=[units.get(code, code) for code in frame["unit"]])
        found[name] = sheet_of_texts(frame)
    return found


def statement_of(made: bool, verdict: Verdict) -> str:
    """Which of `STATEMENTS` a claim is."""
    return _OF_VERDICT.get(verdict, "made" if made else "silent")


def told(finding: Finding, labels: Mapping[str, Labels]) -> dict[str, str]:
    """What a finding says, a column a language.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from monotown.claims.said import Amount
    >>> words = {code: Labels(code, {}) for code in ("en", "ru")}
    >>> told(Finding(Verdict.DERIVED, Amount(Fraction(1, 2), 1), "1 / 2"), words)["recomputed_ru"]
    '0,5'
    """
    parts = {"recomputed": finding.recomputed, "arithmetic": finding.arithmetic}
    return {f"{name}_{code}": tell(part, words) for name, part in parts.items() for code, words in labels.items()}


def judge(
    claims: Sequence[Claim], tables: Mapping[str, Sheet], labels: Mapping[str, Labels], source: str = ""
) -> pd.DataFrame:
    """Run the check of every claim.

    Parameters
    ----------
    claims
        From `monotown.claims.read.read_claims`.
    tables
        Every table that they name.
    labels
        Words of each language: ``said.*``, ``thing.*``, ``rule.*``.
    source
        The publication.

    Returns
    -------
    pandas.DataFrame
        Table `LEDGER`, in the order of the claims.

    Raises
    ------
    InputError
        Every address that names what a table has not.
    """
    problems = Problems()
    rows = []
    for claim in claims:
        try:
            finding = judged_claim(claim, tables)
        except UnreadError as error:
            problems.add("claims", claim.id, error.found, error.expected)
            continue
        rows.append(
            {
                **{
                    k: getattr(claim, k) for k in ("id", "place", "quotation", "stated", "reading", "severity", "check")
                },
                "statement": statement_of(claim.quotation != NOT_STATED, finding.verdict),
                **told(finding, labels),
                "verdict": finding.verdict.value,
                "addresses": "; ".join(f"{k} = {v}" for k, v in claim.given.items()),
                "why": claim.why,
                "kind": "published",
                "source": source,
            }
        )
    problems.stop()
    frame = pd.DataFrame(rows)
    return LEDGER.validate(frame[columns_of(LEDGER, frame.columns)], lazy=True)


def judged_claim(claim: Claim, tables: Mapping[str, Sheet]) -> Finding:
    """The finding for one claim."""
    check = CHECKS[claim.check]
    rounded = claim.reading == "charitable"
    given: dict[str, Any] = parameters_of(claim)
    try:
        for name, parameter in check.parameters.items():
            text = claim.given.get(name, "")
            if parameter.kind == "figure":
                given[name] = read_address(text).one(tables, rounded=rounded) if text else None
            elif parameter.kind == "column":
                key = key_of(claim.given.get("key", ""), name)
                given[name] = read_address(text).figures(tables, rounded=rounded, key=key)
            elif parameter.kind == "figures":
                cells = [f for a in addresses(parameter, text) for f in a.figures(tables, rounded=rounded).values()]
                given[name] = [f for f in cells if f is not None]
    except NotPrinted as reason:
        return Finding(Verdict.NOT_DERIVABLE, "–", signs("∅ {}", reason.what))
    found = check.run(claim.number if check.states == "number" else claim.stated, given)
    if claim.quotation == NOT_STATED and found.verdict is Verdict.REPRODUCED:
        return replace(found, verdict=Verdict.DERIVED)
    return found


def counts(ledger: pd.DataFrame) -> pd.DataFrame:
    """Table `COUNTS`: claims of each verdict that some claim has, in the order of `VERDICTS`.

    Parameters
    ----------
    ledger
        With ``verdict``, ``kind`` and ``source``.

    Raises
    ------
    ValueError
        If a verdict is none of `VERDICTS`.
    """
    found = ledger["verdict"].value_counts()
    if unknown := sorted(set(found.index) - set(VERDICTS)):
        raise ValueError(f"verdicts {unknown}; expected {list(VERDICTS)}")
    given = [v for v in VERDICTS if v in found.index]
    made = {"verdict": given, "claims": [int(found[v]) for v in given]}
    made |= {"kind": join_kinds(ledger["kind"]), "source": "; ".join(sorted(ledger["source"].unique()))}
    return COUNTS.validate(pd.DataFrame(made))
