"""Set the pauses, the quiet hours and the time zone of a chat."""

import datetime as dt
from collections.abc import Iterable

from msgspec.structs import replace

from bot import catch_up, match, render
from bot.chat.context import Answer, ChatContext, Request, rows
from bot.chat.parsing.keywords import find_keyword
from bot.chat.parsing.moments import find_end
from bot.chat.parsing.pace_words import parse_minute
from bot.chat.parsing.zones import find_near_zones, find_zone
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.chats import Chat
from bot.models.deliveries import Button, Buttons

ZONES = (
    "Europe/Brussels", "Europe/Prague", "Europe/Berlin", "Europe/Paris", "Europe/Rome",
    "Europe/Madrid", "Europe/Warsaw", "Europe/Vienna", "Europe/Athens", "Europe/Bucharest",
    "Europe/Sofia", "Europe/Kyiv", "Europe/Helsinki", "Europe/Dublin", "Europe/Lisbon",
    "Europe/London", "Europe/Istanbul", "UTC",
)  # fmt: skip

# ------------------------------------------------------------------ pauses


async def pause(context: ChatContext, request: Request, args: str) -> Answer:
    """Send nothing for a time, until a day, or until /resume."""
    now, before = context.clock(), await context.store.chat(request.chat)
    until = find_end(args, now, before.timezone, request.language)
    if args.strip() and until is None:
        return request.not_understood(
            args,
            N_(
                "Write how long: <code>/pause 8h</code>, <code>/pause 3d</code>, <code>/pause "
                "until Monday</code>, or only /pause, until you /resume."
            ),
        )
    chat = await context.change_chat(
        request.chat,
        lambda chat: replace(
            chat, paused=True, paused_until=until, away=chat.away or now, back=None
        ),
    )
    return request.reply("paused", until=until, chat=chat)


async def resume(context: ChatContext, request: Request, args: str = "") -> Answer:
    """End a pause, and offer what came meanwhile."""
    now = context.clock()
    before = await context.store.chat(request.chat)
    was_paused = not match.listens(before, now)
    await context.change_chat(
        request.chat,
        lambda chat: replace(
            chat, paused=False, paused_until=None, back=now if chat.paused else chat.back
        ),
    )
    missed = await catch_up.missed(context.store, before, now)
    answer = request.reply("resumed", was_paused=was_paused, missed=len(missed))
    return replace(answer, buttons=catch_up.choices(len(missed), request.locale))


async def offer(context: ChatContext, request: Request) -> Answer | None:
    """Offer what came while a chat was away; None: nothing did."""
    chat = await context.store.chat(request.chat)
    missed = await catch_up.missed(context.store, chat, context.clock())
    if not missed:
        return None
    message = catch_up.offer(len(missed), request.locale)
    return Answer((message,), buttons=message.buttons)


async def caught_up(context: ChatContext, request: Request, how: str) -> Answer:
    """Send what came while a chat was away: nothing of it, its headlines, or everything."""
    chat = await context.store.chat(request.chat)
    missed = await catch_up.missed(context.store, chat, context.clock())
    if how == "everything" and missed:
        owed = await catch_up.deliveries(context.store, chat, missed, context.clock())
        await context.store.enqueue(owed)  # before they are forgotten, and each once
    await context.change_chat(request.chat, lambda chat: replace(chat, away=None, back=None))
    if how == "headlines" and missed:
        read = [*map(request.read, missed)]
        return Answer(render.headlines(read, request.locale, context.link), in_place=True)
    if how == "everything" and missed:
        answer = request.say_plural(
            "{n} development comes now.", "{n} developments come now.", len(missed)
        )
        return replace(answer, in_place=True)
    return replace(request.say("Good. /latest shows them whenever you want."), in_place=True)


# ------------------------------------------------------------------ quiet, zones


async def quiet(context: ChatContext, request: Request, args: str) -> Answer:
    """Set the quiet hours: `22:00-07:00`, or `off`."""
    text = args.strip().lower()
    minutes = [parse_minute(part) for part in text.replace("–", "-").split("-")]
    if find_keyword(text, ("off",), request.language):
        hours = None
    elif len(minutes) == 2 and None not in minutes and minutes[0] != minutes[1]:
        hours = (minutes[0] or 0, minutes[1] or 0)
    else:
        hint = N_(
            "Say from when to when: <code>/quiet 22:00-07:00</code>, or <code>/quiet off</code>."
        )
        return request.not_understood(args, hint) if text else request.say(hint)
    chat = await context.change_chat(request.chat, lambda chat: replace(chat, quiet=hours))
    return request.reply("quiet", chat=chat)


async def timezone(context: ChatContext, request: Request, args: str) -> Answer:
    """Set the time zone, by its IANA name or its city."""
    if not args.strip():
        chat = await context.store.chat(request.chat)
        return replace(_timezone(request, chat, context.clock()), buttons=_zone_buttons(ZONES))
    zone = find_zone(args, request.language)
    if zone is None:
        unknown = request.say(
            "I do not know a time zone “{said}”.",
            N_("Say one as <code>/timezone Europe/Prague</code>, or a city."),
            said=render.brief(args.strip()),
        )
        return replace(unknown, buttons=_zone_buttons(find_near_zones(args, request.language)))
    now = context.clock()
    chat = await context.change_chat(request.chat, lambda chat: replace(chat, timezone=zone))
    return _timezone(request, chat, now)


def _zone_buttons(zones: Iterable[str]) -> Buttons:
    return rows([Button(zone, f"{Area.SCHEDULE}:zone:{zone}") for zone in zones], 2)


def _timezone(request: Request, chat: Chat, now: dt.datetime) -> Answer:
    return request.say(
        "Your time zone: {zone}, where it is {now}.",
        N_("Another: <code>/timezone Europe/Prague</code>"),
        zone=chat.timezone,
        now=request.locale.moment(now, chat.timezone),
    )


# ------------------------------------------------------------------ buttons


async def on_button(context: ChatContext, request: Request, data: str) -> Answer | None:
    """Handle a button of this file; None: there is no such button."""
    what, _, value = data.partition(":")
    if what == "missed":
        return await caught_up(context, request, value)
    if what == "zone":
        return replace(await timezone(context, request, value), in_place=True)
    return None
