"""What the admins, or one chat, are to hear: told once, kept until it is."""

from collections import Counter
from collections.abc import Iterable, Sequence

from bot import render
from bot.jobs.periodic import Rounds
from bot.models import Destination, Message, Moved, Notice, Outcome, Refused, RetryLater, Unknown
from bot.ports import Store, Transport

TICK = 60.0
"""Seconds between looks; a poll that has something to say wakes it at once."""


class AdminNotices:
    """Tells them, round after round: what has come together since the last goes out together. A
    notice may be heard twice where a connection breaks, never not at all; without admins it stands
    in the log alone."""

    def __init__(self, store: Store, transport: Transport, admins: Sequence[int]) -> None:
        self._store, self._transport, self._admins = store, transport, admins
        self.rounds = Rounds(self.tell, TICK, "the admins cannot be told")

    async def tell(self) -> None:
        """Tells what there is to tell, as far as Telegram can be reached."""
        notices = await self._store.notices()
        for chat in dict.fromkeys(notice.chat for notice in notices):
            await self._tell(chat, [notice for notice in notices if notice.chat == chat])

    async def _tell(self, chat: int | None, notices: list[Notice]) -> None:
        to = self._admins if chat is None else (chat,)
        outcomes = [await self._send(each, notices) for each in to]
        if chat is not None and isinstance(outcomes[0], Refused):
            outcomes = [await self._send(admin, notices) for admin in self._admins]
        if not any(isinstance(outcome, RetryLater | Unknown) for outcome in outcomes):
            await self._store.dismiss_notices(*(notice.id for notice in notices))

    async def _send(self, chat: int, notices: list[Notice]) -> Outcome:
        """Sends them; what came of the last that was tried."""
        outcome: Outcome = Refused("there is nothing to tell")
        for message in _together(notice.text for notice in notices):
            outcome = await self._transport.send(Destination(chat), message, _begun)
            if isinstance(outcome, Moved):
                outcome = await self._transport.send(Destination(outcome.chat), message, _begun)
            if isinstance(outcome, RetryLater | Unknown):
                break
        return outcome


def _together(texts: Iterable[str]) -> tuple[Message, ...]:
    """Texts as few messages, each text once."""
    return render.reply("notices", told=list(Counter(texts).items()))


async def _begun() -> None:
    """Nothing is written down before a notice is sent: it may be repeated."""
