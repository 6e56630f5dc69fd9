"""What the admins are to hear: told once, kept until it is."""

import html
from collections.abc import Sequence

from bot.models import Later, Message, Moved, Notice, Outcome, Unknown
from bot.ports import Store, Transport
from bot.rounds import Rounds

TICK = 60.0
"""Seconds between looks; a poll that has something to say wakes it at once."""


class Notices:
    """Tells the admins, round after round. A notice may be heard twice where a connection
    breaks, never not at all; without admins it stands in the log alone."""

    def __init__(self, store: Store, transport: Transport, admins: Sequence[int]) -> None:
        self._store, self._transport, self._admins = store, transport, admins
        self.rounds = Rounds(self.tell, TICK, "the admins cannot be told")

    async def tell(self) -> None:
        """Tells what there is to tell, as far as Telegram can be reached."""
        for notice in await self._store.notices():
            if not await self._told(notice):
                return
            await self._store.dismiss(notice.id)

    async def _told(self, notice: Notice) -> bool:
        """Whether every admin has heard it, or never will."""
        message = Message(html=html.escape(notice.text, quote=False), plain=notice.text)
        outcomes = [await self._send(admin, message) for admin in self._admins]
        return not any(isinstance(outcome, Later | Unknown) for outcome in outcomes)

    async def _send(self, admin: int, message: Message) -> Outcome:
        """Sends it, where a group has moved to its new place."""
        outcome = await self._transport.send(admin, message, _begun)
        if isinstance(outcome, Moved):
            outcome = await self._transport.send(outcome.chat, message, _begun)
        return outcome


async def _begun() -> None:
    """Nothing is written down before a notice is sent: it may be repeated."""
