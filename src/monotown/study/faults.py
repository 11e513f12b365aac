"""Everything that can be wrong with the sheets of a study: its code, and what is said of it.

The words of other languages stand under ``study.finding.<code>`` in the files of words.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monotown.base.problems import NOTHING, Problem

#: Names that a message lists at most.
MOST_NAMES: Final = 12

#: Names among which the nearest is looked for, and texts that it is looked for: a wrong sheet may have a million rows.
_SEARCHED: Final = 500

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T][\d:.]+)?")


@dataclass(frozen=True)
class Fault:
    """What is said of one kind of problem, with ``{slots}`` for its values.

    Attributes
    ----------
    expected
        What should stand there.
    remedy
        What to do about it.
    found
        What is found, where it is no text of the file; `NOTHING` where the text of the file is empty.
    """

    expected: str
    remedy: str
    found: str = NOTHING


#: What can always be done about a cell.
CORRECT: Final = "Correct the cell, or empty it"

FAULTS: Final[Mapping[str, Fault]] = {
    # sheets and headings
    "sheet_unknown": Fault("{nearest}", "Correct the name of the sheet"),
    "sheet_twice": Fault("one sheet {sheet}", "Join the two sheets, or rename one of them"),
    "sheet_aside": Fault("a sheet of a study", "The sheet is left out. If that is meant, there is nothing to do"),
    "columns_aside": Fault(
        "columns that the study knows: {n} are left out",
        "If that is meant, there is nothing to do; else add a row of the id to the sheet indicators",
    ),
    "rows_aside": Fault(
        "units of the study: rows of {n} totals or groups are left out",
        "If that is meant, there is nothing to do; else add them to the sheet units",
    ),
    "about_form": Fault(
        "two columns, key and value", "Write the key in the first column, its value in the second", "one column"
    ),
    "about_value": Fault("a value of {key}, each key once", "Correct the value, or take the second row out"),
    "key_unknown": Fault("{nearest}", "Correct the key"),
    "key_aside": Fault("a key that a study knows", "The key is left out. If that is meant, there is nothing to do"),
    "kind_unknown": Fault("{nearest}", "Name one of these kinds"),
    "heading_unknown": Fault("{nearest}", "Correct the heading, or take the column out"),
    "head_twice": Fault("a heading, each once", "Rename one of the two columns, or take it out"),
    "head_empty": Fault("a heading over the cells of its column", "Give the column a heading, or empty its cells"),
    "column_missing": Fault("a column {column}", "Add the column"),
    "value_missing": Fault("a value: a row without one says nothing", "Fill the cell, or empty the row"),
    # cells
    "cell_number": Fault("a number, such as 0.5", CORRECT),
    "cell_integer": Fault("a whole number", CORRECT),
    "cell_yes": Fault("yes, or an empty cell", CORRECT),
    "cell_direction": Fault("1 where more is better, -1 where less is", CORRECT),
    "cell_years": Fault("years, such as 2015-2020; 2022", CORRECT),
    "cell_mapping": Fault("names with their values, such as none: 0; negligible: 0", CORRECT),
    "cell_value": Fault("a name, or a mapping such as method: power; exponent: 0.5", CORRECT),
    "cell_degrees": Fault("degrees from -{limit} to {limit}", CORRECT),
    "cell_date": Fault(
        "a number, and no date",
        "A spreadsheet program makes a date of 1/2 or of 1.5: give the cell the format Text, then type it again",
    ),
    "cell_formula": Fault(
        "the value of the formula, which the file does not hold",
        "Open the file in a spreadsheet program and save it, or type the value",
        "a formula without a value",
    ),
    "cells_hidden": Fault(
        "cells that can be seen", "Hidden cells are read as all others: show them, or delete what is not to be read"
    ),
    "alike_unknown": Fault("the id of a row that says it in words", "Write the text itself"),
    # rows that name others
    "id_twice": Fault("a {key} that no other row has", "Line {first} has it already"),
    "ids_alike": Fault("an id that differs from {other} by a letter or a digit", "Change one of the two"),
    "unit_code_unknown": Fault("the code of a unit, {nearest}", "Correct the code, or add a row to the sheet units"),
    "rows_differ": Fault("what the other rows of {name} say", "Say the same in each of these rows"),
    "set_twice": Fault("each unit of a set once", "Take one of the rows out"),
    "variable_kind": Fault("count, or an empty cell", "Write count where whole things are counted; else empty it"),
    "verdict_unknown": Fault("explained, implausible or open", "Write one of the three words"),
    "index_unknown": Fault("{nearest}", "Correct the id of the index"),
    "measure_unknown": Fault("{nearest}", "Correct the id of the indicator"),
    "denominator_unknown": Fault(
        "the id of a row or a column of units, {nearest}", "Correct the name, or add the row or the column"
    ),
    "parent_unknown": Fault("the id of a row, {nearest}", "Correct the id, or add a row of this id"),
    "row_unreached": Fault(
        "a row that the tree of {indices} reaches from its root", "Name a parent that is in this tree"
    ),
    "row_twice": Fault("each row once in {index}, as in line {first}", "Take one of the rows out"),
    "tree_loop": Fault(
        "a tree that does not contain itself",
        "Each is under the next: {path}. Leave the parent of one of them empty, or name another",
    ),
    "study_unknown": Fault(
        "{known}, a workbook with a sheet indicators, or a folder with a study.yaml",
        "Correct the name, or empty the row of the key study",
    ),
    "no_indicators": Fault("rows of indicators", "Write a row for each indicator: its id and its name", "no row"),
    "index_empty": Fault("rows of the indicators that are under it", "Name it as the parent of a row"),
    "root_says": Fault("an empty cell: the row of {root} says it", "Empty the cell"),
    "node_facts": Fault(
        "an empty cell: {id} joins other rows and has no figures of its own",
        "Empty the cell, or take the id out of the column parent of other rows",
    ),
    "fact_twice": Fault("an empty cell: line {line} says it of {name}", "Empty the cell"),
    "reading_twice": Fault("each node of a reading once", "Take one of the rows out"),
    # scales and weights
    "goalpost_missing": Fault(
        "both ends of the scale, or none",
        "Fill the cell, or empty the other end: the scale is then that of the figures",
    ),
    "goalposts_twice": Fault("each set of goalposts once for an indicator", "Take one of the rows out"),
    "goalposts_order": Fault(
        "two numbers, the lower first: low below that of high, {high}",
        "Low is the worst end of the scale only where more is better: say direction -1 where less is",
    ),
    "weight_negative": Fault("a number of 0 or more", "Correct the weight"),
    "weights_zero": Fault(
        "a weight above 0 for one of the rows under {node}",
        "Leave the weights empty where all count alike",
        "0 in every row",
    ),
    "weights_two": Fault(
        "an empty cell, for the sheet weights says the weights", "Empty the cell, or take the sheet weights out"
    ),
    "weights_form": Fault(
        "columns id and weight, a matrix of ids, or columns expert, node, first, second, value",
        "Give the table the headings of one of these forms",
    ),
    "weight_twice": Fault("each id once", "Take one of the rows out"),
    "method_unknown": Fault("{nearest}", "Correct the name of the method"),
    "method_two": Fault("one method for an index; {method} is given above", "Take the judgments of one method out"),
    "judgment_number": Fault("a number or a fraction, such as 3 or 1/3", "Correct the judgment"),
    "matrix_sides": Fault(
        "1 over the judgment of {first} against {second}, {value}; or an empty cell",
        "Correct one of the two, or leave one half of the matrix empty",
    ),
    # figures
    "no_unit_column": Fault(
        "a column of units: codes or names of the sheet units", "Head the column of units unit, or use their codes"
    ),
    "no_indicator_column": Fault(
        "a column that names the indicator of each row", "Add a column indicator", "years alone"
    ),
    "unit_unknown": Fault("{nearest}", "Correct the name, or add a row to the sheet units"),
    "indicator_unknown": Fault(
        "{nearest}", "Correct the id, add the indicator to the sheet indicators, or take the row out"
    ),
    "name_open": Fault("a code, for the name is that of {codes}", "Write the code in place of the name"),
    "no_year": Fault("a year, such as 2021", "Write the year in four digits"),
    "no_number": Fault("a number, or a mark of absence", "Write the number alone, or - or … where there is none"),
    "decimal_open": Fault(
        "a number that can be read in one way", "Say decimal: , or decimal: . in the sheet about, or write no mark"
    ),
    "figure_twice": Fault(
        "one figure of {indicator} for {unit} in {year}; another is in {first}", "Keep one of the two"
    ),
    "figure_again": Fault("one figure of {indicator} for {unit}; another is in {first}", "Keep one of the two"),
    "no_figures": Fault(
        "a sheet data with figures",
        "Write a row for each unit and a column for each indicator, or name a file of figures",
        "no figure",
    ),
    "no_spread": Fault(
        "figures of {id} that differ between the units, or low and high",
        "Fill low and high, or take the row {id} out",
        "one value",
    ),
    "groups_unknown": Fault(
        "a rule by a column of the units, {nearest}", "Correct the name, or add the column to the sheet units"
    ),
    "all_reference": Fault(
        "a unit that is ranked", "Empty the column reference for the units that are compared", "yes in every row"
    ),
    # shapes for maps
    "shapes_file": Fault("a file of shapes beside the study", "Correct the name, or take the key shapes out"),
    "shapes_form": Fault(
        "GeoJSON: a FeatureCollection with features",
        "Export the boundaries as GeoJSON in longitude and latitude (WGS 84)",
    ),
    "shape_unit": Fault(
        "the code or a name of a unit as its id or its property code, {nearest}",
        "Give the feature the code of its unit, or take it out",
    ),
    "shape_twice": Fault("each unit once; feature {first} has it", "Join the two as one MultiPolygon"),
    "shape_geometry": Fault(
        "a Polygon or a MultiPolygon",
        "Take the feature out: a place without borders has its latitude and longitude in the sheet units",
    ),
    "shape_ring": Fault(
        "rings of four positions or more, the last the first again", "Export the boundaries anew as polygons"
    ),
    "shape_degrees": Fault(
        "longitude from -180 to 180 and latitude from -90 to 90",
        "Export the boundaries in longitude and latitude (WGS 84)",
    ),
    # claims of a publication
    "claim_twice": Fault("an id that no other claim has", "Change one of the two"),
    "claim_check": Fault("the name of a check, {nearest}", "Correct the name of the check"),
    "claim_parameter": Fault(
        "an empty cell, or a parameter of {check}: {nearest}", "Empty the cell, or name the check that takes it"
    ),
    "claim_lacks": Fault("a value of {name}, which {check} needs", "Fill the cell: an address or a number"),
    "claim_value": Fault(
        "a value of {name}: {expected}", "Correct the cell; an address is written as table: column[condition]"
    ),
    "claim_table": Fault(
        "the name of a table, {nearest}", "Correct the name, or add the table as a sheet, or in the folder tables"
    ),
    "claim_column": Fault("a column of {table}, {nearest}", "Correct the name of the column"),
    "claim_number": Fault(
        "a number with no more digits than are compared",
        "Write the number as it is printed; where a zero at its end is lost, say the digits",
    ),
    "claim_reading": Fault("literal, charitable, or an empty cell", CORRECT),
    "claim_severity": Fault("1, 2, 3, or an empty cell", CORRECT),
    "claim_digits": Fault("a whole number of 0 to {most}, or an empty cell", CORRECT),
    "table_name": Fault("a name that no sheet of a study has", "Rename the file of the table"),
    "no_data": Fault(
        "figures of {needed} in a sheet of data",
        "Add a column {first} to the sheet data, or take the row {id} out",
        "no figure",
    ),
}


def problem(
    code: str, file: str, where: str, found: object = "", sheet: str = "", cell: str = "", /, **values: object
) -> Problem:
    """A problem of a kind, in English, with the values that its words in any language name.

    Examples
    --------
    >>> print(problem("weight_negative", "s.xlsx", "sheet weights, cell B2", -1))
    s.xlsx, sheet weights, cell B2: found '-1'; expected a number of 0 or more. Correct the weight
    """
    fault, told = FAULTS[code], {k: str(v) for k, v in values.items()}
    if "names" in told:
        told["nearest"] = _nearest(told["near"], told["names"])
    kept = tuple((k, v) for k, v in told.items() if k != "nearest")
    shown = str(found) if fault.found == NOTHING else fault.found
    expected, remedy = (text.format(**told) for text in (fault.expected, fault.remedy))
    return Problem(file, where, shown or NOTHING, expected, code, remedy, sheet, cell, kept)


def _nearest(near: str, names: str) -> str:
    return f"{near!r} (did you mean this?), or one of: {names}" if near else f"one of: {names}"


class Near:
    """The nearest of some names to those that are wrong, as values of a `problem`.

    Examples
    --------
    >>> Near(["weight", "children"])("wieght")
    {'near': 'weight', 'names': 'children, weight'}
    """

    def __init__(self, valid: Sequence[str]) -> None:
        self.valid = sorted(map(str, valid))
        named = [*self.valid[:MOST_NAMES], *(["…"] if len(self.valid) > MOST_NAMES else [])]
        self._names = ", ".join(named or ["–"])
        self._asked: dict[str, str] = {}

    def __call__(self, name: object) -> dict[str, str]:
        """Values ``near``, "" where none is near, and ``names``."""
        text = str(name)
        if text not in self._asked and len(self._asked) < _SEARCHED:
            close = difflib.get_close_matches(text, self.valid, n=1, cutoff=0.6)
            self._asked[text] = close[0] if close else ""
        return {"near": self._asked.get(text, ""), "names": self._names}


def near(name: object, valid: Sequence[str]) -> dict[str, str]:
    """The same for one name."""
    return Near(valid)(name)


def is_date(text: str) -> bool:
    """Whether a cell is a date, which a spreadsheet program may have made of a number.

    >>> is_date("2026-02-01"), is_date("1/2")
    (True, False)
    """
    return _DATE.fullmatch(text) is not None


__all__ = ["CORRECT", "FAULTS", "Fault", "Near", "is_date", "near", "problem"]
