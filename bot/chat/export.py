"""/export: the developments that a chat follows, as a file."""

import datetime as dt
import io

import msgspec

from bot import match, render
from bot.chat.answer import Answer, Button, File
from bot.chat.context import ChatContext, Request
from bot.models import Development

PREFIX = "x1"
FORMATS = ("csv", "xlsx", "md", "ris")
DAYS = 365
"""How far back it goes where nothing is said."""
LIMIT = 5000


async def export(context: ChatContext, request: Request, said: str) -> Answer:
    """A file of a format and a period: `csv`, `xlsx 2026`, `ris 2026-01-01 2026-03-31`; alone:
    asks for the format."""
    words = said.lower().split()
    if not words:
        buttons = tuple(Button(each.upper(), f"{PREFIX}:{each}:") for each in FORMATS)
        return Answer(render.reply("export", request.locale), (buttons,))
    period = _period(words[1:], context.clock().date())
    if words[0] not in FORMATS or period is None:
        return Answer(render.reply("bad_export", request.locale, said=said.strip()))
    chat = await context.store.chat(request.chat)
    found = await context.store.developments(
        lambda made: bool(match.matching(chat, made)), *period, limit=LIMIT
    )
    if not found:
        return Answer(render.reply("nothing_yet", request.locale))
    since, until = period
    file = File(f"developments-{since}-{until}.{words[0]}", written(found, words[0]))
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


def written(records: list[Development], format_: str) -> bytes:
    """Developments in one of the formats."""
    match format_:
        case "xlsx":
            return _xlsx(records)
        case "md":
            return "\n\n".join(map(render.markdown, records)).encode()
        case "ris":
            return render.ris(records).encode()
    return render.csv(records).encode("utf-8-sig")  # so that Excel knows what it is


def _xlsx(records: list[Development]) -> bytes:
    import xlsxwriter  # type: ignore[import-untyped] # late: few ever ask for it

    buffer = io.BytesIO()
    # no cell becomes a formula or a link: what a feed says is text
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, plain) as book:
        sheet = book.add_worksheet("Developments")
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, render.COLUMNS, bold)
        for number, record in enumerate(records, 1):
            sheet.write_row(number, 0, render.row(record))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(records), len(render.COLUMNS) - 1)
        sheet.set_column(0, len(render.COLUMNS) - 1, 24)
    return buffer.getvalue()


def everything(documents: object) -> bytes:
    """What is kept of a chat, as JSON for people to read."""
    return msgspec.json.format(msgspec.json.encode(documents), indent=2)
