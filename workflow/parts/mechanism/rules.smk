# The mechanism as a model: levers, a budget, yearly feedback, Sobol indices over the assumptions, the chart.
MECHANISM = read_yaml(config["mechanism"]) or {}
WORDED["mechanism"] = config["mechanism"]

# Views that the cases name; a name that is none is told by the rule, with every other problem.
MECHANISM_CASES = [c for c in MECHANISM.get("cases") or [] if isinstance(c, dict)]
MECHANISM_VIEWS = [v for v in VIEWS if v in [c.get("view") for c in MECHANISM_CASES]]
MECHANISM_TABLES = [
    "levers",
    "responses",
    "allocation",
    "frontier",
    "shadow_prices",
    "feedback",
    "stability",
    "sobol",
    "ranges",
    "graph",
]


rule mechanism:
    input:
        mechanism=config["mechanism"],
        schema="workflow/parts/mechanism/schema.yaml",
        views=STUDY("indices", *MECHANISM_VIEWS),
        measures=STUDY("scales", *MECHANISM_VIEWS),
        graphs=config["graphs"],
        graphs_schema="workflow/parts/paper/schema.yaml",
        passages="data/raw/published/paper/passages.csv",
        observations=[
            f"{RESULTS}/clean/observations.csv",
            f"{RESULTS}/clean/observations_constant.csv",
        ],
        prepared=expand(f"{RESULTS}/index/{{view}}/prepared.csv", view=MECHANISM_VIEWS),
    output:
        **{name: f"{RESULTS}/mechanism/{name}.csv" for name in MECHANISM_TABLES},
    log:
        f"{RESULTS}/logs/mechanism.log",
    benchmark:
        f"{RESULTS}/benchmarks/mechanism.tsv"
    conda:
        "../../../environment.yml"
    params:
        seed=config["seed"],
        views=MECHANISM_VIEWS,
    message:
        "Mechanism: allocation of a budget, shadow prices, feedback, Sobol indices, graph"
    script:
        "scripts/mechanism.py"


rule mechanism_figures:
    input:
        **rules.mechanism.output,
        **NAMES,
        mechanism=config["mechanism"],
    output:
        allocation=pictured(
            figure("mechanism_allocation"),
            "mechanism_allocation",
            "Mechanism",
            "what a budget would buy",
        ),
        feedback=pictured(
            figure("mechanism_feedback"),
            "mechanism_feedback",
            "Mechanism",
            "yearly correction",
        ),
        sobol=pictured(
            figure("mechanism_sobol"),
            "mechanism_sobol",
            "Mechanism",
            "Sobol indices of the assumptions",
        ),
    log:
        f"{RESULTS}/logs/mechanism_figures.log",
    benchmark:
        f"{RESULTS}/benchmarks/mechanism_figures.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["common", "mechanism"],
    message:
        "Figures of the mechanism: budget, feedback, Sobol indices"
    script:
        "scripts/mechanism_figures.py"


rule mechanism_tables:
    input:
        **rules.mechanism.output,
        **NAMES,
        indices=STUDY("indices", *MECHANISM_VIEWS),
        scales=STUDY("scales", *MECHANISM_VIEWS),
        mechanism=config["mechanism"],
        graphs=config["graphs"],
    output:
        **{
            name: shown(name)
            for name in [
                "mechanism_levers",
                "mechanism_responses",
                "mechanism_optimum",
                "mechanism_use",
                "mechanism_gains",
                "mechanism_graph",
            ]
        },
        assumptions=f"{RESULTS}/mechanism/assumptions.csv",
    log:
        f"{RESULTS}/logs/mechanism_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/mechanism_tables.tsv"
    conda:
        "../../../environment.yml"
    params:
        labels=["mechanism"],
    message:
        "Tables of the mechanism, and the assumptions"
    script:
        "scripts/mechanism_tables.py"
