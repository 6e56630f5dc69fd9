"""A messenger that delivers, unless it is told to do something else."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

from bot.models.deliveries import Destination, Message, Outcome, Sent
from tests.samples import title_of

BeforeSend = Callable[[], Awaitable[None]]


class FakeTransport:
    """A `ports.Transport`, and what the chats of its messenger show."""

    def __init__(self) -> None:
        self.is_reachable = True
        self.outcomes = defaultdict[int, list[Outcome | Exception]](list)
        """What the next calls for a chat come to; where there is none, the message arrives."""
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.calls: list[str] = []
        """`send` or `edit`, of each call."""
        self.destinations: list[Destination] = []
        """Of each message that was sent, whatever came of it."""
        self.delivered: list[tuple[int, Message]] = []
        """The messages that arrived, and their chats."""
        self.shown: dict[int, str] = {}
        """What each message reads now, by its number."""
        self.replies: dict[int, int] = {}
        """The message that each answers, by their numbers."""

    @property
    def titles(self) -> list[tuple[int, str]]:
        """The chats and titles of the messages that arrived."""
        return [(chat, title_of(message.plain)) for chat, message in self.delivered]

    @property
    def html(self) -> list[tuple[int, str]]:
        """The chats and texts of the messages that arrived."""
        return [(chat, message.html) for chat, message in self.delivered]

    def link(self, payload: str) -> str:
        return f"https://t.me/bot?start={payload}"

    async def reachable(self) -> bool:
        return self.is_reachable

    async def send(
        self, destination: Destination, message: Message, starting: BeforeSend
    ) -> Outcome:
        self.calls.append("send")
        self.destinations.append(destination)
        number = len(self.shown) + 1
        if destination.reply_to:
            self.replies[number] = destination.reply_to
        return await self._deliver(destination.chat, number, message, starting)

    async def edit(
        self, chat: int, message_id: int, message: Message, starting: BeforeSend
    ) -> Outcome:
        self.calls.append("edit")
        return await self._deliver(chat, message_id, message, starting)

    async def _deliver(
        self, chat: int, number: int, message: Message, starting: BeforeSend
    ) -> Outcome:
        await starting()
        await self.may_answer.wait()
        if self.outcomes[chat]:
            outcome = self.outcomes[chat].pop(0)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome
        self.delivered.append((chat, message))
        self.shown[number] = message.plain
        return Sent(number)
