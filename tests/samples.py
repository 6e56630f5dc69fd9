"""Nouns for tests, with what matters left to say."""

import datetime as dt
from typing import Any

from msgspec.structs import replace

from bot import evidence
from bot.dedupe.keys import item_identities
from bot.models import Citation, Correction, Development, Evidence, ItemKeys
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery
from bot.models.readings import Reading, Received
from bot.models.sources import Item, PendingHistory, PollCommit, Source, SourceState
from bot.ports.rules import Audience
from bot.store import RowStore
from bot.store.database import Access

NOW = dt.datetime(2025, 1, 16, 12, tzinfo=dt.UTC)


def source(**changes: Any) -> Source:
    facts = {
        "id": "cz",
        "url": "http://mv.example/rss",
        "country": "CZ",
        "language": "cs",
        "publisher": "Ministry of the Interior",
        "publisher_native": "Ministerstvo vnitra",
    }
    return Source(**{**facts, **changes})


def item(**changes: Any) -> Item:
    facts = {"source": "cz", "title": "Vláda schválila novelu azylového zákona", "language": "cs"}
    return Item(**{**facts, **changes})


def citation(**changes: Any) -> Citation:
    facts = {
        "publisher": "Ministry of the Interior",
        "publisher_native": "Ministerstvo vnitra",
        "date": dt.date(2025, 1, 16),
        "title_native": "Spolupráce v boji",
        "title_en": None,
        "language": "cs",
        "url": "https://mv.example/clanek",
    }
    return Citation(**{**facts, **changes})


def development(**changes: Any) -> Development:
    facts = {
        "title": "Spolupráce v boji",
        "summary": "Ministři se sešli.",
        "sources": (citation(),),
        "date": dt.date(2025, 1, 16),
        "country": "CZ",
        "themes": ("general",),
        "topics": (),
        "type": "Policy",
        "evidence": Evidence(),
        "recorded": NOW,
    }
    return Development(**{**facts, **changes})


def title_of(text: str) -> str:
    """The title of a development's message, which stands under its head line."""
    return text.splitlines()[1]


def commit(keys: ItemKeys, made: Development, **changes: Any) -> PollCommit:
    """What a poll brings in that found one development, on a page of its own."""
    state = SourceState(id="cz", url="http://mv.example/rss", baseline=True)
    page = replace(made.sources[0], url=f"https://mv.example/{keys[0]}")
    drafts = ((keys, replace(made, sources=(page,))),)
    facts = {"state": state, "at": NOW, "seen": (keys,), "developments": drafts}
    return PollCommit(**{**facts, **changes})


def as_read(text: str, key: str = "k", **changes: Any) -> tuple[Reading, ...]:
    """What the list said of the item that a `commit` of a key brings in."""
    answer = Received(at=NOW, url="http://mv.example/rss", sha256="0" * 64)
    facts = {"title": "", "text": text, "url": f"https://mv.example/{key}", "source": ""}
    return (evidence.of_item(item(**{**facts, **changes}), answer),)


def pending_history(*items: Item, **changes: Any) -> PendingHistory:
    """What is still to be recorded of a first poll."""
    answer = Received(at=NOW, url="http://mv.example/rss")
    told = tuple(zip(items, item_identities(items), strict=True))
    facts = {"source": "cz", "url": answer.url, "answer": answer, "items": told, "pages": 1}
    return PendingHistory(**{**facts, **changes})


def correction_of(development: str) -> Correction:
    return Correction(
        development=development, title="", language=None, before=(), after=(), evidence=()
    )


def everything(**changes: Any) -> Chat:
    return Chat(**{"id": 1, "filters": (Filter(id=7),), **changes})


def delivery(**changes: Any) -> Delivery:
    return Delivery(
        **{"development": "CZ-2025-0001", "chat": 1, "due": NOW, "created": NOW, **changes}
    )


async def audience_of(store: RowStore) -> Audience:
    """The audience as a commit would use it; it stays as the store is."""
    return await store.executor.run(
        Access.WRITES, lambda tables: tables._audience.current(tables.db)
    )
