"""Weighting schemes: fixed, from experts' judgments, and from the data."""

from monotown.weights.admissible import MISSING_RULES, InadmissibleError, Missing
from monotown.weights.fixed import BLOCK_TYPES, equal_by_block, equal_by_indicator, equal_by_type
from monotown.weights.schemes import SCHEMES, Scheme, find_scheme, weigh
from monotown.weights.spread import critic, entropy, merec, standard_deviation

__all__ = [
    "BLOCK_TYPES",
    "MISSING_RULES",
    "SCHEMES",
    "InadmissibleError",
    "Missing",
    "Scheme",
    "critic",
    "entropy",
    "equal_by_block",
    "equal_by_indicator",
    "equal_by_type",
    "find_scheme",
    "merec",
    "standard_deviation",
    "weigh",
]
