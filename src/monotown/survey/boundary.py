"""Kinds of data are not mixed: what is made up reaches no official or published result."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from monotown.base.problems import Problems
from monotown.base.tables import Kind


def refuse_mixed(kinds: Iterable[object], allowed: Collection[str], where: str = "kind") -> None:
    """Stop where rows are of a kind that a result does not allow.

    Parameters
    ----------
    kinds
        Kinds of the rows, such as a table's column ``kind``.
    allowed
        Values of `monotown.base.tables.Kind` that may stand together; synthetic never stands with
        another.
    where
        Table or stage, for messages.

    Raises
    ------
    InputError
        For each kind that is not allowed, with the number of its rows; for a row without a kind.
    ValueError
        If `allowed` itself joins synthetic with another kind.

    Examples
    --------
    >>> refuse_mixed(["official", "official"], ["official"])
    >>> refuse_mixed(["official", "synthetic"], ["official"], "index")
    Traceback (most recent call last):
    ...
    monotown.base.problems.InputError: 1 problem in the input:
      1. index, column kind: found '1 row of kind synthetic'; expected official only
    """
    wanted = {str(a) for a in allowed}
    if str(Kind.SYNTHETIC) in wanted and len(wanted) > 1:
        raise ValueError("synthetic data stand with no other kind")
    problems = Problems()
    counts: dict[str, int] = {}
    for kind in kinds:
        counts[str(kind)] = counts.get(str(kind), 0) + 1
    for kind, count in sorted(counts.items()):
        if kind not in wanted:
            # a column of that name may hold anything, such as what people wrote
            named = kind if kind in [k.value for k in Kind] else "(unknown)" if kind else "(none)"
            rows = f"{count} row{'s' if count > 1 else ''} of kind {named}"
            problems.add(where, "column kind", rows, f"{' or '.join(sorted(wanted))} only")
    problems.stop()
