"""Recognise reports of one event by the facts that they have in common, in any two languages
(pure).

Who tells an event anew changes words, and leaves out figures; what was done, of what kind, by whom,
where, and to people from where, stays. Each of these counts, and none is enough.
"""

import datetime as dt
from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple, TypeVar

from bot.dedupe.distinctions import (
    entitle_other_subjects,
    have_other_details,
    name_other_acts,
)
from bot.dedupe.event_terms import AGENCY, BODIES, COURT, MINISTRY, Facets
from bot.dedupe.figures import digits, figures_of, is_one_of
from bot.dedupe.reports import Report, ReportContent, read
from bot.dedupe.resemblance import RETOLD, days_between, report, words_of
from bot.dedupe.same_figures import (
    PRECISE,
    entitle_other_places,
    entitles_same_actor,
    exchange_figures,
    figures_in,
    names_in_common,
    numbers_in,
)
from bot.models import Development
from bot.urls import site

T = TypeVar("T")

ENOUGH = 5.5
"""The least worth of the facts that two reports have in common."""
IN_ONE_LANGUAGE = 4.5
"""The same in one language, where words in common count."""
A_DAY_APART = 8.0
"""The same where they are not of one day: who follows up repeats most facts."""
NAMES = 3
"""Names that count: more are those of one person or authority."""
FIGURES = 3.0
"""What figures are worth at most: who reacts repeats them all."""
ACTS = 2
"""Stages and sides of opposites that count: most words for a decision name two."""
ADOPTS, AGREES = "adopts", "agree yes"
"""The stage of a decision, and the side of an opposite that its words name, too."""
MANY_BODIES = frozenset((AGENCY, COURT, MINISTRY))
"""Bodies of which a country has many: worth half."""
WORDS = ((0.5, 2.0), (0.3, 1.0))
"""The least share of words in common, in one language, and what it is worth."""
COPIED = 0.8
"""The share of words in common from which one word makes another event."""
RARE = 3
"""Digits of a figure that is in both heads, from which a title may name another figure, too."""


def have_same_facts(one: Development, other: Development) -> bool:
    """Return whether two developments of a country have many facts in common, and nothing is
    against it."""
    if one.country != other.country:
        return False
    if not (one.date and other.date and days_between(one, other) <= RETOLD):
        return False
    first, second = read(report(one)), read(report(other))
    if not (first.about & second.about and _has_text(first) and _has_text(second)):
        return False
    least = _least(one, other)
    figures, facts = _worth_of_figures(one, other), _worth(one, other)
    # Who reacts repeats all figures.
    may_react = facts < least and figures >= FIGURES
    return facts + figures >= least and not (
        _words_in_common(one, other) >= COPIED
        or (may_react and not _entitle_same_actor(first, second))
        or entitle_other_places(first, second)
        or _have_other_figures(one, other)
        or exchange_figures(figures_in(one), figures_in(other))
        or entitle_other_subjects(first, second)
        or name_other_acts(first, second)
        or have_other_details(report(one), report(other))
    )


class Facts(NamedTuple):
    """What of a development says at once that another one has too few facts in common with it."""

    language: str | None
    date: dt.date | None
    about: frozenset[str]
    days: frozenset[tuple[int, int]]
    acts: frozenset[str]
    """The stages and the sides of opposites of its head; and those that it names anywhere."""
    all_acts: frozenset[str]
    bodies: frozenset[str]
    all_bodies: frozenset[str]
    names: int
    """Its words that may be names."""
    figures: float
    """What all of its figures are worth."""


def facts_of(development: Development) -> Facts:
    """Return the facts of a development by which `may_have_same_facts` goes."""
    figures = min(sum(map(_worth_of_figure, figures_in(development))), FIGURES)
    return _facts_of(report(development), development.date, figures)


@lru_cache(maxsize=50)  # a draft, and when it has become a development
def _facts_of(own: Report, date: dt.date | None, figures: float) -> Facts:
    reading = read(own)
    acts, bodies = _codes(reading.codes)
    further_acts, further_bodies = _codes(reading.codes_of_text)
    return Facts(
        language=reading.language,
        date=date,
        about=_one(reading.about),
        days=_one(figures_of(own, date).days),
        acts=_one(acts),
        all_acts=_one(acts | further_acts),
        bodies=_one(bodies),
        all_bodies=_one(bodies | further_bodies),
        names=sum(word.is_capital for word in reading.words),
        figures=figures,
    )


@lru_cache(maxsize=2000)
def _one(values: frozenset[T]) -> frozenset[T]:
    """Return the one set of all that are equal: many developments have the same."""
    return values


def _codes(facets: Facets) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stages with the sides of opposites, and the bodies."""
    stages, bodies, *opposites = facets
    return frozenset(stages).union(*opposites), frozenset(bodies)


def may_have_same_facts(one: Facts, other: Facts, words_in_common: float) -> bool:
    """Return whether `have_same_facts` may hold of two developments of a country; far cheaper, and
    wrong only where it says yes. `words_in_common`: the share, in one language."""
    acts = (one.acts & other.all_acts) | (other.acts & one.all_acts)
    bodies = (one.bodies & other.all_bodies) | (other.bodies & one.all_bodies)
    is_one_language = one.language == other.language
    most = (
        len(one.about & other.about)
        + len(one.days & other.days)
        + min(one.names + other.names, NAMES)
        + min(len(acts), ACTS)
        + len(bodies)
        + (_worth_of_share(words_in_common) if is_one_language else 0.0)
        + min(one.figures, FIGURES)
    )
    if not is_one_language:
        return most >= ENOUGH
    return most >= (IN_ONE_LANGUAGE if one.date == other.date else A_DAY_APART)


def _has_text(reading: ReportContent) -> bool:
    """Return whether a report is more than a title: titles alone say too little."""
    return len(reading.sentences) > 1


def _least(one: Development, other: Development) -> float:
    """Return the least score of the facts that two developments must have in common."""
    own, cited = one.sources[0], other.sources[0]
    if own.language == cited.language:
        return A_DAY_APART if days_between(one, other) else IN_ONE_LANGUAGE
    is_one_site = own.url and site(own.url) == site(cited.url)  # where a translation may be late
    return A_DAY_APART if days_between(one, other) and not is_one_site else ENOUGH


def _entitle_same_actor(one: ReportContent, other: ReportContent) -> bool:
    return entitles_same_actor(one, other) and entitles_same_actor(other, one)


# ------------------------------------------------------------------ what facts are worth


def _worth(one: Development, other: Development) -> float:
    """Return the score of the facts, but for figures, that two developments have in common."""
    first, second = read(report(one)), read(report(other))
    days = figures_of(report(one), one.date).days & figures_of(report(other), other.date).days
    names = len(names_in_common(first, second)) - len(first.mentions & second.mentions)
    return (
        len(first.about & second.about)
        + len(days)
        + min(max(names, 0), NAMES)
        + min(len(_acts_in_common(first, second)), ACTS)
        + sum(0.5 if each in MANY_BODIES else 1.0 for each in _in_common(first, second, BODIES))
        + _worth_of_words(one, other)
    )


def _worth_of_figures(one: Development, other: Development) -> float:
    """Return the score of the figures that two developments have in common."""
    figures, others = figures_in(one), figures_in(other)
    shared = (each for each in figures if is_one_of(each, others))
    return min(sum(map(_worth_of_figure, shared)), FIGURES)


def _worth_of_figure(figure: str) -> float:
    """Return the score of a figure: the more digits, the fewer reports have it by chance."""
    precise = digits(figure)
    return max(precise - 1, 0.5) if precise else 0.0


def _acts_in_common(one: ReportContent, other: ReportContent) -> set[str]:
    """Return the stages and the sides of opposites that two reports name."""
    facets = (facet for facet, _ in enumerate(one.codes) if facet != BODIES)
    shared = set[str]().union(*(_in_common(one, other, facet) for facet in facets))
    return shared - {AGREES} if ADOPTS in shared else shared  # one word means both


def _in_common(one: ReportContent, other: ReportContent, facet: int) -> set[str]:
    """Return what the head of a report names of a facet, and another one anywhere."""
    first, second = {*one.codes[facet]}, {*other.codes[facet]}
    return (first & {*second, *other.codes_of_text[facet]}) | (
        second & {*first, *one.codes_of_text[facet]}
    )


def _worth_of_words(one: Development, other: Development) -> float:
    """Return the score of the words that two reports have in common."""
    return _worth_of_share(_words_in_common(one, other))


def _worth_of_share(share: float) -> float:
    return next((worth for least, worth in WORDS if share >= least), 0.0)


def _words_in_common(one: Development, other: Development) -> float:
    """Return the share of words that two reports have in common; none in two languages."""
    if one.sources[0].language != other.sources[0].language:
        return 0.0
    words, others = words_of(one), words_of(other)
    return len(words & others) / max(min(len(words), len(others)), 1)


# ------------------------------------------------------------------ what is against it


def _have_other_figures(one: Development, other: Development) -> bool:
    """Return whether a title has a figure that the other report lacks, or two heads have none in
    common."""
    figures, others = figures_in(one), figures_in(other)
    first, second = read(report(one)), read(report(other))
    head, head_of_other = figures & numbers_in(first.head), others & numbers_in(second.head)
    lacking = (
        not all(_is_among(each, others) for each in _precise(figures, first)),
        not all(_is_among(each, figures) for each in _precise(others, second)),
    )
    if any(digits(each) >= RARE and is_one_of(each, head_of_other) for each in head):
        return all(lacking)
    shares_none = not any(_is_among(each, others) for each in head) and not any(
        _is_among(each, figures) for each in head_of_other
    )
    return any(lacking) or bool(head and head_of_other and shares_none)


def _precise(figures: Set[str], reading: ReportContent) -> list[str]:
    """Return the precise figures of a title."""
    found = figures & numbers_in(reading.sentences[0])
    return [each for each in found if digits(each) >= PRECISE]


def _is_among(figure: str, others: Set[str]) -> bool:
    return is_one_of(figure, others, PRECISE)
