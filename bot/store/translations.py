"""What waits for a translation, and what was translated. Each method is part of a transaction of
the store's."""

import datetime as dt
from operator import attrgetter

import msgspec
from msgspec.structs import replace
from tinydb import where

from bot.dedupe import digest
from bot.enrich.translation import passage_to_translate
from bot.models import Development, Passage, PendingTranslation, Translation
from bot.store.codec import read, written
from bot.store.tinydb_rows import RowDB


class Translations:
    """The queue for the engines, and their answers by what they were asked."""

    def __init__(self, db: RowDB) -> None:
        self._waiting, self._made = db.rows("untranslated"), db.rows("translations")

    def await_one(self, development: Development, now: dt.datetime) -> bool:
        """Lets a development wait for a translation; whether it needs one."""
        if development.id is None or passage_to_translate(development) is None:
            return False
        waiting = PendingTranslation(development=development.id, since=now, due=now)
        self._waiting.upsert(written(waiting), where("development") == development.id)
        return True

    def next(self, now: dt.datetime) -> PendingTranslation | None:
        """What is due, the longest overdue first."""
        rows = (replace(read(row, PendingTranslation), id=row.doc_id) for row in self._waiting)
        due = [row for row in rows if row.due is not None and row.due <= now]
        return min(due, key=attrgetter("due"), default=None)

    def postpone(self, waiting: PendingTranslation) -> None:
        """Writes down when to try again, or that nothing is tried any more."""
        if waiting.due is None:
            self.settle(waiting)
        else:
            self._waiting.update(written(waiting), doc_ids=[waiting.id])

    def settle(self, waiting: PendingTranslation) -> None:
        """Lets a development wait no more."""
        self._waiting.remove(doc_ids=[waiting.id])

    def keep(self, passage: Passage, translation: Translation) -> None:
        """Remembers an engine's answer."""
        key = _key(passage)
        doc = {"key": key, "answer": msgspec.to_builtins(translation)}
        self._made.upsert(doc, where("key") == key)

    def kept(self, passage: Passage) -> Translation | None:
        """The answer to the same passage before."""
        found = self._made.get(where("key") == _key(passage))
        return msgspec.convert(found["answer"], Translation) if found else None


def _key(passage: Passage) -> str:
    return digest(msgspec.json.encode(passage))
