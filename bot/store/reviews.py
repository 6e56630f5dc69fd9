"""Reviews: the developments that wait for an editor."""

import datetime as dt
from operator import attrgetter

from tinydb import where

from bot.models import Development, Review
from bot.models.sources import PollCommit
from bot.store.database import reads, writes
from bot.store.tinydb_rows import RowDB, decode_numbered, encode


class Reviews:
    """The table of reviews."""

    def __init__(self, db: RowDB) -> None:
        self._rows = db.rows("reviews")

    @reads
    def reviews(self) -> list[Review]:
        return [decode_numbered(row, Review) for row in self._rows]

    @reads
    def reviews_due(self, now: dt.datetime) -> list[Review]:
        due = [review for review in self.reviews() if review.due <= now]
        return sorted(due, key=attrgetter("due"))

    @writes
    def mark_asked(self, review: int) -> None:
        self._rows.update({"is_asked": True}, doc_ids=[review])

    def hold(self, development: Development, commit: PollCommit) -> bool:
        """Let a new development wait for an editor where its labels are uncertain, and return
        whether it waits."""
        rule, confidence = commit.review, development.confidence
        if rule is None or confidence is None or confidence.least >= rule.below:
            return False
        review = Review(
            development=str(development.id),
            due=commit.at + rule.within,
            translation_wait=commit.translation_wait,
        )
        self._rows.insert(encode(review))
        return True

    def take(self, number: int) -> Review | None:
        """Remove a review, and return it; None: there is none of this number."""
        row = self._rows.get(doc_id=number)
        self._rows.remove(doc_ids=[number] if row else [])
        return decode_numbered(row, Review) if row else None

    @reads
    def is_waiting(self, development: str) -> bool:
        """Return whether a development waits for an editor."""
        return self._rows.contains(where("development") == development)
