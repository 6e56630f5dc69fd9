"""Score what two developments have in common that name no number of one law (pure)."""

import datetime as dt
import re
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from bot.data_files import read_data
from bot.dates.mentions import find_dates
from bot.dedupe.matter_order import days_apart, progress, told_on
from bot.dedupe.reports import Report, all_stems, read
from bot.dedupe.resemblance import report, told_text, words_of
from bot.dedupe.subjects import subjects_of
from bot.models import Development
from bot.text import fold, numbers
from bot.text.terms import FoldedText, TermMatcher, list_language, listed_language

# The worths are those of a logistic regression over pairs of stages, rounded: two stages are rather
# of one law where the sum is above 0.
UNKNOWN = -1.9
"""What two stages are worth that have nothing in common."""
BASE_ACT, LAW, OTHER_LAW = 2.5, 1.0, -1.3
"""Both cite one act; their titles name one law (`data/law_names.toml`); they name two."""
EU, WIDE = "EU", 0.3
"""What is all on asylum; how much less these say of it."""
THEME, OTHER_THEMES = 1.0, -1.1
"""A theme in common; themes, but none in common."""
SUBJECT, OTHER_SUBJECTS = 0.7, -1.3
"""Each subject in common; titles on other subjects."""
PROGRESS = 0.8
"""Each step of a procedure by which the later stage is ahead of the earlier one."""
MENTION, NAME, NUMBER = 1.5, 0.25, 0.7
"""Each country, name and number in common."""
COMPOUND, LONG = 2.25, 17
"""Both name a law in one word of so many letters: it is no old one."""
ABBREVIATION, DAY = 1.25, 3.5
"""Both call a law by one short name; one names the day of the other."""
SAME_STAGE, RETOLD = 1.0, 3
"""Two publishers tell one kind of stage within so many days."""
TITLES, HEAD, WORDS = 3.4, 2.5, 1.1
"""All telling words of a title are in the other title; in the other text; all words are."""
YEAR, FOREIGN, UNREAD = -0.85, 0.6, 0.5
"""Each year between them; texts in two languages, which share fewer words; a title in another
language that is not known in English."""
SUBJECTS, MENTIONS, NAMES, NUMBERS = 4, 2, 3, 2
"""How many of these count at most."""
FEWEST_OF_TITLE, FEWEST_OF_HEAD = 2, 3
"""Of how many words at least shares are taken."""

_ABBREVIATION = re.compile(r"\b(?:[A-Z]+[a-z]+-?[A-Z0-9][\w-]*|[A-Z]{2,}-[A-Z0-9]+)\b")
_DAY_OR_YEAR = re.compile(r"[012]?\d|3[01]|(?:19|20)\d\d")


def likeness(one: Development, other: Development) -> float:
    """Return the score of what two stages have in common; above 0 they are rather of one law."""
    return UNKNOWN + sum(_shared_facts(one, other)) + sum(_shared_words(one, other))


def _shared_facts(one: Development, other: Development) -> Iterator[float]:
    first, second = _facts_of(one), _facts_of(other)
    narrow = WIDE if one.country == EU else 1.0
    is_one_law = first.laws_of_title & second.laws or first.laws & second.laws_of_title
    is_other_law = first.laws_of_title and second.laws_of_title and not first.laws & second.laws
    yield narrow * BASE_ACT * bool({*one.references} & {*other.references})
    yield narrow * LAW * bool(is_one_law)
    yield OTHER_LAW * bool(is_other_law)
    yield _shared_themes(_about(one), _about(other))
    yield PROGRESS * progress(one, other)
    yield SUBJECT * min(len(first.subjects & second.subjects), SUBJECTS)
    yield OTHER_SUBJECTS * _are_on_others(first, second)
    yield NUMBER * min(len(first.numbers & second.numbers), NUMBERS)
    yield COMPOUND * bool(first.compounds & second.compounds)
    yield ABBREVIATION * bool(first.abbreviations & second.abbreviations)
    yield DAY * bool(_days_of(one) & second.days or _days_of(other) & first.days)
    yield SAME_STAGE * (not is_other_law and _tell_one_stage(one, other))
    yield YEAR * days_apart(one, other) / 365


def _shared_themes(some: Set[str], others: Set[str]) -> float:
    if some & others:
        return THEME
    return OTHER_THEMES if some and others else 0.0


def _are_on_others(first: "_Facts", second: "_Facts") -> bool:
    """Return whether the titles of two stages have subjects, none of which the other names."""
    titles = first.subjects_of_title, second.subjects_of_title
    shared = titles[0] & second.subjects or titles[1] & first.subjects
    return all(titles) and not shared


def _tell_one_stage(one: Development, other: Development) -> bool:
    kinds = {each.stage.kind for each in (one, other) if each.stage}
    publishers = {each.sources[0].publisher for each in (one, other)}
    return len(kinds) == 1 < len(publishers) and days_apart(one, other) <= RETOLD


def _shared_words(one: Development, other: Development) -> Iterator[float]:
    first, second = report(one), report(other)
    names = _names_in(first) & _names_in(second) - first.mentions - second.mentions
    yield MENTION * min(len(first.mentions & second.mentions), MENTIONS)
    yield NAME * min(len(names), NAMES)
    titles, heads = _telling_of(one, other)
    is_foreign = one.sources[0].language != other.sources[0].language
    yield FOREIGN * is_foreign
    yield UNREAD * (not all(titles) and is_foreign)
    yield TITLES * _share(*titles, FEWEST_OF_TITLE)
    yield HEAD * max(_share_of_first(titles[0], heads[1]), _share_of_first(titles[1], heads[0]))
    if not is_foreign:
        yield WORDS * _share(words_of(one), words_of(other), 1)


def _share(words: Set[str], others: Set[str], fewest: int) -> float:
    """Return the share of words in common of the text that has fewer."""
    return len(words & others) / max(min(len(words), len(others)), fewest)


def _share_of_first(words: Set[str], others: Set[str]) -> float:
    return len(words & others) / max(len(words), FEWEST_OF_HEAD)


def _telling_of(
    one: Development, other: Development
) -> tuple[tuple[Set[str], Set[str]], tuple[Set[str], Set[str]]]:
    """Return the telling words of two titles and of the whole of two texts: in one language, else
    of the titles in English as far as they are known in it."""
    language = one.sources[0].language
    if language != other.sources[0].language:
        titles = _telling(_in_english(one), "en"), _telling(_in_english(other), "en")
        return titles, titles
    (title, text), (title2, text2) = told_text(one), told_text(other)
    return (
        (_telling(title, language), _telling(title2, language)),
        (_telling(f"{title}. {text}", language), _telling(f"{title2}. {text2}", language)),
    )


def _in_english(development: Development) -> str:
    source = development.sources[0]
    return source.title_en or (
        development.title if development.translated_by else development.gloss
    )


def _days_of(development: Development) -> Set[dt.date | None]:
    return {development.date, told_on(development)}


def _about(development: Development) -> Set[str]:
    return {*development.themes, *development.topics} - {"general"}


# ------------------------------------------------------------------ one text


class _Facts(NamedTuple):
    """What a text says of a law in words that all languages share."""

    laws_of_title: Set[str]
    laws: Set[str]
    """Which laws it names, by what they are about."""
    subjects_of_title: Set[str]
    subjects: Set[str]
    days: Set[dt.date]
    """Which days it names."""
    numbers: Set[str]
    """Which numbers that are no part of a date."""
    compounds: Set[str]
    """The beginnings of the long names of laws in one word: `Asylnoodmaatregelenwet`."""
    abbreviations: Set[str]
    """What laws are called in short: `AsylG`, `ZTuj-2D`."""


def _facts_of(development: Development) -> _Facts:
    title, text = told_text(development)
    return _facts(title, text, development.sources[0].language)


@lru_cache(maxsize=2000)  # a stage is compared with many others
def _facts(title: str, text: str, language: str | None) -> _Facts:
    whole = f"{title}. {text}"
    passage = FoldedText(whole)
    compounds = _compound_laws(listed_language(language, "stages")).find_words(passage)
    return _Facts(
        laws_of_title=_laws_in(FoldedText(title)),
        laws=_laws_in(passage),
        subjects_of_title=subjects_of(title, language),
        subjects=subjects_of(whole, language),
        days=frozenset(_days_in(whole, language)),
        numbers={each for each in numbers(whole) if not _DAY_OR_YEAR.fullmatch(each)},
        compounds={fold(word)[:LONG] for word in compounds if len(word) >= LONG},
        abbreviations={*_ABBREVIATION.findall(whole)},
    )


@lru_cache(maxsize=2000)
def _names_in(told: Report) -> frozenset[str]:
    return read(told).names


def _days_in(text: str, language: str | None) -> Iterator[dt.date]:
    for each in find_dates(text, language):
        try:
            yield dt.date(each.year or 0, each.month, each.day)
        except ValueError:  # a date without a year, or none of the calendar
            continue


def _laws_in(passage: FoldedText) -> Set[str]:
    return {name for name, terms in _law_names().items() if terms.find_positions(passage)}


@lru_cache(maxsize=4000)
def _telling(text: str, language: str | None) -> frozenset[str]:
    """Return the stems of the words of a text that tell what its law is about."""
    passage = _procedural(listed_language(language, "stages")).blank_out(FoldedText(text))
    passage = _function_words(list_language(language)).blank_out(passage)
    stems = all_stems(passage.folded, "")
    return frozenset(each for each in stems if not each[0].isdigit())


# ------------------------------------------------------------------ lists


class _Bodies(Struct):
    bodies: dict[str, tuple[str, ...]]


@lru_cache(maxsize=32)
def _procedural(code: str) -> TermMatcher:
    """Return the words for laws and their stages, which say nothing of what one is about; not the
    compounds with them."""
    lists = [
        *read_data(f"stages/{code}", dict[str, tuple[str, ...]]).values(),
        *read_data(f"events/{listed_language(code, 'events')}", _Bodies).bodies.values(),
    ]
    return TermMatcher(tuple(term for terms in lists for term in terms if term[0] != "*"))


@lru_cache(maxsize=32)
def _compound_laws(code: str) -> TermMatcher:
    lists = read_data(f"stages/{code}", dict[str, tuple[str, ...]])
    return TermMatcher(tuple(term for term in lists["laws"] if term[0] == "*"))


@lru_cache(maxsize=32)
def _function_words(code: str) -> TermMatcher:
    return TermMatcher(read_data("function_words", dict[str, tuple[str, ...]]).get(code, ()))


@lru_cache(maxsize=1)
def _law_names() -> dict[str, TermMatcher]:
    lists = read_data("law_names", dict[str, tuple[str, ...]])
    return {name: TermMatcher(terms) for name, terms in lists.items()}
