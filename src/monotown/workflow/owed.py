"""What a translator owes: texts that a language lacks, and words that no dictionary knows."""

from __future__ import annotations

import sys
from pathlib import Path

from monotown.base.labels import FALLBACK, flat
from monotown.workflow.spelling import DICTIONARIES, SPELLED, installed, spelled
from monotown.workflow.strict import read_strict
from monotown.workflow.words import WORDS, names


def owed(folder: str | Path = WORDS) -> dict[str, list[str]]:
    """Keys of the texts that each language lacks, in the order of the English file.

    Forms of a name for a case, such as ``KZULU@gen``, are owed by nobody: the plain name stands in.
    """
    known = {code: _keys(Path(folder) / f"{code}.yaml") for code in names(folder)}
    english = [key for key in known[FALLBACK] if "@" not in key]
    every = dict.fromkeys([*english, *(k for keys in known.values() for k in keys if "@" not in k)])
    return {code: [key for key in every if key not in keys] for code, keys in known.items()}


def _keys(file: Path) -> dict[str, None]:
    tree = {k: v for k, v in (read_strict(file)[0] or {}).items() if k != "language"}
    return dict.fromkeys(key for key, text in flat(tree) if isinstance(text, str))


def main(arguments: list[str]) -> None:
    """Print the texts that each language lacks, by their keys, and the words that are not known."""
    folder = arguments[0] if arguments else WORDS
    for code, missing in owed(folder).items():
        total = len(_keys(Path(folder) / f"{code}.yaml")) + len(missing)
        print(f"{code}: {len(missing)} of {total} texts missing, told in another language")
        print("".join(f"  {key}\n" for key in missing), end="")
    for code in names(folder):
        if code in DICTIONARIES:
            print("\n".join(spelling(code, folder)))


def spelling(code: str, folder: str | Path = WORDS, root: str | Path = "") -> list[str]:
    """What is to be said of the spelling of a language and of its documents: a head, and a line an unknown word."""
    dictionary = DICTIONARIES[code]
    if not installed(dictionary):
        return [f"{code}: spelling not looked at: hunspell with {dictionary} is not on this machine"]
    found = spelled(code, folder, root)
    what = "words that are misspelled or not in the list" if code in SPELLED else "words for a native reader to judge"
    return [f"{code}: {len(found)} {what} (known.{code}.txt)", *(f"  {w}  {found[w]}" for w in sorted(found))]


if __name__ == "__main__":
    main(sys.argv[1:])
