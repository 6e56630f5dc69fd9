"""Send the notices that wait: to the admins, or to those who set up a group."""

from collections.abc import Sequence

from bot import render
from bot.i18n import locale_for
from bot.models import Notice
from bot.models.deliveries import Destination, Moved, Outcome, Refused, RetryLater, Unknown
from bot.ports import Store, Transport


class AdminNotices:
    """Sends notices; those of one chat together.

    One may be sent twice where a connection breaks, and none is lost: it is kept until Telegram has
    taken it. Without admins theirs stand in the log alone.
    """

    name = "notices"
    interval = 60.0

    def __init__(self, store: Store, transport: Transport, admins: Sequence[int]) -> None:
        self._store, self._transport, self._admins = store, transport, admins

    async def run(self) -> None:
        """Send what waits, as far as Telegram can be reached."""
        notices = await self._store.notices()
        for chat in dict.fromkeys(notice.chat for notice in notices):
            await self._send_all(chat, [notice for notice in notices if notice.chat == chat])

    async def _send_all(self, chat: int | None, notices: list[Notice]) -> None:
        chats = self._admins if chat is None else (chat,)
        outcomes = [await self._send(each, notices) for each in chats]
        if chat is not None and isinstance(outcomes[0], Refused):
            outcomes = [await self._send(admin, notices) for admin in self._admins]
        if not any(isinstance(outcome, RetryLater | Unknown) for outcome in outcomes):
            await self._store.dismiss_notices(*(notice.id for notice in notices))

    async def _send(self, chat: int, notices: list[Notice]) -> Outcome:
        """Send notices to a chat in its language, and return the outcome of the last attempt."""
        outcome: Outcome = Refused("there is nothing to tell")
        locale = locale_for((await self._store.chat(chat)).language)
        for message in render.notices(notices, locale):
            outcome = await self._transport.send(Destination(chat), message, _starting)
            if isinstance(outcome, Moved):
                outcome = await self._transport.send(Destination(outcome.chat), message, _starting)
            if isinstance(outcome, RetryLater | Unknown):
                break
        return outcome


async def _starting() -> None:
    """Save nothing before a notice is sent: it may be repeated."""
