"""Remove filters of a chat, and bring them back where they were (pure).

Each removed filter knows which one stood before it, removed or not; so removals may be undone in
any order, whatever has been added meanwhile.
"""

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from bot.models.chats import Chat, Filter, RemovedFilter

KEPT = 50
"""Removed filters of a chat that can be brought back."""


def without(chat: Chat, gone: Collection[int]) -> Chat:
    """Return a chat without the filters of some ids."""
    before = [None, *(each.id for each in _together(chat))]
    removed = [each for each in chat.filters if each.id in gone]
    fresh = [
        RemovedFilter(filter=each, after=before[before.index(each.id) - 1], removal=removed[0].id)
        for each in removed
    ]
    return replace(
        chat,
        filters=tuple(each for each in chat.filters if each.id not in gone),
        removed_filters=(*_still_removed(chat), *fresh)[-KEPT:],
    )


def restored(chat: Chat, removal: int) -> Chat:
    """Return a chat with what was removed at once with the filter of an id, in its place again."""
    back = [each for each in _still_removed(chat) if each.removal == removal]
    rest = tuple(each for each in _still_removed(chat) if each.removal != removal)
    filters = _with(chat.filters, back, _still_removed(chat))
    return replace(chat, filters=tuple(filters), removed_filters=rest)


def _still_removed(chat: Chat) -> Sequence[RemovedFilter]:
    """Return the removed filters that nobody has made anew since."""
    ids = {each.id for each in chat.filters}
    return tuple(each for each in chat.removed_filters if each.filter.id not in ids)


def _together(chat: Chat) -> Sequence[Filter]:
    """Return all filters in their order, the removed ones among them."""
    return _with(chat.filters, _still_removed(chat), _still_removed(chat))


def _with(
    filters: Sequence[Filter], back: Sequence[RemovedFilter], removed: Sequence[RemovedFilter]
) -> Sequence[Filter]:
    after = {each.filter.id: each.after for each in removed}
    result = list(filters)
    for one in back:
        ids = [each.id for each in result]
        place = one.after
        while place is not None and place not in ids and place in after:
            place = after[place]
        at = 0 if place is None else ids.index(place) + 1 if place in ids else len(ids)
        result.insert(at, one.filter)
    return result
