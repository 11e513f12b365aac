"""Profiles and scores of the towns."""

from monotown.workflow import read_table, read_yaml, run, write_table

from monotown.base.tables import INDICATORS, OBSERVATIONS
from monotown.data.clean import first_source
from monotown.data.units import Units
from monotown.data.workbooks.computed import with_computed
from monotown.data.workbooks.fields import make_fields
from monotown.index.admissible import scale_of
from monotown.index.build import NORMALISED, SCORES
from monotown.index.prepare import view_model
from monotown.towns import profile as towns


def main(view: str, found: dict[str, str], out: dict[str, str]) -> None:
    names = ("catalogue", "measures", "views", "units", "variables", "base_variables", "towns")
    config = {name: read_yaml(found[name]) for name in names}
    catalogue = towns.plain_catalogue(*(config[n] for n in names[:5]))
    parents = towns.parents_of(config["units"])
    model = view_model(view, catalogue.views[view], catalogue.measures, found["views"])
    official, constant = (read_table(found[n], OBSERVATIONS) for n in ("observations", "constant"))
    fields = make_fields(config["base_variables"], catalogue.indicators, config["towns"])
    official = with_computed(first_source(official), fields, Units(config["units"]))
    profile = towns.profile_table(
        read_table(found["normalised"], NORMALISED),
        read_table(found["indicators"], INDICATORS),
        towns.region_indicators(official, constant, catalogue, view, parents),
        model,
        parents,
    )
    scores = towns.scores_table(read_table(found["scores"], SCORES), model.tree.id, scale_of(model))
    write_table(profile, out["profile"], own_units=["value", "region_value"])
    write_table(scores, out["scores"])


given = dict(snakemake.input.items())
run(lambda: main(snakemake.params.view, given, dict(snakemake.output.items())))
