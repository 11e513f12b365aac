"""SVG that a page can hold: real text, ids of its own, what it tells."""

import re
from xml.etree import ElementTree as ET

import pytest

from monotown.base.labels import Labels
from monotown.base.tables import Kind
from monotown.show import style
from monotown.show.svg import tidy

KINDS = {f"{group}.{k}": {"en": f"{group} {k}"} for group in ("kind", "badge") for k in Kind}
WORDS = {**KINDS, "word.source": {"en": "Source"}, "kind_mark.assumed": {"en": "not observed"}}


@pytest.fixture
def drawn() -> str:
    with style.figure_style():
        figure = style.new_figure(4, 3)
        axes = figure.subplots()
        axes.plot([0, 1, 2], [0, 2, 1], marker="o", label="a < b")
        axes.fill_between([0, 1], [0, 1], hatch="//")
        axes.set_ylabel("Ұлытау & Қарағанды")
        axes.legend()
        style.title(figure, "Five of nine hold")
        style.stamp(figure, Labels("en", WORDS), ["assumed+official"], "Bureau")
        return style.render(figure, ["svg"], "one", "kk")["svg"].decode()


def test_texts_are_texts_and_nothing_is_embedded(drawn):
    texts = [t.text for t in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert {"Ұлытау & Қарағанды", "a < b", "Five of nine hold"} <= set(texts)
    for absent in ("base64", "<style", "@font-face", "<?xml", "<!DOCTYPE", "<metadata", "style="):
        assert absent not in drawn


def test_every_id_is_the_figures_own_and_found(drawn):
    defined = re.findall(r'\bid="([^"]+)"', drawn)
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', drawn))
    assert len(defined) == len(set(defined))
    assert all(name.startswith("one-") for name in defined)
    assert used
    assert used | {"one-title", "one-desc"} == set(defined)


def test_it_says_what_it_tells_and_its_kinds_first(drawn):
    root = ET.fromstring(drawn)
    title, desc = root[0], root[1]
    assert (title.tag[-5:], title.text) == ("title", "Five of nine hold")
    assert desc.text == "kind assumed; kind official. Five of nine hold. Source: Bureau."
    assert root.attrib["role"] == "img"
    assert root.attrib["data-kinds"] == "assumed official"
    assert root.attrib["lang"] == "kk"
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], desc.attrib["id"]]
    texts = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "not observed" in texts
    assert any(str(t).endswith("badge assumed") for t in texts)


def test_places_have_two_decimals_at_most(drawn):
    places = re.findall(r'\b(?:d|x|y|transform)="([^"]*)"', drawn)
    assert places
    assert not [p for p in places if re.search(r"\.\d{3}", p)]


def test_a_picture_keeps_what_it_needs():
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt"><g id="a"><g id="b" clip-path="url(#c)">'
        b'<path d="M 0.123456 1e-09 \nL 2 -0.0001 \nz" style="fill: url(#h); stroke-width: 0.5"/></g></g><g id="e"/>'
        b'<defs><clipPath id="c"/><pattern id="h"/></defs></svg>'
    )
    assert tidy(svg, "f").decode().partition(">")[2] == (
        '<g clip-path="url(#f-c)"><path d="M0.12 0L2 0z" fill="url(#f-h)" stroke-width="0.5" /></g>'
        '<defs><clipPath id="f-c" /><pattern id="f-h" /></defs></svg>\n'
    )
