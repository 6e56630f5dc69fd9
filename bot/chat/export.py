"""/export: the developments that a chat follows, as a file."""

import datetime as dt

from msgspec.structs import replace

from bot import match, render
from bot.chat import filters
from bot.chat.context import Answer, ChatContext, File, Request, rows
from bot.i18n import N_
from bot.models.deliveries import Button

PREFIX = "x1"
DAYS = 365
"""The default period of an export."""
LIMIT = 5000


async def export(context: ChatContext, request: Request, args: str) -> Answer:
    """Send a file of a format and a period: `csv`, `xlsx 2026`, `ris 2026-01-01 2026-03-31`;
    without arguments, ask for the format."""
    words, chat = args.lower().split(), await context.store.chat(request.chat)
    if not chat.filters and (not words or words[0] in render.FORMATS):
        return await filters.list_filters(context, request)
    if not words:
        buttons = tuple(Button(each.upper(), f"{PREFIX}:{each}:") for each in render.FORMATS)
        answer = request.say(
            "As which file? It holds what you follow, of the last year; another period: "
            "<code>/export xlsx 2026</code>",
            N_("It has summaries and sources, not the whole texts of the publishers."),
        )
        return replace(answer, buttons=rows(buttons, 4))
    period = _period(words[1:], context.clock().date())
    write = render.FORMATS.get(words[0])
    if write is None or period is None:
        formats = ", ".join(render.FORMATS)
        return request.not_understood(
            args,
            N_(
                "Say for example <code>/export csv</code>, <code>/export xlsx 2026</code>, "
                "<code>/export md 2026-01-01</code> or <code>/export ris 2026-01-01 "
                "2026-03-31</code>."
            ),
            N_("Formats: {formats}"),
            formats=formats,
        )
    developments = await context.store.developments(match.chat_wants(chat), *period, limit=LIMIT)
    since, until = period
    if not developments:
        return request.say(
            "Nothing of what you follow is recorded from {since} to {until}. Another period: "
            "<code>/export {format} {year}</code>",
            since=request.locale.day(since),
            until=request.locale.day(until),
            format=words[0],
            year=context.clock().year - 1,
        )
    file = File(f"developments-{since}-{until}.{words[0]}", write(developments, context.clock()))
    answer = request.say_plural("{n} development:", "{n} developments:", len(developments))
    return replace(answer, file=file)


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
