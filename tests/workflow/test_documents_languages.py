"""A document in Russian or Kazakh is the English one: the same parts, commands, names, links, pictures and numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("ru", "kk")

#: English documents that stand in every language.
ENGLISH = ("README.md", "docs/survey.md", "docs/your-own-index.md")
#: Code of this one is headings of columns and words in cells, which a workbook may have in any language.
OF_A_WORKBOOK = "docs/your-own-index.md"

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"(?:(?<=\n\n)|\A)(?: {4}[^\n]*\n?)+")
COMMENT = re.compile(r"(?<!\S)#.*")
LINK = re.compile(r"(?<!!)\[((?:[^][]|!\[[^]]*\]\([^)]*\))*)\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[([^]]*)\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`]+)`")
PARTS = re.compile(r"^(?:#+ |- |\d+\. |\|.*)", re.MULTILINE)


def begun(part: str) -> str:
    """What begins a part; of a row of a table, its number of cells."""
    return f"{CODE.sub('', part).count('|') - 1} cells" if part.startswith("|") else part


def translated(english: str, language: str) -> str:
    """Path of a document in another language: of the README beside it, of others in the language's own folder."""
    if english.startswith("docs/"):
        return english.replace("docs/", f"docs/{language}/", 1)
    return english.replace(".md", f".{language}.md")


def english_of(path: str) -> str:
    """The English document, or the picture in any language, of which this is one in some language."""
    if path.startswith("docs/images/"):
        return re.sub(r"\.(ru|kk)(?=\.\w+$)", "", path)
    return re.sub(r"^docs/(ru|kk)/", "docs/", re.sub(r"^README\.(ru|kk)\.md$", "README.md", path))


def lines(block: str) -> list[str]:
    """Lines of a block of code without its comments."""
    return [line.rstrip() for line in COMMENT.sub("", block).splitlines()]


@dataclass
class Document:
    """What a document holds, without its words; links and pictures by their path in the project."""

    path: str

    def __post_init__(self) -> None:
        self.text = (ROOT / self.path).read_text(encoding="utf-8")
        title, _, rest = self.text.partition("\n\n")
        self.line_of_languages, _, self.body = rest.partition("\n\n")
        assert title.startswith("# ")
        self.blocks = [(m[1], lines(m[2])) for m in FENCE.finditer(self.text)]
        prose = FENCE.sub("", self.body)
        self.blocks += [("", lines(m[0])) for m in INDENTED.finditer(prose)]
        self.prose = INDENTED.sub("", prose)

    def place(self, target: str) -> str:
        """A target of a link or a picture, by its path in the project, with its anchor."""
        file, mark, anchor = target.partition("#")
        path = (ROOT / self.path).parent / file
        return path.resolve().relative_to(ROOT).as_posix() + mark + anchor

    def outline(self) -> list[tuple[str, ...]]:
        """What each paragraph is: headings of a level, entries of a list, rows of so many cells, or words."""
        return [tuple(map(begun, PARTS.findall(paragraph))) for paragraph in re.split(r"\n\s*\n", self.prose.strip())]

    def links(self) -> list[str]:
        return [self.place(m[2]) for m in LINK.finditer(self.prose)]

    def pictures(self) -> list[str]:
        return [self.place(m[2]) for m in PICTURE.finditer(self.prose)]

    def code(self) -> Counter[str]:
        return Counter(english_of(self.place(c)) if c.endswith(".md") else c for c in CODE.findall(self.prose))

    def numbers(self) -> Counter[str]:
        """Runs of digits outside code and targets: 6.9 and 6,9, 100,000 and 100 000 have the same."""
        bare = CODE.sub("", re.sub(r"\]\([^)]*\)", "]", self.prose))
        return Counter(re.findall(r"\d+", bare))

    def bold(self) -> int:
        return len(re.findall(r"\*\*[^*]+\*\*", self.prose))


CASES = [(english, language) for english in ENGLISH for language in LANGUAGES]
each = pytest.mark.parametrize(("english", "language"), CASES)


@each
@pytest.mark.parametrize(
    "part",
    [Document.outline, Document.numbers, Document.bold, lambda d: d.blocks],
    ids=["outline", "numbers", "bold", "blocks"],
)
def test_a_document_has_the_same_parts_in_each_language(
    english: str, language: str, part: Callable[[Document], object]
) -> None:
    told = part(Document(english))
    assert told
    assert part(Document(translated(english, language))) == told


@each
def test_its_links_and_pictures_are_the_same_and_in_its_language_where_there_are_such(
    english: str, language: str
) -> None:
    document, model = Document(translated(english, language)), Document(english)
    for found, expected in ((document.links(), model.links()), (document.pictures(), model.pictures())):
        assert Counter(map(english_of, found)) == Counter(map(english_of, expected))
        for place in (*found, *expected):
            assert (ROOT / place.partition("#")[0]).exists(), place
        for place in dict.fromkeys(map(english_of, expected)):
            stem, dot, end = place.rpartition(".")
            own = f"{stem}.{language}{dot}{end}" if place.startswith("docs/images/") else translated(place, language)
            assert (ROOT / own).exists() <= (own in found), own


@each
def test_the_names_of_things_are_the_same(english: str, language: str) -> None:
    if english == OF_A_WORKBOOK:
        return
    assert Document(translated(english, language)).code() == Document(english).code()


@pytest.mark.parametrize("english", ENGLISH)
def test_each_language_leads_to_the_others(english: str) -> None:
    every = {"en": english, **{language: translated(english, language) for language in LANGUAGES}}
    for own, path in every.items():
        document = Document(path)
        led = [document.place(m[2]) for m in LINK.finditer(document.line_of_languages)]
        assert led == [other for code, other in every.items() if code != own]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_in_a_language_has_its_english_one(language: str) -> None:
    found = {f.relative_to(ROOT).as_posix() for f in (ROOT / "docs" / language).iterdir()}
    found |= {f.name for f in ROOT.glob(f"*.{language}.md")}
    assert found == {translated(english, language) for english in ENGLISH}


def test_the_survey_s_guide_names_modules_and_tests_that_are_there() -> None:
    text = Document("docs/survey.md").text
    modules = re.findall(r"`(\w+\.py)`", text)
    assert modules
    for name in modules:
        assert (ROOT / "src/monotown/survey" / name).is_file(), name
    for name in re.findall(r"`((?:tests|config)/[\w/.-]+)`", text):
        assert (ROOT / name).exists(), name
