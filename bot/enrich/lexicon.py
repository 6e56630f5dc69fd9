"""The words of each language that stand for a label (`data/lexicon/<language>.toml`).

Words are matched whole, with case and accents folded; `*` stands for any ending, or before a
word for the front of a compound. A text is searched for a list of terms only where one may be in
it: a word of it begins as one of them, or a piece of one stands in it.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from bot.models import DevelopmentType
from bot.text import fold

LIKE = {"nb": "no", "nn": "no", "sr": "hr", "bs": "hr", "mo": "ro"}
"""Languages that share a lexicon."""

BEGINNING = 5
"""Letters by which words are told apart before they are compared."""
_BEGINNING = re.compile(rf"(?<!\w)\w{{1,{BEGINNING}}}")


class FoldedText:
    """A text beside its folded form; positions in both are the same."""

    def __init__(self, text: str) -> None:
        self.text, self.folded = text, fold(text)

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """How its words begin."""
        return frozenset(_BEGINNING.findall(self.folded))

    def without(self, pattern: re.Pattern[str]) -> "FoldedText":
        """The passage without what matches; all else stays where it is."""
        made = FoldedText("")
        made.text = self.text
        made.folded = pattern.sub(lambda match: " " * len(match[0]), self.folded)
        return made


class Terms:
    """A list of terms as one pattern."""

    def __init__(self, terms: tuple[str, ...]) -> None:
        longest_first = sorted(terms, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern, longest_first))})(?!\w)")
        first_words = [fold(term).split()[0] for term in terms]
        begins = {word: _beginning(word) for word in first_words}
        self._beginnings = frozenset(filter(None, begins.values()))
        self._pieces = {word.strip("*") for word in first_words if not begins[word]}

    def found(self, passage: FoldedText) -> list[str]:
        """The distinct words of a passage that match, as it writes them, in order."""
        return [word for word, _ in self.places(passage)]

    def places(self, passage: FoldedText) -> list[tuple[str, int]]:
        """The same, each with where it first stands."""
        if not self._may_be_in(passage):
            return []
        hits: dict[str, tuple[str, int]] = {}
        for match in self._pattern.finditer(passage.folded):
            word = passage.text[match.start() : match.end()]
            hits.setdefault(match[0], (word, match.start()))
        return list(hits.values())

    def blanked(self, passage: FoldedText) -> FoldedText:
        """The passage without its words that match; all others stay where they are."""
        return passage.without(self._pattern) if self._may_be_in(passage) else passage

    def _may_be_in(self, passage: FoldedText) -> bool:
        return not self._beginnings.isdisjoint(passage.beginnings) or any(
            piece in passage.folded for piece in self._pieces
        )


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    gate: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    themes: dict[str, tuple[str, ...]] = {}
    weak: dict[str, tuple[str, ...]] = {}
    topics: dict[str, tuple[str, ...]] = {}
    types: dict[DevelopmentType, tuple[str, ...]] = {}


class Lexicon:
    """The terms of one language."""

    def __init__(self, file: _File) -> None:
        self._file = file

    @cached_property
    def gate(self) -> Terms:
        """Words that make an item one about migration or asylum."""
        return Terms(self._file.gate)

    @cached_property
    def themes(self) -> Mapping[str, Terms]:
        """By code of the thematic area."""
        return {code: Terms(terms) for code, terms in self._file.themes.items()}

    @cached_property
    def weak(self) -> Mapping[str, Terms]:
        """By code of the thematic area: words that speak for it where no other one is named."""
        return {code: Terms(terms) for code, terms in self._file.weak.items()}

    @cached_property
    def _other(self) -> Terms:
        return Terms(self._file.other)

    def in_its_sense(self, passage: FoldedText) -> FoldedText:
        """A passage without words that mean something else in it: the migration of birds, or of
        data."""
        return self._other.blanked(passage)

    @cached_property
    def _names(self) -> Terms:
        return Terms(self._file.names)

    def without_names(self, passage: FoldedText) -> FoldedText:
        """A passage without the names of authorities, whose words are no themes of the news."""
        return self._names.blanked(passage)

    @cached_property
    def topics(self) -> Mapping[str, Terms]:
        """By code of the topic."""
        return {code: Terms(terms) for code, terms in self._file.topics.items()}

    @cached_property
    def types(self) -> Mapping[DevelopmentType, Terms]:
        """By development type."""
        return {kind: Terms(terms) for kind, terms in self._file.types.items()}


def of(language: str | None) -> Lexicon:
    """The lexicon of a language; English where there is none (releases in many languages carry
    the international words)."""
    spoken = (language or "en").split("-")[0].lower()
    code = LIKE.get(spoken, spoken)
    return _load(code if code in languages() else "en")


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """The languages that have a lexicon."""
    folder = files("bot").joinpath("data/lexicon")
    return frozenset(entry.name.removesuffix(".toml") for entry in folder.iterdir())


@lru_cache(maxsize=32)
def _load(code: str) -> Lexicon:
    text = files("bot").joinpath(f"data/lexicon/{code}.toml").read_text(encoding="utf-8")
    return Lexicon(msgspec.convert(tomllib.loads(text), _File))


def _pattern(term: str) -> str:
    return r"\s+".join(
        re.escape(word.strip("*")).join((_star(word[:1]), _star(word[-1:])))
        for word in fold(term).split()
    )


def _beginning(word: str) -> str | None:
    """How every word that matches a term's first one begins; None: that cannot be said."""
    known = _BEGINNING.match(word)
    is_open = known and known[0] == word.strip("*") and word.endswith("*")
    return known[0] if known and (len(known[0]) == BEGINNING or not is_open) else None


def _star(end: str) -> str:
    return r"\w*" if end == "*" else ""
