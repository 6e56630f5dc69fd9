"""The digests of a chat (pure): which there are, and when they are due.

The filters that have one pace and send to one topic share a digest. What is collected belongs to no
digest until one is composed: so it comes with whichever of those that want it is due first, also
where a filter has another pace by then.
"""

import datetime as dt

from msgspec.structs import replace

from bot.deliver import next_digest
from bot.match import pace_of
from bot.models.chats import Chat, Filter
from bot.models.pace import Pace, ScheduledDigest

Key = tuple[Pace, int | None]
"""What the filters of one digest have in common: their pace and their topic."""


def reschedule(before: Chat, after: Chat, now: dt.datetime) -> Chat:
    """Return a chat that has changed, with the digests of the filters that it has now."""
    wanted = dict.fromkeys(key(each, after) for each in after.filters if collects(each, after))
    digests = before.digests
    if after.timezone != before.timezone:
        digests = tuple(renew(each, after.timezone, now) for each in digests)
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
    also = before.digest_due if has_extra(before) else None
    if _has_stopped_collecting(before, after) or (also and before.paused and not after.paused):
        also = now
    # A digest that nobody wants stays until it is due: the filter may come back.
    return with_digests(after, (*digests, *new), also)


def _has_stopped_collecting(before: Chat, after: Chat) -> bool:
    """Return whether a filter has no digest any more that had one."""
    collecting = {each.id for each in before.filters if collects(each, before)}
    return any(each.id in collecting and not collects(each, after) for each in after.filters)


def next_due(chat: Chat) -> dt.datetime | None:
    """Return when the next digest comes that a filter wants, or the extra one; None: none does."""
    wanted = {key(each, chat) for each in chat.filters if collects(each, chat)}
    dues = [each.due for each in chat.digests if (each.pace, each.thread) in wanted]
    if has_extra(chat) and chat.digest_due:
        dues.append(chat.digest_due)
    return min(dues, default=None)


def add_extra(chat: Chat, at: dt.datetime) -> Chat:
    """Return a chat that gets a digest at a time apart from those that are scheduled."""
    return replace(chat, digest_due=min(at, chat.digest_due or at))


def with_digests(
    chat: Chat, digests: tuple[ScheduledDigest, ...], also: dt.datetime | None
) -> Chat:
    """Return a chat with its digests, and what comes at a time apart from them."""
    dues = [*(each.due for each in digests), *([also] if also else [])]
    return replace(chat, digests=digests, digest_due=min(dues, default=None))


def has_extra(chat: Chat) -> bool:
    """Return whether a chat waits for a digest apart from those that are scheduled."""
    return chat.digest_due is not None and chat.digest_due not in {d.due for d in chat.digests}


def renew(digest: ScheduledDigest, zone: str, now: dt.datetime) -> ScheduledDigest:
    """Return a digest with the next time at which it is due."""
    return replace(digest, due=next_digest(digest.pace, zone, now))


def collects(filter_: Filter, chat: Chat) -> bool:
    """Return whether what a filter wants is collected for a digest."""
    return pace_of(filter_, chat).is_digest


def at_once(chat: Chat) -> list[Filter]:
    """Return the filters of a chat that have no digest."""
    return [each for each in chat.filters if not collects(each, chat)]


def key(filter_: Filter, chat: Chat) -> Key:
    """Return the key of the digest of a filter: its pace and its topic."""
    return pace_of(filter_, chat), filter_.thread
