"""A chat and ministries on a clock that is set by hand."""

import datetime as dt

from bot.chat import callbacks, commands
from bot.chat.context import Answer, ChatContext, Request
from bot.jobs.outbox import Outbox
from bot.jobs.pauses import EndOfPauses, QuietHours
from bot.jobs.periodic import DigestJob
from bot.models import Development
from bot.models.chats import Chat
from bot.models.deliveries import Delivery
from bot.ports.store import Store
from tests.fakes.transport import FakeTransport
from tests.samples import NOW, audience_of, commit, development, source

CHAT = 1001
HERE = Request(CHAT, CHAT)
DAY = dt.timedelta(days=1)
EIGHT = dt.datetime(2025, 1, 17, 7, tzinfo=dt.UTC)
"""The next eight o'clock in Brussels."""


class Day:
    """A chat, ministries, and a clock that is set by hand."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.transport, self.count = store, NOW, FakeTransport(), 0
        sources = [source(), source(id="de", country="DE")]
        self.context = ChatContext(store, sources, lambda: self.now)
        self.outbox = Outbox(store, self.transport, lambda: self.now)
        self.jobs = (
            EndOfPauses(store, lambda: self.now, lambda: None),
            QuietHours(store, lambda: self.now),
            DigestJob(store, sources, lambda: self.now, lambda: None),
        )

    async def says(self, text: str) -> Answer:
        command, _, said = text.removeprefix("/").partition(" ")
        return await commands.answer(self.context, HERE, command, said)

    async def presses(self, answer: Answer, text: str) -> Answer:
        buttons = [button for row in answer.buttons for button in row]
        data = next(button.data for button in buttons if text in button.text)
        pressed = await callbacks.answer_press(self.context, HERE, str(data))
        assert pressed is not None
        return pressed

    async def tells(self, *titles: str, **changes: object) -> None:
        """Ministries publish, and what is owed is sent."""
        audience = await audience_of(self.store)

        def owed(made: Development, *_: object) -> list[Delivery]:
            return [
                Delivery(
                    development=str(made.id),
                    chat=told.chat,
                    filters=told.filters,
                    state="collected" if told.is_collected else "pending",
                    due=self.now,
                    created=self.now,
                )
                for told in audience.recipients(made, self.now)
            ]

        for title in titles:
            self.count += 1
            facts = {"title": title, "recorded": self.now, **changes}
            await self.store.commit(commit((f"k{self.count}",), development(**facts)), owed)
        await self.passes()

    async def passes(self, length: dt.timedelta = dt.timedelta()) -> list[str]:
        """What the chat has heard after some time."""
        self.now += length
        for job in self.jobs:
            await job.run()
        before = len(self.transport.delivered)
        await self.outbox.drain()
        return [message.plain for _, message in self.transport.delivered[before:]]

    async def chat(self) -> Chat:
        return await self.store.chat(CHAT)


def told(answer: Answer) -> str:
    return "\n".join(message.plain for message in answer.messages)
