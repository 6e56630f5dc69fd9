"""Render many developments in one message, a line each."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from bot.deliver import PART
from bot.i18n import Locale
from bot.models import Development
from bot.models.deliveries import Digest, Message
from bot.render.templates import reply
from bot.text import one_line, shorten

TITLE = 130
"""Units of a title on its line."""
Link = Callable[[str], str]
"""The address that opens the bot with a payload."""


def headlines(records: Sequence[Development], to: Locale, link: Link) -> tuple[Message, ...]:
    """Render developments on a line each, in their order."""
    parts = [records[start : start + PART] for start in range(0, len(records), PART)]
    return tuple(
        message
        for part in parts
        for message in reply(
            "headlines", to, rows=[_row(development, link) for development in part]
        )
    )


def digest(told: Digest, records: Sequence[Development], to: Locale, link: Link) -> Message:
    """Render a part of a digest: by country, then by type, a line each; silent countries at its
    end."""
    by_country = [
        (
            country,
            [(kind, [_row(development, link) for development in group]) for kind, group in of_type],
        )
        for country, made_there in _grouped(records, lambda development: development.country)
        for of_type in [_grouped(made_there, lambda development: development.type)]
    ]
    (message,) = reply("told_together", to, digest=told, countries=by_country)
    return message


def _grouped(
    records: Iterable[Development], key: Callable[[Development], str | None]
) -> list[tuple[str | None, list[Development]]]:
    ordered = sorted(records, key=lambda development: str(key(development)))
    return [(value, list(group)) for value, group in groupby(ordered, key)]


def _row(development: Development, link: Link) -> dict[str, object]:
    return {
        "title": shorten(one_line(development.title), TITLE),
        "day": development.date or (development.recorded.date() if development.recorded else None),
        "link": link(f"d_{development.id}"),
    }
