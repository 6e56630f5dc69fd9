"""Find developments of the same event among those of several sources, and merge them (pure)."""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from bot.dedupe.distinctions import are_distinct
from bot.dedupe.editions import are_editions
from bot.dedupe.resemblance import days_between, full_text, have_same_content, report
from bot.models import Citation, Development, Provenance
from bot.text import fold, normalise, numbers
from bot.urls import canonical_url

WINDOW = 14
"""Days within which several sources report one event."""
ANCHORS = 3
"""Names and numbers in common from which texts in two languages may report one event."""

_NAME = re.compile(r"(?<=[^\W\d_] )[^\W\d_a-z][^\W\d_]{4}")


def find_same(draft: Development, others: Iterable[Development]) -> Development | None:
    """Return the first development that reports the same event as a draft."""
    return next((other for other in others if _is_same(draft, other)), None)


def merge(before: Development, draft: Development) -> Development:
    """Merge two developments of the same event: the official source decides labels and country."""
    # A publisher's English edition gives its words to the native one.
    edition_of = _edition(before, draft)
    leads = draft.sources[0].official and not before.sources[0].official
    first, second = (draft, before) if leads else (before, draft)
    first = edition_of or first
    cited = dict[str, Citation]()
    for source in (*first.sources, *before.sources, *draft.sources):
        cited.setdefault(_source_key(source), source)
    sources = sorted(cited.values(), key=lambda source: not source.official)
    themes = tuple(dict.fromkeys((*first.themes, *second.themes)))[:2]
    if before.is_corrected:
        first = replace(first, type=before.type, is_corrected=True)
        themes = before.themes
    return replace(
        first,
        id=before.id,
        recorded=before.recorded,
        revision=before.revision,
        sources=tuple(sources),
        summary=first.summary or second.summary,
        date=first.date or second.date,
        country=first.country or second.country,
        themes=themes,
        references=tuple(dict.fromkeys((*first.references, *second.references))),
        topics=tuple(dict.fromkeys((*first.topics, *second.topics))),
    )


def _edition(before: Development, draft: Development) -> Development | None:
    """Return the native one of a publisher's two editions, in the words of the English one."""
    one, other = before.sources[0], draft.sources[0]
    if one.publisher != other.publisher or one.language == other.language:
        return None
    native_one, english = (before, draft) if other.language == "en" else (draft, before)
    source = native_one.sources[0]
    if english.sources[0].language != "en" or native_one.translated_by:
        return None
    return replace(
        native_one,
        title=english.title,
        summary=english.summary or native_one.summary,
        summary_native=native_one.summary if english.summary else None,
        provenance=Provenance(
            title="edition", summary="edition" if english.summary else "original"
        ),
        key_terms=(),
        sources=(replace(source, title_en=english.title), *native_one.sources[1:]),
    )


def _source_key(citation: Citation) -> str:
    """Return the URL of a citation, else its publisher and title."""
    # One page is one source, whatever feed has led to it.
    return (
        canonical_url(citation.url) or f"{citation.publisher}: {normalise(citation.title_native)}"
    )


def _is_same(draft: Development, other: Development) -> bool:
    countries = {draft.country, other.country} - {None}
    if len(countries) > 1 or days_between(draft, other) > WINDOW:
        return False
    own, theirs = draft.sources[0], other.sources
    if any(_is_one_page(own, citation) for citation in theirs):
        return True
    if are_editions(draft, other):
        return True
    if any(own.publisher == citation.publisher for citation in theirs):
        return False  # two releases of one publisher are two, however alike
    return have_same_content(draft, other) and not are_distinct(report(draft), report(other))


def _is_one_page(one: Citation, other: Citation) -> bool:
    """Return whether two sources lead to one page of one day."""
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
