"""One look for every figure, legible in black and white, and the same bytes every time."""

from __future__ import annotations

import io
import math
import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath, text_to_path

from monotown.base.labels import Labels
from monotown.base.tables import Kind, data_kinds_in, kinds_in

#: Okabe and Ito (2008), safe for colour-blind readers, ordered by falling contrast in grey.
INK: Final = "#1a1a1a"
BLUE: Final = "#0072B2"
ORANGE: Final = "#E69F00"
GREEN: Final = "#009E73"
VERMILION: Final = "#D55E00"
SKY: Final = "#56B4E9"
PURPLE: Final = "#CC79A7"
GREY: Final = "#8c8c8c"
LIGHT: Final = "#d9d9d9"
CYCLE: Final = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY)
MARKERS: Final = ("o", "s", "^", "D", "v", "P")
DASHES: Final = ("-", "--", "-.", ":")

#: Sequential colour map whose lightness falls evenly, so it prints in grey.
SEQUENTIAL: Final = "cividis_r"

PAGE: Final = 7.2

#: Fonts; a letter that the first lacks is taken from the second.
FAMILIES: Final = ("Monotown Sans", "DejaVu Sans")

FORMATS: Final = ("svg", "pdf", "png")

#: Size of the foot's type in points.
_FOOT: Final = 6.5

_RC: Any = {
    "font.family": list(FAMILIES),
    "font.size": 8.5,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.axisbelow": True,
    "text.color": INK,
    # names and titles come from users: a dollar sign in them is a dollar sign
    "text.parse_math": False,
    # every format sets its type with the same advances, so that the layout of one fits all
    "text.hinting": "none",
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "grid.color": LIGHT,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "lines.linewidth": 1.4,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "svg.hashsalt": "monotown",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "figure.constrained_layout.use": True,
    "axes.prop_cycle": cycler(color=list(CYCLE)),
}


@cache
def _add_fonts() -> None:
    for font in sorted(Path(__file__).with_name("fonts").glob("*.ttf")):
        font_manager.fontManager.addfont(font)


@contextmanager
def figure_style() -> Iterator[None]:
    """Set the look for figures made inside the block."""
    _add_fonts()
    with mpl.rc_context(_RC):
        yield


def in_lines(text: str, width: int) -> str:
    """Text in lines of about so many letters, every word whole.

    Examples
    --------
    >>> in_lines("Equal by indicator", 8).splitlines()
    ['Equal by', 'indicator']
    """
    return textwrap.fill(text, width, break_long_words=False)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, bold: bool = False, italic: bool = False) -> float:
    """Width of a line of text in inches."""
    font = FontProperties(
        family=FAMILIES[-1], size=size, weight="bold" if bold else "normal", style="italic" if italic else "normal"
    )
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / 72


def new_figure(width: float = PAGE, height: float = 4.0) -> Figure:
    """An empty figure of a size in inches, outside pyplot's global state."""
    return Figure(figsize=(width, height), layout="constrained")


def opening(labels: Labels, kind: str) -> str:
    """What `stamp` puts before the source, on its line: kinds of the data, and a word.

    Parameters
    ----------
    labels, kind
        As in `stamp`.

    Examples
    --------
    >>> texts = {k: dict.fromkeys(("en", "ru", "kk"), k) for k in ("kind.official", "word.source")}
    >>> opening(Labels("en", texts), "assumed+official"), opening(Labels("en", texts), "assumed")
    ('kind.official. word.source: ', 'word.source: ')
    """
    words = "; ".join(labels(f"kind.{k}") for k in data_kinds_in([kind]))
    return f"{words}{'. ' if words else ''}{labels('word.source')}: "


def stamp(figure: Figure, labels: Labels, kind: str, source: str) -> None:
    """Print the kind of data and its source along the foot of a figure.

    Parameters
    ----------
    figure
        A figure with a constrained layout.
    labels
        Needs the keys ``kind.<kind>`` and ``word.source``, and ``kind_mark.assumed``.
    kind
        As `monotown.base.tables.join_kinds` writes it. That a figure rests on assumptions is told first,
        in a line of its own. Assumptions and synthetic data are marked across the figure as well.
    source
        Source in words; other lines may follow the first.

    Raises
    ------
    ValueError
        If the figure shows no kind of data, or one that is unknown.
    """
    kinds = kinds_in([kind])
    if not kinds:
        raise ValueError("a figure shows some kind of data")
    text = opening(labels, kind) + source
    if Kind.ASSUMED in kinds:
        text = f"{labels('kind.assumed')}.\n{text}"
    room = figure.get_figwidth() - 0.15
    figure.supxlabel(
        "\n".join(_within(line, room) for line in text.split("\n")), fontsize=_FOOT, color="#555555", x=0.01, ha="left"
    )
    keys = {Kind.ASSUMED: "kind_mark.assumed", Kind.SYNTHETIC: "kind.synthetic"}
    if marks := [labels(key) for known, key in keys.items() if known in kinds]:
        text = ". ".join(marks)
        size, turn = _across(text, *figure.get_size_inches())
        figure.text(0.5, 0.5, text, fontsize=size, color=GREY, alpha=0.25, ha="center", va="center", rotation=turn)


def _within(line: str, room: float) -> str:
    """A line of the foot in as many as fit into a width in inches."""
    wide = text_width(line, _FOOT)
    return line if wide <= room else in_lines(line, int(len(line) * room / wide))


def _across(text: str, width: float, height: float) -> tuple[float, float]:
    """Size in points and turn in degrees of a text that stays whole across a figure in inches."""
    turn = min(math.radians(25), math.atan2(0.8 * height, width))
    extent = TextPath((0, 0), text, size=100, prop=FontProperties(family=_RC["font.family"]))
    long, tall = extent.get_extents().width / 100, 1.3  # in heights of the letters
    across = long * math.cos(turn) + tall * math.sin(turn)
    up = long * math.sin(turn) + tall * math.cos(turn)
    return min(34.0, 72 * 0.96 * min(width / across, height / up)), math.degrees(turn)


def render(figure: Figure) -> dict[str, bytes]:
    """A figure as SVG, PDF and PNG bytes, free of time stamps.

    Returns
    -------
    dict
        Format, one of `FORMATS`, to bytes; equal figures give equal bytes.
    """
    rendered = {}
    with figure_style():
        # laid out once, so that every format has the same picture
        layout = figure.get_layout_engine()
        if figure.axes and layout is not None:
            layout.execute(figure)
        figure.set_layout_engine("none")
        for axes in figure.axes:
            # the last bits of a layout hang on where its solver's variables lie in memory
            left, low, wide, high = (round(float(v), 6) for v in axes.get_position(original=True).bounds)
            axes.set_position((left, low, wide, high))
        for name, write in _writers(figure).items():
            buffer = io.BytesIO()
            # `savefig` would draw everything once more before, for a layout that is done
            figure.set_dpi(_RC["savefig.dpi"])
            write(buffer)
            rendered[name] = buffer.getvalue()
    return {**rendered, "svg": _numbered(rendered["svg"])}


def _numbered(svg: bytes) -> bytes:
    """An SVG whose parts are named by number: Matplotlib names them by the bits of their places."""
    names: dict[bytes, bytes] = {}

    def number(found: re.Match[bytes]) -> bytes:
        return found[1] + names.setdefault(found[2], b"%c%d" % (found[2][0], len(names) + 1))

    return re.sub(rb'(id="|"#|url\(#)([a-z][0-9a-f]{10})(?=["\)])', number, svg)


def _writers(figure: Figure) -> dict[str, Callable[[io.BytesIO], object]]:
    """What writes each format, without time stamps."""
    svg = {"Date": None, "Creator": "monotown"}
    pdf = {"CreationDate": None, "Producer": "monotown", "Creator": "monotown"}
    png = {"Software": "monotown"}
    small = {"compress_level": 3}  # for pictures of lines smaller than the default, and faster
    return {
        "svg": lambda to: FigureCanvasSVG(figure).print_svg(to, metadata=svg),  # type: ignore[no-untyped-call]
        "pdf": lambda to: FigureCanvasPdf(figure).print_pdf(to, metadata=pdf),  # type: ignore[no-untyped-call]
        "png": lambda to: FigureCanvasAgg(figure).print_png(to, metadata=png, pil_kwargs=small),  # type: ignore[no-untyped-call]
    }
