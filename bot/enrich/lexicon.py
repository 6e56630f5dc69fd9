"""Find the labels and key terms of a text by word lists (`data/lexicon`, `data/terms`).

Whole words match, with case and accents folded; `*` stands for any ending, or before a word for
the front of a compound.
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

Code = TypeVar("Code", bound=str)

LIKE = {"nb": "no", "nn": "no", "sr": "hr", "bs": "hr", "mo": "ro"}
"""Languages that share a lexicon."""

BEGINNING = 5
"""Letters of a word that are compared before a pattern is run."""
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
        """Return the text with matches replaced by spaces, so that positions stay."""
        copy = FoldedText("")
        copy.text = self.text
        copy.folded = pattern.sub(lambda match: " " * len(match[0]), self.folded)
        return copy


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
        """Return the text with the words that match replaced by spaces."""
        return passage.without(self._pattern) if self._may_be_in(passage) else passage

    def _may_be_in(self, passage: FoldedText) -> bool:
        # Most lists have no word in a text, and a set is faster to ask than a pattern.
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
    """The terms of one language; each list is compiled when it is first used."""

    def __init__(self, file: _File) -> None:
        self._file = file

    @cached_property
    def gate(self) -> TermMatcher:
        """Return the words that make an item relevant."""
        return TermMatcher(self._file.gate)

    @cached_property
    def themes(self) -> Mapping[str, TermMatcher]:
        """Return the words of each thematic area, by its code."""
        return _matchers(self._file.themes)

    @cached_property
    def weak(self) -> Mapping[str, TermMatcher]:
        """Return words that count for a theme only where no other theme is named, by its code."""
        return _matchers(self._file.weak)

    @cached_property
    def topics(self) -> Mapping[str, TermMatcher]:
        """Return the words of each topic, by its code."""
        return _matchers(self._file.topics)

    @cached_property
    def types(self) -> Mapping[DevelopmentType, TermMatcher]:
        """Return the words of each development type."""
        return _matchers(self._file.types)

    @cached_property
    def _other(self) -> TermMatcher:
        return TermMatcher(self._file.other)

    def without_other_senses(self, passage: FoldedText) -> FoldedText:
        """Blank out words in another sense: the migration of birds, or of data."""
        return self._other.blank_out(passage)

    @cached_property
    def _names(self) -> TermMatcher:
        return TermMatcher(self._file.names)

    def without_names(self, passage: FoldedText) -> FoldedText:
        """Blank out the names of authorities: a Ministry of Asylum also reports other news."""
        return self._names.blank_out(passage)


def _matchers(lists: Mapping[Code, tuple[str, ...]]) -> dict[Code, TermMatcher]:
    return {code: TermMatcher(terms) for code, terms in lists.items()}


def load_lexicon(language: str | None) -> Lexicon:
    """Return the lexicon of a language; the English one where there is none."""
    # Releases in many languages carry the international words.
    language_code = (language or "en").split("-")[0].lower()
    code = LIKE.get(language_code, language_code)
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
    """Return the first letters of all words that a term matches; None where they differ."""
    known = _BEGINNING.match(word)
    is_open = known and known[0] == word.strip("*") and word.endswith("*")
    return known[0] if known and (len(known[0]) == BEGINNING or not is_open) else None


def _star(end: str) -> str:
    return r"\w*" if end == "*" else ""


TITLE_WEIGHT = 3.0
"""The weight of a word in the title; a word in the text weighs 1."""
WEAK = 0.35
"""The weight of a word of the `weak` lists."""
# Two synonyms are not two reasons for a theme.
FURTHER = 0.5
"""The share of its weight that a theme's second word counts."""
# The subject of a text comes first.
EARLY = 0.4
"""The extra weight of the first word of a text, falling to 0 at its end."""
SECOND = 0.5
"""The least weight of a second theme, as a share of the first one's."""
RESIDUAL = "general"


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
    """Return the weight of a theme, and its words, the heaviest first."""
    weights = sorted(
        (times * share * (1 + EARLY * (1 - at / len(passage.text))), word)
        for passage, times in ((title, TITLE_WEIGHT), (text, 1.0))
        for share, word, at in _words(passage, strong, weak)
    )[::-1]
    total = sum(weight * (FURTHER if index else 1.0) for index, (weight, _) in enumerate(weights))
    return _Hit(total, tuple(dict.fromkeys(word for _, word in weights)))


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
    for code, matcher in terms.items():
        in_title, in_text = matcher.find_words(title), matcher.find_words(text)
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
    lists: dict[str, list[str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return _matchers({english: tuple(forms) for english, forms in lists.items()})
