"""Notices to admins, or to the person who set up a group."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

NoticeKind = Literal[
    "source_gone", "flood_held", "same_event", "uncertain", "label_reported",  # to admins
    "topic_missing", "no_rights", "still_there",  # to a chat
    "rival", "source_failing", "outbox_stuck", "digests_late",  # alerts
    "text",
]  # fmt: skip
"""The event of a notice; its sentence is in the template `chat/notices`. `text` is one that an
earlier version has stored as a sentence."""


class Notice(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message that admins, or the person who set up a group, get once."""

    id: int = 0
    """The store's number of the row."""
    kind: NoticeKind = "text"
    values: dict[str, str | int] = {}
    """The values of its sentence's placeholders."""
    is_over: bool = False
    """Whether it tells that an alert has ended."""
    chat: int | None = None
    """The chat to send it to; None: to the admins."""
