"""What the project's own results answer to claims of the paper that its text leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from monotown.base import checked as pa
from monotown.base.labels import FALLBACK, Labels, fill, in_language
from monotown.base.problems import Problems, nearest
from monotown.base.tables import TEXT, columns_of, join_kinds, kind_column, language_columns, table
from monotown.paper.ledger import has_keys
from monotown.show.prose import fact_texts, fields, prose_problems

KEYS = ("id", "claim", "text", "limit", "test")


#: One answer a row, beside the claim it answers. `derived_from` names the results its numbers are
#: read from; where it quotes none, kind and source are those of the claim.
ANSWERS = table(
    "answers",
    ["id"],
    {
        "id": TEXT,
        "claim": TEXT,
        "place": TEXT,
        "quotation": TEXT,
        "verdict": TEXT,
        **language_columns("answer", pa.Check.str_length(min_value=1)),
        **language_columns("limit", pa.Check.str_length(min_value=1)),
        "derived_from": pa.Column(str),
        "test": pa.Column(str, pa.Check.str_startswith("tests/")),
        "kind": kind_column(),
        "source": TEXT,
    },
)


def answers_table(
    files: Mapping[str, Mapping[str, Any]], claims: pd.DataFrame, facts: pd.DataFrame, labels: Mapping[str, Labels]
) -> pd.DataFrame:
    """Every answer with its numbers filled in, beside its claim.

    Parameters
    ----------
    files
        Name to the content of each file of answers: ``answers``, a list of mappings with the keys
        `KEYS`. ``text`` and ``limit`` are texts by language; numbers stand as
        ``{fact}``.
    claims
        Table `monotown.paper.ledger.CLAIMS`.
    facts
        Table `monotown.show.prose.FACTS`.
    labels
        Words of each language.

    Returns
    -------
    pandas.DataFrame
        Table `ANSWERS`, in the order of the claims.

    Raises
    ------
    InputError
        Every unknown or missing key, id that stands twice, unknown claim or fact, text that lacks
        a language or types a number.
    """
    entries = _read(files, claims, set(facts["fact"]))
    ledger = claims.set_index("id")
    known = facts.set_index("fact")
    filled = {language: fact_texts(facts, words) for language, words in labels.items()}
    rows = []
    for entry in entries:
        claim = ledger.loc[entry["claim"]]
        quoted = sorted(set().union(*(fields(in_language(entry[k], FALLBACK)) for k in ("text", "limit"))))
        behind = known.loc[quoted] if quoted else ledger.loc[[entry["claim"]]]
        sources = {s.strip() for cell in behind["source"] for s in str(cell).split(";")}
        rows.append(
            {
                "id": entry["id"],
                "claim": entry["claim"],
                **{name: claim[name] for name in ("place", "quotation", "verdict")},
                **{
                    f"{column}_{language}": fill(in_language(entry[key], language), filled[language], language)
                    for column, key in (("answer", "text"), ("limit", "limit"))
                    for language in labels
                },
                "derived_from": "; ".join(sorted(set(behind["derived_from"]))) if quoted else "",
                "test": entry["test"],
                "kind": join_kinds(behind["kind"]),
                "source": "; ".join(sorted(sources - {""})),
            }
        )
    order = {name: i for i, name in enumerate(claims["id"])}
    table = pd.DataFrame(rows)
    table = table[columns_of(ANSWERS, table.columns)]
    table = table.sort_values("claim", key=lambda c: c.map(order), kind="stable")
    return ANSWERS.validate(table.reset_index(drop=True), lazy=True)


def _read(files: Mapping[str, Mapping[str, Any]], claims: pd.DataFrame, facts: set[str]) -> list[Mapping[str, Any]]:
    problems, found, seen = Problems(), [], set()
    known = claims["id"].tolist()
    for file, content in files.items():
        for i, entry in enumerate(content.get("answers") or []):
            where = f"answers.{entry.get('id', i)}"
            if not has_keys(entry, KEYS, KEYS, (file, where), problems):
                continue
            if entry["id"] in seen:
                problems.add(file, where, entry["id"], "an id that stands once")
            seen.add(entry["id"])
            if entry["claim"] not in known:
                expected = f"a claim: {nearest(str(entry['claim']), known)}"
                problems.add(file, f"{where}.claim", entry["claim"], expected)
            if not str(entry["test"]).startswith("tests/"):
                problems.add(file, f"{where}.test", entry["test"], "a test: tests/<file>::<test>")
            texts = {key: entry[key] for key in ("text", "limit")}
            problems.extend(prose_problems(texts, facts, f"{file}: {where}"))
            found.append(entry)
    problems.stop()
    return found
