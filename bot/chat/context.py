"""Where people are served: what the answers are made from."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from msgspec import Struct

from bot.i18n import Locale, locale_for
from bot.models import Report, Source
from bot.pipeline import Clock
from bot.ports import Store


async def nowhere(name: int | str) -> tuple[int, str] | None:
    """There is no chat of any name."""
    return None


async def nobody(chat: int, person: int) -> bool:
    """Runs no chat."""
    return False


async def nothing(source: str) -> Report | None:
    """Polls nothing."""
    return None


class ChatContext(Struct, frozen=True):
    """The store, the sources that are followed, a clock, and who runs what."""

    store: Store
    sources: Sequence[Source]
    clock: Clock
    admins: Collection[int] = ()
    """User ids of who runs the service (`telegram.admins`)."""
    runs: Callable[[int, int], Awaitable[bool]] = nobody
    """Whether Telegram says that a person is an admin of a group or channel."""
    find: Callable[[int | str], Awaitable[tuple[int, str] | None]] = nowhere
    """The id and the title of a group or channel, by its id or its public `@name`."""
    by_invitation: bool = False
    try_source: Callable[[str], Awaitable[Report | None]] = nothing
    """Polls a source now; None: it is being polled anyway."""
    link: Callable[[str], str] = "https://t.me/policy_herald_bot?start={}".format
    """The address that opens the bot with a payload."""


class Request(Struct, frozen=True):
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
    def locale(self) -> Locale:
        """The language to answer in."""
        return locale_for(self.language)

    def gettext(self, text: str, /, **values: object) -> str:
        """A text of the bot in their language, with values put in."""
        return self.locale.gettext(text, **values)
