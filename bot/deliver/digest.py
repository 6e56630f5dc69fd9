"""Split what was collected into the parts of a digest (pure).

A part is as it was put together, whatever changes before it is sent: it is sent once, and a window
that was missed is made up for by the next look.
"""

import datetime as dt
from collections.abc import Sequence

from msgspec.structs import replace

from bot.models import Chat
from bot.models.deliveries import Delivery, Digest, SilentCountry

PART = 15
"""Developments in one message: as many as surely fit, whatever their titles."""
SILENT = 5
"""Countries that are named as silent; sources of one that are named as failing: as many as fit."""
FAILING = 2


def split_digest(
    chat: Chat, items: Sequence[str], silences: Sequence[SilentCountry], now: dt.datetime
) -> list[Digest]:
    """Return the parts of a chat's digest."""
    # One without developments is sent weekly, or where the silence may be blindness: a source that
    # it depends on has not answered.
    told = {item.split("-")[0] for item in items}  # which begins with its country
    silences = sorted(
        (
            replace(each, is_told=each.country in told, failing=each.failing[:FAILING])
            for each in silences
            if each.failing or each.country not in told
        ),
        key=lambda each: not each.failing,
    )
    is_blind = any(silence.failing for silence in silences)
    is_weekly = chat.timetable is not None and chat.timetable.every == "week"
    if not items and not is_weekly and not (is_blind and chat.timetable):
        return []
    pages = [tuple(items[at : at + PART]) for at in range(0, len(items), PART)] or [()]
    texts = [
        Digest(
            every=chat.timetable.every if chat.timetable else "once",
            since=chat.digested or now,
            until=now,
            items=page,
            part=number,
            parts=len(pages),
            total=len(items),
            silences=tuple(silences[:SILENT]) if number == len(pages) else (),
            more_silent=max(len(silences) - SILENT, 0) if number == len(pages) else 0,
        )
        for number, page in enumerate(pages, 1)
    ]
    if not (is_weekly and items):
        return texts
    picture = replace(texts[0], items=(), part=0, silences=(), is_picture=True)
    return [picture, *texts]


def digest_delivery(chat: Chat, part: Digest, now: dt.datetime) -> Delivery:
    """Return the delivery of a part of a digest."""
    return Delivery(
        development=f"digest {now:%Y-%m-%d %H:%M:%S}",
        chat=chat.id,
        kind="digest",
        revision=part.part,
        digest=part,
        due=now,
        created=now,
    )
