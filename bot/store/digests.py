"""Digests: what is collected for a chat, and the digests that are composed of it."""

import datetime as dt
from collections.abc import Sequence

from msgspec.structs import replace

from bot.models.deliveries import Delivery, SilentCountry
from bot.ports.rules import Rules
from bot.store.chats import Chats
from bot.store.database import writes
from bot.store.deliveries import UNWANTED, Deliveries
from bot.store.developments import Developments
from bot.store.tinydb_rows import RowDB, decode_numbered, encode, having


class Digests:
    """The rows of deliveries that are collected, and those of digests."""

    def __init__(
        self,
        db: RowDB,
        deliveries: Deliveries,
        developments: Developments,
        chats: Chats,
        rules: Rules,
    ) -> None:
        self._rows, self._chat_rows = db.rows("deliveries"), db.rows("chats")
        self._deliveries, self._developments = deliveries, developments
        self._chats, self._rules = chats, rules

    @writes
    def compose_digests(
        self, chat: int, now: dt.datetime, silences: Sequence[SilentCountry]
    ) -> int:
        collected = self._collected(chat)
        developments = {
            each.development: found
            for each in collected
            if (found := self._developments.development(each.development))
        }
        composed = self._rules.compose_digests(
            self._chats.chat(chat), collected, developments, silences, now
        )
        unwanted = [
            replace(row, state="withdrawn", settled=now, reason=UNWANTED)
            for row in collected
            if row.id in composed.unwanted
        ]
        contained = [
            replace(row, within=composed.within[row.id])
            for row in collected
            if row.id in composed.within and row.id not in composed.unwanted
        ]
        self._deliveries.save_deliveries([*unwanted, *contained])
        self._rows.insert_multiple(map(encode, composed.parts))
        # Not `Chats.save`: the index of chats knows nothing of what changes here.
        self._chat_rows.upsert(encode(composed.chat), having(id=chat))
        return len(composed.parts)

    @writes
    def collect_pending(self, chat: int) -> None:
        at_once = {each.id for each in self._rules.at_once(self._chats.chat(chat))}
        untried = self._rows.search(having(chat=chat, state="pending", kind="news", attempts=0))
        wanted = [
            row.doc_id
            for row in untried
            if not at_once.isdisjoint(decode_numbered(row, Delivery).filters)
        ]
        self._rows.update({"state": "collected"}, doc_ids=wanted)

    def _collected(self, chat: int) -> list[Delivery]:
        """Return what was collected for a chat and is in no digest yet."""
        rows = self._rows.search(having(chat=chat, state="collected"))
        collected = (decode_numbered(row, Delivery) for row in rows)
        return [row for row in collected if row.within is None]
