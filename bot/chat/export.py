"""/export: the developments that a chat follows, as a file."""

import datetime as dt

import msgspec

from bot import match, render
from bot.chat.answer import Answer, Button, File, rows
from bot.chat.context import ChatContext, Request

PREFIX = "x1"
DAYS = 365
"""How far back it goes where nothing is said."""
LIMIT = 5000


async def export(context: ChatContext, request: Request, said: str) -> Answer:
    """A file of a format and a period: `csv`, `xlsx 2026`, `ris 2026-01-01 2026-03-31`; alone:
    asks for the format."""
    words = said.lower().split()
    if not words:
        buttons = tuple(Button(each.upper(), f"{PREFIX}:{each}:") for each in render.FORMATS)
        return Answer(render.reply("export", request.locale), rows(buttons, 4))
    period = _period(words[1:], context.clock().date())
    if words[0] not in render.FORMATS or period is None:
        return Answer(render.reply("bad_export", request.locale, said=said.strip()))
    chat = await context.store.chat(request.chat)
    found = await context.store.developments(
        lambda made: bool(match.matching(chat, made)), *period, limit=LIMIT
    )
    if not found:
        return Answer(render.reply("nothing_yet", request.locale))
    since, until = period
    file = File(
        f"developments-{since}-{until}.{words[0]}", render.FORMATS[words[0]](found, context.clock())
    )
    return Answer(render.reply("exported", request.locale, count=len(found)), file=file)


def _period(words: list[str], today: dt.date) -> tuple[dt.date, dt.date] | None:
    """The days that are meant: a year, or one or two days; None: neither."""
    try:
        match words:
            case []:
                return today - dt.timedelta(days=DAYS), today
            case [year] if year.isdecimal() and len(year) == 4:
                return dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)
            case [since]:
                return dt.date.fromisoformat(since), today
            case [since, until]:
                return dt.date.fromisoformat(since), dt.date.fromisoformat(until)
    except ValueError:
        return None
    return None


def everything(documents: object) -> bytes:
    """What is kept of a chat, as JSON for people to read."""
    return msgspec.json.format(msgspec.json.encode(documents), indent=2)
