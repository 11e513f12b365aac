"""Take the pictures of README.md from the pages of a finished run: ``python tools/pictures.py [results]``.

A browser shows the pages at the size of a laptop; each picture is kept in few colours, so that it stays small.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/images"

SIZE = ViewportSize(width=1366, height=768)
COLOURS = 128


#: Picture to its page and what stands at the top of it.
PICTURES = {
    "first-screen": ("index.html", "body"),
    "region": ("unit-KZULU.ru.html", "body"),
    "regions-map": ("regions.kk.html", "figure.map"),
}


def main(results: Path) -> None:
    """Take every picture from a folder of results."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (file, top) in PICTURES.items():
            page = browser.new_page(viewport=SIZE)
            page.goto((results / "report" / file).resolve().as_uri())
            page.locator(top).first.evaluate("node => node.scrollIntoView({behavior: 'instant'})")
            page.wait_for_timeout(300)
            shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            shot.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results")
