"""The report as people use it: in Debian's Chromium, from disk, by hand, by keyboard, on paper and without scripts.

``MONOTOWN_RESULTS`` names other results than those of the default run; ``MONOTOWN_SCREENSHOTS`` a folder for pictures
of each page.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from site_support import language_of, pages

from monotown.index.as_table import MODEL, model_of
from monotown.index.build import SCORES
from monotown.index.kernel import evaluate_nodes
from monotown.index.model import IndexModel, Leaf, Node
from monotown.index.prepare import spread_out
from monotown.index.prepared import PREPARED
from monotown.methods.ranks import rank
from monotown.workflow import read_table

from .conftest import snakemake

playwright = pytest.importorskip("playwright.sync_api")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(__file__).resolve().parents[1] / "browser/node_modules/axe-core/axe.min.js"

pytestmark = [pytest.mark.workflow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: chromium)")]

WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 390, "height": 844}

#: Tab stops from the top of the first page to its end.
STOPS = 60

#: Pages of A4 that the paper and the regions take together.
SHEETS = 12

#: Region of the paper's town, and an index of the default study whose weights are a reader's.
REGION, VIEW = "KZULU", "quality_2022"

#: What stands out of the window though nothing scrolls there: an element a reader never sees whole.
CUT = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  const scrolls = e => { for (let p = e.parentElement; p; p = p.parentElement) {
    const s = getComputedStyle(p);
    if (/auto|scroll/.test(s.overflowX) && p.scrollWidth > p.clientWidth) return true;
    if (s.position === 'absolute' && (s.clip !== 'auto' || s.clipPath !== 'none')) return true; } return false; };
  for (const e of document.body.querySelectorAll('*')) {
    if (e.closest('[hidden], .skip, head, defs, title, symbol') || !e.checkVisibility()) continue;
    const r = e.getBoundingClientRect();
    if (r.width < 2 || r.height < 2 || (r.right <= wide + 1 && r.left >= -1)) continue;
    const s = getComputedStyle(e);
    if (s.clip !== 'auto' || s.clipPath !== 'none' || scrolls(e)) continue;
    const at = [r.left, r.right].map(Math.round).join('..');
    found.push(e.tagName + '.' + (e.getAttribute('class') || '') + '#' + e.id + ' ' + at);
  }
  const all = document.documentElement.scrollWidth;
  if (all > window.innerWidth) found.push('the page scrolls: ' + all);
  return found.slice(0, 12);
}"""


#: Words that a reader of an element sees, with what can be opened open, and words that stand in it.
WORDS = """e => {
  for (const d of e.querySelectorAll('details')) d.open = true;
  const seen = e.innerText.split(/\\s+/).length, whole = e.cloneNode(true);
  const unseen = 'script, style, template, noscript, title, desc, [aria-hidden=true]';
  for (const n of whole.querySelectorAll(unseen)) n.remove();
  return [seen, whole.textContent.split(/\\s+/).length];
}"""


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Path:
    """Results of the default run, or those that MONOTOWN_RESULTS names."""
    named = os.environ.get("MONOTOWN_RESULTS")
    made = Path(named).resolve() if named else Path(request.getfixturevalue("finished"), "results")
    assert (made / "report/index.html").is_file()
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Watched:
    """A window that keeps what goes wrong in it."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(viewport=WIDE, **options)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on(
            "request", lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else self.wrong.append(r.url)
        )
        self.page.on("requestfailed", lambda r: self.wrong.append(f"failed: {r.url}"))

    def open(self, path: Path, place: str = "") -> Any:
        self.page.goto(path.as_uri() + place)
        return self.page


@pytest.fixture
def window(browser: Any) -> Iterator[Watched]:
    watched = Watched(browser)
    yield watched
    watched.context.close()
    assert watched.wrong == []


def sample(site: Path) -> list[Path]:
    """Every page, but of the pages of units one."""
    every = pages(site)
    units = sorted({p.name.split(".")[0] for p in every if p.name.startswith("unit-")})[:1]
    return [p for p in every if not p.name.startswith("unit-") or p.name.split(".")[0] in units]


def test_no_page_fails_fetches_or_is_cut_at_either_width(site: Path, window: Watched) -> None:
    kept = os.environ.get("MONOTOWN_SCREENSHOTS")
    cut = {}
    for path in sample(site):
        for size in (WIDE, NARROW):
            window.page.set_viewport_size(size)
            page = window.open(path)
            found = page.evaluate(CUT)
            if found:
                cut[f"{path.name} at {size['width']}"] = found
            if kept:
                page.screenshot(path=Path(kept, f"{path.stem}.{size['width']}.png"), full_page=True)
    assert cut == {}


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core here (npm ci --prefix tests/browser)")
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_axe_finds_nothing(site: Path, window: Watched, language: str) -> None:
    found = {}
    for path in sample(site):
        if language_of(path) != language:
            continue
        page = window.open(path)
        page.add_script_tag(path=AXE)
        said = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")["violations"]
        if said:
            found[path.name] = [(v["id"], len(v["nodes"]), v["nodes"][0]["html"][:160]) for v in said]
    assert found == {}


def test_the_keyboard_reaches_the_end_of_the_first_page(site: Path, window: Watched) -> None:
    page = window.open(site / "report/index.html")
    at = """() => { const e = document.activeElement; if (!e || e === document.body) return null;
      const s = getComputedStyle(e), every = [...document.querySelectorAll('*')];
      return [every.indexOf(e), e.outerHTML.slice(0, 120), e.checkVisibility(),
              s.outlineStyle !== 'none' || s.boxShadow !== 'none']; }"""
    seen: list[Any] = []
    for _ in range(STOPS + 40):
        page.keyboard.press("Tab")
        now = page.evaluate(at)
        if now is None or (seen and now[0] == seen[0][0]):
            break
        seen.append(now)
    links = page.evaluate("[...document.querySelectorAll('footer a, main a')].filter(e => e.checkVisibility()).length")
    assert links == 0 or any("<a" in stop[1] for stop in seen)
    assert [stop[1] for stop in seen if not stop[2] or not stop[3]] == []
    assert 2 < len(seen) < STOPS, [stop[1] for stop in seen]


def sheets(window: Watched, path: Path) -> int:
    """Pages of A4 that a page takes on paper."""
    window.open(path)
    printed = window.page.pdf(prefer_css_page_size=True, format="A4", print_background=True)
    return len(re.findall(rb"/Type\s*/Page\b", printed))


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_paper_and_the_regions_are_a_few_sheets_and_a_unit_is_one(
    site: Path, window: Watched, language: str
) -> None:
    mine = {p.name.split(".")[0]: p for p in pages(site) if language_of(p) == language and p.parent.name == "report"}
    took = {name: sheets(window, mine[name]) for name in ("paper", "regions") if name in mine}
    assert took
    assert sum(took.values()) <= SHEETS, took
    units = [name for name in sorted(mine) if name.startswith("unit-")]
    assert {name: n for name in units if (n := sheets(window, mine[name])) != 1} == {}


def test_nothing_is_cut_on_paper(site: Path, window: Watched) -> None:
    # A4 without its margins, in CSS pixels.
    window.page.set_viewport_size({"width": 680, "height": 1000})
    window.page.emulate_media(media="print")
    cut = {p.name: found for p in sample(site) if (found := window.open(p).evaluate(CUT))}
    assert cut == {}


def test_every_page_reads_without_scripts(site: Path, browser: Any) -> None:
    plain = Watched(browser, java_script_enabled=False)
    dead, short = {}, {}
    for path in sample(site):
        page = plain.open(path)
        controls = page.locator("button, input, select, textarea, [role=button], [role=slider]")
        shown = [c for c in controls.all() if c.is_visible()]
        if shown:
            dead[path.name] = [c.evaluate("e => e.outerHTML.slice(0, 120)") for c in shown[:3]]
        told, held = page.locator("main").evaluate(WORDS)
        if told < 40 or told < 0.8 * held:
            short[path.name] = (told, held)
    plain.context.close()
    assert dead == {}
    assert short == {}
    assert plain.wrong == []


def shown_cards(page: Any) -> list[Any]:
    return page.eval_on_selector_all(
        ".ledger-card", "all => all.filter(c => c.checkVisibility()).map(c => [c.id, c.dataset.verdict])"
    )


def test_statements_are_filtered_from_the_first_page_and_a_claim_opens_by_its_address(
    site: Path, window: Watched
) -> None:
    claims = pd.read_csv(site / "findings/claims.csv")
    page = window.open(site / "report/index.html")
    page.locator("a[href*='paper.html#?'][href*='verdict=inconsistent']").first.click()
    page.wait_for_url("**/paper.html#?*verdict=inconsistent*")
    verdicts = {verdict for _, verdict in shown_cards(page)}
    assert verdicts == {"inconsistent"}
    page.locator("form.ledger-filter [name=q]").fill("116")
    assert 0 < len(shown_cards(page)) < (claims["verdict"] == "inconsistent").sum()
    assert "q=116" in page.url
    # elsewhere in the list, and lighter than those that are open at first
    one = claims.loc[claims["severity"].idxmin(), "id"]
    page = window.open(site / "report/paper.ru.html", f"#claim-{one}")
    card = page.locator(f"[id='claim-{one}']")
    assert card.is_visible()
    assert card.evaluate("e => { const r = e.getBoundingClientRect(); return r.top < innerHeight && r.bottom > 0; }")


@pytest.mark.parametrize(
    "place", ["paper.html#?verdict=derived&q=2014", f"weights.html#w={VIEW};w0=0.9", f"regions.html#{REGION}"]
)
def test_the_switch_of_languages_keeps_page_place_filters_and_weights(site: Path, window: Watched, place: str) -> None:
    name, _, kept = place.partition("#")
    page = window.open(site / "report" / name, f"#{kept}")
    page.wait_for_timeout(100)
    at = page.url.rpartition("/")[2]
    for language in ("ru", "kk", "en"):
        page.locator(f".langs a[hreflang={language}]").first.click()
        page.wait_for_function(f"document.documentElement.lang === '{language}'")
        page.wait_for_timeout(100)
        stem, _, anchor = at.partition("#")
        stem = stem.split(".")[0]
        wanted = f"{stem}.html" if language == "en" else f"{stem}.{language}.html"
        assert page.url.rpartition("/")[2] == (f"{wanted}#{anchor}" if anchor else wanted)


def test_a_region_is_chosen_on_the_map_in_the_list_and_by_its_address(site: Path, window: Watched) -> None:
    regions = site / "report/regions.html"
    ways: list[Callable[[Any], Any]] = [
        lambda page: page.locator(f"svg a[href^='unit-{REGION}']").first.click(),
        lambda page: page.locator(".units-choose").first.select_option(value=f"unit-{REGION}.html"),
    ]
    for way in ways:
        page = window.open(regions)
        way(page)
        page.wait_for_url(f"**/unit-{REGION}.html")
        assert page.locator("h1").first.inner_text().strip()
    page = window.open(regions, f"#{REGION}")
    page.wait_for_url(f"**/unit-{REGION}.html")


def weighted(model: IndexModel, weights: dict[str, float]) -> IndexModel:
    """A model with weights by the places of its items, such as ``0.1``."""

    def step(item: Node | Leaf, path: str) -> Node | Leaf:
        made = replace(item, weight=weights.get(path, item.weight))
        if isinstance(made, Leaf):
            return made
        below = (step(c, f"{path}.{i}" if path else str(i)) for i, c in enumerate(made.children))
        return replace(made, children=tuple(below))

    return replace(model, tree=step(model.tree, ""))


#: Ranks of a state of the page, by unit.
RESULT = """([id, weights]) => {
  const kernel = MonotownKernel, index = MONOTOWN_WEIGHTS.find(i => i.id === id), state = kernel.baseline(index);
  Object.assign(state.weights, weights);
  const year = index.data[state.year], found = kernel.result(index, state);
  return [index.years[state.year], year.units.map(u => index.units[u]), found.scores, found.ranks];
}"""


def test_fifty_weights_in_the_page_and_in_python_give_the_same(site: Path, window: Watched) -> None:
    page = window.open(site / "report/weights.html")
    page.wait_for_function("window.MONOTOWN_WEIGHTS && window.MonotownKernel")
    folder = site / "index" / VIEW
    model = model_of(read_table(folder / "model.csv", MODEL))
    rows, z = spread_out(read_table(folder / "prepared.csv", PREPARED), "normalised", model)
    random = np.random.default_rng(17)
    paths = [
        p
        for p in page.evaluate(
            f"Object.keys(MonotownKernel.baseline(MONOTOWN_WEIGHTS.find(i => i.id === '{VIEW}')).weights)"
        )
        if p
    ]
    orders = set()
    for _ in range(50):
        weights = {path: float(random.uniform(0.01, 1)) for path in paths}
        year, units, scores, ranks = page.evaluate(RESULT, [VIEW, weights])
        here = (rows["year"] == year).to_numpy()
        mine = evaluate_nodes(weighted(model, weights), z[here])[model.tree.id]
        by_unit = pd.Series(np.asarray(mine).ravel(), rows.loc[here, "unit"]).reindex(units)
        np.testing.assert_allclose(np.array(scores, float), by_unit, rtol=0, atol=1e-9)
        np.testing.assert_array_equal(np.array(ranks, float), rank(by_unit.to_numpy()))
        orders.add(tuple(ranks))
    assert len(orders) > 25


def test_a_slider_moves_ranks_and_the_config_of_it_runs(site: Path, window: Watched, fresh: Callable[[], Path]) -> None:
    page = window.open(site / "report/weights.html", f"#w={VIEW}")
    table = page.locator(".weights-places tbody")
    before = table.inner_text()
    slider = page.locator(".weights-slider input[type=range]").first
    slider.fill("0")
    assert table.inner_text() != before
    assert "w0=0" in page.url
    shown = {r.split("\t")[1]: r.split("\t")[0] for r in table.inner_text().split("\n") if r.count("\t") > 2}
    # the same address shows the same
    page.reload()
    page.wait_for_selector(".weights-places tbody tr")
    assert table.inner_text() != before
    config = page.locator("#weights-text").input_value()
    project = fresh()
    (project / "mine.yaml").write_text(config, encoding="utf-8")
    target = f"results/index/{VIEW}/scores.csv"
    done = snakemake(project, "--cores", "2", "--configfile", "mine.yaml", "--", target)
    assert done.returncode == 0, done.stderr[-3000:]
    scores = read_table(project / target, SCORES)
    names = page.evaluate("JSON.parse(document.getElementById('weights-said').textContent).names.unit")
    root = model_of(read_table(site / "index" / VIEW / "model.csv", MODEL)).tree.id
    found = scores[scores["node"] == root].set_index("unit")["rank"]
    assert {names[u]: f"{r:g}" for u, r in found.items() if not np.isnan(r)} == shown
