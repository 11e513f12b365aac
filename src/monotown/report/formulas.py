"""Formulas of a workbook, as text, from the choices of an index: scores, means and ranks as the kernel has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from monotown.base.ties import TOLERANCE
from monotown.index.model import Leaf, Node

#: Letters that a formula may have.
LONGEST: Final = 8192

#: Transforms that a cell can take, of a value x.
_TRANSFORMS: Final = {"none": "{x}", "log": "LN({x})", "log1p": "LN(1+{x})"}

#: Normalisations that are a start and a span on a line.
_SAMPLE: Final = ("minmax_sample", "zscore")
_LINEAR: Final = ("minmax", "distance_to_target", *_SAMPLE)


def has_formula(leaf: Leaf) -> bool:
    """Whether the score of a measure can be had from its value by a formula.

    Examples
    --------
    >>> from monotown.index.model import method
    >>> [has_formula(Leaf("m", normalisation=method(n))) for n in ("minmax", "zscore", "rank")]
    [True, True, False]
    """
    chosen = leaf.normalisation
    if chosen.name not in _LINEAR or leaf.transform not in _TRANSFORMS:
        return False
    if chosen.name == "zscore" and chosen["ddof"] not in (0.0, 1.0):
        return False
    plain = leaf.transform == "none"
    return plain or not (chosen.name == "distance_to_target" or (chosen.name == "zscore" and by_year(leaf)))


def by_year(leaf: Leaf) -> bool:
    """Whether the start and span of a measure are taken from each year's values."""
    return leaf.normalisation.name in _SAMPLE and leaf.normalisation["scope"] == "year"


def of_sample(leaf: Leaf) -> bool:
    """Whether the goalposts of a measure, or its mean and standard deviation, come from the sample."""
    return leaf.normalisation.name in _SAMPLE


def transformed(transform: str, x: str) -> str:
    """A value after its transform.

    Examples
    --------
    >>> transformed("log", "B7")
    'LN(B7)'
    """
    return _TRANSFORMS[transform].format(x=x)


def ends_of(leaf: Leaf, values: str) -> tuple[str, str]:
    """Lowest and highest of a range of values, or their mean and standard deviation."""
    if leaf.normalisation.name == "zscore":
        return f"AVERAGE({values})", f"{'STDEV' if leaf.normalisation['ddof'] == 1 else 'STDEVP'}({values})"
    return f"MIN({values})", f"MAX({values})"


def line_of(leaf: Leaf, low: str, high: str, direction: str) -> tuple[str, str]:
    """Start and span of the scale of a measure, from its two ends and its direction.

    Parameters
    ----------
    low, high
        Goalposts; the mean and the standard deviation of a z-score.
    direction
        A cell with 1 or -1.

    Examples
    --------
    >>> line_of(Leaf("m", transform="log"), "J5", "K5", "H5")
    ('IF(H5>0,LN(J5),LN(K5))', 'IF(H5>0,LN(K5)-LN(J5),LN(J5)-LN(K5))')
    """
    name = leaf.normalisation.name
    if name == "zscore":
        return low, f"{direction}*{high}"
    one, other = transformed(leaf.transform, low), transformed(leaf.transform, high)
    start = f"IF({direction}>0,{one},{other})"
    if name == "distance_to_target":
        return start, f"{number(leaf.normalisation['value'])}-{start}"  # type: ignore[arg-type]
    return start, f"IF({direction}>0,{other}-{one},{one}-{other})"


def score_of(leaf: Leaf, x: str, start: str, span: str, scale: float) -> str:
    """The score of a measure from its value, on the scale of the index; a text where there is none.

    Examples
    --------
    >>> score_of(Leaf("m"), "B7", "J5", "K5", 100.0)
    '=IF(ISNUMBER(B7),100*MAX(0,MIN(1,(B7-J5)/(K5))),"")'
    """
    chosen = leaf.normalisation
    share = f"({transformed(leaf.transform, x)}-{start})/({span})"
    if chosen.name == "zscore":
        least, width = chosen["mean"], chosen["sd"]
    else:
        if chosen.name == "distance_to_target" or chosen["clip"]:
            share = f"MAX(0,MIN(1,{share}))"
        least, most = (0.0, 1.0) if chosen.name == "distance_to_target" else chosen["target"]  # type: ignore[misc,str-unpack]
        width = most - least  # type: ignore[operator]
    return f'=IF(ISNUMBER({x}),{_line(float(least) * scale, float(width) * scale, share)},"")'  # type: ignore[arg-type]


def _line(least: float, width: float, share: str) -> str:
    times = share if width == 1 else f"{number(width)}*{share}"
    return times if least == 0 else f"{number(least)}+{times}"


def number(value: float) -> str:
    """A number as a formula has it.

    Examples
    --------
    >>> number(100.0), number(1e-07)
    ('100', '1E-07')
    """
    return repr(float(value)).upper().removesuffix(".0")


def mean_of(node: Node, parts: Sequence[tuple[str, str, str]], floor: str) -> str | None:
    """The score of a node from those of its children; None where a cell cannot have it.

    Parameters
    ----------
    node
        Its aggregation and its rule for missing scores.
    parts
        Of each child: the cell of its weight, that of its score, and the range of its scores in the year.
    floor
        The cell of the floor of its children's scores, or "".

    Examples
    --------
    >>> mean_of(Node("i", ()), [("D5", "D7", ""), ("E5", "E7", "")], "")
    '=IF(D5*ISNUMBER(D7)+E5*ISNUMBER(E7)>0,(D5*N(D7)+E5*N(E7))/(D5*ISNUMBER(D7)+E5*ISNUMBER(E7)),"")'
    """
    b = node.aggregation.exponent
    if b is None:
        return None
    centre = {"mean": "AVERAGE", "median": "MEDIAN"}.get(node.missing)
    terms, there = [], []
    for weight, score, values in parts:
        value = f"IF(ISNUMBER({score}),{score},{centre}({values}))" if centre else score
        there.append(weight if centre else f"{weight}*ISNUMBER({score})")
        if b == 1:
            terms.append(f"{weight}*{value if centre else f'N({score})'}")
            continue
        power = _power(f"MAX({value},{floor})" if floor else value, b)
        # a child that takes no part may have any score, or none
        taken = f"IF({weight}>0,{weight}*{power},0)"
        terms.append(taken if centre else f"IF(ISNUMBER({score}),{taken},0)")
    total = "+".join(there)
    text = f'=IF({total}>0,{_root("+".join(terms), total, b)},"")'
    return text if len(text) <= LONGEST else None


def _power(value: str, b: float) -> str:
    if b == 0:
        return f"LN({value})"
    return f"1/{value}" if b == -1 else f"({value})^({number(b)})"


def _root(terms: str, total: str, b: float) -> str:
    if b == 1:
        return f"({terms})/({total})"
    if b == 0:
        return f"EXP(({terms})/({total}))"
    return f"({total})/({terms})" if b == -1 else f"(({terms})/({total}))^(1/({number(b)}))"


def placed(scores: str, place: int) -> str:
    """The score at a place of the year, the best first."""
    return f'=IF({place}<=COUNT({scores}),LARGE({scores},{place}),"")'


def tied(score: str, above: str, first: str, place: int, scale: float) -> str:
    """The first place of the tie that a placed score is in.

    Sorted neighbours no further apart than the tolerance are tied, and ties chain, as in
    `monotown.methods.ranks.rank`.

    Parameters
    ----------
    score, above, first
        Cells of the placed score, of the one above it, and of the first place of that one's tie.
    """
    if place == 1:
        return f'=IF(ISNUMBER({score}),1,"")'
    return f'=IF(ISNUMBER({score}),IF({above}-{score}<={f"{TOLERANCE * scale:.12G}"},{first},{place}),"")'


def rank_of(score: str, scores: str, firsts: str) -> str:
    """The rank of a score of the year: of tied scores the mean of their places; none for a unit alone.

    Parameters
    ----------
    score, scores
        Its cell, and the range of the year.
    firsts
        The range of `tied`.
    """
    first = f"INDEX({firsts},RANK({score},{scores}))"
    return f'=IF(ISNUMBER({score}),IF(COUNT({scores})>1,{first}+(COUNTIF({firsts},{first})-1)/2,""),"")'
