r"""A printed table for LaTeX, as wide as the line at most: a free fragment for any document with `PREAMBLE`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from monotown.show.printed import Printed

#: What a document needs before its first table; pdfLaTeX, XeLaTeX and LuaLaTeX alike.
PREAMBLE: Final = r"""% In the preamble of a document that prints these tables: \input{preamble}
% Debian: texlive-latex-recommended, texlive-lang-cyrillic.
\usepackage{iftex}
\usepackage{amssymb,array,booktabs,longtable,pdflscape}
\ifpdftex
  \usepackage[T2A]{fontenc}
  \usepackage[utf8]{inputenc}
  % A letter that T2A lacks is printed as a box, and said in the log.
  \makeatletter
  \def\UTFviii@undefined@err#1{\PackageWarning{monotown}{no letter for #1}{\fboxsep0.4pt\fbox{?}}}
  \def\TextSymbolUnavailable#1{\PackageWarning{monotown}{no letter for \string#1}{\fboxsep0.4pt\fbox{?}}}
  \makeatother
\else
  \usepackage{fontspec}
  \setmainfont{DejaVu Serif}[Scale=0.88]
\fi
"""

#: Lines that the tallest row of a table on an upright page may have; one of more is laid on its side.
TALLEST: Final = 7

#: Lines of a table that stays in one piece; a longer one runs over pages.
ONE_PIECE: Final = 36

#: Share of the line that a table takes at least, so that its note is no pillar.
LEAST: Final = 0.6


@dataclass(frozen=True)
class _Setting:
    """A size of letters on a page: how many ems a line of A4 with margins of 2.5 cm holds.

    Small letters of Computer Modern are wider than large ones: fewer than their height tells.
    """

    size: str
    landscape: bool
    ems: float


#: Tried in this order; the last takes what none holds.
_SETTINGS: Final = (
    _Setting(r"\small", False, 49),
    _Setting(r"\footnotesize", False, 53),
    _Setting(r"\footnotesize", True, 82),
    _Setting(r"\scriptsize", True, 88),
)

#: Between two columns, in ems: 6 points.
_GAP: Final = 0.85


class _Widths(dict[str, float]):
    """Widths of letters of Computer Modern in ems, from above."""

    def __missing__(self, letter: str) -> float:
        if letter > "\u00ff" and not "\u0400" <= letter <= "\u052f":
            self[letter] = 1.3  # a sign of mathematics, or the box in place of a letter
        else:
            self[letter] = 0.52 if letter.isdigit() else 0.78 if letter.isupper() else 0.57
        return self[letter]


_WIDTHS: Final = _Widths(
    dict.fromkeys("mwMWжмшщыюфЖМФЩШЮЫ@%№ҢҚңқәӘ", 0.92) | dict.fromkeys(" .,;:!'|iljtfrI()[]/-іІ", 0.42)
)

#: Where a word that is too long for its column may be parted: before a consonant that a vowel follows.
_VOWELS = "aeiouyаеёиоуыэюяәөүұіAEIOUYАЕЁИОУЫЭЮЯӘӨҮҰІ"
_SYLLABLE = re.compile(rf"(?<=[^\W\d_]{{2}})(?=[^\W\d_{_VOWELS}][{_VOWELS}])")

#: Where a path or an identifier may be parted without a hyphen: after these.
_JOINT = re.compile(r"(?<=[/_.;:,=+&|\\-])(?=\S)")

_ESCAPES: Final = str.maketrans(
    {
        **dict.fromkeys("\t\n\v\f\x85\u2028\u2029", " "),
        **{chr(c): "" for c in (*range(9), *range(14, 32), *range(127, 133), *range(134, 160))},
        **dict.fromkeys("\r\u200b\u200c\u200d\u2060\ufeff\ufe0f", ""),
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "`": r"\textasciigrave{}",
        # Babel gives it a meaning of its own in Russian.
        '"': r"\textquotedbl{}",
        "\u00a0": "~",
        "\u202f": "~",
        "\u2009": "~",
        "\u00ad": r"\-",
        "\u2010": "-",
        "\u2011": "-",
        "\u2026": r"\dots{}",
        "\u2713": r"\checkmark{}",
        # T2A has the Kazakh letter alone, not its Latin double.
        "\u0259": "\u04d9",
        "\u018f": "\u04d8",
        "\u00b2": r"\textsuperscript{2}",
        "\u00b3": r"\textsuperscript{3}",
        **{
            c: rf"\ensuremath{{{command}}}"
            for c, command in {
                "\u2212": "-",
                "\u00d7": r"\times",
                "\u00f7": r"\div",
                "\u2248": r"\approx",
                "\u2260": r"\neq",
                "\u2264": r"\leq",
                "\u2265": r"\geq",
                "\u2192": r"\to",
                "\u2190": r"\leftarrow",
                "\u2191": r"\uparrow",
                "\u2193": r"\downarrow",
                "\u0394": r"\Delta",
                "\u03b1": r"\alpha",
                "\u03b2": r"\beta",
                "\u03c1": r"\rho",
                "\u03c3": r"\sigma",
                "\u03c4": r"\tau",
                "\u00b7": r"\cdot",
                "\u00b1": r"\pm",
                "\u00b0": r"^\circ",
                "\u221a": r"\surd",
                "\u2211": r"\sum",
                "\u221e": r"\infty",
            }.items()
        },
    }
)

#: Two of these in a row would be joined into another sign.
_LIGATURES = re.compile(r"([-',])(?=\1)")


def escape_latex(text: str) -> str:
    r"""Text that LaTeX prints as it stands, in one line.

    Examples
    --------
    >>> print(escape_latex("50 % of R&D_x"))
    50 \% of R\&D\_x
    """
    return _LIGATURES.sub(r"\1{}", text.translate(_ESCAPES))


def ems(text: str) -> float:
    """Width of a text in Computer Modern, from above, in ems."""
    return math.fsum(map(_WIDTHS.__getitem__, text))


def words(text: str) -> list[str]:
    r"""What a line break never parts: words, and what stands between the joints of a path.

    Examples
    --------
    >>> words("in data/raw_a.csv of 1\u00a0234")
    ['in', 'data/', 'raw_', 'a.', 'csv', 'of', '1\xa0234']
    """
    return [piece for word in re.split(r"[ \t\n]+", text) for piece in _joints(word)]


def _joints(word: str) -> list[str]:
    """A word parted after its joints; a number keeps its marks, and a short word is not worth it."""
    if len(word) < 9 or not any(c.isalpha() for c in word):
        return [word]
    return _JOINT.split(word)


def hyphenated(word: str, most: float) -> str:
    r"""A word with soft hyphens where it may be parted, if it is wider than `most` ems.

    A part without a syllable that fits is parted anywhere.

    Examples
    --------
    >>> [hyphenated(w, 3).replace("\u00ad", "-") for w in ("көпөлшемді", "tree", "xxxxxx")]
    ['кө-пөл-шем-ді', 'tree', 'xxxx-xx']
    """
    if ems(word) <= most:
        return word
    room = most - ems("-")
    lines = [""]
    for syllable in _SYLLABLE.split(word):
        for part in [syllable] if ems(syllable) <= room else syllable:
            if lines[-1] and ems(lines[-1] + part) > room:
                lines.append("")
            lines[-1] += part
    return "\u00ad".join(lines)


def cell_latex(text: str, most: float) -> str:
    """A cell whose words fit a column of `most` ems."""
    made = []
    for word in re.split(r"[ \t\n]+", text):
        parts = [escape_latex(hyphenated(piece, most)) for piece in _joints(word)]
        made.append(r"\allowbreak{}".join(parts) if ems(word) > most else escape_latex(word))
    line = " ".join(made)
    # What opens with these would be read as an option of the row end or rule before it.
    return f"{{}}{line}" if line.startswith(("[", "*")) else line


@dataclass(frozen=True)
class Layout:
    """How a table stands on its page.

    Attributes
    ----------
    size, landscape
        Size of its letters, and whether it lies on its side.
    room
        Ems of each column, without the gap to the next.
    shares
        Share of the line that each column takes with its gap; 1 together at most.
    tallest
        Lines of the tallest row.
    """

    size: str
    landscape: bool
    room: tuple[float, ...]
    shares: tuple[float, ...]
    tallest: int


def layout(columns: Sequence[Sequence[str]]) -> Layout:
    """Widths of columns by their texts, heads among them: as few lines as the page allows, no word cut if it can be.

    Parameters
    ----------
    columns
        Texts of each column.
    """
    natural = [max((ems(t) for t in column), default=0.0) + 0.2 for column in columns]
    least = [max((ems(w) for t in column for w in words(t)), default=0.0) + 0.2 for column in columns]
    for setting in _SETTINGS:
        line = setting.ems - _GAP * len(columns)
        if math.fsum(least) <= line:
            room = _rooms(natural, least, line)
            lines = max((_lines(t, r) for column, r in zip(columns, room, strict=True) for t in column), default=1)
            if lines <= TALLEST or setting is _SETTINGS[-1]:
                return _laid(setting, room, lines)
    # Words are cut in the widest columns first: all wider than some width are given that width.
    low = 0.0
    high = max(least)
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if math.fsum(min(x, middle) for x in least) <= line else (low, middle)
    room = [min(x, low) for x in least]
    return _laid(setting, room, max(_lines(t, r) for column, r in zip(columns, room, strict=True) for t in column))


def _rooms(natural: Sequence[float], least: Sequence[float], line: float) -> list[float]:
    """Widths whose tallest cell is as low as can be, none narrower than its longest word."""
    if math.fsum(natural) <= line:
        return list(natural)

    def at(height: float) -> list[float]:
        return [max(word, whole / height) for whole, word in zip(natural, least, strict=True)]

    low, high = 1.0, max(natural) / min(least) + 1
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if math.fsum(at(middle)) <= line else (middle, high)
    return at(high)


def _lines(text: str, room: float) -> int:
    """Lines that a text takes in a column."""
    lines, at = 1, 0.0
    for word in text.split(" "):
        width = ems(word)
        if at and at + _WIDTHS[" "] + width > room:
            lines, at = lines + 1, 0.0
        at += width + (_WIDTHS[" "] if at else 0.0)
        lines, at = lines + int(at // room), at % room
    return lines


def _laid(setting: _Setting, room: Sequence[float], lines: int) -> Layout:
    shares = [(r + _GAP) / setting.ems for r in room]
    wider = max(1.0, LEAST / math.fsum(shares))
    # Rounded down, so that together they never pass the line.
    rounded = tuple(math.floor(s * wider * 1e4) / 1e4 for s in shares)
    return Layout(setting.size, setting.landscape, tuple(room), rounded, lines)


def to_latex(table: Printed) -> str:
    r"""A table for LaTeX: as wide as the line at most, on its side where it is wide, over pages where it is long.

    Columns take shares of ``\linewidth`` by their texts. The document needs `PREAMBLE`; upright tables
    are measured for lines of 16 cm at 10 points and tables on their side for 24 cm.
    """
    columns = [[head, *(row[i] for row in table.rows)] for i, head in enumerate(table.heads)]
    how = layout(columns)
    share = math.floor(math.fsum(how.shares) * 1e4) / 1e4
    aligns = "".join(
        rf">{{\{'raggedleft' if number else 'raggedright'}\hspace{{0pt}}\arraybackslash}}"
        rf"p{{\dimexpr {width:.4f}\linewidth-2\tabcolsep\relax}}"
        for number, width in zip(table.numeric, how.shares, strict=True)
    )

    def row(cells: Iterable[str], end: str = r" \\") -> str:
        return " & ".join(cell_latex(c, r) for c, r in zip(cells, how.room, strict=True)) + end

    caption = rf"\caption{{{escape_latex(table.caption)}}}\label{{tab:{table.name}}}"
    heads = [r"\toprule", row(table.heads), r"\midrule"]
    body = [row(cells, r" \\[3pt]" if how.tallest > 1 else r" \\") for cells in table.rows]
    note = (
        rf"\multicolumn{{{len(columns)}}}{{@{{}}>{{\raggedright\arraybackslash}}"
        rf"p{{\dimexpr {share:.4f}\linewidth-2\tabcolsep\relax}}@{{}}}}"
        rf"{{\footnotesize {cell_latex(table.note, 20)}}} \\"
    )
    if how.tallest * len(body) <= ONE_PIECE:
        lines = [
            r"\begin{table}[htbp]",
            rf"\centering{how.size}\setlength{{\tabcolsep}}{{3pt}}%",
            caption,
            rf"\begin{{tabular}}{{@{{}}{aligns}@{{}}}}",
            *heads,
            *body,
            r"\bottomrule",
            note,
            r"\end{tabular}",
            r"\end{table}",
        ]
    else:
        lines = [
            rf"\begingroup{how.size}\setlength{{\tabcolsep}}{{3pt}}\setlength{{\LTcapwidth}}{{\linewidth}}%",
            rf"\begin{{longtable}}{{@{{}}{aligns}@{{}}}}",
            rf"{caption}\\",
            *heads,
            r"\endfirsthead",
            *heads,
            r"\endhead",
            r"\bottomrule",
            r"\endfoot",
            r"\bottomrule",
            note,
            r"\endlastfoot",
            *body,
            r"\end{longtable}",
            r"\endgroup",
        ]
    if how.landscape:
        lines = [r"\begin{landscape}", *lines, r"\end{landscape}"]
    return "\n".join([r"% \input{preamble} in the preamble of the document.", *lines]) + "\n"
