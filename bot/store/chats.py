"""Chats: their settings and filters, the updates they send, invitations.

A webhook endpoint is kept as a chat of an id that Telegram never uses: so it is matched, queued,
claimed, suspended and settled by what does that for chats (docs/decisions/0047-webhooks.md).
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator

import msgspec
from msgspec.structs import replace
from tinydb import where

from bot.models.chats import Chat, Endpoint, is_endpoint
from bot.ports.chats import UpdateClaim
from bot.store.caches import AudienceCache, readable_chats
from bot.store.database import reads, writes
from bot.store.deliveries import Deliveries
from bot.store.sources import Sources
from bot.store.tinydb_rows import RowDB, decode, encode, having

WITH_ITS_CHAT = "its chat is suspended"
"""Why an endpoint is suspended that answers."""
UPDATES_KEPT = 1000
"""Updates that are remembered: Telegram repeats one within minutes, not after so many others."""


class Chats:
    """The tables of chats and of the endpoints that follow their filters, of updates that were
    claimed, and of invitations."""

    def __init__(
        self, db: RowDB, deliveries: Deliveries, sources: Sources, audience: AudienceCache
    ) -> None:
        self._db, self._engine = db, db.engine
        self._deliveries, self._sources, self._audience = deliveries, sources, audience
        self._rows, self._meta = db.rows("chats"), db.rows("meta")
        self._updates, self._invitations = db.rows("updates"), db.rows("invitations")

    @reads
    def chats(self) -> list[Chat]:
        return [chat for chat in readable_chats(self._rows) if not is_endpoint(chat.id)]

    @reads
    def chat(self, chat: int) -> Chat:
        row = self._rows.get(where("id") == chat)
        return decode(row, Chat) if row else Chat(id=chat)

    @writes
    def change_chat(self, chat: int, change: Callable[[Chat], Chat]) -> Chat:
        before = self.chat(chat)
        changed = change(before)
        if changed != before:
            self.save(changed)
        return changed

    def save(self, chat: Chat) -> None:
        """Save a chat; one with default settings alone is not kept."""
        if chat == Chat(id=chat.id):
            self._rows.remove(where("id") == chat.id)
        else:
            self._rows.upsert(encode(chat), where("id") == chat.id)
        self._audience.changed(self._db, chat.id)
        for endpoint in self._endpoints_of(chat.id):
            if (following := _following(endpoint, chat)) != endpoint:
                self.save(following)

    def _endpoints_of(self, chat: int) -> list[Chat]:
        kept = readable_chats(self._rows.search(having(keeper=chat)))
        return [each for each in kept if is_endpoint(each.id)]

    @writes
    def suspend_chat(self, chat: int, reason: str, now: dt.datetime) -> None:
        known = self.chat(chat)
        if known.filters:  # a chat without filters has no deliveries that could wait
            self.save(replace(known, suspended=reason, away=known.away or now, back=None))
            self._deliveries.suspend(chat)
        for endpoint in self._endpoints_of(chat):
            if not endpoint.suspended:
                self.suspend_chat(endpoint.id, WITH_ITS_CHAT, now)

    @writes
    def unsuspend_chat(self, chat: int, now: dt.datetime) -> None:
        known = self.chat(chat)
        if known.suspended:
            self.save(replace(known, suspended=None, back=now))
            self._deliveries.unsuspend(chat, now)
        for endpoint in self._endpoints_of(chat):
            if endpoint.suspended == WITH_ITS_CHAT:
                self.unsuspend_chat(endpoint.id, now)

    @writes
    def set_bot(self, bot: int) -> bool:
        before = self._meta.get(where("name") == "bot")
        self._meta.upsert({"name": "bot", "id": bot}, where("name") == "bot")
        if before is None or before["id"] == bot:
            return False
        for chat in self.chats():
            self.save(replace(chat, suspended="it does not know the new bot yet"))
            for endpoint in self._endpoints_of(chat.id):
                reason = endpoint.suspended or WITH_ITS_CHAT
                self.save(replace(endpoint, suspended=reason))
        self._updates.truncate()  # another bot's updates have other numbers
        self._sources.forget_hub_subscriptions()
        self._deliveries.suspend_all()
        return True

    @writes
    def move_chat(self, old: int, new: int) -> None:
        if self._rows.contains(where("id") == new):
            self._rows.remove(where("id") == old)  # what was set in the new chat counts
        self._rows.update({"id": new}, where("id") == old)
        self._deliveries.move(old, new)
        self._db.rows("feeds").update({"chat": new}, where("chat") == old)
        self._audience.changed(self._db, old, new)
        for endpoint in self._endpoints_of(old):
            self.save(_following(replace(endpoint, keeper=new), self.chat(new)))

    @writes
    def forget_chat(self, chat: int) -> None:
        self._rows.remove(where("id") == chat)
        self._deliveries.forget(chat)
        self._db.rows("feeds").remove(where("chat") == chat)
        self._audience.changed(self._db, chat)
        for endpoint in self._endpoints_of(chat):
            self.forget_chat(endpoint.id)

    @writes
    def add_endpoint(self, number: int, chat: int, endpoint: Endpoint) -> Chat:
        added = Chat(id=number, keeper=chat, endpoint=endpoint)
        self.save(_following(added, self.chat(chat)))
        return self.chat(number)

    @reads
    def endpoints_of(self, chat: int) -> list[Chat]:
        return self._endpoints_of(chat)

    @writes
    def configure_endpoints(self, configured: Collection[Chat]) -> None:
        ours = {each.id: each for each in self._all_endpoints() if each.keeper is None}
        for number in ours.keys() - {each.id for each in configured}:
            self.forget_chat(number)
        for each in configured:
            before = ours.get(each.id, each)
            self.save(replace(before, endpoint=each.endpoint, filters=each.filters))

    def _all_endpoints(self) -> list[Chat]:
        return [chat for chat in readable_chats(self._rows) if is_endpoint(chat.id)]

    def expire_endpoints(self) -> int:
        """Remove the endpoints of filters that are removed for good, and return how many."""
        over = [each.id for each in self._all_endpoints() if not self._may_be_sent_to(each)]
        for number in over:
            self.forget_chat(number)
        return len(over)

    def _may_be_sent_to(self, endpoint: Chat) -> bool:
        if endpoint.filters or endpoint.keeper is None or endpoint.endpoint is None:
            return bool(endpoint.filters)
        return self.may_have_filter(endpoint.keeper, endpoint.endpoint.filter)

    def may_have_filter(self, chat: int, filter_id: int) -> bool:
        """Return whether a chat has a filter, or may get it back; one that cannot be read may."""
        row = self._rows.get(where("id") == chat)
        return row is not None and all(one.may_have(filter_id) for one in readable_chats([row]))

    @reads
    def digests_due(self, now: dt.datetime) -> list[Chat]:
        chats = self._up_to("digest_due", now)
        return [chat for chat in chats if chat.digest_due and chat.digest_due <= now]

    @reads
    def pauses_over(self, now: dt.datetime) -> list[Chat]:
        chats = (chat for chat in self._up_to("paused_until", now) if chat.paused)
        return [chat for chat in chats if chat.paused_until and chat.paused_until <= now]

    def _up_to(self, field: str, now: dt.datetime) -> Iterator[Chat]:
        # Times are stored as text of several time zones, which differ by less than this.
        latest = msgspec.to_builtins(now + dt.timedelta(hours=24))
        return readable_chats(self._rows.up_to(field, latest))

    @writes
    def claim_update(self, update: int) -> UpdateClaim:
        before = self._updates.get(where("update") == update)
        if before is None:
            claim = {"update": update, "holder": self._engine.me, "done": False}
            self._updates.remove_up_to(self._updates.insert(claim) - UPDATES_KEPT)
            return "ours"
        if before["done"]:
            return "done"
        if before["holder"] in self._engine.living:
            return "elsewhere"
        self._updates.update({"holder": self._engine.me}, doc_ids=[before.doc_id])
        return "ours"

    @writes
    def finish_update(self, update: int) -> None:
        self._updates.update({"done": True}, where("update") == update)

    @writes
    def add_invitation(self, token: str) -> None:
        self._invitations.insert({"token": token})

    @writes
    def redeem_invitation(self, token: str) -> bool:
        return bool(self._invitations.remove(where("token") == token))


def _following(endpoint: Chat, chat: Chat) -> Chat:
    """Return an endpoint with its filter as the chat has it now; without any, where it is gone.

    What is of messages alone is left out: the topic, the pace, what is answered to.
    """
    assert endpoint.endpoint is not None
    followed = tuple(
        replace(kept, thread=None, pace=None, follows=None)
        for kept in chat.filters
        if kept.id == endpoint.endpoint.filter
    )
    return replace(endpoint, filters=followed)
