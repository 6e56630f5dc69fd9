"""What the bot answers in the chat, and the notices it sends by itself."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from bot.i18n import ENGLISH, Locale
from bot.models import Message, Notice
from bot.render.templates import excess, message, plain


def reply(template: str, /, to: Locale = ENGLISH, **values: Any) -> tuple[Message, ...]:
    """Render a template of the chat in a language; split between lines where it is too long for
    one message."""
    parts = [""]
    for row in message(f"chat/{template}", to, **values).html.splitlines():
        longer = f"{parts[-1]}\n{row}".lstrip("\n")
        if parts[-1] and excess(longer) > 0:
            parts.append(row)
        else:
            parts[-1] = longer
    return tuple(Message(html=part, plain=plain(part)) for part in parts)


def notices(notices: Sequence[Notice], to: Locale = ENGLISH) -> tuple[Message, ...]:
    """Render notices in a language; equal ones once, with how often they came."""
    alike = [replace(notice, id=0) for notice in notices]
    counted = [(each, alike.count(each)) for n, each in enumerate(alike) if each not in alike[:n]]
    return reply("notices", to, counted=counted)


def notice_line(notice: Notice) -> str:
    """Return a notice in English on one line, for a log or a terminal."""
    return " ".join(part.plain for part in notices([notice])).replace("\n", " ")
