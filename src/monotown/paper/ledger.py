"""The claims ledger: what the paper says, what its figures give, and the verdict."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from monotown.base import checked as pa
from monotown.base.labels import Labels, all_texts, in_language
from monotown.base.problems import Problems, nearest
from monotown.base.tables import TEXT, columns_of, language_columns
from monotown.claims.finding import Verdict
from monotown.claims.ledger import STATEMENTS, statement_of, told
from monotown.paper.checks import CHECKS, run_check
from monotown.paper.proof import STAFF_RANGE
from monotown.paper.published import Published, Words

READINGS = ("literal", "charitable")
KEYS = ("id", "place", "made", "quote", "words", "stated", "check", "with", "reading", "severity", "test")
REQUIRED = ("id", "place", "quote", "stated", "check", "reading", "severity", "test")

#: Parameters that come from the assumptions of the file, not from a claim.
ASSUMED = ("staff_range",)

#: One claim a row. What is stated and what the check gives is told in each language; the quotation is in its own.
CLAIMS = pa.DataFrameSchema(
    {
        "id": pa.Column(str, unique=True),
        "place": TEXT,
        "line_from": pa.Column("int64", pa.Check.ge(1)),
        "line_to": pa.Column("int64", pa.Check.ge(1)),
        "quotation": TEXT,
        "quotation_language": pa.Column(str, pa.Check.str_matches("^[a-z]{2}$")),
        "statement": pa.Column(str, pa.Check.isin(STATEMENTS)),
        **language_columns("stated", pa.Check.str_length(min_value=1)),
        **language_columns("recomputed", pa.Check.str_length(min_value=1)),
        **language_columns("arithmetic", pa.Check.str_length(min_value=1)),
        "verdict": pa.Column(str, pa.Check.isin([v.value for v in Verdict])),
        "reading": pa.Column(str, pa.Check.isin(READINGS)),
        "severity": pa.Column("int64", pa.Check.in_range(1, 3)),
        "check": pa.Column(str, pa.Check.isin(sorted(CHECKS))),
        "test": pa.Column(str, pa.Check.str_startswith("tests/")),
        "kind": pa.Column(str, pa.Check.equal_to("published")),
        "source": pa.Column(str, pa.Check.str_startswith("paper_")),
        "locator": pa.Column(str, pa.Check.str_startswith("line")),
    },
    strict=True,
    coerce=True,
    name="claims",
)


@dataclass(frozen=True)
class Claim:
    """One claim as the config gives it.

    Attributes
    ----------
    id, places
        Name, and where in the paper it stands: names of its parts.
    made
        Whether the paper says it; otherwise the check works out what it does not say.
    words
        Quotation with its lines.
    source
        ``paper_table1`` … or ``paper_text``.
    stated
        What the paper says, in our words, by language.
    check, parameters
        Name of the check and its parameters.
    reading
        One of `READINGS`.
    severity
        1: form, or nothing hangs on it; 2: how a figure or term is to be read; 3: what may be
        concluded from the paper.
    test
        Test that proves the check.
    """

    id: str
    places: tuple[str, ...]
    words: Words
    source: str
    stated: Mapping[str, str]
    check: str
    reading: str
    severity: int
    test: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    made: bool = True


def read_claims(
    config: Mapping[str, Any],
    published: Published,
    file: str = "config/parts/paper/claims.yaml",
    known_places: Collection[str] | None = None,
) -> list[Claim]:
    """Read and check the claims.

    Parameters
    ----------
    config
        ``assumptions`` (``staff_range``) and ``claims``, a list of mappings with the keys `KEYS`.
        ``stated`` is a text by language; ``place`` names one part of the paper or several; ``made`` is false where the
        paper does not say it. ``quote`` is ``passage:<name>`` (with ``words``, a part of it, or all of it),
        ``row:<table>:<line>`` or ``number:<variable>``.
    published
        The transcription the quotations must be found in.
    file
        Name of the config, for the messages.
    known_places
        Parts of the paper that have words; None: any.

    Raises
    ------
    InputError
        Every claim with a missing or unknown key, a quotation that the transcription lacks, an
        unknown check, or a parameter the check does not take or needs.
    """
    problems = Problems()
    for key in config:
        problems.one_of(file, str(key), key, ("assumptions", "claims"))
    for key in config.get("assumptions") or {}:
        if key != "staff_range":
            problems.add(file, f"assumptions.{key}", key, nearest(str(key), ("staff_range",)))
    if not isinstance(config.get("claims"), list):
        problems.add(file, "claims", "no list", "a list of claims")
        problems.stop()
    limits = (config.get("assumptions") or {}).get("staff_range", list(STAFF_RANGE))
    if not _is_range(limits):
        problems.add(file, "assumptions.staff_range", limits, "two whole numbers, the smaller first")
    found: list[Claim] = []
    seen: set[str] = set()
    for i, entry in enumerate(config.get("claims") or []):
        where = f"claims.{entry.get('id', i) if isinstance(entry, Mapping) else i}"
        if not isinstance(entry, Mapping):
            problems.add(file, where, entry, "a mapping")
            continue
        if not has_keys(entry, KEYS, REQUIRED, (file, where), problems):
            continue
        if entry["id"] in seen:
            problems.add(file, where, entry["id"], "an id that stands once")
        seen.add(str(entry["id"]))
        if entry["reading"] not in READINGS:
            problems.add(file, f"{where}.reading", entry["reading"], " or ".join(READINGS))
        if entry["severity"] not in (1, 2, 3):
            problems.add(file, f"{where}.severity", entry["severity"], "1, 2 or 3")
        if entry.get("made", True) not in (True, False):
            problems.add(file, f"{where}.made", entry["made"], "true or false")
        if not all_texts(entry["stated"]):
            problems.add(file, f"{where}.stated", entry["stated"], "a text by language")
        if not str(entry["test"]).startswith("tests/"):
            problems.add(file, f"{where}.test", entry["test"], "a test: tests/<file>::<test>")
        places = [entry["place"]] if isinstance(entry["place"], str) else entry["place"]
        for place in map(str, places):
            if known_places is not None and place not in known_places:
                problems.add(file, f"{where}.place", place, nearest(place, sorted(known_places)))
        words, source = _quotation(entry, published, problems, file, where)
        parameters = _parameters(entry, limits, problems, file, where)
        found.append(
            Claim(
                id=str(entry["id"]),
                places=tuple(map(str, places)),
                words=words,
                source=source,
                stated=dict(entry["stated"]) if all_texts(entry["stated"]) else {},
                check=str(entry["check"]),
                reading=str(entry["reading"]),
                severity=int(entry["severity"]) if str(entry["severity"]).isdigit() else 0,
                test=str(entry["test"]),
                parameters=parameters,
                made=entry.get("made", True) is not False,
            )
        )
    if not found:
        problems.add(file, "claims", "nothing", "at least one claim")
    problems.stop()
    return found


def has_keys(
    entry: Mapping[str, Any], keys: Sequence[str], required: Sequence[str], place: tuple[str, str], problems: Problems
) -> bool:
    """Whether an entry at a file and a place in it has all keys that it needs; other keys are noted too."""
    file, where = place
    for key in entry:
        problems.one_of(file, f"{where}.{key}", key, keys)
    lacking = [key for key in required if entry.get(key) in (None, "", {})]
    for key in lacking:
        problems.add(file, f"{where}.{key}", "nothing", "a value")
    return not lacking


def _is_range(limits: object) -> bool:
    return (
        isinstance(limits, Sequence)
        and len(limits) == 2
        and all(isinstance(v, int) for v in limits)
        and 0 < limits[0] <= limits[1]
    )


def _quotation(
    entry: Mapping[str, Any], published: Published, problems: Problems, file: str, where: str
) -> tuple[Words, str]:
    how, _, name = str(entry["quote"]).partition(":")
    places: dict[str, Mapping[str, Words]] = {
        "passage": published.passages,
        "row": published.rows,
        "number": published.numbers,
    }
    if how not in places:
        problems.add(file, f"{where}.quote", entry["quote"], "passage:…, row:… or number:…")
        return Words("", 1, 1), "paper_text"
    if not problems.one_of(file, f"{where}.quote", name, places[how]):
        return Words("", 1, 1), "paper_text"
    words = places[how][name]
    part = str(entry.get("words", ""))
    if part and part not in words.text:
        problems.add(file, f"{where}.words", part, f"words of {entry['quote']}: {words.text}")
    source = f"paper_{name.partition(':')[0]}" if how == "row" else "paper_text"
    return Words(part or words.text, words.line_from, words.line_to, words.part), source


def _parameters(entry: Mapping[str, Any], limits: object, problems: Problems, file: str, where: str) -> dict[str, Any]:
    name = str(entry["check"])
    given = dict(entry.get("with") or {})
    if not problems.one_of(file, f"{where}.check", name, CHECKS):
        return given
    known = dict(list(inspect.signature(CHECKS[name]).parameters.items())[1:])
    for key in given:
        if key not in known or key in ASSUMED:
            valid = [k for k in known if k not in ASSUMED]
            problems.add(file, f"{where}.with.{key}", key, nearest(str(key), valid))
    for key, parameter in known.items():
        if key in ASSUMED:
            given[key] = limits
        elif parameter.default is inspect.Parameter.empty and key not in given:
            problems.add(file, f"{where}.with", "nothing", f"a value for {key}")
    return given


def judge(claims: Sequence[Claim], published: Published, labels: Mapping[str, Labels]) -> pd.DataFrame:
    """Run the check of every claim.

    Parameters
    ----------
    claims, published
        From `read_claims`, and the figures that the checks read.
    labels
        Words of each language: ``said.*``, ``thing.*``, ``organisation.*``, ``paper_part.*``, ``method.*``.

    Returns
    -------
    pandas.DataFrame
        Table `CLAIMS`, in the order of the config.
    """
    rows = []
    for claim in claims:
        finding = run_check(published, claim.check, claim.parameters)
        first, last = claim.words.line_from, claim.words.line_to
        rows.append(
            {
                "id": claim.id,
                "place": "; ".join(claim.places),
                "line_from": first,
                "line_to": last,
                "quotation": claim.words.text,
                "quotation_language": _language(claim.words),
                "statement": statement_of(claim.made, finding.verdict),
                **{f"stated_{code}": in_language(claim.stated, code) for code in labels},
                **told(finding, labels),
                "verdict": finding.verdict.value,
                "reading": claim.reading,
                "severity": claim.severity,
                "check": claim.check,
                "test": claim.test,
                "kind": "published",
                "source": claim.source,
                "locator": f"line {first}" if first == last else f"lines {first}–{last}",
            }
        )
    frame = pd.DataFrame(rows)
    return CLAIMS.validate(frame[columns_of(CLAIMS, frame.columns)], lazy=True)


def _language(words: Words) -> str:
    """Language of a quotation: parts of the paper that are not in English begin with a code, as in ``ru_abstract``."""
    code, mark, _ = words.part.partition("_")
    return code if mark and len(code) == 2 else "en"
