"""/export: the developments that a chat follows, as a file."""

import asyncio
import datetime as dt

from msgspec.structs import replace

from bot import match, render
from bot.chat import filters
from bot.chat.context import Answer, ChatContext, File, Request, joined, rows
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.chats import Chat
from bot.models.deliveries import Button

DAYS = 365
"""The default period of an export."""
LIMIT = 5000
EXAMPLES = N_(
    "Say for example <code>/export csv</code>, <code>/export xlsx 2026</code>, <code>/export md "
    "2026-01-01</code> or <code>/export ris 2026-01-01 2026-03-31</code>."
)
FORMATS = N_("Formats: {formats}")


async def export(context: ChatContext, request: Request, args: str) -> Answer:
    """Send a file of a format and a period: `csv`, `xlsx 2026`, `ris 2026-01-01 2026-03-31`;
    without arguments, ask for the format."""
    # A colon ends the data of buttons that were sent before.
    name, *words = args.lower().rstrip(":").split() or [""]
    chat = await context.store.chat(request.chat)
    period = _period(words, context.today(chat))
    if name and (name not in render.FORMATS or period is None):
        return request.not_understood(args, EXAMPLES, FORMATS, formats=", ".join(render.FORMATS))
    if not chat.filters:
        return await filters.list_filters(context, request)
    if not (name and period):
        return _ask_format(request)
    return await _file(context, request, chat, name, *period)


def _ask_format(request: Request) -> Answer:
    """Ask for the format; in a group nobody presses for others, so that it is typed there."""
    answer = request.say(
        "As which file? It holds what you follow, of the last year; another period: "
        "<code>/export xlsx 2026</code>.",
        N_("It has summaries and sources, not the whole texts of the publishers."),
        *(() if request.is_private else (FORMATS,)),
        formats=", ".join(render.FORMATS),
    )
    buttons = [Button(each.upper(), f"{Area.EXPORT}:{each}") for each in render.FORMATS]
    return replace(answer, buttons=rows(buttons if request.is_private else [], 4))


async def _file(
    context: ChatContext, request: Request, chat: Chat, name: str, since: dt.date, until: dt.date
) -> Answer:
    wants = match.chat_wants(chat)
    developments = await context.store.developments(wants, since, until, limit=LIMIT + 1)
    values = {"since": request.locale.day(since), "until": request.locale.day(until)}
    if not developments:
        return request.say(
            "Nothing of what you follow is recorded from {since} to {until}. Another period: "
            "<code>/export {format} {year}</code>",
            format=name,
            year=context.clock().year - 1,
            **values,
        )
    told = [
        request.say_plural(
            "{n} development from {since} to {until}.",
            "{n} developments from {since} to {until}.",
            min(len(developments), LIMIT),
            **values,
        )
    ]
    if len(developments) > LIMIT:
        told.append(request.say("There are more: a shorter period gives the older ones."))
    write = render.FORMATS[name]
    # In a thread: a large spreadsheet takes seconds, in which others would wait.
    written = await asyncio.to_thread(write, developments[:LIMIT], context.clock(), request.locale)
    file = File(f"developments-{since}-{until}.{name}", written)
    return Answer((joined(*(answer.messages[0] for answer in told)),), file=file)


def _period(words: list[str], today: dt.date) -> tuple[dt.date, dt.date] | None:
    """Parse a period: a year, or one or two days; None for anything else."""
    try:
        match words:
            case []:
                return today - dt.timedelta(days=DAYS), today
            case [year] if year.isdecimal() and len(year) == 4:
                return dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)
            case [since]:
                return dt.date.fromisoformat(since), today
            case [since, until]:
                first, last = sorted(map(dt.date.fromisoformat, (since, until)))
                return first, last
    except ValueError:
        return None
    return None
