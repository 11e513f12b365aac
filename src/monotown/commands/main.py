"""The command ``monotown``: what is typed, in three languages, to the function of its module."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import monotown
from monotown.base.labels import Labels
from monotown.base.problems import InputError
from monotown.commands.call import Call
from monotown.commands.places import project
from monotown.commands.say import StopError, open_console, system_language, tell, words_of

#: What `argparse` says itself, to the words for it.
_ARGPARSE: Final = {
    "usage: ": "usage",
    "positional arguments": "positional",
    "options": "options",
    "show this help message and exit": "help",
    "%(prog)s: error: %(message)s\n": "error",
    "the following arguments are required: %s": "required",
    "unrecognized arguments: %s": "unrecognized",
    "invalid choice: %(value)r (choose from %(choices)s)": "choice",
    "expected one argument": "one",
    "expected %s argument": "some",
    "expected at least one argument": "at_least_one",
    "argument %(argument_name)s: %(message)s": "argument",
    "invalid %(type)s value: %(value)r": "value",
    "not allowed with argument %s": "exclusive",
}


def _translate(words: Labels) -> None:
    """Let `argparse` speak the language of the call; its words go through one function of its module."""
    known = {text: words.texts[f"commands.argparse.{key}"][words.language] for text, key in _ARGPARSE.items()}
    setattr(argparse, "_", lambda text: known.get(text, text))  # noqa: B010
    setattr(argparse, "ngettext", lambda one, many, n: known.get(one, one if n == 1 else many))  # noqa: B010


class _Parser(argparse.ArgumentParser):
    """A parser whose errors stand last, below the usage, with exit status 2."""

    def error(self, message: str) -> NoReturn:
        open_console()
        super().error(message)


def _setting(text: str) -> tuple[str, str]:
    key, mark, value = text.partition("=")
    if not mark or not key.strip():
        raise argparse.ArgumentTypeError(repr(text))
    return key.strip(), value.strip()


def _number(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(repr(text))
    return value


_setting.__name__, _number.__name__ = "KEY=VALUE", "N"


def parser(words: Labels) -> argparse.ArgumentParser:
    """The parser of every command."""
    _translate(words)
    say = {key.removeprefix("commands.help."): words(key) for key in words.texts if key.startswith("commands.help.")}
    top = _Parser(prog="monotown", description=say["top"], epilog=say["statuses"], allow_abbrev=False)
    top.add_argument(
        "--version",
        action="version",
        version=f"monotown {monotown.__version__}",
        help=words("commands.argparse.version"),
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, of: Any = commands, **options: Any) -> argparse.ArgumentParser:
        key = options.pop("key", name)
        made: argparse.ArgumentParser = of.add_parser(
            name, help=say[key], description=say[key], allow_abbrev=False, **options
        )
        made.add_argument("--language", metavar="CODE", help=say["language"])
        return made

    def study(of: argparse.ArgumentParser) -> None:
        of.add_argument("--study", metavar="NAME", help=say["study_name"])

    def settings(of: argparse.ArgumentParser) -> None:
        study(of)
        of.add_argument("--set", metavar="KEY=VALUE", type=_setting, action="append", default=[], help=say["set"])

    new = command("new")
    new.add_argument("file", metavar="FILE", nargs="?", type=Path, help=say["new_file"])
    study(new)
    new.add_argument("--example", action="store_true", help=say["example"])
    check = command("check")
    check.add_argument("files", metavar="FILE", nargs="*", type=Path, help=say["files"])
    settings(check)
    check.add_argument("--json", action="store_true", help=say["json"])
    run = command("run")
    run.add_argument("files", metavar="FILE", nargs="*", type=Path, help=say["files"])
    settings(run)
    run.add_argument("--output", metavar="DIR", type=Path, help=say["output"])
    run.add_argument("--draws", metavar="N", type=_number, help=say["draws"])
    run.add_argument("--cores", metavar="N", type=_number, default=os.cpu_count() or 1, help=say["cores"])
    audit = command("audit")
    audit.add_argument("files", metavar="FILE", nargs="*", type=Path, help=say["files"])
    settings(audit)
    audit.add_argument("--output", metavar="DIR", type=Path, help=say["audit_output"])
    audit.add_argument("--draws", metavar="N", type=_number, help=say["draws"])
    audit.add_argument("--cores", metavar="N", type=_number, default=os.cpu_count() or 1, help=say["cores"])
    audit.add_argument("--json", action="store_true", help=say["audit_json"])
    report = command("report")
    report.add_argument("folder", metavar="DIR", nargs="?", type=Path, help=say["report_folder"])
    report.add_argument("--no-browser", action="store_true", help=say["no_browser"])
    compare = command("compare")
    compare.add_argument("before", metavar="DIR", type=Path, help=say["before"])
    compare.add_argument("after", metavar="DIR", type=Path, help=say["after"])
    trace = command("trace")
    trace.add_argument("id", metavar="ID", nargs="+", help=say["trace_id"])
    trace.add_argument("--results", metavar="DIR", type=Path, help=say["report_folder"])
    trace.add_argument("--json", action="store_true", help=say["trace_json"])
    of_study = command("study").add_subparsers(dest="action", metavar="ACTION", required=True)
    export = command("export", of_study)
    export.add_argument("source", metavar="FILE", help=say["export_source"])
    export.add_argument("target", metavar="TARGET", type=Path, help=say["export_target"])
    return top


def _asked_language(arguments: Sequence[str]) -> str:
    """The language that a call asks for, known before its help is written."""
    for i, text in enumerate(arguments):
        if text == "--language" and i + 1 < len(arguments):
            return arguments[i + 1].lower()
        if text.startswith("--language="):
            return text.partition("=")[2].lower()
    return ""


def _call(given: argparse.Namespace, words: Labels) -> Call:
    return Call(
        files=given.files,
        words=words,
        folder=Path.cwd(),
        study=given.study,
        settings=given.set,
        output=getattr(given, "output", None),
        draws=getattr(given, "draws", None),
        starts=given.command in ("run", "audit"),
    )


def _new(given: argparse.Namespace, words: Labels) -> int:
    from monotown.commands.new import new

    return new(given.file or Path(words("commands.new_name")), words, study=given.study, example=given.example)


def _check(given: argparse.Namespace, words: Labels) -> int:
    from monotown.commands.check import check

    return check(_call(given, words), as_json=given.json)


def _run(given: argparse.Namespace, words: Labels) -> int:
    from monotown.commands.run import run

    return run(_call(given, words), given.cores)


def _audit(given: argparse.Namespace, words: Labels) -> int:
    from monotown.commands.audit import audit

    return audit(_call(given, words), given.cores, as_json=given.json)


def _report(given: argparse.Namespace, words: Labels) -> int:
    from monotown.commands.report import report

    return report(given.folder, Path.cwd(), words, opens=not given.no_browser)


def _compare(given: argparse.Namespace, words: Labels) -> int:
    from monotown.commands.compare import compare

    return compare(given.before, given.after, words)


def _trace(given: argparse.Namespace, words: Labels) -> int:
    from monotown.commands.trace import trace

    return trace(given.id, given.results, Path.cwd(), words, as_json=given.json)


def _study(given: argparse.Namespace, words: Labels) -> int:
    from monotown.commands.export import export

    return export(given.source, given.target, words)


#: Command to its function; a module is imported when its command is given.
_COMMANDS: Final[dict[str, Callable[[argparse.Namespace, Labels], int]]] = {
    "new": _new,
    "check": _check,
    "run": _run,
    "audit": _audit,
    "report": _report,
    "compare": _compare,
    "trace": _trace,
    "study": _study,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is typed.

    Parameters
    ----------
    arguments
        Words after ``monotown``; those of this process by default.

    Returns
    -------
    int
        0; 1 problems of the input; 2 a wrong call; 3 the pipeline failed.
    """
    typed = sys.argv[1:] if arguments is None else list(arguments)
    # a million rows are lists that hold no circle: looking for one takes most of the time of reading them
    gc.set_threshold(200_000, 20, 100)
    open_console()
    folder = project() / "config" / "words"
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    asked = _asked_language(typed)
    language = asked or system_language()
    words = words_of(language if language in known else "en", folder)
    try:
        if asked and asked not in known:
            raise StopError(words("commands.no_language", language=asked, known=", ".join(known)))
        given = parser(words).parse_args(typed)
        return _COMMANDS[given.command](given, words)
    except StopError as stop:
        tell(str(stop))
        return stop.status
    except InputError as error:
        from monotown.commands.check import problems_said  # the engine, for whoever needs it

        tell(problems_said(error, words))
        return 1
    except Exception:  # a fault of the program, which is no problem of the input
        traceback.print_exc()
        return 3
    except KeyboardInterrupt:
        tell(words("commands.interrupted"))
        return 3
