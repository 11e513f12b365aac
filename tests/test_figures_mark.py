"""The mark across synthetic figures stays whole on any of them."""

from pathlib import Path

import pytest
import yaml

from monotown.figures.style import figure_style, new_figure, stamp
from monotown.labels import LANGUAGES, Labels, merge_labels

COMMON = Path(__file__).parents[1] / "config" / "labels" / "common.yaml"
TEXTS = merge_labels([("common.yaml", yaml.safe_load(COMMON.read_text(encoding="utf-8")))])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(7.2, 2.2), (7.2, 14.0), (3.5, 3.0), (7.2, 7.0)])
def test_the_mark_of_synthetic_data_is_not_cut(language: str, size: tuple[float, float]) -> None:
    labels = Labels(language, TEXTS)
    with figure_style():
        figure = new_figure(*size)
        figure.subplots()
        stamp(figure, labels, "synthetic", "made up")
        figure.draw_without_rendering()
        (mark,) = [t for t in figure.texts if t.get_text() == labels("kind.synthetic")]
        box = mark.get_window_extent()
    assert box.x0 >= 0
    assert box.y0 >= 0
    assert box.x1 <= figure.bbox.width
    assert box.y1 <= figure.bbox.height
    assert box.width > 0.6 * figure.bbox.width or box.height > 0.6 * figure.bbox.height
