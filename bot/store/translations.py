"""Translations: the developments that wait for one, and those that engines have given."""

import datetime as dt
import hashlib
from operator import attrgetter

import msgspec
from tinydb import where

from bot.models import Development, Passage, PendingTranslation, Translation
from bot.ports.rules import Rules
from bot.store.database import reads, writes
from bot.store.developments import Developments
from bot.store.texts import Texts
from bot.store.tinydb_rows import RowDB, decode_numbered, encode


class Translations:
    """The tables of developments that wait for a translation, and of those that were given."""

    def __init__(self, db: RowDB, developments: Developments, texts: Texts, rules: Rules) -> None:
        self._developments, self._texts, self._rules = developments, texts, rules
        self._pending, self._finished = db.rows("untranslated"), db.rows("translations")

    def await_translation(self, development: Development, now: dt.datetime) -> bool:
        """Let a development wait for a translation, and return whether it needs one."""
        if development.id is None or self._passage(development) is None:
            return False
        pending = PendingTranslation(development=development.id, since=now, due=now)
        self._pending.upsert(encode(pending), where("development") == development.id)
        return True

    @reads
    def next_untranslated(self, now: dt.datetime) -> PendingTranslation | None:
        rows = (decode_numbered(row, PendingTranslation) for row in self._pending)
        due = [row for row in rows if row.due is not None and row.due <= now]
        return min(due, key=attrgetter("due"), default=None)

    @writes
    def postpone_translation(self, waiting: PendingTranslation) -> None:
        if waiting.due is None:
            self._pending.remove(doc_ids=[waiting.id])
        else:
            self._pending.update(encode(waiting), doc_ids=[waiting.id])

    @reads
    def passage_to_translate(self, id: str) -> Passage | None:  # noqa: A002
        development = self._developments.development(id)
        return self._passage(development) if development else None

    def _passage(self, development: Development) -> Passage | None:
        article = self._texts.of_page(str(development.id), development.sources[0])
        return self._rules.passage_to_translate(development, article or "")

    def translate(
        self, waiting: PendingTranslation, passage: Passage, translation: Translation
    ) -> tuple[Development, Development] | None:
        """Save a development in English; return it as it was and as it is now. None: its passage
        has changed meanwhile."""
        key = _key(passage)
        answer = {"key": key, "answer": msgspec.to_builtins(translation)}
        self._finished.upsert(answer, where("key") == key)
        before = self._developments.development(waiting.development)
        if before is None or self._passage(before) != passage:
            return None
        development = self._rules.with_translation(before, translation)
        self._developments.save(development)
        self._pending.remove(doc_ids=[waiting.id])
        return before, development

    @reads
    def find_translation(self, passage: Passage) -> Translation | None:
        row = self._finished.get(where("key") == _key(passage))
        return msgspec.convert(row["answer"], Translation) if row else None

    @writes
    def add_translated(self, day: dt.date, characters: int) -> int:
        return self._developments.count(f"translated {day}", characters)

    def forget(self, development: str) -> None:
        """Let a development wait for no translation: it was removed."""
        self._pending.remove(where("development") == development)


def _key(passage: Passage) -> str:
    return hashlib.blake2b(msgspec.json.encode(passage), digest_size=16).hexdigest()
