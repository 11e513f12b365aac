"""A file of claims: rows of `COLUMNS` and of parameters of the checks, read with every problem at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from monotown.base.lookups import UnreadError
from monotown.claims.addresses import Address, read_address, read_addresses
from monotown.claims.checks import CHECKS, Check, Parameter
from monotown.claims.printed import Printed, read_printed

#: How a claim is taken: the digits as they stand; or any figures that print so.
READINGS: Final = ("literal", "charitable")

#: Columns of a claim, beside the parameters of its check.
COLUMNS: Final = ("id", "place", "quotation", "stated", "digits", "check", "reading", "severity", "why")

#: Those without which a claim says nothing.
NEEDED: Final = ("id", "place", "quotation", "stated", "check")

#: What stands as the quotation where the publication does not say what is checked.
NOT_STATED: Final = "(not stated)"

#: How much hangs on a claim that says none.
SEVERITY: Final = 2

#: Decimals that a stated number may have.
_MOST_DIGITS: Final = 15


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell: row from 0, column, code, what is found, names that may stand there, other values."""

    row: int
    column: str
    code: str
    found: str = ""
    valid: Sequence[str] = ()
    told: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """One claim.

    Attributes
    ----------
    id, place, quotation
        Its name; where in the publication it stands; the words or the cell as printed, or `NOT_STATED`.
    stated
        What it says: the number that is checked, or words.
    check
        Name of its check.
    given
        Parameters by name, as written.
    digits
        Decimals of the stated number; None: as many as it shows.
    reading
        One of `READINGS`.
    severity
        1: form, or nothing hangs on it; 2: how a figure is to be read; 3: what may be concluded.
    why
        What explains a figure that is not reproduced; "" where nothing is known.
    """

    id: str
    place: str
    quotation: str
    stated: str
    check: str
    given: Mapping[str, str] = field(default_factory=dict)
    digits: int | None = None
    reading: str = READINGS[0]
    severity: int = SEVERITY
    why: str = ""

    @property
    def number(self) -> Printed:
        """The stated number with the digits that it is compared at.

        Raises
        ------
        ValueError
            If it states none.

        Examples
        --------
        >>> Claim("a", "p", "q", "0.95", "rounding", digits=3).number.text
        '0.950'
        """
        read = read_printed(self.stated)
        if self.digits is None or self.digits == read.decimals:
            return Printed(self.stated.strip(), read.value, read.decimals)
        if self.digits < read.decimals:
            raise ValueError(f"{self.stated}: {self.digits} decimals")
        mark = "" if read.decimals else "," if "," in self.stated else "."
        return Printed(f"{self.stated.strip()}{mark}{'0' * (self.digits - read.decimals)}", read.value, self.digits)

    def row(self) -> dict[str, str]:
        """The claim as a row of a sheet."""
        cells = {
            **{name: str(getattr(self, name)) for name in (*NEEDED, "reading", "severity", "why")},
            "digits": "" if self.digits is None else str(self.digits),
        }
        return {name: cells[name] for name in COLUMNS} | dict(self.given)


def columns_of(checks: Mapping[str, Check] = CHECKS) -> list[str]:
    """Every column that a file of claims may have."""
    return [*COLUMNS, *dict.fromkeys(name for check in checks.values() for name in check.parameters)]


def read_claims(
    rows: Sequence[Mapping[str, str]], tables: Mapping[str, Collection[str] | None]
) -> tuple[list[Claim], list[Fault]]:
    """Claims from their rows.

    Parameters
    ----------
    rows
        Texts by column; empty cells may be left out.
    tables
        Tables that a claim may name, with their columns; None where those are known only in the run.

    Returns
    -------
    tuple
        The claims, and everything that is wrong; claims with faults are left out.

    Examples
    --------
    >>> row = {"id": "a", "place": "Table 1", "quotation": "50%", "stated": "50", "check": "shares", "part": "1"}
    >>> [(f.column, f.code) for f in read_claims([row], {})[1]]
    [('check', 'claim_check')]
    """
    reader = _Reader(tables)
    claims = [claim for i, row in enumerate(rows) if (claim := reader.claim(i, row))]
    return claims, reader.faults


class _Reader:
    def __init__(self, tables: Mapping[str, Collection[str] | None]) -> None:
        self.tables = tables
        self.faults: list[Fault] = []
        self.seen: dict[str, int] = {}
        self.row = 0

    def add(self, column: str, code: str, found: object = "", valid: Sequence[str] = (), **values: object) -> None:
        self.faults.append(Fault(self.row, column, code, str(found), valid, values))

    def claim(self, number: int, row: Mapping[str, str]) -> Claim | None:
        """The claim of a row; None where anything is wrong with it."""
        self.row, before = number, len(self.faults)
        cells = {k: str(v).strip() for k, v in row.items() if str(v).strip()}
        for name in NEEDED:
            if name not in cells:
                self.add(name, "value_missing")
        name = cells.get("id", "")
        if name and name in self.seen:
            self.add("id", "claim_twice", name)
        self.seen.setdefault(name, number)
        self._settings(cells)
        check = CHECKS.get(cells.get("check", ""))
        if "check" in cells and check is None:
            self.add("check", "claim_check", cells["check"], list(CHECKS))
        given = {k: v for k, v in cells.items() if k not in COLUMNS}
        if check is not None:
            self._parameters(check, given)
            if check.states == "number" and "stated" in cells:
                self._number(cells)
        if len(self.faults) > before:
            return None
        digits = cells.get("digits")
        return Claim(
            id=name,
            place=cells["place"],
            quotation=cells["quotation"],
            stated=cells["stated"],
            check=cells["check"],
            given=given,
            digits=int(digits) if digits else None,
            reading=cells.get("reading", READINGS[0]),
            severity=int(cells.get("severity", SEVERITY)),
            why=cells.get("why", ""),
        )

    def _settings(self, cells: Mapping[str, str]) -> None:
        if cells.get("reading", READINGS[0]) not in READINGS:
            self.add("reading", "claim_reading", cells["reading"])
        if cells.get("severity", "1") not in ("1", "2", "3"):
            self.add("severity", "claim_severity", cells["severity"])
        digits = cells.get("digits", "0")
        if not digits.isdecimal() or int(digits) > _MOST_DIGITS:
            self.add("digits", "claim_digits", digits, most=_MOST_DIGITS)

    def _number(self, cells: Mapping[str, str]) -> None:
        digits = cells.get("digits", "")
        try:
            Claim("", "", "", cells["stated"], "", digits=int(digits) if digits.isdecimal() else None).number  # noqa: B018
        except ValueError:
            self.add("stated", "claim_number", cells["stated"])

    def _parameters(self, check: Check, given: Mapping[str, str]) -> None:
        for name, text in given.items():
            if name not in check.parameters:
                self.add(name, "claim_parameter", name, list(check.parameters), check=check.name)
                continue
            parameter = check.parameters[name]
            try:
                self._addresses(name, parameter, text, given.get("key", ""))
            except ValueError as error:
                expected = error.expected if isinstance(error, UnreadError) else str(error)
                self.add(name, "claim_value", text, name=name, expected=expected)
        for name, parameter in check.parameters.items():
            if parameter.needed and name not in given:
                self.add(name, "claim_lacks", "", check=check.name, name=name, about=parameter.about)

    def _addresses(self, name: str, parameter: Parameter, text: str, key: str) -> None:
        """Whether a parameter can be read, as far as is known before the run."""
        if parameter.kind not in ("figure", "figures", "column"):
            parameter.read(text)
            return
        for address in addresses(parameter, text):
            if not address.table:
                if parameter.kind == "column":
                    raise UnreadError(text, "table: column")
                continue
            if address.table not in self.tables:
                self.add(name, "claim_table", address.table, list(self.tables))
                continue
            columns = self.tables[address.table]
            if columns is None:
                continue
            for column in sorted(address.columns - set(columns)):
                self.add(name, "claim_column", column, list(columns), table=address.table)
            if parameter.kind == "column":
                wanted = key_of(key, name)
                if wanted and wanted not in columns:
                    self.add("key", "claim_column", wanted, list(columns), table=address.table)


def addresses(parameter: Parameter, text: str) -> list[Address]:
    """Addresses of a parameter."""
    return read_addresses(text) if parameter.kind == "figures" else [read_address(text)]


def key_of(key: str, name: str) -> str:
    """Column of keys of the printed table, or of that of the values.

    Examples
    --------
    >>> key_of("region=Region", "printed"), key_of("region=Region", "values"), key_of("unit", "values")
    ('region', 'Region', 'unit')
    """
    first, mark, second = (part.strip() for part in key.partition("="))
    return second if mark and name != "printed" else first


def parameters_of(claim: Claim) -> dict[str, Any]:
    """Settings of a claim's check that are no figures, and defaults of those that it does not give."""
    check = CHECKS[claim.check]
    found = {}
    for name, parameter in check.parameters.items():
        if parameter.kind in ("figure", "figures", "column") or name == "key":
            continue
        found[name] = parameter.read(claim.given[name]) if name in claim.given else parameter.default
    return found
