"""Match developments with the filters of chats (pure)."""

import datetime as dt
from functools import lru_cache

from bot.models import Chat, Development, Filter
from bot.text import normalise


def wants(filter_: Filter, development: Development) -> bool:
    """Return whether a filter wants a development: each facet that is set must match by any of its
    values, and nothing of what the chat wants less of may be there."""
    labels = {*development.themes, *development.topics}
    return (
        (not filter_.countries or development.country in filter_.countries)
        and (not subjects(filter_) or not labels.isdisjoint(subjects(filter_)))
        and (not filter_.types or development.type in filter_.types)
        and (not filter_.mentions or not filter_.mentions.isdisjoint(development.mentions))
        and (not filter_.references or not filter_.references.isdisjoint(development.references))
        and (not filter_.sources or not filter_.sources.isdisjoint(_sources(development)))
        and (not filter_.less or filter_.less.isdisjoint(labels_of(development)))
        and (not (filter_.words or filter_.without) or _matches_words(filter_, development))
    )


def matching(chat: Chat, development: Development) -> tuple[int, ...]:
    """Return the ids of a chat's filters that want a development."""
    return tuple(
        filter_.id for filter_ in chat.filters if not filter_.paused and wants(filter_, development)
    )


def labels_of(development: Development) -> frozenset[str]:
    """Return all labels of a development in the form of `Filter.less`: `theme:return`."""
    return frozenset(
        (
            *(f"theme:{code}" for code in (*development.themes, *development.topics)),
            f"type:{development.type}",
            f"country:{development.country}",
            *(f"source:{name}" for name in _sources(development)),
        )
    )


def listens(chat: Chat, now: dt.datetime) -> bool:
    """Return whether a chat takes deliveries now: it is neither paused nor suspended."""
    is_over = chat.paused_until is not None and chat.paused_until <= now
    return chat.suspended is None and (is_over or not chat.paused)


def is_collected(chat: Chat, development: Development) -> bool:
    """Return whether a development waits for the chat's digest."""
    return chat.timetable is not None and development.type not in chat.urgent


def _sources(development: Development) -> frozenset[str]:
    return frozenset(source.source for source in development.sources)


def _matches_words(filter_: Filter, development: Development) -> bool:
    """Return whether the titles and summaries hold one of the words, and none of the others."""
    titles = (title for one in development.sources for title in (one.title_native, one.title_en))
    summaries = development.summary, development.summary_native
    text = _searchable((development.title, *summaries, *titles))
    has_word = not filter_.words or any(_pattern(word) in text for word in filter_.words)
    return has_word and not any(_pattern(word) in text for word in filter_.without)


def _pattern(word: str) -> str:
    """Return what must stand in a searchable text: whole words, with `*` also their beginnings."""
    return f" {normalise(word)}{'' if word.endswith('*') else ' '}"


@lru_cache(maxsize=32)  # all chats are asked about the same development
def _searchable(texts: tuple[str | None, ...]) -> str:
    """Return texts as normalised words between spaces; a bar keeps those of two texts apart."""
    return f" {' | '.join(normalise(text or '') for text in texts)} "


def subjects(filter_: Filter) -> frozenset[str]:
    """Return the themes and topics of a filter, any of which a development must have."""
    return filter_.themes | filter_.topics
