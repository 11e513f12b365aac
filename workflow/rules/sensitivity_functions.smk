# What figures of the joint analyses are drawn from, and their files.


def monte_carlo_tables(figures):
    """Tables of the analyses that some figures show, by what they hold."""
    pairs = dict.fromkeys((view, analysis) for view, analysis, _ in figures.values())
    found = {
        name: [f"{RESULTS}/sensitivity/{v}/{a}/{name}.csv" for v, a in pairs]
        for name in [*JOINT_KINDS, "rank_acceptability"]
    }
    return {**found, "scores": [f"{RESULTS}/index/{v}/scores.csv" for v, _ in pairs]}


def monte_carlo_pictures(figures):
    """Files of some figures of the joint analyses."""
    return [
        file
        for name, (view, analysis, kind) in figures.items()
        for file in pictured(
            figure(name),
            f"monte_carlo_{kind}",
            "Sensitivity",
            f"{kind}: {analysis}, {view}",
            view,
        )
    ]


def sobol_of(wildcards):
    """Settings of the Sobol indices of a view: a sample of its own, where the config gives it one."""
    settings = dict(config["sensitivity"].get("sobol", {}))
    own = settings.pop("joint_points_of", {})
    found = {"joint_points": own[wildcards.view]} if wildcards.view in own else {}
    return {**settings, **found}
