"""Make the figures' fonts: ``python tools/fonts.py``.

DejaVu Sans, as matplotlib ships it, cut to the letters of Latin, Greek and Cyrillic (Kazakh among
them), punctuation, arrows and signs, and without its layout tables: embedding the whole font took
half of the time of drawing a figure as PDF. Its licence allows that, under another name.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from fontTools import subset

FOLDER = Path(__file__).resolve().parents[1] / "src/monotown/show/fonts"
FAMILY = "Monotown Sans"

#: First and last code of each range of letters and signs.
RANGES = (
    (0x20, 0x17F),
    (0x2C6, 0x2DD),
    (0x370, 0x3FF),
    (0x400, 0x4FF),
    (0x2010, 0x2044),
    (0x2070, 0x209F),
    (0x20A0, 0x20BF),
    (0x2116, 0x2122),
    (0x2190, 0x2199),
    (0x21D0, 0x21D4),
    (0x2200, 0x226F),
    (0x25A0, 0x25FF),
    (0x2713, 0x2718),
)


def make(source: Path, target: Path, style: str) -> None:
    """Cut one font file and rename it."""
    options = subset.Options()
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "MATH", "FFTM"]
    options.legacy_kern = True
    options.notdef_outline = True
    options.name_IDs = ["*"]
    font = subset.load_font(str(source), options)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    cut.subset(font)
    names = {
        1: FAMILY,
        3: f"{FAMILY} {style}",
        4: f"{FAMILY} {style}",
        6: f"{FAMILY} {style}".replace(" ", ""),
        16: FAMILY,
    }
    for record in list(font["name"].names):
        if record.nameID in names:
            record.string = names[record.nameID]
        elif record.nameID not in (0, 2, 5, 13, 14):
            font["name"].names.remove(record)
    font.save(str(target))


def main() -> None:
    """Make the regular and the bold font, and put the licence beside them."""
    shipped = Path(mpl.get_data_path()) / "fonts" / "ttf"
    FOLDER.mkdir(exist_ok=True)
    make(shipped / "DejaVuSans.ttf", FOLDER / "MonotownSans-Regular.ttf", "Regular")
    make(shipped / "DejaVuSans-Bold.ttf", FOLDER / "MonotownSans-Bold.ttf", "Bold")
    licence = (shipped / "LICENSE_DEJAVU").read_text(encoding="utf-8")
    (FOLDER / "LICENSE_DEJAVU").write_text(licence, encoding="utf-8")


if __name__ == "__main__":
    main()
