"""The edge of the workflow: what its scripts share to read and write files.

`monotown` itself touches no file and never imports this package.
"""

from __future__ import annotations

import sys

from monotown.workflow.logs import keep_of_step
from monotown.workflow.place import enter

# before all other imports, so that one which fails has its words in the step's log
enter()
keep_of_step()

# ruff: noqa: E402
import contextlib
import ctypes
import gc
import io
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype, is_numeric_dtype, is_object_dtype

from monotown.base import checked as pa
from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.base.tables import as_written, write_order, written
from monotown.workflow.alone import at_work
from monotown.workflow.environment import leave_out_unused
from monotown.workflow.words import WORDS, label_texts, names, read_config


def read_yaml(path: str | Path) -> Any:
    """Content of a YAML file, plain types only, with the words that belong to it.

    `monotown.workflow.strict` says what is refused, `monotown.workflow.words` where words are.
    """
    return read_config(path)[0]


#: A text that a spreadsheet would take for a formula, or that looks like one made safe.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SIGNED = re.compile(r"[+-]\d[\d\s]*(?:[.,]\d+)?(?:[eE][+-]?\d+)?%?\Z")
_MADE_SAFE = re.compile(rb"(?:^|[,\"\n])'+[=+\-@\t\r]")


def _safe(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table with an apostrophe before texts that spreadsheets read as formulas."""
    changed = {}
    for name in frame.columns[[not is_numeric_dtype(d) for d in frame.dtypes]]:
        texts = [t for t in frame[name].unique() if isinstance(t, str)]
        bad = {t: f"'{t}" for t in texts if _FORMULA.match(t) and not _SIGNED.match(t)}
        if bad:
            changed[name] = frame[name].map(lambda t, bad=bad: bad.get(t, t))
    return frame.assign(**changed) if changed else frame


#: How numbers are read to their last bit: from pandas 3.1 on that needs no word.
_EXACT: Final[dict[str, Any]] = {} if pd.__version__.split(".")[:2] >= ["3", "1"] else {"float_precision": "round_trip"}


def read_text_table(path: str | Path, numbers: Collection[str] = ()) -> pd.DataFrame:
    """A CSV with every cell as the text that stands in it; empty cells are empty texts.

    The apostrophe that `write_table` puts before what spreadsheets read as a formula is taken away. Columns of
    `numbers` are read as such, empty cells as missing: texts of many numbers would fill the memory.
    """
    data = Path(path).read_bytes()
    types: dict[Any, Any] = defaultdict(lambda: str, dict.fromkeys(numbers, "float64"))
    frame: pd.DataFrame = pd.read_csv(
        io.BytesIO(data),
        dtype=types,
        keep_default_na=False,
        na_values={name: [""] for name in numbers},
        encoding="utf-8",
        **_EXACT,
    )
    if _MADE_SAFE.search(data):
        for name in frame.columns.difference(list(numbers), sort=False):
            frame[name] = frame[name].map(lambda t: t[1:] if t.startswith("'") and _FORMULA.match(t) else t)
    return frame


def read_table(path: str | Path, schema: pa.DataFrameSchema | None = None) -> pd.DataFrame:
    """A table written by `write_table`, every number as it was written.

    With a schema its columns decide the types; without one a column is a number or a truth value
    where all its filled cells are. Only an empty cell of a number column is missing: an empty
    text stays an empty text.
    """
    known = {} if schema is None else {str(name): str(column.dtype) for name, column in schema.columns.items()}
    frame = read_text_table(path, [name for name, dtype in known.items() if dtype == "float64"])
    for name in frame.columns:
        if name in known:
            dtype = "" if known[name] == "float64" else known[name]
        else:
            dtype = _guess_type(frame[name])
        if dtype == "float64":
            frame[name] = frame[name].map(lambda cell: float(cell) if cell else float("nan"))
        elif dtype == "int64":
            frame[name] = frame[name].astype("int64")
        elif dtype == "bool":
            frame[name] = frame[name].map({"True": True, "False": False}).astype(bool)
    found = frame if schema is None else schema.validate(frame, lazy=True)
    if len(found) > _LARGE:
        del frame
        _give_back()
    return found


#: Rows of a table whose reading leaves memory behind that is worth giving back.
_LARGE: Final = 100_000


def _give_back() -> None:
    """Give memory that reading took and no longer holds to the system: glibc keeps it, others have no such call."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _guess_type(cells: pd.Series[str]) -> str:
    filled = cells[cells != ""]
    if filled.empty:
        return "str"
    if len(filled) == len(cells):
        if filled.isin(["True", "False"]).all():
            return "bool"
        if filled.str.fullmatch(r"-?\d{1,18}").all():
            return "int64"
    number = r"-?(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|inf)"
    return "float64" if filled.str.fullmatch(number).all() else "str"


def write_table(
    frame: pd.DataFrame,
    path: str | Path,
    schema: pa.DataFrameSchema | None = None,
    *,
    exact: bool = False,
    own_units: Collection[str] = (),
) -> None:
    """Write a table as CSV (UTF-8, LF), in its schema's order, to ten digits.

    Numbers are as `monotown.base.tables.written` has them. So a table has the same bytes for any number
    of cores on one machine, and on another processor or Python a number differs by one unit of its
    last digit at most. What is written is what later steps read: all go on from the same numbers
    as the reader of the file.

    A text that a spreadsheet would take for a formula (after = + - @, but for numbers) gets an
    apostrophe before it, which reading takes away.

    Parameters
    ----------
    frame, path
        The table and its file.
    schema
        Gives the order of columns and rows; the table is checked by it.
    exact
        Write every number to its last bit: figures as they were read, not computed.
    own_units
        Columns whose numbers have units of their own: to ten digits, however small. p values
        (``p``, ``p_...``, ``..._p``) are written so without being named: a small one is not 0.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    ordered = write_order(frame, schema) if schema is not None else frame
    shown = ordered if exact else _rounded(ordered, own_units)
    _safe(shown).to_csv(target, index=False, lineterminator="\n", encoding="utf-8")


#: Names of columns of p values.
_P_VALUE = re.compile(r"p|p_\w+|\w+_p")


def _rounded(frame: pd.DataFrame, own_units: Collection[str]) -> pd.DataFrame:
    found = frame.copy(deep=False)
    for name in frame.columns:
        if is_float_dtype(frame[name]):
            own = name in own_units or _P_VALUE.fullmatch(str(name)) is not None
            numbers = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
            found[name] = written(numbers.tolist(), own)
        elif is_object_dtype(frame[name]):
            cells = [as_written(v) if isinstance(v, float) else v for v in frame[name]]
            found[name] = pd.Series(cells, index=frame.index, dtype=object)
    return found


def write_text(text: str, path: str | Path) -> None:
    """Write a text file (UTF-8, LF)."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")


def labels_of(language: str, groups: Iterable[str], folder: str | Path = WORDS) -> Labels:
    """Labels of one language, which alone is read: a command speaks one."""
    return Labels(language, label_texts(groups, folder, language), names(folder)[language])


def read_labels(
    groups: Iterable[str], extra: Mapping[str, Mapping[str, str]] | None = None, folder: str | Path = WORDS
) -> dict[str, Labels]:
    """Labels of each language, from groups of the files of words, with `extra` texts beside."""
    texts = {**label_texts(groups, folder), **(extra or {})}
    return {language: Labels(language, texts, name) for language, name in names(folder).items()}


def add_methods(file: str | Path | None) -> None:
    """Register the user's methods of a file of Python, and no others.

    Only where the register is loaded: a script that does not compute with methods stands on none.
    """
    register = sys.modules.get("monotown.methods.register")
    if register is None:
        return
    if file is None:
        register.forget_own()
    else:
        register.load(Path(file).read_text(encoding="utf-8"), str(file))


def run(main: Callable[[], None]) -> None:
    """Run a script's function; problems in the input end it with their list and status 1.

    Where the rule has a file of the user's methods among its inputs, they are registered before.
    """
    leave_out_unused()
    working = at_work()
    inputs = getattr(getattr(sys.modules["__main__"], "snakemake", None), "input", None)
    own_methods = getattr(inputs, "own_methods", None)
    try:
        if own_methods:
            add_methods(own_methods)
        # modules are no garbage: to look through them all at its end takes a step a quarter second
        gc.freeze()
        main()
    except InputError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    finally:
        gc.freeze()
        if working is not None:
            working.close()
