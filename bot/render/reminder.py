"""Render the reminder of a date ahead."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from bot.i18n import Locale
from bot.models import DateAhead, Development
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.deliveries import Button, Message
from bot.render.dates_ahead import deadline_rows
from bot.render.labels import description
from bot.render.templates import clip, message

MUTE = f"{Area.FILTER}:mute"
"""What the data of the buttons that end the reminders of a filter begin with."""
MUTED = 3
"""Filters that have such a button."""
NAME_LIMIT = 40
"""Units of the name of one."""


def reminder(
    record: Development,
    dates: Sequence[DateAhead],
    days: int,
    matched: Sequence[Filter],
    to: Locale,
    link: Callable[[str], str],
) -> Message:
    """Render the dates of a development that are some days ahead, with a button for each of its
    filters that ends their reminders."""
    rows = deadline_rows([(date, record) for date in dates], to, link)
    text = message("chat/reminder", to, rows=rows, days=days)
    names = [clip(one.name or description(one, to), NAME_LIMIT) for one in matched[:MUTED]]
    buttons = (
        (Button(to.gettext("No reminders: {filter}", filter=name), f"{MUTE}:{one.id}"),)
        for one, name in zip(matched, names, strict=False)
    )
    return replace(text, buttons=tuple(buttons))
