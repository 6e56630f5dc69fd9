"""Note the last changes of a chat's filters, and undo them (pure).

Of each filter that was changed or removed a change knows which one stood before it, removed or not:
so changes may be undone in any order, whatever has been added meanwhile.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from bot.models.chats import Chat, Filter, FilterChange

KEPT = 20
KEPT_FOR = dt.timedelta(days=90)


def recent(chat: Chat, now: dt.datetime) -> tuple[FilterChange, ...]:
    """Return the changes that are still kept."""
    return tuple(each for each in chat.filter_changes if now - each.at < KEPT_FOR)[-KEPT:]


def without_old(chat: Chat, now: dt.datetime) -> Chat:
    """Return a chat without the changes that have been kept long enough."""
    return replace(chat, filter_changes=recent(chat, now))


def noted(before: Chat, after: Chat, person: int | None, now: dt.datetime) -> Chat:
    """Return a chat after a change with its entry in the log. Of a private chat, where nobody asks
    who did what, only what removes filters is noted."""
    kept = {each.id: each for each in after.filters}
    was = {each.id: each for each in before.filters}
    if before.filters == after.filters or (before.id > 0 and was.keys() <= kept.keys()):
        return after
    last = before.filter_changes[-1].number if before.filter_changes else 0
    changed = tuple(each for each in before.filters if kept.get(each.id) != each)
    order = [None, *(each.id for each in _with_removed(before))]
    entry = FilterChange(
        number=max(last + 1, int(now.timestamp())),  # so that no old button means another one
        at=now,
        person=None if before.id > 0 else person,
        before=changed,
        follows=tuple(order[order.index(each.id) - 1] for each in changed),
        after=tuple(each for each in after.filters if was.get(each.id) != each),
    )
    return replace(after, filter_changes=(*recent(before, now), entry)[-KEPT:])


def undone(chat: Chat, entry: FilterChange) -> Chat | None:
    """Return a chat as it was before a change; None: what that changed has changed since, or is
    back already. A removed filter that was made anew stays as it is."""
    now = {each.id: each for each in chat.filters}
    added = {each.id for each in entry.after}
    was = {each.id: each for each in entry.before}
    if any(now.get(each.id) != each for each in entry.after):
        return None
    back = [each for each in entry.before if each.id not in now]
    if not back and not added:
        return None
    filters = [was.get(each.id, each) if each.id in added else each for each in chat.filters]
    left = [each for each in filters if each.id in was or each.id not in added]
    return replace(chat, filters=tuple(_with(left, back, _places(chat.filter_changes))))


def _places(changes: Iterable[FilterChange]) -> dict[int, int | None]:
    """Return by the id of each filter that was changed which one stood before it."""
    return {
        each.id: follows
        for change in changes
        for each, follows in zip(change.before, change.follows, strict=False)
    }


def _with_removed(chat: Chat) -> list[Filter]:
    """Return all filters of a chat in their order, the removed ones among them."""
    ids = {each.id for each in chat.filters}
    changed = {each.id: each for change in chat.filter_changes for each in change.before}
    removed = [each for each in changed.values() if each.id not in ids]
    return _with(chat.filters, removed, _places(chat.filter_changes))


def _with(
    filters: Iterable[Filter], back: Iterable[Filter], places: Mapping[int, int | None]
) -> list[Filter]:
    """Return filters with others in their places, which follow what stood before them."""
    result = list(filters)
    for one in back:
        ids = [each.id for each in result]
        before = dict(places)
        place = before.pop(one.id, None)
        while place in before and place not in ids:
            place = before.pop(place)
        result.insert(ids.index(place) + 1 if place in ids else 0, one)
    return result


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
