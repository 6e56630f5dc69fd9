"""Pauses, digests and quiet hours, on the clocks of the chat."""

import datetime as dt
from collections.abc import Callable
from typing import Literal

from msgspec.structs import replace

from bot import deliver, match, render
from bot.chat import filter_preview, query
from bot.chat.context import Answer, ChatContext, Request, rows, ticked
from bot.i18n import N_
from bot.models import Chat, Development, Timetable
from bot.models.deliveries import Button, Buttons, Delivery
from bot.reader import reader_of

PREFIX = "t1"
"""What the data of the buttons begin with: `t1:<what>:<value>`."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    "Europe/Brussels", "Europe/Prague", "Europe/Berlin", "Europe/Paris", "Europe/Rome",
    "Europe/Madrid", "Europe/Warsaw", "Europe/Vienna", "Europe/Athens", "Europe/Bucharest",
    "Europe/Sofia", "Europe/Kyiv", "Europe/Helsinki", "Europe/Dublin", "Europe/Lisbon",
    "Europe/London", "Europe/Istanbul", "UTC",
)  # fmt: skip
LONGEST_AWAY = dt.timedelta(days=60)
HEADLINES = 60
"""Developments that are caught up with at a time."""

# ------------------------------------------------------------------ pauses


async def pause(context: ChatContext, request: Request, args: str) -> Answer:
    """Send nothing for a time, or until /resume."""
    length = query.parse_pause(args)
    if args.strip() and length is None:
        return request.not_understood(
            args,
            N_(
                "Write how long: <code>/pause 8h</code>, <code>/pause 3d</code>, <code>/pause "
                "2w</code>, or only /pause, until you /resume."
            ),
        )
    now = context.clock()
    until = now + length if length else None
    chat = await context.store.change_chat(
        request.chat,
        lambda chat: replace(chat, paused=True, paused_until=until, away=chat.away or now),
    )
    return request.reply("paused", until=until, chat=chat)


async def resume(context: ChatContext, request: Request, args: str = "") -> Answer:
    """End a pause, and offer what came meanwhile."""
    before = await context.store.chat(request.chat)
    was_paused = not match.listens(before, context.clock())
    await context.store.change_chat(
        request.chat, lambda chat: replace(chat, paused=False, paused_until=None)
    )
    missed = await _missed(context, before)
    answer = request.reply("resumed", was_paused=was_paused, missed=len(missed))
    return replace(answer, buttons=_catch_up(request, len(missed)))


async def offer(context: ChatContext, request: Request) -> Answer | None:
    """Offer what came while a chat was away; None: nothing did."""
    missed = await _missed(context, await context.store.chat(request.chat))
    if not missed:
        return None
    answer = request.reply("missed_developments", missed=len(missed))
    return replace(answer, buttons=_catch_up(request, len(missed)))


async def caught_up(context: ChatContext, request: Request, how: str) -> Answer:
    """Send what came while a chat was away: nothing of it, its headlines, or everything."""
    chat = await context.store.chat(request.chat)
    missed = await _missed(context, chat)
    await context.store.change_chat(request.chat, lambda chat: replace(chat, away=None))
    if how == "headlines" and missed:
        read = [*map(request.read, missed)]
        return Answer(render.headlines(read, request.locale, context.link), in_place=True)
    if how == "everything" and missed:
        now = context.clock()
        deliveries = [
            Delivery(
                development=str(development.id),
                chat=chat.id,
                target=reader_of(chat).target(development.sources[0].language),
                filters=match.matching(
                    chat,
                    development,
                    await filter_preview.words_found(context, chat.filters, development),
                ),
                due=now,
                created=now,
            )
            for development in reversed(missed)
        ]
        await context.store.enqueue(deliveries)
        answer = request.say_plural(
            "{n} development comes now.", "{n} developments come now.", len(missed)
        )
        return replace(answer, in_place=True)
    return replace(request.say("Good. /latest shows them whenever you want."), in_place=True)


async def _missed(context: ChatContext, chat: Chat) -> list[Development]:
    """Return what was recorded since a chat went away and would have been sent, newest first."""
    if chat.away is None or not chat.filters:
        return []
    away = max(chat.away, context.clock() - LONGEST_AWAY)
    developments = await context.store.developments(
        lambda development, has_word: bool(
            development.recorded
            and development.recorded >= away
            and match.matching(chat, development, has_word)
        ),
        since=away.date() - dt.timedelta(days=filter_preview.DAYS),
    )
    unsent = [
        development
        for development in developments
        if not await context.store.news_delivery(str(development.id), chat.id)
    ]
    return unsent[:HEADLINES]


def _catch_up(request: Request, count: int) -> Buttons:
    if not count:
        return ()
    choices = (
        (request.gettext("Nothing"), "nothing"),
        (request.gettext("Headlines"), "headlines"),
        (request.gettext("Everything"), "everything"),
    )
    return (tuple(Button(text, f"{PREFIX}:missed:{how}") for text, how in choices),)


# ------------------------------------------------------------------ digests


async def digest(context: ChatContext, request: Request, args: str) -> Answer:
    """Set when the digest comes: `daily 08:00`, `weekly mon 08:00`, `off`; without arguments,
    tell."""
    if args.strip():
        timetable = parse_timetable(args)
        if timetable == "unclear":
            return request.not_understood(
                args,
                N_(
                    "Say for example <code>/digest daily 08:00</code>, <code>/digest weekly mon "
                    "08:00</code> or <code>/digest off</code>."
                ),
            )
        await set_timetable(context, request, timetable)
    chat = await context.store.chat(request.chat)
    return replace(request.reply("digest", chat=chat), buttons=_digest_buttons(request, chat))


def parse_timetable(args: str) -> Timetable | Literal["unclear"] | None:
    """Parse the arguments of /digest (pure); None: no digest."""
    match args.lower().replace(",", " ").split():
        case ["off" | "no" | "none" | "stop" | "never"]:
            return None
        case ["daily" | "day", *rest]:
            minute = query.parse_minute("".join(rest)) if rest else Timetable(every="day").minute
            return "unclear" if minute is None else Timetable(every="day", minute=minute)
        case ["weekly" | "week", *rest]:
            default = Timetable(every="week")
            days = [WEEKDAYS.index(word[:3]) for word in rest if word[:3] in WEEKDAYS]
            times = [query.parse_minute(word) for word in rest if word[:3] not in WEEKDAYS]
            match days or [default.weekday], times or [default.minute]:
                case [weekday], [int(minute)]:
                    return Timetable(every="week", weekday=weekday, minute=minute)
    return "unclear"


async def set_timetable(
    context: ChatContext, request: Request, timetable: Timetable | None
) -> None:
    """Set the timetable of a chat's digest; what was collected for one that comes no more is
    due."""
    now = context.clock()

    def changed(chat: Chat) -> Chat:
        is_same = chat.timetable == timetable
        return chat if is_same else _with_next_digest(replace(chat, timetable=timetable), now)

    await context.store.change_chat(request.chat, changed)


def _with_next_digest(chat: Chat, now: dt.datetime) -> Chat:
    """Return a chat with the time of its next digest, by its timetable and its clocks."""
    if chat.timetable is None:
        # what is collected is told soon, in a last one
        return replace(chat, digest_due=now if chat.digest_due else None)
    due = deliver.next_digest(chat.timetable, chat.timezone, now)
    return replace(chat, digest_due=due, digested=chat.digested or now)


def _digest_buttons(request: Request, chat: Chat) -> Buttons:
    every = chat.timetable.every if chat.timetable else "off"
    choices = (
        ("off", request.gettext("At once")),
        ("day", request.gettext("Daily")),
        ("week", request.gettext("Weekly")),
    )
    first = tuple(
        Button(ticked(text, when=every == value), f"{PREFIX}:digest:{value}")
        for value, text in choices
    )
    if chat.timetable is None:
        return (first,)
    minute = chat.timetable.minute
    hours = tuple(
        Button(ticked(f"{hour:02}:00", when=minute == hour * 60), f"{PREFIX}:hour:{hour}")
        for hour in (7, 8, 9, 12, 17)
    )
    is_urgent = "Legislative" in chat.urgent
    text = ticked(request.gettext("Legislation at once"), when=is_urgent)
    urgent = Button(text, f"{PREFIX}:urgent:{'off' if is_urgent else 'on'}")
    return (first, hours, (urgent,))


# ------------------------------------------------------------------ quiet, zones


async def quiet(context: ChatContext, request: Request, args: str) -> Answer:
    """Set the quiet hours: `22:00-07:00`, or `off`."""
    text = args.strip().lower()
    minutes = [query.parse_minute(part) for part in text.replace("–", "-").split("-")]
    if text in ("off", "no", "none"):
        hours = None
    elif len(minutes) == 2 and None not in minutes and minutes[0] != minutes[1]:
        hours = (minutes[0] or 0, minutes[1] or 0)
    else:
        hint = N_(
            "Say from when to when: <code>/quiet 22:00-07:00</code>, or <code>/quiet off</code>."
        )
        return request.not_understood(args, hint) if text else request.say(hint)
    chat = await context.store.change_chat(request.chat, lambda chat: replace(chat, quiet=hours))
    return request.reply("quiet", chat=chat)


async def timezone(context: ChatContext, request: Request, args: str) -> Answer:
    """Set the time zone, by its IANA name or its city."""
    if not args.strip():
        chat = await context.store.chat(request.chat)
        zones = rows([Button(zone, f"{PREFIX}:zone:{zone}") for zone in ZONES], 2)
        return replace(_timezone(request, chat, context.clock()), buttons=zones)
    zone = deliver.zone_of(args)
    if zone is None:
        return request.say(
            "I do not know a time zone “{said}”.",
            N_("Say one as <code>/timezone Europe/Prague</code>, or a city."),
            said=render.brief(args.strip()),
        )
    now = context.clock()

    def moved(chat: Chat) -> Chat:
        there = replace(chat, timezone=zone)
        return _with_next_digest(there, now) if chat.timetable else there

    chat = await context.store.change_chat(request.chat, moved)
    return _timezone(request, chat, now)


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
    changed = _changes(what, value, context.clock())
    if changed is None:
        return None
    chat = await context.store.change_chat(request.chat, changed)
    answer = request.reply("digest", chat=chat)
    return replace(answer, buttons=_digest_buttons(request, chat), in_place=True)


def _changes(what: str, value: str, now: dt.datetime) -> Callable[[Chat], Chat] | None:
    match what, value:
        case "digest", "off":
            return lambda chat: _with_next_digest(replace(chat, timetable=None), now)
        case "digest", ("day" | "week") as every:
            return lambda chat: _with_next_digest(replace(chat, timetable=_every(chat, every)), now)
        case "hour", hour if hour.isdecimal() and int(hour) < 24:
            return lambda chat: _with_next_digest(_at(chat, int(hour) * 60), now)
        case "urgent", "on":
            return lambda chat: replace(chat, urgent=frozenset({"Legislative"}))
        case "urgent", "off":
            return lambda chat: replace(chat, urgent=frozenset())
    return None


def _every(chat: Chat, every: Literal["day", "week"]) -> Timetable:
    return replace(chat.timetable or Timetable(every=every), every=every)


def _at(chat: Chat, minute: int) -> Chat:
    return replace(chat, timetable=chat.timetable and replace(chat.timetable, minute=minute))
