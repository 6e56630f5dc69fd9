"""The words of each language that stand for a label (`data/lexicon/<language>.toml`).

Words are matched whole, with case and accents folded; `*` stands for any ending, or before a
word for the front of a compound. A text is searched for a list of terms only where one may be in
it: a word of it begins as one of them, or a piece of one stands in it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TypeVar

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
    """A text with its folded form; positions in both are the same."""

    def __init__(self, text: str) -> None:
        self.text, self.folded = text, fold(text)

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """Return the beginnings of its words."""
        return frozenset(_BEGINNING.findall(self.folded))

    def without(self, pattern: re.Pattern[str]) -> "FoldedText":
        """Return the text with what matches blanked out."""
        made = FoldedText("")
        made.text = self.text
        made.folded = pattern.sub(lambda match: " " * len(match[0]), self.folded)
        return made


class TermMatcher:
    """A list of terms, compiled to one pattern."""

    def __init__(self, terms: tuple[str, ...]) -> None:
        longest_first = sorted(terms, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern, longest_first))})(?!\w)")
        first_words = [fold(term).split()[0] for term in terms]
        begins = {word: _beginning(word) for word in first_words}
        self._beginnings = frozenset(filter(None, begins.values()))
        self._pieces = {word.strip("*") for word in first_words if not begins[word]}

    def find_words(self, passage: FoldedText) -> list[str]:
        """Return the distinct words that match, as the text writes them, in order."""
        return [word for word, _ in self.find_positions(passage)]

    def find_positions(self, passage: FoldedText) -> list[tuple[str, int]]:
        """Return the words that match, each with its first position."""
        if not self._may_be_in(passage):
            return []
        hits: dict[str, tuple[str, int]] = {}
        for match in self._pattern.finditer(passage.folded):
            word = passage.text[match.start() : match.end()]
            hits.setdefault(match[0], (word, match.start()))
        return list(hits.values())

    def blank_out(self, passage: FoldedText) -> FoldedText:
        """Return the text with the words that match blanked out."""
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
    def gate(self) -> TermMatcher:
        """Words that make an item relevant."""
        return TermMatcher(self._file.gate)

    @cached_property
    def themes(self) -> Mapping[str, TermMatcher]:
        """Words of each thematic area, by its code."""
        return {code: TermMatcher(terms) for code, terms in self._file.themes.items()}

    @cached_property
    def weak(self) -> Mapping[str, TermMatcher]:
        """Words that stand for a thematic area where no other one is named, by its code."""
        return {code: TermMatcher(terms) for code, terms in self._file.weak.items()}

    @cached_property
    def _other(self) -> TermMatcher:
        return TermMatcher(self._file.other)

    def without_other_senses(self, passage: FoldedText) -> FoldedText:
        """Return a text without words in another sense: the migration of birds, or of data."""
        return self._other.blank_out(passage)

    @cached_property
    def _names(self) -> TermMatcher:
        return TermMatcher(self._file.names)

    def without_names(self, passage: FoldedText) -> FoldedText:
        """Return a text without the names of authorities, whose words are no themes of the news."""
        return self._names.blank_out(passage)

    @cached_property
    def topics(self) -> Mapping[str, TermMatcher]:
        """Words of each topic, by its code."""
        return {code: TermMatcher(terms) for code, terms in self._file.topics.items()}

    @cached_property
    def types(self) -> Mapping[DevelopmentType, TermMatcher]:
        """Words of each development type."""
        return {kind: TermMatcher(terms) for kind, terms in self._file.types.items()}


def load_lexicon(language: str | None) -> Lexicon:
    """Return the lexicon of a language; the English one where there is none."""
    # Releases in many languages carry the international words.
    spoken = (language or "en").split("-")[0].lower()
    code = LIKE.get(spoken, spoken)
    return _load(code if code in languages() else "en")


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """Return the languages that have a lexicon."""
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
    """Return how every word that a term matches begins; None where that cannot be said."""
    known = _BEGINNING.match(word)
    is_open = known and known[0] == word.strip("*") and word.endswith("*")
    return known[0] if known and (len(known[0]) == BEGINNING or not is_open) else None


def _star(end: str) -> str:
    return r"\w*" if end == "*" else ""


TITLE_WEIGHT = 3.0
"""A word in the title counts as much as this many in the text."""
WEAK = 0.35
"""What a word counts that speaks for a theme only where no other one is named."""
FURTHER = 0.5
"""What a theme's second word counts of what it would alone: two synonyms are no two reasons."""
EARLY = 0.4
"""What the first word of a text counts more than the last: the subject stands first."""
SECOND = 0.5
"""A second theme is named when it has at least this share of the first one's weight."""
RESIDUAL = "general"

Code = TypeVar("Code", bound=str)


class Labels(Struct, frozen=True):
    """Codes, the most certain first, and the words that led to them."""

    codes: tuple[str, ...]
    words: tuple[str, ...]


class TypeLabel(Struct, frozen=True):
    """A development type, and the words that led to it."""

    code: DevelopmentType
    words: tuple[str, ...]


class _Hit(Struct, frozen=True):
    weight: float
    words: tuple[str, ...]


def find_themes(title: FoldedText, text: FoldedText, terms: Lexicon, gate: list[str]) -> Labels:
    """Return one or two thematic areas; without a word of any, the general one."""
    named = (terms.without_names(title), terms.without_names(text))
    hits = {
        code: hit
        for code in {**terms.themes, **terms.weak}
        if (hit := _weigh(*named, terms.themes.get(code), terms.weak.get(code))).weight
    }
    ranked = sorted(hits, key=lambda code: -hits[code].weight)
    if not ranked:
        return Labels((RESIDUAL,), tuple(gate))
    chosen = [code for code in ranked[:2] if hits[code].weight >= SECOND * hits[ranked[0]].weight]
    return Labels(tuple(chosen), tuple(word for code in chosen for word in hits[code].words))


def _weigh(
    title: FoldedText, text: FoldedText, strong: TermMatcher | None, weak: TermMatcher | None
) -> _Hit:
    """Return what the words of a theme weigh together, the heaviest theme first."""
    found = sorted(
        (times * share * (1 + EARLY * (1 - at / len(passage.text))), word)
        for passage, times in ((title, TITLE_WEIGHT), (text, 1.0))
        for share, word, at in _words(passage, strong, weak)
    )[::-1]
    total = sum(
        weight * (1.0 if place == 0 else FURTHER) for place, (weight, _) in enumerate(found)
    )
    return _Hit(total, tuple(dict.fromkeys(word for _, word in found)))


def _words(
    passage: FoldedText, strong: TermMatcher | None, weak: TermMatcher | None
) -> Iterator[tuple[float, str, int]]:
    """Return the words of a theme with weight and position."""
    # A weak word within a strong one says nothing more.
    named = strong.find_positions(passage) if strong else []
    yield from ((1.0, word, at) for word, at in named)
    for word, at in weak.find_positions(passage) if weak else []:
        if not any(start <= at < start + len(name) for name, start in named):
            yield WEAK, word, at


def find_topics(title: FoldedText, text: FoldedText, terms: Lexicon) -> Labels:
    """Return all topics that a text names, the heaviest first."""
    hits = _hits(title, text, terms.topics)
    ranked = sorted(hits, key=lambda code: -hits[code].weight)
    return Labels(tuple(ranked), tuple(word for code in ranked for word in hits[code].words))


def find_type(title: FoldedText, text: FoldedText, terms: Lexicon) -> TypeLabel:
    """Return Legislative or Institutional, whichever has more words; else Policy."""
    hits = _hits(title, text, terms.types)
    best: DevelopmentType = max(
        hits, key=lambda code: (hits[code].weight, code == "Legislative"), default="Policy"
    )
    return TypeLabel(best, hits[best].words if best in hits else ())


def _hits(
    title: FoldedText, text: FoldedText, terms: Mapping[Code, TermMatcher]
) -> dict[Code, _Hit]:
    hits = {}
    for code, wanted in terms.items():
        in_title, in_text = wanted.find_words(title), wanted.find_words(text)
        if in_title or in_text:
            weight = TITLE_WEIGHT * len(in_title) + len(in_text)
            hits[code] = _Hit(weight, tuple(dict.fromkeys(in_title + in_text)))
    return hits


KEY_TERMS_LIMIT = 8


def find_key_terms(title: str, text: str, language: str | None) -> tuple[str, ...]:
    """Return English terms for words of a title and its text; none for English, nor for a language
    without a list."""
    matchers = _key_terms_of((language or "en").split("-")[0].lower())
    terms = [term for passage in (title, text) for term in _terms_in(FoldedText(passage), matchers)]
    return tuple(dict.fromkeys(terms))[:KEY_TERMS_LIMIT]


def _terms_in(passage: FoldedText, matchers: dict[str, TermMatcher]) -> list[str]:
    """Return the English terms of a passage in order; of overlapping ones, the longer."""
    positions = sorted(
        (start, -len(word), english)
        for english, matcher in matchers.items()
        for word, start in matcher.find_positions(passage)
    )
    terms, end = list[str](), 0
    for start, length, english in positions:
        if start >= end:
            terms.append(english)
            end = start - length
    return terms


@lru_cache(maxsize=32)
def _key_terms_of(language: str) -> dict[str, TermMatcher]:
    file = files("bot").joinpath(f"data/terms/{LIKE.get(language, language)}.toml")
    if not language.isalpha() or not file.is_file():
        return {}
    words: dict[str, list[str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return {english: TermMatcher(tuple(forms)) for english, forms in words.items()}
