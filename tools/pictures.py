"""Take the pictures of README.md, in three languages, from a finished run: ``python tools/pictures.py [results]``.

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
COLOURS = 64

LANGUAGES = ("en", "ru", "kk")

#: Picture to its page or figure, what stands at the top of it, and the language of the picture without one in its name.
PICTURES = {
    "first-screen": ("report/index{page}.html", "body", "en"),
    "region": ("report/unit-KZULU{page}.html", "body", "ru"),
    "regions-map": ("report/regions{page}.html", "figure.map", "kk"),
    "intervals": ("figures/intervals_potential_2022.{language}.svg", "", "en"),
}
#: README in English shows a page in Russian and one in Kazakh, and has no other pictures of these.
NOT_TAKEN = {("region", "en"), ("regions-map", "en")}


def main(results: Path) -> None:
    """Take every picture from a folder of results."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (file, top, plain) in PICTURES.items():
            for language in LANGUAGES:
                if (name, language) in NOT_TAKEN:
                    continue
                page = browser.new_page(viewport=SIZE)
                told = file.format(language=language, page="" if language == "en" else f".{language}")
                page.goto((results / told).resolve().as_uri())
                if top:
                    page.locator(top).first.evaluate("node => node.scrollIntoView({behavior: 'instant'})")
                page.wait_for_timeout(300)
                taken = page.screenshot() if top else page.locator("svg").first.screenshot()
                shot = Image.open(io.BytesIO(taken)).convert("RGB")
                kept = FOLDER / f"{name}{'' if language == plain else f'.{language}'}.png"
                shot.quantize(COLOURS, dither=Image.Dither.NONE).save(kept, optimize=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results")
