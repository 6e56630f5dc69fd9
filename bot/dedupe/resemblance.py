"""Decide whether the texts of two developments have as much in common as reports of one event
(pure)."""

import datetime as dt
import math
from collections.abc import Set
from functools import lru_cache

from bot.dedupe.figures import digits
from bot.dedupe.reports import (
    Report,
    all_stems,
    head_stems,
    read,
    telling_numbers,
    without_dateline,
)
from bot.dedupe.subjects import nationalities_in
from bot.models import Development
from bot.reader_language import native_text
from bot.text import normalise, numbers
from bot.text.numerals import with_digits
from bot.text.scripts import TWO_SCRIPTS, in_latin

# At .6 one pair of 40,000 was wrongly merged.
SHARED_RUNS = 0.6
"""The least share of the shorter text's three-word runs that the longer one has."""
RUN = 3
SHORT = 8
"""Three-word runs below which only the titles are compared, which must be equal."""
FEWEST_RUNS = math.ceil(SHARED_RUNS * SHORT)
"""The least number of three-word runs that two texts of one event share."""
COPIED_WORDS = 15
"""Words of the shortest beginning of a text that makes another one its copy."""
NEAR = 2
"""Days within which an equal title means the same event: some titles recur each month."""
TITLE = 4
"""The least number of words of a title that identifies an event."""
RETOLD = 1
"""Days within which an event is told in other words."""
FEWEST_MARKS = 2
"""The least number of words of the head, and of numbers, that two such reports share."""
# Of 600 pairs of reports in one language of different events, none that `distinctions` leaves
# together reaches either.
SHARED_WORDS = ((0.7, 15, 0), (0.45, 9, 1), (0.3, 8, 3))
"""The least share of the words of the report that has fewer, number of words, and number of rare
names and numbers in common, of which one is enough."""
PRECISE = 4
"""Digits of a number that is as rare as two names."""
CASE_WORDS = 5
"""The least number of words in common of two reports that name the same case."""
CASES = ("C-", "ECHR", "ECLI")
"""What the references to cases of courts begin with."""


def have_same_content(one: Development, other: Development) -> bool:
    """Return whether two developments are told in the same words, or in other words that name the
    same."""
    runs, others = word_runs(one), word_runs(other)
    days = days_between(one, other)
    fewer = min(len(runs), len(others))
    if fewer < SHORT:
        title, another = (normalise(told_text(each)[0]) for each in (one, other))
        is_cut = fewer >= FEWEST_RUNS and (runs <= others or runs >= others)
        return days <= NEAR and title == another and (is_cut or len(title.split()) >= TITLE)
    if len(runs & others) >= SHARED_RUNS * fewer:
        # The longer text holds every number of the shorter: weekly reports differ in nothing else.
        short, long = (one, other) if len(runs) <= len(others) else (other, one)
        return numbers(full_text(short)) <= numbers(full_text(long))
    is_near = one.date is not None and other.date is not None and days <= RETOLD
    return is_near and _name_the_same(one, other)


def have_common_runs(one: Development, other: Development) -> bool:
    """Return whether one of two developments may be a copy of the other one's beginning."""
    return len(word_runs(one) & word_runs(other)) > COPIED_WORDS - RUN


def _name_the_same(one: Development, other: Development) -> bool:
    """Return whether two reports in one language have rare words, names and numbers in common."""
    if one.sources[0].language != other.sources[0].language:
        return False
    if _weight(marks_of(one) & marks_of(other)) < FEWEST_MARKS:
        return False
    words, others = words_of(one), words_of(other)
    shared = len(words & others)
    if shared >= CASE_WORDS and cases(one) & cases(other):
        return True
    least = least_names(shared, min(len(words), len(others)))
    if least is None:
        return False
    # Countries are named by many reports of a day.
    countries = report(one).mentions & report(other).mentions
    return _weight(_rare(one) & _rare(other)) - len(countries) >= least


def _weight(shared: Set[str]) -> int:
    """Return the number of words, names and numbers; a precise number counts twice."""
    return len(shared) + sum(digits(each) >= PRECISE for each in shared if each[0].isdigit())


def least_names(shared: int, fewer: int) -> int | None:
    """Return how many rare names and numbers two reports must have in common that share so many
    words, of so many of the report that has fewer; None: their words are too different."""
    return min(
        (names for share, fewest, names in SHARED_WORDS if shared >= max(share * fewer, fewest)),
        default=None,
    )


def cases(development: Development) -> set[str]:
    """Return the references to cases of courts in a development."""
    return {case for case in development.references if case.startswith(CASES)}


def _rare(development: Development) -> frozenset[str]:
    """Return what few reports of a day have in common: numbers of two digits and more that are no
    part of a date of these days, and names that are no bodies."""
    reading = read(report(development))
    numbers_ = {number for number in reading.numbers if len(number) > 1}
    return reading.names | numbers_ - _dates(development.date)


def _dates(day: dt.date | None) -> frozenset[str]:
    """Return the numbers that dates of these days consist of."""
    return frozenset((str(day.day), str(day.year), str(day.year + 1)) if day else ())


def marks_of(development: Development) -> frozenset[str]:
    """Return the stems of the words of the title and of the first sentence, and all numbers that
    few reports of a day have: an agency leads with something else than the release."""
    title, text = in_digits(development)
    return head_stems(title, text) | telling_numbers(title, text) - _dates(development.date)


def words_of(development: Development) -> frozenset[str]:
    """Return the stems of the words of the title and of the text."""
    title, text = in_digits(development)
    return all_stems(title, text)


def report(development: Development) -> Report:
    """Return what a development says in its own language, with its numbers in digits."""
    title, text = in_digits(development)
    language, about = development.sources[0].language, development.country
    return _report(title, text, language, about, development.mentions)


@lru_cache(maxsize=200)  # a development is compared with several others
def _report(
    title: str, text: str, language: str | None, about: str | None, mentions: tuple[str, ...]
) -> Report:
    countries = {*mentions, *nationalities_in(f"{title}. {text}")}
    return Report(title, text, language, frozenset(countries - {about}))


def in_digits(development: Development) -> tuple[str, str]:
    """Return the title and the text of a development with the numbers in digits that they write in
    words, without what an agency writes before it."""
    title, text = told_text(development)
    language = development.sources[0].language
    return with_digits(title, language), with_digits(without_dateline(text), language)


def days_between(one: Development, other: Development) -> int:
    """Return the days between two developments; 0 where one has no date."""
    return abs((one.date - other.date).days) if one.date and other.date else 0


def told_text(development: Development) -> tuple[str, str]:
    """Return the title and the summary as published; of a language with two scripts, in Latin."""
    title, text = native_text(development)
    if development.sources[0].language not in TWO_SCRIPTS:
        return title, text
    return in_latin(title), in_latin(text)


def full_text(development: Development) -> str:
    """Return the title and the summary as one text, without what an agency writes before it."""
    title, text = told_text(development)
    return f"{title} {without_dateline(text)}"


def word_runs(development: Development) -> frozenset[int]:
    """Return the hashes of the three-word runs of a development's own text."""
    return _hash_runs(full_text(development))


@lru_cache(maxsize=100)
def _hash_runs(text: str) -> frozenset[int]:
    words = normalise(text).split()
    return frozenset(
        hash(tuple(words[start : start + RUN])) for start in range(max(len(words) - RUN + 1, 0))
    )
