"""Profiles and scores of the towns, and the numbers that the prose quotes."""

from monotown.catalogue import Catalogue
from monotown.clean import first_source
from monotown.index.stage import NORMALISED, SCORES, view_model
from monotown.tables import INDICATORS, OBSERVATIONS
from monotown.towns.derive import with_computed
from monotown.towns.fields import make_fields
from monotown.towns.profile import (
    parents_of,
    profile_table,
    region_indicators,
    scores_table,
    town_facts,
)
from monotown.units import Units
from monotown_workflow import read_table, read_yaml, run, write_table


def main(view: str, found: dict[str, str], out: dict[str, str]) -> None:
    config = {n: read_yaml(found[n]) for n in ("units", "variables", "measures", "views")}
    units = config["units"]
    catalogue = Catalogue(
        read_yaml(found["catalogue"]), config["measures"], config["views"], units["sets"],
        {c: u["level"] for c, u in units.items() if c != "sets"},
        {n: v["reads_as"] for n, v in config["variables"].items() if v.get("reads_as")},
    )  # fmt: skip
    model = view_model(view, config["views"][view], config["measures"], found["views"])
    parents = parents_of(units)
    official, constant = (read_table(found[n], OBSERVATIONS) for n in ("observations", "constant"))
    fields = make_fields(
        read_yaml(found["base_variables"]), catalogue.indicators, read_yaml(found["towns"])
    )
    official = with_computed(first_source(official), fields, Units(units))
    regions = region_indicators(official, constant, catalogue, view, parents)
    profile = profile_table(
        read_table(found["normalised"], NORMALISED), read_table(found["indicators"], INDICATORS),
        regions, model, parents,
    )  # fmt: skip
    scores = scores_table(read_table(found["scores"], SCORES), model.tree.id)
    write_table(profile, out["profile"])
    write_table(scores, out["scores"])
    write_table(town_facts(profile, scores), out["facts"])


given = dict(snakemake.input.items())
run(lambda: main(snakemake.params.view, given, dict(snakemake.output.items())))
