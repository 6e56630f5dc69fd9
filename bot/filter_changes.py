"""The last changes of the filters of a group or channel: noted, undone and left out (pure)."""

import datetime as dt
from collections.abc import Collection

from msgspec.structs import replace

from bot.models.chats import Chat, FilterChange

KEPT = 20
KEPT_FOR = dt.timedelta(days=90)


def recent(chat: Chat, now: dt.datetime) -> tuple[FilterChange, ...]:
    """Return the changes that are still kept."""
    return tuple(each for each in chat.filter_changes if now - each.at < KEPT_FOR)[-KEPT:]


def without_old(chat: Chat, now: dt.datetime) -> Chat:
    """Return a chat without the changes that are kept no more."""
    return replace(chat, filter_changes=recent(chat, now))


def noted(before: Chat, after: Chat, person: int | None, now: dt.datetime) -> Chat:
    """Return a chat after a change with its entry in the log, where several people can change its
    filters."""
    if before.id > 0 or before.filters == after.filters:
        return after
    kept = {each.id: each for each in after.filters}
    was = {each.id: each for each in before.filters}
    last = before.filter_changes[-1].number if before.filter_changes else 0
    changed = [n for n, each in enumerate(before.filters) if kept.get(each.id) != each]
    entry = FilterChange(
        number=max(last + 1, int(now.timestamp())),  # so that no old button means another one
        at=now,
        person=person,
        before=tuple(before.filters[n] for n in changed),
        places=tuple(changed),
        after=tuple(each for each in after.filters if was.get(each.id) != each),
    )
    return replace(after, filter_changes=(*recent(before, now), entry)[-KEPT:])


def undone(chat: Chat, entry: FilterChange) -> Chat | None:
    """Return a chat as it was before a change; None: what that changed has changed since."""
    now = {each.id: each for each in chat.filters}
    added = {each.id for each in entry.after}
    if any(now.get(each.id) != each for each in entry.after):
        return None
    if any(each.id in now and each.id not in added for each in entry.before):
        return None
    was = {each.id: each for each in entry.before}
    filters = [was.get(each.id, each) for each in chat.filters if each.id not in added - {*was}]
    for place, each in zip(entry.places, entry.before, strict=True):
        if each.id not in now:
            filters.insert(place, each)
    return replace(chat, filters=tuple(filters))


def without_people(chat: Chat, people: Collection[int] | None = None) -> Chat:
    """Return a chat that does not say who some people are, who changed its filters or set it up;
    None: who anybody is."""
    entries = (
        replace(each, person=None) if people is None or each.person in people else each
        for each in chat.filter_changes
    )
    is_known = people is not None and chat.keeper not in people
    keeper = chat.keeper if is_known else None
    return replace(chat, filter_changes=tuple(entries), keeper=keeper)
