# A page for each unit of an index: what it is made of, gathered from the results.


include: "units_functions.smk"


UNIT_RESULTS = {view: unit_results(view) for view in VIEWS}


rule unit_tables:
    input:
        results=[
            file
            for of in UNIT_RESULTS.values()
            for some in of.values()
            for file in some.values()
        ],
        indicators=f"{RESULTS}/indicators/indicators.csv",
        observations=f"{RESULTS}/clean/observations.csv",
        constant=f"{RESULTS}/clean/observations_constant.csv",
        sources=f"{RESULTS}/clean/sources.csv",
        views=STUDY("indices"),
        measures=STUDY("definitions"),
        units=STUDY("borders"),
    output:
        **{
            name: f"{RESULTS}/units/{name}.csv"
            for name in [
                "places",
                "blocks",
                "series",
                "changes",
                "indicators",
                "cells",
                "alike",
                "level",
                "moves",
            ]
        },
    log:
        f"{RESULTS}/logs/unit_tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/unit_tables.tsv"
    conda:
        "../../environment.yml"
    params:
        results=UNIT_RESULTS,
        sure=config["sensitivity"]["interval"][1],
    message:
        "What the page of each unit is made of: places, indicators with their cells, units alike and level"
    script:
        "../scripts/units/unit_tables.py"
