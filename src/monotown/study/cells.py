"""What one cell of a study's sheet can say, and how it is written: both ways without loss."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from monotown.study.headings import told_word

_POINT_ZERO: Final = re.compile(r"\.0+\Z")
_INTEGER: Final = re.compile(r"[+-]?\d+")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_PAIR: Final = re.compile(r"\s*([^\s:][^:]*?)\s*:\s+(.+?)\s*")
_SPAN: Final = re.compile(r"(\d{4})\s*[-–]\s*(\d{4})")
_YES: Final = {
    **dict.fromkeys(("yes", "true", "1", "да", "иә"), True),
    **dict.fromkeys(("no", "false", "0", "нет", "жоқ"), False),
}
_DIRECTIONS: Final = {
    **dict.fromkeys(("1", "+1", "+", "more", "higher", "positive", "больше", "выше", "көп", "жоғары"), 1),
    **dict.fromkeys(("-1", "−1", "–1", "−", "–", "-", "less", "lower", "negative"), -1),
    **dict.fromkeys(("меньше", "ниже", "аз", "төмен"), -1),
}


@dataclass(frozen=True)
class Form:
    """How the cells of a column are read.

    Attributes
    ----------
    code
        What a cell is that `read` cannot read, of `monotown.study.faults.FAULTS`.
    read
        Value of a cell that is not empty; raises ValueError where it has none.
    write
        Cell of a value: what `read` gives the value of.
    """

    code: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]


def whole(text: str) -> str:
    """A whole number without the ``.0`` that tools write where other cells of the column are empty.

    >>> whole("1.0"), whole("-1"), whole("1.5"), whole("more")
    ('1', '-1', '1.5', 'more')
    """
    return _POINT_ZERO.sub("", text) if _NUMBER.fullmatch(text) else text


def number(text: str) -> int | float:
    """A number: whole where it is written so.

    >>> number("15"), number("0.5"), number("1e3")
    (15, 0.5, 1000.0)
    """
    if _INTEGER.fullmatch(text):
        return int(text)
    if not _NUMBER.fullmatch(text) or math.isinf(float(text)):
        raise ValueError(text)
    return float(text)


def scalar(text: str) -> Any:
    """A number, a truth value, nothing (``null``), or else the text.

    >>> scalar("2"), scalar("true"), scalar("median"), scalar("null")
    (2, True, 'median', None)
    """
    if text in ("true", "false", "null"):
        return None if text == "null" else text == "true"
    return number(text) if _NUMBER.fullmatch(text) else text


def parts(text: str) -> list[str]:
    """What stands between semicolons.

    >>> parts("Abay; Abai ;")
    ['Abay', 'Abai']
    """
    return [part.strip() for part in text.split(";") if part.strip()]


def mapping(text: str) -> dict[Any, Any]:
    """Names with their values; in braces what JSON says.

    >>> mapping("none: 0; negligible: 0"), mapping("2022: 60000"), mapping('{"none": 0}')
    ({'none': 0, 'negligible': 0}, {2022: 60000}, {'none': 0})
    """
    if text.startswith("{"):
        return dict(json.loads(text))
    pairs = [_PAIR.fullmatch(part) for part in parts(text)]
    if not pairs or None in pairs:
        raise ValueError(text)
    found = {scalar(pair[1]): scalar(pair[2]) for pair in pairs if pair}
    if len(found) < len(pairs):
        raise ValueError(text)
    return found


def value(text: str) -> Any:
    """A number or text; a mapping; or, in braces or brackets, what JSON says.

    >>> value("minmax"), value("method: power; exponent: 0.5")
    ('minmax', {'method': 'power', 'exponent': 0.5})
    """
    if text.startswith(("{", "[", '"')):
        return json.loads(text)
    first, *_ = [*parts(text), ""]
    return mapping(text) if _PAIR.fullmatch(first) else scalar(text)


def nested(rows: Iterable[tuple[str, str]], lists: Collection[str] = (), texts: Collection[str] = ()) -> dict[str, Any]:
    """A mapping from rows of a key and a value: a point leads one level down.

    Parameters
    ----------
    rows
        Key and cell.
    lists
        Keys whose cell names several things with semicolons between them.
    texts
        Keys whose cell is a text as it stands, colons and all.

    Raises
    ------
    ValueError
        With the key that says one thing twice.

    Examples
    --------
    >>> nested([("title", "Cities"), ("show.index", "i"), ("languages", "ru; kk")], ["languages"])
    {'title': 'Cities', 'show': {'index': 'i'}, 'languages': ['ru', 'kk']}
    """
    made: dict[str, Any] = {}
    for key, cell in rows:
        *above, last = _path(key)
        at = made
        for step in above:
            at = at.setdefault(step, {})
            if not isinstance(at, dict):
                raise ValueError(key)
        if last in at:
            raise ValueError(key)
        if key in texts:
            at[last] = cell
            continue
        at[last] = parts(cell) if key in lists and not cell.startswith("[") else value(cell)
    return made


def _path(key: str) -> list[str]:
    path = json.loads(key) if key.startswith("[") else key.split(".")
    if not all(isinstance(step, str) for step in path):
        raise ValueError(key)
    return list(path)


def flat(
    entry: Mapping[str, Any], lists: Collection[str] = (), texts: Collection[str] = (), above: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """Rows that `nested` reads as the mapping; a key that is no text of letters is written as JSON."""
    rows: list[tuple[str, str]] = []
    for name, held in entry.items():
        path = (*above, name)
        plain = all(step and "." not in step and not step.startswith("[") and step == step.strip() for step in path)
        key = ".".join(path) if plain else json.dumps(path, ensure_ascii=False)
        if isinstance(held, Mapping) and held and all(isinstance(k, str) for k in held):
            rows += flat(held, lists, texts, path)
        elif key in lists and parts(cell := "; ".join(map(str, held))) == held and not cell.startswith("["):
            rows.append((key, cell))
        else:
            rows.append((key, held if key in texts and isinstance(held, str) else _value(held)))
    return rows


def years(text: str) -> list[int] | str:
    """Years, spans among them; or the word for those of the workbook of a run.

    >>> years("2015-2018; 2020"), years("workbook")
    ([2015, 2016, 2017, 2018, 2020], 'workbook')
    """
    if text == "workbook":
        return text
    found = []
    for part in parts(text):
        span = _SPAN.fullmatch(part)
        found += list(range(int(span[1]), int(span[2]) + 1)) if span else [int(whole(part))]
    return found


def _years(given: Any) -> str:
    if isinstance(given, str):
        return given
    runs: list[list[int]] = []
    for year in given:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "; ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)


def _scalar(given: Any) -> str:
    if given is None or isinstance(given, bool):
        return json.dumps(given)
    return repr(given) if isinstance(given, float) else str(given)


def _value(given: Any) -> str:
    """The plain form where it is read as the same value, else JSON."""
    if isinstance(given, dict):
        plain = "; ".join(f"{_scalar(k)}: {_scalar(v)}" for k, v in given.items())
    else:
        plain = _scalar(given)
    try:
        same = value(plain)
    except ValueError:
        same = None
    return plain if same == given and type(same) is type(given) else json.dumps(given, ensure_ascii=False)


def _looked_up(known: dict[str, Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        word = whole(text.casefold())
        if word not in known:
            raise ValueError(text)
        return known[word]

    return read


def in_words(column: str, form: Form) -> Form:
    """The form of a column whose words may be of any language (`monotown.study.headings.CELL_WORDS`)."""
    return replace(form, read=lambda text: form.read(told_word(column, text)))


TEXT: Final = Form("", str, str)
NUMBER: Final = Form("cell_number", number, _scalar)
INTEGER: Final = Form("cell_integer", lambda text: int(whole(text)), str)
YES: Final = Form("cell_yes", _looked_up(_YES), lambda given: "yes" if given else "no")
DIRECTION: Final = Form("cell_direction", _looked_up(_DIRECTIONS), str)
LIST: Final = Form("", parts, "; ".join)
YEARS: Final = Form("cell_years", years, _years)
MAPPING: Final = Form("cell_mapping", mapping, _value)
VALUE: Final = Form("cell_value", value, _value)
