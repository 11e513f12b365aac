"""Raw files fetched anew beside those that are there, and taken over when that is said.

No other module of the project asks a network for anything.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import quote, urlsplit

from monotown.base.problems import InputError, Problem, Problems
from monotown.data.refreshed import Difference, difference, row_difference, wrong_form
from monotown.workflow.config import located
from monotown.workflow.forms import SUFFIXES, TEXT
from monotown.workflow.sources import RawFile, Source
from monotown.workflow.strict import Lines, parse_strict, read_strict

#: Where fetched files wait, and where those that were replaced are kept under their checksums.
FETCHED: Final = "refresh/fetched"
REPLACED: Final = "refresh/replaced"

#: What is known of the files that wait: path to address, checksum and day.
LIST: Final = "fetched.json"

#: Bytes of the largest file that is fetched, and seconds without an answer after which a server is given up.
MOST: Final = 100 * 2**20
PATIENCE: Final = 60.0

#: Config that says which workbooks are too large to open.
_LIMITS: Final = "config/parts/towns.yaml"


class FetchError(Exception):
    """A file that cannot be had.

    Parameters
    ----------
    code
        Key of the words for it.
    values
        What these words name.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Wanted:
    """A raw file and where it is published.

    Attributes
    ----------
    source
        The source that describes it.
    raw
        The file, with its path.
    address
        Of the file itself; "" where its source gives none.
    """

    source: Source
    raw: RawFile
    address: str


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes
    ----------
    wanted
        The file.
    code
        ``same``, ``changed``, ``new`` or ``failed``.
    before, after
        Size in bytes and SHA-256 of both versions; 0 and "" where there is none.
    found
        How they differ.
    error
        Why it cannot be had.
    """

    wanted: Wanted
    code: str
    before: tuple[int, str] = (0, "")
    after: tuple[int, str] = (0, "")
    found: Difference | None = None
    error: FetchError | None = None


@dataclass(frozen=True)
class Taken:
    """What became of one file that waited.

    Attributes
    ----------
    path
        Of the raw file.
    kept
        Where the one before it is kept; "" where there was none.
    dated
        Whether ``source.yaml`` could be given the day.
    day
        On which it was fetched.
    problems
        Why it was not taken over.
    error
        The same, of a file that waited and is no more what was fetched.
    """

    path: str
    day: str = ""
    kept: str = ""
    dated: bool = True
    problems: tuple[Problem, ...] = ()
    error: FetchError | None = None


def address_of(raw: RawFile) -> str:
    """Address of a file: its ``download``, else its ``url`` where that ends as the file does; "" for none."""
    name = PurePosixPath(raw.path).name
    if "*" in name:  # a pattern that no file has
        return ""
    if "download" in raw.entry:
        return str(raw.entry["download"]).replace("{file}", quote(name))
    url = urlsplit(str(raw.entry.get("url", "")))
    ends = PurePosixPath(url.path).suffix.lower() == PurePosixPath(name).suffix.lower() != ""
    return url.geturl() if url.scheme in ("http", "https") and ends else ""


def wanted(sources: Sequence[Source], root: str | Path = ".") -> list[Wanted]:
    """Every raw file of some sources with its address.

    Raises
    ------
    InputError
        Files that give one address.
    """
    found = [Wanted(source, raw, address_of(raw)) for source in sources for raw in source.files(root)]
    first: dict[str, Wanted] = {}
    problems = Problems()
    for one in found:
        other = first.setdefault(one.address, one) if one.address else one
        if other is not one:
            key = f"{one.raw.key}.download" if one.raw.key else "download"
            told = f"an address of each file, or {{file}} in it (see {other.raw.path})"
            problems.extend([located(Problem(one.source.file, key, one.address, told), one.source.lines)])
    problems.stop()
    return found


# --- fetching -----------------------------------------------------------------------------------


class _Limit:
    """Stands where pooch expects a bar of progress, and stops what grows too large."""

    def __init__(self, most: int) -> None:
        self._most, self._got = most, 0

    def _check(self, size: int) -> None:
        if size > self._most:
            raise FetchError("large", most=self._most)

    def __setattr__(self, name: str, value: int) -> None:
        if name == "total":  # what the server says of the size
            self._check(value)
        super().__setattr__(name, value)

    def update(self, size: int) -> None:
        """Count some bytes more; those of the last chunk are counted as a whole chunk."""
        self._got += size
        self._check(self._got - _CHUNK)

    def reset(self) -> None:
        """Begin again, as pooch does at the end."""
        self._got = 0

    def close(self) -> None:
        """Nothing is open."""


#: Bytes that are read at once.
_CHUNK: Final = 2**16

#: How the folder of a file begins that is on its way.
_PART: Final = ".part"


def fetch(address: str, target: Path, *, patience: float = PATIENCE, most: int = MOST) -> None:
    """Fetch a file; it is there as a whole or not at all.

    Parameters
    ----------
    address
        Of http or https; redirects are followed.
    target
        Where it comes to lie; nothing may be there.
    patience
        Seconds without a word of the server.
    most
        Bytes of the largest file.

    Raises
    ------
    FetchError
        Whatever goes wrong.
    """
    import pooch  # with requests half a second, which no other command waits for
    import requests

    pooch.get_logger().setLevel("ERROR")
    host = urlsplit(address).hostname or ""
    loader = pooch.HTTPDownloader(progressbar=_Limit(most), chunk_size=_CHUNK, timeout=patience)
    try:
        pooch.retrieve(address, None, fname=target.name, path=target.parent, downloader=loader)
    except requests.HTTPError as error:
        raise FetchError("status", status=getattr(error.response, "status_code", "?")) from None
    except requests.Timeout:
        raise FetchError("timeout", seconds=f"{patience:g}", host=host) from None
    except requests.exceptions.SSLError:
        raise FetchError("certificate", host=host) from None
    except requests.TooManyRedirects:
        raise FetchError("redirects") from None
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
        raise FetchError("broken") from None
    except requests.ConnectionError:
        raise FetchError("connection", host=host) from None
    except (requests.RequestException, ValueError) as error:  # an address that is none
        raise FetchError("address", text=error) from None
    except OSError as error:
        raise FetchError("disk", text=error) from None


def refresh(
    files: Sequence[Wanted],
    root: str | Path = ".",
    *,
    home: Path,
    patience: float = PATIENCE,
    most: int = MOST,
    today: str = "",
) -> Iterator[Outcome]:
    """Fetch files, one after the other, and say how each differs from the one that is there.

    What differs waits in `FETCHED`; nothing else is changed.

    Parameters
    ----------
    files
        Those with an address.
    root
        Folder that their paths are relative to.
    home
        The project's folder, which says what is too large a workbook.
    patience, most
        As of `fetch`.
    today
        The day, ``2026-01-31``; that of the clock by default.
    """
    top, day = Path(root), today or datetime.date.today().isoformat()
    for left in (top / FETCHED).glob(f"{_PART}*"):  # of a call that was killed
        shutil.rmtree(left, ignore_errors=True)
    for one in files:
        _forget(top, one.raw.path)  # whatever comes of it, what waited is no more the newest
        try:
            (top / FETCHED).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=_PART, dir=top / FETCHED) as part:
                got = Path(part) / PurePosixPath(one.raw.path).name
                fetch(one.address, got, patience=patience, most=most)
                outcome = _compared(one, top, got, home)
                if outcome.code != "same":
                    waiting = top / FETCHED / one.raw.path
                    waiting.parent.mkdir(parents=True, exist_ok=True)
                    os.replace(got, waiting)
                    known = {"address": one.address, "sha256": outcome.after[1], "day": day}
                    _write_list(top, _list(top) | {one.raw.path: known})
        except FetchError as error:
            outcome = Outcome(one, "failed", error=error)
        yield outcome


def _compared(one: Wanted, top: Path, got: Path, home: Path) -> Outcome:
    after, there = got.read_bytes(), top / one.raw.path
    if wrong := _wrong_form(got, after, home):
        raise FetchError("form", ending=got.suffix, found=wrong)
    before = there.read_bytes() if there.is_file() else None
    marks = (0, "") if before is None else _mark(before), _mark(after)
    if before == after:
        return Outcome(one, "same", *marks)
    return Outcome(
        one, "new" if before is None else "changed", *marks, _differs(one.raw, before, after, got, top, home)
    )


def _mark(data: bytes) -> tuple[int, str]:
    return len(data), hashlib.sha256(data).hexdigest()


def _wrong_form(path: Path, data: bytes, home: Path) -> str:
    """What stands in a file in the place of what its ending says: a code, or what a reader of workbooks says."""
    if wrong := wrong_form(path.name, data):
        return wrong
    if path.suffix.lower() not in set(SUFFIXES) - set(TEXT):
        return ""
    found = _sheets(path, home)[1]
    return f"{found[0]}" if found else ""


def _sheets(path: Path, home: Path) -> tuple[list[list[str]], list[str]]:
    """Rows of all sheets of a workbook, each with the name of its sheet, or why it is not read."""
    from monotown.workflow import read_yaml
    from monotown.workflow.workbooks import load_sheets

    sheets, findings = load_sheets(path, path.name, read_yaml(home / _LIMITS)["limits"])
    rows = [[sheet.name, *row] for sheet in sheets for row in sheet.rows if any(row)]
    return rows, [f"{f.code}: {f.found}" for f in findings]


def _differs(raw: RawFile, before: bytes | None, after: bytes, got: Path, top: Path, home: Path) -> Difference:
    ending = got.suffix.lower()
    if ending in TEXT:
        if before is not None and wrong_form(got.name, before):  # what is there is no table
            before = None
        return difference(raw.entry, raw.path, before, after)
    if ending in SUFFIXES:
        old = _sheets(top / raw.path, home)[0] if before is not None else []
        return row_difference(old, _sheets(got, home)[0])
    return Difference()


# --- what waits ---------------------------------------------------------------------------------


def _list(top: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads((top / FETCHED / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_list(top: Path, known: Mapping[str, Mapping[str, str]]) -> None:
    text = json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    _write(top / FETCHED / LIST, text.encode("utf-8"))


def _write(target: Path, data: bytes) -> None:
    """Write a file that is there as a whole or as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(data)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _forget(top: Path, path: str) -> None:
    known = _list(top)
    if known.pop(path, None) is not None:
        _write_list(top, known)
    (top / FETCHED / path).unlink(missing_ok=True)


# --- taking over --------------------------------------------------------------------------------


def accept(files: Sequence[Wanted], root: str | Path = ".", *, home: Path) -> list[Taken]:
    """Take over the files that wait: the one before is kept, and ``source.yaml`` says the day.

    A file that its source cannot be read with is left where it is, and so is what its source says. What is cut short
    goes on with the next call.

    Parameters
    ----------
    files
        Those that may be taken over, whether or not they wait.
    root, home
        As of `refresh`.
    """
    top, known = Path(root), _list(Path(root))
    waiting = [one for one in files if one.raw.path in known]
    return [_accept(one, known[one.raw.path], top, home) for one in sorted(waiting, key=lambda one: one.raw.path)]


def _accept(one: Wanted, known: Mapping[str, Any], top: Path, home: Path) -> Taken:
    path = one.raw.path
    got, there = top / FETCHED / path, top / path
    after = got.read_bytes() if got.is_file() else b""
    if _mark(after)[1] != known.get("sha256"):
        return Taken(path, error=FetchError("altered"))
    if wrong := _wrong_form(got, after, home):
        return Taken(path, error=FetchError("form", ending=got.suffix, found=wrong))
    before = there.read_bytes() if there.is_file() else None
    if problems := _differs(one.raw, None, after, got, top, home).problems:
        return Taken(path, problems=problems)
    kept = ""
    if before not in (None, after):
        kept = f"{REPLACED}/{_mark(before or b'')[1]}/{path}"
        _write(top / kept, before or b"")
    _write(there, after)
    day = str(known.get("day", ""))
    dated = _date(top / one.source.file, one.raw.key, day)
    _forget(top, path)
    return Taken(path, day, kept, dated)


def _date(file: Path, key: str, day: str) -> bool:
    """Give a ``source.yaml`` the day of a file; whether that was possible."""
    text = file.read_bytes().decode("utf-8")  # with the line ends that it has
    content, lines = read_strict(file, lines=True)
    place = ("files", key.removeprefix("files.")) if key else ()
    entry = content["files"][place[1]] if place else content
    entry["retrieved"] = day
    made = with_day(text, lines, place, day)
    with contextlib.suppress(InputError):
        if parse_strict(made, file.name) == content:
            _write(file, made.encode("utf-8"))
            return True
    return False


def with_day(text: str, lines: Lines, place: tuple[str, ...], day: str) -> str:
    r"""Text of a ``source.yaml`` with the day of a file, all else as it was.

    Parameters
    ----------
    text
        As it is.
    lines
        Line of each of its keys.
    place
        Keys down to what is said of the file; empty for the top.
    day
        To stand at ``retrieved``: in its place, else before ``about``, which every source has.

    Examples
    --------
    >>> with_day("title: a\nabout: b  # c\n", {("about",): 2}, (), "2026-01-31")
    'title: a\nretrieved: "2026-01-31"\nabout: b  # c\n'
    """
    rows = text.splitlines(keepends=True)
    if (*place, "retrieved") in lines:
        at = lines[(*place, "retrieved")] - 1
        rows[at] = re.sub(r"""(\bretrieved['"]?:\s*)("[^"]*"|'[^']*'|[^\s,}]+)""", rf'\g<1>"{day}"', rows[at], count=1)
        return "".join(rows)
    at = lines[(*place, "about")] - 1
    row = rows[at]
    blank = row[: len(row) - len(row.lstrip())]
    if row.lstrip().startswith("about:"):
        rows.insert(at, f'{blank}retrieved: "{day}"{row[len(row.rstrip()) :] or chr(10)}')
    else:  # keys in braces on one line
        rows[at] = re.sub(r"\babout:", f'retrieved: "{day}", about:', row, count=1)
    return "".join(rows)
