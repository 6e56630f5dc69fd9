"""Render many developments, a line each: headlines, and digests by country."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot import taxonomy
from bot.i18n import Locale
from bot.models import Development
from bot.models.deliveries import Digest, Message
from bot.render.head_line import flag, head_line, short_themes
from bot.render.templates import LIMIT, excess, message, plain, reply
from bot.text import one_line, shorten

Link = Callable[[str], str]
"""The address that opens the bot with a payload."""
Row = dict[str, object]

ROW_LIMITS = (130, 130), (60, 60), (60, 0), (20, 0)
"""Units of a title and of its gloss in a list; in a digest that would not fit, the next ones."""
MOST = LIMIT // 60
"""Lines of a part of a digest, so that they fit whatever becomes of their titles until it is
sent."""


def headlines(records: Sequence[Development], to: Locale, link: Link) -> tuple[Message, ...]:
    """Render developments on a line each, in their order."""
    rows = [_row(record, to, link, *ROW_LIMITS[0]) for record in records]
    return reply("headlines", to, rows=rows) if rows else ()


def digest(
    part: Digest, records: Sequence[Development], to: Locale, link: Link, zone: str = "UTC"
) -> Message:
    """Render a part of a digest: by country, then by type, a line each; silent countries at its
    end."""
    for limits in ROW_LIMITS:
        text = _digest(part, [(each, _row(each, to, link, *limits)) for each in records], to, zone)
        if excess(text) <= 0:
            break
    else:  # what was put together with short titles has long ones by now
        text = _digest(part, [(each, _number(each, to, link)) for each in records], to, zone)
    return Message(html=text, plain=plain(text))


def digest_pages(
    whole: Digest, records: Sequence[Development], to: Locale
) -> Iterator[tuple[Sequence[Development], bool]]:
    """Yield the developments of each part of a digest, as many as fit in a message, and whether it
    is the last, which has the silent countries."""
    left = [
        (record, _row(record, to, _longest_link, *ROW_LIMITS[0]))
        for record in sorted(records, key=lambda record: _place(record, to))
    ]
    # The numbers of the parts are not known yet: they take no more room than these.
    last = replace(whole, part=1, parts=999)
    other = replace(last, silences=(), unread=(), more_silent=0, more_unread=0)
    while left:
        if len(left) <= MOST and excess(_digest(last, left, to)) <= 0:
            break
        most = min(MOST, max(len(left) - 1, 1))  # what is last has a line at least
        fitting = bisect_left(
            range(1, most + 1), 1, key=lambda n: excess(_digest(other, left[:n], to))
        )
        page, left = left[: max(fitting, 1)], left[max(fitting, 1) :]
        yield [record for record, _ in page], not left
    if left or not records:
        yield [record for record, _ in left], True


def _digest(
    part: Digest, rows: Sequence[tuple[Development, Row]], to: Locale, zone: str = "UTC"
) -> str:
    countries: dict[str | None, dict[str, list[Row]]] = {}
    for record, row in sorted(rows, key=lambda each: _place(each[0], to)):
        countries.setdefault(record.country, {}).setdefault(record.type, []).append(row)
    first, last = (each.astimezone(ZoneInfo(zone)).date() for each in (part.since, part.until))
    period = to.period(min(first, last), last)
    return message("chat/digest_part", to, digest=part, countries=countries, period=period).html


def _place(record: Development, to: Locale) -> tuple[object, ...]:
    """Return by what developments of a digest are sorted: the name of the country, the type, the
    newest first."""
    name = to.sort_key(to.country(record.country)) if record.country else ()
    day = record.date or (record.recorded.date() if record.recorded else None)
    types = taxonomy.types()
    age = -day.toordinal() if day else 0
    return (
        record.country is None,
        name,
        record.country or "",
        types.index(record.type),
        age,
        str(record.id),
    )


def _row(record: Development, to: Locale, link: Link, title_limit: int, gloss_limit: int) -> Row:
    return {
        "head_line": head_line(record, to, is_numbered=False),
        "flag": flag(record.country),
        "themes": short_themes(record, to),
        "title": shorten(one_line(record.title), title_limit),
        "gloss": shorten(record.gloss, gloss_limit) if gloss_limit else "",
        "day": record.date or (record.recorded and record.recorded.date()),
        "link": link(f"d_{record.id}"),
    }


def _number(record: Development, to: Locale, link: Link) -> Row:
    """Return the shortest row: its number, which opens it."""
    return {**_row(record, to, link, 0, 0), "themes": "", "title": str(record.id), "gloss": ""}


def _longest_link(payload: str) -> str:
    """Return a link as long as any: the name of a bot has 32 characters at most."""
    return f"https://t.me/{'x' * 32}?start={payload}"
