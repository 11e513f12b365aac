"""What a check finds: its verdict, what the figures give, and how, in one line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monotown.claims.said import Part


class NotPrinted(LookupError):  # noqa: N818 - a state of the publication, not a fault of the program
    """The publication prints no such figure; `what` says which."""

    def __init__(self, what: Part) -> None:
        super().__init__(str(what))
        self.what = what


class Verdict(StrEnum):
    """What a claim is worth."""

    REPRODUCED = "reproduced"
    INCONSISTENT = "inconsistent"
    NOT_DERIVABLE = "not_derivable"
    DERIVED = "derived"
    REQUIREMENT = "requirement"
    EXTERNAL = "external"


@dataclass(frozen=True)
class Finding:
    """Outcome of a check.

    Attributes
    ----------
    verdict
        One of `Verdict`.
    recomputed
        What the figures give, in short.
    arithmetic
        How, in one line. Both are told in a language by `monotown.claims.said.tell`.
    """

    verdict: Verdict
    recomputed: Part
    arithmetic: Part


def judged(holds: bool) -> Verdict:
    """The verdict of a check that a claim passes or not."""
    return Verdict.REPRODUCED if holds else Verdict.INCONSISTENT
