"""The protocol of a store for chats: their settings, and what they say."""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Literal, Protocol

from bot.models.chats import Chat, Endpoint, Filter

UpdateClaim = Literal["ours", "done", "elsewhere"]
"""Who answers an update of Telegram: `elsewhere`, another process is about to."""


class ChatStore(Protocol):
    """Chats: settings and filters, the updates they send, invitations."""

    async def chats(self) -> list[Chat]:
        """Return every chat that has any settings; no endpoints."""

    async def chat(self, chat: int) -> Chat:
        """Return one chat; an unknown one has default settings and no filters."""

    async def pauses_over(self, now: dt.datetime) -> list[Chat]:
        """Return the chats that are paused until a time that has come."""

    async def change_chat(self, chat: int, change: Callable[[Chat], Chat]) -> Chat:
        """Apply a pure function to a chat, and return the result."""

    async def suspend_chat(self, chat: int, reason: str, now: dt.datetime) -> None:
        """Suspend a chat that Telegram refuses messages for: its deliveries wait."""

    async def unsuspend_chat(self, chat: int, now: dt.datetime) -> None:
        """Let the deliveries of a suspended chat be due again."""

    async def move_chat(self, old: int, new: int) -> None:
        """Give a chat another id, as when a group becomes a supergroup."""

    async def forget_chat(self, chat: int) -> None:
        """Remove a chat, its filters and its deliveries."""

    async def set_bot(self, bot: int) -> bool:
        """Save the id of the bot, and return whether it was another before. Then every chat is
        suspended until it writes to the new bot, and no message sent before can be edited."""

    async def claim_update(self, update: int) -> UpdateClaim:
        """Claim an update of Telegram for this process: each is answered once."""

    async def finish_update(self, update: int) -> None:
        """Mark an update as answered."""

    async def open_feed(self, chat: int, filter_: int, token: str) -> str:
        """Return the token under which a filter of a chat is read: this one, unless it has one."""

    async def close_feed(self, chat: int, filter_: int) -> bool:
        """Take the token of a filter back, and return whether it had one."""

    async def feeds_of(self, chat: int) -> dict[int, str]:
        """Return the tokens of a chat's filters, by the ids of these."""

    async def feed(self, token: str) -> tuple[Chat, Filter] | None:
        """Return the filter of a token, and its chat; None: there is none, or no longer."""

    async def add_endpoint(self, number: int, chat: int, endpoint: Endpoint) -> Chat:
        """Add a webhook endpoint under the id of a recipient (`models.chats.is_endpoint`): it
        follows a filter of a chat as the chat changes, pauses or removes it, and is suspended with
        the chat, moved and forgotten with it. `chat` and `change_chat` take its id, too; `chats`
        leaves it out."""

    async def configure_endpoints(self, configured: Collection[Chat]) -> None:
        """Keep these endpoints of no chat, and no others; they stay suspended if they were."""

    async def endpoints_of(self, chat: int) -> list[Chat]:
        """Return the endpoints that follow filters of a chat, oldest first."""

    async def add_invitation(self, token: str) -> None:
        """Save the token of an invitation, which lets one chat in."""

    async def redeem_invitation(self, token: str) -> bool:
        """Use up an invitation, and return whether there was one of this token."""
