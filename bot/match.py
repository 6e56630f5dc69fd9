"""Development x chats -> who wants it, and by which filters (pure)."""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.models import Chat, Development, Filter
from bot.text import words


def wants(filter_: Filter, development: Development) -> bool:
    """Any of the values AND that for each facet; and nothing that is wanted no more."""
    labels = {*development.themes, *development.topics}
    return (
        (not filter_.countries or development.country in filter_.countries)
        and (not _subjects(filter_) or not labels.isdisjoint(_subjects(filter_)))
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
    return f" {words(asked)}{'' if asked.endswith('*') else ' '}"


@lru_cache(maxsize=32)
def _said(texts: tuple[str | None, ...]) -> str:
    """Texts as words between spaces, those of different texts apart."""
    return f" {' | '.join(words(text or '') for text in texts)} "


class Audience:
    """All chats, by what their filters want, so that those a development concerns are found
    without asking all the others."""

    def __init__(self, chats: Iterable[Chat] = ()) -> None:
        self._chats: dict[int, Chat] = {}
        self._standing = defaultdict[_Place, dict[int, _Standing]](dict)
        for chat in chats:
            self.put(chat)

    def put(self, chat: Chat) -> None:
        """A chat as it is now."""
        self.remove(chat.id)
        if chat.filters:
            self._chats[chat.id] = chat
            for place, filters in _places(chat).items():
                self._standing[place][chat.id] = _Standing.of(filters)

    def remove(self, chat: int) -> None:
        """A chat that is gone."""
        if known := self._chats.pop(chat, None):
            for place in _places(known):
                del self._standing[place][chat]
                if not self._standing[place]:
                    del self._standing[place]

    def clear(self) -> None:
        """Nobody any more."""
        self._chats.clear()
        self._standing.clear()

    def chats(self) -> list[Chat]:
        """All that follow something."""
        return list(self._chats.values())

    def recipients(
        self, development: Development, now: dt.datetime
    ) -> list[tuple[Chat, tuple[int, ...]]]:
        """The listening chats that want a development, each once, with the filters that say so."""
        hits: dict[int, tuple[int, ...]] = {}
        labels = (None, *development.themes, *development.topics)
        for place in itertools.product(dict.fromkeys((None, development.country)), labels):
            for number, standing in self._standing.get(place, _NOBODY).items():
                if ids := standing.sure or standing.asked(development):
                    hits[number] = hits[number] + ids if number in hits else ids
        found = ((self._chats[number], ids) for number, ids in hits.items())
        return [
            (chat, ids if len(ids) == 1 else tuple(sorted({*ids})))
            for chat, ids in found
            if listens(chat, now)
        ]


_Place = tuple[str | None, str | None]
"""A country and a subject that some filter asks for; None: any."""
MANY = 64
"""Places of one filter, above which it stands under its countries alone."""


class _Standing(NamedTuple):
    """A chat's filters at one place."""

    sure: tuple[int, ...]
    """Their ids, where each of them wants whatever is of the place."""
    filters: tuple[Filter, ...]

    @classmethod
    def of(cls, filters: list[Filter]) -> "_Standing":
        """The filters as they stand."""
        is_sure = all(_asks_for_places_alone(one) and not _is_wide(one) for one in filters)
        return cls(tuple(one.id for one in filters) if is_sure else (), tuple(filters))

    def asked(self, development: Development) -> tuple[int, ...]:
        """The ids of those that want a development."""
        return tuple(one.id for one in self.filters if wants(one, development))


_NOBODY: dict[int, _Standing] = {}


def _places(chat: Chat) -> dict[_Place, list[Filter]]:
    places = defaultdict[_Place, list[Filter]](list)
    for filter_ in chat.filters:
        if filter_.paused:
            continue
        for place in _places_of(filter_):
            places[place].append(filter_)
    return places


def _places_of(filter_: Filter) -> Iterator[_Place]:
    """Where a filter is found: under each pair of a country and a subject that it asks for."""
    countries: Iterable[str | None] = filter_.countries or (None,)
    subjects: Iterable[str | None] = _subjects(filter_) or (None,)
    return itertools.product(countries, (None,) if _is_wide(filter_) else subjects)


def _asks_for_places_alone(filter_: Filter) -> bool:
    rest = (
        filter_.types, filter_.mentions, filter_.sources, filter_.less, filter_.references
    )  # fmt: skip
    return not any((*rest, filter_.words, filter_.without))


def _is_wide(filter_: Filter) -> bool:
    return len(filter_.countries) * len(_subjects(filter_)) > MANY


def _subjects(filter_: Filter) -> frozenset[str]:
    return filter_.themes | filter_.topics
