"""Take the pictures of README.md from the pages of a finished run: ``python tools/pictures.py [results]``.

A browser shows the pages at the size of a laptop; each picture is kept in few colours, so that it stays small.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/images"

SIZE = {"width": 1366, "height": 768}
COLOURS = 128


def first_screen(page: Page) -> None:
    """As it opens."""


def moved_weight(page: Page) -> None:
    """The first slider that moves at its top, so that places move."""
    page.locator("input[type=range]:visible").first.evaluate(
        "node => { node.value = node.max; node.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    page.wait_for_timeout(500)


def regions_map(page: Page) -> None:
    """The map at the top of the window."""
    page.locator("figure.map").first.evaluate("node => node.scrollIntoView({behavior: 'instant'})")
    page.wait_for_timeout(200)


#: Picture to its page and what is done there first.
PICTURES = {
    "first-screen": ("index.html", first_screen),
    "weights": ("weights.ru.html", moved_weight),
    "regions": ("regions.kk.html", regions_map),
}


def main(results: Path) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (file, prepare) in PICTURES.items():
            page = browser.new_page(viewport=SIZE)
            page.goto((results / "report" / file).resolve().as_uri())
            prepare(page)
            shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            shot.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results")
