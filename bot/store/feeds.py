"""Feeds: the secret addresses under which filters of chats are read outside of Telegram."""

from tinydb import where
from tinydb.table import Document

from bot.models.chats import Chat, Filter
from bot.store.chats import Chats
from bot.store.database import reads, writes
from bot.store.tinydb_rows import RowDB, having


class Feeds:
    """The table of tokens, each of one filter of one chat."""

    def __init__(self, db: RowDB, chats: Chats) -> None:
        self._rows, self._chats = db.rows("feeds"), chats

    @writes
    def open_feed(self, chat: int, filter_: int, token: str) -> str:
        if before := self._rows.get(having(chat=chat, filter=filter_)):
            return str(before["token"])
        self._rows.insert({"token": token, "chat": chat, "filter": filter_})
        return token

    @writes
    def close_feed(self, chat: int, filter_: int) -> bool:
        return bool(self._rows.remove(having(chat=chat, filter=filter_)))

    @reads
    def feeds_of(self, chat: int) -> dict[int, str]:
        return {row["filter"]: row["token"] for row in self._rows.search(where("chat") == chat)}

    @reads
    def feed(self, token: str) -> tuple[Chat, Filter] | None:
        row = self._rows.get(where("token") == token)
        return self._filter_of(row) if row else None

    def expire(self) -> int:
        """Remove the tokens of filters that are removed for good, and return how many."""
        over = [
            row.doc_id
            for row in self._rows
            if not self._chats.may_have_filter(row["chat"], row["filter"])
        ]
        self._rows.remove(doc_ids=over)
        return len(over)

    def _filter_of(self, row: Document) -> tuple[Chat, Filter] | None:
        chat = self._chats.chat(row["chat"])
        kept = next((each for each in chat.filters if each.id == row["filter"]), None)
        return (chat, kept) if kept else None
