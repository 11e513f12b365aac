"""Words shown to a reader, by key and language; what a language lacks is told in English."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from babel import Locale

from monotown.base.problems import InputError, Problem, Problems, nearest

#: The language that stands in for the words that another one lacks.
FALLBACK = "en"

#: No-break space: parts thousands, and a number from its unit.
NBSP = "\u00a0"

#: A word of another language ends with the code of that language in brackets.
_MARK = re.compile(rf"{NBSP}\[([a-z]{{2}})\]\Z")

#: Code of a language: two letters of ISO 639-1. A key `id` is never one.
_CODE = re.compile(r"(?!id\Z)[a-z]{2}")


@dataclass(frozen=True)
class Labels:
    r"""The words of one language.

    Attributes
    ----------
    language
        Its code in ISO 639-1, such as ``ru``.
    texts
        Key to its text in each language. Keys are dotted: ``axis.rank``, ``unit.KZKAR``,
        ``measure.researchers_per_10k``.
    name
        The language's own name.

    Examples
    --------
    >>> words = Labels("ru", {"axis.rank": {"en": "Rank", "ru": "Место", "kk": "Орын"}})
    >>> words("axis.rank")
    'Место'
    >>> words.number(1234.5, 1)
    '1\xa0234,5'
    >>> Labels("de", words.texts)("axis.rank")
    'Rank\xa0[en]'
    """

    language: str
    texts: Mapping[str, Mapping[str, str]]
    name: str = ""

    def __call__(self, key: str, /, **values: object) -> str:
        """Text of a key, with ``{name}`` fields filled from `values`.

        Raises
        ------
        KeyError
            If the key is unknown; the message names the nearest one.
        """
        if key not in self.texts:
            raise KeyError(f"no label {key!r}; expected {nearest(key, list(self.texts))}")
        text = in_language(self.texts[key], self.language)
        return fill(text, values, self.language) if values else text

    def has(self, key: str) -> bool:
        """Whether the key is known."""
        return key in self.texts

    def number(self, value: float, decimals: int = 0) -> str:
        """A number as printed in the language: decimal point or comma, thousands parted."""
        text = f"{value:,.{decimals}f}"
        if float(text.replace(",", "")) == 0:
            text = text.lstrip("-")
        if self.language == "en":
            return text.replace("-", "\u2212")
        swapped = text.replace(",", NBSP).replace(".", ",")
        return swapped.replace("-", "\u2212")


class Shown(str):
    """A number or name as a text prints it, with what its neighbours hang on.

    Attributes
    ----------
    number
        The number as printed, with its decimals; None for what is no number.
    case
        From a case, such as ``gen``, to the name in it; None for what has no cases.
    missing
        Whether there is nothing to print: a text may have a form of its own for it, ``none``.
    """

    missing: bool = False
    number: Decimal | None = None
    case: Callable[[str], str] | None = None


def shown(
    text: str, number: Decimal | None = None, case: Callable[[str], str] | None = None, *, missing: bool = False
) -> Shown:
    """A text that knows its number or its cases, or that it stands for nothing."""
    made = Shown(text)
    made.number, made.case, made.missing = number, case, missing
    return made


#: A form of a slot: its name and its text, which may quote plain slots, `{other}` or `{name@gen}`.
_FORM_TEXT = r"\|(?:[a-z]+|\d+)=(?:[^|{}]|\{[^|{}]*\})*"

#: A slot of a text that asks for a case of a name, is set beside a total, or has forms.
_SLOT = re.compile(rf"\{{([a-z_][a-z0-9_]*)(?:@([a-z]+))?(?:/([a-z_][a-z0-9_]*))?((?:{_FORM_TEXT})*)\}}")
_ONE_FORM = re.compile(rf"({_FORM_TEXT})")

#: Kinds of number that Unicode's plural rules know.
KINDS_OF_NUMBER = ("zero", "one", "two", "few", "many", "other")

#: Forms that are chosen by what a value is, before the kinds of number: all there are, one that is missing, a
#: change by its sign (told without the sign).
BY_FINDING = ("all", "none", "falls", "rises")


def fill(text: str, values: Mapping[str, object], language: str) -> str:
    """A text with its slots filled: its sentences are chosen by what was found.

    ``{count}`` is a value. ``{region@gen}`` is a name in a case, or as it is where it has none.
    ``{count|one=# region|other=# regions}`` has a form for each kind of number that the language
    tells apart (Unicode's plural rules: one, few, many, other), ``#`` in it being the number; a
    form of one number alone stands before these: ``0=no region``. So does ``all`` in
    ``{count/total|all=every region|...}``, where the count is the total, and ``falls`` and ``rises`` for a
    number under and over zero, whose ``#`` has no sign. The form ``none`` is for a value that is
    missing: ``{region|none=Nobody is ranked.|other=First: #.}``. A form may quote other values.

    Examples
    --------
    >>> text = "{n|0=ни один регион|one=# регион|few=# региона|many=# регионов}"
    >>> [fill(text, {"n": n}, "ru") for n in (0, 1, 3, 11, 21)]
    ['ни один регион', '1 регион', '3 региона', '11 регионов', '21 регион']
    >>> text = "{n/all|0=No place is certain.|all=All are.|one=# of {all} is: {who}.|other=# of {all} are.}"
    >>> [fill(text, {"n": n, "all": 3, "who": "Astana"}, "en") for n in range(4)]
    ['No place is certain.', '1 of 3 is: Astana.', '2 of 3 are.', 'All are.']
    >>> fill("It {change|falls=fell by #|0=stayed|rises=rose by #}.", {"change": -2}, "en")
    'It fell by 2.'
    """

    def put(slot: re.Match[str]) -> str:
        name, case, total, forms = slot.groups()
        value = values[name]
        told = value.case(case) if case and isinstance(value, Shown) and value.case else str(value)
        if forms:
            of = _forms(forms)
            form = _form(of, value, values[total] if total else None, language)
            if form in ("falls", "rises"):
                told = told.lstrip("-\u2212")
            told = fill(of[form].replace("#", _escaped(told)), values, language)
        return _escaped(told)

    plain = _SLOT.sub(lambda m: put(m) if m[2] or m[4] else m[0], text)
    return plain.format(**values)


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _forms(written: str) -> dict[str, str]:
    """Name to text of each form of a slot."""
    return dict(form[1:].split("=", 1) for form in _ONE_FORM.findall(written))


def slots(text: str) -> set[str]:
    """Names of the values that a text asks for, those within forms too.

    >>> sorted(slots("{n/total|one=# of {total}|other={who@gen}} {{x}}"))
    ['n', 'total', 'who']
    """
    found: set[str] = set()

    def plain(slot: re.Match[str]) -> str:
        found.update([slot[3]] if slot[3] else [])
        for form in _forms(slot[4]).values():
            found.update(slots(form))
        return "{" + slot[1] + "}"

    rest = _SLOT.sub(plain, text)
    return found | {name for _, name, _, _ in string.Formatter().parse(rest) if name is not None}


def plural_forms(text: str) -> list[set[str]]:
    """Kinds of number that each slot with forms has a form for, single numbers and findings left out.

    A slot that only tells findings apart, such as a value from none, has no kinds of number.
    """
    found = []
    for slot in _SLOT.finditer(text):
        of = set(_forms(slot[4]))
        kinds = {kind for kind in of if not kind.isdigit() and kind not in BY_FINDING}
        if kinds and not (of & set(BY_FINDING) - {"all"} and kinds == {"other"}):
            found.append(kinds)
    return found


def _form(forms: Mapping[str, str], value: object, total: object, language: str) -> str:
    """The name of the form for a value."""
    last = "other" if "other" in forms else list(forms)[-1]
    if isinstance(value, Shown) and value.missing and "none" in forms:
        return "none"
    given = _number_of(value)
    if given is None:
        return last
    if given == given.to_integral_value() and str(int(given)) in forms:
        return str(int(given))
    if "all" in forms and given == _number_of(total):
        return "all"
    if given != 0 and (sign := "falls" if given < 0 else "rises") in forms:
        return sign
    kind = str(_rule(language)(abs(given)))
    return kind if kind in forms else last


def _number_of(value: object) -> Decimal | None:
    number = value.number if isinstance(value, Shown) else value
    return Decimal(str(number)) if isinstance(number, int | float | Decimal) else None


def told_words(text: str) -> str:
    """The words that a text says itself: without its slots, with the texts of their forms.

    >>> told_words("In {year} {n|0=no region|one=# region of {all}|other=# regions}.").split()
    ['In', 'no', 'region', '#', 'region', 'of', '#', 'regions.']
    """
    chosen = _SLOT.sub(lambda m: " ".join(["", *(told_words(t) for t in _forms(m[4]).values())]), text)
    return re.sub(r"\{[^{}]*\}", "", chosen)


@lru_cache(maxsize=32)
def _rule(language: str) -> Callable[[Decimal], str]:
    return Locale.parse(language).plural_form


def plural_kinds(language: str) -> set[str]:
    """Kinds of whole numbers that a language tells apart.

    >>> sorted(plural_kinds("ru")), sorted(plural_kinds("kk"))
    (['few', 'many', 'one'], ['one', 'other'])
    """
    return {str(_rule(language)(Decimal(n))) for n in range(200)}


def in_language(texts: Mapping[str, str], language: str) -> str:
    r"""The text in a language; where it has none, the English one (or else the first), marked.

    Examples
    --------
    >>> in_language({"en": "Rank", "ru": "Место"}, "kk")
    'Rank\xa0[en]'
    """
    if language in texts:
        return texts[language]
    given = FALLBACK if FALLBACK in texts else next(iter(texts))
    text = texts[given]
    return text if _MARK.search(text) else f"{text}{NBSP}[{given}]"


def stands_in(text: str) -> bool:
    """Whether a text stands in for one that the reader's language lacks."""
    return _MARK.search(text) is not None


def unmarked(text: str) -> tuple[str, str]:
    r"""A text without the mark of another language, and that language, or "".

    >>> unmarked("Rank\xa0[en]"), unmarked("Rank")
    (('Rank', 'en'), ('Rank', ''))
    """
    mark = _MARK.search(text)
    return (text[: mark.start()], mark[1]) if mark else (text, "")


def complete(texts: Mapping[str, str], languages: Iterable[str]) -> dict[str, str]:
    r"""The texts in every language, in the order of the languages; gaps are filled and marked.

    Examples
    --------
    >>> complete({"ru": "Место"}, ["en", "ru"])
    {'en': 'Место\xa0[ru]', 'ru': 'Место'}
    """
    return {language: in_language(texts, language) for language in languages}


def is_lent(text: object) -> bool:
    r"""Whether a text stands in for one that its language lacks.

    Examples
    --------
    >>> is_lent("Место\xa0[ru]"), is_lent("Rank")
    (True, False)
    """
    return isinstance(text, str) and _MARK.search(text) is not None


def texts_of(entry: Mapping[Any, Any]) -> dict[str, str]:
    """The texts of an entry by language, without its other keys.

    Examples
    --------
    >>> texts_of({"en": "Ulytau", "ru": "Улытау", "level": "region", "id": "x"})
    {'en': 'Ulytau', 'ru': 'Улытау'}
    """
    return {k: v for k, v in entry.items() if isinstance(k, str) and isinstance(v, str) and _CODE.fullmatch(k)}


def all_texts(node: Any) -> bool:
    """Whether a part of a config is nothing but a text in one or more languages."""
    return isinstance(node, Mapping) and bool(node) and len(texts_of(node)) == len(node)


def flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted key and value of each leaf of a tree.

    Examples
    --------
    >>> list(flat({"axis": {"rank": "Rank"}}))
    [('axis.rank', 'Rank')]
    """
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def join_groups(words: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Labels by their dotted keys, from the groups of each language.

    Parameters
    ----------
    words
        Language to group to a tree of texts. A key stands in one group.

    Returns
    -------
    dict
        Dotted key to its texts, in the order of the first language that has it.

    Raises
    ------
    InputError
        Every key that stands in two groups, or that is no text.

    Examples
    --------
    >>> join_groups({"en": {"common": {"axis": {"rank": "Rank"}}}, "ru": {"common": {}}})
    {'axis.rank': {'en': 'Rank'}}
    """
    joined: dict[str, dict[str, str]] = {}
    home: dict[str, str] = {}
    problems = Problems()
    for language, groups in words.items():
        file = f"{language}.yaml"
        for group, tree in groups.items():
            for key, text in flat(tree):
                where = f"labels.{group}.{key}"
                if not isinstance(text, str):
                    problems.add(file, where, str(text), "a text")
                elif home.setdefault(key, group) != group:
                    problems.add(file, where, key, f"a key that no other group has: {home[key]}")
                else:
                    joined.setdefault(key, {})[language] = text
    problems.stop()
    return joined


def with_words(content: Any, words: Mapping[str, Mapping[str, Any]], languages: Sequence[str]) -> Any:
    """A config with the words that the files of the languages hold for it.

    The tree of a language has the keys of the config; entries of a list go by their ``id``, or by
    ``from-to``. A text that the config gives itself counts before that of a file of words.

    Parameters
    ----------
    content
        Content of a config file. It is not changed.
    words
        Language to its tree for this file.
    languages
        All languages; a text that one of them lacks is filled by `complete`.

    Returns
    -------
    The content, each text a mapping from the languages.

    Examples
    --------
    >>> with_words({"poverty": {"formula": "x"}}, {"en": {"poverty": {"label": "Poverty"}}}, ["en"])
    {'poverty': {'formula': 'x', 'label': {'en': 'Poverty'}}}
    """
    here = _texts(words)
    if isinstance(content, Mapping):
        own = {k: t for k, t in texts_of(content).items() if k in languages}
        if not here and len(own) < len(content) and FALLBACK not in own:
            own = {}  # a key that only looks like a language
        texts = complete({**here, **own}, languages) if here or own else {}
        found: dict[Any, Any] = dict(texts)
        below = {k: t for k, t in words.items() if isinstance(t, Mapping)}
        for key, value in content.items():
            if key not in texts:
                found[key] = with_words(value, _under(below, str(key)), languages)
        known = {str(key) for key in content}
        for key in dict.fromkeys(key for tree in below.values() for key in tree):
            given = _texts(_under(below, str(key)))
            if str(key) not in known and given and "@" not in str(key):
                found[key] = complete(given, languages)
        return found
    if isinstance(content, list):
        return [with_words(part, _under(words, _name(part)), languages) for part in content]
    return complete(here, languages) if content is None and here else content


def _texts(words: Mapping[str, Any]) -> dict[str, str]:
    return {language: text for language, text in words.items() if isinstance(text, str)}


def _under(words: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What each language's tree has at a key, whole numbers as texts."""
    found = {}
    for language, tree in words.items():
        if isinstance(tree, Mapping):
            value = tree.get(key, tree.get(int(key)) if key.isdigit() else None)
            if value is not None:
                found[language] = value
    return found


def _name(part: Any) -> str:
    if not isinstance(part, Mapping):
        return ""
    return str(part["id"]) if "id" in part else f"{part.get('from')}-{part.get('to')}"


#: Keys of a chapter whose texts are named in it by their keys in the files of words.
NAMED = ("label", "says", "meaning", "text", "heading", "callout", "details", "list", "limits", "dated", "footer")
#: Keys of a chapter and of its sections whose texts stand in the files of words under them.
_OWN = ("title", "description", "lead")


def chapter_with_words(
    content: Mapping[str, Any], words: Mapping[str, Mapping[str, Any]], languages: Sequence[str], file: str
) -> dict[str, Any]:
    """A chapter of the report with its texts.

    Parameters
    ----------
    content
        The chapter's structure. A text is the name of its words within the section (outside the
        sections: within the chapter), or the words themselves by language.
    words
        Language to the tree of the chapter: section to name to text.
    languages
        All languages; gaps are filled by `complete`.
    file
        The chapter's file, for messages.

    Raises
    ------
    InputError
        Every name that no language has words for.

    Examples
    --------
    >>> chapter = {"sections": [{"id": "a", "blocks": [{"text": "hello"}]}]}
    >>> words = {"en": {"a": {"title": "A", "hello": "Hello."}}}
    >>> chapter_with_words(chapter, words, ["en"], "a.yaml")["sections"][0]["blocks"]
    [{'text': {'en': 'Hello.'}}]
    """
    problems: list[Problem] = []

    def told(name: Any, scope: Mapping[str, Any], where: str) -> Any:
        if isinstance(name, Mapping):
            return complete(texts_of(name), languages) if all_texts(name) else name
        if not isinstance(name, str):
            return name
        texts = _texts(_under(scope, name))
        if not texts:
            known = [k for tree in scope.values() for k, t in tree.items() if isinstance(t, str)]
            problems.append(Problem(file, where, name, f"words: {nearest(name, known)}"))
        return complete(texts, languages) if texts else name

    def walk(node: Any, scope: Mapping[str, Any], where: str) -> Any:
        if isinstance(node, list):
            return [walk(part, scope, f"{where}[{i}]") for i, part in enumerate(node)]
        if not isinstance(node, Mapping):
            return node
        section = "blocks" in node and "id" in node
        if section:
            below = _under(words, str(node["id"]))
            scope = {k: t for k, t in below.items() if isinstance(t, Mapping)}
        found: dict[Any, Any] = {}
        for key in _OWN if section or node is content else ():
            texts = _texts(_under(scope, key))
            if texts and key not in node:
                found[key] = complete(texts, languages)
        for key, value in node.items():
            place = f"{where}.{key}" if where else str(key)
            if key in NAMED and isinstance(value, list):
                found[key] = [told(v, scope, f"{place}[{i}]") for i, v in enumerate(value)]
            elif key in NAMED or all_texts(value) or (section and key in _OWN):
                found[key] = told(value, scope, place)
            else:
                found[key] = walk(value, scope, place)
        return found

    made = walk(content, {k: t for k, t in words.items() if isinstance(t, Mapping)}, "")
    if problems:
        raise InputError(problems)
    return dict(made)


#: A line with content, and its indentation.
_LINE: Final = re.compile(r"^([^\S\n]*)[^\s#]", re.MULTILINE)


@lru_cache(maxsize=16)
def _indents(text: str) -> list[tuple[int, int]]:
    """Where each line with content starts, and its indentation."""
    return [(line.start(), line.end(1) - line.start()) for line in _LINE.finditer(text)]


def lines_of(text: str, place: tuple[str, ...]) -> str | None:
    r"""The lines of a place of a file of words, all others empty; None where it has no such place.

    A place is found by its indentation. A part that is written in braces is not looked into: its
    lines, or the whole text, are given as they are.

    Examples
    --------
    >>> lines_of("a:\n  b:\n    c: 1\n  d: 2\n", ("a", "b"))
    'a:\n  b:\n    c: 1\n\n'
    """
    lines = _indents(text)
    first, last = 0, len(lines)  # lines with content of the part
    low, high = 0, len(text)
    kept: list[tuple[int, int]] = []
    for key in place:
        if first == last:
            return None
        start, indent = lines[first]
        if text[start + indent] in "{-%":
            break
        head = re.compile(rf"([\"']?){re.escape(key)}\1[^\S\n]*:(?=\s|\Z)[^\S\n]*([^\s#]?).*")
        matches = (
            (i, head.match(text, s + indent)) for i, (s, n) in enumerate(lines[first:last], first) if n == indent
        )
        at, found = next(((i, m) for i, m in matches if m), (0, None))
        if found is None:
            return None
        kept.append((lines[at][0], found.end()))
        first, after = at + 1, next((i for i in range(at + 1, last) if lines[i][1] <= indent), last)
        low, high = min(found.end() + 1, high), lines[after][0] if after < last else high
        last = after
        if found[2]:
            break
    parts, end = [], 0
    for start, stop in (*kept, (low, high)):
        parts += ["\n" * text.count("\n", end, start), text[start:stop]]
        end = stop
    return "".join([*parts, "\n" * text.count("\n", end)])
