"""Measure scientific potential and quality of life in single-industry towns.

`Study` is the way in: `Study.read("config/study")`, or `Study(indicators=…, data=…, units=…)` of frames;
then `study.index()`. Every verb of the index is reached from here as well: `normalise`, `impute`,
`treat`, `weigh`, `aggregate`, `evaluate`, `rank`, `build_index` and each method by its name. A module
is imported when one of its names is first asked for.
"""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from inspect import isfunction
from typing import Any

try:
    __version__ = version("monotown")
except PackageNotFoundError:  # run from a checkout that was not installed
    __version__ = "0.0.0"

#: Module to the names that it gives the package.
_NAMES = {
    "monotown.api": "Index Sensitivity Study",
    "monotown.index.admissible": "inadmissible scale_of",
    "monotown.methods.aggregate": (
        "ampi ampi_goalposts arithmetic condorcet condorcet_scores copeland geometric harmonic kemeny "
        "kemeny_places mazziotta_pareto median minimum mpi order_weights orness_of outranking "
        "owa power topsis"
    ),
    "monotown.index.comparable": ("comparability_table model_differences require_comparable require_same_model"),
    "monotown.index.kernel": "evaluate evaluate_nodes",
    "monotown.index.leaves": "normalise_leaf",
    "monotown.methods.missing": "carry fill_group impute_chained interpolate interpolate_carry rubin",
    "monotown.methods.method": (
        "Aggregation Domain MISSING_RULES Method Missing Normalisation Parameter Scores Weighting"
    ),
    "monotown.methods.register": "AGGREGATIONS FILLINGS NORMALISATIONS OUTLIERS SCHEMES TRANSFORMS register",
    "monotown.index.model": "Chosen IndexModel Leaf Node method",
    "monotown.methods.normalise": (
        "above_below_average borda distance_to_frontier distance_to_target log_ratio_to_average "
        "logistic minmax minmax_sample others_average percentile rank_score ratio_to_average "
        "sd_from_average zscore"
    ),
    "monotown.methods.outliers": (
        "apply_transform boxcox boxcox_power is_outlying kurtosis mad_flags skewness treat winsorise"
    ),
    "monotown.index.panel": "contribution_table contributions growth trend_table",
    "monotown.index.prepare": "prepare view_model weighted_model",
    "monotown.methods.ranks": "rank",
    "monotown.index.build": "build_index",
    "monotown.index.verbs": "aggregate impute normalise",
    "monotown.index.weighting": "read_weighting weigh_view",
    "monotown.methods.reliability": (
        "Adequacy Omega Undefined adequacy alpha_if_dropped cronbach_alpha item_rest "
        "mcdonald_omega omega_total one_factor pairwise_correlations scree"
    ),
    "monotown.index.structure": (
        "CORRELATIONS IMPORTANCE STRUCTURE StructureTables block_rows "
        "correlation_rows fullest_year importance_rows structure_tables"
    ),
    "monotown.base.tables": "from_scale to_scale",
    "monotown.base.ties": "TOLERANCE",
    "monotown.methods.weights.admissible": "InadmissibleError",
    "monotown.methods.weights.ahp": "Ahp AhpGroup AhpTree RANDOM_INDEX ahp ahp_group ahp_tree",
    "monotown.methods.weights.experts": ("BestWorst BudgetAllocation best_worst budget_allocation consistency_index"),
    "monotown.methods.weights.factors": "Pca loading_weights pca pca_varimax_weights pca_weights varimax",
    "monotown.methods.weights.fixed": "equal_by_block equal_by_indicator equal_by_type",
    "monotown.methods.weights.frontier": "BenefitOfTheDoubt benefit_of_the_doubt",
    "monotown.methods.weights.importance": (
        "EqualImportance correlation_ratio equal_importance_weights equalise_importance"
    ),
    "monotown.methods.weights.judgments": (
        "BestWorstPanel judgment_kind read_ahp read_best_worst read_budget read_judgments"
    ),
    "monotown.methods.weights.schemes": "benefit_of_each find_scheme weigh",
    "monotown.methods.weights.spread": "critic entropy merec standard_deviation",
}

_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}

#: Names that differ here, for a module has theirs.
_RENAMED = {"unit_coverage": ("monotown.methods.missing", "coverage")}

#: Takes methods of a user, no arrays.
_REGISTER = "monotown.methods.register"

#: Where functions of arrays live; those reached from here take series and frames by their labels.
_OF_ARRAYS = ("monotown.methods.", "monotown.index.kernel", "monotown.index.panel")

#: Packages to look into.
_PACKAGES = ("data", "index", "methods", "sensitivity")

__all__ = ["__version__", *sorted({*_HOMES, *_RENAMED})]


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return import_module(f"{__name__}.{name}")
    module, known = _RENAMED.get(name, (_HOMES.get(name), name))
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(module), known)
    if module.startswith(_OF_ARRAYS) and module != _REGISTER and isfunction(found):
        found = import_module("monotown.base.named").in_one_order(found)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_PACKAGES})
