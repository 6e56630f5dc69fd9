"""Countries, thematic areas, topics and types: their codes, labels and names.

The vocabulary is EUAA's (`data/vocabulary.toml`), the names of countries are CLDR's.
"""

from functools import lru_cache
from typing import Literal

from msgspec import Struct

from bot.cldr import babel_data, read_locale
from bot.data_files import read_data
from bot.models import SourceType
from bot.text.terms import list_language

Facet = Literal["country", "theme", "topic", "type", "source_type"]

_NO_TERRITORIES = ("EZ", "QO", "UN", "XA", "XB", "ZZ")
"""Codes of CLDR for groups of countries, for an unknown one, and for tests of programs."""


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


class _SourceType(Struct, frozen=True):
    code: SourceType
    label: str
    said: tuple[str, ...] = ()


class Group(Struct, frozen=True):
    """Themes and topics that are shown together."""

    label: str
    codes: tuple[str, ...]


class _Vocabulary(Struct, frozen=True):
    countries: tuple[str, ...]
    no_countries: tuple[str, ...]
    common_words: frozenset[str]
    country_names: dict[str, tuple[str, ...]]
    demonyms: dict[str, tuple[str, ...]]
    agencies: dict[str, tuple[str, ...]]
    themes: tuple[_Entry, ...]
    topics: tuple[_Entry, ...]
    types: tuple[_Entry, ...]
    source_types: tuple[_SourceType, ...]
    groups: tuple[Group, ...]


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


def source_types() -> tuple[SourceType, ...]:
    """Return the types of sources, in the order in which they are shown."""
    return tuple(entry.code for entry in _vocabulary().source_types)


def said_of_source_type(code: str) -> tuple[str, ...]:
    """Return what people call a type of source in English."""
    return next(entry.said for entry in _vocabulary().source_types if entry.code == code)


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
    labels = {(facet, code): entry.label for code, (facet, entry) in _entries().items()}
    labels.update({("source_type", each.code): each.label for each in _vocabulary().source_types})
    return labels


@lru_cache(maxsize=1)
def _entries() -> dict[str, tuple[Facet, _Entry]]:
    """Return the themes, topics and types by code."""
    known = _vocabulary()
    of_facets: tuple[tuple[Facet, tuple[_Entry, ...]], ...] = (
        ("theme", known.themes), ("topic", known.topics), ("type", known.types)
    )  # fmt: skip
    return {entry.code: (facet, entry) for facet, entries in of_facets for entry in entries}


def facet_of(code: str) -> Facet:
    """Return whether a code is a theme, a topic or a type."""
    return _entries()[code][0]


def short_label(code: str) -> str:
    """Return the label of a theme, topic or type for a head line or a button."""
    if code not in _entries():
        return code
    _, entry = _entries()[code]
    return entry.short or entry.label


def shown_labels(code: str) -> tuple[str, ...]:
    """Return every label of a theme, topic or type that is or was shown."""
    _, entry = _entries()[code]
    return tuple(dict.fromkeys((entry.label, short_label(code), *entry.older)))


def said(code: str) -> tuple[str, ...]:
    """Return what people call a theme, topic or type in English when they do not know its label."""
    return _entries()[code][1].said


def common_words() -> frozenset[str]:
    """Return the words of labels, folded, that name none of them alone."""
    return _vocabulary().common_words


def labelled_codes() -> tuple[str, ...]:
    """Return the codes of all themes, topics and types."""
    return tuple(_entries())


def demonyms() -> dict[str, tuple[str, ...]]:
    """Return the English adjectives of countries, by code."""
    return _vocabulary().demonyms


def agencies() -> dict[str, tuple[str, ...]]:
    """Return the names of authorities that belong to one country, by its code."""
    return _vocabulary().agencies


def country_codes() -> tuple[str, ...]:
    """Return the codes of the world's countries, those that are followed first."""
    world = filter(is_country, _territories("en"))
    return tuple(dict.fromkeys((*countries(), *world)))


def is_country(code: str) -> bool:
    """Return whether CLDR knows a code as a country, or as the European Union."""
    is_code = len(code) == 2 and code.isalpha() and code.isupper() and code not in _NO_TERRITORIES
    return is_code and (code in countries() or code in _territories("en"))


@lru_cache(maxsize=64)
def _territories(language: str) -> dict[str, str]:
    with read_locale(language) as locale:
        return dict(locale.territories) if locale else {}


def country_names(language: str | None) -> dict[str, tuple[str, ...]]:
    """Return the names of the world's countries in a language and in English, by code."""
    local = _territories((language or "en").split("-")[0])
    names = {}
    for code in filter(is_country, _territories("en")):
        if code not in _vocabulary().no_countries:
            wordings = dict.fromkeys((local.get(code), *_english_names(code)))
            names[code] = tuple(name for name in wordings if name and len(name) > 2)
    return names


def own_country_names(language: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the world's countries in a language alone, by code."""
    if language == "en":
        return {code: _english_names(code) for code in country_codes()}
    local = _territories(language)
    return {code: (local[code],) for code in country_codes() if code in local}


def country_forms(language: str) -> dict[str, tuple[str, ...]]:
    """Return terms (`bot.text.terms`) for what `country_names` lacks in a language, by code."""
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

    with babel_data():
        spoken = [get_official_languages(code, de_facto=True) for code in countries()]
    return tuple(dict.fromkeys(language.replace("_", "-") for each in spoken for language in each))
