"""Text files of unknown encoding and delimiter: told from their bytes, refused where not sure."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

#: Delimiters, the likeliest in the files of offices first.
DELIMITERS = (";", "\t", ",", "|")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def decode_text(data: bytes) -> tuple[str, str]:
    r"""Text of a file and the encoding it was read in.

    A byte-order mark decides; else UTF-16 is told by its zero bytes, UTF-8 by its strict form,
    and Windows-1251 by its Cyrillic letters.

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> decode_text("Қала;жыл".encode("utf-16"))[1], decode_text("Город;год".encode("cp1251"))
    ('utf-16', ('Город;год', 'cp1251'))
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return _clean(data.decode(encoding)), encoding
            except UnicodeDecodeError as error:
                raise ValueError(f"not {encoding}") from error
    for encoding, zeros, others in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        half = len(data) // 2
        if half and data[zeros::2].count(0) > 0.3 * half and data[others::2].count(0) == 0:
            try:
                return _clean(data.decode(encoding)), encoding
            except UnicodeDecodeError as error:
                raise ValueError(f"not {encoding}") from error
    try:
        return _clean(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        pass
    # Unmarked UTF-16 of Cyrillic text: its high bytes are all 04 or, for ASCII, 00.
    for encoding, high in (("utf-16-le", 1), ("utf-16-be", 0)):
        tops = data[high::2]
        if len(data) % 2 == 0 and tops and sum(b in (0, 4) for b in tops) > 0.9 * len(tops):
            return _clean(data.decode(encoding)), encoding
    try:
        text = data.decode("cp1251")
    except UnicodeDecodeError as error:
        raise ValueError("not Windows-1251") from error
    beyond = [c for c in text if ord(c) > 127]
    letters = [c for c in beyond if "а" <= c.lower() <= "я" or c in "ёЁ«»–—№\u00a0…°іІ"]
    # Read as Windows-1251, KOI8-R has capitals for small letters and code page 866 few letters.
    swapped = len(re.findall("[а-я][А-Я]{2,}", text))
    if len(letters) < 0.8 * len(beyond) or swapped > len(re.findall("[А-Я]?[а-я]{3,}", text)):
        raise ValueError("not Windows-1251")
    return _clean(text), "cp1251"


def _clean(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters")
    return text.removeprefix("\ufeff")


def find_delimiter(text: str) -> str:
    r"""Delimiter of a table in text: the one that parts most lines into equally many cells.

    Examples
    --------
    >>> find_delimiter("town;2018;x\nA;1,5;2,5\nB;1,25;3,5\n"), find_delimiter("a,b\n1,2\n")
    (';', ',')
    """
    first = text.split("\n", 1)[0].strip().strip('"').lower()
    if re.fullmatch(r"sep=.", first):
        return first[-1]
    sample = "\n".join([line for line in text.splitlines() if line.strip()][:50])
    best, found = (0.0, 0), ","
    for delimiter in DELIMITERS:
        counts = Counter(len(r) for r in _parse(sample, delimiter))
        cells, lines = max(counts.items(), key=lambda c: (c[0] > 1, c[1], c[0]), default=(1, 0))
        if cells > 1:
            score = (round(lines / sum(counts.values()), 1), cells)
            if score > best:
                best, found = score, delimiter
    return found


def _parse(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def split_rows(text: str) -> list[list[str]]:
    """Rows of a delimited text, cells as they stand; the line that names the delimiter is empty.

    Raises
    ------
    ValueError
        If a quoted cell has no end or is larger than the reader allows.
    """
    delimiter = find_delimiter(text)
    try:
        rows = _parse(text, delimiter)
    except csv.Error as error:
        raise ValueError(str(error)) from error
    if rows and re.fullmatch(r"sep=.?", rows[0][0].strip().lower() if rows[0] else ""):
        rows[0] = []
    return rows
