"""The mark across figures of what is synthetic or assumed stays whole on any of them."""

import pytest
from words_support import LANGUAGES
from words_support import texts as project_texts

from monotown.base.labels import Labels
from monotown.show.style import figure_style, new_figure, stamp

TEXTS = project_texts("common")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("synthetic", ["kind.synthetic"]),
        ("assumed", ["kind_mark.assumed"]),
        ("assumed+official", ["kind_mark.assumed"]),
        ("assumed+synthetic", ["kind_mark.assumed", "kind.synthetic"]),
    ],
)
@pytest.mark.parametrize("size", [(7.2, 2.2), (7.2, 14.0), (3.5, 3.0), (7.2, 7.0)])
def test_the_mark_is_not_cut(language: str, size: tuple[float, float], kind: str, keys: list[str]) -> None:
    labels = Labels(language, TEXTS)
    with figure_style():
        figure = new_figure(*size)
        figure.subplots()
        stamp(figure, labels, [kind], "made up")
        figure.draw_without_rendering()
        text = ". ".join(labels(key) for key in keys)
        (mark,) = [t for t in figure.texts if t.get_text() == text]
        box = mark.get_window_extent()
    assert box.x0 >= 0
    assert box.y0 >= 0
    assert box.x1 <= figure.bbox.width
    assert box.y1 <= figure.bbox.height
    assert box.width > 0.6 * figure.bbox.width or box.height > 0.6 * figure.bbox.height


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_says_first_that_a_result_is_assumed_and_then_what_went_in(language: str) -> None:
    labels = Labels(language, TEXTS)
    feet = {}
    for kind in ("official", "published+official", "assumed+official", "assumed"):
        with figure_style():
            figure = new_figure()
            stamp(figure, labels, [kind], "office")
        feet[kind] = figure.about
        badges = [t.get_text()[2:] for t in figure.texts if t.get_bbox_patch() is not None]
        wanted = sorted(kind.split("+"), key=["assumed", "published", "official"].index)
        assert badges == [labels(f"badge.{k}") for k in wanted]
        marked = labels("kind_mark.assumed") in [t.get_text() for t in figure.texts]
        assert marked == ("assumed" in kind)
    source = f"{labels('word.source')}: office."
    assert feet["official"] == f"{labels('kind.official')}. {source}"
    both = f"{labels('kind.published')}; {labels('kind.official')}. {source}"
    assert feet["published+official"] == both
    assert feet["assumed+official"] == f"{labels('kind.assumed')}; {feet['official']}"
    assert feet["assumed"] == f"{labels('kind.assumed')}. {source}"


def test_a_figure_of_no_kind_of_data_is_refused() -> None:
    with figure_style(), pytest.raises(ValueError, match="some kind of data"):
        stamp(new_figure(), Labels("en", TEXTS), [""], "office")
