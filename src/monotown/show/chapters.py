"""What of a chapter a run shows: its parts say what they need, and some stand once for each index."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: Key of a part of a chapter that says what it needs of the run, and of one that stands once for each index.
NEEDS: Final = "needs"
EACH: Final = "each"
MAIN: Final = "main"

#: How a group of facts begins that is there where the run has something.
_GROUP: Final = f"{NEEDS} "

_SLOT = re.compile(r"(?<=\{)this_|(?<=/)this_(?=[a-z0-9_]+\|)")


@dataclass(frozen=True)
class Shows:
    """What a run has, as far as its chapters ask.

    Attributes
    ----------
    has
        Such as ``own`` or ``default``: a run on own data, or that of the default study.
    indices
        Index to what it has beside.
    """

    has: tuple[str, ...] = ()
    indices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def prefix(self, index: str) -> str:
        """How the names of the facts of an index begin.

        Examples
        --------
        >>> Shows(indices={"Индекс": (), "potential_2022": ()}).prefix("Индекс")
        'index_1'
        """
        plain = re.fullmatch(r"[a-z][a-z0-9_]*", index)
        return index if plain else f"index_{list(self.indices).index(index) + 1}"


def chapter_of_run(content: Mapping[str, Any], shows: Shows) -> dict[str, Any]:
    """A chapter as a run shows it; empty where the run has not what the whole chapter needs.

    Parameters
    ----------
    content
        The chapter with its words. A part (the chapter, a section, a block) with ``needs``, a name or a list of
        them, is left out where one of them is not among what the run has. Blocks of ``each: index`` stand once
        for each index, those of ``each: main`` for the first: there ``${index}`` is its id, and the facts
        ``{this_...}`` of their texts are its own. Elsewhere an entry of a list with ``${index}`` in its name, such
        as a table of a piece, stands once for each index.
        Facts under ``needs NAME``, or ``needs NAME, NAME``, are there where the run has it, or all of them.
    shows
        What the run has.

    Examples
    --------
    >>> blocks = [{"text": "a", "needs": "old"}, {"each": "index", "blocks": [{"figure": "ranks_${index}"}]}]
    >>> shows = Shows(("new",), {"v": (), "w": ()})
    >>> chapter_of_run({"sections": [{"id": "s", "blocks": blocks}]}, shows)
    {'sections': [{'id': 's', 'blocks': [{'figure': 'ranks_v'}, {'figure': 'ranks_w'}]}]}
    """
    made = _kept(content, frozenset(shows.has), shows, "")
    if not made:
        return {}
    facts = made.get("facts")
    if isinstance(facts, Mapping):
        made["facts"] = _facts(facts, shows)
    return dict(made)


def _facts(facts: Mapping[str, Any], shows: Shows) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in facts.items():
        if not str(key).startswith(_GROUP):
            found[key] = value
        elif set(str(key).removeprefix(_GROUP).split(", ")) <= set(shows.has):
            found |= value
    return found


def _kept(node: Any, has: frozenset[str], shows: Shows, index: str) -> Any:
    """The node as the run shows it; None where it is left out."""
    if isinstance(node, str):
        return _SLOT.sub(f"{shows.prefix(index)}_", node.replace("${index}", index)) if index else node
    if isinstance(node, list):
        return [part for entry in node for part in _spread(entry, has, shows, index)]
    if not isinstance(node, Mapping):
        return node
    needs = node.get(NEEDS, ())
    if not {needs} <= has if isinstance(needs, str) else not set(needs) <= has:
        return None
    found = {k: v if k == "facts" else _kept(v, has, shows, index) for k, v in node.items() if k != NEEDS}
    return None if any(node.get(k) and not found[k] for k in ("blocks",)) else found


def _spread(entry: Any, has: frozenset[str], shows: Shows, index: str) -> list[Any]:
    """An entry of a list; the blocks of one that stands for each index, one after another."""
    if isinstance(entry, Mapping) and EACH in entry:
        inside = {k: v for k, v in entry.items() if k != EACH}
        wanted = list(shows.indices.items())[: 1 if entry[EACH] == MAIN else None]
        # what some index has is asked of each by itself
        apart = has - {name for own in shows.indices.values() for name in own}
        turns = [_kept(inside, apart | set(own), shows, name) for name, own in wanted]
        return [block for turn in turns if turn for block in turn["blocks"]]
    if isinstance(entry, str) and "${index}" in entry and not index:
        return [_kept(entry, has, shows, name) for name in shows.indices]
    made = _kept(entry, has, shows, index)
    return [] if made is None else [made]
