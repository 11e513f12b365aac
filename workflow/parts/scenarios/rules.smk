# Hierarchies of factors, and what assumed shocks come to under each of them.
from monotown.workflow.scenarios import read_settings

SCENARIOS = read_settings(config["scenarios"], ROOT, VIEWS)
SCENARIO_VIEWS = SCENARIOS["views"]
WORDED["scenarios"] = SCENARIOS["files"]

SCENARIO_TABLES = [
    "key_factors",
    "structure",
    "leaf_weights",
    "agreement",
    "consequences",
    "shapley",
    "crossing",
    "regret",
    "best_share",
    "consistency",
    "assumptions",
]

# Those that the tables for print are made from.
SCENARIO_READ = [t for t in SCENARIO_TABLES if t not in ("leaf_weights", "assumptions")]


# Tables for print of the chapter, each with its caption in Snakemake's report.
SCENARIO_SHOWN = [
    "scenarios_key_factors",
    "scenarios_structure",
    "scenarios_agreement",
    "scenarios_shocks",
    "scenarios_changes",
    "scenarios_targets",
    "scenarios_consistency",
]

# Names of the files in the order of the settings, for figures and tables.
SCENARIO_ORDER = {
    key: [os.path.splitext(os.path.basename(path))[0] for path in SCENARIOS[key]]
    for key in ("hierarchies", "scenarios")
}


rule scenarios:
    input:
        settings=config["scenarios"],
        hierarchy=SCENARIOS["hierarchies"],
        scenario=SCENARIOS["scenarios"],
        cross_impacts=SCENARIOS["cross_impacts"],
        key_factors=SCENARIOS["key_factors"],
        schema="workflow/parts/scenarios/schema.yaml",
        views=STUDY("indices", *SCENARIO_VIEWS),
        measures=STUDY("scales", *SCENARIO_VIEWS),
        names=STUDY("measures_names"),
        indicators=f"{RESULTS}/indicators/indicators.csv",
        normalised=expand(
            f"{RESULTS}/index/{{view}}/normalised.csv", view=SCENARIO_VIEWS
        ),
        weights=expand(f"{RESULTS}/index/{{view}}/weights.csv", view=SCENARIO_VIEWS),
        drop=expand(f"{RESULTS}/sensitivity/{{view}}/drop_one.csv", view=SCENARIO_VIEWS),
        sobol=expand(
            f"{RESULTS}/sensitivity/{{view}}/sobol.csv",
            view=[v for v in SCENARIO_VIEWS if v in config["sensitivity"]["views"]],
        ),
    output:
        **{name: f"{RESULTS}/scenarios/{name}.csv" for name in SCENARIO_TABLES},
    log:
        f"{RESULTS}/logs/scenarios.log",
    benchmark:
        f"{RESULTS}/benchmarks/scenarios.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["scenarios"],
        names=SCENARIO_VIEWS,
        seed=config["seed"],
    message:
        "Scenarios: key factors, hierarchies, consequences, regret, consistency"
    script:
        "scripts/scenarios.py"


rule scenarios_figures:
    input:
        **{
            name: f"{RESULTS}/scenarios/{name}.csv"
            for name in ["leaf_weights", "consequences", "shapley", "regret"]
        },
        **NAMES,
        indices=STUDY("indices", *SCENARIO_VIEWS),
        scales=STUDY("scales", *SCENARIO_VIEWS),
        settings=config["scenarios"],
        files=SCENARIOS["files"],
    output:
        weights=pictured(
            figure("scenarios_weights"),
            "scenarios_weights",
            "Scenarios",
            "weights of the hierarchies",
        ),
        contributions=pictured(
            figure("scenarios_contributions"),
            "scenarios_contributions",
            "Scenarios",
            "contributions to a scenario",
        ),
        regret=pictured(
            figure("scenarios_regret"), "scenarios_regret", "Scenarios", "regret"
        ),
    log:
        f"{RESULTS}/logs/scenarios_figures.log",
    benchmark:
        f"{RESULTS}/benchmarks/scenarios_figures.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["common", "scenarios"],
        order=SCENARIO_ORDER,
    message:
        "Figures of the scenarios: weights, contributions, regret"
    script:
        "scripts/scenarios_figures.py"


rule scenarios_tables:
    input:
        **{name: f"{RESULTS}/scenarios/{name}.csv" for name in SCENARIO_READ},
        settings=config["scenarios"],
        views=STUDY("indices", *SCENARIO_VIEWS),
        measures=STUDY("scales", *SCENARIO_VIEWS),
        files=SCENARIOS["files"],
    output:
        **{name: shown(name) for name in SCENARIO_SHOWN},
        best=f"{RESULTS}/scenarios/best.csv",
    log:
        f"{RESULTS}/logs/scenarios_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/scenarios_tables.tsv"
    conda:
        "../../../environment.yml"
    params:
        order=SCENARIO_ORDER,
        tables=SCENARIO_READ,
    message:
        "Tables of the scenarios, and the best ones for the marked units"
    script:
        "scripts/scenarios_tables.py"
