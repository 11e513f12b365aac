"""The analytic hierarchy process: weights from pairwise judgments, with their consistency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from monotown.base.arrays import Array
from monotown.base.problems import Problem
from monotown.base.ties import at_least, largest
from monotown.methods.method import Weighting
from monotown.methods.weights.admissible import InadmissibleError, Refusals, column_names

#: Random index: mean consistency index of random reciprocal matrices; 3 to 10 by Saaty (1980),
#: 11 to 15 by the fit of Alonso and Lamata (2006), ``(2.7699 n - 4.3513 - n) / (n - 1)``.
RANDOM_INDEX: Mapping[int, float] = {
    3: 0.58,
    4: 0.90,
    5: 1.12,
    6: 1.24,
    7: 1.32,
    8: 1.41,
    9: 1.45,
    10: 1.49,
    **{n: round((2.7699 * n - 4.3513 - n) / (n - 1), 2) for n in range(11, 16)},
}

#: Judgments with a consistency ratio of this or more are refused (Saaty 1980).
THRESHOLD = 0.10


@dataclass(frozen=True)
class Ahp:
    """Weights of one judgment matrix.

    Attributes
    ----------
    weights : ndarray, shape (indicators,)
        Principal eigenvector, scaled to sum to 1.
    lambda_max : float
        Its eigenvalue; n when the judgments agree fully, above n otherwise.
    consistency_index : float
        ``(lambda_max - n) / (n - 1)``; 0 for n of 1 or 2.
    consistency_ratio : float
        Consistency index / random index; 0 for n of 1 or 2.
    worst_pair : tuple of str
        The two indicators whose judgment departs most from the weights.
    worst_found, worst_consistent : float
        That judgment, and the ratio of weights it would have to be.
    """

    weights: Array
    lambda_max: float
    consistency_index: float
    consistency_ratio: float
    worst_pair: tuple[str, str]
    worst_found: float
    worst_consistent: float


def _checked(matrix: ArrayLike, names: Sequence[str] | None, who: str) -> tuple[Array, list[str]]:
    a = np.asarray(matrix, dtype=np.float64)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or a.size == 0:
        raise ValueError(f"expected a square matrix of judgments, found shape {a.shape}")
    n = len(a)
    columns = column_names(n, names)
    refusals = Refusals("AHP")
    if n > max(RANDOM_INDEX):
        refusals.no(
            f"{who}judgments",
            f"{n} indicators",
            f"at most {max(RANDOM_INDEX)}; group them, or use the best-worst method",
        )
    for i in range(n):
        if a[i, i] != 1:
            refusals.no(f"{who}{columns[i]} with itself", f"{a[i, i]:g}", "1")
        for j in range(i + 1, n):
            pair = f"{who}{columns[i]} against {columns[j]}"
            if not (np.isfinite(a[i, j]) and a[i, j] > 0 and np.isfinite(a[j, i]) and a[j, i] > 0):
                refusals.no(pair, f"{a[i, j]:g}, {a[j, i]:g}", "judgments above zero")
            elif abs(a[i, j] * a[j, i] - 1) > 1e-6:
                refusals.no(pair, f"{a[i, j]:g}, {a[j, i]:g}", "one the reciprocal of the other")
    refusals.stop()
    return a, columns


def _eigen(a: Array, names: Sequence[str]) -> Ahp:
    n = len(a)
    values, vectors = np.linalg.eig(a)
    top = int(np.argmax(values.real))
    w = np.abs(vectors[:, top].real)
    w = w / w.sum()
    lambda_max = float(values[top].real)
    ci = max((lambda_max - n) / (n - 1), 0.0) if n > 2 else 0.0
    cr = ci / RANDOM_INDEX[n] if n > 2 else 0.0
    departure = np.abs(np.log(a * w[None, :] / w[:, None]))
    departure[np.tril_indices(n)] = -1.0
    i, j = np.unravel_index(largest(departure.ravel()), a.shape) if n > 1 else (0, 0)
    pair = (names[int(i)], names[int(j)])
    return Ahp(w, lambda_max, ci, cr, pair, float(a[i, j]), float(w[i] / w[j]))


def _refuse_inconsistent(found: Ahp, who: str, threshold: float, refusals: Refusals) -> None:
    if at_least(found.consistency_ratio, threshold):
        one, other = found.worst_pair
        refusals.no(
            f"{who}{one} against {other}",
            f"{found.worst_found:.4g}, the least consistent judgment of a set with consistency "
            f"ratio {found.consistency_ratio:.3f}",
            f"about {found.worst_consistent:.4g}, as the other judgments imply, and a ratio below {threshold:g}",
        )


def ahp(matrix: ArrayLike, *, names: Sequence[str] | None = None, threshold: float = THRESHOLD) -> Ahp:
    """Weights from one matrix of pairwise judgments.

    ``A w = lambda_max w``, ``CI = (lambda_max - n)/(n - 1)``, ``CR = CI / RI`` (Saaty 1980,
    chapters 2 and 3). The least consistent judgment is the one with the largest
    ``|ln(a_ij w_j / w_i)|`` (Saaty 2003, section 5).

    Parameters
    ----------
    matrix
        ``a_ij``: how many times i matters as much as j; above zero, ``a_ji = 1/a_ij``,
        shape (n, n), n at most 15 (people judge no more than seven to nine well).
    names
        Names of the indicators, for messages.
    threshold
        Consistency ratio from which the judgments are refused.

    Returns
    -------
    Ahp

    Raises
    ------
    InadmissibleError
        If a judgment is not positive or not reciprocal, there are more than 15 indicators, or the
        consistency ratio reaches the threshold; the least consistent judgment is then named with
        the value that the others imply.
    ValueError
        If the matrix is not square.

    Examples
    --------
    >>> found = ahp([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])
    >>> found.weights.round(3), round(found.lambda_max, 4), round(found.consistency_ratio, 4)
    (array([0.637, 0.258, 0.105]), 3.0385, 0.0332)
    """
    a, columns = _checked(matrix, names, "")
    found = _eigen(a, columns)
    refusals = Refusals("AHP")
    _refuse_inconsistent(found, "", threshold, refusals)
    refusals.stop()
    return found


@dataclass(frozen=True)
class AhpGroup:
    """Weights of a group of experts.

    Attributes
    ----------
    joint : Ahp
        Result of the joint matrix.
    matrix : ndarray, shape (n, n)
        The joint matrix.
    consistency_ratios : ndarray, shape (experts,)
        Of each expert's own matrix.
    """

    joint: Ahp
    matrix: Array
    consistency_ratios: Array


def ahp_group(
    matrices: Sequence[ArrayLike],
    *,
    names: Sequence[str] | None = None,
    experts: Sequence[str] | None = None,
    expert_weights: Sequence[float] | None = None,
    threshold: float = THRESHOLD,
) -> AhpGroup:
    """Weights of a group by aggregating individual judgments with the geometric mean.

    ``a_ij = prod_e a_ij^(e) ** lambda_e`` (Aczel and Saaty 1983; Forman and Peniwati 1998), then
    as for one matrix; the consistency of every expert and of the joint matrix is checked.

    Parameters
    ----------
    matrices
        One matrix an expert, each (n, n).
    names, experts
        Names of indicators and experts, for messages.
    expert_weights
        Non-negative, scaled to sum to 1; equal by default.
    threshold
        Consistency ratio from which an expert's or the joint judgments are refused.

    Returns
    -------
    AhpGroup

    Raises
    ------
    InadmissibleError
        Everything wrong in any expert's judgments, and every set that is not consistent.
    ValueError
        If there is no expert, sizes differ, or the experts' weights are wrong.

    Examples
    --------
    >>> one, two = [[1, 4], [1 / 4, 1]], [[1, 1], [1, 1]]
    >>> ahp_group([one, two]).joint.weights.round(4)
    array([0.6667, 0.3333])
    """
    people = column_names(len(matrices), experts)
    if not people:
        raise ValueError("expected at least one expert, found none")
    share = np.ones(len(people)) if expert_weights is None else np.asarray(expert_weights, float)
    if share.shape != (len(people),) or not (share >= 0).all() or not share.sum() > 0:
        raise ValueError(f"expected a non-negative weight for each expert, found {expert_weights}")
    problems: list[Problem] = []
    refusals = Refusals("AHP")
    checked: list[Array] = []
    ratios: list[float] = []
    columns: list[str] = []
    for person, matrix in zip(people, matrices, strict=True):
        try:
            a, columns = _checked(matrix, names, f"expert {person}, ")
        except InadmissibleError as error:
            problems.extend(error.problems)
            continue
        own = _eigen(a, columns)
        _refuse_inconsistent(own, f"expert {person}, ", threshold, refusals)
        checked.append(a)
        ratios.append(own.consistency_ratio)
    problems.extend(refusals)
    if problems:
        raise InadmissibleError("AHP", problems)
    if len({a.shape for a in checked}) > 1:
        raise ValueError("expected matrices of one size")
    joint = np.exp(np.tensordot(share / share.sum(), np.log(np.array(checked)), axes=1))
    found = _eigen(joint, columns)
    _refuse_inconsistent(found, "the group, ", threshold, refusals)
    refusals.stop()
    return AhpGroup(found, joint, np.array(ratios))


@dataclass(frozen=True)
class AhpTree:
    """Weights of a hierarchy.

    Attributes
    ----------
    global_weights : dict
        Leaf to the product of the local weights on its path; they sum to 1.
    local_weights : dict
        Node or leaf to its weight among its parent's children.
    nodes : dict
        Judged node to the result of its group.
    """

    global_weights: Mapping[str, float]
    local_weights: Mapping[str, float]
    nodes: Mapping[str, AhpGroup]


def ahp_tree(
    tree: Mapping[str, Sequence[str]], judgments: Mapping[str, Mapping[str, ArrayLike]], *, threshold: float = THRESHOLD
) -> AhpTree:
    """Weights over a hierarchy: a judgment matrix at every node, products along the paths.

    ``W_leaf = prod of local weights from the root`` (Saaty 1980, chapter 4). A node with one child
    needs no judgment.

    Parameters
    ----------
    tree
        Node to its children; the first is the root, a name that is no key is a leaf.
    judgments
        Expert to node to matrix over the node's children, in the tree's order. Experts may skip
        nodes; every node with two or more children needs at least one expert.
    threshold
        As in `ahp`.

    Returns
    -------
    AhpTree

    Raises
    ------
    InadmissibleError
        Everything wrong at any node: unknown nodes, nodes without judgment, sizes, inconsistency.
    ValueError
        If the tree is empty, repeats a child or has a node that the root does not reach.

    Examples
    --------
    >>> tree = {"index": ["B1", "B2"], "B1": ["a", "b"], "B2": ["c"]}
    >>> half = [[1, 1], [1, 1]]
    >>> found = ahp_tree(tree, {"E1": {"index": [[1, 3], [1 / 3, 1]], "B1": half}})
    >>> {k: round(v, 4) for k, v in found.global_weights.items()}
    {'a': 0.375, 'b': 0.375, 'c': 0.25}
    """
    children = [c for node in tree.values() for c in node]
    if not tree or len(set(children)) != len(children):
        raise ValueError("expected a tree whose every child stands once")
    root = next(iter(tree))
    lost = [n for n in tree if n != root and n not in children]
    if lost or root in children or any(not c for c in tree.values()):
        raise ValueError(f"expected one root, {root!r}, that reaches every node; found {lost}")
    problems: list[Problem] = []
    refusals = Refusals("AHP")
    for expert, given in judgments.items():
        for node, matrix in given.items():
            if node not in tree:
                refusals.no(f"expert {expert}", node, "a node of the tree: " + ", ".join(tree))
            elif np.shape(matrix) != (len(tree[node]),) * 2:
                refusals.no(
                    f"expert {expert}, node {node}",
                    f"a matrix of shape {np.shape(matrix)}",
                    f"one row and column for each of {', '.join(tree[node])}",
                )
    problems.extend(refusals)
    nodes: dict[str, AhpGroup] = {}
    local: dict[str, float] = {root: 1.0}
    for node, below in tree.items():
        size = (len(below),) * 2
        who = [e for e, given in judgments.items() if node in given and np.shape(given[node]) == size]
        if len(below) == 1:
            local[below[0]] = 1.0
        elif not who:
            problems.append(Problem("AHP weights", f"node {node}", "no judgment", "at least one expert's"))
        else:
            try:
                nodes[node] = ahp_group(
                    [judgments[e][node] for e in who],
                    names=below,
                    experts=[f"{e}, node {node}" for e in who],
                    threshold=threshold,
                )
            except InadmissibleError as error:
                problems.extend(error.problems)
                continue
            local.update(zip(below, nodes[node].joint.weights.tolist(), strict=True))
    if problems:
        raise InadmissibleError("AHP", problems)
    total: dict[str, float] = {}

    def descend(node: str, weight: float) -> None:
        for child in tree.get(node, ()):
            descend(child, weight * local[child])
        if node not in tree:
            total[node] = weight

    descend(root, 1.0)
    del local[root]
    return AhpTree(total, local, nodes)


#: The schemes of this module, in the order of the methods page.
METHODS: Final[list[Weighting]] = [
    Weighting(
        "ahp",
        ahp_tree,
        needs=("judgments",),
        admissible="reciprocal judgments above zero, consistency ratio below 0.10, at most 15 children",
        missing=("refuse",),
        formula="principal eigenvector of the judgments; consistency ratio below 0.10; experts by geometric mean",
        reference="Saaty 1980; Aczel and Saaty 1983",
        key="`weights: {scheme: ahp, judgments: …}`",
        test="methods/test_ahp.py::test_golden_three_by_three",
    )
]
