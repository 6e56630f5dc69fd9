"""Development x all chats -> who wants it, and by which filters (pure).

A filter stands at every place that it asks for, a country and a subject, so that a development
meets those of its own places alone. There may be a million: what is kept of one is its place, its
number and its chat, 8 bytes a place in arrays; of a chat, how it is told, which most chats share.
"""

import datetime as dt
import itertools
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator

from bot import ports
from bot.match import is_collected, listens, subjects, wants
from bot.models import Chat, Delivery, Development, Filter, Recipient

MANY = 64
"""Places of one filter, above which it stands under its countries alone."""
SPARE = 1000
"""Seats that may be empty, beside as many as are taken."""

_Place = tuple[str | None, str | None]
"""A country and a subject that some filter asks for; None: any."""


class _Crowd:
    """The filters at one place: the seats of their chats, and their numbers."""

    def __init__(self, seats: Iterable[int] = (), filters: Iterable[int] = ()) -> None:
        self.seats, self.filters = array("I", seats), array("I", filters)


class Audience:
    """All chats, by what their filters want. A chat that changes takes a new seat; its old one is
    left empty, until too many are."""

    def __init__(self, chats: Iterable[Chat] = ()) -> None:
        self.clear()
        for chat in chats:
            self.put(chat)

    def clear(self) -> None:
        """Nobody any more."""
        self._seats: dict[int, int] = {}
        self._chats = array("q")
        self._manners = array("I")
        self._known: dict[Chat, int] = {}
        self._sure = defaultdict[_Place, _Crowd](_Crowd)
        self._asking = defaultdict[_Place, _Crowd](_Crowd)
        self._asked: dict[int, dict[int, Filter]] = {}

    def put(self, chat: Chat) -> None:
        """A chat as it is now."""
        self.remove(chat.id)
        if not chat.filters:
            return
        seat = self._seats[chat.id] = len(self._chats)
        self._chats.append(chat.id)
        self._manners.append(self._known.setdefault(_manner(chat), len(self._known)))
        for filter_ in chat.filters:
            if not filter_.paused:
                self._place(filter_, seat)

    def _place(self, filter_: Filter, seat: int) -> None:
        is_sure = _asks_for_places_alone(filter_) and not _is_wide(filter_)
        if not is_sure:
            self._asked.setdefault(seat, {})[filter_.id] = filter_
        for place in _places_of(filter_):
            crowd = (self._sure if is_sure else self._asking)[place]
            crowd.seats.append(seat)
            crowd.filters.append(filter_.id)

    def remove(self, chat: int) -> None:
        """A chat that is gone."""
        seat = self._seats.pop(chat, None)
        if seat is not None:
            self._chats[seat] = 0
            self._asked.pop(seat, None)
            if len(self._chats) > 2 * len(self._seats) + SPARE:
                self._move_up()

    def _move_up(self) -> None:
        """Gives new seats to all, without empty ones between."""
        seats = {old: new for new, old in enumerate(self._seats.values())}
        manners = [*self._known]
        kept = [manners[self._manners[seat]] for seat in seats]
        self._known = {manner: number for number, manner in enumerate(dict.fromkeys(kept))}
        self._manners = array("I", map(self._known.__getitem__, kept))
        self._chats = array("q", self._seats)
        self._seats = dict(zip(self._seats, range(len(seats)), strict=True))
        self._asked = {seats[old]: filters for old, filters in self._asked.items()}
        for crowds in (self._sure, self._asking):
            for place, crowd in list(crowds.items()):
                there = [(seats[a], b) for a, b in _pairs(crowd) if a in seats]
                crowds[place] = _Crowd((a for a, _ in there), (b for _, b in there))

    def recipients(self, development: Development, now: dt.datetime) -> list[Recipient]:
        """The listening chats that want a development, each once, with the filters that say so."""
        hits: dict[int, tuple[int, ...]] = {}
        for seat, filter_ in self._hits(development):
            hits[seat] = (*hits[seat], filter_) if seat in hits else (filter_,)
        told = [(listens(known, now), is_collected(known, development)) for known in self._known]
        found = []
        for seat, ids in hits.items():
            is_listening, is_later = told[self._manners[seat]]
            if is_listening and (chat := self._chats[seat]):
                filters = ids if len(ids) == 1 else tuple(sorted({*ids}))
                found.append(Recipient(chat, filters, is_later))
        return found

    def _hits(self, development: Development) -> Iterator[tuple[int, int]]:
        """The seats and numbers of the filters that want it, those of empty seats too."""
        labels = (None, *development.themes, *development.topics)
        for place in itertools.product(dict.fromkeys((None, development.country)), labels):
            if place in self._sure:
                yield from _pairs(self._sure[place])
            for seat, number in _pairs(self._asking[place]) if place in self._asking else ():
                filter_ = self._asked.get(seat, {}).get(number)
                if filter_ and wants(filter_, development):
                    yield seat, number


def deliveries_for(
    development: Development, audience: ports.Audience, now: dt.datetime
) -> Iterator[Delivery]:
    """The deliveries of a development that has its id: one for each chat that wants it, which
    waits for the chat's digest where that is how it is told."""
    for recipient in audience.recipients(development, now):
        yield Delivery(
            development=str(development.id),
            chat=recipient.chat,
            filters=recipient.filters,
            state="collected" if recipient.is_collected else "pending",
            due=now,
            created=now,
        )


def _pairs(crowd: _Crowd) -> Iterator[tuple[int, int]]:
    return zip(crowd.seats, crowd.filters, strict=True)


def _manner(chat: Chat) -> Chat:
    """What of a chat decides whether it is told now, or later: without whose it is."""
    return Chat(
        id=0,
        paused=chat.paused,
        paused_until=chat.paused_until,
        suspended=chat.suspended,
        timetable=chat.timetable,
        urgent=chat.urgent,
    )


def _places_of(filter_: Filter) -> Iterator[_Place]:
    """Where a filter is found: under each pair of a country and a subject that it asks for."""
    anything: Iterable[str | None] = (None,)
    labels = anything if _is_wide(filter_) else subjects(filter_) or anything
    return itertools.product(filter_.countries or anything, labels)


def _asks_for_places_alone(filter_: Filter) -> bool:
    rest = (
        filter_.types, filter_.mentions, filter_.sources, filter_.less, filter_.references
    )  # fmt: skip
    return not any((*rest, filter_.words, filter_.without))


def _is_wide(filter_: Filter) -> bool:
    return len(filter_.countries) * len(subjects(filter_)) > MANY
