"""Many developments in one message, a line each."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from bot.deliver.digest import PART
from bot.i18n import Locale
from bot.models import Development, Digest, Message
from bot.render.templates import reply
from bot.text import one_line, shorten

TITLE = 130
"""Units of a title on its line."""
Link = Callable[[str], str]
"""The address that opens the bot with a payload."""


def headlines(records: Sequence[Development], to: Locale, link: Link) -> tuple[Message, ...]:
    """Developments a line each, in their order."""
    parts = [records[start : start + PART] for start in range(0, len(records), PART)]
    return tuple(
        message
        for part in parts
        for message in reply("headlines", to, rows=[_row(made, link) for made in part])
    )


def digest(told: Digest, records: Sequence[Development], to: Locale, link: Link) -> Message:
    """A part of a digest: by country, then by type, a line each; at its end what was silent."""
    by_country = [
        (country, [(kind, [_row(made, link) for made in group]) for kind, group in of_type])
        for country, made_there in _grouped(records, lambda made: made.country)
        for of_type in [_grouped(made_there, lambda made: made.type)]
    ]
    (message,) = reply("told_together", to, digest=told, countries=by_country)
    return message


def _grouped(
    records: Iterable[Development], key: Callable[[Development], str | None]
) -> list[tuple[str | None, list[Development]]]:
    ordered = sorted(records, key=lambda made: str(key(made)))
    return [(value, list(group)) for value, group in groupby(ordered, key)]


def _row(made: Development, link: Link) -> dict[str, object]:
    return {
        "title": shorten(one_line(made.title), TITLE),
        "day": made.date or (made.recorded.date() if made.recorded else None),
        "link": link(f"d_{made.id}"),
    }
