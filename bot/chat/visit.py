"""Who speaks or presses, and where."""

from msgspec import Struct


class Visit(Struct, frozen=True):
    """One person in one chat: what an answer needs to know of them. Nothing of it is kept."""

    chat: int
    person: int | None = None
    """Their user id; None: an anonymous admin, or a channel."""
    thread: int | None = None
    """The topic of the group."""

    @property
    def is_private(self) -> bool:
        """Whether they are alone with the bot: such a chat has its person's id."""
        return self.chat > 0
