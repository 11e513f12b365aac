"""The steps back from a number as lines of a terminal, in the language of the call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from monotown.base.labels import Labels
from monotown.report.trace.step import Cell, Step

#: Keys of names in the words of a run, by what a step says it is of; the first that is known counts.
_NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "node": ("block", "node"),
    "measure": ("measure", "indicator"),
    "variable": ("variable", "measure", "indicator"),
    "unit": ("unit",),
}

#: What of these a heading shows, in this order; what a step shares with the one above it is left out.
_HEAD: Final = ("node", "measure", "variable", "input", "indicator", "unit", "year")

#: The year of figures that tell none.
_NO_YEAR: Final = ("year", "0")

#: Lines that lead from a step to its parts.
_BRANCH: Final = ("├── ", "│   ")
_LAST: Final = ("└── ", "    ")

#: Letters of a text of a raw file that are shown.
_LONGEST: Final = 90


def tell(step: Step, words: Labels, names: Callable[[str], str]) -> list[str]:
    """Lines of a tree: what each number is, how it is computed, and where it stands.

    Parameters
    ----------
    step
        The number that was asked for.
    words
        Groups ``commands`` and ``unit_page``.
    names
        Key of a word of the run to the word, "" where there is none.
    """
    return list(_lines(step, _Told(words, names), {}, "", ""))


def _lines(step: Step, told: _Told, above: Mapping[str, str], first: str, rest: str) -> Iterator[str]:
    yield f"{first}{told.head(step, above)}"
    beside = "│   " if step.parts else "    "
    for line in told.below(step):
        yield f"{rest}{beside}{line}"
    for i, part in enumerate(step.parts):
        lead, under = _LAST if i == len(step.parts) - 1 and not step.more else _BRANCH
        yield from _lines(part, told, {**above, **step.of}, f"{rest}{lead}", f"{rest}{under}")
    if step.more:
        yield f"{rest}{_LAST[0]}{told.words('commands.trace.more', n=step.more)}"


class _Told:
    """Words for steps."""

    def __init__(self, words: Labels, names: Callable[[str], str]) -> None:
        self.words, self.names = words, names

    def head(self, step: Step, above: Mapping[str, str]) -> str:
        """The first line: weight, name, value, unit."""
        if step.what == "files":
            return self._files(step)
        share = float(step.weight or 0)
        weight = f"{share:.{4 if share < 1e4 else 12}g} × " if step.weight else ""
        unit = self.names(f"measured_in.{step.unit}") or step.unit
        return f"{weight}{self._name(step, above)} = {step.value or '—'} {unit}".rstrip()

    def _name(self, step: Step, above: Mapping[str, str]) -> str:
        if step.what in ("fact", "claim", "setting"):
            name = next((step.of[k] for k in ("fact", "claim", "setting") if k in step.of), "")
            name = name or ", ".join(self.name(k, v) for k, v in step.of.items() if k != "view")
            return self.words(f"commands.trace.what.{step.what}", name=name)
        said = {k: v for k in _HEAD if (v := step.of.get(k, "")) and (k, v) != _NO_YEAR}
        parts = [self.name(k, v) for k, v in said.items() if v != above.get(k)]
        parts = parts or [self.name(k, v) for k, v in said.items()][:1] or [step.id]
        name = ", ".join(parts)
        if step.what == "value":
            name = f"{step.of['column']}: {name}" if "column" in step.of else name
        key = f"commands.trace.what.{step.what}"
        return self.words(key, name=name) if self.words.has(key) else name

    def name(self, key: str, value: str) -> str:
        """The name of a unit, node, measure or variable; its id where the run has no word for it."""
        return next((n for kind in _NAMED.get(key, ()) if (n := self.names(f"{kind}.{value}"))), value)

    def _files(self, step: Step) -> str:
        if "rule" in step.of:
            return self.words("commands.trace.made", rule=step.of["step"], script=step.of["script"])
        return self.cell(step.cell) if step.cell else step.of["file"]

    def below(self, step: Step) -> Iterator[str]:
        """Lines below the first: table, formula, place, notes."""
        if step.id and step.what not in ("fact", "claim"):
            yield step.id
        if step.of.get("quotation"):
            yield self.words("commands.trace.claim", verdict=self._verdict(step), quotation=step.of["quotation"])
        if step.formula:
            yield self._formula(step)
        if step.agrees is False:
            yield self.words("commands.trace.differs", computed=step.recomputed or "—", value=step.value or "—")
        if step.cell and step.what != "files":
            yield self.cell(step.cell)
        for note in step.notes:
            yield self.note(note)
        if step.what == "figure" and "read_as" in step.given:
            yield self.words("commands.trace.read_as", number=step.given["read_as"])

    def _verdict(self, step: Step) -> str:
        return self.names(f"verdict.{step.of['verdict']}") or step.of["verdict"]

    def _formula(self, step: Step) -> str:
        method = self.names(step.method) if step.method else ""
        given = "; ".join(f"{k} = {v}" for k, v in step.given.items())
        text = step.formula if step.formula != "=" else self.words("commands.trace.copied")
        text = f"{method}: {text}" if method else text
        text = f"{text} ({given})" if given else text
        return f"{text} → {self.words('commands.trace.agrees', computed=step.recomputed)}" if step.agrees else text

    def cell(self, cell: Cell) -> str:
        """Where in a raw file a figure stands, what stands there, and whether the file is the one that was read."""
        named = {"sheet": cell.sheet, "cell": cell.cell, "line": str(cell.line or ""), "column": cell.column}
        where = [self.words(f"unit_page.place.{k}", name=v) for k, v in named.items() if v]
        text = ", ".join([cell.path or cell.file, *where])
        if cell.text:
            text += f": “{cell.text if len(cell.text) <= _LONGEST else f'{cell.text[:_LONGEST]}…'}”"
        if cell.state in ("changed", "absent"):
            text += f" ({self.words(f'commands.trace.state.{cell.state}')})"
        return f"{text}; {cell.note}" if cell.note else text

    def note(self, note: str) -> str:
        """A note in words, where there are some."""
        kind, _, flag = note.partition(".")
        for key in (f"unit_page.flag.{flag}" if kind == "flag" else "", f"commands.trace.note.{note}"):
            if key and self.words.has(key):
                return self.words(key)
        return note
