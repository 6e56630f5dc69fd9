"""Save the filters of a chat, show them as cards, and change, try, share and remove them."""

import datetime as dt
import zlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from bot import match, render
from bot.chat import filter_log, filter_preview, share_links
from bot.chat.context import Answer, ChatContext, Request, joined, pages, rows
from bot.chat.filter_log import LIMIT, TOO_MANY, change_filters
from bot.chat.parsing.keywords import is_everything
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.chats import Chat, Filter
from bot.models.deliveries import DANGER, Button, Buttons
from bot.models.pace import DAILY, WEEKLY
from bot.models.sources import Source

NAME_LIMIT = 60
NO_SUCH_FILTER = N_("There is no filter “{said}”.")
LISTED = 60
"""Units of a filter that stands beside others on one line."""
NOTE_LIMIT = 400
"""Units of a note over a page of the list: both fit one message."""
TRIED = 3
PAGE = 10
"""Filters on a page of the list."""


async def save(context: ChatContext, request: Request, filter_: Filter) -> Answer:
    """Save a filter, unless the chat has it already; it sends to the topic it was set in."""
    filter_ = replace(filter_, id=0, thread=request.thread)
    before = await context.store.chat(request.chat)
    if same := [n for n, kept in enumerate(before.filters, 1) if _same(kept, filter_)]:
        kept = before.filters[same[0] - 1]
        if filter_.pace and filter_.pace != kept.pace:
            paced = replace(kept, pace=filter_.pace)
            return await change(context, request, kept.id, paced)
        return request.say(
            "You have this filter already ({number}): <b>{filter}</b>",
            number=same[0],
            filter=filter_,
        )
    if len(before.filters) >= LIMIT:
        return request.say(TOO_MANY, limit=LIMIT)
    after = await change_filters(
        context, request, lambda chat: _with(chat, filter_, request, context.clock().date())
    )
    await _close_outside(context, after, after.filters[-1].id)
    preview = await filter_preview.count(context, filter_)
    answer = request.reply(
        "filter_saved",
        number=len(after.filters),
        filter=filter_,
        uncovered=_uncovered(filter_, context.sources),
        listens=match.listens(after, context.clock()),
        found=preview,
        chat=after,
    )
    return replace(answer, buttons=_offers(request, after, preview))


async def change(context: ChatContext, request: Request, filter_id: int, filter_: Filter) -> Answer:
    """Replace what a filter wants and when that comes; all else of it stays as it is now."""

    def changed(kept: Filter) -> Filter:
        return replace(
            filter_, id=kept.id, name=kept.name, thread=kept.thread,
            paused=kept.paused, reminds=kept.reminds,
        )  # fmt: skip

    await change_one(context, request, filter_id, changed)
    return await card(context, request, filter_id)


async def list_filters(context: ChatContext, request: Request, args: str = "") -> Answer:
    """List the filters by number, each with a button that opens its card; `/filters 2` opens it."""
    chat = await context.store.chat(request.chat)
    if kept := filter_by_number(chat, args):
        return await card(context, request, kept.id)
    unknown = args.strip() if chat.filters else ""
    note = request.say(NO_SUCH_FILTER, said=render.brief(unknown)) if unknown else None
    return await _page(context, request, note=note)


async def _page(
    context: ChatContext, request: Request, first: int = 0, note: Answer | None = None
) -> Answer:
    """Show a page of the filters, under a note."""
    chat = await context.store.chat(request.chat)
    first = max(min(first, len(chat.filters) - 1), 0) // PAGE * PAGE
    shown = chat.filters[first : first + PAGE]
    answer = request.reply(
        "filters",
        shown=list(zip(shown, await filter_preview.counts(context, shown), strict=True)),
        first=first,
        count=len(chat.filters),
        chat=chat,
    )
    cards = [button(request, f"{n}", "card", kept.id) for n, kept in enumerate(shown, first + 1)]
    turns = pages(first, PAGE, len(chat.filters), lambda start: f"{Area.FILTER}:list:{start}")
    add = Button(request.gettext("Add a filter"), Area.SETUP)
    messages = (joined(*note.messages, *answer.messages),) if note else answer.messages
    log = filter_log.way(request, chat, context.clock())
    buttons = (*rows(cards, 5), *turns, (add,), *log)
    return replace(answer, messages=messages, buttons=buttons, in_place=True)


async def unsubscribe(context: ChatContext, request: Request, args: str) -> Answer:
    """Remove the filters of some numbers, or all; each removal can be undone."""
    chat = await context.store.chat(request.chat)
    words = args.lower().replace(",", " ").split()
    if chat.filters and is_everything(args, request.language):
        return await _remove(context, request, chat.filters)
    named = [filter_by_number(chat, word) for word in words]
    removed = [kept for kept in named if kept]
    if not removed or None in named:
        wrong = " ".join(word for word, kept in zip(words, named, strict=True) if kept is None)
        hint = N_(
            "Which one? <code>/unsubscribe 1</code> removes filter 1, <code>/unsubscribe "
            "all</code> removes all."
        )
        return await which(context, request, chat, wrong, hint)
    return await _remove(context, request, removed)


async def which(context: ChatContext, request: Request, chat: Chat, said: str, hint: str) -> Answer:
    """Answer whoever has named no filter with the list of them, and how to name one."""
    if not chat.filters:
        return await _page(context, request)
    note = request.say(*([NO_SUCH_FILTER] if said else []), hint, said=render.brief(said))
    return await _page(context, request, note=note)


async def card(context: ChatContext, request: Request, filter_id: int) -> Answer:
    """Show a filter, and what can be done with it."""
    chat = await context.store.chat(request.chat)
    place = next((n for n, kept in enumerate(chat.filters) if kept.id == filter_id), None)
    if place is None:
        toast = request.gettext("It was removed before.")
        return replace(await _page(context, request), toast=toast)
    kept = chat.filters[place]
    preview = await filter_preview.count(context, kept)
    answer = request.reply("filter_card", number=place + 1, filter=kept, found=preview, chat=chat)
    resume = (request.gettext("Resume"), "resume")
    pause = (request.gettext("Pause"), "pause")
    remind = (request.gettext("Remind me"), "remind")
    unremind = (request.gettext("No reminders"), "unremind")
    deeds = (
        (request.gettext("Edit"), "edit"),
        (request.gettext("Rename"), "rename"),
        resume if kept.paused else pause,
        (request.gettext("Try"), "try"),
        (request.gettext("Share"), "share"),
        unremind if kept.reminds else remind,
        (request.gettext("Remove"), "remove"),
    )
    acts = rows([button(request, text, action, filter_id) for text, action in deeds], 3)
    ways = (
        Button(request.gettext("◂ All filters"), f"{Area.FILTER}:list:{place // PAGE * PAGE}"),
        Button(request.gettext("When ▸"), f"{Area.PACE}:{filter_id}:show"),
    )
    return replace(answer, buttons=(*acts, ways), in_place=True)


async def on_button(
    context: ChatContext, request: Request, action: str, filter_id: int
) -> Answer | None:
    """Handle a button of a filter; None: there is no such button."""
    if action == "list":  # its number is where the page begins
        return await _page(context, request, filter_id)
    if action == "undo":  # its number is that of the removal
        toast = await filter_log.take_back(context, request, filter_id)
        return replace(await _page(context, request), toast=toast)
    if changes := _CHANGES.get(action):
        await change_one(context, request, filter_id, lambda kept: replace(kept, **changes))
    elif act := _DEEDS.get(action):
        if kept := filter_by_id(await context.store.chat(request.chat), filter_id):
            return await act(context, request, kept)
    elif action != "card":
        return None
    return await card(context, request, filter_id)


async def _mute(context: ChatContext, request: Request, kept: Filter) -> Answer:
    """Turn off the reminders of a filter; the one that was pressed stays as it was sent."""
    await change_one(context, request, kept.id, lambda each: replace(each, reminds=False))
    toast = request.gettext("This filter reminds you no more. /filters turns it on again.")
    return Answer((), toast=toast, is_alert=True)


async def _try(context: ChatContext, request: Request, kept: Filter) -> Answer:
    """Show the newest developments that a filter wants, as they would have come."""
    return request.show(await filter_preview.newest(context, kept, TRIED))


async def _share(context: ChatContext, request: Request, kept: Filter) -> Answer:
    """Answer with a link that offers the filter to whoever opens it."""
    payload = share_links.payload(kept)
    return request.reply("share", filter=kept, link=payload and context.link(payload))


async def _remove_one(context: ChatContext, request: Request, kept: Filter) -> Answer:
    return await _remove(context, request, [kept])


async def _remove(context: ChatContext, request: Request, gone: Sequence[Filter]) -> Answer:
    """Remove filters, and offer to undo it."""
    ids = {each.id for each in gone}
    before = await context.store.chat(request.chat)
    place = next((n for n, each in enumerate(before.filters) if each.id in ids), 0)
    chat = await change_filters(
        context,
        request,
        lambda chat: replace(chat, filters=tuple(f for f in chat.filters if f.id not in ids)),
    )
    if chat.filters or len(gone) == 1:
        names = (render.clip(render.description(each, request.locale), LISTED) for each in gone)
        note = request.say("Removed: {filter}", filter=render.clip("; ".join(names), NOTE_LIMIT))
    else:
        note = request.say_plural(
            "Removed {n} filter. You will hear nothing more; /subscribe begins again.",
            "Removed all {n} filters. You will hear nothing more; /subscribe begins again.",
            len(gone),
        )
    answer = await _page(context, request, place, note)
    number = chat.filter_changes[-1].number if chat.filter_changes else 0
    undo = button(request, request.gettext("Undo"), "undo", number)
    toast = request.gettext("Removed.")
    return replace(answer, buttons=(*answer.buttons, (undo,)), toast=toast)


_DEEDS: dict[str, Callable[[ChatContext, Request, Filter], Awaitable[Answer]]] = {
    "try": _try,
    "share": _share,
    "remove": _remove_one,
    render.MUTE.removeprefix(f"{Area.FILTER}:"): _mute,
}
_CHANGES: dict[str, dict[str, Any]] = {
    "pause": {"paused": True},
    "resume": {"paused": False},
    "remind": {"reminds": True},
    "unremind": {"reminds": False},
}
"""What buttons change of a filter."""

# ------------------------------------------------------------------ in pieces


def filter_by_number(chat: Chat, args: str) -> Filter | None:
    """Return the filter of a number."""
    number = int(args) if args.strip().isdecimal() and len(args.strip()) < 4 else 0
    return chat.filters[number - 1] if 1 <= number <= len(chat.filters) else None


async def change_one(
    context: ChatContext, request: Request, filter_id: int, changed_: Callable[[Filter], Filter]
) -> None:
    """Apply a pure function to a filter of a chat."""

    def changed(chat: Chat) -> Chat:
        kept = (changed_(one) if one.id == filter_id else one for one in chat.filters)
        return replace(chat, filters=tuple(kept))

    await change_filters(context, request, changed)


def _offers(request: Request, chat: Chat, preview: filter_preview.Preview) -> Buttons:
    """Return the buttons for whoever has just saved a filter."""
    offers, saved = [], chat.filters[-1]
    if preview.count:
        offers.append(button(request, request.gettext("Show the newest"), "try", saved.id))
    if preview.is_too_many and not match.pace_of(saved, chat).is_digest:
        daily = f"{Area.PACE}:{saved.id}:daily-{DAILY.minute}-0"
        weekly = f"{Area.PACE}:{saved.id}:weekly-{WEEKLY.minute}-{WEEKLY.weekday}"
        offers.append(Button(request.gettext("As a daily digest"), daily))
        offers.append(Button(request.gettext("As a weekly digest"), weekly))
    return rows(offers, 1)


def button(request: Request, text: str, action: str, filter_id: int) -> Button:
    """Return a button of a filter."""
    style = DANGER if action == "remove" else None
    return Button(text, f"{Area.FILTER}:{action}:{filter_id}", style=style)


def filter_by_id(chat: Chat, filter_id: int) -> Filter | None:
    """Return a filter by its id."""
    # A button holds the id: numbers change.
    return next((kept for kept in chat.filters if kept.id == filter_id), None)


def _with(chat: Chat, filter_: Filter, request: Request, today: dt.date) -> Chat:
    new = replace(filter_, id=_id(filter_, {kept.id for kept in chat.filters}))
    keeper = None if chat.id > 0 else request.person or chat.keeper
    language = chat.language or request.locale.code
    in_use = replace(chat, seen=today, warned=None)
    return replace(in_use, filters=(*chat.filters, new), keeper=keeper, language=language)


async def _close_outside(context: ChatContext, chat: Chat, filter_id: int) -> None:
    """Take back the secret addresses and the webhooks that a new filter would have of a removed one
    of its id, which wanted the same: they come back by Undo alone."""
    await context.store.close_feed(chat.id, filter_id)
    for each in await context.store.endpoints_of(chat.id):
        if each.endpoint and each.endpoint.filter == filter_id:
            await context.store.forget_chat(each.id)


def _id(filter_: Filter, taken: Collection[int]) -> int:
    """Return an id made from what a filter wants, so that an old button can never mean another
    one."""
    number = zlib.crc32(msgspec.json.encode(filter_, order="deterministic"))
    while number in taken:  # by one that was changed since
        number += 1
    return number


def _same(one: Filter, other: Filter) -> bool:
    plain = {"id": 0, "name": "", "paused": False, "pace": None, "reminds": True}
    return replace(one, **plain) == replace(other, **plain)


def _uncovered(filter_: Filter, sources: Sequence[Source]) -> list[str]:
    """Return the countries of a filter that no source covers; a source without a country covers
    any."""
    covered = {source.country for source in sources}
    return [] if None in covered else sorted(filter_.countries - covered)
