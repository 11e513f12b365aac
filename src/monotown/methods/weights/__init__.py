"""Weighting schemes: fixed, from experts' judgments, and from the data."""

from monotown.methods.weights.admissible import MISSING_RULES, InadmissibleError, Missing
from monotown.methods.weights.ahp import RANDOM_INDEX, Ahp, AhpGroup, AhpTree, ahp, ahp_group, ahp_tree
from monotown.methods.weights.experts import (
    BestWorst,
    BudgetAllocation,
    best_worst,
    budget_allocation,
    consistency_index,
)
from monotown.methods.weights.factors import Pca, loading_weights, pca, pca_varimax_weights, pca_weights, varimax
from monotown.methods.weights.fixed import BLOCK_TYPES, equal_by_block, equal_by_indicator, equal_by_type
from monotown.methods.weights.frontier import BenefitOfTheDoubt, benefit_of_the_doubt
from monotown.methods.weights.importance import (
    EqualImportance,
    correlation_ratio,
    equal_importance_weights,
    equalise_importance,
)
from monotown.methods.weights.judgments import (
    BestWorstPanel,
    judgment_kind,
    read_ahp,
    read_best_worst,
    read_budget,
    read_judgments,
)
from monotown.methods.weights.schemes import SCHEMES, Scheme, benefit_of_each, find_scheme, weigh
from monotown.methods.weights.spread import critic, entropy, merec, standard_deviation

__all__ = [
    "BLOCK_TYPES",
    "MISSING_RULES",
    "RANDOM_INDEX",
    "SCHEMES",
    "Ahp",
    "AhpGroup",
    "AhpTree",
    "BenefitOfTheDoubt",
    "BestWorst",
    "BestWorstPanel",
    "BudgetAllocation",
    "EqualImportance",
    "InadmissibleError",
    "Missing",
    "Pca",
    "Scheme",
    "ahp",
    "ahp_group",
    "ahp_tree",
    "benefit_of_each",
    "benefit_of_the_doubt",
    "best_worst",
    "budget_allocation",
    "consistency_index",
    "correlation_ratio",
    "critic",
    "entropy",
    "equal_by_block",
    "equal_by_indicator",
    "equal_by_type",
    "equal_importance_weights",
    "equalise_importance",
    "find_scheme",
    "judgment_kind",
    "loading_weights",
    "merec",
    "pca",
    "pca_varimax_weights",
    "pca_weights",
    "read_ahp",
    "read_best_worst",
    "read_budget",
    "read_judgments",
    "standard_deviation",
    "varimax",
    "weigh",
]
