"""The protocols of a messenger, of a send rate that is shared, and of a translation engine."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.models.deliveries import Destination, Message, Outcome
from bot.models.translations import Passage, Translation
from bot.reader_language import IN_ENGLISH

BeforeSend = Callable[[], Awaitable[None]]
"""Called right before a message is on the wire."""


class SharedRate(Protocol):
    """The send rate that several processes share."""

    async def reserve(
        self, chat: int | str, *, gap: float, lane_gap: float, group: int, is_answer: bool
    ) -> float:
        """Reserve the next free time for a message, and return the seconds until then. `gap`:
        seconds between any two messages; `lane_gap`: between two to one chat; `group`: messages a
        minute to a group, or 0. An answer to a person only waits for its chat."""

    async def pause(self, chat: int | str | None, seconds: float) -> None:
        """Send nothing to a chat, or to any, for the seconds that Telegram asked for."""


class Translator(Protocol):
    """A translation engine."""

    def translates(self, language: str | None, target: str = IN_ENGLISH) -> bool:
        """Return whether it can translate from a language (BCP 47) into another one now."""

    def size(self, passage: Passage) -> int:
        """Return how many characters of a passage are sent at most, unless an answer is to be
        repaired."""

    async def translate(self, passage: Passage) -> Translation:
        """Translate a passage into its target language. Raises EngineError."""


class Transport(Protocol):
    """A messenger."""

    def link(self, payload: str) -> str:
        """Return the URL that opens the bot with a payload."""

    async def reachable(self) -> bool:
        """Return whether the other side answers: an outage is noticed before a message is sent."""

    async def send(
        self, destination: Destination, message: Message, starting: BeforeSend
    ) -> Outcome:
        """Send a message once; one for a closed topic goes to its group. Raises TokenRejectedError;
        all other failures are Outcomes."""

    async def edit(
        self, chat: int, message_id: int, message: Message, starting: BeforeSend
    ) -> Outcome:
        """Replace a message, without a notification; may be repeated. Else as `send`."""
