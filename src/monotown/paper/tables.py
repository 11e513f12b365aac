"""The paper's tables recomputed, beside what it prints, and what its figures prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from monotown.base import checked as pa
from monotown.base.labels import texts_of
from monotown.base.tables import NOTE, NUMBER, columns_of, language_columns
from monotown.claims.finding import NotPrinted
from monotown.claims.printed import Printed, Rule, print_like, reproduces, rounded
from monotown.claims.said import say
from monotown.paper import proof as known
from monotown.paper.decompose import METHODS
from monotown.paper.published import DEGREES, TOTAL, Published, as_int

#: What each quoted result rests on.
_SOURCES = {
    "table2.csv": "paper_table2",
    "table3.csv": "paper_table3",
    "ratio_readings.csv": "paper_text",
    "share_readings.csv": "paper_table3; paper_text",
    "decomposition.csv": "paper_table2; paper_table3; paper_text",
}

_YES_NO = pa.Column(str, pa.Check.isin(["yes", "no", "derived", "none"]))
_PUBLISHED = {
    "kind": pa.Column(str, pa.Check.equal_to("published")),
    "source": pa.Column(str, pa.Check.str_startswith("paper_")),
    "locator": pa.Column(str, pa.Check.str_startswith("line")),
}


def _schema(name: str, columns: Mapping[str, pa.Column]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema({**columns, **_PUBLISHED}, strict=True, coerce=True, name=name)


#: Table 1: each printed count and share beside its recomputation, under three rules.
TABLE1 = _schema(
    "table1",
    {
        "year": pa.Column("int64"),
        "organisation": NOTE,
        "quantity": pa.Column(str, pa.Check.isin(["share", "total"])),
        "researchers": pa.Column("int64"),
        "printed": NOTE,
        "recomputed": NOTE,
        "exact": pa.Column("float64"),
        "half_up": NOTE,
        "half_even": NOTE,
        "truncated": NOTE,
        "match": _YES_NO,
    },
)

#: Table 2: counts, their sum and the share.
TABLE2 = _schema(
    "table2",
    {"quantity": NOTE, "people": NUMBER, "printed": NOTE, "recomputed": NOTE, "exact": NUMBER, "match": _YES_NO},
)

#: Table 3: each share with the counts behind it where they are known.
TABLE3 = _schema(
    "table3",
    {
        "year": pa.Column("int64"),
        "printed": NOTE,
        "degree_holders": NUMBER,
        "staff": NUMBER,
        "recomputed": NOTE,
        "exact": NUMBER,
        "readings": pa.Column("int64"),
        "basis": pa.Column(str, pa.Check.isin(["table2", "only_reading", "none"])),
        "match": _YES_NO,
    },
)

#: Table 4: each printed name beside the catalogue's entry.
TABLE4 = _schema(
    "table4",
    {
        "n": pa.Column("int64"),
        "block": NOTE,
        "printed": NOTE,
        "indicator": NOTE,
        **language_columns("label"),
        "match": _YES_NO,
    },
)

#: Every pair of whole numbers behind the printed ratio and difference.
RATIO_READINGS = _schema(
    "ratio_readings",
    {
        "rule": NOTE,
        "before": pa.Column("int64"),
        "after": pa.Column("int64"),
        "difference": pa.Column("int64"),
        "ratio": pa.Column("float64"),
        "printed_ratio": NOTE,
        "printed_difference": NOTE,
    },
)

#: Every pair of whole numbers behind each printed share.
SHARE_READINGS = _schema(
    "share_readings",
    {
        "year": pa.Column("int64"),
        "printed": NOTE,
        "rule": NOTE,
        "degree_holders": pa.Column("int64"),
        "staff": pa.Column("int64"),
        "exact": pa.Column("float64"),
        "with_counts": pa.Column(bool),
        "loss_to_next": NUMBER,
        "main_loss_after": pa.Column(str, pa.Check.isin(["yes", "no", ""])),
        "share_of_first": NUMBER,
    },
)

#: The loss of degree holders in two parts, by method.
DECOMPOSITION = _schema(
    "decomposition",
    {
        "method": pa.Column(str, pa.Check.isin(list(METHODS))),
        "part": pa.Column(str, pa.Check.isin(["size", "share", "total"])),
        "people": pa.Column("float64"),
        "share_of_total": pa.Column("float64"),
        "from_year": pa.Column("int64"),
        "to_year": pa.Column("int64"),
    },
)


def _frame(rows: Sequence[Mapping[str, Any]], schema: pa.DataFrameSchema) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns_of(schema, [name for row in rows for name in row]))
    if frame.empty:
        frame = frame.astype({c: str(v.dtype) for c, v in schema.columns.items() if not v.regex})
    return schema.validate(frame, lazy=True)


def _marks(source: str, line: int) -> dict[str, str]:
    return {"kind": "published", "source": f"paper_{source}", "locator": f"line {line}"}


def _word(fits: bool) -> str:
    return "yes" if fits else "no"


def share_of_row(published: Published, organisation: str, year: int) -> tuple[Printed, Fraction]:
    """Printed share of a row of Table 1, and the exact share its counts give, in percent.

    Shares are taken of the sum of the organisations, not of the printed total.

    Raises
    ------
    NotPrinted
        If the year has no researchers.
    """
    total = sum_of_rows(published, year)
    if total == 0:
        raise NotPrinted(say("researchers_of", year=str(year)))
    part = total if organisation == TOTAL else as_int(published.one("researchers", organisation, year).printed.value)
    printed = published.one("researcher_share", organisation, year).printed
    return printed, Fraction(100 * part, total)


def sum_of_rows(published: Published, year: int) -> int:
    """Researchers of all organisations of Table 1 in a year, added up."""
    return sum(as_int(published.one("researchers", name, year).printed.value) for name in published.organisations)


def table1(published: Published) -> pd.DataFrame:
    """Table 1 with each total and share recomputed from the counts of its rows."""
    rows = []
    for year in published.table1_years:
        for name in (*published.organisations, TOTAL):
            count = published.one("researchers", name, year)
            common = {"year": year, "organisation": name, **_marks("table1", count.line)}
            people = as_int(count.printed.value)
            if name == TOTAL:
                exact = Fraction(sum_of_rows(published, year))
                rows.append(_compared(common, "total", people, count.printed, exact))
            printed, exact = share_of_row(published, name, year)
            rows.append(_compared(common, "share", people, printed, exact))
    return _frame(rows, TABLE1)


def _compared(
    common: Mapping[str, Any], quantity: str, people: int, printed: Printed, exact: Fraction
) -> dict[str, Any]:
    texts = {rule.value: print_like(exact, printed, rule) for rule in Rule}
    return {
        **common,
        "quantity": quantity,
        "researchers": people,
        "printed": printed.text,
        "recomputed": texts["half_up"],
        "exact": float(exact),
        **texts,
        "match": _word(reproduces(exact, printed)),
    }


def table2(published: Published) -> pd.DataFrame:
    """Table 2 with the sum of degree holders and their share of the staff recomputed."""
    rows: list[dict[str, Any]] = []
    for name in ("teaching_staff", *DEGREES):
        figure = published.one(name)
        rows.append(
            {
                "quantity": name,
                "people": float(figure.printed.value),
                "printed": figure.printed.text,
                "recomputed": "",
                "exact": None,
                "match": "none",
                **_marks("table2", figure.line),
            }
        )
    share = published.one("degree_share")
    n = known.holders(published)
    exact = Fraction(100 * n, known.staff(published))
    marks = _marks("table2", share.line)
    rows.append(
        {
            "quantity": "degree_holders",
            "people": float(n),
            "printed": "",
            "recomputed": str(n),
            "exact": float(n),
            "match": "derived",
            **marks,
        }
    )
    rows.append(
        {
            "quantity": "degree_share",
            "people": None,
            "printed": share.printed.text,
            "recomputed": print_like(exact, share.printed),
            "exact": float(exact),
            "match": _word(reproduces(exact, share.printed)),
            **marks,
        }
    )
    return _frame(rows, TABLE2)


def counts_of_year(published: Published, year: int) -> tuple[int, int, str]:
    """Degree holders and staff of a year of Table 3, and what they rest on.

    Returns
    -------
    tuple
        Holders, staff, and ``table2`` or ``only_reading``.

    Raises
    ------
    NotPrinted
        If the counts of the year are not known.
    """
    years = published.spans.get("degree_holders_ratio", (0, 0))
    if year == years[1]:
        return known.holders(published), known.staff(published), "table2"
    if year == years[0]:
        proved = known.prove(published)
        return proved.holders[0], proved.staff[0], "only_reading"
    raise NotPrinted(say("holders_of", year=str(year)))


def table3(published: Published, limits: Sequence[int] = known.STAFF_RANGE) -> pd.DataFrame:
    """Table 3 with the counts behind each share, where the paper's figures fix them.

    ``readings`` counts the pairs of whole numbers, the staff within `limits`, that print so.
    """
    rows = []
    for figure in published.all("availability"):
        year = figure.year or 0
        row: dict[str, Any] = {
            "year": year,
            "printed": figure.printed.text,
            "readings": len(known.rounded_readings(published, year, limits)),
            **_marks("table3", figure.line),
        }
        try:
            n, staff, basis = counts_of_year(published, year)
        except NotPrinted:
            row |= {
                "degree_holders": None,
                "staff": None,
                "recomputed": "",
                "exact": None,
                "basis": "none",
                "match": "none",
            }
        else:
            exact = Fraction(100 * n, staff)
            # The staff of the earlier year is itself read from the share: no independent match.
            match = "derived" if basis == "only_reading" else _word(reproduces(exact, figure.printed))
            row |= {
                "degree_holders": float(n),
                "staff": float(staff),
                "exact": float(exact),
                "recomputed": print_like(exact, figure.printed),
                "basis": basis,
                "match": match,
            }
        rows.append(row)
    return _frame(rows, TABLE3)


def table4(published: Published, catalogue: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Table 4 beside the catalogue of indicators, row by row.

    Parameters
    ----------
    catalogue
        Id to ``block``, ``paper`` (``text`` and ``lines`` of the paper's words) and ``label`` (en,
        ru, kk), in any order: an entry stands beside the row whose words it quotes.

    Returns
    -------
    pandas.DataFrame
        Table `TABLE4`; ``match`` is yes where an entry quotes the row's words and lines and has
        its block, capital letters and the closing mark aside.
    """
    entries = {_plain(str((e.get("paper") or {}).get("text", ""))): k for k, e in catalogue.items()}
    tongues = dict.fromkeys(t for e in catalogue.values() for t in texts_of(e.get("label") or {}))
    rows = []
    for name in published.indicators:
        key = entries.get(_plain(name.words.text), "")
        entry = catalogue.get(key, {})
        label = entry.get("label") or {}
        lines = list((entry.get("paper") or {}).get("lines") or [])
        same = entry.get("block") == name.block and lines == [name.words.line_from, name.words.line_to]
        rows.append(
            {
                "n": name.n,
                "block": name.block,
                "printed": name.words.text,
                "indicator": key,
                **{f"label_{tongue}": label.get(tongue, "") for tongue in tongues},
                "match": _word(same),
                **_marks("table4", name.words.line_from),
            }
        )
    return _frame(rows, TABLE4)


def _plain(text: str) -> str:
    straight = text.replace("’", "'").strip().rstrip(";.").strip()
    return " ".join(straight.lower().split())


def ratio_readings(published: Published) -> pd.DataFrame:
    """Every pair of whole numbers behind the printed ratio and difference, by rule."""
    ratio = published.one("degree_holders_ratio")
    loss = published.one("degree_holders_loss")
    rows = [
        {
            "rule": rule.value,
            "before": before,
            "after": after,
            "difference": before - after,
            "ratio": before / after,
            "printed_ratio": ratio.printed.text,
            "printed_difference": loss.printed.text,
            **_marks("text", ratio.line),
        }
        for rule, pairs in known.ratio_pairs(published).items()
        for before, after in pairs
    ]
    return _frame(rows, RATIO_READINGS)


def share_readings(published: Published, limits: Sequence[int] = known.STAFF_RANGE) -> pd.DataFrame:
    """Every pair of whole numbers behind each share of Table 3, the staff within `limits`.

    ``with_counts`` marks the pair that agrees with the counts proved for its year. For years
    before the proved ones, ``loss_to_next`` is how many holders were lost by the earlier proved
    year under that reading, ``main_loss_after`` whether more were lost afterwards, and
    ``share_of_first`` the later proved count in percent of the reading's.
    """
    try:
        proved: known.Proof | None = known.prove(published)
    except NotPrinted:
        proved = None
    rows = []
    for figure in published.all("availability"):
        year = figure.year or 0
        for rule in Rule:
            for n, staff in known.readings(published, year, limits, rule):
                row: dict[str, Any] = {
                    "year": year,
                    "printed": figure.printed.text,
                    "rule": rule.value,
                    "degree_holders": n,
                    "staff": staff,
                    "exact": 100 * n / staff,
                    "with_counts": False,
                    "loss_to_next": None,
                    "main_loss_after": "",
                    "share_of_first": None,
                    **_marks("table3", figure.line),
                }
                if proved and year in proved.years:
                    at = proved.years.index(year)
                    row["with_counts"] = (n, staff) == (proved.holders[at], proved.staff[at])
                elif proved and year < proved.years[0] and n:
                    lost = n - proved.holders[0]
                    later = proved.holders[0] - proved.holders[1]
                    row |= {
                        "loss_to_next": float(lost),
                        "main_loss_after": _word(lost < later),
                        "share_of_first": 100 * proved.holders[1] / n,
                    }
                rows.append(row)
    return _frame(rows, SHARE_READINGS)


def decomposition(published: Published) -> pd.DataFrame:
    """The loss of degree holders split into smaller staff and lower share, by every method.

    Raises
    ------
    NotPrinted
        If the figures do not fix the counts.
    """
    proved = known.prove(published)
    ratio = published.one("degree_holders_ratio")
    rows = []
    for method in METHODS:
        split = proved.split(method)
        for part in ("size", "share", "total"):
            people = getattr(split, part)
            rows.append(
                {
                    "method": method,
                    "part": part,
                    "people": people,
                    "share_of_total": people / split.total if split.total else float("nan"),
                    "from_year": proved.years[0],
                    "to_year": proved.years[1],
                    **_marks("text", ratio.line),
                }
            )
    return _frame(rows, DECOMPOSITION)


def summary(published: Published, limits: Sequence[int] = known.STAFF_RANGE) -> pd.DataFrame:
    """Numbers that prose quotes: fact, value, form, kind, source, derived_from.

    Raises
    ------
    NotPrinted
        If the figures do not fix the counts.
    """
    proved = known.prove(published)
    first = known.first_year(published)
    shapley, lmdi = proved.split("shapley"), proved.split("lmdi")
    before, after = proved.years
    readings = len(known.rounded_readings(published, first, limits))
    facts: list[tuple[str, Any, str, str]] = [
        ("year_first", first, "year", "table3.csv"),
        ("year_before", before, "year", "ratio_readings.csv"),
        ("year_after", after, "year", "ratio_readings.csv"),
        ("ratio", _text(published), "number:2", "ratio_readings.csv"),
        ("degrees_before", proved.holders[0], "number:0", "ratio_readings.csv"),
        ("degrees_after", proved.holders[1], "number:0", "table2.csv"),
        ("degrees_lost", proved.holders[0] - proved.holders[1], "number:0", "ratio_readings.csv"),
        ("staff_before", proved.staff[0], "number:0", "share_readings.csv"),
        ("staff_after", proved.staff[1], "number:0", "table2.csv"),
        ("share_first", _share(published, first), "percent:2", "table3.csv"),
        ("share_before", _share(published, before), "percent:2", "table3.csv"),
        ("share_after", _share(published, after), "percent:2", "table3.csv"),
        ("readings_first", readings, "number:0", "share_readings.csv"),
        ("readings_least", limits[0], "number:0", "share_readings.csv"),
        ("readings_most", limits[1], "number:0", "share_readings.csv"),
        ("size_shapley", -shapley.size, "number:1", "decomposition.csv"),
        ("share_shapley", -shapley.share, "number:1", "decomposition.csv"),
        ("size_lmdi", -lmdi.size, "number:1", "decomposition.csv"),
        ("share_lmdi", -lmdi.share, "number:1", "decomposition.csv"),
    ]
    return pd.DataFrame(
        [
            {
                "fact": fact,
                "value": str(value),
                "form": form,
                "kind": "published",
                "source": _SOURCES[origin],
                "derived_from": f"paper/{origin}",
            }
            for fact, value, form, origin in sorted(facts)
        ]
    )


def _text(published: Published) -> str:
    printed = published.one("degree_holders_ratio").printed
    return f"{rounded(printed.value, printed.decimals):f}"


def _share(published: Published, year: int) -> str:
    printed = known.availability(published, year)
    return f"{rounded(printed.percent, printed.decimals + 2):f}"
