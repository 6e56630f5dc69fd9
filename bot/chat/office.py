"""Where people are served: what the answers are made from."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from bot.models import Source
from bot.pipeline import Clock
from bot.ports import Store


class Office(Struct, frozen=True):
    """The store, the sources that are followed, a clock, and who runs the service."""

    store: Store
    sources: Sequence[Source]
    clock: Clock
    admins: Collection[int] = ()
    """User ids (`telegram.admins`)."""
