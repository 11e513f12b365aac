"""``monotown data refresh`` against a server of this machine: what it says, what it leaves, what it takes over."""

from __future__ import annotations

import ast
import hashlib
import http.server
import io
import os
import re
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

import openpyxl
import pytest
import yaml

from monotown.commands.main import main
from monotown.workflow import read_yaml
from monotown.workflow.refresh import (
    FETCHED,
    REPLACED,
    FetchError,
    Wanted,
    address_of,
    fetch,
    refresh,
    wanted,
    with_day,
)
from monotown.workflow.sources import RawFile, described
from monotown.workflow.strict import parse_strict, read_strict

from .conftest import ROOT

LANGUAGES = ("en", "ru", "kk")
RULES = read_yaml(ROOT / "workflow/schemas/source.schema.yaml")

#: A table of a source, and others that are published in its place.
OLD = "region,2021,2022\nAkmola Region,310,305\nКарагандинская,-,4\nАлматы қаласы,25,26\n"
NEW = "region,2021,2022\nAkmola Region,310.0,306\nКарагандинская,-,4\nUlytau Region,,9\n"

ABOUT = {"title": {"en": "Made up"}, "publisher": "An office", "licence": "CC BY 4.0", "about": "Made up."}
READ = {
    **ABOUT,
    "title": {"en": "Libraries", "ru": "Библиотеки", "kk": "Кітапханалар"},
    "kind": "official",
    "publication": {"title": "Libraries of the year", "areas": "region", "feeds": []},
    "columns": ["region", "2021", "2022"],
    "unit": {"column": "region", "names": "words", "level": "region"},
    "year": {"header": True},
    "variable": {"value": "libraries"},
}


@dataclass
class Server:
    """What is published, by path: bytes, or a function of the handler that answers itself."""

    address: str
    pages: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)


@contextmanager
def serving():
    """A server of this machine on a free port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append(self.path)
            page = server.pages.get(self.path)
            if callable(page):
                page(self)
            elif page is None:
                self.send_error(404)
            else:
                reply(self, page)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        made.daemon_threads = True
        server = Server(f"http://127.0.0.1:{made.server_port}")
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        made.shutdown()
        thread.join()


@pytest.fixture
def server(monkeypatch):
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    with serving() as made:
        yield made


def reply(handler, body, status=200, **headers):
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder; gives what makes the folder of a source."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def source(here, name, content, **files):
    folder = here / "data/raw/official" / name
    folder.mkdir(parents=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    (folder / "source.yaml").write_text(text, "utf-8", newline="\n")
    for file, body in files.items():
        (folder / re.sub("_(?=[a-z]+$)", ".", file)).write_bytes(body if isinstance(body, bytes) else body.encode())
    return folder


@pytest.fixture
def libraries(here, server):
    """One source whose figures are read, unlike what is published."""
    server.pages["/libraries.csv"] = NEW.encode()
    return source(here, "libraries", {**READ, "url": f"{server.address}/libraries.csv"}, libraries_csv=OLD)


def typed(capsys, *words, language="en"):
    status = main(["data", "refresh", *words, "--language", language])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return status, said.out, said.err


def state(here, *beside):
    """Every file with its content, but those below some folders."""
    files = {p.relative_to(here).as_posix(): p.read_bytes() for p in here.rglob("*") if p.is_file()}
    return {name: data for name, data in files.items() if not name.startswith(beside)}


def sha(text):
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


# --- what differs ---------------------------------------------------------------------------------


def test_the_first_call_says_what_differs_by_figure_and_changes_nothing_else(here, libraries, capsys):
    before = state(here)
    status, out, err = typed(capsys)
    assert status == 0
    name = "data/raw/official/libraries/libraries.csv"
    sizes = f"{len(OLD.encode())} → {len(NEW.encode())} bytes"
    assert out.splitlines() == [
        f"{name}: changed, {sizes}, sha256 {sha(OLD)[:12]}… → {sha(NEW)[:12]}…",
        "  Figures with another value: 1",
        "    Akmola Region, 2022, libraries: 305 → 306 (line 2, column 2022)",
        "  New figures: 2",
        "    Ulytau Region, 2021, libraries: nothing → «» (line 4, column 2021)",
        "    Ulytau Region, 2022, libraries: nothing → 9 (line 4, column 2022)",
        "  Figures that are gone: 2",
        "    Алматы қаласы, 2021, libraries: 25 → nothing (line 4, column 2021)",
        "    Алматы қаласы, 2022, libraries: 26 → nothing (line 4, column 2022)",
    ]
    assert err.startswith("Files that differ: 1. They wait in refresh/fetched; nothing else was changed.")
    assert state(here, "refresh/") == before
    assert (here / FETCHED / name).read_text("utf-8") == NEW
    assert sorted(state(here)) == sorted([*before, f"{FETCHED}/{name}", f"{FETCHED}/fetched.json"])


def test_what_is_accepted_is_what_was_shown_and_the_old_file_is_kept(here, libraries, server, capsys):
    typed(capsys)
    server.pages.clear()
    server.asked.clear()
    plain = (libraries / "source.yaml").read_text("utf-8")
    assert typed(capsys, "--accept")[0] == 0
    assert server.asked == []
    assert (libraries / "libraries.csv").read_text("utf-8") == NEW
    kept = f"{REPLACED}/{sha(OLD)}/data/raw/official/libraries/libraries.csv"
    assert (here / kept).read_text("utf-8") == OLD
    content = parse_strict((libraries / "source.yaml").read_text("utf-8"), "source.yaml")
    day = content.pop("retrieved")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", day)
    assert content == yaml.safe_load(plain)
    assert (libraries / "source.yaml").read_text("utf-8").replace(f'retrieved: "{day}"\n', "") == plain
    described("data/raw", here, RULES)
    assert not (here / FETCHED / "data/raw/official/libraries/libraries.csv").exists()
    before = state(here)
    status, out, err = typed(capsys, "--accept")
    assert (status, out, err) == (0, "", "Nothing waits in refresh/fetched.\n")
    assert state(here) == before


def test_an_unchanged_file_is_one_line_and_nothing_waits(here, libraries, server, capsys):
    typed(capsys)
    server.pages["/libraries.csv"] = OLD.encode()
    status, out, err = typed(capsys)
    name = "data/raw/official/libraries/libraries.csv"
    assert (status, err) == (0, "")
    assert out == f"{name}: unchanged ({len(OLD.encode())} bytes, sha256 {sha(OLD)[:12]}…)\n"
    assert not (here / FETCHED / name).exists(), "what was fetched before is no more the newest"
    assert typed(capsys, "--accept")[1] == ""


def test_another_header_is_said_and_not_taken_over_before_the_source_is_mended(here, libraries, server, capsys):
    wider = OLD.replace("2022\n", "2022,2023\n").replace("305\n", "305,7\n").replace(",4\n", ",4,5\n")
    server.pages["/libraries.csv"] = wider.replace("26\n", "26,27\n").encode()
    _, out, _ = typed(capsys)
    assert "New columns: 1\n    2023" in out
    assert "line 1, column 2023" in out
    before = state(here)
    status, out, err = typed(capsys, "--accept")
    assert (status, out) == (1, "")
    assert "libraries.csv: not taken over" in err
    assert state(here) == before
    text = (libraries / "source.yaml").read_text("utf-8")
    (libraries / "source.yaml").write_text(text.replace("- '2022'\n", "- '2022'\n- '2023'\n"), "utf-8")
    assert typed(capsys, "--accept")[0] == 0
    assert "2023" in (libraries / "libraries.csv").read_text("utf-8")


def test_a_column_that_is_gone_is_said(here, libraries, server, capsys):
    server.pages["/libraries.csv"] = b"region,2021\nAkmola Region,310\n"
    status, out, _ = typed(capsys)
    assert status == 0
    assert "Columns that are gone: 1\n    2022" in out
    assert "mend source.yaml" in out


def test_other_line_ends_are_no_other_figures(here, libraries, server, capsys):
    server.pages["/libraries.csv"] = OLD.replace("\n", "\r\n").encode()
    _, out, _ = typed(capsys)
    assert out.splitlines()[1:] == ["  Other bytes; no figure and no row differs."]


def test_a_file_that_was_not_there_is_new_and_a_table_that_no_run_reads_is_compared_by_rows(here, server, capsys):
    server.pages |= {"/first.csv": b"a,b\n1,2\n", "/second.csv": b"a,b\n3,4\n1,2\n"}
    source(here, "first", {**ABOUT, "download": f"{server.address}/first.csv"})
    source(here, "second", {**ABOUT, "download": f"{server.address}/second.csv"}, second_csv="a,b\n1,2\n5,6\n")
    _, out, _ = typed(capsys)
    assert "first.csv: new, 8 bytes" in out
    assert out.count("New rows: 1\n    3, 4\n  Rows that are gone: 1\n    5, 6") == 1
    assert typed(capsys, "--accept")[0] == 0
    assert (here / "data/raw/official/first/first.csv").read_bytes() == b"a,b\n1,2\n"


def book(*rows):
    made, kept = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(kept)
    return kept.getvalue()


def test_a_workbook_is_compared_by_its_rows_and_refused_where_it_is_none(here, server, capsys):
    old, new = book(["town", 1], ["A", 2]), book(["town", 1], ["A", 3])
    server.pages |= {"/a.xlsx": new, "/b.xlsx": b"<!DOCTYPE html><p>Sign in", "/c.xlsx": new[:-40]}
    for name in "abc":
        content = {**ABOUT, "file": f"{name}.xlsx", "url": f"{server.address}/{name}.xlsx"}
        source(here, f"book_{name}", content, **{f"{name}_xlsx": old})
    status, out, err = typed(capsys)
    assert status == 1
    assert "New rows: 1\n    Sheet, A, 3" in out
    assert "Rows that are gone: 1\n    Sheet, A, 2" in out
    assert "found a web page or a message" in err
    assert re.search(r"c\.xlsx.*found damaged", err)
    assert [p.name for p in (here / FETCHED).rglob("*.xlsx")] == ["a.xlsx"]


# --- what cannot be had ---------------------------------------------------------------------------


def wait(handler):
    time.sleep(0.6)


def cut(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"region,2021,2022\n")
    handler.close_connection = True


def moved(to):
    return lambda handler: reply(handler, b"", 302, Location=to)


WRONG = {
    "not_found": None,
    "sick": lambda handler: reply(handler, b"oops", 500),
    "page": b"\xef\xbb\xbf\n<html><body>Technical works</body></html>",
    "message": b'{"error": "no such table"}',
    "empty": b"",
    "latin": "région\n".encode("latin-1"),
    "circle": moved("/circle.csv"),
    "cut": cut,
    "slow": wait,
    "large": b"region\n" + b"a" * 5000,
    "grows": lambda handler: grow(handler),
}


def grow(handler):
    """More than the limit without a word of its size, packed so that the way is short."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"region\n" + b"a" * 200_000)


def test_every_file_that_cannot_be_had_is_told_at_once_and_the_others_are_fetched(here, server):
    server.pages |= {f"/{name}.csv": page for name, page in WRONG.items() if page is not None}
    server.pages["/z_good.csv"] = b"a\n2\n"
    for name in (*WRONG, "z_good"):
        source(here, name, {**ABOUT, "download": f"{server.address}/{name}.csv"}, **{f"{name}_csv": "a\n1\n"})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    source(here, "nobody", {**ABOUT, "download": f"http://127.0.0.1:{port}/a.csv"}, nobody_csv="a\n1\n")
    before = state(here)
    files = wanted(described("data/raw", here, RULES), here)
    found = {o.wanted.source.folder: o for o in refresh(files, here, home=ROOT, patience=0.3, most=2000)}
    codes = {name: o.error.code if o.error else o.code for name, o in found.items()}
    assert codes == {
        "not_found": "status",
        "sick": "status",
        "page": "form",
        "message": "form",
        "empty": "form",
        "latin": "form",
        "circle": "redirects",
        "cut": "broken",
        "slow": "timeout",
        "large": "large",
        "grows": "large",
        "nobody": "connection",
        "z_good": "changed",
    }
    assert found["not_found"].error.values == {"status": 404}
    assert found["latin"].error.values["found"] == "not_text"
    assert state(here, "refresh/") == before
    assert sorted(state(here / FETCHED)) == ["data/raw/official/z_good/z_good.csv", "fetched.json"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_failures_are_said_in_the_language_with_status_1(here, libraries, server, capsys, language):
    server.pages["/page.csv"] = b"<html>"
    for name in ("gone", "page"):
        source(here, name, {**ABOUT, "download": f"{server.address}/{name}.csv"}, **{f"{name}_csv": "a\n"})
    source(here, "unsaid", {**ABOUT, "url": "https://example.org/about"}, unsaid_csv="a\n")
    status, out, err = typed(capsys, language=language)
    assert status == 1
    assert "libraries.csv" in out
    *_, without, _, failed, gone, page = err.splitlines()
    assert without.endswith(": unsaid")
    assert failed.endswith(": 2")
    assert f"gone.csv ← {server.address}/gone.csv: " in gone
    assert gone.endswith("404")
    assert "page.csv" in page
    for line in (without, failed, gone, page, out):
        assert bool(re.search("[а-яәіңғүұқөһ]", re.sub("Карагандинская|Алматы қаласы", "", line))) == (language != "en")


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(here, server, code):
    server.pages |= {"/a.csv": lambda h: reply(h, b"", code, Location="/b.csv"), "/b.csv": b"a\n1\n"}
    fetch(f"{server.address}/a.csv", here / "a.csv", patience=5)
    assert (here / "a.csv").read_bytes() == b"a\n1\n"


def test_a_limit_is_of_bytes(here, server):
    server.pages["/a.csv"] = b"a" * 70_000
    fetch(f"{server.address}/a.csv", here / "a.csv", most=70_000)
    with pytest.raises(FetchError, match="large"):
        fetch(f"{server.address}/a.csv", here / "b.csv", most=69_999)
    assert not (here / "b.csv").exists()


def test_a_name_that_no_server_has_is_no_connection(here):
    with pytest.raises(FetchError) as stopped:
        fetch("http://nobody.invalid/a.csv", here / "a.csv", patience=2)
    assert stopped.value.code == "connection"


def test_a_call_that_is_killed_while_it_fetches_leaves_the_file_and_nothing_to_take(
    here, libraries, server, monotown, capsys
):
    def half(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(NEW.encode())))
        handler.end_headers()
        handler.wfile.write(NEW.encode()[:30])
        handler.wfile.flush()
        process.kill()

    server.pages["/libraries.csv"] = half
    before = state(here)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV")} | monotown.environment
    process = subprocess.Popen([*monotown.command, "data", "refresh"], cwd=here, env=environment)
    assert process.wait(600) != 0
    assert server.asked == ["/libraries.csv"]
    assert state(here, "refresh/", "work/") == before
    assert typed(capsys, "--accept")[2] == "Nothing waits in refresh/fetched.\n"
    server.pages["/libraries.csv"] = NEW.encode()
    typed(capsys)
    assert list((here / FETCHED).glob(".part*")) == []
    assert typed(capsys, "--accept")[0] == 0


def test_what_a_killed_call_leaves_is_swept_and_not_taken(here, libraries, capsys):
    left = here / FETCHED / ".partabc/libraries.csv"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"region,20")
    stray = here / FETCHED / "data/raw/official/libraries/libraries.csv"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(NEW.encode())  # in place, and the call ended before it was listed
    assert typed(capsys, "--accept")[2] == "Nothing waits in refresh/fetched.\n"
    typed(capsys)
    assert not left.parent.exists()


def test_what_waits_and_was_altered_is_not_taken(here, libraries, capsys):
    typed(capsys)
    (here / FETCHED / "data/raw/official/libraries/libraries.csv").write_text(NEW + "A,1,2\n", "utf-8")
    before = state(here)
    status, _, err = typed(capsys, "--accept")
    assert status == 1
    assert "fetch it again" in err
    assert state(here) == before


@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_a_take_over_that_is_cut_short_goes_on_with_the_next_call(here, libraries, capsys, monkeypatch, step):
    typed(capsys)
    from monotown.workflow import refresh as module

    write, done = module._write, []

    def stops(*arguments):
        if len(done) == step:
            raise KeyboardInterrupt
        done.append(arguments)
        write(*arguments)

    monkeypatch.setattr(module, "_write", stops)
    assert main(["data", "refresh", "--accept"]) == 3
    monkeypatch.setattr(module, "_write", write)
    capsys.readouterr()
    assert (libraries / "libraries.csv").read_text("utf-8") in (OLD, NEW)
    assert typed(capsys, "--accept")[0] == 0
    assert (libraries / "libraries.csv").read_text("utf-8") == NEW
    assert (here / f"{REPLACED}/{sha(OLD)}/data/raw/official/libraries/libraries.csv").read_text("utf-8") == OLD
    assert "retrieved:" in (libraries / "source.yaml").read_text("utf-8")
    assert [p.name for p in here.rglob("*.part")] == []


# --- what is asked for ----------------------------------------------------------------------------


def test_one_source_alone_is_asked_for_and_accepted(here, libraries, server, capsys):
    server.pages["/b.csv"] = b"a\n2\n"
    source(here, "other", {**ABOUT, "download": f"{server.address}/b.csv"}, other_csv="a\n1\n")
    typed(capsys, "--only", "other")
    assert server.asked == ["/b.csv"]
    typed(capsys)
    assert typed(capsys, "--accept", "--only", "other")[0] == 0
    assert (libraries / "libraries.csv").read_text("utf-8") == OLD
    assert (libraries.parent / "other/other.csv").read_bytes() == b"a\n2\n"
    status, _, err = typed(capsys, "--only", "othr")
    assert status == 2
    assert "'other' (did you mean" in err


def test_a_dry_run_lists_addresses_and_asks_nobody(here, libraries, server, capsys):
    source(here, "unsaid", ABOUT, unsaid_csv="a\n")
    before = state(here)
    status, out, err = typed(capsys, "--dry-run")
    assert status == 0
    assert out == f"data/raw/official/libraries/libraries.csv ← {server.address}/libraries.csv\n"
    assert err.endswith(": unsaid\n")
    assert server.asked == []
    assert state(here) == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", [["nowhere"], [], ["--dry-run", "--accept"]], ids=str)
def test_a_wrong_call_is_status_2_and_changes_nothing(here, capsys, words, language):
    try:
        status = main(["data", "refresh", *words, "--language", language])
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert bool(re.search("[а-я]", said.err)) == (language != "en")
    assert state(here) == {}


def test_a_source_that_is_not_valid_stops_before_anything_is_fetched(here, libraries, server, capsys):
    source(here, "bad", {**ABOUT, "download": "ftp://example.org/a.csv", "retrieved": "last week"}, bad_csv="a\n")
    status, _, err = typed(capsys)
    assert status == 1
    assert "download" in err
    assert "retrieved" in err
    assert server.asked == []


def test_a_folder_elsewhere_has_what_is_fetched_within_it(here, libraries, server, capsys, monkeypatch):
    away = here / "away"
    away.mkdir()
    monkeypatch.chdir(away)
    status, out, err = typed(capsys, str(libraries))
    assert status == 0
    assert out.startswith("libraries.csv: changed")
    assert (libraries / FETCHED / "libraries.csv").is_file()
    assert f"monotown data refresh --accept {libraries}" in err
    assert typed(capsys, str(libraries), "--accept")[0] == 0
    assert (libraries / REPLACED / sha(OLD) / "libraries.csv").is_file()


def entry(**more):
    return RawFile("a", "data/raw/a/table.csv", "", {**ABOUT, **more})


@pytest.mark.parametrize(
    ("more", "address"),
    [
        ({}, ""),
        ({"url": "https://example.org/statistics"}, ""),
        ({"url": "https://example.org/table.CSV?year=2022"}, "https://example.org/table.CSV?year=2022"),
        ({"url": "the yearbook, table.csv"}, ""),
        (
            {"url": "https://example.org/a.csv", "download": "https://example.org/get?id=7"},
            "https://example.org/get?id=7",
        ),
        ({"download": "https://example.org/{file}?raw"}, "https://example.org/table.csv?raw"),
    ],
)
def test_an_address_is_of_the_file_itself(more, address):
    assert address_of(entry(**more)) == address


def test_files_of_a_source_have_each_its_address(here, server, capsys):
    files = {"map.*": {"about": "m", "download": f"{server.address}/{{file}}"}, "a.csv": {"about": "a"}}
    folder = source(here, "maps", {**ABOUT, "files": files}, map_shp=b"\0\0\x27\x0a1", map_prj=b"x", a_csv=b"a\n")
    server.pages |= {"/map.shp": b"\0\0\x27\x0a2", "/map.prj": b"x"}
    status, out, _ = typed(capsys)
    assert status == 0
    assert re.findall(r"map\.(\w+): (\w+)", out) == [("prj", "unchanged"), ("shp", "changed")]
    assert typed(capsys, "--accept")[0] == 0
    content = read_strict(folder / "source.yaml")[0]
    assert list(content["files"]["map.*"]) == ["retrieved", "about", "download"]
    assert "retrieved" not in content


def test_two_files_of_one_address_are_a_problem(here, capsys):
    content = {**ABOUT, "download": "https://example.org/a.csv", "files": {n: {"about": n} for n in ("a.csv", "b.csv")}}
    source(here, "two", content, a_csv="a\n", b_csv="a\n")
    status, _, err = typed(capsys)
    assert status == 1
    assert "{file} in it" in err


@pytest.mark.parametrize(
    ("text", "place", "made"),
    [
        ("title: a\r\nabout: b\r\n", (), 'title: a\r\nretrieved: "2026-01-31"\r\nabout: b\r\n'),
        ("about: b", (), 'retrieved: "2026-01-31"\nabout: b'),
        ("retrieved: '2020-01-01'  # c\nabout: b\n", (), 'retrieved: "2026-01-31"  # c\nabout: b\n'),
        ("about: b\nfiles:\n  a.csv:\n    about: c\n", ("files", "a.csv"), None),
        ("about: b\nfiles:\n  a.csv: {about: c, row: 'x'}\n", ("files", "a.csv"), None),
        ("about: b\nfiles: {a.csv: {retrieved: '2020-01-01', about: c}}\n", ("files", "a.csv"), None),
    ],
)
def test_the_day_is_written_and_nothing_else_changes(tmp_path, text, place, made):
    file = tmp_path / "source.yaml"
    file.write_bytes(text.encode())
    content, lines = read_strict(file, lines=True)
    found = with_day(text, lines, place, "2026-01-31")
    assert made in (None, found)
    (content["files"][place[1]] if place else content)["retrieved"] = "2026-01-31"
    assert parse_strict(found, "source.yaml") == content


def test_a_source_that_cannot_be_given_the_day_is_told(here, libraries, capsys):
    typed(capsys)
    text = (libraries / "source.yaml").read_text("utf-8")
    (libraries / "source.yaml").write_text(text.replace("about: Made up.", '"about": Made up.'), "utf-8")
    status, _, err = typed(capsys, "--accept")
    assert status == 0
    assert "write there yourself: retrieved:" in err
    assert "retrieved" not in (libraries / "source.yaml").read_text("utf-8")
    assert (libraries / "libraries.csv").read_text("utf-8") == NEW


# --- and nothing else -----------------------------------------------------------------------------


def test_no_other_module_can_ask_a_network():
    asks = {"pooch", "requests", "urllib3", "httpx", "aiohttp", "ftplib", "smtplib", "socket"}
    asks |= {"urllib.request", "http.client", "http.server", "xmlrpc"}
    found = {}
    for top in ("src", "workflow", "tools"):
        for path in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.module:
                    names = [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
                if wrong := {n for n in names if n in asks or n.split(".")[0] in asks}:
                    found.setdefault(path.relative_to(ROOT).as_posix(), set()).update(wrong)
    assert found == {"src/monotown/workflow/refresh.py": {"pooch", "requests"}}


def test_what_the_project_has_by_address_is_listed(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    status, out, err = typed(capsys, "--dry-run")
    assert status == 0
    assert "natural_zones_rayons_2020.csv ← https://raw.githubusercontent.com/" in out
    assert "population_regions" in err
    assert all(isinstance(one, Wanted) for one in wanted(described("data/raw", ROOT, RULES), ROOT))
