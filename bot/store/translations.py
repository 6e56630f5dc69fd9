"""Translations: the developments that wait for one, and those that engines have given."""

import datetime as dt
import hashlib
from operator import attrgetter

import msgspec
from tinydb import where

from bot.models import Development
from bot.models.translations import Passage, PendingTranslation, Translation, TranslationWait
from bot.ports.rules import Rules
from bot.reader_language import AS_PUBLISHED, IN_ENGLISH
from bot.store.database import reads, writes
from bot.store.deliveries import Deliveries
from bot.store.developments import Developments
from bot.store.texts import Texts
from bot.store.tinydb_rows import RowDB, decode_numbered, encode, having


class Translations:
    """The tables of developments that wait for a translation, and of those that were given."""

    def __init__(
        self,
        db: RowDB,
        developments: Developments,
        deliveries: Deliveries,
        texts: Texts,
        rules: Rules,
    ) -> None:
        self._developments, self._deliveries = developments, deliveries
        self._texts, self._rules = texts, rules
        self._pending, self._finished = db.rows("untranslated"), db.rows("translations")

    def await_translations(
        self, development: Development, wait: TranslationWait | None, now: dt.datetime
    ) -> None:
        """Let a development, and its deliveries until the deadline, wait for the translations that
        its chats want. What no engine gives in their language they read in English."""
        if wait is None:
            return
        id_ = str(development.id)
        targets = self._deliveries.targets(id_)
        for missed in targets - {*wait.targets, IN_ENGLISH, AS_PUBLISHED}:
            self._deliveries.retarget(id_, missed, IN_ENGLISH)
            targets |= {IN_ENGLISH}
        for target in sorted(targets & {*wait.targets}):
            if self._passage(development, target) is not None:
                pending = PendingTranslation(development=id_, target=target, since=now, due=now)
                self._pending.upsert(encode(pending), having(development=id_, target=target))
                self._deliveries.schedule(id_, target, now + wait.deadline)

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
    def passage_to_translate(self, id: str, target: str) -> Passage | None:  # noqa: A002
        development = self._developments.development(id)
        return self._passage(development, target) if development else None

    def _passage(self, development: Development, target: str) -> Passage | None:
        return self._rules.passage_to_translate(development, self._article(development), target)

    def _article(self, development: Development) -> str:
        """Return all that the first source of a development says, as far as it is known."""
        return self._texts.of_source(development, development.sources[0])

    def translate(
        self, waiting: PendingTranslation, passage: Passage, translation: Translation
    ) -> tuple[Development, Development] | None:
        """Save the translation of a development; return it as it was and as it is now. None: its
        passage has changed meanwhile."""
        key = _key(passage)
        answer = {"key": key, "answer": msgspec.to_builtins(translation)}
        self._finished.upsert(answer, where("key") == key)
        before = self._developments.development(waiting.development)
        if before is None or self._passage(before, waiting.target) != passage:
            return None
        article = self._article(before)
        development = self._rules.with_translation(before, translation, waiting.target, article)
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
