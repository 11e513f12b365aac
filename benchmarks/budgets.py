"""The report's budgets: ``python benchmarks/budgets.py [commit ...]``.

A run of this checkout and one of each commit that is named, whole, at `--cores 2`, one after the other, each with the
packages that it pins: their seconds and processor seconds, and what the pages take of them. Then the sizes of the
pages, and how long the first one takes to show in Chromium beside an empty page.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from scale import ROOT, taken

#: Times that a page is opened; the median counts.
OPENED = 9


def checkout(commit: str, folder: Path) -> Path:
    """The files of a commit."""
    made = folder / commit
    made.mkdir()
    packed = subprocess.run(["git", "-C", str(ROOT), "archive", commit], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(made)], input=packed, check=True)
    return made


def installed(project: Path) -> Path:
    """A Python with the packages that a checkout pins."""
    if (project / "requirements.lock").read_bytes() == (ROOT / "requirements.lock").read_bytes():
        return Path(sys.executable)
    subprocess.run(["make", "--silent", ".venv/.installed"], cwd=project, check=True, stdout=subprocess.DEVNULL)
    return project / ".venv/bin/python"


def run(project: Path, python: Path) -> tuple[float, float]:
    """Seconds and processor seconds of a whole run of a checkout."""
    os.environ |= {"PYTHONPATH": str(project / "src"), "PYTHONHASHSEED": "0"}
    return taken([str(python), "-m", "snakemake", "--cores", "2"], project)


def shown(page: Path) -> float:
    """Median milliseconds until a page and all that it names are loaded."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    ask = "() => { const n = performance.getEntriesByType('navigation')[0]; return n.loadEventEnd - n.startTime; }"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        window = browser.new_page(viewport={"width": 1366, "height": 768})
        took = []
        for _ in range(OPENED):
            window.goto(page.resolve().as_uri())
            window.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
            took.append(float(window.evaluate(ask)))
        browser.close()
    return sorted(took)[OPENED // 2]


def size(results: Path, *patterns: str) -> float:
    """Megabytes of files."""
    return sum(f.stat().st_size for pattern in patterns for f in results.glob(pattern) if f.is_file()) / 1e6


def main(commits: list[str]) -> None:
    folder = Path(tempfile.mkdtemp())
    empty = folder / "empty.html"
    empty.write_text("<!DOCTYPE html><title>Empty</title>", encoding="utf-8")
    projects = {commit: checkout(commit, folder) for commit in ["HEAD", *commits]}
    pythons = {commit: installed(project) for commit, project in projects.items()}
    took = {commit: run(project, pythons[commit]) for commit, project in projects.items()}
    results = projects["HEAD"] / "results"
    with (results / "benchmarks/report.tsv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file, delimiter="\t")
    print("| run | seconds | processor seconds | HEAD, share of its processor seconds |\n|---|---:|---:|---:|")
    for commit, (wall, cpu) in took.items():
        print(f"| {commit} | {wall:.0f} | {cpu:.0f} | {took['HEAD'][1] / cpu:.2f} |")
    for commit, (wall, _) in took.items():
        print(f"Building the pages: {float(row['s']):.1f} s, {float(row['s']) / wall:.3f} of a run of {commit}.")
    print(f"First page: {shown(results / 'report/index.html'):.0f} ms; an empty page: {shown(empty):.0f} ms.")
    first = max(size(results, f"report/{p.name}", "report/assets/*") for p in results.glob("report/index*.html"))
    print(f"First page with style and script: {first:.2f} MB; the pages: {size(results, 'report/**/*'):.2f} MB.")
    print("For mailing:", ", ".join(f"{p.name} {p.stat().st_size / 1e6:.2f} MB" for p in results.glob("report*.html")))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
