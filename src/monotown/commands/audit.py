"""``monotown audit``: what the maker of an index should look at, said, as a page and as tables."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from monotown.audit.tables import FINDINGS, PASSED, TABLES
from monotown.base.labels import FALLBACK, Labels
from monotown.commands.call import DEFAULT_STUDY, Call, Plan, default, plan
from monotown.commands.call import TABLES as TABLES_READ
from monotown.commands.places import project
from monotown.commands.run import places, start
from monotown.commands.say import tell

#: Replicates of each analysis, and settings of the Sobol indices, where a call says no others: enough for limits of
#: ranks to a place, and a minute sooner.
DRAWS: Final = 1000
_SETTINGS: Final = (("sensitivity.sobol.points", "256"), ("sensitivity.sobol.joint_points", "512"))

#: What the workflow makes for an audit.
_TARGETS: Final = ("audit", "words")

#: How the names begin of the tables for print of an index, in their order.
_SHOWN: Final = ("audit", "unbroken", "audited")

#: Folders of results of a run and of an audit end so.
_RUN, _AUDIT = "-results", "-audit"


def audit(call: Call, cores: int, *, as_json: bool = False) -> int:
    """Audit what a call names; 0 whatever is found, as long as it can be computed.

    Raises
    ------
    StopError
        As `monotown.commands.run.run`.
    """
    made = start(call, planned(call), cores, _TARGETS)
    words = labels_of(made.results, call.words)
    found = found_in(made.results)
    write_pages(made.results, found, words, call.words.language)
    for name, told in found.items():
        tell(said(name, told["audit_"], told["unbroken_"], words[call.words.language], call.words))
    tell(places(made.results, call.folder, call.words))
    if as_json:
        print(json.dumps(as_object(found), allow_nan=False))
    return 0


def planned(call: Call) -> Plan:
    """The plan of an audit: of few draws, in a folder of its own beside that of a run.

    In the project the default study is audited as it runs, from the results that are there.
    """
    lying = any(p.suffix.lower() in TABLES_READ for p in call.folder.iterdir()) or call.files
    if call.study == DEFAULT_STUDY and not lying and call.folder.resolve() != project():
        return default(_small(replace(call, output=call.output or call.folder / f"{DEFAULT_STUDY}{_AUDIT}")))
    made = plan(call)
    if made.kind == "default":
        return made
    place = made.results if call.output else made.results.with_name(made.results.name.removesuffix(_RUN) + _AUDIT)
    return plan(_small(replace(call, output=place)))


def _small(call: Call) -> Call:
    """The call with few draws, where it says no others."""
    given = {key for key, _ in call.settings}
    draws = call.draws or (None if given & {"draws", "sensitivity.draws"} else DRAWS)
    return replace(call, draws=draws, settings=(*_SETTINGS, *call.settings))


def labels_of(results: Path, words: Labels) -> dict[str, Labels]:
    """The words of the run, by language."""
    from monotown.show.words import labels_from
    from monotown.workflow import read_text_table

    known = labels_from(read_text_table(results / "words.csv"))
    return known if words.language in known else {**known, words.language: known[FALLBACK]}


def found_in(results: Path) -> dict[str, dict[str, pd.DataFrame]]:
    """Index to its tables: those of the audit, its findings, and those for print under the start of their names."""
    from monotown.workflow import read_table

    found = {}
    for folder in sorted(p for p in (results / "audit").iterdir() if (p / "findings.csv").is_file()):
        found[folder.name] = {
            **{name: read_table(folder / f"{name}.csv", schema) for name, schema in TABLES.items()},
            "findings": read_table(folder / "findings.csv", FINDINGS),
            **{f"{kind}_": read_table(results / "tables" / f"{kind}_{folder.name}.csv") for kind in _SHOWN},
        }
    return found


def said(index: str, broken: pd.DataFrame, others: pd.DataFrame, labels: Labels, words: Labels) -> str:
    """What is said of one index: how many rules were asked, and each that has a case."""
    column = f"says_{labels.language}" if f"says_{labels.language}" in broken else f"says_{FALLBACK}"
    asked = len(broken) + int((others["result"] == PASSED).sum())
    name = labels(f"view.{index}") if labels.has(f"view.{index}") else index
    lines = [words("commands.audited", index=name, asked=asked, broken=len(broken))]
    for result, rule, says in broken[["result", "rule", column]].itertuples(index=False, name=None):
        lines.append(f"  [{labels(f'audit.result.{result}')}] {labels(f'audit.rule.{rule}')}\n      {says}")
    return "\n".join(lines)


def as_object(found: Mapping[str, Mapping[str, pd.DataFrame]]) -> dict[str, Any]:
    """What is found as the object of ``audit --json``: keys are English in every language.

    Returns
    -------
    dict
        ``version`` 1; ``indices``: of each its ``year``, its ``findings`` and every table of the audit, rows as objects
        with every digit; a number that is not there is null.
    """
    indices = {}
    for name, tables in found.items():
        rows = {key: _rows(tables[key]) for key in ("findings", *TABLES)}
        indices[name] = {"year": int(tables["findings"]["year"].iloc[0]), **rows}
    return {"version": 1, "indices": indices}


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    told = table.drop(columns=["view", "year"])
    return [
        {str(k): None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
        for row in told.to_dict("records")
    ]


def write_pages(
    results: Path, found: Mapping[str, Mapping[str, pd.DataFrame]], words: Mapping[str, Labels], language: str
) -> None:
    """A page a language, ``audit/<language>.html``; ``audit/index.html`` is that of the call."""
    from monotown.workflow import write_text

    for code, labels in words.items():
        text = page_of(found, labels)
        write_text(text, results / "audit" / f"{code}.html")
        if code == language:
            write_text(text, results / "audit" / "index.html")


def page_of(found: Mapping[str, Mapping[str, pd.DataFrame]], labels: Labels) -> str:
    """The tables for print of every index as one page: the head of the first, the bodies of all."""
    from monotown.show.printed import print_table, to_html
    from monotown.workflow.printed import spec_of

    pages = []
    for name, tables in found.items():
        for kind in _SHOWN:
            frame = tables[f"{kind}_"]
            if len(frame):
                pages.append(to_html(print_table(frame, spec_of(f"{kind}_{name}", frame), labels), labels.language))
    head, mark, _ = pages[0].partition("<body>\n")
    bodies = [page.partition("<body>\n")[2].partition("</body>")[0] for page in pages]
    return f"{head}{mark}{''.join(bodies)}</body>\n</html>\n"
