# What the pages of units take of each index.


def unit_results(view):
    """Files of the results of an index that the pages of its units take: of each analysis, and of the others ("")."""
    whole = f"{RESULTS}/sensitivity/{view}"
    index = ["scores", "comparison", "normalised", "prepared", "contributions"]
    beside = ["fan"] if view in CHANGING else []
    beside += ["flips", "most_moving"] if view in TRIED_VIEWS else ["drop_one"]
    varied = ANALYSES if view in config["sensitivity"]["views"] else []
    return {
        "": {
            **{name: f"{RESULTS}/index/{view}/{name}.csv" for name in index},
            "intervals": f"{whole}/rank_intervals.csv",
            **{name: f"{whole}/{name}.csv" for name in beside},
        },
        **{
            analysis: {
                name: f"{whole}/{analysis}/{name}.csv"
                for name in ["rank_intervals", "pairwise"]
            }
            for analysis in varied
        },
    }
