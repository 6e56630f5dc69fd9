"""Nouns as TinyDB's documents, and back."""

from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace
from tinydb.table import Document

from bot.models import (
    Chat,
    Correction,
    Delivery,
    Development,
    PendingTranslation,
    SourceState,
    Subscription,
    WatchedPage,
)

Noun = TypeVar(
    "Noun",
    SourceState, Subscription, Chat, Correction, Delivery, Development, PendingTranslation,
    WatchedPage,
)  # fmt: skip


def written(noun: Noun) -> dict[str, Any]:
    """What is written down of a noun."""
    made: dict[str, Any] = msgspec.to_builtins(noun, order="deterministic")
    return made


def read(found: Document, kind: type[Noun]) -> Noun:
    """The noun that a document was written of; keys of another version do not matter."""
    return msgspec.convert(found, kind)


def delivery_of(found: Document) -> Delivery:
    """The delivery of a row, with its number."""
    return replace(read(found, Delivery), id=found.doc_id)
