"""What the bot says back: texts, and buttons under the last of them."""

from msgspec import Struct

from bot.models import Message


class Button(Struct, frozen=True):
    """What it says, and what a press sends back: at most 64 bytes (Bot API)."""

    text: str
    data: str


class Answer(Struct, frozen=True):
    """Messages in order, rows of buttons under the last."""

    messages: tuple[Message, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    toast: str | None = None
    """After a press: what shows for a moment over the chat."""
    in_place: bool = False
    """After a press: the message takes the place of the one pressed."""
