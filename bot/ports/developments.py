"""The protocols of a store for developments, and for those who list them."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Protocol

from bot.models import Correction, Development, Join, Review, Told
from bot.models.archive import ArchiveChanges, ArchiveEntry
from bot.models.readings import Reading
from bot.models.translations import Passage, PendingTranslation, Translation
from bot.ports.rules import DeliveriesFor
from bot.search import HasWord, Search

Predicate = Callable[[Development, HasWord], bool]


class DevelopmentStore(Protocol):
    """Developments, their translations, and the labels that admins corrected."""

    async def developments(
        self,
        wanted: Predicate = ...,
        since: dt.date | None = None,
        until: dt.date | None = None,
        limit: int | None = None,
    ) -> list[Development]:
        """Return the wanted developments of some days, newest first."""

    async def developments_ahead(self, wanted: Predicate, today: dt.date) -> list[Development]:
        """Return the wanted developments that tell a date from a day on, the latest date first."""

    async def development(self, id: str) -> Development | None:  # noqa: A002
        """Return one development by its id."""

    async def stages(self, matter: str) -> list[Development]:
        """Return the developments that are stages of a matter, by its id, in no order."""

    async def first_message(self, matter: str, chat: int) -> int | None:
        """Return the first message about a matter that a chat was sent, as far as it is known."""

    async def matter_of_number(self, number: str) -> str | None:
        """Return the id of the matter that has a number (`enrich.references`)."""

    async def readings(self, development: str) -> list[Reading]:
        """Return all that the sources of a development have said, the oldest reading first."""

    async def words_in(self, id: str, words: Iterable[str]) -> frozenset[str]:  # noqa: A002
        """Return those of some words that stand in the titles and texts of a development."""

    async def search(self, search: Search, first: int, limit: int) -> tuple[list[Development], int]:
        """Return some of the developments that a search finds, from the `first` on, the best first;
        and how many it finds, but not above some hundred."""

    async def save_correction(
        self, corrected: Development, correction: Correction, now: dt.datetime
    ) -> None:
        """Save corrected labels, and enqueue edits for the chats that were sent the others."""

    async def told(self, id: str) -> Told | None:  # noqa: A002
        """Return what readers know of a development since they were told of a change of it; None:
        they know it as it was first recorded."""

    async def joins(self, development: str) -> list[Join]:
        """Return the drafts that have joined a development lately, oldest first."""

    async def part(
        self, join: int, deliveries_for: DeliveriesFor, now: dt.datetime
    ) -> tuple[Development, Development] | None:
        """Make a draft that has joined a development one of its own, enqueue its news for the chats
        that want it, and edits for those that were sent the joined one. Returns what is left of
        that one, and the new one; None: they were parted before."""

    async def corrections(self) -> list[Correction]:
        """Return all corrected labels and what editors have decided, oldest first."""

    async def reviews(self) -> list[Review]:
        """Return the developments that wait for an editor, oldest first."""

    async def reviews_due(self, now: dt.datetime) -> list[Review]:
        """Return those for which no editor has decided in time."""

    async def is_waiting(self, development: str) -> bool:
        """Return whether a development waits for an editor."""

    async def mark_asked(self, review: int) -> None:
        """Save that the editors have been sent what waits for them."""

    async def release(
        self,
        review: int,
        deliveries_for: DeliveriesFor,
        now: dt.datetime,
        corrected: Development | None = None,
        decision: Correction | None = None,
    ) -> Development | None:
        """End a review: enqueue the news of the development, corrected where an editor has decided
        so, for the chats that want it. Returns it; None: the review had ended before."""

    async def reject(self, review: int, decision: Correction) -> bool:
        """End a review: remove the development, which is not about migration or asylum. Returns
        whether the review had not ended before."""

    async def next_untranslated(self, now: dt.datetime) -> PendingTranslation | None:
        """Return the translation that has been due for the longest time."""

    async def passage_to_translate(self, id: str, target: str) -> Passage | None:  # noqa: A002
        """Return what is to be translated of a development into a language (ISO 639-1); None: there
        is nothing."""

    async def save_translation(
        self,
        waiting: PendingTranslation,
        passage: Passage,
        translation: Translation,
        deliveries_for: DeliveriesFor,
        now: dt.datetime,
    ) -> bool:
        """Save a translation of a development: what is queued of it for those who read it in that
        language is due now, what they were sent is edited.
        Where its labels have changed, chats that want it by these get it, too. Returns False where
        the passage has changed meanwhile: then it waits on."""

    async def postpone_translation(self, waiting: PendingTranslation) -> None:
        """Save when a translation is due again; without a time, give it up."""

    async def find_translation(self, passage: Passage) -> Translation | None:
        """Return an earlier translation of the same passage."""

    async def add_translated(self, day: dt.date, characters: int) -> int:
        """Add to the characters translated on a day, and return their sum."""


class ArchiveStore(Protocol):
    """Developments as they are listed to everybody: all but those that wait for an editor."""

    async def last_archive_change(self) -> int:
        """Return the number of the last change of a development."""

    async def archive_entries(
        self, after: int, limit: int
    ) -> tuple[list[ArchiveEntry], int | None]:
        """Return the entries among some developments whose numbers come after one, and the last of
        these numbers; None: no other comes."""

    async def archive_changes(self, since: int) -> ArchiveChanges | None:
        """Return what has changed since the change of a number; None: so much, or in a store that a
        backup has replaced, that all is to be read anew."""

    async def archived(self, numbers: Iterable[int]) -> list[Development]:
        """Return the developments of some numbers, in this order."""

    async def find_numbers(self, words: Iterable[str]) -> frozenset[int]:
        """Return the numbers of the developments that have all of some words, at least one."""
