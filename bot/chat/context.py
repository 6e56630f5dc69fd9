"""Where people are served: what the answers are made from."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from msgspec import Struct

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


class Office(Struct, frozen=True):
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
