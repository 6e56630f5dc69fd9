"""Who speaks or presses, and where."""

from msgspec import Struct

from bot.i18n import Tongue, tongue


class Visit(Struct, frozen=True):
    """One person in one chat: what an answer needs to know of them. Nothing of it is kept."""

    chat: int
    """The chat that it is about: the one they speak in, or a group or channel that they set up
    from their private chat."""
    person: int | None = None
    """Their user id; None: an anonymous admin, or a channel."""
    thread: int | None = None
    """The topic of the group."""
    language: str | None = None
    """As the chat has it set, else as their Telegram is."""
    is_anonymous_admin: bool = False
    home: int | None = None
    """Where they speak, when that is another chat."""

    @property
    def is_private(self) -> bool:
        """Whether they are alone with the bot: such a chat has its person's id."""
        return (self.home or self.chat) > 0

    @property
    def tongue(self) -> Tongue:
        """The language to answer in."""
        return tongue(self.language)

    def say(self, text: str, /, **values: object) -> str:
        """A text of the bot in their language, with values put in."""
        return self.tongue.say(text, **values)
