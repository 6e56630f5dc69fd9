"""The rules that a store applies within its transactions, assembled from the stages."""

import datetime as dt
from collections.abc import Sequence

from bot.dedupe import changes, same_event
from bot.deliver.digest import digest_delivery, split_digest
from bot.deliver.quiet_hours import quiet_ended, quiet_until
from bot.enrich.translation import passage_to_translate, with_translation
from bot.match import AudienceIndex, listens
from bot.models import Chat
from bot.models.deliveries import Delivery, SilentCountry
from bot.ports import Rules

_ALWAYS = dt.datetime.min.replace(tzinfo=dt.UTC)


def compose_digest(
    chat: Chat, developments: Sequence[str], silences: Sequence[SilentCountry], now: dt.datetime
) -> list[Delivery]:
    """Return the parts of a chat's digest as deliveries."""
    parts = split_digest(chat, developments, silences, now)
    return [digest_delivery(chat, part, now) for part in parts]


def sendable_since(chat: Chat, now: dt.datetime) -> dt.datetime | None:
    """Return since when a chat may be sent to; None: it is paused, suspended or has quiet hours."""
    if not listens(chat, now) or quiet_until(chat, now):
        return None
    return max(chat.paused_until or _ALWAYS, quiet_ended(chat, now) or _ALWAYS)


RULES = Rules(
    new_audience=AudienceIndex,
    new_event_index=same_event.RecentEvents,
    event_window=dt.timedelta(days=same_event.WINDOW),
    merge=same_event.merge,
    revise=changes.revise,
    passage_to_translate=passage_to_translate,
    with_translation=with_translation,
    compose_digest=compose_digest,
    sendable_since=sendable_since,
)
