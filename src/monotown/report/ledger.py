"""The ledger as cards: each claim with its quotation, its verdict, and its arithmetic one click away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from monotown.base.labels import Labels
from monotown.claims.ledger import STATEMENTS, VERDICTS
from monotown.report.claims import anchor, text, the_ledger
from monotown.report.pieces import Given

_WEIGHTS: Final = ("3", "2", "1")


def piece(given: Given) -> dict[str, Any]:
    """Context of ``ledger.html.j2``.

    Parameters
    ----------
    given
        With one table of claims: ``claims`` of the paper, or ``ledger`` of a run on own data.

    Returns
    -------
    dict
        ``first``, cards of the claims of the highest weight, and ``rest``, those of all others, each in the order of
        the ledger; ``filters``, each with its options and how many claims each has, none in the edition without
        scripts; ``whose``, ``paper`` or ``own``.
    """
    whose, frame = the_ledger(given.frames)
    labels = given.labels
    weighed = frame.sort_values("severity", ascending=False, kind="stable")
    cards = [_card(row, whose, labels) for row in weighed.to_dict("records")]
    first = [card for card in cards if card["weight"] == cards[0]["weight"]]
    filters = [] if given.single else _filters(cards, labels)
    return {"first": first, "rest": cards[len(first) :], "filters": filters, "whose": whose}


def _card(row: Mapping[Any, Any], whose: str, labels: Labels) -> dict[str, Any]:
    verdict, statement, weight = (str(row[k]) for k in ("verdict", "statement", "severity"))
    places = str(row["place"]).split("; ") if whose == "paper" else [str(row["place"])]
    return {
        "id": row["id"],
        "anchor": anchor(str(row["id"])),
        "places": places,
        "place": "; ".join(_word("claim_place", place, labels) for place in places),
        "lines": _lines(row),
        "quotation": "" if statement == "silent" and whose == "own" else str(row["quotation"]),
        "quotation_language": str(row.get("quotation_language", "")),
        "silent": statement == "silent",
        "verdict": verdict,
        "verdict_word": labels(f"verdict.{verdict}"),
        "weight": weight,
        "weight_word": labels(f"claim_weight.{weight}"),
        "statement": statement,
        "statement_word": labels(f"statement.{statement}"),
        "reading": labels(f"claim_reading.{row['reading']}.{verdict}"),
        **{name: text(row, name, labels) for name in ("stated", "recomputed", "arithmetic")},
        **{name: str(row.get(name, "")) for name in ("test", "addresses", "why")},
    }


def _lines(row: Mapping[Any, Any]) -> str:
    if "line_from" not in row:
        return ""
    first, last = int(row["line_from"]), int(row["line_to"])
    return str(first) if first == last else f"{first}–{last}"


def _word(prefix: str, code: str, labels: Labels) -> str:
    return labels(f"{prefix}.{code}") if labels.has(f"{prefix}.{code}") else code


def _filters(cards: Sequence[Mapping[str, Any]], labels: Labels) -> list[dict[str, Any]]:
    """Filters by what cards have, each option with its number of cards; options that no card has are left out."""
    places = dict.fromkeys(place for card in cards for place in card["places"])
    named: dict[str, Iterable[tuple[str, str]]] = {
        "verdict": ((v, labels(f"verdict.{v}")) for v in VERDICTS),
        "weight": ((w, labels(f"claim_weight.{w}")) for w in _WEIGHTS),
        "statement": ((s, labels(f"statement.{s}")) for s in STATEMENTS),
        "place": ((p, _word("claim_place", p, labels)) for p in places),
    }
    found = []
    for name, options in named.items():
        held = [set(card["places"]) if name == "place" else {card[name]} for card in cards]
        counted = [
            {"value": value, "word": word, "count": labels.number(sum(value in values for values in held))}
            for value, word in options
            if any(value in values for values in held)
        ]
        if len(counted) > 1:
            found.append({"name": name, "label": labels(f"ledger.{name}"), "options": counted})
    return found
