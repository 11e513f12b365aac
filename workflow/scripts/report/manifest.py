"""List every result with its SHA-256."""

from monotown.workflow import run, write_table

import hashlib
from pathlib import Path

import pandas as pd


def manifest(results: Path, files: list[str | Path], out: str) -> None:
    folders = [f for f in map(Path, files) if f.is_dir()]
    inside = [f for folder in folders for f in folder.rglob("*") if f.is_file() and f.name != ".snakemake_timestamp"]
    files = [f for f in files if Path(f) not in folders] + inside
    rows = [(Path(f).relative_to(results).as_posix(), hashlib.sha256(Path(f).read_bytes()).hexdigest()) for f in files]
    write_table(pd.DataFrame(sorted(rows), columns=["file", "sha256"]), out)


run(lambda: manifest(Path(snakemake.output[0]).parent, list(snakemake.input), snakemake.output[0]))
