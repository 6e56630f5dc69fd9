"""What a chat follows: filters are saved, shown as cards, changed, tried, shared and removed."""

import zlib
from collections.abc import Awaitable, Callable, Collection, Sequence

import msgspec
from msgspec.structs import replace

from bot import match, render
from bot.chat import filter_preview, query, share_links
from bot.chat.answer import Answer, Button, Buttons, rows
from bot.chat.context import Office, Visit
from bot.models import Chat, Filter, Message, Source

LIMIT = 50
"""Filters of one chat: more would be somebody's script."""
NAME_LIMIT = 60
TRIED = 3
PREFIX = "f2"
"""What the data of a filter's buttons begin with: `f2:<act>:<id of the filter>`."""
RENAME = "rename"
"""What is asked before a filter gets its name (`Chat.asked`)."""


async def subscribe(office: Office, visit: Visit, said: str) -> Answer:
    """Saves the filter that the words describe, or names the words that are not understood."""
    wanted = query.filter_of(said, {source.id for source in office.sources})
    if isinstance(wanted, list):
        return Answer(render.reply("not_understood", visit.tongue, doubts=wanted))
    return await save(office, visit, wanted)


async def save(office: Office, visit: Visit, wanted: Filter) -> Answer:
    """Saves a filter, unless the chat has it already; it sends to the topic it was set in."""
    wanted = replace(wanted, id=0, thread=visit.thread)
    before = await office.store.chat(visit.chat)
    if same := [n for n, kept in enumerate(before.filters, 1) if _same(kept, wanted)]:
        return _text(visit, "already", number=same[0], filter=wanted)
    if len(before.filters) >= LIMIT:
        return _text(visit, "too_many", limit=LIMIT)
    after = await office.store.change_chat(visit.chat, lambda chat: _with(chat, wanted, visit))
    found = await filter_preview.count(office, wanted)
    answer = _text(
        visit,
        "saved",
        number=len(after.filters),
        filter=wanted,
        uncovered=_uncovered(wanted, office.sources),
        listens=match.listens(after, office.clock()),
        found=found,
        chat=after,
    )
    return replace(answer, buttons=_offers(visit, after, found))


async def change(office: Office, visit: Visit, filter_id: int, wanted: Filter) -> Answer:
    """A filter as it is to be now; it keeps its id, its name and its topic."""
    await _changed(
        office,
        visit,
        filter_id,
        lambda kept: replace(wanted, id=kept.id, name=kept.name, thread=kept.thread),
    )
    return await card(office, visit, filter_id)


async def listed(office: Office, visit: Visit, said: str = "") -> Answer:
    """The numbered filters, each with a button that opens its card."""
    chat = await office.store.chat(visit.chat)
    found = await filter_preview.counts(office, chat.filters)
    messages = render.reply(
        "filters", visit.tongue, shown=list(zip(chat.filters, found, strict=True))
    )
    cards = [_act(f"{number}", "card", kept.id) for number, kept in enumerate(chat.filters, 1)]
    add = Button(visit.say("Add a filter"), "setup")
    return Answer(messages, (*rows(cards, 5), (add,)), in_place=True)


async def unsubscribe(office: Office, visit: Visit, said: str) -> Answer:
    """Removes the filter of a number, or all."""
    chat = await office.store.chat(visit.chat)
    if said.strip().lower() == "all":
        await office.store.change_chat(visit.chat, lambda chat: replace(chat, filters=()))
        return _text(visit, "removed_all", count=len(chat.filters))
    kept = numbered(chat, said)
    if kept is None:
        return _text(visit, "no_such_filter", said=said.strip(), count=len(chat.filters))
    return await _remove(office, visit, kept.id)


async def rename(office: Office, visit: Visit, said: str) -> Answer:
    """Gives the filter of a number a name: `/rename 2 Dublin watch`."""
    number, _, name = said.strip().partition(" ")
    chat = await office.store.chat(visit.chat)
    kept = numbered(chat, number)
    if kept is None or not name.strip():
        return _text(visit, "no_such_filter", said=number, count=len(chat.filters))
    return await named(office, visit, kept.id, name)


async def named(office: Office, visit: Visit, filter_id: int, name: str) -> Answer:
    """A filter with its new name."""
    short = " ".join(name.split())[:NAME_LIMIT]
    await _changed(office, visit, filter_id, lambda kept: replace(kept, name=short))
    return replace(await card(office, visit, filter_id), in_place=False)


async def card(office: Office, visit: Visit, filter_id: int) -> Answer:
    """One filter, and what can be done with it."""
    chat = await office.store.chat(visit.chat)
    place = next((n for n, kept in enumerate(chat.filters) if kept.id == filter_id), None)
    if place is None:
        return replace(await listed(office, visit), toast=visit.say("It was removed before."))
    kept = chat.filters[place]
    messages = render.reply(
        "card",
        visit.tongue,
        number=place + 1,
        filter=kept,
        found=await filter_preview.count(office, kept),
    )
    pause = (visit.say("Resume"), "resume") if kept.paused else (visit.say("Pause"), "pause")
    deeds = (
        (visit.say("Edit"), "edit"),
        (visit.say("Rename"), "rename"),
        pause,
        (visit.say("Try"), "try"),
        (visit.say("Share"), "share"),
        (visit.say("Remove"), "remove"),
    )
    acts = rows([_act(text, deed, filter_id) for text, deed in deeds], 3)
    back = Button(visit.say("◂ All filters"), f"{PREFIX}:list:0")
    return Answer(messages, (*acts, (back,)), in_place=True)


async def pressed(office: Office, visit: Visit, deed: str, filter_id: int) -> Answer | None:
    """What comes of a button of a filter; None: there is no such button."""
    if deed in ("pause", "resume"):
        is_paused = deed == "pause"
        await _changed(office, visit, filter_id, lambda kept: replace(kept, paused=is_paused))
        return await card(office, visit, filter_id)
    act = _DEEDS.get(deed)
    return await act(office, visit, filter_id) if act else None


async def _list(office: Office, visit: Visit, filter_id: int) -> Answer:
    return await listed(office, visit)


async def _ask_name(office: Office, visit: Visit, filter_id: int) -> Answer:
    """Asks what a filter is to be called: the next message says it."""
    if find(await office.store.chat(visit.chat), filter_id) is None:
        return await card(office, visit, filter_id)
    asked = f"{RENAME}:{filter_id}"
    home = visit.home or visit.chat
    await office.store.change_chat(home, lambda chat: replace(chat, asked=asked))
    return replace(_text(visit, "ask_name"), asks=True)


async def _try(office: Office, visit: Visit, filter_id: int) -> Answer:
    """The newest developments that a filter wants, as they would have come."""
    kept = find(await office.store.chat(visit.chat), filter_id)
    if kept is None:
        return await card(office, visit, filter_id)
    found = await office.store.developments(lambda made: match.wants(kept, made), limit=TRIED)
    if not found:
        return _text(visit, "nothing_yet")
    return Answer(tuple(render.development(made, visit.tongue) for made in reversed(found)))


async def _share(office: Office, visit: Visit, filter_id: int) -> Answer:
    """A link that offers the filter to who opens it."""
    kept = find(await office.store.chat(visit.chat), filter_id)
    if kept is None:
        return await card(office, visit, filter_id)
    payload = share_links.payload(kept)
    return _text(visit, "share", filter=kept, link=payload and office.link(payload))


async def _remove(office: Office, visit: Visit, filter_id: int) -> Answer:
    """Removes a filter, and offers it back."""
    kept = find(await office.store.chat(visit.chat), filter_id)
    if kept is None:
        return await card(office, visit, filter_id)
    await office.store.change_chat(visit.chat, lambda chat: _without(chat, filter_id))
    shown = await listed(office, visit)
    undo = _act(visit.say("Undo"), "undo", filter_id)
    removed = render.reply("removed", visit.tongue, filter=kept)
    return replace(
        shown,
        messages=(_joined(*removed, *shown.messages),),
        buttons=(*shown.buttons, (undo,)),
        toast=visit.say("Removed."),
    )


async def _undo(office: Office, visit: Visit, filter_id: int) -> Answer:
    """Takes back the filter that was removed last."""
    chat = await office.store.change_chat(visit.chat, lambda chat: _with_removed(chat, filter_id))
    is_back = find(chat, filter_id) is not None
    toast = visit.say("It is back.") if is_back else visit.say("It cannot be taken back any more.")
    return replace(await listed(office, visit), toast=toast)


_DEEDS: dict[str, Callable[[Office, Visit, int], Awaitable[Answer]]] = {
    "list": _list,
    "card": card,
    "rename": _ask_name,
    "try": _try,
    "share": _share,
    "remove": _remove,
    "undo": _undo,
}

# ------------------------------------------------------------------ in pieces


def numbered(chat: Chat, said: str) -> Filter | None:
    """The filter that a number means."""
    number = int(said) if said.strip().isdecimal() and len(said.strip()) < 4 else 0
    return chat.filters[number - 1] if 1 <= number <= len(chat.filters) else None


async def _changed(
    office: Office, visit: Visit, filter_id: int, change_: Callable[[Filter], Filter]
) -> None:
    def changed(chat: Chat) -> Chat:
        kept = (change_(one) if one.id == filter_id else one for one in chat.filters)
        return replace(chat, filters=tuple(kept))

    await office.store.change_chat(visit.chat, changed)


def _offers(visit: Visit, chat: Chat, found: filter_preview.Found) -> Buttons:
    """What who has just saved a filter may want next."""
    offers = []
    if found.count:
        offers.append(_act(visit.say("Show the newest"), "try", chat.filters[-1].id))
    if found.is_flood and chat.timetable is None:
        offers.append(Button(visit.say("As a daily digest"), "t1:digest:day"))
    return (tuple(offers),) if offers else ()


def _text(visit: Visit, template: str, **values: object) -> Answer:
    return Answer(render.reply(template, visit.tongue, **values))


def _act(text: str, deed: str, filter_id: int) -> Button:
    return Button(text, f"{PREFIX}:{deed}:{filter_id}")


def _joined(first: Message, *others: Message) -> Message:
    """Short messages as one."""
    together = (first, *others)
    return Message(
        html="\n\n".join(one.html for one in together),
        plain="\n\n".join(one.plain for one in together),
    )


def find(chat: Chat, filter_id: int) -> Filter | None:
    """A filter by its id, which a button keeps while numbers change."""
    return next((kept for kept in chat.filters if kept.id == filter_id), None)


def _with(chat: Chat, wanted: Filter, visit: Visit) -> Chat:
    new = replace(wanted, id=_id(wanted, {kept.id for kept in chat.filters}))
    keeper = None if chat.id > 0 else visit.person or chat.keeper
    language = chat.language or visit.tongue.code
    return replace(chat, filters=(*chat.filters, new), keeper=keeper, language=language)


def _without(chat: Chat, filter_id: int) -> Chat:
    kept = tuple(filter_ for filter_ in chat.filters if filter_.id != filter_id)
    return replace(chat, filters=kept, removed=find(chat, filter_id))


def _with_removed(chat: Chat, filter_id: int) -> Chat:
    if chat.removed is None or chat.removed.id != filter_id:
        return chat
    return replace(chat, filters=(*chat.filters, chat.removed), removed=None)


def _id(wanted: Filter, taken: Collection[int]) -> int:
    """An id made of what a filter wants, so that an old button can never mean another filter."""
    number = zlib.crc32(msgspec.json.encode(wanted, order="deterministic"))
    while number in taken:  # by one that was changed since
        number += 1
    return number


def _same(one: Filter, other: Filter) -> bool:
    plain = {"id": 0, "name": "", "paused": False}
    return replace(one, **plain) == replace(other, **plain)


def _uncovered(wanted: Filter, sources: Sequence[Source]) -> list[str]:
    """The countries of a filter of which no source tells; one without a country may tell of any."""
    told = {source.country for source in sources}
    return [] if None in told else sorted(wanted.countries - told)
