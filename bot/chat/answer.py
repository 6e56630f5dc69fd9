"""What the bot says back: texts, buttons under the last of them, a file."""

from collections.abc import Sequence

from msgspec import Struct

from bot.models import Button, Buttons, Message

__all__ = ["Answer", "Button", "Buttons", "File", "rows"]


class File(Struct, frozen=True):
    """A file that is sent, or a picture."""

    name: str
    content: bytes
    is_picture: bool = False


class Answer(Struct, frozen=True):
    """Messages in order, rows of buttons under the last."""

    messages: tuple[Message, ...]
    buttons: Buttons = ()
    toast: str | None = None
    """After a press: what shows for a moment over the chat."""
    is_alert: bool = False
    """Whether the toast stays until it is closed."""
    in_place: bool = False
    """After a press: the message takes the place of the one pressed."""
    file: File | None = None
    asks: bool = False
    """Whether the next message is taken as the answer."""


def rows(buttons: Sequence[Button], columns: int) -> Buttons:
    """Buttons in rows."""
    return tuple(
        tuple(buttons[start : start + columns]) for start in range(0, len(buttons), columns)
    )
