"""What was fixed before any estimate: its fingerprint, what shares what, and the verdict's rule."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from monotown.base.problems import Problems

#: What a verdict on one direction may be, in the order in which the rules are tried.
STATUSES: Final = ("unsafe", "positive", "negative", "equivalent", "undecided")

#: Ways to compute an error whose size and power are compared.
WAYS: Final = ("naive", "crv1", "cr2", "wild")

#: Further ways, which allow for dependence between regions.
WIDER: Final = ("driscoll_kraay", "two_way", "neighbours")

#: Tests of the primary family.
FAMILY: Final = ("forward", "reverse", "prediction", "monotowns")


def fingerprint(specification: Mapping[str, Any]) -> str:
    """SHA-256 of a specification as JSON, keys sorted, no spaces: order and comments do not count.

    Examples
    --------
    >>> fingerprint({"b": 1, "a": [2]}) == fingerprint({"a": [2], "b": 1})
    True
    """
    text = json.dumps(specification, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def shared(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """What two series have in common: ``item``, ``collection``, ``denominator``.

    Parameters
    ----------
    first, second
        Entries of ``series``: ``items``, ``collection``, ``denominators``.

    Examples
    --------
    >>> rate = {"items": ["deaths"], "collection": "registry", "denominators": ["people"]}
    >>> shared(rate, {"items": ["beds"], "collection": "clinics", "denominators": ["people"]})
    ['denominator']
    """
    found = []
    if set(first["items"]) & set(second["items"]):
        found.append("item")
    if first["collection"] == second["collection"]:
        found.append("collection")
    if set(first["denominators"]) & set(second["denominators"]):
        found.append("denominator")
    return found


def check_specification(
    config: Mapping[str, Any], measures: Mapping[str, Any], in_view: tuple[str, ...], file: str
) -> None:
    """Refuse a specification that is circular or names what is not there.

    Parameters
    ----------
    config
        ``config/parts/hypothesis.yaml``.
    measures
        ``config/study/indicators.csv``.
    in_view
        Measures of the quality view.
    file
        Name of the config, for the messages.

    Raises
    ------
    InputError
        Unknown measures; measures of the view without an entry in ``series``; a measure of the
        outcome that shares an item, a collection or a denominator with the staffing measure;
        nothing left of the outcome; a family that is not `FAMILY`.
    """
    spec = config["prespecified"]
    problems = Problems()
    staffing, left_out = spec["staffing"]["measure"], spec["quality"]["left_out"]
    known = spec["series"]
    problems.one_of(file, "prespecified.staffing.measure", staffing, measures)
    for name in left_out:
        problems.one_of(file, "prespecified.quality.left_out", name, in_view)
    for name in (staffing, *in_view):
        if name not in known:
            problems.add(file, "prespecified.series", "nothing", f"an entry for {name}: what it is made of")
    kept = [m for m in in_view if m not in left_out]
    if not kept:
        problems.add(file, "prespecified.quality.left_out", ", ".join(left_out), "a measure kept")
    for name in kept:
        if name in known and staffing in known:
            common = shared(known[staffing], known[name])
            if common:
                problems.add(
                    file,
                    "prespecified.quality.left_out",
                    name + " kept",
                    f"{name} left out, for it shares with {staffing}: {', '.join(common)}",
                )
    if set(spec["family"]) != set(FAMILY):
        problems.add(file, "prespecified.family", ", ".join(spec["family"]), "all of " + ", ".join(FAMILY))
    problems.stop()


def decide(estimate: float, p: float, equivalence: float, level: float, placebo: float | None = None) -> str:
    """The verdict on one direction, one of `STATUSES`.

    Parameters
    ----------
    estimate
        b.
    p
        Of b = 0, adjusted for the family.
    equivalence
        p of the equivalence test.
    level
        Of every test.
    placebo
        p of the placebo, where there is one; at most `level`, it fails.

    Examples
    --------
    >>> decide(0.3, 0.01, 0.9, 0.05), decide(0.3, 0.01, 0.9, 0.05, placebo=0.02)
    ('positive', 'unsafe')
    >>> decide(-0.3, 0.01, 0.9, 0.05), decide(0.01, 0.8, 0.03, 0.05), decide(0.1, 0.3, 0.4, 0.05)
    ('negative', 'equivalent', 'undecided')
    """
    if p <= level:
        if placebo is not None and placebo <= level:
            return "unsafe"
        return "positive" if estimate > 0 else "negative"
    return "equivalent" if equivalence <= level else "undecided"
