"""Draw figures in every language and write them; only a step that draws pays for the library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from matplotlib.figure import Figure

from monotown.base.labels import Labels
from monotown.show.style import figure_style, render


def write_figures(
    draw: Callable[[Labels], Figure], labels: Mapping[str, Labels], outputs: Iterable[str | Path]
) -> None:
    """Draw a figure in each language and write it in each format.

    Parameters
    ----------
    draw
        Draws the figure with the words of one language.
    labels
        Language to its labels.
    outputs
        Files named ``<name>.<language>.<format>``.
    """
    wanted = [Path(o) for o in outputs]
    for language in labels:
        mine = [p for p in wanted if p.name.split(".")[-2] == language]
        if not mine:
            continue
        with figure_style():
            formats = {p.suffix.removeprefix(".") for p in mine}
            rendered = render(draw(labels[language]), formats, mine[0].name.split(".")[0], language)
        for path in mine:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(rendered[path.suffix.removeprefix(".")])
