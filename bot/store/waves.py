"""What many chats are owed of one development, in a few rows until each chat has one of its own.

A row of the ledger takes SQLite 8 µs with the entries of its indexes, and thousands of them would
hold up whoever asks something meanwhile. Each method is part of a transaction of the store's.
"""

import itertools
from collections.abc import Iterator, Sequence
from operator import attrgetter

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.models import Delivery, DeliveryState
from bot.store.tinydb_rows import LARGEST, RowDB

TOGETHER = 500
"""Deliveries that are written out at a time."""

_SHARED = attrgetter("development", "due", "created")


class Wave(Struct, frozen=True):
    """News that differ in the chat alone, in the filters of it that matched, and the state."""

    like: Delivery
    chats: tuple[tuple[int, tuple[int, ...], DeliveryState], ...]

    def deliveries(self) -> list[Delivery]:
        """Each of them."""
        return [
            replace(self.like, chat=chat, filters=filters, state=state)
            for chat, filters, state in self.chats
        ]


class Waves:
    """Those that are not written out yet, oldest first."""

    def __init__(self, db: RowDB) -> None:
        self._rows = db.rows("waves")

    def put(self, news: Sequence[Delivery]) -> Sequence[Delivery]:
        """Keeps news, all but the first, which are to be written out at once: those it gives."""
        for _, alike in itertools.groupby(news[TOGETHER:], key=_SHARED):
            waiting = list(alike)
            for start in range(0, len(waiting), TOGETHER):
                some = waiting[start : start + TOGETHER]
                chats = tuple((each.chat, each.filters, each.state) for each in some)
                self._rows.insert(msgspec.to_builtins(Wave(some[0], chats)))
        return news[:TOGETHER]

    def take(self) -> list[Delivery]:
        """The oldest that wait, which are kept no longer."""
        for number, wave in self._waiting(limit=1):
            self._rows.remove(doc_ids=[number])
            return wave.deliveries()
        return []

    def schedule(self, development: str, due: str) -> None:
        """Sets when those of a development are due."""
        for number, wave in self._waiting():
            if wave.like.development == development:
                like = {**msgspec.to_builtins(wave.like), "due": due}
                self._rows.update({"like": like}, doc_ids=[number])

    def all(self) -> Iterator[Delivery]:
        """All that wait."""
        for _, wave in self._waiting():
            yield from wave.deliveries()

    def _waiting(self, limit: int = LARGEST) -> Iterator[tuple[int, Wave]]:
        for doc in self._rows.after(0, limit):
            yield doc.doc_id, msgspec.convert(doc, Wave)
