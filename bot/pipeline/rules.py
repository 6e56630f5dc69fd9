"""The rules that a store applies within its transactions, assembled from the stages."""

import datetime as dt

from bot.dedupe import changes, matters, merge, same_event
from bot.dedupe.event_index import RecentEvents
from bot.deliver import sendable_since
from bot.digests import at_once
from bot.digests.contents import compose_digests
from bot.enrich import passage_to_translate, with_translation
from bot.match import AudienceIndex
from bot.ports.rules import Rules

RULES = Rules(
    new_audience=AudienceIndex,
    new_event_index=RecentEvents,
    event_window=dt.timedelta(days=same_event.WINDOW),
    merge=merge.merge,
    part=merge.part,
    of_one_matter=matters.of_one_matter,
    revise=changes.revise,
    as_told=changes.as_told,
    change_since=changes.change_since,
    passage_to_translate=passage_to_translate,
    with_translation=with_translation,
    compose_digests=compose_digests,
    at_once=at_once,
    sendable_since=sendable_since,
)
