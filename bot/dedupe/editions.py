"""Recognise the language editions of one release (pure)."""

import itertools
from collections.abc import Sequence

from bot.dedupe.figures import figures_of
from bot.dedupe.reports import Reading, read
from bot.dedupe.resemblance import report
from bot.models import Citation, Development
from bot.urls import canonical_url, edition, edition_language, is_home, site, slug

FEWEST_NUMBERS = 2
"""The least number of numbers that two editions share, beside a name or a stage."""
FEWEST_NAMES = 4
"""The least number of names and numbers that they share where they mention the same countries."""
MANY_DIGITS = 7
"""Digits of the numbers that two editions share from which each may have others."""
INITIAL = 4
"""Letters of a name that its forms in two languages have in common: Croatie, Croazia."""
SHORTEST = 3
"""Letters of the shortest name."""


def are_editions(one: Development, other: Development) -> bool:
    """Return whether two developments are one release of a day in two languages: of which one
    names the other, or on one site, under twin addresses or with names and numbers in common; and
    nothing is against it."""
    if not any(_may_be_editions(one.sources[0], cited) for cited in other.sources):
        return False
    reading, another = read(report(one)), read(report(other))
    numbers, others = figures_of(report(one), one.date), figures_of(report(other), other.date)
    # A day that is written in an unknown form counts as a number.
    is_alike = numbers.are_among(others) or others.are_among(numbers)
    if not is_alike and numbers.shared_digits(others) < MANY_DIGITS:
        return False
    if any(
        _have_twin_addresses(one.sources[0], cited) or _is_named(one.sources[0], cited)
        for cited in other.sources
    ):
        return not _exclude(reading.stages_of_title, another.stages_of_title)
    if any(itertools.starmap(_exclude, zip(reading.codes, another.codes, strict=True))):
        return False
    names = len(_names(reading) & _names(another))
    stages = len({*reading.stages_of_title} & {*another.stages_of_title})
    shared = numbers.shared(others)
    if shared >= FEWEST_NUMBERS and shared + names + stages > FEWEST_NUMBERS:
        return True
    mentions = {*one.mentions}
    return mentions == {*other.mentions} != set() and shared + names >= FEWEST_NAMES


def _have_twin_addresses(one: Citation, other: Citation) -> bool:
    """Return whether two URLs differ in what chooses the language alone, or have one title in
    two sections: `/aktuelt/`, `/latest/`."""
    if edition(one.url) == edition(other.url):
        return edition_language(one.url) != edition_language(other.url)
    title = slug(one.url)
    return title is not None and title == slug(other.url)


def _is_named(one: Citation, other: Citation) -> bool:
    """Return whether one of two sources names the page of the other as its edition."""
    return any(
        (url := canonical_url(cited.url)) is not None
        and not is_home(cited.url or "")
        and url in map(canonical_url, named.editions)
        for named, cited in ((one, other), (other, one))
    )


def _may_be_editions(one: Citation, other: Citation) -> bool:
    """Return whether two sources are of one day, in two languages, and on one site; official ones,
    which name each other, may be on two."""
    if one.language == other.language or one.date is None or one.date != other.date:
        return False
    if site(one.url) is not None and site(one.url) == site(other.url):
        return True
    return one.official and other.official and _is_named(one, other)


def _exclude(codes: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether two readings name different things of one facet."""
    return bool(codes and others) and {*codes}.isdisjoint(others)


def _names(reading: Reading) -> frozenset[str]:
    return frozenset(
        word.folded[:INITIAL]
        for word in reading.words
        if word.is_capital and len(word.folded) >= SHORTEST
    )
