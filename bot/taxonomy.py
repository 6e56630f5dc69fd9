"""Countries, thematic areas, topics and types: codes, labels, and search by any wording.

The vocabulary is EUAA's (`data/vocabulary.toml`), the names of countries are CLDR's.
"""

import difflib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from bot.data_files import read_data
from bot.i18n import LANGUAGES, locale_for
from bot.terms import list_language
from bot.text import normalise

Facet = Literal["country", "theme", "topic", "type", "everything"]


class Term(Struct, frozen=True):
    """One value of one facet of a filter."""

    facet: Facet
    code: str
    label: str


class _Entry(Struct, frozen=True):
    code: str
    label: str
    short: str | None = None  # for head lines and buttons; None: the label is short enough
    older: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


class Group(Struct, frozen=True):
    """Themes and topics that are shown together."""

    label: str
    codes: tuple[str, ...]


class _Vocabulary(Struct, frozen=True):
    countries: tuple[str, ...]
    no_countries: tuple[str, ...]
    country_names: dict[str, tuple[str, ...]]
    agencies: dict[str, tuple[str, ...]]
    themes: tuple[_Entry, ...]
    topics: tuple[_Entry, ...]
    types: tuple[_Entry, ...]
    groups: tuple[Group, ...]


EVERYTHING = Term("everything", "everything", "everything")


@lru_cache(maxsize=1)
def _vocabulary() -> _Vocabulary:
    return read_data("vocabulary", _Vocabulary)


def countries() -> tuple[str, ...]:
    """Return the EU+ countries (ISO 3166-1 alpha-2), in EUAA's order."""
    return _vocabulary().countries


def themes() -> tuple[str, ...]:
    """Return the codes of the thematic areas, in EUAA's order."""
    return tuple(entry.code for entry in _vocabulary().themes)


def topics() -> tuple[str, ...]:
    """Return the codes of the topics that EUAA's vocabulary lacks."""
    return tuple(entry.code for entry in _vocabulary().topics)


def types() -> tuple[str, ...]:
    """Return the types of developments."""
    return tuple(entry.code for entry in _vocabulary().types)


def theme_groups() -> tuple[Group, ...]:
    """Return the groups of themes and topics, for those who choose with buttons."""
    return _vocabulary().groups


def label(facet: Facet, code: str) -> str:
    """Return the label of a code; an unknown code is its own label."""
    if facet == "country":
        return _territories("en").get(code, code)
    return _labels().get((facet, code), code)


@lru_cache(maxsize=1)
def _labels() -> dict[tuple[Facet, str], str]:
    return {(facet, entry.code): entry.label for facet, entries in _facets() for entry in entries}


def short_label(code: str) -> str:
    """Return the label of a theme or topic for a head line or a button."""
    entries = (*_vocabulary().themes, *_vocabulary().topics)
    return next((entry.short or entry.label for entry in entries if entry.code == code), code)


def agencies() -> dict[str, tuple[str, ...]]:
    """Return the names of authorities that belong to one country, by its code."""
    return _vocabulary().agencies


def is_country(code: str) -> bool:
    """Return whether CLDR knows a code as a country, or as the European Union."""
    is_code = len(code) == 2 and code.isalpha() and code.isupper()
    return is_code and (code in countries() or code in _territories("en"))


@lru_cache(maxsize=64)
def _territories(language: str) -> dict[str, str]:
    from babel import Locale, UnknownLocaleError  # late: 25 ms that `health` must not pay

    try:
        return dict(Locale.parse(language, sep="-").territories)
    except (UnknownLocaleError, ValueError):
        return {}


def country_names(language: str | None) -> dict[str, tuple[str, ...]]:
    """Return the names of the world's countries in a language and in English, by code."""
    local = _territories((language or "en").split("-")[0])
    names = {}
    for code in filter(is_country, _territories("en")):
        if code not in _vocabulary().no_countries:
            wordings = dict.fromkeys((local.get(code), *_english_names(code)))
            names[code] = tuple(name for name in wordings if name and len(name) > 2)
    return names


def country_forms(language: str) -> dict[str, tuple[str, ...]]:
    """Return terms (`bot.terms`) for what `country_names` lacks in a language, by code."""
    return _country_forms().get(list_language(language), {})


@lru_cache(maxsize=1)
def _country_forms() -> dict[str, dict[str, tuple[str, ...]]]:
    return read_data("country_forms", dict[str, dict[str, tuple[str, ...]]])


def _english_names(code: str) -> tuple[str, ...]:
    return (label("country", code), *_vocabulary().country_names.get(code, ()))


@lru_cache(maxsize=1)
def home_languages() -> tuple[str, ...]:
    """Return the official languages of the EU+ countries: each country is called so at home."""
    from babel.languages import get_official_languages

    spoken = (get_official_languages(code, de_facto=True) for code in countries())
    return tuple(dict.fromkeys(language.replace("_", "-") for each in spoken for language in each))


# ------------------------------------------------------------------ find a term by its wording


def find_term(phrase: str) -> Term | None:
    """Find the one term of a phrase: a code, a name, or a distinctive part of a label; return None
    where it matches none, or several."""
    # Case, accents and punctuation do not matter: people type on phones.
    words = normalise(phrase)
    if exact := _index().get(words):
        return exact
    terms = _containing(words)
    return terms[0] if len(terms) == 1 else None


def suggest(phrase: str) -> tuple[str, ...]:
    """Return the labels nearest to a phrase that `find_term` does not know: those that hold it, or
    are similar."""
    words = normalise(phrase)
    if several := _containing(words):
        return tuple(term.label for term in several)
    near = difflib.get_close_matches(words, _index(), n=1, cutoff=0.6)
    return tuple(_index()[name].label for name in near)


def _containing(words: str) -> tuple[Term, ...]:
    """Return the terms of which a wording holds the phrase, from the beginning of a word."""
    if len(words) < 4:
        return ()
    return tuple(dict.fromkeys(term for name, term in _wordings() if f" {words}" in f" {name}"))


@lru_cache(maxsize=1)
def _index() -> dict[str, Term]:
    """Return the term of each wording: the first that goes by it."""
    index = dict.fromkeys(("everything", "all", "anything", "any"), EVERYTHING)
    terms = _country_terms()
    for wording, term in (*terms.items(), *_wordings(), *_country_names(terms)):
        index.setdefault(normalise(wording), term)
    return index


@lru_cache(maxsize=1)
def _wordings() -> tuple[tuple[str, Term], ...]:
    """Return every wording of every theme, topic and type, in all languages of the bot."""
    wordings = []
    for facet, entries in _facets():
        for entry in entries:
            term = Term(facet, entry.code, entry.label)
            shown = (entry.label, entry.short or entry.label)
            labels = [locale_for(code).gettext(text) for code in LANGUAGES for text in shown]
            names = (entry.code, *shown, *entry.older, *entry.said, *labels)
            wordings += [(normalise(name), term) for name in names]
    return tuple(wordings)


def _facets() -> tuple[tuple[Facet, tuple[_Entry, ...]], ...]:
    vocabulary = _vocabulary()
    return (("theme", vocabulary.themes), ("topic", vocabulary.topics), ("type", vocabulary.types))


def _country_terms() -> dict[str, Term]:
    codes = (*countries(), *filter(is_country, _territories("en")))
    return {code: Term("country", code, label("country", code)) for code in codes}


def _country_names(terms: Mapping[str, Term]) -> Iterator[tuple[str, Term]]:
    """Yield countries by their names in English, then by those at home."""
    for code, term in terms.items():
        for name in _english_names(code):
            yield name, term
    for code in countries():
        for language in home_languages():
            if at_home := _territories(language).get(code):
                yield at_home, terms[code]
