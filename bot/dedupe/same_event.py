"""Find developments of the same event among those of several sources (pure)."""

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.dedupe.copies import is_copy
from bot.dedupe.distinctions import are_distinct
from bot.dedupe.editions import are_editions, is_told_edition
from bot.dedupe.event_terms import COURT, event_terms
from bot.dedupe.resemblance import (
    days_between,
    full_text,
    have_common_runs,
    have_same_content,
    report,
)
from bot.dedupe.same_facts import have_same_facts
from bot.dedupe.same_figures import have_same_figures
from bot.models import Citation, Development
from bot.text import fold, normalise, numbers
from bot.text.terms import FoldedText
from bot.urls import canonical_url

WINDOW = 14
"""Days within which several sources report one event."""
ANCHORS = 3
"""Names and numbers in common from which texts in two languages may report one event."""

_NAME = re.compile(r"(?<=[^\W\d_] )[^\W\d_a-z][^\W\d_]{4}")


def find_same(draft: Development, others: Iterable[Development]) -> Development | None:
    """Return the first development that reports the same event as a draft; one that cites the same
    page before all others."""
    own = draft.sources[0]
    same = (other for other in others if _is_same(draft, other))
    return max(
        same, key=lambda other: any(_is_one_page(own, each) for each in other.sources), default=None
    )


def _is_same(draft: Development, other: Development) -> bool:
    countries = {draft.country, other.country} - {None}
    if len(countries) > 1 or days_between(draft, other) > WINDOW:
        return False
    own, theirs = draft.sources[0], other.sources
    if any(_is_one_page(own, citation) for citation in theirs) or are_editions(draft, other):
        return True
    # Two releases of one publisher are two, however alike.
    if any(_are_of_one_publisher(own, each) or _are_two_courts(own, each) for each in theirs):
        return False
    if have_same_figures(draft, other) or have_same_facts(draft, other):
        return True
    if have_same_content(draft, other) and not are_distinct(report(draft), report(other)):
        return True
    return have_common_runs(draft, other) and is_copy(report(draft), report(other))


def _are_of_one_publisher(one: Citation, other: Citation) -> bool:
    return one.publisher == other.publisher and one.language == other.language


def _are_two_courts(one: Citation, other: Citation) -> bool:
    """Return whether each of two sources is a court, which publishes its own rulings alone."""
    return all(_is_court(each.publisher_native or each.publisher, each.language)
               for each in (one, other))  # fmt: skip


@lru_cache(maxsize=1000)
def _is_court(publisher: str, language: str | None) -> bool:
    _, bodies, *_ = event_terms(language).codes(FoldedText(publisher))
    return any(body.endswith(COURT) for body in bodies)


def _is_one_page(one: Citation, other: Citation) -> bool:
    """Return whether two sources lead to one page of one day, or one to the other's edition."""
    if is_told_edition(one, other) or is_told_edition(other, one):
        return True
    # A publisher may use a page again: hence the day, and the title.
    url = canonical_url(one.url)
    return (
        url is not None
        and url == canonical_url(other.url)
        and one.date == other.date
        and normalise(one.title_native) == normalise(other.title_native)
    )


def similar_in_other_languages(
    draft: Development, others: Iterable[Development]
) -> list[Development]:
    """Return the developments in other languages that may be of the same event: of the same
    country, day and labels, with names and numbers in common."""
    return [other for other in others if _is_similar(draft, other)]


def _is_similar(draft: Development, other: Development) -> bool:
    one, another = draft.sources[0], other.sources[0]
    if one.language == another.language or draft.country != other.country or not draft.country:
        return False
    is_near = draft.date and other.date and abs((draft.date - other.date).days) <= 1
    about = {*draft.themes, *draft.topics} & {*other.themes, *other.topics}
    return bool(is_near and about) and len(_anchors(draft) & _anchors(other)) >= ANCHORS


def _anchors(development: Development) -> frozenset[str]:
    """Return what translation keeps: the first letters of names, and numbers."""
    text = full_text(development)
    names = {fold(match[0]) for match in _NAME.finditer(text)}
    years = {str(day.year) for day in (development.date,) if day}
    return frozenset(names | {number for number in numbers(text) - years if len(number) > 1})
