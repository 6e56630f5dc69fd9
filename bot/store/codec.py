"""Encode models as TinyDB's documents, and decode them."""

from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace
from tinydb.table import Document

from bot.models import Chat, Correction, Development, PendingTranslation, WatchedPage
from bot.models.deliveries import Delivery
from bot.models.sources import SourceState, Subscription

Model = TypeVar(
    "Model",
    SourceState, Subscription, Chat, Correction, Delivery, Development, PendingTranslation,
    WatchedPage,
)  # fmt: skip


def encode(model: Model) -> dict[str, Any]:
    """Return the document of a model."""
    document: dict[str, Any] = msgspec.to_builtins(model, order="deterministic")
    return document


def decode(document: Document, kind: type[Model]) -> Model:
    """Return the model of a document; keys of another version are ignored."""
    return msgspec.convert(document, kind)


def decode_delivery(document: Document) -> Delivery:
    """Return the delivery of a document, with the number of its row."""
    return replace(decode(document, Delivery), id=document.doc_id)
