"""Log who changed which filter of a group or channel; its admins see the last changes, and undo
them.

Of a person only the user id is kept; their name is asked of Telegram when the log is shown.
"""

import datetime as dt
from collections.abc import Callable

from msgspec.structs import replace

from bot import render
from bot.chat import groups, receiving
from bot.chat.context import Answer, ChatContext, Request, joined, rows
from bot.filter_changes import noted, recent, undone, without_people
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.chats import Chat, Filter, FilterChange
from bot.models.deliveries import Button, Buttons

LINKED = "l_"
"""What the payload of a link begins with that shows the log of a group in private."""
LIMIT = 50
"""Filters of one chat: more would be somebody's script."""
TOO_MANY = N_(
    "You have {limit} filters, which is as many as one chat can have. Remove one with "
    "/unsubscribe first."
)
LISTED, NAME_LIMIT = 60, 30
"""Units of a filter and of a name in the log: so all of it fits into a message."""


async def change_filters(
    context: ChatContext, request: Request, change: Callable[[Chat], Chat]
) -> Chat:
    """Apply a pure function to a chat, and note which filters it changes; return the result."""

    def changed(before: Chat) -> Chat:
        return noted(before, change(before), request.person, context.clock())

    return await context.change_chat(request.chat, changed)


# ------------------------------------------------------------------ shown and pressed


def way(request: Request, chat: Chat, now: dt.datetime) -> Buttons:
    """Return the button that shows the log, where there is one."""
    if chat.id > 0 or not recent(chat, now):
        return ()
    return ((Button(request.gettext("Who changed what"), f"{Area.FILTER_LOG}:show:0"),),)


async def on_button(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Handle a button of the log; None: there is no such button. In a group, which all read, it
    goes on in private."""
    action, _, number = rest.partition(":")
    if not request.is_private:
        return Answer((), url=context.link(f"{LINKED}{-request.chat}"))
    if action == "undo" and number.isdecimal() and len(number) <= 10:
        toast = await take_back(context, request, int(number))
        return replace(await _show(context, request), toast=toast)
    return await _show(context, request) if action == "show" else None


async def open_log(context: ChatContext, request: Request, number: str) -> Answer:
    """Show the log of a group in private, to its admins: from then on the private chat speaks for
    the group."""
    answer = await groups.continue_here(context, request, number)
    chat = await context.store.chat(request.chat)
    if not (number.isdecimal() and chat.speaks_for == -int(number)):
        return answer
    about = replace(request, chat=chat.speaks_for, asked_from=request.chat)
    if not await groups.may_set(context, about):
        return answer
    log = receiving.about_chat(about, "", await _show(context, about))
    return replace(log, messages=(joined(*answer.messages, *log.messages),), in_place=False)


async def _show(context: ChatContext, request: Request) -> Answer:
    chat = await context.store.chat(request.chat)
    entries = recent(chat, context.clock())[::-1]
    shown = [
        {
            "at": each.at,
            "who": await _name(context, request, each.person),
            "what": _what(each),
            "before": _described(request, each.before),
            "after": _described(request, each.after),
        }
        for each in entries
    ]
    answer = request.reply("filter_log", shown=shown, chat=chat)
    undo = [
        Button(request.gettext("Undo {number}", number=n), f"{Area.FILTER_LOG}:undo:{each.number}")
        for n, each in enumerate(entries, 1)
    ]
    back = Button(request.gettext("◂ All filters"), f"{Area.FILTER}:list:0")
    return replace(answer, buttons=(*rows(undo, 3), (back,)), in_place=True)


def _what(entry: FilterChange) -> str:
    if not entry.before or not entry.after:
        return "added" if entry.after else "removed"
    if _differ_in_alone(entry, paused=False):
        return "paused" if entry.after[0].paused else "resumed"
    return "paced" if _differ_in_alone(entry, pace=None) else "changed"


def _differ_in_alone(entry: FilterChange, **fields: object) -> bool:
    before, after = (
        [replace(each, **fields) for each in filters] for filters in (entry.before, entry.after)
    )
    return before == after


def _described(request: Request, filters: tuple[Filter, ...]) -> str:
    names = (
        f"{each.name}: {render.description(each, request.locale)}"
        if each.name
        else render.description(each, request.locale)
        for each in filters
    )
    return "; ".join(render.clip(name, LISTED) for name in names)


async def _name(context: ChatContext, request: Request, person: int | None) -> str:
    known = await context.name_of(request.chat, person) if person else None
    return render.clip(known, NAME_LIMIT) if known else request.gettext("An admin")


async def take_back(context: ChatContext, request: Request, number: int) -> str:
    """Bring back what was there before a change, which is a change, too; return what to say."""
    chat = await context.store.chat(request.chat)
    entry = next((each for each in chat.filter_changes if each.number == number), None)
    if entry is None:
        return request.gettext("It cannot be taken back any more.")
    if (after := undone(chat, entry)) is None:
        return request.gettext("That filter has changed again since.")
    if _is_too_much(chat, after):
        return request.gettext(TOO_MANY, limit=LIMIT)

    def back(chat: Chat) -> Chat:
        after = undone(chat, entry)
        return chat if after is None or _is_too_much(chat, after) else after

    await change_filters(context, request, back)
    return request.gettext("Undone.")


def _is_too_much(before: Chat, after: Chat) -> bool:
    return len(after.filters) > max(LIMIT, len(before.filters))


# ------------------------------------------------------------------ erased


async def forget_person(context: ChatContext, person: int) -> None:
    """Erase who they are from all groups and channels, and what waits to be told to them."""
    notices = [each.id for each in await context.store.notices() if each.chat == person]
    await context.store.dismiss_notices(*notices)
    for chat in await context.store.chats():
        people = {chat.keeper, *(each.person for each in chat.filter_changes)}
        if person in people:
            await context.store.change_chat(chat.id, lambda chat: without_people(chat, [person]))
