"""Steps and time from an edited file to the new report: ``python benchmarks/edits.py [--plan] [cores] [edit ...]``.

Works on a copy of this checkout in a folder of its own: a whole run there first, then each edit alone, taken back again
before the next. ``--plan`` takes the results of the checkout as they are (they must be new) and counts steps only.
Where edits are named, such as "a colour", the time of these alone is taken, of the others the steps. The steps of each
edit are told on standard error.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

WORDS = "config/words/en.yaml"
INDICATORS = "config/study/indicators.csv"

STUDY = "config/study"

#: What a run makes.
MADE = ("results", ".snakemake")

#: What a reader edits: file, pattern, replacement.
EDITS = {
    "a sentence": (
        "config/words/en.yaml",
        r'(?m)^(  regions:\n    regions:\n      title: .*\n      \w+: ")',
        r"\1New. ",
    ),
    "a label of a table": (WORDS, r'(?m)^(        answer: ")', r"\1New. "),
    "a measure's name": ("config/words/ru.yaml", r'(?m)^(  poverty:\n    label: ")', r"\1N "),
    "a goalpost": (f"{STUDY}/indicators.csv", r"(?m)^([^,\n]*,life_expectancy,.*?,1,none,)65\b", r"\g<1>64"),
    "a weight": (f"{STUDY}/indicators.csv", None, None),
    "a colour": ("src/monotown/show/style.py", r'(BLUE: Final = ")#0072B2', r"\1#0072B3"),
}


def snakemake(project: Path, *options: str) -> str:
    """What Snakemake says of a run or a plan that must go well."""
    command = [sys.executable, "-m", "snakemake", *options]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout + done.stderr


def planned(project: Path) -> Counter[str]:
    """Steps that would run, by rule."""
    told = snakemake(project, "-n")
    stats = told.split("Job stats:")[-1].split("total")[0]
    return Counter({rule: int(n) for rule, n in re.findall(r"^(\w+) +(\d+)$", stats, re.MULTILINE) if rule != "all"})


def timed(project: Path, cores: str) -> float:
    """Seconds of a run on the clock."""
    start = time.perf_counter()
    snakemake(project, "--cores", cores)
    return time.perf_counter() - start


def copy(target: Path, results: bool) -> None:
    """The files of the checkout that git knows or would know, with its results where they are wanted."""
    told = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in told.stdout.splitlines():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, target / name)
    for name in MADE if results else ():
        shutil.copytree(ROOT / name, target / name, dirs_exist_ok=True)


def weighed(text: str) -> tuple[str, int]:
    """A sheet of indicators with another weight of a block, and how many rows that is."""
    rows = list(csv.DictReader(io.StringIO(text)))
    mine = [row for row in rows if row["index"] == "potential_2022; potential_panel" and row["id"] == "B1"]
    for row in mine:
        row["weight"] = "1.5"
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue(), len(mine)


def main(*options: str) -> None:
    plan = "--plan" in options
    cores = next((o for o in options if o.isdigit()), "2")
    wanted = [o for o in options if o in EDITS] or list(EDITS)
    with tempfile.TemporaryDirectory() as folder:
        project, kept = Path(folder) / "project", Path(folder) / "kept"
        copy(project, results=plan)
        whole = 0.0 if plan else timed(project, cores)
        if left := planned(project):
            raise SystemExit(f"the results are not new: {dict(left)}")
        for name in MADE if whole else ():
            shutil.copytree(project / name, kept / name)
        print("| edit | file | steps | seconds | share of a whole run |\n|---|---|---:|---:|---:|")
        for what, (name, pattern, new) in EDITS.items():
            path = project / name
            before = path.read_text(encoding="utf-8")
            text, found = re.subn(pattern, new, before, count=1) if pattern else weighed(before)
            if not found:
                raise SystemExit(f"{name} has nothing to edit: {pattern}")
            path.write_text(text, encoding="utf-8")
            steps = planned(project)
            run = whole and what in wanted
            seconds = timed(project, cores) if run else 0.0
            times = f"{seconds:.1f} | {seconds / whole:.2f} |" if run else "| |"
            print(f"| {what} | `{name}` | {steps.total()} | {times}", flush=True)
            print("  " + ", ".join(f"{r} {n}" if n > 1 else r for r, n in sorted(steps.items())), file=sys.stderr)
            path.write_text(before, encoding="utf-8")
            for made in MADE if run else ():
                shutil.rmtree(project / made)
                shutil.copytree(kept / made, project / made)
        if whole:
            print(f"\nA whole run took {whole:.0f} s at `--cores {cores}`.")


if __name__ == "__main__":
    main(*sys.argv[1:])
