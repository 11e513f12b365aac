# Shapes of the units for maps: the study's own file of GeoJSON, or what its shapes.yaml says; none where it has neither.
from monotown.workflow.shapes import files_of, spec_of

SHAPES_SPEC = STUDY.put("map", lambda: spec_of(STUDY.study))


rule shapes:
    input:
        spec=SHAPES_SPEC,
        files=files_of(read_yaml(SHAPES_SPEC)),
        units=STUDY("units"),
    output:
        f"{RESULTS}/map/shapes.csv",
    log:
        f"{RESULTS}/logs/shapes.log",
    benchmark:
        f"{RESULTS}/benchmarks/shapes.tsv"
    conda:
        "../../environment.yml"
    params:
        marked=STUDY.about.get("marked", []),
        town=STUDY.about.get("town", []),
    message:
        "Shapes of the units for maps: projected, simplified with their borders shared"
    script:
        "../scripts/map/shapes.py"
