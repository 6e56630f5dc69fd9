"""What is translated, what comes of it, and how long deliveries wait for it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

Origin = Literal["original", "edition", "ai", "machine"]
"""Whose words a text is in: the publisher's, its own English edition's, or an engine's."""


class Passage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The texts of a development that are to be translated."""

    title: str
    text: str  # the lead
    language: str | None
    target: str = "en"  # the language (ISO 639-1) that they are translated into
    article: str = ""  # its whole text, as far as it is known and longer than the lead
    publisher: str = ""
    country: str | None = None
    published: dt.date | None = None


class LabelProposal(Struct, frozen=True, kw_only=True):
    """A label that an engine proposes, and the words of the text that speak for it."""

    label: str  # the code of a theme, or a type
    words: str


class Translation(Struct, frozen=True, kw_only=True):
    """A passage in another language."""

    title: str
    summary: str | None  # None: the engine gave none that is valid
    by: str
    origin: Origin
    quotations: tuple[str, ...] = ()  # the words that each sentence of the summary rests on
    pages: tuple[int | None, ...] = ()  # the pages of a PDF on which these begin
    proposals: tuple[LabelProposal, ...] = ()


class TranslationWait(Struct, frozen=True, kw_only=True):
    """The translations that engines can give, and how long deliveries wait for them."""

    deadline: dt.timedelta
    targets: tuple[str, ...] = ("en",)  # languages (ISO 639-1)


class PendingTranslation(Struct, frozen=True, kw_only=True):
    """A development that waits for a translation."""

    id: int = 0  # the store's number of the row
    development: str
    target: str = "en"  # the language (ISO 639-1) that it is translated into
    since: dt.datetime
    due: dt.datetime | None  # None: no further attempt
    attempts: int = 0
