"""The look that every figure shares."""

import re
from pathlib import Path

import pytest
import yaml
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from monotown.base.labels import flat
from monotown.show.style import figure_style, new_figure, render

ROOT = Path(__file__).resolve().parents[2]


def shown_letters() -> set[str]:
    """Every letter and sign of the texts a figure may show."""
    files = ROOT.glob("config/words/*.yaml")
    contents = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in files]
    prose = ("text.", "answers.")  # no figure shows them
    texts = [t for content in contents for k, t in flat(content) if not k.startswith(prose)]
    return {c for text in texts for c in str(text)} - {"\n"}


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_the_shipped_font_has_every_letter_of_the_texts(weight):
    with figure_style():
        path = font_manager.findfont(font_manager.FontProperties(weight=weight))
    assert Path(path).name.startswith("MonotownSans-")
    letters = shown_letters()
    assert {"ң", "ұ", "Қ", "№", "–"} <= letters
    known = set(FT2Font(path).get_charmap())
    assert sorted(c for c in letters if ord(c) not in known) == []


@pytest.mark.filterwarnings("ignore:Glyph 65535")
def test_a_letter_that_the_shipped_font_lacks_is_drawn_all_the_same():
    def drawn(text: str) -> bytes:
        with figure_style():
            figure = new_figure(2, 1)
            figure.text(0.1, 0.5, text)
            return render(figure)["png"]

    assert drawn("\u0531") != drawn("\uffff")  # an Armenian letter, and none at all


def test_the_last_bits_of_a_layout_do_not_change_a_picture():
    class Shaken(Figure):
        def draw_without_rendering(self):
            super().draw_without_rendering()
            for axes in self.axes:
                axes._set_position([v + 1e-13 for v in axes.get_position(original=True).bounds])

    def drawn(kind: type[Figure]) -> dict[str, bytes]:
        with figure_style():
            figure = kind(figsize=(4, 3), layout="constrained")
            for axes in figure.subplots(2, 2).flat:
                axes.fill_between([0, 1, 2], [0, 2, 1], hatch="//")
                axes.set_title("head")
            return render(figure)

    assert drawn(Shaken) == drawn(Figure)


def test_the_parts_of_an_svg_are_named_by_number_and_found():
    names = []
    for width in (5.0, 5.0 + 1e-15):  # the same picture, and a clip of other last bits
        with figure_style():
            figure = new_figure(width, 3.0)
            axes = figure.subplots()
            axes.plot([0, 1, 2], [0, 2, 1], marker="o", label="#a0123456789")
            axes.fill_between([0, 1], [0, 1])
            svg = render(figure)["svg"].decode()
        defined = set(re.findall(r'\bid="([^"]+)"', svg))
        used = set(re.findall(r'(?:url\(|href=")#([^")]+)', svg))
        assert used <= defined
        assert not [n for n in used if re.fullmatch("[a-z][0-9a-f]{10}", n)]
        names.append(svg)
    assert names[0] == names[1]
