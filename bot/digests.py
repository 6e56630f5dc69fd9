"""The digests of a chat (pure): which there are, when they are due, and what each contains.

The filters that have one pace and send to one topic share a digest. What is collected belongs to no
digest until one is composed: so it comes with whichever of those that want it is due first, also
where a filter has another pace by then.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from operator import attrgetter

from msgspec.structs import replace

from bot.deliver import next_digest
from bot.match import listens, pace_of
from bot.models import Chat, Filter
from bot.models.deliveries import (
    PART_SIZE,
    ComposedDigests,
    Delivery,
    Digest,
    DigestEvery,
    SilentCountry,
)
from bot.models.pace import Pace, PaceKind, ScheduledDigest

SILENT = 5
"""Countries that are named as silent; sources of one that are named as failing: as many as fit."""
FAILING = 2

_Key = tuple[Pace, int | None]
"""What the filters of one digest have in common: their pace and their topic."""
_EVERY: dict[PaceKind, DigestEvery] = {"daily": "day", "weekly": "week"}


# ------------------------------------------------------------------ when they are due


def reschedule(before: Chat, after: Chat, now: dt.datetime) -> Chat:
    """Return a chat that has changed, with the digests of the filters that it has now."""
    wanted = dict.fromkeys(_key(each, after) for each in after.filters if _collects(each, after))
    digests = before.digests
    if after.timezone != before.timezone:
        digests = tuple(_renewed(each, after.timezone, now) for each in digests)
    known = {(each.pace, each.thread) for each in digests}
    # What was collected for a digest that nobody wants any more comes with the one in its place.
    since = min((d.since for d in digests if (d.pace, d.thread) not in wanted), default=now)
    new = tuple(
        ScheduledDigest(
            pace=pace, thread=thread, since=since, due=next_digest(pace, after.timezone, now)
        )
        for pace, thread in wanted
        if (pace, thread) not in known
    )
    is_one_over = any(
        _collects(kept, before) and not _collects(changed, after)
        for kept in before.filters
        for changed in after.filters
        if kept.id == changed.id
    )
    is_waiting = is_one_over or is_called(before)
    # A digest that nobody wants stays until it is due: the filter may come back.
    return _with_digests(after, (*digests, *new), now if is_waiting else None)


def call(chat: Chat, at: dt.datetime) -> Chat:
    """Return a chat for which what was collected apart from its digests comes at a time."""
    return replace(chat, digest_due=min(at, chat.digest_due or at))


def _with_digests(
    chat: Chat, digests: tuple[ScheduledDigest, ...], also: dt.datetime | None
) -> Chat:
    dues = [*(each.due for each in digests), *([also] if also else [])]
    return replace(chat, digests=digests, digest_due=min(dues, default=None))


def is_called(chat: Chat) -> bool:
    """Return whether a chat waits for a digest apart from those that are scheduled."""
    return chat.digest_due is not None and chat.digest_due not in {d.due for d in chat.digests}


def _renewed(digest: ScheduledDigest, zone: str, now: dt.datetime) -> ScheduledDigest:
    return replace(digest, due=next_digest(digest.pace, zone, now))


def _collects(filter_: Filter, chat: Chat) -> bool:
    return pace_of(filter_, chat).is_digest


def _key(filter_: Filter, chat: Chat) -> _Key:
    return pace_of(filter_, chat), filter_.thread


# ------------------------------------------------------------------ what they contain


def compose_digests(
    chat: Chat, collected: Sequence[Delivery], silences: Sequence[SilentCountry], now: dt.datetime
) -> ComposedDigests:
    """Return the digests of a chat that are due, of what was collected for it.

    They are as they were put together, whatever changes before they are sent: each is sent once,
    and one that was missed comes late. `silences`: of all countries.
    """
    due = sorted(
        (each for each in chat.digests if each.due <= now), key=lambda d: (d.due, d.pace.kind)
    )
    renewed = tuple(
        _renewed(each, chat.timezone, now) if each in due else each for each in chat.digests
    )
    if not listens(chat, now):
        also = chat.digest_due if is_called(chat) else None
        return ComposedDigests(chat=_with_digests(chat, renewed, also))
    composer = _Composer(chat, collected, silences, now)
    for each in due:
        composer.add_scheduled(each)
    composer.add_overdue()
    kept = {_key(filter_, chat) for filter_ in chat.filters}
    digests = tuple(
        replace(each, since=now) if before in due else each
        for before, each in zip(chat.digests, renewed, strict=True)
        if before not in due or (each.pace, each.thread) in kept
    )
    return ComposedDigests(
        chat=_with_digests(chat, digests, None),
        parts=tuple(composer.parts),
        within=composer.within,
        unwanted=composer.unwanted() if due or not digests else (),
    )


class _Composer:
    """Puts the digests of a chat together: each development comes with the first that wants it."""

    def __init__(
        self,
        chat: Chat,
        collected: Sequence[Delivery],
        silences: Sequence[SilentCountry],
        now: dt.datetime,
    ) -> None:
        self._chat, self._left, self._silences, self._now = chat, [*collected], silences, now
        self.parts: list[Delivery] = []
        self.within: dict[int, str] = {}

    def add_scheduled(self, scheduled: ScheduledDigest) -> None:
        """Compose a digest that is due."""
        key = scheduled.pace, scheduled.thread
        filters = [each for each in self._chat.filters if _key(each, self._chat) == key]
        every = _EVERY[scheduled.pace.kind]
        taken = self._take(filters)
        silences = _silences(taken, self._silences, [one for one in filters if not one.paused])
        # One without developments is sent weekly, or where the silence may be blindness: a source
        # that it depends on has not answered.
        is_silence_told = any(each.failing for each in silences) or every == "week"
        if taken or (is_silence_told and any(not each.paused for each in filters)):
            self._add(every, scheduled.since, filters, taken, silences)

    def add_overdue(self) -> None:
        """Compose what was collected for filters that have no digest any more."""
        at_once = [one for one in self._chat.filters if not _collects(one, self._chat)]
        for thread in dict.fromkeys(one.thread for one in at_once):
            filters = [one for one in at_once if one.thread == thread]
            if taken := self._take(filters):
                since = min(map(attrgetter("created"), taken))
                self._add("once", since, filters, taken, [])

    def unwanted(self) -> tuple[int, ...]:
        """Return what no filter of the chat wants any more."""
        live = {each.id for each in self._chat.filters}
        return tuple(each.id for each in self._left if live.isdisjoint(each.filters))

    def _take(self, filters: Iterable[Filter]) -> list[Delivery]:
        """Return what some filters want, and leave the rest."""
        ids = {each.id for each in filters}
        taken = [each for each in self._left if not ids.isdisjoint(each.filters)]
        self._left = [each for each in self._left if ids.isdisjoint(each.filters)]
        return taken

    def _add(
        self,
        every: DigestEvery,
        since: dt.datetime,
        filters: Sequence[Filter],
        taken: Sequence[Delivery],
        silences: Sequence[SilentCountry],
    ) -> None:
        # Several may be composed at a time; a filter belongs to one of them.
        name = f"digest {self._now:%Y-%m-%d %H:%M:%S} {every} {filters[0].id}"
        whole = Digest(
            every=every,
            since=since,
            until=self._now,
            filters=tuple(each.id for each in filters),
            items=tuple(each.development for each in taken),
            total=len(taken),
            silences=tuple(silences),
        )
        for part in split_digest(whole):
            self.parts.append(
                Delivery(
                    development=name,
                    chat=self._chat.id,
                    kind="digest",
                    revision=part.part,
                    digest=part,
                    due=self._now,
                    created=self._now,
                )
            )
        self.within |= {each.id: name for each in taken}


def _silences(
    taken: Iterable[Delivery], silences: Iterable[SilentCountry], filters: Iterable[Filter]
) -> list[SilentCountry]:
    """Return the countries that some filters name and of which a digest has nothing, or less than
    it would have if their sources had answered; these first."""
    named = {code for each in filters for code in each.countries}
    told = {each.development.split("-")[0] for each in taken}  # an id begins with its country
    known = {each.country: each for each in silences}
    nothing = (known.get(code) or SilentCountry(country=code) for code in sorted(named))
    return sorted(
        (
            replace(each, is_told=each.country in told)
            for each in nothing
            if each.failing or each.country not in told
        ),
        key=lambda each: not each.failing,
    )


def split_digest(whole: Digest) -> list[Digest]:
    """Return the parts of a digest, each of which fits into a message."""
    items = whole.items
    pages = [tuple(items[at : at + PART_SIZE]) for at in range(0, len(items), PART_SIZE)] or [()]
    parts = [
        replace(whole, items=page, part=number, parts=len(pages), silences=())
        for number, page in enumerate(pages, 1)
    ]
    parts[-1] = replace(
        parts[-1],
        silences=tuple(
            replace(each, failing=each.failing[:FAILING]) for each in whole.silences[:SILENT]
        ),
        more_silent=max(len(whole.silences) - SILENT, 0),
    )
    if whole.every == "week" and items:
        return [replace(parts[0], items=(), part=0, silences=(), is_picture=True), *parts]
    return parts
