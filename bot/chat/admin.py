"""Answer the commands of admins of the service (`telegram.admins`).

/admin tells how the service is doing and what is left to decide, /ledger what has become of each
match, /correct sets labels right, /source, /announce and /invite run it.
"""

import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from bot import match, render
from bot.chat import access, corrections, ledger, questions, source_changes
from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.chats import Chat
from bot.models.deliveries import Button, Buttons, Delivery
from bot.models.sources import SourceState
from bot.monitoring import source_health
from bot.monitoring.label_precision import precision
from bot.text import readable

REPEAT, GIVE_UP = "repeat", "give_up"
ALL = 0
"""Instead of the number of a delivery."""
SHOWN = 10
MANY = 10_000
MANY_SOURCES = 30


async def overview(context: ChatContext, request: Request, args: str = "") -> Answer:
    """Show chats, deliveries, sources in trouble, and uncertain deliveries with the choice to
    repeat them."""
    uncertain = await context.store.deliveries("uncertain", SHOWN)
    answer = request.reply(
        "admin",
        **await _figures_of_chats(context),
        **await _figures_of_sources(context, request),
        **_figures_of_backups(context),
        tally=await context.store.tally(),
        backlog=await context.store.backlog(context.clock()),
        uncertain=uncertain,
        reviews=len(await context.store.reviews()),
        precision=precision(await context.store.corrections()),
        replicas=await context.replicas(),
        commands=[name for name in COMMANDS if name != "admin"],
    )
    return replace(answer, buttons=_choices(request, uncertain), in_place=True)


async def _figures_of_chats(context: ChatContext) -> dict[str, Any]:
    chats, now = await context.store.chats(), context.clock()
    return {
        "chats": len(chats),
        "filters": sum(len(chat.filters) for chat in chats),
        "suspended": sum(chat.suspended is not None for chat in chats),
        "paused": sum(chat.suspended is None and not match.listens(chat, now) for chat in chats),
    }


async def _figures_of_sources(context: ChatContext, request: Request) -> dict[str, Any]:
    states, now = await context.store.states(), context.clock()
    troubled = [one for one in context.sources if source_health.needs_attention(states.get(one.id))]
    return {
        "sources": len(context.sources),
        "answering": sum(source_health.is_well(states.get(one.id)) for one in context.sources),
        "troubled": [
            (one, source_health.health(states.get(one.id), now, request.locale))
            for one in troubled[:SHOWN]
        ],
        "hidden": max(len(troubled) - SHOWN, 0),
    }


def _figures_of_backups(context: ChatContext) -> dict[str, Any]:
    age = context.backup_age() if context.backup_age else None
    return {
        "has_backups": context.backup_age is not None,
        "backup": None if age is None else context.clock() - age,
        "backup_age": None if age is None else age // dt.timedelta(minutes=1),
    }


def _choices(request: Request, uncertain: Sequence[Delivery]) -> Buttons:
    """Return the buttons that repeat what may not have arrived, or give it up."""
    choices = [
        (
            request.gettext("Repeat {number}", number=number),
            request.gettext("Give up {number}", number=number),
            row.id,
        )
        for number, row in enumerate(uncertain, 1)
    ]
    if len(choices) > 1:
        choices.append((request.gettext("Repeat all"), request.gettext("Give up all"), ALL))
    return tuple(
        (
            Button(repeat, f"{Area.ADMIN}:{REPEAT}:{id_}"),
            Button(give_up, f"{Area.ADMIN}:{GIVE_UP}:{id_}"),
        )
        for repeat, give_up, id_ in choices
    )


async def on_button(context: ChatContext, request: Request, data: str) -> Answer | None:
    """Handle a button of an admin; None: there is no such button, or they are no admin."""
    choice, _, number = data.partition(":")
    if not (number.isdecimal() and len(number) <= 10 and access.is_admin(context, request)):
        return None
    if choice == ANNOUNCE:
        return await _send_announcement(context, request, int(number))
    if f"{Area.ADMIN}:{choice}" == render.PART:
        return await _part(context, request, int(number))
    if choice in (REPEAT, GIVE_UP):
        return await _decide(context, request, choice, int(number))
    return None


async def _decide(context: ChatContext, request: Request, choice: str, number: int) -> Answer:
    """Repeat or give up what may not have arrived."""
    settle = context.store.repeat_delivery if choice == REPEAT else context.store.give_up_delivery
    rows = await context.store.deliveries("uncertain", MANY) if number == ALL else ()
    numbers = [row.id for row in rows] or [number]
    results = [await settle(each, context.clock()) for each in numbers]
    count = sum(row is not None for row in results)
    if not count:
        toast = request.gettext("That was decided before.")
    elif choice == REPEAT:
        toast = request.gettext("Sent again: {n}", n=count)
    else:
        toast = request.gettext("Given up: {n}", n=count)
    return replace(await overview(context, request), toast=toast)


async def _part(context: ChatContext, request: Request, join: int) -> Answer:
    """Part a report from the development that it joined by mistake: it becomes news of its own."""
    parts = await context.store.part(join, match.deliveries_for, context.clock())
    if parts is None:
        return Answer((), toast=request.gettext("That was decided before."))
    left, parted = parts
    joins = await context.store.joins(str(left.id))
    toast = request.gettext("{number} is a development of its own now.", number=parted.id)
    message = render.development(request.read(left), request.locale, joins=joins)
    return Answer((message,), toast=toast, in_place=True)


ANNOUNCE = "announce"
"""What is asked before an announcement goes out (`Chat.pending_question`)."""
TEXT_LIMIT = 2000


async def source(context: ChatContext, request: Request, args: str) -> Answer:
    """`/source cz-mv`: show how it is; `off`, `on`: switch it; `try`: poll it now. Without a whole
    name, list the sources that its part names, or those that do not answer. What changes the list
    of sources (`/source add`) is answered by `source_changes`."""
    if answered := await source_changes.answer(context, request, args):
        return answered
    name, _, action = " ".join(args.lower().split()).partition(" ")
    if name not in {each.id for each in context.sources}:
        return await _sources_named(context, request, name)
    if action not in ("", "on", "off", "try"):
        return request.not_understood(
            action,
            N_("<code>/source {name} off</code>, <code>on</code> or <code>try</code>"),
            name=name,
        )
    if action in ("on", "off"):
        await context.store.switch_source(name, is_on=action == "on")
    report = await context.try_source(name) if action == "try" else None
    state = await context.store.state(name)
    is_off = name in await context.store.switched_off()
    health = source_health.health(state, context.clock(), request.locale)
    return request.reply("source", name=name, is_off=is_off, health=health, report=report)


async def _sources_named(context: ChatContext, request: Request, part: str) -> Answer:
    """List the sources whose names hold a part; without one, those that want attention."""
    states, off = await context.store.states(), await context.store.switched_off()
    named = [
        each.id
        for each in context.sources
        if (part in each.id if part else _wants_attention(each.id, states, off))
    ]
    now, to = context.clock(), request.locale
    return request.reply(
        "source_names",
        part=part,
        shown=[
            (name, name in off, source_health.health(states.get(name), now, to))
            for name in named[:MANY_SOURCES]
        ],
        hidden=max(len(named) - MANY_SOURCES, 0),
        example=named[0] if named else context.sources[0].id if context.sources else "cz-mv",
    )


def _wants_attention(
    name: str, states: Mapping[str, SourceState], switched_off: Collection[str]
) -> bool:
    return name in switched_off or source_health.needs_attention(states.get(name))


async def announce(context: ChatContext, request: Request, args: str) -> Answer:
    """Show a text as it would go to everybody, and to how many chats; send nothing yet."""
    whole = readable(args).strip()
    if not whole:
        return request.say("Say what: <code>/announce From Monday on I cover Malta too.</code>")
    chats = await _announced_to(context)
    if not chats:
        return request.say("No chat follows anything yet, so nobody would get it: see /admin.")
    text = whole[:TEXT_LIMIT]
    await questions.ask(context, request.chat, f"{ANNOUNCE}:{text}")
    send = Button(
        request.gettext("Send to {n}", n=len(chats)), f"{Area.ADMIN}:{ANNOUNCE}:{len(chats)}"
    )
    cancel = Button(request.gettext("Cancel"), f"{Area.ADMIN}:{ANNOUNCE}:0")
    is_cut = len(whole) > TEXT_LIMIT
    answer = request.reply(
        "announce", text=text, count=len(chats), limit=TEXT_LIMIT if is_cut else None
    )
    return replace(answer, buttons=((send, cancel),))


async def _announced_to(context: ChatContext) -> list[Chat]:
    """Return the chats that an announcement goes to: those that follow something, and listen."""
    now = context.clock()
    return [
        chat for chat in await context.store.chats() if chat.filters and match.listens(chat, now)
    ]


async def _send_announcement(context: ChatContext, request: Request, count: int) -> Answer:
    """Send the announcement once to each chat that follows something, or do not."""
    asked = await questions.take(context, await context.store.chat(request.chat))
    question, _, text = (asked or "").partition(":")
    if question != ANNOUNCE or not count:
        nothing = request.say(
            "Nothing was sent. To announce something, say <code>/announce</code> and the text, and "
            "press the button within ten minutes."
        )
        return replace(nothing, in_place=True)
    now = context.clock()
    deliveries = [
        Delivery(
            development=f"announcement {now:%Y-%m-%d %H:%M:%S}",
            chat=chat.id,
            kind="announcement",
            text=text,
            due=now,
            created=now,
        )
        for chat in await _announced_to(context)
    ]
    await context.store.enqueue(deliveries)
    answer = request.say_plural(
        "It goes to {n} chat now.", "It goes to {n} chats now.", len(deliveries)
    )
    return replace(answer, in_place=True)


async def invite(context: ChatContext, request: Request, args: str) -> Answer:
    """Answer with a link that lets one chat in, once."""
    token = secrets.token_urlsafe(12)
    await context.store.add_invitation(token)
    return request.say(
        "Whoever opens this link may use the bot; it works once:\n{link}",
        link=context.link(f"{access.INVITED}{token}"),
    )


COMMANDS: dict[str, Callable[[ChatContext, Request, str], Awaitable[Answer]]] = {
    "admin": overview,
    "ledger": ledger.ledger,
    "correct": corrections.correct,
    "source": source,
    "announce": announce,
    "invite": invite,
}
