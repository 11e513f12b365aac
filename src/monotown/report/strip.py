"""The statements that a publication makes, one square each, by what becomes of them."""

from __future__ import annotations

from typing import Any

from monotown.report.claims import OUTCOMES, anchor, by_verdict, text, the_ledger
from monotown.report.pieces import Given
from monotown.show.page import page


def piece(given: Given) -> dict[str, Any]:
    """Context of ``strip.html.j2``.

    Parameters
    ----------
    given
        With one table of claims. What the publication does not say, requirements and citations are left out.

    Returns
    -------
    dict
        ``what``, a line over the strip; ``groups`` of `OUTCOMES`, each with its ``count``, its ``word``, the address of
        the ledger filtered so, and its squares: ``href`` to the claim, ``label``.
    """
    whose, frame = the_ledger(given.frames)
    labels = given.labels
    made = by_verdict(frame[frame["statement"] == "made"])
    ledger = "" if given.single or given.page == "paper" else page("paper", labels.language)
    groups = []
    for outcome, verdicts in OUTCOMES.items():
        rows = made[made["verdict"].isin(verdicts)].to_dict("records")
        word = labels(f"claim_outcome.{whose}.{outcome}", n=len(rows))
        verdict = {v: labels(f"verdict.{v}") for v in verdicts}
        # what an own ledger states is often a number alone: its place says of what
        place = [f"{row['place']}: " if whose == "own" else "" for row in rows]
        squares = [
            {
                "href": f"{ledger}#{anchor(str(row['id']))}",
                "label": f"{at}{text(row, 'stated', labels)} – {verdict[row['verdict']]}",
            }
            for at, row in zip(place, rows, strict=True)
        ]
        filtered = (
            "" if given.single or not rows else f"{ledger}#?statement=made{''.join(f'&verdict={v}' for v in verdicts)}"
        )
        groups.append(
            {"outcome": outcome, "count": labels.number(len(rows)), "word": word, "href": filtered, "squares": squares}
        )
    return {"what": labels("ledger.strip" if whose == "paper" else "ledger.own_strip"), "groups": groups}
