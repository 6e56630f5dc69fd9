"""Match developments with the filters of chats: one chat's, or all of them at once (pure)."""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeVar

from msgspec.structs import replace

from bot.models import Development
from bot.models.chats import Chat, Filter, Recipient
from bot.models.deliveries import Delivery
from bot.models.pace import Pace
from bot.ports.developments import Predicate
from bot.ports.rules import Audience
from bot.reader_language import reader_of
from bot.search import HasWord, index_entry, labels_of, lazy

MANY_PAIRS = 64
"""A filter with more pairs of country and subject is indexed by its countries alone."""
SHARED = 10_000
"""Distinct settings and ids that are kept for sharing."""

Facet = Literal[
    "countries", "themes", "types", "mentions", "references", "sources", "source_types",
    "less", "words", "without",
]  # fmt: skip
"""A field of a filter; `themes` stands for topics, too."""
_Pair = tuple[str | None, str | None]
"""A country and a subject; None stands for any."""
_FilterIds = tuple[int, ...]
Shared = TypeVar("Shared", Chat, _FilterIds)


def wants(filter_: Filter, development: Development, has_word: HasWord | None = None) -> bool:
    """Return whether a filter wants a development: each facet that is set must match by any of its
    values, and nothing of what the chat wants less of may be there.

    `has_word` asks its whole text; None: only the titles and summaries that it carries itself.
    """
    return next(unmet(filter_, development, has_word), None) is None


def unmet(
    filter_: Filter, development: Development, has_word: HasWord | None = None
) -> Iterator[Facet]:
    """Yield the facets of a filter that a development does not meet."""
    has_word = has_word or lazy(lambda: index_entry(development))
    for facet, is_unmet in _UNMET:
        if is_unmet(filter_, development, has_word):
            yield facet


def numbered_wanting(
    chat: Chat, development: Development, has_word: HasWord
) -> list[tuple[int, Filter]]:
    """Return the filters of a chat that want a development, paused or not, with their numbers."""
    return [
        (number, filter_)
        for number, filter_ in enumerate(chat.filters, 1)
        if wants(filter_, development, has_word)
    ]


def matching(
    chat: Chat, development: Development, has_word: HasWord | None = None
) -> tuple[int, ...]:
    """Return the ids of a chat's filters that want a development."""
    return tuple(
        filter_.id
        for filter_ in chat.filters
        if not filter_.paused and wants(filter_, development, has_word)
    )


def listens(chat: Chat, now: dt.datetime) -> bool:
    """Return whether a chat takes deliveries now: it is neither paused nor suspended."""
    is_over = chat.paused_until is not None and chat.paused_until <= now
    return chat.suspended is None and (is_over or not chat.paused)


def is_urgent(chat: Chat, development: Development) -> bool:
    """Return whether a development comes to a chat at once, whatever the pace of its filters."""
    return bool(chat.urgent) and not chat.urgent.isdisjoint(labels_of(development))


def pace_of(filter_: Filter, chat: Chat) -> Pace:
    """Return when what a filter of a chat wants comes."""
    return filter_.pace or chat.pace


def subjects(filter_: Filter) -> frozenset[str]:
    """Return the themes and topics of a filter, any of which a development must have."""
    return filter_.themes | filter_.topics


_UNMET: tuple[tuple[Facet, Callable[[Filter, Development, HasWord], bool]], ...] = (
    ("countries", lambda one, news, _: bool(one.countries) and news.country not in one.countries),
    (
        "themes",
        lambda one, news, _: (
            bool(subjects(one)) and subjects(one).isdisjoint((*news.themes, *news.topics))
        ),
    ),
    ("types", lambda one, news, _: bool(one.types) and news.type not in one.types),
    (
        "mentions",
        lambda one, news, _: bool(one.mentions) and one.mentions.isdisjoint(news.mentions),
    ),
    (
        "references",
        lambda one, news, _: (
            bool(one.references)
            and one.references.isdisjoint((*news.own_references, *news.matter_references))
        ),
    ),
    (
        "sources",
        lambda one, news, _: (
            bool(one.sources) and all(cited.source not in one.sources for cited in news.sources)
        ),
    ),
    (
        "source_types",
        lambda one, news, _: (
            bool(one.source_types)
            and all(cited.source_type not in one.source_types for cited in news.sources)
        ),
    ),
    ("less", lambda one, news, _: bool(one.less) and not one.less.isdisjoint(labels_of(news))),
    # Last, since asking for a word may read a text from the store.
    ("words", lambda one, _, has: bool(one.words) and not any(map(has, one.words))),
    ("without", lambda one, _, has: any(map(has, one.without))),
)
"""When a development does not meet a facet of a filter."""


def any_wants(filters: Iterable[Filter]) -> Predicate:
    """Return a function that tells whether any of some filters wants a development."""
    wanting = tuple(filters)
    return lambda development, has_word: any(
        wants(filter_, development, has_word) for filter_ in wanting
    )


def chat_wants(chat: Chat) -> Predicate:
    """Return a function that tells whether any filter of a chat wants a development."""
    return any_wants(filter_ for filter_ in chat.filters if not filter_.paused)


def words_of(filters: Iterable[Filter]) -> frozenset[str]:
    """Return the words that some filters ask for or leave out."""
    return frozenset(word for one in filters for word in (*one.words, *one.without))


class AudienceIndex:
    """All chats, indexed by what their filters want; a million filters take some 160 MB."""

    def __init__(self, chats: Iterable[Chat] = ()) -> None:
        self.clear()
        for chat in chats:
            self.put(chat)

    def clear(self) -> None:
        """Remove every chat."""
        self._index = defaultdict[_Pair, dict[int, _FilterIds]](dict)
        self._settings: dict[int, Chat] = {}
        self._collecting: dict[int, _FilterIds] = {}
        self._conditions: dict[int, dict[int, Filter]] = {}
        self._shared: dict[Chat | _FilterIds, Any] = {}

    def put(self, chat: Chat) -> None:
        """Add a chat, or replace what was known of it."""
        self.remove(chat.id)
        filters = [each for each in chat.filters if not each.paused]
        if filters:
            self._settings[chat.id] = self._share(_delivery_settings(chat))
        if collecting := tuple(each.id for each in filters if pace_of(each, chat).is_digest):
            self._collecting[chat.id] = self._share(collecting)
        for filter_ in filters:
            if _has_conditions(filter_):
                self._conditions.setdefault(chat.id, {})[filter_.id] = filter_
            for pair in _pairs(filter_):
                listed = self._index[pair]
                listed[chat.id] = self._share((*listed.get(chat.id, ()), filter_.id))

    def remove(self, chat: int) -> None:
        """Remove a chat, if it is known."""
        if self._settings.pop(chat, None):
            self._conditions.pop(chat, None)
            self._collecting.pop(chat, None)
            # To ask each of some hundred pairs takes microseconds; to remember the pairs of each
            # chat would take as much memory as the index.
            for listed in self._index.values():
                listed.pop(chat, None)

    def recipients(
        self, development: Development, now: dt.datetime, has_word: HasWord | None = None
    ) -> list[Recipient]:
        """Return the listening chats that want a development, each once, with the ids of the
        filters that match."""
        has_word = has_word or lazy(lambda: index_entry(development))
        matched: dict[int, _FilterIds] = {}
        for listed in self._matching(development, has_word):
            both = matched.keys() & listed.keys()
            matched |= listed | {chat: matched[chat] + listed[chat] for chat in both}
        recipients, decisions = [], dict[int, tuple[bool, bool, str]]()
        for chat, ids in matched.items():
            settings = self._settings[chat]
            # Most chats share one object; its hash would cost more than the decision.
            if (decision := decisions.get(id(settings))) is None:
                decision = _decide(settings, development, now)
                decisions[id(settings)] = decision
            is_listening, comes_now, target = decision
            if is_listening:
                all_ids = ids if len(ids) == 1 else tuple(sorted({*ids}))
                collecting = self._collecting.get(chat, ())
                is_later = (
                    not comes_now
                    and bool(collecting)
                    and all(map(collecting.__contains__, all_ids))
                )
                recipients.append(Recipient(chat, all_ids, is_later, target))
        return recipients

    def _matching(
        self, development: Development, has_word: HasWord
    ) -> Iterator[dict[int, _FilterIds]]:
        """Yield, for each pair of a development, the chats and filters that want it."""
        countries = dict.fromkeys((None, development.country))
        labels = (None, *development.themes, *development.topics)
        for pair in itertools.product(countries, labels):
            listed = self._index.get(pair, {})
            checked = {
                chat: tuple(
                    id_ for id_ in listed[chat] if self._holds(chat, id_, development, has_word)
                )
                for chat in listed.keys() & self._conditions.keys()
            }
            yield (
                {chat: ids for chat, ids in (listed | checked).items() if ids}
                if checked
                else listed
            )

    def _holds(
        self, chat: int, filter_id: int, development: Development, has_word: HasWord
    ) -> bool:
        filter_ = self._conditions[chat].get(filter_id)
        return filter_ is None or wants(filter_, development, has_word)

    def _share(self, value: Shared) -> Shared:
        """Return an equal object that other chats hold already, if there is one."""
        if len(self._shared) >= SHARED:
            self._shared.clear()
        shared: Shared = self._shared.setdefault(value, value)
        return shared


def deliveries_for(
    development: Development, audience: Audience, now: dt.datetime, has_word: HasWord
) -> Iterator[Delivery]:
    """Yield the deliveries of a development that has its id: one for each chat that wants it,
    collected where only filters with digests want it."""
    for recipient in audience.recipients(development, now, has_word):
        yield Delivery(
            development=str(development.id),
            chat=recipient.chat,
            filters=recipient.filters,
            target=recipient.target,
            state="collected" if recipient.is_collected else "pending",
            due=now,
            created=now,
        )


def _decide(settings: Chat, development: Development, now: dt.datetime) -> tuple[bool, bool, str]:
    """Return whether chats with some settings listen, whether a development comes to them at once
    whatever the pace, and what its texts are translated into for them."""
    target = reader_of(settings).target(development.sources[0].language)
    return listens(settings, now), is_urgent(settings, development), target


def _delivery_settings(chat: Chat) -> Chat:
    """Return only the settings that decide whether, when and in which language a chat is sent
    to."""
    return Chat(
        id=0,
        paused=chat.paused,
        paused_until=chat.paused_until,
        suspended=chat.suspended,
        urgent=chat.urgent,
        language=chat.language,
        texts=chat.texts,
    )


def _pairs(filter_: Filter) -> Iterator[_Pair]:
    """Yield each pair of country and subject under which a filter is listed."""
    anything: Iterable[str | None] = (None,)
    labels = anything if _is_wide(filter_) else subjects(filter_) or anything
    return itertools.product(filter_.countries or anything, labels)


def _has_conditions(filter_: Filter) -> bool:
    """Return whether a filter asks for more than its pairs say."""
    by_pairs = Filter(
        id=filter_.id, countries=filter_.countries, themes=filter_.themes, topics=filter_.topics
    )
    named = replace(filter_, follows=None, name="", thread=None, pace=None, reminds=True)
    return _is_wide(filter_) or named != by_pairs


def _is_wide(filter_: Filter) -> bool:
    return len(filter_.countries) * len(subjects(filter_)) > MANY_PAIRS
