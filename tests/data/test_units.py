from pathlib import Path

import pytest

from monotown.data.units import SETS, Units, name_key, unit_problems
from monotown.workflow.study import read_part

ROOT = Path(__file__).resolve().parents[2]
CONFIG = read_part("units", ROOT)
UNITS = Units(CONFIG)


def area(name, level="region", **more):
    return {"en": name, "ru": name, "kk": name, "level": level, **more}


def test_the_config_names_known_codes_and_each_name_once():
    assert unit_problems(CONFIG, "units.yaml") == []


def test_sets_hold_twenty_regions_sixteen_constant_units_and_27_towns():
    assert [len(UNITS.set(s)) for s in ("regions_2022", "regions_constant", "monotowns")] == [20, 16, 27]
    assert set(CONFIG[SETS]) == {"regions_2022", "regions_constant", "monotowns"}
    assert all(UNITS.exists(u, 2022) for u in UNITS.set("regions_2022"))
    assert "KZONT" not in UNITS.set("regions_2022")


def test_constant_units_take_the_place_of_regions_once_each():
    constant = UNITS.set("regions_constant")
    merged = {m.code: m for m in UNITS.merged()}
    parts = [p for c in constant for p in (merged[c].members if c in merged else (c,))]
    assert sorted(parts) == sorted(UNITS.set("regions_2022"))
    assert {m.before: m.split for m in merged.values()} == {"KZKAR": 2022, "KZVOS": 2022, "KZALM": 2022, "KZONT": 2018}


@pytest.mark.parametrize(
    ("printed", "level", "code"),
    [
        ("Алматы", "region", "KZALM"),  # the bulletin's Kazakh name of the region
        ("Алматы қаласы", "region", "KZALA"),
        ("г. Алматы", "region", "KZALA"),
        ("Г.АЛМАТЫ", "region", "KZALA"),
        ("город Алматы", "region", "KZALA"),
        ("г_Алматы", "region", "KZALA"),
        ("Almaty", "region", "KZALM"),
        ("Almaty city", "region", "KZALA"),
        ("Шығыс  Қазақстан", "region", "KZVOS"),
        ("Шығыс\u00a0Қазақстан облысы", "region", "KZVOS"),
        ("ЮЖНО-КАЗАХСТАНСКАЯ ОБЛАСТЬ", "region", "KZONT"),
        ("Туркестанская 1", "region", "KZYUZ"),
        ("Туркестанская*", "region", "KZYUZ"),
        ("Туркестанская ", "region", "KZYUZ"),
        ("Jetisu Region", "region", "KZZHS"),
        ("Zhetysu Region", "region", "KZZHS"),
        ("Жетісу", "region", "KZZHS"),
        ("Ұлытау", "region", "KZULU"),
        ("The Republic Of Kazakhstan", "region", "KZ"),
        ("The Republic Kazakhstan", "region", "KZ"),
        ("Республика Казахстан ", "region", "KZ"),
        ("Abay", "region", "KZABY"),
        ("Abay", "town", "KZ_ABAY"),  # one name, two places: the level decides
        ("Қарағанды", "region", "KZKAR"),
        ("г.Караганда", "town", "KZKRG"),
        ("Turkistan", "region", "KZYUZ"),
        ("city Turkistan", "town", "KZTUR"),
        ("Жезказган", "town", "KZZHK"),
        ("Mining Institute LLP", "organisation", "ZHEMIN"),
    ],
)
def test_spellings_lead_to_one_code(printed, level, code):
    assert UNITS.find(printed, level) == code


def test_every_own_spelling_leads_back_to_its_unit():
    for code in UNITS.codes:
        for name in UNITS.spellings(code):
            assert UNITS.find(name, UNITS.level(code)) == code


def test_an_unknown_name_is_none_and_the_message_names_the_nearest():
    assert UNITS.find("Карагандийская", "region") is None
    told = UNITS.expected_name("Карагандийская область", "region")
    assert told.startswith("a known name, 'Карагандинская область' (did you mean this?)")


def test_regions_exist_in_their_years_only():
    found = {
        c: [y for y in (2017, 2018, 2021, 2022) if UNITS.exists(c, y)] for c in ("KZONT", "KZYUZ", "KZULU", "KZKAR")
    }
    assert found == {"KZONT": [2017], "KZYUZ": [2018, 2021, 2022], "KZULU": [2022], "KZKAR": [2017, 2018, 2021, 2022]}


def test_towns_know_the_region_they_lie_in_now():
    assert [UNITS.parent(t) for t in ("KZZHK", "KZ_SATP", "KZ_KURC", "KZTMT", "KZKET")] == [
        "KZULU",
        "KZULU",
        "KZABY",
        "KZKAR",
        "KZYUZ",
    ]
    assert UNITS.parent("KZ") is None
    assert UNITS.names("KZULU") == {"en": "Ulytau region", "ru": "область Ұлытау", "kk": "Ұлытау облысы"}


def test_a_city_differs_from_its_region_only_where_cities_count():
    assert name_key("Almaty city") != name_key("Almaty")
    assert name_key("Almaty city", cities=False) == name_key("Almaty", cities=False)


def test_problems_name_unknown_codes_and_shared_names():
    config = {
        "A": area("Alpha"),
        "B": area("alpha region"),
        "T": area("Alpha", "town", parent="C"),
        "M": area("Both", "constant_region", before="A", members=["A", "Bb"], split=2000),
        "sets": {"all": ["A", "X"]},
    }
    told = [str(p) for p in unit_problems(config, "u.yaml")]
    assert told == [
        "u.yaml, sets.all: found 'X'; expected one of: A, B, M, T",
        "u.yaml, T.parent: found 'C'; expected one of: A, B, M, T",
        "u.yaml, M.members: found 'Bb'; expected 'B' (did you mean this?), or one of: A, B, M, T",
        "u.yaml, B: found 'alpha region'; expected a name that no other region has (A has it)",
        "u.yaml, B: found 'alpha region'; expected a name that no other region has (A has it)",
        "u.yaml, B: found 'alpha region'; expected a name that no other region has (A has it)",
    ]
