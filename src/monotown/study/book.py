"""A workbook, or a folder, to one study: sheets and headings by any of their names, and what they leave unsaid."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pandas as pd

from monotown.base.expressions import parse
from monotown.base.labels import FALLBACK
from monotown.base.parsing import parse_cell
from monotown.base.problems import Problem, Problems
from monotown.data.workbooks.vocabulary import is_aggregate
from monotown.study.cells import YEARS, nested, number
from monotown.study.claims import split, with_claims
from monotown.study.faults import is_date, near, problem
from monotown.study.figures import NO_YEAR, Figures, Known, Spelled, read_figures, roles_of, shown_names
from monotown.study.headings import (
    ABSENT,
    CELL_WORDS,
    COIN,
    COIN_OWN,
    HEADINGS,
    HELP,
    KEYS,
    SHEET_NAMES,
    key_of,
    named,
    sheet_of,
    told_word,
)
from monotown.study.judgments import SHEET, read_weights
from monotown.study.read import NOWHERE, Study, gather_study
from monotown.study.sheets import FACTS, LEAF, NEEDED, SHEETS
from monotown.study.tables import Table

#: Keys of ``about`` whose cell names several things.
LISTS: Final = frozenset({"languages", "marked", "town", "only", "ignore"})

#: Keys of ``about`` whose cell is a text as it stands.
TEXTS: Final = frozenset({"title", "publisher", "terms", "contact", "unit_word", "source", "shapes"})

#: The same in one of the study's languages, such as ``title_ru``.
_SAID: Final = re.compile(r"(?:title|publisher|terms|contact|unit_word)_[a-z]{2}")

#: Keys that ``about`` may have: what a study says of itself, and settings of its run by their first part.
KNOWN_KEYS: Final = (
    *(
        *KEYS,
        *LISTS,
        "show",
        "named",
        "constant",
        "words",
        "extends",
        "shapes",
        "take",
        "columns",
        "sheets",
        "hidden",
        "level",
    ),
    *(
        "level",
        "direction",
        "draws",
        "seed",
        "sensitivity",
        "aggregation",
        "normalisation",
        "scale",
        "study",
        "units",
        "text",
        "screening",
        "towns",
    ),
)

#: Sheets of keys and values, and the key of `Study.beside` that holds each.
BESIDE: Final = ("catalogue", "town_register", "shapes")

#: Set of every unit that is ranked, where a study names no sets.
ALL: Final = "all"

#: Index of a study that names none and has no root.
INDEX: Final = "index"

#: Level of a unit that tells none.
LEVEL: Final = "unit"

#: Sheets that say nothing where they have headings alone, as those of a template have.
_MAY_BE_EMPTY: Final = frozenset(SHEETS) - {"indicators"}

#: Verdicts on a change of a series.
VERDICTS: Final = ("explained", "implausible", "open")

#: Columns of a node that the forms of others fill though it has no figures of its own.
_OF_LEAVES: Final = tuple(c.name for c in (*FACTS, *LEAF[2:]) if not c.words and c.name != "comment")

_BY = re.compile(r".* by (.+)")
_ENDING = re.compile(r"(.+)[_ ]([a-z]{2})\Z")
_KAZAKH = re.compile("[әіңғүұқөһ]", re.I)
_CYRILLIC = re.compile("[а-я]", re.I)


def code_of(text: str) -> str:
    """A name as a code: letters, digits and underscores, none of the digits first; a code stays as it is.

    Examples
    --------
    >>> code_of("Life expectancy"), code_of("1.a"), code_of("Жезқазған қ.")
    ('Life_expectancy', '_1_a', 'Жезқазған_қ')
    """
    if text.isidentifier() and unicodedata.is_normalized("NFKC", text):
        return text
    made = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", text)).strip("_")
    return f"_{made}" if made[:1].isdigit() else made


@dataclass
class _Sheets:
    """Sheets of a study by name; those of which there may be several apart."""

    one: dict[str, Table] = field(default_factory=dict)
    data: list[Table] = field(default_factory=list)
    weights: list[Table] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def is_study(names: Iterable[str], heads: Iterable[Sequence[str]] = ()) -> bool:
    """Whether sheets of these names, or with these headings, hold a study and not figures alone.

    Examples
    --------
    >>> is_study(["iMeta", "iData"]), is_study(["Sheet1"]), is_study(["Показатели"])
    (True, False, True)
    """
    return any(sheet_of(n) == "indicators" for n in names) or any("icode" in map(key_of, h) for h in heads)


def study_of(tables: Sequence[tuple[str, Table]], about: Mapping[str, Any] | None = None) -> Study:
    """The study of a workbook or of a folder.

    Parameters
    ----------
    tables
        Name of each sheet and what stands in it.
    about
        What the folder says of the study; None where the sheet ``about`` does.

    Raises
    ------
    InputError
        Every problem of every sheet.

    Examples
    --------
    >>> sheets = {"indicators": pd.DataFrame({"id": ["pay", "air"], "direction": ["+", "less"]}),
    ...           "data": pd.DataFrame({"city": ["A", "B"], "pay": ["1", "2"], "air": ["3", "1"]})}
    >>> study = study_of([(n, Table(f, "s.xlsx", n)) for n, f in sheets.items()])
    >>> study.views["index"]["tree"], study.sets, len(study.figures)
    ({'id': 'index', 'children': [{'measure': 'pay'}, {'measure': 'air'}]}, {'all': ['A', 'B']}, 4)
    """
    problems = Problems()
    claimed, tables = split(tables)
    sheets = _sorted(tables, problems)
    said = dict(about) if about is not None else _about(sheets, problems)
    beside: dict[str, Any] = {n: _nested(sheets.one.pop(n), problems) for n in BESIDE if n in sheets.one}
    table = next((t for n, t in tables if sheet_of(n) == "about"), None)
    if about is None and table is not None and said.pop("extends", None) is not None:  # a workbook says all itself
        sheets.notes.append(table.problem_of_sheet("key_aside", "extends"))
    if "indicators" not in sheets.one:
        lacking = next((t for n, t in tables if sheet_of(n) == "indicators"), Table(pd.DataFrame(), _file(tables)))
        problems.extend([lacking.problem_of_sheet("no_indicators")])
        problems.stop()
    _renamed(sheets, problems)
    coin = _coin(sheets)
    if "languages" not in said and (found := _languages(sheets)) != [FALLBACK]:
        said["languages"] = found
    _coded(sheets, problems)
    _units(sheets, said, coin, problems)
    _indices(sheets, said)
    study, more = gather_study(dict(sheets.one), said)
    problems.extend(more)
    study = replace(study, beside=beside)
    study = _weighed(study, sheets, problems)
    study = _judged(study, sheets, problems)
    study = _figured(study, sheets, said, problems)
    _check_data(study, sheets, problems)
    study = with_claims(study, claimed, problems)
    problems.stop()
    return replace(study, notes=tuple(sheets.notes))


def _file(tables: Sequence[tuple[str, Table]]) -> str:
    return next((table.file for _, table in tables), "indicators")


def _sorted(tables: Sequence[tuple[str, Table]], problems: Problems) -> _Sheets:
    """Sheets by what they are: by name, else by the headings of the form of COINr."""
    found = _Sheets()
    for name, table in tables:
        heads = {key_of(table.printed(c)) for c in table.frame.columns}
        what = sheet_of(name) or ("indicators" if "icode" in heads and "parent" in heads else "")
        what = what or ("data" if heads & COIN else "")
        if key_of(name) in HELP or (table.frame.empty and (what in _MAY_BE_EMPTY or not len(table.frame.columns))):
            continue
        if what:
            problems.extend(table.problem_at("cell_formula", cell) for cell in table.formulas)
            found.notes.extend(
                table.problem_of_sheet("cells_hidden", part)
                if part == table.sheet
                else table.problem_at("cells_hidden", part, part)
                for part in table.hidden
            )
        if what == "data":
            found.data.append(table)
        elif what == "weights":
            found.weights.append(table)
        elif what and what not in found.one:
            found.one[what] = table
        else:
            if what or difflib.get_close_matches(key_of(name), [key_of(n) for n in SHEET_NAMES], 1, 0.7):
                twice = table.problem_of_sheet("sheet_twice", name, sheet=what)
                unknown = table.problem_of_sheet("sheet_unknown", name, **near(name, list(SHEET_NAMES)))
                problems.extend([twice if what else unknown])
            else:
                found.notes.append(table.problem_of_sheet("sheet_aside", name))
    return found


def key_rows(table: Table) -> list[tuple[int, str, str]]:
    """Rows of keys and values, the headings among them where they are the first key."""
    columns = list(table.frame.columns)
    rows = [(table.line(i), *row[:2]) for i, row in enumerate(table.frame.to_numpy().tolist())]
    first = table.printed(columns[0])
    if named(first, HEADINGS["about"]) != "key" and len(columns) > 1:
        rows.insert(0, (table.head, first, table.printed(columns[1])))
    return [(line, str(k).strip(), str(v).strip()) for line, k, v in rows if str(k).strip()]


def _about(sheets: _Sheets, problems: Problems) -> dict[str, Any]:
    table = sheets.one.pop("about", None)
    if table is None or len(table.frame.columns) < 2:
        return {} if table is None else _nested(table, problems)
    said = _nested(table, problems)
    words = {k: told_word(k, v) for k, v in said.items() if k in CELL_WORDS and isinstance(v, str)}
    wrong = _check_about(table, {**said, **words}, sheets, problems)
    return {k: v for k, v in {**said, **words}.items() if k not in wrong}


def _check_about(table: Table, said: Mapping[str, Any], sheets: _Sheets, problems: Problems) -> set[str]:
    """Keys that are known, a year that is one, a kind that there is; keys whose value goes no further."""
    wrong: set[str] = set()
    of_key, of_value = (str(c) for c in table.frame.columns[:2])
    kinds = list(CELL_WORDS["kind"])
    for line, printed, cell in key_rows(table):
        key = named(printed, KEYS) or printed.partition(".")[0]
        if key not in KNOWN_KEYS and not _SAID.fullmatch(key):
            slip = bool(difflib.get_close_matches(key, KNOWN_KEYS, 1, 0.75))
            code = "key_unknown" if slip else "key_aside"
            told = table.problem(code, line, of_key, printed, **(near(key, KNOWN_KEYS) if slip else {}))
            problems.extend([told] if slip else [])
            sheets.notes.extend([] if slip or not cell else [told])
        if key == "year" and cell and not isinstance(said["year"], int):
            problems.extend([table.problem("no_year", line, of_value, cell)])
        if key == "years" and cell and printed.partition(".")[2] == "":
            try:
                YEARS.read(cell)
            except ValueError:
                problems.extend([table.problem("cell_years", line, of_value, cell)])
                wrong.add(key)
        if key == "decimal" and cell not in ("", ",", ".") and not printed.partition(".")[2]:
            problems.extend([table.problem("about_value", line, of_value, cell, key=key)])
        if key == "kind" and cell and said["kind"] not in kinds:
            problems.extend([table.problem("kind_unknown", line, of_value, cell, **near(cell, kinds))])
    return wrong


def _nested(table: Table, problems: Problems) -> dict[str, Any]:
    made: list[tuple[str, str]] = []
    if len(table.frame.columns) < 2:
        problems.extend([table.problem_of_sheet("about_form")])
        return {}
    value = str(table.frame.columns[1])
    for line, key, cell in key_rows(table):
        if not cell:
            continue
        try:
            told = (named(key, KEYS) or key, cell)
            if _SAID.fullmatch(told[0]) and not cell.startswith(('"', "{")):
                told = (told[0], json.dumps(cell, ensure_ascii=False))  # a colon in a title leads to no key
            nested([*made, told], LISTS, TEXTS)
            made.append(told)
        except ValueError:
            problems.extend([table.problem("about_value", line, value, cell, key=key)])
    return nested(made, LISTS, TEXTS)


def _renamed(sheets: _Sheets, problems: Problems) -> None:
    """Canonical headings; a column of words keeps its ending."""
    for name, table in list(sheets.one.items()):
        own = {c.name for c in SHEETS[name]}
        words = {c.name for c in SHEETS[name] if c.words}
        names: dict[str, str] = {}
        for column in table.frame.columns:
            printed = table.printed(column)
            ending = _ENDING.match(printed.strip())
            stem = named(ending[1], HEADINGS.get(name, {})) if ending else ""
            if ending and (stem in words or ending[1] in words):
                to = f"{stem or ending[1]}_{ending[2]}"
            else:
                to = printed if printed in own else named(printed, {**dict.fromkeys(own, ()), **HEADINGS.get(name, {})})
            if to and to in names.values():
                other = table.printed(next(c for c, n in names.items() if n == to))
                # the second of two headings of one meaning: a unit by its code and by its name
                if key_of(other) == key_of(printed):
                    problems.extend([table.problem("head_twice", table.head, column, printed)])
                    table = replace(table, frame=table.frame.drop(columns=column))
                    continue
                to = ""
            if not printed:
                problems.extend([table.problem("head_empty", table.head, column)])
                table = replace(table, frame=table.frame.drop(columns=column))
                continue
            names[column] = to or column
        sheets.one[name] = table.renamed(names)


def _coin(sheets: _Sheets) -> dict[str, str]:
    """Rows of the form of COINr and of the COIN Tool as a study says them; heading of each column to its type."""
    table = sheets.one["indicators"]
    if not any(key_of(table.printed(c)) in COIN for c in table.frame.columns):
        return {}
    frame = table.frame.map(lambda t: "" if str(t).strip() in ABSENT else t)
    sheets.data = [replace(t, frame=t.frame.map(lambda x: "" if str(x).strip() in ABSENT else x)) for t in sheets.data]
    by_key = {key_of(str(c)): c for c in frame.columns}
    kinds = [key_of(t) for t in frame[by_key["type"]]] if "type" in by_key else [""] * len(frame)
    types = dict(zip(frame["id"], kinds, strict=True)) if "id" in frame else {}
    own = [by_key[k] for k in COIN_OWN if k in by_key]
    frame = frame.drop(columns=own)
    keep = [kind not in ("group", "other") for kind in kinds]
    joined = set(frame["parent"]) if "parent" in frame else set()
    node = frame["id"].isin(joined) | pd.Series([k == "aggregate" for k in kinds], index=frame.index)
    for column in set(_OF_LEAVES) & set(frame.columns):
        frame.loc[node, column] = ""
    apart = pd.Series([k == "denominator" for k in kinds], index=frame.index)
    if apart.any():
        frame["index"] = [NOWHERE if a else "" for a in apart]
    sheets.one["indicators"] = table.filled(frame[keep])
    return {str(k): v for k, v in types.items()}


def _languages(sheets: _Sheets) -> list[str]:
    """Languages of the columns of words: that of the letters first, then those that headings end with."""
    endings: list[str] = []
    texts = ""
    for name, table in sheets.one.items():
        words = {c.name for c in SHEETS.get(name, ()) if c.words}
        for column in table.frame.columns:
            ending = _ENDING.match(str(column))
            if ending and ending[1] in words:
                endings.append(ending[2])
            elif column in words and name in ("indicators", "indices"):
                texts += " ".join(map(str, table.frame[column]))
    letters = len(re.findall(r"[^\W\d_]", texts))
    first = "en"
    if letters and len(_CYRILLIC.findall(texts)) > letters / 2:
        first = "kk" if _KAZAKH.search(texts) else "ru"
    if first in endings:
        first = next((k for k in ("en", "ru", "kk") if k not in endings), first)
    return [first, *dict.fromkeys(e for e in endings if e != first)]


def _with_key(table: Table, key: str) -> Table:
    """A sheet with a column of ids, made of the names where it has none."""
    frame = table.frame.copy()
    if key not in frame and "name" in frame:
        frame[key] = [code_of(str(t)) for t in frame["name"]]
        table = replace(table, columns={**table.columns, key: table.columns.get("name", (0, key))})
    return replace(table, frame=frame)


def _coded(sheets: _Sheets, problems: Problems) -> None:
    """Ids that a formula can name, in every column that holds them; names where a row has no id."""
    table = _with_key(sheets.one["indicators"], "id")
    sheets.one["indicators"] = table
    frame = table.frame
    if "id" not in frame:
        return  # told by whoever reads the sheet
    before = frame["id"].tolist()
    for column in ("id", "parent", "denominator"):
        if column in frame:
            frame[column] = [t if t == NOWHERE else code_of(str(t)) for t in frame[column]]
    spelled: dict[str, str] = {}
    for i, (name, printed) in enumerate(zip(frame["id"], before, strict=True)):
        if name and spelled.setdefault(name, printed) != printed:
            problems.extend([table.problem("ids_alike", table.line(i), "id", printed, other=spelled[name])])


def _units(sheets: _Sheets, about: Mapping[str, Any], coin: Mapping[str, str], problems: Problems) -> None:
    """Units with code and level; those of the data where no sheet names them, and one set of all."""
    if "units" not in sheets.one and "extends" not in about and sheets.data:
        made = _units_of_data(sheets, coin)
        if made is not None:
            sheets.one["units"] = made
    if "units" not in sheets.one:
        return
    table = _with_key(sheets.one["units"], "code")
    frame = table.frame
    if "code" not in frame:
        return
    if "level" not in frame:
        frame["level"] = [LEVEL if str(c).strip() else "" for c in frame["code"]]
    if "region" in frame:
        spelled = _spelled_units(frame)
        codes = [spelled(str(t)) if str(t).strip() else [] for t in frame["region"]]
        frame["region"] = [c[0] if len(c) == 1 else t for c, t in zip(codes, frame["region"], strict=True)]
    sheets.one["units"] = table
    if "unit_sets" not in sheets.one and "extends" not in about:
        reference = frame["reference"] if "reference" in frame else [""] * len(frame)
        ranked = [
            c
            for c, r in zip(frame["code"], reference, strict=True)
            if c and named(str(r), {"yes": ("true", "1", "да", "иә")}) != "yes"
        ]
        if not ranked and "reference" in frame and len(frame):
            problems.extend([table.problem("all_reference", table.line(0), "reference")])
        every = pd.DataFrame({"set": ALL, "unit": list(dict.fromkeys(ranked))}, dtype=str)
        sheets.one["unit_sets"] = Table(every, table.file, table.sheet)


def _spelled_units(frame: pd.DataFrame) -> Spelled:
    words = [c for c in frame.columns if c == "name" or str(c).startswith("name_")]
    return Spelled({str(row["code"]): [str(row[c]) for c in words] for row in frame.to_dict("records")})


def _units_of_data(sheets: _Sheets, coin: Mapping[str, str]) -> Table | None:
    """A sheet of units from the first sheet of data: codes, names, groups and what else is no indicator."""
    table = sheets.data[0]
    heads = {c: key_of(table.printed(c)) for c in table.frame.columns}
    roles = {c: named(table.printed(c), {k: HEADINGS["units"][k] for k in ("code", "name")}) for c in heads}
    code = next((c for c, r in roles.items() if r == "code"), None)
    name = next((c for c, r in roles.items() if r == "name"), None)
    if code is None and name is None:
        nobody = Known(Spelled({}), Spelled({}))
        name = roles_of(table, nobody).get("unit")
    if code is None and name is None:
        return None
    groups = [c for c in heads if coin.get(table.printed(c)) == "group"]
    frame = pd.DataFrame({"code": table.frame[code] if code is not None else [code_of(t) for t in table.frame[name]]})
    if name is not None:
        frame["name"] = table.frame[name]
    for column in groups:
        frame[table.printed(column)] = table.frame[column]
    rows = frame[frame["code"] != ""].drop_duplicates("code")
    rows = _ranked(rows, rows["name" if name is not None else "code"])
    lines = [table.line(int(i)) for i in rows.index]
    at = {"code": code if code is not None else name, "name": name} | {table.printed(c): c for c in groups}
    columns = {n: table.columns[c] for n, c in at.items() if c is not None and c in table.columns}
    head = table.printed(str(code if code is not None else name))
    more = [
        pd.DataFrame({"code": [code_of(t) if code is None else t for t in other.frame[c] if t and not is_aggregate(t)]})
        for other in sheets.data[1:]
        for c in other.frame.columns
        if other.printed(c) == head
    ]
    both = pd.concat([rows.reset_index(drop=True), *more]).fillna("").drop_duplicates("code").reset_index(drop=True)
    lines += [table.head] * (len(both) - len(lines))
    return replace(table, frame=both, lines=lines, columns=columns)


def _ranked(rows: pd.DataFrame, names: pd.Series[str]) -> pd.DataFrame:
    """Rows that are no totals and groups of others, unless all are."""
    groups = names.map(is_aggregate).astype(bool)
    return rows if groups.all() else rows[~groups]


def _indices(sheets: _Sheets, about: Mapping[str, Any]) -> None:
    """One index where a study names none: of its root where it has one."""
    table = sheets.one["indicators"]
    if "indices" in sheets.one or "extends" in about or "id" not in table.frame:
        return
    frame = table.frame
    parents = [str(p).strip() for p in frame.get("parent", pd.Series([""] * len(frame)))]
    apart = [str(i).strip() == NOWHERE for i in frame.get("index", pd.Series([""] * len(frame)))]
    top = [i for i, p, a in zip(frame["id"], parents, apart, strict=True) if i and not p and not a]
    root = str(top[0]) if len(top) == 1 and top[0] in parents else ""
    if not root and not top:
        # one parent that has no row of its own, and nothing beside it
        missing = dict.fromkeys(p for p in parents if p and p not in set(frame["id"]))
        root = next(iter(missing)) if len(missing) == 1 and _is_word(next(iter(missing))) else ""
    cells = {
        "id": re.sub(r"\W", "_", root.casefold()) or INDEX,
        "units": ALL,
        "kind": str(about.get("kind", "official")),
    }
    if root:
        cells["root"] = root
    if about.get("title"):
        cells["name"] = str(about["title"])
    for key in ("aggregation", "normalisation", "scale", "years"):
        if key in about and not (root and key == "aggregation"):
            held = about[key]
            cells[key] = "; ".join(map(str, held)) if isinstance(held, list) else str(held)
    made = pd.DataFrame([cells], dtype=str)
    sheets.one["indices"] = Table(made, table.file, table.sheet, [table.head])


def _is_word(text: str) -> bool:
    return key_of(text) in ("index", "индекс")


def _judged(study: Study, sheets: _Sheets, problems: Problems) -> Study:
    """The study with its verdicts on jumps by codes; a unit and a variable may stand there by name."""
    units, fields, verdicts = spelled_units(study), spelled_fields(study), {}
    for name, entry in study.jumps.items():
        said, line = dict(entry), study.lines["jumps"][name,][1]
        for key, known, code in (("unit", units, "unit_code_unknown"), ("variable", fields, "measure_unknown")):
            codes = known(str(said[key])) if key in said else []
            if key in said and len(codes) != 1:
                problems.extend([sheets.one["jumps"].problem(code, line, key, said[key], **known.near(said[key]))])
            said |= {key: codes[0]} if codes else {}
        if said["verdict"] not in VERDICTS:
            problems.extend([sheets.one["jumps"].problem("verdict_unknown", line, "verdict", said["verdict"])])
        verdicts[name] = said
    return replace(study, jumps=verdicts)


def _weighed(study: Study, sheets: _Sheets, problems: Problems) -> Study:
    """The study with the weights and judgments of its sheet of weights."""
    if not sheets.weights:
        return study
    # a row that stands in no tree has a problem of its own
    ids = list(dict.fromkeys([*(i for v in study.views.values() for i in _every(v["tree"])), *study.measures]))
    told = read_weights(sheets.weights, ids, list(study.views), problems)
    views = {}
    for index, view in study.views.items():
        weights: dict[str, float] = {}
        for (of, name), (cell, table, line) in told.weights.items():
            if of not in ("", index):
                continue
            try:
                weights[name] = float(number(cell.replace(",", ".")))
            except ValueError:
                code = "cell_date" if is_date(cell) else "cell_number"
                problems.extend([table.problem(code, line, "weight", cell)])
                continue
            if weights[name] < 0:
                problems.extend([table.problem("weight_negative", line, "weight", cell)])
        tree = _with_weights(view["tree"], weights)
        for node in _nodes(tree):
            if weights and all(c.get("weight", 1) == 0 for c in node.get("children", ())) and node.get("children"):
                table, line = next((t, n) for _, (_, t, n) in told.weights.items())
                problems.extend([table.problem("weights_zero", line, "weight", node=node["id"])])
        views[index] = {**view, "tree": tree}
        if index in told.judgments:
            place = told.places[index]
            views[index]["weights"] = {"scheme": told.judgments[index].method, "judgments": SHEET}
            if "weights" in view:
                problems.extend([place.problem("weights_two", place.head, "method", view["weights"])])
    return replace(study, views=views, judgments=told.judgments, lines={**study.lines, "judgments": told.lines})


def _every(node: Mapping[str, Any]) -> Iterable[str]:
    yield str(node.get("id", node.get("measure")))
    for child in node.get("children", ()):
        yield from _every(child)


def _nodes(node: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    if "id" in node:
        yield node
        for child in node.get("children", ()):
            yield from _nodes(child)


def _with_weights(node: Mapping[str, Any], weights: Mapping[str, float]) -> dict[str, Any]:
    name = str(node.get("id", node.get("measure")))
    made = {**node, **({"weight": _whole(weights[name])} if name in weights else {})}
    return made | ({"children": [_with_weights(c, weights) for c in node["children"]]} if "children" in node else {})


def _whole(value: float) -> float:
    return int(value) if value.is_integer() else value


def spelled_units(study: Study) -> Spelled:
    """Units of a study by every spelling it gives: code, names, aliases."""
    languages = [str(k) for k in study.about.get("languages", [FALLBACK])]
    return Spelled(
        {c: [*(str(u[k]) for k in languages if k in u), *u.get("aliases", ())] for c, u in study.units.items()}
    )


def spelled_fields(study: Study) -> Spelled:
    """Indicators and raw variables of a study by id and by name."""
    entries: dict[str, list[str]] = {}
    for part in (study.variables, study.measures):
        for name, entry in part.items():
            entries.setdefault(name, []).extend(str(t) for t in entry.get("label", {}).values())
    return Spelled(entries)


def known_of(study: Study, about: Mapping[str, Any]) -> Known:
    """What figures of a study may name, and what holds for those that do not say it."""
    year = about.get("year")
    return Known(
        spelled_units(study),
        spelled_fields(study),
        frozenset(c for c, u in study.units.items() if u.get("reference")),
        str(about.get("kind", "official")),
        str(about.get("source", "")),
        year if isinstance(year, int) else None,
        str(about.get("decimal", "")),
        {m: str(e["source"]) for m, e in study.measures.items() if "source" in e},
    )


def _figured(study: Study, sheets: _Sheets, about: Mapping[str, Any], problems: Problems) -> Study:
    """The study with the figures of its sheets of data, and of its units where an indicator is divided by them."""
    if not sheets.data:
        return study
    figures, other = read_figures(sheets.data, known_of(study, about), problems, sheets.notes)
    columns = {c for u in study.units.values() for c in u.get("groups", {})}
    told = {c: named(c, HEADINGS["data"]) for c in (o.partition(": ")[2] for o in other)}
    unread = [o for o in other if (c := o.partition(": ")[2]) not in columns and told[c] != "unit"]
    if unread:
        sheets.notes.append(problem("columns_aside", sheets.data[0].file, "", shown_names(unread), n=len(unread)))
    years = sorted({int(y) for y in figures.frame["year"]} - {NO_YEAR}) or [NO_YEAR]
    views = {i: v if "years" in v else {**v, "years": years} for i, v in study.views.items()}
    return replace(study, figures=figures, views=views)


def _check_data(study: Study, sheets: _Sheets, problems: Problems) -> None:
    """Every indicator has figures, and every denominator is there."""
    table = sheets.one["indicators"]
    held = set(study.figures.frame["indicator"][study.figures.frame["value"].notna()])
    columns = {c for u in study.units.values() for c in u.get("groups", {})}
    used = {str(i) for v in study.views.values() for i in (*_every(v["tree"]), *v.get("beside", ()))}
    divided = {str(e["denominator"]) for e in study.measures.values() if "denominator" in e}
    weighted = {str(v["average_weights"]) for v in study.views.values() if "average_weights" in v}
    numbers = (divided | weighted | {*study.variables}) & columns - held - {*study.measures}
    _check_numbers(study, sheets, sorted(numbers), problems)
    _check_leaves(study, table, columns, problems)
    for name, entry in study.measures.items():
        line = study.lines["measures"][name,][1]
        denominator = entry.get("denominator")
        known = [n for n in (*study.measures, *study.variables, *columns) if n != name or n in columns]
        if denominator is not None and denominator not in known:
            shown = near(denominator, known)
            problems.extend([table.problem("denominator_unknown", line, "denominator", denominator, **shown)])
        if not sheets.data:
            continue
        needs = [name]
        if "formula" in entry:
            try:
                needs = list(parse(str(entry["formula"])).variables)
            except ValueError:
                continue  # told by whoever checks the formula
        needs += [str(denominator)] if denominator in study.measures else []
        gone = [n for n in needs if n not in held and n not in columns]
        if name in used and gone:
            values = {"needed": ", ".join(gone), "first": gone[0], "id": name}
            problems.extend([table.problem("no_data", line, "id", **values)])


def _check_leaves(study: Study, table: Table, columns: Iterable[str], problems: Problems) -> None:
    """Rules by groups name a column of the units."""
    groups, told = [*columns, "region", "level"], set()
    for view in study.views.values():
        for leaf in (n for n in _below(view["tree"]) if "measure" in n and n["measure"] in study.measures):
            name, rule = str(leaf["measure"]), _BY.fullmatch(str(leaf.get("missing", "")))
            if rule and rule[1] not in groups and name not in told:
                line = study.lines["measures"][name,][1]
                problems.extend([table.problem("groups_unknown", line, "missing", rule[0], **near(rule[1], groups))])
                told.add(name)


def _below(node: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from _below(child)


def _check_numbers(study: Study, sheets: _Sheets, columns: Iterable[str], problems: Problems) -> None:
    """Columns of units that indicators are divided by hold numbers."""
    table = sheets.one.get("units")
    if table is None:
        return
    for column in columns:
        for code, unit in study.units.items():
            text = str(unit.get("groups", {}).get(column, ""))
            try:
                parse_cell(text)
            except ValueError:
                wrong = "cell_date" if is_date(text) else "no_number"
                problems.extend([table.problem(wrong, study.lines["units"][code,][1], column, text)])


__all__ = ["NEEDED", "Figures", "code_of", "is_study", "study_of"]
