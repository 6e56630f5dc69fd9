"""Recognise reports of one event by the figures that they share, in any two languages (pure)."""

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable, Set
from functools import lru_cache

from bot.dedupe.distinctions import name_other_places, tell_of_other_things
from bot.dedupe.editions import INITIAL
from bot.dedupe.event_terms import is_among, may_speak_for
from bot.dedupe.figures import digits, figures_of, is_one_of
from bot.dedupe.reports import Report, ReportContent, Word, read, telling_numbers
from bot.dedupe.resemblance import RETOLD, days_between, in_digits, report, words_of
from bot.models import Development
from bot.text import numbers
from bot.text.scripts import initial

FEWEST_DIGITS = 5
"""The least number of digits of the figures that two reports share."""
ENOUGH = 7
"""The least number of these digits, and of names in common."""
FIGURES = 3
"""Figures in common from which none needs to stand in both heads."""
NAMES = 2
"""Names in common from which a figure needs to stand in one of the heads alone."""
PRECISE = 2
"""Digits from which a figure is not like many others."""
FEWEST_RETOLD = 3
"""The least number of digits where two reports in one language have words in common, too."""
RETOLD_MARKS = 3
"""The least number of figures and names in common of such reports."""
RETOLD_WORDS = (0.2, 4)
"""The least share of the words of the report that has fewer, and number of words."""
NEARLY = 1.5
"""How many times the smaller of two figures the greater one is at most that may stand for it."""
PREFIX = 3
"""Digits by which figures are looked up: others may be rounded."""

_REFERENCE = re.compile(r"(?:\b[B-DF-HJ-NPQRTX][ -])?\d+(?:[/-]\d+)+|\b[B-DF-HJ-NPQRTX][ -]\d+\b")
"""The number of a law, a bill or a case, which reports of many events name."""


def have_same_figures(one: Development, other: Development) -> bool:
    """Return whether two developments of a country and a day share figures that few reports have,
    and nothing is against it."""
    if not (one.country and one.country == other.country and one.date and other.date):
        return False
    if days_between(one, other) > RETOLD or not may_have_same_figures(one, other):
        return False
    figures, others = figures_in(one), figures_in(other)
    shared = {figure for figure in figures if is_one_of(figure, others)}
    total = sum(map(digits, shared))
    if total < FEWEST_RETOLD:
        return False
    first, second = read(report(one)), read(report(other))
    names = len(names_in_common(first, second)) - len(report(one).mentions & report(other).mentions)
    leads = [_lead_with(shared, each) for each in (first, second)]
    is_retold = all(leads) and len(shared) + names >= RETOLD_MARKS and _are_retold(one, other)
    is_same = (
        total >= FEWEST_DIGITS
        and total + names >= ENOUGH
        and (
            all(leads)
            or sum(digits(figure) >= PRECISE for figure in shared) >= FIGURES
            or (any(leads) and names >= NAMES)
        )
    )
    return (is_same or is_retold) and not (
        entitle_other_places(first, second)
        or (not is_same and name_other_places(first, second))
        or _leads_with_other(first, others)
        or _leads_with_other(second, figures)
        or exchange_figures(figures, others)
        or not _agree(first, second)
        or not _agree(second, first)
        or tell_of_other_things(report(one), report(other))
    )


def may_have_same_figures(one: Development, other: Development) -> bool:
    """Return whether two developments have numbers in common that may be such figures."""
    found, others = figure_keys(one), figure_keys(other)
    total = sum(min(found[key], others[key]) for key in found.keys() & others.keys())
    return total >= FEWEST_DIGITS or (total >= FEWEST_RETOLD and _are_retold(one, other))


def figure_keys(development: Development) -> dict[str, int]:
    """Return the beginnings of the figures of a development, by which others that share them are
    found, and how many digits each has at most."""
    return _figure_keys(*in_digits(development))


@lru_cache(maxsize=200)
def _figure_keys(title: str, text: str) -> dict[str, int]:
    found = dict[str, int]()
    for number in telling_numbers(title, text):
        if precise := digits(number):
            key = number.replace(".", "").lstrip("0")[:PREFIX].ljust(PREFIX, "0")
            found[key] = max(found.get(key, 0), precise)
    return found


def figures_in(development: Development) -> frozenset[str]:
    """Return the figures of a development that few reports have."""
    return _figures_in(report(development), development.date)


@lru_cache(maxsize=200)
def _figures_in(own: Report, published: dt.date | None) -> frozenset[str]:
    numbers_ = figures_of(own, published).numbers
    referred = numbers(" ".join(_REFERENCE.findall(f"{own.title} {own.text}")))
    return frozenset(number for number in numbers_ - referred if digits(number))


def _lead_with(figures: Set[str], reading: ReportContent) -> bool:
    """Return whether one of some figures stands in a title or first sentence."""
    found = numbers_in(reading.head)
    return any(is_one_of(figure, found) for figure in figures)


def numbers_in(words: Iterable[Word]) -> set[str]:
    """Return the numbers among some words."""
    return {word.folded for word in words if word.is_number}


def _leads_with_other(reading: ReportContent, others: Set[str]) -> bool:
    """Return whether a title has a precise figure that another report lacks."""
    return any(
        digits(figure) >= PRECISE and not is_one_of(figure, others, PRECISE)
        for figure in numbers_in(reading.sentences[0])
    )


def exchange_figures(figures: Set[str], others: Set[str]) -> bool:
    """Return whether each of two reports has a precise figure that the other lacks, of nearly one
    size: whatever else they share, one of the two may be of another day."""
    own, theirs = (
        [
            float(each)
            for each in one
            if digits(each) >= PRECISE and not is_one_of(each, other, PRECISE)
        ]
        for one, other in ((figures, others), (others, figures))
    )
    return any(max(pair) <= NEARLY * min(pair) for pair in itertools.product(own, theirs))


def _agree(one: ReportContent, other: ReportContent) -> bool:
    """Return whether a report names the stage and the body that another one names first: who reacts
    repeats its figures, and names neither."""
    return entitles_same_actor(one, other) and all(
        _is_named(codes[:1], other, facet, may_speak_for)
        for facet, codes in enumerate(one.codes[:2])
    )


def entitles_same_actor(one: ReportContent, other: ReportContent) -> bool:
    """Return whether a report names the body that a title names first: who acts, whoever else may
    speak."""
    return _is_named(one.codes_of_title[1][:1], other, 1, is_among)


def _is_named(
    codes: Iterable[str],
    reading: ReportContent,
    facet: int,
    is_one: Callable[[str, Iterable[str]], bool],
) -> bool:
    named = (*reading.codes[facet], *reading.codes_of_text[facet])
    return all(is_one(code, named) for code in codes)


def names_in_common(one: ReportContent, other: ReportContent) -> frozenset[str]:
    """Return the beginnings of the names that two reports have in common, by sound."""
    if one.language != other.language:
        return _names(one, other) & _names(other, one)
    # What begins a sentence of one report may be a name in the other.
    return (_names(one, other) & _sounds(other.words)) | (_names(other, one) & _sounds(one.words))


def _names(one: ReportContent, other: ReportContent) -> frozenset[str]:
    """Return the beginnings of the names of a report, as far as they are compared with another."""
    return _sounds(
        word
        for word in one.words
        if (word.is_name or (word.is_capital and one.language != other.language))
        and not one.terms.codes_of_word(word.folded)[1]
    )


def entitle_other_places(one: ReportContent, other: ReportContent) -> bool:
    """Return whether each of two titles names places, and none that the other report names."""
    places, others = _places(one), _places(other)
    return (
        bool(places and others)
        and places.isdisjoint(_sounds(other.words))
        and others.isdisjoint(_sounds(one.words))
    )


def _places(reading: ReportContent) -> frozenset[str]:
    return _sounds(word for word in reading.sentences[0] if word.is_place)


def _sounds(words: Iterable[Word]) -> frozenset[str]:
    return frozenset(initial(word.folded, INITIAL) for word in words)


def _are_retold(one: Development, other: Development) -> bool:
    """Return whether two reports in one language share words enough for one that is told anew."""
    if one.sources[0].language != other.sources[0].language:
        return False
    words, others = words_of(one), words_of(other)
    share, fewest = RETOLD_WORDS
    return len(words & others) >= max(share * min(len(words), len(others)), fewest)
