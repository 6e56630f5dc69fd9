"""What the digests of a chat contain that are due (pure).

They are as they were put together, whatever changes before they are sent: each part is sent once,
and a digest that was missed comes late.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from msgspec.structs import replace

from bot import digests, render
from bot.i18n import locale_for
from bot.match import listens
from bot.models import Development
from bot.models.chats import Chat, Filter
from bot.models.deliveries import ComposedDigests, Delivery, Digest, DigestEvery, SilentCountry
from bot.models.pace import PaceKind, ScheduledDigest
from bot.reader_language import as_read, reader_of

SILENT = 5
"""Countries that are named as silent, each on its line; sources of one that are named."""
FAILING = 2
UNREAD = 12
"""Countries that are named together as not read."""
LATER = dt.timedelta(minutes=15)
"""After how long a digest is looked at again of a chat that cannot be sent to now."""

_EVERY: dict[PaceKind, DigestEvery] = {"daily": "day", "weekly": "week"}


def compose_digests(
    chat: Chat,
    collected: Sequence[Delivery],
    developments: Mapping[str, Development],
    silences: Sequence[SilentCountry],
    now: dt.datetime,
) -> ComposedDigests:
    """Put together the digests of a chat that are due, and the times of the next ones.

    `collected` are the deliveries that wait for a digest of this chat, and `developments` what they
    tell of, by id; `silences` are the countries of which nothing was published, of all sources. A
    chat that does not listen now gets nothing, and keeps what waits.
    """
    due = sorted(
        (each for each in chat.digests if each.due <= now), key=lambda d: (d.due, d.pace.kind)
    )
    renewed = tuple(
        digests.renew(each, chat.timezone, now) if each in due else each for each in chat.digests
    )
    if not listens(chat, now):
        also = now + LATER if digests.has_extra(chat) else None
        return ComposedDigests(chat=digests.with_digests(chat, renewed, also))
    composer = _Composer(chat, collected, developments, silences, now)
    for each in due:
        composer.add_scheduled(each)
    composer.add_overdue()
    kept = {digests.key(filter_, chat) for filter_ in chat.filters}
    following = tuple(
        replace(each, since=now) if before in due else each
        for before, each in zip(chat.digests, renewed, strict=True)
        if before not in due or (each.pace, each.thread) in kept
    )
    return ComposedDigests(
        chat=digests.with_digests(chat, following, None),
        parts=tuple(composer.parts),
        within=composer.within,
        unwanted=composer.unwanted() if due or not following else (),
    )


class _Composer:
    """Puts the digests of a chat together: each development comes with the first that wants it."""

    def __init__(
        self,
        chat: Chat,
        collected: Sequence[Delivery],
        developments: Mapping[str, Development],
        silences: Sequence[SilentCountry],
        now: dt.datetime,
    ) -> None:
        self._chat, self._left, self._silences, self._now = chat, [*collected], silences, now
        self._developments = {
            name: as_read(each, reader_of(chat)) for name, each in developments.items()
        }
        self.parts: list[Delivery] = []
        self.within: dict[int, str] = {}

    def add_scheduled(self, scheduled: ScheduledDigest) -> None:
        """Compose a digest that is due."""
        key = scheduled.pace, scheduled.thread
        filters = [each for each in self._chat.filters if digests.key(each, self._chat) == key]
        wanting = [each for each in filters if not each.paused]
        taken = self._take(filters)
        told = {self._developments[each.development].country for each in taken}
        whole = Digest(
            every=_EVERY[scheduled.pace.kind],
            since=scheduled.since,
            until=self._now,
            filters=tuple(each.id for each in filters),
            items=(),
            total=len(taken),
            silences=_silent(wanting, self._silences, told),
            unread=_unread(wanting, self._silences),
        )
        # One without developments is sent weekly, or where the silence may be blindness: a source
        # that it depends on has not answered.
        is_silence_told = whole.every == "week" or _is_blind(whole, self._silences)
        if taken or (wanting and is_silence_told):
            self._add(whole, taken)

    def add_overdue(self) -> None:
        """Compose what was collected for filters that have no digest, or not any more."""
        at_once = digests.at_once(self._chat)
        for thread in dict.fromkeys(one.thread for one in at_once):
            filters = [one for one in at_once if one.thread == thread]
            if taken := self._take(filters):
                whole = Digest(
                    every="once",
                    since=min(map(attrgetter("created"), taken)),
                    until=self._now,
                    filters=tuple(each.id for each in filters),
                    items=(),
                    total=len(taken),
                )
                self._add(whole, taken)

    def unwanted(self) -> tuple[int, ...]:
        """Return the developments that no filter of the chat wants any more, or that were
        removed."""
        live = {each.id for each in self._chat.filters}
        return tuple(
            each.id
            for each in self._left
            if live.isdisjoint(each.filters) or each.development not in self._developments
        )

    def _take(self, filters: Iterable[Filter]) -> list[Delivery]:
        """Take the collected deliveries that some filters want, and leave the rest."""
        ids = {each.id for each in filters}
        taken, left = list[Delivery](), list[Delivery]()
        for each in self._left:
            is_wanted = not ids.isdisjoint(each.filters) and each.development in self._developments
            (taken if is_wanted else left).append(each)
        self._left = left
        return taken

    def _add(self, whole: Digest, taken: Sequence[Delivery]) -> None:
        # Several may be composed at a time; a filter belongs to one of them.
        name = f"digest {self._now:%Y-%m-%d %H:%M:%S} {whole.every} {whole.filters[0]}"
        records = [self._developments[each.development] for each in taken]
        self.parts += (
            Delivery(
                development=name,
                chat=self._chat.id,
                kind="digest",
                revision=part.part,
                digest=part,
                due=self._now,
                created=self._now,
            )
            for part in split(whole, records, self._chat)
        )
        self.within |= {each.id: name for each in taken}


def _silent(
    filters: Sequence[Filter], silences: Iterable[SilentCountry], told: Iterable[str | None]
) -> tuple[SilentCountry, ...]:
    """Return the countries that some filters name and of which a digest has nothing, or less than
    it would have if their sources had been read; these first."""
    known = {each.country: each for each in silences}
    named = sorted({code for each in filters for code in each.countries})
    all_ = (
        replace(known.get(code) or SilentCountry(country=code), is_told=code in told)
        for code in named
    )
    worth = (each for each in all_ if each.is_unread or not each.is_told)
    return tuple(sorted(worth, key=lambda each: not each.failing))


def _unread(
    filters: Sequence[Filter], silences: Iterable[SilentCountry]
) -> tuple[SilentCountry, ...]:
    """Return the countries of which not all sources were read, where filters want any country; none
    of those that they name, which have their own lines."""
    if all(each.countries for each in filters):
        return ()
    named = {code for each in filters for code in each.countries}
    unread = (each for each in silences if each.is_unread and each.country not in named)
    return tuple(sorted(unread, key=lambda each: each.answered / max(each.sources, 1)))


def _is_blind(digest: Digest, silences: Iterable[SilentCountry]) -> bool:
    """Return whether a digest without developments may have missed some: a source of a country that
    its filters name fails, or where they name none most of all sources do."""
    all_ = sum(each.sources for each in silences)
    unread = sum(each.sources - each.answered for each in digest.unread)
    return any(each.failing for each in digest.silences) or 2 * unread > all_


def split(whole: Digest, records: Sequence[Development], chat: Chat) -> list[Digest]:
    """Return the parts of a digest: as many developments in each as fit into a message, by country
    over all of them; with the silent countries in the last."""
    to = locale_for(chat.language)
    last = replace(
        whole,
        silences=tuple(
            replace(each, failing=each.failing[:FAILING], off=each.off[:FAILING])
            for each in whole.silences[:SILENT]
        ),
        more_silent=max(len(whole.silences) - SILENT, 0),
        unread=whole.unread[:UNREAD],
        more_unread=max(len(whole.unread) - UNREAD, 0),
    )
    without = replace(whole, silences=(), unread=())
    parts = [
        replace(last if is_last else without, items=tuple(str(each.id) for each in page))
        for page, is_last in render.digest_pages(last, records, to)
    ]
    numbered = [
        replace(part, part=number, parts=len(parts)) for number, part in enumerate(parts, 1)
    ]
    if whole.every == "week" and records:
        return [replace(numbered[0], items=(), part=0, is_picture=True), *numbered]
    return numbered
