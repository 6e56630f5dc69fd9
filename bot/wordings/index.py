"""The index of all wordings: labels, names of countries, and plain words for themes."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from bot import taxonomy
from bot.cldr import babel_data
from bot.data_files import languages_of, read_data, read_lists
from bot.i18n import LANGUAGES, all_locales
from bot.taxonomy import Term
from bot.text import normalise
from bot.text.terms import TermIndex, list_language
from bot.wordings.cases import Cases

Meaning = tuple[Term, ...]
"""What a wording names: one term, or all of a group's."""
ANY = ""
"""The language of codes."""
PART = 4
"""Letters of the shortest part of a label that names it."""


class Wording(NamedTuple):
    """What one wording means in one language; the lower its rank, the surer."""

    meaning: Meaning
    language: str
    rank: int


CODE, LABEL, INFLECTED = range(3)
"""Ranks."""


def find(phrase: str, language: str | None = None) -> tuple[Meaning, ...]:
    """Return what a whole phrase names: nothing, one meaning, or several where languages disagree
    and none of them is the reader's, nor English. Case, accents and punctuation do not matter."""
    words = normalise(phrase)
    found = index().matches(words) or [(len(words), each) for each in _in_cases(words)]
    surest = min((each.rank for _, each in found), default=CODE)
    best = [(letters, each) for letters, each in found if each.rank == surest]
    for preferred in (list_language(language), "en"):
        if own := [(letters, each) for letters, each in best if each.language == preferred]:
            return _longest(own)
    return _longest(best)


def _longest(found: list[tuple[int, Wording]]) -> tuple[Meaning, ...]:
    """Return the meanings of the wordings that name the most letters: `Abschiebehaft` is none of
    `Abschieb*`."""
    most = max((letters for letters, _ in found), default=0)
    return tuple(dict.fromkeys(each.meaning for letters, each in found if letters == most))


def find_parts(phrase: str) -> tuple[Meaning, ...]:
    """Return what has an English label that holds the words of a phrase, which are distinctive."""
    words = normalise(phrase)
    is_distinctive = len(words) >= PART and not taxonomy.common_words().issuperset(words.split())
    if not is_distinctive or not _label_words().issuperset(words.split()):
        return ()
    held = (meaning for label, meaning in labels("en") if f" {words} " in f" {label} ")
    return tuple(dict.fromkeys(held))


@lru_cache(maxsize=1)
def _label_words() -> frozenset[str]:
    return frozenset(word for label, _ in labels("en") for word in label.split())


def longest() -> int:
    """Return how many words the longest wording has."""
    return index().longest


# ------------------------------------------------------------------ what it is made of


@lru_cache(maxsize=1)
def index() -> TermIndex[Wording]:
    """Return every wording."""
    return TermIndex(all_wordings())


@lru_cache(maxsize=1)
def all_wordings() -> tuple[tuple[str, Wording], ...]:
    """Return the terms of every wording."""
    return (*_codes(), *_shown(), *_country_names(), *_plain_words())


def _codes() -> Iterator[tuple[str, Wording]]:
    for code in taxonomy.country_codes():
        yield code, Wording((_country(code),), ANY, CODE)
    for code in taxonomy.labelled_codes():
        yield code, Wording(_meaning((code,)), ANY, CODE)


def _shown() -> Iterator[tuple[str, Wording]]:
    """Yield the labels that screens show: of themes, topics, types and groups, in all languages of
    the bot."""
    for to in all_locales():
        for meaning, labels in _all_labels():
            for label in labels:
                yield to.gettext(label), Wording(meaning, to.code, LABEL)


def _all_labels() -> Iterator[tuple[Meaning, tuple[str, ...]]]:
    for code in taxonomy.labelled_codes():
        yield _meaning((code,)), taxonomy.shown_labels(code)
    for group in taxonomy.theme_groups():
        yield _meaning(group.codes), (group.label,)


def _meaning(codes: Iterable[str]) -> Meaning:
    return tuple(_term(taxonomy.facet_of(code), code) for code in codes)


def _country(code: str) -> Term:
    return _term("country", code)


def _term(facet: taxonomy.Facet, code: str) -> Term:
    return Term(facet, code, taxonomy.label(facet, code))


@lru_cache(maxsize=32)
def labels(language: str | None = None) -> tuple[tuple[str, Meaning], ...]:
    """Return the labels of single themes, topics and types in a language, or in all, normalised."""
    return tuple(
        dict.fromkeys(
            (normalise(label), wording.meaning)
            for label, wording in _shown()
            if len(wording.meaning) == 1 and language in (None, wording.language)
        )
    )


# ------------------------------------------------------------------ countries


def _country_names() -> Iterator[tuple[str, Wording]]:
    for code, adjectives in taxonomy.demonyms().items():  # in others they are like other words
        yield from ((word, Wording((_country(code),), "en", LABEL)) for word in adjectives)
    with babel_data():
        for language in languages():
            for code, names in taxonomy.own_country_names(language).items():
                yield from ((name, Wording((_country(code),), language, LABEL)) for name in names)
            for code, terms in taxonomy.country_forms(language).items():
                yield from (
                    (term, Wording((_country(code),), language, INFLECTED)) for term in terms
                )


@lru_cache(maxsize=1)
def _cases() -> Cases:
    return Cases({language: taxonomy.own_country_names(language) for language in languages()})


def _in_cases(phrase: str) -> list[Wording]:
    """Return the countries whose name a phrase is in a grammatical case."""
    return [
        Wording((_country(code),), language, INFLECTED) for code, language in _cases().find(phrase)
    ]


def languages() -> tuple[str, ...]:
    """Return the languages (ISO 639-1) that are understood."""
    official = map(list_language, taxonomy.home_languages())
    return tuple(code for code in dict.fromkeys((*LANGUAGES, *official)) if len(code) == 2)


# ------------------------------------------------------------------ plain words


class _Glossary(Struct, frozen=True):
    """The nouns and adjectives of `data/glossary`: English words, each with its terms."""

    who: dict[str, tuple[str, ...]]
    people: dict[str, tuple[str, ...]]
    about: dict[str, tuple[str, ...]]
    like: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def plain_words() -> tuple[tuple[str, Meaning], ...]:
    """Return what people call themes, topics and types in English, normalised."""
    codes = taxonomy.labelled_codes()
    return tuple(
        (normalise(word), _meaning((code,))) for code in codes for word in taxonomy.said(code)
    )


def _plain_words() -> Iterator[tuple[str, Wording]]:
    """Yield what people call themes, topics, types and groups: in English, what the glossaries have
    for these words, and the further ones of `data/theme_words.toml`."""
    english = defaultdict[str, list[Meaning]](list)
    for word, meaning in _english_words():
        english[word.lower()].append(meaning)
        yield word, Wording(meaning, "en", LABEL)
    for language in sorted(languages_of("glossary")):
        for word, terms in _nouns(language, english):
            for meaning in english.get(word.lower(), ()):
                yield from ((term, Wording(meaning, language, INFLECTED)) for term in terms)
    for language, entries in _theme_words().items():
        for code, terms in entries.items():
            yield from ((term, Wording(_meaning((code,)), language, LABEL)) for term in terms)


def _english_words() -> Iterator[tuple[str, Meaning]]:
    for meaning, shown in _all_labels():
        yield from ((label, meaning) for label in shown)
    for code in taxonomy.labelled_codes():
        yield from ((word, _meaning((code,))) for word in taxonomy.said(code))


def _nouns(language: str, english: Container[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    lists = read_lists(f"glossary/{language}", _Glossary, english)
    for entries in (lists.who, lists.people, lists.about, lists.like):
        yield from entries.items()


def _theme_words() -> dict[str, dict[str, tuple[str, ...]]]:
    return read_data("theme_words", dict[str, dict[str, tuple[str, ...]]])
