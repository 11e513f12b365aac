"""Time a workbook of many towns through cleaning and indicators: benchmarks/towns.py [towns]."""

import sys
import tempfile
import time
from pathlib import Path

import openpyxl
import pandas as pd

from monotown.base.tables import OBSERVATIONS
from monotown.data.workbooks.derive import make_run
from monotown.data.workbooks.fields import make_fields
from monotown.index.indicators import compute_indicators
from monotown.towns.profile import plain_catalogue
from monotown.workflow import read_yaml, write_table
from monotown.workflow.sources import read_sources
from monotown.workflow.towns import settings_from
from monotown.workflow.workbooks import read_files

ROOT = Path(__file__).parents[1]
YEARS = range(2014, 2024)


def write_workbook(path: Path, towns: int, names: list[str]) -> None:
    """A workbook of towns with a sheet of units and one figure an indicator, town and year."""
    book = openpyxl.Workbook(write_only=True)
    units, data = book.create_sheet("units"), book.create_sheet("data")
    units.append(["code", "name en", "region", "level"])
    data.append(["unit", "year", *names])
    for i in range(towns):
        units.append([f"T{i:05d}", f"Benchville {i:05d} bis", "Karaganda region", "town"])
        for year in YEARS:
            figures = [round(0.5 + ((7 * i + 3 * year + k) % 97) / 100, 3) for k in range(len(names))]
            data.append([f"T{i:05d}", year, *figures])
    book.save(path)


def main(towns: int) -> None:
    names = ("units", "variables", "indicators", "measures", "parts/towns")
    configs = {Path(n).name: read_yaml(ROOT / "config" / f"{n}.yaml") for n in names}
    configs["sources"] = read_sources("data/raw", ROOT)
    configs["views"] = read_yaml(ROOT / "config/examples/own_views.yaml")
    fields = make_fields(configs["variables"], configs["indicators"], configs["towns"])
    indicators = [f"{n}, %" if f.unit_of_measure == "%" else n for n, f in fields.items() if f.block]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "towns.xlsx"
        write_workbook(path, towns, indicators)
        print(
            f"{towns} towns x {len(YEARS)} years x {len(indicators)} indicators, {path.stat().st_size / 2**20:.1f} MB"
        )
        section = {"files": [str(path)], "kind": "synthetic", "source": {"title": {}, "publisher": "", "licence": ""}}
        start = time.perf_counter()
        sheets, refused = read_files([str(path)], configs["towns"]["limits"])
        opened = time.perf_counter()
        run = make_run(sheets, refused, settings_from(section, configs), configs, section)
        write_table(run.observations, Path(folder) / "observations.csv", OBSERVATIONS)
        cleaned = time.perf_counter()
        made = run.configs
        catalogue = plain_catalogue(
            configs["indicators"], made["measures"], made["views"], made["units"], made["variables"]
        )
        empty = pd.DataFrame(columns=list(OBSERVATIONS.columns))
        table = compute_indicators(run.observations, empty, catalogue).table
        done = time.perf_counter()
    errors = sorted({f.code for f in run.findings if f.severity == "error"})
    print(f"figures {len(run.observations)}, indicators {len(table)}, errors {errors}")
    print(
        f"opened {opened - start:.1f} s, cleaned {cleaned - opened:.1f} s, "
        f"indicators {done - cleaned:.1f} s, all {done - start:.1f} s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
