# Settings of the steps of this stage, by view.


def sobol_of(wildcards):
    """Settings of the Sobol indices of a view: a sample of its own, where the config gives it one."""
    settings = dict(config["sensitivity"].get("sobol", {}))
    own = settings.pop("joint_points_of", {})
    found = {"joint_points": own[wildcards.view]} if wildcards.view in own else {}
    return {**settings, **found}
