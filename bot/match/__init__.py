"""Development x chat -> whether it is wanted, and by which filters (pure). `audience` asks all
chats at once."""

import datetime as dt
from functools import lru_cache

from bot.models import Chat, Development, Filter
from bot.text import normalise


def wants(filter_: Filter, development: Development) -> bool:
    """Any of the values AND that for each facet; and nothing that is wanted no more."""
    labels = {*development.themes, *development.topics}
    return (
        (not filter_.countries or development.country in filter_.countries)
        and (not subjects(filter_) or not labels.isdisjoint(subjects(filter_)))
        and (not filter_.types or development.type in filter_.types)
        and (not filter_.mentions or not filter_.mentions.isdisjoint(development.mentions))
        and (not filter_.references or not filter_.references.isdisjoint(development.references))
        and (not filter_.sources or not filter_.sources.isdisjoint(_sources(development)))
        and (not filter_.less or filter_.less.isdisjoint(labels_of(development)))
        and (not (filter_.words or filter_.without) or _is_said(filter_, development))
    )


def matching(chat: Chat, development: Development) -> tuple[int, ...]:
    """The ids of a chat's filters that want a development."""
    return tuple(
        filter_.id for filter_ in chat.filters if not filter_.paused and wants(filter_, development)
    )


def labels_of(development: Development) -> frozenset[str]:
    """What a person may want less of, as `Filter.less` has it."""
    return frozenset(
        (
            *(f"theme:{code}" for code in (*development.themes, *development.topics)),
            f"type:{development.type}",
            f"country:{development.country}",
            *(f"source:{name}" for name in _sources(development)),
        )
    )


def listens(chat: Chat, now: dt.datetime) -> bool:
    """Whether a chat is to be owed anything now: neither paused nor refused by Telegram."""
    over = chat.paused_until is not None and chat.paused_until <= now
    return chat.suspended is None and (over or not chat.paused)


def is_collected(chat: Chat, development: Development) -> bool:
    """Whether a development waits for the chat's digest."""
    return chat.timetable is not None and development.type not in chat.urgent


def _sources(development: Development) -> frozenset[str]:
    return frozenset(source.source for source in development.sources)


def _is_said(filter_: Filter, development: Development) -> bool:
    """Whether its titles and its text say what they must, as whole words, and nothing else."""
    titles = (title for one in development.sources for title in (one.title_native, one.title_en))
    summaries = development.summary, development.summary_native
    said = _said((development.title, *summaries, *titles))
    is_said = not filter_.words or any(_word(one) in said for one in filter_.words)
    return is_said and not any(_word(one) in said for one in filter_.without)


def _word(asked: str) -> str:
    """A word or words as they stand in a text; with `*` at the end, whatever they end in."""
    return f" {normalise(asked)}{'' if asked.endswith('*') else ' '}"


@lru_cache(maxsize=32)
def _said(texts: tuple[str | None, ...]) -> str:
    """Texts as words between spaces, those of different texts apart."""
    return f" {' | '.join(normalise(text or '') for text in texts)} "


def subjects(filter_: Filter) -> frozenset[str]:
    """The themes and topics of a filter: any of them."""
    return filter_.themes | filter_.topics
