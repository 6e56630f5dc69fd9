"""What the bot answers in the chat."""

from typing import Any

from bot.i18n import ENGLISH, Locale
from bot.models import Message
from bot.render.templates import excess, message, plain


def reply(template: str, /, to: Locale = ENGLISH, **values: Any) -> tuple[Message, ...]:
    """The text of a template of the chat with values, which it escapes, in a language; as several
    messages, split between lines, where it is too long for one."""
    parts = [""]
    for row in message(f"chat/{template}", to, **values).html.splitlines():
        longer = f"{parts[-1]}\n{row}".lstrip("\n")
        if parts[-1] and excess(longer) > 0:
            parts.append(row)
        else:
            parts[-1] = longer
    return tuple(Message(html=part, plain=plain(part)) for part in parts)
