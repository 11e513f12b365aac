"""One look for every figure, legible in black and white, and the same bytes every time.

What draws a figure takes its tables first; then, by name, the words of a language (`labels`), the id of the
view where it shows one, and its source in words; and gives the figure with its title and foot.
"""

from __future__ import annotations

import io
import itertools
import math
import re
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator
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
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.textpath import TextPath, text_to_path

from monotown.base.labels import Labels
from monotown.base.tables import Kind, data_kinds_in, kinds_in
from monotown.show.svg import tidy

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

#: Sequential colour map whose lightness falls evenly, so it prints in grey.
SEQUENTIAL: Final = "cividis_r"

PAGE: Final = 7.2

#: Fonts; a letter that the first lacks is taken from the second.
FAMILIES: Final = ("Monotown Sans", "DejaVu Sans")

FORMATS: Final = ("svg", "pdf", "png")

#: Sizes of type in points: in boxes of diagrams, along the foot, of titles.
TYPE: Final = 7.5
SMALL: Final = 6.5
_TITLE: Final = 9.5

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
    "svg.fonttype": "none",
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


class Picture(Figure):
    """A figure that knows what it tells.

    Attributes
    ----------
    finding
        Its title.
    about
        What stands in its files beside the picture: kinds of data, finding, source.
    kinds
        Kinds of its data, that it rests on assumptions first.
    """

    finding: str = ""
    about: str = ""
    kinds: tuple[str, ...] = ()


def new_figure(width: float = PAGE, height: float = 4.0) -> Picture:
    """An empty figure of a size in inches, outside pyplot's global state."""
    return Picture(figsize=(width, height), layout="constrained")


def wrap(
    text: str, width: float, size: float = TYPE, *, bold: bool = False, italic: bool = False, even: bool = True
) -> tuple[str, ...]:
    r"""Break a text into the fewest lines that fit a width.

    Parameters
    ----------
    text
        Lines break at spaces, after hyphens, and at soft hyphens, which then show as hyphens.
    width
        Inches. Only a word that is wider runs over it.
    size
        Points.
    bold, italic
        The letters' form.
    even
        Whether lines are made as equal in length as can be (least squares of the room left), or
        each filled before the next.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> wrap("Regional research and production centre", 1.4)
    ('Regional research', 'and production centre')
    >>> wrap("Regional research and production centre", 1.4, even=False)
    ('Regional research and', 'production centre')
    >>> wrap("производ\u00adственный", 0.8)
    ('производ-', 'ственный')
    """
    pieces = _pieces(text)
    n = len(pieces)

    def line(first: int, after: int) -> str:
        joined = "".join(piece for piece, _ in pieces[first:after]).rstrip()
        return joined + ("-" if after < n and pieces[after - 1][1] else "")

    def room(first: int, after: int) -> float:
        return width - text_width(line(first, after), size, bold, italic)

    breaks = [0]
    for after in range(1, n + 1):
        if after - breaks[-1] > 1 and room(breaks[-1], after) < 0:
            breaks.append(after - 1)
    breaks.append(n)
    if even:
        # best[j]: least cost of setting the first j pieces in the lines so far, and its breaks.
        best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
        for _ in breaks[1:]:
            longer: dict[int, tuple[float, list[int]]] = {}
            for first, (cost, path) in best.items():
                for after in range(first + 1, n + 1):
                    left = room(first, after)
                    if left < 0 and after > first + 1:
                        break
                    hyphen = 0.1 if after < n and pieces[after - 1][1] else 0.0
                    total = cost + left**2 + hyphen
                    if after not in longer or total < longer[after][0]:
                        longer[after] = (total, [*path, after])
            best = longer
        breaks = best[n][1]
    return tuple(line(first, after) for first, after in itertools.pairwise(breaks))


def _pieces(text: str) -> list[tuple[str, str]]:
    """Unbreakable pieces, each with the soft hyphen that follows it, if one does."""
    pieces: list[tuple[str, str]] = []
    start = 0
    for i, letter in enumerate(text):
        if letter in " -\u00ad":
            cut = i if letter == "\u00ad" else i + 1
            pieces.append((text[start:cut], "\u00ad" if letter == "\u00ad" else ""))
            start = i + 1
    return [*pieces, (text[start:], "")]


def foot(notes: Iterable[str], width: float = PAGE) -> list[str]:
    """Lines of the notes at the foot of a figure, a paragraph each.

    Examples
    --------
    >>> foot(["A note.", "", "Another."])
    ['A note.', 'Another.']
    """
    parts = [part for note in notes if note for part in note.split("\n")]
    return [line for part in parts for line in wrap(part, width - 0.25, SMALL, even=False)]


def stamp(figure: Picture, labels: Labels, kinds: Iterable[object], source: str, *notes: str) -> None:
    """Print what kind of data a figure shows at its head, and notes along its foot.

    Parameters
    ----------
    figure
        A figure that has its title.
    labels
        Needs the keys ``kind.<kind>``, ``badge.<kind>`` and ``word.source``, and ``kind_mark.assumed``.
    kinds
        Cells of a column ``kind``, as `monotown.base.tables.join_kinds` writes them. That a figure rests on
        assumptions is told first. Assumptions and synthetic data are marked across the figure as well.
    source
        Source in words; it stands in the file, and under the figure where a page shows it.
    notes
        Each a paragraph below; empty ones are left out.

    Raises
    ------
    ValueError
        If the figure shows no kind of data, or one that is unknown.
    """
    known = kinds_in(kinds)
    if not known:
        raise ValueError("a figure shows some kind of data")
    first = (*([Kind.ASSUMED.value] if Kind.ASSUMED in known else []), *data_kinds_in(known))
    figure.kinds = tuple(first)
    told = "; ".join(labels(f"kind.{k}") for k in first)
    finding = figure.finding.rstrip(".")
    figure.about = f"{told}. {finding}{'. ' if finding else ''}{labels('word.source')}: {source.rstrip('.')}."
    _badges(figure, labels, first)
    if not figure.finding:
        _below(figure, BADGE + 0.05)
    if lines := foot(notes, figure.get_figwidth()):
        figure.supxlabel("\n".join(lines), fontsize=SMALL, color="#555555", x=0.01, ha="left")
    keys = {Kind.ASSUMED: "kind_mark.assumed", Kind.SYNTHETIC: "kind.synthetic"}
    if marks := [labels(key) for kind, key in keys.items() if kind in known]:
        text = ". ".join(marks)
        size, turn = _across(text, *figure.get_size_inches())
        figure.text(0.5, 0.5, text, fontsize=size, color=GREY, alpha=0.25, ha="center", va="center", rotation=turn)


#: Inches that the badges take above the title, and what each looks like: its mark, its ink and its ground.
BADGE: Final = 0.2
_BADGES: Final = {
    "assumed": ("\u25cb", "#ffffff", "#5c4400"),
    "synthetic": ("\u25b2", "#8a3b68", "#f8eef4"),
    "published": ("\u25c6", "#a34600", "#fdf1e8"),
    "official": ("\u25a0", "#00598c", "#eaf4fa"),
}


def _badges(figure: Picture, labels: Labels, kinds: Iterable[str]) -> None:
    """The kinds of data at the head of a figure, one beside the other."""
    width, height = figure.get_size_inches()
    x = 0.1
    for kind in kinds:
        mark, ink, ground = _BADGES[kind]
        text = f"{mark} {labels(f'badge.{kind}')}"
        box = {"boxstyle": "round,pad=0.3,rounding_size=0.6", "facecolor": ground, "edgecolor": ink, "linewidth": 0.8}
        look: dict[str, Any] = {"fontsize": SMALL, "color": ink, "fontweight": "bold", "va": "center", "bbox": box}
        badge = figure.text(x / width, 1 - 0.11 / height, text, **look)
        badge.set_in_layout(False)
        x += text_width(text, SMALL, bold=True) + 0.14


def title(figure: Picture, text: str) -> None:
    """Print the title of a figure, in as many lines as it needs, below the badges."""
    figure.finding = text
    lines = _lines(text, figure.get_figwidth())
    height = figure.get_figheight()
    look: dict[str, Any] = {"x": 0.01, "ha": "left", "fontsize": _TITLE, "fontweight": "bold"}
    figure.suptitle("\n".join(lines), y=1 - (BADGE + 0.06) / height, **look)
    _below(figure, head_height(text, figure.get_figwidth()))


def _below(figure: Figure, head: float) -> None:
    """Keep the layout below the head of so many inches."""
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, 0, 1, 1 - head / figure.get_figheight()))


def head_height(text: str, width: float = PAGE) -> float:
    """Inches that the badges and a title take."""
    return BADGE + 0.14 + 1.25 * _TITLE / 72 * len(_lines(text, width))


def _lines(text: str, width: float) -> tuple[str, ...]:
    """A title across the width; as even as can be where its last line would be short."""
    full = wrap(text, width - 0.2, _TITLE, bold=True, even=False)
    short = len(full) > 1 and text_width(full[-1], _TITLE, bold=True) < 0.3 * width
    return wrap(text, width - 0.2, _TITLE, bold=True) if short else full


def view_name(labels: Labels, view: str, year: object) -> str:
    """Name of a view without the years that it may have in it, up to this one.

    Examples
    --------
    >>> name = {"view.v": {"en": "Potential, 20 regions, 2022"}}
    >>> view_name(Labels("en", name), "v", 2022)
    'Potential, 20 regions'
    """
    return re.sub(rf", (\d{{4}}\u2013)?{year}$", "", labels(f"view.{view}"))


def view_in(labels: Labels, view: str, year: object) -> str:
    """Name of a view and its year; the name alone where figures have no year, which tables write as 0.

    Examples
    --------
    >>> name = {"view.v": {"en": "Potential, 2022"}}
    >>> view_in(Labels("en", name), "v", 2022), view_in(Labels("en", {"view.v": {"en": "Potential"}}), "v", 0)
    ('Potential, 2022', 'Potential')
    """
    name = view_name(labels, view, year)
    return name if str(year) == "0" else f"{name}, {year}"


def _across(text: str, width: float, height: float) -> tuple[float, float]:
    """Size in points and turn in degrees of a text that stays whole across a figure in inches."""
    turn = min(math.radians(25), math.atan2(0.8 * height, width))
    extent = TextPath((0, 0), text, size=100, prop=FontProperties(family=_RC["font.family"]))
    long, tall = extent.get_extents().width / 100, 1.3  # in heights of the letters
    across = long * math.cos(turn) + tall * math.sin(turn)
    up = long * math.sin(turn) + tall * math.cos(turn)
    return min(34.0, 72 * 0.96 * min(width / across, height / up)), math.degrees(turn)


def render(
    figure: Figure, formats: Collection[str] = FORMATS, name: str = "figure", language: str = ""
) -> dict[str, bytes]:
    """A figure as bytes, free of time stamps.

    Parameters
    ----------
    figure
        The figure; its layout is fixed by this.
    formats
        Those of `FORMATS` that are wanted.
    name, language
        Of the figure, for its ids and its texts in SVG.

    Returns
    -------
    dict
        Format to bytes; equal figures give equal bytes, whatever else is wanted.
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
        for form, write in _writers(figure).items():
            if form not in formats:
                continue
            buffer = io.BytesIO()
            # `savefig` would draw everything once more before, for a layout that is done
            figure.set_dpi(_RC["savefig.dpi"])
            write(buffer)
            rendered[form] = buffer.getvalue()
    if "svg" in rendered:
        told: dict[str, Any] = {"language": language}
        if isinstance(figure, Picture):
            told |= {"title": figure.finding, "text": figure.about, "kinds": figure.kinds}
        rendered["svg"] = tidy(_numbered(rendered["svg"]), name, **told)
    return rendered


def _numbered(svg: bytes) -> bytes:
    """An SVG whose parts are named by number: Matplotlib names them by the bits of their places."""
    names: dict[bytes, bytes] = {}

    def number(found: re.Match[bytes]) -> bytes:
        return found[1] + names.setdefault(found[2], b"%c%d" % (found[2][0], len(names) + 1))

    return re.sub(rb'(id="|"#|url\(#)([a-z][0-9a-f]{10})(?=["\)])', number, svg)


def _writers(figure: Figure) -> dict[str, Callable[[io.BytesIO], object]]:
    """What writes each format, without time stamps."""
    svg = {"Date": None, "Creator": "monotown"}
    pdf: dict[str, Any] = {"CreationDate": None, "Producer": "monotown", "Creator": "monotown"}
    png = {"Software": "monotown"}
    if isinstance(figure, Picture) and figure.about:
        pdf |= {"Title": figure.finding, "Subject": figure.about, "Keywords": " ".join(figure.kinds)}
        png |= {"Title": figure.finding, "Description": figure.about}
    small = {"compress_level": 3}  # for pictures of lines smaller than the default, and faster
    return {
        "svg": lambda to: FigureCanvasSVG(figure).print_svg(to, metadata=svg),  # type: ignore[no-untyped-call]
        "pdf": lambda to: FigureCanvasPdf(figure).print_pdf(to, metadata=pdf),  # type: ignore[no-untyped-call]
        "png": lambda to: FigureCanvasAgg(figure).print_png(to, metadata=png, pil_kwargs=small),  # type: ignore[no-untyped-call]
    }
