"""Words shown to a reader, in English, Russian and Kazakh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monotown.base.problems import InputError, Problem, nearest

LANGUAGES = ("en", "ru", "kk")

#: No-break space: parts thousands, and a number from its unit.
NBSP = "\u00a0"


@dataclass(frozen=True)
class Labels:
    r"""The words of one language.

    Attributes
    ----------
    language
        One of `LANGUAGES`.
    texts
        Key to its three texts. Keys are dotted: ``axis.rank``, ``unit.KZKAR``,
        ``measure.researchers_per_10k``.

    Examples
    --------
    >>> words = Labels("ru", {"axis.rank": {"en": "Rank", "ru": "Место", "kk": "Орын"}})
    >>> words("axis.rank")
    'Место'
    >>> words.number(1234.5, 1)
    '1\xa0234,5'
    """

    language: str
    texts: Mapping[str, Mapping[str, str]]

    def __call__(self, key: str, **values: object) -> str:
        """Text of a key, with ``{name}`` fields filled from `values`.

        Raises
        ------
        KeyError
            If the key is unknown; the message names the nearest one.
        """
        if key not in self.texts:
            raise KeyError(f"no label {key!r}; expected {nearest(key, list(self.texts))}")
        text = self.texts[key][self.language]
        return text.format(**values) if values else text

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


def merge_labels(files: Iterable[tuple[str, Mapping[str, object]]]) -> dict[str, dict[str, str]]:
    """Join label files into one mapping, refusing gaps and repeats.

    Parameters
    ----------
    files
        Pairs of a file's name and its content: key to ``{en: …, ru: …, kk: …}``. Keys may nest;
        the joined key is dotted.

    Returns
    -------
    dict
        Dotted key to its three texts.

    Raises
    ------
    InputError
        Every key that lacks a language, has another one, or stands in two files.
    """
    joined: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []

    def walk(file: str, prefix: str, node: Mapping[str, object]) -> None:
        for key, value in node.items():
            name = f"{prefix}{key}"
            if not isinstance(value, Mapping):
                problems.append(
                    Problem(file, name, str(value), "a mapping of en, ru and kk to texts")
                )
            elif all(isinstance(v, str) for v in value.values()):
                if set(value) != set(LANGUAGES):
                    problems.append(Problem(file, name, ", ".join(value), "en, ru and kk"))
                elif name in joined:
                    problems.append(Problem(file, name, name, "a key that no other file has"))
                else:
                    joined[name] = {str(k): str(v) for k, v in value.items()}
            else:
                walk(file, f"{name}.", value)

    for file, content in files:
        walk(file, "", content)
    if problems:
        raise InputError(problems)
    return joined
