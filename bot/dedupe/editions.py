"""Recognise the language editions of one release (pure)."""

import itertools
from collections.abc import Sequence

from bot.dedupe.reports import Reading, read
from bot.dedupe.resemblance import report
from bot.models import Citation, Development
from bot.urls import edition, site

FEWEST_NUMBERS = 2
"""The least number of numbers that two editions share, beside a name or a stage."""
FEWEST_NAMES = 4
"""The least number of names and numbers that they share where they mention the same countries."""
INITIAL = 4
"""Letters of a name that its forms in two languages have in common: Croatie, Croazia."""
SHORTEST = 3
"""Letters of the shortest name."""


def have_twin_addresses(one: Citation, other: Citation) -> bool:
    """Return whether two sources lead to one page of a day in two languages."""
    neutral = edition(one.url)
    return neutral is not None and neutral == edition(other.url) and _are_editions(one, other)


def are_translations(one: Development, other: Development) -> bool:
    """Return whether two developments are releases of one site and day in two languages, with
    names and numbers in common, and nothing against it."""
    first, second = one.sources[0], other.sources[0]
    at = site(first.url)
    if at is None or at != site(second.url) or not _are_editions(first, second):
        return False
    reading, another = read(report(one)), read(report(other))
    if any(itertools.starmap(_exclude, zip(reading.codes, another.codes, strict=True))):
        return False
    numbers, others = _numbers(reading, one), _numbers(another, other)
    if not (numbers <= others or numbers >= others):
        return False
    names = len(_names(reading) & _names(another))
    stages = len({*reading.stages_of_title} & {*another.stages_of_title})
    shared = len(numbers & others)
    if shared >= FEWEST_NUMBERS and shared + names + stages > FEWEST_NUMBERS:
        return True
    mentions = {*one.mentions}
    return mentions == {*other.mentions} != set() and shared + names >= FEWEST_NAMES


def _are_editions(one: Citation, other: Citation) -> bool:
    return one.language != other.language and one.date is not None and one.date == other.date


def _exclude(codes: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether two readings name different things of one facet."""
    return bool(codes and others) and {*codes}.isdisjoint(others)


def _numbers(reading: Reading, development: Development) -> frozenset[str]:
    """Return the numbers of a reading but for its own day and year; a date and a decimal are
    written in other ways in other languages."""
    day = development.date
    own = {str(day.day), str(day.year)} if day else set[str]()
    return frozenset(part for number in reading.numbers for part in number.split(".")) - own


def _names(reading: Reading) -> frozenset[str]:
    return frozenset(
        word.folded[:INITIAL]
        for word in reading.words
        if word.is_capital and len(word.folded) >= SHORTEST
    )
